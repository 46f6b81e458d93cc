// SPDX-License-Identifier: GPL-2.0
/* tty_port_link_wq() gives a port its workqueue (7.1). */
#include <linux/tty.h>
#include <linux/tty_port.h>

typedef void wanted(struct tty_port *, struct workqueue_struct *);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(tty_port_link_wq)),
	       "tty port link wq exists");
