// SPDX-License-Identifier: GPL-2.0
/*
 * The line discipline that binds a real port to a link.
 *
 * Number 29, N_DEVELOPMENT, is what the kernel keeps for modules from outside
 * its tree; any other that is free can be had by the module parameter.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "attach.h"
#include "bind.h"
#include "claim.h"
#include "fit.h"
#include "found.h"
#include "ldisc.h"
#include "lines.h"
#include "link.h"
#include "share.h"
#include "stats.h"
#include "transmit.h"
#include "uevent.h"

/* Why an opened tty cannot be attached, or NULL. */
static const char *serfwd_port_closed(struct tty_struct *tty)
{
	if (test_bit(TTY_HUPPED, &tty->flags))
		return "was hung up";
	if (tty_io_error(tty))
		return "has no hardware";
	return NULL;
}

static struct serfwd_link *serfwd_claim(struct tty_struct *tty)
{
	struct serfwd_link *link = serfwd_link_claim(tty);

	if (link == ERR_PTR(-EBUSY))
		pr_warn_ratelimited("%s: its link has a port already\n",
				    tty->name);
	else if (link == ERR_PTR(-ENOSPC))
		pr_warn_ratelimited("%s: no free link; load with a larger links=\n",
				    tty->name);
	return link;
}

/* Called with the port's tty_lock and ldisc_sem held. */
static int serfwd_ldisc_open(struct tty_struct *tty)
{
	struct serfwd_link *link;
	const char *why;
	int ret;

	if (!capable(CAP_NET_ADMIN)) {
		pr_warn_ratelimited("%s: attaching needs CAP_NET_ADMIN\n",
				    tty->name);
		return -EPERM;
	}
	ret = serfwd_fit_check(tty);
	if (ret)
		return ret;
	why = serfwd_port_closed(tty);
	if (why) {
		pr_warn_ratelimited("%s %s\n", tty->name, why);
		return -EIO;
	}
	link = serfwd_claim(tty);
	if (IS_ERR(link))
		return PTR_ERR(link);

	tty->disc_data = link;
	serfwd_link_attach(link, tty);
	serfwd_uevent_attached(link, tty->name);
	pr_info("ttySF%u: attached to %s\n", link->index, tty->name);
	return 0;
}

/*
 * Bytes that arrived until a hang-up are not for the next user of the port.
 * Closing a port flushes it after it was shut down; hanging up relies on the
 * line discipline to have taken everything.
 */
static void serfwd_drop_received(struct tty_struct *tty)
{
	if (test_bit(TTY_HUPPING, &tty->flags))
		tty_ldisc_flush(tty);
}

/*
 * The port is hung up, or closed after it could not send all for its
 * closing_wait: what it has is dropped next. Closing flushes again when that
 * was done. This is the last time that a port which is closed is there: it is
 * detached later.
 */
static void serfwd_ldisc_flush_buffer(struct tty_struct *tty)
{
	if (tty_io_error(tty))
		return;
	if (test_bit(TTY_HUPPING, &tty->flags) || tty->closing)
		serfwd_stats_lost(serfwd_share_owner(tty->disc_data),
				  SERFWD_TX_DETACHED, tty_chars_in_buffer(tty));
	if (tty->closing)
		serfwd_found_restore_line(tty->disc_data, tty);
}

/* Called with the port's tty_lock and ldisc_sem held. */
static void serfwd_ldisc_close(struct tty_struct *tty)
{
	struct serfwd_link *link = tty->disc_data;

	serfwd_link_detach(link);
	serfwd_drop_received(tty);
	tty->disc_data = NULL;
	pr_info("ttySF%u: detached from %s\n", link->index, tty->name);
	serfwd_bind_reap(link);
	/* A listener to uevents may attach the next port at once. */
	serfwd_link_get(link);
	serfwd_link_release(link);
	serfwd_uevent_detached(link, tty->name);
	serfwd_link_put(link);
}

/*
 * For processes that have the port itself open. They may look at the settings;
 * setting them is the vtty's alone, or the port would go its own way.
 */
static int serfwd_ldisc_ioctl(struct tty_struct *tty, unsigned int cmd,
			      unsigned long arg)
{
	switch (cmd) {
	case TCGETS:
	case TCGETS2:
	case TCGETA:
	case TIOCGLCKTRMIOS:
	case TIOCGSOFTCAR:
		return tty_mode_ioctl(tty, cmd, arg);
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
	case TIOCSSOFTCAR:
		return -EBUSY;
	default:
		return -ENOIOCTLCMD;
	}
}

/* For drivers that call tty_wakeup() instead of their port's client. */
static void serfwd_ldisc_write_wakeup(struct tty_struct *tty)
{
	serfwd_transmit_wakeup(tty->disc_data);
}

