// SPDX-License-Identifier: GPL-2.0
/*
 * The pseudo-UART: a tty driver whose every operation is the bound port's.
 */
#include <linux/capability.h>
#include <linux/kdev_t.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/serial.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/tty_ldisc.h>

#include "attach.h"
#include "control.h"
#include "deliver.h"
#include "end.h"
#include "flip.h"
#include "lines.h"
#include "link.h"
#include "links.h"
#include "listener.h"
#include "parent.h"
#include "proc.h"
#include "receive.h"
#include "settings.h"
#include "share.h"
#include "sysfs.h"
#include "transmit.h"
#include "uevent.h"
#include "vtty.h"
#include "vtty_end.h"
#include "xoff.h"

static struct device *serfwd_parent;

/*
 * The locks of a tty that are held while the same lock of the real port is
 * taken: without classes of their own lockdep sees a recursion. link.h has the
 * order.
 */
static struct {
	struct lock_class_key termios_rwsem;
	struct lock_class_key throttle_mutex;
	struct lock_class_key flow;
	struct lock_class_key write_wait;
	struct lock_class_key port_mutex;
	struct lock_class_key buf;
	struct lock_class_key delta_msr_wait;
} serfwd_vtty_keys;

static void serfwd_vtty_set_classes(struct tty_struct *vtty)
{
	lockdep_set_class(&vtty->termios_rwsem,
			  &serfwd_vtty_keys.termios_rwsem);
	lockdep_set_class(&vtty->throttle_mutex,
			  &serfwd_vtty_keys.throttle_mutex);
	lockdep_set_class(&vtty->flow.lock, &serfwd_vtty_keys.flow);
	lockdep_set_class(&vtty->write_wait.lock, &serfwd_vtty_keys.write_wait);
}

static void serfwd_vport_set_classes(struct tty_port *vport)
{
	lockdep_set_class(&vport->mutex, &serfwd_vtty_keys.port_mutex);
	lockdep_set_class(&vport->buf.lock, &serfwd_vtty_keys.buf);
	lockdep_set_class(&vport->delta_msr_wait.lock,
			  &serfwd_vtty_keys.delta_msr_wait);
}

static struct serfwd_link *serfwd_vport_link(struct tty_port *vport)
{
	return container_of(vport, struct serfwd_link, vport);
}

/*
 * The port end of the vtty
 */

static int serfwd_vport_activate(struct tty_port *vport,
				 struct tty_struct *vtty)
{
	serfwd_link_open(serfwd_vport_link(vport), vtty);
	return 0;
}

static void serfwd_vport_shutdown(struct tty_port *vport)
{
	serfwd_link_close(serfwd_vport_link(vport));
}

static void serfwd_vport_dtr_rts(struct tty_port *vport, bool active)
{
	struct serfwd_link *link = serfwd_vport_link(vport);
	unsigned int both = TIOCM_DTR | TIOCM_RTS;

	if (active)
		serfwd_set_mctrl(link, both, 0);
	else if (READ_ONCE(link->policy.hup) != SERFWD_HUP_NEVER)
		serfwd_set_mctrl(link, 0, both);
}

ADAPT_PORT_DTR_RTS(serfwd_vport_dtr_rts);

static bool serfwd_vport_carrier_raised(struct tty_port *vport)
{
	return serfwd_carrier_raised(serfwd_vport_link(vport));
}

ADAPT_PORT_CARRIER_RAISED(serfwd_vport_carrier_raised);

static void serfwd_vport_destruct(struct tty_port *vport)
{
	kfree(serfwd_vport_link(vport));
}

static const struct tty_port_operations serfwd_vport_ops = {
	.activate	= serfwd_vport_activate,
	.shutdown	= serfwd_vport_shutdown,
	.dtr_rts	= ADAPTED_PORT_DTR_RTS(serfwd_vport_dtr_rts),
	.carrier_raised	= ADAPTED_PORT_CARRIER_RAISED(serfwd_vport_carrier_raised),
	.destruct	= serfwd_vport_destruct,
};

/*
 * n_tty restarts the flip buffer work of its own port when it has room again.
 * First comes what is in there, see listener.c; then what is in the real
 * port's.
 */
