// SPDX-License-Identifier: GPL-2.0
/*
 * What the vtty asks of the line: settings, outputs, break, flow control.
 *
 * A link remembers it, so that a port which is bound later starts out as the
 * vtty left the last one. All of it is done under ctl_lock: detaching takes
 * that before the tty core closes or frees the port.
 */
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>
#include <linux/workqueue.h>

#include "control.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "policy.h"
#include "share.h"
#include "trace.h"
#include "transmit.h"

/* Set on the real port whatever the vtty wants: every error is to be seen. */
#define SERFWD_IFLAG_ON		(INPCK | PARMRK | BRKINT)
/* Taken over from the vtty, for drivers whose hardware does XON/XOFF. */
#define SERFWD_IFLAG_PASSED	(IXON | IXOFF | IXANY)

/* When (jiffies) settings are shown that could not be shown at once. */
#define SERFWD_CORRECT_RETRY	(HZ / 20)

/* ^Q and ^S, as every terminal starts out. */
#define SERFWD_XON		0x11
#define SERFWD_XOFF		0x13

/* Outputs that follow the vtty even if it never named them; OUT2, say, not. */
#define SERFWD_MCTRL_ALWAYS	(TIOCM_DTR | TIOCM_RTS)

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

/*
 * c_cflag bits in which the vtty's setting and the port's are not the same: how
 * the vtty takes a lost carrier, and what a policy decides.
 */
static tcflag_t serfwd_cflag_own(const struct serfwd_policy *policy)
{
	tcflag_t own = CLOCAL;

	if (policy->flow == SERFWD_FLOW_AUTO_RTSCTS)
		own |= CRTSCTS;
	if (policy->hup == SERFWD_HUP_NEVER)
		own |= HUPCL;
	return own;
}

static void serfwd_policy_termios(const struct serfwd_policy *policy,
				  struct ktermios *port)
{
	if (policy->flow == SERFWD_FLOW_AUTO_RTSCTS)
		port->c_cflag |= CRTSCTS;
	if (policy->hup == SERFWD_HUP_NEVER)
		port->c_cflag &= ~HUPCL;
}

/* What the port's tty is set to for what the vtty wants. */
static void serfwd_port_termios(const struct ktermios *want,
				struct ktermios *port)
{
	port->c_iflag = (want->c_iflag & SERFWD_IFLAG_PASSED) | SERFWD_IFLAG_ON;
	port->c_oflag = 0;
	port->c_lflag = 0;
	/* A hang-up of the port is ours to decide, see serfwd_lines_carrier(). */
	port->c_cflag = want->c_cflag | CLOCAL;
	port->c_ispeed = want->c_ispeed;
	port->c_ospeed = want->c_ospeed;
	port->c_cc[VSTART] = want->c_cc[VSTART];
	port->c_cc[VSTOP] = want->c_cc[VSTOP];
}

/* The hardware has the last word: hand back what it made of the settings. */
static void serfwd_got_termios(const struct serfwd_policy *policy,
			       const struct ktermios *port,
			       struct ktermios *want)
{
	tcflag_t own = serfwd_cflag_own(policy);

	want->c_cflag = (port->c_cflag & ~own) | (want->c_cflag & own);
	want->c_ispeed = port->c_ispeed;
	want->c_ospeed = port->c_ospeed;
}

static void serfwd_apply_termios(struct serfwd_link *link,
				 struct tty_struct *real)
{
	struct ktermios termios;

	down_read(&real->termios_rwsem);
	termios = real->termios;
	up_read(&real->termios_rwsem);
	serfwd_port_termios(&link->termios, &termios);
	serfwd_policy_termios(&link->policy, &termios);
	tty_set_termios(real, &termios);

	down_read(&real->termios_rwsem);
	serfwd_got_termios(&link->policy, &real->termios, &link->termios);
	up_read(&real->termios_rwsem);
	serfwd_lines_enable(real);
	serfwd_lines_changed(link);
}

