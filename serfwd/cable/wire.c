// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes on a null modem cable.
 *
 * Bytes that a plug sends go into the flip buffer of the plug that receives it,
 * as fast as that takes it, or with pacing as fast as a UART would send it.
 * Bytes that do not fit stay with the sender: no byte is lost on a cable.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/serial_reg.h>
#include <linux/string.h>
#include <linux/tty_flip.h>
#include <linux/workqueue.h>

#include <compat/hrtimer.h>
#include <compat/uart.h>

#include "cable.h"
#include "../vtty.h"

/* When a receiver without room is tried again, and more of an echo is sent. */
#define SERFWD_WIRE_RETRY	ms_to_ktime(1)

static struct tty_port *serfwd_plug_port(struct serfwd_plug *plug)
{
	return &plug->uart.state->port;
}

static struct serfwd_plug *serfwd_wire_receiver(struct serfwd_plug *from)
{
	return from->cable->loop ? from : serfwd_plug_far(from);
}

/* The line status register of a real port would say this of a byte. */
static void serfwd_wire_count(struct uart_icount *icount, unsigned int status)
{
	icount->rx++;
	if (status & UART_LSR_BI)
		icount->brk++;
	else if (status & UART_LSR_PE)
		icount->parity++;
	else if (status & UART_LSR_FE)
		icount->frame++;
	if (status & UART_LSR_OE)
		icount->overrun++;
}

static u8 serfwd_wire_flag(unsigned int status)
{
	if (status & UART_LSR_BI)
		return TTY_BREAK;
	if (status & UART_LSR_PE)
		return TTY_PARITY;
	if (status & UART_LSR_FE)
		return TTY_FRAME;
	return TTY_NORMAL;
}

/* One byte the way a driver of real hardware takes it from there. */
static void serfwd_wire_insert(struct serfwd_plug *to, unsigned int status,
			       u8 ch)
{
	struct uart_port *uart = &to->uart;

	serfwd_wire_count(&uart->icount, status);
	status &= uart->read_status_mask;
	uart_insert_char(uart, status, UART_LSR_OE, ch,
			 serfwd_wire_flag(status));
}

static size_t serfwd_wire_insert_faulty(struct serfwd_plug *to, const u8 *cp,
					size_t count)
{
	size_t done;

	for (done = 0; done < count; done++) {
		unsigned int status;

		if (!tty_buffer_space_avail(serfwd_plug_port(to)))
			break;
		status = serfwd_faults_take(to);
		serfwd_wire_insert(to, UART_LSR_DR | status,
				   status & UART_LSR_BI ? 0 : cp[done]);
	}
	return done;
}

/* Returns how many are done with. */
static size_t serfwd_wire_receive(struct serfwd_plug *to, const u8 *cp,
				  size_t count)
{
	struct uart_port *uart = &to->uart;
	size_t taken;

	lockdep_assert_held(&to->cable->lock);
	if (!to->open || (uart->ignore_status_mask & UART_LSR_DR))
		return count;
	if (unlikely(serfwd_faults_wanted(to)))
		return serfwd_wire_insert_faulty(to, cp, count);
	taken = tty_insert_flip_string(serfwd_plug_port(to), cp, count);
	uart->icount.rx += taken;
	return taken;
}

/* Hand the bytes of the fifo over. Returns false if some are left. */
static bool serfwd_wire_shift(struct serfwd_plug *from)
{
	struct serfwd_cable *cable = from->cable;
	struct serfwd_plug *to;
	size_t taken;

	spin_lock(&cable->lock);
	to = serfwd_wire_receiver(from);
	taken = serfwd_wire_receive(to, from->fifo, from->fifo_len);
	/* A plug that is not open is perhaps no port yet. */
	if (to->open)
		tty_flip_buffer_push(serfwd_plug_port(to));
	spin_unlock(&cable->lock);

	from->fifo_len -= taken;
	if (unlikely(from->fifo_len))
		memmove(from->fifo, from->fifo + taken, from->fifo_len);
	return !from->fifo_len;
}

static void serfwd_wire_mask(struct serfwd_plug *plug)
{
	unsigned int i;

	for (i = 0; i < plug->fifo_len; i++)
		plug->fifo[i] &= plug->data_mask;
}

