// SPDX-License-Identifier: GPL-2.0
/*
 * A link: finding it and keeping it.
 */
#include <linux/kdev_t.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

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
