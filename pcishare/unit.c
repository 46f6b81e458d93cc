// SPDX-License-Identifier: GPL-2.0
/*
 * A unit: who has it, and who waits for it. Nothing is done to the device here.
 */
#include <linux/ktime.h>

#include "device.h"
#include "guest/guest.h"
#include "policy/policy.h"
#include "unit.h"

/**
 * pcishare_unit_policy - the policy of a unit
 * @unit: the unit
 *
 * Return: the policy. It stays while a guest has the device open.
 */
const struct pcishare_policy *
pcishare_unit_policy(const struct pcishare_unit *unit)
{
	return pcishare_device_policy(unit->device);
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
 * pcishare_unit_is_lost - has the device lost what a guest had set there?
 * @guest: the guest
 *
 * Return: true if it has the device, which cannot be accessed before it is set
 * again; stays so with the guest's lock held.
 * Context: any, while the guest is open.
 */
bool pcishare_unit_is_lost(const struct pcishare_guest *guest)
{
	return unlikely(READ_ONCE(guest->unit->lost)) &&
	       pcishare_unit_holds(guest);
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
 * pcishare_unit_is_there - can a unit be accessed?
 * @unit: the unit
 *
 * Return: false if its device is being removed, or has lost its state.
 * Context: any.
 */
bool pcishare_unit_is_there(const struct pcishare_unit *unit)
{
	return !READ_ONCE(unit->device->gone) && !READ_ONCE(unit->device->lost);
}

/**
 * pcishare_unit_set_holder - give a unit to a guest
 * @unit: the unit
 * @guest: the guest, or NULL
 *
 * Locking: the unit's turn held, and the lock of the guest that loses or gets
 * it.
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

static struct pcishare_guest *
pcishare_unit_next_locked(struct pcishare_unit *unit)
{
	struct pcishare_contender *next = pcishare_arbiter_next(&unit->arbiter);

	lockdep_assert_held(&unit->lock);
	return next ? container_of(next, struct pcishare_guest, contender) :
		      NULL;
}

/**
 * pcishare_unit_next - whose turn is it?
 * @unit: the unit
 *
 * Return: the guest, which does not go away as long as the turn is held; or
 * NULL.
 * Locking: the unit's turn held.
 */
struct pcishare_guest *pcishare_unit_next(struct pcishare_unit *unit)
{
	struct pcishare_guest *guest;

	lockdep_assert_held(&unit->turn);
	spin_lock_irq(&unit->lock);
	guest = pcishare_unit_next_locked(unit);
	spin_unlock_irq(&unit->lock);
	return guest;
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

/**
 * pcishare_unit_append - have a guest wait for a unit
 * @unit: the unit
 * @guest: the guest, which may wait already
 *
 * Return: whether it did not.
 * Context: process.
 */
bool pcishare_unit_append(struct pcishare_unit *unit,
			  struct pcishare_guest *guest)
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
void pcishare_unit_remove(struct pcishare_unit *unit,
			  struct pcishare_guest *guest)
{
	spin_lock_irq(&unit->lock);
	pcishare_arbiter_unqueue(&unit->arbiter, &guest->contender,
				 ktime_get_ns());
	spin_unlock_irq(&unit->lock);
}

/**
 * pcishare_unit_contend - have a guest wait for a unit, and see whether it is
 * next
 * @unit: the unit
 * @guest: the guest, which may wait already
 * @appended: whether it did not
 *
 * Return: as pcishare_unit_is_next().
 * Context: process.
 */
bool pcishare_unit_contend(struct pcishare_unit *unit,
			   struct pcishare_guest *guest, bool *appended)
{
	u64 now = ktime_get_ns();
	bool next;

	spin_lock_irq(&unit->lock);
	*appended =
		pcishare_arbiter_queue(&unit->arbiter, &guest->contender, now);
	next = pcishare_unit_next_locked(unit) == guest;
	spin_unlock_irq(&unit->lock);
	return next;
}

/**
 * pcishare_unit_cease - a guest is not to have the device any more
 * @guest: the guest, whose state says so
 *
 * Starts of its that wait are not made, and its accesses that wait find its
 * state.
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

/**
 * pcishare_unit_stop - a guest has lost the device, and what it has set there
 * @unit: the unit
 * @guest: the guest, whose driver has to be told by somebody that it has to
 *	begin anew
 *
 * Locking: the unit's turn and the guest's lock held.
 */
void pcishare_unit_stop(struct pcishare_unit *unit,
			struct pcishare_guest *guest)
{
	lockdep_assert_held(&unit->turn);
	lockdep_assert_held(&guest->lock);
	unit->dirty = true;
	if (guest->state == PCISHARE_GUEST_OPEN)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_STOPPED);
	pcishare_unit_cease(guest);
	vdev_signal_error(&guest->vdev);
}

/**
 * pcishare_unit_is_wanted - does somebody wait for its turn?
 * @unit: the unit; one that is not leased changes hands by closing only
 *
 * Context: any.
 */
bool pcishare_unit_is_wanted(const struct pcishare_unit *unit)
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
