/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A unit that is one guest's from opening to closing.
 */
#ifndef PCISHARE_EXCLUSIVE_H
#define PCISHARE_EXCLUSIVE_H

struct pcishare_guest;

int pcishare_exclusive_enter(struct pcishare_guest *guest);
void pcishare_exclusive_leave(struct pcishare_guest *guest);

#endif
