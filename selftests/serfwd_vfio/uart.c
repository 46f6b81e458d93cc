// SPDX-License-Identifier: GPL-2.0
/*
 * The register core of serfwd_vfio, which is the module's file, against the data sheet.
 * Needs no module.
 */
#include "uart.h"

TEST_F(uart, reset)
{
	static const u8 values[SERFWD_UART_REGS] = {
		[UART_IIR] = UART_IIR_NO_INT,
		[UART_LSR] = IDLE,
		[UART_MSR] = UART_MSR_CTS,
	};
	unsigned int reg, round;

	lines(UART_MSR_CTS);
	in(UART_MSR);
	for (round = 0; round < 2; round++) {
		for (reg = 0; reg < SERFWD_UART_REGS; reg++)
			EXPECT_EQ(values[reg], in(reg)) {
				TH_LOG("register %u, round %u", reg, round);
			}
		/* All that a guest may leave behind. */
		out(UART_MCR, UART_MCR_LOOP);
		for (reg = SERFWD_UART_REGS; reg-- > 0;)
			out(reg, 0xff);
		out(UART_MCR, SERFWD_UART_OUTPUTS);
		out(UART_LCR, UART_LCR_SBC);
		out(UART_IER, 0x0f);
		receive("", "\4", 1);
		receive("ab", "\0\2", 2);
		EXPECT_TRUE(self->owner.breaking);
		EXPECT_TRUE(self->owner.interrupt);
		EXPECT_EQ(SERFWD_UART_OUTPUTS, self->owner.outputs);
		serfwd_uart_reset(&self->owner.uart);
		EXPECT_FALSE(self->owner.breaking);
		EXPECT_FALSE(self->owner.interrupt);
		EXPECT_EQ(0, self->owner.outputs);
	}
	out(UART_LCR, UART_LCR_DLAB);
	EXPECT_EQ(12, in(UART_DLL));
	EXPECT_EQ(0, in(UART_DLM));
}

/* Bits that are not there read as 0, and registers to be read stay. */
TEST_F(uart, reserved_bits)
{
	static const struct {
		unsigned int reg;
		u8 value;
	} all[] = {
		{ UART_IER, 0x0f },
		{ UART_MCR, 0x3f },
		{ UART_LSR, IDLE },
		{ UART_MSR, 0 },
		{ UART_SCR, 0xff },
		{ UART_LCR, 0xff },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		out(all[i].reg, 0xff);
		if (all[i].reg == UART_MCR) {
			EXPECT_EQ(all[i].value, in(UART_MCR));
			out(UART_MCR, 0);
			in(UART_MSR);
			continue;
		}
		EXPECT_EQ(all[i].value, in(all[i].reg)) {
			TH_LOG("register %u", all[i].reg);
		}
	}
	/* And beyond the eighth they are the same again. */
	EXPECT_EQ(in(UART_SCR), in(UART_SCR + SERFWD_UART_REGS));
}

TEST_F(uart, divisor)
{
	unsigned int byte;

	for (byte = 0; byte < 256; byte++) {
		out(UART_LCR, UART_LCR_DLAB);
		out(UART_DLL, byte);
		out(UART_DLM, 255 - byte);
		EXPECT_EQ(byte, in(UART_DLL));
		EXPECT_EQ(255 - byte, in(UART_DLM));
		out(UART_LCR, 0);
		EXPECT_EQ(0, in(UART_IER));
	}
	EXPECT_EQ(0, self->owner.nr_sent);
}

