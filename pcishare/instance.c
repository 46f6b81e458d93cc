// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's own registers. Status bits are set by interrupts, so they need no
 * lock.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "instance.h"
#include "policy/policy.h"

/**
 * pcishare_instance_init - make registers
 * @instance: zeroed; filled
 * @policy: says what they are; has to stay as long
 *
 * Return: 0 or -ENOMEM, with nothing left behind.
 */
int pcishare_instance_init(struct pcishare_instance *instance,
			   const struct pcishare_policy *policy)
{
	unsigned int regs = policy->nr_regs;

	instance->policy = policy;
	instance->values =
		kvcalloc(regs, sizeof(*instance->values), GFP_KERNEL);
	instance->latched =
		kvcalloc(regs, sizeof(*instance->latched), GFP_KERNEL);
	instance->fresh = kvcalloc(BITS_TO_LONGS(regs),
				   sizeof(*instance->fresh), GFP_KERNEL);
	instance->started = kvcalloc(BITS_TO_LONGS(regs),
				     sizeof(*instance->started), GFP_KERNEL);
	instance->waiting =
		kvcalloc(regs, sizeof(*instance->waiting), GFP_KERNEL);
	if (instance->values && instance->latched && instance->fresh &&
	    instance->started && instance->waiting) {
		pcishare_instance_reset(instance);
		return 0;
	}
	pcishare_instance_exit(instance);
	return -ENOMEM;
}

/**
 * pcishare_instance_exit - free registers
 * @instance: nobody uses it any more; may be zeroed
 */
void pcishare_instance_exit(struct pcishare_instance *instance)
{
	kvfree(instance->values);
	kvfree(instance->latched);
	kvfree(instance->fresh);
	kvfree(instance->started);
	kvfree(instance->waiting);
	memset(instance, 0, sizeof(*instance));
}

static bool pcishare_class_has_own(unsigned int class)
{
	switch (class) {
	case PCISHARE_CONTEXT:
	case PCISHARE_START:
	case PCISHARE_DMA_ADDRESS:
	case PCISHARE_DMA_LENGTH:
	case PCISHARE_DMA_COMMAND:
		return true;
	default:
		return false;
	}
}

static u64 pcishare_reg_initial(const struct pcishare_reg *reg)
{
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < reg->nr_fields; i++)
		if (pcishare_class_has_own(reg->fields[i].class))
			value |= reg->fields[i].value << reg->fields[i].low;
	return value;
}

/**
 * pcishare_instance_reset - set registers to what a new guest finds
 * @instance: the registers
 *
 * Locking: the guest's lock held, or nobody else knows them yet.
 */
void pcishare_instance_reset(struct pcishare_instance *instance)
{
	const struct pcishare_policy *policy = instance->policy;
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++) {
		instance->values[i] = pcishare_reg_initial(&policy->regs[i]);
		atomic64_set(&instance->latched[i], 0);
		clear_bit(i, instance->fresh);
	}
	bitmap_zero(instance->started, policy->nr_regs);
	WRITE_ONCE(instance->nr_waiting, 0);
}

/**
 * pcishare_instance_lose - the device has lost what it was set to work on
 * @instance: the registers of the guest that has the device
 *
 * Its driver may know by an interrupt that there is a result. It is not to find
 * there what it has written: it reads all ones, until it starts something anew.
 *
 * Locking: the guest's lock held.
 */
void pcishare_instance_lose(struct pcishare_instance *instance)
{
	const struct pcishare_policy *policy = instance->policy;
	unsigned int i;

	for_each_set_bit(i, instance->started, policy->nr_regs)
		WRITE_ONCE(instance->values[i],
			   instance->values[i] | policy->plan->regs[i].started);
	bitmap_zero(instance->started, policy->nr_regs);
}

/**
 * pcishare_instance_wait - a start has to wait
 * @instance: the registers
 * @reg: index of the one that was written to; if it waits already it stays
 *	where it is
 *
 * Locking: the guest's lock held.
 */
void pcishare_instance_wait(struct pcishare_instance *instance,
			    unsigned int reg)
{
	unsigned int i;

	for (i = 0; i < instance->nr_waiting; i++)
		if (instance->waiting[i] == reg)
			return;
	instance->waiting[i] = reg;
	WRITE_ONCE(instance->nr_waiting, i + 1);
}

