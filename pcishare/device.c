// SPDX-License-Identifier: GPL-2.0
/*
 * The physical device: a PCI driver that binds what it is told to.
 */
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "device.h"
#include "guest/guest.h"
#include "lost.h"
#include "module.h"
#include "recipe.h"
#include "route.h"
#include "sharing.h"
#include "turn.h"

/*
 * By what the kernel knows. The device does not answer then: so nobody asks it,
 * not other guests for what is the same for all, nor an interrupt of the line
 * it shares. One unit has the whole device, so there is one that does this at a
 * time.
 */
static int pcishare_device_reset_whole(struct pcishare_device *device,
				       int (*reset)(struct pci_dev *pdev))
{
	int ret;

	WRITE_ONCE(device->resetter, current);
	ret = reset(device->pdev);
	WRITE_ONCE(device->resetter, NULL);
	return ret;
}

/*
 * The same with the PCI device's lock held, while it is being bound or unbound.
 */
static int pcishare_device_reset_locked(struct pcishare_device *device)
{
	return pcishare_device_reset_whole(device, pci_reset_function_locked);
}

static int pcishare_device_reset_by_all(struct pcishare_unit *unit)
{
	struct pcishare_device *device = unit->device;
	int ret = -ENOTTY;

	if (READ_ONCE(device->lost))
		return -EAGAIN;
	if (device->resettable &&
	    pcishare_device_mode(device) != PCISHARE_PARTITION) {
		ret = pcishare_device_reset_whole(device,
						  pci_try_reset_function);
		/* There is a way, which has failed. */
		if (ret)
			return ret == -ENOTTY ? -EIO : ret;
	}
	if (pcishare_recipe_exists(unit, PCISHARE_RECIPE_RESET))
		ret = pcishare_recipe_run(unit, PCISHARE_RECIPE_RESET);
	return ret;
}

/**
 * pcishare_device_reset - reset the physical device, or a partition of it
 * @unit: what of it
 *
 * First by what the kernel knows for it, which is for the whole of it, then by
 * the policy's recipe.
 *
 * Return: 0; -ENOTTY if there is no way; -EAGAIN if the device is just being
 * bound or unbound; an error of the recipe.
 * Locking: the unit's turn held.
 */
int pcishare_device_reset(struct pcishare_unit *unit)
{
	int ret;

	lockdep_assert_held(&unit->turn);
	/* Anything that it still has to say is not for its holder then. */
	pcishare_unit_mute(unit, true);
	ret = pcishare_device_reset_by_all(unit);
	pcishare_unit_mute(unit, false);
	if (!ret)
		atomic64_inc(&unit->device->stats.resets);
	return ret;
}

/**
 * pcishare_device_is_pending - does a guest's device want its driver?
 * @guest: the guest
 *
 * Context: any.
 */
bool pcishare_device_is_pending(struct pcishare_guest *guest)
{
	if (pcishare_instance_pending(&guest->instance))
		return true;
	/* Its driver may have seen to it since. */
	return pcishare_unit_holds(guest) && READ_ONCE(guest->unit->awaits) &&
	       pcishare_source_is_pending(guest->device);
}

/*
 * Users
 */

/* Returns -EBUSY while the policy is being replaced. */
static int pcishare_device_use_locked(struct pcishare_device *device)
{
	if (device->gone)
		return -ENODEV;
	if (device->replacing)
		return -EBUSY;
	if (!device->users++)
		pcishare_source_open(device);
	return 0;
}

/**
 * pcishare_device_use - a guest's device is being opened
 * @device: the physical device
 *
 * It is awake, and its policy stays, until pcishare_device_unuse().
 *
 * Return: 0; -ENODEV if it is being removed; -EBUSY if its policy is being
 * replaced; an error of waking it up.
 * Context: may sleep.
 */
int pcishare_device_use(struct pcishare_device *device)
{
	int ret = pm_runtime_resume_and_get(&device->pdev->dev);

	if (ret)
		return ret;
	mutex_lock(&device->lock);
	ret = pcishare_device_use_locked(device);
	mutex_unlock(&device->lock);
	if (ret)
		pm_runtime_put(&device->pdev->dev);
	return ret;
}

/**
 * pcishare_device_unuse - a guest's device has been closed
 * @device: the physical device
 *
 * Context: may sleep.
 */
