// SPDX-License-Identifier: GPL-2.0
/*
 * struct virtio_pci_common_cfg, include/uapi/linux/virtio_pci.h, as a table of
 * registers. An access of any width that a bus carries reads and writes those
 * that it covers.
 */
#include "virtio.h"

/* Agreed upon, from here on the driver may not choose other features. */
#define SERFWD_VIRTIO_CHOSEN	VIRTIO_CONFIG_S_FEATURES_OK

/* All that a driver may set. */
#define SERFWD_VIRTIO_STATUS	(VIRTIO_CONFIG_S_ACKNOWLEDGE |		\
				 VIRTIO_CONFIG_S_DRIVER |		\
				 VIRTIO_CONFIG_S_DRIVER_OK |		\
				 VIRTIO_CONFIG_S_FEATURES_OK |		\
				 VIRTIO_CONFIG_S_FAILED)

/* A register: where it is, its bytes, up to 4, and what it is if that is fixed. */
struct serfwd_virtio_reg {
	u8 offset;
	u8 width;
	u8 fixed;
	u32 (*get)(const struct serfwd_virtio *virtio);
	void (*set)(struct serfwd_virtio *virtio, u32 value);
};

/* The one that is accessed, or NULL if there is none. */
static struct serfwd_virtq *
serfwd_virtio_selected(const struct serfwd_virtio *virtio)
{
	unsigned int index = virtio->queue_select;

	if (index >= SERFWD_VIRTIO_QUEUES)
		return NULL;
	index = array_index_nospec(index, SERFWD_VIRTIO_QUEUES);
	return (struct serfwd_virtq *)&virtio->queues[index];
}

/* One that may be changed: it is not enabled. */
static struct serfwd_virtq *
serfwd_virtio_changeable(const struct serfwd_virtio *virtio)
{
	struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	return virtq && !virtq->enabled ? virtq : NULL;
}

static u32 serfwd_virtio_half(u64 features, u32 select)
{
	return select < 2 ? features >> (32 * select) : 0;
}

static void serfwd_virtio_set_half(u64 *to, unsigned int select, u32 value)
{
	u64 mask = (u64)0xffffffff << (32 * select);

	*to = (*to & ~mask) | (u64)value << (32 * select);
}

/*
 * Registers of the device
 */

static u32 serfwd_virtio_get_dfselect(const struct serfwd_virtio *virtio)
{
	return virtio->device_feature_select;
}

static void serfwd_virtio_set_dfselect(struct serfwd_virtio *virtio, u32 value)
{
	virtio->device_feature_select = value;
}

static u32 serfwd_virtio_get_df(const struct serfwd_virtio *virtio)
{
	return serfwd_virtio_half(virtio->offered,
				  virtio->device_feature_select);
}

static u32 serfwd_virtio_get_gfselect(const struct serfwd_virtio *virtio)
{
	return virtio->driver_feature_select;
}

static void serfwd_virtio_set_gfselect(struct serfwd_virtio *virtio, u32 value)
{
	virtio->driver_feature_select = value;
}

static u32 serfwd_virtio_get_gf(const struct serfwd_virtio *virtio)
{
	return serfwd_virtio_half(virtio->accepted,
				  virtio->driver_feature_select);
}

static void serfwd_virtio_set_gf(struct serfwd_virtio *virtio, u32 value)
{
	if (virtio->driver_feature_select < 2 &&
	    !(virtio->status & SERFWD_VIRTIO_CHOSEN))
		serfwd_virtio_set_half(&virtio->accepted,
				       virtio->driver_feature_select, value);
}

/* One that there is not is none: 4.1.5.1.2.1. */
static u16 serfwd_virtio_vector(const struct serfwd_virtio *virtio, u32 value)
{
	return value < virtio->nr_vectors ? value : VIRTIO_MSI_NO_VECTOR;
}

static u32 serfwd_virtio_get_msix(const struct serfwd_virtio *virtio)
{
	return virtio->config_vector;
}

static void serfwd_virtio_set_msix(struct serfwd_virtio *virtio, u32 value)
{
	virtio->config_vector = serfwd_virtio_vector(virtio, value);
}

