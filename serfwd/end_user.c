// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a guest end's user to its link: the functions of serfwd_end.h,
 * for other modules. The vtty's are in vtty.c.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kdev_t.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "attach.h"
#include "control.h"
#include "deliver.h"
#include "end.h"
#include "flip.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "policy.h"
#include "settings.h"
#include "share.h"
#include "stats.h"
#include "transmit.h"

/* How often (ms) draining looks whether the port's buffer is empty. */
#define SERFWD_END_POLL		5

static struct serfwd_link *serfwd_end_link(struct serfwd_end *end)
{
	return container_of(end, struct serfwd_link, end);
}

/**
 * serfwd_end_count - how many links there are
 *
 * Return: their number, 1 or more; they are numbered from 0, as their
 * pseudo-UARTs /dev/ttySFn are. It is the same as long as serfwd is loaded.
 * Context: any.
 */
unsigned int serfwd_end_count(void)
{
	return serfwd_nlinks;
}
EXPORT_SYMBOL_GPL(serfwd_end_count);

/* Drop what was received and not taken. */
static void serfwd_end_flush_input(struct serfwd_link *link,
				   enum serfwd_loss cause)
{
	serfwd_flush_input(link, cause);
	serfwd_listener_flush(link, cause);
}

static void serfwd_end_hangup_work(struct work_struct *work)
{
	struct serfwd_end *end = container_of(work, struct serfwd_end,
					      hangup_work);

	serfwd_end_flush_input(serfwd_end_link(end), SERFWD_RX_CLOSED);
	if (end->ops->hangup)
		end->ops->hangup(end->data);
}

/*
 * The vtty has let go of the end before the tty core had let go of the vtty,
 * whose flip buffer work it cancels then. To look for a tty waits for that.
 */
static void serfwd_end_await_vtty(struct serfwd_link *link)
{
	struct tty_struct *vtty;

	vtty = tty_kopen_shared(MKDEV(serfwd_driver->major,
				      serfwd_driver->minor_start +
				      link->index));
	if (!IS_ERR(vtty))
		tty_kref_put(vtty);
}

/* As who closes a tty with HUPCL, or opens a UART that was reset. */
static void serfwd_end_drop_outputs(struct serfwd_link *link)
{
	if (READ_ONCE(link->policy.hup) != SERFWD_HUP_NEVER)
		serfwd_set_mctrl(link, 0, TIOCM_DTR | TIOCM_RTS);
}

static void serfwd_end_start(struct serfwd_link *link)
{
	struct serfwd_end *end = &link->end;

	INIT_WORK(&end->hangup_work, serfwd_end_hangup_work);
	WRITE_ONCE(end->stopped, false);
	WRITE_ONCE(end->held, false);
	WRITE_ONCE(end->full, false);
	/* A work may still run that looks at it. */
	WRITE_ONCE(end->room, false);
	serfwd_link_open_end(link);
	serfwd_end_drop_outputs(link);
}

/**
 * serfwd_end_open - have the guest end of a link
 * @index: number of the link, that of its pseudo-UART
 * @ops: what the link has the end do, from now on
 * @data: for @ops
 *
 * The line starts out at 9600 8N1 without flow control, with DTR and RTS down,
 * except if the administrator has it that they are left as they are. The module
 * of @ops stays until serfwd_end_close(); serfwd stays as it is called by it.
 *
 * Return: the end, or an error: -ENODEV if there is no such link, or the module
 * of @ops is going; -EBUSY if the pseudo-UART is open, hung up or not, or
 * another has the end, which is said in the kernel log; -EINVAL if @ops lacks
 * what it must have.
 * Context: may sleep. No lock is held that an operation of @ops takes.
 */
