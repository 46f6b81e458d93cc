/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_PORT_H
#define SERFWD_PORT_H

#include <linux/types.h>

struct serfwd_link;
struct tty_ldisc;
struct tty_struct;

struct tty_ldisc *serfwd_real_ldisc(struct serfwd_link *link);
struct tty_ldisc *serfwd_port_ldisc(struct serfwd_link *link);

struct tty_struct *serfwd_port_locked(struct serfwd_link *link);
bool serfwd_throttle_wanted(const struct serfwd_link *link);
unsigned int serfwd_mctrl_held(const struct serfwd_link *link);

#endif
