// SPDX-License-Identifier: GPL-2.0
/*
 * Links: their creation, which one a port gets, and how their two ends come
 * and go.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tty_ldisc.h>

#include "bind.h"
#include "control.h"
#include "flip_wq.h"
#include "found.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "party.h"
#include "handover.h"
#include "turn.h"
#include "receive.h"
#include "settings.h"
#include "share.h"
#include "stall.h"
#include "transmit.h"
#include "vtty.h"

/* Protects which link belongs to which port, and the next one. */
static DEFINE_SPINLOCK(serfwd_links_lock);

/* Woken when a port has let go of its link. */
static DECLARE_WAIT_QUEUE_HEAD(serfwd_links_released);

/*
 * How long that takes at most, once the port is off: a few RCU grace periods.
 */
#define SERFWD_RELEASE_MAX	HZ

/* Ports may be attached. */
static bool serfwd_links_open;

static struct serfwd_link **serfwd_links;
static unsigned int serfwd_nlinks;

/* The module parameter ports=: names[i] is reserved for link i. */
static char **serfwd_port_names;
static unsigned int serfwd_nport_names;

/**
 * serfwd_link_by_index - find a link
 * @index: number of the vtty
 *
 * Return: the link, without a reference: links live as long as the tty driver.
 */
struct serfwd_link *serfwd_link_by_index(unsigned int index)
{
	return index < serfwd_nlinks ? serfwd_links[index] : NULL;
}

/**
 * serfwd_link_of_port - find the link that a port is bound to
 * @real: the port's tty, which the caller has a reference on
 *
 * Return: the link, or NULL.
 * Context: any.
 */
struct serfwd_link *serfwd_link_of_port(const struct tty_struct *real)
{
	unsigned int i;

	for (i = 0; i < serfwd_nlinks; i++)
		if (rcu_access_pointer(serfwd_links[i]->share.port) == real)
			return serfwd_links[i];
	return NULL;
}

/**
 * serfwd_link_get - take a reference on a link
 * @link: the link
 *
 * Return: @link.
 */
struct serfwd_link *serfwd_link_get(struct serfwd_link *link)
{
	tty_port_get(&link->vport);
	return link;
}

/**
 * serfwd_link_put - drop a reference on a link
 * @link: the link; freed by vtty.c's tty_port destructor with the last one
 *
 * Context: may sleep.
 */
void serfwd_link_put(struct serfwd_link *link)
{
	tty_port_put(&link->vport);
}

static struct serfwd_link *serfwd_link_alloc(unsigned int index)
{
	struct serfwd_link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	link->index = index;
	mutex_init(&link->bind.mutex);
	serfwd_vtty_port_init(link);
	serfwd_control_init(link);
	serfwd_settings_init(link);
	serfwd_lines_init(link);
	serfwd_stall_init(link);
	serfwd_rate_init(link);
	serfwd_share_init(link);
	serfwd_flip_wq_init(link);
	serfwd_orphan_init(link);
	serfwd_stats_init(link);
	serfwd_bind_init(link);
	return link;
}

/**
 * serfwd_links_create - allocate all links
 * @count: how many
 * @ports: names of real ports; the link number i is kept for @ports[i]
 * @nports: number of @ports, not more than @count
 *
 * Return: 0 or -ENOMEM, with nothing left behind.
 */
