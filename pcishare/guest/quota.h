/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a guest may do something.
 */
#ifndef PCISHARE_QUOTA_H
#define PCISHARE_QUOTA_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define PCISHARE_QUOTA_MAX	10000000

/**
 * struct pcishare_quota - how often something may be done
 * @per_s: so often in a second, 0 for no limit; may change at any time
 * @due: when (ns) the next one would be, were they as far apart as that says
 */
struct pcishare_quota {
	unsigned int per_s;
	atomic64_t due;
};

u64 pcishare_quota_spend(struct pcishare_quota *quota);

/**
 * pcishare_quota_allows - may it be done once more?
 * @quota: how often
 *
 * Return: true if it may, and that is counted.
 * Context: any.
 */
static inline bool pcishare_quota_allows(struct pcishare_quota *quota)
{
	return likely(!READ_ONCE(quota->per_s)) || !pcishare_quota_spend(quota);
}

#endif
