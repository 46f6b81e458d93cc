// SPDX-License-Identifier: GPL-2.0
/*
 * Between the registers of a UART and the link that is its wire.
 *
 * The guest's accesses, received bytes and all that is noticed elsewhere come
 * one at a time, under the UART's lock. With it held only what never sleeps is
 * asked of the link: to send, and how much is on its way. Lines, settings and
 * breaks may sleep; registers note them, and whoever had the lock tells the
 * link when it has let go of it, before the guest's access is over: the next
 * byte goes out with the new settings.
 *
 * Received bytes stay in the port until the guest has read those in its FIFO.
 * Bytes that a guest sends are the port's at once. Only those that it does not
 * take, because it is full, because another link has it, or because there is
 * none, are kept: a FIFO full of them, as in a UART, while THRE says that
 * nothing more is to be written.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/tty.h>

#include <compat/hrtimer.h>
#include <serfwd_end.h>

#include "vdma.h"
#include "vuart.h"

/* Notes, for the link to be told, or for the work. */
enum {
	SERFWD_VUART_SETTINGS,
	SERFWD_VUART_OUTPUTS,
	SERFWD_VUART_BREAK,
	SERFWD_VUART_ROOM,
	SERFWD_VUART_WAKE,
	SERFWD_VUART_LINES,
	SERFWD_VUART_EXPIRED,
};

/* A line of a modem, as an ioctl of a tty has it, and a register. */
struct serfwd_vuart_line {
	unsigned int tiocm;
	u8 bit;
};

static const struct serfwd_vuart_line serfwd_vuart_outputs[] = {
	{ TIOCM_DTR, UART_MCR_DTR },
	{ TIOCM_RTS, UART_MCR_RTS },
	{ TIOCM_OUT1, UART_MCR_OUT1 },
	{ TIOCM_OUT2, UART_MCR_OUT2 },
};

static const struct serfwd_vuart_line serfwd_vuart_inputs[] = {
	{ TIOCM_CTS, UART_MSR_CTS },
	{ TIOCM_DSR, UART_MSR_DSR },
	{ TIOCM_RNG, UART_MSR_RI },
	{ TIOCM_CAR, UART_MSR_DCD },
};

static struct serfwd_vuart *serfwd_vuart_of(struct serfwd_uart *uart)
{
	return container_of(uart, struct serfwd_vuart, uart);
}

/*
 * To the link: nothing here sleeps
 */

/*
 * Bytes that the port took are sent. Returns whether those are all. A tap never
 * sends, and its guest does not wait for that.
 */
static bool serfwd_vuart_send(struct serfwd_vuart *vuart)
{
	ssize_t taken;

	if (!vuart->nr_unsent)
		return true;
	taken = serfwd_end_write(vuart->end, vuart->unsent, vuart->nr_unsent);
	if (!taken)
		return false;
	if (taken < 0)
		taken = vuart->nr_unsent;
	vuart->nr_unsent -= taken;
	memmove(vuart->unsent, vuart->unsent + taken, vuart->nr_unsent);
	return !vuart->nr_unsent;
}

static size_t serfwd_vuart_op_write(struct serfwd_uart *uart, const u8 *bytes,
				    size_t count)
{
	struct serfwd_vuart *vuart = serfwd_vuart_of(uart);
	size_t kept = min_t(size_t, count,
			    sizeof(vuart->unsent) - vuart->nr_unsent);

	memcpy(vuart->unsent + vuart->nr_unsent, bytes, kept);
	vuart->nr_unsent += kept;
	serfwd_vuart_send(vuart);
	return kept;
}

/* Bytes that it does not take now stay in the guest's memory. */
static size_t serfwd_vuart_op_send(struct serfwd_uart *uart, const u8 *bytes,
				   size_t count)
{
	struct serfwd_vuart *vuart = serfwd_vuart_of(uart);
	ssize_t taken;

	/* Bytes that the guest wrote to THR were first. */
	if (!serfwd_vuart_send(vuart))
		return 0;
	taken = serfwd_end_write(vuart->end, bytes, count);
	return taken < 0 ? count : taken;
}

