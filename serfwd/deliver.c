// SPDX-License-Identifier: GPL-2.0
/*
 * Handing bytes to the line discipline of a vtty.
 */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "deliver.h"
#include "flags.h"
#include "link.h"
#include "look.h"
#include "stats.h"
#include "vtty_end.h"

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
