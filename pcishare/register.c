// SPDX-License-Identifier: GPL-2.0
/*
 * Access to the physical device's registers. An access is always as wide as the
 * register, whatever the guest's was.
 */
#include <linux/pci.h>

#include "bar.h"
#include "device.h"
#include "unit.h"
#include "policy/policy.h"
#include "register.h"

/*
 * Where it is in the physical device: a partition has windows of its BARs, and
 * nothing else. NULL if it is nowhere.
 */
static const struct pcishare_bar *
pcishare_register_place(const struct pcishare_unit *unit,
			const struct pcishare_reg *reg, u64 *offset)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	const struct pcishare_window *window;
	unsigned int bar = reg->bar;

	*offset = reg->offset;
	if (policy->windows) {
		window = pcishare_policy_window(policy, unit->index, bar);
		if (WARN_ON_ONCE(!window))
			return NULL;
		*offset += window->offset;
		bar = window->bar;
	}
	return &unit->device->bars[bar];
}

static u64 pcishare_register_read_config(const struct pcishare_unit *unit,
					 const struct pcishare_reg *reg)
{
	struct pci_dev *pdev = unit->device->pdev;
	u32 value = ~0;

	if (reg->width == 8)
		pci_read_config_byte(pdev, reg->offset, (u8 *)&value);
	else if (reg->width == 16)
		pci_read_config_word(pdev, reg->offset, (u16 *)&value);
	else
		pci_read_config_dword(pdev, reg->offset, &value);
	return value & pcishare_ones(reg->width);
}

static void pcishare_register_write_config(const struct pcishare_unit *unit,
					   const struct pcishare_reg *reg,
					   u32 value)
{
	struct pci_dev *pdev = unit->device->pdev;

	if (reg->width == 8)
		pci_write_config_byte(pdev, reg->offset, value);
	else if (reg->width == 16)
		pci_write_config_word(pdev, reg->offset, value);
	else
		pci_write_config_dword(pdev, reg->offset, value);
}

/**
 * pcishare_register_read - read a register of the device
 * @unit: the unit
 * @reg: the register
 *
 * Return: its value, in the lowest @reg->width bits.
 * Context: any.
 */
u64 pcishare_register_read(const struct pcishare_unit *unit,
			   const struct pcishare_reg *reg)
{
	const struct pcishare_bar *bar;
	unsigned int width = reg->width / 8;
	u64 offset;

	if (unlikely(reg->bar == PCISHARE_CONFIG))
		return pcishare_register_read_config(unit, reg);
	bar = pcishare_register_place(unit, reg, &offset);
	if (!bar)
		return U64_MAX;
	if (width <= pcishare_bar_widest(bar))
		return pcishare_bar_read(bar, offset, width);
	return pcishare_bar_read(bar, offset, 4) |
	       pcishare_bar_read(bar, offset + 4, 4) << 32;
}

/**
 * pcishare_register_write - write to a register of the device
 * @unit: the unit
 * @reg: the register
 * @value: in the lowest @reg->width bits
 *
 * Context: any.
 */
void pcishare_register_write(const struct pcishare_unit *unit,
			     const struct pcishare_reg *reg, u64 value)
{
	const struct pcishare_bar *bar;
	unsigned int width = reg->width / 8;
	u64 offset;

	if (unlikely(reg->bar == PCISHARE_CONFIG)) {
		pcishare_register_write_config(unit, reg, value);
		return;
	}
	bar = pcishare_register_place(unit, reg, &offset);
	if (!bar)
		return;
	if (width <= pcishare_bar_widest(bar)) {
		pcishare_bar_write(bar, offset, width, value);
		return;
	}
	pcishare_bar_write(bar, offset, 4, lower_32_bits(value));
	pcishare_bar_write(bar, offset + 4, 4, upper_32_bits(value));
}

/**
 * pcishare_register_set - change bits of a register of the device
 * @unit: the unit
 * @ref: which bits; of the others, settings stay as they are read, and the rest
 *	is 0
 * @value: from the lowest bit of @ref on
 *
 * Locking: the unit's lock held.
 */
void pcishare_register_set(struct pcishare_unit *unit,
			   const struct pcishare_ref *ref, u64 value)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	const struct pcishare_reg *reg = &policy->regs[ref->reg];
	u64 bits = ref->mask << ref->low;
	const struct pcishare_reg_plan *plan = &policy->plan->regs[ref->reg];
	/*
	 * Bits that are as they are read, and do nothing by being written so.
	 */
	u64 others = (plan->saved | plan->stays) & ~bits;

	lockdep_assert_held(&unit->lock);
	if (others)
		others &= pcishare_register_read(unit, reg);
	pcishare_register_write(unit, reg, others | (value << ref->low & bits));
}

static int pcishare_register_for_cond(void *ctx, unsigned int reg, u64 *value)
{
	const struct pcishare_unit *unit = ctx;

	*value = pcishare_register_read(unit,
					&pcishare_unit_policy(unit)->regs[reg]);
	return 0;
}

/**
 * pcishare_register_is - is a condition true of the device?
 * @unit: the unit
 * @cond: the condition
 *
 * Return: whether it is; also if there is none.
 * Context: any.
 */
bool pcishare_register_is(struct pcishare_unit *unit,
			  const struct pcishare_cond *cond)
{
	return pcishare_cond_eval(cond, pcishare_register_for_cond, unit);
}
