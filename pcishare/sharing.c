// SPDX-License-Identifier: GPL-2.0
/*
 * How a physical device is shared: its units by its policy, and another policy
 * while it is bound.
 */
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "device.h"
#include "guest/guest.h"
#include "recipe.h"
#include "sharing.h"
#include "turn.h"

static unsigned int pcishare_sharing_count(const struct pcishare_loaded *loaded)
{
	return loaded->policy->share.mode == PCISHARE_PARTITION ?
	       loaded->policy->share.guests : 1;
}

/* Returns NULL if there is no memory. */
static struct pcishare_unit *
pcishare_sharing_make_units(struct pcishare_device *device,
			    const struct pcishare_loaded *loaded)
{
	unsigned int count = pcishare_sharing_count(loaded), i;
	struct pcishare_unit *units;

	units = kvcalloc(count, sizeof(*units), GFP_KERNEL);
	if (!units)
		return NULL;
	for (i = 0; i < count; i++)
		pcishare_unit_init(&units[i], device, i);
	return units;
}

static void pcishare_sharing_free_units(struct pcishare_unit *units,
					unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		pcishare_unit_exit(&units[i]);
	kvfree(units);
}

/**
 * pcishare_sharing_set_master - let a device write to memory, or not
 * @device: the device
 *
 * Without a text to say so, no DMA: nobody has checked where to.
 */
void pcishare_sharing_set_master(struct pcishare_device *device)
{
	if (pcishare_device_policy(device)->bus_master)
		pci_set_master(device->pdev);
	else
		pci_clear_master(device->pdev);
}

/* Bring it to the state after power-on, each unit of it. */
static void pcishare_sharing_clean(struct pcishare_device *device)
{
	unsigned int i;

	for (i = 0; i < device->nr_units; i++) {
		struct pcishare_unit *unit = &device->units[i];

		if (!pcishare_recipe_exists(unit, PCISHARE_RECIPE_RESET))
			continue;
		mutex_lock(&unit->turn);
		/* If not, nobody has it before it is. */
		unit->dirty = pcishare_recipe_run(unit, PCISHARE_RECIPE_RESET);
		unit->used = unit->dirty;
		mutex_unlock(&unit->turn);
	}
}

/* Is there a way to have nobody find what another has left? */
static bool pcishare_sharing_can_reset(const struct pcishare_device *device)
{
	/* The kernel resets the whole of it, and nothing else. */
	return pcishare_recipe_exists(&device->units[0],
				      PCISHARE_RECIPE_RESET) ||
	       (device->resettable &&
		pcishare_device_mode(device) != PCISHARE_PARTITION);
}

/**
 * pcishare_sharing_say - tell the kernel log how a device is shared
 * @device: the device
 */
void pcishare_sharing_say(const struct pcishare_device *device)
{
	const struct pcishare_policy *policy = pcishare_device_policy(device);

	if (pcishare_loaded_has_file(device->loaded))
		pci_info(device->pdev, "shared by policy %s, %s revision %u\n",
			 device->loaded->file, policy->name, policy->revision);
	else
		pci_info(device->pdev, "has no policy: guests have its BARs and INTx, and not what is its own in configuration space\n");
	if (pcishare_sharing_can_reset(device))
		return;
	if (pcishare_device_mode(device) == PCISHARE_LEASE)
		pci_warn(device->pdev, "cannot be reset: if a guest leaves it busy, nobody gets it before it is idle\n");
	else
		pci_warn(device->pdev, "cannot be reset: a guest finds it as the one before left it\n");
}

/* Time that guests have had of old units says nothing about new ones. */
static void pcishare_sharing_forget_times(struct pcishare_device *device)
{
	struct pcishare_guest *guest;

	list_for_each_entry(guest, &device->guests, node)
		pcishare_contender_forget(&guest->contender);
}

