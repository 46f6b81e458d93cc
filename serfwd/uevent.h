/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_UEVENT_H
#define SERFWD_UEVENT_H

struct serfwd_link;

void serfwd_uevent_registered(struct serfwd_link *link);
void serfwd_uevent_attached(struct serfwd_link *link, const char *port);
void serfwd_uevent_detached(struct serfwd_link *link, const char *port);
void serfwd_uevent_owner(struct serfwd_link *link);
void serfwd_uevent_counted(struct serfwd_link *link, const char *attr);

#endif
