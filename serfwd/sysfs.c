// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a link, in /sys/class/tty/ttySFn. Documented in
 * Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "bind.h"
#include "link.h"
#include "policy.h"
#include "stats.h"
#include "sysfs.h"

static ssize_t port_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct tty_struct *real = serfwd_link_real(dev_get_drvdata(dev));
	ssize_t len = sysfs_emit(buf, "%s\n", real ? real->name : "");

	tty_kref_put(real);
	return len;
}

static ssize_t port_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	char *copy, *name;
	int ret;

	copy = kstrndup(buf, count, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	name = strim(copy);
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	ret = *name ? serfwd_bind(link, name) : serfwd_unbind(link);
	kfree(copy);
	return ret ?: count;
}
static DEVICE_ATTR_RW(port);

static struct attribute *serfwd_link_attrs[] = {
	&dev_attr_port.attr,
	NULL
};

static const struct attribute_group serfwd_link_group = {
	.attrs = serfwd_link_attrs,
};

static const struct attribute_group serfwd_policy_group = {
	.attrs = serfwd_policy_attrs,
};

const struct attribute_group *serfwd_link_groups[] = {
	&serfwd_link_group,
	&serfwd_policy_group,
	&serfwd_stats_group,
	NULL
};
