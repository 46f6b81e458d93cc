// SPDX-License-Identifier: GPL-2.0
/*
 * Turns: guests of a lease have the device one after the other. Each may begin what it
 * likes until another wants it and its slice is over, and has until hold is over to end
 * it; see arbiter.c.
 *
 * A guest that wants it and cannot have it at once is queued. Whoever has it change
 * hands holds the unit's turn: the guest that wants it itself, where that takes no
 * waiting, or the unit's work. Nobody waits for the device with the turn held.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "device.h"
#include "unit.h"
#include "guest.h"
#include "handover.h"
#include "instance.h"
#include "policy.h"
#include "recipe.h"
#include "register.h"
#include "route.h"
#include "source.h"
#include "trace.h"

/* How often (us) a busy device is looked at that somebody waits for. */
#define PCISHARE_POLL_MIN	50u
#define PCISHARE_POLL_MAX	1000u

/* A guest that does not touch the device for so long (ns) lets others have it. */
#define PCISHARE_UNTOUCHED	(200 * NSEC_PER_USEC)

/* How long (ns) what a guest that has gone has begun may go on, if nothing says so. */
#define PCISHARE_HOLD_DEFAULT	NSEC_PER_SEC

/* So long (us) the kernel waits for a reset: pcie_flr() of drivers/pci/pci.c. */
#define PCISHARE_RESET_US	100000u

/*
 * After a guest has reset the device it may do so again when so many times as long have
 * passed as that took, within limits (jiffies).
 */
#define PCISHARE_RESET_SHARE	4ul
#define PCISHARE_RESET_REST_MIN	(HZ / 10ul)
#define PCISHARE_RESET_REST_MAX	(HZ + 0ul)

/* So often a guest's settings are tried that the recipe 'restore' fails with. */
#define PCISHARE_RESTORES	3

/* So often (jiffies) a unit that nobody has is reset because it interrupts. */
#define PCISHARE_SILENCE	(10ul * HZ)

/**
 * pcishare_unit_policy - the policy of a unit
 * @unit: the unit
 *
 * Return: the policy, or NULL. It stays while a guest has the device open.
 */
const struct pcishare_policy *
pcishare_unit_policy(const struct pcishare_unit *unit)
{
	const struct pcishare_loaded *loaded = unit->device->loaded;

	return loaded ? loaded->policy : NULL;
}

/**
 * pcishare_unit_share - for how long guests may have a unit
 * @unit: the unit
 * @slice_us: how long they may begin anew while others wait
 * @hold_us: how long others wait for an end after that, 0 without end
 *
 * Context: any; who has it is judged by it from the next look on.
 */
void pcishare_unit_share(struct pcishare_unit *unit, u32 slice_us, u32 hold_us)
{
	WRITE_ONCE(unit->arbiter.slice, slice_us * (u64)NSEC_PER_USEC);
	WRITE_ONCE(unit->arbiter.hold, hold_us * (u64)NSEC_PER_USEC);
	pcishare_unit_poke(unit);
}

/**
 * pcishare_unit_handover_us - how long may changing hands take?
 * @unit: the unit, which has a policy
 *
 * Return: how long (us), by the policy's recipes and how often the device is looked at.
 * Context: any, as long as the policy stays.
 */
u64 pcishare_unit_handover_us(const struct pcishare_unit *unit)
{
	const struct pcishare_recipe *recipes = pcishare_unit_policy(unit)->recipes;
	u64 us = 2 * PCISHARE_POLL_MAX;

	us += recipes[PCISHARE_RECIPE_QUIESCE].us;
	us += recipes[PCISHARE_RECIPE_RESTORE].us;
	us += recipes[PCISHARE_RECIPE_RESET].us;
	return us + (unit->device->resettable ? PCISHARE_RESET_US : 0);
}

/**
 * pcishare_unit_holds - does a guest have its unit?
 * @guest: the guest
 *
 * Return: whether it has; stays so with the guest's lock or the unit's held.
 * Context: any.
 */
bool pcishare_unit_holds(const struct pcishare_guest *guest)
{
	return guest->unit && READ_ONCE(guest->unit->holder) == guest;
}

/**
 * pcishare_unit_poke - the device may have become idle
 * @unit: the unit
 *
 * Context: any.
 */
void pcishare_unit_poke(struct pcishare_unit *unit)
{
	atomic_inc(&unit->changes);
	wake_up_all(&unit->wait);
}

/**
 * pcishare_unit_started - the device is about to be set to work
 * @unit: the unit
 *
 * Locking: the lock of the guest that has it held.
 */
