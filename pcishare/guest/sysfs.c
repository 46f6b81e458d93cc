// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a guest's device, documented in
 * Documentation/ABI/testing/sysfs-bus-mdev-pcishare.
 */
#include <linux/sysfs.h>

#include "../device.h"
#include "guest.h"
#include "../turn.h"

static const char *const pcishare_guest_states[] = {
	[PCISHARE_GUEST_CLOSED] = "closed",
	[PCISHARE_GUEST_WAITING] = "waiting",
	[PCISHARE_GUEST_OPEN] = "open",
	[PCISHARE_GUEST_STOPPED] = "stopped",
	[PCISHARE_GUEST_REVOKED] = "revoked",
};

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  pcishare_guest_states[READ_ONCE(guest->state)]);
}
static DEVICE_ATTR_RO(state);

static ssize_t name_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);

	return vdev_label_show(&guest->label, buf);
}

static ssize_t name_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);

	return vdev_label_store(&guest->label, dev, buf, count);
}
static DEVICE_ATTR_RW(name);

/* A number of a guest that has its limits: @offset is where it is kept. */
struct pcishare_number_attr {
	struct device_attribute attr;
	size_t offset;
	unsigned int min;
	unsigned int max;
};

static unsigned int *pcishare_number(struct device *dev,
				     const struct pcishare_number_attr *number)
{
	return dev_get_drvdata(dev) + number->offset;
}

static ssize_t pcishare_number_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	struct pcishare_number_attr *number =
		container_of(attr, struct pcishare_number_attr, attr);

	return sysfs_emit(buf, "%u\n", READ_ONCE(*pcishare_number(dev, number)));
}

static ssize_t pcishare_number_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	struct pcishare_number_attr *number =
		container_of(attr, struct pcishare_number_attr, attr);
	unsigned int value;

	if (kstrtouint(buf, 0, &value) || value < number->min ||
	    value > number->max) {
		dev_err_ratelimited(dev, "%s: a number from %u to %u\n",
				    attr->attr.name, number->min, number->max);
		return -EINVAL;
	}
	WRITE_ONCE(*pcishare_number(dev, number), value);
	return count;
}

#define PCISHARE_NUMBER_ATTR(_name, _member, _min, _max)		\
	static struct pcishare_number_attr pcishare_attr_##_name = {	\
		.attr = __ATTR(_name, 0644, pcishare_number_show,	\
			       pcishare_number_store),			\
		.offset = offsetof(struct pcishare_guest, _member),	\
		.min = _min,						\
		.max = _max,						\
	}

PCISHARE_NUMBER_ATTR(weight, contender.weight, 1, PCISHARE_WEIGHT_MAX);
PCISHARE_NUMBER_ATTR(live_wait_ms, live_wait_ms, 1, 60000);
PCISHARE_NUMBER_ATTR(accesses_per_s, quotas.accesses.per_s, 0,
		     PCISHARE_QUOTA_MAX);
PCISHARE_NUMBER_ATTR(starts_per_s, quotas.starts.per_s, 0, PCISHARE_QUOTA_MAX);
PCISHARE_NUMBER_ATTR(interrupts_per_s, quotas.interrupts.per_s, 0,
		     PCISHARE_QUOTA_MAX);

/* How many leases of others may come before one of a guest's. */
static u64 pcishare_guest_slots(const struct pcishare_guest *guest)
{
	u32 weight = READ_ONCE(guest->contender.weight);
	const struct pcishare_guest *other;
	u64 slots = 0;

	lockdep_assert_held(&guest->device->lock);
	list_for_each_entry(other, &guest->device->guests, node) {
		u32 others = READ_ONCE(other->contender.weight);

		if (other != guest &&
		    READ_ONCE(other->state) != PCISHARE_GUEST_CLOSED)
			slots += pcishare_arbiter_slots(weight, others);
	}
	return slots;
}

/* How long it waits for the device at most; 0 if nothing limits that. */
static u64 pcishare_guest_wait_max(const struct pcishare_guest *guest)
{
	const struct pcishare_device *device = guest->device;

	if (pcishare_device_mode(device) != PCISHARE_LEASE || !device->hold_us)
		return 0;
	return pcishare_guest_slots(guest) *
	       (device->slice_us + device->hold_us +
		pcishare_unit_handover_us(&device->units[0]));
}

static ssize_t wait_max_us_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);
	u64 us;

	mutex_lock(&guest->device->lock);
	us = pcishare_guest_wait_max(guest);
	mutex_unlock(&guest->device->lock);
	return sysfs_emit(buf, "%llu\n", us);
}
static DEVICE_ATTR_RO(wait_max_us);

static ssize_t partition_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(guest->partition));
}

static ssize_t partition_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);
	unsigned int partition;
	int ret = kstrtouint(buf, 0, &partition);

	if (!ret)
		ret = pcishare_guest_set_partition(guest, partition);
	if (ret == -EBUSY)
		dev_err_ratelimited(dev, "partition: it is taken, or this one is open\n");
	else if (ret)
		dev_err_ratelimited(dev, "partition: a number below %u\n",
				    guest->device->nr_units);
	return ret ?: count;
}
static DEVICE_ATTR_RW(partition);

/* A file of stats/: @offset is that of its counter in the guest. */
struct pcishare_stats_attr {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t pcishare_counter_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct pcishare_guest *guest = dev_get_drvdata(dev);
	struct pcishare_stats_attr *counter =
		container_of(attr, struct pcishare_stats_attr, attr);
	atomic64_t *value = (void *)guest + counter->offset;

	return sysfs_emit(buf, "%lld\n", (s64)atomic64_read(value));
}

