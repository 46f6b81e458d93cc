/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_VTTY_H
#define SERFWD_VTTY_H

#include <linux/types.h>

struct serfwd_link;
struct work_struct;

int serfwd_vtty_register(unsigned int count);
void serfwd_vtty_unregister(unsigned int count);

void serfwd_vtty_port_init(struct serfwd_link *link);
bool serfwd_vtty_is_flip_work(const struct work_struct *work);

#endif
