// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupts of a guest's vfio device: include/uapi/linux/vfio.h,
 * VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS, as vfio-pci does them.
 */
#include <linux/eventfd.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <compat/hrtimer.h>
#include <compat/vfio.h>

#include "../pcishare/device.h"
#include "../pcishare/guest/guest.h"
#include "irq.h"
#include "irq_request.h"
#include "../pcishare/trace.h"

/**
 * pcishare_irq_may_use - may the user enable a kind of interrupt?
 * @irqs: the guest's interrupts
 * @index: VFIO_PCI_INTX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX or
 *	VFIO_PCI_MSIX_IRQ_INDEX
 *
 * Return: whether it is enabled or none is: a device has one kind at a time.
 * Locking: &pcishare_irqs.mutex held.
 */
bool pcishare_irq_may_use(const struct pcishare_irqs *irqs, u32 index)
{
	lockdep_assert_held(&irqs->mutex);
	return irqs->mode == index || irqs->mode == VFIO_PCI_NUM_IRQS;
}

/*
 * To the guest
 */

static void pcishare_irq_signal(struct pcishare_guest *guest,
				struct pcishare_trigger *trigger)
{
	if (!pcishare_trigger_is_set(trigger))
		return;
	/* Whoever is told finds it counted. */
	atomic64_inc(&guest->stats.interrupts);
	pcishare_trigger_signal(trigger);
}

static void pcishare_irq_raise_now(struct pcishare_guest *guest, u32 vectors)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	struct pcishare_trigger *intx = NULL;
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	if (pcishare_irq_is_message(irqs->mode)) {
		vectors = pcishare_msi_fold(irqs, vectors);
	} else {
		vectors = 0;
		intx = pcishare_intx_raise(irqs);
	}
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (intx)
		pcishare_irq_signal(guest, intx);
	for (; vectors; vectors &= vectors - 1)
		pcishare_irq_signal(guest, &irqs->msi.vectors[__ffs(vectors)]);
}

/* Not as often as it may be: later, in @ns, with what comes until then. */
static void pcishare_irq_raise_later(struct pcishare_guest *guest, u32 vectors,
				     u64 ns)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	trace_pcishare_limited(guest, "interrupt");
	atomic64_inc(&guest->stats.limited_interrupts);
	atomic_or(vectors, &irqs->late);
	/*
	 * Pairs with atomic_xchg() of the timer, which is not queued any more
	 * then.
	 */
	smp_mb__after_atomic();
	if (!hrtimer_is_queued(&irqs->timer))
		hrtimer_start(&irqs->timer, ns_to_ktime(ns),
			      HRTIMER_MODE_REL_SOFT);
}

/**
 * pcishare_irq_raise - there is something for a guest
 * @guest: the guest
 * @vectors: which messages tell of it, a bit each; not 0
 *
 * By MSI or MSI-X that is a message; by INTx a level, of which the guest hears
 * again only when it is through with it. What it cannot hear of now is not
 * kept: as soon as it can, pcishare_route_through() is called. What it may not
 * hear of so often comes later, once for all.
 *
 * Context: any, also hard interrupts and callbacks of eventfds, but with no
 * lock held that pcishare_route_through() takes: an eventfd can be one that
 * unmasks another guest.
 */
void pcishare_irq_raise(struct pcishare_guest *guest, u32 vectors)
{
	u64 ns = 0;

	if (unlikely(READ_ONCE(guest->quotas.interrupts.per_s)))
		ns = pcishare_quota_spend(&guest->quotas.interrupts);
	if (unlikely(ns)) {
		pcishare_irq_raise_later(guest, vectors, ns);
		return;
	}
	/* One that comes too often is not to take the turns of another. */
	if (unlikely(atomic_read(&guest->irqs.late)))
		vectors |= atomic_xchg(&guest->irqs.late, 0);
	pcishare_irq_raise_now(guest, vectors);
}

static enum hrtimer_restart pcishare_irq_timer(struct hrtimer *timer)
{
	struct pcishare_irqs *irqs =
		container_of(timer, struct pcishare_irqs, timer);
	struct pcishare_guest *guest =
		container_of(irqs, struct pcishare_guest, irqs);
	u32 vectors = atomic_xchg(&irqs->late, 0);

	if (vectors)
		pcishare_irq_raise(guest, vectors);
	return HRTIMER_NORESTART;
}

