/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_ORPHAN_H
#define SERFWD_ORPHAN_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

/* A line or so of echoes; a tab is eight spaces at once. */
#define SERFWD_ORPHAN_MAX		64

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
bool serfwd_orphan_keep(struct serfwd_link *link, const u8 *buf, size_t count,
			bool blind);
void serfwd_orphan_send(struct serfwd_link *link, struct tty_struct *real);
unsigned int serfwd_orphan_drop(struct serfwd_link *link);

#endif
