// SPDX-License-Identifier: GPL-2.0
/*
 * The terminal settings of a vtty, and what its port is set to for them.
 */
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/workqueue.h>

#include "control.h"
#include "end.h"
#include "lines.h"
#include "link.h"
#include "policy.h"
#include "port.h"
#include "settings.h"
#include "trace.h"
#include "transmit.h"
#include "vtty_end.h"
#include "xoff.h"

/* Set on the real port whatever the vtty wants: every error is to be seen. */
#define SERFWD_IFLAG_ON		(INPCK | PARMRK | BRKINT)
/* Taken over from the vtty, for drivers whose hardware does XON/XOFF. */
#define SERFWD_IFLAG_PASSED	(IXON | IXOFF | IXANY)

/* When (jiffies) settings are shown that could not be shown at once. */
#define SERFWD_CORRECT_RETRY	(HZ / 20)

/* ^Q and ^S, as every terminal starts out. */
#define SERFWD_XON		0x11
#define SERFWD_XOFF		0x13

/**
 * serfwd_settings_default - settings that a line starts out with
 * @termios: filled, as the serial core does for its ports
 *
 * Context: any.
 */
void serfwd_settings_default(struct ktermios *termios)
{
	*termios = tty_std_termios;
	termios->c_cflag = B9600 | CS8 | CREAD | HUPCL | CLOCAL;
	termios->c_ispeed = 9600;
	termios->c_ospeed = 9600;
}

/**
 * serfwd_settings_plain - settings that another guest end than the vtty starts
 * with
 * @termios: filled; XON and XOFF are bytes as all others
 *
 * Context: any.
 */