static size_t serfwd_vuart_op_room(struct serfwd_uart *uart)
{
	struct serfwd_vuart *vuart = serfwd_vuart_of(uart);

	return serfwd_vuart_send(vuart) ? sizeof(vuart->unsent) : 0;
}

static bool serfwd_vuart_op_drained(struct serfwd_uart *uart)
{
	struct serfwd_vuart *vuart = serfwd_vuart_of(uart);

	if (vuart->vdma && serfwd_vdma_is_sending(vuart->vdma))
		return false;
	return !vuart->nr_unsent && !serfwd_end_chars_in_buffer(vuart->end);
}

/*
 * Noted for serfwd_vuart_tell(), which looks up how it is by then
 */

static void serfwd_vuart_op_outputs(struct serfwd_uart *uart, u8 mcr)
{
	__set_bit(SERFWD_VUART_OUTPUTS, &serfwd_vuart_of(uart)->untold);
}

static void serfwd_vuart_op_set_break(struct serfwd_uart *uart, bool on)
{
	__set_bit(SERFWD_VUART_BREAK, &serfwd_vuart_of(uart)->untold);
}

static void
serfwd_vuart_op_settings(struct serfwd_uart *uart,
			 const struct serfwd_uart_settings *settings)
{
	__set_bit(SERFWD_VUART_SETTINGS, &serfwd_vuart_of(uart)->untold);
}

static void serfwd_vuart_op_unthrottle(struct serfwd_uart *uart)
{
	__set_bit(SERFWD_VUART_ROOM, &serfwd_vuart_of(uart)->untold);
}

static void serfwd_vuart_op_interrupt(struct serfwd_uart *uart, bool on)
{
	struct serfwd_vuart *vuart = serfwd_vuart_of(uart);

	vuart->interrupt(vuart, on);
}

static void serfwd_vuart_op_timer(struct serfwd_uart *uart, u64 at)
{
	hrtimer_start(&serfwd_vuart_of(uart)->timer, ns_to_ktime(at),
		      HRTIMER_MODE_ABS);
}

static const struct serfwd_uart_ops serfwd_vuart_uart_ops = {
	.write		= serfwd_vuart_op_write,
	.send		= serfwd_vuart_op_send,
	.room		= serfwd_vuart_op_room,
	.drained	= serfwd_vuart_op_drained,
	.outputs	= serfwd_vuart_op_outputs,
	.set_break	= serfwd_vuart_op_set_break,
	.settings	= serfwd_vuart_op_settings,
	.interrupt	= serfwd_vuart_op_interrupt,
	.unthrottle	= serfwd_vuart_op_unthrottle,
	.timer		= serfwd_vuart_op_timer,
};

/*
 * Telling the link
 */

static void serfwd_vuart_tell_settings(struct serfwd_vuart *vuart,
				       const struct serfwd_uart_settings *from)
{
	/* PC16550D 8.1, bits 3 to 5. */
	static const u8 parities[] = {
		SERFWD_END_PARITY_ODD, SERFWD_END_PARITY_EVEN,
		SERFWD_END_PARITY_MARK, SERFWD_END_PARITY_SPACE,
	};
	struct serfwd_end_settings settings = {
		.baud = max(vuart->uart.baud_base / from->divisor, 1u),
		.data_bits = 5 + (from->lcr & UART_LCR_WLEN8),
		.stop_bits = from->lcr & UART_LCR_STOP ? 2 : 1,
		.parity = SERFWD_END_PARITY_NONE,
		.rtscts = from->afe,
	};

	if (from->lcr & UART_LCR_PARITY)
		settings.parity = parities[(from->lcr >> 4) & 3];
	serfwd_end_set_settings(vuart->end, &settings);
}

static void serfwd_vuart_tell_outputs(struct serfwd_vuart *vuart, u8 mcr)
{
	unsigned int i, set = 0, all = 0;

	for (i = 0; i < ARRAY_SIZE(serfwd_vuart_outputs); i++) {
		all |= serfwd_vuart_outputs[i].tiocm;
		if (mcr & serfwd_vuart_outputs[i].bit)
			set |= serfwd_vuart_outputs[i].tiocm;
	}
	serfwd_end_set_lines(vuart->end, set, all & ~set);
}