#define PCISHARE_STATS_ATTR(_name, _member)				\
	static struct pcishare_stats_attr pcishare_attr_##_name = {	\
		.attr = __ATTR(_name, 0444, pcishare_counter_show, NULL), \
		.offset = offsetof(struct pcishare_guest, _member),	\
	}

PCISHARE_STATS_ATTR(reads, stats.reads);
PCISHARE_STATS_ATTR(writes, stats.writes);
PCISHARE_STATS_ATTR(interrupts, vdev.irqs.signalled);
PCISHARE_STATS_ATTR(denied, stats.denied);
PCISHARE_STATS_ATTR(refused, stats.refused);
PCISHARE_STATS_ATTR(starts, stats.starts);
PCISHARE_STATS_ATTR(queued_starts, stats.queued_starts);
PCISHARE_STATS_ATTR(turns, stats.turns);
PCISHARE_STATS_ATTR(evictions, stats.evictions);
PCISHARE_STATS_ATTR(live_timeouts, stats.live_timeouts);
PCISHARE_STATS_ATTR(resets, stats.resets);
PCISHARE_STATS_ATTR(limited_accesses, stats.limited_accesses);
PCISHARE_STATS_ATTR(limited_starts, stats.limited_starts);
PCISHARE_STATS_ATTR(limited_interrupts, stats.limited_interrupts);

/* The same of what the arbiter knows: @offset is that in the guest. */
static const void *pcishare_contended(struct device *dev,
				      struct device_attribute *attr)
{
	return dev_get_drvdata(dev) +
	       container_of(attr, struct pcishare_stats_attr, attr)->offset;
}

static ssize_t pcishare_ns_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	const u64 *ns = pcishare_contended(dev, attr);

	return sysfs_emit(buf, "%llu\n", div_u64(READ_ONCE(*ns), NSEC_PER_USEC));
}

static ssize_t pcishare_slots_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	const u64 *slots = pcishare_contended(dev, attr);
	unsigned int i;
	int len = 0;

	for (i = 0; i < PCISHARE_HISTOGRAM_SLOTS; i++)
		len += sysfs_emit_at(buf, len, "%s%llu", i ? " " : "",
				     READ_ONCE(slots[i]));
	return len + sysfs_emit_at(buf, len, "\n");
}

#define PCISHARE_CONTENDED_ATTR(_name, _member, _show)			\
	static struct pcishare_stats_attr pcishare_attr_##_name = {	\
		.attr = __ATTR(_name, 0444, _show, NULL),		\
		.offset = offsetof(struct pcishare_guest,		\
				   contender._member),			\
	}

PCISHARE_CONTENDED_ATTR(waits, waits.slots, pcishare_slots_show);
PCISHARE_CONTENDED_ATTR(wait_worst_us, waits.worst, pcishare_ns_show);
PCISHARE_CONTENDED_ATTR(wait_total_us, waits.total, pcishare_ns_show);
PCISHARE_CONTENDED_ATTR(leases, leases.slots, pcishare_slots_show);
PCISHARE_CONTENDED_ATTR(lease_worst_us, leases.worst, pcishare_ns_show);
PCISHARE_CONTENDED_ATTR(lease_total_us, leases.total, pcishare_ns_show);

static struct attribute *pcishare_guest_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_name.attr,
	&pcishare_attr_weight.attr.attr,
	&pcishare_attr_live_wait_ms.attr.attr,
	&dev_attr_wait_max_us.attr,
	&pcishare_attr_accesses_per_s.attr.attr,
	&pcishare_attr_starts_per_s.attr.attr,
	&pcishare_attr_interrupts_per_s.attr.attr,
	&dev_attr_partition.attr,
	NULL
};

/* A partition is only where there are some. */
static umode_t pcishare_guest_attr_visible(struct kobject *kobj,
					   struct attribute *attr, int index)
{
	struct pcishare_guest *guest = dev_get_drvdata(kobj_to_dev(kobj));
	unsigned int mode;

	if (attr != &dev_attr_partition.attr)
		return attr->mode;
	mutex_lock(&guest->device->lock);
	mode = pcishare_device_mode(guest->device);
	mutex_unlock(&guest->device->lock);
	return mode == PCISHARE_PARTITION ? attr->mode : 0;
}

static struct attribute *pcishare_guest_stats_attrs[] = {
	&pcishare_attr_reads.attr.attr,
	&pcishare_attr_writes.attr.attr,
	&pcishare_attr_interrupts.attr.attr,
	&pcishare_attr_denied.attr.attr,
	&pcishare_attr_refused.attr.attr,
	&pcishare_attr_starts.attr.attr,
	&pcishare_attr_queued_starts.attr.attr,
	&pcishare_attr_turns.attr.attr,
	&pcishare_attr_evictions.attr.attr,
	&pcishare_attr_waits.attr.attr,
	&pcishare_attr_wait_worst_us.attr.attr,
	&pcishare_attr_wait_total_us.attr.attr,
	&pcishare_attr_leases.attr.attr,
	&pcishare_attr_lease_worst_us.attr.attr,
	&pcishare_attr_lease_total_us.attr.attr,
	&pcishare_attr_live_timeouts.attr.attr,
	&pcishare_attr_resets.attr.attr,
	&pcishare_attr_limited_accesses.attr.attr,
	&pcishare_attr_limited_starts.attr.attr,
	&pcishare_attr_limited_interrupts.attr.attr,
	NULL
};

static const struct attribute_group pcishare_guest_group = {
	.attrs = pcishare_guest_attrs,
	.is_visible = pcishare_guest_attr_visible,
};

static const struct attribute_group pcishare_guest_stats_group = {
	.name = "stats",
	.attrs = pcishare_guest_stats_attrs,
};

const struct attribute_group *pcishare_guest_groups[] = {
	&pcishare_guest_group,
	&pcishare_guest_stats_group,
	NULL
};
