// SPDX-License-Identifier: GPL-2.0
/*
 * The transmitter, which holds no byte: each that the guest writes to THR is
 * offered to the owner at once. THRE says that there is room for as many as a
 * guest may write when it sees that bit: a FIFO full of bytes, or one byte
 * without FIFOs. While there is less room THRE stays 0, and no interrupt
 * comes; a byte that is written nevertheless is offered too, and lost if it is
 * not taken, as in a full FIFO. TEMT says that all is sent.
 *
 * A byte that was taken is sent, whatever the guest does: to reset the FIFO,
 * which is empty, takes none back.
 *
 * 8.10 delays THRE by the time of a character now and then. That is not done,
 * for there is no character here that takes time.
 */
#include "uart_parts.h"

static size_t serfwd_uart_tx_size(const struct serfwd_uart *uart)
{
	return serfwd_uart_has_fifo(uart) ? SERFWD_UART_FIFO : 1;
}

/**
 * serfwd_uart_tx_is_stopped - is the transmitter stopped by CTS?
 * @uart: whose
 *
 * TI, auto-CTS: without CTS nothing more is sent. Not so in loop-back, for the
 * bytes would have to be held.
 *
 * Return: whether it is.
 */
bool serfwd_uart_tx_is_stopped(const struct serfwd_uart *uart)
{
	return !serfwd_uart_loops(uart) && serfwd_uart_has_autoflow(uart) &&
		!(uart->msr & UART_MSR_CTS);
}

static bool serfwd_uart_tx_may_send(struct serfwd_uart *uart)
{
	if (serfwd_uart_loops(uart))
		return true;
	if (serfwd_uart_tx_is_stopped(uart))
		return false;
	return uart->ops->room(uart) >= serfwd_uart_tx_size(uart);
}

/**
 * serfwd_uart_tx_reset - the FIFO is emptied, switched on or off
 * @uart: whose
 *
 * 8.10: an interrupt for an empty FIFO follows at once, if enabled.
 */
void serfwd_uart_tx_reset(struct serfwd_uart *uart)
{
	uart->tx.empty = false;
	uart->tx.pending = false;
}

/**
 * serfwd_uart_tx_write - THR is written
 * @uart: whose
 * @byte: to send
 */
void serfwd_uart_tx_write(struct serfwd_uart *uart, u8 byte)
{
	struct serfwd_uart_transmitter *tx = &uart->tx;

	tx->empty = false;
	tx->pending = false;
	if (!serfwd_uart_loops(uart) && !uart->ops->write(uart, &byte, 1))
		tx->lost++;
}

/**
 * serfwd_uart_tx_shrink - there may be less room than before
 * @uart: whose; somebody else has written
 */
void serfwd_uart_tx_shrink(struct serfwd_uart *uart)
{
	if (uart->tx.empty && !serfwd_uart_tx_may_send(uart))
		serfwd_uart_tx_reset(uart);
}

/**
 * serfwd_uart_tx_enable - the transmitter's interrupt is enabled or disabled
 * @uart: whose
 * @enabled: which
 *
 * To enable it while THRE is set has it pending again, although IIR was read.
 * No data sheet says so, except that drivers rely on it: those of Linux and
 * Windows begin to send so.
 */
void serfwd_uart_tx_enable(struct serfwd_uart *uart, bool enabled)
{
	uart->tx.pending = enabled && uart->tx.empty;
}

/**
 * serfwd_uart_tx_status - LSR is read
 * @uart: whose
 *
 * Return: the transmitter's bits.
 */
u8 serfwd_uart_tx_status(struct serfwd_uart *uart)
{
	if (!uart->tx.empty)
		return 0;
	if (!serfwd_uart_loops(uart) && !uart->ops->drained(uart))
		return UART_LSR_THRE;
	return UART_LSR_THRE | UART_LSR_TEMT;
}

/**
 * serfwd_uart_tx_update - look for room, if there was none
 * @uart: whose
 */
void serfwd_uart_tx_update(struct serfwd_uart *uart)
{
	struct serfwd_uart_transmitter *tx = &uart->tx;

	if (tx->empty || !serfwd_uart_tx_may_send(uart))
		return;
	tx->empty = true;
	tx->pending = true;
}
