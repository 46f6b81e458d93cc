/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_TURN_H
#define SERFWD_TURN_H

struct serfwd_link;
struct tty_struct;
struct work_struct;

void serfwd_turn_closed(struct serfwd_link *link);
int serfwd_turn_give(struct serfwd_link *host, struct serfwd_link *to);
int serfwd_turn_await(struct serfwd_link *link, struct tty_struct *vtty);
void serfwd_turn_settle(struct serfwd_link *host);
void serfwd_turn_work(struct work_struct *work);

#endif
