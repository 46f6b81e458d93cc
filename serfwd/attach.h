/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_ATTACH_H
#define SERFWD_ATTACH_H

struct serfwd_link;
struct tty_struct;

void serfwd_link_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_link_detach(struct serfwd_link *link);
void serfwd_link_lost(struct serfwd_link *link);

void serfwd_link_open(struct serfwd_link *link, struct tty_struct *vtty);
void serfwd_link_open_end(struct serfwd_link *link);
void serfwd_link_close(struct serfwd_link *link);

#endif