int serfwd_links_create(unsigned int count, char **ports, unsigned int nports)
{
	serfwd_links = kcalloc(count, sizeof(*serfwd_links), GFP_KERNEL);
	if (!serfwd_links)
		return -ENOMEM;
	serfwd_port_names = ports;
	serfwd_nport_names = nports;

	for (; serfwd_nlinks < count; serfwd_nlinks++) {
		serfwd_links[serfwd_nlinks] = serfwd_link_alloc(serfwd_nlinks);
		if (!serfwd_links[serfwd_nlinks]) {
			serfwd_links_destroy();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * serfwd_links_accept - let ports attach
 */
void serfwd_links_accept(void)
{
	spin_lock(&serfwd_links_lock);
	serfwd_links_open = true;
	spin_unlock(&serfwd_links_lock);
}

/**
 * serfwd_links_accepting - may ports attach?
 *
 * Return: false while the module comes or goes.
 * Context: any.
 */
bool serfwd_links_accepting(void)
{
	return READ_ONCE(serfwd_links_open);
}

/**
 * serfwd_links_refuse - let no more ports attach, detach those that did, and
 * end all sharing
 *
 * Context: may sleep.
 */
void serfwd_links_refuse(void)
{
	unsigned int i;

	spin_lock(&serfwd_links_lock);
	WRITE_ONCE(serfwd_links_open, false);
	spin_unlock(&serfwd_links_lock);
	for (i = 0; i < serfwd_nlinks; i++)
		serfwd_unbind_for_good(serfwd_links[i]);
	/* Their devices are still there to tell of it. */
	for (i = 0; i < serfwd_nlinks; i++)
		serfwd_party_leave_for_good(serfwd_links[i]);
}

/**
 * serfwd_links_destroy - drop the module's own references on all links
 *
 * Context: module exit: no vtty is open, no port is bound.
 */
void serfwd_links_destroy(void)
{
	while (serfwd_nlinks) {
		struct serfwd_link *link = serfwd_links[--serfwd_nlinks];

		flush_work(&link->bind.reap_work);
		cancel_delayed_work_sync(&link->share.work);
		cancel_work_sync(&link->lines.work);
		serfwd_settings_exit(link);
		serfwd_stall_exit(link);
		serfwd_rate_exit(link);
		serfwd_stats_exit(link);
		serfwd_flip_wq_exit(link);
		serfwd_link_put(link);
	}
	kfree(serfwd_links);
	serfwd_links = NULL;
}

static bool serfwd_link_reserved_for(unsigned int index, const char *name)
{
	return index < serfwd_nport_names &&
	       !strcmp(kbasename(serfwd_port_names[index]), name);
}

/* The link that must take this port and no other, if there is one. */
static struct serfwd_link *serfwd_link_named(struct tty_struct *real)
{
	unsigned int i;

	lockdep_assert_held(&serfwd_links_lock);
	for (i = 0; i < serfwd_nlinks; i++)
		if (serfwd_links[i]->bind.wanted == real)
			return serfwd_links[i];
	for (i = 0; i < serfwd_nport_names; i++)
		if (serfwd_link_reserved_for(i, real->name))
			return serfwd_links[i];
	return NULL;
}

/* May this port have the link? */
static bool serfwd_link_is_for(const struct serfwd_link *link,
			       const struct tty_struct *real)
{
	lockdep_assert_held(&serfwd_links_lock);
	return !link->bind.claimed &&
	       (!link->bind.wanted || link->bind.wanted == real);
}

static struct serfwd_link *serfwd_link_first_free(void)
{
	unsigned int i;

	lockdep_assert_held(&serfwd_links_lock);
	for (i = serfwd_nport_names; i < serfwd_nlinks; i++)
		if (serfwd_link_is_for(serfwd_links[i], NULL))
			return serfwd_links[i];
	return NULL;
}

static struct serfwd_link *serfwd_link_for(struct tty_struct *real)
{
	struct serfwd_link *link;

	lockdep_assert_held(&serfwd_links_lock);
	if (!serfwd_links_open)
		return ERR_PTR(-ENODEV);
	link = serfwd_link_named(real);
	if (link)
		return serfwd_link_is_for(link, real) ? link : ERR_PTR(-EBUSY);
	return serfwd_link_first_free() ?: ERR_PTR(-ENOSPC);
}

/**
 * serfwd_link_claim - choose the link of a real port
 * @real: the port's tty
 *
 * The link that bind.c wants for it, else the one which ports= keeps for its
 * name, else the first free one that ports= keeps for nobody.
 *
 * Return: the link with a reference, to be given back by
 * serfwd_link_release(); -EBUSY if the port's link has another port, -ENOSPC
 * if all links are taken, -ENODEV while the module comes or goes.
 */
struct serfwd_link *serfwd_link_claim(struct tty_struct *real)
{
	struct serfwd_link *link;

	spin_lock(&serfwd_links_lock);
	link = serfwd_link_for(real);
	if (!IS_ERR(link)) {
		link->bind.claimed = true;
		serfwd_link_get(link);
	}
	spin_unlock(&serfwd_links_lock);
	return link;
}

/**
 * serfwd_link_release - give a claimed link back
 * @link: what serfwd_link_claim() returned
 */
void serfwd_link_release(struct serfwd_link *link)
{
	spin_lock(&serfwd_links_lock);
	link->bind.claimed = false;
	spin_unlock(&serfwd_links_lock);
	wake_up_all(&serfwd_links_released);
	serfwd_link_put(link);
}

/**
 * serfwd_link_await - let a port that is off its link already let go of it
 * @link: the link, which is no tap and takes part in no other one's port
 *
 * An administrator who reads in sysfs that there is none may bind the next one
 * at once.
 *
 * Return: true if the link is free, as far as can be known.
 * Context: may sleep, for a second if a port is just being attached.
 */
bool serfwd_link_await(struct serfwd_link *link)
{
	if (!rcu_access_pointer(link->share.port))
		wait_event_timeout(serfwd_links_released,
				   !READ_ONCE(link->bind.claimed) ||
				   rcu_access_pointer(link->share.port),
				   SERFWD_RELEASE_MAX);
	return !READ_ONCE(link->bind.claimed);
}

/**
 * serfwd_link_reserve - keep all ports from a link
 * @link: the link
 *
 * Return: false if it has a port or is to get one, or while the module goes.
 */
bool serfwd_link_reserve(struct serfwd_link *link)
{
	bool free;

	spin_lock(&serfwd_links_lock);
	free = serfwd_links_open && !link->bind.claimed && !link->bind.wanted;
	if (free)
		link->bind.claimed = true;
	spin_unlock(&serfwd_links_lock);
	return free;
}

/**
 * serfwd_link_unreserve - let ports have a link again
 * @link: a reserved link
 */
void serfwd_link_unreserve(struct serfwd_link *link)
{
	spin_lock(&serfwd_links_lock);
	link->bind.claimed = false;
	spin_unlock(&serfwd_links_lock);
}

/**
 * serfwd_link_expect - say which port a link is for
 * @link: the link
 * @real: the only tty that may claim it from now on, NULL for any
 */
void serfwd_link_expect(struct serfwd_link *link, struct tty_struct *real)
{
	spin_lock(&serfwd_links_lock);
	link->bind.wanted = real;
	spin_unlock(&serfwd_links_lock);
}

/**
 * serfwd_link_attach - bind a real port to its link
 * @link: the link, claimed for @real
 * @real: the port's tty
 *
 * Brings the port to the state the vtty asked for before the first byte goes
 * out, and wakes the writers that waited for a port. From here on nobody opens
 * the port who could not also take it away otherwise.
 *
 * Context: the port's ldisc open, under its tty_lock and ldisc_sem.
 */
void serfwd_link_attach(struct serfwd_link *link, struct tty_struct *real)
{
	serfwd_receive_attach(real);
	serfwd_flip_wq_attach(link, real);

	serfwd_found_remember(link, real);
	link->bind.exclusive = test_and_set_bit(TTY_EXCLUSIVE, &real->flags);
	serfwd_share_all(link, serfwd_transmit_forget_xoff);
	serfwd_handover_attach(link, real);
}

/**
 * serfwd_link_lost - the port that a link takes part in is gone
 * @link: the link
 *
 * Context: any.
 */
void serfwd_link_lost(struct serfwd_link *link)
{
	if (READ_ONCE(link->policy.on_detach) == SERFWD_ON_DETACH_HANGUP)
		serfwd_vtty_queue_hangup(link, false);
	else
		serfwd_vtty_wakeup(link);
}

/**
 * serfwd_link_detach - take the real port off its link
 * @link: the link
 *
 * When it returns nobody uses the port through the link any more. The vtty
 * stays as it is and its writers wait for the next port, unless the policy is
 * to hang it up.
 *
 * Context: the port's ldisc close, under its tty_lock and ldisc_sem.
 */
void serfwd_link_detach(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_handover_detach(link);
	/* The next one is there already, see serfwd_bind(). */
	bool moving = READ_ONCE(link->bind.replacing_port);

	if (serfwd_port_usable(real)) {
		/*
		 * Bytes that wait go out with the settings they were written
		 * for.
		 */
		if (link->found.serial_changed)
			tty_wait_until_sent(real, HZ);
		serfwd_found_restore_line(link, real);
	}
	serfwd_found_restore_termios(link, real);

	if (!link->bind.exclusive)
		clear_bit(TTY_EXCLUSIVE, &real->flags);
	serfwd_share_all(link, serfwd_lines_lost);
	serfwd_receive_detach(real);
	serfwd_flip_wq_detach(link);
	/* The vtty does not get any more what it has not taken. */
	serfwd_receive_lost(serfwd_share_owner(link), real,
			    moving ? SERFWD_RX_MOVED : SERFWD_RX_DETACHED);
	/* Writers and wake-ups under RCU have left the port after this. */
	synchronize_rcu();
	/* Bytes that the far end has stopped are not to go out all the same. */
	serfwd_transmit_detach(real, !moving);
	/* Nothing arrives any more that a reader could keep waiting. */
	serfwd_stall_over(serfwd_share_owner(link));
	serfwd_stats_stall_end(serfwd_share_owner(link), SERFWD_RX);
	serfwd_share_all(link, moving ? serfwd_vtty_wakeup : serfwd_link_lost);
}

/**
 * serfwd_link_open - the vtty was opened
 * @link: the link
 * @vtty: its tty
 *
 * Context: tty_port activate, under the vtty's port mutex.
 */
void serfwd_link_open(struct serfwd_link *link, struct tty_struct *vtty)
{
	serfwd_set_termios(link, &vtty->termios);
	/* Its line discipline is a new one. */
	atomic_long_set(&link->stale, 0);
	rcu_assign_pointer(link->vtty, vtty);
}

/**
 * serfwd_link_close - the vtty was closed or hung up
 * @link: the link
 *
 * When it returns nobody uses the vtty through the link any more, except for a
 * receiver that holds a reference on its line discipline, which the tty core
 * waits for.
 *
 * Context: tty_port shutdown, under the vtty's port mutex.
 */
void serfwd_link_close(struct serfwd_link *link)
{
	RCU_INIT_POINTER(link->vtty, NULL);
	synchronize_rcu();
	/*
	 * A receiver that has found it has a reference on its line discipline
	 * by now.
	 */
	mutex_lock(&link->vport.buf.lock);
	mutex_unlock(&link->vport.buf.lock);
	serfwd_listener_close(link);
	serfwd_control_close(link);
	/*
	 * As a port that is closed: what did not get out or in by now is
	 * dropped, for the next user is another, and nothing is stopped.
	 */
	serfwd_flush_buffer(link, SERFWD_TX_CLOSED);
	serfwd_start(link);
	serfwd_flush_input(link, SERFWD_RX_CLOSED);
	/*
	 * A work that finds the reader stalled from here on sees that it is
	 * gone.
	 */
	serfwd_stall_exit(link);
	serfwd_receive_restart(link);
	serfwd_stats_stall_end(link, SERFWD_RX);
	serfwd_stats_stall_end(link, SERFWD_TX);
	serfwd_turn_closed(link);
}

static struct tty_ldisc *serfwd_ldisc_of(struct tty_struct *real)
{
	return real ? tty_ldisc_ref(real) : NULL;
}

/**
 * serfwd_real_ldisc - keep the port that a link has from being hung up or
 * closed
 * @link: the link
 *
 * Return: a reference on the line discipline of the port's tty, to be given
 * back by tty_ldisc_deref(); NULL without a port and while it is going.
 */
struct tty_ldisc *serfwd_real_ldisc(struct serfwd_link *link)
{
	struct tty_ldisc *ld;

	rcu_read_lock();
	ld = serfwd_ldisc_of(rcu_dereference(link->real));
	rcu_read_unlock();
	return ld;
}

/**
 * serfwd_port_ldisc - as serfwd_real_ldisc(), whichever link has the port
 * @link: one that takes part in it
 *
 * Return: see there.
 */
struct tty_ldisc *serfwd_port_ldisc(struct serfwd_link *link)
{
	struct tty_ldisc *ld;

	rcu_read_lock();
	ld = serfwd_ldisc_of(serfwd_share_port(link));
	rcu_read_unlock();
	return ld;
}
