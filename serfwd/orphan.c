// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that come when the port has just gone.
 *
 * n_tty asks for room, puts echoes and what OPOST makes of a byte, and does not
 * look whether that was taken. If the port is handed over or detached between,
 * nobody else has these bytes: they are kept, and are the first that the link's
 * next port gets. Echoes that are more than there is room for here are lost,
 * and counted.
 */
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "orphan.h"
#include "link.h"
#include "stats.h"
#include "vtty_end.h"

/**
 * serfwd_orphan_init - set up what a new link keeps
 * @link: the link
 */
void serfwd_orphan_init(struct serfwd_link *link)
{
	spin_lock_init(&link->orphan.lock);
}

static bool serfwd_orphan_has_port(struct serfwd_link *link)
{
	struct tty_struct *real = rcu_dereference(link->real);

	return real && serfwd_port_usable(real);
}

/**
 * serfwd_orphan_keep - keep bytes that no port takes
 * @link: a link that had no port a moment ago
 * @buf: the bytes
 * @count: how many
 * @blind: whoever puts them does not look whether they were taken
 *
 * Return: true if all are kept; false if they need not be, are too many, or the
 * link has a port by now.
 * Context: any; under rcu_read_lock().
 */
bool serfwd_orphan_keep(struct serfwd_link *link, const u8 *buf, size_t count,
			bool blind)
{
	struct serfwd_orphan *orphan = &link->orphan;
	unsigned long flags;
	bool kept;

	if (!blind && !serfwd_vtty_ignores_short_put(link))
		return false;
	spin_lock_irqsave(&orphan->lock, flags);
	kept = count <= SERFWD_ORPHAN_MAX - orphan->count &&
	       !serfwd_orphan_has_port(link);
	if (kept) {
		memcpy(orphan->bytes + orphan->count, buf, count);
		WRITE_ONCE(orphan->count, orphan->count + count);
	}
	spin_unlock_irqrestore(&orphan->lock, flags);
	return kept;
}

static unsigned int serfwd_orphan_take(struct serfwd_orphan *orphan, u8 *buf)
{
	unsigned int count;

	spin_lock_irq(&orphan->lock);
	count = orphan->count;
	memcpy(buf, orphan->bytes, count);
	WRITE_ONCE(orphan->count, 0);
	spin_unlock_irq(&orphan->lock);
	return count;
}

/* Returns false if more was kept meanwhile, which is to go first. */
static bool serfwd_link_publish_port(struct serfwd_link *link,
				     struct tty_struct *real)
{
	bool empty;

	spin_lock_irq(&link->orphan.lock);
	empty = !link->orphan.count;
	if (empty)
		rcu_assign_pointer(link->real, real);
	spin_unlock_irq(&link->orphan.lock);
	return empty;
}

/**
 * serfwd_orphan_send - give a link its port, after what was kept for it
 * @link: a link without a port
 * @real: the port's tty, usable
 *
 * Context: may sleep.
 * Locking: ctl.lock held.
 */
void serfwd_orphan_send(struct serfwd_link *link, struct tty_struct *real)
{
	u8 buf[SERFWD_ORPHAN_MAX];
	unsigned int count;
	int sent;

	lockdep_assert_held(&link->ctl.lock);
	do {
		count = serfwd_orphan_take(&link->orphan, buf);
		sent = count ? max(real->ops->write(real, buf, count), 0) : 0;
		/*
		 * A port that comes with its buffer full, as its last user left
		 * it.
		 */
		serfwd_stats_lost(link, SERFWD_TX_DETACHED, count - sent);
	} while (!serfwd_link_publish_port(link, real));
}

/**
 * serfwd_orphan_drop - forget what is kept
 * @link: the link
 *
 * Return: how many bytes that were.
 * Context: may sleep.
 */
unsigned int serfwd_orphan_drop(struct serfwd_link *link)
{
	u8 buf[SERFWD_ORPHAN_MAX];

	return serfwd_orphan_take(&link->orphan, buf);
}
