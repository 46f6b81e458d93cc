// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA controller of serfwd_vfio, which is the module's file, as the dw_dmac driver of
 * Linux uses it. Needs no module.
 */
#include "dma-owner.h"

#include "../lib/harness.h"

/* The counts of gcov go to their file only when a process exits properly. */
#ifdef WITH_GCOV
void __gcov_dump(void);
#else
static inline void __gcov_dump(void)
{
}
#endif

#define MEMORY		0x12345000u

FIXTURE(dma) {
	struct dma_owner owner;
};

FIXTURE_SETUP(dma)
{
	dma_owner_init(&self->owner);
}

FIXTURE_TEARDOWN(dma)
{
	EXPECT_FALSE(self->owner.wrong);
	__gcov_dump();
}

#define in(reg)			dma_owner_read(&self->owner, reg)
#define out(reg, value)		serfwd_dma_write(&self->owner.dma, reg, value)
#define find(way)		serfwd_dma_find(&self->owner.dma, SERFWD_DMA_##way, &job)
#define moved(channel, count)	serfwd_dma_moved(&self->owner.dma, channel, count)
#define nr_ending()		serfwd_dma_nr_ending(&self->owner.dma)
#define end_sent()		serfwd_dma_end_sent(&self->owner.dma)
#define unheard()		serfwd_dma_is_unheard(&self->owner.dma)
#define receiving()		serfwd_dma_is_receiving(&self->owner.dma)

/* Linux, dwc_do_single_block(), and what comes before it. */
static void start(struct dma_owner *owner, unsigned int channel, u32 ctl_lo, u32 items)
{
	struct serfwd_dma *dma = &owner->dma;
	bool receives = ctl_lo & RECEIVE;

	serfwd_dma_write(dma, CFG, 1);
	serfwd_dma_write(dma, MASK(XFER), 0x101 << channel);
	serfwd_dma_write(dma, MASK(ERROR), 0x101 << channel);
	serfwd_dma_write(dma, CHANNEL(channel) + SAR, receives ? 0xfffff000 : MEMORY);
	serfwd_dma_write(dma, CHANNEL(channel) + DAR, receives ? MEMORY : 0xfffff000);
	serfwd_dma_write(dma, CHANNEL(channel) + CTL_LO, ctl_lo);
	serfwd_dma_write(dma, CHANNEL(channel) + CTL_HI, items);
	serfwd_dma_write(dma, CH_EN, 0x101 << channel);
}

#define START(channel, ctl_lo, items)	start(&self->owner, channel, ctl_lo, items)

TEST_F(dma, reset)
{
	unsigned int offset, round;

	for (round = 0; round < 2; round++) {
		for (offset = 0; offset < SERFWD_DMA_REGS; offset += 4)
			EXPECT_EQ(offset % 0x58 == CFG_LO && offset < 0xb0 ? 0x200 : 0,
				  in(offset)) {
				TH_LOG("register 0x%x, round %u", offset, round);
			}
		for (offset = 0; offset < SERFWD_DMA_REGS; offset += 4)
			out(offset, 0xffffffff);
		serfwd_dma_reset(&self->owner.dma);
		EXPECT_FALSE(self->owner.interrupt);
	}
}

