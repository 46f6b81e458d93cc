// SPDX-License-Identifier: GPL-2.0
/*
 * The receiver. It takes what its FIFO has room for, and leaves the rest to
 * its owner, who throttles the wire: nothing is overrun here except in
 * loop-back, where there is no upstream. An overrun that is reported from
 * upstream is told with the byte that it came after. A 16550 tells it at once,
 * which is up to 16 bytes too early.
 */
#include "uart_parts.h"

/* 8.4: when to interrupt for data, by the upper two bits of FCR. */
static const u8 triggers[] = { 1, 4, 8, 14 };

/* 8.10: that many characters' time without a change is a time-out. */
#define SERFWD_UART_TIMEOUT_CHARS	4

/* The tty layer's flag of a byte, as LSR has it. */
static const u8 flags_of[] = {
	[TTY_NORMAL] = 0,
	[TTY_BREAK] = UART_LSR_BI,
	[TTY_FRAME] = UART_LSR_FE,
	[TTY_PARITY] = UART_LSR_PE,
	[TTY_OVERRUN] = UART_LSR_OE,
};

static u8 serfwd_uart_rx_trigger(const struct serfwd_uart *uart)
{
	return triggers[uart->fcr >> UART_FCR_R_TRIG_SHIFT];
}

/**
 * serfwd_uart_rx_reset - forget all received bytes
 * @uart: its FCR says whether there is a FIFO
 *
 * Errors of bytes that are gone are gone. An overrun is not.
 */
void serfwd_uart_rx_reset(struct serfwd_uart *uart)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	serfwd_uart_fifo_init(&rx->fifo, serfwd_uart_has_fifo(uart) ?
			      SERFWD_UART_FIFO : 1);
	rx->errors &= ~SERFWD_UART_BAD;
	rx->timed_out = false;
	rx->flagged = false;
	rx->announced = 0;
}

/*
 * A port brings bytes by its own FIFO: those that come at once have taken their
 * time on the wire, and the next may take as long. A time-out in between would
 * end DMA, and have the guest begin it again.
 */
static unsigned int serfwd_uart_rx_timeout_chars(const struct serfwd_uart *uart)
{
	unsigned int chars = SERFWD_UART_TIMEOUT_CHARS;

	if (uart->rx.announces || uart->rx.fetcher != SERFWD_UART_GUEST)
		chars += uart->rx.burst;
	return chars;
}

static void serfwd_uart_rx_start_timer(struct serfwd_uart *uart)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	rx->armed = true;
	rx->expires = rx->deadline;
	uart->ops->timer(uart, rx->deadline);
}

/* 8.10 B: time begins anew with each byte that comes or is read. */
static void serfwd_uart_rx_arm(struct serfwd_uart *uart, u64 now)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	if (!serfwd_uart_has_fifo(uart))
		return;
	rx->deadline = now + serfwd_uart_rx_timeout_chars(uart) *
				     serfwd_uart_char_ns(uart);
	/* One that is under way finds out when it is over. */
	if (rx->armed && rx->expires <= rx->deadline)
		return;
	serfwd_uart_rx_start_timer(uart);
}

/**
 * serfwd_uart_rx_expire - the time that was asked for is over
 * @uart: whose
 * @now: the time (ns)
 */
void serfwd_uart_rx_expire(struct serfwd_uart *uart, u64 now)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	rx->armed = false;
	if (!serfwd_uart_has_fifo(uart) || !rx->fifo.count)
		return;
	if (now >= rx->deadline) {
		rx->timed_out = true;
		return;
	}
	serfwd_uart_rx_start_timer(uart);
}

/* 8.3: the errors of a byte are told when it is the oldest. */
static void serfwd_uart_rx_latch(struct serfwd_uart_receiver *rx)
{
	u8 flags = serfwd_uart_fifo_flags(&rx->fifo);

	rx->errors |= flags;
	if (flags)
		rx->flagged = true;
}

static void serfwd_uart_rx_put(struct serfwd_uart *uart, u8 byte, u8 flags)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	serfwd_uart_fifo_put(&rx->fifo, byte, flags);
	if (!serfwd_uart_has_fifo(uart))
		rx->rbr = byte;
	if (rx->fifo.count == 1)
		serfwd_uart_rx_latch(rx);
}