/* The owner is told of whole settings, once. */
TEST_F(uart, settings)
{
	LINE();
	EXPECT_EQ(1, self->owner.nr_settings);
	EXPECT_EQ(1, self->owner.settings.divisor);
	EXPECT_EQ(UART_LCR_WLEN8, self->owner.settings.lcr);
	LINE();
	EXPECT_EQ(1, self->owner.nr_settings);
	out(UART_LCR, UART_LCR_WLEN7 | UART_LCR_PARITY | UART_LCR_EPAR | UART_LCR_STOP);
	EXPECT_EQ(2, self->owner.nr_settings);
	EXPECT_EQ(0x1e, self->owner.settings.lcr);
	/* A divisor of 0 changes nothing. */
	out(UART_LCR, UART_LCR_DLAB);
	out(UART_DLL, 0);
	out(UART_LCR, UART_LCR_WLEN7 | UART_LCR_PARITY | UART_LCR_EPAR | UART_LCR_STOP);
	EXPECT_EQ(2, self->owner.nr_settings);
	/* Nor does a break, nor a reset. */
	out(UART_LCR, 0x1e | UART_LCR_SBC);
	serfwd_uart_reset(&self->owner.uart);
	EXPECT_EQ(2, self->owner.nr_settings);
	/* A guest gets what it asks for after it, although nothing changes. */
	out(UART_LCR, 0);
	EXPECT_EQ(3, self->owner.nr_settings);
	EXPECT_EQ(12, self->owner.settings.divisor);
	EXPECT_EQ(0, self->owner.settings.lcr);
}

TEST_F(uart, receive)
{
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(3, receive("abc", NULL, 3));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ('b', in(UART_RX));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('c', in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
	EXPECT_EQ(0, in(UART_RX));
}

/* 8.3: each error with its byte; of a break one byte of zeros. */
TEST_F(uart, errors_in_place)
{
	static const u8 flags[] = { TTY_NORMAL, TTY_PARITY, TTY_NORMAL, TTY_FRAME,
				    TTY_BREAK, TTY_NORMAL, 77 };
	static const struct {
		u8 lsr, byte;
	} seen[] = {
		{ UART_LSR_FIFOE, 'a' },
		{ UART_LSR_FIFOE | UART_LSR_PE, 'b' },
		{ UART_LSR_FIFOE, 'c' },
		{ UART_LSR_FIFOE | UART_LSR_FE, 'd' },
		{ UART_LSR_FIFOE | UART_LSR_BI, 0 },
		{ 0, 'f' },
		{ 0, 'g' },
	};
	unsigned int i;

	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(7, receive("abcdefg", flags, 7));
	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		EXPECT_EQ(IDLE | UART_LSR_DR | seen[i].lsr, in(UART_LSR)) {
			TH_LOG("byte %u", i);
		}
		EXPECT_EQ(seen[i].byte, in(UART_RX));
	}
	EXPECT_EQ(IDLE, in(UART_LSR));
}

/* Reading LSR clears what it says, also before the byte is read. */
TEST_F(uart, errors_once)
{
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	receive("ab", "\3\2", 2);
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE | UART_LSR_PE, in(UART_LSR));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE, in(UART_LSR));
	in(UART_RX);
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FIFOE | UART_LSR_FE, in(UART_LSR));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
}

/* An error whose byte was read is still told; the FIFO has none any more. */
TEST_F(uart, errors_late)
{
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	receive("a", "\3", 1);
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ(IDLE | UART_LSR_PE, in(UART_LSR));
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* A reset takes it away with the byte. */
	receive("a", "\3", 1);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	EXPECT_EQ(IDLE, in(UART_LSR));
}

/* An overrun is told with the byte before those that were lost, and takes no room. */
TEST_F(uart, overrun_in_place)
{
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(4, receive("ab\0c", "\0\0\4\0", 4));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_OE, in(UART_LSR));
	EXPECT_EQ('b', in(UART_RX));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('c', in(UART_RX));
	/* Nothing is there to tell it with. */
	EXPECT_EQ(1, receive("", "\4", 1));
	EXPECT_EQ(IDLE | UART_LSR_OE, in(UART_LSR));
	/* With the oldest it is told at once, and a full FIFO takes it. */
	EXPECT_EQ(17, receive("0123456789abcdef", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4", 17));
	receive("", "\4", 1);
	serfwd_uart_reset(&self->owner.uart);
	EXPECT_EQ(IDLE, in(UART_LSR));
	EXPECT_EQ(1, receive("a", NULL, 1));
	EXPECT_EQ(1, receive("", "\4", 1));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_OE, in(UART_LSR));
}

