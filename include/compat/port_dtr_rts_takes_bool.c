// SPDX-License-Identifier: GPL-2.0
/* tty_port_operations.dtr_rts takes bool (6.3). */
#include <linux/tty.h>
#include <linux/tty_port.h>

typedef void (*wanted)(struct tty_port *, bool);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_port_operations *)0)->dtr_rts)),
	       "port dtr rts takes bool");
