// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing a port to the state that its vtty asked for, and taking it off.
 *
 * A link remembers what the vtty asked for, so that a port which is bound later
 * starts out as the vtty left the last one. All of it is done under ctl.lock:
 * detaching takes that before the tty core closes or frees the port.
 */
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "apply.h"
#include "found.h"
#include "lines.h"
#include "link.h"
#include "orphan.h"
#include "policy.h"
#include "port.h"
#include "settings.h"

/**
 * serfwd_apply_rts - set RTS as the vtty wants it
 * @link: the link
 * @real: the port's tty
 *
 * Going on after a throttle may have changed it.
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_apply_rts(struct serfwd_link *link, struct tty_struct *real)
{
	unsigned int rts = link->ctl.mctrl & TIOCM_RTS;

	if (real->ops->tiocmset)
		real->ops->tiocmset(real, rts, rts ^ TIOCM_RTS);
}

/**
 * serfwd_apply_throttled - have the port's driver stop the far end, or let it go
 * on
 * @link: the link
 * @real: the port's tty
 * @on: stop it
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_apply_throttled(struct serfwd_link *link, struct tty_struct *real,
			    bool on)
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

/**
 * serfwd_apply_throttle - stop the far end, or let it go on, as the vtty and
 * its policy want it
 * @link: the link
 * @real: the port's tty
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_apply_throttle(struct serfwd_link *link, struct tty_struct *real)
{
	serfwd_apply_throttled(link, real, serfwd_throttle_wanted(link));
}

/* Let the far end go on: the next link has stopped nobody yet. */
static void serfwd_let_go_on(struct serfwd_link *link, struct tty_struct *real)
{
	if (test_bit(TTY_THROTTLED, &real->flags))
		serfwd_apply_throttled(link, real, false);
}

/**
 * serfwd_apply_closing - have the vtty closed the way the port would be
 * @link: the link
 * @real: the port's tty
 *
 * Locking: ctl.lock held.
 */
void serfwd_apply_closing(struct serfwd_link *link,
			  const struct tty_struct *real)
{
	link->vport.close_delay = real->port->close_delay;
	link->vport.closing_wait = real->port->closing_wait;
}

/*
 * Set the outputs as the vtty has set them, or else as they were found.
 */
static void serfwd_apply_outputs(struct serfwd_link *link,
				 struct tty_struct *real)
{
	const struct serfwd_found *found = &serfwd_share_host(link)->found;
	unsigned int which = SERFWD_OUTPUTS_ALWAYS | link->ctl.mctrl_named;
	unsigned int on = link->ctl.mctrl & which;

	if (!real->ops->tiocmset)
		return;
	if (found->outputs_known) {
		on |= found->outputs & ~which;
		which = SERFWD_OUTPUTS;
	}
	real->ops->tiocmset(real, on & ~serfwd_mctrl_held(link), which & ~on);
}

/* Bring a port to the state that the vtty asked for. */
static void serfwd_apply_all(struct serfwd_link *link,
			     struct tty_struct *real)
{
	lockdep_assert_held(&link->ctl.lock);
	/*
	 * Another link's reader may have stopped the far end, as that one is
	 * set.
	 */
	serfwd_let_go_on(link, real);
	serfwd_settings_apply(link, real);
	serfwd_apply_outputs(link, real);
	if (link->ctl.break_on && real->ops->break_ctl)
		real->ops->break_ctl(real, -1);
	if (link->ctl.throttled)
		serfwd_apply_throttle(link, real);
	serfwd_apply_closing(link, real);
}

/**
 * serfwd_apply_take - give a link a port, as its vtty asked for it to be
 * @link: a link without a port
 * @real: the port's tty
 *
 * The vtty shows what the port made of that when this returns, or soon after.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_apply_take(struct serfwd_link *link, struct tty_struct *real)
{
	mutex_lock(&link->ctl.lock);
	if (serfwd_port_usable(real)) {
		serfwd_apply_all(link, real);
		serfwd_orphan_send(link, real);
	} else {
		rcu_assign_pointer(link->real, real);
	}
	mutex_unlock(&link->ctl.lock);
	serfwd_settings_show(link);
}

/**
 * serfwd_apply_give - take the port off a link that stays as it is
 * @link: the link
 * @sending: the port is to send what the link has written; until
 *	serfwd_apply_sent() that can be waited for and flushed
 *
 * Return: the port's tty, or NULL.
 * Context: may sleep. No ctl.lock is held.
 */
struct tty_struct *serfwd_apply_give(struct serfwd_link *link, bool sending)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl.lock);
	real = rcu_dereference_protected(link->real,
					 lockdep_is_held(&link->ctl.lock));
	if (sending)
		rcu_assign_pointer(link->sending, real);
	/*
	 * A caller that finds no port finds @sending: pairs with
	 * serfwd_tx_sending().
	 */
	smp_wmb();
	RCU_INIT_POINTER(link->real, NULL);
	if (real && link->ctl.break_on && serfwd_port_usable(real) &&
	    real->ops->break_ctl)
		real->ops->break_ctl(real, 0);
	/* Bytes that come while it is handed over may still be stopped. */
	if (real && !sending && serfwd_port_usable(real))
		serfwd_let_go_on(link, real);
	mutex_unlock(&link->ctl.lock);
	return real;
}

/**
 * serfwd_apply_sent - what a link wrote is not waited for any more
 * @link: the link, after serfwd_apply_give()
 *
 * When it returns nobody flushes the port for @link.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_apply_sent(struct serfwd_link *link)
{
	mutex_lock(&link->ctl.lock);
	RCU_INIT_POINTER(link->sending, NULL);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_apply_close - forget what only an open vtty can want
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_apply_close(struct serfwd_link *link)
{
	struct tty_struct *real;

	mutex_lock(&link->ctl.lock);
	real = serfwd_port_locked(link);
	if (real && link->ctl.break_on && real->ops->break_ctl)
		real->ops->break_ctl(real, 0);
	link->ctl.break_on = false;
	if (link->ctl.mctrl_named & SERFWD_OUTPUTS_OTHER) {
		link->ctl.mctrl &= SERFWD_OUTPUTS_ALWAYS;
		link->ctl.mctrl_named &= SERFWD_OUTPUTS_ALWAYS;
		if (real)
			serfwd_apply_outputs(link, real);
	}
	if (link->ctl.throttled) {
		link->ctl.throttled = false;
		/* The lines were set for a closed port already. */
		if (real) {
			serfwd_apply_throttle(link, real);
			serfwd_apply_rts(link, real);
		}
	}
	mutex_unlock(&link->ctl.lock);
}
