// SPDX-License-Identifier: GPL-2.0
/*
 * Modem lines and line counters, as the vtty sees them.
 *
 * QEMU asks for the lines each time its guest reads the MSR, and every 10 ms
 * besides; a Linux guest reads the MSR in every interrupt. Hence the cache: the
 * port is read when its modem status interrupt or one of our own changes said
 * that a line may be different, and at most every SERFWD_LINES_MAX_AGE
 * otherwise, for ports that tell nobody.
 */
#include <linux/jiffies.h>
#include <linux/serial.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/wait.h>

#include "control.h"
#include "end.h"
#include "lines.h"
#include "link.h"
#include "port.h"
#include "share.h"
#include "trace.h"
#include "vtty_end.h"

#define SERFWD_LINES_MAX_AGE	msecs_to_jiffies(10)

/* The worth of link->lines.value. */
enum {
	SERFWD_LINES_UNKNOWN,
	SERFWD_LINES_READING,
	SERFWD_LINES_KNOWN,
};

/*
 * Called by the driver when it sees a modem status change, with its port lock
 * held and interrupts off.
 */
static int serfwd_msr_wake(struct wait_queue_entry *entry, unsigned int mode,
			   int flags, void *key)
{
	struct serfwd_link *link = container_of(entry, struct serfwd_link,
						lines.msr_wait);

	serfwd_share_all(link, serfwd_lines_changed);
	return 0;
}

/* For serfwd_carrier_raised(), which may not sleep. */
static void serfwd_lines_work(struct work_struct *work)
{
	struct serfwd_link *link = container_of(work, struct serfwd_link,
						lines.work);

	if (serfwd_get_lines(link) & TIOCM_CAR)
		serfwd_vtty_wake_opens(link);
}

/**
 * serfwd_lines_init - set the lines of a new link up
 * @link: the link
 */
void serfwd_lines_init(struct serfwd_link *link)
{
	INIT_WORK(&link->lines.work, serfwd_lines_work);
	init_waitqueue_func_entry(&link->lines.msr_wait, serfwd_msr_wake);
}

/**
 * serfwd_lines_attach - follow a port's modem lines
 * @link: the link
 * @real: the port's tty, already published in @link
 */
void serfwd_lines_attach(struct serfwd_link *link, struct tty_struct *real)
{
	add_wait_queue(&real->port->delta_msr_wait, &link->lines.msr_wait);
	serfwd_share_all(link, serfwd_lines_look);
}

/**
 * serfwd_lines_unfollow - stop following a port's modem lines
 * @link: the link
 * @real: the port's tty, no longer published in @link
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_lines_unfollow(struct serfwd_link *link, struct tty_struct *real)
{
	remove_wait_queue(&real->port->delta_msr_wait, &link->lines.msr_wait);
	serfwd_lines_changed(link);
}

/**
 * serfwd_lines_lost - the port is gone whose lines were followed
 * @link: the link
 *
 * Context: any.
 */
void serfwd_lines_lost(struct serfwd_link *link)
{
	atomic_inc(&link->lines.detached);
	serfwd_lines_changed(link);
}

/**
 * serfwd_lines_changed - a line may have changed
 * @link: the link
 *
 * Context: any.
 */
void serfwd_lines_changed(struct serfwd_link *link)
{
	atomic_set_release(&link->lines.state, SERFWD_LINES_UNKNOWN);
	serfwd_end_lines_changed(link);
	/* A trace of the lines is not to wait for somebody to read them. */
	if (trace_serfwd_lines_enabled())
		schedule_work(&link->lines.work);
}

/**
 * serfwd_lines_look - a line may have changed, perhaps the carrier came
 * @link: the link
 *
 * Context: any.
 */
void serfwd_lines_look(struct serfwd_link *link)
{
	serfwd_lines_changed(link);
	schedule_work(&link->lines.work);
}

