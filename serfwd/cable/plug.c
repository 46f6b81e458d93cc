// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a null modem cable as a UART of the serial core.
 */
#include <linux/irq_work.h>
#include <linux/serial.h>
#include <linux/serial_reg.h>
#include <linux/tty.h>

#include <compat/uart.h>

#include "cable.h"

/* No clock divides here: any of these can be had exactly. */
#define SERFWD_PLUG_BAUD_MIN	1
#define SERFWD_PLUG_BAUD_MAX	16000000

static unsigned int serfwd_plug_tx_empty(struct uart_port *uart)
{
	return serfwd_uart_plug(uart)->fifo_len ? 0 : TIOCSER_TEMT;
}

static void serfwd_plug_set_mctrl(struct uart_port *uart, unsigned int mctrl)
{
	serfwd_pins_drive(serfwd_uart_plug(uart), mctrl);
}

static unsigned int serfwd_plug_get_mctrl(struct uart_port *uart)
{
	return serfwd_pins_get(serfwd_uart_plug(uart));
}

static void serfwd_plug_start_tx(struct uart_port *uart)
{
	serfwd_wire_kick(serfwd_uart_plug(uart));
}

/* Bytes that are not handed over yet look by themselves. */
static void serfwd_plug_stop_tx(struct uart_port *uart)
{
	serfwd_uart_plug(uart)->stopped = true;
}

static void serfwd_plug_stop_rx(struct uart_port *uart)
{
	struct serfwd_plug *plug = serfwd_uart_plug(uart);

	spin_lock(&plug->cable->lock);
	plug->open = false;
	spin_unlock(&plug->cable->lock);
}

/* Changes of the inputs are always told of. */
static void serfwd_plug_enable_ms(struct uart_port *uart)
{
}

static void serfwd_plug_break_ctl(struct uart_port *uart, int state)
{
	struct serfwd_plug *plug = serfwd_uart_plug(uart);
	struct serfwd_cable *cable = plug->cable;

	if (!state)
		return;
	spin_lock_irq(&cable->lock);
	serfwd_wire_break(cable->loop ? plug : serfwd_plug_far(plug));
	spin_unlock_irq(&cable->lock);
}

static int serfwd_plug_startup(struct uart_port *uart)
{
	serfwd_wire_open(serfwd_uart_plug(uart));
	return 0;
}

static void serfwd_plug_shutdown(struct uart_port *uart)
{
	serfwd_wire_close(serfwd_uart_plug(uart));
}

/* Bytes that are not on their way yet; with pacing off none are. */
static void serfwd_plug_flush_buffer(struct uart_port *uart)
{
	struct serfwd_plug *plug = serfwd_uart_plug(uart);

	if (!READ_ONCE(plug->cable->paced))
		plug->fifo_len = 0;
}

/* Which errors are reported and which bytes dropped; as 8250 does it. */
static void serfwd_plug_set_masks(struct uart_port *uart,
				  const struct ktermios *termios)
{
	uart->read_status_mask = UART_LSR_OE | UART_LSR_DR;
	if (termios->c_iflag & INPCK)
		uart->read_status_mask |= UART_LSR_FE | UART_LSR_PE;
	if (termios->c_iflag & (IGNBRK | BRKINT | PARMRK))
		uart->read_status_mask |= UART_LSR_BI;

	uart->ignore_status_mask = 0;
	if (termios->c_iflag & IGNPAR)
		uart->ignore_status_mask |= UART_LSR_PE | UART_LSR_FE;
	if (termios->c_iflag & IGNBRK) {
		uart->ignore_status_mask |= UART_LSR_BI;
		if (termios->c_iflag & IGNPAR)
			uart->ignore_status_mask |= UART_LSR_OE;
	}
	if (!(termios->c_cflag & CREAD))
		uart->ignore_status_mask |= UART_LSR_DR;
}

static void serfwd_plug_set_termios(struct uart_port *uart,
				    struct ktermios *termios,
				    const struct ktermios *old)
{
	struct serfwd_plug *plug = serfwd_uart_plug(uart);
	unsigned int baud = uart_get_baud_rate(uart, termios, old,
					       SERFWD_PLUG_BAUD_MIN,
					       SERFWD_PLUG_BAUD_MAX);
	unsigned long flags;

	uart_port_lock_irqsave(uart, &flags);
	uart_update_timeout(uart, termios->c_cflag, baud);
	plug->data_mask = GENMASK(tty_get_char_size(termios->c_cflag) - 1, 0);

	/* The masks are the receiver's. */
	spin_lock(&plug->cable->lock);
	serfwd_plug_set_masks(uart, termios);
	spin_unlock(&plug->cable->lock);
	uart_port_unlock_irqrestore(uart, flags);

	if (tty_termios_baud_rate(termios))
		tty_termios_encode_baud_rate(termios, baud, baud);
}

static const char *serfwd_plug_type(struct uart_port *uart)
{
	return "null modem";
}

static void serfwd_plug_release_port(struct uart_port *uart)
{
}

static int serfwd_plug_request_port(struct uart_port *uart)
{
	return 0;
}

static void serfwd_plug_config_port(struct uart_port *uart, int flags)
{
}

/* There is no interrupt and no other type to be set. */
static int serfwd_plug_verify_port(struct uart_port *uart,
				   struct serial_struct *info)
{
	return info->irq || info->type != uart->type ? -EINVAL : 0;
}

const struct uart_ops serfwd_plug_ops = {
	.tx_empty	= serfwd_plug_tx_empty,
	.set_mctrl	= serfwd_plug_set_mctrl,
	.get_mctrl	= serfwd_plug_get_mctrl,
	.start_tx	= serfwd_plug_start_tx,
	.stop_tx	= serfwd_plug_stop_tx,
	.stop_rx	= serfwd_plug_stop_rx,
	.enable_ms	= serfwd_plug_enable_ms,
	.break_ctl	= serfwd_plug_break_ctl,
	.startup	= serfwd_plug_startup,
	.shutdown	= serfwd_plug_shutdown,
	.flush_buffer	= serfwd_plug_flush_buffer,
	.set_termios	= serfwd_plug_set_termios,
	.type		= serfwd_plug_type,
	.release_port	= serfwd_plug_release_port,
	.request_port	= serfwd_plug_request_port,
	.config_port	= serfwd_plug_config_port,
	.verify_port	= serfwd_plug_verify_port,
};
