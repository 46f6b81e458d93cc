// SPDX-License-Identifier: GPL-2.0
/*
 * Taking part in another link's port, and leaving it; being given it, and listening
 * only.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>

#include "handover.h"
#include "orphan.h"
#include "lines.h"
#include "link.h"
#include "party.h"
#include "share.h"
#include "stats.h"
#include "turn.h"
#include "vtty.h"

/* Protects who takes part in what, across hosts. Taken before a host's lock. */
static DEFINE_MUTEX(serfwd_party_mutex);

static void serfwd_party_add(struct serfwd_link *host, struct serfwd_link *link)
{
	mutex_lock(&host->share.lock);
	link->share.waiting = false;
	link->share.written = jiffies;
	list_add_tail_rcu(&link->share.node, &host->share.parties);
	WRITE_ONCE(link->share.host, host);
	mutex_unlock(&host->share.lock);
	/* Writers that wait for a port are to ask for this one. */
	serfwd_vtty_wakeup(link);
	serfwd_lines_look(link);
}

static void serfwd_party_remove(struct serfwd_link *host,
				struct serfwd_link *link)
{
	mutex_lock(&host->share.lock);
	if (host->share.owner == link)
		serfwd_handover_move(host, host);
	WRITE_ONCE(link->share.host, NULL);
	list_del_rcu(&link->share.node);
	mutex_unlock(&host->share.lock);
	/* serfwd_share_each() has left it after this. */
	synchronize_rcu();
}

static bool serfwd_party_is_host(const struct serfwd_link *link)
{
	return link->share.host == link;
}

static int serfwd_party_join_locked(struct serfwd_link *link,
				    struct serfwd_link *host)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (link == host)
		return -ELOOP;
	if (link->share.host)
		return -EBUSY;
	if (host->share.tap || (host->share.host && !serfwd_party_is_host(host)))
		return -ELOOP;
	if (!link->share.tap && !serfwd_link_reserve(link))
		return -EBUSY;
	if (!host->share.host) {
		/* Before anybody is found to take part in anything. */
		static_branch_inc(&serfwd_share_key);
		serfwd_party_add(host, host);
	}
	serfwd_party_add(host, link);
	return 0;
}

/**
 * serfwd_party_join - take part in another link's port
 * @link: the link, which then has none of its own
 * @host: the other
 *
 * Return: 0; -EBUSY if @link has a port or takes part in one already; -ELOOP if
 * @host is @link, a tap, or takes part in another's.
 * Context: may sleep.
 */
int serfwd_party_join(struct serfwd_link *link, struct serfwd_link *host)
{
	int ret;

	mutex_lock(&serfwd_party_mutex);
	ret = serfwd_party_join_locked(link, host);
	mutex_unlock(&serfwd_party_mutex);
	return ret;
}

/* The host is alone again when the last one left. */
static void serfwd_party_dissolve(struct serfwd_link *host)
{
	if (!list_is_singular(&host->share.parties))
		return;
	serfwd_party_remove(host, host);
	static_branch_dec(&serfwd_share_key);
	cancel_delayed_work_sync(&host->share.work);
}

/**
 * serfwd_party_leave - take part no more
 * @link: the link, which may be alone
 *
 * If it owned the port, the host does again.
 *
 * Return: 0; -EBUSY if others take part in the port of @link.
 * Context: may sleep.
 */
int serfwd_party_leave(struct serfwd_link *link)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_party_mutex);
	host = link->share.host;
	if (host == link) {
		ret = -EBUSY;
	} else if (host) {
		serfwd_party_remove(host, link);
		if (!link->share.tap)
			serfwd_link_unreserve(link);
		serfwd_turn_decide(host);
		serfwd_party_dissolve(host);
	}
	mutex_unlock(&serfwd_party_mutex);
	return ret;
}

/**
 * serfwd_party_give - make a link the owner of the port it takes part in
 * @link: a link that takes part in the port
 * @to: the one to have it
 *
 * Return: 0; -EINVAL if the two do not take part in the same port; -EPERM if @to
 * is a tap.
 * Context: may sleep.
 */
int serfwd_party_give(struct serfwd_link *link, struct serfwd_link *to)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_party_mutex);
	host = link->share.host;
	if (!host || to->share.host != host) {
		ret = -EINVAL;
		goto unlock;
	}
	if (to->share.tap) {
		ret = -EPERM;
		goto unlock;
	}
	mutex_lock(&host->share.lock);
	serfwd_handover_move(host, to);
	mutex_unlock(&host->share.lock);
	serfwd_turn_decide(host);
unlock:
	mutex_unlock(&serfwd_party_mutex);
	return ret;
}

/* A link that is alone: as a tap no port comes to it. */
static int serfwd_party_tap_alone(struct serfwd_link *link, bool tap)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (tap && !serfwd_link_reserve(link))
		return -EBUSY;
	WRITE_ONCE(link->share.tap, tap);
	if (!tap)
		serfwd_link_unreserve(link);
	return 0;
}

static void serfwd_party_tap(struct serfwd_link *host,
				   struct serfwd_link *link, bool tap)
{
	mutex_lock(&host->share.lock);
	WRITE_ONCE(link->share.tap, tap);
	WRITE_ONCE(link->share.waiting, false);
	if (tap && host->share.owner == link)
		serfwd_handover_move(host, host);
	mutex_unlock(&host->share.lock);
	serfwd_stats_lost(link, SERFWD_TX_DETACHED, serfwd_orphan_drop(link));
	/* Those who wait to write find out that they wait for nothing, or ask. */
	serfwd_stats_stall_end(link, SERFWD_TX);
	serfwd_vtty_wakeup(link);
	serfwd_turn_decide(host);
}

/**
 * serfwd_party_set_tap - make a link a tap, or one as any other again
 * @link: the link
 * @tap: it is to be a tap
 *
 * If it owned a port, the host does again; nothing of @link's goes out any more
 * when this returns.
 *
 * Return: 0; -EBUSY if @link has a port of its own, or others take part in it.
 * Context: may sleep.
 */
int serfwd_party_set_tap(struct serfwd_link *link, bool tap)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_party_mutex);
	host = link->share.host;
	if (link->share.tap == tap)
		goto unlock;
	if (!host)
		ret = serfwd_party_tap_alone(link, tap);
	else if (host == link)
		ret = -EBUSY;
	else
		serfwd_party_tap(host, link, tap);
unlock:
	mutex_unlock(&serfwd_party_mutex);
	return ret;
}
