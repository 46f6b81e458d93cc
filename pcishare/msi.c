// SPDX-License-Identifier: GPL-2.0
/*
 * MSI of a guest: PCI Local Bus Specification 3.0, section 6.8. The VMM has the
 * addresses and the data, and KVM the messages; here a vector is an eventfd.
 */
#include <linux/eventfd.h>

#include <compat/vfio.h>

#include "device.h"
#include "guest.h"
#include "irq.h"
#include "irq_request.h"
#include "msi.h"

static bool pcishare_msi_is_enabled(const struct pcishare_irqs *irqs)
{
	return irqs->mode == VFIO_PCI_MSI_IRQ_INDEX;
}

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

/* As many vectors as are named first; later there are no more of them. */
static bool pcishare_msi_fits(const struct pcishare_irqs *irqs,
			      const struct pcishare_irq_request *request)
{
	u32 end = request->start + request->count;

	if (pcishare_msi_is_enabled(irqs))
		return request->start < irqs->msi.count &&
		       end <= irqs->msi.count;
	return request->count && end <= PCISHARE_MSI_VECTORS;
}

/*
 * What there was before there was an eventfd to signal is signalled now. Whoever
 * raises has had the lock before, and pcishare_device_unmask() sees why; or has it
 * after, and finds the eventfd.
 */
static void pcishare_msi_kick(struct pcishare_guest *guest)
{
	struct pcishare_irqs *irqs = &guest->irqs;

	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_MSI_IRQ_INDEX;
	irqs->intx.asserted = false;
	spin_unlock_irq(&irqs->lock);
	pcishare_device_unmask(guest);
}

static int pcishare_msi_set_eventfds(struct pcishare_guest *guest,
				     const struct pcishare_irq_request *request)
{
	struct eventfd_ctx *ctxs[PCISHARE_MSI_VECTORS];
	struct pcishare_irqs *irqs = &guest->irqs;
	struct pcishare_msi *msi = &irqs->msi;
	bool could = pcishare_trigger_is_set(&msi->vectors[0]);
	int ret;

	if (!pcishare_msi_fits(irqs, request))
		return -EINVAL;
	ret = pcishare_msi_fdget(request, ctxs);
	if (ret)
		return ret;
	pcishare_triggers_set(msi->vectors + request->start, request->count,
			      ctxs);
	if (!pcishare_msi_is_enabled(irqs))
		msi->count = request->start + request->count;
	else if (could)
		return 0;
	pcishare_msi_kick(guest);
	return 0;
}

/**
 * pcishare_msi_disable - forget what the user set up for MSI
 * @irqs: the guest's interrupts, MSI enabled
 *
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
void pcishare_msi_disable(struct pcishare_irqs *irqs)
{
	struct eventfd_ctx *none[PCISHARE_MSI_VECTORS] = {};

	lockdep_assert_held(&irqs->mutex);
	spin_lock_irq(&irqs->lock);
	irqs->mode = VFIO_PCI_NUM_IRQS;
	spin_unlock_irq(&irqs->lock);
	pcishare_triggers_set(irqs->msi.vectors, PCISHARE_MSI_VECTORS, none);
	irqs->msi.count = 0;
}

/**
 * pcishare_msi_set_trigger - VFIO_IRQ_SET_ACTION_TRIGGER of MSI
 * @guest: the guest
 * @request: what the user asked for
 *
 * Return: 0; -EINVAL, also if INTx is enabled; -EBADF. An error changes nothing.
 * Context: may sleep.
 * Locking: &pcishare_irqs.mutex held.
 */
int pcishare_msi_set_trigger(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request)
{
	struct pcishare_irqs *irqs = &guest->irqs;
	bool enabled = pcishare_msi_is_enabled(irqs);
	unsigned int i;

	lockdep_assert_held(&irqs->mutex);
	if (enabled && pcishare_irq_is_the_end(request)) {
		pcishare_msi_disable(irqs);
		return 0;
	}
	if (!pcishare_irq_may_use(irqs, VFIO_PCI_MSI_IRQ_INDEX))
		return -EINVAL;
	if (pcishare_irq_data_type(request) == VFIO_IRQ_SET_DATA_EVENTFD)
		return pcishare_msi_set_eventfds(guest, request);
	if (!enabled || request->start + request->count > irqs->msi.count)
		return -EINVAL;
	for (i = 0; i < request->count; i++)
		if (pcishare_irq_wanted(request, i))
			pcishare_trigger_signal(&irqs->msi.vectors[request->start + i]);
	return 0;
}
