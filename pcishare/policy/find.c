// SPDX-License-Identifier: GPL-2.0
/*
 * Finds what is where in a policy.
 */
#include "policy.h"

/**
 * pcishare_policy_match - is the policy for this device?
 * @policy: the policy
 * @vendor: the device's IDs
 * @device: the device's IDs
 * @subvendor: the device's IDs
 * @subdevice: the device's IDs
 *
 * Return: what the policy says of it, that with the subsystem rather than that
 * without; or NULL.
 */
const struct pcishare_policy_device *
pcishare_policy_match(const struct pcishare_policy *policy, u16 vendor,
		      u16 device, u16 subvendor, u16 subdevice)
{
	const struct pcishare_policy_device *any = NULL;
	unsigned int i;

	for (i = 0; i < policy->nr_devices; i++) {
		const struct pcishare_policy_device *one = &policy->devices[i];

		if (one->vendor != vendor || one->device != device)
			continue;
		if (!one->subsystem)
			any = one;
		else if (one->subvendor == subvendor &&
			 one->subdevice == subdevice)
			return one;
	}
	return any;
}

/* The first register that is not before this place. */
static unsigned int pcishare_reg_from(const struct pcishare_policy *policy,
				      unsigned int bar, u32 offset)
{
	unsigned int from = 0, to = policy->nr_regs;

	while (from < to) {
		unsigned int middle = (from + to) / 2;
		const struct pcishare_reg *reg = &policy->regs[middle];

		if (reg->bar < bar || (reg->bar == bar && reg->offset < offset))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static const struct pcishare_reg *
pcishare_policy_search(const struct pcishare_policy *policy, unsigned int bar,
		       u32 offset, unsigned int access)
{
	u32 size;

	/* A register is at a multiple of its size. */
	for (size = 1; size <= 8; size *= 2) {
		u32 start = offset & ~(size - 1);
		unsigned int i = pcishare_reg_from(policy, bar, start);

		for (; i < policy->nr_regs; i++) {
			const struct pcishare_reg *reg = &policy->regs[i];

			if (reg->bar != bar || reg->offset != start)
				break;
			if ((reg->access & access) &&
			    offset - start < reg->width / 8)
				return reg;
		}
	}
	return NULL;
}

/**
 * pcishare_policy_reg_at - which register is here?
 * @policy: the policy
 * @bar: the guest's BAR
 * @offset: there
 * @access: PCISHARE_READ or PCISHARE_WRITE
 *
 * Return: the register that a byte at @offset belongs to, or NULL.
 */
const struct pcishare_reg *
pcishare_policy_reg_at(const struct pcishare_policy *policy, unsigned int bar,
		       u32 offset, unsigned int access)
{
	const struct pcishare_map *map = &policy->plan->maps[bar];
	unsigned int index;

	if (!map->size)
		return pcishare_policy_search(policy, bar, offset, access);
	if (offset >= map->size)
		return NULL;
	index = access == PCISHARE_READ ? map->read[offset] :
					  map->write[offset];
	return index ? &policy->regs[index - 1] : NULL;
}

/* As strcmp(), but @b is not terminated. */
static int pcishare_compare_name(const char *a, const char *b, size_t len)
{
	return strncmp(a, b, len) ?: a[len] != '\0';
}

/**
 * pcishare_policy_reg_named - which register has this name?
 * @policy: the policy
 * @name: the name; need not be terminated
 * @len: its length
 *
 * Return: the register, or NULL.
 */
const struct pcishare_reg *
pcishare_policy_reg_named(const struct pcishare_policy *policy,
			  const char *name, size_t len)
{
	unsigned int from = 0, to = policy->nr_regs;

	while (from < to) {
		unsigned int middle = (from + to) / 2;
		int order = pcishare_compare_name(policy->by_name[middle]->name,
						  name, len);

		if (!order)
			return policy->by_name[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/**
 * pcishare_policy_window - where is a BAR of a partition?
 * @policy: the policy
 * @partition: which, from 0
 * @bar: the guest's BAR
 *
 * Return: the window, or NULL if the partition has no such BAR.
 */
const struct pcishare_window *
pcishare_policy_window(const struct pcishare_policy *policy,
		       unsigned int partition, unsigned int bar)
{
	const struct pcishare_window *window;

	if (!policy->windows || partition >= policy->share.guests ||
	    bar >= PCISHARE_BARS)
		return NULL;
	window = &policy->windows[partition * PCISHARE_BARS + bar];
	return window->size ? window : NULL;
}