/* A byte was lost after those that are there. */
static void serfwd_uart_rx_overrun(struct serfwd_uart_receiver *rx)
{
	if (rx->fifo.count) {
		serfwd_uart_fifo_mark(&rx->fifo, UART_LSR_OE);
	} else {
		rx->errors |= UART_LSR_OE;
		rx->flagged = true;
	}
	if (rx->fifo.count == 1)
		serfwd_uart_rx_latch(rx);
}

/* 8.3, bit 4: a break is one byte of zeros. Return: was it taken? */
static bool serfwd_uart_rx_take_one(struct serfwd_uart *uart, u8 byte, u8 flag)
{
	u8 flags = flag < ARRAY_SIZE(flags_of) ? flags_of[flag] : 0;

	if (flags == UART_LSR_OE) {
		serfwd_uart_rx_overrun(&uart->rx);
		return true;
	}
	if (serfwd_uart_fifo_is_full(&uart->rx.fifo))
		return false;
	serfwd_uart_rx_put(uart, flags & UART_LSR_BI ? 0 : byte, flags);
	return true;
}

/* Those of one time came at once. */
static void serfwd_uart_rx_came(struct serfwd_uart_receiver *rx, size_t count,
				u64 now)
{
	size_t before = now == rx->came ? rx->burst : 0;

	rx->came = now;
	count += before;
	rx->burst = count < SERFWD_UART_FIFO ? count : SERFWD_UART_FIFO;
}

/**
 * serfwd_uart_rx_take - receive as much as there is room for
 * @uart: which receives nothing while it is in loop-back
 * @bytes: received
 * @flags: TTY_NORMAL or another of each, or NULL
 * @count: how many
 * @now: the time (ns)
 *
 * Return: how many were taken.
 */
size_t serfwd_uart_rx_take(struct serfwd_uart *uart, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now)
{
	size_t taken = 0;

	if (!serfwd_uart_loops(uart))
		while (taken < count &&
		       serfwd_uart_rx_take_one(uart, bytes[taken], flags ?
					       flags[taken] : TTY_NORMAL))
			taken++;
	if (taken < count)
		uart->rx.refused = true;
	if (taken) {
		serfwd_uart_rx_came(&uart->rx, taken, now);
		serfwd_uart_rx_arm(uart, now);
	}
	return taken;
}

/**
 * serfwd_uart_rx_loop - receive a byte that was sent in loop-back
 * @uart: whose
 * @byte: which
 * @now: the time (ns)
 *
 * 8.3, bit 1: a byte that finds no room is lost; without FIFOs the one that
 * was not read is.
 */
void serfwd_uart_rx_loop(struct serfwd_uart *uart, u8 byte, u64 now)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	if (serfwd_uart_fifo_is_full(&rx->fifo)) {
		rx->errors |= UART_LSR_OE;
		if (!serfwd_uart_has_fifo(uart))
			rx->rbr = byte;
	} else {
		serfwd_uart_rx_put(uart, byte, 0);
	}
	serfwd_uart_rx_arm(uart, now);
}

/**
 * serfwd_uart_rx_read - RBR is read
 * @uart: whose
 * @now: the time (ns)
 *
 * Return: the oldest byte. If there is none: 0, or without FIFOs the last one.
 */
u8 serfwd_uart_rx_read(struct serfwd_uart *uart, u64 now)
{
	struct serfwd_uart_receiver *rx = &uart->rx;
	u8 byte = 0;

	rx->timed_out = false;
	rx->flagged = false;
	if (rx->fifo.count) {
		byte = serfwd_uart_fifo_get(&rx->fifo);
		serfwd_uart_rx_latch(rx);
	}
	if (rx->announced)
		rx->announced--;
	if (rx->fifo.count)
		serfwd_uart_rx_arm(uart, now);
	return serfwd_uart_has_fifo(uart) ? byte : rx->rbr;
}

/**
 * serfwd_uart_rx_may_fetch - may a DMA controller have the oldest byte?
 * @uart: whose
 *
 * Not the last one: a driver that is told of a time-out looks for a byte in
 * RBR, and only then for what DMA has brought. Nor one with errors, or any
 * after a time-out that was told: from then on the guest reads. Without
 * UART_IER_RDI none is told.
 *
 * Return: whether it may.
 */
bool serfwd_uart_rx_may_fetch(const struct serfwd_uart *uart)
{
	const struct serfwd_uart_receiver *rx = &uart->rx;
	bool told = rx->timed_out && uart->ier & UART_IER_RDI;

	return rx->fetcher != SERFWD_UART_GUEST && rx->fifo.count > 1 &&
		!told && !rx->flagged && !rx->errors;
}

