// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's device as the vfio core and its user, a VMM, know it:
 * include/uapi/linux/vfio.h.
 */
#include <linux/jiffies.h>
#include <linux/pci.h>

#include <compat/vfio.h>

#include "../device.h"
#include "../exclusive.h"
#include "guest.h"
#include "../instance.h"
#include "irq.h"
#include "../leave.h"
#include "model.h"
#include "../module.h"
#include "region.h"
#include "../route.h"
#include "../trace.h"

#define PCISHARE_LIVE_WAIT_DEFAULT	1000

/* When it returns no access of the old state is under way. */
static void pcishare_guest_set_state(struct pcishare_guest *guest,
				     enum pcishare_guest_state state)
{
	mutex_lock(&guest->lock);
	WRITE_ONCE(guest->state, state);
	mutex_unlock(&guest->lock);
}

/*
 * Its part of the device
 */

static bool pcishare_guest_shares(const struct pcishare_guest *guest)
{
	return guest->policy->share.mode == PCISHARE_LEASE;
}

/* With a lease it is there, and has the device when it needs it. */
static int pcishare_guest_join(struct pcishare_guest *guest)
{
	return pcishare_guest_shares(guest) ? 0 :
					      pcishare_exclusive_enter(guest);
}

/* When it returns nobody speaks to the guest any more. */
static void pcishare_guest_leave(struct pcishare_guest *guest)
{
	if (pcishare_guest_shares(guest)) {
		pcishare_unit_leave(guest);
		/* Pairs with rcu_read_lock() of pcishare_route(). */
		synchronize_rcu();
	} else {
		pcishare_exclusive_leave(guest);
	}
}

/*
 * Taking it back
 */

/* Returns false if nobody has it open. */
static bool pcishare_guest_is_revoked(struct pcishare_guest *guest)
{
	bool open;

	mutex_lock(&guest->lock);
	open = guest->state == PCISHARE_GUEST_OPEN ||
	       guest->state == PCISHARE_GUEST_STOPPED;
	if (open)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_REVOKED);
	mutex_unlock(&guest->lock);
	return open;
}

static void pcishare_guest_revoke(struct work_struct *work)
{
	struct pcishare_guest *guest = container_of(to_delayed_work(work),
						    struct pcishare_guest,
						    revoke_work);

	if (!pcishare_guest_is_revoked(guest))
		return;
	/* A task that waits for the device waits in vain. */
	pcishare_unit_poke(guest->unit);
	pcishare_guest_leave(guest);
	dev_warn(guest->vdev.vfio.dev, "taken away: it was not given back in time\n");
}

/**
 * pcishare_guest_ask_back - ask a guest's user for its device
 * @guest: the guest
 * @at_once: the physical device is not there any more
 *
 * If it is not given back in time it is taken: it reads as all ones then.
 *
 * Context: may sleep.
 */
void pcishare_guest_ask_back(struct pcishare_guest *guest, bool at_once)
{
	vdev_signal_request(&guest->vdev);
	/*
	 * It may wait for as long as the policy lets a guest hold the device.
	 */
	if (at_once)
		mod_delayed_work(system_long_wq, &guest->revoke_work, 0);
	else
		queue_delayed_work(system_long_wq, &guest->revoke_work,
				   msecs_to_jiffies(pcishare_revoke_ms()));
}

/* The vfio core wants it back, and says so every 10 s. */
static void pcishare_guest_request(struct vfio_device *vfio,
				   unsigned int count)
{
	pcishare_guest_ask_back(pcishare_vfio_guest(vfio), false);
}

/*
 * The vfio device
 */

static int pcishare_guest_reset(struct vdev *vdev)
{
	struct pcishare_guest *guest = pcishare_vdev_guest(vdev);
	int ret = pcishare_unit_reset(guest);

	trace_pcishare_reset(guest, ret);
	if (!ret)
		atomic64_inc(&guest->stats.resets);
	return ret;
}

static u32 pcishare_guest_pending(struct vdev *vdev)
{
	return pcishare_instance_pending(&pcishare_vdev_guest(vdev)->instance);
}

static bool pcishare_guest_asserted(struct vdev *vdev)
{
	return pcishare_device_is_pending(pcishare_vdev_guest(vdev));
}

static void pcishare_guest_listens(struct vdev *vdev)
{
	pcishare_route_through(pcishare_vdev_guest(vdev));
}

