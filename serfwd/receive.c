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
#include "flags.h"
#include "link.h"
#include "listener.h"
#include "look.h"
#include "receive.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "trace.h"
#include "transmit.h"

/* How often (ms) is looked whether all was handed over. */
#define SERFWD_RECEIVE_POLL	5

/*
 * The link of a port whose client operations are ours. Not in the port's
 * client_data: serdev takes whatever is there for one of its controllers when
 * the port's device goes away, which is before the port is hung up.
 */
static struct serfwd_link *serfwd_port_link(struct tty_port *port)
{
	return port->itty->disc_data;
}

/**
 * serfwd_receive_ldisc_ref - keep a vtty's line discipline, to receive by it
 * @link: the link
 * @open: set to whether the vtty is open
 *
 * Return: a reference, to be given back by tty_ldisc_deref(); NULL if the vtty
 * is closed or the line discipline is just being changed.
 * Context: any.
 */
struct tty_ldisc *serfwd_receive_ldisc_ref(struct serfwd_link *link, bool *open)
{
	struct tty_ldisc *ld = NULL;
	struct tty_struct *vtty;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	*open = vtty;
	if (vtty)
		ld = tty_ldisc_ref(vtty);
	rcu_read_unlock();
	return ld;
}

static size_t serfwd_receive_filtered(struct serfwd_look *look,
				      struct tty_ldisc *ld, const u8 *cp,
				      const u8 *fp, size_t count)
{
	size_t done = 0;

	while (done < count) {
		size_t run = serfwd_flags_kept(&ld->tty->termios, fp + done,
					       count - done);
		size_t taken = 0;

		if (run)
			taken = serfwd_look_take(look, ld, cp + done, NULL,
						 run);
		done += taken;
		if (taken < run)
			break;
		/* Either all is done or this one is to be dropped. */
		if (done < count)
			done++;
	}
	return done;
}

static noinline size_t serfwd_receive_ldisc(struct serfwd_look *look,
					    struct tty_ldisc *ld, const u8 *cp,
					    const u8 *fp, size_t count)
{
	if (unlikely(fp && serfwd_flags_ignored(&ld->tty->termios)))
		return serfwd_receive_filtered(look, ld, cp, fp, count);
	return serfwd_look_take(look, ld, cp, fp, count);
}

/*
 * Nearly always there is nothing to be looked at. Inline: once for every byte.
 */
static __always_inline size_t serfwd_receive_pass(struct serfwd_look *look,
						  struct tty_ldisc *ld,
						  const u8 *cp, const u8 *fp,
						  size_t count)
{
	if (likely(!fp && !look->looked && !atomic_long_read(look->stale)))
		return tty_ldisc_receive_buf(ld, cp, NULL, count);
	return serfwd_receive_ldisc(look, ld, cp, fp, count);
}

/* @taken are taken of @count; the policy may be to make room for the others. */
static size_t serfwd_receive_over(struct serfwd_link *link,
				  struct serfwd_look *look,
				  struct tty_ldisc *ld, const u8 *cp,
				  const u8 *fp, size_t count, size_t taken)
{
	size_t more;

	while (taken < count && serfwd_stall_make_room(link, ld)) {
		more = serfwd_receive_ldisc(look, ld, cp + taken,
					    fp ? fp + taken : NULL,
					    count - taken);
		if (!more)
			break;
		taken += more;
	}
	return taken;
}

/**
 * serfwd_receive_offer - hand bytes over to a vtty
 * @link: its link
 * @look: what it has looked at of the flip buffer that they are in
 * @ld: its line discipline
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Return: how many it took, after making room for them if that is the policy.
 * Context: may sleep; the vtty's buf.lock is held.
 */
size_t serfwd_receive_offer(struct serfwd_link *link, struct serfwd_look *look,
			    struct tty_ldisc *ld, const u8 *cp, const u8 *fp,
			    size_t count)
{
	/*
	 * Before: what is taken just before it goes is as all that was not
	 * read.
	 */
	bool going = serfwd_vtty_going(ld->tty);
	size_t taken = serfwd_receive_pass(look, ld, cp, fp, count);

	if (unlikely(taken < count))
		taken = serfwd_receive_over(link, look, ld, cp, fp, count,
					    taken);
	/* It was looked at for flow control, and nobody will read it. */
	if (unlikely(going))
		serfwd_stats_lost(link, SERFWD_RX_CLOSED, taken);
	return taken;
}