/* A register reads as it was written, except for bits that are not there. */
TEST_F(dma, registers)
{
	unsigned int i;

	for (i = 0; i < SERFWD_DMA_CHANNELS; i++) {
		out(CHANNEL(i) + SAR, 0x11111110 + i);
		out(CHANNEL(i) + DAR, 0x22222220 + i);
		out(CHANNEL(i) + LLP, 0x33333330 + i);
		/* There are no lists. */
		out(CHANNEL(i) + CTL_LO, 0x5c464440 + i);
		out(CHANNEL(i) + CTL_HI, 0x55555550 + i);
		out(CHANNEL(i) + CFG_LO, 0x66666460 + i);
		out(CHANNEL(i) + CFG_HI, 0x77777770 + i);
		out(CHANNEL(i) + 0x20, 0x88888888);
	}
	for (i = 0; i < SERFWD_DMA_CHANNELS; i++) {
		EXPECT_EQ(0x11111110 + i, in(CHANNEL(i) + SAR));
		EXPECT_EQ(0x22222220 + i, in(CHANNEL(i) + DAR));
		EXPECT_EQ(0x33333330 + i, in(CHANNEL(i) + LLP));
		EXPECT_EQ(0x44404440 + i, in(CHANNEL(i) + CTL_LO));
		EXPECT_EQ(0x550 + i, in(CHANNEL(i) + CTL_HI));
		EXPECT_EQ(0x66666660 + i, in(CHANNEL(i) + CFG_LO));
		EXPECT_EQ(0x77777770 + i, in(CHANNEL(i) + CFG_HI));
		EXPECT_EQ(0, in(CHANNEL(i) + 0x20));
	}
	/* The upper bits say which of the lower are written. */
	out(MASK(BLOCK), 0x203);
	EXPECT_EQ(2, in(MASK(BLOCK)));
	out(MASK(BLOCK), 0x101);
	EXPECT_EQ(3, in(MASK(BLOCK)));
	out(MASK(BLOCK), 0x200);
	EXPECT_EQ(1, in(MASK(BLOCK)));
	out(MASK(BLOCK), 0xff00ff);
	EXPECT_EQ(1, in(MASK(BLOCK)));
	out(MASK(BLOCK) + 4, 0x300);
	EXPECT_EQ(1, in(MASK(BLOCK)));
	EXPECT_EQ(0, in(MASK(BLOCK) + 4));
	EXPECT_EQ(0, in(CLEAR(BLOCK)));
}

TEST_F(dma, sends)
{
	struct serfwd_dma_job job;

	START(1, SEND | INT_EN, 100);
	EXPECT_EQ(2, in(CH_EN));
	EXPECT_FALSE(find(RECEIVES));
	EXPECT_FALSE(receiving());
	ASSERT_TRUE(find(SENDS));
	EXPECT_EQ(1, job.channel);
	EXPECT_EQ(MEMORY, job.address);
	EXPECT_EQ(100, job.count);
	moved(1, 30);
	EXPECT_EQ(30, in(CHANNEL(1) + CTL_HI));
	EXPECT_EQ(MEMORY + 30, in(CHANNEL(1) + SAR));
	EXPECT_EQ(0xfffff000, in(CHANNEL(1) + DAR));
	ASSERT_TRUE(find(SENDS));
	EXPECT_EQ(MEMORY + 30, job.address);
	EXPECT_EQ(70, job.count);
	EXPECT_EQ(0, nr_ending());
	end_sent();
	moved(1, 70);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(100, nr_ending());
	EXPECT_EQ(2, in(CH_EN));
	EXPECT_EQ(100, in(CHANNEL(1) + CTL_HI));
	EXPECT_FALSE(find(SENDS));
	end_sent();
	EXPECT_EQ(0, nr_ending());
	EXPECT_FALSE(find(SENDS));
	EXPECT_FALSE(unheard());
	EXPECT_EQ(0, in(CH_EN));
	EXPECT_EQ(2, in(RAW(XFER)));
	EXPECT_EQ(2, in(RAW(BLOCK)));
	EXPECT_EQ(2, in(STATUS(XFER)));
	EXPECT_EQ(0, in(STATUS(BLOCK)));
	EXPECT_EQ(1, in(STATUS_INT));
	EXPECT_EQ(0x1000 | 100, in(CHANNEL(1) + CTL_HI));
	EXPECT_TRUE(self->owner.interrupt);
	/* dw_dma_interrupt(), dw_dma_tasklet() */
	out(MASK(XFER), 0x300);
	EXPECT_EQ(0, in(STATUS_INT));
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(2, in(RAW(XFER)));
	out(CLEAR(XFER), 2);
	EXPECT_EQ(0, in(RAW(XFER)));
	out(MASK(XFER), 0x303);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(1, self->owner.nr_raised);
	EXPECT_EQ(1, self->owner.dma.blocks);
	EXPECT_EQ(100, self->owner.dma.sent);
	EXPECT_EQ(0, self->owner.dma.received);
}

