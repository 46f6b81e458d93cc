/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: the binding of one pseudo-UART (vtty) to one real serial port.
 *
 *	guest 16550 -> QEMU chardev -> vtty -> link -> real port -> wire
 *
 * A link outlives both of its ends. It holds no byte, but for those of orphan.c:
 * writing to the vtty calls the port's write in the same context, what the port
 * received is handed to the vtty's line discipline from the port's own flip buffer
 * work.
 *
 * Lock order (a lock is taken only with those above it held):
 *
 *	link->bind_mutex
 *	real: tty_lock, ldisc_sem	(attach, detach)
 *	vtty: tty_lock, ldisc_sem, port mutex
 *	link->flip_wq.lock
 *	real: port.buf.lock		(receive)
 *	link->share.lock		(of the host; after share.c's mutex)
 *	vtty: port.buf.lock
 *	vtty: termios_rwsem, throttle_mutex
 *	link->ctl_lock
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

#include "flip_wq.h"
#include "found.h"
#include "orphan.h"
#include "look.h"
#include "policy.h"
#include "rate.h"
#include "share.h"
#include "stats.h"

/* For no deeper reason than that a host has fewer ports; a link takes 2 KiB. */
#define SERFWD_MAX_LINKS	256

/**
 * struct serfwd_link - one pseudo-UART and the real port bound to it
 * @vport: tty port of the vtty; its kref is the link's reference count
 * @flip_work: the tty core's work of @vport's flip buffer, see listener.c
 * @index: number of the vtty, /dev/ttySF<index>
 * @vtty: the vtty while it is open; read under RCU. A reader that goes on to
 *	sleep takes tty_ldisc_ref() inside the RCU read side section: closing
 *	waits for both.
 * @real: the bound real port's tty; read under RCU, or under @ctl_lock by
 *	calls that may sleep. Written under @ctl_lock, cleared by the port's
 *	ldisc close before the tty core goes on to close or free the tty.
 * @sending: the port that sends what the vtty wrote while it is handed over to
 *	another link; read under RCU, written under @ctl_lock
 * @ctl_lock: serialises the settings of the line and who they are applied to
 * @termios: settings the vtty asked for, and got; under @ctl_lock
 * @mctrl: TIOCM_* outputs the vtty asked for; under @ctl_lock
 * @mctrl_named: TIOCM_* outputs the vtty ever set or cleared; under @ctl_lock
 * @break_on: the vtty holds a break; under @ctl_lock
 * @xonxoff_added: IXON and IXOFF that only the policy asks for; under @ctl_lock
 * @throttled: the vtty asked the far end to stop; under @ctl_lock
 * @correct_work: shows the vtty what a port made of its settings
 * @reset_wanted: and what a policy made of them
 * @found: what the real port had before it was attached; under @ctl_lock
 * @lines: TIOCM_* last seen on the real port
 * @lines_state: what @lines is worth: unknown after whatever may have changed a
 *	line, see lines.c
 * @lines_until: time (jiffies) after which @lines is read again in any case
 * @msr_wait: entry in the real port's delta_msr_wait
 * @lines_work: reads the lines for an open that waits for the carrier
 * @detached: how often a port was detached
 * @exclusive: the real port was open exclusively before it was attached
 * @claimed: a real port is bound or is being bound; under serfwd_links_lock
 * @wanted: the tty which bind.c is about to bind to this link; under
 *	serfwd_links_lock
 * @bind_mutex: serialises bind.c's binding and unbinding
 * @kopened: the real port's tty if bind.c opened it; under @bind_mutex for
 *	writing
 * @replacing_port: the next port is opened already; under @bind_mutex for writing
 * @reap_work: closes @kopened after the port was hung up
 * @flip_wq: where flip buffer work runs
 * @orphan: what came when the port had just gone
 * @port_look: what was looked at of the real port's flip buffer
 * @own_look: what was looked at of the vtty's own one
 * @stale: bytes that the vtty's line discipline has looked at and is not handed;
 *	it takes as many others for them. Taken off under the vtty's buf.lock.
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

	struct tty_struct __rcu *vtty;
	struct tty_struct __rcu *real;
	struct tty_struct __rcu *sending;

	struct mutex ctl_lock;	/* settings, and who they are applied to */
	struct ktermios termios;
	unsigned int mctrl;
	unsigned int mctrl_named;
	bool break_on;
	tcflag_t xonxoff_added;
	bool throttled;
	struct delayed_work correct_work;
	bool reset_wanted;

	struct serfwd_found found;

	int lines;
	atomic_t lines_state;
	unsigned long lines_until;
	struct wait_queue_entry msr_wait;
	struct work_struct lines_work;
	atomic_t detached;

	bool exclusive;
	bool claimed;
	struct tty_struct *wanted;
	struct mutex bind_mutex;	/* binding by bind.c */
	struct tty_struct *kopened;
	bool replacing_port;
	struct work_struct reap_work;

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

int serfwd_links_create(unsigned int count, char **ports, unsigned int nports);
void serfwd_links_accept(void);
void serfwd_links_refuse(void);
bool serfwd_links_accepting(void);
void serfwd_links_destroy(void);
struct serfwd_link *serfwd_link_by_index(unsigned int index);
struct serfwd_link *serfwd_link_of_port(const struct tty_struct *real);

struct serfwd_link *serfwd_link_get(struct serfwd_link *link);
void serfwd_link_put(struct serfwd_link *link);

struct serfwd_link *serfwd_link_claim(struct tty_struct *real);
void serfwd_link_release(struct serfwd_link *link);
bool serfwd_link_await(struct serfwd_link *link);
bool serfwd_link_reserve(struct serfwd_link *link);
void serfwd_link_unreserve(struct serfwd_link *link);
void serfwd_link_expect(struct serfwd_link *link, struct tty_struct *real);

void serfwd_link_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_link_detach(struct serfwd_link *link);
void serfwd_link_lost(struct serfwd_link *link);

void serfwd_link_open(struct serfwd_link *link, struct tty_struct *vtty);
void serfwd_link_close(struct serfwd_link *link);

struct tty_ldisc *serfwd_real_ldisc(struct serfwd_link *link);
struct tty_ldisc *serfwd_port_ldisc(struct serfwd_link *link);

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

/* Is a vtty being closed or hung up, so that nobody reads from it or drains it? */
static inline bool serfwd_vtty_going(const struct tty_struct *vtty)
{
	return READ_ONCE(vtty->closing) || test_bit(TTY_HUPPING, &vtty->flags);
}

#endif
