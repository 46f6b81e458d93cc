// SPDX-License-Identifier: GPL-2.0
/* tty_port.buf names the workqueue its flip work runs on (7.1). */
#include <linux/tty.h>
#include <linux/tty_port.h>

typedef struct workqueue_struct *wanted;

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct tty_port *)0)->buf.flip_wq)),
	       "port has flip wq");
