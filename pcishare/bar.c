// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping and accessing the BARs of the physical device.
 */
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/pci.h>

#include "bar.h"

static void pcishare_bar_map(struct pci_dev *pdev, unsigned int index,
			     struct pcishare_bar *bar)
{
	bar->flags = pci_resource_flags(pdev, index);
	bar->map = pci_iomap(pdev, index, 0);
}

/**
 * pcishare_bars_map - take and map all BARs of a device
 * @pdev: the device, enabled
 * @bars: PCI_STD_NUM_BARS of them, zeroed; filled
 *
 * Return: 0; -EBUSY if somebody else has one of them; -ENOMEM.
 * Context: may sleep.
 */
int pcishare_bars_map(struct pci_dev *pdev, struct pcishare_bar *bars)
{
	unsigned int i;
	int ret = pci_request_regions(pdev, KBUILD_MODNAME);

	if (ret)
		return ret;
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!pci_resource_len(pdev, i))
			continue;
		pcishare_bar_map(pdev, i, &bars[i]);
		if (!bars[i].map) {
			pcishare_bars_unmap(pdev, bars);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * pcishare_bars_unmap - give all BARs of a device back
 * @pdev: the device
 * @bars: what pcishare_bars_map() filled
 *
 * Context: may sleep; nobody accesses them any more.
 */
void pcishare_bars_unmap(struct pci_dev *pdev, struct pcishare_bar *bars)
{
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (bars[i].map)
			pci_iounmap(pdev, bars[i].map);
	memset(bars, 0, PCI_STD_NUM_BARS * sizeof(*bars));
	pci_release_regions(pdev);
}

static bool pcishare_bar_is_io(const struct pcishare_bar *bar)
{
	return bar->flags & IORESOURCE_IO;
}

/**
 * pcishare_bar_widest - how much of a BAR can be accessed at once
 * @bar: the BAR
 *
 * Return: bytes.
 */
unsigned int pcishare_bar_widest(const struct pcishare_bar *bar)
{
	return pcishare_bar_is_io(bar) ? 4 : 8;
}

/**
 * pcishare_bar_read - read from the physical device
 * @bar: the BAR, mapped
 * @offset: in it, a multiple of @width; @offset + @width is inside
 * @width: in bytes: 1, 2, 4, and 8 where pcishare_bar_widest() says so
 *
 * Return: what the device says.
 * Context: any.
 */
u64 pcishare_bar_read(const struct pcishare_bar *bar, u64 offset,
		      unsigned int width)
{
	void __iomem *address = bar->map + offset;

	switch (width) {
	case 1:
		return ioread8(address);
	case 2:
		return ioread16(address);
	case 4:
		return ioread32(address);
	default:
		return readq(address);
	}
}

/**
 * pcishare_bar_write - write to the physical device
 * @bar: the BAR, mapped
 * @offset: in it, a multiple of @width; @offset + @width is inside
 * @width: in bytes: 1, 2, 4, and 8 where pcishare_bar_widest() says so
 * @value: what is written
 *
 * Context: any.
 */
void pcishare_bar_write(const struct pcishare_bar *bar, u64 offset,
			unsigned int width, u64 value)
{
	void __iomem *address = bar->map + offset;

	switch (width) {
	case 1:
		iowrite8(value, address);
		break;
	case 2:
		iowrite16(value, address);
		break;
	case 4:
		iowrite32(value, address);
		break;
	default:
		writeq(value, address);
	}
}