/* Items are as wide as the source's side says. */
TEST_F(dma, sends_wide_items)
{
	struct serfwd_dma_job job;

	START(0, SEND | INT_EN | 2 << 4, 1024);
	ASSERT_TRUE(find(SENDS));
	EXPECT_EQ(4096, job.count);
	moved(0, 1023);
	EXPECT_EQ(255, in(CHANNEL(0) + CTL_HI));
	moved(0, 4096 - 1023);
	EXPECT_EQ(4096, nr_ending());
	end_sent();
	EXPECT_EQ(1, in(RAW(XFER)));
}

/* The guest has heard when it has acknowledged, and will be told again. */
TEST_F(dma, receives)
{
	struct serfwd_dma_job job;

	START(0, RECEIVE | INT_EN, 4095);
	EXPECT_FALSE(find(SENDS));
	EXPECT_TRUE(receiving());
	ASSERT_TRUE(find(RECEIVES));
	EXPECT_EQ(MEMORY, job.address);
	EXPECT_EQ(4095, job.count);
	moved(0, 4000);
	EXPECT_EQ(MEMORY + 4000, in(CHANNEL(0) + DAR));
	EXPECT_EQ(0xfffff000, in(CHANNEL(0) + SAR));
	EXPECT_FALSE(unheard());
	moved(0, 95);
	EXPECT_FALSE(receiving());
	EXPECT_TRUE(unheard());
	out(MASK(XFER), 0x300);
	out(CLEAR(XFER), 1);
	EXPECT_TRUE(unheard());
	out(MASK(XFER), 0x303);
	EXPECT_FALSE(unheard());
	EXPECT_EQ(4095, self->owner.dma.received);
	/* One that is begun is not of the past. */
	START(0, RECEIVE | INT_EN, 1);
	moved(0, 1);
	EXPECT_TRUE(unheard());
	START(0, RECEIVE | INT_EN, 1);
	EXPECT_FALSE(unheard());
	/* Linux begins the next block while it has masked the end of this one. */
	out(MASK(XFER), 0x100);
	moved(0, 1);
	EXPECT_TRUE(unheard());
	out(MASK(XFER), 0x101);
	EXPECT_TRUE(unheard());
	EXPECT_TRUE(self->owner.interrupt);
	out(CLEAR(XFER), 1);
	EXPECT_FALSE(unheard());
	/* Nobody acknowledges when the controller is off. */
	START(0, RECEIVE | INT_EN, 1);
	moved(0, 1);
	EXPECT_TRUE(unheard());
	out(MASK(XFER), 0x100);
	out(CFG, 0);
	EXPECT_FALSE(unheard());
	/* Nor one who never wanted to be interrupted. */
	out(CFG, 1);
	out(CH_EN, 0x101);
	EXPECT_TRUE(receiving());
	moved(0, 1);
	EXPECT_FALSE(unheard());
}

/* Linux, dwc_pause(), dwc_tx_status(), dwc_terminate_all() */
TEST_F(dma, flushed)
{
	struct serfwd_dma_job job;

	START(0, RECEIVE | INT_EN, 4095);
	moved(0, 17);
	out(CHANNEL(0) + CFG_LO, in(CHANNEL(0) + CFG_LO) | 0x100);
	EXPECT_EQ(0x300, in(CHANNEL(0) + CFG_LO));
	EXPECT_FALSE(find(RECEIVES));
	EXPECT_TRUE(receiving());
	EXPECT_EQ(17, in(CHANNEL(0) + CTL_HI));
	out(CH_EN, 0x100);
	EXPECT_EQ(0, in(CH_EN));
	EXPECT_FALSE(receiving());
	EXPECT_EQ(17, in(CHANNEL(0) + CTL_HI));
	out(CHANNEL(0) + CFG_LO, 0);
	EXPECT_FALSE(find(RECEIVES));
	EXPECT_EQ(0, in(RAW(XFER)));
	EXPECT_EQ(0, self->owner.nr_raised);
}

