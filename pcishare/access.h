/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's accesses to its BARs, by the policy.
 */
#ifndef PCISHARE_ACCESS_H
#define PCISHARE_ACCESS_H

#include <linux/types.h>

struct pcishare_guest;

u64 pcishare_access_read(struct pcishare_guest *guest, unsigned int bar,
			 u32 offset, unsigned int width);
void pcishare_access_write(struct pcishare_guest *guest, unsigned int bar,
			   u32 offset, unsigned int width, u64 value);

u32 pcishare_access_read_config(struct pcishare_guest *guest, u32 offset,
				unsigned int width, u32 value);
void pcishare_access_write_config(struct pcishare_guest *guest, u32 offset,
				  unsigned int width, u32 value);

#endif
