// SPDX-License-Identifier: GPL-2.0
/*
 * The pseudo-UART as the guest end of a link: what its link has it do.
 *
 * deliver.c hands it what was received; vtty.c is what its users have it do.
 */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "end.h"
#include "link.h"
#include "policy.h"
#include "settings.h"
#include "stats.h"
#include "vtty_end.h"

/* Bytes that n_tty has when it takes no more; a few less with PARMRK. */
#define SERFWD_NTTY_FULL	4095

/*
 * The operations of a guest end, each with its link
 */

static void serfwd_vtty_wakeup(void *data)
{
	struct serfwd_link *link = data;
	struct tty_struct *vtty = rcu_dereference(link->vtty);

	if (vtty)
		tty_wakeup(vtty);
}

/*
 * Not by tty_port_tty_hangup(), whose reference may become the last one: the
 * tty core frees a tty by the work that hangs it up, which it takes for idle
 * since the last close flushed it. That close has waited for us before, in
 * serfwd_link_close().
 */
static void serfwd_vtty_hangup(void *data)
{
	struct serfwd_link *link = data;
	struct tty_struct *vtty = rcu_dereference(link->vtty);

	if (vtty)
		tty_hangup(vtty);
}

static void serfwd_vtty_lines_changed(void *data)
{
	struct serfwd_link *link = data;

	wake_up_interruptible(&link->vport.delta_msr_wait);
}

/* PPS takes time stamps of it. */
static void serfwd_vtty_dcd_change(struct tty_struct *vtty, bool active)
{
	struct tty_ldisc *ld = tty_ldisc_ref(vtty);

	if (!ld)
		return;
	if (ld->ops->dcd_change)
		ld->ops->dcd_change(vtty, active);
	tty_ldisc_deref(ld);
}

/* As the serial core treats a tty when the carrier comes or goes. */
static void serfwd_vtty_carrier(void *data, bool there)
{
	struct serfwd_link *link = data;
	struct tty_struct *vtty = rcu_dereference(link->vtty);

	if (!vtty)
		return;
	serfwd_vtty_dcd_change(vtty, there);
	if (there)
		serfwd_vtty_wake_opens(link);
	else if (!C_CLOCAL(vtty))
		tty_hangup(vtty);
}

/* Received bytes are handed over by deliver.c. */
const struct serfwd_end_ops serfwd_vtty_end_ops = {
	.name		= "the pseudo-UART",
	.wakeup		= serfwd_vtty_wakeup,
	.lines_changed	= serfwd_vtty_lines_changed,
	.carrier	= serfwd_vtty_carrier,
	.hangup		= serfwd_vtty_hangup,
};

/*
 * For a tty only: nothing while another end is open
 */

/**
 * serfwd_vtty_wake_opens - opens that wait for the carrier go on
 * @link: the link
 *
 * Context: any.
 */
void serfwd_vtty_wake_opens(struct serfwd_link *link)
{
	wake_up_interruptible(&link->vport.open_wait);
}

/**
 * serfwd_vtty_is_writing - is somebody within write(2)?
 * @link: the link
 *
 * Return: true if so; poll(2) does not ask for room then.
 * Context: any.
 */
bool serfwd_vtty_is_writing(struct serfwd_link *link)
{
	struct tty_struct *vtty;
	bool writing;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	writing = vtty && mutex_is_locked(&vtty->atomic_write_lock);
	rcu_read_unlock();
	return writing;
}

/**
 * serfwd_vtty_ignores_short_put - does who writes not look what was taken?
 * @link: the link
 *
 * Return: true if so; a user without OPOST does look.
 * Context: any; under rcu_read_lock().
 */
bool serfwd_vtty_ignores_short_put(struct serfwd_link *link)
{
	struct tty_struct *vtty = rcu_dereference(link->vtty);

	return vtty && O_OPOST(vtty);
}

/* Under the vtty's flow.lock, so that it is not just going the other way. */
static void serfwd_follow_flow(struct tty_struct *vtty, struct tty_struct *real)
{
	unsigned long flags;

	spin_lock_irqsave(&vtty->flow.lock, flags);
	if (vtty->flow.stopped)
		stop_tty(real);
	else
		start_tty(real);
	spin_unlock_irqrestore(&vtty->flow.lock, flags);
}

/**
 * serfwd_vtty_follow_flow - stop a port, or let it send, as the vtty is
 * @link: the link
 * @real: the port's tty
 *
 * Context: any.
 */
