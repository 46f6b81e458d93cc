// SPDX-License-Identifier: GPL-2.0
/*
 * Output that is stopped, by an XOFF of the far end above all. The pseudo-UART's
 * line discipline obeys one, and the vtty keeps that it did; for another guest
 * end the link does both, if the administrator has it so.
 *
 * Who owns a shared port when the XOFF comes may not be who owns it when the
 * XON does: handover.c.
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "control.h"
#include "end.h"
#include "link.h"
#include "vtty_end.h"
#include "xoff.h"

/**
 * serfwd_stop - stop sending, as on a received XOFF
 * @link: the link
 *
 * Context: under the vtty's flow.lock, or that of another end.
 */
void serfwd_stop(struct serfwd_link *link)
{
	struct tty_struct *real;

	rcu_read_lock();
	real = rcu_dereference(link->real);
	if (real)
		stop_tty(real);
	rcu_read_unlock();
}

/**
 * serfwd_start - go on sending
 * @link: the link
 *
 * Context: under the vtty's flow.lock, or that of another end.
 */
void serfwd_start(struct serfwd_link *link)
{
	struct tty_struct *real;

	rcu_read_lock();
	real = rcu_dereference(link->real);
	if (real)
		start_tty(real);
	rcu_read_unlock();
}

/* The guest end, if it is not the vtty. Under rcu_read_lock(). */
static struct serfwd_end *serfwd_xoff_end(struct serfwd_link *link)
{
	struct serfwd_end *end = rcu_dereference(link->opened);

	return end && serfwd_end_is_other(end) ? end : NULL;
}

/* Does the link obey XON and XOFF for it? */
static bool serfwd_xoff_obeys(const struct serfwd_link *link)
{
	return READ_ONCE(link->ctl.xonxoff_added) & IXON;
}

/**
 * serfwd_xoff_set - stop sending for a guest end that is not the vtty, or go on
 * @link: its link
 * @stopped: stop
 *
 * Context: any.
 */
void serfwd_xoff_set(struct serfwd_link *link, bool stopped)
{
	unsigned long flags;

	spin_lock_irqsave(&link->end.flow_lock, flags);
	link->end.stopped = stopped;
	if (stopped)
		serfwd_stop(link);
	else
		serfwd_start(link);
	spin_unlock_irqrestore(&link->end.flow_lock, flags);
}

/**
 * serfwd_xoff_is_set - has the far end stopped a link's guest end?
 * @link: the link
 *
 * Return: true if so; false if it was the end's user.
 * Context: any.
 */
bool serfwd_xoff_is_set(struct serfwd_link *link)
{
	struct serfwd_end *end;
	bool set;

	rcu_read_lock();
	end = serfwd_xoff_end(link);
	set = end ? READ_ONCE(end->stopped) : serfwd_vtty_is_stopped(link);
	rcu_read_unlock();
	return set;
}

/**
 * serfwd_xoff_follow - the far end of a link's next port has sent XOFF, or not
 * @link: a link that is to have it, or to take part in it
 * @xoff: it has; the XON will come from there
 *
 * Context: any.
 */
void serfwd_xoff_follow(struct serfwd_link *link, bool xoff)
{
	rcu_read_lock();
	if (serfwd_xoff_end(link))
		serfwd_xoff_set(link, xoff && serfwd_xoff_obeys(link));
	else
		serfwd_vtty_follow_xoff(link, xoff);
	rcu_read_unlock();
}

/* Under its lock, so that it is not just going the other way. */
static void serfwd_xoff_attach_end(struct serfwd_end *end,
				   struct tty_struct *real)
{
	unsigned long flags;

	spin_lock_irqsave(&end->flow_lock, flags);
	if (end->stopped)
		stop_tty(real);
	else
		start_tty(real);
	spin_unlock_irqrestore(&end->flow_lock, flags);
}

/**
 * serfwd_xoff_attach - stop a port, or let it send, as a link's guest end is
 * @link: the link
 * @real: the port's tty
 *
 * Context: any.
 */
void serfwd_xoff_attach(struct serfwd_link *link, struct tty_struct *real)
{
	struct serfwd_end *end;

	rcu_read_lock();
	end = serfwd_xoff_end(link);
	if (end)
		serfwd_xoff_attach_end(end, real);
	else
		serfwd_vtty_follow_flow(link, real);
	rcu_read_unlock();
}

/**
 * struct serfwd_xoff_chars - what stops a guest end, and has it go on
 * @mask: bits of a byte that count
 * @stop: XOFF
 * @start: XON
 * @any: any other byte has it go on as well
 */
struct serfwd_xoff_chars {
	u8 mask;
	u8 stop;
	u8 start;
	bool any;
};

/* Returns false if it is not stopped by any. Under rcu_read_lock(). */
static bool serfwd_xoff_get_chars(struct serfwd_link *link,
				  struct serfwd_xoff_chars *chars)
{
	const struct tty_struct *vtty = rcu_dereference(link->vtty);
	const struct ktermios *termios = &link->ctl.termios;

	if (vtty && I_IXON(vtty))
		*chars = (struct serfwd_xoff_chars) {
			.mask = I_ISTRIP(vtty) ? 0x7f : 0xff,
			.stop = STOP_CHAR(vtty),
			.start = START_CHAR(vtty),
			.any = I_IXANY(vtty),
		};
	else if (serfwd_xoff_end(link) && serfwd_xoff_obeys(link))
		*chars = (struct serfwd_xoff_chars) {
			.mask = 0xff,
			.stop = termios->c_cc[VSTOP],
			.start = termios->c_cc[VSTART],
		};
	else
		return false;
	return true;
}

static bool serfwd_xoff_last(const struct serfwd_xoff_chars *chars,
			     const u8 *cp, const u8 *fp, size_t count, bool was)
{
	while (count--) {
		if (fp && fp[count] != TTY_NORMAL)
			continue;
		if ((cp[count] & chars->mask) == chars->stop)
			return true;
		if ((cp[count] & chars->mask) == chars->start || chars->any)
			return false;
	}
	return was;
}

/**
 * serfwd_xoff_seen - has the far end stopped a port by what it has sent?
 * @link: the link that owns the port
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 * @was: it had before
 *
 * Return: whether it has, if the owner obeys XOFF. If not, @was until an XON:
 * nobody obeys it, and the port is let go on all the same.
 * Context: any; under rcu_read_lock().
 */
bool serfwd_xoff_seen(struct serfwd_link *link, const u8 *cp, const u8 *fp,
		      size_t count, bool was)
{
	struct serfwd_xoff_chars chars;

	if (unlikely(serfwd_xoff_get_chars(link, &chars)))
		return serfwd_xoff_last(&chars, cp, fp, count, was);
	return unlikely(was) &&
	       !memchr(cp, link->ctl.termios.c_cc[VSTART], count);
}
