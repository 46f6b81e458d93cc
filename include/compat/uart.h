/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For files that are a UART driver, beyond compat.h: brings linux/serial_core.h
 * up to the newest kernel's.
 */
#ifndef DEVSHARE_COMPAT_UART_H
#define DEVSHARE_COMPAT_UART_H

#include <linux/circ_buf.h>
#include <linux/kfifo.h>
#include <linux/serial_core.h>
#include <linux/string.h>

#ifdef COMPAT_UART_HAS_FIFO_OUT
/* No kernel has an accessor that is the same for all: ours. */
static inline unsigned int uart_xmit_pending(struct uart_port *port)
{
	return kfifo_len(&port->state->port.xmit_fifo);
}
#else
static inline unsigned int uart_xmit_pending(struct uart_port *port)
{
	return uart_circ_chars_pending(&port->state->xmit);
}

static inline unsigned int compat_uart_xmit_run(struct uart_port *port, u8 *buf,
						unsigned int count)
{
	struct circ_buf *xmit = &port->state->xmit;
	unsigned int run = CIRC_CNT_TO_END(xmit->head, xmit->tail,
					   UART_XMIT_SIZE);

	run = min(run, count);
	memcpy(buf, xmit->buf + xmit->tail, run);
	uart_xmit_advance(port, run);
	return run;
}

/* Locking: the port's lock held. */
static inline unsigned int uart_fifo_out(struct uart_port *port, u8 *buf,
					 unsigned int count)
{
	unsigned int run = compat_uart_xmit_run(port, buf, count);

	/* The rest is at the beginning of the ring. */
	return run + compat_uart_xmit_run(port, buf + run, count - run);
}
#endif

#endif /* DEVSHARE_COMPAT_UART_H */
