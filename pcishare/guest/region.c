// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing the regions of a guest's device, BARs and configuration
 * space: whether it answers, and what does.
 */
#include <linux/nospec.h>

#include <vdev/vdev.h>

#include "../access.h"
#include "../bar.h"
#include "../device.h"
#include "guest.h"
#include "region.h"
#include "../trace.h"

/*
 * The guest's table there is the VMM's, which has addresses and data as it has
 * those of MSI.
 */
static bool pcishare_region_is_table(const struct pcishare_guest *guest,
				     unsigned int index)
{
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return guest->policy->guest_bars[index].space == PCISHARE_TABLE;
}

/* Does the device that the guest sees take accesses there? */
static bool pcishare_region_decodes(struct pcishare_guest *guest,
				    unsigned int index)
{
	lockdep_assert_held(&guest->lock);
	return guest->state == PCISHARE_GUEST_OPEN &&
	       vdev_decodes(&guest->vdev, index);
}

/* Does it answer? */
static bool pcishare_region_answers(struct pcishare_guest *guest,
				    unsigned int index)
{
	return pcishare_region_decodes(guest, index) &&
	       !pcishare_unit_is_lost(guest);
}

/* As if it did not answer, so that who asks too often costs little. */
static bool pcishare_region_may_access(struct pcishare_guest *guest)
{
	if (pcishare_quota_allows(&guest->quotas.accesses))
		return true;
	trace_pcishare_limited(guest, "access");
	atomic64_inc(&guest->stats.limited_accesses);
	return false;
}

/* Does the policy name something there in its configuration space? */
static bool pcishare_region_names_config(const struct pcishare_guest *guest,
					 u32 offset, unsigned int width,
					 unsigned int access)
{
	const struct pcishare_policy *policy = guest->policy;

	if (likely(!policy->plan->maps[PCISHARE_CONFIG].size))
		return false;
	for (; width--; offset++)
		if (pcishare_policy_reg_at(policy, PCISHARE_CONFIG, offset,
					   access))
			return true;
	return false;
}

static bool pcishare_region_may_configure(struct pcishare_guest *guest,
					  u32 offset, unsigned int width,
					  unsigned int access)
{
	return pcishare_region_names_config(guest, offset, width, access) &&
	       guest->state == PCISHARE_GUEST_OPEN &&
	       !pcishare_unit_is_lost(guest) &&
	       pcishare_region_may_access(guest);
}

static u64 pcishare_region_get_config(struct pcishare_guest *guest, u64 offset,
				      unsigned int width)
{
	u32 value = vdev_config_read(&guest->vdev, offset, width);

	if (!pcishare_region_may_configure(guest, offset, width, PCISHARE_READ))
		return value;
	atomic64_inc(&guest->stats.reads);
	return pcishare_access_read_config(guest, offset, width, value);
}

static void pcishare_region_put_config(struct pcishare_guest *guest, u64 offset,
				       unsigned int width, u32 value)
{
	vdev_config_write(&guest->vdev, offset, width, value);
	if (!pcishare_region_may_configure(guest, offset, width,
					   PCISHARE_WRITE))
		return;
	atomic64_inc(&guest->stats.writes);
	pcishare_access_write_config(guest, offset, width, value);
}

/**
 * pcishare_region_read - read from a region: see &vdev_ops.read
 * @vdev: the guest's device
 * @index: which region
 * @offset: there
 * @width: in bytes
 *
 * Return: the value; all ones if the device does not answer.
 * Locking: the guest's lock held; it may be left and taken again.
 */
u64 pcishare_region_read(struct vdev *vdev, unsigned int index, u64 offset,
			 unsigned int width)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);

	/* As a device that is gone. */
	if (guest->state == PCISHARE_GUEST_REVOKED)
		return U64_MAX;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return pcishare_region_get_config(guest, offset, width);
	if (!pcishare_region_answers(guest, index) ||
	    !pcishare_region_may_access(guest))
		return U64_MAX;
	if (pcishare_region_is_table(guest, index))
		return 0;
	atomic64_inc(&guest->stats.reads);
	if (guest->policy->passthrough)
		return pcishare_bar_read(&guest->device->bars[index], offset,
					 width);
	return pcishare_access_read(guest, index, offset, width);
}

/**
 * pcishare_region_write - write to a region: see &vdev_ops.write
 * @vdev: the guest's device
 * @index: which region
 * @offset: there
 * @width: in bytes
 * @value: what is written
 *
 * Locking: the guest's lock held; it may be left and taken again.
 */
void pcishare_region_write(struct vdev *vdev, unsigned int index, u64 offset,
			   unsigned int width, u64 value)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);

	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		pcishare_region_put_config(guest, offset, width, value);
		return;
	}
	/* A setting made while the device is lost is set with the rest. */
	if (!pcishare_region_decodes(guest, index) ||
	    !pcishare_region_may_access(guest) ||
	    pcishare_region_is_table(guest, index))
		return;
	atomic64_inc(&guest->stats.writes);
	if (!guest->policy->passthrough)
		pcishare_access_write(guest, index, offset, width, value);
	else if (!pcishare_unit_is_lost(guest))
		pcishare_bar_write(&guest->device->bars[index], offset, width,
				   value);
}