/**
 * pcishare_irq_is_asserted - the level of a guest's INTx
 * @guest: the guest
 *
 * Context: any.
 */
bool pcishare_irq_is_asserted(struct pcishare_guest *guest)
{
	/* Without unmasking, its driver may have seen to it since. */
	return READ_ONCE(guest->irqs.intx.asserted) &&
	       pcishare_device_is_pending(guest);
}

/**
 * pcishare_irq_signal_request - ask for a device back
 * @guest: the guest
 *
 * Context: any.
 */
void pcishare_irq_signal_request(struct pcishare_guest *guest)
{
	pcishare_trigger_signal(&guest->irqs.request);
}

/**
 * pcishare_irq_signal_error - tell of a device that failed
 * @guest: the guest
 *
 * Context: any.
 */
void pcishare_irq_signal_error(struct pcishare_guest *guest)
{
	pcishare_trigger_signal(&guest->irqs.error);
}

/*
 * SET_IRQS
 */

/* One that is an eventfd and nothing else: none of it takes it away. */
static int pcishare_single_set(struct pcishare_trigger *trigger,
			       const struct pcishare_irq_request *request)
{
	u32 type = pcishare_irq_data_type(request);
	struct eventfd_ctx *ctx;

	if (request->start || request->count > 1)
		return -EINVAL;
	if (pcishare_irq_is_the_end(request)) {
		pcishare_trigger_set(trigger, NULL);
		return 0;
	}
	if (!request->count)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD) {
		ctx = pcishare_trigger_fdget(pcishare_irq_fd(request, 0));
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
		pcishare_trigger_set(trigger, ctx);
	} else if (pcishare_irq_wanted(request, 0)) {
		pcishare_trigger_signal(trigger);
	}
	return 0;
}

static int pcishare_error_set(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request)
{
	return pcishare_single_set(&guest->irqs.error, request);
}

static int pcishare_request_set(struct pcishare_guest *guest,
				const struct pcishare_irq_request *request)
{
	return pcishare_single_set(&guest->irqs.request, request);
}

/* What each index is and does; what it does not is ENOTTY. */
static const struct pcishare_irq_index {
	u32 flags;
	int (*mask)(struct pcishare_guest *guest,
		    const struct pcishare_irq_request *request);
	int (*unmask)(struct pcishare_guest *guest,
		      const struct pcishare_irq_request *request);
	int (*trigger)(struct pcishare_guest *guest,
		       const struct pcishare_irq_request *request);
} pcishare_irq_indexes[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			 VFIO_IRQ_INFO_AUTOMASKED,
		.mask = pcishare_intx_set_mask,
		.unmask = pcishare_intx_set_unmask,
		.trigger = pcishare_intx_set_trigger,
	},
	[VFIO_PCI_MSI_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = pcishare_msi_set_trigger,
	},
	[VFIO_PCI_MSIX_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = pcishare_msix_set_trigger,
	},
	[VFIO_PCI_ERR_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = pcishare_error_set,
	},
	[VFIO_PCI_REQ_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		.trigger = pcishare_request_set,
	},
};

static bool pcishare_irq_has_intx(const struct pcishare_guest *guest)
{
	return guest->policy->irqs & PCISHARE_INTX;
}

static u32 pcishare_irq_messages(const struct pcishare_guest *guest, u8 kind)
{
	return guest->policy->irqs & kind ? guest->policy->nr_vectors : 0;
}

/**
 * pcishare_irq_count - how many interrupts a guest's device has
 * @guest: the guest
 * @index: VFIO_PCI_*_IRQ_INDEX
 *
 * Return: how many of that kind.
 */