/* If another link has the port, once more when that lets go of it. */
static void serfwd_vuart_tell_break(struct serfwd_vuart *vuart, bool on)
{
	if (serfwd_end_set_break(vuart->end, on) != -EAGAIN)
		return;
	mutex_lock(&vuart->lock);
	__set_bit(SERFWD_VUART_BREAK, &vuart->untold);
	mutex_unlock(&vuart->lock);
}

/* Returns what there is to tell, with how it is now in @told. */
static unsigned long serfwd_vuart_fetch(struct serfwd_vuart *vuart,
					struct serfwd_uart_told *told)
{
	unsigned long untold;

	mutex_lock(&vuart->lock);
	*told = vuart->uart.told;
	untold = vuart->untold;
	vuart->untold = 0;
	mutex_unlock(&vuart->lock);
	return untold;
}

static void serfwd_vuart_tell_locked(struct serfwd_vuart *vuart)
{
	struct serfwd_uart_told told;
	unsigned long untold = serfwd_vuart_fetch(vuart, &told);

	if (test_bit(SERFWD_VUART_SETTINGS, &untold))
		serfwd_vuart_tell_settings(vuart, &told.settings);
	if (test_bit(SERFWD_VUART_OUTPUTS, &untold))
		serfwd_vuart_tell_outputs(vuart, told.outputs);
	if (test_bit(SERFWD_VUART_BREAK, &untold))
		serfwd_vuart_tell_break(vuart, told.breaking);
	if (test_bit(SERFWD_VUART_ROOM, &untold))
		serfwd_end_room(vuart->end);
}

/* When it returns, the link knows all that was noted before. */
static int serfwd_vuart_tell(struct serfwd_vuart *vuart)
{
	if (mutex_lock_killable(&vuart->line_lock))
		return -ERESTARTSYS;
	if (!vuart->closing)
		serfwd_vuart_tell_locked(vuart);
	mutex_unlock(&vuart->line_lock);
	return 0;
}

/*
 * From the link
 */

static void serfwd_vuart_notice(struct serfwd_vuart *vuart, unsigned int what)
{
	set_bit(what, &vuart->noticed);
	/* A user process may wait for the bytes. */
	queue_work(system_highpri_wq, &vuart->work);
}

/* Is there something that only the work may do? With the lock held. */
static bool serfwd_vuart_wants_work(const struct serfwd_vuart *vuart)
{
	return vuart->untold ||
	       (vuart->vdma && serfwd_vdma_has_staged(vuart->vdma));
}

static size_t serfwd_vuart_take(struct serfwd_vuart *vuart, const u8 *bytes,
				const u8 *flags, size_t count)
{
	u64 now = ktime_get_ns();

	if (vuart->vdma)
		return serfwd_vdma_receive(vuart->vdma, bytes, flags, count,
					   now);
	return serfwd_uart_receive(&vuart->uart, bytes, flags, count, now);
}

static size_t serfwd_vuart_receive(void *data, const u8 *bytes,
				   const u8 *flags, size_t count)
{
	struct serfwd_vuart *vuart = data;
	size_t taken = 0;
	bool tell;

	mutex_lock(&vuart->lock);
	if (!vuart->closing)
		taken = serfwd_vuart_take(vuart, bytes, flags, count);
	tell = serfwd_vuart_wants_work(vuart);
	mutex_unlock(&vuart->lock);
	/* AFE drops RTS when the FIFO is full. Not from here: may sleep. */
	if (tell)
		serfwd_vuart_notice(vuart, SERFWD_VUART_WAKE);
	return taken;
}

static void serfwd_vuart_wakeup(void *data)
{
	serfwd_vuart_notice(data, SERFWD_VUART_WAKE);
}

/**
 * serfwd_vuart_kick - have the work look what there is to do
 * @vuart: the UART
 *
 * Context: any.
 */
void serfwd_vuart_kick(struct serfwd_vuart *vuart)
{
	serfwd_vuart_wakeup(vuart);
}

