// SPDX-License-Identifier: GPL-2.0
/*
 * Parties of a shared port, each of which is handed what the port receives
 * through the flip buffer of its own vtty, by that one's work: so a party that
 * does not read, or whose reader waits for memory with the line discipline's
 * locks held, holds up nobody else. Of a listener what does not fit in there is
 * lost; an owner leaves it in the port. A link that is alone is handed it in
 * place, see receive.c, except if its stall policy is to drop the oldest.
 *
 * The flip buffer of a vtty has nothing except this in it.
 */
#include <linux/rcupdate.h>
#include <linux/tty.h>
#include <linux/tty_flip.h>
#include <linux/tty_ldisc.h>

#include "deliver.h"
#include "flip.h"
#include "link.h"
#include "listener.h"
#include "look.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "vtty_end.h"

/*
 * Bytes that are put aside for an owner at most: not so many that a stalled
 * reader keeps the next owner from much, nor so few that an XON is not looked
 * at which comes after them. Nearly always the far end is stopped as soon as
 * n_tty is full.
 */
#define SERFWD_OWNER_MAX	65536

/*
 * Bytes that one run of the work hands over at most. What a line discipline is
 * handed it may echo, and the port may receive that, so that there is always
 * more; and who reads or polls a vtty waits for a run to end, and no signal ends
 * that. More than may be put aside: who reads without waiting, after the port
 * has gone to another, is to find all that was.
 */
#define SERFWD_LISTENER_TURN	(SERFWD_OWNER_MAX + 4096)

/* Put bytes aside for an open vtty. Returns how many. Under rcu_read_lock(). */
static size_t serfwd_listener_put(struct serfwd_link *link, const u8 *cp,
				  const u8 *fp, size_t count)
{
	struct tty_port *vport = &link->vport;
	size_t put;

	/* With flags the tty core takes a new buffer for nothing. */
	if (!count)
		return 0;
	put = fp ? tty_insert_flip_string_flags(vport, cp, fp, count) :
		   tty_insert_flip_string(vport, cp, count);
	tty_flip_buffer_push(vport);
	/*
	 * A byte that is counted can be found: pairs with
	 * serfwd_listener_lost().
	 */
	smp_mb__before_atomic();
	atomic_long_add(put, &link->share.kept);
	/*
	 * Pairs with serfwd_listener_caught_up(): a byte that was counted can
	 * be found. It may be gone already; then the link only seems to be
	 * behind, until its work runs the next time.
	 */
	smp_store_release(&link->share.put, link->share.put + 1);
	return put;
}

/**
 * serfwd_listener_receive - give a listener a copy of what the owner received
 * @link: the listener
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Context: the port's flip buffer work, under rcu_read_lock(), which
 * serfwd_listener_close() waits for.
 */
void serfwd_listener_receive(struct serfwd_link *link, const u8 *cp,
			     const u8 *fp, size_t count)
{
	size_t put;

	if (!rcu_access_pointer(link->opened)) {
		serfwd_deliver_closed(link, count);
		return;
	}
	put = serfwd_listener_put(link, cp, fp, count);
	serfwd_stats_lost(link, SERFWD_RX_LISTENER_FULL, count - put);
}

static size_t serfwd_listener_room(struct serfwd_link *link)
{
	long kept = atomic_long_read(&link->share.kept);

	return kept < SERFWD_OWNER_MAX ? SERFWD_OWNER_MAX - kept : 0;
}

/* Room for an owner that is to be handed @count bytes, or less. */
static size_t serfwd_listener_room_for(struct serfwd_link *link, size_t count)
{
	size_t room = serfwd_listener_room(link);

	/* Bytes to be dropped are not left in the port first. */
	if (likely(room >= count) ||
	    serfwd_stall_drops(READ_ONCE(link->policy.stall)))
		return count;
	/*
	 * A work that makes room from now on restarts the port; one that made
	 * some before is seen here.
	 */
	WRITE_ONCE(link->share.held, true);
	smp_mb(); /* pairs with serfwd_listener_resume() */
	return min(serfwd_listener_room(link), count);
}

/*
 * There is no room for @count bytes, or no memory. Returns how many are done
 * with.
 */
static size_t serfwd_listener_left(struct serfwd_link *link, size_t count)
{
	size_t dropped = serfwd_stall_dropped(link, count);

	if (dropped)
		return dropped;
	/*
	 * They are offered again when the work has handed over what there is.
	 */
	WRITE_ONCE(link->share.held, true);
	serfwd_listener_restart(link);
	return 0;
}