/**
 * serfwd_lines_enable - switch a port's modem status interrupts on
 * @real: the port's tty
 *
 * Drivers raise them only with CLOCAL off, but then also hang the port up when
 * the carrier goes; and for whoever asks for the carrier. Setting the port up
 * may switch them off again, so this follows each time.
 *
 * Context: may sleep.
 */
void serfwd_lines_enable(struct tty_struct *real)
{
	/* A driver that has no such operations switches nothing on. */
	if (!tty_io_error(real) && real->port->ops)
		tty_port_carrier_raised(real->port);
}

/**
 * serfwd_lines_carrier_came - tell who takes part in a port of its carrier
 * @link: the link
 *
 * Context: any, often in the driver's interrupt.
 */
void serfwd_lines_carrier_came(struct serfwd_link *link)
{
	serfwd_end_carrier(link, true);
}

/**
 * serfwd_lines_carrier_lost - as serfwd_lines_carrier_came(), when it goes
 * @link: the link
 *
 * Context: any, often in the driver's interrupt.
 */
void serfwd_lines_carrier_lost(struct serfwd_link *link)
{
	serfwd_end_carrier(link, false);
}

/*
 * Read the port. Returns TIOCM_*, or the port's error. Under ctl.lock.
 *
 * An output that a policy keeps low reads as the vtty set it: else a user who
 * reads the lines, changes one and writes them all back would let go of it.
 */
static int serfwd_read_lines(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_port_locked(link);
	unsigned int held = serfwd_mctrl_held(link);
	int lines;

	/* While another gets the port the inputs are as they were. */
	if (!real && serfwd_share_moving(link))
		return (link->lines.value & ~SERFWD_OUTPUTS) |
		       (link->ctl.mctrl & SERFWD_OUTPUTS);
	if (!real || !real->ops->tiocmget)
		return link->ctl.mctrl & SERFWD_OUTPUTS;
	/* Resuming the host may have switched them off. */
	serfwd_lines_enable(real);
	lines = real->ops->tiocmget(real);
	return lines < 0 ? lines : (lines & ~held) | (link->ctl.mctrl & held);
}

static int serfwd_refresh_lines(struct serfwd_link *link)
{
	int lines;

	mutex_lock(&link->ctl.lock);
	/*
	 * First, so that a change while the port is being read leaves the
	 * lines unknown. Fully ordered: pairs with the release in
	 * serfwd_lines_changed().
	 */
	atomic_xchg(&link->lines.state, SERFWD_LINES_READING);
	lines = serfwd_read_lines(link);
	if (lines >= 0) {
		if (lines != link->lines.value)
			trace_serfwd_lines(link->index,
					   link->lines.value, lines);
		WRITE_ONCE(link->lines.value, lines);
		WRITE_ONCE(link->lines.until, jiffies + SERFWD_LINES_MAX_AGE);
		/* Pairs with the acquire in serfwd_lines_known(). */
		atomic_cmpxchg_release(&link->lines.state, SERFWD_LINES_READING,
				       SERFWD_LINES_KNOWN);
	}
	mutex_unlock(&link->ctl.lock);
	return lines;
}

static bool serfwd_lines_known(struct serfwd_link *link)
{
	return atomic_read_acquire(&link->lines.state) == SERFWD_LINES_KNOWN &&
	       time_before(jiffies, READ_ONCE(link->lines.until));
}

/**
 * serfwd_get_lines - modem lines of the vtty
 * @link: the link
 *
 * Return: TIOCM_*; without a port no input is set. Or the port's error.
 * Context: may sleep, but rarely does.
 */
int serfwd_get_lines(struct serfwd_link *link)
{
	struct serfwd_link *owner = serfwd_share_owner(link);
	int lines;

	if (serfwd_lines_known(owner))
		lines = READ_ONCE(owner->lines.value);
	else
		lines = serfwd_refresh_lines(owner);
	/* Inputs are there for all, outputs are what each would have. */
	if (unlikely(owner != link) && lines >= 0)
		lines = (lines & ~SERFWD_OUTPUTS) |
			(READ_ONCE(link->ctl.mctrl) & SERFWD_OUTPUTS);
	return lines;
}