static void serfwd_vuart_lines_changed(void *data)
{
	serfwd_vuart_notice(data, SERFWD_VUART_LINES);
}

static void serfwd_vuart_port_changed(void *data)
{
	serfwd_vuart_notice(data, SERFWD_VUART_LINES);
	serfwd_vuart_notice(data, SERFWD_VUART_WAKE);
}

/* Bytes written before are not for whoever comes next at the far end. */
static void serfwd_vuart_hangup(void *data)
{
	struct serfwd_vuart *vuart = data;

	mutex_lock(&vuart->lock);
	vuart->nr_unsent = 0;
	mutex_unlock(&vuart->lock);
	serfwd_vuart_port_changed(data);
}

static const char *serfwd_vuart_device(void *data)
{
	return ((struct serfwd_vuart *)data)->name;
}

static const struct serfwd_end_ops serfwd_vuart_end_ops = {
	.owner		= THIS_MODULE,
	.name		= "a mediated device",
	.device		= serfwd_vuart_device,
	.receive	= serfwd_vuart_receive,
	.wakeup		= serfwd_vuart_wakeup,
	.lines_changed	= serfwd_vuart_lines_changed,
	.port_changed	= serfwd_vuart_port_changed,
	.hangup		= serfwd_vuart_hangup,
};

static enum hrtimer_restart serfwd_vuart_timer(struct hrtimer *timer)
{
	serfwd_vuart_notice(container_of(timer, struct serfwd_vuart, timer),
			    SERFWD_VUART_EXPIRED);
	return HRTIMER_NORESTART;
}

static u8 serfwd_vuart_get_lines(struct serfwd_vuart *vuart)
{
	int tiocm = serfwd_end_get_lines(vuart->end);
	unsigned int i;
	u8 msr = 0;

	if (tiocm < 0)
		return 0;
	for (i = 0; i < ARRAY_SIZE(serfwd_vuart_inputs); i++)
		if (tiocm & serfwd_vuart_inputs[i].tiocm)
			msr |= serfwd_vuart_inputs[i].bit;
	return msr;
}

static void serfwd_vuart_look_locked(struct serfwd_vuart *vuart)
{
	u8 msr = serfwd_vuart_get_lines(vuart);

	mutex_lock(&vuart->lock);
	serfwd_uart_lines(&vuart->uart, msr);
	mutex_unlock(&vuart->lock);
}

/* A port may be read for it, so not under the lock of the registers. */
static int serfwd_vuart_look_at_lines(struct serfwd_vuart *vuart)
{
	if (mutex_lock_killable(&vuart->line_lock))
		return -ERESTARTSYS;
	if (!vuart->closing)
		serfwd_vuart_look_locked(vuart);
	mutex_unlock(&vuart->line_lock);
	return 0;
}

static void serfwd_vuart_work(struct work_struct *work)
{
	struct serfwd_vuart *vuart = container_of(work, struct serfwd_vuart,
						  work);
	unsigned long noticed = xchg(&vuart->noticed, 0);
	bool tell = false;

	/* Bytes before a time-out are brought before that is told. */
	if (vuart->vdma)
		serfwd_vdma_run(vuart->vdma);
	if (test_bit(SERFWD_VUART_LINES, &noticed))
		serfwd_vuart_look_at_lines(vuart);
	mutex_lock(&vuart->lock);
	if (!vuart->closing) {
		if (test_bit(SERFWD_VUART_EXPIRED, &noticed))
			serfwd_uart_expired(&vuart->uart, ktime_get_ns());
		if (test_bit(SERFWD_VUART_WAKE, &noticed))
			serfwd_uart_wake(&vuart->uart);
		tell = vuart->untold;
	}
	mutex_unlock(&vuart->lock);
	if (tell)
		serfwd_vuart_tell(vuart);
}

/*
 * From the guest
 */

/**
 * serfwd_vuart_lock - the guest is to have an access
 * @vuart: whose registers
 *
 * Return: 0 with the lock held; -EIO if there is no link; -ERESTARTSYS if the
 * process is to end.
 * Context: may sleep.
 */
