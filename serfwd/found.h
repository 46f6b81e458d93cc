/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_FOUND_H
#define SERFWD_FOUND_H

#include <linux/serial.h>
#include <linux/termios.h>
#include <linux/types.h>

struct serfwd_link;
struct tty_struct;

/**
 * struct serfwd_found - state of a port before it was attached, which it gets
 * back
 * @termios: its settings
 * @outputs: the TIOCM_* outputs of SERFWD_OUTPUTS_OTHER that were on
 * @outputs_known: its driver tells of them
 * @serial: what TIOCGSERIAL says of it
 * @serial_changed: a vtty's user has changed that
 *
 * Protected by the host's ctl.lock.
 */
struct serfwd_found {
	struct ktermios termios;
	unsigned int outputs;
	bool outputs_known;
	struct serial_struct serial;
	bool serial_changed;
};

void serfwd_found_remember(struct serfwd_link *link, struct tty_struct *real);
void serfwd_found_see_serial(struct serfwd_found *found,
			     struct tty_struct *real);
void serfwd_found_restore_serial(struct serfwd_link *link,
				 struct tty_struct *real);
void serfwd_found_restore_line(struct serfwd_link *link,
			       struct tty_struct *real);
void serfwd_found_restore_termios(struct serfwd_link *link,
				  struct tty_struct *real);

#endif
