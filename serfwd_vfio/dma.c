// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of the DMA controller, and what follows from a change of any.
 *
 * A channel moves one block at a time: drivers for Quark know that it has no
 * linked lists. It is always within a block, or idle, so that nothing is in its
 * FIFO when the guest looks.
 */
#include "dma.h"

/* Of a channel, from its beginning on. */
#define SERFWD_DMA_CHANNEL	0x58
#define SERFWD_DMA_SAR		0x00
#define SERFWD_DMA_DAR		0x08
#define SERFWD_DMA_LLP		0x10
#define SERFWD_DMA_CTL_LO	0x18
#define SERFWD_DMA_CTL_HI	0x1c
#define SERFWD_DMA_CFG_LO	0x40
#define SERFWD_DMA_CFG_HI	0x44

/* Groups of events, 8 bytes for each. */
#define SERFWD_DMA_RAW		0x2c0
#define SERFWD_DMA_STATUS	0x2e8
#define SERFWD_DMA_MASK		0x310
#define SERFWD_DMA_CLEAR	0x338
#define SERFWD_DMA_GROUP	0x28

#define SERFWD_DMA_STATUS_INT	0x360
#define SERFWD_DMA_CFG		0x398
#define SERFWD_DMA_CH_EN	0x3a0

#define SERFWD_DMA_ALL		(BIT(SERFWD_DMA_CHANNELS) - 1)

/* CTL_LO */
#define SERFWD_DMA_INT_EN	BIT(0)
#define SERFWD_DMA_DST_WIDTH(c)	((c) >> 1 & 7)
#define SERFWD_DMA_SRC_WIDTH(c)	((c) >> 4 & 7)
#define SERFWD_DMA_DST_STEP(c)	((c) >> 7 & 3)
#define SERFWD_DMA_SRC_STEP(c)	((c) >> 9 & 3)
#define SERFWD_DMA_WAY(c)	((c) >> 20 & 7)
/*
 * Gathering, scattering, and linked lists either way, which this one does not
 * have. Linux makes lists itself, and sets the bits nevertheless.
 */
#define SERFWD_DMA_LISTS	(BIT(17) | BIT(18) | BIT(27) | BIT(28))
/* Widths are powers of two, up to 4 bytes. */
#define SERFWD_DMA_WIDEST	2

/* CTL_HI */
#define SERFWD_DMA_DONE		BIT(12)

/* CFG_LO */
#define SERFWD_DMA_SUSPEND	BIT(8)
#define SERFWD_DMA_FIFO_EMPTY	BIT(9)

#define SERFWD_DMA_ENABLE	BIT(0)

static u8 serfwd_dma_status(const struct serfwd_dma *dma, unsigned int event)
{
	unsigned int i;
	u8 enabled = 0;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (dma->channels[i].ctl_lo & SERFWD_DMA_INT_EN)
			enabled |= BIT(i);
	return dma->raw[event] & dma->mask[event] & enabled;
}

/* A bit for each kind of event. */
static u32 serfwd_dma_interrupts(const struct serfwd_dma *dma)
{
	unsigned int i;
	u32 all = 0;

	for (i = 0; i < SERFWD_DMA_EVENTS; i++)
		if (serfwd_dma_status(dma, i))
			all |= BIT(i);
	return all;
}

/*
 * A block
 */

static bool serfwd_dma_sends(const struct serfwd_dma_channel *channel)
{
	return SERFWD_DMA_WAY(channel->ctl_lo) == SERFWD_DMA_SENDS;
}

/* Blocks as the driver of Quark makes them: into or out of the UART. */
static bool serfwd_dma_is_valid(u32 ctl_lo)
{
	unsigned int step;

	if (SERFWD_DMA_WAY(ctl_lo) == SERFWD_DMA_SENDS)
		step = SERFWD_DMA_SRC_STEP(ctl_lo);
	else if (SERFWD_DMA_WAY(ctl_lo) == SERFWD_DMA_RECEIVES)
		step = SERFWD_DMA_DST_STEP(ctl_lo);
	else
		return false;
	return !step &&
		SERFWD_DMA_SRC_WIDTH(ctl_lo) <= SERFWD_DMA_WIDEST &&
		SERFWD_DMA_DST_WIDTH(ctl_lo) <= SERFWD_DMA_WIDEST;
}

