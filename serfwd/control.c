// SPDX-License-Identifier: GPL-2.0
/*
 * The wishes of the vtty for the line: outputs, break, flow control; the
 * settings are in settings.c.
 *
 * A link remembers it, so that a port which is bound later starts out as the
 * vtty left the last one. All of it is done under ctl.lock: detaching takes
 * that before the tty core closes or frees the port.
 */
#include <linux/capability.h>
#include <linux/pagemap.h>
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>
#include <linux/uaccess.h>

#include "apply.h"
#include "control.h"
#include "flip.h"
#include "found.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "policy.h"
#include "port.h"
#include "settings.h"
#include "share.h"
#include "stall.h"
#include "trace.h"
#include "turn.h"

/* The port that sends what the link wrote before it lost it, or NULL. */
static struct tty_struct *serfwd_control_sending(struct serfwd_link *link)
{
	struct tty_struct *real;

	real = rcu_dereference_protected(link->sending,
					 lockdep_is_held(&link->ctl.lock));
	return real && serfwd_port_usable(real) ? real : NULL;
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

	mutex_lock(&link->ctl.lock);
	old = link->ctl.mctrl;
	link->ctl.mctrl = (old & ~clear) | set;
	link->ctl.mctrl_named |= set | clear;
	real = serfwd_port_locked(link);
	set &= ~serfwd_mctrl_held(link);
	if (real && real->ops->tiocmset)
		ret = real->ops->tiocmset(real, set, clear);
	/* An open that waits for the carrier raises DTR over and over. */
	if (link->ctl.mctrl != old)
		serfwd_lines_changed(link);
	mutex_unlock(&link->ctl.lock);
	return ret;
}

static int serfwd_apply_break(struct serfwd_link *link, int state)
{
	struct tty_struct *real;
	int ret = 0;

	mutex_lock(&link->ctl.lock);
	real = serfwd_port_locked(link);
	/* The port was given and taken away again, just now. */
	if (state && !rcu_access_pointer(link->real) &&
	    serfwd_share_is_shared(link))
		ret = -EAGAIN;
	else
		link->ctl.break_on = state;
	if (real)
		ret = real->ops->break_ctl ?
		      real->ops->break_ctl(real, state) : -EOPNOTSUPP;
	trace_serfwd_break(link->index, SERFWD_TX, state);
	mutex_unlock(&link->ctl.lock);
	return ret;
}

/**
 * serfwd_set_break - start or end a break
 * @link: the link
 * @vtty: its tty, whose user asks for it
 * @state: -1 to start, 0 to end
 *
 * A link that shares a port asks for it first, as it does to write, and waits a
 * while.
 *
 * Return: 0, or the port's error; -EPERM for a tap; -EAGAIN if it was not given
 * the port; -EIO if the vtty was hung up; -ERESTARTSYS on a signal.
 * Context: may sleep.
 */
int serfwd_set_break(struct serfwd_link *link, struct tty_struct *vtty,
		     int state)
{
	int ret = 0;

	if (state && serfwd_share_taps(link))
		return -EPERM;
	if (state && static_branch_unlikely(&serfwd_share_key))
		ret = serfwd_turn_await(link, vtty);
	return ret ?: serfwd_apply_break(link, state);
}

/**
 * serfwd_try_break - as serfwd_set_break(), without waiting
 * @link: the link
 * @state: -1 to start, 0 to end
 *
 * Return: 0, or the port's error; -EPERM for a tap; -EAGAIN if another link has
 * the port, which this one has asked for then.
 * Context: may sleep.
 */
int serfwd_try_break(struct serfwd_link *link, int state)
{
	int ret;

	if (state && serfwd_share_taps(link))
		return -EPERM;
	ret = serfwd_apply_break(link, state);
	if (ret == -EAGAIN)
		serfwd_share_want(link);
	return ret;
}

