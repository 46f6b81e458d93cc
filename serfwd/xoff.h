/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_XOFF_H
#define SERFWD_XOFF_H

#include <linux/tty.h>
#include <linux/types.h>

struct serfwd_link;

void serfwd_stop(struct serfwd_link *link);
void serfwd_start(struct serfwd_link *link);

void serfwd_xoff_set(struct serfwd_link *link, bool stopped);
bool serfwd_xoff_is_set(struct serfwd_link *link);
void serfwd_xoff_follow(struct serfwd_link *link, bool xoff);
void serfwd_xoff_attach(struct serfwd_link *link, struct tty_struct *real);
bool serfwd_xoff_seen(struct serfwd_link *link, const u8 *cp, const u8 *fp,
		      size_t count, bool was);

#endif