static void serfwd_dma_complete(struct serfwd_dma *dma, unsigned int index)
{
	struct serfwd_dma_channel *channel = &dma->channels[index];

	channel->enabled = false;
	dma->raw[SERFWD_DMA_XFER] |= BIT(index);
	dma->raw[SERFWD_DMA_BLOCK] |= BIT(index);
	/* Only of a guest that is told of it, or it might never acknowledge. */
	channel->unheard = !serfwd_dma_sends(channel) &&
			   channel->ctl_lo & SERFWD_DMA_INT_EN &&
			   dma->listening & BIT(index);
	dma->blocks++;
}

static void serfwd_dma_fail(struct serfwd_dma *dma, unsigned int index)
{
	dma->channels[index].enabled = false;
	dma->raw[SERFWD_DMA_ERROR] |= BIT(index);
}

static void serfwd_dma_start(struct serfwd_dma *dma, unsigned int index)
{
	struct serfwd_dma_channel *channel = &dma->channels[index];

	if (channel->enabled || !dma->on)
		return;
	channel->enabled = true;
	channel->started = true;
	channel->unheard = false;
	channel->done = 0;
	channel->size = channel->block << SERFWD_DMA_SRC_WIDTH(channel->ctl_lo);
	if (!serfwd_dma_is_valid(channel->ctl_lo))
		serfwd_dma_fail(dma, index);
	else if (!channel->size)
		serfwd_dma_complete(dma, index);
}

static void serfwd_dma_stop(struct serfwd_dma *dma, unsigned int index)
{
	dma->channels[index].enabled = false;
}

/*
 * Reading
 */

/* While a block is under way, and after it, items that were moved. */
static u32 serfwd_dma_read_ctl_hi(const struct serfwd_dma_channel *channel)
{
	u32 items = channel->done >> SERFWD_DMA_SRC_WIDTH(channel->ctl_lo);

	if (!channel->started)
		return channel->block;
	if (!channel->enabled && channel->done == channel->size)
		items |= SERFWD_DMA_DONE;
	return items;
}

static u32 serfwd_dma_read_channel(const struct serfwd_dma_channel *channel,
				   unsigned int offset)
{
	bool sends = serfwd_dma_sends(channel);

	switch (offset) {
	case SERFWD_DMA_SAR:
		return channel->sar + (sends ? channel->done : 0);
	case SERFWD_DMA_DAR:
		return channel->dar + (sends ? 0 : channel->done);
	case SERFWD_DMA_LLP:
		return channel->llp;
	case SERFWD_DMA_CTL_LO:
		return channel->ctl_lo;
	case SERFWD_DMA_CTL_HI:
		return serfwd_dma_read_ctl_hi(channel);
	case SERFWD_DMA_CFG_LO:
		return channel->cfg_lo | SERFWD_DMA_FIFO_EMPTY;
	case SERFWD_DMA_CFG_HI:
		return channel->cfg_hi;
	default:
		return 0;
	}
}

static u32 serfwd_dma_read_ch_en(const struct serfwd_dma *dma)
{
	unsigned int i;
	u32 value = 0;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (dma->channels[i].enabled)
			value |= BIT(i);
	return value;
}

/* The upper half of each register of 64 bits is not used. */
static u32 serfwd_dma_read_events(const struct serfwd_dma *dma,
				  unsigned int offset)
{
	unsigned int group = offset / SERFWD_DMA_GROUP * SERFWD_DMA_GROUP;
	unsigned int event = offset % SERFWD_DMA_GROUP / 8;

	if (offset % 8)
		return 0;
	switch (group + SERFWD_DMA_RAW) {
	case SERFWD_DMA_RAW:
		return dma->raw[event];
	case SERFWD_DMA_STATUS:
		return serfwd_dma_status(dma, event);
	case SERFWD_DMA_MASK:
		return dma->mask[event];
	default:
		return 0;
	}
}