/**
 * serfwd_carrier_raised - does the port see a carrier?
 * @link: the link
 *
 * Return: true if so; false if not, without a port, and while it has to be
 * looked up: then open_wait is woken if there is one.
 * Context: does not sleep: an open asks that is about to wait.
 */
bool serfwd_carrier_raised(struct serfwd_link *link)
{
	struct serfwd_link *owner = serfwd_share_owner(link);

	if (serfwd_lines_known(owner))
		return READ_ONCE(owner->lines.value) & TIOCM_CAR;
	schedule_work(&link->lines.work);
	return false;
}

/*
 * A link that does not hear what a port receives is not told how much that is.
 */
static void serfwd_icount_hide(struct serfwd_link *link,
			       struct serial_icounter_struct *icount)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	if (!host || READ_ONCE(host->share.owner) == link)
		return;
	icount->tx = 0;
	if (serfwd_share_listens(host, link))
		return;
	icount->rx = 0;
	icount->frame = 0;
	icount->overrun = 0;
	icount->parity = 0;
	icount->brk = 0;
	icount->buf_overrun = 0;
}

/**
 * serfwd_get_icount - counters of the bound port
 * @link: the link
 * @icount: filled; of a port that another link has, as far as it concerns this
 *	one
 *
 * Return: 0; -EIO without a port; -ENOTTY if its driver does not count.
 * Context: any.
 */
int serfwd_get_icount(struct serfwd_link *link,
		      struct serial_icounter_struct *icount)
{
	struct tty_struct *real;
	int ret = -EIO;

	rcu_read_lock();
	real = serfwd_share_port(link);
	if (real)
		ret = real->ops->get_icount ?
		      real->ops->get_icount(real, icount) : -ENOTTY;
	rcu_read_unlock();
	if (static_branch_unlikely(&serfwd_share_key))
		serfwd_icount_hide(link, icount);
	return ret;
}

/* Returns 0 while no line in @mask differs, 1 when one does, or an error. */
static int serfwd_lines_differ(struct serfwd_link *link, unsigned int mask,
			       const struct serial_icounter_struct *was,
			       int detached)
{
	struct serial_icounter_struct now = {};
	int ret;

	if (!tty_port_initialized(&link->vport) ||
	    atomic_read(&link->lines.detached) != detached)
		return -EIO;
	ret = serfwd_get_icount(link, &now);
	if (ret)
		return ret;
	return ((mask & TIOCM_RNG) && now.rng != was->rng) ||
	       ((mask & TIOCM_DSR) && now.dsr != was->dsr) ||
	       ((mask & TIOCM_CD) && now.dcd != was->dcd) ||
	       ((mask & TIOCM_CTS) && now.cts != was->cts);
}

/**
 * serfwd_wait_lines - wait until an input changes, TIOCMIWAIT
 * @link: the link
 * @mask: TIOCM_RNG, TIOCM_DSR, TIOCM_CD, TIOCM_CTS
 *
 * Return: 0 when one of them changed; -EIO if the vtty is hung up or the port
 * goes away; -ERESTARTSYS on a signal.
 * Context: sleeps.
 */
int serfwd_wait_lines(struct serfwd_link *link, unsigned int mask)
{
	struct serial_icounter_struct was = {};
	wait_queue_head_t *wait = &link->vport.delta_msr_wait;
	int detached = atomic_read(&link->lines.detached);
	int differ = 0, ret;

	ret = serfwd_get_icount(link, &was);
	if (ret)
		return ret;
	ret = wait_event_interruptible(*wait,
				       (differ = serfwd_lines_differ(link, mask,
								     &was, detached)));
	return ret ?: min(differ, 0);
}
