/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's view of a shared device: a vfio device of its own.
 */
#ifndef PCISHARE_GUEST_H
#define PCISHARE_GUEST_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include <vdev/label.h>
#include <vdev/vdev.h>

#include "../arbiter.h"
#include "../instance.h"
#include "irq.h"
#include "../policy/policy.h"
#include "quota.h"

struct pcishare_device;
struct pcishare_unit;

/* How far a guest has got. Stopped: by the policy, until it is reset. */
enum pcishare_guest_state {
	PCISHARE_GUEST_CLOSED,
	PCISHARE_GUEST_WAITING,
	PCISHARE_GUEST_OPEN,
	PCISHARE_GUEST_STOPPED,
	PCISHARE_GUEST_REVOKED,
};

/**
 * struct pcishare_guest_stats - what a guest did
 * @reads: accesses to BARs
 * @writes: accesses to BARs
 * @denied: accesses to what the policy denies or does not name
 * @refused: writes that a mask or range of the policy did not let through
 * @starts: how often it set the device to work
 * @queued_starts: how many of them had to wait
 * @turns: how often it was given the device
 * @evictions: how often that was taken from it while it was busy
 * @live_timeouts: accesses that waited for the device in vain
 * @resets: how often it was reset
 * @limited_accesses: accesses to BARs that were too many
 * @limited_starts: starts that were too many
 * @limited_interrupts: interrupts that came later, together with others
 */
struct pcishare_guest_stats {
	atomic64_t reads;
	atomic64_t writes;
	atomic64_t denied;
	atomic64_t refused;
	atomic64_t starts;
	atomic64_t queued_starts;
	atomic64_t turns;
	atomic64_t evictions;
	atomic64_t live_timeouts;
	atomic64_t resets;
	atomic64_t limited_accesses;
	atomic64_t limited_starts;
	atomic64_t limited_interrupts;
};

/**
 * struct pcishare_quotas - how often a guest may do what costs the host time
 * @accesses: to BARs
 * @starts: of the device
 * @interrupts: signalled to it
 */
struct pcishare_quotas {
	struct pcishare_quota accesses;
	struct pcishare_quota starts;
	struct pcishare_quota interrupts;
};

/**
 * struct pcishare_guest - one guest's device
 * @vdev: first, as the vfio core wants it; with the configuration space, under
 *	@lock, and interrupts
 * @device: the physical device
 * @unit: what it has of that; while it is open
 * @partition: index of its unit, with partitions; under the device's lock
 * @policy: by which it is shared, while it is open; NULL while it is not
 * @instance: its own registers; likewise
 * @node: in the device's guests
 * @contender: what the unit's arbiter knows of it; under the unit's lock
 * @awaiting: how many accesses wait for the device; under @lock
 * @promised: for how many of them it was given the device, and is to keep it
 *	until they are made; under @lock
 * @restores: how often in a row its settings could not be restored; under @lock
 * @lock: protects @vdev's configuration space and @instance, and keeps a
 *	revocation out of an access
 * @going: it is being destroyed: not to get the physical device any more; under
 *	the device's lock for writing
 * @reset_after: when (jiffies) it may reset the physical device again; with the
 *	unit's turn for writing
 * @state: &enum pcishare_guest_state; under @lock for writing
 * @late: interrupts that come later
 * @revoke_work: takes the device away from who does not give it back
 * @label: what its user calls it
 * @live_wait_ms: how long an access may wait for the device
 * @quotas: how often it may do what
 * @stats: counters
 */
struct pcishare_guest {
	struct vdev vdev;
	struct pcishare_device *device;
	struct pcishare_unit *unit;
	unsigned int partition;
	const struct pcishare_policy *policy;
	struct pcishare_instance instance;
	struct list_head node;
	struct pcishare_contender contender;
	unsigned int awaiting;
	unsigned int promised;
	unsigned int restores;
	bool going;
	struct mutex lock;	/* config, instance; revocation */
	unsigned long reset_after;
	int state;
	struct pcishare_late late;
	struct delayed_work revoke_work;
	struct vdev_label label;
	unsigned int live_wait_ms;
	struct pcishare_quotas quotas;
	struct pcishare_guest_stats stats;
};

/* sysfs.c */
extern const struct attribute_group *pcishare_guest_groups[];

/* guest.c */

struct pcishare_guest *pcishare_guest_create(struct pcishare_device *device,
					     struct device *dev);
void pcishare_guest_destroy(struct pcishare_guest *guest);
void pcishare_guest_ask_back(struct pcishare_guest *guest, bool at_once);
int pcishare_guest_set_partition(struct pcishare_guest *guest,
				 unsigned int partition);
unsigned int pcishare_guest_room(struct pcishare_device *device);

static inline struct pcishare_guest *pcishare_vdev_guest(struct vdev *vdev)
{
	return container_of(vdev, struct pcishare_guest, vdev);
}

static inline struct pcishare_guest *
pcishare_vfio_guest(struct vfio_device *vfio)
{
	return pcishare_vdev_guest(vdev_of(vfio));
}

static inline const char *
pcishare_guest_name(const struct pcishare_guest *guest)
{
	return dev_name(guest->vdev.vfio.dev);
}

#endif
