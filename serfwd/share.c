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

#include "link.h"
#include "policy.h"
#include "share.h"

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

/**
 * serfwd_share_decide - look who is to have the port of a link
 * @link: the link
 *
 * To be called whenever that may have changed.
 *
 * Context: any.
 */
void serfwd_share_decide(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	if (host)
		mod_delayed_work(system_long_wq, &host->share.work, 0);
}

/**
 * serfwd_share_wrote - a link wrote to its port
 * @link: the link
 * @count: bytes, perhaps none
 *
 * Context: any.
 */
void serfwd_share_wrote(struct serfwd_link *link, size_t count)
{
	if (count)
		WRITE_ONCE(link->share.written, jiffies);
}

/**
 * serfwd_share_want - a link without a port wants to write
 * @link: the link
 *
 * Context: any.
 */
void serfwd_share_want(struct serfwd_link *link)
{
	unsigned long flags;
	bool wants;

	if (READ_ONCE(link->share.waiting) || !READ_ONCE(link->share.host))
		return;
	/* It may be given the port just now, and then does not wait. */
	spin_lock_irqsave(&link->share.want_lock, flags);
	wants = serfwd_share_find_owner(link) != link;
	if (wants) {
		WRITE_ONCE(link->share.waiting_since, jiffies);
		WRITE_ONCE(link->share.waiting, true);
	}
	spin_unlock_irqrestore(&link->share.want_lock, flags);
	if (wants)
		serfwd_share_decide(link);
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

/**
 * serfwd_share_real - take a reference on the tty of the port a link takes
 * part in
 * @link: the link, which may be alone
 *
 * Return: the tty, to be given back by tty_kref_put(), or NULL.
 * Context: any.
 */
struct tty_struct *serfwd_share_real(struct serfwd_link *link)
{
	struct tty_struct *real;

	/*
	 * The tty core keeps it until serfwd_link_detach() has waited for us.
	 */
	rcu_read_lock();
	real = tty_kref_get(serfwd_share_port(link));
	rcu_read_unlock();
	return real;
}
