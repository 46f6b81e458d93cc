// SPDX-License-Identifier: GPL-2.0
/*
 * The register core of serfwd_vfio, as operating systems and firmware look for a UART
 * and use it: the sequences of accesses are those of their drivers, as published. Needs
 * no module.
 */
#include "uart.h"

#define CONF_MODE_A	UART_LCR_DLAB
#define CONF_MODE_B	0xbf

static unsigned int divisor_in(struct owner *owner)
{
	return owner_in(owner, UART_DLL) | owner_in(owner, UART_DLM) << 8;
}

static void divisor_out(struct owner *owner, unsigned int divisor)
{
	owner_out(owner, UART_DLL, divisor & 0xff);
	owner_out(owner, UART_DLM, divisor >> 8);
}

/* Linux, 8250_port.c: size_fifo() */
static unsigned int linux_size_fifo(struct owner *owner)
{
	unsigned int count, old_divisor;
	u8 old_fcr, old_mcr, old_lcr;

	old_lcr = owner_in(owner, UART_LCR);
	owner_out(owner, UART_LCR, 0);
	old_fcr = owner_in(owner, UART_FCR);
	old_mcr = owner_in(owner, UART_MCR);
	owner_out(owner, UART_FCR,
		  UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
	owner_out(owner, UART_MCR, UART_MCR_LOOP);
	owner_out(owner, UART_LCR, CONF_MODE_A);
	old_divisor = divisor_in(owner);
	divisor_out(owner, 1);
	owner_out(owner, UART_LCR, UART_LCR_WLEN8);
	for (count = 0; count < 256; count++)
		owner_out(owner, UART_TX, count);
	owner_pass(owner, 20000000);
	for (count = 0; owner_in(owner, UART_LSR) & UART_LSR_DR && count < 256; count++)
		owner_in(owner, UART_RX);
	owner_out(owner, UART_FCR, old_fcr);
	owner_out(owner, UART_MCR, old_mcr);
	owner_out(owner, UART_LCR, CONF_MODE_A);
	divisor_out(owner, old_divisor);
	owner_out(owner, UART_LCR, old_lcr);
	return count;
}

static void linux_clear_fifos(struct owner *owner)
{
	owner_out(owner, UART_FCR, UART_FCR_ENABLE_FIFO);
	owner_out(owner, UART_FCR,
		  UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
	owner_out(owner, UART_FCR, 0);
}

/* Linux, autoconfig(): is there a UART? */
TEST_F(uart, linux_is_there)
{
	u8 ier, mcr, lcr;

	ier = in(UART_IER);
	out(UART_IER, 0);
	EXPECT_EQ(0, in(UART_IER) & 0x0f);
	out(UART_IER, 0x0f);
	EXPECT_EQ(0x0f, in(UART_IER) & 0x0f);
	out(UART_IER, ier);
	mcr = in(UART_MCR);
	lcr = in(UART_LCR);
	out(UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS);
	EXPECT_EQ(UART_MSR_DCD | UART_MSR_CTS, in(UART_MSR) & 0xf0);
	out(UART_MCR, mcr);
	out(UART_LCR, CONF_MODE_B);
	out(UART_EFR, 0);
	out(UART_LCR, 0);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	/* A 16550A or better. */
	EXPECT_EQ(3, in(UART_IIR) >> 6);
	out(UART_LCR, lcr);
	out(UART_MCR, mcr);
	linux_clear_fifos(&self->owner);
	in(UART_RX);
	EXPECT_EQ(0, self->owner.nr_sent);
	EXPECT_EQ(0, self->owner.nr_breaks);
	EXPECT_EQ(0, self->owner.outputs);
}

/* Linux, autoconfig_16550a(): it is none of the better ones. */
TEST_F(uart, linux_which)
{
	u8 status, ier;

	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	/* An ST16C650 has EFR here, the second version there. */
	out(UART_LCR, CONF_MODE_A);
	EXPECT_NE(0, in(UART_EFR));
	out(UART_LCR, CONF_MODE_B);
	EXPECT_NE(0, in(UART_EFR));
	/* An NS16550A of a SuperIO chip shows MCR's loop-back here. */
	out(UART_LCR, 0);
	status = in(UART_MCR);
	out(UART_LCR, 0xe0);
	EXPECT_EQ(0, (in(UART_IIR) ^ status) & UART_MCR_LOOP);
	out(UART_LCR, 0);
	out(UART_MCR, status ^ UART_MCR_LOOP);
	out(UART_LCR, 0xe0);
	EXPECT_EQ(0, (in(UART_IIR) ^ status) & UART_MCR_LOOP);
	out(UART_LCR, 0);
	out(UART_MCR, status);
	/* A TI16750 has a FIFO of 64 bytes. */
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR7_64BYTE);
	EXPECT_EQ(6, in(UART_IIR) >> 5);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_LCR, CONF_MODE_A);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR7_64BYTE);
	EXPECT_EQ(6, in(UART_IIR) >> 5);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_LCR, 0);
	/* An XScale has one more bit in IER. */
	ier = in(UART_IER);
	out(UART_IER, ier & ~0x40);
	EXPECT_EQ(0, in(UART_IER) & 0x40);
	out(UART_IER, ier | 0x40);
	EXPECT_EQ(0, in(UART_IER) & 0x40);
	out(UART_IER, ier);
	EXPECT_EQ(16, linux_size_fifo(&self->owner));
	/* An XR16C850 has its name in the divisor, when that is 0. */
	out(UART_LCR, CONF_MODE_A);
	status = in(UART_DLL);
	divisor_out(&self->owner, 0);
	EXPECT_EQ(0, divisor_in(&self->owner));
	divisor_out(&self->owner, status);
	EXPECT_EQ(0, self->owner.nr_sent);
	EXPECT_EQ(0, self->owner.nr_breaks);
	EXPECT_EQ(0, self->owner.outputs);
}

