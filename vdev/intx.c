// SPDX-License-Identifier: GPL-2.0
/*
 * INTx of a guest: a level that masks itself when it is signalled. KVM raises
 * the guest's line and, when the guest is through with it, signals the eventfd
 * that unmasks; if the device wants still more it is signalled again.
 */
#include <linux/eventfd.h>

#include <compat/vfio.h>

#include "../pcishare/device.h"
#include "../pcishare/guest/guest.h"
#include "intx.h"
#include "irq.h"
#include "irq_request.h"
#include "../pcishare/route.h"

static bool pcishare_intx_is_enabled(const struct pcishare_irqs *irqs)
{
	return irqs->mode == VFIO_PCI_INTX_IRQ_INDEX;
}

static bool pcishare_intx_is_quiet(const struct pcishare_irqs *irqs)
{
	const struct pcishare_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->lock);
	return !pcishare_intx_is_enabled(irqs) || intx->signalled ||
	       intx->masked || intx->disabled ||
	       !pcishare_trigger_is_set(&intx->trigger);
}

/**
 * pcishare_intx_raise - raise the level
 * @irqs: the guest's interrupts
 *
 * Return: what is to be signalled once the lock is released; NULL while the
 * guest is not to hear of it.
 * Locking: &pcishare_irqs.lock held.
 */
struct pcishare_trigger *pcishare_intx_raise(struct pcishare_irqs *irqs)
{
	struct pcishare_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->lock);
	intx->asserted = true;
	if (pcishare_intx_is_quiet(irqs))
		return NULL;
	intx->signalled = true;
	return &intx->trigger;
}

/* Something changed that may have kept the guest from hearing. */
static void pcishare_intx_kick(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;
	bool quiet;

	spin_lock_irqsave(&irqs->lock, flags);
	quiet = pcishare_intx_is_quiet(irqs);
	/* If the device still wants to it says so at once. */
	if (!quiet)
		irqs->intx.asserted = false;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (!quiet)
		pcishare_route_through(guest);
}

/**
 * pcishare_intx_set_disabled - the guest's configuration space and INTx
 * @guest: the guest
 * @disabled: the guest has INTx disabled there
 *
 * Context: any; see pcishare_route_through().
 */
void pcishare_intx_set_disabled(struct pcishare_guest *guest, bool disabled)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;
	bool changed;

	spin_lock_irqsave(&irqs->lock, flags);
	changed = irqs->intx.disabled != disabled;
	irqs->intx.disabled = disabled;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (changed)
		pcishare_intx_kick(guest);
}

static void pcishare_intx_mask(struct pcishare_guest *guest)
{
	spin_lock_irq(&guest->irqs.lock);
	guest->irqs.intx.masked = true;
	spin_unlock_irq(&guest->irqs.lock);
}

static void pcishare_intx_unmask(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->intx.masked = false;
	irqs->intx.signalled = false;
	spin_unlock_irqrestore(&irqs->lock, flags);
	pcishare_intx_kick(guest);
}

/*
 * The eventfd that unmasks
 */

static void pcishare_intx_unmask_thread(void *opaque, void *unused)
{
	pcishare_intx_unmask(opaque);
}

/*
 * Somebody signalled the eventfd: with its lock held, interrupts off. If the
 * level is still there it is signalled by a work item, see trigger.c. Was it an
 * interrupt that signalled, of a device whose guest has the same eventfd to be
 * told by, the two could go on for ever: not in an interrupt, then.
 */
static int pcishare_intx_unmask_handler(void *opaque, void *unused)
{
	if (in_hardirq())
		return 1;
	pcishare_intx_unmask(opaque);
	return 0;
}

static void pcishare_intx_unmask_disable(struct pcishare_intx *intx)
{
	vfio_virqfd_disable(&intx->unmask);
	pcishare_trigger_put(intx->unmask_ctx);
	intx->unmask_ctx = NULL;
}

static int pcishare_intx_unmask_enable(struct pcishare_guest *guest, s32 fd)
{
	struct pcishare_intx *intx = &guest->irqs.intx;
	struct eventfd_ctx *ctx = pcishare_trigger_fdget(fd);
	int ret = -EINVAL;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/* An interrupt that unmasks itself is a mistake. */
	if (!pcishare_trigger_is(&intx->trigger, ctx))
		ret = vfio_virqfd_enable(guest, pcishare_intx_unmask_handler,
					 pcishare_intx_unmask_thread, NULL,
					 &intx->unmask, fd);
	if (ret) {
		pcishare_trigger_put(ctx);
		return ret;
	}
	/* Its user may have closed the one there was. */
	pcishare_trigger_put(intx->unmask_ctx);
	intx->unmask_ctx = ctx;
	return 0;
}

