// SPDX-License-Identifier: GPL-2.0
/* hrtimer_setup() replaces hrtimer_init() and setting the function (6.13). */
#include <linux/tty.h>
#include <linux/hrtimer.h>

typedef void wanted(struct hrtimer *, enum hrtimer_restart (*)(struct hrtimer *),
		    clockid_t, enum hrtimer_mode);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(hrtimer_setup)),
	       "hrtimer has setup");
