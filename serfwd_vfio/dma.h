/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of a DMA controller with two channels, the Synopsys DesignWare
 * one that Intel's Quark X1000 has beside its UARTs, without anything that only
 * a kernel has. A channel moves one block between memory and the UART; which
 * way is in its control register. The owner asks what there is to be moved,
 * moves it, and says how much it was.
 *
 * Registers are those of drivers/dma/dw/regs.h of the kernel.
 */
#ifndef SERFWD_DMA_H
#define SERFWD_DMA_H

#include "env.h"

#define SERFWD_DMA_CHANNELS	2

/* Bytes that registers take, in a BAR. */
#define SERFWD_DMA_REGS		0x400

/* How many items a block has at most. */
#define SERFWD_DMA_BLOCK_MAX	0xfff

/* Kinds of events, as they are side by side in each group of registers. */
enum serfwd_dma_event {
	SERFWD_DMA_XFER,
	SERFWD_DMA_BLOCK,
	SERFWD_DMA_SRC_TRAN,
	SERFWD_DMA_DST_TRAN,
	SERFWD_DMA_ERROR,
	SERFWD_DMA_EVENTS,
};

/* Ways, as CTL_LO has them. */
enum serfwd_dma_way {
	SERFWD_DMA_SENDS = 1,
	SERFWD_DMA_RECEIVES = 2,
};

struct serfwd_dma;

/**
 * struct serfwd_dma_ops - from registers to their owner
 * @interrupt: the interrupt line is now so. Called within a call of the owner,
 *	with the locks it holds; may not call back.
 * @show: the register at @offset reads so; comes ahead of @interrupt, of all
 *	that may have changed. NULL if the owner has guests ask
 */
struct serfwd_dma_ops {
	void (*interrupt)(struct serfwd_dma *dma, bool on);
	void (*show)(struct serfwd_dma *dma, unsigned int offset, u32 value);
};

/**
 * struct serfwd_dma_channel - a channel
 * @sar: source
 * @dar: destination
 * @llp: list pointer, which is only kept
 * @ctl_lo: control
 * @block: items of the block, as written to CTL_HI
 * @cfg_lo: configuration
 * @cfg_hi: configuration
 * @enabled: its bit of CH_EN
 * @started: the block was begun since it was written
 * @size: bytes of the block
 * @done: how many of them were moved
 * @unheard: it has received a block, of which the guest has not heard
 */
struct serfwd_dma_channel {
	u32 sar;
	u32 dar;
	u32 llp;
	u32 ctl_lo;
	u32 block;
	u32 cfg_lo;
	u32 cfg_hi;
	bool enabled;
	bool started;
	u32 size;
	u32 done;
	bool unheard;
};

/**
 * struct serfwd_dma_job - bytes that a channel is to move
 * @channel: number of the channel
 * @address: of the guest's memory
 * @count: how many are left, not 0
 */
struct serfwd_dma_job {
	unsigned int channel;
	u32 address;
	u32 count;
};

/**
 * struct serfwd_dma - the registers of a DMA controller
 * @ops: its owner's operations
 * @on: it is enabled as a whole
 * @raw: for each event a bit of each channel
 * @mask: likewise, whether it interrupts
 * @listening: of each channel, whether the guest has had its end interrupt
 *	since the controller was enabled; it may have masked it meanwhile
 * @channels: the channels
 * @interrupt: the interrupt line, as the owner was told
 * @blocks: how many blocks were moved to their end
 * @sent: how many bytes were sent
 * @received: how many bytes were received
 *
 * Locking: the owner calls one function at a time.
 */
struct serfwd_dma {
	const struct serfwd_dma_ops *ops;
	bool on;
	u8 raw[SERFWD_DMA_EVENTS];
	u8 mask[SERFWD_DMA_EVENTS];
	u8 listening;
	struct serfwd_dma_channel channels[SERFWD_DMA_CHANNELS];
	bool interrupt;
	u64 blocks;
	u64 sent;
	u64 received;
};

void serfwd_dma_init(struct serfwd_dma *dma, const struct serfwd_dma_ops *ops);
void serfwd_dma_reset(struct serfwd_dma *dma);

u32 serfwd_dma_read(const struct serfwd_dma *dma, unsigned int offset);
void serfwd_dma_write(struct serfwd_dma *dma, unsigned int offset, u32 value);

bool serfwd_dma_find(const struct serfwd_dma *dma, enum serfwd_dma_way way,
		     struct serfwd_dma_job *job);
bool serfwd_dma_is_receiving(const struct serfwd_dma *dma);
bool serfwd_dma_is_unheard(const struct serfwd_dma *dma);
void serfwd_dma_moved(struct serfwd_dma *dma, unsigned int channel, u32 count);
u32 serfwd_dma_nr_ending(const struct serfwd_dma *dma);
void serfwd_dma_end_sent(struct serfwd_dma *dma);
void serfwd_dma_failed(struct serfwd_dma *dma, unsigned int channel);

#endif