struct serfwd_end *serfwd_end_open(unsigned int index,
				   const struct serfwd_end_ops *ops, void *data)
{
	struct serfwd_link *link = serfwd_link_by_index(index);
	int ret;

	if (!ops->receive || !ops->wakeup || !ops->name)
		return ERR_PTR(-EINVAL);
	if (!link || !try_module_get(ops->owner))
		return ERR_PTR(-ENODEV);
	ret = serfwd_end_claim(link, ops, data);
	if (ret) {
		module_put(ops->owner);
		return ERR_PTR(ret);
	}
	serfwd_end_await_vtty(link);
	serfwd_end_start(link);
	return &link->end;
}
EXPORT_SYMBOL_GPL(serfwd_end_open);

/**
 * serfwd_end_close - have the guest end of a link no more
 * @end: the end
 *
 * As a tty is closed: DTR and RTS drop, except if the administrator has it
 * otherwise, a break ends, and what was not sent or taken is dropped and
 * counted. A user that wants it sent drains before. Others may open the end
 * when it returns, and no operation of it is called any more.
 *
 * Context: may sleep, shortly. Not from within an operation of the end.
 */
void serfwd_end_close(struct serfwd_end *end)
{
	struct serfwd_link *link = serfwd_end_link(end);
	struct module *owner = end->ops->owner;

	serfwd_end_drop_outputs(link);
	serfwd_link_close(link);
	serfwd_deliver_forget(link);
	cancel_work_sync(&end->hangup_work);
	serfwd_settings_return(link);
	serfwd_end_release(link);
	module_put(owner);
}
EXPORT_SYMBOL_GPL(serfwd_end_close);

/**
 * serfwd_end_has_port - does the link have a port, or take part in one?
 * @end: the end
 *
 * Return: true if so; it may be another link that owns it.
 * Context: any.
 */
bool serfwd_end_has_port(struct serfwd_end *end)
{
	bool has;

	rcu_read_lock();
	has = serfwd_share_port(serfwd_end_link(end));
	rcu_read_unlock();
	return has;
}
EXPORT_SYMBOL_GPL(serfwd_end_has_port);

/**
 * serfwd_end_write - send bytes
 * @end: the end
 * @bytes: the bytes
 * @count: how many
 *
 * Return: how many the port took. If that is not all, &serfwd_end_ops.wakeup
 * tells when it may take more: when it has sent some, when there is a port,
 * when the link gets the one that it shares, for which it has asked by this, or
 * when the rate limit allows it. -EPERM if the link is a tap: it never sends.
 * Context: any, except for an operation that may call nothing.
 */
ssize_t serfwd_end_write(struct serfwd_end *end, const u8 *bytes, size_t count)
{
	return serfwd_write(serfwd_end_link(end), bytes, count);
}
EXPORT_SYMBOL_GPL(serfwd_end_write);

/**
 * serfwd_end_write_room - how much may be sent now
 * @end: the end
 *
 * Return: bytes that serfwd_end_write() takes, as the port's driver says. 0
 * without a port. If another link owns the port, 1 until this one asks for it
 * by writing, then 0.
 * Context: as serfwd_end_write().
 */
unsigned int serfwd_end_write_room(struct serfwd_end *end)
{
	return serfwd_write_room(serfwd_end_link(end));
}
EXPORT_SYMBOL_GPL(serfwd_end_write_room);

/**
 * serfwd_end_chars_in_buffer - how much is still to be sent
 * @end: the end
 *
 * Return: bytes that the port's driver has not given to the hardware.
 * Context: as serfwd_end_write().
 */
unsigned int serfwd_end_chars_in_buffer(struct serfwd_end *end)
{
	return serfwd_chars_in_buffer(serfwd_end_link(end));
}
EXPORT_SYMBOL_GPL(serfwd_end_chars_in_buffer);

/**
 * serfwd_end_drain - wait until all that was written is on the wire
 * @end: the end
 * @timeout_ms: how long to wait at most
 *
 * Return: 0, also without a port; -ETIMEDOUT; -ERESTARTSYS on a signal.
 * Context: sleeps. Not from within an operation of the end.
 */