u32 pcishare_irq_count(const struct pcishare_guest *guest, u32 index)
{
	u32 count;

	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return pcishare_irq_has_intx(guest) ? 1 : 0;
	case VFIO_PCI_MSI_IRQ_INDEX:
		/* Which come in powers of two; the rest of them never comes. */
		count = pcishare_irq_messages(guest, PCISHARE_MSI);
		return count ? roundup_pow_of_two(count) : 0;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return pcishare_irq_messages(guest, PCISHARE_MSIX);
	case VFIO_PCI_ERR_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

/**
 * pcishare_irq_info_ioctl - VFIO_DEVICE_GET_IRQ_INFO
 * @guest: the guest
 * @arg: struct vfio_irq_info of the user
 *
 * Return: 0; -EINVAL for an index that there is not; -EFAULT.
 */
long pcishare_irq_info_ioctl(struct pcishare_guest *guest, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.index = array_index_nospec(info.index, VFIO_PCI_NUM_IRQS);
	info.flags = pcishare_irq_indexes[info.index].flags;
	info.count = pcishare_irq_count(guest, info.index);
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static int pcishare_irq_set(struct pcishare_guest *guest, u32 index,
			    const struct pcishare_irq_request *request)
{
	const struct pcishare_irq_index *what;

	what = &pcishare_irq_indexes[array_index_nospec(index,
							VFIO_PCI_NUM_IRQS)];
	lockdep_assert_held(&guest->irqs.mutex);
	switch (request->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return what->mask ? what->mask(guest, request) : -ENOTTY;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return what->unmask ? what->unmask(guest, request) : -ENOTTY;
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return what->trigger ? what->trigger(guest, request) : -ENOTTY;
	default:
		return -ENOTTY;
	}
}

/**
 * pcishare_irq_set_ioctl - VFIO_DEVICE_SET_IRQS
 * @guest: the guest
 * @arg: struct vfio_irq_set of the user
 *
 * Return: 0; -EINVAL for what there is not; -ENOTTY for what it does not do;
 * -EFAULT, -ENOMEM, -EBADF.
 */
long pcishare_irq_set_ioctl(struct pcishare_guest *guest, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct pcishare_irq_request request;
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size;
	u32 count;
	int ret;

	if (copy_from_user(&set, (void __user *)arg, minsz))
		return -EFAULT;
	count = pcishare_irq_count(guest, set.index);
	ret = vfio_set_irqs_validate_and_prepare(&set, count, VFIO_PCI_NUM_IRQS,
						 &size);
	if (ret)
		return ret;
	if (size) {
		data = memdup_user((void __user *)(arg + minsz), size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	request = (struct pcishare_irq_request) {
		.flags = set.flags,
		.start = set.start,
		.count = set.count,
		.data = data,
	};
	mutex_lock(&guest->irqs.mutex);
	ret = pcishare_irq_set(guest, set.index, &request);
	mutex_unlock(&guest->irqs.mutex);
	kfree(data);
	return ret;
}

/*
 * A guest's life
 */

/**
 * pcishare_irqs_reset - no interrupt is pending
 * @guest: the guest, which is being opened
 */
void pcishare_irqs_reset(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	spin_lock_irq(&irqs->lock);
	irqs->intx.asserted = false;
	spin_unlock_irq(&irqs->lock);
}

/**
 * pcishare_irqs_init - set up the interrupts of a new guest
 * @guest: the guest
 */
void pcishare_irqs_init(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned int i;

	mutex_init(&irqs->mutex);
	spin_lock_init(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	hrtimer_setup(&irqs->timer, pcishare_irq_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
	pcishare_trigger_init(&irqs->intx.trigger, &irqs->mutex);
	for (i = 0; i < ARRAY_SIZE(irqs->msi.vectors); i++)
		pcishare_trigger_init(&irqs->msi.vectors[i], &irqs->mutex);
	pcishare_trigger_init(&irqs->error, &irqs->mutex);
	pcishare_trigger_init(&irqs->request, &irqs->mutex);
}

/**
 * pcishare_irqs_release - forget what a user set up
 * @guest: the guest, which is being closed
 *
 * Context: may sleep.
 */
void pcishare_irqs_release(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	mutex_lock(&irqs->mutex);
	if (irqs->mode == VFIO_PCI_INTX_IRQ_INDEX)
		pcishare_intx_disable(irqs);
	else if (pcishare_irq_is_message(irqs->mode))
		pcishare_msi_disable(irqs);
	pcishare_trigger_set(&irqs->error, NULL);
	pcishare_trigger_set(&irqs->request, NULL);
	mutex_unlock(&irqs->mutex);
}

/**
 * pcishare_irqs_end - forget what was to be raised later
 * @guest: the guest, for whom nobody raises an interrupt any more
 *
 * Context: may sleep.
 */
void pcishare_irqs_end(struct pcishare_guest *guest)
{
	hrtimer_cancel(&guest->irqs.timer);
	atomic_set(&guest->irqs.late, 0);
}
