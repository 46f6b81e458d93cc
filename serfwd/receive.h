/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_RECEIVE_H
#define SERFWD_RECEIVE_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

bool serfwd_receive_is_queued(const struct serfwd_link *link);

void serfwd_receive_attach(struct tty_struct *real);
void serfwd_receive_detach(struct tty_struct *real);
bool serfwd_receive_taken(struct tty_struct *real);

#endif
