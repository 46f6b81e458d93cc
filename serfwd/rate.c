// SPDX-License-Identifier: GPL-2.0
/*
 * The rate limit of a link: rate_limit bytes a second, and rate_burst bytes at
 * once after a silence.
 *
 * The bytes that were sent are kept as the time that it takes to make up for
 * them, so that nothing has to be done while time passes.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/time64.h>

#include <compat/hrtimer.h>

#include "end.h"
#include "link.h"
#include "policy.h"
#include "rate.h"

DEFINE_STATIC_KEY_FALSE(serfwd_rate_key);

/* Serialises switching, so that the key counts each link once. */
static DEFINE_MUTEX(serfwd_rate_mutex);

/* How long (ns) it takes to make up for @count bytes; rounded up. */
static u64 serfwd_rate_time(size_t count, unsigned int limit)
{
	return div_u64((u64)count * NSEC_PER_SEC + limit - 1, limit);
}

/* How many bytes the bucket holds. */
static size_t serfwd_rate_level(const struct serfwd_link *link,
				unsigned int limit, u64 now)
{
	u64 full = serfwd_rate_time(READ_ONCE(link->policy.rate_burst), limit);
	u64 owed = max(link->rate.paid_until, now) - now;

	lockdep_assert_held(&link->rate.lock);
	if (owed >= full)
		return 0;
	return div_u64((full - owed) * limit, NSEC_PER_SEC);
}

/*
 * Wake the writer when there is something to be had. Not for every byte: there
 * is half a bucket then, if that much is wanted, and enough for n_tty to go on.
 */
static void serfwd_rate_wake_for(struct serfwd_link *link, size_t wanted,
				 unsigned int limit)
{
	size_t burst = READ_ONCE(link->policy.rate_burst);
	u64 full = serfwd_rate_time(burst, limit);
	size_t level = clamp_t(size_t, wanted, SERFWD_RATE_STEP,
			       max_t(size_t, burst / 2, SERFWD_RATE_STEP));

	lockdep_assert_held(&link->rate.lock);
	hrtimer_start(&link->rate.timer,
		      ns_to_ktime(link->rate.paid_until +
				  serfwd_rate_time(level, limit) - full),
		      HRTIMER_MODE_ABS_SOFT);
}

/**
 * serfwd_rate_charge - take bytes out of the bucket
 * @link: the link
 * @count: how many are to be sent
 *
 * Return: how many may be sent.
 * Context: any.
 */
size_t serfwd_rate_charge(struct serfwd_link *link, size_t count)
{
	struct serfwd_rate *rate = &link->rate;
	u64 now = ktime_get_ns();
	unsigned int limit;
	unsigned long flags;
	size_t granted = count;

	spin_lock_irqsave(&rate->lock, flags);
	/*
	 * serfwd_rate_changed() forgets after us what is owed by an old limit.
	 */
	limit = READ_ONCE(link->policy.rate_limit);
	if (limit) {
		granted = min(count, serfwd_rate_level(link, limit, now));
		rate->paid_until = max(rate->paid_until, now) +
				   serfwd_rate_time(granted, limit);
	}
	spin_unlock_irqrestore(&rate->lock, flags);
	return granted;
}

/**
 * serfwd_rate_settle - put bytes that were not sent back into the bucket
 * @link: the link
 * @count: how many were to be sent
 * @granted: how many might be
 * @done: how many were, fewer than @count
 *
 * If it was the limit that kept the others back, the writer is woken when there
 * is more; else the port wakes it.
 *
 * Context: any.
 */
void serfwd_rate_settle(struct serfwd_link *link, size_t count, size_t granted,
			size_t done)
{
	struct serfwd_rate *rate = &link->rate;
	bool limited = done == granted;
	unsigned int limit;
	unsigned long flags;

	spin_lock_irqsave(&rate->lock, flags);
	limit = READ_ONCE(link->policy.rate_limit);
	limited &= !!limit;
	if (limit)
		rate->paid_until -= min(serfwd_rate_time(granted - done, limit),
					rate->paid_until);
	if (limited)
		serfwd_rate_wake_for(link, count - done, limit);
	spin_unlock_irqrestore(&rate->lock, flags);
	if (limited)
		atomic64_inc(&link->stats.tx_rate_limited);
}

/**
 * serfwd_rate_left - room for what may be sent
 * @link: the link
 * @room: of the port
 *
 * Less than n_tty can make use of is none, and whoever asked is woken when
 * there is more.
 *
 * Return: the smaller of @room and of what the bucket holds, or 0.
 * Context: any.
 */
unsigned int serfwd_rate_left(struct serfwd_link *link, unsigned int room)
{
	unsigned int limit;
	unsigned long flags;
	size_t left = room;

	if (!room)
		return 0;
	spin_lock_irqsave(&link->rate.lock, flags);
	limit = READ_ONCE(link->policy.rate_limit);
	if (limit)
		left = serfwd_rate_level(link, limit, ktime_get_ns());
	if (left < min_t(size_t, room, SERFWD_RATE_STEP)) {
		serfwd_rate_wake_for(link, room, limit);
		left = 0;
	}
	spin_unlock_irqrestore(&link->rate.lock, flags);
	return min_t(size_t, room, left);
}

static enum hrtimer_restart serfwd_rate_wake(struct hrtimer *timer)
{
	serfwd_end_wakeup(container_of(timer, struct serfwd_link, rate.timer));
	return HRTIMER_NORESTART;
}

static void serfwd_rate_switch(struct serfwd_link *link, bool on)
{
	lockdep_assert_held(&serfwd_rate_mutex);
	if (on == link->rate.limited)
		return;
	link->rate.limited = on;
	if (on)
		static_branch_inc(&serfwd_rate_key);
	else
		static_branch_dec(&serfwd_rate_key);
}

/**
 * serfwd_rate_changed - the limit of a link was changed
 * @link: the link
 *
 * It starts with a full bucket.
 *
 * Context: may sleep.
 */
void serfwd_rate_changed(struct serfwd_link *link)
{
	mutex_lock(&serfwd_rate_mutex);
	spin_lock_irq(&link->rate.lock);
	link->rate.paid_until = 0;
	spin_unlock_irq(&link->rate.lock);
	serfwd_rate_switch(link, READ_ONCE(link->policy.rate_limit));
	mutex_unlock(&serfwd_rate_mutex);
	serfwd_end_wakeup(link);
}

/**
 * serfwd_rate_init - set up a new link, without a limit
 * @link: the link
 */
void serfwd_rate_init(struct serfwd_link *link)
{
	spin_lock_init(&link->rate.lock);
	hrtimer_setup(&link->rate.timer, serfwd_rate_wake, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
	link->policy.rate_burst = SERFWD_RATE_BURST_DEFAULT;
}

/**
 * serfwd_rate_exit - a link's limit is not needed any more
 * @link: the link, which nobody writes to
 *
 * Context: may sleep.
 */
void serfwd_rate_exit(struct serfwd_link *link)
{
	hrtimer_cancel(&link->rate.timer);
	mutex_lock(&serfwd_rate_mutex);
	serfwd_rate_switch(link, false);
	mutex_unlock(&serfwd_rate_mutex);
}