static u32 serfwd_virtio_get_status(const struct serfwd_virtio *virtio)
{
	return virtio->status;
}

/* What the device cannot do without, and nothing that it did not offer. */
static bool serfwd_virtio_agrees(const struct serfwd_virtio *virtio)
{
	return !(virtio->accepted & ~virtio->offered) &&
	       serfwd_virtio_has(virtio, VIRTIO_F_VERSION_1) &&
	       serfwd_virtio_has(virtio, VIRTIO_F_RING_PACKED);
}

/* Bits are only added, except by a reset; a failure stays until then. */
static void serfwd_virtio_set_status(struct serfwd_virtio *virtio, u32 value)
{
	if (!value) {
		serfwd_virtio_reset(virtio);
		return;
	}
	value &= SERFWD_VIRTIO_STATUS;
	if (!serfwd_virtio_agrees(virtio))
		value &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	/* 3.1.1: the driver is to read that it is so. */
	if (!((virtio->status | value) & VIRTIO_CONFIG_S_FEATURES_OK))
		value &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	virtio->status |= value;
}

static u32 serfwd_virtio_get_qselect(const struct serfwd_virtio *virtio)
{
	return virtio->queue_select;
}

static void serfwd_virtio_set_qselect(struct serfwd_virtio *virtio, u32 value)
{
	virtio->queue_select = value;
}

/*
 * Registers of a virtqueue; one that there is not has size 0
 */

static u32 serfwd_virtio_get_qsize(const struct serfwd_virtio *virtio)
{
	const struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	return virtq ? virtq->size : 0;
}

static void serfwd_virtio_set_qsize(struct serfwd_virtio *virtio, u32 value)
{
	struct serfwd_virtq *virtq = serfwd_virtio_changeable(virtio);

	if (virtq && value && value <= SERFWD_VIRTQ_SIZE)
		virtq->size = value;
}

static u32 serfwd_virtio_get_qvector(const struct serfwd_virtio *virtio)
{
	const struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	return virtq ? virtq->vector : VIRTIO_MSI_NO_VECTOR;
}

static void serfwd_virtio_set_qvector(struct serfwd_virtio *virtio, u32 value)
{
	struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	if (virtq)
		virtq->vector = serfwd_virtio_vector(virtio, value);
}

static u32 serfwd_virtio_get_qenable(const struct serfwd_virtio *virtio)
{
	const struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	return virtq && virtq->enabled;
}

/* 0 is not written: 4.1.4.3.2. */
static void serfwd_virtio_set_qenable(struct serfwd_virtio *virtio, u32 value)
{
	struct serfwd_virtq *virtq = serfwd_virtio_changeable(virtio);

	if (virtq && value == 1 &&
	    virtio->status & VIRTIO_CONFIG_S_FEATURES_OK)
		virtq->enabled = true;
}

/* An address is two registers, @n counts those of all parts. */
static u32 serfwd_virtio_get_address(const struct serfwd_virtio *virtio,
				     unsigned int n)
{
	const struct serfwd_virtq *virtq = serfwd_virtio_selected(virtio);

	return virtq ? virtq->addresses[n / 2] >> (32 * (n % 2)) : 0;
}

static void serfwd_virtio_set_address(struct serfwd_virtio *virtio,
				      unsigned int n, u32 value)
{
	struct serfwd_virtq *virtq = serfwd_virtio_changeable(virtio);

	if (virtq)
		serfwd_virtio_set_half(&virtq->addresses[n / 2], n % 2, value);
}

#define SERFWD_VIRTIO_GET_ADDRESS(n)					\
	static u32							\
	serfwd_virtio_get_address##n(const struct serfwd_virtio *virtio) \
	{								\
		return serfwd_virtio_get_address(virtio, n);		\
	}

#define SERFWD_VIRTIO_SET_ADDRESS(n)					\
	static void							\
	serfwd_virtio_set_address##n(struct serfwd_virtio *virtio, u32 value) \
	{								\
		serfwd_virtio_set_address(virtio, n, value);		\
	}

