// SPDX-License-Identifier: GPL-2.0
/* tty_operations.send_xchar takes u8, not char (6.6). */
#include <linux/tty.h>
#include <linux/tty_driver.h>

typedef void (*wanted)(struct tty_struct *, u8);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_operations *)0)->send_xchar)),
	       "tty send xchar takes u8");
