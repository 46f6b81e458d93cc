// SPDX-License-Identifier: GPL-2.0
/*
 * The links: their creation and their end.
 */
#include <linux/slab.h>

#include "bind.h"
#include "claim.h"
#include "control.h"
#include "end.h"
#include "flip_wq.h"
#include "lines.h"
#include "link.h"
#include "links.h"
#include "orphan.h"
#include "party.h"
#include "rate.h"
#include "settings.h"
#include "stall.h"
#include "stats.h"
#include "vtty.h"

static struct serfwd_link *serfwd_link_alloc(unsigned int index)
{
	struct serfwd_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	link->index = index;
	mutex_init(&link->bind.mutex);
	serfwd_vtty_port_init(link);
	serfwd_end_init(link);
	serfwd_control_init(link);
	serfwd_settings_init(link);
	serfwd_lines_init(link);
	serfwd_stall_init(link);
	serfwd_rate_init(link);
	serfwd_party_init(link);
	serfwd_flip_wq_init(link);
	serfwd_orphan_init(link);
	serfwd_stats_init(link);
	serfwd_bind_init(link);
	return link;
}

/**
 * serfwd_links_create - allocate all links
 * @count: how many
 * @ports: names of real ports; the link number i is kept for @ports[i]
 * @nports: number of @ports, not more than @count
 *
 * Return: 0 or -ENOMEM, with nothing left behind.
 */
int serfwd_links_create(unsigned int count, char **ports, unsigned int nports)
{
	serfwd_links = kcalloc(count, sizeof(*serfwd_links), GFP_KERNEL);
	if (!serfwd_links)
		return -ENOMEM;
	serfwd_claim_init(ports, nports);

	for (; serfwd_nlinks < count; serfwd_nlinks++) {
		serfwd_links[serfwd_nlinks] = serfwd_link_alloc(serfwd_nlinks);
		if (!serfwd_links[serfwd_nlinks]) {
			serfwd_links_destroy();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * serfwd_links_refuse - let no more ports attach, detach those that did, and
 * end all sharing
 *
 * Context: may sleep.
 */
void serfwd_links_refuse(void)
{
	unsigned int i;

	serfwd_links_close();
	for (i = 0; i < serfwd_nlinks; i++)
		serfwd_unbind_for_good(serfwd_links[i]);
	/* Their devices are still there to tell of it. */
	for (i = 0; i < serfwd_nlinks; i++)
		serfwd_party_leave_for_good(serfwd_links[i]);
}

/**
 * serfwd_links_destroy - drop the module's own references on all links
 *
 * Context: module exit: no vtty is open, no port is bound.
 */
void serfwd_links_destroy(void)
{
	while (serfwd_nlinks) {
		struct serfwd_link *link = serfwd_links[--serfwd_nlinks];

		flush_work(&link->bind.reap_work);
		cancel_delayed_work_sync(&link->share.work);
		cancel_work_sync(&link->lines.work);
		serfwd_settings_exit(link);
		serfwd_stall_exit(link);
		serfwd_rate_exit(link);
		serfwd_stats_exit(link);
		serfwd_flip_wq_exit(link);
		serfwd_link_put(link);
	}
	kfree(serfwd_links);
	serfwd_links = NULL;
}