SERFWD_VIRTIO_GET_ADDRESS(0)
SERFWD_VIRTIO_SET_ADDRESS(0)
SERFWD_VIRTIO_GET_ADDRESS(1)
SERFWD_VIRTIO_SET_ADDRESS(1)
SERFWD_VIRTIO_GET_ADDRESS(2)
SERFWD_VIRTIO_SET_ADDRESS(2)
SERFWD_VIRTIO_GET_ADDRESS(3)
SERFWD_VIRTIO_SET_ADDRESS(3)
SERFWD_VIRTIO_GET_ADDRESS(4)
SERFWD_VIRTIO_SET_ADDRESS(4)
SERFWD_VIRTIO_GET_ADDRESS(5)
SERFWD_VIRTIO_SET_ADDRESS(5)

#define RW(at, bytes, name)						\
	{ at, bytes, 0, serfwd_virtio_get_##name, serfwd_virtio_set_##name }
#define RO(at, bytes, name)	{ at, bytes, 0, serfwd_virtio_get_##name, NULL }
#define FIXED(at, bytes, value)	{ at, bytes, value, NULL, NULL }

/* In the order of their places, without gaps. */
static const struct serfwd_virtio_reg serfwd_virtio_regs[] = {
	RW(VIRTIO_PCI_COMMON_DFSELECT, 4, dfselect),
	RO(VIRTIO_PCI_COMMON_DF, 4, df),
	RW(VIRTIO_PCI_COMMON_GFSELECT, 4, gfselect),
	RW(VIRTIO_PCI_COMMON_GF, 4, gf),
	RW(VIRTIO_PCI_COMMON_MSIX, 2, msix),
	FIXED(VIRTIO_PCI_COMMON_NUMQ, 2, SERFWD_VIRTIO_QUEUES),
	RW(VIRTIO_PCI_COMMON_STATUS, 1, status),
	/* Nothing of a device's own configuration ever changes. */
	FIXED(VIRTIO_PCI_COMMON_CFGGENERATION, 1, 0),
	RW(VIRTIO_PCI_COMMON_Q_SELECT, 2, qselect),
	RW(VIRTIO_PCI_COMMON_Q_SIZE, 2, qsize),
	RW(VIRTIO_PCI_COMMON_Q_MSIX, 2, qvector),
	RW(VIRTIO_PCI_COMMON_Q_ENABLE, 2, qenable),
	/* All are told of at the same place. */
	FIXED(VIRTIO_PCI_COMMON_Q_NOFF, 2, 0),
	RW(VIRTIO_PCI_COMMON_Q_DESCLO, 4, address0),
	RW(VIRTIO_PCI_COMMON_Q_DESCHI, 4, address1),
	RW(VIRTIO_PCI_COMMON_Q_AVAILLO, 4, address2),
	RW(VIRTIO_PCI_COMMON_Q_AVAILHI, 4, address3),
	RW(VIRTIO_PCI_COMMON_Q_USEDLO, 4, address4),
	RW(VIRTIO_PCI_COMMON_Q_USEDHI, 4, address5),
};

/*
 * Accesses
 */

/* How far the access is ahead of the register (bytes); negative if behind. */
static int serfwd_virtio_ahead(const struct serfwd_virtio_reg *reg,
			       unsigned int offset)
{
	return (int)reg->offset - (int)offset;
}

static bool serfwd_virtio_covers(const struct serfwd_virtio_reg *reg,
				 unsigned int offset, unsigned int width)
{
	return reg->offset < offset + width && offset < reg->offset + reg->width;
}

/**
 * serfwd_virtio_read - the guest reads registers
 * @virtio: the registers
 * @offset: of the first byte, up to SERFWD_VIRTIO_REGS
 * @width: bytes, 1 to 8
 *
 * Return: what they are; 0 where there is none.
 */
u64 serfwd_virtio_read(const struct serfwd_virtio *virtio, unsigned int offset,
		       unsigned int width)
{
	const struct serfwd_virtio_reg *reg;
	u64 value = 0, part;
	unsigned int i;
	int ahead;

	for (i = 0; i < ARRAY_SIZE(serfwd_virtio_regs); i++) {
		reg = &serfwd_virtio_regs[i];
		if (!serfwd_virtio_covers(reg, offset, width))
			continue;
		ahead = serfwd_virtio_ahead(reg, offset);
		part = reg->get ? reg->get(virtio) : reg->fixed;
		value |= ahead >= 0 ? part << (8 * ahead) :
				      part >> (8 * -ahead);
	}
	return width < 8 ? value & (((u64)1 << (8 * width)) - 1) : value;
}

/* A part of it that is not written stays. */
static u32 serfwd_virtio_merge(const struct serfwd_virtio_reg *reg, u32 old,
			       unsigned int offset, unsigned int width,
			       u64 value)
{
	unsigned int i, at;

	for (i = 0; i < reg->width; i++) {
		at = reg->offset + i;
		if (at < offset || at >= offset + width)
			continue;
		old &= ~((u32)0xff << (8 * i));
		old |= (u32)(value >> (8 * (at - offset)) & 0xff) << (8 * i);
	}
	return old;
}

/**
 * serfwd_virtio_write - the guest writes registers
 * @virtio: the registers
 * @offset: of the first byte, up to SERFWD_VIRTIO_REGS
 * @width: bytes, 1 to 8
 * @value: any; what may not be written stays
 */
void serfwd_virtio_write(struct serfwd_virtio *virtio, unsigned int offset,
			 unsigned int width, u64 value)
{
	const struct serfwd_virtio_reg *reg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(serfwd_virtio_regs); i++) {
		reg = &serfwd_virtio_regs[i];
		if (reg->set && serfwd_virtio_covers(reg, offset, width))
			reg->set(virtio,
				 serfwd_virtio_merge(reg, reg->get(virtio),
						     offset, width, value));
	}
}

