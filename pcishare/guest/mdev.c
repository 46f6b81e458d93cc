// SPDX-License-Identifier: GPL-2.0
/*
 * Guests' devices as mediated devices, see
 * Documentation/ABI/testing/sysfs-bus-vfio-mdev of the kernel.
 */
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sysfs.h>
#include <linux/vfio.h>

#include "../device.h"
#include "guest.h"
#include "mdev.h"

/*
 * By &enum pcishare_mode: "pcishare-lease" and so on, and what it says to
 * people.
 */
static const struct {
	const char *name;
	const char *description;
} pcishare_kinds[] = {
	[PCISHARE_LEASE] = {
		"lease", "the device, which all guests use at once, by turns",
	},
	[PCISHARE_PARTITION] = {
		"partition", "a part of the device, which is the guest's own",
	},
	[PCISHARE_EXCLUSIVE] = {
		"exclusive", "the whole device, for one guest after another",
	},
};

static struct pcishare_device *pcishare_type_device(struct mdev_type *type)
{
	return dev_get_drvdata(type->parent->dev);
}

static int pcishare_mdev_probe(struct mdev_device *mdev)
{
	struct pcishare_guest *guest;

	guest = pcishare_guest_create(pcishare_type_device(mdev->type),
				      &mdev->dev);
	if (IS_ERR(guest))
		return PTR_ERR(guest);
	dev_set_drvdata(&mdev->dev, guest);
	return 0;
}

static void pcishare_mdev_remove(struct mdev_device *mdev)
{
	pcishare_guest_destroy(dev_get_drvdata(&mdev->dev));
}

static ssize_t pcishare_mdev_description(struct mdev_type *type, char *buf)
{
	struct pcishare_device *device = pcishare_type_device(type);
	unsigned int mode;

	mutex_lock(&device->lock);
	mode = pcishare_device_mode(device);
	mutex_unlock(&device->lock);
	return sysfs_emit(buf, "%s\n", pcishare_kinds[mode].description);
}

static unsigned int pcishare_mdev_available(struct mdev_type *type)
{
	return pcishare_guest_room(pcishare_type_device(type));
}

static struct mdev_driver pcishare_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.probe = pcishare_mdev_probe,
	.remove = pcishare_mdev_remove,
	.get_available = pcishare_mdev_available,
	.show_description = pcishare_mdev_description,
	.driver = {
		.name = "pcishare_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = pcishare_guest_groups,
	},
};

/**
 * pcishare_mdev_register - be ready for guests' devices
 *
 * Return: 0 or an error.
 */
int pcishare_mdev_register(void)
{
	return mdev_register_driver(&pcishare_mdev_driver);
}

/**
 * pcishare_mdev_unregister - no device is offered any more
 */
void pcishare_mdev_unregister(void)
{
	mdev_unregister_driver(&pcishare_mdev_driver);
}

/**
 * pcishare_mdev_name - have the type say by which policy its devices are made
 * @device: the device, whose policy is another one
 *
 * By that name people select them. A reader meanwhile gets the one before.
 */
void pcishare_mdev_name(struct pcishare_device *device)
{
	const struct pcishare_policy *policy = pcishare_device_policy(device);
	const char *mode = pcishare_kinds[pcishare_device_mode(device)].name;
	struct pcishare_types *types = &device->types;
	char *name = types->names[types->type.pretty_name == types->names[0]];

	snprintf(name, sizeof(types->names[0]), "%s %s", policy->name, mode);
	WRITE_ONCE(types->type.pretty_name, name);
}

/**
 * pcishare_mdev_offer - let guests' devices be made of a device
 * @device: the device, ready to be opened
 *
 * Return: 0 or an error.
 * Context: may sleep; devices may be made before it returns.
 */
int pcishare_mdev_offer(struct pcishare_device *device)
{
	struct pcishare_types *types = &device->types;
	int ret;

	memset(types, 0, sizeof(*types));
	types->type.sysfs_name =
		pcishare_kinds[pcishare_device_mode(device)].name;
	types->type.pretty_name = types->names[0];
	pcishare_mdev_name(device);
	types->list[0] = &types->type;
	ret = mdev_register_parent(&types->parent, &device->pdev->dev,
				   &pcishare_mdev_driver, types->list,
				   ARRAY_SIZE(types->list));
	types->offered = !ret;
	return ret;
}

/**
 * pcishare_mdev_withdraw - remove all guests' devices of a device
 * @device: the device
 *
 * Context: may sleep, until nobody has one of them open.
 */
void pcishare_mdev_withdraw(struct pcishare_device *device)
{
	/* Not if that failed when its policy was replaced. */
	if (device->types.offered)
		mdev_unregister_parent(&device->types.parent);
	device->types.offered = false;
}
