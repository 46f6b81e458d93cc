// SPDX-License-Identifier: GPL-2.0
/*
 * The device that all pseudo-UARTs are of. Programs that list serial ports take
 * those for real that have one, with a driver, and that are not below
 * /sys/devices/virtual (libserialport, Qt). pyserial leaves out those of the
 * platform bus, as places on a board where no port is: so there is a bus for it.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "parent.h"

static struct bus_type serfwd_bus = {
	.name = "serfwd",
};

/* To unbind it would take nothing away. */
static struct device_driver serfwd_parent_driver = {
	.name			= "serfwd",
	.bus			= &serfwd_bus,
	.owner			= THIS_MODULE,
	.suppress_bind_attrs	= true,
};

static void serfwd_parent_release(struct device *parent)
{
	kfree(parent);
}

static struct device *serfwd_parent_register(void)
{
	struct device *parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	int ret;

	if (!parent)
		return ERR_PTR(-ENOMEM);
	parent->bus = &serfwd_bus;
	parent->release = serfwd_parent_release;
	device_initialize(parent);
	ret = dev_set_name(parent, "serfwd");
	if (!ret)
		ret = device_add(parent);
	if (!ret)
		return parent;
	put_device(parent);
	return ERR_PTR(ret);
}

/**
 * serfwd_parent_add - make the device
 *
 * Return: the device, or an error pointer.
 * Context: may sleep.
 */
struct device *serfwd_parent_add(void)
{
	struct device *parent;
	int ret;

	ret = bus_register(&serfwd_bus);
	if (ret)
		return ERR_PTR(ret);
	ret = driver_register(&serfwd_parent_driver);
	if (ret)
		goto err_bus;
	parent = serfwd_parent_register();
	if (!IS_ERR(parent))
		return parent;
	ret = PTR_ERR(parent);
	driver_unregister(&serfwd_parent_driver);
err_bus:
	bus_unregister(&serfwd_bus);
	return ERR_PTR(ret);
}

/**
 * serfwd_parent_remove - undo serfwd_parent_add()
 * @parent: the device, which no tty is of any more
 *
 * Context: may sleep.
 */
void serfwd_parent_remove(struct device *parent)
{
	device_unregister(parent);
	driver_unregister(&serfwd_parent_driver);
	bus_unregister(&serfwd_bus);
}
