// SPDX-License-Identifier: GPL-2.0
/* tty_get_tiocm() is there for modules (6.4). */
#include <linux/tty.h>

typedef int wanted(struct tty_struct *);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(tty_get_tiocm)),
	       "tty get tiocm exists");
