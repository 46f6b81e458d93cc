// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the device has come to the end of what its guest has begun.
 */
#include <linux/ktime.h>

#include "device.h"
#include "guest/guest.h"
#include "idle.h"
#include "policy/policy.h"
#include "register.h"
#include "route.h"
#include "unit.h"

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
	/* Interrupts that are there already are not those to come. */
	if (owed)
		pcishare_route(unit);
	spin_lock_irqsave(&unit->lock, flags);
	unit->owed = owed;
	unit->idle_since = 0;
	spin_unlock_irqrestore(&unit->lock, flags);
	atomic64_inc(&unit->holder->stats.starts);
}

static void pcishare_unit_remit(struct pcishare_unit *unit, unsigned int index)
{
	spin_lock_irq(&unit->lock);
	unit->owed &= ~BIT(index);
	spin_unlock_irq(&unit->lock);
}

/* The device is idle, and an interrupt of this source may be on its way. */
static bool pcishare_unit_expects(struct pcishare_unit *unit,
				  unsigned int index)
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

/**
 * pcishare_unit_is_idle - may a unit change hands?
 * @unit: the unit
 *
 * Interrupts that are there by then are its guest's: so they are seen to before
 * the last look.
 *
 * Return: true if the device has nothing to do, and no interrupt is to come.
 * Locking: the unit's turn held.
 */
bool pcishare_unit_is_idle(struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);

	lockdep_assert_held(&unit->turn);
	if (!pcishare_register_is(unit, &policy->idle))
		return false;
	pcishare_route(unit);
	return !pcishare_unit_is_owed(unit);
}
