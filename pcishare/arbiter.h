/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The choice of the next holder of a unit, and of the time it has.
 */
#ifndef PCISHARE_ARBITER_H
#define PCISHARE_ARBITER_H

#include "arbiter_env.h"

#define PCISHARE_WEIGHT_DEFAULT		100u
#define PCISHARE_WEIGHT_MAX		1000u

/*
 * Times by powers of two: below 1 us, then from 1, 2, 4... us on, the last
 * without end.
 */
#define PCISHARE_HISTOGRAM_SLOTS	28

/**
 * struct pcishare_histogram - how long something took, how often
 * @slots: how often, by how long
 * @worst: the longest (ns)
 * @total: all together (ns)
 */
struct pcishare_histogram {
	u64 slots[PCISHARE_HISTOGRAM_SLOTS];
	u64 worst;
	u64 total;
};

/**
 * struct pcishare_contender - one that wants a unit at times
 * @queued: in the arbiter's queue
 * @vtime: what it has had, in ns of one of PCISHARE_WEIGHT_DEFAULT
 * @since: when (ns) it was queued
 * @weight: its share, from 1 to PCISHARE_WEIGHT_MAX; may change at any time
 * @waits: how long it waited
 * @leases: how long it had the unit
 */
struct pcishare_contender {
	struct list_head queued;
	u64 vtime;
	u64 since;
	u32 weight;
	struct pcishare_histogram waits;
	struct pcishare_histogram leases;
};

/**
 * struct pcishare_arbiter - of a unit
 * @queue: who waits, least @vtime first
 * @clock: the @vtime of who was given it last; of nobody who waits it is less
 * @holder: who has it, or NULL
 * @given: when (ns) it was given it
 * @closing: the holder may not begin anything new as long as somebody waits
 * @waited: for how long (ns) somebody has waited for it to end, up to @mark
 * @mark: since when (ns) somebody waits, and up to when that is charged
 * @slice: for how long (ns) it may begin anew while others wait; may change at
 *	any time
 * @hold: for how long (ns) others wait for its end at most, 0 without end;
 *	likewise
 */
struct pcishare_arbiter {
	struct list_head queue;
	u64 clock;
	struct pcishare_contender *holder;
	u64 given;
	bool closing;
	u64 waited;
	u64 mark;
	u64 slice;
	u64 hold;
};

/**
 * enum pcishare_verdict - what is to become of who has a unit
 * @PCISHARE_KEEP: it may go on, and begin anew
 * @PCISHARE_CLOSE: it may end what it has begun
 * @PCISHARE_EVICT: it is to lose the unit at once
 */
enum pcishare_verdict {
	PCISHARE_KEEP,
	PCISHARE_CLOSE,
	PCISHARE_EVICT,
};

void pcishare_arbiter_init(struct pcishare_arbiter *arbiter);
void pcishare_contender_init(struct pcishare_contender *contender);
void pcishare_contender_forget(struct pcishare_contender *contender);

bool pcishare_arbiter_queue(struct pcishare_arbiter *arbiter,
			    struct pcishare_contender *contender, u64 now);
void pcishare_arbiter_unqueue(struct pcishare_arbiter *arbiter,
			      struct pcishare_contender *contender, u64 now);
struct pcishare_contender *
pcishare_arbiter_next(struct pcishare_arbiter *arbiter);
void pcishare_arbiter_give(struct pcishare_arbiter *arbiter,
			   struct pcishare_contender *contender, u64 now);
void pcishare_arbiter_take_back(struct pcishare_arbiter *arbiter, u64 now);
void pcishare_arbiter_charge(struct pcishare_contender *contender, u64 spent);

enum pcishare_verdict pcishare_arbiter_judge(struct pcishare_arbiter *arbiter,
					     u64 now);
void pcishare_arbiter_begin(struct pcishare_arbiter *arbiter);
u64 pcishare_arbiter_until(const struct pcishare_arbiter *arbiter);
u64 pcishare_arbiter_slots(u32 weight, u32 other);

/* Nobody waits? May be asked without a lock. */
static inline bool
pcishare_arbiter_is_calm(const struct pcishare_arbiter *arbiter)
{
	return list_empty_careful(&arbiter->queue);
}

#endif
