// SPDX-License-Identifier: GPL-2.0
/*
 * MSI and MSI-X: PCI Local Bus Specification 3.0, section 6.8. The
 * VMM has the addresses and the data, the table of MSI-X and what is masked in
 * it, and KVM the messages; here a vector is an eventfd.
 */
#include <linux/eventfd.h>

#include <compat/vfio.h>

#include "irq.h"
#include "irq_request.h"
#include "msi.h"
#include "trigger.h"

static void vdev_msi_fdput(struct eventfd_ctx **ctxs, unsigned int count)
{
	while (count--)
		vdev_trigger_put(ctxs[count]);
}

/* Returns 0 with a reference of each, or an error without any. */
static int vdev_msi_fdget(const struct vdev_irq_request *request,
			  struct eventfd_ctx **ctxs)
{
	unsigned int i;

	for (i = 0; i < request->count; i++) {
		ctxs[i] = vdev_trigger_fdget(vdev_irq_fd(request, i));
		if (IS_ERR(ctxs[i])) {
			vdev_msi_fdput(ctxs, i);
			return PTR_ERR(ctxs[i]);
		}
	}
	return 0;
}

/*
 * As many vectors as are named first; later there are no more of them. There
 * cannot be more than the index has, which is looked at before.
 */
static bool vdev_msi_fits(const struct vdev_irqs *irqs,
			  const struct vdev_irq_request *request)
{
	u32 end = request->start + request->count;

	if (vdev_irq_is_message(irqs->mode))
		return request->start < irqs->msi.count &&
		       end <= irqs->msi.count;
	return request->count && end <= ARRAY_SIZE(irqs->msi.vectors);
}

/**
 * vdev_msi_fold - which messages there are for what a guest is told?
 * @irqs: its interrupts, MSI or MSI-X enabled
 * @vectors: what it would be told by, a bit each
 *
 * Of MSI, a guest may get fewer messages than it was offered: PCI Local Bus
 * Specification 3.0, section 6.8.1.3, leaves to the device how it makes do with
 * them. Here the last tells of all that there are none for. With MSI-X those
 * are what the guest has left masked. None is sent as long as the device may
 * not write to memory.
 *
 * Return: by which it is told.
 * Locking: &vdev_irqs.lock held.
 */
u32 vdev_msi_fold(const struct vdev_irqs *irqs, u32 vectors)
{
	u32 there = GENMASK(irqs->msi.count - 1, 0);
	u32 folded = vectors & there;

	lockdep_assert_held(&irqs->lock);
	if (irqs->msi.withheld)
		return 0;
	if (irqs->mode == VFIO_PCI_MSI_IRQ_INDEX && vectors & ~there)
		folded |= BIT(irqs->msi.count - 1);
	return folded;
}

/**
 * vdev_msi_set_withheld - the guest's configuration space and messages
 * @vdev: the device
 * @withheld: the device may write nothing to memory
 *
 * When it may again, the guest is told of all that is there by then.
 *
 * Context: any; see &vdev_ops.listens.
 */
void vdev_msi_set_withheld(struct vdev *vdev, bool withheld)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	unsigned long flags;
	bool again;

	spin_lock_irqsave(&irqs->lock, flags);
	again = irqs->msi.withheld && !withheld &&
		vdev_irq_is_message(irqs->mode);
	WRITE_ONCE(irqs->msi.withheld, withheld);
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (again)
		vdev->ops->listens(vdev);
}

/*
 * Interrupts from before there was an eventfd to signal are signalled now.
 * Whoever raises has had the lock before, and &vdev_ops.listens sees
 * why; or has it after, and finds the eventfd.
 */
static void vdev_msi_enable(struct vdev *vdev, u32 index, unsigned int count)
{
	struct vdev_irqs *irqs = &vdev->irqs;

	spin_lock_irq(&irqs->lock);
	irqs->mode = index;
	irqs->msi.count = count;
	irqs->intx.asserted = false;
	spin_unlock_irq(&irqs->lock);
	vdev->ops->listens(vdev);
}

