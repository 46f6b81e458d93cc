// SPDX-License-Identifier: GPL-2.0
/*
 * The card that is a UART of Intel's Quark X1000, which Linux drives by
 * 8250_lpss and dw_dmac_core. BAR 0 has the registers of a 16550A, four bytes
 * apart; BAR 1 those of a DMA controller, which a guest reads without an exit;
 * BAR 2 the table of MSI-X.
 *
 * Intel's is told from a DesignWare UART by what is above the registers, which
 * is 0 here.
 */
#include <linux/pci.h>
#include <linux/sizes.h>

#include "card_serial.h"

#define SERFWD_QUARK_STRIDE	4

/* The clock of 44.2368 MHz, divided by 16. */
#define SERFWD_QUARK_BAUD_BASE	2764800

enum {
	SERFWD_QUARK_UART,
	SERFWD_QUARK_DMA,
	SERFWD_QUARK_TABLE,
};

/* A register is the lowest byte of four. */
static u64 serfwd_quark_read_uart(struct serfwd_card *card, u64 offset,
				  unsigned int width)
{
	unsigned int i;
	u64 value = 0;
	u8 byte;

	/* A guest that is interrupted has its first exit here. */
	if (serfwd_vdma_go_on(&card->serial.vdma))
		return U64_MAX;
	for (i = 0; i < width; i++) {
		if ((offset + i) % SERFWD_QUARK_STRIDE)
			continue;
		if (serfwd_vuart_read(&card->serial.vuart,
				      (offset + i) / SERFWD_QUARK_STRIDE,
				      &byte))
			return U64_MAX;
		value |= (u64)byte << (8 * i);
	}
	return value;
}

static void serfwd_quark_write_uart(struct serfwd_card *card, u64 offset,
				    unsigned int width, u64 value)
{
	unsigned int i;

	for (i = 0; i < width; i++)
		if (!((offset + i) % SERFWD_QUARK_STRIDE) &&
		    serfwd_vuart_write(&card->serial.vuart,
				       (offset + i) / SERFWD_QUARK_STRIDE,
				       value >> (8 * i)))
			return;
}

static u64 serfwd_quark_read(struct serfwd_card *card, unsigned int index,
			     u64 offset, unsigned int width)
{
	u64 value = 0;

	if (index == SERFWD_QUARK_UART &&
	    offset < SERFWD_UART_REGS * SERFWD_QUARK_STRIDE)
		return serfwd_quark_read_uart(card, offset, width);
	if (index == SERFWD_QUARK_DMA && offset < SERFWD_DMA_REGS &&
	    serfwd_vdma_read(&card->serial.vdma, offset, width, &value))
		return U64_MAX;
	return value;
}

/* The VMM has the table of MSI-X itself. */
static void serfwd_quark_write(struct serfwd_card *card, unsigned int index,
			       u64 offset, unsigned int width, u64 value)
{
	if (index == SERFWD_QUARK_UART &&
	    offset < SERFWD_UART_REGS * SERFWD_QUARK_STRIDE)
		serfwd_quark_write_uart(card, offset, width, value);
	else if (index == SERFWD_QUARK_DMA && offset < SERFWD_DMA_REGS)
		serfwd_vdma_write(&card->serial.vdma, offset, width, value);
}

static const struct serfwd_card_ops serfwd_quark_ops = {
	SERFWD_SERIAL_OPS,
	.read		= serfwd_quark_read,
	.write		= serfwd_quark_write,
};

const struct serfwd_card_model serfwd_card_quark = {
	.vdev = {
		.vendor		= PCI_VENDOR_ID_INTEL,
		.device		= 0x0936,
		.subvendor	= PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
		.subdevice	= PCI_SUBDEVICE_ID_QEMU,
		/* Of the programming interface of a 16550. */
		.class_revision	= PCI_CLASS_COMMUNICATION_SERIAL << 16 |
				  2 << 8 | 0x10,
		.bars		= {
			[SERFWD_QUARK_UART]	= { 0, SZ_4K },
			[SERFWD_QUARK_DMA]	= { 0, PAGE_SIZE },
			[SERFWD_QUARK_TABLE]	= { 0, VDEV_TABLE_SIZE },
		},
		.msix		= 1,
		.table		= SERFWD_QUARK_TABLE,
		.paged		= true,
		.page		= SERFWD_QUARK_DMA,
		.resettable	= true,
	},
	.ops		= &serfwd_quark_ops,
	.baud_base	= SERFWD_QUARK_BAUD_BASE,
	.has_dma	= true,
};
