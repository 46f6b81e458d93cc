// SPDX-License-Identifier: GPL-2.0
/*
 * A card of serfwd_vfio by its user's calls: what its registers do to the line, who may
 * have it, and that no guest does harm to others, whatever it does.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "card.h"
#include "dma-owner.h"

#include "../lib/harness.h"
#include "../lib/kmsg.h"
#include "../lib/now.h"
#include "../lib/stream.h"
#include "../serfwd/task.h"

#define BOTH		(TIOCM_DTR | TIOCM_RTS)
#define LINE(attribute, value)	serfwd_tty_is("ttySF", 0, attribute, value)

FIXTURE(card) {
	struct card card;
};

FIXTURE_VARIANT(card) {
	const struct card_type *type;
};

FIXTURE_VARIANT_ADD(card, uart) { .type = &card_uart };
FIXTURE_VARIANT_ADD(card, uart_dma) { .type = &card_quark };

static int far_open(struct card *card)
{
	card->far = line_open_raw(CARD_FAR);
	return card->far < 0 ? card->far : line_set_outputs(card->far, BOTH);
}

FIXTURE_SETUP(card)
{
	/* Of a test that failed. */
	mdev_remove(0);
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	self->card.type = variant->type;
	ASSERT_EQ(0, card_create(variant->type, 0));
	ASSERT_EQ(0, far_open(&self->card));
	ASSERT_EQ(0, card_open(&self->card, 0));
	card_set_up(&self->card);
}

FIXTURE_TEARDOWN(card)
{
	card_close(&self->card);
	ioctl(self->card.far, TCFLSH, TCIOFLUSH);
	close(self->card.far);
	mdev_remove(0);
	EXPECT_TRUE(LINE("end", ""));
	EXPECT_EQ(0, serfwd_set_port(0, ""));
}

TEST_F(card, what_it_is)
{
	int fd = self->card.user.device;

	EXPECT_EQ(variant->type->id, config_get(fd, PCI_VENDOR_ID, 4));
	EXPECT_EQ(0x070002, config_get(fd, PCI_CLASS_REVISION, 4) >> 8);
	EXPECT_EQ(!variant->type->has_dma, config_get(fd, PCI_INTERRUPT_PIN, 1));
	ASSERT_EQ(0, config_put(fd, PCI_BASE_ADDRESS_0, 4, 0xffffffff));
	EXPECT_EQ(variant->type->bar, config_get(fd, PCI_BASE_ADDRESS_0, 4));
}

TEST_F(card, answers_while_it_decodes)
{
	int fd = self->card.user.device;

	card_out(&self->card, UART_SCR, 0x5a);
	EXPECT_EQ(0x5a, card_in(&self->card, UART_SCR));
	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, 0));
	EXPECT_EQ(0xff, card_in(&self->card, UART_SCR));
	card_out(&self->card, UART_SCR, 0xa5);
	ASSERT_EQ(0, card_enable(&self->card));
	EXPECT_EQ(0x5a, card_in(&self->card, UART_SCR));
}