void pcishare_unit_started(struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	unsigned long owed = 0, flags;
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++)
		if (policy->sources[i].expected.count)
			owed |= BIT(i);
	/* What is there already is not what is to come. */
	if (owed)
		pcishare_route(unit);
	spin_lock_irqsave(&unit->lock, flags);
	unit->owed = owed;
	unit->idle_since = 0;
	spin_unlock_irqrestore(&unit->lock, flags);
	atomic64_inc(&unit->holder->stats.starts);
}

static bool pcishare_unit_is_there(const struct pcishare_unit *unit)
{
	return !READ_ONCE(unit->device->gone) && !READ_ONCE(unit->device->lost);
}

/*
 * Is it idle?
 */

static void pcishare_unit_remit(struct pcishare_unit *unit, unsigned int index)
{
	spin_lock_irq(&unit->lock);
	unit->owed &= ~BIT(index);
	spin_unlock_irq(&unit->lock);
}

/* The device is idle, and an interrupt of this source may be on its way. */
static bool pcishare_unit_expects(struct pcishare_unit *unit, unsigned int index)
{
	const struct pcishare_policy_source *source =
		&pcishare_unit_policy(unit)->sources[index];
	ktime_t now = ktime_get();

	if (!pcishare_register_is(unit, &source->expected)) {
		pcishare_unit_remit(unit, index);
		return false;
	}
	if (!unit->idle_since)
		unit->idle_since = now;
	if (ktime_us_delta(now, unit->idle_since) < source->within)
		return true;
	pcishare_unit_remit(unit, index);
	return false;
}

static bool pcishare_unit_is_owed(struct pcishare_unit *unit)
{
	unsigned long owed = READ_ONCE(unit->owed);
	unsigned int index;

	for_each_set_bit(index, &owed, PCISHARE_SOURCES_MAX)
		if (pcishare_unit_expects(unit, index))
			return true;
	return false;
}

/*
 * May it change hands? Interrupts that are there by then are its guest's: so they
 * are seen to before the last look.
 */
static bool pcishare_unit_is_idle(struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);

	lockdep_assert_held(&unit->turn);
	if (!pcishare_register_is(unit, &policy->idle))
		return false;
	pcishare_route(unit);
	return !pcishare_unit_is_owed(unit);
}

/*
 * Changing hands
 */

/**
 * pcishare_unit_set_holder - give a unit to a guest
 * @unit: the unit
 * @guest: the guest, or NULL
 *
 * Locking: the unit's turn held, and the lock of the guest that loses or gets it.
 */
void pcishare_unit_set_holder(struct pcishare_unit *unit,
			      struct pcishare_guest *guest)
{
	u64 now = ktime_get_ns();

	lockdep_assert_held(&unit->turn);
	spin_lock_irq(&unit->lock);
	if (unit->arbiter.holder)
		pcishare_arbiter_take_back(&unit->arbiter, now);
	if (guest)
		pcishare_arbiter_give(&unit->arbiter, &guest->contender, now);
	WRITE_ONCE(unit->holder, guest);
	unit->owed = 0;
	unit->idle_since = 0;
	spin_unlock_irq(&unit->lock);
	unit->touched = U64_MAX;
}

/**
 * pcishare_unit_mute - have interrupts be nobody's
 * @unit: the unit
 * @muted: or be those of who has it again
 *
 * Locking: the unit's turn held.
 */
void pcishare_unit_mute(struct pcishare_unit *unit, bool muted)
{
	spin_lock_irq(&unit->lock);
	unit->muted = muted;
	spin_unlock_irq(&unit->lock);
}

/* It costs others @us, and a reset, that its guest has the device no more. */
static void pcishare_unit_fine(struct pcishare_unit *unit, struct pcishare_guest *guest,
			       u64 us)
{
	us += pcishare_unit_handover_us(unit);
	spin_lock_irq(&unit->lock);
	pcishare_arbiter_charge(&guest->contender, us * NSEC_PER_USEC);
	spin_unlock_irq(&unit->lock);
}

/* Take it from the guest that has it, whose lock is held. */
static int pcishare_unit_leave(struct pcishare_unit *unit,
			       struct pcishare_guest *guest)
{
	int ret;

