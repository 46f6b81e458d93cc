/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest's device is.
 */
#ifndef PCISHARE_MODEL_H
#define PCISHARE_MODEL_H

struct pcishare_guest;

void pcishare_model_set(struct pcishare_guest *guest);

#endif
