/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_APPLY_H
#define SERFWD_APPLY_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

void serfwd_apply_take(struct serfwd_link *link, struct tty_struct *real);
struct tty_struct *serfwd_apply_give(struct serfwd_link *link, bool sending);
void serfwd_apply_sent(struct serfwd_link *link);
void serfwd_apply_close(struct serfwd_link *link);

void serfwd_apply_rts(struct serfwd_link *link, struct tty_struct *real);
void serfwd_apply_throttle(struct serfwd_link *link, struct tty_struct *real);
void serfwd_apply_throttled(struct serfwd_link *link, struct tty_struct *real,
			    bool on);
void serfwd_apply_closing(struct serfwd_link *link,
			  const struct tty_struct *real);

#endif
