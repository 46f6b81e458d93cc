// SPDX-License-Identifier: GPL-2.0
/*
 * What the vtty asks of the line: outputs, break, flow control; the settings are in
 * settings.c.
 *
 * A link remembers it, so that a port which is bound later starts out as the
 * vtty left the last one. All of it is done under ctl_lock: detaching takes
 * that before the tty core closes or frees the port.
 */
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "control.h"
#include "orphan.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "policy.h"
#include "settings.h"
#include "share.h"
#include "trace.h"
#include "transmit.h"

/**
 * serfwd_control_port - the port to control
 * @link: the link
 *
 * Return: the port's tty; NULL for none and for one that is being closed or is
 * closed: the driver's close comes before the line discipline's.
 * Locking: ctl_lock held.
 */
struct tty_struct *serfwd_control_port(struct serfwd_link *link)
{
	struct tty_struct *real;

	real = rcu_dereference_protected(link->real,
					 lockdep_is_held(&link->ctl_lock));
	return real && serfwd_port_usable(real) ? real : NULL;
}

/* Is the far end to be stopped? Not for a reader whose bytes are dropped. */
static bool serfwd_throttle_wanted(const struct serfwd_link *link)
{
	return link->throttled &&
	       link->policy.stall != SERFWD_STALL_DROP_NEWEST &&
	       link->policy.stall != SERFWD_STALL_DROP_OLDEST;
}

/**
 * serfwd_mctrl_held - outputs that are kept low whatever the vtty asks
 * @link: the link
 *
 * With the policy that has RTS do flow control, RTS as long as the far end is
 * to be stopped. A port with CRTSCTS that its user opened directly would let
 * the user raise it.
 *
 * Return: TIOCM_* bits.
 * Locking: ctl_lock held.
 */
unsigned int serfwd_mctrl_held(const struct serfwd_link *link)
{
	if (link->policy.flow == SERFWD_FLOW_AUTO_RTSCTS &&
	    serfwd_throttle_wanted(link))
		return TIOCM_RTS;
	return 0;
}

/**
 * serfwd_set_mctrl - set and clear modem control outputs
 * @link: the link
 * @set: TIOCM_* to set
 * @clear: TIOCM_* to clear
 *
 * Return: 0, or the port's error.
 * Context: may sleep.
 */
int serfwd_set_mctrl(struct serfwd_link *link, unsigned int set,
		     unsigned int clear)
{
	struct tty_struct *real;
	unsigned int old;
	int ret = 0;

	mutex_lock(&link->ctl_lock);
	old = link->mctrl;
	link->mctrl = (old & ~clear) | set;
	link->mctrl_named |= set | clear;
	real = serfwd_control_port(link);
	set &= ~serfwd_mctrl_held(link);
	if (real && real->ops->tiocmset)
		ret = real->ops->tiocmset(real, set, clear);
	/* An open that waits for the carrier raises DTR over and over. */
	if (link->mctrl != old)
		serfwd_lines_changed(link);
	mutex_unlock(&link->ctl_lock);
	return ret;
}

/**
 * serfwd_set_break - start or end a break
 * @link: the link
 * @state: -1 to start, 0 to end
 *
 * Return: 0, or the port's error; -EPERM for a tap.
 * Context: may sleep.
 */
int serfwd_set_break(struct serfwd_link *link, int state)
{
	struct tty_struct *real;
	int ret = 0;

	if (state && serfwd_share_taps(link))
		return -EPERM;
	mutex_lock(&link->ctl_lock);
	link->break_on = state;
	real = serfwd_control_port(link);
	if (real)
		ret = real->ops->break_ctl ?
		      real->ops->break_ctl(real, state) : -EOPNOTSUPP;
	trace_serfwd_break(link->index, SERFWD_TX, state);
	mutex_unlock(&link->ctl_lock);
	return ret;
}

/* RTS as the vtty wants it: going on after a throttle may have changed it. */
static void serfwd_apply_rts(struct serfwd_link *link, struct tty_struct *real)
{
	unsigned int rts = link->mctrl & TIOCM_RTS;

	if (real->ops->tiocmset)
		real->ops->tiocmset(real, rts, rts ^ TIOCM_RTS);
}

static void serfwd_throttle_port(struct serfwd_link *link,
				 struct tty_struct *real, bool on)
{
	void (*op)(struct tty_struct *tty) = on ? real->ops->throttle :
						  real->ops->unthrottle;

	/* Looked at by the driver when it leaves B0. */
	assign_bit(TTY_THROTTLED, &real->flags, on);
	if (op)
		op(real);
	/* A guest may hold RTS down by hand, or have raised it meanwhile. */
	if (link->policy.flow == SERFWD_FLOW_AUTO_RTSCTS && !on)
		serfwd_apply_rts(link, real);
	serfwd_lines_changed(link);
}