int serfwd_vuart_lock(struct serfwd_vuart *vuart)
{
	if (mutex_lock_killable(&vuart->lock))
		return -ERESTARTSYS;
	if (!vuart->closing)
		return 0;
	mutex_unlock(&vuart->lock);
	return -EIO;
}

/**
 * serfwd_vuart_unlock - the guest has had its access
 * @vuart: whose registers; its lock is held, and is not any more after this
 *
 * Return: 0 or -ERESTARTSYS. The line is as the registers say.
 * Context: may sleep.
 */
int serfwd_vuart_unlock(struct serfwd_vuart *vuart)
{
	bool tell = vuart->untold;

	mutex_unlock(&vuart->lock);
	return tell ? serfwd_vuart_tell(vuart) : 0;
}

/**
 * serfwd_vuart_unlock_untold - the guest has had an access that leaves the line
 * @vuart: whose registers; its lock is held, and is not any more after this
 *
 * The link is told later of what there is, of others' accesses, say: that may take
 * as long as a port takes to drain.
 *
 * Context: any that may sleep, also with kvm->srcu held.
 */
void serfwd_vuart_unlock_untold(struct serfwd_vuart *vuart)
{
	bool tell = vuart->untold;

	mutex_unlock(&vuart->lock);
	if (tell)
		serfwd_vuart_kick(vuart);
}

/**
 * serfwd_vuart_room - how much may be sent?
 * @vuart: the UART
 *
 * Return: how many bytes its wire takes now, or in loop-back its own receiver.
 * Locking: &serfwd_vuart.lock held.
 */
unsigned int serfwd_vuart_room(struct serfwd_vuart *vuart)
{
	lockdep_assert_held(&vuart->lock);
	if (vuart->uart.mcr & UART_MCR_LOOP)
		return serfwd_uart_dma_room(&vuart->uart);
	return serfwd_end_write_room(vuart->end);
}

/* Bytes that DMA could not move may be moved now: by CTS, say, or loop-back. */
static void serfwd_vuart_accessed(struct serfwd_vuart *vuart, bool changed)
{
	vuart->accesses++;
	if (changed && vuart->vdma && serfwd_vdma_is_sending(vuart->vdma))
		serfwd_vuart_kick(vuart);
}

/**
 * serfwd_vuart_read - the guest reads a register
 * @vuart: whose
 * @offset: which, 0 to 7
 * @value: filled
 *
 * Return: 0; -EIO if it has no link; -ERESTARTSYS if the process is to end.
 * Context: may sleep.
 */
int serfwd_vuart_read(struct serfwd_vuart *vuart, unsigned int offset,
		      u8 *value)
{
	int ret = 0;

	/* Some ports do not tell of a change, and are asked instead. */
	if (offset == UART_MSR)
		ret = serfwd_vuart_look_at_lines(vuart);
	if (!ret)
		ret = serfwd_vuart_lock(vuart);
	if (ret)
		return ret;
	*value = serfwd_uart_read(&vuart->uart, offset, ktime_get_ns());
	serfwd_vuart_accessed(vuart, vuart->uart.mcr & UART_MCR_LOOP);
	return serfwd_vuart_unlock(vuart);
}

/**
 * serfwd_vuart_write - the guest writes a register
 * @vuart: whose
 * @offset: which, 0 to 7
 * @value: any
 *
 * Return: as serfwd_vuart_read().
 * Context: may sleep. When it returns the line is as the register says.
 */
int serfwd_vuart_write(struct serfwd_vuart *vuart, unsigned int offset,
		       u8 value)
{
	int ret = serfwd_vuart_lock(vuart);

	if (ret)
		return ret;
	serfwd_uart_write(&vuart->uart, offset, value, ktime_get_ns());
	serfwd_vuart_accessed(vuart, true);
	return serfwd_vuart_unlock(vuart);
}

/**
 * serfwd_vuart_reset - have the UART be as after power-on
 * @vuart: the UART
 *
 * Return: as serfwd_vuart_read().
 * Context: may sleep.
 */
