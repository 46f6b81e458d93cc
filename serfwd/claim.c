// SPDX-License-Identifier: GPL-2.0
/*
 * Which link a port gets.
 */
#include <linux/err.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/wait.h>

#include "claim.h"
#include "link.h"

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

/* The module parameter ports=: names[i] is reserved for link i. */
static char **serfwd_port_names;
static unsigned int serfwd_nport_names;

/**
 * serfwd_claim_init - say which ports have a link kept for them
 * @ports: names of real ports; the link number i is kept for @ports[i]
 * @nports: number of @ports, not more than there are links
 *
 * Context: before serfwd_links_accept().
 */
void serfwd_claim_init(char **ports, unsigned int nports)
{
	serfwd_port_names = ports;
	serfwd_nport_names = nports;
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
 * serfwd_links_close - let no more ports attach
 *
 * Context: any.
 */
void serfwd_links_close(void)
{
	spin_lock(&serfwd_links_lock);
	WRITE_ONCE(serfwd_links_open, false);
	spin_unlock(&serfwd_links_lock);
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
	serfwd_link_unreserve(link);
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
