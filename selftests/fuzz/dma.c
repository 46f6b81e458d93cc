// SPDX-License-Identifier: GPL-2.0
/*
 * Any accesses to the DMA controller and any moves, for libFuzzer: four bytes each, the
 * first says what is done. What has to hold at any time is looked at after each.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../serfwd_vfio/dma-owner.h"

/* Bytes of the longest block, of the widest items. */
#define BYTES_MAX	(SERFWD_DMA_BLOCK_MAX << 2)

#define must(held)	must_hold(held, #held, __LINE__)

static void must_hold(bool held, const char *what, int line)
{
	if (held)
		return;
	fprintf(stderr, "line %d: not %s\n", line, what);
	abort();
}

/* Places that mean something are more likely than others. */
static unsigned int place(uint8_t what, uint8_t low)
{
	static const unsigned int all[] = {
		SAR, DAR, LLP, CTL_LO, CTL_HI, CFG_LO, CFG_HI,
		CHANNEL(1) + SAR, CHANNEL(1) + DAR, CHANNEL(1) + CTL_LO,
		CHANNEL(1) + CTL_HI, CHANNEL(1) + CFG_LO,
		MASK(XFER), MASK(BLOCK), MASK(ERROR), CLEAR(XFER), CLEAR(ERROR),
		CFG, CH_EN,
	};

	if (what & 0x80)
		return low << 2 & (SERFWD_DMA_REGS - 4);
	return all[low % ARRAY_SIZE(all)];
}

/* Half of what is written to CTL_LO is what a driver writes. */
static u32 value_of(unsigned int offset, const uint8_t *data)
{
	u32 value = data[2] | data[3] << 8;

	if (offset == CTL_LO || offset == CHANNEL(1) + CTL_LO)
		return data[3] & 1 ? (data[2] & 1 ? SEND : RECEIVE) | (data[2] >> 1 & 1) |
					     (data[2] >> 2 & 3) << 4 :
				     value << (data[1] & 15);
	return value;
}

/* As their owner moves bytes: some of what is asked for, or none for an error. */
static void move(struct dma_owner *owner, const uint8_t *data)
{
	enum serfwd_dma_way way = data[1] & 1 ? SERFWD_DMA_SENDS : SERFWD_DMA_RECEIVES;
	struct serfwd_dma_job job;
	u64 before = owner->dma.sent + owner->dma.received;
	u32 count;

	if (!serfwd_dma_find(&owner->dma, way, &job))
		return;
	must(job.channel < SERFWD_DMA_CHANNELS);
	must(job.count && job.count <= BYTES_MAX);
	if (data[1] == 0xff) {
		serfwd_dma_failed(&owner->dma, job.channel);
		must(serfwd_dma_read(&owner->dma, RAW(ERROR)) >> job.channel & 1);
		return;
	}
	count = (data[2] | data[3] << 8) % (job.count + 1);
	serfwd_dma_moved(&owner->dma, job.channel, count);
	must(owner->dma.sent + owner->dma.received == before + count);
	if (count != job.count)
		return;
	if (way == SERFWD_DMA_SENDS) {
		must(serfwd_dma_nr_ending(&owner->dma));
		serfwd_dma_end_sent(&owner->dma);
		must(!serfwd_dma_nr_ending(&owner->dma));
	}
	must(serfwd_dma_read(&owner->dma, RAW(XFER)) >> job.channel & 1);
}

static void check_shown(struct dma_owner *owner)
{
	unsigned int offset;

	for (offset = 0; offset < SERFWD_DMA_REGS; offset += 4)
		dma_owner_read(owner, offset);
	must(!owner->wrong);
}

static void check(struct dma_owner *owner)
{
	const struct serfwd_dma *dma = &owner->dma;
	u32 enabled = serfwd_dma_read(dma, CH_EN);
	unsigned int i;

	check_shown(owner);
	must(owner->interrupt == !!serfwd_dma_read(dma, STATUS_INT));
	must(!(enabled & ~3));
	must(dma->on || !enabled);
	for (i = 0; i < SERFWD_DMA_CHANNELS; i++) {
		const struct serfwd_dma_channel *channel = &dma->channels[i];

		must(channel->done <= channel->size || !channel->started);
		must(!(enabled >> i & 1) || channel->size <= BYTES_MAX);
		must(!(enabled >> i & 1) || channel->done < channel->size);
		must(!channel->unheard || !channel->enabled);
	}
	/* A controller that is off holds nothing back. */
	if (serfwd_dma_is_unheard(dma))
		must(dma->on);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dma_owner owner;
	unsigned int offset;

	dma_owner_init(&owner);
	for (; size >= 4; data += 4, size -= 4) {
		offset = place(data[0], data[1]);
		switch (data[0] & 3) {
		case 0:
		case 1:
			serfwd_dma_write(&owner.dma, offset, value_of(offset, data));
			break;
		case 2:
			serfwd_dma_read(&owner.dma, offset);
			break;
		default:
			if (data[0] == 3)
				serfwd_dma_reset(&owner.dma);
			else
				move(&owner, data);
		}
		check(&owner);
	}
	return 0;
}
