// SPDX-License-Identifier: GPL-2.0
/*
 * The card that is a virtio console, Virtual I/O Device (VIRTIO) 1.2, sections
 * 4.1 and 5.3. BAR 0 has its registers; BAR 1 the table of MSI-X; BAR 2 is a page
 * where a guest tells of its buffers, of which KVM tells without an exit.
 */
#include <linux/nospec.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "card.h"

enum {
	SERFWD_CONSOLE_REGS_BAR,
	SERFWD_CONSOLE_TABLE_BAR,
	SERFWD_CONSOLE_NOTIFY_BAR,
};

/*
 * Capabilities: section 4.1.4. Fields of a capability are counted from after its
 * ID and link, as &vdev_cap.body begins there.
 */

/* struct virtio_pci_cap: less than 256 bytes, that many times 256 from 0 on. */
#define SERFWD_CAP(at, kind, bar, from, bytes)				\
	{								\
		.offset = (at),						\
		.id = PCI_CAP_ID_VNDR,					\
		.size = sizeof(struct virtio_pci_cap) - PCI_CAP_FLAGS,	\
		.body = {						\
			[0] = sizeof(struct virtio_pci_cap),		\
			[1] = VIRTIO_PCI_CAP_##kind,			\
			[2] = (bar),					\
			[7] = (from),					\
			[10] = (bytes),					\
		},							\
	}

/* Each ends where the next begins. */
#define SERFWD_CAP_COMMON	VDEV_CAP_FIRST
#define SERFWD_CAP_ISR		(SERFWD_CAP_COMMON + 16)
#define SERFWD_CAP_DEVICE	(SERFWD_CAP_ISR + 16)
#define SERFWD_CAP_NOTIFY	(SERFWD_CAP_DEVICE + 16)
#define SERFWD_CAP_WINDOW	(SERFWD_CAP_NOTIFY + 20)

static const struct vdev_cap serfwd_console_caps[] = {
	SERFWD_CAP(SERFWD_CAP_COMMON, COMMON_CFG, SERFWD_CONSOLE_REGS_BAR,
		   SERFWD_CONSOLE_COMMON / 256, SERFWD_VIRTIO_REGS),
	SERFWD_CAP(SERFWD_CAP_ISR, ISR_CFG, SERFWD_CONSOLE_REGS_BAR,
		   SERFWD_CONSOLE_ISR / 256, 1),
	SERFWD_CAP(SERFWD_CAP_DEVICE, DEVICE_CFG, SERFWD_CONSOLE_REGS_BAR,
		   SERFWD_CONSOLE_CONFIG / 256, SERFWD_CONSOLE_CONFIG_SIZE),
	/* With a multiplier of 0: all virtqueues have the same address. */
	{
		.offset = SERFWD_CAP_NOTIFY,
		.id = PCI_CAP_ID_VNDR,
		.size = sizeof(struct virtio_pci_notify_cap) - PCI_CAP_FLAGS,
		.body = {
			[0] = sizeof(struct virtio_pci_notify_cap),
			[1] = VIRTIO_PCI_CAP_NOTIFY_CFG,
			[2] = SERFWD_CONSOLE_NOTIFY_BAR,
			[10] = 4,
		},
	},
	/* The guest says what it accesses: BAR, offset, length, and data. */
	{
		.offset = SERFWD_CAP_WINDOW,
		.id = PCI_CAP_ID_VNDR,
		.size = sizeof(struct virtio_pci_cfg_cap) - PCI_CAP_FLAGS,
		.body = {
			[0] = sizeof(struct virtio_pci_cfg_cap),
			[1] = VIRTIO_PCI_CAP_PCI_CFG,
		},
		.writable = {
			[2] = 0xff,
			[6] = 0xff, 0xff, 0xff, 0xff,
			[10] = 0xff, 0xff, 0xff, 0xff,
			[14] = 0xff, 0xff, 0xff, 0xff,
		},
	},
};

/*
 * Accesses
 */

static u64 serfwd_console_card_read(struct serfwd_card *card,
				    unsigned int index, u64 offset,
				    unsigned int width)
{
	return index == SERFWD_CONSOLE_REGS_BAR ?
		       serfwd_vconsole_read(&card->vconsole, offset, width) : 0;
}

/* The VMM has the table of MSI-X itself. */
static void serfwd_console_card_write(struct serfwd_card *card,
				      unsigned int index, u64 offset,
				      unsigned int width, u64 value)
{
	if (index == SERFWD_CONSOLE_REGS_BAR)
		serfwd_vconsole_write(&card->vconsole, offset, width, value);
	else if (index == SERFWD_CONSOLE_NOTIFY_BAR && !offset)
		serfwd_vconsole_notify(&card->vconsole, value);
}

/* Returns what the guest has written there. */
static u32 serfwd_console_window_get(struct serfwd_card *card,
				     unsigned int field, unsigned int width)
{
	return vdev_config_read(&card->vdev, SERFWD_CAP_WINDOW + field, width);
}

/* Section 4.1.4.9.1: accesses that make no sense are none. */
static bool serfwd_console_window_is_sane(struct serfwd_card *card, u32 index,
					  u32 offset, u32 length)
{
	if ((length != 1 && length != 2 && length != 4) || offset % length ||
	    index >= PCI_STD_NUM_BARS)
		return false;
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return offset < card->model->vdev.bars[index].size;
}

