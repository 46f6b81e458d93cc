/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a link. Losses and line errors always; bytes, stalls and times
 * only while somebody asked for them: that costs instructions for every chunk
 * of bytes, and nothing, not even a load, while no link has it on.
 */
#ifndef SERFWD_STATS_H
#define SERFWD_STATS_H

#include <linux/atomic.h>
#include <linux/jump_label.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

struct serfwd_link;

/* rx: from the real port to the vtty; tx: from the vtty to the real port. */
enum serfwd_direction {
	SERFWD_RX,
	SERFWD_TX,
	SERFWD_DIRECTIONS
};

/* Why bytes are lost; stats.c has the name of each. */
enum serfwd_loss {
	SERFWD_RX_CLOSED,
	SERFWD_RX_FLUSHED,
	SERFWD_RX_DETACHED,
	SERFWD_RX_MOVED,
	SERFWD_RX_DROPPED_NEWEST,
	SERFWD_RX_DROPPED_OLDEST,
	SERFWD_RX_LISTENER_FULL,
	SERFWD_TX_CLOSED,
	SERFWD_TX_FLUSHED,
	SERFWD_TX_DETACHED,
	SERFWD_TX_HANDED_OVER,
	SERFWD_LOSSES
};

/* Bucket n counts hops of 2^n ns and more; the last one all above, 2 s. */
#define SERFWD_BUCKETS		32

/**
 * struct serfwd_flow_stats - what is counted in one direction on demand
 * @bytes: handed over
 * @hops_ns: time that handing them over took
 * @hops: how often it took that long, log2 of ns
 * @stalls: how often not all was taken
 * @lock: protects the rest
 * @stalled_since: when the stall that lasts began (ktime, ns), 0 for none
 * @stalled_ns: length of those before
 */
struct serfwd_flow_stats {
	atomic64_t bytes;
	atomic64_t hops_ns;
	atomic64_t hops[SERFWD_BUCKETS];
	atomic64_t stalls;
	spinlock_t lock;	/* the rest */
	u64 stalled_since;
	u64 stalled_ns;
};

/**
 * struct serfwd_stats - counters of a link
 * @rx_breaks: breaks received
 * @rx_parity_errors: bytes received with a wrong parity bit
 * @rx_frame_errors: bytes received without a stop bit
 * @rx_overruns: times the receiver lost bytes
 * @rx_stall_hangups: times the stall policy hung the vtty up
 * @tx_rate_limited: writes that the rate limit cut short
 * @attaches: ports attached
 * @detaches: ports detached
 * @lost: bytes lost, by &enum serfwd_loss
 * @flow: what is counted while @enabled
 * @enabled: @flow is counted; under serfwd_stats_mutex for writing
 */
struct serfwd_stats {
	atomic64_t rx_breaks;
	atomic64_t rx_parity_errors;
	atomic64_t rx_frame_errors;
	atomic64_t rx_overruns;
	atomic64_t rx_stall_hangups;
	atomic64_t tx_rate_limited;
	atomic64_t attaches;
	atomic64_t detaches;
	atomic64_t lost[SERFWD_LOSSES];
	struct serfwd_flow_stats flow[SERFWD_DIRECTIONS];
	bool enabled;
};

/* On while at least one link has its switched counters on. */
DECLARE_STATIC_KEY_FALSE(serfwd_stats_key);

extern const struct attribute_group serfwd_stats_group;

void serfwd_stats_init(struct serfwd_link *link);
void serfwd_stats_exit(struct serfwd_link *link);
void serfwd_stats_stall_end(struct serfwd_link *link,
			    enum serfwd_direction dir);
void serfwd_stats_lost(struct serfwd_link *link, enum serfwd_loss cause,
		       size_t count);
void serfwd_stats_errors(struct serfwd_link *link, const u8 *flags,
			 size_t count);
void serfwd_stats_count_hop(struct serfwd_link *link,
			    enum serfwd_direction dir, u64 began,
			    size_t offered, size_t taken);

/* When a hop begins (ns); 0 if nobody wants to know. */
static inline u64 serfwd_hop_begin(const struct serfwd_stats *stats)
{
	if (static_branch_unlikely(&serfwd_stats_key) &&
	    READ_ONCE(stats->enabled))
		return ktime_get_ns();
	return 0;
}

/* @offered bytes were to be handed over since @began, @taken of them were. */
static inline void serfwd_hop_end(struct serfwd_link *link,
				  enum serfwd_direction dir, u64 began,
				  size_t offered, size_t taken)
{
	if (static_branch_unlikely(&serfwd_stats_key) && began)
		serfwd_stats_count_hop(link, dir, began, offered, taken);
}

#endif
