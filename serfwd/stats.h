/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a link counts. Losses and line errors always; bytes, stalls and times
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

/* Always counted first, then what stats/enabled switches on. */
enum serfwd_counter {
	SERFWD_RX_BREAKS,
	SERFWD_RX_PARITY_ERRORS,
	SERFWD_RX_FRAME_ERRORS,
	SERFWD_RX_OVERRUNS,
	SERFWD_RX_CLOSED,
	SERFWD_RX_DROPPED,
	SERFWD_RX_STALL_HANGUPS,
	SERFWD_ATTACHES,
	SERFWD_DETACHES,
	SERFWD_RX_BYTES,
	SERFWD_TX_BYTES,
	SERFWD_RX_STALLS,
	SERFWD_TX_STALLS,
	SERFWD_RX_HOPS_NS,
	SERFWD_TX_HOPS_NS,
	SERFWD_COUNTERS
};

/* rx: from the real port to the vtty; tx: from the vtty to the real port. */
enum serfwd_direction {
	SERFWD_RX,
	SERFWD_TX,
	SERFWD_DIRECTIONS
};

/* Bucket n counts hops of 2^n ns and more; the last one all above, 2 s. */
#define SERFWD_BUCKETS		32

/**
 * struct serfwd_stall_time - how long a direction has been stalled
 * @lock: protects the rest
 * @since: when the stall that lasts began (ktime, ns), 0 if there is none
 * @total: ns of those before
 */
struct serfwd_stall_time {
	spinlock_t lock;	/* the rest */
	u64 since;
	u64 total;
};

/**
 * struct serfwd_stats - counters of a link
 * @counters: see &enum serfwd_counter
 * @hops: how long handing a chunk over took, log2 of ns
 * @stalls: time in which a direction was stalled
 * @enabled: the switched ones are on; under serfwd_stats_mutex for writing
 */
struct serfwd_stats {
	atomic64_t counters[SERFWD_COUNTERS];
	atomic64_t hops[SERFWD_DIRECTIONS][SERFWD_BUCKETS];
	struct serfwd_stall_time stalls[SERFWD_DIRECTIONS];
	bool enabled;
};

/* On while at least one link has its switched counters on. */
DECLARE_STATIC_KEY_FALSE(serfwd_stats_key);

extern const struct attribute_group serfwd_stats_group;

void serfwd_stats_init(struct serfwd_link *link);
void serfwd_stats_exit(struct serfwd_link *link);
void serfwd_stall_settle(struct serfwd_link *link, enum serfwd_direction dir);
void serfwd_stats_errors(struct serfwd_link *link, const u8 *flags,
			 size_t count);
void serfwd_stats_count_hop(struct serfwd_link *link,
			    enum serfwd_direction dir, u64 began, size_t offered,
			    size_t taken);

static inline void serfwd_count(struct serfwd_stats *stats,
				enum serfwd_counter which, u64 by)
{
	atomic64_add(by, &stats->counters[which]);
}

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
