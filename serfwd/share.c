// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing one real port among several links: who takes part, and what that
 * means for each. turn.c decides which of them owns the port.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/sysfs.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#include "lines.h"
#include "link.h"
#include "turn.h"
#include "policy.h"
#include "share.h"
#include "vtty.h"

/* A tap claims to have this much room: more than n_tty ever puts at once. */
#define SERFWD_SHARE_TAP_ROOM	4096

DEFINE_STATIC_KEY_FALSE(serfwd_share_key);

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
 * serfwd_share_port - the port that a link takes part in, whoever has it
 * @link: the link, which may be alone
 *
 * Return: the port's tty, or NULL.
 * Context: any; under rcu_read_lock().
 */
struct tty_struct *serfwd_share_port(struct serfwd_link *link)
{
	return rcu_dereference(serfwd_share_host(link)->share.port);
}

/**
 * serfwd_share_may_own - may a link be given a port?
 * @host: the link that the port belongs to
 * @link: the link
 *
 * Return: true if it takes part in the port, stays, and does more than listen.
 * Context: any.
 */
bool serfwd_share_may_own(const struct serfwd_link *host,
			  const struct serfwd_link *link)
{
	return READ_ONCE(link->share.host) == host &&
	       !READ_ONCE(link->share.tap) && !READ_ONCE(link->share.leaving);
}

/**
 * serfwd_share_listens - is a link handed what a port receives?
 * @host: the link that the port belongs to
 * @link: one that takes part in it
 *
 * Return: true if so: the owner, taps, and by the policy all others.
 * Context: any.
 */
bool serfwd_share_listens(const struct serfwd_link *host,
			  const struct serfwd_link *link)
{
	return link == READ_ONCE(host->share.owner) ||
	       READ_ONCE(link->share.tap) ||
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
 * echoes of what came before, which would be lost. And n_tty itself, for the
 * echo of what is just being received: that asks for nothing and waits. A tap's
 * user is not to wait for what never comes: there is room, and what is put
 * there goes nowhere.
 *
 * Return: how many bytes may be put, or tried.
 * Context: any.
 */
unsigned int serfwd_share_room(struct serfwd_link *link)
{
	if (!READ_ONCE(link->share.host) ||
	    serfwd_share_find_owner(link) == link)
		return 0;
	if (READ_ONCE(link->share.tap))
		return SERFWD_SHARE_TAP_ROOM;
	if (current_work() == &link->vport.buf.work)
		return 0;
	if (serfwd_share_writing(link)) {
		serfwd_turn_want(link);
		return 0;
	}
	return !READ_ONCE(link->share.waiting);
}

/**
 * serfwd_share_is_borrower - does a link take part in another's port?
 * @link: the link
 *
 * Return: true if so, false for a host and for one that is alone.
 */
bool serfwd_share_is_borrower(struct serfwd_link *link)
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
	spin_lock_init(&link->share.asked_lock);
	init_waitqueue_head(&link->share.answered);
	INIT_LIST_HEAD(&link->share.parties);
	INIT_DELAYED_WORK(&link->share.work, serfwd_turn_work);
	link->share.owner = link;
	link->policy.token_idle_ms = SERFWD_TOKEN_IDLE_DEFAULT;
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
