/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interrupts that a guest sees.
 */
#ifndef PCISHARE_IRQ_H
#define PCISHARE_IRQ_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct eventfd_ctx;
struct pcishare_guest;
struct vfio_device;
struct vfio_irq_info;
struct vfio_irq_set;
struct virqfd;

/**
 * struct pcishare_irqs - a guest's interrupts
 * @mutex: serialises SET_IRQS
 * @lock: protects @asserted, @masked and @disabled
 * @intx: signalled for INTx, NULL as long as the guest has it not enabled; as
 *	the next two written under @mutex, read under RCU
 * @error: signalled when the physical device fails
 * @request: signalled when the device is to be given back
 * @asserted: the level of INTx
 * @masked: it is not to be signalled: by the user, or since it was
 * @disabled: the same, by the guest's configuration space
 * @unmask: unmasks when @unmask_ctx is signalled; under @mutex
 * @unmask_ctx: of @unmask; under @mutex
 */
struct pcishare_irqs {
	struct mutex mutex;	/* SET_IRQS */
	spinlock_t lock;	/* asserted, masked, disabled */
	struct eventfd_ctx __rcu *intx;
	struct eventfd_ctx __rcu *error;
	struct eventfd_ctx __rcu *request;
	bool asserted;
	bool masked;
	bool disabled;
	struct virqfd *unmask;
	struct eventfd_ctx *unmask_ctx;
};

void pcishare_irqs_init(struct pcishare_guest *guest);
void pcishare_irqs_reset(struct pcishare_guest *guest);
void pcishare_irqs_release(struct pcishare_guest *guest);

long pcishare_irq_info_ioctl(struct pcishare_guest *guest, unsigned long arg);
long pcishare_irq_set_ioctl(struct pcishare_guest *guest, unsigned long arg);

void pcishare_irq_raise(struct pcishare_guest *guest);
bool pcishare_irq_is_asserted(struct pcishare_guest *guest);
void pcishare_irq_set_disabled(struct pcishare_guest *guest, bool disabled);
void pcishare_irq_signal_request(struct pcishare_guest *guest);
void pcishare_irq_signal_error(struct pcishare_guest *guest);

#endif
