// SPDX-License-Identifier: GPL-2.0
/*
 * From the vtty to the real port.
 *
 * Everything here answers for the port itself: there is no queue between. All
 * of it may be called from atomic context and is done under RCU, with the
 * exceptions that say so.
 */
#include <linux/sched/signal.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "capture.h"
#include "end.h"
#include "flip.h"
#include "link.h"
#include "orphan.h"
#include "port.h"
#include "rate.h"
#include "share.h"
#include "stats.h"
#include "trace.h"
#include "transmit.h"
#include "vtty_end.h"
#include "xoff.h"

/* How long (jiffies) draining may hold up a port that goes away. */
#define SERFWD_DRAIN_SLICE	((long)HZ / 10)
/*
 * The meaning of "no limit": a FIFO drains in 6 s at 50 baud, and one that does
 * not never will. The port's buffer before it is waited for without limit.
 */
#define SERFWD_DRAIN_MAX	(30 * HZ)
/* A tap claims to have this much room: more than n_tty ever puts at once. */
#define SERFWD_TAP_ROOM		4096

/*
 * The port to write to. One that is being closed takes nothing new, so that
 * what it has can drain. Under rcu_read_lock().
 */
static __always_inline struct tty_struct *
serfwd_tx_port(struct serfwd_link *link)
{
	struct tty_struct *real = rcu_dereference(link->real);

	return likely(real && serfwd_port_usable(real)) ? real : NULL;
}

/*
 * Is it n_tty that echoes what it is just handed, by the work of the port's
 * flip buffer or by that of the vtty's own? Another end that sends then does so
 * of its own will. @real is the port, or NULL; under rcu_read_lock().
 */
static bool serfwd_tx_echoes(struct serfwd_link *link, struct tty_struct *real)
{
	struct work_struct *work = current_work();

	return work && rcu_access_pointer(link->vtty) &&
	       (work == &link->vport.buf.work ||
		(real && work == &real->port->buf.work));
}

/*
 * A link that shares a port asks for it by writing, and keeps it so for a
 * while. To be sent bytes that a tty echoes does neither, except for those that
 * are kept for the next port: somebody may wait for them to be sent. Under
 * rcu_read_lock().
 */
static void serfwd_tx_shared(struct serfwd_link *link, struct tty_struct *real,
			     size_t done)
{
	if (serfwd_tx_echoes(link, real) && (real || !done))
		return;
	if (real)
		serfwd_share_wrote(link, done);
	else
		serfwd_share_want(link);
}

/* Does nothing of what the vtty's user writes go anywhere? */
static bool serfwd_tx_refused(struct serfwd_link *link)
{
	return static_branch_unlikely(&serfwd_share_key) &&
	       serfwd_share_taps(link);
}

static ssize_t serfwd_tx_write(struct tty_struct *real, const u8 *buf,
			       size_t count)
{
	return max_t(ssize_t, real->ops->write(real, buf, count), 0);
}

/*
 * Without a port; @blind: whoever writes does not look. Under rcu_read_lock().
 */
static ssize_t serfwd_tx_orphan(struct serfwd_link *link, const u8 *buf,
				size_t count, bool blind)
{
	struct tty_struct *real;

	if (serfwd_orphan_keep(link, buf, count, blind))
		return count;
	/* It may have come meanwhile. */
	real = serfwd_tx_port(link);
	return real ? serfwd_tx_write(real, buf, count) : 0;
}

/**
 * serfwd_write - write to the bound port
 * @link: the link
 * @buf: bytes to write
 * @count: how many
 *
 * Return: how many the port took; 0 if it is full, fails or there is none, and
 * as long as the rate limit allows none. A port that fails is about to be
 * detached, and a later one takes the bytes. -EPERM for a tap.
 */
