// SPDX-License-Identifier: GPL-2.0
/*
 * From the real port to the vtty.
 *
 * The port's client operations are taken over, as serdev does, so that its flip
 * buffer work hands what was received straight to the vtty's line discipline.
 * Bytes that this does not take stay in the port's flip buffer; the vtty's
 * throttle() has then stopped the far end already.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_flip.h>
#include <linux/tty_ldisc.h>

#include "capture.h"
#include "deliver.h"
#include "link.h"
#include "listener.h"
#include "look.h"
#include "receive.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "trace.h"
#include "transmit.h"
#include "vtty_end.h"
#include "xoff.h"

/*
 * The link of a port whose client operations are ours. Not in the port's
 * client_data: serdev takes whatever is there for one of its controllers when
 * the port's device goes away, which is before the port is hung up.
 */
static struct serfwd_link *serfwd_port_link(struct tty_port *port)
{
	return port->itty->disc_data;
}

/* It is not taken, but perhaps it is done with. Returns how much of it. */
static size_t serfwd_receive_stalled(struct serfwd_link *link,
				     struct serfwd_look *look, size_t count)
{
	size_t dropped = serfwd_stalled(link, count);

	serfwd_look_dropped(look, dropped);
	return dropped;
}

/* In place, by the port's own work. */
static size_t serfwd_receive_link(struct serfwd_link *link, const u8 *cp,
				  const u8 *fp, size_t count)
{
	struct serfwd_look *look = &link->port_look;
	struct tty_struct *vtty;
	struct tty_ldisc *ld = NULL;
	size_t taken;
	bool going;
	u64 began;

	/*
	 * Its flip buffer's work restarts us when that is empty. If it is not
	 * to be, a reader is stalled, which is now the port's reader: the work
	 * is to see that, as nobody else looks.
	 */
	if (unlikely(serfwd_listener_behind(link))) {
		serfwd_listener_restart(link);
		return 0;
	}
	began = serfwd_hop_begin(&link->stats);
	/*
	 * Keeps TIOCSTI and flushing out of the line discipline, and the vtty
	 * here: serfwd_link_close() takes it after it has cleared that.
	 */
	mutex_lock(&link->vport.buf.lock);
	vtty = rcu_dereference_check(link->vtty,
				     lockdep_is_held(&link->vport.buf.lock));
	if (likely(vtty))
		ld = tty_ldisc_ref(vtty);
	if (unlikely(!ld)) {
		/* If it is open serfwd_flip_restart() follows. */
		taken = vtty ? 0 :
			serfwd_deliver_end(link, look, cp, fp, count);
		mutex_unlock(&link->vport.buf.lock);
		return taken;
	}
	/*
	 * Before: what is taken just before it goes is as all that was not
	 * read.
	 */
	going = serfwd_vtty_going(vtty);
	taken = serfwd_deliver_pass(look, ld, cp, fp, count);
	mutex_unlock(&link->vport.buf.lock);
	/* It was looked at for flow control, and nobody will read it. */
	if (unlikely(going))
		serfwd_stats_lost(link, SERFWD_RX_CLOSED, taken);
	serfwd_hop_end(link, SERFWD_RX, began, count, taken);
	if (unlikely(taken < count))
		taken += serfwd_receive_stalled(link, look, count - taken);
	tty_ldisc_deref(ld);
	return taken;
}

/*
 * The owner obeys XOFF later, and may have lost the port by then: whoever has
 * it is to stop, and to go on by an XON that only it receives.
 */
static void serfwd_receive_note_xoff(struct serfwd_link *host,
				     struct serfwd_link *owner, const u8 *cp,
				     const u8 *fp, size_t count)
{
	bool was = READ_ONCE(host->share.xoff);
	bool xoff = serfwd_xoff_seen(owner, cp, fp, count, was);

	if (unlikely(xoff != was))
		WRITE_ONCE(host->share.xoff, xoff);
}

/*
 * Each party has its own flip buffer, and is handed over what is in there by a
 * work of its own: no lock is held over anybody's line discipline, and nobody
 * is waited for. The owner sets the pace: what it has no room for stays in the
 * port.
 */
static size_t serfwd_receive_shared(struct serfwd_link *host, const u8 *cp,
				    const u8 *fp, size_t count)
{
	struct serfwd_link *owner, *party;
	size_t taken;

	/* serfwd_handover_flow() and serfwd_party_remove() wait for us. */
	rcu_read_lock();
	owner = READ_ONCE(host->share.owner);
	serfwd_receive_note_xoff(host, owner, cp, fp, count);
	taken = serfwd_listener_offer(owner, cp, fp, count);
	if (taken)
		list_for_each_entry_rcu(party, &host->share.parties, share.node)
			if (party != owner && serfwd_share_listens(host, party))
				serfwd_listener_receive(party, cp, fp, taken);
	rcu_read_unlock();
	serfwd_look_dropped(&host->port_look, taken);
	return taken;
}

/**
 * serfwd_receive_is_queued - is a link handed what it receives by its flip
 * buffer?
 * @link: the link
 *
 * Return: true if so: when it shares a port, and when making room in its line
 * discipline may have to wait for its reader; false if it is handed it in
 * place.
 * Context: any.
 */
