// SPDX-License-Identifier: GPL-2.0
/*
 * Registers when the device changes hands: what is the guest's own is saved from
 * the device and written back later, and starts that waited are made.
 */
#include <linux/bitmap.h>

#include "device.h"
#include "unit.h"
#include "handover.h"
#include "instance.h"
#include "policy.h"
#include "register.h"

static u64 pcishare_bits_of(const struct pcishare_field *field)
{
	return pcishare_ones(field->width) << field->low;
}

/* What the device is to get for what the guest would read. */
static u64 pcishare_field_restored(const struct pcishare_field *field, u64 own)
{
	u64 value = own >> field->low & pcishare_ones(field->width);

	if (field->attrs & PCISHARE_RESTORE_XOR)
		value ^= field->xor;
	return value << field->low & pcishare_bits_of(field);
}

/* Bits that are to stay as the device has them. */
static bool pcishare_field_stays(const struct pcishare_reg *reg,
				 const struct pcishare_field *field)
{
	return (field->class == PCISHARE_LIVE || field->class == PCISHARE_START) &&
	       (reg->access & PCISHARE_READ) &&
	       !(field->attrs & PCISHARE_WRITE_ONLY);
}

/**
 * pcishare_handover_put - write a register of the device
 * @unit: the unit
 * @instance: has what is the guest's own
 * @reg: the register
 * @mask: bits that are given
 * @bits: their values; of others, context is the guest's own, live and start stay
 *	as the device has them, and the rest is 0
 *
 * Locking: the lock of the guest that has the unit held.
 */
void pcishare_handover_put(struct pcishare_unit *unit,
			   const struct pcishare_instance *instance,
			   const struct pcishare_reg *reg, u64 mask, u64 bits)
{
	u64 own = instance->values[reg - instance->policy->regs];
	u64 value = 0, stay = 0;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (field->class == PCISHARE_CONTEXT)
			value |= pcishare_field_restored(field, own);
		else if (pcishare_field_stays(reg, field))
			stay |= pcishare_bits_of(field);
	}
	value = (value & ~mask) | (bits & mask);
	stay &= ~mask;
	spin_lock_irqsave(&unit->lock, flags);
	if (stay)
		value |= pcishare_register_read(unit, reg) & stay;
	pcishare_register_write(unit, reg, value);
	spin_unlock_irqrestore(&unit->lock, flags);
}

/* The bits that are the guest's own as the device has them. */
static u64 pcishare_reg_saved(const struct pcishare_instance *instance,
			      const struct pcishare_reg *reg)
{
	bool started = test_bit(reg - instance->policy->regs, instance->started);
	u64 bits = 0;
	unsigned int i;

	if (!(reg->access & PCISHARE_READ))
		return 0;
	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if ((field->class == PCISHARE_CONTEXT ||
		     (field->class == PCISHARE_START && started)) &&
		    !(field->attrs & PCISHARE_WRITE_ONLY))
			bits |= pcishare_bits_of(field);
	}
	return bits;
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
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++) {
		u64 bits = pcishare_reg_saved(instance, &policy->regs[i]);
		u64 value;

		if (!bits)
			continue;
		value = pcishare_register_read(unit, &policy->regs[i]);
		if (unlikely(value == pcishare_ones(policy->regs[i].width)) &&
		    !pci_device_is_present(unit->device->pdev))
			return -ENODEV;
		WRITE_ONCE(instance->values[i],
			   (instance->values[i] & ~bits) | (value & bits));
	}
	return 0;
}

static bool pcishare_reg_is_restored(const struct pcishare_reg *reg)
{
	unsigned int i;

	if (!(reg->access & PCISHARE_WRITE))
		return false;
	for (i = 0; i < reg->nr_fields; i++)
		if (reg->fields[i].class == PCISHARE_CONTEXT)
			return true;
	return false;
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
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++)
		if (pcishare_reg_is_restored(&policy->regs[i]))
			pcishare_handover_put(unit, instance, &policy->regs[i],
					      0, 0);
}

static u64 pcishare_reg_start_bits(const struct pcishare_reg *reg)
{
	u64 bits = 0;
	unsigned int i;

	for (i = 0; i < reg->nr_fields; i++)
		if (reg->fields[i].class == PCISHARE_START)
			bits |= pcishare_bits_of(&reg->fields[i]);
	return bits;
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

	/* What others have started is not this one's. */
	bitmap_zero(instance->started, instance->policy->nr_regs);
	for (i = 0; i < instance->nr_waiting; i++) {
		const struct pcishare_reg *reg =
			&instance->policy->regs[instance->waiting[i]];

		pcishare_unit_started(unit);
		__set_bit(instance->waiting[i], instance->started);
		pcishare_handover_put(unit, instance, reg,
				      pcishare_reg_start_bits(reg),
				      instance->values[instance->waiting[i]]);
	}
	WRITE_ONCE(instance->nr_waiting, 0);
}
