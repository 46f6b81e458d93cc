// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a shared port next, and when.
 */
#include <linux/jiffies.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#include "handover.h"
#include "link.h"
#include "policy.h"
#include "share.h"
#include "transmit.h"
#include "turn.h"

/* How often (ms) an owner is looked at that has not sent all it wrote. */
#define SERFWD_TURN_POLL	5

static bool serfwd_turn_before(const struct serfwd_link *a,
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
static struct serfwd_link *serfwd_turn_next(struct serfwd_link *host)
{
	struct serfwd_link *party, *next = NULL;

	list_for_each_entry(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    !party->share.tap && party != host->share.owner &&
		    (!next || serfwd_turn_before(party, next)))
			next = party;
	return next;
}

static bool serfwd_link_is_open(const struct serfwd_link *link)
{
	return rcu_access_pointer(link->vtty);
}

/* Jiffies until an owner that writes no more is idle. */
static unsigned long serfwd_turn_idle_in(const struct serfwd_link *host)
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
		/* Not later, if somebody has called for a decision meanwhile. */
		queue_delayed_work(system_wq, &host->share.work, due);
	return !due;
}

/**
 * serfwd_turn_work - hand a port over to who waits for it, if it is time
 * @work: that of the host's share
 */
void serfwd_turn_work(struct work_struct *work)
{
	struct serfwd_link *host = container_of(to_delayed_work(work),
						struct serfwd_link, share.work);
	bool moved;

	mutex_lock(&host->share.lock);
	moved = serfwd_turn_advance(host);
	mutex_unlock(&host->share.lock);
	/* There may be others who wait. */
	if (moved)
		serfwd_turn_decide(host);
}

/**
 * serfwd_turn_decide - look who is to have the port of a link
 * @link: the link
 *
 * To be called whenever that may have changed.
 *
 * Context: any.
 */
void serfwd_turn_decide(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	if (host)
		mod_delayed_work(system_wq, &host->share.work, 0);
}

/**
 * serfwd_turn_wrote - a link wrote to its port
 * @link: the link
 * @count: bytes, perhaps none
 *
 * Context: any.
 */
void serfwd_turn_wrote(struct serfwd_link *link, size_t count)
{
	if (count)
		WRITE_ONCE(link->share.written, jiffies);
}

/**
 * serfwd_turn_want - a link without a port wants to write
 * @link: the link
 *
 * Context: any.
 */
void serfwd_turn_want(struct serfwd_link *link)
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
		serfwd_turn_decide(link);
}

/**
 * serfwd_turn_closed - a vtty was closed
 * @link: its link
 */
void serfwd_turn_closed(struct serfwd_link *link)
{
	WRITE_ONCE(link->share.waiting, false);
	serfwd_turn_decide(link);
}
