// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupts of a guest's vfio device: include/uapi/linux/vfio.h,
 * VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS, as vfio-pci does them.
 *
 * INTx is a level that masks itself when it is signalled. KVM raises the guest's
 * line and, when the guest is through with it, signals the eventfd that unmasks;
 * if the device wants still more it is signalled again.
 */
#include <linux/eventfd.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <compat/vfio.h>

#include "device.h"
#include "guest.h"
#include "irq.h"
#include "source.h"

/* What SET_IRQS was called with, the header's values checked. */
struct pcishare_irq_request {
	u32 flags;
	u32 start;
	u32 count;
	const void *data;
};

/*
 * Eventfds
 */

static struct eventfd_ctx *pcishare_trigger(struct pcishare_irqs *irqs,
					    struct eventfd_ctx __rcu *trigger)
{
	return rcu_dereference_protected(trigger,
					 lockdep_is_held(&irqs->mutex));
}

/* Takes over the reference of @ctx, which may be NULL. */
static void pcishare_trigger_set(struct pcishare_irqs *irqs,
				 struct eventfd_ctx __rcu **trigger,
				 struct eventfd_ctx *ctx)
{
	struct eventfd_ctx *old = pcishare_trigger(irqs, *trigger);

	rcu_assign_pointer(*trigger, ctx);
	if (!old)
		return;
	/* Whoever signals it has done so after this. */
	synchronize_rcu();
	eventfd_ctx_put(old);
}

/*
 * Without our locks: who waits for the eventfd is called back from here, and may
 * call us.
 */
static void pcishare_trigger_signal(struct eventfd_ctx __rcu **trigger)
{
	struct eventfd_ctx *ctx;

	rcu_read_lock();
	ctx = rcu_dereference(*trigger);
	if (ctx)
		eventfd_signal(ctx);
	rcu_read_unlock();
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
 * INTx
 */

static bool pcishare_intx_is_quiet(const struct pcishare_irqs *irqs)
{
	lockdep_assert_held(&irqs->lock);
	return irqs->masked || irqs->disabled ||
	       !rcu_access_pointer(irqs->intx);
}

/**
 * pcishare_irq_raise - a guest's device wants its driver
 * @guest: the guest
 *
 * The physical device is masked; unmasking is the guest's end of interrupt.
 *
 * Context: any, also hard interrupts.
 */
void pcishare_irq_raise(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;
	bool signal;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->asserted = true;
	signal = !pcishare_intx_is_quiet(irqs);
	if (signal)
		irqs->masked = true;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (!signal)
		return;
	atomic64_inc(&guest->stats.interrupts);
	pcishare_trigger_signal(&irqs->intx);
}

/**
 * pcishare_irq_is_asserted - the level of a guest's INTx
 * @guest: the guest
 *
 * Context: any.
 */
bool pcishare_irq_is_asserted(struct pcishare_guest *guest)
{
	/* Its driver may have seen to it since, without unmasking. */
	return READ_ONCE(guest->irqs.asserted) &&
	       pcishare_device_is_pending(guest);
}

/* Returns whether the physical device may speak again. */
static bool pcishare_intx_may_unmask(struct pcishare_irqs *irqs)
{
	if (pcishare_intx_is_quiet(irqs))
		return false;
	/* If it still wants to it says so at once. */
	irqs->asserted = false;
	return true;
}

/* Something changed that may have kept the physical device quiet. */
static void pcishare_intx_kick(struct pcishare_guest *guest)
{
	unsigned long flags;
	bool unmask;

	spin_lock_irqsave(&guest->irqs.lock, flags);
	unmask = pcishare_intx_may_unmask(&guest->irqs);
	spin_unlock_irqrestore(&guest->irqs.lock, flags);
	if (unmask)
		pcishare_device_unmask(guest);
}

/**
 * pcishare_irq_set_disabled - the guest's configuration space and INTx
 * @guest: the guest
 * @disabled: the guest has INTx disabled there
 *
 * Context: any.
 */
void pcishare_irq_set_disabled(struct pcishare_guest *guest, bool disabled)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&irqs->lock, flags);
	changed = irqs->disabled != disabled;
	irqs->disabled = disabled;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (changed)
		pcishare_intx_kick(guest);
}

