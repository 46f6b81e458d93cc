/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking ahead: a line discipline that has no room is shown the bytes that
 * wait for it, so that it obeys XON and XOFF among them at once.
 *
 * n_tty counts the bytes that it was shown, and takes the next so many that it
 * is handed for those: it does not obey them again. So it is to be shown just
 * what it will be handed next; and where that turns out otherwise, as nobody
 * got them, the count is made up for here.
 */
#ifndef SERFWD_LOOK_H
#define SERFWD_LOOK_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/tty_ldisc.h>
#include <linux/types.h>

/**
 * struct serfwd_look - what of a flip buffer was looked at before it was taken
 * @stale: of the line discipline that looks, see struct serfwd_link
 * @looked: bytes at the front that it has looked at
 * @unseen: bytes at the front that the tty core will not show again, and that
 *	not all were looked at by who is to get them
 *
 * Protected by the flip buffer's lock. More in @looked or @unseen than there
 * is, as after a flush, does no harm, nor does more than is true in @stale: the
 * line discipline looks at less than it could, and obeys twice in a row.
 */
struct serfwd_look {
	atomic_long_t *stale;
	size_t looked;
	size_t unseen;
};

void serfwd_look_ahead(struct serfwd_look *look, struct tty_ldisc *ld,
		       const u8 *cp, const u8 *fp, size_t count);
size_t serfwd_look_take_stale(struct serfwd_look *look, struct tty_ldisc *ld,
			      const u8 *cp, const u8 *fp, size_t count);

/* Bytes are passed over that should have been looked at. */
static inline void serfwd_look_skip(struct serfwd_look *look, size_t count)
{
	look->unseen = max(look->unseen, look->looked) + count;
}

/* Bytes are dropped instead of being handed over. */
static inline void serfwd_look_dropped(struct serfwd_look *look, size_t count)
{
	size_t looked = min(look->looked, count);

	if (likely(!looked))
		return;
	look->looked -= looked;
	atomic_long_add(looked, look->stale);
}

/* Bytes are gone from the flip buffer, whatever became of them. */
static inline void serfwd_look_consume(struct serfwd_look *look, size_t count)
{
	if (unlikely(look->unseen))
		look->unseen -= min(look->unseen, count);
}

/* The flip buffer is gone, and what is left in it. */
static inline void serfwd_look_end(struct serfwd_look *look)
{
	serfwd_look_dropped(look, look->looked);
	look->unseen = 0;
}

/*
 * Hand bytes to the line discipline of @look->stale. Returns how many it took.
 */
static inline size_t serfwd_look_take(struct serfwd_look *look,
				      struct tty_ldisc *ld, const u8 *cp,
				      const u8 *fp, size_t count)
{
	size_t taken;

	if (unlikely(atomic_long_read(look->stale)))
		return serfwd_look_take_stale(look, ld, cp, fp, count);
	taken = tty_ldisc_receive_buf(ld, cp, fp, count);
	if (unlikely(look->looked))
		look->looked -= min(look->looked, taken);
	return taken;
}

#endif
