/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dma-owner.h - one that has the DMA controller, and its registers' places
 */
#ifndef SELFTESTS_DMA_OWNER_H
#define SELFTESTS_DMA_OWNER_H

#include "../../serfwd_vfio/dma.h"

/* As in drivers/dma/dw/regs.h of the kernel. */
#define CHANNEL(n)	((n) * 0x58)
#define SAR		0x00
#define DAR		0x08
#define LLP		0x10
#define CTL_LO		0x18
#define CTL_HI		0x1c
#define CFG_LO		0x40
#define CFG_HI		0x44
#define RAW(event)	(0x2c0 + 8 * SERFWD_DMA_##event)
#define STATUS(event)	(0x2e8 + 8 * SERFWD_DMA_##event)
#define MASK(event)	(0x310 + 8 * SERFWD_DMA_##event)
#define CLEAR(event)	(0x338 + 8 * SERFWD_DMA_##event)
#define STATUS_INT	0x360
#define CFG		0x398
#define CH_EN		0x3a0

/* Of CTL_LO, as the driver writes it. */
#define INT_EN		0x1u
#define SEND		0x00100100u
#define RECEIVE		0x00200400u

/**
 * struct dma_owner - its state
 * @dma: the registers; first, so that one is the other
 * @interrupt: as told
 * @nr_raised: how often the interrupt line rose
 * @shown: of each register, what it was shown to be
 * @wrong: something was said that had been said before, or that is not so
 */
struct dma_owner {
	struct serfwd_dma dma;
	bool interrupt;
	unsigned int nr_raised;
	u32 shown[SERFWD_DMA_REGS / 4];
	bool wrong;
};

static inline void dma_owner_interrupt(struct serfwd_dma *dma, bool on)
{
	struct dma_owner *owner = (struct dma_owner *)dma;

	if (owner->interrupt == on)
		owner->wrong = true;
	owner->interrupt = on;
	owner->nr_raised += on;
}

static inline void dma_owner_show(struct serfwd_dma *dma, unsigned int offset, u32 value)
{
	((struct dma_owner *)dma)->shown[offset / 4] = value;
}

static const struct serfwd_dma_ops dma_owner_ops = {
	.interrupt = dma_owner_interrupt,
	.show = dma_owner_show,
};

static inline void dma_owner_init(struct dma_owner *owner)
{
	memset(owner, 0, sizeof(*owner));
	serfwd_dma_init(&owner->dma, &dma_owner_ops);
}

/* A guest that did not ask has seen the same value. */
static inline u32 dma_owner_read(struct dma_owner *owner, unsigned int offset)
{
	u32 value = serfwd_dma_read(&owner->dma, offset);

	if (owner->shown[offset / 4] != value)
		owner->wrong = true;
	return value;
}

#endif