	/* It was given it for an access that is still to come. */
	if (guest->promised || !pcishare_unit_is_idle(unit))
		return -EBUSY;
	/*
	 * If it does not get quiet, it is reset before the next has it; and what is
	 * there by then is not what the guest has set.
	 */
	ret = pcishare_recipe_run(unit, PCISHARE_RECIPE_QUIESCE);
	if (!ret) {
		pcishare_route_collect_all(unit);
		ret = pcishare_handover_save(unit, &guest->instance);
	}
	if (ret) {
		unit->dirty = true;
		pcishare_unit_fine(unit, guest, 0);
	}
	pcishare_unit_set_holder(unit, NULL);
	/* Who was told of an interrupt cannot see to it any more. */
	pcishare_source_settle(unit);
	return 0;
}

/**
 * pcishare_unit_stop - a guest has lost the device, and what it has set there
 * @unit: the unit
 * @guest: the guest, whose driver has to be told by somebody that it has to begin anew
 *
 * Locking: the unit's turn and the guest's lock held.
 */
void pcishare_unit_stop(struct pcishare_unit *unit, struct pcishare_guest *guest)
{
	lockdep_assert_held(&unit->turn);
	lockdep_assert_held(&guest->lock);
	unit->dirty = true;
	if (guest->state == PCISHARE_GUEST_OPEN)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_STOPPED);
	if (guest->policy)
		pcishare_unit_cease(guest);
	pcishare_irq_signal_error(guest);
}

/* It was too long about what it had begun. Its lock is held. */
static void pcishare_unit_evict(struct pcishare_unit *unit,
				struct pcishare_guest *guest)
{
	trace_pcishare_evict(guest);
	atomic64_inc(&guest->stats.evictions);
	if (__ratelimit(&unit->device->complaints))
		pci_warn(unit->device->pdev,
			 "guest %s: busy for %llu us while others wait: stopped until it is reset\n",
			 pcishare_guest_name(guest),
			 div_u64(READ_ONCE(unit->arbiter.hold), NSEC_PER_USEC));
	guest->promised = 0;
	pcishare_unit_stop(unit, guest);
	pcishare_unit_fine(unit, guest, 0);
	pcishare_unit_set_holder(unit, NULL);
	pcishare_source_settle(unit);
}

static enum pcishare_verdict pcishare_unit_judge(struct pcishare_unit *unit)
{
	enum pcishare_verdict verdict;

	spin_lock_irq(&unit->lock);
	verdict = pcishare_arbiter_judge(&unit->arbiter, ktime_get_ns());
	spin_unlock_irq(&unit->lock);
	return verdict;
}

/* Does its guest leave it alone, so that another need not wait for its slice? */
static bool pcishare_unit_is_untouched(struct pcishare_unit *unit,
				       struct pcishare_guest *guest)
{
	u64 touched = atomic64_read(&guest->stats.reads) +
		      atomic64_read(&guest->stats.writes);
	u64 now = ktime_get_ns();

	if (touched != unit->touched) {
		unit->touched = touched;
		unit->untouched = now;
	}
	return now - unit->untouched >= PCISHARE_UNTOUCHED;
}

/* Returns -EBUSY if the guest, whose lock is held, keeps it. */
static int pcishare_unit_end(struct pcishare_unit *unit,
			     struct pcishare_guest *guest)
{
	enum pcishare_verdict verdict = pcishare_unit_judge(unit);

	if (verdict == PCISHARE_KEEP && !pcishare_unit_is_untouched(unit, guest))
		return -EBUSY;
	if (!pcishare_unit_leave(unit, guest))
		return 0;
	if (verdict != PCISHARE_EVICT)
		return -EBUSY;
	pcishare_unit_evict(unit, guest);
	return 0;
}

/* Have nobody have it. The lock of the guest that wants it may be held. */
static int pcishare_unit_vacate(struct pcishare_unit *unit)
{
	struct pcishare_guest *guest = unit->holder;
	int ret;

	lockdep_assert_held(&unit->turn);
	if (!guest)
		return 0;
	mutex_lock_nested(&guest->lock, SINGLE_DEPTH_NESTING);
	ret = pcishare_unit_end(unit, guest);
	mutex_unlock(&guest->lock);
	return ret;
}

/*
 * What a guest that has gone has begun may come to its end. Returns 1 as long as that is
 * so, 0 if it has, or an error: it is to be reset.
 */
static int pcishare_unit_drain(struct pcishare_unit *unit)
{
	if (!unit->draining)
		return -EIO;
	if (pcishare_unit_is_idle(unit))
		return pcishare_recipe_run(unit, PCISHARE_RECIPE_QUIESCE);
	return ktime_get_ns() < unit->draining ? 1 : -ETIMEDOUT;
}

