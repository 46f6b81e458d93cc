// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing the regions of a guest's vfio device: BARs and
 * configuration space. include/uapi/linux/vfio.h, VFIO_DEVICE_GET_REGION_INFO.
 *
 * Any number of bytes at any offset is taken apart into accesses that a PCI bus
 * could carry, each as wide as its alignment and what is left allow.
 */
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "../pcishare/access.h"
#include "../pcishare/bar.h"
#include "config.h"
#include "../pcishare/device.h"
#include "../pcishare/guest/guest.h"
#include "region.h"
#include "../pcishare/trace.h"

/* The upper bits of an offset in the file are the region's index. */
#define PCISHARE_REGION_SHIFT	40
#define PCISHARE_REGION_MASK	GENMASK_ULL(PCISHARE_REGION_SHIFT - 1, 0)

static u64 pcishare_region_size(const struct pcishare_guest *guest,
				unsigned int index)
{
	if (index < PCI_STD_NUM_BARS) {
		index = array_index_nospec(index, PCI_STD_NUM_BARS);
		return guest->policy->guest_bars[index].size;
	}
	return index == VFIO_PCI_CONFIG_REGION_INDEX ? PCI_CFG_SPACE_SIZE : 0;
}

/**
 * pcishare_region_info - describe a region
 * @vdev: the guest's vfio device
 * @info: its index is set; filled
 * @caps: not used, no region has any
 *
 * Return: 0; -EINVAL if there is no such region.
 */
int pcishare_region_info(struct vfio_device *vdev,
			 struct vfio_region_info *info,
			 struct vfio_info_cap *caps)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info->size = pcishare_region_size(pcishare_vdev_guest(vdev),
					  info->index);
	info->offset = (u64)info->index << PCISHARE_REGION_SHIFT;
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ |
				   VFIO_REGION_INFO_FLAG_WRITE : 0;
	return 0;
}

static bool pcishare_region_is_io(const struct pcishare_guest *guest,
				  unsigned int index)
{
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return guest->policy->guest_bars[index].space == PCISHARE_IO;
}

/*
 * What is there for the guest is the VMM's, which has addresses and data as it
 * has those of MSI.
 */
static bool pcishare_region_is_table(const struct pcishare_guest *guest,
				     unsigned int index)
{
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return guest->policy->guest_bars[index].space == PCISHARE_TABLE;
}

/* Does the device that the guest sees answer there? */
static bool pcishare_region_answers(struct pcishare_guest *guest,
				    unsigned int index)
{
	lockdep_assert_held(&guest->lock);
	return guest->state == PCISHARE_GUEST_OPEN &&
	       !READ_ONCE(guest->device->lost) &&
	       pcishare_config_decodes(&guest->config,
				       pcishare_region_is_io(guest, index));
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
	       !READ_ONCE(guest->device->lost) &&
	       pcishare_region_may_access(guest);
}

static u64 pcishare_region_get_config(struct pcishare_guest *guest, u64 offset,
				      unsigned int width)
{
	u32 value = pcishare_config_read(guest, offset, width);

	if (!pcishare_region_may_configure(guest, offset, width, PCISHARE_READ))
		return value;
	atomic64_inc(&guest->stats.reads);
	return pcishare_access_read_config(guest, offset, width, value);
}

static void pcishare_region_put_config(struct pcishare_guest *guest, u64 offset,
				       unsigned int width, u32 value)
{
	pcishare_config_write(guest, offset, width, value);
	if (!pcishare_region_may_configure(guest, offset, width,
					   PCISHARE_WRITE))
		return;
	atomic64_inc(&guest->stats.writes);
	pcishare_access_write_config(guest, offset, width, value);
}

