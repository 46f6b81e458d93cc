// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a link, and the directory stats/ that shows them, one value a
 * file. Documented in Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/tty.h>

#include "event.h"
#include "link.h"
#include "stats.h"
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(serfwd_stats_key);

/* Serialises switching, so that the key counts each link once. */
static DEFINE_MUTEX(serfwd_stats_mutex);

/*
 * Counting
 */

static const enum serfwd_counter serfwd_bytes_of[SERFWD_DIRECTIONS] = {
	SERFWD_RX_BYTES, SERFWD_TX_BYTES
};

static const enum serfwd_counter serfwd_stalls_of[SERFWD_DIRECTIONS] = {
	SERFWD_RX_STALLS, SERFWD_TX_STALLS
};

static const enum serfwd_counter serfwd_hops_ns_of[SERFWD_DIRECTIONS] = {
	SERFWD_RX_HOPS_NS, SERFWD_TX_HOPS_NS
};

static void serfwd_stall_begin(struct serfwd_link *link,
			       enum serfwd_direction dir, u64 now)
{
	struct serfwd_stall_time *stall = &link->stats.stalls[dir];
	unsigned long flags;
	bool begins;

	spin_lock_irqsave(&stall->lock, flags);
	begins = !stall->since;
	if (begins)
		WRITE_ONCE(stall->since, now);
	spin_unlock_irqrestore(&stall->lock, flags);
	if (!begins)
		return;
	serfwd_count(&link->stats, serfwd_stalls_of[dir], 1);
	trace_serfwd_stall(link->index, dir, true);
}

/* How long the stall that lasts does so. It may have begun after @now was read. */
static u64 serfwd_stall_lasts(const struct serfwd_stall_time *stall, u64 now)
{
	lockdep_assert_held(&stall->lock);
	return stall->since && now > stall->since ? now - stall->since : 0;
}

static void serfwd_stall_end(struct serfwd_link *link,
			     enum serfwd_direction dir, u64 now)
{
	struct serfwd_stall_time *stall = &link->stats.stalls[dir];
	unsigned long flags;
	bool ends;

	spin_lock_irqsave(&stall->lock, flags);
	ends = stall->since;
	stall->total += serfwd_stall_lasts(stall, now);
	WRITE_ONCE(stall->since, 0);
	spin_unlock_irqrestore(&stall->lock, flags);
	if (ends)
		trace_serfwd_stall(link->index, dir, false);
}

static bool serfwd_stall_is_on(struct serfwd_link *link,
			       enum serfwd_direction dir)
{
	return READ_ONCE(link->stats.stalls[dir].since);
}

/**
 * serfwd_stall_settle - nothing waits to be handed over any more
 * @link: the link
 * @dir: which way
 *
 * It was dropped, or whoever had it is gone.
 *
 * Context: any.
 */
void serfwd_stall_settle(struct serfwd_link *link, enum serfwd_direction dir)
{
	if (serfwd_stall_is_on(link, dir))
		serfwd_stall_end(link, dir, ktime_get_ns());
}

/**
 * serfwd_stats_count_hop - count what was handed over
 * @link: the link
 * @dir: which way
 * @began: when handing over began, ktime in ns
 * @offered: bytes that were there
 * @taken: bytes that were taken; fewer than @offered is a stall
 *
 * Context: any.
 */
void serfwd_stats_count_hop(struct serfwd_link *link,
			    enum serfwd_direction dir, u64 began, size_t offered,
			    size_t taken)
{
	u64 now = ktime_get_ns();
	u64 took = now - began;
	unsigned int bucket = min(ilog2(took | 1), SERFWD_BUCKETS - 1);

	atomic64_inc(&link->stats.hops[dir][bucket]);
	serfwd_count(&link->stats, serfwd_hops_ns_of[dir], took);
	serfwd_count(&link->stats, serfwd_bytes_of[dir], taken);
	if (taken < offered)
		serfwd_stall_begin(link, dir, now);
	else if (serfwd_stall_is_on(link, dir))
		serfwd_stall_end(link, dir, now);
}