/**
 * serfwd_dma_read - the guest reads a register
 * @dma: the controller
 * @offset: which, a multiple of 4
 *
 * Return: its value; 0 for what there is not.
 */
u32 serfwd_dma_read(const struct serfwd_dma *dma, unsigned int offset)
{
	unsigned int index = offset / SERFWD_DMA_CHANNEL;

	if (index < SERFWD_DMA_CHANNELS)
		return serfwd_dma_read_channel(&dma->channels[index],
					       offset % SERFWD_DMA_CHANNEL);
	if (offset >= SERFWD_DMA_RAW && offset < SERFWD_DMA_STATUS_INT)
		return serfwd_dma_read_events(dma, offset - SERFWD_DMA_RAW);
	switch (offset) {
	case SERFWD_DMA_STATUS_INT:
		return serfwd_dma_interrupts(dma);
	case SERFWD_DMA_CFG:
		return dma->on ? SERFWD_DMA_ENABLE : 0;
	case SERFWD_DMA_CH_EN:
		return serfwd_dma_read_ch_en(dma);
	default:
		return 0;
	}
}

/*
 * After a change
 */

/* Others read as 0, always. */
static const u16 serfwd_dma_registers[] = {
	SERFWD_DMA_SAR,
	SERFWD_DMA_DAR,
	SERFWD_DMA_LLP,
	SERFWD_DMA_CTL_LO,
	SERFWD_DMA_CTL_HI,
	SERFWD_DMA_CFG_LO,
	SERFWD_DMA_CFG_HI,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_SAR,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_DAR,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_LLP,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_CTL_LO,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_CTL_HI,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_CFG_LO,
	SERFWD_DMA_CHANNEL + SERFWD_DMA_CFG_HI,
	SERFWD_DMA_RAW + 8 * SERFWD_DMA_XFER,
	SERFWD_DMA_RAW + 8 * SERFWD_DMA_BLOCK,
	SERFWD_DMA_RAW + 8 * SERFWD_DMA_ERROR,
	SERFWD_DMA_STATUS + 8 * SERFWD_DMA_XFER,
	SERFWD_DMA_STATUS + 8 * SERFWD_DMA_BLOCK,
	SERFWD_DMA_STATUS + 8 * SERFWD_DMA_ERROR,
	SERFWD_DMA_MASK + 8 * SERFWD_DMA_XFER,
	SERFWD_DMA_MASK + 8 * SERFWD_DMA_BLOCK,
	SERFWD_DMA_MASK + 8 * SERFWD_DMA_SRC_TRAN,
	SERFWD_DMA_MASK + 8 * SERFWD_DMA_DST_TRAN,
	SERFWD_DMA_MASK + 8 * SERFWD_DMA_ERROR,
	SERFWD_DMA_STATUS_INT,
	SERFWD_DMA_CFG,
	SERFWD_DMA_CH_EN,
};

static void serfwd_dma_show(struct serfwd_dma *dma)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(serfwd_dma_registers); i++)
		dma->ops->show(dma, serfwd_dma_registers[i],
			       serfwd_dma_read(dma, serfwd_dma_registers[i]));
}

static void serfwd_dma_update(struct serfwd_dma *dma)
{
	bool interrupt = serfwd_dma_interrupts(dma);

	if (dma->ops->show)
		serfwd_dma_show(dma);
	if (interrupt == dma->interrupt)
		return;
	dma->interrupt = interrupt;
	dma->ops->interrupt(dma, interrupt);
}

static void serfwd_dma_clear(struct serfwd_dma *dma)
{
	memset(dma->raw, 0, sizeof(dma->raw));
	memset(dma->mask, 0, sizeof(dma->mask));
	memset(dma->channels, 0, sizeof(dma->channels));
	dma->listening = 0;
	dma->on = false;
}

/**
 * serfwd_dma_init - make a controller, which is as after a reset
 * @dma: to fill in
 * @ops: its owner's operations
 */
void serfwd_dma_init(struct serfwd_dma *dma, const struct serfwd_dma_ops *ops)
{
	memset(dma, 0, sizeof(*dma));
	dma->ops = ops;
	serfwd_dma_update(dma);
}