/* Called by the driver with its port lock held. */
static void serfwd_ldisc_dcd_change(struct tty_struct *tty, bool active)
{
	serfwd_share_all(tty->disc_data, serfwd_lines_changed);
	serfwd_share_all(tty->disc_data, active ? serfwd_lines_carrier_came :
						  serfwd_lines_carrier_lost);
}

ADAPT_LDISC_DCD_CHANGE(serfwd_ldisc_dcd_change);

/* Not const: the number is a module parameter. */
static struct tty_ldisc_ops serfwd_ldisc_ops = {
	.owner		= THIS_MODULE,
	.name		= "serfwd",
	.open		= serfwd_ldisc_open,
	.close		= serfwd_ldisc_close,
	.flush_buffer	= serfwd_ldisc_flush_buffer,
	.ioctl		= serfwd_ldisc_ioctl,
	.write_wakeup	= serfwd_ldisc_write_wakeup,
	.dcd_change	= ADAPTED_LDISC_DCD_CHANGE(serfwd_ldisc_dcd_change),
};

/*
 * Registering overwrites whoever has the number, without a word. The one place
 * that tells of it is /proc/tty/ldiscs: a name and a number a line.
 */
static bool serfwd_ldisc_listed(char *list, int num)
{
	char *line;

	while ((line = strsep(&list, "\n"))) {
		int taken;

		if (sscanf(line, "%*s %d", &taken) == 1 && taken == num)
			return true;
	}
	return false;
}

/* NR_LDISCS lines of some 14 bytes each, NUL-terminated, to be freed. */
static char *serfwd_ldisc_read(struct vfsmount *proc)
{
	struct file *file = file_open_root_mnt(proc, "tty/ldiscs", O_RDONLY, 0);
	loff_t pos = 0;
	char *list;
	ssize_t len;

	if (IS_ERR(file))
		return ERR_CAST(file);
	list = kzalloc(PAGE_SIZE, GFP_KERNEL);
	len = list ? kernel_read(file, list, PAGE_SIZE - 1, &pos) : -ENOMEM;
	filp_close(file, NULL);
	if (len >= 0)
		return list;
	kfree(list);
	return ERR_PTR(len);
}

/* Not from /proc: it is perhaps not there, as in an early initramfs. */
static char *serfwd_ldisc_list(void)
{
	struct file_system_type *type = get_fs_type("proc");
	struct vfsmount *proc = type ? kern_mount(type) : ERR_PTR(-ENODEV);
	char *list;

	if (type)
		module_put(type->owner);
	if (IS_ERR(proc))
		return ERR_CAST(proc);
	list = serfwd_ldisc_read(proc);
	kern_unmount(proc);
	return list;
}

static int serfwd_ldisc_check_free(int num)
{
	char *list = serfwd_ldisc_list();
	bool taken;

	if (IS_ERR(list)) {
		pr_err("cannot find out whether ldisc=%d is free: %s\n", num,
		       list == ERR_PTR(-ENOMEM) ?
		       "out of memory" : "no tty/ldiscs in proc");
		return PTR_ERR(list);
	}
	taken = serfwd_ldisc_listed(list, num);
	kfree(list);
	if (taken) {
		pr_err("ldisc=%d is taken, see /proc/tty/ldiscs\n", num);
		return -EBUSY;
	}
	return 0;
}

/**
 * serfwd_ldisc_register - register the line discipline
 * @num: its number
 *
 * Return: 0; -EINVAL for a number out of range, -EBUSY for one in use, or the
 * error of finding that out.
 */
int serfwd_ldisc_register(int num)
{
	int ret;

	if (num <= N_TTY || num >= NR_LDISCS) {
		pr_err("ldisc=%d is out of range, 1..%d are accepted\n", num,
		       NR_LDISCS - 1);
		return -EINVAL;
	}
	ret = serfwd_ldisc_check_free(num);
	if (ret)
		return ret;
	serfwd_ldisc_ops.num = num;
	return tty_register_ldisc(&serfwd_ldisc_ops);
}

/**
 * serfwd_ldisc_unregister - take the line discipline back
 *
 * Context: module exit: no tty has it.
 */
void serfwd_ldisc_unregister(void)
{
	tty_unregister_ldisc(&serfwd_ldisc_ops);
}

/**
 * serfwd_ldisc_bind - put the line discipline on a port, as ldattach does
 * @real: the port's tty, not locked
 *
 * Return: 0 or what opening the line discipline said.
 */
int serfwd_ldisc_bind(struct tty_struct *real)
{
	return tty_set_ldisc(real, serfwd_ldisc_ops.num);
}