static void serfwd_vport_work(struct work_struct *work)
{
	struct tty_port *vport = container_of(work, struct tty_port, buf.work);
	struct serfwd_link *link = serfwd_vport_link(vport);

	serfwd_deliver_room(link);
	if (!serfwd_listener_run(link))
		return;
	if (serfwd_receive_is_queued(link))
		serfwd_listener_resume(link);
	else
		serfwd_flip_restart(link);
}

/**
 * serfwd_vtty_is_flip_work - is a work that of the flip buffer of a vtty?
 * @work: the work
 *
 * Return: true if so.
 * Context: any.
 */
bool serfwd_vtty_is_flip_work(const struct work_struct *work)
{
	return work->func == serfwd_vport_work;
}

/**
 * serfwd_vtty_port_init - set up the tty port of a new link
 * @link: the link
 */
void serfwd_vtty_port_init(struct serfwd_link *link)
{
	tty_port_init(&link->vport);
	serfwd_vport_set_classes(&link->vport);
	link->vport.ops = &serfwd_vport_ops;
	serfwd_listener_init(link);
	INIT_WORK(&link->vport.buf.work, serfwd_vport_work);
	serfwd_settings_default(&link->ctl.termios);
}

/*
 * The tty operations
 */

static int serfwd_vtty_install(struct tty_driver *driver,
			       struct tty_struct *vtty)
{
	struct serfwd_link *link = serfwd_link_by_index(vtty->index);
	int ret;

	ret = serfwd_end_claim(link, &serfwd_vtty_end_ops, link);
	if (ret)
		return ret;
	vtty->driver_data = serfwd_link_get(link);
	serfwd_vtty_set_classes(vtty);
	ret = tty_port_install(&link->vport, driver, vtty);
	if (ret) {
		serfwd_link_put(link);
		serfwd_end_release(link);
		return ret;
	}
	serfwd_settings_adopt(link, &vtty->termios);
	return 0;
}

/* The last file is closed, also of those that were hung up. */
static void serfwd_vtty_shutdown(struct tty_struct *vtty)
{
	serfwd_end_release(vtty->driver_data);
}

static void serfwd_vtty_cleanup(struct tty_struct *vtty)
{
	serfwd_link_put(vtty->driver_data);
}

static int serfwd_vtty_open(struct tty_struct *vtty, struct file *file)
{
	struct serfwd_link *link = vtty->driver_data;
	int ret = tty_port_open(vtty->port, vtty, file);

	/*
	 * One that was hung up has its line discipline back before its
	 * settings.
	 */
	if (!ret && READ_ONCE(link->policy.flow) == SERFWD_FLOW_AUTO_XONXOFF)
		serfwd_settings_reset_vtty(link);
	return ret;
}

static void serfwd_vtty_close(struct tty_struct *vtty, struct file *file)
{
	tty_port_close(vtty->port, vtty, file);
}

static void serfwd_vtty_hangup(struct tty_struct *vtty)
{
	tty_port_hangup(vtty->port);
}

static ssize_t serfwd_vtty_write(struct tty_struct *vtty, const u8 *buf,
				 size_t count)
{
	return serfwd_write(vtty->driver_data, buf, count);
}

ADAPT_TTY_WRITE(serfwd_vtty_write);

static int serfwd_vtty_put_char(struct tty_struct *vtty, u8 ch)
{
	return serfwd_put_char(vtty->driver_data, ch);
}

static void serfwd_vtty_flush_chars(struct tty_struct *vtty)
{
	serfwd_flush_chars(vtty->driver_data);
}

static unsigned int serfwd_vtty_write_room(struct tty_struct *vtty)
{
	return serfwd_write_room(vtty->driver_data);
}

static unsigned int serfwd_vtty_chars_in_buffer(struct tty_struct *vtty)
{
	return serfwd_chars_in_buffer(vtty->driver_data);
}

/* TCFLSH; or closing it while its user has stopped it, and hanging it up. */
static void serfwd_vtty_flush_buffer(struct tty_struct *vtty)
{
	serfwd_flush_buffer(vtty->driver_data, serfwd_vtty_going(vtty) ?
			    SERFWD_TX_CLOSED : SERFWD_TX_FLUSHED);
}

