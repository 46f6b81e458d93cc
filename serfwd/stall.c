// SPDX-License-Identifier: GPL-2.0
/*
 * A reader of the vtty that does not take what arrives: what the policy makes
 * of it.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "end.h"
#include "link.h"
#include "policy.h"
#include "stall.h"
#include "stats.h"

DEFINE_STATIC_KEY_FALSE(serfwd_stall_key);

static void serfwd_stall_work(struct work_struct *work)
{
	struct serfwd_link *link = container_of(to_delayed_work(work),
						struct serfwd_link, stall_work);

	atomic64_inc(&link->stats.rx_stall_hangups);
	pr_info_ratelimited("ttySF%u: hung up, for its reader stalled\n",
			    link->index);
	serfwd_end_hangup(link);
}

/**
 * serfwd_stall_init - set up what a new link does about stalls
 * @link: the link
 */
void serfwd_stall_init(struct serfwd_link *link)
{
	INIT_DELAYED_WORK(&link->stall_work, serfwd_stall_work);
	link->policy.stall_timeout_ms = SERFWD_STALL_TIMEOUT_DEFAULT;
}

/**
 * serfwd_stall_set - change the stall policy of a link
 * @link: the link
 * @stall: &enum serfwd_stall
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_stall_set(struct serfwd_link *link, int stall)
{
	int was = link->policy.stall;

	lockdep_assert_held(&link->ctl.lock);
	if (was == stall)
		return;
	/* While somebody may find it by the policy, the key is on. */
	if (stall == SERFWD_STALL_DROP_OLDEST)
		static_branch_inc(&serfwd_stall_key);
	WRITE_ONCE(link->policy.stall, stall);
	if (was == SERFWD_STALL_DROP_OLDEST)
		static_branch_dec(&serfwd_stall_key);
}

/**
 * serfwd_stall_exit - the vtty that may have stalled is closed
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_stall_exit(struct serfwd_link *link)
{
	cancel_delayed_work_sync(&link->stall_work);
}

/* Unless the reader is just going, which does not wait for us. */
static void serfwd_stall_start_timer(struct serfwd_link *link)
{
	unsigned int timeout_ms = READ_ONCE(link->policy.stall_timeout_ms);

	/* Pairs with the grace period in serfwd_link_close(). */
	rcu_read_lock();
	/* Does nothing while it waits already. */
	if (rcu_access_pointer(link->opened))
		schedule_delayed_work(&link->stall_work,
				      msecs_to_jiffies(timeout_ms));
	rcu_read_unlock();
}

/**
 * serfwd_stall_dropped - is what was not taken to be dropped?
 * @link: the link
 * @count: bytes that there was no room for
 *
 * Return: @count if that is the policy, which are counted; else 0.
 * Context: any.
 */
size_t serfwd_stall_dropped(struct serfwd_link *link, size_t count)
{
	if (!serfwd_stall_drops(READ_ONCE(link->policy.stall)))
		return 0;
	serfwd_stats_lost(link, SERFWD_RX_DROPPED_NEWEST, count);
	return count;
}

/**
 * serfwd_stalled - the open vtty did not take what was received
 * @link: the link
 * @count: bytes that it did not take
 *
 * Return: how many of them are done with all the same; the others stay where
 * they are.
 * Context: any. A reference on the vtty's line discipline is held, so that it
 * is not the next user who is hung up.
 */
size_t serfwd_stalled(struct serfwd_link *link, size_t count)
{
	if (READ_ONCE(link->policy.stall) == SERFWD_STALL_HANGUP)
		serfwd_stall_start_timer(link);
	return serfwd_stall_dropped(link, count);
}

/**
 * serfwd_stall_over - the vtty has room again
 * @link: the link
 *
 * Context: any.
 */
void serfwd_stall_over(struct serfwd_link *link)
{
	if (delayed_work_pending(&link->stall_work))
		cancel_delayed_work(&link->stall_work);
}
