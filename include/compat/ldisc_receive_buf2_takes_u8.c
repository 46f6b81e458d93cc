// SPDX-License-Identifier: GPL-2.0
/* tty_ldisc_ops.receive_buf2 takes u8 flags, size_t, and returns size_t (6.6). */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

typedef size_t (*wanted)(struct tty_struct *, const u8 *, const u8 *, size_t);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_ldisc_ops *)0)->receive_buf2)),
	       "ldisc receive buf2 takes u8");