/**
 * serfwd_receive_closed - drop what was received for a closed vtty
 * @link: its link
 * @count: bytes
 *
 * Return: @count, they are done with.
 * Context: any.
 */
size_t serfwd_receive_closed(struct serfwd_link *link, size_t count)
{
	serfwd_stats_lost(link, SERFWD_RX_CLOSED, count);
	return count;
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
		mutex_unlock(&link->vport.buf.lock);
		if (vtty)
			return 0;	/* serfwd_receive_restart() follows */
		serfwd_look_dropped(look, count);
		return serfwd_receive_closed(link, count);
	}
	/*
	 * Before: what is taken just before it goes is as all that was not
	 * read.
	 */
	going = serfwd_vtty_going(vtty);
	taken = serfwd_receive_pass(look, ld, cp, fp, count);
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
 * Whether the last flow control character of those is an XOFF; @was if there is
 * none.
 */
static bool serfwd_receive_xoff(struct tty_struct *vtty, const u8 *cp,
				const u8 *fp, size_t count, bool was)
{
	u8 mask = I_ISTRIP(vtty) ? 0x7f : 0xff;

	while (count--) {
		if (fp && fp[count] != TTY_NORMAL)
			continue;
		if ((cp[count] & mask) == STOP_CHAR(vtty))
			return true;
		if ((cp[count] & mask) == START_CHAR(vtty) || I_IXANY(vtty))
			return false;
	}
	return was;
}

/*
 * The owner obeys XOFF later, and may have lost the port by then: whoever has
 * it is to stop, and to go on by an XON that only it receives.
 */
