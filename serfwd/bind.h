/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_BIND_H
#define SERFWD_BIND_H

struct serfwd_link;

void serfwd_bind_init(struct serfwd_link *link);
int serfwd_bind(struct serfwd_link *link, const char *name);
int serfwd_unbind(struct serfwd_link *link);
void serfwd_unbind_for_good(struct serfwd_link *link);
void serfwd_bind_reap(struct serfwd_link *link);

#endif
