// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a physical device, documented in
 * Documentation/ABI/testing/sysfs-bus-pci-pcishare.
 */
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "device.h"
#include "guest.h"
#include "recipe.h"

static const char *const pcishare_modes[] = {
	[PCISHARE_LEASE]	= "lease",
	[PCISHARE_PARTITION]	= "partition",
	[PCISHARE_EXCLUSIVE]	= "exclusive",
};

static ssize_t sharing_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->replace);
	len = sysfs_emit(buf, "%s\n", pcishare_modes[pcishare_device_mode(device)]);
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(sharing);

/*
 * The policy
 */

static ssize_t policy_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->replace);
	len = sysfs_emit(buf, "%s\n", device->loaded ? device->loaded->file : "");
	mutex_unlock(&device->replace);
	return len;
}

static ssize_t policy_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	char *name = kstrndup(buf, count, GFP_KERNEL);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = pcishare_device_replace_policy(device, strim(name));
	kfree(name);
	return ret ?: count;
}
static DEVICE_ATTR_RW(policy);

static ssize_t policy_name_show(struct device *dev, struct device_attribute *attr,
				char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len;

	mutex_lock(&device->replace);
	len = sysfs_emit(buf, "%s\n", device->loaded ?
			 device->loaded->policy->name : "");
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(policy_name);

static ssize_t policy_version_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len = 0;

	mutex_lock(&device->replace);
	if (device->loaded)
		len = sysfs_emit(buf, "%u\n", device->loaded->policy->revision);
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(policy_version);

static ssize_t policy_checksum_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len = 0;

	mutex_lock(&device->replace);
	if (device->loaded)
		len = sysfs_emit(buf, "%08x\n", device->loaded->checksum);
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(policy_checksum);

static ssize_t reset_method_show(struct device *dev, struct device_attribute *attr,
				 char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	bool kernel, recipe;

	mutex_lock(&device->replace);
	kernel = device->resettable &&
		 pcishare_device_mode(device) != PCISHARE_PARTITION;
	recipe = pcishare_recipe_exists(&device->domains[0], PCISHARE_RECIPE_RESET);
	mutex_unlock(&device->replace);
	return sysfs_emit(buf, "%s%s%s\n", kernel ? "kernel" : "",
			  kernel && recipe ? " " : "",
			  recipe ? "recipe" : kernel ? "" : "none");
}
static DEVICE_ATTR_RO(reset_method);

/*
 * Guests
 */

static ssize_t guests_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	struct pcishare_guest *guest;
	int len = 0;

	mutex_lock(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		len += sysfs_emit_at(buf, len, "%s\n",
				     pcishare_guest_name(guest));
	mutex_unlock(&device->lock);
	return len;
}
static DEVICE_ATTR_RO(guests);

/* No guest is freed as long as RCU is read: see pcishare_source_forget(). */
static ssize_t holder_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	struct pcishare_guest *guest;
	unsigned int i;
	int len = 0;

	mutex_lock(&device->replace);
	rcu_read_lock();
	for (i = 0; i < device->nr_domains; i++) {
		guest = READ_ONCE(device->domains[i].holder);
		len += sysfs_emit_at(buf, len, "%s\n",
				     guest ? pcishare_guest_name(guest) : "");
	}
	rcu_read_unlock();
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(holder);

static const char *pcishare_domain_state(struct pcishare_domain *domain)
{
	if (READ_ONCE(domain->holder))
		return "held";
	return mutex_is_locked(&domain->turn) ? "switching" : "free";
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	unsigned int i;
	int len = 0;

	mutex_lock(&device->replace);
	for (i = 0; i < device->nr_domains; i++)
		len += sysfs_emit_at(buf, len, "%s\n",
				     pcishare_domain_state(&device->domains[i]));
	mutex_unlock(&device->replace);
	return len;
}
static DEVICE_ATTR_RO(state);

/*
 * Counters
 */

/* @offset is that of the counter in the device. */
struct pcishare_total_attr {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t pcishare_total_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct pcishare_total_attr *total =
		container_of(attr, struct pcishare_total_attr, attr);
	atomic64_t *value = dev_get_drvdata(dev) + total->offset;

	return sysfs_emit(buf, "%lld\n", (s64)atomic64_read(value));
}

#define PCISHARE_TOTAL_ATTR(_name, _member)				\
	static struct pcishare_total_attr pcishare_total_##_name = {	\
		.attr = __ATTR(_name, 0444, pcishare_total_show, NULL),	\
		.offset = offsetof(struct pcishare_device, _member),	\
	}

PCISHARE_TOTAL_ATTR(interrupts, stats.interrupts);
PCISHARE_TOTAL_ATTR(unclaimed_interrupts, source.unclaimed);
PCISHARE_TOTAL_ATTR(handovers, stats.handovers);
PCISHARE_TOTAL_ATTR(resets, stats.resets);

static struct attribute *pcishare_device_attrs[] = {
	&dev_attr_sharing.attr,
	&dev_attr_policy.attr,
	&dev_attr_policy_name.attr,
	&dev_attr_policy_version.attr,
	&dev_attr_policy_checksum.attr,
	&dev_attr_reset_method.attr,
	&dev_attr_guests.attr,
	&dev_attr_holder.attr,
	&dev_attr_state.attr,
	&pcishare_total_interrupts.attr.attr,
	&pcishare_total_unclaimed_interrupts.attr.attr,
	&pcishare_total_handovers.attr.attr,
	&pcishare_total_resets.attr.attr,
	NULL
};

static const struct attribute_group pcishare_device_group = {
	.name = "pcishare",
	.attrs = pcishare_device_attrs,
};

const struct attribute_group *pcishare_device_groups[] = {
	&pcishare_device_group,
	NULL
};
