/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LISTENER_H
#define SERFWD_LISTENER_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include "share.h"
#include "stats.h"

struct serfwd_link;

void serfwd_listener_init(struct serfwd_link *link);
void serfwd_listener_receive(struct serfwd_link *link, const u8 *cp,
			     const u8 *fp, size_t count);
bool serfwd_listener_run(struct serfwd_link *link);
void serfwd_listener_lost(struct serfwd_link *link, enum serfwd_loss cause);
void serfwd_listener_close(struct serfwd_link *link);
void serfwd_listener_restart(struct serfwd_link *link);
bool serfwd_listener_pending(struct serfwd_link *link);

/* Has the link still to be handed what it received while it listened? */
static inline bool serfwd_listener_behind(struct serfwd_link *link)
{
	return static_branch_unlikely(&serfwd_share_key) &&
	       serfwd_listener_pending(link);
}

#endif
