// SPDX-License-Identifier: GPL-2.0
/*
 * The physical INTx: quiet from the moment it comes until the guest whose it is
 * has seen to it.
 *
 * PCI Local Bus Specification 3.0, sections 2.2.6 (a level, shared) and 6.2.2
 * (Interrupt Disable, Interrupt Status).
 */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "device.h"
#include "guest.h"
#include "irq.h"
#include "source.h"

/* Is it ours? Then it is quiet from here on. */
static bool pcishare_source_take(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	bool ours;

	lockdep_assert_held(&source->lock);
	if (source->maskable) {
		ours = pci_check_and_mask_intx(device->pdev);
	} else {
		ours = !source->masked;
		if (ours)
			disable_irq_nosync(source->irq);
	}
	source->masked |= ours;
	return ours;
}

static irqreturn_t pcishare_source_interrupt(int irq, void *data)
{
	struct pcishare_device *device = data;
	struct pcishare_guest *holder;
	unsigned long flags;
	bool ours;

	spin_lock_irqsave(&device->source.lock, flags);
	ours = pcishare_source_take(device);
	spin_unlock_irqrestore(&device->source.lock, flags);
	if (!ours)
		return IRQ_NONE;
	/* Releasing the device masks it and waits for us. */
	holder = READ_ONCE(device->holder);
	if (holder)
		pcishare_irq_raise(holder);
	else
		atomic64_inc(&device->source.unclaimed);
	return IRQ_HANDLED;
}

/**
 * pcishare_source_mask - have a device be quiet
 * @device: the device
 *
 * Context: may sleep, until an interrupt that is being handled is over.
 */
void pcishare_source_mask(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	spin_lock_irq(&source->lock);
	if (!source->masked) {
		if (source->maskable)
			pci_intx(device->pdev, 0);
		else
			disable_irq_nosync(source->irq);
		source->masked = true;
	}
	spin_unlock_irq(&source->lock);
	synchronize_irq(source->irq);
}

/**
 * pcishare_source_unmask - let a device interrupt again
 * @device: the device
 *
 * If it still wants to, it does so at once: the line is a level.
 *
 * Context: any.
 */
void pcishare_source_unmask(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned long flags;

	if (!source->irq)
		return;
	spin_lock_irqsave(&source->lock, flags);
	if (source->masked) {
		source->masked = false;
		if (source->maskable)
			pci_intx(device->pdev, 1);
		else
			enable_irq(source->irq);
	}
	spin_unlock_irqrestore(&source->lock, flags);
}

/**
 * pcishare_source_is_pending - does a device want its driver?
 * @device: the device
 *
 * Return: what the device says; true if it cannot.
 * Context: any.
 */
bool pcishare_source_is_pending(struct pcishare_device *device)
{
	u16 status;

	if (!device->source.maskable)
		return true;
	pci_read_config_word(device->pdev, PCI_STATUS, &status);
	return status & PCI_STATUS_INTERRUPT;
}

/**
 * pcishare_source_follow - a device's configuration was restored
 * @device: the device
 *
 * It was saved at another time, when it was masked perhaps or was not.
 *
 * Context: any.
 */
void pcishare_source_follow(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned long flags;

	if (!source->irq || !source->maskable)
		return;
	spin_lock_irqsave(&source->lock, flags);
	pci_intx(device->pdev, !source->masked);
	spin_unlock_irqrestore(&source->lock, flags);
}

/**
 * pcishare_source_init - take the interrupt of a device, masked
 * @device: the device, enabled
 *
 * Return: 0, also if it has none; an error of request_irq(), such as -EBUSY if
 * a device that cannot be told to be quiet shares its line.
 * Context: may sleep.
 */
int pcishare_source_init(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	struct pci_dev *pdev = device->pdev;
	u8 pin = 0;
	int ret;

	spin_lock_init(&source->lock);
	pci_read_config_byte(pdev, PCI_INTERRUPT_PIN, &pin);
	if (!pin || !pdev->irq || pdev->irq == IRQ_NOTCONNECTED)
		return 0;
	source->maskable = pci_intx_mask_supported(pdev);
	source->masked = true;
	if (source->maskable)
		pci_intx(pdev, 0);
	ret = request_irq(pdev->irq, pcishare_source_interrupt,
			  source->maskable ? IRQF_SHARED : IRQF_NO_AUTOEN,
			  KBUILD_MODNAME, device);
	if (!ret)
		source->irq = pdev->irq;
	return ret;
}

/**
 * pcishare_source_exit - give the interrupt of a device back
 * @device: the device
 *
 * Context: may sleep.
 */
void pcishare_source_exit(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	pcishare_source_mask(device);
	free_irq(source->irq, device);
	source->irq = 0;
}