/* A flow control character that is not disabled; the usual one if it is. */
static void serfwd_enable_cc(struct ktermios *termios, int cc, cc_t usual)
{
	if (termios->c_cc[cc] == __DISABLED_CHAR)
		termios->c_cc[cc] = usual;
}

/*
 * With the policy that has the host do XON/XOFF, the vtty's line discipline
 * does it: it is set to, and what its user did not ask for is taken back with
 * the policy. Settings that the user read and wrote back ask for nothing.
 */
static void serfwd_policy_xonxoff(struct serfwd_link *link,
				  struct ktermios *vtty)
{
	vtty->c_iflag &= ~link->xonxoff_added;
	link->xonxoff_added = 0;
	if (link->policy.flow != SERFWD_FLOW_AUTO_XONXOFF)
		return;
	link->xonxoff_added = (IXON | IXOFF) & ~vtty->c_iflag;
	vtty->c_iflag |= IXON | IXOFF;
	serfwd_enable_cc(vtty, VSTART, SERFWD_XON);
	serfwd_enable_cc(vtty, VSTOP, SERFWD_XOFF);
}

/* B0 hangs up, any other speed picks up again; see uart_set_termios(). */
static void serfwd_baud_zero(struct serfwd_link *link,
			     const struct ktermios *old)
{
	bool was_zero = !(old->c_cflag & CBAUD);
	bool is_zero = !(link->termios.c_cflag & CBAUD);

	if (is_zero && !was_zero)
		link->mctrl &= ~SERFWD_MCTRL_ALWAYS;
	else if (was_zero && !is_zero)
		link->mctrl |= SERFWD_MCTRL_ALWAYS;
}

/**
 * serfwd_set_termios - set speed, format and flow control of the line
 * @link: the link
 * @termios: what the vtty wants; on return what the port made of it
 *
 * The port is programmed when this returns: the next byte goes out with it.
 *
 * Context: may sleep; under the vtty's termios_rwsem or port mutex.
 */
void serfwd_set_termios(struct serfwd_link *link, struct ktermios *termios)
{
	struct tty_struct *real;
	struct ktermios old;

	mutex_lock(&link->ctl_lock);
	old = link->termios;
	serfwd_policy_xonxoff(link, termios);
	link->termios = *termios;
	serfwd_baud_zero(link, &old);
	real = serfwd_control_port(link);
	if (real) {
		serfwd_apply_termios(link, real);
		serfwd_got_termios(&link->policy, &link->termios, termios);
	}
	trace_serfwd_termios(link->index, termios->c_iflag, termios->c_cflag,
			     termios->c_ospeed);
	mutex_unlock(&link->ctl_lock);
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

/**
 * serfwd_control_reset_vtty - have an open vtty and its line discipline see what the
 * policy makes of its settings
 * @link: the link
 *
 * Context: may sleep. No ctl_lock is held.
 */
void serfwd_control_reset_vtty(struct serfwd_link *link)
{
	struct tty_struct *vtty = tty_port_tty_get(&link->vport);
	struct ktermios old;
	struct tty_ldisc *ld;

	if (!vtty)
		return;
	/* As tty_set_termios(); nobody else's change is lost between. */
	down_write(&vtty->termios_rwsem);
	old = vtty->termios;
	serfwd_set_termios(link, &vtty->termios);
	ld = tty_ldisc_ref(vtty);
	if (ld && ld->ops->set_termios)
		ld->ops->set_termios(vtty, &old);
	if (ld)
		tty_ldisc_deref(ld);
	up_write(&vtty->termios_rwsem);
	tty_kref_put(vtty);
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
		serfwd_apply_termios(link, real);
		if (held && !serfwd_mctrl_held(link))
			serfwd_apply_rts(link, real);
	}
	mutex_unlock(&link->ctl_lock);
	serfwd_control_reset_vtty(link);
	serfwd_control_throttle(link);
	/* What is kept for a stalled reader falls under it as well. */
	serfwd_listener_restart(link);
}