static void serfwd_receive_note_xoff(struct serfwd_link *host,
				     struct serfwd_link *owner, const u8 *cp,
				     const u8 *fp, size_t count)
{
	struct tty_struct *vtty = rcu_dereference(owner->vtty);
	bool was = READ_ONCE(host->share.xoff);

	if (unlikely(vtty && I_IXON(vtty)))
		WRITE_ONCE(host->share.xoff,
			   serfwd_receive_xoff(vtty, cp, fp, count, was));
	else if (unlikely(was))
		/*
		 * Nobody obeys it now, and the port is let go on all the same.
		 */
		WRITE_ONCE(host->share.xoff,
			   !memchr(cp, owner->ctl.termios.c_cc[VSTART], count));
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

/**
 * serfwd_receive_look - let a vtty look at bytes that it has no room for yet
 * @look: what it has looked at before of the flip buffer that they are in
 * @ld: its line discipline
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Context: may sleep; the vtty's buf.lock is held.
 */
void serfwd_receive_look(struct serfwd_look *look, struct tty_ldisc *ld,
			 const u8 *cp, const u8 *fp, size_t count)
{
	size_t done = 0;

	/* Not before what comes before it. */
	if (look->unseen || !ld->ops->lookahead_buf) {
		serfwd_look_skip(look, count);
		return;
	}
	if (!fp || !serfwd_flags_ignored(&ld->tty->termios)) {
		serfwd_look_ahead(look, ld, cp, fp, count);
		return;
	}
	/* Just what it will be handed later. */
	while (done < count) {
		size_t run = serfwd_flags_kept(&ld->tty->termios, fp + done,
					       count - done);

		if (run)
			serfwd_look_ahead(look, ld, cp + done, NULL, run);
		done += run + 1;
	}
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
		ld = serfwd_receive_ldisc_ref(link, &open);
	if (!ld) {
		serfwd_look_skip(look, count);
		return;
	}
	mutex_lock(&link->vport.buf.lock);
	serfwd_receive_look(look, ld, cp, fp, count);
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

/*
 * Bytes in a port's flip buffer; with @drop none are left. Under its buf.lock.
 */
static size_t serfwd_receive_walk(struct tty_port *port, bool drop)
{
	struct tty_buffer *buffer, *next;
	size_t left = 0, commit;

	lockdep_assert_held(&port->buf.lock);
	for (buffer = port->buf.head; buffer; buffer = next) {
		/*
		 * As flush_to_ldisc(): a buffer with a next one gets no more.
		 */
		next = smp_load_acquire(&buffer->next);
		/* Pairs with the release in tty_flip_buffer_commit(). */
		commit = smp_load_acquire(&buffer->commit);
		left += commit - buffer->read;
		if (drop) {
			buffer->read = commit;
			buffer->lookahead = commit;
		}
	}
	return left;
}

/**
 * serfwd_flip_pending - how much is in a port's flip buffer?
 * @port: the port
 *
 * Return: bytes that were received and not handed over.
 * Locking: the port's buf.lock held.
 */
size_t serfwd_flip_pending(struct tty_port *port)
{
	return serfwd_receive_walk(port, false);
}

/**
 * serfwd_receive_lost - count what is in a port's flip buffer as lost
 * @link: the link that does not get it
 * @real: the port's tty
 * @cause: why
 *
 * Context: may sleep.
 */
void serfwd_receive_lost(struct serfwd_link *link, struct tty_struct *real,
			 enum serfwd_loss cause)
{
	size_t left;

	mutex_lock(&real->port->buf.lock);
	left = serfwd_flip_pending(real->port);
	mutex_unlock(&real->port->buf.lock);
	serfwd_stats_lost(link, cause, left);
}

/* Listeners lose them, too. */
static void serfwd_receive_count_lost(struct serfwd_link *host,
				      struct serfwd_link *link,
				      enum serfwd_loss cause, size_t count)
{
	struct serfwd_link *party;

	serfwd_stats_lost(link, cause, count);
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node)
		if (party != link && serfwd_share_listens(host, party))
			serfwd_stats_lost(party, cause, count);
	rcu_read_unlock();
}

/**
 * serfwd_receive_drop - drop what is in a port's flip buffer, and count it
 * @link: the link that does not get it
 * @real: the port's tty
 * @cause: why
 *
 * Not by tty_buffer_flush(), before which bytes come and go that nobody counts,
 * or two.
 *
 * Context: may sleep.
 */
void serfwd_receive_drop(struct serfwd_link *link, struct tty_struct *real,
			 enum serfwd_loss cause)
{
	struct tty_port *port = real->port;
	struct serfwd_link *host = real->disc_data;
	size_t left;

	/*
	 * The work gives way, lest a port that receives on and on keeps us
	 * waiting.
	 */
	tty_buffer_lock_exclusive(port);
	left = serfwd_receive_walk(port, true);
	tty_buffer_unlock_exclusive(port);
	/* That has looked for more in the first buffer only. */
	queue_work(port_flip_wq(port), &port->buf.work);
	serfwd_receive_count_lost(host, link, cause, left);
}

/* Is nothing in a port's flip buffer, nor on its way from there? */
static bool serfwd_receive_is_drained(struct tty_port *port)
{
	bool drained;

	/* Not waiting for a work that may be kept by who reads, or for ever. */
	if (!mutex_trylock(&port->buf.lock))
		return false;
	drained = !serfwd_flip_pending(port);
	mutex_unlock(&port->buf.lock);
	return drained;
}

/**
 * serfwd_receive_drained - wait until what a port received is handed over
 * @real: the port's tty
 * @timeout: at most so many jiffies
 *
 * Return: false if somebody still has to take some of it.
 * Context: may sleep.
 */
bool serfwd_receive_drained(struct tty_struct *real, unsigned long timeout)
{
	unsigned long end = jiffies + timeout;

	while (!serfwd_receive_is_drained(real->port)) {
		if (time_after(jiffies, end))
			return false;
		msleep(SERFWD_RECEIVE_POLL);
	}
	return true;
}

/**
 * serfwd_receive_kick - look again whether what is left in the port can be
 * handed over
 * @link: a link that takes part in it
 *
 * Context: any. Takes no lock.
 */
void serfwd_receive_kick(struct serfwd_link *link)
{
	struct tty_struct *real;

	rcu_read_lock();
	real = serfwd_share_port(link);
	if (real)
		queue_work(port_flip_wq(real->port), &real->port->buf.work);
	rcu_read_unlock();
}

/**
 * serfwd_receive_restart - hand over what had been left in the port
 * @link: the link
 *
 * To be called whenever the vtty may take bytes that it had refused.
 *
 * Context: any. Takes no lock, so that it may be called from within n_tty.
 */
void serfwd_receive_restart(struct serfwd_link *link)
{
	serfwd_stall_over(link);
	serfwd_receive_kick(link);
}
