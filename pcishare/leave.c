// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that does not want the device any more, or wants it as after
 * power-on.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>

#include "device.h"
#include "guest/guest.h"
#include "instance.h"
#include "leave.h"
#include "source.h"
#include "turn.h"
#include "unit.h"

/*
 * How long (ns) what a guest that has gone has begun may go on, if nothing says
 * so.
 */
#define PCISHARE_HOLD_DEFAULT	NSEC_PER_SEC

/*
 * After a guest has reset the device it may do so again when so many times as
 * long have passed as that took, within limits (jiffies).
 */
#define PCISHARE_RESET_SHARE	4ul
#define PCISHARE_RESET_REST_MIN	(HZ / 10ul)
#define PCISHARE_RESET_REST_MAX	(HZ + 0ul)

/*
 * Nobody has it from here on, whatever its guest has begun. Its lock is held.
 */
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
	/* An interrupt that is still to come is not to reach the next one. */
	spin_lock_irq(&unit->lock);
	unit->owed = owed;
	spin_unlock_irq(&unit->lock);
	pcishare_source_settle(unit);
}

/**
 * pcishare_unit_leave - a guest does not want the device any more
 * @guest: the guest, which accesses it no more
 *
 * If the device is busy with what it has begun, that may come to its end for as
 * long as the policy lets a guest hold it: before, nobody gets it. Nobody waits
 * for that here.
 *
 * Context: may sleep, for as long as the recipes take.
 */
void pcishare_unit_leave(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;

	mutex_lock(&unit->turn);
	pcishare_unit_remove(unit, guest);
	if (unit->holder == guest) {
		mutex_lock(&guest->lock);
		guest->promised = 0;
		if (!pcishare_unit_is_there(unit) ||
		    pcishare_unit_release(unit, guest))
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
	if (ret == -EAGAIN)
		return ret;
	/* The guest's own registers are there to be reset, if any are. */
	if (ret == -ENOTTY && guest->policy->passthrough)
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
 * One that resets the device over and over is to leave it to the others for the
 * most of the time: it does not answer them meanwhile. Returns an error if the
 * process is to end.
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
 * The device itself is reset only if the guest has it; if not, nobody is waited
 * for.
 *
 * Return: 0; -ENOTTY if there is no way; -EAGAIN if the device is just being
 * bound or unbound; an error of the policy's recipe; -ERESTARTSYS if the
 * process is to end.
 * Context: may sleep.
 */
int pcishare_unit_reset(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;
	int ret = pcishare_unit_reset_alone(unit, guest);
	unsigned long began;

	if (ret <= 0)
		return ret;
	if (pcishare_unit_await_reset(guest) ||
	    mutex_lock_killable(&unit->turn))
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