void serfwd_vtty_follow_flow(struct serfwd_link *link, struct tty_struct *real)
{
	struct tty_struct *vtty;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	if (vtty)
		serfwd_follow_flow(vtty, real);
	else
		start_tty(real);
	rcu_read_unlock();
}

/* Under rcu_read_lock(). */
static bool serfwd_vtty_has_xoff(const struct tty_struct *vtty)
{
	return READ_ONCE(vtty->flow.stopped) &&
	       !READ_ONCE(vtty->flow.tco_stopped);
}

/**
 * serfwd_vtty_is_stopped - has the far end stopped the vtty by XOFF?
 * @link: the link
 *
 * Return: true if so; false if it was the vtty's user.
 * Context: any.
 */
bool serfwd_vtty_is_stopped(struct serfwd_link *link)
{
	struct tty_struct *vtty;
	bool stopped;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	stopped = vtty && serfwd_vtty_has_xoff(vtty);
	rcu_read_unlock();
	return stopped;
}

/**
 * serfwd_vtty_follow_xoff - the far end of the vtty's next port has sent
 * XOFF, or not
 * @link: a link that is to have it, or to take part in it
 * @xoff: it has; the XON will come from there
 *
 * Context: any.
 */
void serfwd_vtty_follow_xoff(struct serfwd_link *link, bool xoff)
{
	struct tty_struct *vtty;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	if (vtty && xoff && I_IXON(vtty))
		stop_tty(vtty);
	else if (vtty)
		/* Does nothing if its user has stopped it. */
		start_tty(vtty);
	rcu_read_unlock();
}

/* As tty_set_termios(), with the vtty's termios_rwsem held. */
static void serfwd_vtty_set_again(struct serfwd_link *link,
				  struct tty_struct *vtty)
{
	struct ktermios old = vtty->termios;
	struct tty_ldisc *ld;

	serfwd_set_termios(link, &vtty->termios);
	ld = tty_ldisc_ref(vtty);
	if (!ld)
		return;
	if (ld->ops->set_termios)
		ld->ops->set_termios(vtty, &old);
	tty_ldisc_deref(ld);
}

/**
 * serfwd_vtty_show_settings - try to have the vtty show what was made of its
 * settings
 * @link: the link
 *
 * Only ever tried: a reader of the vtty may have its settings locked for as
 * long as it likes, waiting for memory within read(2). To wait for it is to
 * wait with what the port's other users need, and keeps all that is received
 * from the vtty.
 *
 * Return: false if they were not to be had.
 * Context: may sleep. No ctl.lock is held.
 */
bool serfwd_vtty_show_settings(struct serfwd_link *link)
{
	struct tty_struct *vtty = tty_port_tty_get(&link->vport);
	bool had;

	if (!vtty)
		return true;
	had = down_write_trylock(&vtty->termios_rwsem);
	if (had) {
		if (xchg(&link->ctl.reset_wanted, false))
			serfwd_vtty_set_again(link, vtty);
		else
			serfwd_settings_correct(link, &vtty->termios);
		up_write(&vtty->termios_rwsem);
	}
	tty_kref_put(vtty);
	return had;
}

/**
 * serfwd_vtty_make_room - drop what the reader of the vtty has not read
 * @link: the link
 * @ld: the vtty's line discipline, which did not take all
 *
 * How much it has, no line discipline tells. n_tty is full with as much as is
 * counted, except for what the reader takes in this very moment.
 *
 * Return: true if something was dropped, by the policy.
 * Context: the work of the vtty's flip buffer, with that one's lock held. May
 * wait as long as the vtty's reader waits for memory within read(2): that holds
 * up nobody else, see serfwd_receive_is_queued().
 */
bool serfwd_vtty_make_room(struct serfwd_link *link, struct tty_ldisc *ld)
{
	if (READ_ONCE(link->policy.stall) != SERFWD_STALL_DROP_OLDEST ||
	    current_work() != &link->vport.buf.work || !ld->ops->flush_buffer)
		return false;
	/* A reader that is at it makes room itself. */
	if (!down_write_trylock(&ld->tty->termios_rwsem))
		return false;
	up_write(&ld->tty->termios_rwsem);
	ld->ops->flush_buffer(ld->tty);
	/* Or else nobody would ever, for there is nothing left to be read. */
	tty_unthrottle(ld->tty);
	serfwd_stats_lost(link, SERFWD_RX_DROPPED_OLDEST, SERFWD_NTTY_FULL);
	return true;
}
