// SPDX-License-Identifier: GPL-2.0
/*
 * Who owns a shared port: how it is handed over, who has it next, and when.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/workqueue.h>

#include "control.h"
#include "event.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "owner.h"
#include "policy.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "transmit.h"
#include "vtty.h"

/* How long (jiffies) handing over waits for what the last owner had written. */
#define SERFWD_SHARE_DRAIN	HZ
/* How often (ms) it looks. */
#define SERFWD_SHARE_POLL	5

/*
 * Handing over. The two halves have nothing in common but that no writer and no
 * wake-up is between them.
 */

static void serfwd_share_drain(struct serfwd_link *from,
			       struct tty_struct *real)
{
	unsigned long end = jiffies + SERFWD_SHARE_DRAIN;

	/* What was put by the character and not told to be sent. */
	if (serfwd_port_usable(real) && real->ops->flush_chars)
		real->ops->flush_chars(real);
	while (time_before(jiffies, end) && serfwd_port_usable(real) &&
	       tty_chars_in_buffer(real))
		msleep(SERFWD_SHARE_POLL);
	/* What is in the hardware by then. */
	if (serfwd_port_usable(real) && real->ops->wait_until_sent)
		real->ops->wait_until_sent(real, max_t(int, 1, HZ / 5));
	serfwd_control_sent(from);
}

/* Returns the port, which is there, and which nobody writes to any more. */
static struct tty_struct *serfwd_share_take_port(struct serfwd_link *from)
{
	struct tty_struct *real = serfwd_control_give(from, true);

	serfwd_lines_unfollow(from, real);
	/* Writers under RCU have left the port after this. */
	synchronize_rcu();
	return real;
}

static void serfwd_share_put_port(struct serfwd_link *to,
				  struct tty_struct *real)
{
	serfwd_control_take(to, real);
	serfwd_lines_attach(to, real);
	serfwd_transmit_attach(to, real);
	serfwd_vtty_wakeup(to);
	/* A reader that stalled as a listener's is not known to have room now. */
	serfwd_listener_restart(to);
}

static void serfwd_share_tell(struct serfwd_link *host)
{
	struct serfwd_link *party;

	list_for_each_entry(party, &host->share.parties, share.node)
		serfwd_event_owner(party);
}

/* Who owns the port does not wait for it, see serfwd_share_want(). */
static void serfwd_share_set_owner(struct serfwd_link *host,
				   struct serfwd_link *to)
{
	spin_lock_irq(&to->share.want_lock);
	WRITE_ONCE(host->share.owner, to);
	WRITE_ONCE(to->share.waiting, false);
	spin_unlock_irq(&to->share.want_lock);
	WRITE_ONCE(to->share.written, jiffies);
}

/*
 * What a reader had left in the port is another's now; but for what is in its own flip
 * buffer, whose work looks again.
 */
static void serfwd_share_relieve(struct serfwd_link *from)
{
	serfwd_stall_over(from);
	serfwd_stall_settle(from, SERFWD_RX);
	serfwd_listener_restart(from);
}

/**
 * serfwd_share_move - hand a port over
 * @host: the link that it belongs to
 * @to: who is to own it
 *
 * What the last owner had written goes out first.
 *
 * Context: may sleep, for about a second at most.
 * Locking: the host's share.lock held.
 */
void serfwd_share_move(struct serfwd_link *host, struct serfwd_link *to)
{
	struct serfwd_link *from = host->share.owner;
	struct tty_struct *real;

	lockdep_assert_held(&host->share.lock);
	if (from == to)
		return;
	WRITE_ONCE(host->share.moving, true);
	real = host->share.present ? serfwd_share_take_port(from) : NULL;
	if (real)
		serfwd_share_drain(from, real);
	serfwd_share_set_owner(host, to);
	if (real)
		serfwd_share_put_port(to, real);
	WRITE_ONCE(host->share.moving, false);
	/*
	 * Whom a wake-up has found without a port while it still owned it, and
	 * who drains what is not waited for any more.
	 */
	serfwd_vtty_wakeup(from);
	serfwd_share_relieve(from);
	serfwd_share_tell(host);
}

/*
 * Deciding
 */

static bool serfwd_share_before(const struct serfwd_link *a,
				const struct serfwd_link *b)
{
	int a_priority = READ_ONCE(a->policy.priority);
	int b_priority = READ_ONCE(b->policy.priority);

	if (a_priority != b_priority)
		return a_priority > b_priority;
	return time_before(READ_ONCE(a->share.waiting_since),
			   READ_ONCE(b->share.waiting_since));
}

/* Who is to have the port next, or NULL if nobody waits. */
static struct serfwd_link *serfwd_share_next(struct serfwd_link *host)
{
	struct serfwd_link *party, *next = NULL;

