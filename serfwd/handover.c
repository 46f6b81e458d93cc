// SPDX-License-Identifier: GPL-2.0
/*
 * How a port comes to the link that owns it, is handed over to another, and
 * goes.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "apply.h"
#include "control.h"
#include "end.h"
#include "flip.h"
#include "handover.h"
#include "lines.h"
#include "link.h"
#include "share.h"
#include "transmit.h"
#include "uevent.h"
#include "xoff.h"

/* How often (ms) handing over looks whether the port has sent all. */
#define SERFWD_HANDOVER_POLL	5
/* How long (jiffies) it may keep a port that goes waiting. */
#define SERFWD_HANDOVER_SLICE	(HZ / 10)
/* Beyond the time that bytes take on the wire (jiffies). */
#define SERFWD_HANDOVER_SLACK	(HZ / 2)
/* The largest transmit FIFO there is, of some Exar UARTs; none tells. */
#define SERFWD_HANDOVER_FIFO	256

/*
 * How long (jiffies) the port may take to send what it has: what that takes on
 * the wire, and no longer than it would be waited for when the port is closed,
 * which is 30 s unless setserial says otherwise.
 */
static unsigned long serfwd_handover_time(struct tty_struct *real)
{
	unsigned int closing_wait = real->port->closing_wait;
	unsigned int baud = tty_get_baud_rate(real);
	u64 bits = tty_chars_in_buffer(real) + SERFWD_HANDOVER_FIFO;
	unsigned long time;

	if (!baud || closing_wait == ASYNC_CLOSING_WAIT_NONE)
		return 0;
	bits *= tty_get_frame_size(real->termios.c_cflag);
	time = div_u64(bits * HZ, baud) + SERFWD_HANDOVER_SLACK;
	/* 0 is no limit. */
	return closing_wait ? min_t(unsigned long, time, closing_wait) : time;
}

/* Is there still something to be waited for? */
static bool serfwd_handover_waits(struct serfwd_link *host,
				  struct tty_struct *real, unsigned long end)
{
	return !READ_ONCE(host->share.going) && serfwd_port_usable(real) &&
	       time_before(jiffies, end);
}

/* Let the port send what its last owner has written. */
static void serfwd_handover_drain(struct serfwd_link *host,
				  struct serfwd_link *from,
				  struct tty_struct *real)
{
	unsigned long end = jiffies + serfwd_handover_time(real);

	/* Bytes that were put by the character and not told to be sent. */
	if (serfwd_port_usable(real) && real->ops->flush_chars)
		real->ops->flush_chars(real);
	while (tty_chars_in_buffer(real) &&
	       serfwd_handover_waits(host, real, end))
		msleep(SERFWD_HANDOVER_POLL);
	/*
	 * Then the hardware, in slices, for the port may go. A work has no
	 * signals that would end it early.
	 */
	while (serfwd_handover_waits(host, real, end) &&
	       serfwd_drain_port(real, SERFWD_HANDOVER_SLICE))
		;
	/* It is not to go out among the next owner's, with other settings. */
	if (tty_chars_in_buffer(real) && serfwd_port_usable(real))
		serfwd_flush_sending(from, SERFWD_TX_HANDED_OVER);
	serfwd_apply_sent(from);
}

/* Nobody writes to the port any more when this returns. */
static void serfwd_handover_take(struct serfwd_link *from,
				 struct tty_struct *real)
{
	serfwd_apply_give(from, true);
	serfwd_lines_unfollow(from, real);
	/* Writers under RCU have left the port after this. */
	synchronize_rcu();
}

static void serfwd_handover_put(struct serfwd_link *to, struct tty_struct *real)
{
	serfwd_apply_take(to, real);
	serfwd_lines_attach(to, real);
	serfwd_transmit_attach(to, real);
	serfwd_end_wakeup(to);
	/* Bytes that the last owner had no room for are the new one's. */
	serfwd_flip_kick(to);
}

/*
 * An owner that has stopped for an XOFF goes on when it loses the port, and the
 * next one stops: the far end has spoken to the port.
 */
