// SPDX-License-Identifier: GPL-2.0
/*
 * MSI and MSI-X of a guest: PCI Local Bus Specification 3.0, section 6.8. The
 * VMM has the addresses and the data, the table of MSI-X and what is masked in
 * it, and KVM the messages; here a vector is an eventfd.
 */
#include <linux/eventfd.h>

#include <compat/vfio.h>

#include "../pcishare/device.h"
#include "../pcishare/guest/guest.h"
#include "../pcishare/instance.h"
#include "irq.h"
#include "irq_request.h"
#include "msi.h"
#include "../pcishare/route.h"

static void pcishare_msi_fdput(struct eventfd_ctx **ctxs, unsigned int count)
{
	while (count--)
		pcishare_trigger_put(ctxs[count]);
}

/* Returns 0 with a reference of each, or an error without any. */
static int pcishare_msi_fdget(const struct pcishare_irq_request *request,
			      struct eventfd_ctx **ctxs)
{
	unsigned int i;

	for (i = 0; i < request->count; i++) {
		ctxs[i] = pcishare_trigger_fdget(pcishare_irq_fd(request, i));
		if (IS_ERR(ctxs[i])) {
			pcishare_msi_fdput(ctxs, i);
			return PTR_ERR(ctxs[i]);
		}
	}
	return 0;
}

/*
 * As many vectors as are named first; later there are no more of them. There
 * cannot be more than the index has, which is looked at before.
 */
static bool pcishare_msi_fits(const struct pcishare_irqs *irqs,
			      const struct pcishare_irq_request *request)
{
	u32 end = request->start + request->count;

	if (pcishare_irq_is_message(irqs->mode))
		return request->start < irqs->msi.count &&
		       end <= irqs->msi.count;
	return request->count && end <= ARRAY_SIZE(irqs->msi.vectors);
}

/**
 * pcishare_msi_fold - which messages there are for what a guest is told?
 * @irqs: the guest's interrupts, MSI or MSI-X enabled
 * @vectors: what it would be told by, a bit each
 *
 * Of MSI, a guest may get fewer messages than it was offered: PCI Local Bus
 * Specification 3.0, section 6.8.1.3, leaves to the device how it makes do with
 * them. Here the last tells of all that there are none for. With MSI-X those
 * are what the guest has left masked. None is sent as long as the device may
 * not write to memory.
 *
 * Return: by which it is told.
 * Locking: &pcishare_irqs.lock held.
 */
u32 pcishare_msi_fold(const struct pcishare_irqs *irqs, u32 vectors)
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
 * pcishare_msi_set_withheld - the guest's configuration space and messages
 * @guest: the guest
 * @withheld: the device may write nothing to memory
 *
 * When it may again, the guest is told of all that is there by then.
 *
 * Context: any; see pcishare_route_through().
 */
void pcishare_msi_set_withheld(struct pcishare_guest *guest, bool withheld)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	unsigned long flags;
	bool again;

	spin_lock_irqsave(&irqs->lock, flags);
	again = irqs->msi.withheld && !withheld &&
		pcishare_irq_is_message(irqs->mode);
	irqs->msi.withheld = withheld;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (again)
		pcishare_route_through(guest);
}

/*
 * What there was before there was an eventfd to signal is signalled now.
 * Whoever raises has had the lock before, and pcishare_route_through() sees
 * why; or has it after, and finds the eventfd.
 */
static void pcishare_msi_enable(struct pcishare_guest *guest, u32 index,
				unsigned int count)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	spin_lock_irq(&irqs->lock);
	irqs->mode = index;
	irqs->msi.count = count;
	irqs->intx.asserted = false;
	spin_unlock_irq(&irqs->lock);
	pcishare_route_through(guest);
}

/* The same, of vectors that got an eventfd later. */
static void pcishare_msi_catch_up(struct pcishare_guest *guest, u32 ready)
{
	u32 vectors = pcishare_instance_pending(&guest->instance);

	spin_lock_irq(&guest->irqs.lock);
	vectors = pcishare_msi_fold(&guest->irqs, vectors) & ready;
	spin_unlock_irq(&guest->irqs.lock);
	if (vectors)
		pcishare_irq_raise(guest, vectors);
}

/* Which can be signalled? */
static u32 pcishare_msi_ready(const struct pcishare_msi *msi)
{
	unsigned int i;
	u32 ready = 0;

	for (i = 0; i < ARRAY_SIZE(msi->vectors); i++)
		if (pcishare_trigger_is_set(&msi->vectors[i]))
			ready |= BIT(i);
	return ready;
}

static int pcishare_msi_set_eventfds(struct pcishare_guest *guest, u32 index,
				     const struct pcishare_irq_request *request)
{
	struct eventfd_ctx *ctxs[PCISHARE_VECTORS_MAX];
	struct pcishare_irqs *irqs = &guest->irqs;
	struct pcishare_msi *msi = &irqs->msi;
	u32 ready = pcishare_msi_ready(msi);
	int ret;

	if (!pcishare_msi_fits(irqs, request))
		return -EINVAL;
	ret = pcishare_msi_fdget(request, ctxs);
	if (ret)
		return ret;
	pcishare_triggers_set(msi->vectors + request->start, request->count,
			      ctxs);
	if (pcishare_irq_is_message(irqs->mode))
		pcishare_msi_catch_up(guest, pcishare_msi_ready(msi) & ~ready);
	else
		pcishare_msi_enable(guest, index,
				    request->start + request->count);
	return 0;
}

/**
 * pcishare_msi_disable - forget what the user set up for MSI or MSI-X
 * @irqs: the guest's interrupts, either of them enabled
 *
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
void pcishare_msi_disable(struct pcishare_irqs *irqs)
{
	struct eventfd_ctx *none[PCISHARE_VECTORS_MAX] = {};

	lockdep_assert_held(&irqs->mutex);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	spin_unlock_irq(&irqs->lock);
	pcishare_triggers_set(irqs->msi.vectors, ARRAY_SIZE(none), none);
}

static int
pcishare_message_set_trigger(struct pcishare_guest *guest, u32 index,
			     const struct pcishare_irq_request *request)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	struct pcishare_trigger *vectors = irqs->msi.vectors + request->start;
	bool enabled = irqs->mode == index;
	unsigned int i;

	lockdep_assert_held(&irqs->mutex);
	if (enabled && pcishare_irq_is_the_end(request)) {
		pcishare_msi_disable(irqs);
		return 0;
	}
	if (!pcishare_irq_may_use(irqs, index))
		return -EINVAL;
	if (pcishare_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return pcishare_msi_set_eventfds(guest, index, request);
	if (!enabled || request->start + request->count > irqs->msi.count)
		return -EINVAL;
	for (i = 0; i < request->count; i++)
		if (pcishare_irq_wanted(request, i))
			pcishare_trigger_signal(&vectors[i]);
	return 0;
}

/**
 * pcishare_msi_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of MSI
 * @guest: the guest
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if another kind is enabled; -EBADF. An error changes
 * nothing.
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
int pcishare_msi_set_trigger(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request)
{
	return pcishare_message_set_trigger(guest, VFIO_PCI_MSI_IRQ_INDEX,
					    request);
}

/**
 * pcishare_msix_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of MSI-X
 * @guest: the guest
 * @request: what the user asked for
 *
 * As pcishare_msi_set_trigger().
 */
int pcishare_msix_set_trigger(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request)
{
	return pcishare_message_set_trigger(guest, VFIO_PCI_MSIX_IRQ_INDEX,
					    request);
}
