/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's configuration space: memory with a mask of what may be written.
 */
#ifndef PCISHARE_CONFIG_H
#define PCISHARE_CONFIG_H

#include <linux/pci.h>
#include <linux/types.h>

struct pcishare_guest;

/**
 * struct pcishare_config - a configuration space, without the extended one
 * @value: what is read
 * @writable: which bits a guest may write
 */
struct pcishare_config {
	u8 value[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE];
};

void pcishare_config_reset(struct pcishare_guest *guest);
void pcishare_config_wake(struct pcishare_guest *guest);
u32 pcishare_config_read(struct pcishare_guest *guest, unsigned int offset,
			 unsigned int width);
void pcishare_config_write(struct pcishare_guest *guest, unsigned int offset,
			   unsigned int width, u32 value);
bool pcishare_config_decodes(const struct pcishare_config *config, bool io);

#endif
