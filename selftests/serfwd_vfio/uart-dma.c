// SPDX-License-Identifier: GPL-2.0
/*
 * The register core of serfwd_vfio with a DMA controller beside the guest. Needs no
 * module.
 */
#include "uart.h"

#define fetcher(who)	serfwd_uart_dma_set(&self->owner.uart, SERFWD_UART_##who)
#define fetch(bytes, count) \
	serfwd_uart_dma_fetch(&self->owner.uart, (u8 *)(bytes), count, self->owner.now)
#define send(bytes, count) \
	serfwd_uart_dma_send(&self->owner.uart, (const u8 *)(bytes), count, self->owner.now)
#define room()		serfwd_uart_dma_room(&self->owner.uart)

/* 115200 8N1, a FIFO with a trigger of 8, and interrupts of the receiver. */
#define OPEN() do {							\
	LINE();								\
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_8);	\
	out(UART_IER, UART_IER_RLSI | UART_IER_RDI);			\
} while (0)

/* All but the last byte; then a time-out tells of both. */
TEST_F(uart, fetched)
{
	u8 bytes[16];

	OPEN();
	EXPECT_EQ(10, receive("0123456789", NULL, 10));
	EXPECT_EQ(FIFO_ON | UART_IIR_RDI, in(UART_IIR));
	EXPECT_EQ(0, fetch(bytes, 16));
	fetcher(DMA);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(3, fetch(bytes, 3));
	EXPECT_EQ(9, room());
	EXPECT_EQ(6, fetch(bytes + 3, 13));
	EXPECT_EQ(0, memcmp(bytes, "012345678", 9));
	EXPECT_EQ(0, fetch(bytes, 16));
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	pass(15 * CHAR_NS);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	/* From here on the guest reads. */
	EXPECT_EQ(2, receive("ab", NULL, 2));
	EXPECT_EQ(0, fetch(bytes, 16));
	EXPECT_EQ('9', in(UART_RX));
	EXPECT_EQ(1, fetch(bytes, 16));
	EXPECT_EQ('a', bytes[0]);
	fetcher(GUEST);
	EXPECT_EQ('b', in(UART_RX));
}

/* Time begins anew with each byte that is fetched. */
TEST_F(uart, fetched_in_time)
{
	u8 byte;

	OPEN();
	fetcher(DMA);
	receive("abc", NULL, 3);
	pass(6 * CHAR_NS);
	EXPECT_EQ(1, fetch(&byte, 1));
	pass(6 * CHAR_NS);
	EXPECT_FALSE(self->owner.interrupt);
	pass(2 * CHAR_NS);
	EXPECT_TRUE(self->owner.interrupt);
}

/* Of a line without a pause, whose port brings bytes by its FIFO, none is told. */
TEST_F(uart, fetched_in_bursts)
{
	u8 bytes[16];
	unsigned int i;

	OPEN();
	fetcher(DMA);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(8, receive("01234567", NULL, 8));
		EXPECT_EQ(i ? 8 : 7, fetch(bytes, 16));
		pass(8 * CHAR_NS);
		EXPECT_FALSE(self->owner.interrupt);
	}
	/* The last one was not the last of a burst for sure, until now. */
	pass(3 * CHAR_NS);
	EXPECT_FALSE(self->owner.interrupt);
	pass(2 * CHAR_NS);
	EXPECT_TRUE(self->owner.interrupt);
	/* A burst is a FIFO full at most, also if it comes in parts. */
	EXPECT_EQ('7', in(UART_RX));
	EXPECT_EQ(16, receive("0123456789abcdef", NULL, 16));
	EXPECT_EQ(15, fetch(bytes, 16));
	EXPECT_EQ(10, receive("0123456789", NULL, 10));
	EXPECT_EQ(10, fetch(bytes, 16));
	pass(19 * CHAR_NS);
	EXPECT_FALSE(self->owner.interrupt);
	pass(2 * CHAR_NS);
	EXPECT_TRUE(self->owner.interrupt);
	/* A guest that reads by itself is told in time, whatever was waited for before. */
	EXPECT_EQ('9', in(UART_RX));
	EXPECT_EQ(16, receive("0123456789abcdef", NULL, 16));
	EXPECT_EQ(15, fetch(bytes, 16));
	fetcher(GUEST);
	receive("012345", NULL, 6);
	EXPECT_FALSE(self->owner.interrupt);
	pass(5 * CHAR_NS);
	EXPECT_TRUE(self->owner.interrupt);
}