/**
 * serfwd_dma_reset - have it be as after power-on
 * @dma: the controller; what is counted stays
 */
void serfwd_dma_reset(struct serfwd_dma *dma)
{
	serfwd_dma_clear(dma);
	serfwd_dma_update(dma);
}

/*
 * Writing
 */

/* A block stays as it is while it is under way. */
static void serfwd_dma_write_block(struct serfwd_dma_channel *channel,
				   unsigned int offset, u32 value)
{
	switch (offset) {
	case SERFWD_DMA_SAR:
		channel->sar = value;
		break;
	case SERFWD_DMA_DAR:
		channel->dar = value;
		break;
	case SERFWD_DMA_LLP:
		channel->llp = value;
		return;
	case SERFWD_DMA_CTL_LO:
		channel->ctl_lo = value & ~SERFWD_DMA_LISTS;
		break;
	case SERFWD_DMA_CTL_HI:
		channel->block = value & SERFWD_DMA_BLOCK_MAX;
		break;
	default:
		return;
	}
	channel->started = false;
	channel->done = 0;
}

static void serfwd_dma_write_channel(struct serfwd_dma_channel *channel,
				     unsigned int offset, u32 value)
{
	if (offset == SERFWD_DMA_CFG_LO)
		channel->cfg_lo = value & ~SERFWD_DMA_FIFO_EMPTY;
	else if (offset == SERFWD_DMA_CFG_HI)
		channel->cfg_hi = value;
	else if (!channel->enabled)
		serfwd_dma_write_block(channel, offset, value);
}

/*
 * The guest has heard of a block when its end was acknowledged and may interrupt
 * again. Linux masks it in between, while it tells the UART's driver.
 */
static void serfwd_dma_heard(struct serfwd_dma *dma)
{
	u8 heard = ~dma->raw[SERFWD_DMA_XFER] & dma->mask[SERFWD_DMA_XFER];
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (heard & BIT(i))
			dma->channels[i].unheard = false;
}

static void serfwd_dma_write_events(struct serfwd_dma *dma, unsigned int offset,
				    u32 value)
{
	unsigned int group = offset / SERFWD_DMA_GROUP * SERFWD_DMA_GROUP;
	unsigned int event = offset % SERFWD_DMA_GROUP / 8;
	u32 enables = value >> 8 & SERFWD_DMA_ALL;

	if (offset % 8)
		return;
	if (group + SERFWD_DMA_RAW == SERFWD_DMA_MASK)
		dma->mask[event] = (dma->mask[event] & ~enables) |
				   (value & enables);
	else if (group + SERFWD_DMA_RAW == SERFWD_DMA_CLEAR)
		dma->raw[event] &= ~value;
	dma->listening |= dma->mask[SERFWD_DMA_XFER];
	serfwd_dma_heard(dma);
}

/* Bits 15 to 8 say which of bits 7 to 0 are written. */
static void serfwd_dma_write_ch_en(struct serfwd_dma *dma, u32 value)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++) {
		if (!(value >> 8 & BIT(i)))
			continue;
		if (value & BIT(i))
			serfwd_dma_start(dma, i);
		else
			serfwd_dma_stop(dma, i);
	}
}

static void serfwd_dma_write_cfg(struct serfwd_dma *dma, u32 value)
{
	unsigned int i;

	dma->on = value & SERFWD_DMA_ENABLE;
	if (!dma->on)
		dma->listening = 0;
	for (i = 0; i < SERFWD_DMA_CHANNELS && !dma->on; i++) {
		serfwd_dma_stop(dma, i);
		dma->channels[i].unheard = false;
	}
}

/**
 * serfwd_dma_write - the guest writes a register
 * @dma: the controller
 * @offset: which, a multiple of 4
 * @value: any
 */
