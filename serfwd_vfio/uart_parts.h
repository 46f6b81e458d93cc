/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the register core. A part changes only itself and tells the
 * owner what it is to be told; uart.c says in which order.
 */
#ifndef SERFWD_UART_PARTS_H
#define SERFWD_UART_PARTS_H

#include "uart.h"

/* uart.c */
void serfwd_uart_update(struct serfwd_uart *uart);

/* uart_receiver.c */
void serfwd_uart_rx_reset(struct serfwd_uart *uart);
u8 serfwd_uart_rx_read(struct serfwd_uart *uart, u64 now);
bool serfwd_uart_rx_may_fetch(const struct serfwd_uart *uart);
u8 serfwd_uart_rx_status(struct serfwd_uart *uart);
u8 serfwd_uart_rx_interrupt(const struct serfwd_uart *uart);
void serfwd_uart_rx_announce(struct serfwd_uart *uart, u8 id);
void serfwd_uart_rx_loop(struct serfwd_uart *uart, u8 byte, u64 now);
size_t serfwd_uart_rx_take(struct serfwd_uart *uart, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now);
void serfwd_uart_rx_expire(struct serfwd_uart *uart, u64 now);
void serfwd_uart_rx_update(struct serfwd_uart *uart);

/* uart_transmitter.c */
void serfwd_uart_tx_reset(struct serfwd_uart *uart);
void serfwd_uart_tx_write(struct serfwd_uart *uart, u8 byte);
u8 serfwd_uart_tx_status(struct serfwd_uart *uart);
bool serfwd_uart_tx_is_stopped(const struct serfwd_uart *uart);
void serfwd_uart_tx_shrink(struct serfwd_uart *uart);
void serfwd_uart_tx_enable(struct serfwd_uart *uart, bool enabled);
void serfwd_uart_tx_update(struct serfwd_uart *uart);

/* uart_line.c */
void serfwd_uart_line_update(struct serfwd_uart *uart);
void serfwd_uart_modem_update(struct serfwd_uart *uart);

/* The FIFOs are on. */
static inline bool serfwd_uart_has_fifo(const struct serfwd_uart *uart)
{
	return uart->fcr & UART_FCR_ENABLE_FIFO;
}

/* Loop-back: sent bytes are received, and no others. */
static inline bool serfwd_uart_loops(const struct serfwd_uart *uart)
{
	return uart->mcr & UART_MCR_LOOP;
}

/* TI, autoflow control: it is the FIFO that is watched. */
static inline bool serfwd_uart_has_autoflow(const struct serfwd_uart *uart)
{
	return uart->mcr & UART_MCR_AFE && serfwd_uart_has_fifo(uart);
}

#endif
