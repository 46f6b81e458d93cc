// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's device as the vfio core and its user, a VMM, know it:
 * include/uapi/linux/vfio.h.
 */
#include <linux/jiffies.h>
#include <linux/pci.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include <compat/vfio.h>

#include "config.h"
#include "device.h"
#include "guest.h"
#include "irq.h"
#include "module.h"
#include "region.h"

/**
 * pcishare_guest_set_state - how far a guest has got
 * @guest: the guest
 * @state: the new state; a revoked one stays so until it is closed
 *
 * Context: may sleep. When it returns no access of the old state is under way.
 */
void pcishare_guest_set_state(struct pcishare_guest *guest,
			      enum pcishare_guest_state state)
{
	mutex_lock(&guest->lock);
	if (guest->state != PCISHARE_GUEST_REVOKED ||
	    state == PCISHARE_GUEST_CLOSED)
		WRITE_ONCE(guest->state, state);
	mutex_unlock(&guest->lock);
}

/*
 * Taking it back
 */

static void pcishare_guest_revoke(struct work_struct *work)
{
	struct pcishare_guest *guest = container_of(to_delayed_work(work),
						    struct pcishare_guest,
						    revoke_work);

	if (READ_ONCE(guest->state) != PCISHARE_GUEST_OPEN)
		return;
	pcishare_guest_set_state(guest, PCISHARE_GUEST_REVOKED);
	pcishare_device_release(guest);
	dev_warn(guest->vdev.dev, "taken away: it was not given back in time\n");
}

/**
 * pcishare_guest_ask_back - ask a guest's user for its device
 * @guest: the guest
 * @at_once: the physical device is not there any more
 *
 * If it is not given back in time it is taken: it reads as all ones then.
 *
 * Context: may sleep.
 */
void pcishare_guest_ask_back(struct pcishare_guest *guest, bool at_once)
{
	pcishare_irq_signal_request(guest);
	if (at_once)
		mod_delayed_work(system_wq, &guest->revoke_work, 0);
	else
		queue_delayed_work(system_wq, &guest->revoke_work,
				   msecs_to_jiffies(pcishare_revoke_ms()));
}

/* The vfio core wants it back, and says so every 10 s. */
static void pcishare_guest_request(struct vfio_device *vdev,
				   unsigned int count)
{
	pcishare_guest_ask_back(pcishare_vdev_guest(vdev), false);
}

/*
 * The vfio device
 */

static int pcishare_guest_init(struct vfio_device *vdev)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);

	mutex_init(&guest->lock);
	INIT_LIST_HEAD(&guest->node);
	INIT_DELAYED_WORK(&guest->revoke_work, pcishare_guest_revoke);
	pcishare_irqs_init(guest);
	return 0;
}

static int pcishare_guest_open(struct vfio_device *vdev)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);
	int ret;

	pcishare_irqs_reset(guest);
	mutex_lock(&guest->lock);
	pcishare_config_reset(guest);
	WRITE_ONCE(guest->state, PCISHARE_GUEST_WAITING);
	mutex_unlock(&guest->lock);
	ret = pcishare_device_acquire(guest);
	pcishare_guest_set_state(guest, ret ? PCISHARE_GUEST_CLOSED :
					      PCISHARE_GUEST_OPEN);
	return ret;
}

static void pcishare_guest_close(struct vfio_device *vdev)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);

	pcishare_irqs_release(guest);
	pcishare_guest_set_state(guest, PCISHARE_GUEST_CLOSED);
	pcishare_device_release(guest);
}

static long pcishare_info_ioctl(struct pcishare_guest *guest,
				unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI;
	if (guest->device->resettable)
		info.flags |= VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static long pcishare_reset_ioctl(struct pcishare_guest *guest)
{
	long ret = -EIO;

	mutex_lock(&guest->lock);
	if (guest->state == PCISHARE_GUEST_OPEN) {
		ret = pcishare_device_reset(guest->device);
		if (!ret)
			pcishare_config_reset(guest);
	}
	mutex_unlock(&guest->lock);
	return ret;
}

static long pcishare_guest_ioctl(struct vfio_device *vdev, unsigned int cmd,
				 unsigned long arg)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return pcishare_info_ioctl(guest, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vfio_region_info_ioctl(vdev, arg, pcishare_region_info);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return pcishare_irq_info_ioctl(guest, arg);
	case VFIO_DEVICE_SET_IRQS:
		return pcishare_irq_set_ioctl(guest, arg);
	case VFIO_DEVICE_RESET:
		return pcishare_reset_ioctl(guest);
	default:
		return -ENOTTY;
	}
}

