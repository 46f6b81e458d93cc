// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks that the DMA controller of a card moves, by its user's calls.
 */
#include "card.h"
#include "dma-owner.h"

#include "../lib/harness.h"
#include "../lib/stream.h"

#define UNTOUCHED	0xee

FIXTURE(blocks) {
	struct card card;
	uint8_t *memory;
};

FIXTURE_SETUP(blocks)
{
	ASSERT_EQ(0, card_begin(&self->card, &card_quark));
	self->memory = card_map_memory(&self->card);
	ASSERT_NE(NULL, self->memory);
	region_put(self->card.user.device, CARD_DMA, CFG, 4, 1);
}

FIXTURE_TEARDOWN(blocks)
{
	EXPECT_EQ(0, card_end(&self->card));
}

static uint32_t dma_in(const struct card *card, unsigned int reg)
{
	return region_get(card->user.device, CARD_DMA, reg, 4);
}

static void dma_out(const struct card *card, unsigned int reg, uint32_t value)
{
	region_put(card->user.device, CARD_DMA, reg, 4, value);
}

/* Starts a block of bytes on a channel, @way is SEND or RECEIVE. */
static void dma_start(const struct card *card, unsigned int n, uint32_t way,
		      uint32_t address, unsigned int count)
{
	uint32_t bit = 1u << n;

	dma_out(card, CHANNEL(n) + (way == SEND ? SAR : DAR), address);
	dma_out(card, CHANNEL(n) + CTL_LO, way | INT_EN);
	dma_out(card, CHANNEL(n) + CTL_HI, count);
	dma_out(card, MASK(XFER), bit << 8 | bit);
	dma_out(card, CH_EN, bit << 8 | bit);
}

/* Waits until a channel has come to the end of its block. */
static bool dma_ends(const struct card *card, unsigned int n)
{
	int waited;

	for (waited = 0; waited < CARD_PATIENCE; waited += 5) {
		if (!(dma_in(card, CH_EN) & 1u << n))
			return true;
		sleep_ms(5);
	}
	return false;
}

static bool is_all(const uint8_t *bytes, unsigned int count, uint8_t value)
{
	while (count && *bytes == value) {
		bytes++;
		count--;
	}
	return !count;
}

