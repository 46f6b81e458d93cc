// SPDX-License-Identifier: GPL-2.0
/* Must compile on no kernel, or the other probes mean nothing. */
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/tty_ldisc.h>
#include <linux/tty_port.h>

typedef struct tty_port *wanted;

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_struct *)0)->driver)),
	       "control does not compile");
