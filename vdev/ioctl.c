// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a device's user, a VMM: include/uapi/linux/vfio.h.
 */
#include <linux/module.h>
#include <linux/uaccess.h>

#include <compat/vfio.h>

#include "irq.h"

/**
 * vdev_init - set up a device
 * @vdev: the device, zeroed except for what the vfio core has set
 * @ops: what the embedding driver does
 * @lock: held around accesses
 *
 * Nothing is left to be undone once vdev_irqs_close() has been called for the
 * last vdev_irqs_open().
 */
void vdev_init(struct vdev *vdev, const struct vdev_ops *ops,
	       struct mutex *lock)
{
	vdev->ops = ops;
	vdev->lock = lock;
	vdev_irqs_init(&vdev->irqs);
}
EXPORT_SYMBOL_NS_GPL(vdev_init, VDEV_NS);

static long vdev_info_ioctl(const struct vdev *vdev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI;
	if (vdev->model.resettable)
		info.flags |= VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static long vdev_reset_ioctl(struct vdev *vdev)
{
	int ret = vdev->ops->reset(vdev);

	if (ret)
		return ret;
	mutex_lock(vdev->lock);
	vdev_config_wake(vdev);
	mutex_unlock(vdev->lock);
	return 0;
}

/**
 * vdev_ioctl - a call of the user
 * @vfio: the device, open
 * @cmd: which
 * @arg: its argument
 *
 * Return: as include/uapi/linux/vfio.h says; -ENOTTY for what there is not;
 * -ENODEV for a reset of the bus, which would reset others' devices; of
 * VFIO_DEVICE_RESET what &vdev_ops.reset says.
 * Context: may sleep.
 */
long vdev_ioctl(struct vfio_device *vfio, unsigned int cmd, unsigned long arg)
{
	struct vdev *vdev = vdev_of(vfio);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return vdev_info_ioctl(vdev, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vfio_region_info_ioctl(vfio, arg, vdev_region_info);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return vdev_irq_info_ioctl(vdev, arg);
	case VFIO_DEVICE_SET_IRQS:
		return vdev_irq_set_ioctl(vdev, arg);
	case VFIO_DEVICE_RESET:
		return vdev_reset_ioctl(vdev);
	case VFIO_DEVICE_GET_PCI_HOT_RESET_INFO:
	case VFIO_DEVICE_PCI_HOT_RESET:
		return -ENODEV;
	default:
		return -ENOTTY;
	}
}
EXPORT_SYMBOL_NS_GPL(vdev_ioctl, VDEV_NS);

MODULE_AUTHOR("The devshare authors");
MODULE_DESCRIPTION("What PCI devices of vfio need whose registers are software");
MODULE_VERSION(DEVSHARE_VERSION);
MODULE_LICENSE("GPL");
