/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receiver's FIFO: bytes, each with its errors.
 */
#ifndef SERFWD_UART_FIFO_H
#define SERFWD_UART_FIFO_H

#include "env.h"

/* Of a 16550A, either way. */
#define SERFWD_UART_FIFO	16

/* Faults of a byte itself. An overrun is of one that is not there. */
#define SERFWD_UART_BAD		(UART_LSR_BI | UART_LSR_FE | UART_LSR_PE)

/**
 * struct serfwd_uart_fifo - bytes that were received, the oldest first
 * @bytes: a ring of them
 * @flags: of each the bits that it sets in LSR
 * @head: where the oldest is
 * @count: how many there are
 * @size: how many there may be: 1 without FIFOs, or SERFWD_UART_FIFO
 * @bad: how many have a flag of SERFWD_UART_BAD
 */
struct serfwd_uart_fifo {
	u8 bytes[SERFWD_UART_FIFO];
	u8 flags[SERFWD_UART_FIFO];
	u8 head;
	u8 count;
	u8 size;
	u8 bad;
};

void serfwd_uart_fifo_init(struct serfwd_uart_fifo *fifo, u8 size);
void serfwd_uart_fifo_put(struct serfwd_uart_fifo *fifo, u8 byte, u8 flags);
u8 serfwd_uart_fifo_get(struct serfwd_uart_fifo *fifo);
void serfwd_uart_fifo_mark(struct serfwd_uart_fifo *fifo, u8 flags);
void serfwd_uart_fifo_tell(struct serfwd_uart_fifo *fifo);
u8 serfwd_uart_fifo_flags(const struct serfwd_uart_fifo *fifo);

static inline bool serfwd_uart_fifo_is_full(const struct serfwd_uart_fifo *fifo)
{
	return fifo->count == fifo->size;
}

#endif
