/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_LINES_H
#define SERFWD_LINES_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct serfwd_link;
struct serial_icounter_struct;
struct tty_struct;

/**
 * struct serfwd_lines - modem lines of a link's port
 * @value: TIOCM_* last seen on the real port
 * @state: what @value is worth: unknown after whatever may have changed a line,
 *	see lines.c
 * @until: time (jiffies) after which @value is read again in any case
 * @msr_wait: entry in the real port's delta_msr_wait
 * @work: reads the lines for an open that waits for the carrier
 * @detached: how often a port was detached
 */
struct serfwd_lines {
	int value;
	atomic_t state;
	unsigned long until;
	struct wait_queue_entry msr_wait;
	struct work_struct work;
	atomic_t detached;
};

void serfwd_lines_init(struct serfwd_link *link);
void serfwd_lines_attach(struct serfwd_link *link, struct tty_struct *real);
void serfwd_lines_unfollow(struct serfwd_link *link, struct tty_struct *real);
void serfwd_lines_lost(struct serfwd_link *link);

void serfwd_lines_changed(struct serfwd_link *link);
void serfwd_lines_look(struct serfwd_link *link);
void serfwd_lines_enable(struct tty_struct *real);
void serfwd_lines_carrier_came(struct serfwd_link *link);
void serfwd_lines_carrier_lost(struct serfwd_link *link);

int serfwd_get_lines(struct serfwd_link *link);
bool serfwd_carrier_raised(struct serfwd_link *link);
int serfwd_get_icount(struct serfwd_link *link,
		      struct serial_icounter_struct *icount);
int serfwd_wait_lines(struct serfwd_link *link, unsigned int mask);

#endif
