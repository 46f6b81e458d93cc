// SPDX-License-Identifier: GPL-2.0
/*
 * The choice of the next holder of a unit, and of the time it has: decisions
 * alone, without a lock, a clock or a device, so that they can be tried by the
 * million in user space.
 *
 * Each contender has a virtual time: the time for which it had the unit while
 * others waited, divided by its weight. Of those that wait, the one with the
 * least is next; one that comes back does so no earlier than the one that has
 * the unit, so that nobody saves up. This is start-time fair queueing (Goyal,
 * Vin, Cheng: SIGCOMM 1996), whose requests are charged when they are over, for
 * only then is it known how long they took.
 *
 * From that follows how long one waits at most. When it is queued it is ahead
 * of the clock by its own last lease at most, L / w. Another of weight v makes
 * up for that by v / w * L, and has one more lease for being just below. So it
 * is at most pcishare_arbiter_slots() leases of each other one, and none is
 * longer than @slice, @hold and changing hands together. One that was charged
 * for more, as it had left the unit for others to reset, waits for longer.
 */
#include "arbiter.h"

#define PCISHARE_NSEC_PER_USEC	1000u

static void pcishare_histogram_add(struct pcishare_histogram *histogram, u64 ns)
{
	u64 us = div_u64(ns, PCISHARE_NSEC_PER_USEC);
	unsigned int slot = us ? ilog2(us) + 1 : 0;

	slot = min_t(unsigned int, slot, PCISHARE_HISTOGRAM_SLOTS - 1);
	WRITE_ONCE(histogram->slots[slot], histogram->slots[slot] + 1);
	WRITE_ONCE(histogram->total, histogram->total + ns);
	if (ns > histogram->worst)
		WRITE_ONCE(histogram->worst, ns);
}

/**
 * pcishare_arbiter_init - nobody has a unit, and nobody wants it
 * @arbiter: its arbiter, zeroed
 */
void pcishare_arbiter_init(struct pcishare_arbiter *arbiter)
{
	INIT_LIST_HEAD(&arbiter->queue);
}

/**
 * pcishare_contender_init - one that may want a unit
 * @contender: zeroed
 */
void pcishare_contender_init(struct pcishare_contender *contender)
{
	INIT_LIST_HEAD(&contender->queued);
	contender->weight = PCISHARE_WEIGHT_DEFAULT;
}

static struct pcishare_contender *
pcishare_contender_at(struct list_head *queued)
{
	return list_entry(queued, struct pcishare_contender, queued);
}

/**
 * pcishare_arbiter_charge - a contender has cost time
 * @contender: which
 * @spent: how much (ns)
 *
 * Locking: the unit's lock held. It does not wait.
 */
void pcishare_arbiter_charge(struct pcishare_contender *contender, u64 spent)
{
	contender->vtime += div_u64(spent * PCISHARE_WEIGHT_DEFAULT,
				    READ_ONCE(contender->weight));
}

/* The holder is charged for having others wait, up to now. */
static void pcishare_arbiter_pay(struct pcishare_arbiter *arbiter, u64 now)
{
	if (arbiter->holder)
		pcishare_arbiter_charge(arbiter->holder, now - arbiter->mark);
	arbiter->mark = now;
}

/* Nobody else waits than who has it: for nobody it has to end. */
static bool pcishare_arbiter_is_alone(const struct pcishare_arbiter *arbiter)
{
	const struct list_head *queued = &arbiter->holder->queued;

	return arbiter->queue.next == queued && arbiter->queue.prev == queued;
}

static void pcishare_arbiter_insert(struct pcishare_arbiter *arbiter,
				    struct pcishare_contender *contender)
{
	struct list_head *after;

	contender->vtime = max_t(u64, contender->vtime, arbiter->clock);
	/*
	 * From the end, for most have had less than who comes now; first come
	 * first.
	 */
	for (after = arbiter->queue.prev; after != &arbiter->queue;
	     after = after->prev)
		if (pcishare_contender_at(after)->vtime <= contender->vtime)
			break;
	list_add(&contender->queued, after);
}

/**
 * pcishare_contender_forget - what a contender has had does not matter
 * @contender: which does not wait
 *
 * Locking: the unit's lock held.
 */
void pcishare_contender_forget(struct pcishare_contender *contender)
{
	contender->vtime = 0;
}

/**
 * pcishare_arbiter_queue - have a contender wait for its turn
 * @arbiter: of the unit
 * @contender: which waits already, perhaps
 * @now: the time (ns)
 *
 * Return: whether it did not wait before.
 * Locking: the unit's lock held.
 */
bool pcishare_arbiter_queue(struct pcishare_arbiter *arbiter,
			    struct pcishare_contender *contender, u64 now)
{
	if (!list_empty(&contender->queued))
		return false;
	if (list_empty(&arbiter->queue))
		arbiter->mark = now;
	contender->since = now;
	pcishare_arbiter_insert(arbiter, contender);
	return true;
}

/**
 * pcishare_arbiter_unqueue - have a contender wait no more
 * @arbiter: of the unit
 * @contender: which may not wait at all
 * @now: the time (ns)
 *
 * Locking: the unit's lock held.
 */
