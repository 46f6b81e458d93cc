/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VTTY_H
#define SERFWD_VTTY_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

int serfwd_vtty_register(unsigned int count);
void serfwd_vtty_unregister(unsigned int count);

void serfwd_vtty_port_init(struct serfwd_link *link);
void serfwd_vtty_wakeup(struct serfwd_link *link);
void serfwd_vtty_queue_hangup(struct serfwd_link *link, bool check_clocal);
bool serfwd_is_vtty(const struct tty_struct *tty);
bool serfwd_is_vtty_number(dev_t number);

#endif