/* Nobody has it, and nobody can, until it is reset. Without a way: until it is idle. */
static int pcishare_unit_scrub(struct pcishare_unit *unit)
{
	int ret;

	/* What it interrupts for is another's. */
	unit->dirty |= READ_ONCE(unit->stray);
	if (!unit->dirty)
		return 0;
	ret = pcishare_unit_drain(unit);
	if (ret > 0)
		return -EBUSY;
	unit->draining = 0;
	if (ret)
		ret = pcishare_device_reset(unit);
	if (ret == -ENOTTY)
		ret = pcishare_unit_is_idle(unit) ? 0 : -EBUSY;
	unit->dirty = ret;
	if (!ret)
		WRITE_ONCE(unit->stray, false);
	return ret;
}

/**
 * pcishare_unit_restore - have the device be as its guest has set it
 * @unit: the unit
 * @guest: the guest that has it now
 *
 * Return: 0; an error of the recipe 'restore': then only a part of it is so.
 * Context: may sleep, as long as that recipe takes.
 * Locking: the guest's lock held.
 */
int pcishare_unit_restore(struct pcishare_unit *unit,
			  struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	pcishare_handover_restore(unit, &guest->instance);
	return pcishare_recipe_run(unit, PCISHARE_RECIPE_RESTORE);
}

/* Give it to a guest, whose lock is held; nobody has it. */
static int pcishare_unit_occupy(struct pcishare_unit *unit,
				struct pcishare_guest *guest)
{
	int ret;

	pcishare_unit_set_holder(unit, guest);
	ret = pcishare_unit_restore(unit, guest);
	if (ret) {
		pcishare_unit_fine(unit, guest, 0);
		pcishare_unit_set_holder(unit, NULL);
		return ret;
	}
	WRITE_ONCE(unit->stray, false);
	unit->used = true;
	guest->restores = 0;
	guest->promised = guest->awaiting;
	trace_pcishare_turn(guest);
	atomic64_inc(&guest->stats.turns);
	atomic64_inc(&unit->device->stats.handovers);
	pcishare_handover_start(unit, &guest->instance);
	/* What came in between was told to nobody. */
	pcishare_source_settle(unit);
	wake_up_all(&unit->wait);
	return 0;
}

/* Is there nothing to wait for but the device? */
static bool pcishare_unit_is_quick(const struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);

	return !unit->dirty && !READ_ONCE(unit->stray) &&
	       !READ_ONCE(unit->device->lost) &&
	       !policy->recipes[PCISHARE_RECIPE_QUIESCE].us &&
	       !policy->recipes[PCISHARE_RECIPE_RESTORE].us;
}

/**
 * pcishare_unit_append - have a guest wait for a unit
 * @unit: the unit
 * @guest: the guest, which may wait already
 *
 * Return: whether it did not.
 * Context: process.
 */
bool pcishare_unit_append(struct pcishare_unit *unit, struct pcishare_guest *guest)
{
	bool appended;

	spin_lock_irq(&unit->lock);
	appended = pcishare_arbiter_queue(&unit->arbiter, &guest->contender,
					  ktime_get_ns());
	spin_unlock_irq(&unit->lock);
	return appended;
}

/**
 * pcishare_unit_remove - have a guest wait no more
 * @unit: the unit
 * @guest: the guest, which may not wait at all
 *
 * Context: process.
 */
void pcishare_unit_remove(struct pcishare_unit *unit, struct pcishare_guest *guest)
{
	spin_lock_irq(&unit->lock);
	pcishare_arbiter_unqueue(&unit->arbiter, &guest->contender, ktime_get_ns());
	spin_unlock_irq(&unit->lock);
}

static struct pcishare_guest *pcishare_unit_next_locked(struct pcishare_unit *unit)
{
	struct pcishare_contender *next = pcishare_arbiter_next(&unit->arbiter);

	lockdep_assert_held(&unit->lock);
	return next ? container_of(next, struct pcishare_guest, contender) : NULL;
}

/**
 * pcishare_unit_is_next - is it a guest's turn?
 * @unit: the unit
 * @guest: the guest
 *
 * Return: true if it waits, and nobody comes before it.
 * Context: process.
 */
bool pcishare_unit_is_next(struct pcishare_unit *unit,
			   const struct pcishare_guest *guest)
{
	bool next;

	spin_lock_irq(&unit->lock);
	next = pcishare_unit_next_locked(unit) == guest;
	spin_unlock_irq(&unit->lock);
	return next;
}

/* Returns whether it is the guest's turn, and whether it did not wait before. */
static bool pcishare_unit_contend(struct pcishare_unit *unit,
				  struct pcishare_guest *guest, bool *appended)
{
	u64 now = ktime_get_ns();
	bool next;

