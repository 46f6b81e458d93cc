// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration space that a guest sees, memory with a mask of what may be
 * written: PCI Local Bus Specification 3.0, chapter 6, and PCI Power Management
 * 1.2, section 3.2.
 */
#include <linux/nospec.h>
#include <linux/pci.h>

#include "bytes.h"
#include "intx.h"
#include "irq.h"
#include "msi.h"

/* Where the capabilities are. */
#define VDEV_CAP_PM		0x40
#define VDEV_CAP_MSI		0x48
#define VDEV_CAP_MSIX		0x58

/* A power-on value, and what of it may be written. */
struct vdev_config_field {
	u8 offset;
	u8 width;
	u32 value;
	u32 writable;
};

/* Fields that are the same for all. */
static const struct vdev_config_field vdev_common_fields[] = {
	{ PCI_CACHE_LINE_SIZE, 1, 0, 0xff },
	{ PCI_LATENCY_TIMER, 1, 0, 0xff },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xff },
	/* Version 1.2, and going to D0 does not reset. */
	{ VDEV_CAP_PM + PCI_PM_PMC, 2, 3, 0 },
	{ VDEV_CAP_PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET,
	  PCI_PM_CTRL_STATE_MASK },
};

static const struct vdev_config_field vdev_msi_fields[] = {
	{ VDEV_CAP_MSI + PCI_MSI_ADDRESS_LO, 4, 0, 0xfffffffc },
	{ VDEV_CAP_MSI + PCI_MSI_ADDRESS_HI, 4, 0, 0xffffffff },
	{ VDEV_CAP_MSI + PCI_MSI_DATA_64, 2, 0, 0xffff },
};

static void vdev_put_le(u8 *bytes, unsigned int width, u32 value)
{
	while (width--) {
		*bytes++ = value;
		value >>= 8;
	}
}

static void vdev_config_set(struct vdev_config *config, unsigned int offset,
			    unsigned int width, u32 value, u32 writable)
{
	vdev_put_le(config->value + offset, width, value);
	vdev_put_le(config->writable + offset, width, writable);
}

static void vdev_config_set_all(struct vdev_config *config,
				const struct vdev_config_field *fields,
				unsigned int count)
{
	for (; count--; fields++)
		vdev_config_set(config, fields->offset, fields->width,
				fields->value, fields->writable);
}

/* Capabilities are in the list in the order of their places. */
static void vdev_config_add_cap(struct vdev_config *config, unsigned int offset,
				u8 id)
{
	unsigned int link = PCI_CAPABILITY_LIST;

	while (config->value[link])
		link = config->value[link] + PCI_CAP_LIST_NEXT;
	vdev_config_set(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0);
	vdev_config_set(config, link, 1, offset, 0);
	vdev_config_set(config, offset + PCI_CAP_LIST_ID, 1, id, 0);
}

/* Those that are only memory. */
static void vdev_config_set_caps(struct vdev_config *config,
				 const struct vdev_model *model)
{
	unsigned int i, at;

	for (i = 0; i < model->nr_caps; i++) {
		const struct vdev_cap *cap = &model->caps[i];

		vdev_config_add_cap(config, cap->offset, cap->id);
		at = cap->offset + PCI_CAP_FLAGS;
		memcpy(config->value + at, cap->body, cap->size);
		memcpy(config->writable + at, cap->writable, cap->size);
	}
}

/*
 * The identity of the device
 */

static void vdev_config_identify(struct vdev_config *config,
				 const struct vdev_model *model)
{
	vdev_config_set(config, PCI_VENDOR_ID, 2, model->vendor, 0);
	vdev_config_set(config, PCI_DEVICE_ID, 2, model->device, 0);
	vdev_config_set(config, PCI_CLASS_REVISION, 4, model->class_revision,
			0);
	vdev_config_set(config, PCI_SUBSYSTEM_VENDOR_ID, 2, model->subvendor,
			0);
	vdev_config_set(config, PCI_SUBSYSTEM_ID, 2, model->subdevice, 0);
}

/*
 * BARs
 */

static bool vdev_bar_is_io(const struct vdev_bar *bar)
{
	return bar->type & PCI_BASE_ADDRESS_SPACE_IO;
}

/* All ones come back as far as the size allows: 6.2.5.1. */
static void vdev_config_set_bar(struct vdev_config *config, unsigned int index,
				const struct vdev_bar *bar)
{
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * index;
	u64 address = ~(bar->size - 1);
	u32 type_bits = vdev_bar_is_io(bar) ? ~PCI_BASE_ADDRESS_IO_MASK :
					      ~PCI_BASE_ADDRESS_MEM_MASK;

	vdev_config_set(config, offset, 4, bar->type, address & ~type_bits);
	if (!vdev_bar_is_io(bar) && bar->type & PCI_BASE_ADDRESS_MEM_TYPE_64)
		vdev_config_set(config, offset + 4, 4, 0, address >> 32);
}

