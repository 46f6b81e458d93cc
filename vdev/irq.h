/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interrupts that a guest sees.
 */
#ifndef PCISHARE_IRQ_H
#define PCISHARE_IRQ_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

#include "intx.h"
#include "msi.h"
#include "trigger.h"

struct pcishare_guest;

/**
 * struct pcishare_irqs - a guest's interrupts
 * @mutex: serialises SET_IRQS
 * @lock: protects @mode, what @intx says and how many messages @msi has
 * @mode: which kind the user has enabled: VFIO_PCI_INTX_IRQ_INDEX,
 *	VFIO_PCI_MSI_IRQ_INDEX, VFIO_PCI_MSIX_IRQ_INDEX, or VFIO_PCI_NUM_IRQS
 *	for none; written under @mutex and @lock, read under either
 * @intx: INTx
 * @msi: MSI or MSI-X, whichever is enabled
 * @error: signalled when the physical device fails
 * @request: signalled when the device is to be given back
 * @late: vectors that were raised too often, and are signalled by @timer
 * @timer: when the guest may be interrupted again
 */
struct pcishare_irqs {
	struct mutex mutex;	/* SET_IRQS */
	spinlock_t lock;	/* mode, intx, msi.count */
	u32 mode;
	struct pcishare_intx intx;
	struct pcishare_msi msi;
	struct pcishare_trigger error;
	struct pcishare_trigger request;
	atomic_t late;
	struct hrtimer timer;
};

static inline bool pcishare_irq_is_message(u32 index)
{
	return index == VFIO_PCI_MSI_IRQ_INDEX ||
	       index == VFIO_PCI_MSIX_IRQ_INDEX;
}

void pcishare_irqs_init(struct pcishare_guest *guest);
void pcishare_irqs_reset(struct pcishare_guest *guest);
void pcishare_irqs_release(struct pcishare_guest *guest);
void pcishare_irqs_end(struct pcishare_guest *guest);

u32 pcishare_irq_count(const struct pcishare_guest *guest, u32 index);
long pcishare_irq_info_ioctl(struct pcishare_guest *guest, unsigned long arg);
long pcishare_irq_set_ioctl(struct pcishare_guest *guest, unsigned long arg);
bool pcishare_irq_may_use(const struct pcishare_irqs *irqs, u32 index);

void pcishare_irq_raise(struct pcishare_guest *guest, u32 vectors);
bool pcishare_irq_is_asserted(struct pcishare_guest *guest);
void pcishare_irq_signal_request(struct pcishare_guest *guest);
void pcishare_irq_signal_error(struct pcishare_guest *guest);

#endif