void pcishare_arbiter_unqueue(struct pcishare_arbiter *arbiter,
			      struct pcishare_contender *contender, u64 now)
{
	if (list_empty(&contender->queued))
		return;
	list_del_init(&contender->queued);
	if (!list_empty(&arbiter->queue))
		return;
	/* One that comes and goes over and over has waited as well. */
	if (arbiter->closing)
		arbiter->waited += now - arbiter->mark;
	pcishare_arbiter_pay(arbiter, now);
}

/**
 * pcishare_arbiter_next - who is to have a unit next?
 * @arbiter: of the unit
 *
 * Return: one that waits, or NULL if nobody does.
 * Locking: the unit's lock held.
 */
struct pcishare_contender *
pcishare_arbiter_next(struct pcishare_arbiter *arbiter)
{
	return list_first_entry_or_null(&arbiter->queue,
					struct pcishare_contender, queued);
}

/**
 * pcishare_arbiter_give - a contender has a unit now
 * @arbiter: of the unit, which nobody has
 * @contender: which may not have waited
 * @now: the time (ns)
 *
 * Locking: the unit's lock held.
 */
void pcishare_arbiter_give(struct pcishare_arbiter *arbiter,
			   struct pcishare_contender *contender, u64 now)
{
	u64 waited = list_empty(&contender->queued) ? 0 :
						      now - contender->since;

	list_del_init(&contender->queued);
	pcishare_histogram_add(&contender->waits, waited);
	contender->vtime = max_t(u64, contender->vtime, arbiter->clock);
	arbiter->clock = contender->vtime;
	arbiter->holder = contender;
	arbiter->given = now;
	arbiter->closing = false;
	arbiter->mark = now;
}

/**
 * pcishare_arbiter_take_back - nobody has a unit now
 * @arbiter: of the unit, which somebody has
 * @now: the time (ns)
 *
 * Locking: the unit's lock held.
 */
void pcishare_arbiter_take_back(struct pcishare_arbiter *arbiter, u64 now)
{
	struct pcishare_contender *holder = arbiter->holder;

	if (!list_empty(&arbiter->queue))
		pcishare_arbiter_pay(arbiter, now);
	/*
	 * It may wait for another turn already, at a place that is not its own
	 * now.
	 */
	if (!list_empty(&holder->queued)) {
		list_del_init(&holder->queued);
		pcishare_arbiter_insert(arbiter, holder);
	}
	pcishare_histogram_add(&holder->leases, now - arbiter->given);
	arbiter->holder = NULL;
	arbiter->closing = false;
}

/**
 * pcishare_arbiter_judge - what is to become of who has a unit?
 * @arbiter: of the unit
 * @now: the time (ns)
 *
 * Return: &enum pcishare_verdict; PCISHARE_KEEP as long as nobody waits.
 * Locking: the unit's lock held.
 */
enum pcishare_verdict pcishare_arbiter_judge(struct pcishare_arbiter *arbiter,
					     u64 now)
{
	u64 waited, hold = READ_ONCE(arbiter->hold);

	if (!arbiter->holder || list_empty(&arbiter->queue))
		return PCISHARE_KEEP;
	if (!arbiter->closing) {
		if (now - arbiter->given < READ_ONCE(arbiter->slice))
			return PCISHARE_KEEP;
		arbiter->closing = true;
		arbiter->waited = 0;
		pcishare_arbiter_pay(arbiter, now);
	}
	waited = arbiter->waited + (now - arbiter->mark);
	if (hold && waited >= hold && !pcishare_arbiter_is_alone(arbiter))
		return PCISHARE_EVICT;
	return PCISHARE_CLOSE;
}

/**
 * pcishare_arbiter_begin - who has a unit begins anew, for nobody waits
 * @arbiter: of the unit
 *
 * Locking: the unit's lock held.
 */
void pcishare_arbiter_begin(struct pcishare_arbiter *arbiter)
{
	arbiter->closing = false;
}

/**
 * pcishare_arbiter_until - when is the next verdict another one?
 * @arbiter: of the unit
 *
 * Return: the time (ns); U64_MAX if that does not come by itself.
 * Locking: the unit's lock held.
 */
u64 pcishare_arbiter_until(const struct pcishare_arbiter *arbiter)
{
	u64 hold = READ_ONCE(arbiter->hold);

	if (!arbiter->holder || list_empty(&arbiter->queue))
		return U64_MAX;
	if (!arbiter->closing)
		return arbiter->given + READ_ONCE(arbiter->slice);
	if (!hold || pcishare_arbiter_is_alone(arbiter))
		return U64_MAX;
	return arbiter->mark + hold - min_t(u64, hold, arbiter->waited);
}

/**
 * pcishare_arbiter_slots - how often may another have a unit before one that
 * waits?
 * @weight: of the one that waits
 * @other: of the other
 *
 * Return: how many leases, each as long as one can be.
 */
u64 pcishare_arbiter_slots(u32 weight, u32 other)
{
	return (other + weight - 1) / weight + 1;
}