static void serfwd_apply_throttle(struct serfwd_link *link,
				  struct tty_struct *real)
{
	serfwd_throttle_port(link, real, serfwd_throttle_wanted(link));
}

/* Stop the far end, if it is to be. */
static void serfwd_control_throttle(struct serfwd_link *link)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	real = serfwd_control_port(link);
	if (real && link->throttled)
		serfwd_apply_throttle(link, real);
	mutex_unlock(&link->ctl_lock);
}

/**
 * serfwd_set_policy - change what the administrator decides
 * @link: the link
 * @policy: a member of its policy
 * @value: the new value
 *
 * The port is set accordingly when this returns.
 *
 * Context: may sleep.
 */
void serfwd_set_policy(struct serfwd_link *link, int *policy, int value)
{
	struct tty_struct *real;
	unsigned int held;

	mutex_lock(&link->ctl_lock);
	held = serfwd_mctrl_held(link);
	real = serfwd_control_port(link);
	/* The way it was stopped; with the new policy it may be another. */
	if (real && link->throttled)
		serfwd_throttle_port(link, real, false);
	WRITE_ONCE(*policy, value);
	if (real) {
		serfwd_settings_apply(link, real);
		if (held && !serfwd_mctrl_held(link))
			serfwd_apply_rts(link, real);
	}
	mutex_unlock(&link->ctl_lock);
	serfwd_settings_reset_vtty(link);
	serfwd_control_throttle(link);
	/* What is kept for a stalled reader falls under it as well. */
	serfwd_listener_restart(link);
}

/**
 * serfwd_throttle - ask the far end to stop or to go on sending
 * @link: the link
 * @on: stop
 *
 * By RTS or XOFF, whichever the vtty's settings say, by the port's driver.
 *
 * Context: may sleep; under the vtty's termios_rwsem and throttle_mutex, when
 * stopping also under the real port's buf.lock.
 */
void serfwd_throttle(struct serfwd_link *link, bool on)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	link->throttled = on;
	real = serfwd_control_port(link);
	if (real)
		serfwd_apply_throttle(link, real);
	mutex_unlock(&link->ctl_lock);
}

/**
 * serfwd_send_xchar - send a flow control character ahead of all others
 * @link: the link
 * @ch: the character
 *
 * Context: may sleep.
 */
void serfwd_send_xchar(struct serfwd_link *link, u8 ch)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	real = serfwd_control_port(link);
	if (real && real->ops->send_xchar)
		real->ops->send_xchar(real, ch);
	else if (real)
		real->ops->write(real, &ch, 1);
	mutex_unlock(&link->ctl_lock);
}

/* The vtty is closed the way the port would be. */
static void serfwd_follow_closing(struct serfwd_link *link,
				  const struct tty_struct *real)
{
	link->vport.close_delay = real->port->close_delay;
	link->vport.closing_wait = real->port->closing_wait;
}

/**
 * serfwd_get_serial - what TIOCGSERIAL says of the port
 * @link: the link
 * @info: filled
 *
 * Return: 0, the port's error, -EIO without a port.
 * Context: may sleep.
 */
int serfwd_get_serial(struct serfwd_link *link, struct serial_struct *info)
{
	struct tty_struct *real;
	int ret = -EIO;

	mutex_lock(&link->ctl_lock);
	real = serfwd_control_port(link);
	if (real)
		ret = real->ops->get_serial ?
		      real->ops->get_serial(real, info) : -ENOTTY;
	mutex_unlock(&link->ctl_lock);
	return ret;
}

/**
 * serfwd_set_serial - set what TIOCSSERIAL can set of the port
 * @link: the link
 * @info: what is wanted
 *
 * Return: 0, the port's error, -EIO without a port.
 * Context: may sleep.
 */
int serfwd_set_serial(struct serfwd_link *link, struct serial_struct *info)
{
	struct tty_struct *real;
	int ret = -EIO;

	mutex_lock(&link->ctl_lock);
	real = serfwd_control_port(link);
	if (real)
		ret = real->ops->set_serial ?
		      real->ops->set_serial(real, info) : -ENOTTY;
	if (!ret) {
		serfwd_follow_closing(link, real);
		/* The port may have been set up afresh for it. */
		serfwd_lines_enable(real);
		serfwd_lines_changed(link);
	}
	mutex_unlock(&link->ctl_lock);
	return ret;
}

/**
 * serfwd_ioctl - hand an ioctl to the port's driver
 * @link: the link
 * @cmd: ioctl number; one that does not wait
 * @arg: its argument
 *
 * Not under ctl_lock: the driver copies from and to the user, who can make that
 * take for ever. As with the port itself, that holds up its hang-up only.
 *
 * Return: what the driver returns, -EIO without a port.
 * Context: may sleep.
 */