/* Linux, autoconfig_irq(): an interrupt comes of all that is enabled. */
TEST_F(uart, linux_which_interrupt)
{
	out(UART_MCR, UART_MCR_OUT1 | UART_MCR_OUT2);
	EXPECT_EQ(0, self->owner.nr_raised);
	out(UART_MCR, 0);
	out(UART_MCR, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
	out(UART_IER, 0x0f);
	in(UART_LSR);
	in(UART_RX);
	in(UART_IIR);
	in(UART_MSR);
	out(UART_TX, 0xff);
	EXPECT_TRUE(self->owner.interrupt);
	out(UART_IER, 0);
	EXPECT_FALSE(self->owner.interrupt);
}

/* Linux, serial8250_do_startup(): THRE and its interrupt have no bug. */
TEST_F(uart, linux_startup)
{
	linux_clear_fifos(&self->owner);
	in(UART_LSR);
	in(UART_RX);
	in(UART_IIR);
	in(UART_MSR);
	EXPECT_NE(0xff, in(UART_LSR));
	/* UART_BUG_THRE */
	EXPECT_NE(0, in(UART_LSR) & UART_LSR_THRE);
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(0, in(UART_IIR) & UART_IIR_NO_INT);
	out(UART_IER, 0);
	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(0, in(UART_IIR) & UART_IIR_NO_INT);
	out(UART_IER, 0);
	out(UART_LCR, UART_LCR_WLEN8);
	out(UART_MCR, UART_MCR_OUT2);
	/* UART_BUG_TXEN */
	out(UART_IER, UART_IER_THRI);
	EXPECT_NE(0, in(UART_LSR) & UART_LSR_TEMT);
	EXPECT_EQ(0, in(UART_IIR) & UART_IIR_NO_INT);
	out(UART_IER, 0);
	in(UART_LSR);
	in(UART_RX);
	in(UART_IIR);
	in(UART_MSR);
	EXPECT_FALSE(self->owner.interrupt);
}

/**
 * struct linux_port - a driver's bytes
 * @read: bytes
 * @lsr: the errors of each
 * @count: how many
 * @left: how many are to be written
 */
struct linux_port {
	u8 read[256];
	u8 lsr[256];
	unsigned int count;
	unsigned int left;
};

/* Linux, serial8250_handle_irq() */
static bool linux_handle_irq(struct owner *owner, struct linux_port *port)
{
	unsigned int i;
	u8 lsr;

	if (owner_in(owner, UART_IIR) & UART_IIR_NO_INT)
		return false;
	lsr = owner_in(owner, UART_LSR);
	while (lsr & (UART_LSR_DR | UART_LSR_BI) && port->count < 256) {
		port->lsr[port->count] = lsr & UART_LSR_BRK_ERROR_BITS;
		port->read[port->count++] = lsr & UART_LSR_DR ? owner_in(owner, UART_RX) : 0;
		lsr = owner_in(owner, UART_LSR);
	}
	owner_in(owner, UART_MSR);
	if (lsr & UART_LSR_THRE && owner_in(owner, UART_IER) & UART_IER_THRI) {
		for (i = 0; i < 16 && port->left; i++)
			owner_out(owner, UART_TX, port->left--);
		if (!port->left)
			owner_out(owner, UART_IER, 0x0d);
	}
	return true;
}

/* Linux, serial8250_interrupt(): until nothing is pending, or 512 times. */
static void linux_interrupt(struct owner *owner, struct linux_port *port)
{
	unsigned int pass = 0;

	while (linux_handle_irq(owner, port) && pass++ < 512)
		;
}

/* Linux's line settings, FIFO, and interrupts of an open port. */
static void linux_open(struct owner *owner)
{
	owner_out(owner, UART_LCR, CONF_MODE_A | UART_LCR_WLEN8);
	divisor_out(owner, 1);
	owner_out(owner, UART_LCR, UART_LCR_WLEN8);
	owner_out(owner, UART_FCR, UART_FCR_ENABLE_FIFO);
	owner_out(owner, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_8);
	owner_out(owner, UART_MCR, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
	owner_out(owner, UART_IER, UART_IER_RLSI | UART_IER_RDI | UART_IER_MSI);
}

/* All that is sent to it arrives, with its errors, by interrupts alone. */
TEST_F(uart, linux_reads)
{
	static const u8 said[] = { 0, UART_LSR_BI, UART_LSR_FE, UART_LSR_PE };
	struct linux_port port = {};
	u8 bytes[200], flags[200];
	unsigned int i, given = 0;

	for (i = 0; i < sizeof(bytes); i++) {
		bytes[i] = i;
		flags[i] = i % 7 < 4 ? i % 7 : 0;
		if (flags[i] == TTY_BREAK)
			bytes[i] = 0;
	}
	linux_open(&self->owner);
	for (i = 0; i < 1000 && port.count < sizeof(bytes); i++) {
		given += receive(bytes + given, flags + given, sizeof(bytes) - given);
		if (!self->owner.interrupt)
			pass(5 * CHAR_NS);
		ASSERT_TRUE(self->owner.interrupt);
		linux_interrupt(&self->owner, &port);
		EXPECT_FALSE(self->owner.interrupt);
	}
	ASSERT_EQ(sizeof(bytes), port.count);
	EXPECT_EQ(0, memcmp(bytes, port.read, sizeof(bytes)));
	for (i = 0; i < sizeof(bytes); i++)
		EXPECT_EQ(said[flags[i]], port.lsr[i]);
}

/* All that it sends is taken, by interrupts alone, though there is never much room. */
TEST_F(uart, linux_writes)
{
	struct linux_port port = { .left = 1000 };
	unsigned int i;

	self->owner.room = 20;
	linux_open(&self->owner);
	out(UART_IER, 0x0f);
	for (i = 0; i < 1000 && port.left; i++) {
		linux_interrupt(&self->owner, &port);
		EXPECT_FALSE(self->owner.interrupt);
		self->owner.room += 7;
		serfwd_uart_wake(&self->owner.uart);
	}
	EXPECT_EQ(1000, self->owner.nr_sent);
	EXPECT_EQ(0, self->owner.uart.tx.lost);
	for (i = 0; i < 1000; i++)
		EXPECT_EQ((u8)(1000 - i), self->owner.sent[i]);
}

/* FreeBSD, ns8250_clrint(): ends, whatever is pending. */
static void freebsd_clear(struct owner *owner)
{
	unsigned int i;
	u8 iir;

	for (i = 0; i < 64; i++) {
		iir = owner_in(owner, UART_IIR);
		if (iir & UART_IIR_NO_INT)
			return;
		iir &= 0x0f;
		if (iir == UART_IIR_RLSI)
			owner_in(owner, UART_LSR);
		else if (iir == UART_IIR_RDI || iir == UART_IIR_RX_TIMEOUT)
			owner_in(owner, UART_RX);
		else if (iir == UART_IIR_MSI)
			owner_in(owner, UART_MSR);
	}
}

/* FreeBSD, ns8250_bus_probe() and ns8250_bus_attach() */
TEST_F(uart, freebsd)
{
	unsigned int count = 0;
	u8 lsr, lcr;

	lines(UART_MSR_CTS | UART_MSR_DSR);
	EXPECT_EQ(0, in(UART_IIR) & 0x30);
	EXPECT_EQ(0, in(UART_MCR) & 0xe0);
	lcr = in(UART_LCR);
	out(UART_LCR, lcr & ~UART_LCR_DLAB);
	EXPECT_EQ(0, in(UART_IER) & 0xf0);
	out(UART_LCR, lcr);
	/* ns8250_init() */
	out(UART_LCR, UART_LCR_WLEN8 | UART_LCR_DLAB);
	divisor_out(&self->owner, 12);
	out(UART_LCR, UART_LCR_WLEN8);
	out(UART_IER, 0);
	out(UART_FCR, 0);
	out(UART_MCR, UART_MCR_OUT2 | UART_MCR_RTS | UART_MCR_DTR);
	freebsd_clear(&self->owner);
	EXPECT_NE(0, in(UART_LSR) & UART_LSR_TEMT);
	/* How long is the FIFO? */
	out(UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_DTR | UART_MCR_RTS);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_NE(0, in(UART_IIR) & FIFO_ON);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
	EXPECT_EQ(IDLE, in(UART_LSR));
	do {
		out(UART_TX, 0);
		count++;
		lsr = in(UART_LSR);
		EXPECT_NE(0, lsr & UART_LSR_TEMT);
	} while (!(lsr & UART_LSR_OE) && count < 130);
	EXPECT_EQ(17, count);
	out(UART_MCR, UART_MCR_OUT2);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_8);
	in(UART_MSR);
	freebsd_clear(&self->owner);
	out(UART_IER, UART_IER_MSI | UART_IER_RLSI | UART_IER_RDI);
	EXPECT_FALSE(self->owner.interrupt);
	/* Everything at once is cleared too. */
	receive("abcdefghi", "\1\0\2\0\3\0\4\0", 9);
	lines(0);
	EXPECT_TRUE(self->owner.interrupt);
	freebsd_clear(&self->owner);
	EXPECT_FALSE(self->owner.interrupt);
	EXPECT_EQ(0, self->owner.nr_sent);
}

/* FreeBSD, ns8250_bus_transmit(): waits for THRE, enables, and then writes. */
TEST_F(uart, freebsd_writes)
{
	unsigned int i;

	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_8);
	EXPECT_NE(0, in(UART_LSR) & UART_LSR_THRE);
	self->owner.room = 16;
	out(UART_IER, UART_IER_MSI | UART_IER_RLSI | UART_IER_RDI | UART_IER_THRI);
	for (i = 0; i < 16; i++)
		out(UART_TX, i);
	EXPECT_FALSE(self->owner.interrupt);
	self->owner.room = 16;
	serfwd_uart_wake(&self->owner.uart);
	EXPECT_EQ(FIFO_ON | UART_IIR_THRI, in(UART_IIR));
	EXPECT_EQ(0, self->owner.uart.tx.lost);
}

