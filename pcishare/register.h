/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The physical device's registers, as the policy names them.
 */
#ifndef PCISHARE_REGISTER_H
#define PCISHARE_REGISTER_H

#include <linux/types.h>

struct pcishare_cond;
struct pcishare_unit;
struct pcishare_ref;
struct pcishare_reg;

u64 pcishare_register_read(const struct pcishare_unit *unit,
			   const struct pcishare_reg *reg);
void pcishare_register_write(const struct pcishare_unit *unit,
			     const struct pcishare_reg *reg, u64 value);
void pcishare_register_set(struct pcishare_unit *unit,
			   const struct pcishare_ref *ref, u64 value);
bool pcishare_register_is(struct pcishare_unit *unit,
			  const struct pcishare_cond *cond);

#endif
