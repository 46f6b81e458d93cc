// SPDX-License-Identifier: GPL-2.0
/*
 * Handing bytes to the line discipline of a vtty, or to another guest end.
 */
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "control.h"
#include "deliver.h"
#include "end.h"
#include "flags.h"
#include "link.h"
#include "look.h"
#include "policy.h"
#include "stall.h"
#include "stats.h"
#include "transmit.h"
#include "vtty_end.h"
#include "xoff.h"

/**
 * serfwd_deliver_ldisc_ref - keep a vtty's line discipline, to receive by it
 * @link: the link
 * @open: set to whether the vtty is open
 *
 * Return: a reference, to be given back by tty_ldisc_deref(); NULL if the vtty
 * is closed or the line discipline is just being changed.
 * Context: any.
 */
struct tty_ldisc *serfwd_deliver_ldisc_ref(struct serfwd_link *link, bool *open)
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

static size_t serfwd_deliver_filtered(struct serfwd_look *look,
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

/**
 * serfwd_deliver_ldisc - hand bytes to a line discipline, as the vtty's
 * settings have it see their flags
 * @look: what it has looked at of the flip buffer that they are in
 * @ld: the line discipline
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Return: how many it took.
 * Context: may sleep; the vtty's buf.lock is held.
 */
size_t serfwd_deliver_ldisc(struct serfwd_look *look,
			    struct tty_ldisc *ld, const u8 *cp,
			    const u8 *fp, size_t count)
{
	if (unlikely(fp && serfwd_flags_ignored(&ld->tty->termios)))
		return serfwd_deliver_filtered(look, ld, cp, fp, count);
	return serfwd_look_take(look, ld, cp, fp, count);
}

/* @taken are taken of @count; the policy may be to make room for the others. */
static size_t serfwd_deliver_over(struct serfwd_link *link,
				  struct serfwd_look *look,
				  struct tty_ldisc *ld, const u8 *cp,
				  const u8 *fp, size_t count, size_t taken)
{
	size_t more;

	while (taken < count && serfwd_vtty_make_room(link, ld)) {
		more = serfwd_deliver_ldisc(look, ld, cp + taken,
					    fp ? fp + taken : NULL,
					    count - taken);
		if (!more)
			break;
		taken += more;
	}
	return taken;
}

/**
 * serfwd_deliver_offer - hand bytes over to a vtty
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
size_t serfwd_deliver_offer(struct serfwd_link *link, struct serfwd_look *look,
			    struct tty_ldisc *ld, const u8 *cp, const u8 *fp,
			    size_t count)
{
	/*
	 * Before: what is taken just before it goes is as all that was not
	 * read.
	 */
	bool going = serfwd_vtty_going(ld->tty);
	size_t taken = serfwd_deliver_pass(look, ld, cp, fp, count);

	if (unlikely(taken < count))
		taken = serfwd_deliver_over(link, look, ld, cp, fp, count,
					    taken);
	/* It was looked at for flow control, and nobody will read it. */
	if (unlikely(going))
		serfwd_stats_lost(link, SERFWD_RX_CLOSED, taken);
	return taken;
}

/**
 * serfwd_deliver_closed - drop what was received for a closed vtty
 * @link: its link
 * @count: bytes
 *
 * Return: @count, they are done with.
 * Context: any.
 */
size_t serfwd_deliver_closed(struct serfwd_link *link, size_t count)
{
	serfwd_stats_lost(link, SERFWD_RX_CLOSED, count);
	return count;
}

/**
 * serfwd_deliver_look - let a vtty look at bytes that it has no room for yet
 * @look: what it has looked at before of the flip buffer that they are in
 * @ld: its line discipline
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Context: may sleep; the vtty's buf.lock is held.
 */
