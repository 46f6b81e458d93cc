// SPDX-License-Identifier: GPL-2.0
/*
 * Taking part in another link's port, and leaving it; being given it, and
 * listening only.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rculist.h>

#include "claim.h"
#include "end.h"
#include "flip.h"
#include "found.h"
#include "lines.h"
#include "link.h"
#include "orphan.h"
#include "party.h"
#include "port.h"
#include "share.h"
#include "stats.h"
#include "turn.h"
#include "xoff.h"

/*
 * Protects who takes part in what. No port, and nobody's reader, is waited for
 * with it.
 */
static DEFINE_MUTEX(serfwd_party_mutex);

static void serfwd_party_add(struct serfwd_link *host, struct serfwd_link *link)
{
	lockdep_assert_held(&serfwd_party_mutex);
	WRITE_ONCE(link->share.waiting, false);
	WRITE_ONCE(link->share.written, jiffies);
	list_add_tail_rcu(&link->share.node, &host->share.parties);
	WRITE_ONCE(link->share.host, host);
	/* Writers that wait for a port are to ask for this one. */
	serfwd_end_wakeup(link);
	serfwd_lines_look(link);
	serfwd_end_port_changed(link);
}

/* @link neither owns the port nor may be given it. */
static void serfwd_party_remove(struct serfwd_link *link)
{
	lockdep_assert_held(&serfwd_party_mutex);
	WRITE_ONCE(link->share.host, NULL);
	list_del_rcu(&link->share.node);
	/* No reader of the list is at the link any more after this. */
	synchronize_rcu();
}

static bool serfwd_party_is_host(const struct serfwd_link *link)
{
	return link->share.host == link;
}

/* The first to share the port of @host. */
static void serfwd_party_found(struct serfwd_link *host)
{
	/* Before anybody is found to take part in anything. */
	static_branch_inc(&serfwd_share_key);
	WRITE_ONCE(host->share.xoff, serfwd_xoff_is_set(host));
	serfwd_party_add(host, host);
	/* Bytes that its reader had no room for are put aside for it now. */
	serfwd_flip_kick(host);
}

static int serfwd_party_join_locked(struct serfwd_link *link,
				    struct serfwd_link *host)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (link == host)
		return -ELOOP;
	if (link->share.host)
		return -EBUSY;
	if (host->share.tap ||
	    (host->share.host && !serfwd_party_is_host(host)))
		return -ELOOP;
	if (link->share.tap ? !serfwd_links_accepting() :
			      !serfwd_link_reserve(link))
		return -EBUSY;
	if (!host->share.host)
		serfwd_party_found(host);
	serfwd_party_add(host, link);
	return 0;
}

/* Others, who may not set it, do not get what one has set by TIOCSSERIAL. */
static void serfwd_party_forget_serial(struct serfwd_link *host)
{
	struct tty_ldisc *ld = serfwd_port_ldisc(host);

	if (!ld)
		return;
	if (serfwd_port_usable(ld->tty))
		serfwd_found_restore_serial(host, ld->tty);
	tty_ldisc_deref(ld);
}

/**
 * serfwd_party_join - take part in another link's port
 * @link: the link, which then has none of its own
 * @host: the other
 *
 * Return: 0; -EBUSY if @link has a port or takes part in one already; -ELOOP if
 * @host is @link, a tap, or takes part in another's; -EINTR.
 * Context: may sleep.
 */
int serfwd_party_join(struct serfwd_link *link, struct serfwd_link *host)
{
	int ret;

	if (mutex_lock_killable(&serfwd_party_mutex))
		return -EINTR;
	ret = serfwd_party_join_locked(link, host);
	mutex_unlock(&serfwd_party_mutex);
	if (!ret)
		serfwd_party_forget_serial(host);
	return ret;
}

/* The host is alone again when the last one left; it owns its port then. */
static void serfwd_party_dissolve(struct serfwd_link *host)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (!list_is_singular(&host->share.parties))
		return;
	serfwd_party_remove(host);
	static_branch_dec(&serfwd_share_key);
}

/*
 * Have nobody give @link a port. Returns the host, NULL for none, or an error.
 */
static struct serfwd_link *serfwd_party_begin_leave(struct serfwd_link *link)
{
	struct serfwd_link *host;

	mutex_lock(&serfwd_party_mutex);
	host = link->share.host;
	if (host == link)
		host = ERR_PTR(-EBUSY);
	else if (host)
		WRITE_ONCE(link->share.leaving, link->share.leaving + 1);
	mutex_unlock(&serfwd_party_mutex);
	return host;
}

/*
 * After serfwd_party_begin_leave(), which found @host; @leave: and not just
 * forget it.
 */
static void serfwd_party_end_leave(struct serfwd_link *link,
				   struct serfwd_link *host, bool leave)
{
	mutex_lock(&serfwd_party_mutex);
	WRITE_ONCE(link->share.leaving, link->share.leaving - 1);
	/* Another caller may have been quicker. */
	if (leave && link->share.host == host) {
		serfwd_party_remove(link);
		if (!link->share.tap)
			serfwd_link_unreserve(link);
		serfwd_party_dissolve(host);
	}
	mutex_unlock(&serfwd_party_mutex);
	serfwd_share_decide(host);
	/* It may take part in another one by now. */
	serfwd_share_decide(link);
	serfwd_end_wakeup(link);
	serfwd_lines_changed(link);
	serfwd_end_port_changed(link);
}