/* Fill the empty fifo. Returns false if there is nothing to be sent. */
static bool serfwd_wire_load(struct serfwd_plug *plug, unsigned int limit)
{
	struct uart_port *uart = &plug->uart;

	if (uart->x_char) {
		plug->fifo[plug->fifo_len++] = uart->x_char;
		uart->icount.tx++;
		uart->x_char = 0;
	}
	if (!uart_tx_stopped(uart))
		plug->fifo_len += uart_fifo_out(uart,
						plug->fifo + plug->fifo_len,
						limit - plug->fifo_len);
	if (unlikely(plug->data_mask != 0xff))
		serfwd_wire_mask(plug);
	return plug->fifo_len;
}

static void serfwd_wire_wakeup(struct serfwd_plug *plug)
{
	if (uart_xmit_pending(&plug->uart) < WAKEUP_CHARS)
		uart_write_wakeup(&plug->uart);
}

static void serfwd_wire_start_timer(struct serfwd_plug *plug, ktime_t due)
{
	plug->sending = true;
	plug->due = due;
	hrtimer_start(&plug->timer, due, HRTIMER_MODE_ABS_SOFT);
}

static void serfwd_wire_retry(struct serfwd_plug *plug)
{
	serfwd_wire_start_timer(plug,
				ktime_add(ktime_get(), SERFWD_WIRE_RETRY));
}

/* Send all there is. */
static void serfwd_wire_send(struct serfwd_plug *plug)
{
	while (plug->fifo_len || serfwd_wire_load(plug, SERFWD_PLUG_FIFO)) {
		if (!serfwd_wire_shift(plug)) {
			serfwd_wire_retry(plug);
			break;
		}
	}
	serfwd_wire_wakeup(plug);
}

/*
 * An echo is what the plug's own flip buffer work sends, or that of a vtty
 * which has the plug as its port. Ends that echo each other, or one in
 * loop-back itself, do so for ever; as fast as they can, neither work would
 * end, and whoever polls a tty waits for that. On a wire bytes take their time,
 * so these do, too: a few in a while, and never while what came before is still
 * being handed over. That goes for all that the work sends, also for what it
 * lets go on as it receives an XON, except for its own XON or XOFF: that does
 * not wait.
 */
static bool serfwd_wire_within(struct serfwd_plug *plug)
{
	struct work_struct *work = current_work();

	return work && (work == &serfwd_plug_port(plug)->buf.work ||
			serfwd_vtty_is_flip_work(work));
}

/* Is what came before still being handed over? */
static bool serfwd_wire_busy(struct serfwd_plug *plug)
{
	struct serfwd_plug *to;
	bool busy;

	spin_lock(&plug->cable->lock);
	to = serfwd_wire_receiver(plug);
	busy = to->open && (work_busy(&serfwd_plug_port(to)->buf.work) &
			    WORK_BUSY_RUNNING);
	spin_unlock(&plug->cable->lock);
	return busy;
}

static void serfwd_wire_echo_later(struct serfwd_plug *plug)
{
	plug->echoing = true;
	plug->yielding = true;
	serfwd_wire_retry(plug);
}

static void serfwd_wire_send_echo(struct serfwd_plug *plug)
{
	if (!plug->fifo_len)
		serfwd_wire_load(plug, SERFWD_PLUG_FIFO_PACED);
	if (plug->fifo_len && (!serfwd_wire_shift(plug) ||
			       uart_xmit_pending(&plug->uart)))
		serfwd_wire_echo_later(plug);
	serfwd_wire_wakeup(plug);
}

/* Let the next bytes take their time from @start on. */
static void serfwd_wire_pace(struct serfwd_plug *plug, ktime_t start)
{
	u64 ns;

	if (!serfwd_wire_load(plug, SERFWD_PLUG_FIFO_PACED))
		return;
	ns = (u64)plug->uart.frame_time * plug->fifo_len;
	serfwd_wire_start_timer(plug, ktime_add_ns(start, ns));
}

/* The bytes of the fifo have had their time. */
static void serfwd_wire_paced(struct serfwd_plug *plug)
{
	if (!serfwd_wire_shift(plug)) {
		serfwd_wire_retry(plug);
		return;
	}
	serfwd_wire_pace(plug, plug->due);
	serfwd_wire_wakeup(plug);
}

static void serfwd_wire_idle(struct serfwd_plug *plug)
{
	plug->sending = false;
	plug->echoing = false;
	plug->yielding = false;
}

static void serfwd_wire_due(struct serfwd_plug *plug)
{
	bool echoing = plug->echoing;

	if (plug->yielding && serfwd_wire_busy(plug)) {
		serfwd_wire_retry(plug);
		return;
	}
	serfwd_wire_idle(plug);
	if (READ_ONCE(plug->cable->paced))
		serfwd_wire_paced(plug);
	else if (echoing)
		serfwd_wire_send_echo(plug);
	else
		serfwd_wire_send(plug);
}