/**
 * pcishare_sharing_set_times - for how long guests may have a device, or a part
 * of it
 * @device: the device
 * @slice_us: how long one may begin anew while others wait
 * @hold_us: how long they wait for its end after that, 0 without end
 *
 * Locking: the device's lock held, if guests may use it.
 */
void pcishare_sharing_set_times(struct pcishare_device *device, u32 slice_us,
				u32 hold_us)
{
	unsigned int i;

	device->slice_us = slice_us;
	device->hold_us = hold_us;
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_share(&device->units[i], slice_us, hold_us);
}

/* Have the device be shared by a policy, if its interrupt can be had. */
static int pcishare_sharing_adopt(struct pcishare_device *device,
				  struct pcishare_loaded *loaded,
				  struct pcishare_unit *units)
{
	device->units = units;
	device->nr_units = pcishare_sharing_count(loaded);
	device->loaded = loaded;
	pcishare_sharing_forget_times(device);
	pcishare_sharing_set_times(device, loaded->policy->share.slice,
				   loaded->policy->share.hold);
	pcishare_sharing_set_master(device);
	return pcishare_source_init(device);
}

static bool pcishare_sharing_is_dirty(const struct pcishare_device *device)
{
	unsigned int i;

	for (i = 0; i < device->nr_units; i++)
		if (device->units[i].dirty || device->units[i].used)
			return true;
	return false;
}

/* Nobody gets it before it is reset. */
static void pcishare_sharing_soil(struct pcishare_device *device)
{
	unsigned int i;

	for (i = 0; i < device->nr_units; i++) {
		struct pcishare_unit *unit = &device->units[i];

		unit->used = true;
		unit->dirty = true;
	}
}

/**
 * pcishare_sharing_begin - have a device be shared by the policy it has
 * @device: the device, enabled
 * @dirty: it is as who had it before left it, and there is a way to reset it
 *
 * Return: 0; -ENOMEM; an error of pcishare_source_init().
 * Context: may sleep.
 */
int pcishare_sharing_begin(struct pcishare_device *device, bool dirty)
{
	struct pcishare_loaded *loaded = device->loaded;
	struct pcishare_unit *units =
		pcishare_sharing_make_units(device, loaded);
	int ret;

	if (!units)
		return -ENOMEM;
	ret = pcishare_sharing_adopt(device, loaded, units);
	if (ret) {
		pcishare_sharing_free_units(units, device->nr_units);
		return ret;
	}
	pcishare_sharing_clean(device);
	if (dirty)
		pcishare_sharing_soil(device);
	return 0;
}

/**
 * pcishare_sharing_end - have a device be quiet, and as after power-on
 * @device: the device, which no guest has open
 *
 * Context: may sleep.
 */
void pcishare_sharing_end(struct pcishare_device *device)
{
	pcishare_source_exit(device);
	if (pci_device_is_present(device->pdev))
		pcishare_sharing_clean(device);
	pci_clear_master(device->pdev);
}

/**
 * pcishare_sharing_free - forget how a device was shared
 * @device: the device, after pcishare_sharing_end()
 *
 * Context: may sleep.
 */
void pcishare_sharing_free(struct pcishare_device *device)
{
	pcishare_sharing_free_units(device->units, device->nr_units);
}

/*
 * Another policy
 */

static bool pcishare_sharing_is_alike(const struct pcishare_device *device,
				      const struct pcishare_loaded *loaded)
{
	const struct pcishare_share *old =
		&pcishare_device_policy(device)->share;
	const struct pcishare_share *share = &loaded->policy->share;

	return old->mode == share->mode && old->guests == share->guests;
}

/* Nobody may open it, nor make guests' devices, from here on. */
static int pcishare_sharing_close(struct pcishare_device *device, bool alike)
{
	int ret = 0;

	mutex_lock(&device->lock);
	if (device->gone)
		ret = -ENODEV;
	else if (READ_ONCE(device->lost))
		ret = -EAGAIN;
	else if (device->users || (!alike && !list_empty(&device->guests)))
		ret = -EBUSY;
	else
		device->replacing = true;
	mutex_unlock(&device->lock);
	return ret;
}