	spin_lock_irq(&unit->lock);
	*appended = pcishare_arbiter_queue(&unit->arbiter, &guest->contender, now);
	next = pcishare_unit_next_locked(unit) == guest;
	spin_unlock_irq(&unit->lock);
	return next;
}

/* With the turn held. */
static void pcishare_unit_take_now(struct pcishare_unit *unit,
				   struct pcishare_guest *guest)
{
	bool appended;

	/* Who had it may be before it once more, when that is known to have had it. */
	if (pcishare_unit_contend(unit, guest, &appended) &&
	    !pcishare_unit_vacate(unit) && !unit->dirty &&
	    pcishare_unit_is_next(unit, guest))
		pcishare_unit_occupy(unit, guest);
	if (appended && unit->holder != guest)
		pcishare_unit_remove(unit, guest);
}

/**
 * pcishare_unit_take - give a guest the device, if it can have it at once
 * @guest: the guest
 *
 * Return: whether it has it.
 * Locking: the guest's lock held.
 */
bool pcishare_unit_take(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;

	lockdep_assert_held(&guest->lock);
	if (pcishare_unit_holds(guest))
		return true;
	/*
	 * Who holds the turn may wait for the guest's lock, so this must not wait for
	 * the turn.
	 */
	if (!mutex_trylock(&unit->turn))
		return false;
	if (pcishare_unit_is_quick(unit))
		pcishare_unit_take_now(unit, guest);
	mutex_unlock(&unit->turn);
	return pcishare_unit_holds(guest);
}

/**
 * pcishare_unit_queue - give a guest the device, when it is its turn
 * @guest: the guest
 *
 * Locking: the guest's lock held.
 */
void pcishare_unit_queue(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;

	lockdep_assert_held(&guest->lock);
	/* One that is there already has done the rest. */
	if (!pcishare_unit_append(unit, guest))
		return;
	/* The work may be sleeping. */
	pcishare_unit_poke(unit);
	queue_work(system_unbound_wq, &unit->work);
}

/**
 * pcishare_unit_cease - a guest is not to have the device any more
 * @guest: the guest, whose state says so
 *
 * Starts of its that wait are not made, and its accesses that wait find its state.
 *
 * Locking: the guest's lock held.
 */
void pcishare_unit_cease(struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	WRITE_ONCE(guest->instance.nr_waiting, 0);
	pcishare_unit_remove(guest->unit, guest);
	pcishare_unit_poke(guest->unit);
}

/* Does somebody wait for one that changes hands otherwise than by closing? */
static bool pcishare_unit_is_wanted(const struct pcishare_unit *unit)
{
	return pcishare_device_mode(unit->device) == PCISHARE_LEASE &&
	       !pcishare_arbiter_is_calm(&unit->arbiter);
}

/**
 * pcishare_unit_may_begin - may who has a unit set it to work?
 * @unit: the unit
 *
 * Return: false if others are to have it before.
 * Locking: the lock of the guest that has it held.
 */
bool pcishare_unit_may_begin(struct pcishare_unit *unit)
{
	bool may;

	if (likely(!pcishare_unit_is_wanted(unit) &&
		   !READ_ONCE(unit->arbiter.closing)))
		return true;
	spin_lock_irq(&unit->lock);
	may = pcishare_arbiter_judge(&unit->arbiter, ktime_get_ns()) ==
	      PCISHARE_KEEP;
	if (may)
		pcishare_arbiter_begin(&unit->arbiter);
	spin_unlock_irq(&unit->lock);
	return may;
}

/* As long as the turn is held no guest that is queued goes away. */
static struct pcishare_guest *pcishare_unit_next(struct pcishare_unit *unit)
{
	struct pcishare_guest *guest;

	lockdep_assert_held(&unit->turn);
	spin_lock_irq(&unit->lock);
	guest = pcishare_unit_next_locked(unit);
	spin_unlock_irq(&unit->lock);
	return guest;
}

/* The guest's settings may be why: it is not to keep the others waiting for ever. */
static void pcishare_unit_give_up(struct pcishare_unit *unit,
				  struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	if (__ratelimit(&unit->device->complaints))
		pci_warn(unit->device->pdev,
			 "guest %s: the recipe 'restore' has failed %u times: stopped until it is reset\n",
			 pcishare_guest_name(guest), guest->restores);
	guest->restores = 0;
	if (guest->state == PCISHARE_GUEST_OPEN)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_STOPPED);
	pcishare_unit_cease(guest);
}