/* Windows, serial.sys, SerialDoesPortExist() */
TEST_F(uart, windows_is_there)
{
	unsigned int registers, divisor;
	u8 lcr, ier;

	lcr = in(UART_LCR);
	out(UART_LCR, lcr & ~UART_LCR_DLAB);
	ier = in(UART_IER);
	out(UART_IER, 0x0f);
	registers = in(UART_IER) << 8;
	registers |= in(UART_RX);
	out(UART_LCR, lcr | UART_LCR_DLAB);
	divisor = divisor_in(&self->owner);
	out(UART_LCR, lcr);
	out(UART_IER, ier);
	/* Registers that are the same are not told apart by DLAB. */
	EXPECT_NE(divisor, registers);
	/* Bits of IIR that are 0, and the FIFO's. */
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	EXPECT_EQ(FIFO_ON, in(UART_IIR) & 0xf0);
	out(UART_FCR, 0);
	EXPECT_EQ(0, in(UART_IIR) & 0xf0);
	EXPECT_FALSE(self->owner.interrupt);
}

/*
 * Windows, serial.sys: SerialISR() reads IIR until nothing is pending; the first byte
 * is sent because IER is switched off and on.
 */
TEST_F(uart, windows_writes)
{
	unsigned int round, i, sent = 0;
	u8 iir;

	out(UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT |
	    UART_FCR_TRIGGER_8);
	out(UART_IER, 0x0f);
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 4 && !(in(UART_IIR) & UART_IIR_NO_INT); i++)
			;
		EXPECT_FALSE(self->owner.interrupt);
		out(UART_IER, 0);
		out(UART_IER, 0x0f);
		EXPECT_TRUE(self->owner.interrupt);
		for (iir = in(UART_IIR); !(iir & UART_IIR_NO_INT) && sent < 14 * (round + 1);
		     iir = in(UART_IIR)) {
			EXPECT_EQ(FIFO_ON | UART_IIR_THRI, iir);
			for (i = 0; i < 14; i++)
				out(UART_TX, sent++);
		}
	}
	EXPECT_EQ(70, self->owner.nr_sent);
}