ssize_t serfwd_write(struct serfwd_link *link, const u8 *buf, size_t count)
{
	struct tty_struct *real;
	size_t granted;
	ssize_t done;
	u64 began;

	if (serfwd_tx_refused(link))
		return -EPERM;
	began = serfwd_hop_begin(&link->stats);
	granted = serfwd_rate_take(link, count);
	rcu_read_lock();
	real = serfwd_tx_port(link);
	if (likely(real))
		done = serfwd_tx_write(real, buf, granted);
	else
		done = serfwd_tx_orphan(link, buf, granted, false);
	if (static_branch_unlikely(&serfwd_share_key))
		serfwd_tx_shared(link, real, done);
	rcu_read_unlock();
	serfwd_rate_done(link, count, granted, done);
	serfwd_hop_end(link, SERFWD_TX, began, count, done);
	trace_serfwd_tx(link->index, count, done);
	serfwd_capture(link, SERFWD_TX, buf, NULL, done);
	return done;
}

/**
 * serfwd_put_char - queue one byte, to be sent by serfwd_flush_chars()
 * @link: the link
 * @ch: the byte
 *
 * Return: 1 if the port took it, or if it is the echo of a tap, which goes
 * nowhere; else 0.
 */
int serfwd_put_char(struct serfwd_link *link, u8 ch)
{
	struct tty_struct *real;
	size_t granted;
	int done = 0;
	u64 began;

	if (serfwd_tx_refused(link))
		return 1;
	began = serfwd_hop_begin(&link->stats);
	granted = serfwd_rate_take(link, 1);
	rcu_read_lock();
	real = serfwd_tx_port(link);
	if (likely(real) && likely(granted))
		done = max(tty_put_char(real, ch), 0);
	else if (granted)
		done = serfwd_tx_orphan(link, &ch, 1, true);
	if (static_branch_unlikely(&serfwd_share_key))
		serfwd_tx_shared(link, real, done);
	rcu_read_unlock();
	/* It was told that there is room, and does not look. */
	if (unlikely(!done))
		serfwd_stats_lost(link, SERFWD_TX_DETACHED, 1);
	serfwd_rate_done(link, 1, granted, done);
	serfwd_hop_end(link, SERFWD_TX, began, 1, done);
	trace_serfwd_tx(link->index, 1, done);
	serfwd_capture(link, SERFWD_TX, &ch, NULL, done);
	return done;
}

/**
 * serfwd_flush_chars - send what serfwd_put_char() queued
 * @link: the link
 */
void serfwd_flush_chars(struct serfwd_link *link)
{
	struct tty_struct *real;

	rcu_read_lock();
	real = rcu_dereference(link->real);
	if (likely(real && serfwd_port_usable(real)) && real->ops->flush_chars)
		real->ops->flush_chars(real);
	rcu_read_unlock();
}

/*
 * The answer of a link without a port that is asked for room.
 *
 * Three ask. poll(2): to look is not to want to write, so there is room until
 * it was written. write(2): it asks for the port, and n_tty is not to put
 * echoes of what came before, which would be lost. And n_tty itself, for the
 * echo of what is just being received: that asks for nothing and waits. A tap's
 * user is not to wait for what never comes: there is room, and what is put
 * there goes nowhere.
 *
 * Returns how many bytes may be put, or tried.
 */
static unsigned int serfwd_tx_shared_room(struct serfwd_link *link)
{
	if (!READ_ONCE(link->share.host) ||
	    serfwd_share_find_owner(link) == link)
		return 0;
	if (READ_ONCE(link->share.tap))
		return SERFWD_TAP_ROOM;
	if (rcu_access_pointer(link->vtty) &&
	    current_work() == &link->vport.buf.work)
		return 0;
	if (serfwd_vtty_is_writing(link)) {
		serfwd_share_want(link);
		return 0;
	}
	return !READ_ONCE(link->share.waiting);
}

/**
 * serfwd_write_room - room in the bound port's transmit buffer
 * @link: the link
 *
 * Return: bytes that the next serfwd_write() will take, 0 without a port.
 */