/**
 * serfwd_party_leave - take part no more
 * @link: the link, which may be alone
 *
 * If it owned the port, the host does again.
 *
 * Return: 0; -EBUSY if others take part in the port of @link; -EINTR, with
 * nothing changed except perhaps the owner.
 * Context: sleeps, for as long as what @link has written takes to be sent.
 */
int serfwd_party_leave(struct serfwd_link *link)
{
	struct serfwd_link *host = serfwd_party_begin_leave(link);
	int ret;

	if (IS_ERR_OR_NULL(host))
		return PTR_ERR_OR_ZERO(host);
	ret = serfwd_turn_give(host, NULL);
	serfwd_party_end_leave(link, host, !ret);
	return ret;
}

/**
 * serfwd_party_leave_for_good - take part no more, for the module to go
 * @link: the link; no host has a port any more
 *
 * Context: sleeps, shortly.
 */
void serfwd_party_leave_for_good(struct serfwd_link *link)
{
	struct serfwd_link *host = serfwd_party_begin_leave(link);

	if (IS_ERR_OR_NULL(host))
		return;
	serfwd_turn_settle(host);
	serfwd_party_end_leave(link, host, true);
}

static int serfwd_party_may_give(struct serfwd_link *host,
				 struct serfwd_link *to)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (!host || to->share.host != host)
		return -EINVAL;
	return to->share.tap ? -EPERM : 0;
}

/**
 * serfwd_party_give - make a link the owner of the port it takes part in
 * @link: a link that takes part in the port
 * @to: the one to have it
 *
 * Return: 0; -EINVAL if the two do not take part in the same port; -EPERM if
 * @to is a tap; -EINTR, see serfwd_turn_give().
 * Context: sleeps, for as long as what the last owner has written takes to be
 * sent.
 */
int serfwd_party_give(struct serfwd_link *link, struct serfwd_link *to)
{
	struct serfwd_link *host;
	int ret;

	if (mutex_lock_killable(&serfwd_party_mutex))
		return -EINTR;
	host = link->share.host;
	ret = serfwd_party_may_give(host, to);
	mutex_unlock(&serfwd_party_mutex);
	return ret ?: serfwd_turn_give(host, to);
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

static int serfwd_party_tap_locked(struct serfwd_link *link, bool tap)
{
	lockdep_assert_held(&serfwd_party_mutex);
	if (link->share.tap == tap)
		return 0;
	if (!link->share.host)
		return serfwd_party_tap_alone(link, tap);
	if (serfwd_party_is_host(link))
		return -EBUSY;
	WRITE_ONCE(link->share.tap, tap);
	WRITE_ONCE(link->share.waiting, false);
	return 0;
}

/* Nothing of a tap's goes out any more when this returns. */
static int serfwd_party_settle_tap(struct serfwd_link *link,
				   struct serfwd_link *host)
{
	int ret = serfwd_turn_give(host, NULL);

	serfwd_stats_lost(link, SERFWD_TX_DETACHED, serfwd_orphan_drop(link));
	/*
	 * Those who wait to write find out that they wait for nothing, or ask.
	 */
	serfwd_stats_stall_end(link, SERFWD_TX);
	serfwd_end_wakeup(link);
	return ret;
}

/**
 * serfwd_party_set_tap - make a link a tap, or one as any other again
 * @link: the link
 * @tap: it is to be a tap
 *
 * If it owned a port, the host does again; nothing of @link's goes out any more
 * when this returns.
 *
 * Return: 0; -EBUSY if @link has a port of its own, or others take part in it;
 * -EINTR, when it is a tap and its bytes are perhaps still being sent.
 * Context: sleeps, for as long as what @link has written takes to be sent.
 */
int serfwd_party_set_tap(struct serfwd_link *link, bool tap)
{
	struct serfwd_link *host;
	int ret;

	if (mutex_lock_killable(&serfwd_party_mutex))
		return -EINTR;
	ret = serfwd_party_tap_locked(link, tap);
	host = link->share.host;
	mutex_unlock(&serfwd_party_mutex);
	return ret || !host ? ret : serfwd_party_settle_tap(link, host);
}

/**
 * serfwd_party_init - set up a new link, alone
 * @link: the link
 */
void serfwd_party_init(struct serfwd_link *link)
{
	mutex_init(&link->share.lock);
	spin_lock_init(&link->share.want_lock);
	spin_lock_init(&link->share.asked_lock);
	init_waitqueue_head(&link->share.answered);
	INIT_LIST_HEAD(&link->share.parties);
	INIT_DELAYED_WORK(&link->share.work, serfwd_turn_work);
	link->share.owner = link;
	link->policy.token_idle_ms = SERFWD_TOKEN_IDLE_DEFAULT;
}
