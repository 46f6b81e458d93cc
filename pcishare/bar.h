/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BARs of a physical device, as the host has them mapped.
 */
#ifndef PCISHARE_BAR_H
#define PCISHARE_BAR_H

#include <linux/types.h>

struct pci_dev;

/**
 * struct pcishare_bar - one BAR
 * @map: where it is mapped, NULL if there is none
 * @flags: IORESOURCE_* of the physical BAR
 */
struct pcishare_bar {
	void __iomem *map;
	unsigned long flags;
};

int pcishare_bars_map(struct pci_dev *pdev, struct pcishare_bar *bars);
void pcishare_bars_unmap(struct pci_dev *pdev, struct pcishare_bar *bars);

unsigned int pcishare_bar_widest(const struct pcishare_bar *bar);
u64 pcishare_bar_read(const struct pcishare_bar *bar, u64 offset,
		      unsigned int width);
void pcishare_bar_write(const struct pcishare_bar *bar, u64 offset,
			unsigned int width, u64 value);

#endif
