/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_STALL_H
#define SERFWD_STALL_H

#include <linux/types.h>

struct serfwd_link;
struct tty_ldisc;

void serfwd_stall_init(struct serfwd_link *link);
void serfwd_stall_exit(struct serfwd_link *link);

bool serfwd_stall_make_room(struct serfwd_link *link, struct tty_ldisc *ld);
size_t serfwd_stalled(struct serfwd_link *link, size_t count);
void serfwd_stall_over(struct serfwd_link *link);

#endif