/* Half of it is restored; others may have more luck. */
static void pcishare_unit_retry(struct pcishare_unit *unit,
				struct pcishare_guest *guest)
{
	if (++guest->restores < PCISHARE_RESTORES)
		pcishare_unit_append(unit, guest);
	else
		pcishare_unit_give_up(unit, guest);
}

/* Nobody has it. Returns -EBUSY if it has to be tried again later. */
static int pcishare_unit_pass_on(struct pcishare_unit *unit,
				 struct pcishare_guest *guest)
{
	mutex_lock(&guest->lock);
	if (guest->state != PCISHARE_GUEST_OPEN) {
		/* Stopped or taken away since it was queued. */
		pcishare_unit_cease(guest);
	} else {
		unit->dirty = pcishare_unit_occupy(unit, guest);
		if (unit->dirty)
			pcishare_unit_retry(unit, guest);
	}
	mutex_unlock(&guest->lock);
	return unit->dirty ? -EBUSY : 0;
}

/*
 * Nobody has it, and it keeps the line from telling of others. If it cannot be reset, or
 * does so again, they are looked at each time.
 */
static void pcishare_unit_silence(struct pcishare_unit *unit)
{
	if (!READ_ONCE(unit->stray) || unit->holder || unit->draining ||
	    !pcishare_unit_is_there(unit) || time_before(jiffies, unit->silence))
		return;
	WRITE_ONCE(unit->silence, jiffies + PCISHARE_SILENCE);
	if (pcishare_device_reset(unit))
		return;
	WRITE_ONCE(unit->stray, false);
	pcishare_source_settle(unit);
}

/**
 * pcishare_unit_strays - a unit interrupts that nobody has
 * @unit: the unit
 *
 * It is reset, if there is a way; in any case before somebody has it.
 *
 * Context: any.
 */
void pcishare_unit_strays(struct pcishare_unit *unit)
{
	WRITE_ONCE(unit->stray, true);
	if (time_after_eq(jiffies, READ_ONCE(unit->silence)))
		queue_work(system_unbound_wq, &unit->work);
}

/* Have it change hands once. Returns as the next. */
static int pcishare_unit_serve_locked(struct pcishare_unit *unit)
{
	struct pcishare_guest *guest;

	pcishare_unit_silence(unit);
	if (!pcishare_unit_is_wanted(unit) || READ_ONCE(unit->device->gone) ||
	    READ_ONCE(unit->device->lost))
		return 0;
	if (pcishare_unit_vacate(unit) || pcishare_unit_scrub(unit))
		return -EBUSY;
	/* Only now it is known what who had it has had. */
	guest = pcishare_unit_next(unit);
	return guest ? pcishare_unit_pass_on(unit, guest) ?: 1 : 0;
}

/*
 * Have it change hands once: others may wait for the turn. Returns 0 if nobody waits,
 * -EBUSY if it has to be tried again later, else 1.
 */
static int pcishare_unit_serve(struct pcishare_unit *unit)
{
	int ret;

	mutex_lock(&unit->turn);
	ret = pcishare_unit_serve_locked(unit);
	mutex_unlock(&unit->turn);
	return ret;
}

/* For how long (ns) is a unit left alone that cannot change hands now? */
static u64 pcishare_unit_pause(struct pcishare_unit *unit, u64 poll)
{
	u64 until, now = ktime_get_ns();

	spin_lock_irq(&unit->lock);
	until = pcishare_arbiter_until(&unit->arbiter);
	spin_unlock_irq(&unit->lock);
	return until > now ? min(until - now, poll) : poll;
}

static void pcishare_unit_work(struct work_struct *work)
{
	struct pcishare_unit *unit = container_of(work, struct pcishare_unit,
						  work);
	int ret, changes = atomic_read(&unit->changes);
	u64 poll = PCISHARE_POLL_MIN * NSEC_PER_USEC;

	while ((ret = pcishare_unit_serve(unit))) {
		if (ret > 0)
			continue;
		wait_event_hrtimeout(unit->wait,
				     atomic_read(&unit->changes) != changes,
				     ns_to_ktime(pcishare_unit_pause(unit, poll)));
		poll = min(2 * poll, PCISHARE_POLL_MAX * (u64)NSEC_PER_USEC);
		if (changes != atomic_read(&unit->changes))
			poll = PCISHARE_POLL_MIN * NSEC_PER_USEC;
		changes = atomic_read(&unit->changes);
	}
}

/**
 * pcishare_unit_resume - a device that was lost is there again
 * @unit: a unit of it
 *
 * Context: any.
 */
