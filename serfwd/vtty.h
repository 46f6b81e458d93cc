/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VTTY_H
#define SERFWD_VTTY_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;
struct work_struct;

int serfwd_vtty_register(unsigned int count);
void serfwd_vtty_unregister(unsigned int count);

void serfwd_vtty_port_init(struct serfwd_link *link);
void serfwd_vtty_wakeup(struct serfwd_link *link);
void serfwd_vtty_queue_hangup(struct serfwd_link *link, bool check_clocal);
void serfwd_vtty_dcd_change(struct serfwd_link *link, bool active);
bool serfwd_vtty_is_flip_work(const struct work_struct *work);
bool serfwd_is_vtty(const struct tty_struct *tty);
bool serfwd_is_vtty_number(dev_t number);

#endif
