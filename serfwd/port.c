// SPDX-License-Identifier: GPL-2.0
/*
 * The real port of a link: how others than those who move bytes get at it, and
 * which of its outputs are not the vtty's to set.
 */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "link.h"
#include "policy.h"
#include "port.h"
#include "share.h"
#include "stall.h"

static struct tty_ldisc *serfwd_ldisc_of(struct tty_struct *real)
{
	return real ? tty_ldisc_ref(real) : NULL;
}

/**
 * serfwd_real_ldisc - keep the port that a link has from being hung up or
 * closed
 * @link: the link
 *
 * Return: a reference on the line discipline of the port's tty, to be given
 * back by tty_ldisc_deref(); NULL without a port and while it is going.
 */
struct tty_ldisc *serfwd_real_ldisc(struct serfwd_link *link)
{
	struct tty_ldisc *ld;

	rcu_read_lock();
	ld = serfwd_ldisc_of(rcu_dereference(link->real));
	rcu_read_unlock();
	return ld;
}

/**
 * serfwd_port_ldisc - as serfwd_real_ldisc(), whichever link has the port
 * @link: one that takes part in it
 *
 * Return: see there.
 */
struct tty_ldisc *serfwd_port_ldisc(struct serfwd_link *link)
{
	struct tty_ldisc *ld;

	rcu_read_lock();
	ld = serfwd_ldisc_of(serfwd_share_port(link));
	rcu_read_unlock();
	return ld;
}

/**
 * serfwd_port_locked - the port to control
 * @link: the link
 *
 * Return: the port's tty; NULL for none and for one that is being closed or is
 * closed: the driver's close comes before the line discipline's.
 * Locking: ctl.lock held.
 */
struct tty_struct *serfwd_port_locked(struct serfwd_link *link)
{
	struct tty_struct *real;

	real = rcu_dereference_protected(link->real,
					 lockdep_is_held(&link->ctl.lock));
	return real && serfwd_port_usable(real) ? real : NULL;
}

/**
 * serfwd_throttle_wanted - is the far end to be stopped?
 * @link: the link
 *
 * Return: true if the vtty has no room, except if its bytes are dropped then.
 * Locking: ctl.lock held.
 */
bool serfwd_throttle_wanted(const struct serfwd_link *link)
{
	return link->ctl.throttled && !serfwd_stall_drops(link->policy.stall);
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
 * Locking: ctl.lock held.
 */
unsigned int serfwd_mctrl_held(const struct serfwd_link *link)
{
	if (link->policy.flow == SERFWD_FLOW_AUTO_RTSCTS &&
	    serfwd_throttle_wanted(link))
		return TIOCM_RTS;
	return 0;
}
