/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_PARTY_H
#define SERFWD_PARTY_H

#include <linux/types.h>

struct serfwd_link;

void serfwd_party_init(struct serfwd_link *link);
int serfwd_party_join(struct serfwd_link *link, struct serfwd_link *host);
int serfwd_party_leave(struct serfwd_link *link);
void serfwd_party_leave_for_good(struct serfwd_link *link);
int serfwd_party_give(struct serfwd_link *link, struct serfwd_link *to);
int serfwd_party_set_tap(struct serfwd_link *link, bool tap);

#endif