static void pcishare_intx_mask(struct pcishare_guest *guest)
{
	spin_lock_irq(&guest->irqs.lock);
	guest->irqs.masked = true;
	spin_unlock_irq(&guest->irqs.lock);
}

static void pcishare_intx_unmask(struct pcishare_guest *guest)
{
	unsigned long flags;

	spin_lock_irqsave(&guest->irqs.lock, flags);
	guest->irqs.masked = false;
	spin_unlock_irqrestore(&guest->irqs.lock, flags);
	pcishare_intx_kick(guest);
}

static void pcishare_intx_unmask_thread(void *opaque, void *unused)
{
	pcishare_intx_unmask(opaque);
}

/*
 * Somebody signalled the unmask eventfd: with its lock held, interrupts off. If it
 * was the interrupt itself, by an eventfd that is both, it would never end.
 */
static int pcishare_intx_unmask_handler(void *opaque, void *unused)
{
	if (in_hardirq())
		return 1;
	pcishare_intx_unmask(opaque);
	return 0;
}

/*
 * SET_IRQS, one function for each index and action
 */

static bool pcishare_irq_bool(const struct pcishare_irq_request *request)
{
	return *(const u8 *)request->data;
}

static s32 pcishare_irq_fd(const struct pcishare_irq_request *request)
{
	return *(const s32 *)request->data;
}

static u32 pcishare_irq_data_type(const struct pcishare_irq_request *request)
{
	return request->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
}

/* To be done for one interrupt, without an eventfd? */
static bool pcishare_irq_wanted(const struct pcishare_irq_request *request)
{
	u32 type = pcishare_irq_data_type(request);

	return type == VFIO_IRQ_SET_DATA_NONE ||
	       (type == VFIO_IRQ_SET_DATA_BOOL && pcishare_irq_bool(request));
}

static bool pcishare_intx_enabled(const struct pcishare_guest *guest)
{
	return rcu_access_pointer(guest->irqs.intx);
}

static bool pcishare_irq_is_the_one(const struct pcishare_irq_request *request)
{
	return !request->start && request->count == 1;
}

static void pcishare_unmask_disable(struct pcishare_irqs *irqs)
{
	vfio_virqfd_disable(&irqs->unmask);
	if (irqs->unmask_ctx)
		eventfd_ctx_put(irqs->unmask_ctx);
	irqs->unmask_ctx = NULL;
}

/* An interrupt that unmasks itself is a mistake: refused. */
static bool pcishare_intx_would_loop(const struct eventfd_ctx *trigger,
				     const struct eventfd_ctx *unmask)
{
	return trigger && trigger == unmask;
}

static int pcishare_unmask_enable(struct pcishare_guest *guest, s32 fd)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	struct eventfd_ctx *ctx = eventfd_ctx_fdget(fd);
	int ret = -EINVAL;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	if (!pcishare_intx_would_loop(pcishare_trigger(irqs, irqs->intx), ctx))
		ret = vfio_virqfd_enable(guest, pcishare_intx_unmask_handler,
					 pcishare_intx_unmask_thread, NULL,
					 &irqs->unmask, fd);
	if (ret) {
		eventfd_ctx_put(ctx);
		return ret;
	}
	/* Its user may have closed the one there was. */
	if (irqs->unmask_ctx)
		eventfd_ctx_put(irqs->unmask_ctx);
	irqs->unmask_ctx = ctx;
	return 0;
}

static void pcishare_intx_disable(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	pcishare_unmask_disable(irqs);
	pcishare_trigger_set(irqs, &irqs->intx, NULL);
	spin_lock_irq(&irqs->lock);
	irqs->masked = false;
	spin_unlock_irq(&irqs->lock);
}

