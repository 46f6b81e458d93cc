// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing one real port among several links: who takes part, and what that means for
 * each. Who owns the port is decided in owner.c.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/sysfs.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#include "lines.h"
#include "link.h"
#include "owner.h"
#include "policy.h"
#include "share.h"
#include "vtty.h"

/* What a tap says when asked for room: more than n_tty ever puts at once. */
#define SERFWD_SHARE_TAP_ROOM	4096

DEFINE_STATIC_KEY_FALSE(serfwd_share_key);

/* Protects who takes part in what, across hosts. Taken before a host's lock. */
static DEFINE_MUTEX(serfwd_share_mutex);

/**
 * serfwd_share_find_owner - who has the port that a link takes part in?
 * @link: the link
 *
 * Return: that link; @link itself if it is alone.
 * Context: any.
 */
struct serfwd_link *serfwd_share_find_owner(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host ? READ_ONCE(host->share.owner) : link;
}

/**
 * serfwd_share_moving - is the port of a link just being handed over?
 * @link: a link that takes part in it
 *
 * Return: true if so; then nobody has it for up to a second or so.
 * Context: any.
 */
bool serfwd_share_moving(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host && READ_ONCE(host->share.moving);
}

/**
 * serfwd_share_taps - is a link a tap of another's port?
 * @link: the link
 *
 * Return: true if it listens to the port and may send nothing.
 * Context: any.
 */
bool serfwd_share_taps(struct serfwd_link *link)
{
	return READ_ONCE(link->share.tap) && READ_ONCE(link->share.host);
}

/**
 * serfwd_share_listens - does a link hear what the owner of a port receives?
 * @host: the link that the port belongs to
 * @link: one that takes part in it
 *
 * Return: true if it gets a copy.
 * Locking: the host's share.lock held.
 */
bool serfwd_share_listens(struct serfwd_link *host, struct serfwd_link *link)
{
	lockdep_assert_held(&host->share.lock);
	if (link == host->share.owner)
		return false;
	return link->share.tap ||
	       READ_ONCE(host->policy.share_read) == SERFWD_SHARE_READ_ALL;
}

/* Is somebody within write(2)? poll(2) does not ask for room while one is. */
static bool serfwd_share_writing(struct serfwd_link *link)
{
	struct tty_struct *vtty;
	bool writing;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	writing = vtty && mutex_is_locked(&vtty->atomic_write_lock);
	rcu_read_unlock();
	return writing;
}

/**
 * serfwd_share_room - what a link without a port says when asked for room
 * @link: the link
 *
 * Three ask. poll(2): who only looks does not want to write, so there is room
 * until it was written. write(2): it asks for the port, and n_tty is not to put
 * echoes of what came before, which would be lost. And n_tty itself, for the echo
 * of what is just being received: that asks for nothing and waits. A tap's user is
 * not to wait for what never comes: there is room, and what is put there goes
 * nowhere.
 *
 * Return: how many bytes may be put, or tried.
 * Context: any.
 */
unsigned int serfwd_share_room(struct serfwd_link *link)
{
	if (!READ_ONCE(link->share.host) || serfwd_share_find_owner(link) == link)
		return 0;
	if (READ_ONCE(link->share.tap))
		return SERFWD_SHARE_TAP_ROOM;
	if (current_work() == &link->vport.buf.work)
		return 0;
	if (serfwd_share_writing(link)) {
		serfwd_share_want(link);
		return 0;
	}
	return !READ_ONCE(link->share.waiting);
}

/**
 * serfwd_share_is_guest - does a link take part in another's port?
 * @link: the link
 *
 * Return: true if so, false for a host and for one that is alone.
 */
bool serfwd_share_is_guest(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host && host != link;
}

/**
 * serfwd_share_each - do something to all that take part in a port
 * @link: one of them
 * @fn: what to do
 *
 * Context: any.
 */
void serfwd_share_each(struct serfwd_link *link,
		       void (*fn)(struct serfwd_link *link))
{
	struct serfwd_link *host = READ_ONCE(link->share.host);
	struct serfwd_link *party;
	bool met = false;

	if (!host) {
		fn(link);
		return;
	}
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node) {
		fn(party);
		met |= party == link;
	}
	rcu_read_unlock();
	/* It may just have left. */
	if (!met)
		fn(link);
}

/**
 * serfwd_share_init - set up a new link, alone
 * @link: the link
 */
void serfwd_share_init(struct serfwd_link *link)
{
	mutex_init(&link->share.lock);
	spin_lock_init(&link->share.want_lock);
	INIT_LIST_HEAD(&link->share.parties);
	INIT_DELAYED_WORK(&link->share.work, serfwd_share_work);
	link->share.owner = link;
	link->policy.token_idle_ms = SERFWD_TOKEN_IDLE_DEFAULT;
}

static void serfwd_share_add(struct serfwd_link *host, struct serfwd_link *link)
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

static void serfwd_share_remove(struct serfwd_link *host,
				struct serfwd_link *link)
{
	mutex_lock(&host->share.lock);
	if (host->share.owner == link)
		serfwd_share_move(host, host);
	WRITE_ONCE(link->share.host, NULL);
	list_del_rcu(&link->share.node);
	mutex_unlock(&host->share.lock);
	/* serfwd_share_each() has left it after this. */
	synchronize_rcu();
}

