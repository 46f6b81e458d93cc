// SPDX-License-Identifier: GPL-2.0
/*
 * No user of a card does harm to others, whatever it does, and when it is killed it leaves
 * nothing to the next.
 */
#include <signal.h>
#include <sys/wait.h>

#include "card.h"
#include "dma-owner.h"
#include "hostile.h"

#include "../lib/harness.h"
#include "../lib/kmsg.h"
#include "../lib/now.h"
#include "../lib/stream.h"

#define LINE(attribute, value)	serfwd_tty_is("ttySF", 0, attribute, value)

FIXTURE(card) {
	struct card card;
};

FIXTURE_VARIANT(card) {
	const struct card_type *type;
};

FIXTURE_VARIANT_ADD(card, uart) { .type = &card_uart };
FIXTURE_VARIANT_ADD(card, uart_dma) { .type = &card_quark };

FIXTURE_SETUP(card)
{
	ASSERT_EQ(0, card_begin(&self->card, variant->type));
}

FIXTURE_TEARDOWN(card)
{
	EXPECT_EQ(0, card_end(&self->card));
	EXPECT_TRUE(LINE("end", ""));
}

/* A transfer that may do, or one that may not. */
static void hostile_dma(int fd, struct stream *random)
{
	unsigned int n = stream_pick(random, SERFWD_DMA_CHANNELS);
	bool sends = stream_pick(random, 2);
	uint32_t bits = 1u << n;

	region_put(fd, CARD_DMA, CFG, 4, 1);
	region_put(fd, CARD_DMA, CHANNEL(n) + (sends ? SAR : DAR), 4,
		   stream_pick(random, 2 * CARD_MEMORY));
	region_put(fd, CARD_DMA, CHANNEL(n) + CTL_LO, 4,
		   (sends ? SEND : RECEIVE) | INT_EN |
		   (stream_pick(random, 4) ? 0 : stream_word(random)));
	region_put(fd, CARD_DMA, CHANNEL(n) + CTL_HI, 4, stream_pick(random, 0x1100));
	region_put(fd, CARD_DMA, MASK(XFER), 4, bits << 8 | bits);
	region_put(fd, CARD_DMA, CH_EN, 4, bits << 8 | bits);
}

/* Where, and up to a little behind its end. */
static unsigned int hostile_region(const struct card *card, struct stream *random,
				   unsigned int *size)
{
	unsigned int pick = stream_pick(random, 8);

	if (!pick) {
		*size = 260;
		return VFIO_PCI_CONFIG_REGION_INDEX;
	}
	if (card->type->has_dma && pick > 4) {
		*size = SERFWD_DMA_REGS + 16;
		return CARD_DMA;
	}
	*size = 8 * card->type->stride + 2;
	return CARD_BAR;
}

static void hostile_access(const struct card *card, struct stream *random)
{
	unsigned int width = 1u << stream_pick(random, 4), size;
	unsigned int index = hostile_region(card, random, &size);
	uint64_t offset = stream_pick(random, size);
	uint64_t value = stream_word(random);
	int fd = card->user.device;

	/* A card that does not decode is soon of no use. */
	if (index == VFIO_PCI_CONFIG_REGION_INDEX && stream_pick(random, 2))
		config_put(fd, PCI_COMMAND, 2, 7);
	else if (index == CARD_DMA && card->type->has_dma && !stream_pick(random, 8))
		hostile_dma(fd, random);
	else if (stream_pick(random, 2))
		region_put(fd, index, offset, width, value);
	else
		region_get(fd, index, offset, width);
}

static void hostile_irqs(int fd, struct stream *random)
{
	unsigned int index = stream_pick(random, VFIO_PCI_NUM_IRQS + 1);
	int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	irq_set(fd, index, stream_pick(random, 64), stream_pick(random, 2),
		stream_pick(random, 2) ? event : (int)stream_word(random));
	close(event);
}

/* One of its processors. */
struct hostile {
	struct task task;
	struct card *card;
	unsigned int calls;
	uint64_t seed;
};

static int hostile_run(void *data)
{
	struct hostile *hostile = data;
	int fd = hostile->card->user.device;
	struct stream random;

	stream_init(&random, hostile->seed, false);
	while (hostile->calls--) {
		if (!stream_pick(&random, 256))
			hostile_irqs(fd, &random);
		else if (!stream_pick(&random, 4096))
			ioctl(fd, VFIO_DEVICE_RESET);
		else
			hostile_access(hostile->card, &random);
	}
	return 0;
}

static void hostile_start(struct hostile *hostile, struct card *card, uint64_t seed)
{
	hostile->card = card;
	hostile->calls = hostile_calls() / 2;
	hostile->seed = seed;
	task_start(&hostile->task, hostile_run, hostile);
}

TEST_F(card, random_accesses_of_two_processors)
{
	long long position = kmsg_position(), began = now_ms();
	struct hostile processors[2];
	uint8_t bytes[16] = "after all that", got[16];

	ASSERT_NE(NULL, card_map_memory(&self->card));
	hostile_start(&processors[0], &self->card, 1);
	hostile_start(&processors[1], &self->card, 2);
	far_goes_on(self->card.far, &processors[0].task);
	far_goes_on(self->card.far, &processors[1].task);
	EXPECT_TRUE(kmsg_stayed_short(position, now_ms() - began));
	/* It is as good as new. */
	ASSERT_EQ(0, ioctl(self->card.user.device, VFIO_DEVICE_RESET));
	ASSERT_EQ(0, card_enable(&self->card));
	ioctl(self->card.far, TCFLSH, TCIOFLUSH);
	card_set_up(&self->card);
	card_out(&self->card, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	while (card_in(&self->card, UART_LSR) & UART_LSR_DR)
		card_in(&self->card, UART_RX);
	ioctl(self->card.far, TCFLSH, TCIOFLUSH);
	ASSERT_EQ(sizeof(bytes), card_send(&self->card, bytes, sizeof(bytes)));
	ASSERT_EQ(sizeof(got), line_read(self->card.far, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(bytes, got, sizeof(got)));
}

static void attack_until_killed(const struct card_type *type)
{
	struct card card = { .type = type };
	struct hostile hostile = { .card = &card, .calls = UINT32_MAX, .seed = getpid() };

	if (card_open(&card, 0) || !card_map_memory(&card))
		_exit(1);
	hostile_run(&hostile);
	_exit(0);
}

/* At any moment: the next one finds nothing of it. */
TEST_F(card, its_user_is_killed)
{
	struct card *card = &self->card;
	unsigned int i;
	int status;
	pid_t pid;

	card_close(card);
	for (i = 0; i < 20; i++) {
		pid = fork();
		ASSERT_GE(pid, 0);
		if (!pid)
			attack_until_killed(variant->type);
		ASSERT_TRUE(serfwd_tty_becomes("ttySF", 0, "end", mdev_uuid(0)));
		sleep_ms(i * 7);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_TRUE(WIFSIGNALED(status));
		ASSERT_TRUE(LINE("end", ""));
		ASSERT_EQ(0, card_open(card, 0));
		EXPECT_EQ(0, card_in(card, UART_IER));
		EXPECT_EQ(0, card_in(card, UART_MCR));
		EXPECT_EQ(0, card_in(card, UART_SCR));
		EXPECT_EQ(0, irq_comes(card->event, 0));
		EXPECT_EQ(0, line_get(card->far) & (TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
		card_close(card);
	}
	ASSERT_EQ(0, card_open(card, 0));
}

TEST_HARNESS_MAIN
