/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_CONTROL_H
#define SERFWD_CONTROL_H

#include <linux/mutex.h>
#include <linux/termios.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct serfwd_link;
struct serial_struct;
struct tty_struct;

/* Outputs that follow the vtty even if it never named them. */
#define SERFWD_OUTPUTS_ALWAYS	(TIOCM_DTR | TIOCM_RTS)
/* Those that are otherwise as they were found: a driver may need OUT2, say. */
#define SERFWD_OUTPUTS_OTHER	(TIOCM_OUT1 | TIOCM_OUT2 | TIOCM_LOOP)
/* The rest of TIOCM_* are inputs. */
#define SERFWD_OUTPUTS		(SERFWD_OUTPUTS_ALWAYS | SERFWD_OUTPUTS_OTHER)

/**
 * struct serfwd_ctl - what a vtty asks of the line
 * @lock: protects all of it, and whom it is applied to
 * @termios: settings the vtty asked for, and got
 * @mctrl: TIOCM_* outputs the vtty asked for
 * @mctrl_named: TIOCM_* outputs the vtty ever set or cleared
 * @break_on: the vtty holds a break
 * @xonxoff_added: IXON and IXOFF that only the policy asks for
 * @throttled: the vtty asked the far end to stop
 * @show_work: shows the vtty what a port, or a policy, made of its settings
 * @reset_wanted: its line discipline is to see it, too; any context
 */
struct serfwd_ctl {
	struct mutex lock;	/* the rest, and whom it is applied to */
	struct ktermios termios;
	unsigned int mctrl;
	unsigned int mctrl_named;
	bool break_on;
	tcflag_t xonxoff_added;
	bool throttled;
	struct delayed_work show_work;
	bool reset_wanted;
};

void serfwd_control_init(struct serfwd_link *link);

int serfwd_set_flow(struct serfwd_link *link, int flow);
int serfwd_set_stall(struct serfwd_link *link, int stall);
int serfwd_set_hup(struct serfwd_link *link, int hup);
int serfwd_set_mctrl(struct serfwd_link *link, unsigned int set,
		     unsigned int clear);
int serfwd_set_break(struct serfwd_link *link, struct tty_struct *vtty,
		     int state);
int serfwd_try_break(struct serfwd_link *link, int state);
void serfwd_throttle(struct serfwd_link *link, bool on);
void serfwd_send_xchar(struct serfwd_link *link, u8 ch);
int serfwd_get_serial(struct serfwd_link *link, struct serial_struct *info);
int serfwd_set_serial(struct serfwd_link *link, struct serial_struct *info);
int serfwd_ioctl(struct serfwd_link *link, unsigned int cmd, unsigned long arg,
		 size_t size);

#endif
