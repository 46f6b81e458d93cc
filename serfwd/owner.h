/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_OWNER_H
#define SERFWD_OWNER_H

#include <linux/types.h>

struct serfwd_link;
struct tty_struct;
struct work_struct;

void serfwd_share_attach(struct serfwd_link *host, struct tty_struct *real);
struct tty_struct *serfwd_share_detach(struct serfwd_link *host);
struct tty_struct *serfwd_share_real(struct serfwd_link *link);

void serfwd_share_wrote(struct serfwd_link *link, size_t count);
void serfwd_share_want(struct serfwd_link *link);
void serfwd_share_closed(struct serfwd_link *link);

void serfwd_share_move(struct serfwd_link *host, struct serfwd_link *to);
void serfwd_share_decide(struct serfwd_link *link);
void serfwd_share_work(struct work_struct *work);

#endif
