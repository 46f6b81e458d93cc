// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a physical device, documented in
 * Documentation/ABI/testing/sysfs-bus-pci-pcishare.
 */
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "device.h"
#include "guest/guest.h"
#include "recipe.h"
#include "sharing.h"
#include "turn.h"

static const char *const pcishare_modes[] = {
	[PCISHARE_LEASE]	= "lease",
	[PCISHARE_PARTITION]	= "partition",
	[PCISHARE_EXCLUSIVE]	= "exclusive",
};

/*
 * Attributes as they are by the policy, which stays as long. @of_file: empty
 * unless that is a file.
 */
struct pcishare_shown_attr {
	struct device_attribute attr;
	ssize_t (*show)(struct pcishare_device *device, char *buf);
	bool of_file;
};

static ssize_t pcishare_shown(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	struct pcishare_shown_attr *shown =
		container_of(attr, struct pcishare_shown_attr, attr);
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t len = 0;

	mutex_lock(&device->replace);
	if (!shown->of_file || pcishare_loaded_has_file(device->loaded))
		len = shown->show(device, buf);
	mutex_unlock(&device->replace);
	return len;
}

#define PCISHARE_SHOWN_ATTR(_name, _mode, _store)			\
	static struct pcishare_shown_attr pcishare_shown_##_name = {	\
		.attr = __ATTR(_name, _mode, pcishare_shown, _store),	\
		.show = pcishare_show_##_name,				\
	}

#define PCISHARE_FILE_ATTR(_name)					\
	static struct pcishare_shown_attr pcishare_shown_##_name = {	\
		.attr = __ATTR(_name, 0444, pcishare_shown, NULL),	\
		.show = pcishare_show_##_name,				\
		.of_file = true,					\
	}

static ssize_t pcishare_show_sharing(struct pcishare_device *device, char *buf)
{
	return sysfs_emit(buf, "%s\n", pcishare_modes[pcishare_device_mode(device)]);
}
PCISHARE_SHOWN_ATTR(sharing, 0444, NULL);

/*
 * The policy
 */

static ssize_t pcishare_show_policy(struct pcishare_device *device, char *buf)
{
	return sysfs_emit(buf, "%s\n", device->loaded->file);
}

static ssize_t policy_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	char *name = kstrndup(buf, count, GFP_KERNEL);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = pcishare_sharing_replace_policy(device, strim(name));
	kfree(name);
	return ret ?: count;
}
PCISHARE_SHOWN_ATTR(policy, 0644, policy_store);

static ssize_t pcishare_show_policy_name(struct pcishare_device *device,
					 char *buf)
{
	return sysfs_emit(buf, "%s\n", device->loaded->policy->name);
}
PCISHARE_FILE_ATTR(policy_name);

static ssize_t pcishare_show_policy_version(struct pcishare_device *device,
					    char *buf)
{
	return sysfs_emit(buf, "%u\n", device->loaded->policy->revision);
}
PCISHARE_FILE_ATTR(policy_version);

static ssize_t pcishare_show_policy_checksum(struct pcishare_device *device,
					     char *buf)
{
	return sysfs_emit(buf, "%08x\n", device->loaded->checksum);
}
PCISHARE_FILE_ATTR(policy_checksum);

static ssize_t pcishare_show_reset_method(struct pcishare_device *device,
					  char *buf)
{
	bool kernel = device->resettable &&
		      pcishare_device_mode(device) != PCISHARE_PARTITION;
	bool recipe = pcishare_recipe_exists(&device->units[0],
					     PCISHARE_RECIPE_RESET);

	return sysfs_emit(buf, "%s%s%s\n", kernel ? "kernel" : "",
			  kernel && recipe ? " " : "",
			  recipe ? "recipe" : kernel ? "" : "none");
}
PCISHARE_SHOWN_ATTR(reset_method, 0444, NULL);

/*
 * For how long guests have it
 */

static ssize_t pcishare_show_slice_us(struct pcishare_device *device, char *buf)
{
	return sysfs_emit(buf, "%u\n", device->slice_us);
}

