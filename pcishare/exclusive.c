// SPDX-License-Identifier: GPL-2.0
/*
 * A unit that is one guest's from opening to closing, and is reset before the
 * next has it: the whole of a device, or a partition.
 */
#include <linux/delay.h>
#include <linux/pci.h>

#include "device.h"
#include "turn.h"
#include "unit.h"
#include "exclusive.h"
#include "guest/guest.h"
#include "source.h"
#include "trace.h"

/* So often, each 10 ms, a reset is tried before a guest gets the device. */
#define PCISHARE_RESET_TRIES	100

/* Another may be next now. */
static void pcishare_exclusive_give_up(struct pcishare_unit *unit,
				       struct pcishare_guest *guest)
{
	pcishare_unit_remove(unit, guest);
	pcishare_unit_poke(unit);
}

/* Returns -EBUSY while another has it, or an error. */
static int pcishare_exclusive_try(struct pcishare_unit *unit,
				  struct pcishare_guest *guest)
{
	int ret = 0;

	if (mutex_lock_killable(&unit->turn))
		return -ERESTARTSYS;
	mutex_lock(&guest->lock);
	if (READ_ONCE(unit->device->gone) || READ_ONCE(guest->going))
		ret = -ENODEV;
	else if (!pcishare_unit_is_next(unit, guest) || unit->holder)
		ret = -EBUSY;
	else
		pcishare_unit_set_holder(unit, guest);
	mutex_unlock(&guest->lock);
	mutex_unlock(&unit->turn);
	return ret;
}

/* Is it worth trying? */
static bool pcishare_is_free(struct pcishare_unit *unit,
			     const struct pcishare_guest *guest)
{
	return READ_ONCE(unit->device->gone) || READ_ONCE(guest->going) ||
	       (!READ_ONCE(unit->holder) && pcishare_unit_is_next(unit, guest));
}

static int pcishare_exclusive_take(struct pcishare_unit *unit,
				   struct pcishare_guest *guest)
{
	int ret;

	/* First come, first served, however long it has had it. */
	spin_lock_irq(&unit->lock);
	pcishare_contender_forget(&guest->contender);
	spin_unlock_irq(&unit->lock);
	pcishare_unit_append(unit, guest);
	while ((ret = pcishare_exclusive_try(unit, guest)) == -EBUSY) {
		ret = wait_event_interruptible(unit->wait,
					       pcishare_is_free(unit, guest));
		if (ret)
			break;
	}
	if (ret)
		pcishare_exclusive_give_up(unit, guest);
	return ret;
}

/* Returns whether the guest had it. */
static bool pcishare_exclusive_pass_on(struct pcishare_unit *unit,
				       struct pcishare_guest *guest)
{
	bool had;

	mutex_lock(&unit->turn);
	had = unit->holder == guest;
	if (had) {
		mutex_lock(&guest->lock);
		pcishare_unit_set_holder(unit, NULL);
		mutex_unlock(&guest->lock);
		pcishare_source_forget(unit);
		/*
		 * Work that it began is not to go on; if it does, see the next
		 * one.
		 */
		if (unit->used && !pcishare_device_reset(unit)) {
			unit->used = false;
			unit->dirty = false;
			/* Nor does what it interrupted for since. */
			WRITE_ONCE(unit->stray, false);
		}
		/* Only now, for what it was told of it has not seen to. */
		pcishare_source_settle(unit);
	}
	mutex_unlock(&unit->turn);
	if (had)
		wake_up_all(&unit->wait);
	return had;
}

/*
 * Nobody is to find what another has left. The reset has to wait for whoever
 * holds the PCI device's lock just now.
 */
static int pcishare_exclusive_clean(struct pcishare_unit *unit,
				    const struct pcishare_guest *guest)
{
	struct pcishare_device *device = unit->device;
	unsigned int tries;
	int ret;

	if (!unit->used && !READ_ONCE(unit->stray))
		goto clean;
	for (tries = 0; tries < PCISHARE_RESET_TRIES; tries++) {
		mutex_lock(&unit->turn);
		ret = pcishare_device_reset(unit);
		mutex_unlock(&unit->turn);
		/*
		 * Without a way there is nothing to be tried: it is said at
		 * binding.
		 */
		if (!ret || ret == -ENOTTY)
			goto clean;
		if (READ_ONCE(device->gone) || READ_ONCE(guest->going))
			return -ENODEV;
		if (msleep_interruptible(10))
			return -ERESTARTSYS;
	}
	pci_notice_ratelimited(device->pdev,
			       "cannot be reset now: no guest gets it\n");
	return -EIO;
clean:
	mutex_lock(&unit->turn);
	unit->used = true;
	unit->dirty = false;
	WRITE_ONCE(unit->stray, false);
	mutex_unlock(&unit->turn);
	return 0;
}

/* It is as a new guest's registers are to be. */
static int pcishare_exclusive_prepare(struct pcishare_unit *unit,
				      struct pcishare_guest *guest)
{
	int ret;

	mutex_lock(&guest->lock);
	/* Anything that the device said before its reset is not this one's. */
	pcishare_instance_reset(&guest->instance);
	ret = pcishare_unit_restore(unit, guest);
	mutex_unlock(&guest->lock);
	pcishare_source_settle(unit);
	return ret ? -EIO : 0;
}

/**
 * pcishare_exclusive_enter - give a guest its unit, when nobody else has it
 * @guest: the guest
 *
 * Return: 0; -ERESTARTSYS if a signal ended the wait; -ENODEV if the device is
 * being removed; -EIO if it cannot be reset now, or its recipe 'restore' fails.
 * Context: may sleep, as long as another guest has the unit.
 */
int pcishare_exclusive_enter(struct pcishare_guest *guest)
{
	struct pcishare_unit *unit = guest->unit;
	int ret = pcishare_exclusive_take(unit, guest);

	if (ret)
		return ret;
	ret = pcishare_exclusive_clean(unit, guest);
	if (!ret)
		ret = pcishare_exclusive_prepare(unit, guest);
	if (ret) {
		pcishare_exclusive_pass_on(unit, guest);
		return ret;
	}
	trace_pcishare_turn(guest);
	atomic64_inc(&guest->stats.turns);
	atomic64_inc(&unit->device->stats.handovers);
	return 0;
}

/**
 * pcishare_exclusive_leave - take its unit from a guest that may have it
 * @guest: the guest, which accesses it no more
 *
 * Context: may sleep.
 */
void pcishare_exclusive_leave(struct pcishare_guest *guest)
{
	pcishare_exclusive_pass_on(guest->unit, guest);
}