/* Returns which bits of the command register they need. */
static u16 vdev_config_set_bars(struct vdev_config *config,
				const struct vdev_model *model)
{
	unsigned int i;
	u16 command = 0;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		const struct vdev_bar *bar = &model->bars[i];

		if (!bar->size)
			continue;
		vdev_config_set_bar(config, i, bar);
		command |= vdev_bar_is_io(bar) ? PCI_COMMAND_IO :
						 PCI_COMMAND_MEMORY;
	}
	return command;
}

/*
 * Interrupts
 */

/* MSI: 6.8.1. It asks for a power of two of vectors. */
static void vdev_config_set_msi(struct vdev_config *config,
				unsigned int vectors)
{
	u16 flags = PCI_MSI_FLAGS_64BIT | ilog2(vectors) << 1;

	vdev_config_add_cap(config, VDEV_CAP_MSI, PCI_CAP_ID_MSI);
	vdev_config_set(config, VDEV_CAP_MSI + PCI_MSI_FLAGS, 2, flags,
			PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	vdev_config_set_all(config, vdev_msi_fields,
			    ARRAY_SIZE(vdev_msi_fields));
}

/* MSI-X: 6.8.2 */
static void vdev_config_set_msix(struct vdev_config *config,
				 unsigned int vectors, unsigned int bar)
{
	unsigned int cap = VDEV_CAP_MSIX;

	vdev_config_add_cap(config, cap, PCI_CAP_ID_MSIX);
	vdev_config_set(config, cap + PCI_MSIX_FLAGS, 2, vectors - 1,
			PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	vdev_config_set(config, cap + PCI_MSIX_TABLE, 4, bar, 0);
	vdev_config_set(config, cap + PCI_MSIX_PBA, 4, VDEV_PENDING_BITS | bar,
			0);
}

/* Returns which bits of the command register they need. */
static u16 vdev_config_set_irqs(struct vdev *vdev)
{
	struct vdev_config *config = &vdev->config;
	u32 vectors;

	vectors = vdev_irq_count(vdev, VFIO_PCI_MSI_IRQ_INDEX);
	if (vectors)
		vdev_config_set_msi(config, vectors);
	vectors = vdev_irq_count(vdev, VFIO_PCI_MSIX_IRQ_INDEX);
	if (vectors)
		vdev_config_set_msix(config, vectors, vdev->model.table);
	if (!vdev_irq_count(vdev, VFIO_PCI_INTX_IRQ_INDEX))
		return 0;
	vdev_config_set(config, PCI_INTERRUPT_PIN, 1, 1, 0);
	return PCI_COMMAND_INTX_DISABLE;
}

static bool vdev_config_sleeps(const struct vdev_config *config)
{
	return config->value[VDEV_CAP_PM + PCI_PM_CTRL] &
	       PCI_PM_CTRL_STATE_MASK;
}

/*
 * A guest that has MSI or MSI-X enabled is not to have INTx: 6.8.1.3, 6.8.2.3.
 * Nor is one whose device is in D3hot: PCI Power Management 1.2, section 5.4.1.
 */
static bool vdev_config_disables_intx(const struct vdev_config *config)
{
	const u8 *value = config->value;
	u16 command = vdev_get_le(value + PCI_COMMAND, 2);
	/* Without them all of it is zero. */
	u16 msi = vdev_get_le(value + VDEV_CAP_MSI + PCI_MSI_FLAGS, 2);
	u16 msix = vdev_get_le(value + VDEV_CAP_MSIX + PCI_MSIX_FLAGS, 2);

	return command & PCI_COMMAND_INTX_DISABLE ||
	       msi & PCI_MSI_FLAGS_ENABLE || msix & PCI_MSIX_FLAGS_ENABLE ||
	       vdev_config_sleeps(config);
}

/* A message is a write to memory, by the device: 6.2.2, Bus Master. */
static bool vdev_config_withholds(const struct vdev_config *config)
{
	u16 command = vdev_get_le(config->value + PCI_COMMAND, 2);

	return !(command & PCI_COMMAND_MASTER) || vdev_config_sleeps(config);
}

/* Have interrupts be as the configuration space says. */
static void vdev_config_follow(struct vdev *vdev)
{
	const struct vdev_config *config = &vdev->config;

	vdev_intx_set_disabled(vdev, vdev_config_disables_intx(config));
	vdev_msi_set_withheld(vdev, vdev_config_withholds(config));
}

/**
 * vdev_config_reset - set a guest's configuration space to what it powers
 * on with
 * @vdev: the device
 *
 * Locking: the device's lock held, or nobody else knows it yet.
 */
void vdev_config_reset(struct vdev *vdev)
{
	struct vdev_config *config = &vdev->config;
	u16 command = PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |
		      PCI_COMMAND_SERR;

	memset(config, 0, sizeof(*config));
	vdev_config_set_all(config, vdev_common_fields,
			    ARRAY_SIZE(vdev_common_fields));
	vdev_config_add_cap(config, VDEV_CAP_PM, PCI_CAP_ID_PM);
	vdev_config_identify(config, &vdev->model);
	command |= vdev_config_set_bars(config, &vdev->model);
	command |= vdev_config_set_irqs(vdev);
	vdev_config_set_caps(config, &vdev->model);
	vdev_config_set(config, PCI_COMMAND, 2, 0, command);
	vdev_config_follow(vdev);
}
EXPORT_SYMBOL_NS_GPL(vdev_config_reset, VDEV_NS);

/**
 * vdev_config_wake - have a guest's device be in D0
 * @vdev: the device
 *
 * The rest of its configuration space stays as it is, as vfio-pci has it when
 * it resets a device: the VMM sees to that.
 *
 * Locking: the device's lock held.
 */
void vdev_config_wake(struct vdev *vdev)
{
	lockdep_assert_held(vdev->lock);
	vdev->config.value[VDEV_CAP_PM + PCI_PM_CTRL] &=
		~PCI_PM_CTRL_STATE_MASK;
	vdev_config_follow(vdev);
}
EXPORT_SYMBOL_NS_GPL(vdev_config_wake, VDEV_NS);

/**
 * vdev_config_read - a guest reads its configuration space
 * @vdev: the device
 * @offset: a multiple of @width
 * @width: in bytes: 1, 2 or 4
 *
 * Return: what it reads.
 * Locking: the device's lock held.
 */
u32 vdev_config_read(struct vdev *vdev, unsigned int offset, unsigned int width)
{
	struct vdev_config *config = &vdev->config;
	u8 *status = &config->value[PCI_STATUS];

	lockdep_assert_held(vdev->lock);
	*status &= ~PCI_STATUS_INTERRUPT;
	/* It is that of INTx alone. */
	if (config->value[PCI_INTERRUPT_PIN] && vdev_irq_is_asserted(vdev))
		*status |= PCI_STATUS_INTERRUPT;
	return vdev_get_le(config->value + offset, width);
}
EXPORT_SYMBOL_NS_GPL(vdev_config_read, VDEV_NS);

/*
 * A state that the device does not have is not entered: Power Management,
 * 3.2.4.
 */
static u8 vdev_config_power(u8 old, u8 value)
{
	u8 state = value & PCI_PM_CTRL_STATE_MASK;

	return state == (__force u8)PCI_D0 || state == (__force u8)PCI_D3hot ?
		       value :
		       (value & ~PCI_PM_CTRL_STATE_MASK) |
			       (old & PCI_PM_CTRL_STATE_MASK);
}

static void vdev_config_write_byte(struct vdev_config *config,
				   unsigned int offset, u8 value)
{
	u8 writable = config->writable[offset];
	u8 *byte = &config->value[offset];

	if (offset == VDEV_CAP_PM + PCI_PM_CTRL)
		value = vdev_config_power(*byte, value);
	*byte = (*byte & ~writable) | (value & writable);
}

/**
 * vdev_config_write - a guest writes to its configuration space
 * @vdev: the device
 * @offset: a multiple of @width
 * @width: in bytes: 1, 2 or 4
 * @value: what it writes; what may not be written stays
 *
 * Locking: the device's lock held.
 */
void vdev_config_write(struct vdev *vdev, unsigned int offset,
		       unsigned int width, u32 value)
{
	struct vdev_config *config = &vdev->config;

	lockdep_assert_held(vdev->lock);
	for (; width--; offset++, value >>= 8)
		vdev_config_write_byte(config, offset, value);
	vdev_config_follow(vdev);
}
EXPORT_SYMBOL_NS_GPL(vdev_config_write, VDEV_NS);

/**
 * vdev_decodes - does a device answer accesses to a BAR?
 * @vdev: the device
 * @index: which BAR
 *
 * Return: false while the guest has that switched off, or the device asleep.
 * Locking: the device's lock held.
 */
bool vdev_decodes(const struct vdev *vdev, unsigned int index)
{
	const struct vdev_config *config = &vdev->config;
	bool io;

	lockdep_assert_held(vdev->lock);
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	io = vdev_bar_is_io(&vdev->model.bars[index]);
	return !vdev_config_sleeps(config) &&
	       config->value[PCI_COMMAND] &
		       (io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY);
}
EXPORT_SYMBOL_NS_GPL(vdev_decodes, VDEV_NS);

/**
 * vdev_may_master - may a device have accesses to memory?
 * @vdev: the device
 *
 * Return: whether the guest has set Bus Master, and the device is awake. When
 * it may again, and messages are enabled, &vdev_ops.listens is called.
 * Context: any.
 */
bool vdev_may_master(const struct vdev *vdev)
{
	return !READ_ONCE(vdev->irqs.msi.withheld);
}
EXPORT_SYMBOL_NS_GPL(vdev_may_master, VDEV_NS);