static ssize_t pcishare_show_hold_us(struct pcishare_device *device, char *buf)
{
	return sysfs_emit(buf, "%u\n", device->hold_us);
}

static ssize_t pcishare_show_handover_us(struct pcishare_device *device,
					 char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  pcishare_device_mode(device) == PCISHARE_LEASE ?
			  pcishare_unit_handover_us(&device->units[0]) : 0);
}
PCISHARE_SHOWN_ATTR(handover_us, 0444, NULL);

/* Set one of the two times, which is at @us, to what @buf says. */
static ssize_t pcishare_time_store(struct device *dev,
				   const struct device_attribute *attr,
				   const char *buf, size_t count, u32 *us,
				   u32 max)
{
	struct pcishare_device *device = dev_get_drvdata(dev);
	ssize_t ret = count;
	u32 value;

	if (kstrtouint(buf, 0, &value) || value > max) {
		dev_err_ratelimited(dev, "%s: microseconds, from 0 to %u\n",
				    attr->attr.name, max);
		return -EINVAL;
	}
	mutex_lock(&device->replace);
	mutex_lock(&device->lock);
	if (pcishare_device_mode(device) == PCISHARE_LEASE) {
		*us = value;
		pcishare_sharing_set_times(device, device->slice_us,
					   device->hold_us);
	} else {
		dev_err_ratelimited(dev, "%s: only of a device that is shared by 'share lease'\n",
				    attr->attr.name);
		ret = -EINVAL;
	}
	mutex_unlock(&device->lock);
	mutex_unlock(&device->replace);
	return ret;
}

static ssize_t slice_us_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t count)
{
	struct pcishare_device *device = dev_get_drvdata(dev);

	return pcishare_time_store(dev, attr, buf, count, &device->slice_us,
				   PCISHARE_SLICE_MAX);
}
PCISHARE_SHOWN_ATTR(slice_us, 0644, slice_us_store);

static ssize_t hold_us_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct pcishare_device *device = dev_get_drvdata(dev);

	return pcishare_time_store(dev, attr, buf, count, &device->hold_us,
				   PCISHARE_HOLD_MAX);
}
PCISHARE_SHOWN_ATTR(hold_us, 0644, hold_us_store);

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
static ssize_t pcishare_show_holder(struct pcishare_device *device, char *buf)
{
	struct pcishare_guest *guest;
	unsigned int i;
	int len = 0;

	rcu_read_lock();
	for (i = 0; i < device->nr_units; i++) {
		guest = READ_ONCE(device->units[i].holder);
		len += sysfs_emit_at(buf, len, "%s\n",
				     guest ? pcishare_guest_name(guest) : "");
	}
	rcu_read_unlock();
	return len;
}
PCISHARE_SHOWN_ATTR(holder, 0444, NULL);

static const char *pcishare_unit_state(struct pcishare_unit *unit)
{
	if (READ_ONCE(unit->device->lost))
		return "lost";
	if (READ_ONCE(unit->holder))
		return "held";
	if (READ_ONCE(unit->draining))
		return "draining";
	if (mutex_is_locked(&unit->turn))
		return "switching";
	return READ_ONCE(unit->dirty) ? "dirty" : "free";
}

static ssize_t pcishare_show_state(struct pcishare_device *device, char *buf)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < device->nr_units; i++)
		len += sysfs_emit_at(buf, len, "%s\n",
				     pcishare_unit_state(&device->units[i]));
	return len;
}
PCISHARE_SHOWN_ATTR(state, 0444, NULL);

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
	&pcishare_shown_sharing.attr.attr,
	&pcishare_shown_policy.attr.attr,
	&pcishare_shown_policy_name.attr.attr,
	&pcishare_shown_policy_version.attr.attr,
	&pcishare_shown_policy_checksum.attr.attr,
	&pcishare_shown_reset_method.attr.attr,
	&pcishare_shown_slice_us.attr.attr,
	&pcishare_shown_hold_us.attr.attr,
	&pcishare_shown_handover_us.attr.attr,
	&dev_attr_guests.attr,
	&pcishare_shown_holder.attr.attr,
	&pcishare_shown_state.attr.attr,
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