/* SeaBIOS, detect_serial() and its debug port; GRUB waits for THRE likewise. */
TEST_F(uart, seabios)
{
	const char *text;

	out(UART_IER, UART_IER_THRI);
	EXPECT_EQ(UART_IER_THRI, in(UART_IER));
	EXPECT_EQ(UART_IIR_THRI, in(UART_IIR) & 0x3f);
	out(UART_IER, 0);
	LINE();
	for (text = "SeaBIOS"; *text; text++) {
		EXPECT_NE(0, in(UART_LSR) & UART_LSR_THRE);
		out(UART_TX, *text);
	}
	EXPECT_EQ(IDLE, in(UART_LSR) & IDLE);
	EXPECT_EQ(0, memcmp(self->owner.sent, "SeaBIOS", 7));
}

/* iPXE, uart_exists() and uart_init() */
TEST_F(uart, ipxe)
{
	out(UART_SCR, 0x18);
	EXPECT_EQ(0x18, in(UART_SCR));
	out(UART_SCR, 0xae);
	EXPECT_EQ(0xae, in(UART_SCR));
	LINE();
	out(UART_LCR, UART_LCR_WLEN8 | UART_LCR_DLAB);
	EXPECT_EQ(1, divisor_in(&self->owner));
	out(UART_LCR, UART_LCR_WLEN8);
	out(UART_IER, 0);
	out(UART_FCR, UART_FCR_ENABLE_FIFO);
	out(UART_MCR, UART_MCR_DTR | UART_MCR_RTS);
	EXPECT_EQ(UART_MCR_DTR | UART_MCR_RTS, self->owner.outputs);
	receive("x", NULL, 1);
	EXPECT_NE(0, in(UART_LSR) & UART_LSR_DR);
	EXPECT_EQ('x', in(UART_RX));
	EXPECT_EQ(IDLE, in(UART_LSR));
}

/* QEMU, boot-serial-test: firmware that writes and asks nothing. */
TEST_F(uart, qemu_boot_serial)
{
	out(UART_TX, 'T');
	EXPECT_EQ(1, self->owner.nr_sent);
	EXPECT_EQ('T', self->owner.sent[0]);
}

TEST_HARNESS_MAIN
