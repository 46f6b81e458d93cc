// SPDX-License-Identifier: GPL-2.0
/* tty_port_operations.carrier_raised returns bool (6.3). */
#include <linux/tty.h>
#include <linux/tty_port.h>

typedef bool (*wanted)(struct tty_port *);

_Static_assert(__builtin_types_compatible_p(wanted,
		typeof(((struct tty_port_operations *)0)->carrier_raised)),
	       "port carrier raised returns bool");