static void serfwd_vtty_wait_until_sent(struct tty_struct *vtty, int timeout)
{
	serfwd_wait_until_sent(vtty->driver_data, timeout);
}

static void serfwd_vtty_stop(struct tty_struct *vtty)
{
	serfwd_stop(vtty->driver_data);
}

static void serfwd_vtty_start(struct tty_struct *vtty)
{
	serfwd_start(vtty->driver_data);
}

static void serfwd_vtty_throttle(struct tty_struct *vtty)
{
	serfwd_throttle(vtty->driver_data, true);
}

static void serfwd_vtty_unthrottle(struct tty_struct *vtty)
{
	serfwd_throttle(vtty->driver_data, false);
	serfwd_flip_restart(vtty->driver_data);
}

static void serfwd_vtty_send_xchar(struct tty_struct *vtty, u8 ch)
{
	serfwd_send_xchar(vtty->driver_data, ch);
}

ADAPT_TTY_SEND_XCHAR(serfwd_vtty_send_xchar);

static void serfwd_vtty_set_termios(struct tty_struct *vtty,
				    const struct ktermios *old)
{
	serfwd_set_termios(vtty->driver_data, &vtty->termios);
}

static int serfwd_vtty_tiocmget(struct tty_struct *vtty)
{
	return serfwd_get_lines(vtty->driver_data);
}

static int serfwd_vtty_tiocmset(struct tty_struct *vtty, unsigned int set,
				unsigned int clear)
{
	return serfwd_set_mctrl(vtty->driver_data, set, clear);
}

static int serfwd_vtty_break_ctl(struct tty_struct *vtty, int state)
{
	return serfwd_set_break(vtty->driver_data, vtty, state);
}

static int serfwd_vtty_get_icount(struct tty_struct *vtty,
				  struct serial_icounter_struct *icount)
{
	return serfwd_get_icount(vtty->driver_data, icount);
}

static int serfwd_vtty_get_serial(struct tty_struct *vtty,
				  struct serial_struct *info)
{
	return serfwd_get_serial(vtty->driver_data, info);
}

static int serfwd_vtty_set_serial(struct tty_struct *vtty,
				  struct serial_struct *info)
{
	return serfwd_set_serial(vtty->driver_data, info);
}

static int serfwd_vtty_ioctl(struct tty_struct *vtty, unsigned int cmd,
			     unsigned long arg)
{
	struct serfwd_link *link = vtty->driver_data;

	switch (cmd) {
	case TIOCMIWAIT:
		return serfwd_wait_lines(link, arg);
	case TCFLSH:
		if (arg == TCIFLUSH || arg == TCIOFLUSH) {
			serfwd_flush_input(link, SERFWD_RX_FLUSHED);
			/* The tty core has flushed our own flip buffer. */
			serfwd_listener_lost(link, SERFWD_RX_FLUSHED);
		}
		return -ENOIOCTLCMD;
	case TIOCSERGETLSR:
		return serfwd_ioctl(link, cmd, arg, sizeof(unsigned int));
	case TIOCSRS485:
		/* Others that share the port would find it changed. */
		if (serfwd_share_is_shared(link) && !capable(CAP_SYS_ADMIN))
			return -EPERM;
		fallthrough;
	case TIOCGRS485:
		return serfwd_ioctl(link, cmd, arg,
				    sizeof(struct serial_rs485));
	default:
		return -ENOIOCTLCMD;
	}
}

static const struct tty_operations serfwd_vtty_ops = {
	.install		= serfwd_vtty_install,
	.shutdown		= serfwd_vtty_shutdown,
	.cleanup		= serfwd_vtty_cleanup,
	.open			= serfwd_vtty_open,
	.close			= serfwd_vtty_close,
	.hangup			= serfwd_vtty_hangup,
	.write			= ADAPTED_TTY_WRITE(serfwd_vtty_write),
	.put_char		= serfwd_vtty_put_char,
	.flush_chars		= serfwd_vtty_flush_chars,
	.write_room		= serfwd_vtty_write_room,
	.chars_in_buffer	= serfwd_vtty_chars_in_buffer,
	.flush_buffer		= serfwd_vtty_flush_buffer,
	.wait_until_sent	= serfwd_vtty_wait_until_sent,
	.stop			= serfwd_vtty_stop,
	.start			= serfwd_vtty_start,
	.throttle		= serfwd_vtty_throttle,
	.unthrottle		= serfwd_vtty_unthrottle,
	.send_xchar		= ADAPTED_TTY_SEND_XCHAR(serfwd_vtty_send_xchar),
	.set_termios		= serfwd_vtty_set_termios,
	.tiocmget		= serfwd_vtty_tiocmget,
	.tiocmset		= serfwd_vtty_tiocmset,
	.break_ctl		= serfwd_vtty_break_ctl,
	.get_icount		= serfwd_vtty_get_icount,
	.get_serial		= serfwd_vtty_get_serial,
	.set_serial		= serfwd_vtty_set_serial,
	.proc_show		= serfwd_proc_show,
	.ioctl			= serfwd_vtty_ioctl,
};

