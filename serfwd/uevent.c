// SPDX-License-Identifier: GPL-2.0
/*
 * Telling user space: uevents for udev, and sysfs attributes to poll.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/tty.h>

#include "link.h"
#include "share.h"
#include "stats.h"
#include "trace.h"
#include "uevent.h"

/*
 * The device of a link's vtty; NULL while the module comes, when a port may
 * attach already. Before it goes away all ports have been detached.
 */
static struct device *serfwd_link_device(struct serfwd_link *link)
{
	/* Pairs with the release in serfwd_vtty_add(). */
	return smp_load_acquire(&link->dev);
}

static void serfwd_uevent(struct serfwd_link *link, const char *event,
			  const char *port)
{
	struct device *dev = serfwd_link_device(link);
	char event_env[32], port_env[80];
	char *env[] = { event_env, port_env, NULL };

	if (!dev)
		return;
	snprintf(event_env, sizeof(event_env), "SERFWD_EVENT=%s", event);
	snprintf(port_env, sizeof(port_env), "SERFWD_PORT=%s", port);
	kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, env);
	sysfs_notify(&dev->kobj, NULL, "port");
}

/**
 * serfwd_uevent_registered - the device of a link's vtty is there
 * @link: the link
 *
 * A port that attached before could not be told of.
 *
 * Context: may sleep.
 */
void serfwd_uevent_registered(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_share_real(link);

	if (real)
		serfwd_uevent(link, "attach", real->name);
	tty_kref_put(real);
}

/**
 * serfwd_uevent_attached - a port was attached
 * @link: the link
 * @port: name of the port
 *
 * Context: may sleep.
 */
void serfwd_uevent_attached(struct serfwd_link *link, const char *port)
{
	atomic64_inc(&link->stats.attaches);
	trace_serfwd_attach(link->index, port);
	serfwd_uevent(link, "attach", port);
}

/**
 * serfwd_uevent_detached - a port was detached
 * @link: the link
 * @port: name of the port
 *
 * Context: may sleep.
 */
void serfwd_uevent_detached(struct serfwd_link *link, const char *port)
{
	atomic64_inc(&link->stats.detaches);
	trace_serfwd_detach(link->index, port);
	serfwd_uevent(link, "detach", port);
}

/**
 * serfwd_uevent_counted - a counter moved that may be polled for
 * @link: the link
 * @attr: its file in stats/
 *
 * Context: may sleep.
 */
void serfwd_uevent_counted(struct serfwd_link *link, const char *attr)
{
	struct device *dev = serfwd_link_device(link);

	if (dev)
		sysfs_notify(&dev->kobj, serfwd_stats_group.name, attr);
}

/**
 * serfwd_uevent_owner - another link has the port that this one takes part in
 * @link: the link
 *
 * Context: may sleep.
 */
void serfwd_uevent_owner(struct serfwd_link *link)
{
	struct device *dev = serfwd_link_device(link);

	if (dev)
		sysfs_notify(&dev->kobj, NULL, "owner");
}
