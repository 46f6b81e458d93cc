// SPDX-License-Identifier: GPL-2.0
/*
 * Registers, and what follows from a change of any.
 *
 * The interrupt line is not gated by OUT2. That is wiring of an ISA card; cards
 * for PCI have none, and QEMU's has none.
 */
#include "uart_parts.h"

/* Not said by 8.0; it is what firmware leaves, and QEMU: 9600 baud. */
#define SERFWD_UART_RESET_DIVISOR	12

#define SERFWD_UART_IER_MASK \
	(UART_IER_RDI | UART_IER_THRI | UART_IER_RLSI | UART_IER_MSI)
#define SERFWD_UART_MCR_MASK \
	(SERFWD_UART_OUTPUTS | UART_MCR_LOOP | UART_MCR_AFE)
#define SERFWD_UART_FCR_MASK \
	(UART_FCR_ENABLE_FIFO | UART_FCR_DMA_SELECT | UART_FCR_TRIGGER_MASK)

/* 8.5: both bits say that the FIFOs are on. */
#define SERFWD_UART_IIR_FIFO		0xc0

/* 8.5, in the order of priorities. */
static u8 serfwd_uart_interrupt_id(const struct serfwd_uart *uart)
{
	u8 id = serfwd_uart_rx_interrupt(uart);

	if (id != UART_IIR_NO_INT)
		return id;
	if (uart->ier & UART_IER_THRI && uart->tx.pending)
		return UART_IIR_THRI;
	if (uart->ier & UART_IER_MSI && uart->msr & UART_MSR_ANY_DELTA)
		return UART_IIR_MSI;
	return UART_IIR_NO_INT;
}

static void serfwd_uart_interrupt_update(struct serfwd_uart *uart)
{
	bool interrupt = serfwd_uart_interrupt_id(uart) != UART_IIR_NO_INT;

	if (interrupt == uart->told.interrupt)
		return;
	uart->told.interrupt = interrupt;
	uart->ops->interrupt(uart, interrupt);
}

/**
 * serfwd_uart_update - draw the consequences of a change
 * @uart: whose registers have changed
 *
 * In an order in which no step depends on a later one: RTS from the receiver's
 * level, CTS from RTS, THRE from CTS, interrupts from all.
 */
void serfwd_uart_update(struct serfwd_uart *uart)
{
	serfwd_uart_rx_update(uart);
	serfwd_uart_line_update(uart);
	serfwd_uart_modem_update(uart);
	serfwd_uart_tx_update(uart);
	serfwd_uart_interrupt_update(uart);
}

/**
 * serfwd_uart_init - make a UART, which is as after a reset
 * @uart: to fill in
 * @ops: its owner's operations
 * @baud_base: bits per second at divisor 1; not 0
 *
 * The owner is not told of settings before the guest makes some, except
 * changes: no break, no output, no interrupt is what it has to begin with.
 */
void serfwd_uart_init(struct serfwd_uart *uart,
		      const struct serfwd_uart_ops *ops, u32 baud_base)
{
	memset(uart, 0, sizeof(*uart));
	uart->ops = ops;
	uart->baud_base = baud_base;
	serfwd_uart_reset(uart);
}

/**
 * serfwd_uart_reset - what the pin MR does (8.0, table I)
 * @uart: whose; the lines of the wire stay, and what is counted
 *
 * The line keeps its settings until the guest makes others. A timer that runs
 * may run on.
 */
void serfwd_uart_reset(struct serfwd_uart *uart)
{
	uart->divisor = SERFWD_UART_RESET_DIVISOR;
	uart->ier = 0;
	uart->fcr = 0;
	uart->lcr = 0;
	uart->mcr = 0;
	uart->scr = 0;
	uart->msr = uart->inputs;
	uart->rx.rbr = 0;
	uart->rx.errors = 0;
	uart->rx.fetcher = SERFWD_UART_GUEST;
	serfwd_uart_rx_reset(uart);
	serfwd_uart_tx_reset(uart);
	uart->told.settings = (struct serfwd_uart_settings) {
		.divisor = SERFWD_UART_RESET_DIVISOR,
	};
	uart->told.unset = true;
	uart->told.known = false;
	serfwd_uart_update(uart);
	uart->tx.pending = false;
}

/* 8.4: without bit 0 the others are not looked at. */
static void serfwd_uart_write_fcr(struct serfwd_uart *uart, u8 value)
{
	bool changed = (value ^ uart->fcr) & UART_FCR_ENABLE_FIFO;

	if (!(value & UART_FCR_ENABLE_FIFO))
		value = 0;
	uart->fcr = value & SERFWD_UART_FCR_MASK;
	if (changed || value & UART_FCR_CLEAR_RCVR)
		serfwd_uart_rx_reset(uart);
	if (changed || value & UART_FCR_CLEAR_XMIT)
		serfwd_uart_tx_reset(uart);
}

static void serfwd_uart_write_ier(struct serfwd_uart *uart, u8 value)
{
	u8 changed = value ^ uart->ier;

	uart->ier = value & SERFWD_UART_IER_MASK;
	if (changed & UART_IER_THRI)
		serfwd_uart_tx_enable(uart, value & UART_IER_THRI);
}

static void serfwd_uart_write_thr(struct serfwd_uart *uart, u8 value, u64 now)
{
	serfwd_uart_tx_write(uart, value);
	if (serfwd_uart_loops(uart))
		serfwd_uart_rx_loop(uart, value, now);
}

