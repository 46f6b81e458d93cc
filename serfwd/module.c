// SPDX-License-Identifier: GPL-2.0
/*
 * serfwd: forward bytes, line state and errors between real serial ports and
 * guest-facing pseudo-UARTs, entirely in the kernel.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tty.h>

#include "cable/cable.h"
#include "claim.h"
#include "fit.h"
#include "ldisc.h"
#include "link.h"
#include "links.h"
#include "vtty.h"

/* How often (ms) it is looked whether our ttys are closed. */
#define SERFWD_CLOSED_POLL	20

static unsigned int links = 4;
module_param(links, uint, 0444);
MODULE_PARM_DESC(links, "number of pseudo-UARTs /dev/ttySF0.., 1 to 256 (default 4)");

static char *ports[SERFWD_MAX_LINKS];
static unsigned int nports;
module_param_array(ports, charp, &nports, 0444);
MODULE_PARM_DESC(ports, "names of real ports, such as ttyS1,ttyS2, that get ttySF0, ttySF1.. in this order whenever they attach (default none)");

static unsigned int nullmodems;
module_param(nullmodems, uint, 0444);
MODULE_PARM_DESC(nullmodems, "number of null modem cables between ports /dev/ttyNM0 and ttyNM1, ttyNM2 and ttyNM3.., 0 to 256 (default 0)");

static int ldisc = N_DEVELOPMENT;
module_param(ldisc, int, 0444);
MODULE_PARM_DESC(ldisc, "number of the line discipline, 1 to 30 (default 29, N_DEVELOPMENT)");

static int serfwd_check_links(void)
{
	if (links < 1 || links > SERFWD_MAX_LINKS) {
		pr_err("links=%u is out of range, 1..%d are accepted\n", links,
		       SERFWD_MAX_LINKS);
		return -EINVAL;
	}
	if (nports > links) {
		pr_err("ports= names %u ports for %u links, load with links=%u\n",
		       nports, links, nports);
		return -EINVAL;
	}
	return 0;
}

static bool serfwd_port_repeated(unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++)
		if (!strcmp(kbasename(ports[i]), kbasename(ports[j])))
			return true;
	return false;
}

static int serfwd_check_ports(void)
{
	unsigned int i;

	for (i = 0; i < nports; i++) {
		if (!*kbasename(ports[i])) {
			pr_err("ports= has an empty name at position %u\n", i);
			return -EINVAL;
		}
		if (serfwd_port_repeated(i)) {
			pr_err("ports= names %s twice\n", ports[i]);
			return -EINVAL;
		}
	}
	return 0;
}

static int serfwd_check_cables(void)
{
	if (nullmodems > SERFWD_MAX_CABLES) {
		pr_err("nullmodems=%u is out of range, 0..%d are accepted\n",
		       nullmodems, SERFWD_MAX_CABLES);
		return -EINVAL;
	}
	return 0;
}

static int serfwd_check_params(void)
{
	return serfwd_check_links() ?: serfwd_check_ports() ?:
	       serfwd_check_cables();
}

#ifdef CONFIG_MODULE_UNLOAD
/*
 * Our ttys have been there for a moment, and udev, say, has opened one: it has
 * code of ours until it is closed. Initialisation itself counts as a user.
 */
static void serfwd_await_closed(void)
{
	if (module_refcount(THIS_MODULE) > 1)
		pr_warn("cannot be loaded; waits until its ttys are closed\n");
	while (module_refcount(THIS_MODULE) > 1)
		msleep(SERFWD_CLOSED_POLL);
}
#else
/* This kernel does not count users of a module. */
static void serfwd_await_closed(void)
{
}
#endif

static int __init serfwd_init(void)
{
	int ret = serfwd_check_params();

	if (!ret)
		ret = serfwd_fit_init();
	if (ret)
		return ret;
	ret = serfwd_links_create(links, ports, nports);
	if (ret)
		return ret;
	ret = serfwd_ldisc_register(ldisc);
	if (ret)
		goto err_links;
	/* Before the devices: a udev rule may attach a port to a new one. */
	serfwd_links_accept();
	ret = serfwd_cables_create(nullmodems);
	if (ret)
		goto err_ldisc;
	/* Last: whoever opens one has code of ours until it is closed. */
	ret = serfwd_vtty_register(links);
	if (ret)
		goto err_cables;
	return 0;

err_cables:
	serfwd_links_refuse();
	serfwd_await_closed();
	serfwd_cables_destroy();
err_ldisc:
	serfwd_links_refuse();
	serfwd_ldisc_unregister();
err_links:
	serfwd_links_destroy();
	return ret;
}

static void __exit serfwd_exit(void)
{
	serfwd_links_refuse();
	serfwd_cables_destroy();
	serfwd_vtty_unregister(links);
	serfwd_ldisc_unregister();
	serfwd_links_destroy();
}

module_init(serfwd_init);
module_exit(serfwd_exit);

MODULE_DESCRIPTION("Serial forwarder between real ports and guest-facing pseudo-UARTs");
MODULE_AUTHOR("The devshare developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(DEVSHARE_VERSION);