/* Bytes that do not fit stay upstream, which is asked for more when half is read. */
TEST_F(uart, refused)
{
	unsigned int i;

	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(16, receive("0123456789abcdefgh", NULL, 18));
	EXPECT_EQ(0, receive("gh", NULL, 2));
	for (i = 0; i < 7; i++)
		in(UART_RX);
	EXPECT_EQ(0, self->owner.nr_unthrottled);
	in(UART_RX);
	EXPECT_EQ(1, self->owner.nr_unthrottled);
	EXPECT_EQ(2, receive("gh", NULL, 2));
	for (i = 0; i < 10; i++)
		EXPECT_EQ("89abcdefgh"[i], in(UART_RX));
	EXPECT_EQ(1, self->owner.nr_unthrottled);
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* A reset of the FIFO makes room as well. */
	EXPECT_EQ(16, receive("0123456789abcdefgh", NULL, 18));
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	EXPECT_EQ(2, self->owner.nr_unthrottled);
	EXPECT_EQ(IDLE, in(UART_LSR));
}

/* Without FIFOs there is room for one byte, which stays in RBR. */
TEST_F(uart, without_fifos)
{
	EXPECT_EQ(1, receive("ab", "\2\0", 2));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FE, in(UART_LSR));
	out(UART_FCR, UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT | UART_FCR_TRIGGER_14);
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	out(UART_IER, UART_IER_RDI);
	EXPECT_EQ(UART_IIR_RDI, in(UART_IIR));
	pass(1000 * CHAR_NS);
	EXPECT_EQ(UART_IIR_RDI, in(UART_IIR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ(UART_IIR_NO_INT, in(UART_IIR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_EQ(1, self->owner.nr_unthrottled);
	EXPECT_EQ(1, receive("b", NULL, 1));
	/* To switch FIFOs on or off empties them. */
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(IDLE, in(UART_LSR));
	receive("cd", NULL, 2);
	out(UART_FCR, 0);
	EXPECT_EQ(IDLE, in(UART_LSR));
	EXPECT_EQ('b', in(UART_RX));
}

TEST_F(uart, triggers)
{
	static const u8 levels[] = { 1, 4, 8, 14 };
	unsigned int i, k;

	out(UART_IER, UART_IER_RDI);
	for (i = 0; i < 4; i++) {
		out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | i << 6);
		for (k = 1; k <= levels[i]; k++) {
			EXPECT_FALSE(self->owner.interrupt);
			EXPECT_EQ(1, receive("a", NULL, 1));
		}
		EXPECT_TRUE(self->owner.interrupt);
		EXPECT_EQ(FIFO_ON | UART_IIR_RDI, in(UART_IIR));
		in(UART_RX);
		EXPECT_FALSE(self->owner.interrupt);
		EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	}
}

/* 8.10 B: after the time of four characters without a change. */
TEST_F(uart, time_out)
{
	LINE();
	out(UART_IER, UART_IER_RDI);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_14);
	receive("ab", NULL, 2);
	pass(3 * CHAR_NS);
	receive("c", NULL, 1);
	pass(4 * CHAR_NS - 100);
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	pass(200);
	EXPECT_TRUE(self->owner.interrupt);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	/* More bytes do not clear it, reading one does. */
	receive("d", NULL, 1);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	EXPECT_EQ('a', in(UART_RX));
	EXPECT_FALSE(self->owner.interrupt);
	pass(4 * CHAR_NS - 100);
	EXPECT_FALSE(self->owner.interrupt);
	pass(200);
	EXPECT_TRUE(self->owner.interrupt);
	in(UART_RX);
	in(UART_RX);
	in(UART_RX);
	pass(100 * CHAR_NS);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(0, self->owner.timer);
	/* It is also shown at the trigger level. */
	receive("0123456789abcdef", NULL, 16);
	EXPECT_EQ(FIFO_ON | UART_IIR_RDI, in(UART_IIR));
	pass(5 * CHAR_NS);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	EXPECT_FALSE(self->owner.interrupt);
}

/* A character is as long as LCR and the divisor say. */
TEST_F(uart, character_time)
{
	static const struct {
		u8 lcr;
		unsigned int bits;
	} all[] = {
		{ UART_LCR_WLEN5, 7 },
		{ UART_LCR_WLEN8, 10 },
		{ UART_LCR_WLEN8 | UART_LCR_PARITY, 11 },
		{ UART_LCR_WLEN8 | UART_LCR_PARITY | UART_LCR_STOP, 12 },
	};
	unsigned int i;

	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		out(UART_LCR, all[i].lcr);
		receive("a", NULL, 1);
		EXPECT_EQ(self->owner.now + 4 * (all[i].bits * 12000000000ull / 115200),
			  self->owner.timer);
		in(UART_RX);
		pass(1000000000);
	}
}