/**
 * pcishare_instance_latch - set status bits for the guest
 * @instance: the registers
 * @reg: index of the status
 * @bits: which, at their places in the register
 *
 * Return: those that were not set before.
 * Context: any.
 */
u64 pcishare_instance_latch(struct pcishare_instance *instance,
			    unsigned int reg, u64 bits)
{
	return bits & ~atomic64_fetch_or(bits, &instance->latched[reg]);
}

/**
 * pcishare_instance_note - remember what was seen when there was an interrupt
 * @instance: the registers
 * @reg: index of one
 * @value: of it
 * @mask: which bits, that are neither the guest's own nor a status
 *
 * Context: any.
 */
void pcishare_instance_note(struct pcishare_instance *instance,
			    unsigned int reg, u64 value, u64 mask)
{
	atomic64_andnot(~value & mask, &instance->latched[reg]);
	atomic64_or(value & mask, &instance->latched[reg]);
}

/**
 * pcishare_instance_latch_once - keep a value for the guest's next read
 * @instance: the registers
 * @reg: index of the status
 * @value: of the whole register
 *
 * Context: any.
 * Locking: the unit's lock held.
 */
void pcishare_instance_latch_once(struct pcishare_instance *instance,
				  unsigned int reg, u64 value)
{
	atomic64_set(&instance->latched[reg], value);
	set_bit(reg, instance->fresh);
}

/**
 * pcishare_instance_is_fresh - does the guest still have to read what was
 * latched?
 * @instance: the registers
 * @source: a reason for interrupts
 *
 * Return: true if its condition is on such a value: the device is not to be
 * asked again, for that would lose one of both.
 * Context: any.
 */
bool pcishare_instance_is_fresh(const struct pcishare_instance *instance,
				const struct pcishare_policy_source *source)
{
	unsigned int i;

	for (i = 0; i < source->pending.count; i++) {
		const struct pcishare_cond_op *op = &source->pending.ops[i];

		if (op->op != PCISHARE_AND && op->op != PCISHARE_OR &&
		    test_bit(op->ref.reg, instance->fresh))
			return true;
	}
	return false;
}

/* As it was when there was an interrupt, less what the guest has seen to. */
static int pcishare_instance_for_cond(void *ctx, unsigned int index, u64 *value)
{
	const struct pcishare_instance *instance = ctx;
	const struct pcishare_reg_plan *plan =
		&instance->policy->plan->regs[index];
	u64 own = READ_ONCE(instance->values[index]) & ~plan->latched;

	*value = (atomic64_read(&instance->latched[index]) & plan->latched) |
		 plan->constant | own;
	return 0;
}

static bool pcishare_instance_has(const struct pcishare_instance *instance,
				  unsigned int index)
{
	const struct pcishare_policy *policy = instance->policy;
	const struct pcishare_policy_source *source = &policy->sources[index];

	if (pcishare_instance_is_fresh(instance, source))
		return true;
	return (policy->plan->kept & BIT(index)) &&
	       pcishare_cond_eval(&source->pending, pcishare_instance_for_cond,
				  (void *)instance) == 1;
}

/**
 * pcishare_instance_pending_by - what interrupts are there for the guest's
 * driver by some bits?
 * @instance: the registers
 * @reg: index of their register
 * @bits: which, at their places in the register
 *
 * Return: as pcishare_instance_pending(), of those whose condition is on the
 * bits.
 * Context: any.
 */
u32 pcishare_instance_pending_by(const struct pcishare_instance *instance,
				 unsigned int reg, u64 bits)
{
	const struct pcishare_policy *policy = instance->policy;
	unsigned int i;
	u32 vectors = 0;

	for (i = 0; i < policy->nr_sources; i++)
		if (pcishare_cond_reads(&policy->sources[i].pending, reg,
					bits) &&
		    pcishare_instance_has(instance, i))
			vectors |= BIT(policy->sources[i].vector);
	return vectors;
}

/**
 * pcishare_instance_pending - what interrupts are there for the guest's driver?
 * @instance: the registers
 *
 * Return: the vectors of those whose condition is true by what is latched; 0 if
 * there is none.
 * Context: any.
 */
u32 pcishare_instance_pending(const struct pcishare_instance *instance)
{
	const struct pcishare_policy *policy = instance->policy;
	unsigned int i;
	u32 vectors = 0;

	for (i = 0; i < policy->nr_sources; i++)
		if (pcishare_instance_has(instance, i))
			vectors |= BIT(policy->sources[i].vector);
	return vectors;
}
