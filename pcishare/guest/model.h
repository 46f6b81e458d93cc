/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model of a guest's device.
 */
#ifndef PCISHARE_MODEL_H
#define PCISHARE_MODEL_H

struct pcishare_guest;

void pcishare_model_set(struct pcishare_guest *guest);

#endif
