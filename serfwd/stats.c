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

static const enum serfwd_counter serfwd_stalled_ns_of[SERFWD_DIRECTIONS] = {
	SERFWD_RX_STALLED_NS, SERFWD_TX_STALLED_NS
};

static const enum serfwd_counter serfwd_hops_ns_of[SERFWD_DIRECTIONS] = {
	SERFWD_RX_HOPS_NS, SERFWD_TX_HOPS_NS
};

static void serfwd_stall_begin(struct serfwd_link *link,
			       enum serfwd_direction dir, u64 now)
{
	if (atomic64_cmpxchg(&link->stats.stalled[dir], 0, now))
		return;
	serfwd_count(&link->stats, serfwd_stalls_of[dir], 1);
	trace_serfwd_stall(link->index, dir, true);
}

/* Echo and a writer may get here at once: one of them takes the time. */
static void serfwd_stall_end(struct serfwd_link *link,
			     enum serfwd_direction dir, u64 now)
{
	u64 since = atomic64_xchg(&link->stats.stalled[dir], 0);

	if (!since)
		return;
	/* It may have begun again since @now was read. */
	serfwd_count(&link->stats, serfwd_stalled_ns_of[dir],
		     now > since ? now - since : 0);
	trace_serfwd_stall(link->index, dir, false);
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
	else if (atomic64_read(&link->stats.stalled[dir]))
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

struct serfwd_hops_attr {
	struct device_attribute attr;
	enum serfwd_direction dir;
};

static struct serfwd_stats *serfwd_dev_stats(struct device *dev)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return &link->stats;
}

/* A stall that lasts is part of the stalled time. */
static u64 serfwd_stalled_for(struct serfwd_stats *stats,
			      enum serfwd_counter which)
{
	enum serfwd_direction dir;
	u64 since, now;

	for (dir = 0; dir < SERFWD_DIRECTIONS; dir++) {
		if (serfwd_stalled_ns_of[dir] != which)
			continue;
		since = atomic64_read(&stats->stalled[dir]);
		now = ktime_get_ns();
		return since && now > since ? now - since : 0;
	}
	return 0;
}

static ssize_t serfwd_counter_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	enum serfwd_counter which =
		container_of(attr, struct serfwd_counter_attr, attr)->which;
	struct serfwd_stats *stats = serfwd_dev_stats(dev);
	u64 value = atomic64_read(&stats->counters[which]);

	return sysfs_emit(buf, "%llu\n",
			  value + serfwd_stalled_for(stats, which));
}

static ssize_t serfwd_hops_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	enum serfwd_direction dir =
		container_of(attr, struct serfwd_hops_attr, attr)->dir;
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

static void serfwd_stats_switch(struct serfwd_stats *stats, bool on)
{
	enum serfwd_direction dir;

	mutex_lock(&serfwd_stats_mutex);
	if (on && !stats->enabled) {
		/* A stall that nobody saw the end of is not to be counted. */
		for (dir = 0; dir < SERFWD_DIRECTIONS; dir++)
			atomic64_set(&stats->stalled[dir], 0);
		static_branch_inc(&serfwd_stats_key);
	} else if (!on && stats->enabled) {
		static_branch_dec(&serfwd_stats_key);
	}
	WRITE_ONCE(stats->enabled, on);
	mutex_unlock(&serfwd_stats_mutex);
}

static ssize_t enabled_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	bool on;
	int ret = kstrtobool(buf, &on);

	if (ret)
		return ret;
	serfwd_stats_switch(serfwd_dev_stats(dev), on);
	return count;
}
static DEVICE_ATTR_RW(enabled);

#define SERFWD_COUNTER(_name, _which)					\
	static struct serfwd_counter_attr serfwd_counter_##_name = {	\
		.attr = __ATTR(_name, 0444, serfwd_counter_show, NULL),	\
		.which = _which,					\
	}

#define SERFWD_HOPS(_name, _dir)					\
	static struct serfwd_hops_attr serfwd_hops_##_name = {		\
		.attr = __ATTR(_name, 0444, serfwd_hops_show, NULL),	\
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
SERFWD_COUNTER(rx_stalled_ns, SERFWD_RX_STALLED_NS);
SERFWD_COUNTER(tx_stalled_ns, SERFWD_TX_STALLED_NS);
SERFWD_COUNTER(rx_hops_ns, SERFWD_RX_HOPS_NS);
SERFWD_COUNTER(tx_hops_ns, SERFWD_TX_HOPS_NS);
SERFWD_HOPS(rx_hops_log2_ns, SERFWD_RX);
SERFWD_HOPS(tx_hops_log2_ns, SERFWD_TX);

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
	&serfwd_counter_rx_stalled_ns.attr.attr,
	&serfwd_counter_tx_stalled_ns.attr.attr,
	&serfwd_counter_rx_hops_ns.attr.attr,
	&serfwd_counter_tx_hops_ns.attr.attr,
	&serfwd_hops_rx_hops_log2_ns.attr.attr,
	&serfwd_hops_tx_hops_log2_ns.attr.attr,
	NULL
};

const struct attribute_group serfwd_stats_group = {
	.name = "stats",
	.attrs = serfwd_stats_attrs,
};

/**
 * serfwd_stats_exit - a link's counters are not needed any more
 * @stats: the counters
 *
 * Context: may sleep.
 */
void serfwd_stats_exit(struct serfwd_stats *stats)
{
	serfwd_stats_switch(stats, false);
}
