// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that a line discipline has looked at and was not handed.
 */
#include <linux/tty.h>
#include <linux/tty_flip.h>

#include "look.h"

/**
 * serfwd_look_ahead - let a line discipline look at bytes that it has no room
 * for
 * @look: what it has looked at before
 * @ld: the line discipline, of the link that @look is for
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Context: may sleep.
 * Locking: the locks of the flip buffer and of the vtty's held.
 */
void serfwd_look_ahead(struct serfwd_look *look, struct tty_ldisc *ld,
		       const u8 *cp, const u8 *fp, size_t count)
{
	ld->ops->lookahead_buf(ld->tty, cp, fp, count);
	look->looked += count;
}

/* Do what n_tty would have done with bytes that it takes for others. */
static void serfwd_look_obey(struct tty_ldisc *ld, const u8 *cp, const u8 *fp,
			     size_t count)
{
	struct tty_struct *vtty = ld->tty;
	size_t i;

	if (!ld->ops->lookahead_buf || !I_IXON(vtty))
		return;
	for (i = 0; i < count; i++) {
		u8 ch = I_ISTRIP(vtty) ? cp[i] & 0x7f : cp[i];

		if (fp && fp[i] != TTY_NORMAL)
			continue;
		if (ch == START_CHAR(vtty))
			start_tty(vtty);
		else if (ch == STOP_CHAR(vtty))
			stop_tty(vtty);
	}
}

/**
 * serfwd_look_take_stale - hand bytes to a line discipline whose count is too
 * high
 * @look: what it has looked at of the bytes
 * @ld: the line discipline, of the link that @look is for
 * @cp: the bytes
 * @fp: their flags, or NULL
 * @count: how many
 *
 * Those that it obeys by itself come last, or else the last XON or XOFF would
 * not be the one that is obeyed last.
 *
 * Return: how many it took.
 * Context: may sleep.
 * Locking: the locks of the flip buffer and of the vtty's held.
 */
size_t serfwd_look_take_stale(struct serfwd_look *look, struct tty_ldisc *ld,
			      const u8 *cp, const u8 *fp, size_t count)
{
	size_t looked = min(look->looked, count);
	size_t part = min(count, looked + atomic_long_read(look->stale));
	size_t taken = tty_ldisc_receive_buf(ld, cp, fp, part);

	look->looked -= min(looked, taken);
	if (taken > looked) {
		serfwd_look_obey(ld, cp + looked, fp ? fp + looked : NULL,
				 taken - looked);
		atomic_long_sub(taken - looked, look->stale);
	}
	if (taken < part || part == count)
		return taken;
	return taken + tty_ldisc_receive_buf(ld, cp + part,
					     fp ? fp + part : NULL,
					     count - part);
}