void serfwd_settings_plain(struct ktermios *termios)
{
	serfwd_settings_default(termios);
	termios->c_iflag = 0;
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

/* Set the port's termios as the vtty wants it. */
static void serfwd_port_termios(const struct ktermios *want,
				struct ktermios *port)
{
	port->c_iflag = (want->c_iflag & SERFWD_IFLAG_PASSED) | SERFWD_IFLAG_ON;
	port->c_oflag = 0;
	port->c_lflag = 0;
	/*
	 * A hang-up of the port is ours to decide, see serfwd_lines_carrier().
	 */
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

/**
 * serfwd_settings_apply - set a port as the vtty and the policies want it
 * @link: the link
 * @real: the port's tty
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_settings_apply(struct serfwd_link *link, struct tty_struct *real)
{
	struct ktermios termios;

	lockdep_assert_held(&link->ctl.lock);
	down_read(&real->termios_rwsem);
	termios = real->termios;
	up_read(&real->termios_rwsem);
	serfwd_port_termios(&link->ctl.termios, &termios);
	serfwd_policy_termios(&link->policy, &termios);
	tty_set_termios(real, &termios);

	down_read(&real->termios_rwsem);
	serfwd_got_termios(&link->policy, &real->termios, &link->ctl.termios);
	up_read(&real->termios_rwsem);
	serfwd_lines_enable(real);
	serfwd_lines_changed(link);
}

/**
 * serfwd_settings_apply_hup - have the port's HUPCL follow the policy
 * @link: the link
 * @real: the port's tty
 *
 * That is the tty core's to look at, the driver is not told of it.
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_settings_apply_hup(struct serfwd_link *link,
			       struct tty_struct *real)
{
	tcflag_t hupcl = link->ctl.termios.c_cflag & HUPCL;

	lockdep_assert_held(&link->ctl.lock);
	if (link->policy.hup == SERFWD_HUP_NEVER)
		hupcl = 0;
	down_write(&real->termios_rwsem);
	real->termios.c_cflag = (real->termios.c_cflag & ~HUPCL) | hupcl;
	up_write(&real->termios_rwsem);
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
	vtty->c_iflag &= ~link->ctl.xonxoff_added;
	link->ctl.xonxoff_added = 0;
	if (link->policy.flow != SERFWD_FLOW_AUTO_XONXOFF)
		return;
	link->ctl.xonxoff_added = (IXON | IXOFF) & ~vtty->c_iflag;
	vtty->c_iflag |= IXON | IXOFF;
	serfwd_enable_cc(vtty, VSTART, SERFWD_XON);
	serfwd_enable_cc(vtty, VSTOP, SERFWD_XOFF);
}

/* B0 hangs up, any other speed picks up again; see uart_set_termios(). */
static void serfwd_baud_zero(struct serfwd_link *link,
			     const struct ktermios *old)
{
	bool was_zero = !(old->c_cflag & CBAUD);
	bool is_zero = !(link->ctl.termios.c_cflag & CBAUD);

	if (is_zero && !was_zero)
		link->ctl.mctrl &= ~SERFWD_OUTPUTS_ALWAYS;
	else if (was_zero && !is_zero)
		link->ctl.mctrl |= SERFWD_OUTPUTS_ALWAYS;
}

/* Ask for settings; on return they are what the port made of them. */
static void serfwd_settings_ask(struct serfwd_link *link,
				struct ktermios *termios)
{
	struct ktermios old = link->ctl.termios;
	struct tty_struct *real;

	lockdep_assert_held(&link->ctl.lock);
	serfwd_policy_xonxoff(link, termios);
	link->ctl.termios = *termios;
	serfwd_baud_zero(link, &old);
	real = serfwd_port_locked(link);
	if (real) {
		serfwd_settings_apply(link, real);
		serfwd_got_termios(&link->policy, &link->ctl.termios, termios);
	}
	trace_serfwd_termios(link->index, termios->c_iflag, termios->c_cflag,
			     termios->c_ospeed);
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
	mutex_lock(&link->ctl.lock);
	serfwd_settings_ask(link, termios);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_settings_lend - another guest end than the vtty is opened
 * @link: the link
 *
 * Those that the vtty was closed with stay its own.
 *
 * Context: may sleep.
 */
void serfwd_settings_lend(struct serfwd_link *link)
{
	struct ktermios termios;

	serfwd_settings_plain(&termios);
	mutex_lock(&link->ctl.lock);
	link->end.iflag_added = link->ctl.xonxoff_added;
	link->ctl.xonxoff_added = 0;
	serfwd_settings_ask(link, &termios);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_settings_return - another guest end than the vtty is closed
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_settings_return(struct serfwd_link *link)
{
	mutex_lock(&link->ctl.lock);
	link->ctl.xonxoff_added = link->end.iflag_added;
	mutex_unlock(&link->ctl.lock);
}

/* A policy has changed: have it take effect on an end that is not the vtty. */
static void serfwd_settings_again(struct serfwd_link *link)
{
	struct serfwd_end *end;
	struct ktermios termios;

	mutex_lock(&link->ctl.lock);
	/* Closing it goes on under this lock. */
	end = rcu_access_pointer(link->opened);
	if (end && serfwd_end_is_other(end) &&
	    xchg(&link->ctl.reset_wanted, false)) {
		termios = link->ctl.termios;
		serfwd_settings_ask(link, &termios);
		/* An XON would not be obeyed any more. */
		if (!(link->ctl.xonxoff_added & IXON))
			serfwd_xoff_set(link, false);
	}
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_settings_adopt - settings that a vtty is opened with
 * @link: the link
 * @termios: those that it was closed with; changed to what the policy asks for
 *
 * Context: may sleep; before the vtty's line discipline sees them.
 */
void serfwd_settings_adopt(struct serfwd_link *link, struct ktermios *termios)
{
	mutex_lock(&link->ctl.lock);
	serfwd_policy_xonxoff(link, termios);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_settings_correct - correct settings by what the port made of them
 * @link: the link
 * @termios: those of the vtty, which nobody else changes meanwhile
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_settings_correct(struct serfwd_link *link, struct ktermios *termios)
{
	mutex_lock(&link->ctl.lock);
	serfwd_got_termios(&link->policy, &link->ctl.termios, termios);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_settings_show - have the vtty show what a port that came made of its
 * settings
 * @link: the link
 *
 * Now or, if its settings are locked, soon. serfwd_set_termios() shows at once
 * what the vtty's user sets.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_settings_show(struct serfwd_link *link)
{
	if (!serfwd_vtty_show_settings(link))
		schedule_delayed_work(&link->ctl.show_work,
				      SERFWD_CORRECT_RETRY);
	if (READ_ONCE(link->ctl.reset_wanted))
		serfwd_settings_again(link);
}

/**
 * serfwd_settings_reset_vtty - have an open vtty and its line discipline see
 * what the policy makes of its settings
 * @link: the link
 *
 * Now or, if its settings are locked, soon.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_settings_reset_vtty(struct serfwd_link *link)
{
	WRITE_ONCE(link->ctl.reset_wanted, true);
	serfwd_settings_show(link);
}

static void serfwd_settings_work(struct work_struct *work)
{
	serfwd_settings_show(container_of(to_delayed_work(work),
					  struct serfwd_link, ctl.show_work));
}

/**
 * serfwd_settings_init - set up a new link's settings
 * @link: the link
 */
void serfwd_settings_init(struct serfwd_link *link)
{
	INIT_DELAYED_WORK(&link->ctl.show_work, serfwd_settings_work);
}

/**
 * serfwd_settings_exit - a link gets no port any more
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_settings_exit(struct serfwd_link *link)
{
	cancel_delayed_work_sync(&link->ctl.show_work);
}
