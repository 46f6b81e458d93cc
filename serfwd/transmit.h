/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_TRANSMIT_H
#define SERFWD_TRANSMIT_H

#include <linux/rcupdate.h>
#include <linux/tty.h>
#include <linux/types.h>

#include "end.h"
#include "link.h"
#include "share.h"
#include "stats.h"

ssize_t serfwd_write(struct serfwd_link *link, const u8 *buf, size_t count);
int serfwd_put_char(struct serfwd_link *link, u8 ch);
void serfwd_flush_chars(struct serfwd_link *link);
unsigned int serfwd_write_room(struct serfwd_link *link);
unsigned int serfwd_chars_in_buffer(struct serfwd_link *link);
void serfwd_flush_sending(struct serfwd_link *link, enum serfwd_loss cause);
void serfwd_flush_buffer(struct serfwd_link *link, enum serfwd_loss cause);
bool serfwd_drain_port(struct tty_struct *real, int slice);
void serfwd_wait_until_sent(struct serfwd_link *link, int timeout);
void serfwd_flush_input(struct serfwd_link *link, enum serfwd_loss cause);

void serfwd_transmit_wakeup(struct serfwd_link *link);
/* As serfwd_transmit_wakeup(), under rcu_read_lock(). */
static inline void serfwd_transmit_wakeup_rcu(struct serfwd_link *link)
{
	struct serfwd_link *owner = serfwd_share_owner(link);
	struct tty_struct *vtty = rcu_dereference(owner->vtty);

	if (likely(vtty))
		tty_wakeup(vtty);
	else
		serfwd_end_wakeup_rcu(owner);
}

void serfwd_transmit_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_transmit_detach(struct tty_struct *real, bool start);
void serfwd_transmit_forget_xoff(struct serfwd_link *link);

#endif
