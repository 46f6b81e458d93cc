// SPDX-License-Identifier: GPL-2.0
/*
 * Cards as mediated devices, see Documentation/ABI/testing/sysfs-bus-vfio-mdev
 * of the kernel. Their parent stands for all links.
 */
#include <linux/device.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/vfio.h>

#include "card.h"
#include "mdev.h"
#include "sysfs.h"

/**
 * struct serfwd_mdev_type - a kind of card
 * @type: what it is to the bus
 * @description: in sysfs
 * @model: what it is to a guest
 */
struct serfwd_mdev_type {
	struct mdev_type type;
	const char *description;
	const struct serfwd_card_model *model;
};

static struct serfwd_mdev_type serfwd_uart_type = {
	.type = {
		.sysfs_name = "uart",
		.pretty_name = "16550A",
	},
	.description = "a PCI card with a 16550A, the guest end of a link of serfwd",
	.model = &serfwd_card_uart,
};

static struct serfwd_mdev_type serfwd_uart_dma_type = {
	.type = {
		.sysfs_name = "uart-dma",
		.pretty_name = "Quark X1000 UART with DMA",
	},
	.description = "a UART of Intel Quark X1000 with DMA, the guest end of a link of serfwd",
	.model = &serfwd_card_quark,
};

static struct serfwd_mdev_type serfwd_console_type = {
	.type = {
		.sysfs_name = "console",
		.pretty_name = "Virtio console",
	},
	.description = "a virtio console with one port, the guest end of a link of serfwd",
	.model = &serfwd_card_console,
};

static struct mdev_type *serfwd_types[] = {
	&serfwd_uart_type.type,
	&serfwd_uart_dma_type.type,
	&serfwd_console_type.type,
};

static const struct serfwd_mdev_type *
serfwd_mdev_type_of(const struct mdev_type *type)
{
	return container_of(type, struct serfwd_mdev_type, type);
}

static struct mdev_parent serfwd_mdev_parent;
static struct device *serfwd_mdev_device;

/* Types have its name in front of theirs. */
static struct class serfwd_vfio_class = {
	.name = "serfwd_vfio",
};

/*
 * The driver
 */

static int serfwd_mdev_probe(struct mdev_device *mdev)
{
	const struct serfwd_mdev_type *type = serfwd_mdev_type_of(mdev->type);
	struct serfwd_card *card = serfwd_card_create(&mdev->dev, type->model);

	if (IS_ERR(card))
		return PTR_ERR(card);
	dev_set_drvdata(&mdev->dev, card);
	return 0;
}

static void serfwd_mdev_remove(struct mdev_device *mdev)
{
	serfwd_card_destroy(dev_get_drvdata(&mdev->dev));
}

static ssize_t serfwd_mdev_description(struct mdev_type *type, char *buf)
{
	return sysfs_emit(buf, "%s\n", serfwd_mdev_type_of(type)->description);
}

static unsigned int serfwd_mdev_available(struct mdev_type *type)
{
	return serfwd_card_room();
}

static struct mdev_driver serfwd_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.probe = serfwd_mdev_probe,
	.remove = serfwd_mdev_remove,
	.get_available = serfwd_mdev_available,
	.show_description = serfwd_mdev_description,
	.driver = {
		.name = "serfwd_vfio_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = serfwd_card_groups,
	},
};

/*
 * The parent
 */

static void serfwd_mdev_release(struct device *device)
{
	kfree(device);
}

static struct device *serfwd_mdev_device_create(void)
{
	struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int ret;

	if (!device)
		return ERR_PTR(-ENOMEM);
	device->class = &serfwd_vfio_class;
	device->release = serfwd_mdev_release;
	device_initialize(device);
	ret = dev_set_name(device, "serfwd_vfio");
	if (!ret)
		ret = device_add(device);
	if (!ret)
		return device;
	put_device(device);
	return ERR_PTR(ret);
}

static int serfwd_mdev_offer(void)
{
	int ret;

	serfwd_mdev_device = serfwd_mdev_device_create();
	if (IS_ERR(serfwd_mdev_device))
		return PTR_ERR(serfwd_mdev_device);
	ret = mdev_register_parent(&serfwd_mdev_parent, serfwd_mdev_device,
				   &serfwd_mdev_driver, serfwd_types,
				   ARRAY_SIZE(serfwd_types));
	if (ret)
		device_unregister(serfwd_mdev_device);
	return ret;
}

/**
 * serfwd_mdev_register - let cards be made
 *
 * Return: 0 or an error.
 * Context: may sleep; cards may be made before it returns.
 */
int serfwd_mdev_register(void)
{
	int ret = class_register(&serfwd_vfio_class);

	if (ret)
		return ret;
	ret = mdev_register_driver(&serfwd_mdev_driver);
	if (ret)
		goto err_class;
	ret = serfwd_mdev_offer();
	if (!ret)
		return 0;
	mdev_unregister_driver(&serfwd_mdev_driver);
err_class:
	class_unregister(&serfwd_vfio_class);
	return ret;
}

/**
 * serfwd_mdev_unregister - remove all cards, and let none be made
 *
 * Context: may sleep.
 */
void serfwd_mdev_unregister(void)
{
	mdev_unregister_parent(&serfwd_mdev_parent);
	device_unregister(serfwd_mdev_device);
	mdev_unregister_driver(&serfwd_mdev_driver);
	class_unregister(&serfwd_vfio_class);
}