/* 8.5: reading IIR, or writing THR, clears it; to enable it has it come again. */
TEST_F(uart, transmitter_interrupt)
{
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(UART_IIR_NO_INT, in(UART_IIR));
	EXPECT_FALSE(self->owner.interrupt);
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(UART_IIR_NO_INT, in(UART_IIR));
	out(UART_IER, 0);
	out(UART_IER, UART_IER_THRI);
	EXPECT_TRUE(self->owner.interrupt);
	out(UART_IER, 0);
	EXPECT_FALSE(self->owner.interrupt);
	/* Nothing is pending that was sent meanwhile, except for what is enabled. */
	out(UART_TX, 'a');
	EXPECT_EQ(UART_IIR_NO_INT, in(UART_IIR));
	self->owner.room = 0;
	out(UART_IER, UART_IER_THRI);
	in(UART_IIR);
	out(UART_TX, 'b');
	EXPECT_FALSE(self->owner.interrupt);
	/* A FIFO that was reset is empty. */
	self->owner.room = 16;
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_XMIT);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	/* With room for one byte, a FIFO is not what is empty. */
	out(UART_FCR, 0);
	self->owner.room = 5;
	out(UART_IER, 0);
	out(UART_IER, UART_IER_THRI);
	EXPECT_TRUE(self->owner.interrupt);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
}

/* A FIFO full of bytes is one interrupt, not sixteen. */
TEST_F(uart, burst)
{
	unsigned int i;

	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(1, self->owner.nr_raised);
	for (i = 0; i < 16; i++)
		out(UART_TX, i);
	EXPECT_EQ(2, self->owner.nr_raised);
	EXPECT_EQ(16, self->owner.nr_sent);
}

/* THRE says that there is room for all that a guest writes without looking. */
TEST_F(uart, room)
{
	unsigned int i;

	self->owner.room = 31;
	self->owner.drained = false;
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(UART_LSR_THRE, in(UART_LSR));
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	for (i = 0; i < 16; i++)
		out(UART_TX, i);
	EXPECT_EQ(0, in(UART_LSR));
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	/* A wake-up for less is none. */
	serfwd_uart_wake(&self->owner.uart);
	EXPECT_FALSE(self->owner.interrupt);
	self->owner.room = 16;
	serfwd_uart_wake(&self->owner.uart);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(UART_LSR_THRE, in(UART_LSR));
	self->owner.drained = true;
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* Without looking: a byte that is not taken is lost, and counted. */
	for (i = 0; i < 20; i++)
		out(UART_TX, i);
	EXPECT_EQ(4, self->owner.uart.tx.lost);
	EXPECT_EQ(32, self->owner.nr_sent);
	/* A guest that polls needs no wake-up. */
	EXPECT_EQ(0, in(UART_LSR));
	self->owner.room = 16;
	EXPECT_EQ(IDLE, in(UART_LSR));
}

