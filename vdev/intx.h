/* SPDX-License-Identifier: GPL-2.0 */
/*
 * INTx of a guest: a level that masks itself.
 */
#ifndef PCISHARE_INTX_H
#define PCISHARE_INTX_H

#include <linux/types.h>

#include "trigger.h"

struct eventfd_ctx;
struct pcishare_guest;
struct pcishare_irq_request;
struct pcishare_irqs;
struct virqfd;

/**
 * struct pcishare_intx - a guest's INTx
 * @trigger: signalled
 * @asserted: the level, as it was when it was last looked at; as the next three
 *	under &pcishare_irqs.lock
 * @signalled: the guest was told and is not through with it
 * @masked: the user wants to hear nothing
 * @disabled: nor does the guest, by its configuration space
 * @unmask: unmasks when @unmask_ctx is signalled; under &pcishare_irqs.mutex
 * @unmask_ctx: of @unmask; under &pcishare_irqs.mutex
 */
struct pcishare_intx {
	struct pcishare_trigger trigger;
	bool asserted;
	bool signalled;
	bool masked;
	bool disabled;
	struct virqfd *unmask;
	struct eventfd_ctx *unmask_ctx;
};

struct pcishare_trigger *pcishare_intx_raise(struct pcishare_irqs *irqs);
void pcishare_intx_set_disabled(struct pcishare_guest *guest, bool disabled);
void pcishare_intx_disable(struct pcishare_irqs *irqs);

int pcishare_intx_set_mask(struct pcishare_guest *guest,
			   const struct pcishare_irq_request *request);
int pcishare_intx_set_unmask(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request);
int pcishare_intx_set_trigger(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request);

#endif