static int pcishare_intx_set_mask(struct pcishare_guest *guest,
				  const struct pcishare_irq_request *request)
{
	if (!pcishare_intx_enabled(guest) || !pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (pcishare_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	if (pcishare_irq_wanted(request))
		pcishare_intx_mask(guest);
	return 0;
}

static int pcishare_intx_set_unmask(struct pcishare_guest *guest,
				    const struct pcishare_irq_request *request)
{
	if (!pcishare_intx_enabled(guest) || !pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (pcishare_irq_data_type(request) != VFIO_IRQ_SET_DATA_EVENTFD) {
		if (pcishare_irq_wanted(request))
			pcishare_intx_unmask(guest);
		return 0;
	}
	if (pcishare_irq_fd(request) >= 0)
		return pcishare_unmask_enable(guest, pcishare_irq_fd(request));
	pcishare_unmask_disable(&guest->irqs);
	return 0;
}

static int pcishare_intx_set_eventfd(struct pcishare_guest *guest, s32 fd)
{
	struct eventfd_ctx *ctx;

	if (fd < 0) {
		pcishare_intx_disable(guest);
		return 0;
	}
	ctx = eventfd_ctx_fdget(fd);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	if (pcishare_intx_would_loop(ctx, guest->irqs.unmask_ctx)) {
		eventfd_ctx_put(ctx);
		return -EINVAL;
	}
	pcishare_trigger_set(&guest->irqs, &guest->irqs.intx, ctx);
	/* The physical device may have been quiet until now. */
	pcishare_intx_kick(guest);
	return 0;
}

static int pcishare_intx_set_trigger(struct pcishare_guest *guest,
				     const struct pcishare_irq_request *request)
{
	u32 type = pcishare_irq_data_type(request);

	if (type == VFIO_IRQ_SET_DATA_NONE && !request->count &&
	    pcishare_intx_enabled(guest)) {
		pcishare_intx_disable(guest);
		return 0;
	}
	if (!pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return pcishare_intx_set_eventfd(guest,
						 pcishare_irq_fd(request));
	if (!pcishare_intx_enabled(guest))
		return -EINVAL;
	if (pcishare_irq_wanted(request))
		pcishare_trigger_signal(&guest->irqs.intx);
	return 0;
}

/* One that is an eventfd and nothing else: none of it takes it away. */
static int pcishare_single_set(struct pcishare_irqs *irqs,
			       struct eventfd_ctx __rcu **trigger,
			       const struct pcishare_irq_request *request)
{
	u32 type = pcishare_irq_data_type(request);
	struct eventfd_ctx *ctx = NULL;

	if (request->start || request->count > 1)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD) {
		if (!request->count)
			return -EINVAL;
		if (pcishare_irq_fd(request) >= 0)
			ctx = eventfd_ctx_fdget(pcishare_irq_fd(request));
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
		pcishare_trigger_set(irqs, trigger, ctx);
	} else if (!request->count) {
		if (type == VFIO_IRQ_SET_DATA_BOOL)
			return -EINVAL;
		pcishare_trigger_set(irqs, trigger, NULL);
	} else if (pcishare_irq_wanted(request)) {
		pcishare_trigger_signal(trigger);
	}
	return 0;
}

static int pcishare_error_set(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request)
{
	return pcishare_single_set(&guest->irqs, &guest->irqs.error, request);
}

static int pcishare_request_set(struct pcishare_guest *guest,
				const struct pcishare_irq_request *request)
{
	return pcishare_single_set(&guest->irqs, &guest->irqs.request, request);
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
	},
	[VFIO_PCI_MSIX_IRQ_INDEX] = {
		.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
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

static u32 pcishare_irq_count(const struct pcishare_guest *guest, u32 index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return guest->device->source.irq ? 1 : 0;
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
	int ret;

	if (copy_from_user(&set, (void __user *)arg, minsz))
		return -EFAULT;
	ret = vfio_set_irqs_validate_and_prepare(&set,
						 pcishare_irq_count(guest, set.index),
						 VFIO_PCI_NUM_IRQS, &size);
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

/**
 * pcishare_irqs_reset - no interrupt is pending
 * @guest: the guest, which is being opened
 */
void pcishare_irqs_reset(struct pcishare_guest *guest)
{
	spin_lock_irq(&guest->irqs.lock);
	guest->irqs.asserted = false;
	guest->irqs.masked = false;
	spin_unlock_irq(&guest->irqs.lock);
}

/**
 * pcishare_irqs_init - set up the interrupts of a new guest
 * @guest: the guest
 */
void pcishare_irqs_init(struct pcishare_guest *guest)
{
	mutex_init(&guest->irqs.mutex);
	spin_lock_init(&guest->irqs.lock);
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
	pcishare_intx_disable(guest);
	pcishare_trigger_set(irqs, &irqs->error, NULL);
	pcishare_trigger_set(irqs, &irqs->request, NULL);
	mutex_unlock(&irqs->mutex);
}
