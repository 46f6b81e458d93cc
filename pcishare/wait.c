// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for the device, where a guest needs its answer.
 */
#include <linux/jiffies.h>
#include <linux/wait.h>

#include "device.h"
#include "guest/guest.h"
#include "turn.h"
#include "unit.h"
#include "wait.h"

static bool pcishare_unit_may_go_on(const struct pcishare_guest *guest)
{
	return pcishare_unit_holds(guest) || READ_ONCE(guest->device->gone) ||
	       READ_ONCE(guest->state) != PCISHARE_GUEST_OPEN;
}

/* Returns what of @left is left, or an error. */
static long pcishare_unit_await_once(struct pcishare_guest *guest, long left)
{
	struct pcishare_unit *unit = guest->unit;

	guest->awaiting++;
	pcishare_unit_queue(guest);
	mutex_unlock(&guest->lock);
	left = wait_event_killable_timeout(unit->wait,
					   pcishare_unit_may_go_on(guest),
					   left);
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
 * Return: 0 when it has; -ETIMEDOUT if it did not get it in time; -ENODEV if
 * the guest's device was taken away meanwhile; -ERESTARTSYS if its process is
 * to end.
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
	/*
	 * Another access or a start of its may still wait, unless it is taken
	 * away.
	 */
	if (ret && !guest->awaiting &&
	    (ret == -ENODEV || !guest->instance.nr_waiting))
		pcishare_unit_remove(guest->unit, guest);
	return ret;
}
