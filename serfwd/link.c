// SPDX-License-Identifier: GPL-2.0
/*
 * A link: finding it, keeping it, and waking and hanging up its vtty.
 */
#include <linux/kdev_t.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "link.h"

struct serfwd_link **serfwd_links;
unsigned int serfwd_nlinks;

struct tty_driver *serfwd_driver;

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

/**
 * serfwd_vtty_wakeup - wake whoever waits to write or for the output to drain
 * @link: the link
 *
 * Context: any.
 */
void serfwd_vtty_wakeup(struct serfwd_link *link)
{
	struct tty_struct *vtty;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	if (vtty)
		tty_wakeup(vtty);
	rcu_read_unlock();
}

/**
 * serfwd_vtty_queue_hangup - have the tty core hang a vtty up
 * @link: the link
 * @check_clocal: not if CLOCAL is set
 *
 * Not by tty_port_tty_hangup(), whose reference may become the last one: the
 * tty core frees a tty by the work that hangs it up, which it takes for idle
 * since the last close flushed it. That close has waited for us before, in
 * serfwd_link_close().
 *
 * Context: any.
 */
void serfwd_vtty_queue_hangup(struct serfwd_link *link, bool check_clocal)
{
	struct tty_struct *vtty;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	if (vtty && !(check_clocal && C_CLOCAL(vtty)))
		tty_hangup(vtty);
	rcu_read_unlock();
}

/**
 * serfwd_vtty_dcd_change - tell a vtty's line discipline of its carrier, as the
 * serial core does
 * @link: the link
 * @active: the carrier is there
 *
 * PPS takes time stamps of it.
 *
 * Context: any, often in the driver's interrupt.
 */
void serfwd_vtty_dcd_change(struct serfwd_link *link, bool active)
{
	struct tty_struct *vtty;
	struct tty_ldisc *ld = NULL;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	if (vtty)
		ld = tty_ldisc_ref(vtty);
	rcu_read_unlock();
	if (!ld)
		return;
	if (ld->ops->dcd_change)
		ld->ops->dcd_change(vtty, active);
	tty_ldisc_deref(ld);
}

/**
 * serfwd_is_vtty - is a tty one of our own?
 * @tty: the tty
 *
 * Return: true if it is a pseudo-UART of this module.
 */
bool serfwd_is_vtty(const struct tty_struct *tty)
{
	return tty->driver == serfwd_driver;
}

/**
 * serfwd_is_vtty_number - is a device number one of our own?
 * @number: device number of a tty
 *
 * Return: true if it is that of a pseudo-UART of this module.
 */
bool serfwd_is_vtty_number(dev_t number)
{
	return serfwd_driver && MAJOR(number) == serfwd_driver->major;
}
