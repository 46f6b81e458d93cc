// SPDX-License-Identifier: GPL-2.0
/*
 * pcishare: let several guests share one physical PCI device.
 *
 * So far the module takes its parameter and binds no device.
 */
#include <linux/module.h>

static char *ids = "";
module_param(ids, charp, 0444);
MODULE_PARM_DESC(ids, "PCI devices to bind, vendor:device[,vendor:device]... in hexadecimal (default: none; not acted upon yet)");

static int __init pcishare_init(void)
{
	pr_info("no devices%s\n", *ids ? ": ids is not acted upon yet" : "");
	return 0;
}

static void __exit pcishare_exit(void)
{
}

module_init(pcishare_init);
module_exit(pcishare_exit);

MODULE_AUTHOR("The devshare authors");
MODULE_DESCRIPTION("Sharing of one physical PCI device by several guests");
MODULE_VERSION(DEVSHARE_VERSION);
MODULE_LICENSE("GPL");
