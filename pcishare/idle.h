/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a unit may change hands.
 */
#ifndef PCISHARE_IDLE_H
#define PCISHARE_IDLE_H

#include <linux/types.h>

struct pcishare_unit;

void pcishare_unit_started(struct pcishare_unit *unit);
bool pcishare_unit_is_idle(struct pcishare_unit *unit);

#endif