static u64 pcishare_region_get(struct pcishare_guest *guest, unsigned int index,
			       u64 offset, unsigned int width)
{
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

static void pcishare_region_put(struct pcishare_guest *guest,
				unsigned int index, u64 offset,
				unsigned int width, u64 value)
{
	if (index == VFIO_PCI_CONFIG_REGION_INDEX) {
		pcishare_region_put_config(guest, offset, width, value);
		return;
	}
	if (!pcishare_region_answers(guest, index) ||
	    !pcishare_region_may_access(guest) ||
	    pcishare_region_is_table(guest, index))
		return;
	atomic64_inc(&guest->stats.writes);
	if (guest->policy->passthrough)
		pcishare_bar_write(&guest->device->bars[index], offset, width,
				   value);
	else
		pcishare_access_write(guest, index, offset, width, value);
}

static unsigned int pcishare_region_widest(const struct pcishare_guest *guest,
					   unsigned int index)
{
	return index == VFIO_PCI_CONFIG_REGION_INDEX ||
	       pcishare_region_is_io(guest, index) ? 4 : 8;
}

/* As wide as what is left, the offset, and the bus allow. */
static unsigned int pcishare_region_width(u64 offset, size_t left,
					  unsigned int widest)
{
	unsigned int width = widest;

	while (width > left || offset & (width - 1))
		width /= 2;
	return width;
}

/**
 * struct pcishare_transfer - a read or write of a region under way
 * @guest: whose region
 * @index: which region
 * @offset: in it
 * @left: bytes still to be transferred
 * @widest: as many at once at most
 */
struct pcishare_transfer {
	struct pcishare_guest *guest;
	unsigned int index;
	u64 offset;
	size_t left;
	unsigned int widest;
};

static int pcishare_transfer_init(struct pcishare_transfer *transfer,
				  struct vfio_device *vdev, size_t count,
				  loff_t pos)
{
	u64 size;

	transfer->guest = pcishare_vdev_guest(vdev);
	transfer->index = (u64)pos >> PCISHARE_REGION_SHIFT;
	transfer->offset = pos & PCISHARE_REGION_MASK;
	if (transfer->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	transfer->index = array_index_nospec(transfer->index,
					     VFIO_PCI_NUM_REGIONS);
	size = pcishare_region_size(transfer->guest, transfer->index);
	if (transfer->offset >= size)
		return -EINVAL;
	transfer->left = min_t(u64, count, size - transfer->offset);
	transfer->widest = pcishare_region_widest(transfer->guest,
						  transfer->index);
	return 0;
}

/* Many accesses by one call are not to hold up a process that is to end. */
static bool pcishare_transfer_goes_on(const struct pcishare_transfer *transfer)
{
	if (likely(!transfer->left) || fatal_signal_pending(current))
		return false;
	cond_resched();
	return true;
}

/* By its width, which is cheaper than copying that many bytes. */
static int pcishare_value_to_user(char __user *buf, unsigned int width,
				  u64 value)
{
	switch (width) {
	case 1:
		return put_user((u8)value, (u8 __user *)buf);
	case 2:
		return put_user(cpu_to_le16(value), (__le16 __user *)buf);
	case 4:
		return put_user(cpu_to_le32(value), (__le32 __user *)buf);
	default:
		return put_user(cpu_to_le64(value), (__le64 __user *)buf);
	}
}

static int pcishare_value_from_user(const char __user *buf, unsigned int width,
				    u64 *value)
{
	__le64 quad = 0;
	__le32 dword = 0;
	__le16 word = 0;
	u8 byte = 0;
	int ret;

	switch (width) {
	case 1:
		ret = get_user(byte, (const u8 __user *)buf);
		*value = byte;
		return ret;
	case 2:
		ret = get_user(word, (const __le16 __user *)buf);
		*value = le16_to_cpu(word);
		return ret;
	case 4:
		ret = get_user(dword, (const __le32 __user *)buf);
		*value = le32_to_cpu(dword);
		return ret;
	default:
		ret = get_user(quad, (const __le64 __user *)buf);
		*value = le64_to_cpu(quad);
		return ret;
	}
}

/*
 * Returns the width, or an error. A recipe of the policy may be under way,
 * which takes its time.
 */
static int pcishare_read_one(struct pcishare_transfer *transfer,
			     char __user *buf)
{
	struct pcishare_guest *guest = transfer->guest;
	unsigned int width = pcishare_region_width(transfer->offset,
						   transfer->left,
						   transfer->widest);
	u64 value;

	if (mutex_lock_killable(&guest->lock))
		return -EINTR;
	value = pcishare_region_get(guest, transfer->index, transfer->offset,
				    width);
	mutex_unlock(&guest->lock);
	return pcishare_value_to_user(buf, width, value) ?: width;
}

static int pcishare_write_one(struct pcishare_transfer *transfer,
			      char __user *buf)
{
	struct pcishare_guest *guest = transfer->guest;
	unsigned int width = pcishare_region_width(transfer->offset,
						   transfer->left,
						   transfer->widest);
	u64 value;

	if (pcishare_value_from_user(buf, width, &value))
		return -EFAULT;
	if (mutex_lock_killable(&guest->lock))
		return -EINTR;
	pcishare_region_put(guest, transfer->index, transfer->offset, width,
			    value);
	mutex_unlock(&guest->lock);
	return width;
}

/*
 * Returns how many bytes were transferred, or an error; there is one at least.
 */
static __always_inline ssize_t
pcishare_transfer_all(struct pcishare_transfer *transfer, char __user *buf,
		      int (*one)(struct pcishare_transfer *transfer,
				 char __user *buf))
{
	ssize_t done = 0;
	int width;

	do {
		width = one(transfer, buf + done);
		if (width < 0)
			return width;
		transfer->offset += width;
		transfer->left -= width;
		done += width;
	} while (pcishare_transfer_goes_on(transfer));
	return done;
}

static __always_inline ssize_t
pcishare_region_rw(struct vfio_device *vdev, char __user *buf, size_t count,
		   loff_t *ppos,
		   int (*one)(struct pcishare_transfer *transfer,
			      char __user *buf))
{
	struct pcishare_transfer transfer;
	ssize_t done;
	int ret;

	ret = pcishare_transfer_init(&transfer, vdev, count, *ppos);
	if (ret || !transfer.left)
		return ret;
	done = pcishare_transfer_all(&transfer, buf, one);
	if (done > 0)
		*ppos += done;
	return done;
}

/**
 * pcishare_region_read - read from a region
 * @vdev: the guest's vfio device
 * @buf: where the bytes go, little endian
 * @count: how many
 * @ppos: region and offset, see pcishare_region_info(); moved on
 *
 * Return: bytes read, fewer than @count at the end of the region; -EINVAL
 * outside of one; -EFAULT.
 * Context: may sleep.
 */
ssize_t pcishare_region_read(struct vfio_device *vdev, char __user *buf,
			     size_t count, loff_t *ppos)
{
	return pcishare_region_rw(vdev, buf, count, ppos, pcishare_read_one);
}

/**
 * pcishare_region_write - write to a region
 * @vdev: the guest's vfio device
 * @buf: the bytes, little endian
 * @count: how many
 * @ppos: region and offset, see pcishare_region_info(); moved on
 *
 * Return: bytes written, fewer than @count at the end of the region; -EINVAL
 * outside of one; -EFAULT.
 * Context: may sleep.
 */
ssize_t pcishare_region_write(struct vfio_device *vdev, const char __user *buf,
			      size_t count, loff_t *ppos)
{
	/* Which is only read from. */
	return pcishare_region_rw(vdev, (char __user *)buf, count, ppos,
				  pcishare_write_one);
}