/* A block under way stays what it is, and is not begun twice. */
TEST_F(dma, under_way)
{
	struct serfwd_dma_job job;

	START(0, RECEIVE | INT_EN, 10);
	moved(0, 4);
	START(0, SEND, 99);
	ASSERT_TRUE(find(RECEIVES));
	EXPECT_EQ(6, job.count);
	EXPECT_EQ(MEMORY + 4, job.address);
	/* The list pointer is not of a block. */
	out(CH_EN, 0x100);
	out(CHANNEL(0) + LLP, 4);
	EXPECT_EQ(4, in(CHANNEL(0) + CTL_HI));
	out(CHANNEL(0) + CTL_HI, 20);
	EXPECT_EQ(20, in(CHANNEL(0) + CTL_HI));
}

/* Both at once, each its own bits. */
TEST_F(dma, both_channels)
{
	struct serfwd_dma_job job;

	START(0, RECEIVE | INT_EN, 10);
	START(1, RECEIVE | INT_EN, 20);
	EXPECT_EQ(3, in(CH_EN));
	ASSERT_TRUE(find(RECEIVES));
	EXPECT_EQ(0, job.channel);
	moved(0, 10);
	ASSERT_TRUE(find(RECEIVES));
	EXPECT_EQ(1, job.channel);
	moved(1, 20);
	EXPECT_EQ(3, in(RAW(XFER)));
	out(CLEAR(XFER), 1);
	EXPECT_EQ(2, in(RAW(XFER)));
	EXPECT_TRUE(unheard());
	EXPECT_TRUE(self->owner.interrupt);
	/* CTL_LO says for each whether it interrupts. */
	out(CHANNEL(1) + CTL_LO, RECEIVE);
	EXPECT_FALSE(self->owner.interrupt);
}

/* A controller that is off begins nothing, and a block of nothing is over at once. */
TEST_F(dma, no_block)
{
	out(CHANNEL(0) + CTL_LO, SEND | INT_EN);
	out(CH_EN, 0x101);
	EXPECT_EQ(0, in(CH_EN));
	START(0, SEND | INT_EN, 0);
	EXPECT_EQ(0, in(CH_EN));
	EXPECT_EQ(1, in(RAW(XFER)));
	EXPECT_EQ(0x1000, in(CHANNEL(0) + CTL_HI));
}

/* All that no driver of this UART does. */
TEST_F(dma, not_valid)
{
	static const u32 all[] = {
		INT_EN,				/* memory to memory */
		INT_EN | 3 << 20,		/* UART to UART */
		INT_EN | 4 << 20,		/* the UART knows how much */
		SEND | INT_EN | 1 << 9,		/* downwards */
		SEND | INT_EN | 2 << 9,		/* always the same place */
		RECEIVE | INT_EN | 1 << 7,
		SEND | INT_EN | 3 << 4,		/* 8 bytes */
		SEND | INT_EN | 3 << 1,
	};
	struct serfwd_dma_job job;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		START(1, all[i], 10);
		EXPECT_EQ(0, in(CH_EN));
		EXPECT_EQ(2, in(RAW(ERROR))) {
			TH_LOG("CTL_LO 0x%x", all[i]);
		}
		EXPECT_EQ(0, in(RAW(XFER)));
		EXPECT_EQ(0x10, in(STATUS_INT));
		EXPECT_FALSE(find(SENDS) || find(RECEIVES));
		out(CLEAR(ERROR), 2);
		EXPECT_EQ(0, in(STATUS_INT));
	}
}

TEST_F(dma, failed)
{
	struct serfwd_dma_job job;

	START(0, SEND | INT_EN, 10);
	moved(0, 3);
	serfwd_dma_failed(&self->owner.dma, 0);
	EXPECT_FALSE(find(SENDS));
	EXPECT_EQ(1, in(RAW(ERROR)));
	EXPECT_TRUE(self->owner.interrupt);
	EXPECT_EQ(3, in(CHANNEL(0) + CTL_HI));
	EXPECT_EQ(0, self->owner.dma.blocks);
}

TEST_HARNESS_MAIN
