/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for a unit.
 */
#ifndef PCISHARE_WAIT_H
#define PCISHARE_WAIT_H

#include <linux/types.h>

struct pcishare_guest;

int pcishare_unit_await(struct pcishare_guest *guest, unsigned long until);

#endif
