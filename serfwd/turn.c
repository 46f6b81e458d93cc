// SPDX-License-Identifier: GPL-2.0
/*
 * The next owner of a shared port, and when it gets it.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/tty.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "handover.h"
#include "link.h"
#include "policy.h"
#include "share.h"
#include "transmit.h"
#include "turn.h"
#include "vtty_end.h"

/* How often (ms) an owner is looked at that has not sent all it wrote. */
#define SERFWD_TURN_POLL	5

/*
 * Of two that wait: by the policy "priority" the higher one, then the first to
 * wait.
 */
static bool serfwd_turn_before(const struct serfwd_link *host,
			       const struct serfwd_link *a,
			       const struct serfwd_link *b)
{
	int a_priority = READ_ONCE(a->policy.priority);
	int b_priority = READ_ONCE(b->policy.priority);
	int policy = READ_ONCE(host->policy.share_write);

	if (policy == SERFWD_SHARE_WRITE_PRIORITY && a_priority != b_priority)
		return a_priority > b_priority;
	return time_before(READ_ONCE(a->share.waiting_since),
			   READ_ONCE(b->share.waiting_since));
}

/* The next link to have the port, or NULL if none waits. */
static struct serfwd_link *serfwd_turn_next(struct serfwd_link *host)
{
	struct serfwd_link *party, *next = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    party != host->share.owner &&
		    serfwd_share_may_own(host, party) &&
		    (!next || serfwd_turn_before(host, party, next)))
			next = party;
	rcu_read_unlock();
	return next;
}

static bool serfwd_link_is_open(const struct serfwd_link *link)
{
	return rcu_access_pointer(link->opened);
}

/* Jiffies until an owner that writes no more is idle. */
static unsigned long serfwd_turn_idle_in(const struct serfwd_link *host)
{
	struct serfwd_link *owner = host->share.owner;
	int idle_ms = READ_ONCE(host->policy.token_idle_ms);
	unsigned long idle = READ_ONCE(owner->share.written) +
			     msecs_to_jiffies(idle_ms);

	if (!serfwd_link_is_open(owner))
		return 0;
	if (time_before(jiffies, idle))
		return idle - jiffies;
	/* The bytes that it has written are still being sent. */
	return serfwd_chars_in_buffer(owner) ?
	       msecs_to_jiffies(SERFWD_TURN_POLL) + 1 : 0;
}

/* Jiffies until @next may have the port; MAX_JIFFY_OFFSET: not by itself. */
static unsigned long serfwd_turn_due_in(const struct serfwd_link *host,
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
		return serfwd_turn_idle_in(host);
	default:
		return MAX_JIFFY_OFFSET;
	}
}

/* Returns whether the port was handed over. */
static bool serfwd_turn_advance(struct serfwd_link *host)
{
	struct serfwd_link *next = serfwd_turn_next(host);
	unsigned long due;

	if (!next)
		return false;
	due = serfwd_turn_due_in(host, next);
	if (!due)
		serfwd_handover_move(host, next);
	else if (due != MAX_JIFFY_OFFSET)
		/*
		 * Not later, if somebody has called for a decision meanwhile.
		 */
		queue_delayed_work(system_long_wq, &host->share.work, due);
	return !due;
}

/* The link that was asked to have the port whatever the policy is, or NULL. */
static struct serfwd_link *serfwd_turn_take_asked(struct serfwd_link *host,
						  unsigned int *asks)
{
	struct serfwd_link *asked;

	spin_lock(&host->share.asked_lock);
	asked = host->share.asked;
	host->share.asked = NULL;
	*asks = host->share.asks;
	spin_unlock(&host->share.asked_lock);
	return asked;
}

/*
 * The link that has to have the port now; the owner if it may. A link that may
 * own here leaves no earlier than this work has run once more.
 */
static struct serfwd_link *serfwd_turn_due(struct serfwd_link *host,
					   struct serfwd_link *asked)
{
	if (asked && serfwd_share_may_own(host, asked))
		return asked;
	return serfwd_share_may_own(host, host->share.owner) ?
	       host->share.owner : host;
}

/**
 * serfwd_turn_work - hand a port over to who is to have it, if it is time
 * @work: that of the host's share
 */