static void serfwd_count_flag(struct serfwd_stats *stats, u8 flag)
{
	switch (flag) {
	case TTY_BREAK:
		serfwd_count(stats, SERFWD_RX_BREAKS, 1);
		break;
	case TTY_PARITY:
		serfwd_count(stats, SERFWD_RX_PARITY_ERRORS, 1);
		break;
	case TTY_FRAME:
		serfwd_count(stats, SERFWD_RX_FRAME_ERRORS, 1);
		break;
	case TTY_OVERRUN:
		serfwd_count(stats, SERFWD_RX_OVERRUNS, 1);
		break;
	}
}

/**
 * serfwd_stats_errors - count the errors among received bytes
 * @link: the link
 * @flags: one TTY_* flag a byte
 * @count: of bytes that are done with, so that each is seen once
 *
 * Whoever polls stats/rx_breaks and the like is told: a VMM that reads the
 * vtty has no other way to hear of a break.
 *
 * Context: may sleep.
 */
void serfwd_stats_errors(struct serfwd_link *link, const u8 *flags,
			 size_t count)
{
	const u8 *end = flags + count;
	u8 seen = 0;

	while ((flags = memchr_inv(flags, TTY_NORMAL, end - flags))) {
		serfwd_count_flag(&link->stats, *flags);
		seen |= serfwd_error_bit(*flags);
		if (*flags == TTY_BREAK)
			trace_serfwd_break(link->index, SERFWD_RX, -1);
		flags++;
	}
	if (seen)
		serfwd_event_errors(link, seen);
}

/*
 * Showing
 */

struct serfwd_counter_attr {
	struct device_attribute attr;
	enum serfwd_counter which;
};

struct serfwd_direction_attr {
	struct device_attribute attr;
	enum serfwd_direction dir;
};

static struct serfwd_stats *serfwd_dev_stats(struct device *dev)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return &link->stats;
}

static ssize_t serfwd_counter_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	enum serfwd_counter which =
		container_of(attr, struct serfwd_counter_attr, attr)->which;
	struct serfwd_stats *stats = serfwd_dev_stats(dev);

	return sysfs_emit(buf, "%lld\n",
			  (s64)atomic64_read(&stats->counters[which]));
}

/* A stall that lasts is part of it. */
static ssize_t serfwd_stalled_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	enum serfwd_direction dir =
		container_of(attr, struct serfwd_direction_attr, attr)->dir;
	struct serfwd_stall_time *stall = &serfwd_dev_stats(dev)->stalls[dir];
	u64 ns;

	spin_lock_irq(&stall->lock);
	ns = stall->total + serfwd_stall_lasts(stall, ktime_get_ns());
	spin_unlock_irq(&stall->lock);
	return sysfs_emit(buf, "%llu\n", ns);
}

static ssize_t serfwd_hops_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	enum serfwd_direction dir =
		container_of(attr, struct serfwd_direction_attr, attr)->dir;
	struct serfwd_stats *stats = serfwd_dev_stats(dev);
	ssize_t len = 0;
	int i;

	for (i = 0; i < SERFWD_BUCKETS; i++)
		len += sysfs_emit_at(buf, len, "%s%lld", i ? " " : "",
				     (s64)atomic64_read(&stats->hops[dir][i]));
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(serfwd_dev_stats(dev)->enabled));
}

static void serfwd_stats_switch(struct serfwd_link *link, bool on)
{
	struct serfwd_stats *stats = &link->stats;

	mutex_lock(&serfwd_stats_mutex);
	if (on != stats->enabled) {
		WRITE_ONCE(stats->enabled, on);
		if (on)
			static_branch_inc(&serfwd_stats_key);
		else
			static_branch_dec(&serfwd_stats_key);
		/* Nobody counts, or has counted, how they end. */
		serfwd_stall_settle(link, SERFWD_RX);
		serfwd_stall_settle(link, SERFWD_TX);
	}
	mutex_unlock(&serfwd_stats_mutex);
}

static ssize_t enabled_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	bool on;
	int ret = kstrtobool(buf, &on);

	if (ret)
		return ret;
	serfwd_stats_switch(dev_get_drvdata(dev), on);
	return count;
}
static DEVICE_ATTR_RW(enabled);

/*
 * Root's only, as /proc/tty/driver is: when how many bytes pass tells what is
 * typed on a console.
 */