int serfwd_end_drain(struct serfwd_end *end, unsigned int timeout_ms)
{
	struct serfwd_link *link = serfwd_end_link(end);
	unsigned long until = jiffies + msecs_to_jiffies(timeout_ms);
	long left;

	while (serfwd_chars_in_buffer(link)) {
		if (time_after_eq(jiffies, until))
			return -ETIMEDOUT;
		if (msleep_interruptible(SERFWD_END_POLL))
			return -ERESTARTSYS;
	}
	left = until - jiffies;
	if (left > 0)
		serfwd_wait_until_sent(link, left);
	if (signal_pending(current))
		return -ERESTARTSYS;
	return time_before(jiffies, until) ? 0 : -ETIMEDOUT;
}
EXPORT_SYMBOL_GPL(serfwd_end_drain);

/**
 * serfwd_end_flush - drop what is on its way
 * @end: the end
 * @which: SERFWD_END_FLUSH_INPUT, what was received and not taken, and
 *	SERFWD_END_FLUSH_OUTPUT, what was written and not sent
 *
 * Bytes that are dropped are counted.
 *
 * Context: may sleep. Not from within an operation of the end.
 */
void serfwd_end_flush(struct serfwd_end *end, unsigned int which)
{
	struct serfwd_link *link = serfwd_end_link(end);

	if (which & SERFWD_END_FLUSH_INPUT)
		serfwd_end_flush_input(link, SERFWD_RX_FLUSHED);
	if (which & SERFWD_END_FLUSH_OUTPUT)
		serfwd_flush_buffer(link, SERFWD_TX_FLUSHED);
}
EXPORT_SYMBOL_GPL(serfwd_end_flush);

/**
 * serfwd_end_room - the end takes bytes again
 * @end: the end
 *
 * To be called when it has room after &serfwd_end_ops.receive took less than it
 * was handed, whatever became of those that it took. The bytes in the port
 * are handed over by a work, and the far end goes on.
 *
 * Context: any. Takes no lock.
 */
void serfwd_end_room(struct serfwd_end *end)
{
	WRITE_ONCE(end->room, true);
	serfwd_listener_restart(serfwd_end_link(end));
}
EXPORT_SYMBOL_GPL(serfwd_end_room);

/**
 * serfwd_end_throttle - have the far end stop sending, or go on
 * @end: the end
 * @on: stop it
 *
 * By what does flow control, RTS or XOFF; by nothing if there is none. A far
 * end takes a while to stop, so an end may call this before it is full. The
 * link does the same by itself while the end takes less than it is handed.
 *
 * Context: may sleep.
 */
void serfwd_end_throttle(struct serfwd_end *end, bool on)
{
	struct serfwd_link *link = serfwd_end_link(end);

	serfwd_deliver_throttle(link, &end->held, on);
	if (!on)
		serfwd_listener_restart(link);
}
EXPORT_SYMBOL_GPL(serfwd_end_throttle);

/**
 * serfwd_end_get_lines - modem lines
 * @end: the end
 *
 * Return: TIOCM_*, without a port outputs only; or the port's error.
 * Context: may sleep, but rarely does: the port is read when a line may have
 * changed, and when the last look is 10 ms old.
 */
int serfwd_end_get_lines(struct serfwd_end *end)
{
	return serfwd_get_lines(serfwd_end_link(end));
}
EXPORT_SYMBOL_GPL(serfwd_end_get_lines);

/**
 * serfwd_end_set_lines - set and clear outputs
 * @end: the end
 * @set: TIOCM_DTR, TIOCM_RTS, TIOCM_OUT1, TIOCM_OUT2, TIOCM_LOOP to set
 * @clear: those to clear
 *
 * Remembered for the next port.
 *
 * Return: 0, or the port's error.
 * Context: may sleep.
 */
int serfwd_end_set_lines(struct serfwd_end *end, unsigned int set,
			 unsigned int clear)
{
	return serfwd_set_mctrl(serfwd_end_link(end), set & SERFWD_OUTPUTS,
				clear & SERFWD_OUTPUTS);
}
EXPORT_SYMBOL_GPL(serfwd_end_set_lines);