void serfwd_turn_work(struct work_struct *work)
{
	struct serfwd_link *host = container_of(to_delayed_work(work),
						struct serfwd_link, share.work);
	struct serfwd_link *asked;
	unsigned int asks;
	bool moved;

	asked = serfwd_turn_take_asked(host, &asks);
	mutex_lock(&host->share.lock);
	serfwd_handover_move(host, serfwd_turn_due(host, asked));
	moved = serfwd_turn_advance(host);
	mutex_unlock(&host->share.lock);
	/* Pairs with the acquire in serfwd_turn_answered(). */
	smp_store_release(&host->share.answers, asks);
	wake_up_all(&host->share.answered);
	/* There may be others who wait. */
	if (moved)
		serfwd_share_decide(host);
}

static unsigned int serfwd_turn_ask(struct serfwd_link *host,
				    struct serfwd_link *to)
{
	unsigned int asks;

	spin_lock(&host->share.asked_lock);
	if (to)
		host->share.asked = to;
	asks = ++host->share.asks;
	spin_unlock(&host->share.asked_lock);
	mod_delayed_work(system_long_wq, &host->share.work, 0);
	return asks;
}

static bool serfwd_turn_answered(struct serfwd_link *host, unsigned int asks)
{
	/* Pairs with the release in serfwd_turn_work(). */
	return (int)(smp_load_acquire(&host->share.answers) - asks) >= 0;
}

/**
 * serfwd_turn_give - have a port handed over, and wait until it is
 * @host: the link that the port belongs to
 * @to: who is to have it; NULL if only one that may not have it is to lose it
 *
 * The last one who is asked for is given the port.
 *
 * Return: 0; -EINTR if a signal that ends the caller came first: then it is
 * handed over all the same.
 * Context: sleeps, for as long as the last owner's bytes take to be sent. No
 * lock is held that another port's users need.
 */
int serfwd_turn_give(struct serfwd_link *host, struct serfwd_link *to)
{
	unsigned int asks = serfwd_turn_ask(host, to);

	return wait_event_killable(host->share.answered,
				   serfwd_turn_answered(host, asks)) ?
	       -EINTR : 0;
}

/**
 * serfwd_turn_settle - as serfwd_turn_give(), of a port that has gone
 * @host: the link that had the port, so that nothing is to be sent
 *
 * Context: sleeps, shortly.
 */
void serfwd_turn_settle(struct serfwd_link *host)
{
	unsigned int asks = serfwd_turn_ask(host, NULL);

	wait_event(host->share.answered, serfwd_turn_answered(host, asks));
}

/**
 * serfwd_turn_closed - a vtty was closed
 * @link: its link
 */
void serfwd_turn_closed(struct serfwd_link *link)
{
	WRITE_ONCE(link->share.waiting, false);
	serfwd_share_decide(link);
}

/* How long (jiffies) a break waits, which is as long as sending one takes. */
#define SERFWD_TURN_WAIT	(HZ / 4)

/* Also when that was over before the waiter ran. */
static bool serfwd_turn_hung_up(struct serfwd_link *link,
				struct tty_struct *vtty)
{
	return serfwd_vtty_going(vtty) || !tty_port_initialized(&link->vport);
}

/*
 * It has the port, or there is nothing to wait for. If not it asks, again and
 * again.
 */
static bool serfwd_turn_came(struct serfwd_link *link, struct tty_struct *vtty)
{
	if (rcu_access_pointer(link->real) || !READ_ONCE(link->share.host) ||
	    READ_ONCE(link->share.tap) || serfwd_turn_hung_up(link, vtty))
		return true;
	serfwd_share_want(link);
	return false;
}

/**
 * serfwd_turn_await - ask for the port, and wait a while until the link has it
 * @link: the link, whose vtty is open
 * @vtty: its tty
 *
 * Not for longer: the caller may be a VMM, whose guest stands still meanwhile,
 * and nothing says whether its file is non-blocking.
 *
 * Return: 0, also if the link shares no port; -EAGAIN if it waits for the port
 * still, for the caller to try again; -EPERM if it has become a tap; -EIO if
 * the vtty is hung up; -ERESTARTSYS on a signal.
 * Context: sleeps.
 */
int serfwd_turn_await(struct serfwd_link *link, struct tty_struct *vtty)
{
	long left;

	left = wait_event_interruptible_timeout(vtty->write_wait,
						serfwd_turn_came(link, vtty),
						SERFWD_TURN_WAIT);
	if (left <= 0)
		return left ?: -EAGAIN;
	if (serfwd_turn_hung_up(link, vtty))
		return -EIO;
	return serfwd_share_taps(link) ? -EPERM : 0;
}
