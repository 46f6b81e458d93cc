/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: the binding of one guest end to one real serial port. The guest end
 * is the pseudo-UART (vtty), or what another module opened, see serfwd_end.h.
 *
 *	guest 16550 -> QEMU chardev -> vtty -> link -> real port -> wire
 *
 * A link outlives both of its ends. It holds no byte, except for those of
 * orphan.c: writing to the vtty calls the port's write in the same context,
 * what the port received is handed to the vtty's line discipline from the
 * port's own flip buffer work.
 *
 * Most comments say vtty, for nearly always it is one. They hold for any guest
 * end, as far as it is no matter of a line discipline. The tty port
 * of the vtty is there in any case: its flip buffer is the link's.
 *
 * Lock order (a lock is taken only with those above it held):
 *
 *	link->bind.mutex
 *	real: tty_lock, ldisc_sem	(attach, detach)
 *	vtty: tty_lock, ldisc_sem, port mutex
 *	link->flip_wq.lock
 *	real: port.buf.lock		(receive)
 *	link->share.lock		(of the host; after party.c's mutex)
 *	vtty: port.buf.lock
 *	vtty: termios_rwsem, throttle_mutex
 *	link->end.throttle_lock
 *	link->ctl.lock
 *	real: termios_rwsem, port mutex
 *	vtty: flow.lock
 *	real: flow.lock
 *	real: the driver's port lock	(write_wakeup and modem status interrupt)
 *	vtty: port.lock, write_wait.lock, port.delta_msr_wait.lock
 *	link->rate.lock, link->orphan.lock
 *	link->share.want_lock
 *
 * From below, the vtty's ldisc_sem and from above, the real one's, are only
 * ever tried, never waited for.
 */
#ifndef SERFWD_LINK_H
#define SERFWD_LINK_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/termios.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_port.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "bind.h"
#include "control.h"
#include "end.h"
#include "flip_wq.h"
#include "found.h"
#include "lines.h"
#include "look.h"
#include "orphan.h"
#include "policy.h"
#include "rate.h"
#include "share.h"
#include "stats.h"

/* For no deeper reason than that a host has fewer ports; a link takes 2 KiB. */
#define SERFWD_MAX_LINKS	256

/**
 * struct serfwd_link - one guest end and the real port bound to it
 * @vport: tty port of the vtty; its kref is the link's reference count
 * @flip_work: the tty core's work of @vport's flip buffer, see listener.c
 * @index: number of the vtty, /dev/ttySF<index>
 * @end: who has the guest end
 * @opened: @end while it is open; read under RCU, or under @vport's buf.lock by
 *	who goes on to sleep: closing waits for both
 * @vtty: the vtty while it is open, as the guest end; read under RCU. A reader
 *	that goes on to sleep takes tty_ldisc_ref() inside the RCU read side
 *	section: closing waits for both.
 * @real: the bound real port's tty; read under RCU, or under @ctl.lock by
 *	calls that may sleep. Written under @ctl.lock, cleared by the port's
 *	ldisc close before the tty core goes on to close or free the tty.
 * @sending: the port that sends what the vtty wrote while it is handed over to
 *	another link; read under RCU, written under @ctl.lock
 * @ctl: what the vtty asks of the line
 * @found: what the real port had before it was attached; under @ctl.lock
 * @lines: modem lines of the real port
 * @bind: how it has its port
 * @flip_wq: where flip buffer work runs
 * @orphan: what came when the port had just gone
 * @port_look: what was looked at of the real port's flip buffer
 * @own_look: what was looked at of the vtty's own one
 * @stale: bytes that the vtty's line discipline has looked at and is not
 *	handed; it takes as many others for them. Taken off under the vtty's
 *	buf.lock.
 * @dev: device of the vtty, NULL until it is registered; see uevent.c
 * @policy: what the administrator decided
 * @rate: how much of the rate limit is used up
 * @share: with whom it shares a port
 * @stall_work: hangs the vtty up when its reader has stalled for too long
 * @stats: counters
 */
struct serfwd_link {
	struct tty_port vport;
	work_func_t flip_work;
	unsigned int index;

	struct serfwd_end end;
	struct serfwd_end __rcu *opened;
	struct tty_struct __rcu *vtty;
	struct tty_struct __rcu *real;
	struct tty_struct __rcu *sending;

	struct serfwd_ctl ctl;
	struct serfwd_found found;
	struct serfwd_lines lines;
	struct serfwd_bind bind;
	struct serfwd_flip_wq flip_wq;
	struct serfwd_orphan orphan;
	struct serfwd_look port_look;
	struct serfwd_look own_look;
	atomic_long_t stale;

	struct device *dev;
	struct serfwd_policy policy;
	struct serfwd_rate rate;
	struct serfwd_share share;
	struct delayed_work stall_work;
	struct serfwd_stats stats;
};

/* All links, and how many; they are there as long as the module. */
extern struct serfwd_link **serfwd_links;
extern unsigned int serfwd_nlinks;

/* The driver of all vttys; NULL while there is none. */
extern struct tty_driver *serfwd_driver;

struct serfwd_link *serfwd_link_by_index(unsigned int index);
struct serfwd_link *serfwd_link_of_port(const struct tty_struct *real);

struct serfwd_link *serfwd_link_get(struct serfwd_link *link);
void serfwd_link_put(struct serfwd_link *link);

bool serfwd_is_vtty(const struct tty_struct *tty);
bool serfwd_is_vtty_number(dev_t number);

/* Do others take part in the port that @link has or takes part in? */
static inline bool serfwd_share_is_shared(const struct serfwd_link *link)
{
	return READ_ONCE(link->share.host);
}

/* The link whose port it is that @link has or takes part in; or @link. */
static inline struct serfwd_link *serfwd_share_host(struct serfwd_link *link)
{
	return READ_ONCE(link->share.host) ?: link;
}

/*
 * Is the driver of a bound port there to be called? Closing it sets closing,
 * then TTY_IO_ERROR, then clears closing: pairs with the locked operations of
 * tty_port_close() between these.
 */
static inline bool serfwd_port_usable(struct tty_struct *real)
{
	if (READ_ONCE(real->closing))
		return false;
	smp_rmb(); /* see above */
	return !tty_io_error(real);
}

#endif