/* A driver that reads for as long as there is something reads what it was told of. */
TEST_F(uart, fetched_as_announced)
{
	u8 bytes[16];
	unsigned int i;

	OPEN();
	serfwd_uart_dma_announce(&self->owner.uart, true);
	fetcher(DMA);
	receive("0123456789", NULL, 10);
	EXPECT_EQ(9, fetch(bytes, 16));
	pass(15 * CHAR_NS);
	/* These have come before it looks, and are not what it is told of. */
	receive("abc", NULL, 3);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	receive("defgh", NULL, 5);
	fetcher(GUEST);
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('9', in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* All of them were told of, one has come since. */
	EXPECT_EQ(FIFO_ON | UART_IIR_RDI, in(UART_IIR));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	receive("i", NULL, 1);
	for (i = 0; i < 8; i++)
		EXPECT_EQ("abcdefgh"[i], in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
	pass(14 * CHAR_NS);
	/* A debugger, who never reads IIR, sees it in the end. */
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	/* A driver that polls is told of all. */
	receive("j", NULL, 1);
	EXPECT_EQ('i', in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
	out(UART_IER, 0);
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	out(UART_IER, UART_IER_RDI);
	serfwd_uart_dma_announce(&self->owner.uart, false);
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
}

/* Linux empties a FIFO of which LSR says that it has bad bytes and no data. */
TEST_F(uart, fetched_and_bad_ones_unannounced)
{
	OPEN();
	serfwd_uart_dma_announce(&self->owner.uart, true);
	receive("ab", "\0\3", 2);
	EXPECT_EQ(IDLE, in(UART_LSR));
	pass(10 * CHAR_NS);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE, in(UART_LSR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE | UART_LSR_PE, in(UART_LSR));
	EXPECT_EQ('b', in(UART_RX));
}

/* A time-out that nobody is told of does not stop it. */
TEST_F(uart, fetched_without_interrupts)
{
	u8 bytes[16];

	OPEN();
	out(UART_IER, 0);
	fetcher(DMA);
	receive("ab", NULL, 2);
	pass(7 * CHAR_NS);
	EXPECT_EQ(1, fetch(bytes, 16));
	EXPECT_EQ('a', bytes[0]);
	pass(7 * CHAR_NS);
	receive("c", NULL, 1);
	EXPECT_EQ(1, fetch(bytes, 16));
	EXPECT_EQ('b', bytes[0]);
	/* From here on it is told. */
	pass(7 * CHAR_NS);
	receive("d", NULL, 1);
	out(UART_IER, UART_IER_RDI);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	EXPECT_EQ(0, fetch(bytes, 16));
}

/* Events are told in their order: errors and time-outs after the bytes before them. */
TEST_F(uart, fetched_and_busy)
{
	u8 bytes[16];

	OPEN();
	fetcher(DMA_BUSY);
	receive("0123456789", "\0\0\0\0\0\0\0\0\0\3", 10);
	EXPECT_EQ(9, fetch(bytes, 16));
	EXPECT_FALSE(self->owner.interrupt);
	pass(5 * CHAR_NS);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	fetcher(DMA);
	EXPECT_EQ(FIFO_ON | UART_IIR_RLSI, in(UART_IIR));
}

/* A byte with errors stops it, and is the guest's, also after LSR was read. */
TEST_F(uart, fetched_errors)
{
	u8 bytes[16];

	OPEN();
	fetcher(DMA);
	receive("abcdef", "\0\0\3\0\1\0", 6);
	EXPECT_EQ(2, fetch(bytes, 16));
	EXPECT_EQ(FIFO_ON | UART_IIR_RLSI, in(UART_IIR));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE | UART_LSR_PE, in(UART_LSR));
	EXPECT_EQ(0, fetch(bytes, 16));
	EXPECT_EQ('c', in(UART_RX));
	EXPECT_EQ(1, fetch(bytes, 16));
	EXPECT_EQ('d', bytes[0]);
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE | UART_LSR_BI, in(UART_LSR));
	EXPECT_EQ(0, in(UART_RX));
	EXPECT_EQ('f', in(UART_RX));
	/* An overrun with nothing before it is told with the next byte. */
	receive("", "\4", 1);
	receive("gh", NULL, 2);
	EXPECT_EQ(0, fetch(bytes, 16));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_OE, in(UART_LSR));
	EXPECT_EQ(0, fetch(bytes, 16));
	/* A reset of the FIFO takes it away. */
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_TRIGGER_8);
	receive("ij", NULL, 2);
	EXPECT_EQ(1, fetch(bytes, 16));
	EXPECT_EQ('i', bytes[0]);
	/* And one of the UART, who reads. */
	serfwd_uart_reset(&self->owner.uart);
	EXPECT_EQ(SERFWD_UART_GUEST, self->owner.uart.rx.fetcher);
}

/* Bytes that did not fit come when there is room. */
TEST_F(uart, fetched_for_room)
{
	u8 bytes[16];

	OPEN();
	fetcher(DMA);
	EXPECT_EQ(16, receive("0123456789abcdefgh", NULL, 18));
	EXPECT_EQ(0, self->owner.nr_unthrottled);
	EXPECT_EQ(15, fetch(bytes, 16));
	EXPECT_EQ(1, self->owner.nr_unthrottled);
}

/* Without a FIFO there is nothing to be fetched, and the guest is told. */
TEST_F(uart, fetched_without_fifos)
{
	u8 byte;

	LINE();
	out(UART_IER, UART_IER_RDI);
	fetcher(DMA);
	receive("a", NULL, 1);
	EXPECT_EQ(0, fetch(&byte, 1));
	EXPECT_EQ(UART_IIR_RDI, in(UART_IIR));
	EXPECT_EQ('a', in(UART_RX));
}

/* As many as the wire takes, and none while CTS stops it. */
TEST_F(uart, sent)
{
	OPEN();
	self->owner.room = 5;
	EXPECT_EQ(3, send("abc", 3));
	EXPECT_EQ(2, send("defg", 4));
	EXPECT_EQ(0, memcmp(self->owner.sent, "abcde", 5));
	/* THRE is of the room that is left. */
	EXPECT_EQ(0, in(UART_LSR));
	self->owner.room = 100;
	out(UART_MCR, UART_MCR_RTS | UART_MCR_AFE);
	EXPECT_EQ(0, send("fg", 2));
	lines(UART_MSR_CTS);
	EXPECT_EQ(2, send("fg", 2));
	EXPECT_EQ(7, self->owner.nr_sent);
	EXPECT_EQ(0, self->owner.uart.tx.lost);
}

/* In loop-back the receiver's FIFO is the wire. */
TEST_F(uart, sent_in_a_loop)
{
	unsigned int i;

	OPEN();
	out(UART_MCR, UART_MCR_LOOP);
	EXPECT_EQ(16, send("0123456789abcdefgh", 18));
	EXPECT_EQ(0, self->owner.nr_sent);
	for (i = 0; i < 16; i++)
		EXPECT_EQ("0123456789abcdef"[i], in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
}

TEST_HARNESS_MAIN