int serfwd_vuart_reset(struct serfwd_vuart *vuart)
{
	int ret = serfwd_vuart_lock(vuart);

	if (ret)
		return ret;
	vuart->nr_unsent = 0;
	serfwd_uart_reset(&vuart->uart);
	return serfwd_vuart_unlock(vuart);
}

/**
 * serfwd_vuart_get_stats - what has been counted since it was opened
 * @vuart: the UART
 * @stats: filled
 *
 * Context: may sleep.
 */
void serfwd_vuart_get_stats(struct serfwd_vuart *vuart,
			    struct serfwd_vuart_stats *stats)
{
	mutex_lock(&vuart->lock);
	stats->accesses = vuart->accesses;
	stats->lost = vuart->uart.tx.lost;
	mutex_unlock(&vuart->lock);
}

/**
 * serfwd_vuart_init - set up a UART that is not open
 * @vuart: the UART
 * @name: the name of the device it is in, which has it as long as it is there
 * @baud_base: bits per second at divisor 1
 * @interrupt: as in &struct serfwd_vuart
 */
void serfwd_vuart_init(struct serfwd_vuart *vuart, const char *name,
		       u32 baud_base,
		       void (*interrupt)(struct serfwd_vuart *vuart, bool on))
{
	mutex_init(&vuart->lock);
	mutex_init(&vuart->line_lock);
	INIT_WORK(&vuart->work, serfwd_vuart_work);
	hrtimer_setup(&vuart->timer, serfwd_vuart_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS);
	vuart->name = name;
	vuart->baud_base = baud_base;
	vuart->interrupt = interrupt;
	vuart->closing = true;
}

/* Registers as after power-on. Nothing is asked of the link for that. */
static void serfwd_vuart_set_up(struct serfwd_vuart *vuart)
{
	vuart->end = NULL;
	vuart->nr_unsent = 0;
	vuart->untold = 0;
	vuart->accesses = 0;
	serfwd_uart_init(&vuart->uart, &serfwd_vuart_uart_ops,
			 vuart->baud_base);
}

/* The link may call from before its end is known here on. */
static void serfwd_vuart_begin(struct serfwd_vuart *vuart,
			       struct serfwd_end *end)
{
	mutex_lock(&vuart->lock);
	vuart->end = end;
	WRITE_ONCE(vuart->closing, false);
	mutex_unlock(&vuart->lock);
	/* Bytes from before were not taken, and notices not seen to. */
	serfwd_end_room(end);
	serfwd_vuart_port_changed(vuart);
}

/**
 * serfwd_vuart_open - have a UART have a link
 * @vuart: the UART, closed
 * @link: number of the link
 *
 * Return: 0; an error of serfwd_end_open().
 * Context: may sleep.
 */
int serfwd_vuart_open(struct serfwd_vuart *vuart, unsigned int link)
{
	struct serfwd_end *end;

	serfwd_vuart_set_up(vuart);
	end = serfwd_end_open(link, &serfwd_vuart_end_ops, vuart);
	if (IS_ERR(end))
		return PTR_ERR(end);
	serfwd_vuart_begin(vuart, end);
	return 0;
}

/* When it returns nobody asks the link for anything any more. */
static void serfwd_vuart_end(struct serfwd_vuart *vuart)
{
	mutex_lock(&vuart->line_lock);
	mutex_lock(&vuart->lock);
	WRITE_ONCE(vuart->closing, true);
	vuart->interrupt(vuart, false);
	mutex_unlock(&vuart->lock);
	mutex_unlock(&vuart->line_lock);
}

/**
 * serfwd_vuart_close - have a UART have no link any more
 * @vuart: the UART
 *
 * Bytes that it has not sent are dropped. A guest's accesses may go on; they
 * find no link.
 *
 * Context: may sleep.
 */
void serfwd_vuart_close(struct serfwd_vuart *vuart)
{
	serfwd_vuart_end(vuart);
	serfwd_end_close(vuart->end);
	/* The work does nothing any more, and the timer queues it. */
	hrtimer_cancel(&vuart->timer);
	cancel_work_sync(&vuart->work);
}
