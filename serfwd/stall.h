/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_STALL_H
#define SERFWD_STALL_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include "policy.h"

struct serfwd_link;

/* On while at least one link drops the oldest. */
DECLARE_STATIC_KEY_FALSE(serfwd_stall_key);

/*
 * Is the far end not stopped for a reader that stalls, for its bytes are
 * dropped?
 */
static inline bool serfwd_stall_drops(int policy)
{
	return policy == SERFWD_STALL_DROP_NEWEST ||
	       policy == SERFWD_STALL_DROP_OLDEST;
}

void serfwd_stall_init(struct serfwd_link *link);
void serfwd_stall_exit(struct serfwd_link *link);

size_t serfwd_stall_dropped(struct serfwd_link *link, size_t count);
void serfwd_stall_set(struct serfwd_link *link, int stall);
size_t serfwd_stalled(struct serfwd_link *link, size_t count);
void serfwd_stall_over(struct serfwd_link *link);

#endif
