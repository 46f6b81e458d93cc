/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_HANDOVER_H
#define SERFWD_HANDOVER_H

struct serfwd_link;
struct tty_struct;

void serfwd_handover_attach(struct serfwd_link *host, struct tty_struct *real);
struct tty_struct *serfwd_handover_detach(struct serfwd_link *host);
void serfwd_handover_move(struct serfwd_link *host, struct serfwd_link *to);

#endif
