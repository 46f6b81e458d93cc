/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies of devices: files of the firmware loader, or made from the hardware.
 */
#ifndef PCISHARE_LOADER_H
#define PCISHARE_LOADER_H

#include <linux/types.h>

struct pci_dev;
struct pcishare_policy;

/* Of the name of a file, with its NUL. */
#define PCISHARE_FILE_MAX	64

/**
 * struct pcishare_loaded - the policy of a device
 * @policy: what it says
 * @file: its name, in the directory of policies; "" if it was made from the
 *	hardware
 * @checksum: crc32 of its text, as that of zlib
 */
struct pcishare_loaded {
	struct pcishare_policy *policy;
	char file[PCISHARE_FILE_MAX];
	u32 checksum;
};

struct pcishare_loaded *pcishare_load_policy(struct pci_dev *pdev,
					     const char *name);
struct pcishare_loaded *pcishare_load_hardware(struct pci_dev *pdev);
void pcishare_unload_policy(struct pcishare_loaded *loaded);

/* Is it a text's? Else it was made from the hardware. */
static inline bool
pcishare_loaded_has_file(const struct pcishare_loaded *loaded)
{
	return *loaded->file;
}

void pcishare_loader_init(void);
void pcishare_loader_exit(void);

#endif
