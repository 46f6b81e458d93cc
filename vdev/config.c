// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration space that a guest sees: PCI Local Bus Specification 3.0,
 * chapter 6, and PCI Power Management 1.2, section 3.2. None of it is the
 * physical device's but its identity, and that only if the policy does not say
 * otherwise.
 */
#include <linux/pci.h>

#include "config.h"
#include "../pcishare/device.h"
#include "../pcishare/guest/guest.h"
#include "irq.h"

/* Where the capabilities are. */
#define PCISHARE_CAP_PM		0x40
#define PCISHARE_CAP_MSI	0x48
#define PCISHARE_CAP_MSIX	0x58

/* A power-on value, and what of it may be written. */
struct pcishare_config_field {
	u8 offset;
	u8 width;
	u32 value;
	u32 writable;
};

/* What is the same for all. */
static const struct pcishare_config_field pcishare_common_fields[] = {
	{ PCI_CACHE_LINE_SIZE, 1, 0, 0xff },
	{ PCI_LATENCY_TIMER, 1, 0, 0xff },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xff },
	/* Version 1.2, and going to D0 does not reset. */
	{ PCISHARE_CAP_PM + PCI_PM_PMC, 2, 3, 0 },
	{ PCISHARE_CAP_PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET,
	  PCI_PM_CTRL_STATE_MASK },
};

static const struct pcishare_config_field pcishare_msi_fields[] = {
	{ PCISHARE_CAP_MSI + PCI_MSI_ADDRESS_LO, 4, 0, 0xfffffffc },
	{ PCISHARE_CAP_MSI + PCI_MSI_ADDRESS_HI, 4, 0, 0xffffffff },
	{ PCISHARE_CAP_MSI + PCI_MSI_DATA_64, 2, 0, 0xffff },
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

static void pcishare_config_set(struct pcishare_config *config,
				unsigned int offset, unsigned int width,
				u32 value, u32 writable)
{
	pcishare_put_le(config->value + offset, width, value);
	pcishare_put_le(config->writable + offset, width, writable);
}

static void pcishare_config_set_all(struct pcishare_config *config,
				    const struct pcishare_config_field *fields,
				    unsigned int count)
{
	for (; count--; fields++)
		pcishare_config_set(config, fields->offset, fields->width,
				    fields->value, fields->writable);
}

/* Capabilities are in the list in the order of their places. */
static void pcishare_config_add_cap(struct pcishare_config *config,
				    unsigned int offset, u8 id)
{
	unsigned int link = PCI_CAPABILITY_LIST;

	while (config->value[link])
		link = config->value[link] + PCI_CAP_LIST_NEXT;
	pcishare_config_set(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0);
	pcishare_config_set(config, link, 1, offset, 0);
	pcishare_config_set(config, offset + PCI_CAP_LIST_ID, 1, id, 0);
}

/*
 * What the device is
 */

/* As the physical device was found: another guest may have it now. */
static void pcishare_config_identify(struct pcishare_config *config,
				     const struct pci_dev *pdev)
{
	pcishare_config_set(config, PCI_VENDOR_ID, 2, pdev->vendor, 0);
	pcishare_config_set(config, PCI_DEVICE_ID, 2, pdev->device, 0);
	pcishare_config_set(config, PCI_CLASS_REVISION, 4,
			    pdev->class << 8 | pdev->revision, 0);
	pcishare_config_set(config, PCI_SUBSYSTEM_VENDOR_ID, 2,
			    pdev->subsystem_vendor, 0);
	pcishare_config_set(config, PCI_SUBSYSTEM_ID, 2,
			    pdev->subsystem_device, 0);
}

/* The part of the device that a guest has may be a model of its own. */
static void pcishare_config_pose(struct pcishare_config *config,
				 const struct pcishare_policy_device *as)
{
	if (!as->name)
		return;
	pcishare_config_set(config, PCI_VENDOR_ID, 2, as->vendor, 0);
	pcishare_config_set(config, PCI_DEVICE_ID, 2, as->device, 0);
	if (!as->subsystem)
		return;
	pcishare_config_set(config, PCI_SUBSYSTEM_VENDOR_ID, 2, as->subvendor,
			    0);
	pcishare_config_set(config, PCI_SUBSYSTEM_ID, 2, as->subdevice, 0);
}

/*
 * BARs
 */

/* A BAR of a guest: its low bits, which say what it is; of no size, if none. */
struct pcishare_config_bar {
	u32 type;
	u64 size;
};

static struct pcishare_config_bar
pcishare_declared_bar(const struct pcishare_policy_bar *bar)
{
	static const u32 types[] = {
		[PCISHARE_IO] = PCI_BASE_ADDRESS_SPACE_IO,
		[PCISHARE_MEM] = PCI_BASE_ADDRESS_MEM_TYPE_32,
		[PCISHARE_MEM64] = PCI_BASE_ADDRESS_MEM_TYPE_64,
		[PCISHARE_TABLE] = PCI_BASE_ADDRESS_MEM_TYPE_32,
	};
	struct pcishare_config_bar declared = {};

	if (bar->space == PCISHARE_NO_BAR)
		return declared;
	declared.size = bar->size;
	declared.type = types[bar->space];
	if (bar->prefetch)
		declared.type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	return declared;
}

static bool pcishare_config_bar_is_io(const struct pcishare_config_bar *bar)
{
	return bar->type & PCI_BASE_ADDRESS_SPACE_IO;
}

/* All ones come back as far as the size allows: 6.2.5.1. */
static void pcishare_config_set_bar(struct pcishare_config *config,
				    unsigned int index,
				    const struct pcishare_config_bar *bar)
{
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * index;
	u64 address = ~(bar->size - 1);
	u32 type_bits = pcishare_config_bar_is_io(bar) ?
			~PCI_BASE_ADDRESS_IO_MASK : ~PCI_BASE_ADDRESS_MEM_MASK;

	pcishare_config_set(config, offset, 4, bar->type, address & ~type_bits);
	if (!pcishare_config_bar_is_io(bar) &&
	    bar->type & PCI_BASE_ADDRESS_MEM_TYPE_64)
		pcishare_config_set(config, offset + 4, 4, 0, address >> 32);
}

/* Returns which bits of the command register they need. */
static u16 pcishare_config_set_bars(struct pcishare_guest *guest)
{
	struct pcishare_config_bar bar;
	unsigned int i;
	u16 command = 0;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		bar = pcishare_declared_bar(&guest->policy->guest_bars[i]);
		if (!bar.size)
			continue;
		pcishare_config_set_bar(&guest->config, i, &bar);
		command |= pcishare_config_bar_is_io(&bar) ? PCI_COMMAND_IO :
							     PCI_COMMAND_MEMORY;
	}
	return command;
}