static enum hrtimer_restart serfwd_wire_timer(struct hrtimer *timer)
{
	struct serfwd_plug *plug = container_of(timer, struct serfwd_plug,
						timer);
	unsigned long flags;

	uart_port_lock_irqsave(&plug->uart, &flags);
	/* Closing has cleared it, and waits for us. */
	if (plug->sending)
		serfwd_wire_due(plug);
	uart_port_unlock_irqrestore(&plug->uart, flags);
	return HRTIMER_NORESTART;
}

/**
 * serfwd_wire_init - set the sending side of a new plug up
 * @plug: the plug
 */
void serfwd_wire_init(struct serfwd_plug *plug)
{
	plug->data_mask = 0xff;
	hrtimer_setup(&plug->timer, serfwd_wire_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
}

static void serfwd_wire_kick_paced(struct serfwd_plug *plug, bool within)
{
	if (plug->sending) {
		plug->yielding |= within;
		return;
	}
	plug->yielding = within;
	serfwd_wire_pace(plug, ktime_get());
}

/*
 * An XON or XOFF, and nothing else. It cannot overtake bytes that are on their
 * way already.
 */
static void serfwd_wire_send_xchar(struct serfwd_plug *plug)
{
	if (plug->fifo_len || !serfwd_wire_load(plug, 1))
		return;
	if (!serfwd_wire_shift(plug) && !plug->sending)
		serfwd_wire_retry(plug);
}

/* @resumes: what waits was stopped before, and is perhaps no echo. */
static void serfwd_wire_kick_within(struct serfwd_plug *plug, bool resumes)
{
	if (plug->uart.x_char)
		serfwd_wire_send_xchar(plug);
	if (resumes && (!plug->sending || plug->echoing)) {
		plug->echoing = false;
		plug->yielding = true;
		serfwd_wire_start_timer(plug, ktime_get());
	} else if (!plug->sending) {
		serfwd_wire_echo_later(plug);
	}
}

/**
 * serfwd_wire_kick - there is something to be sent
 * @plug: the plug
 *
 * Locking: uart.lock held.
 */
void serfwd_wire_kick(struct serfwd_plug *plug)
{
	bool within = serfwd_wire_within(plug);
	bool resumes = plug->stopped;

	plug->stopped = false;
	if (!plug->started)
		return;
	if (READ_ONCE(plug->cable->paced)) {
		serfwd_wire_kick_paced(plug, within);
	} else if (within) {
		serfwd_wire_kick_within(plug, resumes);
	} else if (!plug->sending || plug->yielding) {
		/*
		 * Bytes that the work sends wait for nothing except more of
		 * them.
		 */
		serfwd_wire_idle(plug);
		serfwd_wire_send(plug);
	}
}

/**
 * serfwd_wire_open - let a plug send and receive
 * @plug: the plug
 */
void serfwd_wire_open(struct serfwd_plug *plug)
{
	uart_port_lock_irq(&plug->uart);
	plug->started = true;
	uart_port_unlock_irq(&plug->uart);

	spin_lock_irq(&plug->cable->lock);
	plug->changed = 0;
	plug->open = true;
	spin_unlock_irq(&plug->cable->lock);
}

/**
 * serfwd_wire_close - stop sending and receiving
 * @plug: the plug
 *
 * Context: may sleep.
 */
void serfwd_wire_close(struct serfwd_plug *plug)
{
	uart_port_lock_irq(&plug->uart);
	plug->started = false;
	serfwd_wire_idle(plug);
	plug->fifo_len = 0;
	uart_port_unlock_irq(&plug->uart);
	hrtimer_cancel(&plug->timer);

	spin_lock_irq(&plug->cable->lock);
	plug->open = false;
	spin_unlock_irq(&plug->cable->lock);
	/* It tells the serial core of nothing more. */
	irq_work_sync(&plug->lines_work);
}

/**
 * serfwd_wire_break - a break reaches a plug
 * @to: the plug
 *
 * Locking: the cable's lock held.
 */
void serfwd_wire_break(struct serfwd_plug *to)
{
	lockdep_assert_held(&to->cable->lock);
	if (!to->open)
		return;
	serfwd_wire_insert(to, UART_LSR_BI, 0);
	tty_flip_buffer_push(serfwd_plug_port(to));
}