void pcishare_unit_resume(struct pcishare_unit *unit)
{
	pcishare_unit_poke(unit);
	queue_work(system_unbound_wq, &unit->work);
}

/*
 * Waiting for it, where the guest needs the device's answer
 */

static bool pcishare_unit_may_go_on(const struct pcishare_guest *guest)
{
	return pcishare_unit_holds(guest) || READ_ONCE(guest->device->gone) ||
	       READ_ONCE(guest->state) != PCISHARE_GUEST_OPEN;
}

/* Returns what of @left is left, or an error. */
static long pcishare_unit_await_once(struct pcishare_guest *guest, long left)
{
	guest->awaiting++;
	pcishare_unit_queue(guest);
	mutex_unlock(&guest->lock);
	left = wait_event_killable_timeout(guest->unit->wait,
					   pcishare_unit_may_go_on(guest), left);
	mutex_lock(&guest->lock);
	guest->awaiting--;
	if (left < 0)
		return left;
	return left ?: -ETIMEDOUT;
}

/**
 * pcishare_unit_await - have a guest have the device
 * @guest: the guest
 * @until: for how long it waits (jiffies)
 *
 * Return: 0 when it has; -ETIMEDOUT if it did not get it in time; -ENODEV if the
 * guest's device was taken away meanwhile; -ERESTARTSYS if its process is to end.
 * Locking: the guest's lock held; left and taken again.
 */
int pcishare_unit_await(struct pcishare_guest *guest, unsigned long until)
{
	long left = until - jiffies;
	bool waited = false;
	int ret = 0;

	while (!pcishare_unit_take(guest)) {
		waited = true;
		left = pcishare_unit_await_once(guest, max(left, 0L));
		if (left < 0) {
			ret = left;
			break;
		}
		if (READ_ONCE(guest->device->gone) ||
		    guest->state != PCISHARE_GUEST_OPEN) {
			ret = -ENODEV;
			break;
		}
	}
	if (ret == -ETIMEDOUT && pcishare_unit_holds(guest))
		ret = 0;
	/* The promise is kept now: the access follows. */
	if (waited && guest->promised)
		guest->promised--;
	/* Another access or a start of its may still wait, unless it is taken away. */
	if (ret && !guest->awaiting &&
	    (ret == -ENODEV || !guest->instance.nr_waiting))
		pcishare_unit_remove(guest->unit, guest);
	return ret;
}

/*
 * Coming and going
 */

/* Nobody has it from here on, whatever its guest has begun. Its lock is held. */
static void pcishare_unit_abandon(struct pcishare_unit *unit,
				  struct pcishare_guest *guest)
{
	u64 hold = READ_ONCE(unit->arbiter.hold) ?: PCISHARE_HOLD_DEFAULT;
	unsigned long owed = READ_ONCE(unit->owed);

	/* One that has lost its state does not come to an end by itself. */
	unit->draining = unit->dirty || READ_ONCE(unit->device->lost) ?
			 0 : ktime_get_ns() + hold;
	unit->dirty = true;
	pcishare_unit_fine(unit, guest, div_u64(hold, NSEC_PER_USEC));
	pcishare_unit_set_holder(unit, NULL);
	/* What is still to come of it is not to reach the next one. */
	spin_lock_irq(&unit->lock);
	unit->owed = owed;
	spin_unlock_irq(&unit->lock);
	pcishare_source_settle(unit);
}

/**
 * pcishare_unit_part - a guest does not want the device any more
 * @guest: the guest, which accesses it no more
 *
 * If the device is busy with what it has begun, that may come to its end for as long as
 * the policy lets a guest hold it: before, nobody gets it. Nobody waits for that here.
 *
 * Context: may sleep, for as long as the recipes take.
 */
void pcishare_unit_part(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;

	mutex_lock(&unit->turn);
	pcishare_unit_remove(unit, guest);
	if (unit->holder == guest) {
		mutex_lock(&guest->lock);
		guest->promised = 0;
		if (!pcishare_unit_is_there(unit) || pcishare_unit_leave(unit, guest))
			pcishare_unit_abandon(unit, guest);
		mutex_unlock(&guest->lock);
	}
	mutex_unlock(&unit->turn);
	queue_work(system_unbound_wq, &unit->work);
}

/* As after power-on, for the guest alone. */
static int pcishare_unit_restart(struct pcishare_unit *unit,
				 struct pcishare_guest *guest)
{
	int ret = 0;

