// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupts of a device: include/uapi/linux/vfio.h,
 * VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS, as vfio-pci does them.
 */
#include <linux/eventfd.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <compat/vfio.h>

#include "intx.h"
#include "irq.h"
#include "irq_request.h"
#include "msi.h"
#include "trigger.h"

/**
 * vdev_irq_may_use - may the user enable a kind of interrupt?
 * @irqs: the device's interrupts
 * @index: VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX or
 *	VFIO_PCI_MSIX_IRQ_INDEX
 *
 * Return: whether it is enabled or none is: a device has one kind at a time.
 * Locking: &vdev_irqs.mutex held.
 */
bool vdev_irq_may_use(const struct vdev_irqs *irqs, u32 index)
{
	lockdep_assert_held(&irqs->mutex);
	return irqs->mode == index || irqs->mode == VFIO_PCI_NUM_IRQS;
}

/*
 * To the guest
 */

static void vdev_irq_signal(struct vdev_irqs *irqs,
			    struct vdev_trigger *trigger)
{
	if (!vdev_trigger_is_set(trigger))
		return;
	/* Whoever is told finds it counted. */
	atomic64_inc(&irqs->signalled);
	vdev_trigger_signal(trigger);
}

/**
 * vdev_raise - there is something for the guest
 * @vdev: the device
 * @vectors: which messages tell of it, a bit each; 0 if only INTx does
 *
 * By MSI or MSI-X that is a message; by INTx a level, of which the guest hears
 * again only when it is through with it. One that it cannot hear of now is not
 * kept: as soon as it can, &vdev_ops.listens is called.
 *
 * Context: any, also hard interrupts and callbacks of eventfds, but with no
 * lock held that &vdev_ops.listens takes: an eventfd can be one that unmasks
 * another device.
 */
void vdev_raise(struct vdev *vdev, u32 vectors)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	struct vdev_trigger *intx = NULL;
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	if (vdev_irq_is_message(irqs->mode)) {
		vectors = vdev_msi_fold(irqs, vectors);
	} else {
		vectors = 0;
		intx = vdev_intx_raise(irqs);
	}
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (intx)
		vdev_irq_signal(irqs, intx);
	for (; vectors; vectors &= vectors - 1)
		vdev_irq_signal(irqs, &irqs->msi.vectors[__ffs(vectors)]);
}
EXPORT_SYMBOL_NS_GPL(vdev_raise, VDEV_NS);

/**
 * vdev_irq_is_asserted - the level of INTx
 * @vdev: the device
 *
 * Context: any.
 */
bool vdev_irq_is_asserted(struct vdev *vdev)
{
	/* Without unmasking, its driver may have seen to it since. */
	return READ_ONCE(vdev->irqs.intx.asserted) && vdev->ops->asserted(vdev);
}

/**
 * vdev_signal_request - ask the user for the device back
 * @vdev: the device
 *
 * Context: any.
 */
void vdev_signal_request(struct vdev *vdev)
{
	vdev_trigger_signal(&vdev->irqs.request);
}
EXPORT_SYMBOL_NS_GPL(vdev_signal_request, VDEV_NS);

/**
 * vdev_signal_error - tell the user of a device that failed
 * @vdev: the device
 *
 * Context: any.
 */
void vdev_signal_error(struct vdev *vdev)
{
	vdev_trigger_signal(&vdev->irqs.error);
}
EXPORT_SYMBOL_NS_GPL(vdev_signal_error, VDEV_NS);

/*
 * SET_IRQS
 */

/* One that is an eventfd and nothing else: none of it takes it away. */
static int vdev_single_set(struct vdev_trigger *trigger,
			   const struct vdev_irq_request *request)
{
	u32 type = vdev_irq_data_type(request);
	struct eventfd_ctx *ctx;

	if (request->start || request->count > 1)
		return -EINVAL;
	if (vdev_irq_is_the_end(request)) {
		vdev_trigger_set(trigger, NULL);
		return 0;
	}
	if (!request->count)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD) {
		ctx = vdev_trigger_fdget(vdev_irq_fd(request, 0));
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
		vdev_trigger_set(trigger, ctx);
	} else if (vdev_irq_wanted(request, 0)) {
		vdev_trigger_signal(trigger);
	}
	return 0;
}

static int vdev_error_set(struct vdev *vdev,
			  const struct vdev_irq_request *request)
{
	return vdev_single_set(&vdev->irqs.error, request);
}

static int vdev_request_set(struct vdev *vdev,
			    const struct vdev_irq_request *request)
{
	return vdev_single_set(&vdev->irqs.request, request);
}

/* Each index, and what it does; all else is ENOTTY. */
static const struct vdev_irq_index {
	u32 flags;
	int (*mask)(struct vdev *vdev, const struct vdev_irq_request *request);
	int (*unmask)(struct vdev *vdev,
		      const struct vdev_irq_request *request);
	int (*trigger)(struct vdev *vdev,
		       const struct vdev_irq_request *request);
} vdev_irq_indexes[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			 VFIO_IRQ_INFO_AUTOMASKED,
		.mask = vdev_intx_set_mask,
		.unmask = vdev_intx_set_unmask,
		.trigger = vdev_intx_set_trigger,
	},
	[VFIO_PCI_MSI_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = vdev_msi_set_trigger,
	},
	[VFIO_PCI_MSIX_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = vdev_msix_set_trigger,
	},
	[VFIO_PCI_ERR_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = vdev_error_set,
	},
	[VFIO_PCI_REQ_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = vdev_request_set,
	},
};