static const struct vdev_ops pcishare_vdev_ops = {
	.read = pcishare_region_read,
	.write = pcishare_region_write,
	.reset = pcishare_guest_reset,
	.pending = pcishare_guest_pending,
	.asserted = pcishare_guest_asserted,
	.listens = pcishare_guest_listens,
};

static int pcishare_guest_init(struct vfio_device *vfio)
{
	struct pcishare_guest *guest = pcishare_vfio_guest(vfio);

	mutex_init(&guest->lock);
	vdev_label_init(&guest->label);
	INIT_LIST_HEAD(&guest->node);
	pcishare_contender_init(&guest->contender);
	guest->live_wait_ms = PCISHARE_LIVE_WAIT_DEFAULT;
	INIT_DELAYED_WORK(&guest->revoke_work, pcishare_guest_revoke);
	vdev_init(&guest->vdev, &pcishare_vdev_ops, &guest->lock);
	pcishare_irq_init(guest);
	return 0;
}

/* Its state while it is open. */
static int pcishare_guest_set_up(struct pcishare_guest *guest)
{
	struct pcishare_device *device = guest->device;
	const struct pcishare_policy *policy = pcishare_device_policy(device);
	int ret = pcishare_instance_init(&guest->instance, policy);

	if (ret)
		return ret;
	vdev_irqs_open(&guest->vdev);
	/* Nobody gets its partition in between, nor gives it another. */
	mutex_lock(&device->lock);
	mutex_lock(&guest->lock);
	guest->policy = policy;
	guest->unit = &device->units[guest->partition];
	pcishare_model_set(guest);
	vdev_config_reset(&guest->vdev);
	guest->reset_after = jiffies;
	WRITE_ONCE(guest->state, PCISHARE_GUEST_WAITING);
	mutex_unlock(&guest->lock);
	mutex_unlock(&device->lock);
	return 0;
}

static void pcishare_guest_tear_down(struct pcishare_guest *guest)
{
	pcishare_guest_set_state(guest, PCISHARE_GUEST_CLOSED);
	pcishare_irq_end(guest);
	mutex_lock(&guest->lock);
	guest->unit = NULL;
	guest->policy = NULL;
	pcishare_instance_exit(&guest->instance);
	mutex_unlock(&guest->lock);
	pcishare_device_unuse(guest->device);
}

static int pcishare_guest_open(struct vfio_device *vfio)
{
	struct pcishare_guest *guest = pcishare_vfio_guest(vfio);
	int ret = pcishare_device_use(guest->device);

	if (ret)
		return ret;
	ret = pcishare_guest_set_up(guest);
	if (ret) {
		pcishare_device_unuse(guest->device);
		return ret;
	}
	ret = pcishare_guest_join(guest);
	trace_pcishare_open(guest, ret);
	if (ret)
		pcishare_guest_tear_down(guest);
	else
		pcishare_guest_set_state(guest, PCISHARE_GUEST_OPEN);
	return ret;
}

static void pcishare_guest_close(struct vfio_device *vfio)
{
	struct pcishare_guest *guest = pcishare_vfio_guest(vfio);

	trace_pcishare_close(guest);
	vdev_irqs_close(&guest->vdev);
	pcishare_guest_set_state(guest, PCISHARE_GUEST_CLOSED);
	/* Once more it does nothing, but it may be in the middle. */
	cancel_delayed_work_sync(&guest->revoke_work);
	pcishare_guest_leave(guest);
	pcishare_guest_tear_down(guest);
}

static const struct vfio_device_ops pcishare_guest_ops = {
	.name = KBUILD_MODNAME,
	.init = pcishare_guest_init,
	VFIO_PLAIN_RELEASE_OPS
	VFIO_EMULATED_IOMMUFD_OPS
	VFIO_REGION_INFO_OPS(vdev_region_info)
	.open_device = pcishare_guest_open,
	.close_device = pcishare_guest_close,
	.read = vdev_read,
	.write = vdev_write,
	.ioctl = vdev_ioctl,
	.request = pcishare_guest_request,
};

/*
 * Making and removing it
 */

