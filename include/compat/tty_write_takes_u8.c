// SPDX-License-Identifier: GPL-2.0
/* tty_operations.write takes size_t and returns ssize_t (6.6). */
#include <linux/tty.h>
#include <linux/tty_driver.h>

typedef ssize_t (*wanted)(struct tty_struct *, const u8 *, size_t);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_operations *)0)->write)),
	       "tty write takes u8");
