// SPDX-License-Identifier: GPL-2.0
/* eventfd_signal() always adds one (6.8). */
#include <linux/tty.h>
#include <linux/eventfd.h>

typedef void wanted(struct eventfd_ctx *);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(eventfd_signal)),
	       "eventfd signal takes no count");