/* A guest that is not interrupted for data is shown all that there is. */
static bool serfwd_uart_rx_is_ready(const struct serfwd_uart *uart)
{
	const struct serfwd_uart_receiver *rx = &uart->rx;

	if (!rx->fifo.count)
		return false;
	return !rx->announces || rx->announced || rx->timed_out ||
	       !(uart->ier & UART_IER_RDI);
}

/**
 * serfwd_uart_rx_announce - IIR is read
 * @uart: whose
 * @id: what it says
 *
 * A time-out while DMA goes on is for the byte that DMA does not fetch.
 */
void serfwd_uart_rx_announce(struct serfwd_uart *uart, u8 id)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	if (id == UART_IIR_RX_TIMEOUT && rx->fetcher != SERFWD_UART_GUEST)
		rx->announced = 1;
	else if (id == UART_IIR_RX_TIMEOUT || id == UART_IIR_RDI ||
		 id == UART_IIR_RLSI)
		rx->announced = rx->fifo.count;
}

/**
 * serfwd_uart_rx_status - LSR is read
 * @uart: whose
 *
 * 8.3: that clears the errors. Bit 7 stays while another byte in the FIFO has
 * some.
 *
 * Return: the receiver's bits.
 */
u8 serfwd_uart_rx_status(struct serfwd_uart *uart)
{
	struct serfwd_uart_receiver *rx = &uart->rx;
	u8 lsr = rx->errors;

	if (serfwd_uart_rx_is_ready(uart)) {
		lsr |= UART_LSR_DR;
		/* Linux empties a FIFO that has bad bytes and none to be read. */
		if (serfwd_uart_has_fifo(uart) && rx->fifo.bad)
			lsr |= UART_LSR_FIFOE;
	}
	rx->errors = 0;
	serfwd_uart_fifo_tell(&rx->fifo);
	return lsr;
}

/**
 * serfwd_uart_rx_interrupt - why the receiver would interrupt
 * @uart: whose
 *
 * 8.5 and TI, interrupt identification register: a time-out that is pending is
 * shown also at the trigger level. Of data that DMA fetches nothing is told.
 *
 * Return: an identification of IIR, or UART_IIR_NO_INT.
 */
u8 serfwd_uart_rx_interrupt(const struct serfwd_uart *uart)
{
	const struct serfwd_uart_receiver *rx = &uart->rx;

	if (rx->fetcher == SERFWD_UART_DMA_BUSY)
		return UART_IIR_NO_INT;
	if (uart->ier & UART_IER_RLSI && rx->errors)
		return UART_IIR_RLSI;
	if (!(uart->ier & UART_IER_RDI))
		return UART_IIR_NO_INT;
	if (rx->timed_out)
		return UART_IIR_RX_TIMEOUT;
	/* Without a FIFO there is nothing for DMA to fetch. */
	if (rx->fetcher == SERFWD_UART_DMA && serfwd_uart_has_fifo(uart))
		return UART_IIR_NO_INT;
	if (rx->fifo.count >= serfwd_uart_rx_trigger(uart))
		return UART_IIR_RDI;
	return UART_IIR_NO_INT;
}

/*
 * TI, auto-RTS: at a trigger of 1, 4 or 8 RTS goes at the trigger level and
 * comes back when all is read; at 14 it goes with the last place, and comes
 * back with it.
 */
static void serfwd_uart_rx_autoflow(struct serfwd_uart *uart)
{
	struct serfwd_uart_receiver *rx = &uart->rx;
	u8 trigger = serfwd_uart_rx_trigger(uart);
	u8 stop = SERFWD_UART_FIFO, go = SERFWD_UART_FIFO - 1;

	if (trigger <= 8) {
		stop = trigger;
		go = 0;
	}
	if (!serfwd_uart_has_autoflow(uart) || rx->fifo.count <= go)
		rx->full = false;
	else if (rx->fifo.count >= stop)
		rx->full = true;
}

/**
 * serfwd_uart_rx_update - draw the consequences of a change
 * @uart: whose
 */
void serfwd_uart_rx_update(struct serfwd_uart *uart)
{
	struct serfwd_uart_receiver *rx = &uart->rx;

	serfwd_uart_rx_autoflow(uart);
	if (!rx->refused || serfwd_uart_loops(uart) ||
	    rx->fifo.count > rx->fifo.size / 2)
		return;
	rx->refused = false;
	uart->ops->unthrottle(uart);
}