unsigned int serfwd_write_room(struct serfwd_link *link)
{
	struct tty_struct *real;
	unsigned int room = 0;

	rcu_read_lock();
	real = serfwd_tx_port(link);
	if (likely(real))
		room = serfwd_rate_room(link, tty_write_room(real));
	else if (static_branch_unlikely(&serfwd_share_key))
		room = serfwd_tx_shared_room(link);
	rcu_read_unlock();
	return room;
}

/*
 * The port that sends for a link which has just lost it. Under rcu_read_lock().
 */
static struct tty_struct *serfwd_tx_sending(struct serfwd_link *link)
{
	/* Pairs with the barrier in serfwd_apply_give(). */
	smp_rmb();
	return rcu_dereference(link->sending);
}

/**
 * serfwd_chars_in_buffer - bytes the bound port has not sent yet
 * @link: the link
 *
 * Return: their number, 0 without a port: nothing waits to be drained. But a
 * port that is handed over sends what is left before the next one gets it, and
 * what is kept for the next port, see orphan.c, waits for that.
 */
unsigned int serfwd_chars_in_buffer(struct serfwd_link *link)
{
	struct tty_struct *real;
	unsigned int chars = 0;

	rcu_read_lock();
	real = rcu_dereference(link->real) ?: serfwd_tx_sending(link);
	if (likely(real))
		chars = tty_chars_in_buffer(real);
	rcu_read_unlock();
	return chars + READ_ONCE(link->orphan.count);
}

/*
 * Drop what a port has not sent yet. Bytes that are sent meanwhile count as
 * dropped.
 */
static void serfwd_drop_unsent(struct serfwd_link *link,
			       struct tty_struct *real, enum serfwd_loss cause)
{
	unsigned int before = tty_chars_in_buffer(real);
	unsigned int left;

	tty_driver_flush_buffer(real);
	left = tty_chars_in_buffer(real);
	serfwd_stats_lost(link, cause, before > left ? before - left : 0);
}

/**
 * serfwd_flush_sending - drop what a port still sends for a link that lost it
 * @link: the link
 * @cause: why
 *
 * Not under RCU: the next owner's first bytes are not to be dropped by it.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_flush_sending(struct serfwd_link *link, enum serfwd_loss cause)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl.lock);
	real = rcu_dereference_protected(link->sending,
					 lockdep_is_held(&link->ctl.lock));
	if (real)
		serfwd_drop_unsent(link, real, cause);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_flush_buffer - drop what the bound port has not sent yet
 * @link: the link
 * @cause: why
 *
 * Context: may sleep.
 */
void serfwd_flush_buffer(struct serfwd_link *link, enum serfwd_loss cause)
{
	struct tty_struct *real;
	unsigned int orphans;

	rcu_read_lock();
	real = rcu_dereference(link->real);
	if (real)
		serfwd_drop_unsent(link, real, cause);
	rcu_read_unlock();
	if (unlikely(!real))
		serfwd_flush_sending(link, cause);
	orphans = serfwd_orphan_drop(link);
	serfwd_stats_lost(link, cause, orphans);
	/* Somebody may wait for them to be sent, and no port tells of these. */
	if (orphans)
		serfwd_end_wakeup(link);
	serfwd_stats_stall_end(link, SERFWD_TX);
}

/*
 * Keep the port that sends what the vtty has written; while it is handed over
 * that is no more the vtty's own. To be given back by tty_ldisc_deref(); NULL
 * for none.
 */
static struct tty_ldisc *serfwd_tx_ldisc(struct serfwd_link *link)
{
	struct tty_ldisc *ld = NULL;
	struct tty_struct *real;

	rcu_read_lock();
	real = rcu_dereference(link->real) ?: serfwd_tx_sending(link);
	if (real)
		ld = tty_ldisc_ref(real);
	rcu_read_unlock();
	return ld;
}

