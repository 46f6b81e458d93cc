// SPDX-License-Identifier: GPL-2.0
/*
 * How a port comes to the link that owns it, is handed over to another, and goes.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "control.h"
#include "handover.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "transmit.h"
#include "uevent.h"
#include "vtty.h"

/* How long (jiffies) handing over waits for what the last owner had written. */
#define SERFWD_HANDOVER_DRAIN	HZ
/* How often (ms) it looks. */
#define SERFWD_HANDOVER_POLL	5

/*
 * Handing over. The two halves have nothing in common but that no writer and no
 * wake-up is between them.
 */

static void serfwd_handover_drain(struct serfwd_link *from,
			       struct tty_struct *real)
{
	unsigned long end = jiffies + SERFWD_HANDOVER_DRAIN;

	/* What was put by the character and not told to be sent. */
	if (serfwd_port_usable(real) && real->ops->flush_chars)
		real->ops->flush_chars(real);
	while (time_before(jiffies, end) && serfwd_port_usable(real) &&
	       tty_chars_in_buffer(real))
		msleep(SERFWD_HANDOVER_POLL);
	/* What is in the hardware by then. */
	if (serfwd_port_usable(real) && real->ops->wait_until_sent)
		real->ops->wait_until_sent(real, max_t(int, 1, HZ / 5));
	serfwd_control_sent(from);
}

/* Returns the port, which is there, and which nobody writes to any more. */
static struct tty_struct *serfwd_handover_take(struct serfwd_link *from)
{
	struct tty_struct *real = serfwd_control_give(from, true);

	serfwd_lines_unfollow(from, real);
	/* Writers under RCU have left the port after this. */
	synchronize_rcu();
	return real;
}

static void serfwd_handover_put(struct serfwd_link *to,
				  struct tty_struct *real)
{
	serfwd_control_take(to, real);
	serfwd_lines_attach(to, real);
	serfwd_transmit_attach(to, real);
	serfwd_vtty_wakeup(to);
	/* A reader that stalled as a listener's is not known to have room now. */
	serfwd_listener_restart(to);
}

static void serfwd_handover_tell(struct serfwd_link *host)
{
	struct serfwd_link *party;

	list_for_each_entry(party, &host->share.parties, share.node)
		serfwd_uevent_owner(party);
}

/* Who owns the port does not wait for it, see serfwd_turn_want(). */
static void serfwd_handover_set_owner(struct serfwd_link *host,
				   struct serfwd_link *to)
{
	spin_lock_irq(&to->share.want_lock);
	WRITE_ONCE(host->share.owner, to);
	WRITE_ONCE(to->share.waiting, false);
	spin_unlock_irq(&to->share.want_lock);
	WRITE_ONCE(to->share.written, jiffies);
}

/*
 * What a reader had left in the port is another's now; but for what is in its own flip
 * buffer, whose work looks again.
 */
static void serfwd_handover_relieve(struct serfwd_link *from)
{
	serfwd_stall_over(from);
	serfwd_stats_stall_end(from, SERFWD_RX);
	serfwd_listener_restart(from);
}

/**
 * serfwd_handover_move - hand a port over
 * @host: the link that it belongs to
 * @to: who is to own it
 *
 * What the last owner had written goes out first.
 *
 * Context: may sleep, for about a second at most.
 * Locking: the host's share.lock held.
 */
void serfwd_handover_move(struct serfwd_link *host, struct serfwd_link *to)
{
	struct serfwd_link *from = host->share.owner;
	struct tty_struct *real;

	lockdep_assert_held(&host->share.lock);
	if (from == to)
		return;
	WRITE_ONCE(host->share.moving, true);
	real = host->share.present ? serfwd_handover_take(from) : NULL;
	if (real)
		serfwd_handover_drain(from, real);
	serfwd_handover_set_owner(host, to);
	if (real)
		serfwd_handover_put(to, real);
	WRITE_ONCE(host->share.moving, false);
	/*
	 * Whom a wake-up has found without a port while it still owned it, and
	 * who drains what is not waited for any more.
	 */
	serfwd_vtty_wakeup(from);
	serfwd_handover_relieve(from);
	serfwd_handover_tell(host);
}

/*
 * Ports
 */

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
	host->share.present = true;
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
 * Context: the port's ldisc close.
 */
struct tty_struct *serfwd_handover_detach(struct serfwd_link *host)
{
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	host->share.present = false;
	real = serfwd_control_give(host->share.owner, false);
	serfwd_lines_unfollow(host->share.owner, real);
	mutex_unlock(&host->share.lock);
	return real;
}

/**
 * serfwd_handover_real - take a reference on the tty of the port a link takes part in
 * @link: the link, which may be alone
 *
 * Return: the tty, to be given back by tty_kref_put(), or NULL.
 * Context: may sleep, as long as the port is being handed over.
 */
struct tty_struct *serfwd_handover_real(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host) ?: link;
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	real = serfwd_link_real(host->share.owner);
	mutex_unlock(&host->share.lock);
	return real;
}