static bool serfwd_share_is_host(const struct serfwd_link *link)
{
	return link->share.host == link;
}

static int serfwd_share_join_locked(struct serfwd_link *link,
				    struct serfwd_link *host)
{
	lockdep_assert_held(&serfwd_share_mutex);
	if (link == host)
		return -ELOOP;
	if (link->share.host)
		return -EBUSY;
	if (host->share.tap || (host->share.host && !serfwd_share_is_host(host)))
		return -ELOOP;
	if (!link->share.tap && !serfwd_link_reserve(link))
		return -EBUSY;
	if (!host->share.host) {
		/* Before anybody is found to take part in anything. */
		static_branch_inc(&serfwd_share_key);
		serfwd_share_add(host, host);
	}
	serfwd_share_add(host, link);
	return 0;
}

/**
 * serfwd_share_join - take part in another link's port
 * @link: the link, which then has none of its own
 * @host: the other
 *
 * Return: 0; -EBUSY if @link has a port or takes part in one already; -ELOOP if
 * @host is @link, a tap, or takes part in another's.
 * Context: may sleep.
 */
int serfwd_share_join(struct serfwd_link *link, struct serfwd_link *host)
{
	int ret;

	mutex_lock(&serfwd_share_mutex);
	ret = serfwd_share_join_locked(link, host);
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/* The host is alone again when the last one left. */
static void serfwd_share_part(struct serfwd_link *host)
{
	if (!list_is_singular(&host->share.parties))
		return;
	serfwd_share_remove(host, host);
	static_branch_dec(&serfwd_share_key);
	cancel_delayed_work_sync(&host->share.work);
}

/**
 * serfwd_share_leave - take part no more
 * @link: the link, which may be alone
 *
 * If it owned the port, the host does again.
 *
 * Return: 0; -EBUSY if others take part in the port of @link.
 * Context: may sleep.
 */
int serfwd_share_leave(struct serfwd_link *link)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
	host = link->share.host;
	if (host == link) {
		ret = -EBUSY;
	} else if (host) {
		serfwd_share_remove(host, link);
		if (!link->share.tap)
			serfwd_link_unreserve(link);
		serfwd_share_decide(host);
		serfwd_share_part(host);
	}
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/**
 * serfwd_share_give - make a link the owner of the port it takes part in
 * @link: a link that takes part in the port
 * @to: the one to have it
 *
 * Return: 0; -EINVAL if the two do not take part in the same port; -EPERM if @to
 * is a tap.
 * Context: may sleep.
 */
int serfwd_share_give(struct serfwd_link *link, struct serfwd_link *to)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
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
	serfwd_share_move(host, to);
	mutex_unlock(&host->share.lock);
	serfwd_share_decide(host);
unlock:
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/* A link that is alone: as a tap no port comes to it. */
static int serfwd_share_tap_alone(struct serfwd_link *link, bool tap)
{
	lockdep_assert_held(&serfwd_share_mutex);
	if (tap && !serfwd_link_reserve(link))
		return -EBUSY;
	WRITE_ONCE(link->share.tap, tap);
	if (!tap)
		serfwd_link_unreserve(link);
	return 0;
}

static void serfwd_share_tap_party(struct serfwd_link *host,
				   struct serfwd_link *link, bool tap)
{
	mutex_lock(&host->share.lock);
	WRITE_ONCE(link->share.tap, tap);
	WRITE_ONCE(link->share.waiting, false);
	if (tap && host->share.owner == link)
		serfwd_share_move(host, host);
	mutex_unlock(&host->share.lock);
	serfwd_stats_lost(link, SERFWD_TX_DETACHED, serfwd_late_drop(link));
	/* Those who wait to write find out that they wait for nothing, or ask. */
	serfwd_stall_settle(link, SERFWD_TX);
	serfwd_vtty_wakeup(link);
	serfwd_share_decide(host);
}

/**
 * serfwd_share_set_tap - make a link a tap, or one as any other again
 * @link: the link
 * @tap: it is to be a tap
 *
 * If it owned a port, the host does again; nothing of @link's goes out any more
 * when this returns.
 *
 * Return: 0; -EBUSY if @link has a port of its own, or others take part in it.
 * Context: may sleep.
 */
int serfwd_share_set_tap(struct serfwd_link *link, bool tap)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
	host = link->share.host;
	if (link->share.tap == tap)
		goto unlock;
	if (!host)
		ret = serfwd_share_tap_alone(link, tap);
	else if (host == link)
		ret = -EBUSY;
	else
		serfwd_share_tap_party(host, link, tap);
unlock:
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/**
 * serfwd_share_print_waiting - name those that wait to write
 * @link: a link that takes part in the port, or one that is alone
 * @buf: a page
 *
 * Return: bytes written to @buf.
 */
ssize_t serfwd_share_print_waiting(struct serfwd_link *link, char *buf)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);
	struct serfwd_link *party;
	int len = 0;

	if (!host)
		return sysfs_emit(buf, "\n");
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    !READ_ONCE(party->share.tap))
			len += sysfs_emit_at(buf, len, "%sttySF%u",
					     len ? " " : "", party->index);
	rcu_read_unlock();
	return len + sysfs_emit_at(buf, len, "\n");
}
