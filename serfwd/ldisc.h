/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LDISC_H
#define SERFWD_LDISC_H

struct tty_struct;

int serfwd_ldisc_register(int num);
void serfwd_ldisc_unregister(void);
int serfwd_ldisc_bind(struct tty_struct *real);

#endif
