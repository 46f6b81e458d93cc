/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest has of a shared device: a vfio device of its own.
 */
#ifndef PCISHARE_GUEST_H
#define PCISHARE_GUEST_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include <compat/vfio.h>

#include "config.h"
#include "irq.h"
#include "policy.h"

struct pcishare_device;

/* How far a guest has got. */
enum pcishare_guest_state {
	PCISHARE_GUEST_CLOSED,
	PCISHARE_GUEST_WAITING,
	PCISHARE_GUEST_OPEN,
	PCISHARE_GUEST_REVOKED,
};

/**
 * struct pcishare_guest_stats - what a guest did
 * @reads: accesses to BARs
 * @writes: accesses to BARs
 * @interrupts: signalled to the guest
 */
struct pcishare_guest_stats {
	atomic64_t reads;
	atomic64_t writes;
	atomic64_t interrupts;
};

/**
 * struct pcishare_guest - one guest's device
 * @vdev: first, as the vfio core wants it
 * @device: the physical device
 * @policy: how it is shared, NULL if as a whole; valid while open
 * @node: in its guests
 * @lock: protects @config, and keeps a revocation out of an access
 * @going: it is being destroyed: not to get the physical device any more; under
 *	the device's lock for writing
 * @state: &enum pcishare_guest_state; under @lock for writing
 * @config: its configuration space
 * @irqs: its interrupts
 * @revoke_work: takes the device away from who does not give it back
 * @stats: counters
 */
struct pcishare_guest {
	struct vfio_device vdev;
	struct pcishare_device *device;
	const struct pcishare_policy *policy;
	struct list_head node;
	bool going;
	struct mutex lock;	/* config; revocation */
	int state;
	struct pcishare_config config;
	struct pcishare_irqs irqs;
	struct delayed_work revoke_work;
	struct pcishare_guest_stats stats;
};

extern const struct attribute_group *pcishare_guest_groups[];

struct pcishare_guest *pcishare_guest_create(struct pcishare_device *device,
					     struct device *dev);
void pcishare_guest_destroy(struct pcishare_guest *guest);
void pcishare_guest_ask_back(struct pcishare_guest *guest, bool at_once);
void pcishare_guest_set_state(struct pcishare_guest *guest,
			      enum pcishare_guest_state state);

static inline struct pcishare_guest *pcishare_vdev_guest(struct vfio_device *vdev)
{
	return container_of(vdev, struct pcishare_guest, vdev);
}

static inline const char *pcishare_guest_name(const struct pcishare_guest *guest)
{
	return dev_name(guest->vdev.dev);
}

#endif
