// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration space that a guest sees: PCI Local Bus Specification 3.0,
 * chapter 6, and PCI Power Management 1.2, section 3.2. None of it is the physical
 * device's but its identity.
 */
#include <linux/pci.h>

#include "config.h"
#include "device.h"
#include "guest.h"
#include "irq.h"

/* Where the one capability is. */
#define PCISHARE_CAP_PM		0x40

/* What is the same for all: power-on values, and what may be written. */
static const struct {
	u8 offset;
	u8 width;
	u32 value;
	u32 writable;
} pcishare_config_fields[] = {
	{ PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0 },
	{ PCI_CACHE_LINE_SIZE, 1, 0, 0xff },
	{ PCI_LATENCY_TIMER, 1, 0, 0xff },
	{ PCI_CAPABILITY_LIST, 1, PCISHARE_CAP_PM, 0 },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xff },
	{ PCISHARE_CAP_PM + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_PM, 0 },
	/* Version 1.2, and going to D0 does not reset. */
	{ PCISHARE_CAP_PM + PCI_PM_PMC, 2, 3, 0 },
	{ PCISHARE_CAP_PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET,
	  PCI_PM_CTRL_STATE_MASK },
};

static void pcishare_put_le(u8 *bytes, unsigned int width, u32 value)
{
	while (width--) {
		*bytes++ = value;
		value >>= 8;
	}
}

static u32 pcishare_get_le(const u8 *bytes, unsigned int width)
{
	u32 value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static void pcishare_config_field(struct pcishare_config *config,
				  unsigned int offset, unsigned int width,
				  u32 value, u32 writable)
{
	pcishare_put_le(config->value + offset, width, value);
	pcishare_put_le(config->writable + offset, width, writable);
}

/* What the physical device is, as it was found: another guest may have it now. */
static void pcishare_config_identify(struct pcishare_config *config,
				     const struct pci_dev *pdev)
{
	pcishare_config_field(config, PCI_VENDOR_ID, 2, pdev->vendor, 0);
	pcishare_config_field(config, PCI_DEVICE_ID, 2, pdev->device, 0);
	pcishare_config_field(config, PCI_CLASS_REVISION, 4,
			      pdev->class << 8 | pdev->revision, 0);
	pcishare_config_field(config, PCI_SUBSYSTEM_VENDOR_ID, 2,
			      pdev->subsystem_vendor, 0);
	pcishare_config_field(config, PCI_SUBSYSTEM_ID, 2,
			      pdev->subsystem_device, 0);
}

/* The low bits of a BAR say what it is. */
static u32 pcishare_bar_type(const struct pcishare_bar *bar)
{
	u32 type = 0;

	if (pcishare_bar_is_io(bar))
		return PCI_BASE_ADDRESS_SPACE_IO;
	if (bar->flags & IORESOURCE_MEM_64)
		type |= PCI_BASE_ADDRESS_MEM_TYPE_64;
	if (bar->flags & IORESOURCE_PREFETCH)
		type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	return type;
}

/* All ones come back as far as the size allows: 6.2.5.1. */
static void pcishare_config_bar(struct pcishare_config *config,
				unsigned int index,
				const struct pcishare_bar *bar)
{
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * index;
	u64 address = ~((u64)bar->size - 1);
	u32 type_bits = pcishare_bar_is_io(bar) ? ~PCI_BASE_ADDRESS_IO_MASK :
						  ~PCI_BASE_ADDRESS_MEM_MASK;

	pcishare_config_field(config, offset, 4, pcishare_bar_type(bar),
			      address & ~type_bits);
	if (bar->flags & IORESOURCE_MEM_64)
		pcishare_config_field(config, offset + 4, 4, 0, address >> 32);
}

static void pcishare_config_bars(struct pcishare_config *config,
				 const struct pcishare_device *device)
{
	u16 command = PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |
		      PCI_COMMAND_SERR;
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		const struct pcishare_bar *bar = &device->bars[i];

		if (!bar->size)
			continue;
		pcishare_config_bar(config, i, bar);
		command |= pcishare_bar_is_io(bar) ? PCI_COMMAND_IO :
						     PCI_COMMAND_MEMORY;
	}
	if (device->source.irq) {
		command |= PCI_COMMAND_INTX_DISABLE;
		config->value[PCI_INTERRUPT_PIN] = 1;
	}
	pcishare_config_field(config, PCI_COMMAND, 2, 0, command);
}

/**
 * pcishare_config_reset - set a guest's configuration space to what it powers on
 * with
 * @guest: the guest
 *
 * Locking: the guest's lock held, or nobody else knows it yet.
 */
void pcishare_config_reset(struct pcishare_guest *guest)
{
	struct pcishare_config *config = &guest->config;
	unsigned int i;

	memset(config, 0, sizeof(*config));
	for (i = 0; i < ARRAY_SIZE(pcishare_config_fields); i++)
		pcishare_config_field(config, pcishare_config_fields[i].offset,
				      pcishare_config_fields[i].width,
				      pcishare_config_fields[i].value,
				      pcishare_config_fields[i].writable);
	pcishare_config_identify(config, guest->device->pdev);
	pcishare_config_bars(config, guest->device);
	pcishare_intx_set_disabled(guest, false);
}

/**
 * pcishare_config_read - a guest reads its configuration space
 * @guest: the guest
 * @offset: a multiple of @width
 * @width: in bytes: 1, 2 or 4
 *
 * Return: what it reads.
 * Locking: the guest's lock held.
 */
u32 pcishare_config_read(struct pcishare_guest *guest, unsigned int offset,
			 unsigned int width)
{
	u8 *status = &guest->config.value[PCI_STATUS];

	lockdep_assert_held(&guest->lock);
	*status &= ~PCI_STATUS_INTERRUPT;
	if (pcishare_irq_is_asserted(guest))
		*status |= PCI_STATUS_INTERRUPT;
	return pcishare_get_le(guest->config.value + offset, width);
}

/**
 * pcishare_config_write - a guest writes to its configuration space
 * @guest: the guest
 * @offset: a multiple of @width
 * @width: in bytes: 1, 2 or 4
 * @value: what it writes; what may not be written stays
 *
 * Locking: the guest's lock held.
 */
void pcishare_config_write(struct pcishare_guest *guest, unsigned int offset,
			   unsigned int width, u32 value)
{
	struct pcishare_config *config = &guest->config;
	u16 command;

	lockdep_assert_held(&guest->lock);
	while (width--) {
		u8 writable = config->writable[offset];

		config->value[offset] = (config->value[offset] & ~writable) |
					(value & writable);
		offset++;
		value >>= 8;
	}
	command = pcishare_get_le(config->value + PCI_COMMAND, 2);
	pcishare_intx_set_disabled(guest, command & PCI_COMMAND_INTX_DISABLE);
}

/**
 * pcishare_config_decodes - does the guest's device answer accesses?
 * @config: its configuration space
 * @io: to I/O ports; else to memory
 *
 * Return: false while the guest has that switched off, or the device asleep.
 */
bool pcishare_config_decodes(const struct pcishare_config *config, bool io)
{
	u8 power = config->value[PCISHARE_CAP_PM + PCI_PM_CTRL];

	return !(power & PCI_PM_CTRL_STATE_MASK) &&
	       config->value[PCI_COMMAND] & (io ? PCI_COMMAND_IO :
						  PCI_COMMAND_MEMORY);
}
