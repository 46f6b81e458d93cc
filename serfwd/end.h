/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LINK_END_H
#define SERFWD_LINK_END_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/termios.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <serfwd_end.h>

struct serfwd_link;

/**
 * struct serfwd_end - who has the guest end of a link
 * @ops: what the link has it do; NULL if nobody has it. Under serfwd_end_mutex.
 * @data: for @ops
 * @hangup_work: hangs up an end that is not the vtty
 * @flow_lock: protects @stopped, and keeps the port as it is
 * @stopped: the far end has stopped it by XOFF, which the link obeys for it
 * @throttle_lock: protects @held and @full
 * @held: its user wants the far end stopped
 * @full: it took less than it was handed
 * @room: it has room again, and the flip buffer work is to see to it
 * @iflag_added: ctl.xonxoff_added of the vtty, while another end is open; under
 *	ctl.lock
 *
 * Read by way of link->opened, or by who has opened it.
 */
struct serfwd_end {
	const struct serfwd_end_ops *ops;
	void *data;
	struct work_struct hangup_work;
	spinlock_t flow_lock;	/* stopped */
	bool stopped;
	struct mutex throttle_lock;	/* held, full */
	bool held;
	bool full;
	bool room;
	tcflag_t iflag_added;
};

void serfwd_end_init(struct serfwd_link *link);
int serfwd_end_claim(struct serfwd_link *link,
		     const struct serfwd_end_ops *ops, void *data);
void serfwd_end_release(struct serfwd_link *link);
bool serfwd_end_is_other(const struct serfwd_end *end);
ssize_t serfwd_end_show(struct serfwd_link *link, char *buf);

void serfwd_end_wakeup_rcu(struct serfwd_link *link);
void serfwd_end_wakeup(struct serfwd_link *link);
void serfwd_end_lines_changed(struct serfwd_link *link);
void serfwd_end_carrier(struct serfwd_link *link, bool there);
void serfwd_end_port_changed(struct serfwd_link *link);
void serfwd_end_hangup(struct serfwd_link *link);

#endif