static void pcishare_sharing_reopen(struct pcishare_device *device)
{
	mutex_lock(&device->lock);
	device->replacing = false;
	mutex_unlock(&device->lock);
}

/*
 * If the interrupt cannot be had as the new one wants it, the old one goes on.
 */
static int pcishare_sharing_swap_locked(struct pcishare_device *device,
					struct pcishare_loaded *loaded,
					struct pcishare_unit *units)
{
	struct pcishare_unit *old_units = device->units;
	struct pcishare_loaded *old = device->loaded;
	unsigned int old_count = device->nr_units;
	bool dirty;
	int ret;

	lockdep_assert_held(&device->lock);
	pcishare_sharing_end(device);
	dirty = pcishare_sharing_is_dirty(device);
	ret = pcishare_sharing_adopt(device, loaded, units);
	if (!ret) {
		pcishare_sharing_free_units(old_units, old_count);
		pcishare_unload_policy(old);
		pcishare_sharing_clean(device);
		/*
		 * The new one may know nothing of what the old one did not
		 * clean.
		 */
		if (dirty)
			pcishare_sharing_soil(device);
		return 0;
	}
	pcishare_sharing_free_units(units, device->nr_units);
	if (pcishare_sharing_adopt(device, old, old_units)) {
		pci_err(device->pdev, "has lost its interrupt: bind it again\n");
		device->gone = true;
	}
	pcishare_sharing_clean(device);
	return ret;
}

/* With the lock, for what there is of the old one may be read just now. */
static int pcishare_sharing_swap(struct pcishare_device *device,
				 struct pcishare_loaded *loaded)
{
	struct pcishare_unit *units =
		pcishare_sharing_make_units(device, loaded);
	int ret;

	if (!units)
		return -ENOMEM;
	mutex_lock(&device->lock);
	ret = pcishare_sharing_swap_locked(device, loaded, units);
	mutex_unlock(&device->lock);
	if (ret)
		return ret;
	pcishare_coverage_clear(device);
	pcishare_mdev_name(device);
	pcishare_sharing_say(device);
	return 0;
}

static int pcishare_sharing_replace(struct pcishare_device *device,
				    struct pcishare_loaded *loaded)
{
	bool alike = pcishare_sharing_is_alike(device, loaded);
	int ret = pcishare_sharing_close(device, alike), error = 0;

	if (ret)
		return ret;
	/* The types that guests' devices are made of change with it. */
	if (!alike)
		pcishare_mdev_withdraw(device);
	ret = pcishare_sharing_swap(device, loaded);
	if (!alike)
		error = pcishare_mdev_offer(device);
	if (error)
		pci_err(device->pdev, "is not offered any more: bind it again\n");
	pcishare_sharing_reopen(device);
	return ret;
}

/**
 * pcishare_sharing_replace_policy - have a device be shared by another policy
 * @device: the device
 * @name: file of the policy, or "" to look it up by the device's IDs
 *
 * Return: 0; -EBUSY if a guest has it open, or if guests' devices were made of
 * it and the way of sharing is another; -ENODEV if it is being removed; -EAGAIN
 * while it has lost its state; an error of pcishare_load_policy(). If it is an
 * error the policy there was goes on.
 * Context: may sleep.
 */
int pcishare_sharing_replace_policy(struct pcishare_device *device,
				    const char *name)
{
	struct pcishare_loaded *loaded =
		pcishare_load_policy(device->pdev, name);
	int ret;

	if (IS_ERR(loaded))
		return PTR_ERR(loaded);
	ret = pm_runtime_resume_and_get(&device->pdev->dev);
	if (!ret) {
		mutex_lock(&device->replace);
		ret = pcishare_sharing_replace(device, loaded);
		mutex_unlock(&device->replace);
		pm_runtime_put(&device->pdev->dev);
	}
	if (ret)
		pcishare_unload_policy(loaded);
	return ret;
}