/* The same, of vectors that got an eventfd later. */
static void vdev_msi_catch_up(struct vdev *vdev, u32 ready)
{
	u32 vectors = vdev->ops->pending(vdev);

	spin_lock_irq(&vdev->irqs.lock);
	vectors = vdev_msi_fold(&vdev->irqs, vectors) & ready;
	spin_unlock_irq(&vdev->irqs.lock);
	if (vectors)
		vdev_raise(vdev, vectors);
}

/* Which can be signalled? */
static u32 vdev_msi_ready(const struct vdev_msi *msi)
{
	unsigned int i;
	u32 ready = 0;

	for (i = 0; i < ARRAY_SIZE(msi->vectors); i++)
		if (vdev_trigger_is_set(&msi->vectors[i]))
			ready |= BIT(i);
	return ready;
}

static int vdev_msi_set_eventfds(struct vdev *vdev, u32 index,
				 const struct vdev_irq_request *request)
{
	struct eventfd_ctx *ctxs[VDEV_VECTORS_MAX];
	struct vdev_irqs *irqs = &vdev->irqs;
	struct vdev_msi *msi = &irqs->msi;
	u32 ready = vdev_msi_ready(msi);
	int ret;

	if (!vdev_msi_fits(irqs, request))
		return -EINVAL;
	ret = vdev_msi_fdget(request, ctxs);
	if (ret)
		return ret;
	vdev_triggers_set(msi->vectors + request->start, request->count, ctxs);
	if (vdev_irq_is_message(irqs->mode))
		vdev_msi_catch_up(vdev, vdev_msi_ready(msi) & ~ready);
	else
		vdev_msi_enable(vdev, index, request->start + request->count);
	return 0;
}

/**
 * vdev_msi_disable - forget what the user set up for MSI or MSI-X
 * @irqs: its interrupts, either of them enabled
 *
 * Context: may sleep.
 * Locking: &vdev_irqs.mutex held.
 */
void vdev_msi_disable(struct vdev_irqs *irqs)
{
	struct eventfd_ctx *none[VDEV_VECTORS_MAX] = {};

	lockdep_assert_held(&irqs->mutex);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	spin_unlock_irq(&irqs->lock);
	vdev_triggers_set(irqs->msi.vectors, ARRAY_SIZE(none), none);
}

static int vdev_message_set_trigger(struct vdev *vdev, u32 index,
				    const struct vdev_irq_request *request)
{
	struct vdev_irqs *irqs = &vdev->irqs;
	struct vdev_trigger *vectors = irqs->msi.vectors + request->start;
	bool enabled = irqs->mode == index;
	unsigned int i;

	lockdep_assert_held(&irqs->mutex);
	if (enabled && vdev_irq_is_the_end(request)) {
		vdev_msi_disable(irqs);
		return 0;
	}
	if (!vdev_irq_may_use(irqs, index))
		return -EINVAL;
	if (vdev_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return vdev_msi_set_eventfds(vdev, index, request);
	if (!enabled || request->start + request->count > irqs->msi.count)
		return -EINVAL;
	for (i = 0; i < request->count; i++)
		if (vdev_irq_wanted(request, i))
			vdev_trigger_signal(&vectors[i]);
	return 0;
}

/**
 * vdev_msi_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of MSI
 * @vdev: the device
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if another kind is enabled; -EBADF. An error changes
 * nothing.
 * Context: may sleep.
 * Locking: &vdev_irqs.mutex held.
 */
int vdev_msi_set_trigger(struct vdev *vdev,
			 const struct vdev_irq_request *request)
{
	return vdev_message_set_trigger(vdev, VFIO_PCI_MSI_IRQ_INDEX, request);
}

/**
 * vdev_msix_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of MSI-X
 * @vdev: the device
 * @request: what the user asked for
 *
 * As vdev_msi_set_trigger().
 */
int vdev_msix_set_trigger(struct vdev *vdev,
			  const struct vdev_irq_request *request)
{
	return vdev_message_set_trigger(vdev, VFIO_PCI_MSIX_IRQ_INDEX, request);
}