/**
 * serfwd_end_set_break - begin or end a break
 * @end: the end
 * @on: begin it
 *
 * Return: 0, or the port's error; -EPERM if the link is a tap; -EAGAIN if
 * another link owns the port: this has asked for it, and
 * &serfwd_end_ops.wakeup tells when it came.
 * Context: may sleep.
 */
int serfwd_end_set_break(struct serfwd_end *end, bool on)
{
	return serfwd_try_break(serfwd_end_link(end), on ? -1 : 0);
}
EXPORT_SYMBOL_GPL(serfwd_end_set_break);

static int serfwd_end_check(const struct serfwd_end_settings *settings)
{
	return settings->baud &&
	       settings->data_bits >= 5 && settings->data_bits <= 8 &&
	       settings->stop_bits >= 1 && settings->stop_bits <= 2 &&
	       settings->parity <= SERFWD_END_PARITY_SPACE;
}

static const tcflag_t serfwd_end_bits[] = { CS5, CS6, CS7, CS8 };

static const tcflag_t serfwd_end_parities[] = {
	[SERFWD_END_PARITY_NONE] = 0,
	[SERFWD_END_PARITY_ODD] = PARENB | PARODD,
	[SERFWD_END_PARITY_EVEN] = PARENB,
	[SERFWD_END_PARITY_MARK] = PARENB | PARODD | CMSPAR,
	[SERFWD_END_PARITY_SPACE] = PARENB | CMSPAR,
};

static void serfwd_end_to_termios(const struct serfwd_end_settings *settings,
				  struct ktermios *termios)
{
	serfwd_settings_plain(termios);
	termios->c_cflag &= ~CSIZE;
	termios->c_cflag |= serfwd_end_bits[settings->data_bits - 5] |
			    serfwd_end_parities[settings->parity];
	if (settings->stop_bits == 2)
		termios->c_cflag |= CSTOPB;
	if (settings->rtscts)
		termios->c_cflag |= CRTSCTS;
	tty_termios_encode_baud_rate(termios, settings->baud, settings->baud);
}

static void serfwd_end_from_termios(const struct ktermios *termios,
				    struct serfwd_end_settings *settings)
{
	tcflag_t parity = termios->c_cflag & (PARENB | PARODD | CMSPAR);
	unsigned int i;

	settings->baud = termios->c_ospeed;
	settings->data_bits = tty_get_char_size(termios->c_cflag);
	settings->stop_bits = termios->c_cflag & CSTOPB ? 2 : 1;
	settings->rtscts = termios->c_cflag & CRTSCTS;
	settings->parity = SERFWD_END_PARITY_NONE;
	for (i = 0; i < ARRAY_SIZE(serfwd_end_parities); i++)
		if (parity & PARENB && serfwd_end_parities[i] == parity)
			settings->parity = i;
}

/**
 * serfwd_end_set_settings - set speed and format of the line
 * @end: the end
 * @settings: what is wanted; on return what the port made of it
 *
 * The port is programmed when this returns: the next byte goes out with it.
 * Remembered for the next port.
 *
 * Return: 0; -EINVAL if a member is out of its range, with nothing changed.
 * Context: may sleep.
 */
int serfwd_end_set_settings(struct serfwd_end *end,
			    struct serfwd_end_settings *settings)
{
	struct ktermios termios;

	if (!serfwd_end_check(settings))
		return -EINVAL;
	serfwd_end_to_termios(settings, &termios);
	serfwd_set_termios(serfwd_end_link(end), &termios);
	serfwd_end_from_termios(&termios, settings);
	return 0;
}
EXPORT_SYMBOL_GPL(serfwd_end_set_settings);

/**
 * serfwd_end_get_icount - line counters of the port
 * @end: the end
 * @icount: filled; of a port that another link owns, as far as it concerns this
 *	one
 *
 * Return: 0; -EIO without a port; -ENOTTY if its driver does not count.
 * Context: as serfwd_end_write().
 */
int serfwd_end_get_icount(struct serfwd_end *end,
			  struct serial_icounter_struct *icount)
{
	return serfwd_get_icount(serfwd_end_link(end), icount);
}
EXPORT_SYMBOL_GPL(serfwd_end_get_icount);