TEST_F(card, bytes_both_ways)
{
	uint8_t bytes[300], got[300];
	struct stream stream;

	stream_init(&stream, 1, false);
	stream_fill(&stream, bytes, sizeof(bytes));
	ASSERT_EQ(sizeof(bytes), card_send(&self->card, bytes, sizeof(bytes)));
	ASSERT_EQ(sizeof(got), line_read(self->card.far, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(bytes, got, sizeof(got)));
	ASSERT_EQ(sizeof(bytes), line_write(self->card.far, bytes, sizeof(bytes)));
	ASSERT_EQ(sizeof(got), card_receive(&self->card, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(bytes, got, sizeof(got)));
}

TEST_F(card, settings_reach_the_line)
{
	EXPECT_TRUE(LINE("line", "115200 8n1"));
	card_set_line(&self->card, 9600, UART_LCR_WLEN7 | UART_LCR_PARITY | UART_LCR_EPAR |
		      UART_LCR_STOP);
	EXPECT_TRUE(LINE("line", "9600 7e2"));
}

TEST_F(card, lines_both_ways)
{
	ASSERT_EQ(0, line_set_outputs(self->card.far, 0));
	EXPECT_TRUE(card_becomes(&self->card, UART_MSR, 0xf0, 0));
	ASSERT_EQ(0, line_set_outputs(self->card.far, BOTH));
	EXPECT_TRUE(card_becomes(&self->card, UART_MSR, 0xf0,
				 UART_MSR_DCD | UART_MSR_DSR | UART_MSR_CTS));
	card_out(&self->card, UART_MCR, UART_MCR_DTR);
	EXPECT_EQ(TIOCM_DSR | TIOCM_CAR,
		  line_get(self->card.far) & (TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
	card_out(&self->card, UART_MCR, UART_MCR_RTS);
	EXPECT_EQ(TIOCM_CTS,
		  line_get(self->card.far) & (TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
}

/* INTx masks itself, and comes again as long as the cause is there; a message does not. */
TEST_F(card, interrupts_until_it_is_read)
{
	bool level = variant->type->irq == VFIO_PCI_INTX_IRQ_INDEX;
	struct card *card = &self->card;

	card_out(card, UART_IER, UART_IER_RDI);
	EXPECT_EQ(0, irq_comes(card->event, VFIO_QUIET));
	ASSERT_EQ(1, line_write(card->far, "a", 1));
	ASSERT_EQ(1, irq_comes(card->event, VFIO_PATIENCE));
	EXPECT_EQ(0, irq_comes(card->event, VFIO_QUIET));
	if (level) {
		ASSERT_EQ(0, irq_set(card->user.device, variant->type->irq, IRQ_UNMASK, 1,
				     0));
		EXPECT_EQ(1, irq_comes(card->event, VFIO_PATIENCE));
	}
	EXPECT_EQ('a', card_in(card, UART_RX));
	if (level)
		ASSERT_EQ(0, irq_set(card->user.device, variant->type->irq, IRQ_UNMASK, 1,
				     0));
	EXPECT_EQ(0, irq_comes(card->event, VFIO_QUIET));
	ASSERT_EQ(1, line_write(card->far, "b", 1));
	EXPECT_EQ(1, irq_comes(card->event, VFIO_PATIENCE));
}

TEST_F(card, a_reset_is_as_power_on)
{
	struct card *card = &self->card;

	card_out(card, UART_SCR, 0x5a);
	card_out(card, UART_IER, 0x0f);
	ASSERT_EQ(1, line_write(card->far, "a", 1));
	ASSERT_TRUE(card_becomes(card, UART_LSR, UART_LSR_DR, UART_LSR_DR));
	ASSERT_EQ(0, ioctl(card->user.device, VFIO_DEVICE_RESET));
	ASSERT_EQ(0, card_enable(card));
	EXPECT_EQ(0, card_in(card, UART_IER));
	EXPECT_EQ(UART_IIR_NO_INT, card_in(card, UART_IIR));
	EXPECT_EQ(0, card_in(card, UART_MCR));
	EXPECT_EQ(UART_LSR_THRE | UART_LSR_TEMT, card_in(card, UART_LSR));
	EXPECT_EQ(0, line_get(card->far) & (TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
}

TEST_F(card, has_the_link_alone)
{
	struct vfio_user other;
	int vtty;

	EXPECT_TRUE(LINE("end", mdev_uuid(0)));
	EXPECT_EQ(-EBUSY, line_open_path(CARD_VTTY, O_NONBLOCK));
	card_close(&self->card);
	EXPECT_TRUE(LINE("end", ""));
	vtty = line_open_path(CARD_VTTY, O_NONBLOCK);
	ASSERT_GE(vtty, 0);
	EXPECT_TRUE(LINE("end", "ttySF0"));
	EXPECT_EQ(-EBUSY, vfio_open(&other, 0));
	vfio_close(&other);
	close(vtty);
	EXPECT_EQ(0, card_open(&self->card, 0));
}

TEST_F(card, attributes)
{
	EXPECT_TRUE(sysfs_is(mdev_path(0, "link"), "ttySF0"));
	EXPECT_EQ(-EBUSY, sysfs_put(mdev_path(0, "link"), "ttySF1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "link"), "ttyS1"));
	EXPECT_EQ(-ENODEV, sysfs_put(mdev_path(0, "link"), "ttySF99"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "name"), ""));
	EXPECT_EQ(0, sysfs_put(mdev_path(0, "name"), "press 4, PLC"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "name"), "press 4, PLC"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "name"), "a\tb"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "name"), "press 4, PLC"));
}

static int remove_card(void *unused)
{
	(void)unused;
	return mdev_remove(0);
}

/* After the time for it the device is gone, and its user has nothing but ones. */
TEST_F(card, is_taken_away)
{
	struct card *card = &self->card;
	struct task task;

	task_start(&task, remove_card, NULL);
	EXPECT_TRUE(serfwd_tty_becomes("ttySF", 0, "end", ""));
	EXPECT_EQ(0xff, card_in(card, UART_SCR));
	EXPECT_EQ(UINT32_MAX, config_get(card->user.device, PCI_VENDOR_ID, 4));
	card_close(card);
	EXPECT_EQ(0, task_finish(&task));
}

/*
 * A hostile guest
 */

/* A number of calls is given by the environment, else that. */
static unsigned int hostile_calls(void)
{
	const char *calls = getenv("CARD_CALLS");

	return calls ? strtoul(calls, NULL, 0) : 20000;
}

/* Memory that the DMA controller reaches, from address 0 on; as much is not there. */
#define HOSTILE_MEMORY	0x10000

static int hostile_map(const struct card *card)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.size = HOSTILE_MEMORY,
	};
	void *memory = mmap(NULL, HOSTILE_MEMORY, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	map.vaddr = (uintptr_t)memory;
	return ioctl(card->user.container, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

/* A transfer that may do, or one that may not. */
static void hostile_dma(int fd, struct stream *random)
{
	unsigned int n = stream_pick(random, SERFWD_DMA_CHANNELS);
	bool sends = stream_pick(random, 2);
	uint32_t bits = 1u << n;

	region_put(fd, CARD_DMA, CFG, 4, 1);
	region_put(fd, CARD_DMA, CHANNEL(n) + (sends ? SAR : DAR), 4,
		   stream_pick(random, 2 * HOSTILE_MEMORY));
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

/* The far end sends all the time, and takes what there is. */
static void far_goes_on(int far, struct hostile *processors, unsigned int count)
{
	uint8_t bytes[256] = { 0 };
	unsigned int i;

	for (i = 0; i < count; i++) {
		while (!task_returns(&processors[i].task, 5)) {
			if (write(far, bytes, sizeof(bytes)) < 0)
				ioctl(far, TCFLSH, TCOFLUSH);
			if (read(far, bytes, sizeof(bytes)) < 0)
				continue;
		}
		task_finish(&processors[i].task);
	}
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

	ASSERT_EQ(0, hostile_map(&self->card));
	hostile_start(&processors[0], &self->card, 1);
	hostile_start(&processors[1], &self->card, 2);
	far_goes_on(self->card.far, processors, 2);
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

	if (card_open(&card, 0) || hostile_map(&card))
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
