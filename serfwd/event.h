/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_EVENT_H
#define SERFWD_EVENT_H

#include <linux/tty.h>
#include <linux/types.h>

struct serfwd_link;

/* Kinds of errors, as bits: TTY_BREAK and so on are small numbers. */
static inline u8 serfwd_error_bit(u8 flag)
{
	return flag < 8 ? 1 << flag : 0;
}

void serfwd_event_registered(struct serfwd_link *link);
void serfwd_event_attached(struct serfwd_link *link, const char *port);
void serfwd_event_detached(struct serfwd_link *link, const char *port);
void serfwd_event_errors(struct serfwd_link *link, u8 errors);

#endif
