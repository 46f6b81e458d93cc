// SPDX-License-Identifier: GPL-2.0
/*
 * Which ttys can be bound to a link.
 *
 * A driver is called as the tty core calls it, and also where the tty core
 * would not: its open without a file, its write from an atomic context. Drivers
 * that this was tried with are taken, others are refused: there are some whose
 * open looks at the file (synclink_gt) or whose write sleeps (ipwireless,
 * kobil_sct).
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/serial_core.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "fit.h"
#include "link.h"
#include "receive.h"

static bool any_driver;
module_param(any_driver, bool, 0644);
MODULE_PARM_DESC(any_driver, "attach ports of drivers that were not tried with serfwd, too (default no)");

/* Drivers beside those of the serial core. */
static const struct {
	const char *tty;	/* driver_name of the tty driver */
	const char *device;	/* driver of its device, NULL for any */
} serfwd_fit_drivers[] = {
	{ "usbserial", "ftdi_sio" },
	{ "usbserial", "pl2303" },
	{ "usbserial", "cp210x" },
	{ "usbserial", "ch341-uart" },
	{ "acm", NULL },
};

/*
 * The operations that all drivers of the serial core have, which it does not
 * export.
 */
static const struct tty_operations *serfwd_fit_uart_ops;

#if IS_ENABLED(CONFIG_SERIAL_CORE)
/**
 * serfwd_fit_init - find out what ports of the serial core look like
 *
 * Return: 0 or an error.
 * Context: module init.
 */
int serfwd_fit_init(void)
{
	static struct uart_driver probe = {
		.owner		= THIS_MODULE,
		.driver_name	= "serfwd_probe",
		.dev_name	= "ttySFprobe",
		.nr		= 1,
	};
	int ret = uart_register_driver(&probe);

	if (ret)
		return ret;
	serfwd_fit_uart_ops = probe.tty_driver->ops;
	uart_unregister_driver(&probe);
	return 0;
}
#else
/* Without a serial core there are none of its ports. */
int serfwd_fit_init(void)
{
	return 0;
}
#endif

static const char *serfwd_fit_device_driver(struct tty_struct *tty)
{
	struct device *parent = tty->dev ? tty->dev->parent : NULL;

	return parent ? dev_driver_string(parent) : "";
}

static bool serfwd_fit_is_tried(struct tty_struct *tty)
{
	const char *device = serfwd_fit_device_driver(tty);
	unsigned int i;

	if (serfwd_fit_uart_ops && tty->ops == serfwd_fit_uart_ops)
		return true;
	for (i = 0; i < ARRAY_SIZE(serfwd_fit_drivers); i++)
		if (!strcmp(tty->driver->driver_name ?: "",
			    serfwd_fit_drivers[i].tty) &&
		    (!serfwd_fit_drivers[i].device ||
		     !strcmp(device, serfwd_fit_drivers[i].device)))
			return true;
	return false;
}

/* Why a tty cannot be bound: NULL if it can; the errno in *err. */
static const char *serfwd_fit_why_not(struct tty_struct *tty, int *err)
{
	*err = -ELOOP;
	if (serfwd_is_vtty(tty))
		return "is a pseudo-UART of this module, not a real port";
	*err = -EINVAL;
	if (tty->driver->type != TTY_DRIVER_TYPE_SERIAL || !tty->ops->write)
		return "is not a serial port";
	*err = -EBUSY;
	if (tty->port->console)
		return "is a console";
	if (serfwd_receive_taken(tty))
		return "is in use by another kernel driver";
	*err = 0;
	return NULL;
}

/* Says so, either way. */
static int serfwd_fit_untried(struct tty_struct *tty)
{
	const char *device = serfwd_fit_device_driver(tty);
	const char *name = *device ? device : tty->driver->driver_name ?: "";

	if (READ_ONCE(any_driver)) {
		pr_warn_ratelimited("%s: attached for any_driver=1; its driver %s was not tried\n",
				    tty->name, name);
		return 0;
	}
	pr_warn_ratelimited("%s: its driver %s was not tried with serfwd; write 1 to /sys/module/serfwd/parameters/any_driver to attach it all the same\n",
			    tty->name, name);
	return -EOPNOTSUPP;
}

/**
 * serfwd_fit_check - may a tty be bound to a link?
 * @tty: the tty, which may not be open yet
 *
 * Says in the kernel log why not.
 *
 * Return: 0; -ELOOP for a vtty of our own; -EINVAL for what is no serial port;
 * -EBUSY for a console or a port that another driver has; -EOPNOTSUPP for one
 * of a driver that was not tried.
 */
int serfwd_fit_check(struct tty_struct *tty)
{
	int err;
	const char *why = serfwd_fit_why_not(tty, &err);

	if (why)
		pr_warn_ratelimited("%s %s\n", tty->name, why);
	else if (!serfwd_fit_is_tried(tty))
		err = serfwd_fit_untried(tty);
	return err;
}
