/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_ORPHAN_H
#define SERFWD_ORPHAN_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

/* The most that n_tty puts at once without looking: the spaces of a tab. */
#define SERFWD_ORPHAN_MAX		8

/**
 * struct serfwd_orphan - bytes that came when the port had just gone
 * @lock: protects the rest, and that the next port comes after them
 * @bytes: the bytes
 * @count: how many
 */
struct serfwd_orphan {
	spinlock_t lock;	/* the rest, and the link's next port */
	u8 bytes[SERFWD_ORPHAN_MAX];
	unsigned int count;
};

void serfwd_orphan_init(struct serfwd_link *link);
bool serfwd_orphan_keep(struct serfwd_link *link, const u8 *buf, size_t count);
void serfwd_orphan_send(struct serfwd_link *link, struct tty_struct *real);
unsigned int serfwd_orphan_drop(struct serfwd_link *link);

#endif
