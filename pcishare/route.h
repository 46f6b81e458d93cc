/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes interrupts by the policy.
 */
#ifndef PCISHARE_ROUTE_H
#define PCISHARE_ROUTE_H

#include <linux/types.h>

struct pcishare_policy;
struct pcishare_unit;
struct pcishare_guest;
struct pcishare_reg;

unsigned int pcishare_route_cost(const struct pcishare_policy *policy);
bool pcishare_route(struct pcishare_unit *unit);
void pcishare_route_collect(struct pcishare_unit *unit,
			    const struct pcishare_reg *reg);
bool pcishare_route_seen(struct pcishare_unit *unit,
			 const struct pcishare_reg *reg, u64 value);
void pcishare_route_collect_all(struct pcishare_unit *unit);
void pcishare_route_through(struct pcishare_guest *guest);

#endif
