// SPDX-License-Identifier: GPL-2.0
/*
 * INTx: a level that masks itself when it is signalled. KVM raises
 * the guest's line and, when the guest is through with it, signals the eventfd
 * that unmasks; if the device wants still more it is signalled again.
 */
#include <linux/eventfd.h>

#include <compat/vfio.h>

#include "intx.h"
#include "irq.h"
#include "irq_request.h"
#include "trigger.h"

static bool vdev_intx_is_enabled(const struct vdev_irqs *irqs)
{
	return irqs->mode == VFIO_PCI_INTX_IRQ_INDEX;
}

static bool vdev_intx_is_quiet(const struct vdev_irqs *irqs)
{
	const struct vdev_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->lock);
	return !vdev_intx_is_enabled(irqs) || intx->signalled || intx->masked ||
	       intx->disabled || !vdev_trigger_is_set(&intx->trigger);
}

/**
 * vdev_intx_raise - raise the level
 * @irqs: its interrupts
 *
 * Return: what is to be signalled once the lock is released; NULL while the
 * guest is not to hear of it.
 * Locking: &vdev_irqs.lock held.
 */
struct vdev_trigger *vdev_intx_raise(struct vdev_irqs *irqs)
{
	struct vdev_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->lock);
	intx->asserted = true;
	if (vdev_intx_is_quiet(irqs))
		return NULL;
	intx->signalled = true;
	return &intx->trigger;
}

/* Something changed that may have kept the guest from hearing. */
static void vdev_intx_kick(struct vdev *vdev)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	unsigned long flags;
	bool quiet;

	spin_lock_irqsave(&irqs->lock, flags);
	quiet = vdev_intx_is_quiet(irqs);
	/* If the device still wants to it says so at once. */
	if (!quiet)
		irqs->intx.asserted = false;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (!quiet)
		vdev->ops->listens(vdev);
}

/**
 * vdev_intx_set_disabled - the guest's configuration space and INTx
 * @vdev: the device
 * @disabled: the guest has INTx disabled there
 *
 * Context: any; see &vdev_ops.listens.
 */
void vdev_intx_set_disabled(struct vdev *vdev, bool disabled)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&irqs->lock, flags);
	changed = irqs->intx.disabled != disabled;
	irqs->intx.disabled = disabled;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (changed)
		vdev_intx_kick(vdev);
}

static void vdev_intx_mask(struct vdev *vdev)
{
	spin_lock_irq(&vdev->irqs.lock);
	vdev->irqs.intx.masked = true;
	spin_unlock_irq(&vdev->irqs.lock);
}

static void vdev_intx_unmask(struct vdev *vdev)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->intx.masked = false;
	irqs->intx.signalled = false;
	spin_unlock_irqrestore(&irqs->lock, flags);
	vdev_intx_kick(vdev);
}

/*
 * The eventfd that unmasks
 */

static void vdev_intx_unmask_thread(void *opaque, void *unused)
{
	vdev_intx_unmask(opaque);
}

/*
 * Somebody signalled the eventfd: with its lock held, interrupts off. If the
 * level is still there it is signalled by a work item, see trigger.c. Was it an
 * interrupt that signalled, of a device whose guest has the same eventfd to be
 * told by, the two could go on for ever: not in an interrupt, then.
 */
static int vdev_intx_unmask_handler(void *opaque, void *unused)
{
	if (in_hardirq())
		return 1;
	vdev_intx_unmask(opaque);
	return 0;
}

static void vdev_intx_unmask_disable(struct vdev_intx *intx)
{
	vfio_virqfd_disable(&intx->unmask);
	vdev_trigger_put(intx->unmask_ctx);
	intx->unmask_ctx = NULL;
}

static int vdev_intx_unmask_enable(struct vdev *vdev, s32 fd)
{
	struct vdev_intx *intx = &vdev->irqs.intx;
	struct eventfd_ctx *ctx = vdev_trigger_fdget(fd);
	int ret = -EINVAL;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/*
	 * An interrupt that unmasks itself is a mistake, which costs its user's
	 * own time until the eventfd is closed. vfio looks for it once more by
	 * its number, so that a user that changes what is there meanwhile can
	 * still have it.
	 */
	if (!vdev_trigger_is(&intx->trigger, ctx))
		ret = vfio_virqfd_enable(vdev, vdev_intx_unmask_handler,
					 vdev_intx_unmask_thread, NULL,
					 &intx->unmask, fd);
	if (ret) {
		vdev_trigger_put(ctx);
		return ret;
	}
	/* Its user may have closed the one there was. */
	vdev_trigger_put(intx->unmask_ctx);
	intx->unmask_ctx = ctx;
	return 0;
}