/*
 * Enabling
 */

/*
 * Takes over the reference of @ctx; NULL enables it without anybody to be told.
 */
static void pcishare_intx_enable(struct pcishare_guest *guest,
				 struct eventfd_ctx *ctx)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	pcishare_trigger_set(&irqs->intx.trigger, ctx);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_INTX_IRQ_INDEX;
	/* Whoever was told is not there any more: the next one is told anew. */
	if (!ctx)
		irqs->intx.signalled = false;
	spin_unlock_irq(&irqs->lock);
	/* The device may have been quiet until now. */
	pcishare_intx_kick(guest);
}

/**
 * pcishare_intx_disable - forget what the user set up for INTx
 * @irqs: the guest's interrupts, INTx enabled
 *
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
void pcishare_intx_disable(struct pcishare_irqs *irqs)
{
	struct pcishare_intx *intx = &irqs->intx;

	lockdep_assert_held(&irqs->mutex);
	pcishare_intx_unmask_disable(intx);
	pcishare_trigger_set(&intx->trigger, NULL);
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
 * pcishare_intx_set_mask - VFIO_IRQ_SET_ACTION_MASK of INTx
 * @guest: the guest
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if it is not enabled; -ENOTTY by an eventfd.
 * Locking: &pcishare_irqs.mutex held.
 */
int pcishare_intx_set_mask(struct pcishare_guest *guest,
			   const struct pcishare_irq_request *request)
{
	if (!pcishare_intx_is_enabled(&guest->irqs) ||
	    !pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (pcishare_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	if (pcishare_irq_wanted(request, 0))
		pcishare_intx_mask(guest);
	return 0;
}

/**
 * pcishare_intx_set_unmask - VFIO_IRQ_SET_ACTION_UNMASK of INTx
 * @guest: the guest
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if it is not enabled, or the eventfd is the one that
 * is signalled; -EBUSY if there is an eventfd already; -EBADF, -ENOMEM.
 * Locking: &pcishare_irqs.mutex held.
 */
int pcishare_intx_set_unmask(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request)
{
	if (!pcishare_intx_is_enabled(&guest->irqs) ||
	    !pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (pcishare_irq_data_type(request) != VFIO_IRQ_SET_DATA_EVENTFD) {
		if (pcishare_irq_wanted(request, 0))
			pcishare_intx_unmask(guest);
		return 0;
	}
	if (pcishare_irq_fd(request, 0) >= 0)
		return pcishare_intx_unmask_enable(guest,
						   pcishare_irq_fd(request, 0));
	pcishare_intx_unmask_disable(&guest->irqs.intx);
	return 0;
}

static int pcishare_intx_set_eventfd(struct pcishare_guest *guest, s32 fd)
{
	struct eventfd_ctx *ctx = pcishare_trigger_fdget(fd);

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/* The same mistake the other way round. */
	if (ctx && ctx == guest->irqs.intx.unmask_ctx) {
		pcishare_trigger_put(ctx);
		return -EINVAL;
	}
	pcishare_intx_enable(guest, ctx);
	return 0;
}

/**
 * pcishare_intx_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of INTx
 * @guest: the guest
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if MSI is enabled, or the eventfd is the one that
 * unmasks; -EBADF.
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
int pcishare_intx_set_trigger(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	bool enabled = pcishare_intx_is_enabled(irqs);

	if (enabled && pcishare_irq_is_the_end(request)) {
		pcishare_intx_disable(irqs);
		return 0;
	}
	if (!pcishare_irq_may_use(irqs, VFIO_PCI_INTX_IRQ_INDEX) ||
	    !pcishare_irq_is_the_one(request))
		return -EINVAL;
	if (pcishare_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return pcishare_intx_set_eventfd(guest,
						 pcishare_irq_fd(request, 0));
	if (!enabled)
		return -EINVAL;
	if (pcishare_irq_wanted(request, 0))
		pcishare_trigger_signal(&irqs->intx.trigger);
	return 0;
}