#define SERFWD_COUNTER(_name, _which)					\
	static struct serfwd_counter_attr serfwd_counter_##_name = {	\
		.attr = __ATTR(_name, 0400, serfwd_counter_show, NULL),	\
		.which = _which,					\
	}

#define SERFWD_DIRECTED(_name, _show, _dir)				\
	static struct serfwd_direction_attr serfwd_directed_##_name = {	\
		.attr = __ATTR(_name, 0400, _show, NULL),		\
		.dir = _dir,						\
	}

SERFWD_COUNTER(rx_breaks, SERFWD_RX_BREAKS);
SERFWD_COUNTER(rx_parity_errors, SERFWD_RX_PARITY_ERRORS);
SERFWD_COUNTER(rx_frame_errors, SERFWD_RX_FRAME_ERRORS);
SERFWD_COUNTER(rx_overruns, SERFWD_RX_OVERRUNS);
SERFWD_COUNTER(rx_closed, SERFWD_RX_CLOSED);
SERFWD_COUNTER(rx_dropped, SERFWD_RX_DROPPED);
SERFWD_COUNTER(rx_stall_hangups, SERFWD_RX_STALL_HANGUPS);
SERFWD_COUNTER(attaches, SERFWD_ATTACHES);
SERFWD_COUNTER(detaches, SERFWD_DETACHES);
SERFWD_COUNTER(rx_bytes, SERFWD_RX_BYTES);
SERFWD_COUNTER(tx_bytes, SERFWD_TX_BYTES);
SERFWD_COUNTER(rx_stalls, SERFWD_RX_STALLS);
SERFWD_COUNTER(tx_stalls, SERFWD_TX_STALLS);
SERFWD_COUNTER(rx_hops_ns, SERFWD_RX_HOPS_NS);
SERFWD_COUNTER(tx_hops_ns, SERFWD_TX_HOPS_NS);
SERFWD_DIRECTED(rx_stalled_ns, serfwd_stalled_show, SERFWD_RX);
SERFWD_DIRECTED(tx_stalled_ns, serfwd_stalled_show, SERFWD_TX);
SERFWD_DIRECTED(rx_hops_log2_ns, serfwd_hops_show, SERFWD_RX);
SERFWD_DIRECTED(tx_hops_log2_ns, serfwd_hops_show, SERFWD_TX);

static struct attribute *serfwd_stats_attrs[] = {
	&dev_attr_enabled.attr,
	&serfwd_counter_rx_breaks.attr.attr,
	&serfwd_counter_rx_parity_errors.attr.attr,
	&serfwd_counter_rx_frame_errors.attr.attr,
	&serfwd_counter_rx_overruns.attr.attr,
	&serfwd_counter_rx_closed.attr.attr,
	&serfwd_counter_rx_dropped.attr.attr,
	&serfwd_counter_rx_stall_hangups.attr.attr,
	&serfwd_counter_attaches.attr.attr,
	&serfwd_counter_detaches.attr.attr,
	&serfwd_counter_rx_bytes.attr.attr,
	&serfwd_counter_tx_bytes.attr.attr,
	&serfwd_counter_rx_stalls.attr.attr,
	&serfwd_counter_tx_stalls.attr.attr,
	&serfwd_directed_rx_stalled_ns.attr.attr,
	&serfwd_directed_tx_stalled_ns.attr.attr,
	&serfwd_counter_rx_hops_ns.attr.attr,
	&serfwd_counter_tx_hops_ns.attr.attr,
	&serfwd_directed_rx_hops_log2_ns.attr.attr,
	&serfwd_directed_tx_hops_log2_ns.attr.attr,
	NULL
};

const struct attribute_group serfwd_stats_group = {
	.name = "stats",
	.attrs = serfwd_stats_attrs,
};

/**
 * serfwd_stats_init - set the counters of a new link up
 * @link: the link
 */
void serfwd_stats_init(struct serfwd_link *link)
{
	enum serfwd_direction dir;

	for (dir = 0; dir < SERFWD_DIRECTIONS; dir++)
		spin_lock_init(&link->stats.stalls[dir].lock);
}

/**
 * serfwd_stats_exit - a link's counters are not needed any more
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_stats_exit(struct serfwd_link *link)
{
	serfwd_stats_switch(link, false);
}
