// SPDX-License-Identifier: GPL-2.0
/*
 * Turns: guests of a lease have the device one after the other. Each may begin
 * anything until another wants it and its slice is over, and has until hold is
 * over to end it; see arbiter.c.
 *
 * A guest that wants it and cannot have it at once is queued. Whoever has it
 * change hands holds the unit's turn: the guest that wants it itself, where
 * that takes no waiting, or the unit's work. Nobody waits for the device with
 * the turn held.
 */
#include <linux/ktime.h>
#include <linux/wait.h>

#include "device.h"
#include "guest/guest.h"
#include "handover.h"
#include "idle.h"
#include "instance.h"
#include "policy/policy.h"
#include "recipe.h"
#include "route.h"
#include "source.h"
#include "trace.h"
#include "turn.h"
#include "unit.h"

/* How often (us) a busy device is looked at that somebody waits for. */
#define PCISHARE_POLL_MIN	50u
#define PCISHARE_POLL_MAX	1000u

/*
 * A guest that does not touch the device for so long (ns) lets others have it.
 */
#define PCISHARE_UNTOUCHED	(200 * NSEC_PER_USEC)

/*
 * So long (us) the kernel waits for a reset: pcie_flr() of drivers/pci/pci.c.
 */
#define PCISHARE_RESET_US	100000u

/*
 * So often a guest's settings are tried that the recipe 'restore' fails with.
 */
#define PCISHARE_RESTORES	3

/* So often (jiffies) a unit that nobody has is reset because it interrupts. */
#define PCISHARE_SILENCE	(10ul * HZ)

/**
 * pcishare_unit_handover_us - how long may changing hands take?
 * @unit: the unit
 *
 * Return: how long (us), by the policy's recipes and how often the device is
 * looked at.
 * Context: any, as long as the policy stays.
 */
u64 pcishare_unit_handover_us(const struct pcishare_unit *unit)
{
	const struct pcishare_recipe *recipes =
		pcishare_unit_policy(unit)->recipes;
	u64 us = 2 * PCISHARE_POLL_MAX;

	us += recipes[PCISHARE_RECIPE_QUIESCE].us;
	us += recipes[PCISHARE_RECIPE_RESTORE].us;
	us += recipes[PCISHARE_RECIPE_RESET].us;
	return us + (unit->device->resettable ? PCISHARE_RESET_US : 0);
}

/**
 * pcishare_unit_fine - charge a guest for what it has left to others
 * @unit: the unit
 * @guest: the guest
 * @us: for how long (us) others have to wait, beside a change of hands
 *
 * Locking: the unit's turn held. If the guest waits, it has the unit, which
 * puts it to its place when it is taken back.
 */
void pcishare_unit_fine(struct pcishare_unit *unit,
			struct pcishare_guest *guest, u64 us)
{
	us += pcishare_unit_handover_us(unit);
	spin_lock_irq(&unit->lock);
	pcishare_arbiter_charge(&guest->contender, us * NSEC_PER_USEC);
	spin_unlock_irq(&unit->lock);
}

/**
 * pcishare_unit_release - take a unit from the guest that has it, if it is idle
 * @unit: the unit
 * @guest: the guest
 *
 * Return: 0; -EBUSY if the guest keeps it.
 * Locking: the unit's turn and the guest's lock held.
 */
int pcishare_unit_release(struct pcishare_unit *unit,
			  struct pcishare_guest *guest)
{
	int ret;

	/* It was given it for an access that is still to come. */
	if (guest->promised || !pcishare_unit_is_idle(unit))
		return -EBUSY;
	/*
	 * If it does not get quiet, it is reset before the next has it; and
	 * what is there by then is not what the guest has set.
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
	/* A guest told of an interrupt cannot see to it any more. */
	pcishare_source_settle(unit);
	return 0;
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

/*
 * Does its guest leave it alone, so that another need not wait for its slice?
 */
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

	if (verdict == PCISHARE_KEEP &&
	    !pcishare_unit_is_untouched(unit, guest))
		return -EBUSY;
	if (!pcishare_unit_release(unit, guest))
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
 * Work begun by a guest that has gone may come to its end. Returns 1 as long as
 * that is so, 0 if it has, or an error: it is to be reset.
 */
static int pcishare_unit_drain(struct pcishare_unit *unit)
{
	if (!unit->draining)
		return -EIO;
	if (pcishare_unit_is_idle(unit))
		return pcishare_recipe_run(unit, PCISHARE_RECIPE_QUIESCE);
	return ktime_get_ns() < unit->draining ? 1 : -ETIMEDOUT;
}

/*
 * Nobody has it, and nobody can, until it is reset. Without a way: until it is
 * idle.
 */
static int pcishare_unit_scrub(struct pcishare_unit *unit)
{
	int ret;

	/* It interrupts for something that is another's. */
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
	/* Interrupts in between were told to nobody. */
	pcishare_source_settle(unit);
	wake_up_all(&unit->wait);
	return 0;
}

/* Is there nothing to wait for except the device? */
static bool pcishare_unit_is_quick(const struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);

	return !unit->dirty && !READ_ONCE(unit->stray) &&
	       !READ_ONCE(unit->device->lost) &&
	       !policy->recipes[PCISHARE_RECIPE_QUIESCE].us &&
	       !policy->recipes[PCISHARE_RECIPE_RESTORE].us;
}

/* With the turn held. */
static void pcishare_unit_take_now(struct pcishare_unit *unit,
				   struct pcishare_guest *guest)
{
	bool appended;

	/*
	 * The last holder may be before it once more, when that is known to
	 * have had it.
	 */
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
	 * A task that holds the turn may wait for the guest's lock, so this
	 * must not wait for the turn.
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

/*
 * The guest's settings may be why: it is not to keep the others waiting for
 * ever.
 */
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
 * Nobody has it, and it keeps the line from telling of others. If it cannot be
 * reset, or does so again, they are looked at each time.
 */
static void pcishare_unit_silence(struct pcishare_unit *unit)
{
	if (!READ_ONCE(unit->stray) || unit->holder || unit->draining ||
	    !pcishare_unit_is_there(unit) ||
	    time_before(jiffies, unit->silence))
		return;
	WRITE_ONCE(unit->silence, jiffies + PCISHARE_SILENCE);
	if (pcishare_device_reset(unit))
		return;
	WRITE_ONCE(unit->stray, false);
	pcishare_source_settle(unit);
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
 * Have it change hands once: others may wait for the turn. Returns 0 if nobody
 * waits, -EBUSY if it has to be tried again later, else 1.
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
	ktime_t pause;

	while ((ret = pcishare_unit_serve(unit))) {
		if (ret > 0)
			continue;
		pause = ns_to_ktime(pcishare_unit_pause(unit, poll));
		wait_event_hrtimeout(unit->wait,
				     atomic_read(&unit->changes) != changes,
				     pause);
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
 * Context: may sleep, for as long as the recipes and a reset take. When it
 * returns nothing is done to the unit by its work.
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
