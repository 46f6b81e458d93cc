// SPDX-License-Identifier: GPL-2.0
#include "uart_fifo.h"

/**
 * serfwd_uart_fifo_init - make a FIFO empty
 * @fifo: which
 * @size: how many bytes it is to take from now on: 1 or SERFWD_UART_FIFO
 */
void serfwd_uart_fifo_init(struct serfwd_uart_fifo *fifo, u8 size)
{
	fifo->head = 0;
	fifo->count = 0;
	fifo->size = size;
	fifo->bad = 0;
}

/* Where the byte is that so many came before. */
static u8 serfwd_uart_fifo_slot(const struct serfwd_uart_fifo *fifo, u8 older)
{
	return (fifo->head + older) % SERFWD_UART_FIFO;
}

/**
 * serfwd_uart_fifo_put - add a byte
 * @fifo: which is not full
 * @byte: to add
 * @flags: bits of LSR that it sets when it is the oldest
 */
void serfwd_uart_fifo_put(struct serfwd_uart_fifo *fifo, u8 byte, u8 flags)
{
	u8 slot = serfwd_uart_fifo_slot(fifo, fifo->count++);

	fifo->bytes[slot] = byte;
	fifo->flags[slot] = flags;
	if (flags & SERFWD_UART_BAD)
		fifo->bad++;
}

/**
 * serfwd_uart_fifo_tell - the flags of the oldest byte were read
 * @fifo: which may be empty
 */
void serfwd_uart_fifo_tell(struct serfwd_uart_fifo *fifo)
{
	if (!fifo->count)
		return;
	if (fifo->flags[fifo->head] & SERFWD_UART_BAD)
		fifo->bad--;
	fifo->flags[fifo->head] = 0;
}

/**
 * serfwd_uart_fifo_get - take the oldest byte
 * @fifo: which is not empty
 *
 * Return: the byte.
 */
u8 serfwd_uart_fifo_get(struct serfwd_uart_fifo *fifo)
{
	u8 byte = fifo->bytes[fifo->head];

	serfwd_uart_fifo_tell(fifo);
	fifo->head = serfwd_uart_fifo_slot(fifo, 1);
	fifo->count--;
	return byte;
}

/**
 * serfwd_uart_fifo_mark - say something of the newest byte
 * @fifo: which is not empty
 * @flags: not of SERFWD_UART_BAD
 */
void serfwd_uart_fifo_mark(struct serfwd_uart_fifo *fifo, u8 flags)
{
	fifo->flags[serfwd_uart_fifo_slot(fifo, fifo->count - 1)] |= flags;
}

/**
 * serfwd_uart_fifo_flags - the flags of the oldest byte
 * @fifo: which may be empty
 *
 * Return: bits of LSR.
 */
u8 serfwd_uart_fifo_flags(const struct serfwd_uart_fifo *fifo)
{
	return fifo->count ? fifo->flags[fifo->head] : 0;
}