	list_for_each_entry(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    !party->share.tap && party != host->share.owner &&
		    (!next || serfwd_share_before(party, next)))
			next = party;
	return next;
}

static bool serfwd_link_is_open(const struct serfwd_link *link)
{
	return rcu_access_pointer(link->vtty);
}

/* Jiffies until an owner that writes no more is idle. */
static unsigned long serfwd_share_idle_in(const struct serfwd_link *host)
{
	struct serfwd_link *owner = host->share.owner;
	unsigned long idle = READ_ONCE(owner->share.written) +
			     msecs_to_jiffies(READ_ONCE(host->policy.token_idle_ms));

	if (!serfwd_link_is_open(owner))
		return 0;
	if (time_before(jiffies, idle))
		return idle - jiffies;
	/* What it has written is still being sent. */
	return serfwd_chars_in_buffer(owner) ?
	       msecs_to_jiffies(SERFWD_SHARE_POLL) + 1 : 0;
}

/* Jiffies until @next may have the port; MAX_JIFFY_OFFSET: not by itself. */
static unsigned long serfwd_share_due_in(const struct serfwd_link *host,
					 const struct serfwd_link *next)
{
	const struct serfwd_link *owner = host->share.owner;

	switch (READ_ONCE(host->policy.share_write)) {
	case SERFWD_SHARE_WRITE_EXCLUSIVE:
		return serfwd_link_is_open(owner) ? MAX_JIFFY_OFFSET : 0;
	case SERFWD_SHARE_WRITE_PRIORITY:
		if (READ_ONCE(next->policy.priority) >
		    READ_ONCE(owner->policy.priority))
			return 0;
		fallthrough;
	case SERFWD_SHARE_WRITE_TOKEN:
		return serfwd_share_idle_in(host);
	default:
		return MAX_JIFFY_OFFSET;
	}
}

/* Returns whether the port was handed over. */
static bool serfwd_share_advance(struct serfwd_link *host)
{
	struct serfwd_link *next = serfwd_share_next(host);
	unsigned long due;

	if (!next)
		return false;
	due = serfwd_share_due_in(host, next);
	if (!due)
		serfwd_share_move(host, next);
	else if (due != MAX_JIFFY_OFFSET)
		/* Not later, if somebody has called for a decision meanwhile. */
		queue_delayed_work(system_wq, &host->share.work, due);
	return !due;
}

/**
 * serfwd_share_work - hand a port over to who waits for it, if it is time
 * @work: that of the host's share
 */
void serfwd_share_work(struct work_struct *work)
{
	struct serfwd_link *host = container_of(to_delayed_work(work),
						struct serfwd_link, share.work);
	bool moved;

	mutex_lock(&host->share.lock);
	moved = serfwd_share_advance(host);
	mutex_unlock(&host->share.lock);
	/* There may be others who wait. */
	if (moved)
		serfwd_share_decide(host);
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
		mod_delayed_work(system_wq, &host->share.work, 0);
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
 * serfwd_share_closed - a vtty was closed
 * @link: its link
 */
void serfwd_share_closed(struct serfwd_link *link)
{
	WRITE_ONCE(link->share.waiting, false);
	serfwd_share_decide(link);
}

/*
 * Ports
 */

/**
 * serfwd_share_attach - give a port that comes to who owns it
 * @host: the link that the port belongs to; it may be alone
 * @real: the port's tty
 *
 * Context: the port's ldisc open.
 */
void serfwd_share_attach(struct serfwd_link *host, struct tty_struct *real)
{
	mutex_lock(&host->share.lock);
	host->share.present = true;
	serfwd_share_put_port(host->share.owner, real);
	mutex_unlock(&host->share.lock);
}

/**
 * serfwd_share_detach - take a port that goes from who owns it
 * @host: the link that the port belongs to; it may be alone
 *
 * The link that had it stays the owner, for the next port. Writers and wake-ups
 * have left the port after an RCU grace period.
 *
 * Return: the port's tty.
 * Context: the port's ldisc close.
 */
struct tty_struct *serfwd_share_detach(struct serfwd_link *host)
{
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	host->share.present = false;
	real = serfwd_control_give(host->share.owner, false);
	serfwd_lines_unfollow(host->share.owner, real);
	mutex_unlock(&host->share.lock);
	return real;
}

/**
 * serfwd_share_real - take a reference on the tty of the port a link takes part in
 * @link: the link, which may be alone
 *
 * Return: the tty, to be given back by tty_kref_put(), or NULL.
 * Context: may sleep, as long as the port is being handed over.
 */
struct tty_struct *serfwd_share_real(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host) ?: link;
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	real = serfwd_link_real(host->share.owner);
	mutex_unlock(&host->share.lock);
	return real;
}
