/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_EVENT_H
#define SERFWD_EVENT_H

struct serfwd_link;

void serfwd_event_registered(struct serfwd_link *link);
void serfwd_event_attached(struct serfwd_link *link, const char *port);
void serfwd_event_detached(struct serfwd_link *link, const char *port);
void serfwd_event_owner(struct serfwd_link *link);
void serfwd_event_counted(struct serfwd_link *link, const char *attr);

#endif
