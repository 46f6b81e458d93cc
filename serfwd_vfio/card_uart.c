// SPDX-License-Identifier: GPL-2.0
/*
 * The card that is QEMU's pci-serial, docs/specs/pci-serial.rst there: one I/O
 * BAR of eight registers, and INTx, with which the drivers of all systems are
 * content.
 */
#include <linux/pci.h>

#include "card_serial.h"

/* Registers of a byte each, as a wider access of I/O is taken apart. */
static u64 serfwd_card_uart_read(struct serfwd_card *card, unsigned int index,
				 u64 offset, unsigned int width)
{
	unsigned int i;
	u64 value = 0;
	u8 byte;

	for (i = 0; i < width; i++) {
		if (serfwd_vuart_read(&card->serial.vuart, offset + i, &byte))
			byte = 0xff;
		value |= (u64)byte << (8 * i);
	}
	return value;
}

static void serfwd_card_uart_write(struct serfwd_card *card,
				   unsigned int index, u64 offset,
				   unsigned int width, u64 value)
{
	unsigned int i;

	for (i = 0; i < width; i++)
		if (serfwd_vuart_write(&card->serial.vuart, offset + i,
				       value >> (8 * i)))
			return;
}

static const struct serfwd_card_ops serfwd_card_uart_ops = {
	SERFWD_SERIAL_OPS,
	.read		= serfwd_card_uart_read,
	.write		= serfwd_card_uart_write,
};

const struct serfwd_card_model serfwd_card_uart = {
	.vdev = {
		.vendor		= PCI_VENDOR_ID_REDHAT,
		.device		= 0x0002,
		.subvendor	= PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
		.subdevice	= PCI_SUBDEVICE_ID_QEMU,
		/* Of the programming interface of a 16550; revision 1. */
		.class_revision	= PCI_CLASS_COMMUNICATION_SERIAL << 16 |
				  2 << 8 | 1,
		.bars		= {
			{ PCI_BASE_ADDRESS_SPACE_IO, SERFWD_UART_REGS },
		},
		.intx		= true,
		.resettable	= true,
	},
	.ops		= &serfwd_card_uart_ops,
	.baud_base	= SERFWD_UART_BAUD_BASE,
};
