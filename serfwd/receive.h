/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_RECEIVE_H
#define SERFWD_RECEIVE_H

#include <linux/types.h>

#include "stats.h"

struct serfwd_link;
struct serfwd_look;
struct tty_ldisc;
struct tty_port;
struct tty_struct;

struct tty_ldisc *serfwd_receive_ldisc_ref(struct serfwd_link *link,
					   bool *open);
size_t serfwd_receive_offer(struct serfwd_link *link, struct serfwd_look *look,
			    struct tty_ldisc *ld, const u8 *cp, const u8 *fp,
			    size_t count);
bool serfwd_receive_is_queued(const struct serfwd_link *link);
size_t serfwd_receive_closed(struct serfwd_link *link, size_t count);
void serfwd_receive_look(struct serfwd_look *look, struct tty_ldisc *ld,
			 const u8 *cp, const u8 *fp, size_t count);
size_t serfwd_flip_pending(struct tty_port *port);
void serfwd_receive_drop(struct serfwd_link *link, struct tty_struct *real,
			 enum serfwd_loss cause);
void serfwd_receive_lost(struct serfwd_link *link, struct tty_struct *real,
			 enum serfwd_loss cause);

void serfwd_receive_attach(struct tty_struct *real);
void serfwd_receive_detach(struct tty_struct *real);
bool serfwd_receive_drained(struct tty_struct *real, unsigned long timeout);
void serfwd_receive_kick(struct serfwd_link *link);
void serfwd_receive_restart(struct serfwd_link *link);
bool serfwd_receive_taken(struct tty_struct *real);

#endif