/**
 * serfwd_control_adopt - settings that a vtty is opened with
 * @link: the link
 * @termios: those that it was closed with; changed to what the policy asks for
 *
 * Context: may sleep; before the vtty's line discipline sees them.
 */
void serfwd_control_adopt(struct serfwd_link *link, struct ktermios *termios)
{
	mutex_lock(&link->ctl_lock);
	serfwd_policy_xonxoff(link, termios);
	mutex_unlock(&link->ctl_lock);
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
	serfwd_apply_termios(link, real);
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
 * serfwd_control_remember - keep what a port is to be given back with
 * @link: the link
 * @real: the port's tty, which is about to be attached
 */
void serfwd_control_remember(struct serfwd_link *link, struct tty_struct *real)
{
	down_read(&real->termios_rwsem);
	link->found = real->termios;
	up_read(&real->termios_rwsem);
}

/*
 * Show an open vtty what a port made of its settings; serfwd_set_termios() does
 * so at once, this is for a port that came. Returns false if it was not to be had.
 *
 * Only ever tried: a reader of the vtty may have its settings locked for as long
 * as it likes, waiting for memory within read(2). Whoever waits for it, waits with
 * what the port's other users need; and keeps all that is received from the vtty.
 */
static bool serfwd_control_correct(struct serfwd_link *link)
{
	struct tty_struct *vtty = tty_port_tty_get(&link->vport);
	bool shown;

	if (!vtty)
		return true;
	shown = down_write_trylock(&vtty->termios_rwsem);
	if (shown) {
		mutex_lock(&link->ctl_lock);
		serfwd_got_termios(&link->policy, &link->termios,
				   &vtty->termios);
		mutex_unlock(&link->ctl_lock);
		up_write(&vtty->termios_rwsem);
	}
	tty_kref_put(vtty);
	return shown;
}

static void serfwd_control_show(struct serfwd_link *link)
{
	if (!serfwd_control_correct(link))
		schedule_delayed_work(&link->correct_work,
				      SERFWD_CORRECT_RETRY);
}

static void serfwd_correct_work(struct work_struct *work)
{
	serfwd_control_show(container_of(to_delayed_work(work),
					 struct serfwd_link, correct_work));
}

/**
 * serfwd_control_init - set up what a new link asks of the line
 * @link: the link
 */
void serfwd_control_init(struct serfwd_link *link)
{
	mutex_init(&link->ctl_lock);
	INIT_DELAYED_WORK(&link->correct_work, serfwd_correct_work);
}

/**
 * serfwd_control_exit - a link gets no port any more
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_control_exit(struct serfwd_link *link)
{
	cancel_delayed_work_sync(&link->correct_work);
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
	if (serfwd_port_usable(real))
		serfwd_control_apply(link, real);
	rcu_assign_pointer(link->real, real);
	mutex_unlock(&link->ctl_lock);
	serfwd_control_show(link);
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
 * serfwd_control_restore - leave a port as others want to find it
 * @link: the link
 * @real: the tty of the port that is being detached
 *
 * With the terminal settings it had. The line's stay: what is still to be sent is
 * to go out with them. CRTSCTS that only a policy had set is not for the port's next
 * user.
 */
void serfwd_control_restore(struct serfwd_link *link, struct tty_struct *real)
{
	down_write(&real->termios_rwsem);
	real->termios.c_iflag = link->found.c_iflag;
	real->termios.c_oflag = link->found.c_oflag;
	real->termios.c_lflag = link->found.c_lflag;
	if (!(link->termios.c_cflag & CRTSCTS))
		real->termios.c_cflag &= ~CRTSCTS;
	/* Or else opening a hung up port would attach it again. */
	real->termios.c_line = N_TTY;
	up_write(&real->termios_rwsem);
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