/**
 * vdev_irq_count - how many interrupts a device has
 * @vdev: the device
 * @index: VFIO_PCI_*_IRQ_INDEX
 *
 * Return: how many of that kind.
 */
u32 vdev_irq_count(const struct vdev *vdev, u32 index)
{
	const struct vdev_model *model = &vdev->model;

	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return model->intx;
	case VFIO_PCI_MSI_IRQ_INDEX:
		/* Which come in powers of two; the rest of them never comes. */
		return model->msi ? roundup_pow_of_two(model->msi) : 0;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return model->msix;
	case VFIO_PCI_ERR_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

/**
 * vdev_irq_info_ioctl - VFIO_DEVICE_GET_IRQ_INFO
 * @vdev: the device
 * @arg: struct vfio_irq_info of the user
 *
 * Return: 0; -EINVAL for an index that there is not; -EFAULT.
 */
long vdev_irq_info_ioctl(struct vdev *vdev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.index = array_index_nospec(info.index, VFIO_PCI_NUM_IRQS);
	info.flags = vdev_irq_indexes[info.index].flags;
	info.count = vdev_irq_count(vdev, info.index);
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static int vdev_irq_set(struct vdev *vdev, u32 index,
			const struct vdev_irq_request *request)
{
	const struct vdev_irq_index *what;

	what = &vdev_irq_indexes[array_index_nospec(index, VFIO_PCI_NUM_IRQS)];
	lockdep_assert_held(&vdev->irqs.mutex);
	switch (request->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return what->mask ? what->mask(vdev, request) : -ENOTTY;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return what->unmask ? what->unmask(vdev, request) : -ENOTTY;
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return what->trigger ? what->trigger(vdev, request) : -ENOTTY;
	default:
		return -ENOTTY;
	}
}

/**
 * vdev_irq_set_ioctl - VFIO_DEVICE_SET_IRQS
 * @vdev: the device
 * @arg: struct vfio_irq_set of the user
 *
 * Return: 0; -EINVAL for what there is not; -ENOTTY for what it does not do;
 * -EFAULT, -ENOMEM, -EBADF.
 */
long vdev_irq_set_ioctl(struct vdev *vdev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct vdev_irq_request request;
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size;
	u32 count;
	int ret;

	if (copy_from_user(&set, (void __user *)arg, minsz))
		return -EFAULT;
	count = vdev_irq_count(vdev, set.index);
	ret = vfio_set_irqs_validate_and_prepare(&set, count, VFIO_PCI_NUM_IRQS,
						 &size);
	if (ret)
		return ret;
	if (size) {
		data = memdup_user((void __user *)(arg + minsz), size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	request = (struct vdev_irq_request){
		.flags = set.flags,
		.start = set.start,
		.count = set.count,
		.data = data,
	};
	mutex_lock(&vdev->irqs.mutex);
	ret = vdev_irq_set(vdev, set.index, &request);
	mutex_unlock(&vdev->irqs.mutex);
	kfree(data);
	return ret;
}

/*
 * The device's life
 */

/**
 * vdev_irqs_open - no interrupt is pending
 * @vdev: the device, which is being opened
 */
void vdev_irqs_open(struct vdev *vdev)
{
	struct vdev_irqs *irqs = &vdev->irqs;

	spin_lock_irq(&irqs->lock);
	irqs->intx.asserted = false;
	spin_unlock_irq(&irqs->lock);
}
EXPORT_SYMBOL_NS_GPL(vdev_irqs_open, VDEV_NS);

/**
 * vdev_irqs_init - set up the interrupts of a new device
 * @irqs: zeroed; filled
 */
void vdev_irqs_init(struct vdev_irqs *irqs)
{
	unsigned int i;

	mutex_init(&irqs->mutex);
	spin_lock_init(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	vdev_trigger_init(&irqs->intx.trigger, &irqs->mutex);
	for (i = 0; i < ARRAY_SIZE(irqs->msi.vectors); i++)
		vdev_trigger_init(&irqs->msi.vectors[i], &irqs->mutex);
	vdev_trigger_init(&irqs->error, &irqs->mutex);
	vdev_trigger_init(&irqs->request, &irqs->mutex);
}

/**
 * vdev_irqs_close - forget what a user set up
 * @vdev: the device, which is being closed
 *
 * When it returns no eventfd of that user is signalled any more.
 *
 * Context: may sleep.
 */
void vdev_irqs_close(struct vdev *vdev)
{
	struct vdev_irqs *irqs = &vdev->irqs;

	mutex_lock(&irqs->mutex);
	if (irqs->mode == VFIO_PCI_INTX_IRQ_INDEX)
		vdev_intx_disable(irqs);
	else if (vdev_irq_is_message(irqs->mode))
		vdev_msi_disable(irqs);
	vdev_trigger_set(&irqs->error, NULL);
	vdev_trigger_set(&irqs->request, NULL);
	mutex_unlock(&irqs->mutex);
}
EXPORT_SYMBOL_NS_GPL(vdev_irqs_close, VDEV_NS);
