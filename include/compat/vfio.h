/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Brings linux/vfio.h and linux/eventfd.h up to the newest kernel's.
 */
#ifndef DEVSHARE_COMPAT_VFIO_H
#define DEVSHARE_COMPAT_VFIO_H

#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <compat/probes.h>

#ifndef COMPAT_EVENTFD_SIGNAL_TAKES_NO_COUNT
static inline void compat_eventfd_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx, 1);
}

#define eventfd_signal	compat_eventfd_signal
#endif

/*
 * Members of vfio_device_ops for a device without an IOMMU of its own: to be
 * named in the table without a comma, for there may be none.
 */
#ifdef COMPAT_VFIO_HAS_DETACH_IOAS
#define VFIO_EMULATED_IOMMUFD_OPS				\
	.bind_iommufd	= vfio_iommufd_emulated_bind,		\
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,		\
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,	\
	.detach_ioas	= vfio_iommufd_emulated_detach_ioas,
#else
#define VFIO_EMULATED_IOMMUFD_OPS
#endif

/*
 * Whether vfio_dma_rw() waits for memory that is not resident even where page
 * faults are disabled: iommufd pins the pages that it copies from or to.
 */
#if defined(COMPAT_VFIO_HAS_DETACH_IOAS) && IS_ENABLED(CONFIG_IOMMUFD)
static inline bool vfio_dma_rw_waits(const struct vfio_device *vdev)
{
	return vdev->iommufd_access;
}
#else
static inline bool vfio_dma_rw_waits(const struct vfio_device *vdev)
{
	return false;
}
#endif

/* Of a device that is its vfio_device and no more; without a comma as well. */
#ifdef COMPAT_VFIO_HAS_FREE_DEVICE
#define VFIO_PLAIN_RELEASE_OPS	.release = vfio_free_device,
#else
#define VFIO_PLAIN_RELEASE_OPS
#endif

/*
 * Describing regions. Write the function as the newest kernel wants it, name it
 * among the operations by VFIO_REGION_INFO_OPS(fn), without a comma, and call
 * vfio_region_info_ioctl(vdev, arg, fn) for VFIO_DEVICE_GET_REGION_INFO, which on
 * the newest kernel never comes.
 */
#ifdef COMPAT_VFIO_HAS_REGION_INFO_CAPS
#define VFIO_REGION_INFO_OPS(fn)	.get_region_info_caps = (fn),

static inline long
vfio_region_info_ioctl(struct vfio_device *vdev, unsigned long arg,
		       int (*fn)(struct vfio_device *vdev,
				 struct vfio_region_info *info,
				 struct vfio_info_cap *caps))
{
	return -ENOTTY;
}
#else
#define VFIO_REGION_INFO_OPS(fn)

/* No region has capabilities so far. */
static inline long
vfio_region_info_ioctl(struct vfio_device *vdev, unsigned long arg,
		       int (*fn)(struct vfio_device *vdev,
				 struct vfio_region_info *info,
				 struct vfio_info_cap *caps))
{
	unsigned long minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_info_cap caps = {};
	struct vfio_region_info info;
	int ret;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = 0;
	info.cap_offset = 0;
	ret = fn(vdev, &info, &caps);
	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}
#endif

/*
 * Takes @size bytes of a device from @offset on, which have @vm_ops and are at
 * @address of @mm and nowhere else, out of its page tables: what is accessed next
 * faults. Without a lock that faults take.
 */
#ifdef COMPAT_VFIO_HAS_INODE
static inline void
vfio_zap(struct vfio_device *vdev, loff_t offset, unsigned long size,
	 struct mm_struct *mm, unsigned long address,
	 const struct vm_operations_struct *vm_ops)
{
	unmap_mapping_range(vdev->inode->i_mapping, offset, size, true);
}
#else
static inline void
vfio_zap(struct vfio_device *vdev, loff_t offset, unsigned long size,
	 struct mm_struct *mm, unsigned long address,
	 const struct vm_operations_struct *vm_ops)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	if (vma && vma->vm_ops == vm_ops)
		zap_vma_ptes(vma, address, size);
	mmap_read_unlock(mm);
}
#endif

#endif /* DEVSHARE_COMPAT_VFIO_H */