TEST_F(blocks, are_sent)
{
	struct card *card = &self->card;
	uint8_t got[3000];
	struct stream stream;

	stream_init(&stream, 1, false);
	stream_fill(&stream, self->memory + 100, sizeof(got));
	dma_start(card, 0, SEND, 100, sizeof(got));
	ASSERT_EQ(sizeof(got), line_read(card->far, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(self->memory + 100, got, sizeof(got)));
	EXPECT_TRUE(dma_ends(card, 0));
	EXPECT_EQ(1, irq_comes(card->event, VFIO_PATIENCE));
	EXPECT_EQ(sizeof(got), sysfs_number(mdev_path(0, "dma_sent")));
}

/*
 * A block that is sent takes its time, although the port takes it at once: no driver has
 * one end within the write that starts it. The transmitter is not empty before it ends.
 */
TEST_F(blocks, last_as_on_a_wire)
{
	unsigned int round, lasting = 0;
	struct card *card = &self->card;
	uint8_t got[64], lsr;

	for (round = 0; round < 50; round++) {
		dma_start(card, 0, SEND, 0, sizeof(got));
		do {
			lsr = card_in(card, UART_LSR);
			if (!(dma_in(card, CH_EN) & 1))
				break;
			lasting++;
			EXPECT_FALSE(lsr & UART_LSR_TEMT);
		} while (lasting < 100000);
		ASSERT_EQ(sizeof(got), line_read(card->far, got, sizeof(got)));
		dma_out(card, CLEAR(XFER), 1);
	}
	EXPECT_GT(lasting, 0);
}

/* All except the last byte, which the guest's driver reads. */
TEST_F(blocks, are_received)
{
	struct card *card = &self->card;
	uint8_t bytes[1000];
	struct stream stream;

	stream_init(&stream, 1, false);
	stream_fill(&stream, bytes, sizeof(bytes));
	memset(self->memory, UNTOUCHED, CARD_MEMORY);
	dma_start(card, 1, RECEIVE, 0x1000, sizeof(bytes) - 1);
	ASSERT_EQ(sizeof(bytes), line_write(card->far, bytes, sizeof(bytes)));
	ASSERT_TRUE(dma_ends(card, 1));
	EXPECT_EQ(0, memcmp(bytes, self->memory + 0x1000, sizeof(bytes) - 1));
	EXPECT_EQ(UNTOUCHED, self->memory[0x1000 + sizeof(bytes) - 1]);
	dma_out(card, CLEAR(XFER), 2);
	EXPECT_EQ(bytes[sizeof(bytes) - 1], card_in(card, UART_RX));
	EXPECT_EQ(sizeof(bytes) - 1, sysfs_number(mdev_path(0, "dma_received")));
}

/* No kernel thread waits for a page: the guest is called, and its next access brings it. */
TEST_F(blocks, are_received_where_nothing_is_resident)
{
	struct card *card = &self->card;
	uint8_t bytes[200];

	memset(bytes, 'a', sizeof(bytes));
	dma_start(card, 1, RECEIVE, 0x3000, 4000);
	ASSERT_EQ(sizeof(bytes), line_write(card->far, bytes, sizeof(bytes)));
	EXPECT_NE(0, irq_comes(card->event, VFIO_PATIENCE));
	EXPECT_EQ(2, dma_in(card, CH_EN));
	sleep_ms(VFIO_QUIET);
	EXPECT_EQ(0x3000 + sizeof(bytes) - 1, dma_in(card, CHANNEL(1) + DAR));
	EXPECT_TRUE(is_all(self->memory + 0x3000, sizeof(bytes) - 1, 'a'));
}

TEST_F(blocks, fail_where_there_is_no_memory)
{
	struct card *card = &self->card;

	dma_start(card, 0, SEND, 2 * CARD_MEMORY, 100);
	EXPECT_TRUE(dma_ends(card, 0));
	EXPECT_EQ(1, dma_in(card, RAW(ERROR)));
	EXPECT_EQ(0, dma_in(card, RAW(XFER)));
	/* The next one is as good as any. */
	dma_start(card, 0, SEND, 0, 100);
	EXPECT_TRUE(dma_ends(card, 0));
	EXPECT_EQ(1, dma_in(card, RAW(XFER)));
}

/*
 * Bytes that were fetched for a block, and could not be stored, come to another one: as
 * many as that takes.
 */
TEST_F(blocks, take_no_more_than_their_size)
{
	struct card *card = &self->card;
	uint8_t bytes[40];

	memset(self->memory, UNTOUCHED, CARD_MEMORY);
	memset(bytes, 'a', sizeof(bytes));
	dma_start(card, 1, RECEIVE, 0x1000, 64);
	ASSERT_EQ(0, config_put(card->user.device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	ASSERT_EQ(sizeof(bytes), line_write(card->far, bytes, sizeof(bytes)));
	sleep_ms(VFIO_QUIET);
	EXPECT_TRUE(is_all(self->memory, CARD_MEMORY, UNTOUCHED));
	dma_start(card, 0, RECEIVE, 0x2000, 10);
	ASSERT_EQ(0, config_put(card->user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	EXPECT_TRUE(dma_ends(card, 0));
	EXPECT_TRUE(is_all(self->memory + 0x2000, 10, 'a'));
	EXPECT_EQ(UNTOUCHED, self->memory[0x200a]);
	EXPECT_EQ(0x200a, dma_in(card, CHANNEL(0) + DAR));
	EXPECT_EQ(2, dma_in(card, CH_EN));
	EXPECT_TRUE(is_all(self->memory + 0x1000, sizeof(bytes) - 11, 'a'));
}

TEST_HARNESS_MAIN
