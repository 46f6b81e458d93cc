/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MSI and MSI-X of a guest: messages, each an edge.
 */
#ifndef PCISHARE_MSI_H
#define PCISHARE_MSI_H

#include "../pcishare/policy/policy.h"
#include "trigger.h"

struct pcishare_guest;
struct pcishare_irq_request;
struct pcishare_irqs;

/**
 * struct pcishare_msi - a guest's MSI or MSI-X
 * @vectors: signalled
 * @count: how many there are, since they were enabled; written under
 *	&pcishare_irqs.mutex and &pcishare_irqs.lock, read under either
 * @withheld: the guest's configuration space does not let any be sent; under
 *	&pcishare_irqs.lock
 */
struct pcishare_msi {
	struct pcishare_trigger vectors[PCISHARE_VECTORS_MAX];
	unsigned int count;
	bool withheld;
};

void pcishare_msi_set_withheld(struct pcishare_guest *guest, bool withheld);
void pcishare_msi_disable(struct pcishare_irqs *irqs);
u32 pcishare_msi_fold(const struct pcishare_irqs *irqs, u32 vectors);

int pcishare_msi_set_trigger(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request);
int pcishare_msix_set_trigger(struct pcishare_guest *guest,
			      const struct pcishare_irq_request *request);

#endif