/* 8.1, bit 7. Return: was it the divisor? */
static bool serfwd_uart_write_divisor(struct serfwd_uart *uart,
				      unsigned int offset, u8 value)
{
	if (!(uart->lcr & UART_LCR_DLAB))
		return false;
	if (offset == UART_DLL)
		uart->divisor = (uart->divisor & 0xff00) | value;
	else if (offset == UART_DLM)
		uart->divisor = (uart->divisor & 0x00ff) | value << 8;
	else
		return false;
	return true;
}

/* LSR and MSR are there to be read (8.3, 8.8). */
static void serfwd_uart_write_register(struct serfwd_uart *uart,
				       unsigned int offset, u8 value, u64 now)
{
	switch (offset) {
	case UART_TX:
		serfwd_uart_write_thr(uart, value, now);
		break;
	case UART_IER:
		serfwd_uart_write_ier(uart, value);
		break;
	case UART_FCR:
		serfwd_uart_write_fcr(uart, value);
		break;
	case UART_LCR:
		uart->lcr = value;
		uart->told.unset = false;
		break;
	case UART_MCR:
		uart->mcr = value & SERFWD_UART_MCR_MASK;
		/* The wire may have less room than loop-back had. */
		serfwd_uart_tx_shrink(uart);
		break;
	case UART_SCR:
		uart->scr = value;
		break;
	}
}

/**
 * serfwd_uart_write - the guest writes a register
 * @uart: whose
 * @offset: which; the lower three bits count
 * @value: any
 * @now: the time (ns)
 */
void serfwd_uart_write(struct serfwd_uart *uart, unsigned int offset, u8 value,
		       u64 now)
{
	offset %= SERFWD_UART_REGS;
	if (!serfwd_uart_write_divisor(uart, offset, value))
		serfwd_uart_write_register(uart, offset, value, now);
	serfwd_uart_update(uart);
}

/* 8.5: to be told of an empty transmitter is to be told once. */
static u8 serfwd_uart_read_iir(struct serfwd_uart *uart)
{
	u8 id = serfwd_uart_interrupt_id(uart);

	if (id == UART_IIR_THRI)
		uart->tx.pending = false;
	serfwd_uart_rx_announce(uart, id);
	return serfwd_uart_has_fifo(uart) ? id | SERFWD_UART_IIR_FIFO : id;
}

/* 8.8: deltas are since the last time. */
static u8 serfwd_uart_read_msr(struct serfwd_uart *uart)
{
	u8 msr = uart->msr;

	uart->msr &= ~UART_MSR_ANY_DELTA;
	return msr;
}

static u8 serfwd_uart_read_register(struct serfwd_uart *uart,
				    unsigned int offset, u64 now)
{
	bool dlab = uart->lcr & UART_LCR_DLAB;

	switch (offset) {
	case UART_RX:
		return dlab ? uart->divisor : serfwd_uart_rx_read(uart, now);
	case UART_IER:
		return dlab ? uart->divisor >> 8 : uart->ier;
	case UART_IIR:
		return serfwd_uart_read_iir(uart);
	case UART_LCR:
		return uart->lcr;
	case UART_MCR:
		return uart->mcr;
	case UART_LSR:
		/* A guest that polls is not to wait for a wake-up. */
		serfwd_uart_tx_update(uart);
		return serfwd_uart_tx_status(uart) |
			serfwd_uart_rx_status(uart);
	case UART_MSR:
		return serfwd_uart_read_msr(uart);
	default:
		return uart->scr;
	}
}

/**
 * serfwd_uart_read - the guest reads a register
 * @uart: whose
 * @offset: which; the lower three bits count
 * @now: the time (ns)
 *
 * Return: its value.
 */
u8 serfwd_uart_read(struct serfwd_uart *uart, unsigned int offset, u64 now)
{
	u8 value = serfwd_uart_read_register(uart, offset % SERFWD_UART_REGS,
					     now);

	serfwd_uart_update(uart);
	return value;
}

/**
 * serfwd_uart_receive - bytes came from the wire
 * @uart: whose
 * @bytes: which
 * @flags: TTY_NORMAL or another of each, as in a flip buffer; NULL if all are
 *	good. TTY_OVERRUN stands for bytes that were lost, and is no byte.
 * @count: how many
 * @now: the time (ns)
 *
 * Return: how many were taken. If it is less, the owner keeps the rest where
 * it is, has the wire throttled, and is told when to try again.
 */
size_t serfwd_uart_receive(struct serfwd_uart *uart, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now)
{
	size_t taken = serfwd_uart_rx_take(uart, bytes, flags, count, now);

	serfwd_uart_update(uart);
	return taken;
}

/**
 * serfwd_uart_lines - the lines of the wire are now so
 * @uart: whose
 * @msr: CTS, DSR, RI and DCD as in MSR
 */
void serfwd_uart_lines(struct serfwd_uart *uart, u8 msr)
{
	uart->inputs = msr & SERFWD_UART_INPUTS;
	serfwd_uart_update(uart);
}

/**
 * serfwd_uart_wake - there may be more room for what is sent
 * @uart: whose
 */
void serfwd_uart_wake(struct serfwd_uart *uart)
{
	serfwd_uart_update(uart);
}

/**
 * serfwd_uart_expired - the timer that was asked for has expired
 * @uart: whose
 * @now: the time (ns)
 */
void serfwd_uart_expired(struct serfwd_uart *uart, u64 now)
{
	serfwd_uart_rx_expire(uart, now);
	serfwd_uart_update(uart);
}
