/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VTTY_END_H
#define SERFWD_VTTY_END_H

#include <linux/tty.h>
#include <linux/types.h>

struct serfwd_end_ops;
struct serfwd_link;
struct tty_ldisc;

extern const struct serfwd_end_ops serfwd_vtty_end_ops;

void serfwd_vtty_wake_opens(struct serfwd_link *link);
bool serfwd_vtty_is_writing(struct serfwd_link *link);
bool serfwd_vtty_ignores_short_put(struct serfwd_link *link);
void serfwd_vtty_follow_flow(struct serfwd_link *link, struct tty_struct *real);
bool serfwd_vtty_is_stopped(struct serfwd_link *link);
void serfwd_vtty_follow_xoff(struct serfwd_link *link, bool xoff);
bool serfwd_vtty_show_settings(struct serfwd_link *link);
bool serfwd_vtty_make_room(struct serfwd_link *link, struct tty_ldisc *ld);

/*
 * Is a vtty being closed or hung up, so that nobody reads from it or drains it?
 */
static inline bool serfwd_vtty_going(const struct tty_struct *vtty)
{
	return READ_ONCE(vtty->closing) || test_bit(TTY_HUPPING, &vtty->flags);
}

#endif
