/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recipes: the steps that a policy has done to the device.
 */
#ifndef PCISHARE_RECIPE_H
#define PCISHARE_RECIPE_H

#include <linux/types.h>

struct pcishare_unit;

bool pcishare_recipe_exists(const struct pcishare_unit *unit,
			    unsigned int kind);
int pcishare_recipe_run(struct pcishare_unit *unit, unsigned int kind);
void pcishare_recipe_ack(struct pcishare_unit *unit);

#endif