/**
 * serfwd_set_flow - change who does flow control
 * @link: the link
 * @flow: &enum serfwd_flow
 *
 * The port is set accordingly when this returns; the vtty then or soon after.
 *
 * Return: 0, or -EINTR.
 * Context: may sleep.
 */
int serfwd_set_flow(struct serfwd_link *link, int flow)
{
	struct tty_struct *real;
	unsigned int held;

	if (mutex_lock_killable(&link->ctl.lock))
		return -EINTR;
	held = serfwd_mctrl_held(link);
	real = serfwd_port_locked(link);
	/* The way it was stopped; with the new policy it may be another. */
	if (real && link->ctl.throttled)
		serfwd_apply_throttled(link, real, false);
	WRITE_ONCE(link->policy.flow, flow);
	if (real) {
		serfwd_settings_apply(link, real);
		if (held && !serfwd_mctrl_held(link))
			serfwd_apply_rts(link, real);
		if (link->ctl.throttled)
			serfwd_apply_throttle(link, real);
	}
	mutex_unlock(&link->ctl.lock);
	serfwd_settings_reset_vtty(link);
	return 0;
}

/**
 * serfwd_set_stall - change what becomes of a stalled reader's bytes
 * @link: the link
 * @stall: &enum serfwd_stall
 *
 * Return: 0, or -EINTR.
 * Context: may sleep.
 */
int serfwd_set_stall(struct serfwd_link *link, int stall)
{
	struct tty_struct *real;
	bool stopped;

	if (mutex_lock_killable(&link->ctl.lock))
		return -EINTR;
	stopped = serfwd_throttle_wanted(link);
	serfwd_stall_set(link, stall);
	real = serfwd_port_locked(link);
	if (real && stopped != serfwd_throttle_wanted(link))
		serfwd_apply_throttle(link, real);
	mutex_unlock(&link->ctl.lock);
	/*
	 * Bytes kept for a stalled reader, or left in its port, fall under it
	 * as well.
	 */
	serfwd_listener_restart(link);
	serfwd_flip_kick(link);
	return 0;
}

/**
 * serfwd_set_hup - change whether closing the vtty drops DTR and RTS
 * @link: the link
 * @hup: &enum serfwd_hup
 *
 * Return: 0, or -EINTR.
 * Context: may sleep.
 */
int serfwd_set_hup(struct serfwd_link *link, int hup)
{
	struct tty_struct *real;

	if (mutex_lock_killable(&link->ctl.lock))
		return -EINTR;
	WRITE_ONCE(link->policy.hup, hup);
	real = serfwd_port_locked(link);
	if (real)
		serfwd_settings_apply_hup(link, real);
	mutex_unlock(&link->ctl.lock);
	return 0;
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

	mutex_lock(&link->ctl.lock);
	link->ctl.throttled = on;
	/*
	 * Bytes that come while it is handed over are the last owner's to read.
	 */
	real = serfwd_port_locked(link) ?: serfwd_control_sending(link);
	if (real)
		serfwd_apply_throttle(link, real);
	mutex_unlock(&link->ctl.lock);
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

	mutex_lock(&link->ctl.lock);
	real = serfwd_port_locked(link);
	if (real && real->ops->send_xchar)
		real->ops->send_xchar(real, ch);
	else if (real)
		real->ops->write(real, &ch, 1);
	mutex_unlock(&link->ctl.lock);
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
	struct tty_ldisc *ld = serfwd_port_ldisc(link);
	int ret = -EIO;

	if (!ld)
		return ret;
	if (serfwd_port_usable(ld->tty))
		ret = ld->tty->ops->get_serial ?
		      ld->tty->ops->get_serial(ld->tty, info) : -ENOTTY;
	tty_ldisc_deref(ld);
	return ret;
}

/* Under the ctl.lock of the host, whose port it is. */
static int serfwd_apply_serial(struct serfwd_link *host,
			       struct tty_struct *real,
			       struct serial_struct *info, bool admin)
{
	struct serfwd_found *found = &host->found;
	int ret;

