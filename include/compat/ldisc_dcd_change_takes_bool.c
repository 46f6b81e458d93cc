// SPDX-License-Identifier: GPL-2.0
/* tty_ldisc_ops.dcd_change takes bool (6.3, stable 6.1.115). */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

typedef void (*wanted)(struct tty_struct *, bool);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_ldisc_ops *)0)->dcd_change)),
	       "ldisc dcd change takes bool");
