// SPDX-License-Identifier: GPL-2.0
/*
 * pcishare: let several guests share one physical PCI device.
 */
#include <linux/debugfs.h>
#include <linux/module.h>

#include <vdev/vdev.h>

#include "device.h"
#include "loader.h"
#include "guest/mdev.h"
#include "module.h"

static char *ids = "";
module_param(ids, charp, 0444);
MODULE_PARM_DESC(ids, "PCI devices to bind, vendor:device[:subvendor:subdevice][,...] in hexadecimal (default: none)");

static bool exclusive;
module_param(exclusive, bool, 0644);
MODULE_PARM_DESC(exclusive, "Bind devices without a policy too, for one guest after another (default: no)");

static unsigned int revoke_ms = 10000;
module_param(revoke_ms, uint, 0644);
MODULE_PARM_DESC(revoke_ms, "How long (ms) a VMM may take to give back a device that is to go (default: 10000)");

/**
 * pcishare_revoke_ms - how long a VMM may take to give a device back
 *
 * Return: the time in ms.
 */
unsigned int pcishare_revoke_ms(void)
{
	return READ_ONCE(revoke_ms);
}

/**
 * pcishare_may_be_exclusive - is a device without a policy to be bound?
 *
 * Return: true if the administrator asked for it.
 */
bool pcishare_may_be_exclusive(void)
{
	return READ_ONCE(exclusive);
}

static struct dentry *pcishare_dir;

/**
 * pcishare_debugfs - where in debugfs things are shown
 *
 * Return: the module's directory.
 */
struct dentry *pcishare_debugfs(void)
{
	return pcishare_dir;
}

static void pcishare_leave_debugfs(void)
{
	debugfs_remove(pcishare_dir);
	pcishare_loader_exit();
}

static int __init pcishare_init(void)
{
	int ret;

	pcishare_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	pcishare_loader_init();
	ret = pcishare_mdev_register();
	if (ret)
		goto err_debugfs;
	ret = pcishare_devices_register(ids);
	if (ret)
		goto err_mdev;
	return 0;

err_mdev:
	pcishare_mdev_unregister();
err_debugfs:
	pcishare_leave_debugfs();
	return ret;
}

static void __exit pcishare_exit(void)
{
	pcishare_devices_unregister();
	pcishare_mdev_unregister();
	pcishare_leave_debugfs();
}

module_init(pcishare_init);
module_exit(pcishare_exit);

MODULE_AUTHOR("The devshare authors");
MODULE_DESCRIPTION("Sharing of one physical PCI device by several guests");
MODULE_VERSION(DEVSHARE_VERSION);
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(VDEV_NS);
