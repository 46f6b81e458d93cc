/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LATE_H
#define SERFWD_LATE_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

/* The most that n_tty puts at once without looking: the spaces of a tab. */
#define SERFWD_LATE_MAX		8

/**
 * struct serfwd_late - bytes that came when the port had just gone
 * @lock: protects the rest, and that the next port comes after them
 * @bytes: the bytes
 * @count: how many
 */
struct serfwd_late {
	spinlock_t lock;	/* the rest, and the link's next port */
	u8 bytes[SERFWD_LATE_MAX];
	unsigned int count;
};

void serfwd_late_init(struct serfwd_link *link);
bool serfwd_late_keep(struct serfwd_link *link, const u8 *buf, size_t count);
void serfwd_late_send(struct serfwd_link *link, struct tty_struct *real);
unsigned int serfwd_late_drop(struct serfwd_link *link);

#endif