/*
 * Registration
 */

static struct tty_driver *serfwd_driver_alloc(unsigned int count)
{
	struct tty_driver *driver;

	/*
	 * REAL_RAW: n_tty copies without looking at flags where the settings
	 * allow it, as for a real port; receive.c does its part.
	 */
	driver = tty_alloc_driver(count,
				  TTY_DRIVER_REAL_RAW | TTY_DRIVER_DYNAMIC_DEV);
	if (IS_ERR(driver))
		return driver;
	driver->driver_name = "serfwd";
	driver->name = "ttySF";
	driver->type = TTY_DRIVER_TYPE_SERIAL;
	driver->subtype = SERIAL_TYPE_NORMAL;
	serfwd_settings_default(&driver->init_termios);
	tty_set_operations(driver, &serfwd_vtty_ops);
	return driver;
}

static int serfwd_vtty_add(unsigned int index)
{
	struct serfwd_link *link = serfwd_link_by_index(index);
	struct device *dev;

	dev = tty_port_register_device_attr(&link->vport, serfwd_driver, index,
					    serfwd_parent, link,
					    serfwd_link_groups);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	/* Pairs with the acquire in serfwd_link_device(). */
	smp_store_release(&link->dev, dev);
	serfwd_uevent_registered(link);
	return 0;
}

static void serfwd_vtty_remove(unsigned int count)
{
	while (count--)
		tty_port_unregister_device(&serfwd_link_by_index(count)->vport,
					   serfwd_driver, count);
}

static int serfwd_vtty_add_all(unsigned int count)
{
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = serfwd_vtty_add(i);
		if (ret) {
			/*
			 * Ports that attached meanwhile still tell of its
			 * device.
			 */
			serfwd_links_refuse();
			serfwd_vtty_remove(i);
			return ret;
		}
	}
	return 0;
}

static int serfwd_driver_add(unsigned int count)
{
	struct tty_driver *driver = serfwd_driver_alloc(count);
	int ret;

	if (IS_ERR(driver))
		return PTR_ERR(driver);
	ret = tty_register_driver(driver);
	if (ret)
		tty_driver_kref_put(driver);
	else
		serfwd_driver = driver;
	return ret;
}

static void serfwd_driver_remove(void)
{
	tty_unregister_driver(serfwd_driver);
	tty_driver_kref_put(serfwd_driver);
	serfwd_driver = NULL;
}

/**
 * serfwd_vtty_register - make the pseudo-UARTs /dev/ttySF0...
 * @count: how many; the links exist
 *
 * Return: 0 or an error, with nothing left behind.
 */
int serfwd_vtty_register(unsigned int count)
{
	int ret;

	serfwd_parent = serfwd_parent_add();
	if (IS_ERR(serfwd_parent))
		return PTR_ERR(serfwd_parent);
	ret = serfwd_driver_add(count);
	if (ret)
		goto err_parent;
	ret = serfwd_vtty_add_all(count);
	if (ret)
		goto err_driver;
	return 0;

err_driver:
	serfwd_driver_remove();
err_parent:
	serfwd_parent_remove(serfwd_parent);
	return ret;
}

/**
 * serfwd_vtty_unregister - take the pseudo-UARTs away
 * @count: how many
 *
 * Context: none is open.
 */
void serfwd_vtty_unregister(unsigned int count)
{
	serfwd_vtty_remove(count);
	serfwd_driver_remove();
	serfwd_parent_remove(serfwd_parent);
}