static u32 serfwd_console_window_access(struct serfwd_card *card, u32 index,
					u32 offset, u32 length, bool write,
					u32 value)
{
	mutex_unlock(&card->lock);
	if (write)
		serfwd_console_card_write(card, index, offset, length, value);
	else
		value = serfwd_console_card_read(card, index, offset, length);
	mutex_lock(&card->lock);
	return value;
}

/* An access to the data is one to the BAR. */
static void serfwd_console_window(struct serfwd_card *card, unsigned int offset,
				  unsigned int width, bool write)
{
	const unsigned int data = offsetof(struct virtio_pci_cfg_cap,
					   pci_cfg_data);
	u32 index, from, length, value;

	if (offset >= SERFWD_CAP_WINDOW + data + 4 ||
	    offset + width <= SERFWD_CAP_WINDOW + data)
		return;
	index = serfwd_console_window_get(card, offsetof(struct virtio_pci_cap,
							 bar), 1);
	from = serfwd_console_window_get(card, offsetof(struct virtio_pci_cap,
							offset), 4);
	length = serfwd_console_window_get(card, offsetof(struct virtio_pci_cap,
							  length), 4);
	if (!serfwd_console_window_is_sane(card, index, from, length))
		return;
	value = serfwd_console_window_get(card, data, length);
	value = serfwd_console_window_access(card, index, from, length, write,
					     value);
	if (!write)
		vdev_config_write(&card->vdev, SERFWD_CAP_WINDOW + data, length,
				  value);
}

/*
 * Interrupts
 */

static u32 serfwd_console_card_pending(struct serfwd_card *card)
{
	return serfwd_vconsole_pending(&card->vconsole);
}

static bool serfwd_console_card_asserted(struct serfwd_card *card)
{
	return serfwd_vconsole_is_asserted(&card->vconsole);
}

static void serfwd_console_card_listens(struct serfwd_card *card)
{
	serfwd_vconsole_listens(&card->vconsole);
}

/*
 * From opening to closing
 */

static void serfwd_console_card_init(struct serfwd_card *card)
{
	serfwd_vconsole_init(&card->vconsole, &card->vdev);
}

static int serfwd_console_card_open(struct serfwd_card *card)
{
	return serfwd_vconsole_open(&card->vconsole);
}

/* The guest finds the port by the administrator's name, or that of the link. */
static int serfwd_console_card_take_link(struct serfwd_card *card,
					 unsigned int link)
{
	char name[SERFWD_CONSOLE_NAME];

	if (!vdev_label_get(&card->label, name, sizeof(name)))
		snprintf(name, sizeof(name), "ttySF%u", link);
	return serfwd_vconsole_take_link(&card->vconsole, link, name);
}

static void serfwd_console_card_give_link(struct serfwd_card *card)
{
	serfwd_vconsole_give_link(&card->vconsole);
}

static void serfwd_console_card_close(struct serfwd_card *card)
{
	serfwd_vconsole_close(&card->vconsole);
}

static int serfwd_console_card_reset(struct serfwd_card *card)
{
	return serfwd_vconsole_reset(&card->vconsole);
}

static const struct serfwd_card_ops serfwd_console_card_ops = {
	.init		= serfwd_console_card_init,
	.open		= serfwd_console_card_open,
	.take_link	= serfwd_console_card_take_link,
	.give_link	= serfwd_console_card_give_link,
	.close		= serfwd_console_card_close,
	.reset		= serfwd_console_card_reset,
	.read		= serfwd_console_card_read,
	.write		= serfwd_console_card_write,
	.pending	= serfwd_console_card_pending,
	.asserted	= serfwd_console_card_asserted,
	.listens	= serfwd_console_card_listens,
	.window		= serfwd_console_window,
};

const struct serfwd_card_model serfwd_card_console = {
	.vdev = {
		.vendor		= PCI_VENDOR_ID_REDHAT_QUMRANET,
		/* Section 4.1.2. */
		.device		= 0x1040 + VIRTIO_ID_CONSOLE,
		.subvendor	= PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
		.subdevice	= PCI_SUBDEVICE_ID_QEMU,
		.class_revision	= PCI_CLASS_COMMUNICATION_OTHER << 16 | 1,
		.bars		= {
			[SERFWD_CONSOLE_REGS_BAR]	= { 0, SZ_4K },
			[SERFWD_CONSOLE_TABLE_BAR]	= { 0, VDEV_TABLE_SIZE },
			[SERFWD_CONSOLE_NOTIFY_BAR]	= { 0, PAGE_SIZE },
		},
		.intx		= true,
		.msix		= SERFWD_CONSOLE_VECTORS,
		.table		= SERFWD_CONSOLE_TABLE_BAR,
		.paged		= true,
		.page		= SERFWD_CONSOLE_NOTIFY_BAR,
		.resettable	= true,
		.caps		= serfwd_console_caps,
		.nr_caps	= ARRAY_SIZE(serfwd_console_caps),
	},
	.ops		= &serfwd_console_card_ops,
	.is_console	= true,
};
