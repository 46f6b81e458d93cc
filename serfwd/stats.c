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

#include "uevent.h"
#include "flags.h"
#include "link.h"
#include "stats.h"
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(serfwd_stats_key);

/* Serialises switching, so that the key counts each link once. */
static DEFINE_MUTEX(serfwd_stats_mutex);

/*
 * Counting
 */

static void serfwd_stall_begin(struct serfwd_link *link,
			       enum serfwd_direction dir, u64 now)
{
	struct serfwd_flow_stats *flow = &link->stats.flow[dir];
	unsigned long flags;
	bool begins;

	spin_lock_irqsave(&flow->lock, flags);
	begins = !flow->stalled_since;
	if (begins)
		WRITE_ONCE(flow->stalled_since, now);
	spin_unlock_irqrestore(&flow->lock, flags);
	if (!begins)
		return;
	atomic64_inc(&flow->stalls);
	trace_serfwd_stall(link->index, dir, true);
}

/*
 * How long the stall that lasts does so. It may have begun after @now was read.
 */
static u64 serfwd_stall_lasts(const struct serfwd_flow_stats *flow, u64 now)
{
	u64 since = flow->stalled_since;

	lockdep_assert_held(&flow->lock);
	return since && now > since ? now - since : 0;
}

static void serfwd_stall_end(struct serfwd_link *link,
			     enum serfwd_direction dir, u64 now)
{
	struct serfwd_flow_stats *flow = &link->stats.flow[dir];
	unsigned long flags;
	bool ends;

	spin_lock_irqsave(&flow->lock, flags);
	ends = flow->stalled_since;
	flow->stalled_ns += serfwd_stall_lasts(flow, now);
	WRITE_ONCE(flow->stalled_since, 0);
	spin_unlock_irqrestore(&flow->lock, flags);
	if (ends)
		trace_serfwd_stall(link->index, dir, false);
}

/**
 * serfwd_stats_stall_end - nothing waits to be handed over any more
 * @link: the link
 * @dir: which way
 *
 * It was taken or dropped, or whoever had it is gone.
 *
 * Context: any.
 */
void serfwd_stats_stall_end(struct serfwd_link *link, enum serfwd_direction dir)
{
	if (READ_ONCE(link->stats.flow[dir].stalled_since))
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
			    enum serfwd_direction dir, u64 began,
			    size_t offered, size_t taken)
{
	u64 now = ktime_get_ns();
	u64 took = now - began;
	unsigned int bucket = min(ilog2(took | 1), SERFWD_BUCKETS - 1);
	struct serfwd_flow_stats *flow = &link->stats.flow[dir];

	atomic64_inc(&flow->hops[bucket]);
	atomic64_add(took, &flow->hops_ns);
	atomic64_add(taken, &flow->bytes);
	if (taken < offered)
		serfwd_stall_begin(link, dir, now);
	else
		serfwd_stats_stall_end(link, dir);
}

/**
 * serfwd_stats_lost - count bytes that are lost
 * @link: the link
 * @cause: why
 * @count: how many, perhaps none
 *
 * Context: any.
 */
void serfwd_stats_lost(struct serfwd_link *link, enum serfwd_loss cause,
		       size_t count)
{
	if (!count)
		return;
	atomic64_add(count, &link->stats.lost[cause]);
	trace_serfwd_drop(link->index, cause, count);
}

/* Errors that bytes are flagged with, and what counts them. */
static const struct {
	u8 flag;
	size_t offset;
	const char *attr;
} serfwd_errors[] = {
	{ TTY_BREAK, offsetof(struct serfwd_stats, rx_breaks), "rx_breaks" },
	{ TTY_PARITY, offsetof(struct serfwd_stats, rx_parity_errors),
	  "rx_parity_errors" },
	{ TTY_FRAME, offsetof(struct serfwd_stats, rx_frame_errors),
	  "rx_frame_errors" },
	{ TTY_OVERRUN, offsetof(struct serfwd_stats, rx_overruns), "rx_overruns" },
};

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
	unsigned int i, found;
	atomic64_t *counter;

	/* Flags come with a byte that is not normal, and with some after it. */
	if (!memchr_inv(flags, TTY_NORMAL, count))
		return;
	for (i = 0; i < ARRAY_SIZE(serfwd_errors); i++) {
		found = serfwd_flags_count(flags, count, serfwd_errors[i].flag);
		if (!found)
			continue;
		counter = (void *)&link->stats + serfwd_errors[i].offset;
		atomic64_add(found, counter);
		serfwd_uevent_counted(link, serfwd_errors[i].attr);
		while (serfwd_errors[i].flag == TTY_BREAK && found--)
			trace_serfwd_break(link->index, SERFWD_RX, -1);
	}
}

