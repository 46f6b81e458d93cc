/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_FIT_H
#define SERFWD_FIT_H

struct tty_struct;

int serfwd_fit_init(void);
int serfwd_fit_check(struct tty_struct *tty);

#endif