/**
 * serfwd_listener_offer - give an owner what the port received
 * @link: the owner
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Return: how many are done with; the others are offered again when it has
 * room.
 * Context: the port's flip buffer work, under rcu_read_lock(), which
 * serfwd_listener_close() waits for.
 */
size_t serfwd_listener_offer(struct serfwd_link *link, const u8 *cp,
			     const u8 *fp, size_t count)
{
	size_t put;

	if (!rcu_access_pointer(link->opened))
		return serfwd_deliver_closed(link, count);
	put = serfwd_listener_put(link, cp, fp,
				  serfwd_listener_room_for(link, count));
	if (unlikely(put < count))
		put += serfwd_listener_left(link, count - put);
	return put;
}

/**
 * serfwd_listener_resume - an owner that was handed all may be offered more
 * @link: the link
 *
 * Context: any.
 */
void serfwd_listener_resume(struct serfwd_link *link)
{
	/* The bytes that it was handed are not counted any more. */
	smp_mb(); /* pairs with serfwd_listener_room_for() */
	if (!READ_ONCE(link->share.held))
		return;
	WRITE_ONCE(link->share.held, false);
	serfwd_flip_restart(link);
}

/* Returns how many bytes are done with. */
static size_t serfwd_listener_take(struct serfwd_link *link, const u8 *cp,
				   const u8 *fp, size_t count)
{
	struct tty_ldisc *ld;
	size_t taken;
	u64 began;
	bool open;

	ld = serfwd_deliver_ldisc_ref(link, &open);
	if (!ld)
		return open ? 0 : serfwd_deliver_end(link, &link->own_look,
						     cp, fp, count);
	began = serfwd_hop_begin(&link->stats);
	taken = serfwd_deliver_offer(link, &link->own_look, ld, cp, fp, count);
	serfwd_hop_end(link, SERFWD_RX, began, count, taken);
	/* The work also runs for what has just been put in: that is no room. */
	if (taken)
		serfwd_stall_over(link);
	if (taken < count) {
		size_t dropped = serfwd_stalled(link, count - taken);

		serfwd_look_dropped(&link->own_look, dropped);
		taken += dropped;
	}
	tty_ldisc_deref(ld);
	return taken;
}

/* Called by the vtty's flip buffer work, with its buf.lock held. */
static size_t serfwd_listener_hand_over(struct tty_port *vport, const u8 *cp,
					const u8 *fp, size_t count)
{
	struct serfwd_link *link = container_of(vport, struct serfwd_link,
						vport);
	long turn = READ_ONCE(link->share.turn);
	size_t done;

	/* Nobody echoes what a closed one is handed, and all of it is dropped. */
	if (turn <= 0 && rcu_access_pointer(link->opened))
		return 0;
	done = serfwd_listener_take(link, cp, fp, count);
	serfwd_look_consume(&link->own_look, done);
	atomic_long_sub(done, &link->share.kept);
	WRITE_ONCE(link->share.turn, turn - (long)done);
	return done;
}

/* As above, for what the line discipline has no room for yet. */
static void serfwd_listener_lookahead(struct tty_port *vport, const u8 *cp,
				      const u8 *fp, size_t count)
{
	struct serfwd_link *link = container_of(vport, struct serfwd_link,
						vport);
	struct tty_ldisc *ld;
	bool open;

	ld = serfwd_deliver_ldisc_ref(link, &open);
	if (!ld) {
		serfwd_look_skip(&link->own_look, count);
		return;
	}
	serfwd_deliver_look(&link->own_look, ld, cp, fp, count);
	tty_ldisc_deref(ld);
}

static void serfwd_listener_wakeup(struct tty_port *vport)
{
	tty_port_default_client_ops.write_wakeup(vport);
}

ADAPT_PORT_RECEIVE_BUF(serfwd_listener_hand_over);
ADAPT_PORT_LOOKAHEAD_BUF(serfwd_listener_lookahead);

static const struct tty_port_client_operations serfwd_listener_ops = {
	.receive_buf	= ADAPTED_PORT_RECEIVE_BUF(serfwd_listener_hand_over),
	.lookahead_buf	= ADAPTED_PORT_LOOKAHEAD_BUF(serfwd_listener_lookahead),
	.write_wakeup	= serfwd_listener_wakeup,
};