/* Loop-back has room while the wire has none. */
TEST_F(uart, room_of_the_wire_after_a_loop)
{
	LINE();
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_MCR, UART_MCR_LOOP);
	self->owner.room = 5;
	EXPECT_EQ(IDLE, in(UART_LSR));
	out(UART_MCR, 0);
	EXPECT_EQ(0, in(UART_LSR) & IDLE);
	self->owner.room = 16;
	serfwd_uart_wake(&self->owner.uart);
	EXPECT_EQ(IDLE, in(UART_LSR));
}

TEST_F(uart, room_for_one)
{
	self->owner.room = 1;
	EXPECT_EQ(IDLE, in(UART_LSR));
	out(UART_TX, 'a');
	EXPECT_EQ(0, in(UART_LSR));
	self->owner.room = 1;
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* With FIFOs that is not enough. */
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(0, in(UART_LSR));
	self->owner.room = 16;
	EXPECT_EQ(IDLE, in(UART_LSR));
	EXPECT_EQ('a', self->owner.sent[0]);
}

/* 8.5: each by its priority, and what clears it. */
TEST_F(uart, priorities)
{
	LINE();
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_4);
	out(UART_IER, 0x0f);
	in(UART_IIR);
	EXPECT_FALSE(self->owner.interrupt);
	lines(UART_MSR_CTS);
	EXPECT_EQ(FIFO_ON | UART_IIR_MSI, in(UART_IIR));
	out(UART_TX, 'a');
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(FIFO_ON | UART_IIR_MSI, in(UART_IIR));
	out(UART_TX, 'b');
	receive("abcd", "\2\0\0\0", 4);
	EXPECT_EQ(FIFO_ON | UART_IIR_RLSI, in(UART_IIR));
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_FE | UART_LSR_FIFOE, in(UART_LSR));
	EXPECT_EQ(FIFO_ON | UART_IIR_RDI, in(UART_IIR));
	in(UART_RX);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	out(UART_TX, 'c');
	pass(5 * CHAR_NS);
	EXPECT_EQ(FIFO_ON | UART_IIR_RX_TIMEOUT, in(UART_IIR));
	in(UART_RX);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(UART_MSR_CTS | UART_MSR_DCTS, in(UART_MSR));
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	EXPECT_FALSE(self->owner.interrupt);
	/* An interrupt that is not enabled does not come. */
	out(UART_IER, 0);
	lines(0);
	receive("a", "\1", 1);
	EXPECT_EQ(FIFO_ON | UART_IIR_NO_INT, in(UART_IIR));
	EXPECT_FALSE(self->owner.interrupt);
}

TEST_F(uart, modem_inputs)
{
	static const struct {
		u8 line, delta;
	} all[] = {
		{ UART_MSR_CTS, UART_MSR_DCTS },
		{ UART_MSR_DSR, UART_MSR_DDSR },
		{ UART_MSR_DCD, UART_MSR_DDCD },
	};
	unsigned int i;

	out(UART_IER, UART_IER_MSI);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		lines(all[i].line);
		EXPECT_EQ(UART_IIR_MSI, in(UART_IIR));
		EXPECT_EQ(all[i].line | all[i].delta, in(UART_MSR));
		EXPECT_EQ(all[i].line, in(UART_MSR));
		EXPECT_FALSE(self->owner.interrupt);
		/* Twice between two reads is a change too. */
		lines(0);
		lines(all[i].line);
		EXPECT_EQ(all[i].line | all[i].delta, in(UART_MSR));
		lines(0);
		EXPECT_EQ(all[i].delta, in(UART_MSR));
	}
	/* Of RI the trailing edge alone. */
	lines(UART_MSR_RI | 0x0f);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(UART_MSR_RI, in(UART_MSR));
	lines(0);
	EXPECT_TRUE(self->owner.interrupt);
	EXPECT_EQ(UART_MSR_TERI, in(UART_MSR));
}

