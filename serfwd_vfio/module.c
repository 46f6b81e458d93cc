// SPDX-License-Identifier: GPL-2.0
/*
 * serfwd_vfio: show guests the links of serfwd as PCI devices.
 */
#include <linux/module.h>

#include <vdev/vdev.h>

#include "mdev.h"
#include "module.h"

static unsigned int revoke_ms = 10000;
module_param(revoke_ms, uint, 0644);
MODULE_PARM_DESC(revoke_ms, "How long (ms) a VMM may take to give back a device that is to go (default: 10000)");

/**
 * serfwd_vfio_revoke_ms - how long a VMM may take to give a device back
 *
 * Return: the time in ms.
 */
unsigned int serfwd_vfio_revoke_ms(void)
{
	return READ_ONCE(revoke_ms);
}

static unsigned int spin_ms = 100;
module_param(spin_ms, uint, 0644);
MODULE_PARM_DESC(spin_ms, "How long (ms) a console of a guest's, whose driver spins, waits for a port that takes nothing (default: 100)");

/**
 * serfwd_vfio_spin_ms - how long a console of a guest's waits for its port
 *
 * Return: the time in ms.
 */
unsigned int serfwd_vfio_spin_ms(void)
{
	return READ_ONCE(spin_ms);
}

static int __init serfwd_vfio_init(void)
{
	return serfwd_mdev_register();
}

static void __exit serfwd_vfio_exit(void)
{
	serfwd_mdev_unregister();
}

module_init(serfwd_vfio_init);
module_exit(serfwd_vfio_exit);

MODULE_AUTHOR("The devshare authors");
MODULE_DESCRIPTION("Show guests the links of serfwd as PCI devices of vfio");
MODULE_VERSION(DEVSHARE_VERSION);
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(VDEV_NS);
