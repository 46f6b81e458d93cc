// SPDX-License-Identifier: GPL-2.0
/*
 * A DMA controller beside the guest: it takes bytes out of the receiver's FIFO
 * and gives bytes to the transmitter, as the guest does by RBR and THR, except
 * that it sees what room there is and needs no interrupt.
 */
#include "uart_parts.h"

/**
 * serfwd_uart_dma_set - say who reads received bytes
 * @uart: whose
 * @fetcher: see there
 */
void serfwd_uart_dma_set(struct serfwd_uart *uart,
			 enum serfwd_uart_fetcher fetcher)
{
	uart->rx.fetcher = fetcher;
	serfwd_uart_update(uart);
}

/**
 * serfwd_uart_dma_announce - say whether a DMA controller is on
 * @uart: whose
 * @on: it is
 *
 * A driver that has read the last byte that there was would go on by itself with
 * those that come meanwhile, of a burst until its end, with two accesses a byte.
 * It is interrupted for them instead, and has DMA fetch them.
 */
void serfwd_uart_dma_announce(struct serfwd_uart *uart, bool on)
{
	uart->rx.announces = on;
}

/**
 * serfwd_uart_dma_room - how many more bytes does the receiver's FIFO take?
 * @uart: whose
 *
 * Return: how many.
 */
size_t serfwd_uart_dma_room(const struct serfwd_uart *uart)
{
	return uart->rx.fifo.size - uart->rx.fifo.count;
}

/**
 * serfwd_uart_dma_fetch - take received bytes
 * @uart: whose
 * @bytes: filled
 * @count: how many there is room for
 * @now: the time (ns)
 *
 * Return: how many there are. See serfwd_uart_rx_may_fetch().
 */
size_t serfwd_uart_dma_fetch(struct serfwd_uart *uart, u8 *bytes, size_t count,
			     u64 now)
{
	size_t fetched = 0;

	while (fetched < count && serfwd_uart_rx_may_fetch(uart))
		bytes[fetched++] = serfwd_uart_rx_read(uart, now);
	if (fetched)
		serfwd_uart_update(uart);
	return fetched;
}

/* There is no wire: the receiver takes what it has room for. */
static size_t serfwd_uart_dma_loop(struct serfwd_uart *uart, const u8 *bytes,
				   size_t count, u64 now)
{
	size_t sent = 0;

	while (sent < count && serfwd_uart_dma_room(uart))
		serfwd_uart_rx_loop(uart, bytes[sent++], now);
	return sent;
}

/**
 * serfwd_uart_dma_send - send bytes
 * @uart: whose
 * @bytes: which
 * @count: how many
 * @now: the time (ns)
 *
 * Return: how many were taken. The rest stays where it is.
 */
size_t serfwd_uart_dma_send(struct serfwd_uart *uart, const u8 *bytes,
			    size_t count, u64 now)
{
	size_t sent = 0;

	if (serfwd_uart_loops(uart))
		sent = serfwd_uart_dma_loop(uart, bytes, count, now);
	else if (!serfwd_uart_tx_is_stopped(uart))
		sent = uart->ops->send(uart, bytes, count);
	serfwd_uart_tx_shrink(uart);
	serfwd_uart_update(uart);
	return sent;
}