void pcishare_device_unuse(struct pcishare_device *device)
{
	unsigned int i;

	mutex_lock(&device->lock);
	if (!--device->users) {
		pcishare_source_close(device);
		/*
		 * The policy may be replaced, and the device sleep, from here
		 * on.
		 */
		for (i = 0; i < device->nr_units; i++)
			pcishare_unit_rest(&device->units[i]);
	}
	mutex_unlock(&device->lock);
	pm_runtime_put(&device->pdev->dev);
}

/*
 * Binding
 */

/* One without a file gets its policy here, when all is known of it. */
static int pcishare_device_adopt_hardware(struct pcishare_device *device)
{
	struct pcishare_loaded *loaded;

	if (device->loaded)
		return 0;
	loaded = pcishare_load_hardware(device->pdev);
	if (IS_ERR(loaded))
		return PTR_ERR(loaded);
	device->loaded = loaded;
	return 0;
}

static int pcishare_device_enable(struct pcishare_device *device)
{
	struct pci_dev *pdev = device->pdev;
	int ret = pci_enable_device(pdev), reset;

	if (ret)
		return ret;
	ret = pcishare_device_adopt_hardware(device);
	if (ret)
		goto disable;
	ret = pcishare_bars_map(pdev, device->bars);
	if (ret)
		goto disable;
	reset = pcishare_device_reset_locked(device);
	device->resettable = reset != -ENOTTY;
	ret = pcishare_sharing_begin(device, reset && device->resettable);
	if (!ret)
		return 0;
	pcishare_bars_unmap(pdev, device->bars);
disable:
	pci_disable_device(pdev);
	return ret;
}

static void pcishare_device_disable(struct pcishare_device *device)
{
	pcishare_sharing_end(device);
	/*
	 * Its lock is held here, so that who closed it meanwhile could not do
	 * so.
	 */
	if (device->resettable && pci_device_is_present(device->pdev))
		pcishare_device_reset_locked(device);
	pcishare_sharing_free(device);
	pcishare_bars_unmap(device->pdev, device->bars);
	pci_disable_device(device->pdev);
}

static struct pcishare_device *pcishare_device_alloc(struct pci_dev *pdev)
{
	struct pcishare_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return NULL;
	device->pdev = pdev;
	if (pcishare_coverage_init(device)) {
		kfree(device);
		return NULL;
	}
	mutex_init(&device->lock);
	mutex_init(&device->replace);
	INIT_LIST_HEAD(&device->guests);
	pcishare_lost_init(device);
	ratelimit_state_init(&device->complaints, PCISHARE_COMPLAINTS_IN,
			     PCISHARE_COMPLAINTS);
	return device;
}

static void pcishare_device_free(struct pcishare_device *device)
{
	pcishare_coverage_exit(device);
	pcishare_unload_policy(device->loaded);
	kfree(device->saved);
	kfree(device);
}

static int pcishare_device_setup(struct pcishare_device *device)
{
	int ret = pcishare_device_enable(device);

	if (ret)
		return ret;
	pcishare_sharing_say(device);
	pci_set_drvdata(device->pdev, device);
	/*
	 * For when its slot has been reset. Without memory that is not
	 * survived.
	 */
	pci_save_state(device->pdev);
	device->saved = pci_store_saved_state(device->pdev);
	ret = pcishare_mdev_offer(device);
	if (ret)
		pcishare_device_disable(device);
	return ret;
}

/* Returns NULL for a device whose policy is to be made from the hardware. */
static struct pcishare_loaded *pcishare_device_find_policy(struct pci_dev *pdev)
{
	struct pcishare_loaded *loaded = pcishare_load_policy(pdev, NULL);

	if (loaded != ERR_PTR(-ENOENT))
		return loaded;
	if (pcishare_may_be_exclusive())
		return NULL;
	pci_err(pdev, "has no policy; exclusive=1 gives it to one guest after another\n");
	return loaded;
}

