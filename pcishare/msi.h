/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MSI of a guest: messages, each an edge.
 */
#ifndef PCISHARE_MSI_H
#define PCISHARE_MSI_H

#include "trigger.h"

struct pcishare_guest;
struct pcishare_irq_request;
struct pcishare_irqs;

/* How many a guest has, a power of two up to 32; more than one is not routed. */
#define PCISHARE_MSI_VECTORS	1

/**
 * struct pcishare_msi - a guest's MSI
 * @vectors: signalled
 * @count: how many there are, since they were enabled; under &pcishare_irqs.mutex
 */
struct pcishare_msi {
	struct pcishare_trigger vectors[PCISHARE_MSI_VECTORS];
	unsigned int count;
};

void pcishare_msi_disable(struct pcishare_irqs *irqs);

int pcishare_msi_set_trigger(struct pcishare_guest *guest,
			     const struct pcishare_irq_request *request);

#endif