static void serfwd_handover_flow(struct serfwd_link *host,
				 struct serfwd_link *to)
{
	/*
	 * The works that took the last owner for the owner have left after
	 * this, and have noted what they have seen.
	 */
	synchronize_rcu();
	serfwd_xoff_follow(to, READ_ONCE(host->share.xoff));
	/*
	 * An XON that came between has found nobody stopped. It was noted
	 * before it was obeyed, under the flow lock as what we have just done.
	 */
	if (!READ_ONCE(host->share.xoff))
		serfwd_xoff_follow(to, false);
}

static void serfwd_handover_tell(struct serfwd_link *host)
{
	struct serfwd_link *link;
	unsigned int i;

	/* Not by the list: telling sleeps. */
	for (i = 0; (link = serfwd_link_by_index(i)); i++)
		if (READ_ONCE(link->share.host) == host)
			serfwd_uevent_owner(link);
}

/* An owner does not wait for the port, see serfwd_share_want(). */
static void serfwd_handover_set_owner(struct serfwd_link *host,
				      struct serfwd_link *to)
{
	spin_lock_irq(&to->share.want_lock);
	WRITE_ONCE(host->share.owner, to);
	WRITE_ONCE(to->share.waiting, false);
	spin_unlock_irq(&to->share.want_lock);
	WRITE_ONCE(to->share.written, jiffies);
}

static struct tty_struct *serfwd_handover_port(struct serfwd_link *host)
{
	return rcu_dereference_protected(host->share.port,
					 lockdep_is_held(&host->share.lock));
}

/**
 * serfwd_handover_move - hand a port over
 * @host: the link that it belongs to
 * @to: who is to own it
 *
 * Bytes that the last owner wrote go out first, and what the port receives
 * until then is the last owner's.
 *
 * Context: may sleep, for as long as serfwd_handover_time() says; a work.
 * Locking: the host's share.lock held.
 */
void serfwd_handover_move(struct serfwd_link *host, struct serfwd_link *to)
{
	struct serfwd_link *from = host->share.owner;
	struct tty_struct *real = serfwd_handover_port(host);

	if (from == to)
		return;
	WRITE_ONCE(host->share.moving, true);
	if (real) {
		serfwd_handover_take(from, real);
		serfwd_handover_drain(host, from, real);
	}
	serfwd_handover_set_owner(host, to);
	if (real) {
		serfwd_handover_flow(host, to);
		serfwd_handover_put(to, real);
	}
	WRITE_ONCE(host->share.moving, false);
	/*
	 * A wake-up may have found the last owner without a port while it still
	 * owned it, and a caller may drain bytes that are not waited for any
	 * more.
	 */
	serfwd_end_wakeup(from);
	/* A caller that waits for a line has perhaps looked in between. */
	serfwd_share_all(host, serfwd_lines_changed);
	serfwd_handover_tell(host);
}

/**
 * serfwd_handover_attach - give a port that comes to who owns it
 * @host: the link that the port belongs to; it may be alone
 * @real: the port's tty
 *
 * Context: the port's ldisc open.
 */
void serfwd_handover_attach(struct serfwd_link *host, struct tty_struct *real)
{
	mutex_lock(&host->share.lock);
	WRITE_ONCE(host->share.going, false);
	WRITE_ONCE(host->share.xoff, false);
	rcu_assign_pointer(host->share.port, real);
	serfwd_handover_put(host->share.owner, real);
	mutex_unlock(&host->share.lock);
}

/**
 * serfwd_handover_detach - take a port that goes from who owns it
 * @host: the link that the port belongs to; it may be alone
 *
 * The link that had it stays the owner, for the next port. Writers and wake-ups
 * have left the port after an RCU grace period.
 *
 * Return: the port's tty.
 * Context: the port's ldisc close; may sleep, for SERFWD_HANDOVER_SLICE or so.
 */
struct tty_struct *serfwd_handover_detach(struct serfwd_link *host)
{
	struct tty_struct *real;

	/* A work that hands it over, and waits for it to drain, lets go. */
	WRITE_ONCE(host->share.going, true);
	mutex_lock(&host->share.lock);
	RCU_INIT_POINTER(host->share.port, NULL);
	real = serfwd_apply_give(host->share.owner, false);
	serfwd_lines_unfollow(host->share.owner, real);
	mutex_unlock(&host->share.lock);
	return real;
}