static const struct vfio_device_ops pcishare_guest_ops = {
	.name = KBUILD_MODNAME,
	.init = pcishare_guest_init,
	VFIO_PLAIN_RELEASE_OPS
	VFIO_EMULATED_IOMMUFD_OPS
	VFIO_REGION_INFO_OPS(pcishare_region_info)
	.open_device = pcishare_guest_open,
	.close_device = pcishare_guest_close,
	.read = pcishare_region_read,
	.write = pcishare_region_write,
	.ioctl = pcishare_guest_ioctl,
	.request = pcishare_guest_request,
};

static void pcishare_guest_list(struct pcishare_guest *guest)
{
	mutex_lock(&guest->device->lock);
	list_add_tail(&guest->node, &guest->device->guests);
	mutex_unlock(&guest->device->lock);
}

static void pcishare_guest_unlist(struct pcishare_guest *guest)
{
	mutex_lock(&guest->device->lock);
	list_del_init(&guest->node);
	mutex_unlock(&guest->device->lock);
}

/**
 * pcishare_guest_create - make a guest's device
 * @device: the physical device
 * @dev: what the guest's device is to its bus
 *
 * Return: the guest's device, or an error pointer.
 * Context: may sleep; it may be opened before it returns.
 */
struct pcishare_guest *pcishare_guest_create(struct pcishare_device *device,
					     struct device *dev)
{
	struct pcishare_guest *guest;
	int ret;

	guest = vfio_alloc_device(pcishare_guest, vdev, dev,
				  &pcishare_guest_ops);
	if (IS_ERR(guest))
		return guest;
	guest->device = device;
	pcishare_guest_list(guest);
	ret = vfio_register_emulated_iommu_dev(&guest->vdev);
	if (!ret)
		return guest;
	pcishare_guest_unlist(guest);
	cancel_delayed_work_sync(&guest->revoke_work);
	vfio_put_device(&guest->vdev);
	return ERR_PTR(ret);
}

/**
 * pcishare_guest_destroy - take a guest's device away
 * @guest: the guest's device
 *
 * Context: may sleep, until its user has closed it.
 */
void pcishare_guest_destroy(struct pcishare_guest *guest)
{
	pcishare_device_forsake(guest);
	pcishare_guest_ask_back(guest, false);
	vfio_unregister_group_dev(&guest->vdev);
	pcishare_guest_unlist(guest);
	cancel_delayed_work_sync(&guest->revoke_work);
	vfio_put_device(&guest->vdev);
}

/*
 * Attributes, documented in Documentation/ABI/testing/sysfs-bus-mdev-pcishare
 */

static const char *const pcishare_guest_states[] = {
	[PCISHARE_GUEST_CLOSED] = "closed",
	[PCISHARE_GUEST_WAITING] = "waiting",
	[PCISHARE_GUEST_OPEN] = "open",
	[PCISHARE_GUEST_REVOKED] = "revoked",
};

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  pcishare_guest_states[READ_ONCE(guest->state)]);
}
static DEVICE_ATTR_RO(state);

/* A file of stats/: @offset is that of its counter. */
struct pcishare_stats_attr {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t pcishare_counter_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);
	struct pcishare_stats_attr *counter =
		container_of(attr, struct pcishare_stats_attr, attr);
	atomic64_t *value = (void *)&guest->stats + counter->offset;

	return sysfs_emit(buf, "%lld\n", (s64)atomic64_read(value));
}

#define PCISHARE_STATS_ATTR(_name, _member)				\
	static struct pcishare_stats_attr pcishare_attr_##_name = {	\
		.attr = __ATTR(_name, 0444, pcishare_counter_show, NULL), \
		.offset = offsetof(struct pcishare_guest_stats, _member), \
	}

PCISHARE_STATS_ATTR(reads, reads);
PCISHARE_STATS_ATTR(writes, writes);
PCISHARE_STATS_ATTR(interrupts, interrupts);

static struct attribute *pcishare_guest_attrs[] = {
	&dev_attr_state.attr,
	NULL
};

static struct attribute *pcishare_guest_stats_attrs[] = {
	&pcishare_attr_reads.attr.attr,
	&pcishare_attr_writes.attr.attr,
	&pcishare_attr_interrupts.attr.attr,
	NULL
};

static const struct attribute_group pcishare_guest_group = {
	.attrs = pcishare_guest_attrs,
};

static const struct attribute_group pcishare_guest_stats_group = {
	.name = "stats",
	.attrs = pcishare_guest_stats_attrs,
};

const struct attribute_group *pcishare_guest_groups[] = {
	&pcishare_guest_group,
	&pcishare_guest_stats_group,
	NULL
};