/*
 * Enabling
 */

/*
 * Takes over the reference of @ctx; NULL enables it without anybody to be told.
 */
static void vdev_intx_enable(struct vdev *vdev, struct eventfd_ctx *ctx)
{
	struct vdev_irqs *irqs = &vdev->irqs;

	vdev_trigger_set(&irqs->intx.trigger, ctx);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_INTX_IRQ_INDEX;
	/* Whoever was told is not there any more: the next one is told anew. */
	if (!ctx)
		irqs->intx.signalled = false;
	spin_unlock_irq(&irqs->lock);
	/* The device may have been quiet until now. */
	vdev_intx_kick(vdev);
}

/**
 * vdev_intx_disable - forget what the user set up for INTx
 * @irqs: its interrupts, INTx enabled
 *
 * Context: may sleep.
 * Locking: &vdev_irqs.mutex held.
 */
void vdev_intx_disable(struct vdev_irqs *irqs)
{
	struct vdev_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->mutex);
	vdev_intx_unmask_disable(intx);
	vdev_trigger_set(&intx->trigger, NULL);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	intx->signalled = false;
	intx->masked = false;
	spin_unlock_irq(&irqs->lock);
}

/*
 * SET_IRQS
 */

/**
 * vdev_intx_set_mask - VFIO_IRQ_SET_ACTION_MASK of INTx
 * @vdev: the device
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if it is not enabled; -ENOTTY by an eventfd.
 * Locking: &vdev_irqs.mutex held.
 */
int vdev_intx_set_mask(struct vdev *vdev,
		       const struct vdev_irq_request *request)
{
	if (!vdev_intx_is_enabled(&vdev->irqs) || !vdev_irq_is_the_one(request))
		return -EINVAL;
	if (vdev_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	if (vdev_irq_wanted(request, 0))
		vdev_intx_mask(vdev);
	return 0;
}

/**
 * vdev_intx_set_unmask - VFIO_IRQ_SET_ACTION_UNMASK of INTx
 * @vdev: the device
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if it is not enabled, or the eventfd is the one that
 * is signalled; -EBUSY if there is an eventfd already; -EBADF, -ENOMEM.
 * Locking: &vdev_irqs.mutex held.
 */
int vdev_intx_set_unmask(struct vdev *vdev,
			 const struct vdev_irq_request *request)
{
	if (!vdev_intx_is_enabled(&vdev->irqs) || !vdev_irq_is_the_one(request))
		return -EINVAL;
	if (vdev_irq_data_type(request) != VFIO_IRQ_SET_DATA_EVENTFD) {
		if (vdev_irq_wanted(request, 0))
			vdev_intx_unmask(vdev);
		return 0;
	}
	if (vdev_irq_fd(request, 0) >= 0)
		return vdev_intx_unmask_enable(vdev, vdev_irq_fd(request, 0));
	vdev_intx_unmask_disable(&vdev->irqs.intx);
	return 0;
}

static int vdev_intx_set_eventfd(struct vdev *vdev, s32 fd)
{
	struct eventfd_ctx *ctx = vdev_trigger_fdget(fd);

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/* The same mistake the other way round. */
	if (ctx && ctx == vdev->irqs.intx.unmask_ctx) {
		vdev_trigger_put(ctx);
		return -EINVAL;
	}
	vdev_intx_enable(vdev, ctx);
	return 0;
}

/**
 * vdev_intx_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of INTx
 * @vdev: the device
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if MSI is enabled, or the eventfd is the one that
 * unmasks; -EBADF.
 * Context: may sleep.
 * Locking: &vdev_irqs.mutex held.
 */
int vdev_intx_set_trigger(struct vdev *vdev,
			  const struct vdev_irq_request *request)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	bool enabled = vdev_intx_is_enabled(irqs);

	if (enabled && vdev_irq_is_the_end(request)) {
		vdev_intx_disable(irqs);
		return 0;
	}
	if (!vdev_irq_may_use(irqs, VFIO_PCI_INTX_IRQ_INDEX) ||
	    !vdev_irq_is_the_one(request))
		return -EINVAL;
	if (vdev_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return vdev_intx_set_eventfd(vdev, vdev_irq_fd(request, 0));
	if (!enabled)
		return -EINVAL;
	if (vdev_irq_wanted(request, 0))
		vdev_trigger_signal(&irqs->intx.trigger);
	return 0;
}