bool serfwd_receive_is_queued(const struct serfwd_link *link)
{
	if (static_branch_unlikely(&serfwd_share_key) &&
	    READ_ONCE(link->share.host))
		return true;
	return static_branch_unlikely(&serfwd_stall_key) &&
	       READ_ONCE(link->policy.stall) == SERFWD_STALL_DROP_OLDEST;
}

static size_t serfwd_receive_any(struct serfwd_link *link, const u8 *cp,
				 const u8 *fp, size_t count)
{
	if (serfwd_receive_is_queued(link))
		return serfwd_receive_shared(link, cp, fp, count);
	return serfwd_receive_link(link, cp, fp, count);
}

/*
 * Called by the real port's flip buffer work, with its buf.lock held. Returns
 * how many bytes are done with.
 */
static size_t serfwd_receive(struct tty_port *port, const u8 *cp,
			     const u8 *fp, size_t count)
{
	struct serfwd_link *link = serfwd_port_link(port);
	size_t taken = serfwd_receive_any(link, cp, fp, count);

	serfwd_look_consume(&link->port_look, taken);
	/* The owner of the port has its errors, too. */
	link = serfwd_share_owner(link);
	if (unlikely(fp))
		serfwd_stats_errors(link, fp, taken);
	trace_serfwd_rx(link->index, count, taken);
	serfwd_capture(link, SERFWD_RX, cp, fp, taken);
	return taken;
}

/* As serfwd_receive(), for what the line discipline has no room for yet. */
static void serfwd_lookahead(struct tty_port *port, const u8 *cp,
			     const u8 *fp, size_t count)
{
	struct serfwd_link *link = serfwd_port_link(port);
	struct serfwd_look *look = &link->port_look;
	struct tty_ldisc *ld = NULL;
	bool open;

	/* A link with a flip buffer of its own looks at it there. */
	if (!serfwd_receive_is_queued(link) && !serfwd_listener_behind(link))
		ld = serfwd_deliver_ldisc_ref(link, &open);
	if (!ld) {
		serfwd_look_skip(look, count);
		return;
	}
	mutex_lock(&link->vport.buf.lock);
	serfwd_deliver_look(look, ld, cp, fp, count);
	mutex_unlock(&link->vport.buf.lock);
	tty_ldisc_deref(ld);
}

static const struct tty_port_client_operations serfwd_client_ops;

/*
 * Callers that drain the port itself, as closing it or changing its line
 * discipline does, are woken. Not by way of the link that has the port, for
 * there may be none: while the port is handed over, and when it is being
 * detached.
 */
static void serfwd_wake_drainers(struct tty_struct *real)
{
	if (unlikely(wq_has_sleeper(&real->write_wait)))
		wake_up_interruptible(&real->write_wait);
}

/*
 * Called by the driver, often with its port lock held and interrupts off; but
 * perhaps preempted just before it got here, and detached meanwhile: then it is
 * the tty core's to wake, as nobody calls the driver again.
 * serfwd_link_detach() waits for a driver that still sees our operations in
 * here, so that the port's tty and link are there.
 */
static void serfwd_write_wakeup(struct tty_port *port)
{
	bool ours;

	rcu_read_lock();
	ours = READ_ONCE(port->client_ops) == &serfwd_client_ops;
	if (likely(ours)) {
		serfwd_transmit_wakeup_rcu(serfwd_port_link(port));
		serfwd_wake_drainers(port->itty);
	}
	rcu_read_unlock();
	if (unlikely(!ours))
		tty_port_default_client_ops.write_wakeup(port);
}

ADAPT_PORT_RECEIVE_BUF(serfwd_receive);
ADAPT_PORT_LOOKAHEAD_BUF(serfwd_lookahead);

static const struct tty_port_client_operations serfwd_client_ops = {
	.receive_buf	= ADAPTED_PORT_RECEIVE_BUF(serfwd_receive),
	.lookahead_buf	= ADAPTED_PORT_LOOKAHEAD_BUF(serfwd_lookahead),
	.write_wakeup	= serfwd_write_wakeup,
};

/*
 * Keeps the flip buffer work out. The driver's wake-ups are not kept out, see
 * serfwd_write_wakeup().
 */
static void serfwd_set_client(struct tty_port *port,
			      const struct tty_port_client_operations *ops)
{
	tty_buffer_lock_exclusive(port);
	/* Pairs with the loads of client_ops: they see disc_data set. */
	smp_store_release(&port->client_ops, ops);
	tty_buffer_unlock_exclusive(port);
}

/**
 * serfwd_receive_attach - route what a port receives to its link
 * @real: the port's tty, its disc_data the link
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_receive_attach(struct tty_struct *real)
{
	serfwd_set_client(real->port, &serfwd_client_ops);
}

/**
 * serfwd_receive_detach - give a port's input back to its line discipline
 * @real: the port's tty
 *
 * When it returns, and an RCU grace period later for wake-ups, the port calls
 * us no more.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_receive_detach(struct tty_struct *real)
{
	struct serfwd_link *link = serfwd_port_link(real->port);

	serfwd_set_client(real->port, &tty_port_default_client_ops);
	/* The bytes that are left are somebody else's. */
	serfwd_look_end(&link->port_look);
}

/**
 * serfwd_receive_taken - is a port's input routed to somebody already?
 * @real: the port's tty
 *
 * Return: true if another client than the tty core's own has the port.
 */
bool serfwd_receive_taken(struct tty_struct *real)
{
	return real->port->client_ops != &tty_port_default_client_ops;
}
