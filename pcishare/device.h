/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A physical PCI device that guests share.
 *
 * Lock order:
 *
 *	device->replace		(another policy)
 *	device->lock		(guests come and go)
 *	unit->turn		(who changes hands)
 *	vdev->irqs.mutex	(a guest's eventfds)
 *	guest->lock		(a guest's view of the device)
 *	guest->lock of another	(who loses the device to the first)
 *	unit->lock		(also from interrupts)
 *	vdev->irqs.lock		(also from interrupts)
 *	source->lock		(the physical interrupt)
 *
 * A guest that holds its lock may try to get the turn, but does not wait for
 * it. Eventfds are signalled without a spinlock, for who waits for them may
 * call back.
 */
#ifndef PCISHARE_DEVICE_H
#define PCISHARE_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/ratelimit.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "bar.h"
#include "coverage.h"
#include "unit.h"
#include "loader.h"
#include "guest/mdev.h"
#include "policy/policy.h"
#include "source.h"

struct pcishare_guest;

/**
 * struct pcishare_device_stats - what happened to a device
 * @interrupts: the physical device's
 * @handovers: how often a guest was given it or a partition of it
 * @resets: how often it was reset
 */
struct pcishare_device_stats {
	atomic64_t interrupts;
	atomic64_t handovers;
	atomic64_t resets;
};

/**
 * struct pcishare_device - a physical device
 * @pdev: the device
 * @bars: its BARs
 * @source: its interrupt
 * @loaded: its policy, never NULL from being enabled on; under @lock, and stays
 *	while @users are there
 * @units: what guests have of it
 * @nr_units: how many, at least one
 * @slice_us: how long a guest may begin anew while others wait; under @lock
 * @hold_us: how long others wait for its end after that, 0 without end; under
 *	@lock
 * @resetter: the task that has the kernel reset it for us; set by that itself
 * @deaf: it is being reset, or is @lost: only its holder asks it. Written
 *	with the PCI device locked, or by @find_work; read under RCU
 * @lost: it has lost what was set there, or is about to: nobody accesses it
 * @hears: woken when it is not @deaf any more
 * @saved: its configuration space when it was bound
 * @recovery_work: tells guests of one that does not come back after an error
 * @find_work: sets it as it was set before it was lost
 * @lock: serialises guests' coming and going
 * @guests: all there are, open or not; under @lock
 * @users: how many of them are open; under @lock
 * @replacing: its policy is: nobody may open it, nor make guests' devices of
 *	it; under @lock
 * @replace: serialises replacing the policy, and removing the device
 * @gone: it is being removed: nobody may open it any more; under @lock for
 *	writing
 * @resettable: the kernel knows a way to reset it
 * @stats: counters
 * @complaints: how many warnings there may be about what guests do
 * @coverage: what guests touch that the policy does not name
 * @types: how it is offered to guests
 */
struct pcishare_device {
	struct pci_dev *pdev;
	struct pcishare_bar bars[PCI_STD_NUM_BARS];
	struct pcishare_source source;
	struct pcishare_loaded *loaded;
	struct pcishare_unit *units;
	unsigned int nr_units;
	u32 slice_us;
	u32 hold_us;

	struct task_struct *resetter;
	bool deaf;
	bool lost;
	wait_queue_head_t hears;
	struct pci_saved_state *saved;
	struct delayed_work recovery_work;
	struct work_struct find_work;
	struct mutex lock;	/* guests' coming and going */
	struct list_head guests;
	unsigned int users;
	bool replacing;
	struct mutex replace;	/* replacing the policy, removing */
	bool gone;
	bool resettable;
	struct pcishare_device_stats stats;
	struct ratelimit_state complaints;
	struct pcishare_coverage coverage;

	struct pcishare_types types;
};

/* So many warnings about what guests do are logged in this time (jiffies). */
#define PCISHARE_COMPLAINTS	10
#define PCISHARE_COMPLAINTS_IN	(600 * HZ)

static inline const struct pcishare_policy *
pcishare_device_policy(const struct pcishare_device *device)
{
	return device->loaded->policy;
}

/* &enum pcishare_mode */
static inline unsigned int
pcishare_device_mode(const struct pcishare_device *device)
{
	return pcishare_device_policy(device)->share.mode;
}

/* device.c */
int pcishare_devices_register(const char *ids);
void pcishare_devices_unregister(void);
int pcishare_device_use(struct pcishare_device *device);
void pcishare_device_unuse(struct pcishare_device *device);
int pcishare_device_reset(struct pcishare_unit *unit);
bool pcishare_device_is_pending(struct pcishare_guest *guest);

/* device_sysfs.c */
extern const struct attribute_group *pcishare_device_groups[];

#endif
