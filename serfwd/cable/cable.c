// SPDX-License-Identifier: GPL-2.0
/*
 * The null modem cables, and their plugs in sysfs. The attributes are
 * documented in Documentation/ABI/testing/sysfs-tty-serfwd.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <compat/uart.h>

#include "cable.h"

/* setserial shows a 16th of this as baud_base; as in a PC. */
#define SERFWD_PLUG_CLOCK	1843200

static struct uart_driver serfwd_plug_driver = {
	.owner		= THIS_MODULE,
	.driver_name	= "serfwd_nullmodem",
	.dev_name	= "ttyNM",
};

static struct serfwd_cable **serfwd_cables;
static unsigned int serfwd_ncables;
static struct dentry *serfwd_cables_dir;

/*
 * Attributes
 */

/* The serial core's tty devices have their tty_port as driver data. */
static struct serfwd_plug *serfwd_dev_plug(struct device *dev)
{
	struct tty_port *port = dev_get_drvdata(dev);
	struct uart_state *state = container_of(port, struct uart_state, port);

	return serfwd_uart_plug(state->uart_port);
}

static ssize_t far_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);

	/* Not by its name, which comes and goes with the port. */
	return sysfs_emit(buf, "ttyNM%u\n", plug->uart.line ^ 1);
}
static DEVICE_ATTR_RO(far);

static ssize_t wiring_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);

	return sysfs_emit(buf, "%s\n", serfwd_pins_wiring(plug->cable));
}

static ssize_t wiring_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);
	int ret = serfwd_pins_set_wiring(plug->cable, buf);

	if (ret)
		pr_warn_ratelimited("%s: wiring is crossed, straight, three-wire or loopback; see pins for others\n",
				    plug->uart.name);
	return ret ?: count;
}
static DEVICE_ATTR_RW(wiring);

static ssize_t pins_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return serfwd_pins_print(serfwd_dev_plug(dev), buf);
}

static ssize_t pins_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);
	char *text = kstrndup(buf, count, GFP_KERNEL);
	int ret;

	if (!text)
		return -ENOMEM;
	ret = serfwd_pins_parse(plug, text);
	kfree(text);
	if (ret)
		pr_warn_ratelimited("%s: pins are cts=, dsr=, dcd=, ri= and what drives them of rts, dtr, out1, out2, own-rts, own-dtr, own-out1, own-out2, high, with | between\n",
				    plug->uart.name);
	return ret ?: count;
}
static DEVICE_ATTR_RW(pins);

static ssize_t pacing_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);

	return sysfs_emit(buf, "%d\n", READ_ONCE(plug->cable->paced));
}

static ssize_t pacing_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct serfwd_plug *plug = serfwd_dev_plug(dev);
	bool paced;
	int ret = kstrtobool(buf, &paced);

	if (ret) {
		pr_warn_ratelimited("%s: pacing is 0 or 1\n", plug->uart.name);
		return ret;
	}
	WRITE_ONCE(plug->cable->paced, paced);
	return count;
}
static DEVICE_ATTR_RW(pacing);

static struct attribute *serfwd_plug_attrs[] = {
	&dev_attr_far.attr,
	&dev_attr_wiring.attr,
	&dev_attr_pins.attr,
	&dev_attr_pacing.attr,
	NULL
};

static struct attribute_group serfwd_plug_group = {
	.attrs = serfwd_plug_attrs,
};

/*
 * Coming and going
 */

/* A parent of its own for each: the serial core numbers ports by parent. */
static int serfwd_plug_parent(struct serfwd_plug *plug, unsigned int line)
{
	plug->pdev = platform_device_register_simple("serfwd-nullmodem", line,
						     NULL, 0);
	return PTR_ERR_OR_ZERO(plug->pdev);
}

static void serfwd_plug_setup(struct serfwd_plug *plug, unsigned int line)
{
	struct uart_port *uart = &plug->uart;

	uart->line = line;
	uart->dev = &plug->pdev->dev;
	uart->ops = &serfwd_plug_ops;
	uart->attr_group = &serfwd_plug_group;
	uart->type = PORT_16550A;
	uart->flags = UPF_FIXED_TYPE;
	uart->fifosize = SERFWD_PLUG_FIFO_PACED;
	uart->uartclk = SERFWD_PLUG_CLOCK;
}