/**
 * serfwd_drain_port - wait until the transmitter of a port is empty
 * @real: the port's tty, which does not go away meanwhile
 * @slice: at most so many jiffies
 *
 * The driver does not say whether it is: it comes back before the time is over.
 *
 * Return: true if it has something to send still, as far as can be known.
 * Context: may sleep; ends early on a signal.
 */
bool serfwd_drain_port(struct tty_struct *real, int slice)
{
	unsigned long start = jiffies;

	if (!real->ops->wait_until_sent)
		return false;
	real->ops->wait_until_sent(real, slice);
	return time_after_eq(jiffies, start + slice);
}

/* Returns false when there is nothing more to wait for. */
static bool serfwd_drain_slice(struct serfwd_link *link, int slice)
{
	struct tty_ldisc *ld = serfwd_tx_ldisc(link);
	bool more;

	if (!ld)
		return false;
	more = serfwd_drain_port(ld->tty, slice);
	tty_ldisc_deref(ld);
	return more;
}

/**
 * serfwd_wait_until_sent - wait until the transmitter is empty
 * @link: the link
 * @timeout: jiffies, 0 for no limit
 *
 * In slices, so that a port whose flow control keeps it from ever draining can
 * still be hung up.
 *
 * Context: may sleep; ends early on a signal.
 */
void serfwd_wait_until_sent(struct serfwd_link *link, int timeout)
{
	unsigned long end = jiffies + (timeout ?: SERFWD_DRAIN_MAX);
	long left;

	do {
		left = end - jiffies;
		if (left <= 0)
			return;
	} while (serfwd_drain_slice(link, min(left, SERFWD_DRAIN_SLICE)) &&
		 !signal_pending(current));
}

/**
 * serfwd_flush_input - drop what was received and not handed over yet
 * @link: the link
 * @cause: why
 *
 * Context: may sleep.
 */
void serfwd_flush_input(struct serfwd_link *link, enum serfwd_loss cause)
{
	struct tty_ldisc *ld = serfwd_real_ldisc(link);

	if (!ld)
		return;
	serfwd_flip_drop(link, ld->tty, cause);
	tty_ldisc_deref(ld);
	serfwd_stats_stall_end(link, SERFWD_RX);
}

/**
 * serfwd_transmit_wakeup - the bound port has room again
 * @link: the link; whoever shares its port with others and owns it is woken
 *
 * Context: any, often under the driver's port lock.
 */
void serfwd_transmit_wakeup(struct serfwd_link *link)
{
	rcu_read_lock();
	serfwd_transmit_wakeup_rcu(link);
	rcu_read_unlock();
}

/**
 * serfwd_transmit_attach - carry the vtty's output state over to a port
 * @link: the link
 * @real: the port's tty
 */
void serfwd_transmit_attach(struct serfwd_link *link, struct tty_struct *real)
{
	/*
	 * For drivers that call tty_wakeup() rather than their port's client
	 * operations. Never cleared while attached: there is no write to come
	 * first that could set it too late.
	 */
	set_bit(TTY_DO_WRITE_WAKEUP, &real->flags);

	/* The port may have been stopped before, by an XOFF or by TCOOFF. */
	spin_lock_irq(&real->flow.lock);
	real->flow.tco_stopped = false;
	spin_unlock_irq(&real->flow.lock);

	serfwd_xoff_attach(link, real);
}

/**
 * serfwd_transmit_forget_xoff - a port comes that has stopped nobody yet
 * @link: a link that is to have it, or to take part in it
 *
 * The XOFF was that of another far end, and its XON will not come.
 */
void serfwd_transmit_forget_xoff(struct serfwd_link *link)
{
	serfwd_xoff_follow(link, false);
}

/**
 * serfwd_transmit_detach - leave a port
 * @real: the port's tty
 * @start: with its output running; or else as it is
 */
void serfwd_transmit_detach(struct tty_struct *real, bool start)
{
	clear_bit(TTY_DO_WRITE_WAKEUP, &real->flags);
	if (start)
		start_tty(real);
}