void serfwd_deliver_look(struct serfwd_look *look, struct tty_ldisc *ld,
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

/**
 * serfwd_deliver_throttle - have the far end stop sending for a guest end, or go
 * on
 * @link: its link
 * @why: &serfwd_end.held or &serfwd_end.full
 * @on: whether that is so
 *
 * Context: may sleep.
 */
void serfwd_deliver_throttle(struct serfwd_link *link, bool *why, bool on)
{
	struct serfwd_end *end = &link->end;
	bool was;

	mutex_lock(&end->throttle_lock);
	was = end->held || end->full;
	WRITE_ONCE(*why, on);
	if (was != (end->held || end->full))
		serfwd_throttle(link, on);
	mutex_unlock(&end->throttle_lock);
}

/**
 * serfwd_deliver_forget - a guest end that is closed stops the far end no more
 * @link: its link, whose port it had
 *
 * The state that it leaves is not for the next one.
 *
 * Context: may sleep.
 */
void serfwd_deliver_forget(struct serfwd_link *link)
{
	struct serfwd_end *end = &link->end;

	mutex_lock(&end->throttle_lock);
	end->held = false;
	end->full = false;
	WRITE_ONCE(end->room, false);
	mutex_unlock(&end->throttle_lock);
}

/**
 * serfwd_deliver_room - the far end may go on if a guest end has said so
 * @link: its link
 *
 * Context: the work of the link's flip buffer.
 */
void serfwd_deliver_room(struct serfwd_link *link)
{
	if (!READ_ONCE(link->end.room))
		return;
	/*
	 * Before what waits is handed over: an end that is full again says so
	 * again.
	 */
	WRITE_ONCE(link->end.room, false);
	serfwd_deliver_throttle(link, &link->end.full, false);
}

static size_t serfwd_deliver_run(struct serfwd_end *end, const u8 *cp,
				 const u8 *fp, size_t count)
{
	return min(end->ops->receive(end->data, cp, fp, count), count);
}

static bool serfwd_is_flow_char(const struct serfwd_link *link, u8 ch, u8 flag)
{
	const cc_t *cc = link->ctl.termios.c_cc;

	return flag == TTY_NORMAL && (ch == cc[VSTART] || ch == cc[VSTOP]);
}

/*
 * With the policy that the host does XON/XOFF these are obeyed here, as by the
 * vtty's line discipline, and not handed over.
 */
static size_t serfwd_deliver_obeying(struct serfwd_link *link,
				     struct serfwd_end *end, const u8 *cp,
				     const u8 *fp, size_t count)
{
	size_t done = 0, run, taken;

	while (done < count) {
		for (run = done; run < count; run++)
			if (serfwd_is_flow_char(link, cp[run],
						fp ? fp[run] : TTY_NORMAL))
				break;
		run -= done;
		taken = run ? serfwd_deliver_run(end, cp + done,
						 fp ? fp + done : NULL, run) :
			      0;
		done += taken;
		if (taken < run || done == count)
			break;
		serfwd_xoff_set(link, cp[done++] ==
				      link->ctl.termios.c_cc[VSTOP]);
	}
	return done;
}

/* How many of the bytes that are left an end takes. */
static size_t serfwd_deliver_some(struct serfwd_link *link,
				  struct serfwd_end *end, const u8 *cp,
				  const u8 *fp, size_t done, size_t count)
{
	if (done == count)
		return 0;
	cp += done;
	fp = fp ? fp + done : NULL;
	if (READ_ONCE(link->ctl.xonxoff_added) & IXON)
		return serfwd_deliver_obeying(link, end, cp, fp, count - done);
	return serfwd_deliver_run(end, cp, fp, count - done);
}

/* Has the end made room for more, by the policy? */
static bool serfwd_deliver_make_room(struct serfwd_link *link,
				     struct serfwd_end *end)
{
	size_t dropped;

	if (READ_ONCE(link->policy.stall) != SERFWD_STALL_DROP_OLDEST ||
	    !end->ops->make_room)
		return false;
	dropped = end->ops->make_room(end->data);
	serfwd_stats_lost(link, SERFWD_RX_DROPPED_OLDEST, dropped);
	return dropped;
}

/*
 * An end that is full says when it has room again. It may have said so before
 * the far end was stopped, which nobody would let go on then: so it is offered
 * the rest once more.
 */
static size_t serfwd_deliver_to(struct serfwd_link *link,
				struct serfwd_end *end, const u8 *cp,
				const u8 *fp, size_t count)
{
	size_t done = serfwd_deliver_some(link, end, cp, fp, 0, count);
	size_t more = 1;

	while (done < count && more && serfwd_deliver_make_room(link, end)) {
		more = serfwd_deliver_some(link, end, cp, fp, done, count);
		done += more;
	}
	if (done < count) {
		serfwd_deliver_throttle(link, &end->full, true);
		done += serfwd_deliver_some(link, end, cp, fp, done, count);
	}
	if (done == count && READ_ONCE(end->full))
		serfwd_deliver_throttle(link, &end->full, false);
	return done;
}

/**
 * serfwd_deliver_end - hand bytes over to a guest end that is not the vtty
 * @link: its link
 * @look: what was looked at of the flip buffer that they are in
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Return: how many are done with, all if no end is open.
 * Context: may sleep.
 * Locking: the vtty's buf.lock held.
 */
size_t serfwd_deliver_end(struct serfwd_link *link, struct serfwd_look *look,
			  const u8 *cp, const u8 *fp, size_t count)
{
	struct mutex *lock = &link->vport.buf.lock;
	struct serfwd_end *end;
	size_t taken;
	u64 began;

	end = rcu_dereference_protected(link->opened, lockdep_is_held(lock));
	/* A vtty that was opened just now gets what comes next. */
	if (!end || !serfwd_end_is_other(end)) {
		serfwd_look_dropped(look, count);
		return serfwd_deliver_closed(link, count);
	}
	began = serfwd_hop_begin(&link->stats);
	taken = serfwd_deliver_to(link, end, cp, fp, count);
	serfwd_hop_end(link, SERFWD_RX, began, count, taken);
	if (taken)
		serfwd_stall_over(link);
	if (taken < count)
		taken += serfwd_stalled(link, count - taken);
	return taken;
}