/*
 * Showing
 */

/* A file: @offset is that of its counter, or of its direction's part. */
struct serfwd_stats_attr {
	struct device_attribute attr;
	size_t offset;
};

static void *serfwd_attr_counter(struct device *dev,
				 struct device_attribute *attr)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return (void *)&link->stats +
	       container_of(attr, struct serfwd_stats_attr, attr)->offset;
}

static ssize_t serfwd_counter_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	atomic64_t *counter = serfwd_attr_counter(dev, attr);

	return sysfs_emit(buf, "%lld\n", (s64)atomic64_read(counter));
}

/* A stall that lasts is part of it. */
static ssize_t serfwd_stalled_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct serfwd_flow_stats *flow = serfwd_attr_counter(dev, attr);
	u64 ns;

	spin_lock_irq(&flow->lock);
	ns = flow->stalled_ns + serfwd_stall_lasts(flow, ktime_get_ns());
	spin_unlock_irq(&flow->lock);
	return sysfs_emit(buf, "%llu\n", ns);
}

static ssize_t serfwd_hops_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	struct serfwd_flow_stats *flow = serfwd_attr_counter(dev, attr);
	ssize_t len = 0;
	int i;

	for (i = 0; i < SERFWD_BUCKETS; i++)
		len += sysfs_emit_at(buf, len, "%s%lld", i ? " " : "",
				     (s64)atomic64_read(&flow->hops[i]));
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(link->stats.enabled));
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
		serfwd_stats_stall_end(link, SERFWD_RX);
		serfwd_stats_stall_end(link, SERFWD_TX);
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
#define SERFWD_STATS_ATTR(_name, _show, _member)			\
	static struct serfwd_stats_attr serfwd_attr_##_name = {		\
		.attr = __ATTR(_name, 0400, _show, NULL),		\
		.offset = offsetof(struct serfwd_stats, _member),	\
	}

SERFWD_STATS_ATTR(rx_breaks, serfwd_counter_show, rx_breaks);
SERFWD_STATS_ATTR(rx_parity_errors, serfwd_counter_show, rx_parity_errors);
SERFWD_STATS_ATTR(rx_frame_errors, serfwd_counter_show, rx_frame_errors);
SERFWD_STATS_ATTR(rx_overruns, serfwd_counter_show, rx_overruns);
SERFWD_STATS_ATTR(rx_closed, serfwd_counter_show, lost[SERFWD_RX_CLOSED]);
SERFWD_STATS_ATTR(rx_flushed, serfwd_counter_show, lost[SERFWD_RX_FLUSHED]);
SERFWD_STATS_ATTR(rx_detached, serfwd_counter_show, lost[SERFWD_RX_DETACHED]);
SERFWD_STATS_ATTR(rx_moved, serfwd_counter_show, lost[SERFWD_RX_MOVED]);
SERFWD_STATS_ATTR(rx_dropped_newest, serfwd_counter_show,
		  lost[SERFWD_RX_DROPPED_NEWEST]);
SERFWD_STATS_ATTR(rx_dropped_oldest, serfwd_counter_show,
		  lost[SERFWD_RX_DROPPED_OLDEST]);
SERFWD_STATS_ATTR(rx_listener_full, serfwd_counter_show,
		  lost[SERFWD_RX_LISTENER_FULL]);