	if (!guest->awaiting)
		pcishare_unit_remove(guest->unit, guest);
	if (unit->holder == guest) {
		ret = pcishare_device_reset(unit);
		/* The next one is not to find it half done. */
		if (ret != -ENOTTY && ret != -EAGAIN)
			unit->dirty = ret;
	}
	if (!guest->policy || ret == -EAGAIN)
		return ret;
	/* After it, for there may have been interrupts before it. */
	pcishare_instance_reset(&guest->instance);
	if (unit->holder != guest)
		return 0;
	if (!ret) {
		spin_lock_irq(&unit->lock);
		unit->owed = 0;
		spin_unlock_irq(&unit->lock);
	}
	if (!ret || ret == -ENOTTY) {
		ret = pcishare_unit_restore(unit, guest);
		unit->dirty |= ret;
	}
	pcishare_source_settle(unit);
	return ret;
}

/* With the guest's lock, and the unit's turn if the guest has it. */
static int pcishare_unit_reset_locked(struct pcishare_unit *unit,
				      struct pcishare_guest *guest)
{
	int ret;

	if (guest->state != PCISHARE_GUEST_OPEN &&
	    guest->state != PCISHARE_GUEST_STOPPED)
		return -EIO;
	ret = pcishare_unit_restart(unit, guest);
	if (!ret)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_OPEN);
	return ret;
}

/* Returns 1 if the guest has the device, for which that takes the turn. */
static int pcishare_unit_reset_alone(struct pcishare_unit *unit,
				     struct pcishare_guest *guest)
{
	int ret = 1;

	if (mutex_lock_killable(&guest->lock))
		return -ERESTARTSYS;
	if (!pcishare_unit_holds(guest))
		ret = pcishare_unit_reset_locked(unit, guest);
	mutex_unlock(&guest->lock);
	return ret;
}

/*
 * One that resets the device over and over is to leave it to the others for the most
 * of the time: it does not answer them meanwhile. Returns an error if the process is to
 * end.
 */
static int pcishare_unit_await_reset(const struct pcishare_guest *guest)
{
	long left = READ_ONCE(guest->reset_after) - jiffies;

	if (left > 0)
		schedule_timeout_killable(left);
	return fatal_signal_pending(current) ? -ERESTARTSYS : 0;
}

/**
 * pcishare_unit_reset - reset what a guest sees of the device
 * @guest: the guest
 *
 * The device itself is reset only if the guest has it; if not, nobody is waited for.
 *
 * Return: 0; -ENOTTY if there is no way; -EAGAIN if the device is just being bound
 * or unbound; an error of the policy's recipe; -ERESTARTSYS if the process is to end.
 * Context: may sleep.
 */
int pcishare_unit_reset(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;
	int ret = pcishare_unit_reset_alone(unit, guest);
	unsigned long began;

	if (ret <= 0)
		return ret;
	if (pcishare_unit_await_reset(guest) || mutex_lock_killable(&unit->turn))
		return -ERESTARTSYS;
	began = jiffies;
	mutex_lock(&guest->lock);
	/* Another may have it by now. */
	ret = pcishare_unit_reset_locked(unit, guest);
	mutex_unlock(&guest->lock);
	WRITE_ONCE(guest->reset_after, jiffies +
		   clamp(PCISHARE_RESET_SHARE * (jiffies - began),
			 PCISHARE_RESET_REST_MIN, PCISHARE_RESET_REST_MAX));
	mutex_unlock(&unit->turn);
	return ret;
}

/**
 * pcishare_unit_init - set up a unit
 * @unit: the unit, zeroed
 * @device: of which device
 * @index: which one of it
 */
void pcishare_unit_init(struct pcishare_unit *unit,
			struct pcishare_device *device, unsigned int index)
{
	unit->device = device;
	unit->index = index;
	mutex_init(&unit->turn);
	spin_lock_init(&unit->lock);
	pcishare_arbiter_init(&unit->arbiter);
	unit->silence = jiffies;
	init_waitqueue_head(&unit->wait);
	INIT_WORK(&unit->work, pcishare_unit_work);
}

/**
 * pcishare_unit_rest - nobody has a unit's device open
 * @unit: the unit
 *
 * Context: may sleep, for as long as the recipes and a reset take. When it returns
 * nothing is done to the unit by its work.
 */
void pcishare_unit_rest(struct pcishare_unit *unit)
{
	cancel_work_sync(&unit->work);
}

/**
 * pcishare_unit_exit - a unit is to go
 * @unit: the unit, which no guest has open
 *
 * Context: may sleep.
 */
void pcishare_unit_exit(struct pcishare_unit *unit)
{
	cancel_work_sync(&unit->work);
}
