// SPDX-License-Identifier: GPL-2.0
/* tty_ldisc_receive_buf() takes u8 flags and returns size_t (6.6). */
#include <linux/tty.h>
#include <linux/tty_flip.h>

typedef size_t wanted(struct tty_ldisc *, const u8 *, const u8 *, size_t);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(tty_ldisc_receive_buf)),
	       "tty ldisc receive buf takes u8");
