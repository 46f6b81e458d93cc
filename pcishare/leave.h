/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest that leaves its unit, or begins anew.
 */
#ifndef PCISHARE_LEAVE_H
#define PCISHARE_LEAVE_H

#include <linux/types.h>

struct pcishare_guest;

void pcishare_unit_leave(struct pcishare_guest *guest);
int pcishare_unit_reset(struct pcishare_guest *guest);

#endif