SERFWD_STATS_ATTR(tx_closed, serfwd_counter_show, lost[SERFWD_TX_CLOSED]);
SERFWD_STATS_ATTR(tx_flushed, serfwd_counter_show, lost[SERFWD_TX_FLUSHED]);
SERFWD_STATS_ATTR(tx_detached, serfwd_counter_show, lost[SERFWD_TX_DETACHED]);
SERFWD_STATS_ATTR(tx_handed_over, serfwd_counter_show,
		  lost[SERFWD_TX_HANDED_OVER]);
SERFWD_STATS_ATTR(rx_stall_hangups, serfwd_counter_show, rx_stall_hangups);
SERFWD_STATS_ATTR(tx_rate_limited, serfwd_counter_show, tx_rate_limited);
SERFWD_STATS_ATTR(attaches, serfwd_counter_show, attaches);
SERFWD_STATS_ATTR(detaches, serfwd_counter_show, detaches);
SERFWD_STATS_ATTR(rx_bytes, serfwd_counter_show, flow[SERFWD_RX].bytes);
SERFWD_STATS_ATTR(tx_bytes, serfwd_counter_show, flow[SERFWD_TX].bytes);
SERFWD_STATS_ATTR(rx_hops_ns, serfwd_counter_show, flow[SERFWD_RX].hops_ns);
SERFWD_STATS_ATTR(tx_hops_ns, serfwd_counter_show, flow[SERFWD_TX].hops_ns);
SERFWD_STATS_ATTR(rx_hops_log2_ns, serfwd_hops_show, flow[SERFWD_RX]);
SERFWD_STATS_ATTR(tx_hops_log2_ns, serfwd_hops_show, flow[SERFWD_TX]);
SERFWD_STATS_ATTR(rx_stalls, serfwd_counter_show, flow[SERFWD_RX].stalls);
SERFWD_STATS_ATTR(tx_stalls, serfwd_counter_show, flow[SERFWD_TX].stalls);
SERFWD_STATS_ATTR(rx_stalled_ns, serfwd_stalled_show, flow[SERFWD_RX]);
SERFWD_STATS_ATTR(tx_stalled_ns, serfwd_stalled_show, flow[SERFWD_TX]);

static struct attribute *serfwd_stats_attrs[] = {
	&dev_attr_enabled.attr,
	&serfwd_attr_rx_breaks.attr.attr,
	&serfwd_attr_rx_parity_errors.attr.attr,
	&serfwd_attr_rx_frame_errors.attr.attr,
	&serfwd_attr_rx_overruns.attr.attr,
	&serfwd_attr_rx_closed.attr.attr,
	&serfwd_attr_rx_flushed.attr.attr,
	&serfwd_attr_rx_detached.attr.attr,
	&serfwd_attr_rx_moved.attr.attr,
	&serfwd_attr_rx_dropped_newest.attr.attr,
	&serfwd_attr_rx_dropped_oldest.attr.attr,
	&serfwd_attr_rx_listener_full.attr.attr,
	&serfwd_attr_tx_closed.attr.attr,
	&serfwd_attr_tx_flushed.attr.attr,
	&serfwd_attr_tx_detached.attr.attr,
	&serfwd_attr_tx_handed_over.attr.attr,
	&serfwd_attr_rx_stall_hangups.attr.attr,
	&serfwd_attr_tx_rate_limited.attr.attr,
	&serfwd_attr_attaches.attr.attr,
	&serfwd_attr_detaches.attr.attr,
	&serfwd_attr_rx_bytes.attr.attr,
	&serfwd_attr_tx_bytes.attr.attr,
	&serfwd_attr_rx_hops_ns.attr.attr,
	&serfwd_attr_tx_hops_ns.attr.attr,
	&serfwd_attr_rx_hops_log2_ns.attr.attr,
	&serfwd_attr_tx_hops_log2_ns.attr.attr,
	&serfwd_attr_rx_stalls.attr.attr,
	&serfwd_attr_tx_stalls.attr.attr,
	&serfwd_attr_rx_stalled_ns.attr.attr,
	&serfwd_attr_tx_stalled_ns.attr.attr,
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
		spin_lock_init(&link->stats.flow[dir].lock);
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