static int pcishare_device_probe(struct pci_dev *pdev,
				 const struct pci_device_id *id)
{
	struct pcishare_loaded *loaded;
	struct pcishare_device *device;
	int ret;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return -EINVAL;
	loaded = pcishare_device_find_policy(pdev);
	if (IS_ERR(loaded))
		return PTR_ERR(loaded);
	device = pcishare_device_alloc(pdev);
	if (!device) {
		pcishare_unload_policy(loaded);
		return -ENOMEM;
	}
	device->loaded = loaded;
	ret = pcishare_device_setup(device);
	if (ret) {
		pcishare_device_free(device);
		return ret;
	}
	/* It may sleep as long as no guest has it. */
	pm_runtime_put(&pdev->dev);
	return 0;
}

/*
 * Unbinding
 */

/* Nobody may open it from here on, and all are asked to close it. */
static void pcishare_device_ask_back(struct pcishare_device *device)
{
	bool at_once = !pci_device_is_present(device->pdev);
	struct pcishare_guest *guest;
	unsigned int i;

	mutex_lock(&device->lock);
	WRITE_ONCE(device->gone, true);
	list_for_each_entry(guest, &device->guests, node)
		pcishare_guest_ask_back(guest, at_once);
	mutex_unlock(&device->lock);
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_poke(&device->units[i]);
}

static void pcishare_device_remove(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	pm_runtime_get_sync(&pdev->dev);
	/* After a replacement that is under way. */
	mutex_lock(&device->replace);
	pcishare_device_ask_back(device);
	mutex_unlock(&device->replace);
	pcishare_mdev_withdraw(device);
	pcishare_lost_exit(device);
	pcishare_device_disable(device);
	pcishare_device_free(device);
}

static struct pci_driver pcishare_pci_driver = {
	.name = KBUILD_MODNAME,
	.probe = pcishare_device_probe,
	.remove = pcishare_device_remove,
	.err_handler = &pcishare_error_handlers,
	.driver.pm = pm_sleep_ptr(&pcishare_pm_ops),
	.dev_groups = pcishare_device_groups,
};

/*
 * Which devices
 */

/* Nothing else would say that there was nothing to bind. */
static void pcishare_note_absent(const char *id, unsigned int vendor,
				 unsigned int device, unsigned int subvendor,
				 unsigned int subdevice)
{
	struct pci_dev *pdev = pci_get_subsys(vendor, device, subvendor,
					      subdevice, NULL);

	if (!pdev)
		pr_info("ids: there is no device %.32s now; it is bound when it appears\n",
			id);
	pci_dev_put(pdev);
}

/* "8086:10c9" or "8086:10c9:15d9:0001" */
static int pcishare_add_id(const char *id)
{
	unsigned int vendor, device;
	unsigned int subvendor = PCI_ANY_ID, subdevice = PCI_ANY_ID;
	int end = 0, fields;

	fields = sscanf(id, "%4x:%4x%n:%4x:%4x%n", &vendor, &device, &end,
			&subvendor, &subdevice, &end);
	if ((fields != 2 && fields != 4) || id[end]) {
		pr_err("ids: %.32s is not vendor:device[:subvendor:subdevice]\n",
		       id);
		return -EINVAL;
	}
	pcishare_note_absent(id, vendor, device, subvendor, subdevice);
	return pci_add_dynid(&pcishare_pci_driver, vendor, device, subvendor,
			     subdevice, 0, 0, 0);
}

static int pcishare_add_ids(const char *ids)
{
	char *copy = kstrdup(ids, GFP_KERNEL);
	char *rest = copy, *id;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (id = strsep(&rest, ",")))
		if (*id)
			ret = pcishare_add_id(id);
	kfree(copy);
	return ret;
}

/**
 * pcishare_devices_register - bind devices
 * @ids: which, separated by commas
 *
 * Return: 0; -EINVAL for an id that is none; another error, with nothing left
 * behind.
 */
int pcishare_devices_register(const char *ids)
{
	int ret = pci_register_driver(&pcishare_pci_driver);

	if (ret)
		return ret;
	if (!*ids)
		pr_info("no ids: a device is bound by its driver_override, or by new_id\n");
	ret = pcishare_add_ids(ids);
	if (ret)
		pci_unregister_driver(&pcishare_pci_driver);
	return ret;
}

/**
 * pcishare_devices_unregister - unbind all devices
 *
 * Context: may sleep, until no guest has one of them open.
 */
void pcishare_devices_unregister(void)
{
	pci_unregister_driver(&pcishare_pci_driver);
}
