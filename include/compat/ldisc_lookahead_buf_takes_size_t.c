// SPDX-License-Identifier: GPL-2.0
/* tty_ldisc_ops.lookahead_buf counts in size_t (6.6). */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

typedef void (*wanted)(struct tty_struct *, const u8 *, const u8 *, size_t);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_ldisc_ops *)0)->lookahead_buf)),
	       "ldisc lookahead buf takes size t");
