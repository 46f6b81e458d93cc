// SPDX-License-Identifier: GPL-2.0
/*
 * A card of serfwd_vfio by its user's calls: what its registers do to the line, and who
 * may have it.
 */
#include "card.h"

#include "../lib/harness.h"
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

FIXTURE_SETUP(card)
{
	ASSERT_EQ(0, card_begin(&self->card, variant->type));
}

FIXTURE_TEARDOWN(card)
{
	EXPECT_EQ(0, card_end(&self->card));
	EXPECT_TRUE(LINE("end", ""));
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

TEST_HARNESS_MAIN