/**
 * serfwd_listener_init - set up a new link's flip buffer
 * @link: the link; the work of its flip buffer is the tty core's still
 */
void serfwd_listener_init(struct serfwd_link *link)
{
	link->flip_work = link->vport.buf.work.func;
	link->vport.client_ops = &serfwd_listener_ops;
	link->own_look.stale = &link->stale;
	link->port_look.stale = &link->stale;
}

/*
 * Returns whether the link has been handed all that was put aside for it. Two
 * works may be at it for a moment, see flip_wq.c: the later one's word counts.
 */
static bool serfwd_listener_caught_up(struct serfwd_link *link)
{
	/* Pairs with the release in serfwd_listener_receive(). */
	unsigned int put = smp_load_acquire(&link->share.put);
	struct mutex *lock = &link->vport.buf.lock;
	bool all;

	mutex_lock(lock);
	all = !serfwd_flip_pending(&link->vport);
	if (all && (int)(put - link->share.got) > 0)
		WRITE_ONCE(link->share.got, put);
	mutex_unlock(lock);
	return all;
}

static bool serfwd_listener_going(struct serfwd_link *link)
{
	struct tty_struct *vtty;
	bool going;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	going = vtty ? serfwd_vtty_going(vtty) :
		       !rcu_access_pointer(link->opened);
	rcu_read_unlock();
	return going;
}

/**
 * serfwd_listener_run - hand over what a link received while it listened
 * @link: the link
 *
 * Return: true if that was all. Else the work runs again when the rest can be
 * handed over.
 * Context: the work of the vtty's flip buffer.
 */
bool serfwd_listener_run(struct serfwd_link *link)
{
	bool all;

	WRITE_ONCE(link->share.turn, SERFWD_LISTENER_TURN);
	/*
	 * Before anything is counted: it may run as soon as bytes were put in.
	 */
	link->flip_work(&link->vport.buf.work);
	all = serfwd_listener_caught_up(link);
	/* Unless the tty core has flushed some. */
	if (all)
		serfwd_listener_lost(link, serfwd_listener_going(link) ?
				     SERFWD_RX_CLOSED : SERFWD_RX_FLUSHED);
	else if (READ_ONCE(link->share.turn) <= 0)
		serfwd_listener_restart(link);
	return all;
}

/**
 * serfwd_listener_restart - hand over all that was left for a link
 * @link: the link
 *
 * First what it received while it listened, then what is left in its port.
 *
 * Context: any.
 */
void serfwd_listener_restart(struct serfwd_link *link)
{
	queue_work(port_flip_wq(&link->vport), &link->vport.buf.work);
}

/**
 * serfwd_listener_lost - count what a vtty was not handed and has lost
 * @link: its link, whose flip buffer the tty core may have flushed
 * @cause: why it has
 *
 * The tty core tells nobody before it flushes. It has flushed the bytes that
 * were put in and are neither handed over nor there any more; except those that
 * are just being put in, which count the next time.
 *
 * Context: may sleep.
 */
void serfwd_listener_lost(struct serfwd_link *link, enum serfwd_loss cause)
{
	struct tty_port *vport = &link->vport;
	long lost;

	/* Nearly always: it has never listened. */
	if (!atomic_long_read(&link->share.kept))
		return;
	mutex_lock(&vport->buf.lock);
	lost = atomic_long_read(&link->share.kept);
	/*
	 * Pairs with serfwd_listener_put(): bytes that were counted are looked
	 * for.
	 */
	smp_rmb();
	lost -= serfwd_flip_pending(vport);
	if (lost > 0)
		atomic_long_sub(lost, &link->share.kept);
	mutex_unlock(&vport->buf.lock);
	if (lost > 0)
		serfwd_stats_lost(link, cause, lost);
}

/**
 * serfwd_listener_flush - drop what a link was not handed
 * @link: the link
 * @cause: why
 *
 * Context: may sleep. Not within the work of the link's flip buffer.
 */
void serfwd_listener_flush(struct serfwd_link *link, enum serfwd_loss cause)
{
	serfwd_flip_empty(&link->vport);
	serfwd_listener_lost(link, cause);
}

/**
 * serfwd_listener_close - drop what a closed vtty has not been handed
 * @link: its link, whose vtty nobody finds any more since an RCU grace period
 *
 * Context: may sleep.
 */
void serfwd_listener_close(struct serfwd_link *link)
{
	serfwd_listener_run(link);
	serfwd_listener_lost(link, SERFWD_RX_CLOSED);
}