	/*
	 * Here, for whoever comes to share it takes back what was set before.
	 */
	if (serfwd_share_is_shared(host) && !admin)
		return -EPERM;
	if (!serfwd_port_usable(real))
		return -EIO;
	ret = real->ops->set_serial ? real->ops->set_serial(real, info) :
				      -ENOTTY;
	if (ret)
		return ret;
	if (admin)
		serfwd_found_see_serial(found, real);
	else
		found->serial_changed = true;
	/* The port may have been set up afresh for it. */
	serfwd_lines_enable(real);
	return 0;
}

/**
 * serfwd_set_serial - set what TIOCSSERIAL can set of the port
 * @link: the link
 * @info: what is wanted
 *
 * Others that share the port would find it changed, and so would those who have
 * it later: of a shared port it is the administrator's, and what others have
 * set is taken back when the port is shared or detached.
 *
 * Return: 0, the port's error, -EIO without a port, -EPERM if it is shared and
 * the caller has no CAP_SYS_ADMIN.
 * Context: may sleep.
 */
int serfwd_set_serial(struct serfwd_link *link, struct serial_struct *info)
{
	struct tty_ldisc *ld = serfwd_port_ldisc(link);
	struct serfwd_link *host;
	int ret;

	if (!ld)
		return -EIO;
	/* The link may just be leaving it. */
	host = ld->tty->disc_data;
	mutex_lock(&host->ctl.lock);
	ret = serfwd_apply_serial(host, ld->tty, info,
				  capable(CAP_SYS_ADMIN));
	/* The owner; others follow when they get the port. */
	if (!ret)
		serfwd_apply_closing(serfwd_share_owner(host), ld->tty);
	mutex_unlock(&host->ctl.lock);
	serfwd_share_all(link, serfwd_lines_changed);
	tty_ldisc_deref(ld);
	return ret;
}

/*
 * How often memory that came may have gone again before the driver got to it.
 */
#define SERFWD_IOCTL_TRIES	8

static int serfwd_ioctl_once(struct serfwd_link *link, unsigned int cmd,
			     unsigned long arg)
{
	struct tty_ldisc *ld = serfwd_port_ldisc(link);
	int ret = -EIO;

	if (!ld)
		return ret;
	if (!ld->tty->ops->ioctl) {
		ret = -ENOIOCTLCMD;
	} else if (serfwd_port_usable(ld->tty)) {
		pagefault_disable();
		ret = ld->tty->ops->ioctl(ld->tty, cmd, arg);
		pagefault_enable();
	}
	tty_ldisc_deref(ld);
	return ret;
}

/**
 * serfwd_ioctl - hand an ioctl to the port's driver
 * @link: the link
 * @cmd: ioctl number; one that does not wait and may be done twice
 * @arg: the user's memory that it reads, writes, or both
 * @size: how many bytes
 *
 * Drivers copy from and to the user with the port locked, and the user can make
 * that take for ever: nobody else has the port meanwhile. So the memory is made
 * to come before, and a driver that does not find it there does not wait for
 * it.
 *
 * Return: what the driver returns, -EIO without a port.
 * Context: may sleep, until a signal ends the caller.
 */
int serfwd_ioctl(struct serfwd_link *link, unsigned int cmd, unsigned long arg,
		 size_t size)
{
	int ret = -EFAULT;
	unsigned int i;

	for (i = 0; i < SERFWD_IOCTL_TRIES && ret == -EFAULT; i++) {
		if (fault_in_safe_writeable((const char __user *)arg, size))
			return -EFAULT;
		ret = serfwd_ioctl_once(link, cmd, arg);
	}
	return ret;
}

/**
 * serfwd_control_init - set up what a new link asks of the line
 * @link: the link
 */
void serfwd_control_init(struct serfwd_link *link)
{
	mutex_init(&link->ctl.lock);
}