void serfwd_dma_write(struct serfwd_dma *dma, unsigned int offset, u32 value)
{
	unsigned int index = offset / SERFWD_DMA_CHANNEL;

	if (index < SERFWD_DMA_CHANNELS)
		serfwd_dma_write_channel(&dma->channels[index],
					 offset % SERFWD_DMA_CHANNEL, value);
	else if (offset >= SERFWD_DMA_RAW && offset < SERFWD_DMA_STATUS_INT)
		serfwd_dma_write_events(dma, offset - SERFWD_DMA_RAW, value);
	else if (offset == SERFWD_DMA_CFG)
		serfwd_dma_write_cfg(dma, value);
	else if (offset == SERFWD_DMA_CH_EN)
		serfwd_dma_write_ch_en(dma, value);
	serfwd_dma_update(dma);
}

/*
 * Moving
 */

/**
 * serfwd_dma_find - what is there to be moved?
 * @dma: the controller
 * @way: sent or received
 * @job: filled
 *
 * Return: whether there is something: what is left of a block that is under
 * way and not suspended. Of two channels it is the first one's.
 */
bool serfwd_dma_find(const struct serfwd_dma *dma, enum serfwd_dma_way way,
		     struct serfwd_dma_job *job)
{
	const struct serfwd_dma_channel *channel;
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++) {
		channel = &dma->channels[i];
		if (!channel->enabled || channel->cfg_lo & SERFWD_DMA_SUSPEND ||
		    SERFWD_DMA_WAY(channel->ctl_lo) != way ||
		    channel->done == channel->size)
			continue;
		job->channel = i;
		job->address = channel->done + (way == SERFWD_DMA_SENDS ?
						channel->sar : channel->dar);
		job->count = channel->size - channel->done;
		return true;
	}
	return false;
}

/**
 * serfwd_dma_is_receiving - is there a block to be received?
 * @dma: the controller
 *
 * Return: whether there is; it may be suspended.
 */
bool serfwd_dma_is_receiving(const struct serfwd_dma *dma)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (dma->channels[i].enabled &&
		    !serfwd_dma_sends(&dma->channels[i]))
			return true;
	return false;
}

/**
 * serfwd_dma_is_unheard - was something received that the guest does not know?
 * @dma: the controller
 *
 * Return: whether a block was, of whose end the guest has not heard.
 */
bool serfwd_dma_is_unheard(const struct serfwd_dma *dma)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (dma->channels[i].unheard)
			return true;
	return false;
}

/**
 * serfwd_dma_moved - bytes were moved
 * @dma: the controller
 * @channel: number of the channel, whose job has not changed since it was found
 * @count: how many, up to what the job had
 *
 * A block that is sent ends by serfwd_dma_end_sent(), one that is received here.
 */
void serfwd_dma_moved(struct serfwd_dma *dma, unsigned int channel, u32 count)
{
	struct serfwd_dma_channel *of = &dma->channels[channel];

	of->done += count;
	if (serfwd_dma_sends(of)) {
		dma->sent += count;
	} else {
		dma->received += count;
		if (of->done == of->size)
			serfwd_dma_complete(dma, channel);
	}
	serfwd_dma_update(dma);
}

static bool serfwd_dma_is_ending(const struct serfwd_dma_channel *channel)
{
	return channel->enabled && serfwd_dma_sends(channel) &&
	       channel->done == channel->size;
}

/**
 * serfwd_dma_nr_ending - is there a block that is sent, and has not ended?
 * @dma: the controller
 *
 * Return: how many bytes it has, of two the first; 0 if there is none.
 */
u32 serfwd_dma_nr_ending(const struct serfwd_dma *dma)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (serfwd_dma_is_ending(&dma->channels[i]))
			return dma->channels[i].size;
	return 0;
}

/**
 * serfwd_dma_end_sent - blocks that are sent end
 * @dma: the controller
 */
void serfwd_dma_end_sent(struct serfwd_dma *dma)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++)
		if (serfwd_dma_is_ending(&dma->channels[i]))
			serfwd_dma_complete(dma, i);
	serfwd_dma_update(dma);
}

/**
 * serfwd_dma_failed - memory could not be reached
 * @dma: the controller
 * @channel: number of the channel
 */
void serfwd_dma_failed(struct serfwd_dma *dma, unsigned int channel)
{
	serfwd_dma_fail(dma, channel);
	serfwd_dma_update(dma);
}