static bool pcishare_partition_is_taken(const struct pcishare_device *device,
					unsigned int partition)
{
	const struct pcishare_guest *guest;

	lockdep_assert_held(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		if (guest->partition == partition)
			return true;
	return false;
}

/* How many guests there may be. */
static unsigned int pcishare_guest_limit(const struct pcishare_device *device)
{
	return pcishare_device_policy(device)->share.guests;
}

static unsigned int
pcishare_guest_room_locked(const struct pcishare_device *device)
{
	unsigned int limit = pcishare_guest_limit(device), count = 0;
	const struct pcishare_guest *guest;

	lockdep_assert_held(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		count++;
	return count < limit ? limit - count : 0;
}

/**
 * pcishare_guest_room - how many more guests may there be?
 * @device: the device
 *
 * Context: may sleep.
 */
unsigned int pcishare_guest_room(struct pcishare_device *device)
{
	unsigned int room;

	mutex_lock(&device->lock);
	room = pcishare_guest_room_locked(device);
	mutex_unlock(&device->lock);
	return room;
}

/**
 * pcishare_guest_set_partition - give a guest another partition
 * @guest: the guest
 * @partition: which
 *
 * Return: 0; -EINVAL if there is no such partition; -EBUSY if another guest has
 * it, or the guest has its own open.
 * Context: may sleep.
 */
int pcishare_guest_set_partition(struct pcishare_guest *guest,
				 unsigned int partition)
{
	struct pcishare_device *device = guest->device;
	int ret = 0;

	mutex_lock(&device->lock);
	if (partition >= device->nr_units)
		ret = -EINVAL;
	else if (partition == guest->partition)
		ret = 0;
	else if (READ_ONCE(guest->state) != PCISHARE_GUEST_CLOSED ||
		 pcishare_partition_is_taken(device, partition))
		ret = -EBUSY;
	else
		guest->partition = partition;
	mutex_unlock(&device->lock);
	return ret;
}

static int pcishare_guest_list_locked(struct pcishare_guest *guest)
{
	struct pcishare_device *device = guest->device;

	if (device->replacing)
		return -EBUSY;
	if (!pcishare_guest_room_locked(device))
		return -EUSERS;
	if (pcishare_device_mode(device) == PCISHARE_PARTITION)
		while (pcishare_partition_is_taken(device, guest->partition))
			guest->partition++;
	list_add_tail(&guest->node, &device->guests);
	return 0;
}

static int pcishare_guest_list(struct pcishare_guest *guest)
{
	int ret;

	mutex_lock(&guest->device->lock);
	ret = pcishare_guest_list_locked(guest);
	mutex_unlock(&guest->device->lock);
	return ret;
}

static void pcishare_guest_unlist(struct pcishare_guest *guest)
{
	mutex_lock(&guest->device->lock);
	list_del_init(&guest->node);
	mutex_unlock(&guest->device->lock);
}

/**
 * pcishare_guest_create - make a guest's device
 * @device: the physical device
 * @dev: what the guest's device is to its bus
 *
 * Return: the guest's device, or an error pointer: -EUSERS if there are as many
 * as may be, -EBUSY while the policy is being replaced.
 * Context: may sleep; it may be opened before it returns.
 */
struct pcishare_guest *pcishare_guest_create(struct pcishare_device *device,
					     struct device *dev)
{
	struct pcishare_guest *guest;
	int ret;

	guest = vfio_alloc_device(pcishare_guest, vdev.vfio, dev,
				  &pcishare_guest_ops);
	if (IS_ERR(guest))
		return guest;
	guest->device = device;
	ret = pcishare_guest_list(guest);
	if (!ret)
		ret = vfio_register_emulated_iommu_dev(&guest->vdev.vfio);
	if (!ret)
		return guest;
	pcishare_guest_unlist(guest);
	cancel_delayed_work_sync(&guest->revoke_work);
	vfio_put_device(&guest->vdev.vfio);
	return ERR_PTR(ret);
}

/* It is not to get the device any more, for which it may wait. */
static void pcishare_guest_forsake(struct pcishare_guest *guest)
{
	struct pcishare_device *device = guest->device;
	unsigned int i;

	/* The units are replaced under this lock. */
	mutex_lock(&device->lock);
	WRITE_ONCE(guest->going, true);
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_poke(&device->units[i]);
	mutex_unlock(&device->lock);
}

/**
 * pcishare_guest_destroy - take a guest's device away
 * @guest: the guest's device
 *
 * Context: may sleep, until its user has closed it.
 */
void pcishare_guest_destroy(struct pcishare_guest *guest)
{
	pcishare_guest_forsake(guest);
	pcishare_guest_ask_back(guest, false);
	vfio_unregister_group_dev(&guest->vdev.vfio);
	pcishare_guest_unlist(guest);
	cancel_delayed_work_sync(&guest->revoke_work);
	vfio_put_device(&guest->vdev.vfio);
}