/*
 * Interrupts
 */

/* MSI: 6.8.1. It asks for a power of two of vectors. */
static void pcishare_config_set_msi(struct pcishare_config *config,
				    unsigned int vectors)
{
	u16 flags = PCI_MSI_FLAGS_64BIT | ilog2(vectors) << 1;

	pcishare_config_add_cap(config, PCISHARE_CAP_MSI, PCI_CAP_ID_MSI);
	pcishare_config_set(config, PCISHARE_CAP_MSI + PCI_MSI_FLAGS, 2, flags,
			    PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	pcishare_config_set_all(config, pcishare_msi_fields,
				ARRAY_SIZE(pcishare_msi_fields));
}

/* The guest's BAR with the table of MSI-X. */
static unsigned int pcishare_table_index(const struct pcishare_policy *policy)
{
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (policy->guest_bars[i].space == PCISHARE_TABLE)
			break;
	return i;
}

/* MSI-X: 6.8.2 */
static void pcishare_config_set_msix(struct pcishare_config *config,
				     unsigned int vectors, unsigned int bar)
{
	unsigned int cap = PCISHARE_CAP_MSIX;

	pcishare_config_add_cap(config, cap, PCI_CAP_ID_MSIX);
	pcishare_config_set(config, cap + PCI_MSIX_FLAGS, 2, vectors - 1,
			    PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	pcishare_config_set(config, cap + PCI_MSIX_TABLE, 4, bar, 0);
	pcishare_config_set(config, cap + PCI_MSIX_PBA, 4,
			    PCISHARE_PENDING_BITS | bar, 0);
}

/* Returns which bits of the command register they need. */
static u16 pcishare_config_set_irqs(struct pcishare_guest *guest)
{
	struct pcishare_config *config = &guest->config;
	u32 vectors;

	vectors = pcishare_irq_count(guest, VFIO_PCI_MSI_IRQ_INDEX);
	if (vectors)
		pcishare_config_set_msi(config, vectors);
	vectors = pcishare_irq_count(guest, VFIO_PCI_MSIX_IRQ_INDEX);
	if (vectors)
		pcishare_config_set_msix(config, vectors,
					 pcishare_table_index(guest->policy));
	if (!pcishare_irq_count(guest, VFIO_PCI_INTX_IRQ_INDEX))
		return 0;
	pcishare_config_set(config, PCI_INTERRUPT_PIN, 1, 1, 0);
	return PCI_COMMAND_INTX_DISABLE;
}

static bool pcishare_config_sleeps(const struct pcishare_config *config)
{
	return config->value[PCISHARE_CAP_PM + PCI_PM_CTRL] &
	       PCI_PM_CTRL_STATE_MASK;
}

/*
 * A guest that has MSI or MSI-X enabled is not to have INTx: 6.8.1.3, 6.8.2.3.
 * Nor is one whose device is in D3hot: PCI Power Management 1.2, section 5.4.1.
 */
static bool pcishare_config_disables_intx(const struct pcishare_config *config)
{
	const u8 *value = config->value;
	u16 command = pcishare_get_le(value + PCI_COMMAND, 2);
	/* Without them all of it is zero. */
	u16 msi = pcishare_get_le(value + PCISHARE_CAP_MSI + PCI_MSI_FLAGS, 2);
	u16 msix =
		pcishare_get_le(value + PCISHARE_CAP_MSIX + PCI_MSIX_FLAGS, 2);

	return command & PCI_COMMAND_INTX_DISABLE ||
	       msi & PCI_MSI_FLAGS_ENABLE || msix & PCI_MSIX_FLAGS_ENABLE ||
	       pcishare_config_sleeps(config);
}

/* A message is a write to memory, by the device: 6.2.2, Bus Master. */
static bool pcishare_config_withholds(const struct pcishare_config *config)
{
	u16 command = pcishare_get_le(config->value + PCI_COMMAND, 2);

	return !(command & PCI_COMMAND_MASTER) ||
	       pcishare_config_sleeps(config);
}

/* Have interrupts be as the configuration space says. */
static void pcishare_config_follow(struct pcishare_guest *guest)
{
	const struct pcishare_config *config = &guest->config;

	pcishare_intx_set_disabled(guest,
				   pcishare_config_disables_intx(config));
	pcishare_msi_set_withheld(guest, pcishare_config_withholds(config));
}

/**
 * pcishare_config_reset - set a guest's configuration space to what it powers
 * on with
 * @guest: the guest
 *
 * Locking: the guest's lock held, or nobody else knows it yet.
 */
void pcishare_config_reset(struct pcishare_guest *guest)
{
	struct pcishare_config *config = &guest->config;
	u16 command = PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |
		      PCI_COMMAND_SERR;

	memset(config, 0, sizeof(*config));
	pcishare_config_set_all(config, pcishare_common_fields,
				ARRAY_SIZE(pcishare_common_fields));
	pcishare_config_add_cap(config, PCISHARE_CAP_PM, PCI_CAP_ID_PM);
	pcishare_config_identify(config, guest->device->pdev);
	pcishare_config_pose(config, &guest->policy->share.as);
	command |= pcishare_config_set_bars(guest);
	command |= pcishare_config_set_irqs(guest);
	pcishare_config_set(config, PCI_COMMAND, 2, 0, command);
	pcishare_config_follow(guest);
}

/**
 * pcishare_config_wake - have a guest's device be in D0
 * @guest: the guest
 *
 * The rest of its configuration space stays as it is, as vfio-pci has it when
 * it resets a device: the VMM sees to that.
 *
 * Locking: the guest's lock held.
 */
void pcishare_config_wake(struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	guest->config.value[PCISHARE_CAP_PM + PCI_PM_CTRL] &=
		~PCI_PM_CTRL_STATE_MASK;
	pcishare_config_follow(guest);
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
	struct pcishare_config *config = &guest->config;
	u8 *status = &config->value[PCI_STATUS];

	lockdep_assert_held(&guest->lock);
	*status &= ~PCI_STATUS_INTERRUPT;
	/* It is that of INTx alone. */
	if (config->value[PCI_INTERRUPT_PIN] && pcishare_irq_is_asserted(guest))
		*status |= PCI_STATUS_INTERRUPT;
	return pcishare_get_le(config->value + offset, width);
}

/*
 * A state that the device does not have is not entered: Power Management,
 * 3.2.4.
 */
static u8 pcishare_config_power(u8 old, u8 value)
{
	u8 state = value & PCI_PM_CTRL_STATE_MASK;

	return state == (__force u8)PCI_D0 || state == (__force u8)PCI_D3hot ?
	       value : (value & ~PCI_PM_CTRL_STATE_MASK) |
		       (old & PCI_PM_CTRL_STATE_MASK);
}

static void pcishare_config_write_byte(struct pcishare_config *config,
				       unsigned int offset, u8 value)
{
	u8 writable = config->writable[offset];
	u8 *byte = &config->value[offset];

	if (offset == PCISHARE_CAP_PM + PCI_PM_CTRL)
		value = pcishare_config_power(*byte, value);
	*byte = (*byte & ~writable) | (value & writable);
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

	lockdep_assert_held(&guest->lock);
	for (; width--; offset++, value >>= 8)
		pcishare_config_write_byte(config, offset, value);
	pcishare_config_follow(guest);
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
	return !pcishare_config_sleeps(config) &&
	       config->value[PCI_COMMAND] & (io ? PCI_COMMAND_IO :
						  PCI_COMMAND_MEMORY);
}
