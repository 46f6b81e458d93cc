/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_DELIVER_H
#define SERFWD_DELIVER_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/tty_flip.h>
#include <linux/types.h>

#include "look.h"

struct serfwd_link;
struct tty_ldisc;

struct tty_ldisc *serfwd_deliver_ldisc_ref(struct serfwd_link *link,
					   bool *open);
size_t serfwd_deliver_ldisc(struct serfwd_look *look, struct tty_ldisc *ld,
			    const u8 *cp, const u8 *fp, size_t count);
size_t serfwd_deliver_offer(struct serfwd_link *link, struct serfwd_look *look,
			    struct tty_ldisc *ld, const u8 *cp, const u8 *fp,
			    size_t count);
size_t serfwd_deliver_end(struct serfwd_link *link, struct serfwd_look *look,
			  const u8 *cp, const u8 *fp, size_t count);
void serfwd_deliver_throttle(struct serfwd_link *link, bool *why, bool on);
void serfwd_deliver_forget(struct serfwd_link *link);
void serfwd_deliver_room(struct serfwd_link *link);
size_t serfwd_deliver_closed(struct serfwd_link *link, size_t count);
void serfwd_deliver_look(struct serfwd_look *look, struct tty_ldisc *ld,
			 const u8 *cp, const u8 *fp, size_t count);

/*
 * Nearly always there is nothing to be looked at. Inline: once for every byte.
 */
static __always_inline size_t serfwd_deliver_pass(struct serfwd_look *look,
						  struct tty_ldisc *ld,
						  const u8 *cp, const u8 *fp,
						  size_t count)
{
	if (likely(!fp && !look->looked && !atomic_long_read(look->stale)))
		return tty_ldisc_receive_buf(ld, cp, NULL, count);
	return serfwd_deliver_ldisc(look, ld, cp, fp, count);
}

#endif
