/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LINES_H
#define SERFWD_LINES_H

#include <linux/types.h>

struct serfwd_link;
struct serial_icounter_struct;
struct tty_struct;

void serfwd_lines_init(struct serfwd_link *link);
void serfwd_lines_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_lines_unfollow(struct serfwd_link *link, struct tty_struct *real);
void serfwd_lines_lost(struct serfwd_link *link);

void serfwd_lines_changed(struct serfwd_link *link);
void serfwd_lines_look(struct serfwd_link *link);
void serfwd_lines_enable(struct tty_struct *real);
void serfwd_lines_carrier_came(struct serfwd_link *link);
void serfwd_lines_carrier_lost(struct serfwd_link *link);

int serfwd_get_lines(struct serfwd_link *link);
bool serfwd_carrier_raised(struct serfwd_link *link);
int serfwd_get_icount(struct serfwd_link *link,
		      struct serial_icounter_struct *icount);
int serfwd_wait_lines(struct serfwd_link *link, unsigned int mask);

#endif
