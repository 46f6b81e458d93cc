/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_FLIP_H
#define SERFWD_FLIP_H

#include <linux/types.h>

#include "stats.h"

struct serfwd_link;
struct tty_port;
struct tty_struct;

size_t serfwd_flip_pending(struct tty_port *port);
size_t serfwd_flip_empty(struct tty_port *port);
void serfwd_flip_lost(struct serfwd_link *link, struct tty_struct *real,
		      enum serfwd_loss cause);
void serfwd_flip_drop(struct serfwd_link *link, struct tty_struct *real,
		      enum serfwd_loss cause);
bool serfwd_flip_drained(struct tty_struct *real, unsigned long timeout);
void serfwd_flip_kick(struct serfwd_link *link);
void serfwd_flip_restart(struct serfwd_link *link);

#endif
