// SPDX-License-Identifier: GPL-2.0
/*
 * Telling user space: uevents for udev, and sysfs attributes to poll.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/tty.h>

#include "event.h"
#include "link.h"
#include "stats.h"
#include "trace.h"

/* The attribute that counts an error which a received byte is flagged with. */
static const struct {
	u8 flag;
	const char *attr;
} serfwd_error_attrs[] = {
	{ TTY_BREAK,	"rx_breaks" },
	{ TTY_PARITY,	"rx_parity_errors" },
	{ TTY_FRAME,	"rx_frame_errors" },
	{ TTY_OVERRUN,	"rx_overruns" },
};

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
 * serfwd_event_registered - the device of a link's vtty is there
 * @link: the link
 *
 * A port that attached before could not be told of.
 *
 * Context: may sleep.
 */
void serfwd_event_registered(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_link_real(link);

	if (real)
		serfwd_uevent(link, "attach", real->name);
	tty_kref_put(real);
}

/**
 * serfwd_event_attached - a port was attached
 * @link: the link
 * @port: name of the port
 *
 * Context: may sleep.
 */
void serfwd_event_attached(struct serfwd_link *link, const char *port)
{
	serfwd_count(&link->stats, SERFWD_ATTACHES, 1);
	trace_serfwd_attach(link->index, port);
	serfwd_uevent(link, "attach", port);
}

/**
 * serfwd_event_detached - a port was detached
 * @link: the link
 * @port: name of the port
 *
 * Context: may sleep.
 */
void serfwd_event_detached(struct serfwd_link *link, const char *port)
{
	serfwd_count(&link->stats, SERFWD_DETACHES, 1);
	trace_serfwd_detach(link->index, port);
	serfwd_uevent(link, "detach", port);
}

/**
 * serfwd_event_errors - bytes with errors or a break were received
 * @link: the link
 * @errors: which, serfwd_error_bit() of each
 *
 * Context: may sleep.
 */
void serfwd_event_errors(struct serfwd_link *link, u8 errors)
{
	struct device *dev = serfwd_link_device(link);
	unsigned int i;

	if (!dev)
		return;
	for (i = 0; i < ARRAY_SIZE(serfwd_error_attrs); i++)
		if (errors & serfwd_error_bit(serfwd_error_attrs[i].flag))
			sysfs_notify(&dev->kobj, "stats",
				     serfwd_error_attrs[i].attr);
}