/* 8.7, bit 4: outputs are inputs, and the wire sees nothing of it. */
TEST_F(uart, loop_lines)
{
	unsigned int outputs;
	u8 inputs;

	lines(UART_MSR_DCD);
	in(UART_MSR);
	out(UART_IER, UART_IER_MSI);
	out(UART_MCR, SERFWD_UART_OUTPUTS);
	EXPECT_EQ(SERFWD_UART_OUTPUTS, self->owner.outputs);
	for (outputs = 0; outputs < 16; outputs++) {
		out(UART_MCR, UART_MCR_LOOP | outputs);
		EXPECT_EQ(0, self->owner.outputs);
		inputs = (outputs & UART_MCR_DTR ? UART_MSR_DSR : 0) |
			(outputs & UART_MCR_RTS ? UART_MSR_CTS : 0) |
			(outputs & UART_MCR_OUT1 ? UART_MSR_RI : 0) |
			(outputs & UART_MCR_OUT2 ? UART_MSR_DCD : 0);
		EXPECT_EQ(inputs, in(UART_MSR) & 0xf0);
	}
	/* Deltas and interrupts are those of such inputs. */
	out(UART_MCR, UART_MCR_LOOP | UART_MCR_DTR | UART_MCR_RTS);
	EXPECT_TRUE(self->owner.interrupt);
	EXPECT_EQ(UART_MSR_TERI | UART_MSR_DDCD, in(UART_MSR) & 0x0f);
	lines(UART_MSR_CTS);
	EXPECT_EQ(UART_MSR_DSR | UART_MSR_CTS, in(UART_MSR));
	out(UART_MCR, UART_MCR_DTR);
	EXPECT_EQ(UART_MSR_CTS | UART_MSR_DDSR, in(UART_MSR));
	EXPECT_EQ(UART_MCR_DTR, self->owner.outputs);
}

/* 8.7, bit 4: sent bytes are received, and the wire is left alone. */
TEST_F(uart, loop_bytes)
{
	unsigned int i;

	self->owner.room = 0;
	self->owner.drained = false;
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(0, in(UART_LSR));
	out(UART_MCR, UART_MCR_LOOP);
	for (i = 0; i < 16; i++) {
		EXPECT_EQ(IDLE, in(UART_LSR) & ~UART_LSR_DR);
		out(UART_TX, i);
	}
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	out(UART_TX, 16);
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_OE, in(UART_LSR));
	for (i = 0; i < 16; i++)
		EXPECT_EQ(i, in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* The wire waits. */
	EXPECT_EQ(0, receive("ab", NULL, 2));
	EXPECT_EQ(0, self->owner.nr_unthrottled);
	out(UART_MCR, 0);
	EXPECT_EQ(1, self->owner.nr_unthrottled);
	EXPECT_EQ(2, receive("ab", NULL, 2));
	EXPECT_EQ(0, self->owner.nr_sent);
	EXPECT_EQ(0, self->owner.uart.tx.lost);
	/* Without FIFOs the newer byte is the one that stays. */
	out(UART_FCR, 0);
	out(UART_MCR, UART_MCR_LOOP);
	out(UART_TX, 'x');
	out(UART_TX, 'y');
	EXPECT_EQ(IDLE | UART_LSR_DR | UART_LSR_OE, in(UART_LSR));
	EXPECT_EQ('y', in(UART_RX));
}