static int serfwd_plug_add(struct serfwd_plug *plug, unsigned int line)
{
	int ret = serfwd_plug_parent(plug, line);

	if (ret)
		return ret;
	serfwd_plug_setup(plug, line);
	ret = uart_add_one_port(&serfwd_plug_driver, &plug->uart);
	if (ret) {
		platform_device_unregister(plug->pdev);
		return ret;
	}
	serfwd_faults_create(plug, serfwd_cables_dir);
	return 0;
}

static void serfwd_plug_remove(struct serfwd_plug *plug)
{
	uart_remove_one_port(&serfwd_plug_driver, &plug->uart);
	platform_device_unregister(plug->pdev);
}

static struct serfwd_cable *serfwd_cable_alloc(void)
{
	struct serfwd_cable *cable = kzalloc(sizeof(*cable), GFP_KERNEL);
	int i;

	if (!cable)
		return NULL;
	spin_lock_init(&cable->lock);
	for (i = 0; i < 2; i++) {
		cable->plugs[i].cable = cable;
		serfwd_wire_init(&cable->plugs[i]);
	}
	serfwd_pins_init(cable);
	return cable;
}

/* Both plugs are gone or were never there. */
static void serfwd_cable_free(struct serfwd_cable *cable)
{
	serfwd_pins_exit(cable);
	kfree(cable);
}

static struct serfwd_cable *serfwd_cable_create(unsigned int number)
{
	struct serfwd_cable *cable = serfwd_cable_alloc();
	int ret;

	if (!cable)
		return ERR_PTR(-ENOMEM);
	ret = serfwd_plug_add(&cable->plugs[0], 2 * number);
	if (ret)
		goto err_free;
	ret = serfwd_plug_add(&cable->plugs[1], 2 * number + 1);
	if (ret)
		goto err_remove;
	return cable;

err_remove:
	serfwd_plug_remove(&cable->plugs[0]);
err_free:
	serfwd_cable_free(cable);
	return ERR_PTR(ret);
}

static void serfwd_cable_destroy(struct serfwd_cable *cable)
{
	serfwd_plug_remove(&cable->plugs[0]);
	serfwd_plug_remove(&cable->plugs[1]);
	serfwd_cable_free(cable);
}

static int serfwd_cables_add(unsigned int count)
{
	while (serfwd_ncables < count) {
		struct serfwd_cable *cable;

		cable = serfwd_cable_create(serfwd_ncables);
		if (IS_ERR(cable))
			return PTR_ERR(cable);
		serfwd_cables[serfwd_ncables++] = cable;
	}
	return 0;
}

static void serfwd_cables_remove(void)
{
	debugfs_remove(serfwd_cables_dir);
	while (serfwd_ncables)
		serfwd_cable_destroy(serfwd_cables[--serfwd_ncables]);
	uart_unregister_driver(&serfwd_plug_driver);
}

static int serfwd_cables_register(unsigned int count)
{
	int ret;

	serfwd_plug_driver.nr = 2 * count;
	ret = uart_register_driver(&serfwd_plug_driver);
	if (ret)
		return ret;
	serfwd_cables_dir = debugfs_create_dir("serfwd", NULL);
	ret = serfwd_cables_add(count);
	if (ret)
		serfwd_cables_remove();
	return ret;
}

/**
 * serfwd_cables_create - make null modem cables
 * @count: how many
 *
 * Return: 0 or an error, with nothing left behind.
 */
int serfwd_cables_create(unsigned int count)
{
	int ret;

	if (!count)
		return 0;
	serfwd_cables = kcalloc(count, sizeof(*serfwd_cables), GFP_KERNEL);
	if (!serfwd_cables)
		return -ENOMEM;
	ret = serfwd_cables_register(count);
	if (ret) {
		kfree(serfwd_cables);
		serfwd_cables = NULL;
	}
	return ret;
}

/**
 * serfwd_cables_destroy - take the null modem cables away
 *
 * Context: module exit: none of their ports is open.
 */
void serfwd_cables_destroy(void)
{
	if (!serfwd_cables)
		return;
	serfwd_cables_remove();
	kfree(serfwd_cables);
	serfwd_cables = NULL;
}
