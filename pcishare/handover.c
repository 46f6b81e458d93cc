// SPDX-License-Identifier: GPL-2.0
/*
 * Registers when the device changes hands: what is the guest's own is saved
 * from the device and written back later, and starts that waited are made.
 */
#include <linux/bitmap.h>

#include "device.h"
#include "idle.h"
#include "unit.h"
#include "handover.h"
#include "instance.h"
#include "policy/policy.h"
#include "register.h"

static const struct pcishare_reg_plan *
pcishare_plan_of(const struct pcishare_instance *instance,
		 const struct pcishare_reg *reg)
{
	const struct pcishare_policy *policy = instance->policy;

	return &policy->plan->regs[reg - policy->regs];
}

/**
 * pcishare_handover_put - write a register of the device
 * @unit: the unit
 * @instance: has what is the guest's own
 * @reg: the register
 * @mask: bits that are given
 * @bits: their values; of others, context is the guest's own, live and start
 *	stay as the device has them, and the rest is 0
 *
 * Locking: the lock of the guest that has the unit held.
 */
void pcishare_handover_put(struct pcishare_unit *unit,
			   const struct pcishare_instance *instance,
			   const struct pcishare_reg *reg, u64 mask, u64 bits)
{
	const struct pcishare_reg_plan *plan = pcishare_plan_of(instance, reg);
	u64 own = instance->values[reg - instance->policy->regs];
	u64 value = (own ^ plan->xor) & plan->context, stay = plan->stays;
	unsigned long flags;

	value = (value & ~mask) | (bits & mask);
	stay &= ~mask;
	spin_lock_irqsave(&unit->lock, flags);
	if (stay)
		value |= pcishare_register_read(unit, reg) & stay;
	pcishare_register_write(unit, reg, value);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/**
 * pcishare_handover_save - keep what is the guest's own
 * @unit: the unit, which the guest is about to lose
 * @instance: the guest's registers
 *
 * Return: 0; -ENODEV if the device is gone, whose all ones are not kept.
 * Locking: the guest's lock held.
 */
int pcishare_handover_save(struct pcishare_unit *unit,
			   struct pcishare_instance *instance)
{
	const struct pcishare_policy *policy = instance->policy;
	const struct pcishare_plan *plan = policy->plan;
	unsigned int i;

	for (i = 0; i < plan->nr_saved; i++) {
		unsigned int index = plan->saved[i];
		const struct pcishare_reg *reg = &policy->regs[index];
		u64 value, bits = plan->regs[index].saved;

		if (test_bit(index, instance->started))
			bits |= plan->regs[index].started;
		if (!bits)
			continue;
		value = pcishare_register_read(unit, reg);
		if (unlikely(value == pcishare_ones(reg->width)) &&
		    !pci_device_is_present(unit->device->pdev))
			return -ENODEV;
		WRITE_ONCE(instance->values[index],
			   (instance->values[index] & ~bits) | (value & bits));
	}
	return 0;
}

/**
 * pcishare_handover_restore - write back what is the guest's own
 * @unit: the unit, which the guest has now
 * @instance: the guest's registers
 *
 * Locking: the guest's lock held.
 */
void pcishare_handover_restore(struct pcishare_unit *unit,
			       const struct pcishare_instance *instance)
{
	const struct pcishare_policy *policy = instance->policy;
	const struct pcishare_plan *plan = policy->plan;
	unsigned int i;

	for (i = 0; i < plan->nr_restored; i++)
		pcishare_handover_put(unit, instance,
				      &policy->regs[plan->restored[i]], 0, 0);
}

/**
 * pcishare_handover_start - make the starts that waited, in order
 * @unit: the unit, which the guest has now
 * @instance: the guest's registers
 *
 * Locking: the guest's lock held.
 */
void pcishare_handover_start(struct pcishare_unit *unit,
			     struct pcishare_instance *instance)
{
	unsigned int i;

	/* Starts by others are not this one's. */
	bitmap_zero(instance->started, instance->policy->nr_regs);
	for (i = 0; i < instance->nr_waiting; i++) {
		const struct pcishare_reg *reg =
			&instance->policy->regs[instance->waiting[i]];

		pcishare_unit_started(unit);
		__set_bit(instance->waiting[i], instance->started);
		pcishare_handover_put(unit, instance, reg,
				      pcishare_plan_of(instance, reg)->start,
				      instance->values[instance->waiting[i]]);
	}
	WRITE_ONCE(instance->nr_waiting, 0);
}
