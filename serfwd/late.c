// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that come when the port has just gone.
 *
 * With OPOST n_tty asks for room, puts what it makes of a byte, and does not look
 * whether that was taken. If the port is handed over or detached between, nobody else
 * has these bytes: they are kept, and are the first that the link's next port gets.
 */
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "late.h"
#include "link.h"
#include "stats.h"

/**
 * serfwd_late_init - set up what a new link keeps
 * @link: the link
 */
void serfwd_late_init(struct serfwd_link *link)
{
	spin_lock_init(&link->late.lock);
}

/* Who does not have n_tty process its output sees what was taken. */
static bool serfwd_late_is_blind(struct serfwd_link *link)
{
	struct tty_struct *vtty = rcu_dereference(link->vtty);

	return vtty && O_OPOST(vtty);
}

static bool serfwd_late_has_port(struct serfwd_link *link)
{
	struct tty_struct *real = rcu_dereference(link->real);

	return real && serfwd_port_usable(real);
}

/**
 * serfwd_late_keep - keep bytes that no port takes
 * @link: a link that had no port a moment ago
 * @buf: the bytes
 * @count: how many
 *
 * Return: true if all are kept; false if they need not be, are too many, or the link
 * has a port by now.
 * Context: any; under rcu_read_lock().
 */
bool serfwd_late_keep(struct serfwd_link *link, const u8 *buf, size_t count)
{
	struct serfwd_late *late = &link->late;
	unsigned long flags;
	bool kept;

	if (!serfwd_late_is_blind(link))
		return false;
	spin_lock_irqsave(&late->lock, flags);
	kept = count <= SERFWD_LATE_MAX - late->count &&
	       !serfwd_late_has_port(link);
	if (kept) {
		memcpy(late->bytes + late->count, buf, count);
		WRITE_ONCE(late->count, late->count + count);
	}
	spin_unlock_irqrestore(&late->lock, flags);
	return kept;
}

static unsigned int serfwd_late_take(struct serfwd_late *late, u8 *buf)
{
	unsigned int count;

	spin_lock_irq(&late->lock);
	count = late->count;
	memcpy(buf, late->bytes, count);
	WRITE_ONCE(late->count, 0);
	spin_unlock_irq(&late->lock);
	return count;
}

/* Returns false if more was kept meanwhile, which is to go first. */
static bool serfwd_late_publish(struct serfwd_link *link, struct tty_struct *real)
{
	bool empty;

	spin_lock_irq(&link->late.lock);
	empty = !link->late.count;
	if (empty)
		rcu_assign_pointer(link->real, real);
	spin_unlock_irq(&link->late.lock);
	return empty;
}

/**
 * serfwd_late_send - give a link its port, after what was kept for it
 * @link: a link without a port
 * @real: the port's tty, usable
 *
 * Context: may sleep.
 * Locking: ctl_lock held.
 */
void serfwd_late_send(struct serfwd_link *link, struct tty_struct *real)
{
	u8 buf[SERFWD_LATE_MAX];
	unsigned int count;
	int sent;

	lockdep_assert_held(&link->ctl_lock);
	do {
		count = serfwd_late_take(&link->late, buf);
		sent = count ? max(real->ops->write(real, buf, count), 0) : 0;
		/* A port that comes with its buffer full, as its last user left it. */
		serfwd_stats_lost(link, SERFWD_TX_DETACHED, count - sent);
	} while (!serfwd_late_publish(link, real));
}

/**
 * serfwd_late_drop - forget what is kept
 * @link: the link
 *
 * Return: how many bytes that were.
 * Context: may sleep.
 */
unsigned int serfwd_late_drop(struct serfwd_link *link)
{
	u8 buf[SERFWD_LATE_MAX];

	return serfwd_late_take(&link->late, buf);
}