/* It begins and ends when the guest's does, on the wire alone. */
TEST_F(uart, send_break)
{
	out(UART_LCR, UART_LCR_SBC | UART_LCR_WLEN8);
	EXPECT_TRUE(self->owner.breaking);
	out(UART_LCR, UART_LCR_WLEN8);
	EXPECT_FALSE(self->owner.breaking);
	EXPECT_EQ(1, self->owner.nr_breaks);
	/* A probe is none. */
	out(UART_LCR, 0xe0);
	EXPECT_FALSE(self->owner.breaking);
	out(UART_LCR, UART_LCR_SBC);
	out(UART_MCR, UART_MCR_LOOP);
	EXPECT_FALSE(self->owner.breaking);
	EXPECT_EQ(IDLE, in(UART_LSR));
	out(UART_MCR, 0);
	EXPECT_TRUE(self->owner.breaking);
	out(UART_LCR, UART_LCR_SBC | UART_LCR_DLAB);
	EXPECT_TRUE(self->owner.breaking);
	out(UART_LCR, UART_LCR_DLAB);
	EXPECT_TRUE(self->owner.breaking);
	out(UART_LCR, 0);
	EXPECT_FALSE(self->owner.breaking);
	out(UART_LCR, UART_LCR_SBC);
	out(UART_LCR, UART_LCR_SBC | UART_LCR_DLAB);
	out(UART_MCR, UART_MCR_LOOP);
	EXPECT_FALSE(self->owner.breaking);
	EXPECT_EQ(4, self->owner.nr_breaks);
}

/* TI, auto-RTS: at 1, 4, 8 until all is read, at 14 with the last place. */
TEST_F(uart, auto_rts)
{
	static const struct {
		u8 stop, go;
	} all[] = { { 1, 0 }, { 4, 0 }, { 8, 0 }, { 16, 15 } };
	unsigned int i, k;

	out(UART_MCR, UART_MCR_AFE | UART_MCR_RTS);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | i << 6);
		EXPECT_TRUE(self->owner.settings.afe);
		for (k = 0; k < all[i].stop; k++) {
			EXPECT_EQ(UART_MCR_RTS, self->owner.outputs);
			receive("a", NULL, 1);
		}
		EXPECT_EQ(0, self->owner.outputs);
		for (; k > all[i].go; k--) {
			EXPECT_EQ(0, self->owner.outputs);
			in(UART_RX);
		}
		EXPECT_EQ(UART_MCR_RTS, self->owner.outputs);
	}
	/* MCR says what it said. */
	receive("0123456789abcdef", NULL, 16);
	EXPECT_EQ(UART_MCR_AFE | UART_MCR_RTS, in(UART_MCR));
	EXPECT_EQ(0, self->owner.outputs);
	out(UART_MCR, UART_MCR_RTS);
	EXPECT_EQ(UART_MCR_RTS, self->owner.outputs);
	EXPECT_FALSE(self->owner.settings.afe);
	/* Without FIFOs there is none. */
	out(UART_MCR, UART_MCR_AFE | UART_MCR_RTS);
	out(UART_FCR, 0);
	receive("a", NULL, 1);
	EXPECT_EQ(UART_MCR_RTS, self->owner.outputs);
	EXPECT_FALSE(self->owner.settings.afe);
}

/* TI, auto-CTS: without CTS the FIFO is not emptied, and nobody is told of CTS. */
TEST_F(uart, auto_cts)
{
	lines(UART_MSR_CTS);
	in(UART_MSR);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_MCR, UART_MCR_AFE);
	out(UART_IER, UART_IER_THRI | UART_IER_MSI);
	in(UART_IIR);
	lines(0);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(0, in(UART_MSR));
	EXPECT_EQ(IDLE, in(UART_LSR));
	out(UART_TX, 'a');
	EXPECT_EQ(0, in(UART_LSR));
	EXPECT_FALSE(self->owner.interrupt);
	lines(UART_MSR_CTS);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(IDLE, in(UART_LSR));
	/* In loop-back it is RTS that stops nobody. */
	out(UART_MCR, UART_MCR_AFE | UART_MCR_LOOP | UART_MCR_RTS);
	EXPECT_EQ(UART_MSR_CTS, in(UART_MSR));
	out(UART_TX, 'b');
	EXPECT_EQ(0, in(UART_MSR));
	EXPECT_EQ(IDLE | UART_LSR_DR, in(UART_LSR));
	EXPECT_EQ('b', in(UART_RX));
	EXPECT_EQ(UART_MSR_CTS, in(UART_MSR));
}

TEST_HARNESS_MAIN
