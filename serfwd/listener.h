/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LISTENER_H
#define SERFWD_LISTENER_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "link.h"
#include "stats.h"

void serfwd_listener_init(struct serfwd_link *link);
void serfwd_listener_receive(struct serfwd_link *link, const u8 *cp,
			     const u8 *fp, size_t count);
size_t serfwd_listener_offer(struct serfwd_link *link, const u8 *cp,
			     const u8 *fp, size_t count);
void serfwd_listener_resume(struct serfwd_link *link);
bool serfwd_listener_run(struct serfwd_link *link);
void serfwd_listener_lost(struct serfwd_link *link, enum serfwd_loss cause);
void serfwd_listener_flush(struct serfwd_link *link, enum serfwd_loss cause);
void serfwd_listener_close(struct serfwd_link *link);
void serfwd_listener_restart(struct serfwd_link *link);

/*
 * Has the link perhaps still to be handed what it received while it listened,
 * which comes before all that it receives as an owner? It may have left the
 * others since, so this does not ask whether anybody shares a port; nor for a
 * lock, as nearly always the answer is no.
 */
static inline bool serfwd_listener_behind(const struct serfwd_link *link)
{
	return READ_ONCE(link->share.put) != READ_ONCE(link->share.got);
}

#endif
