// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing the regions of a device: BARs and configuration space.
 * include/uapi/linux/vfio.h, VFIO_DEVICE_GET_REGION_INFO.
 *
 * Any number of bytes at any offset is taken apart into accesses that a PCI bus
 * could carry, each as wide as its alignment and what is left allow.
 */
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "region.h"

#define VDEV_REGION_MASK	GENMASK_ULL(VDEV_REGION_SHIFT - 1, 0)

static u64 vdev_region_size(const struct vdev *vdev, unsigned int index)
{
	if (index < PCI_STD_NUM_BARS) {
		index = array_index_nospec(index, PCI_STD_NUM_BARS);
		return vdev->model.bars[index].size;
	}
	return index == VFIO_PCI_CONFIG_REGION_INDEX ? PCI_CFG_SPACE_SIZE : 0;
}

/**
 * vdev_region_info - describe a region
 * @vfio: the device
 * @info: its index is set; filled
 * @caps: not used, no region has any
 *
 * Return: 0; -EINVAL if there is no such region.
 */
int vdev_region_info(struct vfio_device *vfio, struct vfio_region_info *info,
		     struct vfio_info_cap *caps)
{
	const struct vdev *vdev = vdev_of(vfio);

	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info->size = vdev_region_size(vdev, info->index);
	info->offset = vdev_region_offset(info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ |
					   VFIO_REGION_INFO_FLAG_WRITE :
				   0;
	if (vdev->page && info->index == vdev->model.page)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	return 0;
}
EXPORT_SYMBOL_NS_GPL(vdev_region_info, VDEV_NS);

/* There is one of that index: it has a size. */
static unsigned int vdev_region_widest(const struct vdev *vdev,
				       unsigned int index)
{
	if (index >= PCI_STD_NUM_BARS)
		return 4;
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return vdev->model.bars[index].type & PCI_BASE_ADDRESS_SPACE_IO ? 4 : 8;
}

/**
 * vdev_region_width - how wide is the next access?
 * @offset: of what is left, in the region
 * @left: how many bytes are
 * @widest: as many at once at most, a power of two
 *
 * Return: as wide as the three allow.
 */
unsigned int vdev_region_width(u64 offset, size_t left, unsigned int widest)
{
	unsigned int width = widest;

	while (width > left || offset & (width - 1))
		width /= 2;
	return width;
}

/**
 * vdev_region_write - write to a region, by one access
 * @vdev: the device
 * @index: the region
 * @offset: in it, a multiple of @width
 * @width: 1 to 8 bytes
 * @value: any
 *
 * Return: 0; -EINTR if the process is to end: who has the lock may take its time.
 * Context: may sleep.
 */
int vdev_region_write(struct vdev *vdev, unsigned int index, u64 offset,
		      unsigned int width, u64 value)
{
	if (mutex_lock_killable(vdev->lock))
		return -EINTR;
	vdev->ops->write(vdev, index, offset, width, value);
	mutex_unlock(vdev->lock);
	return 0;
}

/**
 * struct vdev_transfer - a read or write of a region under way
 * @vdev: whose region
 * @index: which region
 * @offset: in it
 * @left: bytes still to be transferred
 * @widest: as many at once at most
 */
struct vdev_transfer {
	struct vdev *vdev;
	unsigned int index;
	u64 offset;
	size_t left;
	unsigned int widest;
};

static int vdev_transfer_init(struct vdev_transfer *transfer,
			      struct vfio_device *vfio, size_t count,
			      loff_t pos)
{
	u64 size;

	transfer->vdev = vdev_of(vfio);
	transfer->index = (u64)pos >> VDEV_REGION_SHIFT;
	transfer->offset = pos & VDEV_REGION_MASK;
	if (transfer->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	transfer->index =
		array_index_nospec(transfer->index, VFIO_PCI_NUM_REGIONS);
	size = vdev_region_size(transfer->vdev, transfer->index);
	if (transfer->offset >= size)
		return -EINVAL;
	transfer->left = min_t(u64, count, size - transfer->offset);
	transfer->widest = vdev_region_widest(transfer->vdev, transfer->index);
	return 0;
}

/* Many accesses by one call are not to hold up a process that is to end. */
static bool vdev_transfer_goes_on(const struct vdev_transfer *transfer)
{
	if (likely(!transfer->left) || fatal_signal_pending(current))
		return false;
	cond_resched();
	return true;
}

/* By its width, which is cheaper than copying that many bytes. */
static int vdev_value_to_user(char __user *buf, unsigned int width, u64 value)
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

static int vdev_value_from_user(const char __user *buf, unsigned int width,
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
 * Returns the width, or an error. Whoever has the lock may take its time.
 */
static int vdev_read_one(struct vdev_transfer *transfer, char __user *buf)
{
	struct vdev *vdev = transfer->vdev;
	unsigned int width = vdev_region_width(transfer->offset, transfer->left,
					       transfer->widest);
	u64 value;

	if (mutex_lock_killable(vdev->lock))
		return -EINTR;
	value = vdev->ops->read(vdev, transfer->index, transfer->offset, width);
	mutex_unlock(vdev->lock);
	return vdev_value_to_user(buf, width, value) ?: width;
}

static int vdev_write_one(struct vdev_transfer *transfer, char __user *buf)
{
	struct vdev *vdev = transfer->vdev;
	unsigned int width = vdev_region_width(transfer->offset, transfer->left,
					       transfer->widest);
	u64 value;

	if (vdev_value_from_user(buf, width, &value))
		return -EFAULT;
	return vdev_region_write(vdev, transfer->index, transfer->offset, width,
				 value) ?: width;
}

/*
 * Returns how many bytes were transferred, or an error; there is one at least.
 */
static __always_inline ssize_t
vdev_transfer_all(struct vdev_transfer *transfer, char __user *buf,
		  int (*one)(struct vdev_transfer *transfer, char __user *buf))
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
	} while (vdev_transfer_goes_on(transfer));
	return done;
}

static __always_inline ssize_t
vdev_region_rw(struct vfio_device *vfio, char __user *buf, size_t count,
	       loff_t *ppos,
	       int (*one)(struct vdev_transfer *transfer, char __user *buf))
{
	struct vdev_transfer transfer;
	ssize_t done;
	int ret;

	ret = vdev_transfer_init(&transfer, vfio, count, *ppos);
	if (ret || !transfer.left)
		return ret;
	done = vdev_transfer_all(&transfer, buf, one);
	if (done > 0)
		*ppos += done;
	return done;
}

/**
 * vdev_read - read from a region
 * @vfio: the device
 * @buf: where the bytes go, little endian
 * @count: how many
 * @ppos: region and offset, see vdev_region_info(); moved on
 *
 * Return: bytes read, fewer than @count at the end of the region; -EINVAL
 * outside of one; -EFAULT.
 * Context: may sleep.
 */
ssize_t vdev_read(struct vfio_device *vfio, char __user *buf, size_t count,
		  loff_t *ppos)
{
	return vdev_region_rw(vfio, buf, count, ppos, vdev_read_one);
}
EXPORT_SYMBOL_NS_GPL(vdev_read, VDEV_NS);

/**
 * vdev_write - write to a region
 * @vfio: the device
 * @buf: the bytes, little endian
 * @count: how many
 * @ppos: region and offset, see vdev_region_info(); moved on
 *
 * Return: bytes written, fewer than @count at the end of the region; -EINVAL
 * outside of one; -EFAULT.
 * Context: may sleep.
 */
ssize_t vdev_write(struct vfio_device *vfio, const char __user *buf,
		   size_t count, loff_t *ppos)
{
	/* Which is only read from. */
	return vdev_region_rw(vfio, (char __user *)buf, count, ppos,
			      vdev_write_one);
}
EXPORT_SYMBOL_NS_GPL(vdev_write, VDEV_NS);
