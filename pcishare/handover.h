/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's registers when it changes hands.
 */
#ifndef PCISHARE_HANDOVER_H
#define PCISHARE_HANDOVER_H

#include <linux/types.h>

struct pcishare_unit;
struct pcishare_guest;
struct pcishare_instance;
struct pcishare_reg;

void pcishare_handover_put(struct pcishare_unit *unit,
			   const struct pcishare_instance *instance,
			   const struct pcishare_reg *reg, u64 mask, u64 bits);
int pcishare_handover_save(struct pcishare_unit *unit,
			   struct pcishare_instance *instance);
void pcishare_handover_restore(struct pcishare_unit *unit,
			       const struct pcishare_instance *instance);
void pcishare_handover_start(struct pcishare_unit *unit,
			     struct pcishare_instance *instance);

#endif
