// SPDX-License-Identifier: GPL-2.0
/*
 * The content of a real port's flip buffer: how much, dropping it, having it
 * handed over.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/tty.h>
#include <linux/tty_flip.h>

#include "flip.h"
#include "link.h"
#include "share.h"
#include "stall.h"
#include "stats.h"

/* How often (ms) is looked whether all was handed over. */
#define SERFWD_FLIP_POLL	5

/*
 * Bytes in a port's flip buffer; with @drop none are left. Under its buf.lock.
 */
static size_t serfwd_flip_walk(struct tty_port *port, bool drop)
{
	struct tty_buffer *buffer, *next;
	size_t left = 0, commit;

	lockdep_assert_held(&port->buf.lock);
	for (buffer = port->buf.head; buffer; buffer = next) {
		/*
		 * As flush_to_ldisc(): a buffer with a next one gets no more.
		 */
		next = smp_load_acquire(&buffer->next);
		/* Pairs with the release in tty_flip_buffer_commit(). */
		commit = smp_load_acquire(&buffer->commit);
		left += commit - buffer->read;
		if (drop) {
			buffer->read = commit;
			buffer->lookahead = commit;
		}
	}
	return left;
}

/**
 * serfwd_flip_pending - how much is in a port's flip buffer?
 * @port: the port
 *
 * Return: bytes that were received and not handed over.
 * Locking: the port's buf.lock held.
 */
size_t serfwd_flip_pending(struct tty_port *port)
{
	return serfwd_flip_walk(port, false);
}

/**
 * serfwd_flip_lost - count what is in a port's flip buffer as lost
 * @link: the link that does not get it
 * @real: the port's tty
 * @cause: why
 *
 * Context: may sleep.
 */
void serfwd_flip_lost(struct serfwd_link *link, struct tty_struct *real,
		      enum serfwd_loss cause)
{
	size_t left;

	mutex_lock(&real->port->buf.lock);
	left = serfwd_flip_pending(real->port);
	mutex_unlock(&real->port->buf.lock);
	serfwd_stats_lost(link, cause, left);
}

/* Listeners lose them, too. */
static void serfwd_flip_count_lost(struct serfwd_link *host,
				   struct serfwd_link *link,
				   enum serfwd_loss cause, size_t count)
{
	struct serfwd_link *party;

	serfwd_stats_lost(link, cause, count);
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node)
		if (party != link && serfwd_share_listens(host, party))
			serfwd_stats_lost(party, cause, count);
	rcu_read_unlock();
}

/**
 * serfwd_flip_empty - drop what is in a port's flip buffer
 * @port: the port
 *
 * Return: how many bytes that were.
 * Context: may sleep. Not within the work of the flip buffer.
 */
size_t serfwd_flip_empty(struct tty_port *port)
{
	size_t left;

	/*
	 * The work gives way, lest a port that receives on and on keeps us
	 * waiting.
	 */
	tty_buffer_lock_exclusive(port);
	left = serfwd_flip_walk(port, true);
	tty_buffer_unlock_exclusive(port);
	/* That has looked for more in the first buffer only. */
	queue_work(port_flip_wq(port), &port->buf.work);
	return left;
}

/**
 * serfwd_flip_drop - drop what is in a port's flip buffer, and count it
 * @link: the link that does not get it
 * @real: the port's tty
 * @cause: why
 *
 * Not by tty_buffer_flush(), before which bytes come and go that nobody counts,
 * or two.
 *
 * Context: may sleep.
 */
void serfwd_flip_drop(struct serfwd_link *link, struct tty_struct *real,
		      enum serfwd_loss cause)
{
	struct serfwd_link *host = real->disc_data;

	serfwd_flip_count_lost(host, link, cause,
			       serfwd_flip_empty(real->port));
}

/* Is nothing in a port's flip buffer, nor on its way from there? */
static bool serfwd_flip_is_drained(struct tty_port *port)
{
	bool drained;

	/* Not waiting for a work that may be kept by who reads, or for ever. */
	if (!mutex_trylock(&port->buf.lock))
		return false;
	drained = !serfwd_flip_pending(port);
	mutex_unlock(&port->buf.lock);
	return drained;
}

/**
 * serfwd_flip_drained - wait until what a port received is handed over
 * @real: the port's tty
 * @timeout: at most so many jiffies
 *
 * Return: false if somebody still has to take some of it.
 * Context: may sleep.
 */
bool serfwd_flip_drained(struct tty_struct *real, unsigned long timeout)
{
	unsigned long end = jiffies + timeout;

	while (!serfwd_flip_is_drained(real->port)) {
		if (time_after(jiffies, end))
			return false;
		msleep(SERFWD_FLIP_POLL);
	}
	return true;
}

/**
 * serfwd_flip_kick - look again whether what is left in the port can be
 * handed over
 * @link: a link that takes part in it
 *
 * Context: any. Takes no lock.
 */
void serfwd_flip_kick(struct serfwd_link *link)
{
	struct tty_struct *real;

	rcu_read_lock();
	real = serfwd_share_port(link);
	if (real)
		queue_work(port_flip_wq(real->port), &real->port->buf.work);
	rcu_read_unlock();
}

/**
 * serfwd_flip_restart - hand over what had been left in the port
 * @link: the link
 *
 * To be called whenever the vtty may take bytes that it had refused.
 *
 * Context: any. Takes no lock, so that it may be called from within n_tty.
 */
void serfwd_flip_restart(struct serfwd_link *link)
{
	serfwd_stall_over(link);
	serfwd_flip_kick(link);
}