int serfwd_ioctl(struct serfwd_link *link, unsigned int cmd, unsigned long arg)
{
	struct tty_ldisc *ld = serfwd_real_ldisc(link);
	int ret = -EIO;

	if (!ld)
		return ret;
	if (serfwd_port_usable(ld->tty))
		ret = ld->tty->ops->ioctl ?
		      ld->tty->ops->ioctl(ld->tty, cmd, arg) : -ENOIOCTLCMD;
	tty_ldisc_deref(ld);
	return ret;
}

/* Bring a port to the state that the vtty asked for. */
static void serfwd_control_apply(struct serfwd_link *link,
				 struct tty_struct *real)
{
	unsigned int off = (SERFWD_MCTRL_ALWAYS | link->mctrl_named) &
			   ~link->mctrl;

	lockdep_assert_held(&link->ctl_lock);
	serfwd_settings_apply(link, real);
	if (real->ops->tiocmset)
		real->ops->tiocmset(real, link->mctrl, off);
	if (link->break_on && real->ops->break_ctl)
		real->ops->break_ctl(real, -1);
	/* Another link's reader may have stopped the far end. */
	if (link->throttled || test_bit(TTY_THROTTLED, &real->flags))
		serfwd_apply_throttle(link, real);
	serfwd_follow_closing(link, real);
}

/**
 * serfwd_control_init - set up what a new link asks of the line
 * @link: the link
 */
void serfwd_control_init(struct serfwd_link *link)
{
	mutex_init(&link->ctl_lock);
}

/**
 * serfwd_control_take - give a link a port, as its vtty asked for it to be
 * @link: a link without a port
 * @real: the port's tty
 *
 * The vtty shows what the port made of that when this returns, or soon after.
 *
 * Context: may sleep. No ctl_lock is held.
 */
void serfwd_control_take(struct serfwd_link *link, struct tty_struct *real)
{
	mutex_lock(&link->ctl_lock);
	if (serfwd_port_usable(real)) {
		serfwd_control_apply(link, real);
		serfwd_orphan_send(link, real);
	} else {
		rcu_assign_pointer(link->real, real);
	}
	mutex_unlock(&link->ctl_lock);
	serfwd_settings_show(link);
}

/**
 * serfwd_control_give - take the port off a link that stays as it is
 * @link: the link
 * @sending: the port is to send what the link has written; until
 *	serfwd_control_sent() that can be waited for and flushed
 *
 * Return: the port's tty, or NULL.
 * Context: may sleep. No ctl_lock is held.
 */
struct tty_struct *serfwd_control_give(struct serfwd_link *link, bool sending)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	real = rcu_dereference_protected(link->real,
					 lockdep_is_held(&link->ctl_lock));
	if (sending)
		rcu_assign_pointer(link->sending, real);
	/* Who finds no port finds @sending: pairs with serfwd_tx_sending(). */
	smp_wmb();
	RCU_INIT_POINTER(link->real, NULL);
	if (real && link->break_on && serfwd_port_usable(real) &&
	    real->ops->break_ctl)
		real->ops->break_ctl(real, 0);
	mutex_unlock(&link->ctl_lock);
	return real;
}

/**
 * serfwd_control_sent - what a link wrote is not waited for any more
 * @link: the link, after serfwd_control_give()
 *
 * When it returns nobody flushes the port for @link.
 *
 * Context: may sleep. No ctl_lock is held.
 */
void serfwd_control_sent(struct serfwd_link *link)
{
	mutex_lock(&link->ctl_lock);
	RCU_INIT_POINTER(link->sending, NULL);
	mutex_unlock(&link->ctl_lock);
}

/**
 * serfwd_control_flush - drop what a port still sends for a link that lost it
 * @link: the link
 * @cause: why
 *
 * Not under RCU: the next owner's first bytes are not to be dropped by it.
 *
 * Context: may sleep. No ctl_lock is held.
 */
void serfwd_control_flush(struct serfwd_link *link, enum serfwd_loss cause)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	real = rcu_dereference_protected(link->sending,
					 lockdep_is_held(&link->ctl_lock));
	if (real)
		serfwd_drop_unsent(link, real, cause);
	mutex_unlock(&link->ctl_lock);
}

/**
 * serfwd_control_close - forget what only an open vtty can want
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_control_close(struct serfwd_link *link)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl_lock);
	real = serfwd_control_port(link);
	if (real && link->break_on && real->ops->break_ctl)
		real->ops->break_ctl(real, 0);
	link->break_on = false;
	if (link->throttled) {
		link->throttled = false;
		/* The lines were set for a closed port already. */
		if (real) {
			serfwd_apply_throttle(link, real);
			serfwd_apply_rts(link, real);
		}
	}
	mutex_unlock(&link->ctl_lock);
}
