// SPDX-License-Identifier: GPL-2.0
/*
 * How often a guest may do something: a token bucket, by the time when it is
 * next due (the generic cell rate algorithm: ITU-T I.371, annex A).
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "quota.h"

/* As many as in so long (ns) may be done at once. */
#define PCISHARE_QUOTA_BURST	(100 * NSEC_PER_MSEC)

/**
 * pcishare_quota_spend - do it once more, if it may be
 * @quota: how often
 *
 * Return: 0 if it may be done; else for how long (ns) it may not.
 * Context: any.
 */
u64 pcishare_quota_spend(struct pcishare_quota *quota)
{
	unsigned int per_s = READ_ONCE(quota->per_s);
	s64 now = ktime_get_ns(), due, next;

	if (!per_s)
		return 0;
	due = atomic64_read(&quota->due);
	do {
		next = max(due, now);
		if (next - now > PCISHARE_QUOTA_BURST)
			return next - now - PCISHARE_QUOTA_BURST;
		next += div_u64(NSEC_PER_SEC, per_s);
	} while (!atomic64_try_cmpxchg(&quota->due, &due, next));
	return 0;
}