/*
 * For the owner
 */

/**
 * serfwd_virtio_is_on - does the device do anything?
 * @virtio: the registers
 *
 * Return: whether the driver is ready, and nothing has failed.
 */
bool serfwd_virtio_is_on(const struct serfwd_virtio *virtio)
{
	return virtio->status & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !(virtio->status & VIRTIO_CONFIG_S_NEEDS_RESET);
}

/**
 * serfwd_virtio_has - was a feature agreed upon?
 * @virtio: the registers
 * @feature: number of its bit
 *
 * Return: whether the driver accepted it.
 */
bool serfwd_virtio_has(const struct serfwd_virtio *virtio, unsigned int feature)
{
	return virtio->accepted >> feature & 1;
}

/**
 * serfwd_virtio_fail - the device can do nothing with what the driver has set up
 * @virtio: the registers
 *
 * It is off until the driver resets it: VIRTIO 1.2, section 2.1.2.
 */
void serfwd_virtio_fail(struct serfwd_virtio *virtio)
{
	virtio->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
}

static void serfwd_virtio_set_up(struct serfwd_virtio *virtio)
{
	virtio->accepted = 0;
	virtio->device_feature_select = 0;
	virtio->driver_feature_select = 0;
	virtio->config_vector = VIRTIO_MSI_NO_VECTOR;
	virtio->status = 0;
	virtio->queue_select = 0;
}

/**
 * serfwd_virtio_reset - have all be as after power-on
 * @virtio: the registers
 */
void serfwd_virtio_reset(struct serfwd_virtio *virtio)
{
	unsigned int i;

	serfwd_virtio_set_up(virtio);
	for (i = 0; i < SERFWD_VIRTIO_QUEUES; i++)
		serfwd_virtq_reset(&virtio->queues[i]);
}

/**
 * serfwd_virtio_init - set up registers
 * @virtio: the registers; filled
 * @offered: features of the device, a bit each
 * @nr_vectors: how many vectors of MSI-X it has
 * @ops: reach the guest's memory
 * @owner: for @ops
 */
void serfwd_virtio_init(struct serfwd_virtio *virtio, u64 offered,
			u16 nr_vectors, const struct serfwd_virtq_ops *ops,
			void *owner)
{
	unsigned int i;

	virtio->offered = offered;
	virtio->nr_vectors = nr_vectors;
	serfwd_virtio_set_up(virtio);
	for (i = 0; i < SERFWD_VIRTIO_QUEUES; i++)
		serfwd_virtq_init(&virtio->queues[i], ops, owner);
}
