/* SPDX-License-Identifier: GPL-2.0 */
/* Brings linux/hrtimer.h up to the newest kernel's. */
#ifndef DEVSHARE_COMPAT_HRTIMER_H
#define DEVSHARE_COMPAT_HRTIMER_H

#include <linux/hrtimer.h>

#include <compat/probes.h>

#ifndef COMPAT_HRTIMER_HAS_SETUP
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#endif /* DEVSHARE_COMPAT_HRTIMER_H */
