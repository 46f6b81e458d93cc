// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a link, in /sys/class/tty/ttySFn. Documented in
 * Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/tty.h>

#include "bind.h"
#include "end.h"
#include "flip_wq.h"
#include "link.h"
#include "party.h"
#include "policy.h"
#include "share.h"
#include "stats.h"
#include "sysfs.h"

static ssize_t port_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	struct tty_struct *real = serfwd_share_real(link);
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

static char serfwd_parity_letter(tcflag_t cflag)
{
	if (!(cflag & PARENB))
		return 'n';
	if (cflag & CMSPAR)
		return cflag & PARODD ? 'm' : 's';
	return cflag & PARODD ? 'o' : 'e';
}

/*
 * Print the settings of the port's tty; two members may be of different
 * moments.
 */
static ssize_t serfwd_line_print(const struct ktermios *termios, char *buf)
{
	tcflag_t cflag = READ_ONCE(termios->c_cflag);
	tcflag_t iflag = READ_ONCE(termios->c_iflag);

	return sysfs_emit(buf, "%u %u%c%u%s%s\n", READ_ONCE(termios->c_ospeed),
			  tty_get_char_size(cflag), serfwd_parity_letter(cflag),
			  cflag & CSTOPB ? 2 : 1,
			  cflag & CRTSCTS ? " rtscts" : "",
			  iflag & (IXON | IXOFF) ? " xonxoff" : "");
}

static ssize_t line_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct tty_struct *real = serfwd_share_real(dev_get_drvdata(dev));
	ssize_t len = real ? serfwd_line_print(&real->termios, buf) :
			     sysfs_emit(buf, "\n");

	tty_kref_put(real);
	return len;
}
static DEVICE_ATTR_RO(line);

static ssize_t end_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	return serfwd_end_show(dev_get_drvdata(dev), buf);
}
static DEVICE_ATTR_RO(end);

/* Roles of a link in a port that it takes part in; 1 is a tap. */
static const char *const serfwd_roles[] = { "full", "tap", NULL };

/* "ttySF1", with or without "/dev/", as a link; NULL for anything else. */
static struct serfwd_link *serfwd_named_link(const char *buf)
{
	unsigned int index;
	char name[16];

	if (!strncmp(buf, "/dev/", 5))
		buf += 5;
	if (sscanf(buf, "ttySF%u", &index) != 1)
		return NULL;
	snprintf(name, sizeof(name), "ttySF%u", index);
	return sysfs_streq(buf, name) ? serfwd_link_by_index(index) : NULL;
}

static ssize_t share_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	struct serfwd_link *host = READ_ONCE(link->share.host);

	if (!host || host == link)
		return sysfs_emit(buf, "\n");
	return sysfs_emit(buf, "ttySF%u\n", host->index);
}

static int serfwd_share_with(struct serfwd_link *link, const char *name)
{
	struct serfwd_link *host = serfwd_named_link(name);
	int ret = host ? serfwd_party_join(link, host) : -ENODEV;

	if (ret == -ENODEV)
		pr_warn_ratelimited("ttySF%u: share is the name of another pseudo-UART, such as ttySF0\n",
				    link->index);
	else if (ret == -EBUSY)
		pr_warn_ratelimited("ttySF%u has or shares a port already\n",
				    link->index);
	else if (ret == -ELOOP)
		pr_warn_ratelimited("ttySF%u: ttySF%u has no port of its own to be shared\n",
				    link->index, host->index);
	return ret;
}

static ssize_t share_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	int ret;

	if (!sysfs_streq(buf, "")) {
		ret = serfwd_share_with(link, buf);
	} else {
		ret = serfwd_party_leave(link);
		if (ret)
			pr_warn_ratelimited("ttySF%u: others share its port\n",
					    link->index);
	}
	return ret ?: count;
}
static DEVICE_ATTR_RW(share);

static ssize_t owner_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return sysfs_emit(buf, "ttySF%u\n", serfwd_share_owner(link)->index);
}

static ssize_t owner_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	struct serfwd_link *to = serfwd_named_link(buf);
	int ret = to ? serfwd_party_give(link, to) : -ENODEV;

	if (ret == -ENODEV || ret == -EINVAL)
		pr_warn_ratelimited("ttySF%u: owner is the name of a pseudo-UART that shares its port\n",
				    link->index);
	else if (ret == -EPERM)
		pr_warn_ratelimited("ttySF%u is a tap, it never owns a port\n",
				    to->index);
	return ret ?: count;
}
static DEVICE_ATTR_RW(owner);

static ssize_t waiting_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return serfwd_share_print_waiting(dev_get_drvdata(dev), buf);
}
static DEVICE_ATTR_RO(waiting);

static ssize_t share_role_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  serfwd_roles[READ_ONCE(link->share.tap)]);
}

static ssize_t share_role_store(struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	int role = serfwd_match_word(link, attr->attr.name, serfwd_roles, buf);
	int ret = role < 0 ? role : serfwd_party_set_tap(link, role);

	if (ret == -EBUSY)
		pr_warn_ratelimited("ttySF%u has a port of its own, so it is no tap\n",
				    link->index);
	return ret ?: count;
}
static DEVICE_ATTR_RW(share_role);

/*
 * Where received bytes wait to be handed over; 1 is a workqueue of the link's
 * own.
 */
static const char *const serfwd_latencies[] = { "normal", "low", NULL };

static ssize_t latency_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct serfwd_link *link = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  serfwd_latencies[READ_ONCE(link->flip_wq.wanted)]);
}

static ssize_t latency_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct serfwd_link *link = dev_get_drvdata(dev);
	int latency = serfwd_match_word(link, attr->attr.name,
					serfwd_latencies, buf);
	int ret = latency < 0 ? latency : serfwd_flip_wq_want(link, latency);

	if (ret == -EOPNOTSUPP)
		pr_warn_ratelimited("ttySF%u: latency is normal before Linux 7.1, where all ttys have one workqueue\n",
				    link->index);
	return ret ?: count;
}
static DEVICE_ATTR_RW(latency);

static struct attribute *serfwd_link_attrs[] = {
	&dev_attr_port.attr,
	&dev_attr_line.attr,
	&dev_attr_end.attr,
	&dev_attr_share.attr,
	&dev_attr_share_role.attr,
	&dev_attr_owner.attr,
	&dev_attr_waiting.attr,
	&dev_attr_latency.attr,
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
