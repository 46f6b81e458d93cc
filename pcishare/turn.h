/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a unit changes hands.
 */
#ifndef PCISHARE_TURN_H
#define PCISHARE_TURN_H

#include <linux/types.h>

struct pcishare_device;
struct pcishare_guest;
struct pcishare_unit;

void pcishare_unit_init(struct pcishare_unit *unit,
			struct pcishare_device *device, unsigned int index);
void pcishare_unit_exit(struct pcishare_unit *unit);
void pcishare_unit_rest(struct pcishare_unit *unit);
void pcishare_unit_resume(struct pcishare_unit *unit);
u64 pcishare_unit_handover_us(const struct pcishare_unit *unit);

bool pcishare_unit_take(struct pcishare_guest *guest);
void pcishare_unit_queue(struct pcishare_guest *guest);
int pcishare_unit_release(struct pcishare_unit *unit,
			  struct pcishare_guest *guest);
void pcishare_unit_fine(struct pcishare_unit *unit,
			struct pcishare_guest *guest, u64 us);
int pcishare_unit_restore(struct pcishare_unit *unit,
			  struct pcishare_guest *guest);

#endif
