// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a port before it was attached: the port goes back with that, and
 * no owner leaves anything of its own to the next.
 */
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "control.h"
#include "found.h"
#include "link.h"

static void serfwd_found_see_outputs(struct serfwd_found *found,
				     struct tty_struct *real)
{
	int lines = real->ops->tiocmget && real->ops->tiocmset ?
		    real->ops->tiocmget(real) : -ENOTTY;

	found->outputs_known = lines >= 0;
	found->outputs = lines >= 0 ? lines & SERFWD_OUTPUTS_OTHER : 0;
}

/**
 * serfwd_found_see_serial - keep what TIOCGSERIAL says of a port
 * @found: where
 * @real: the port's tty
 *
 * Context: may sleep.
 * Locking: the host's ctl.lock held.
 */
void serfwd_found_see_serial(struct serfwd_found *found,
			     struct tty_struct *real)
{
	memset(&found->serial, 0, sizeof(found->serial));
	found->serial_changed = false;
	if (real->ops->get_serial)
		real->ops->get_serial(real, &found->serial);
}

/**
 * serfwd_found_remember - keep what a port is to be given back with
 * @link: the link
 * @real: the port's tty, which is about to be attached
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_found_remember(struct serfwd_link *link, struct tty_struct *real)
{
	struct serfwd_found *found = &link->found;

	mutex_lock(&link->ctl.lock);
	down_read(&real->termios_rwsem);
	found->termios = real->termios;
	up_read(&real->termios_rwsem);
	serfwd_found_see_outputs(found, real);
	serfwd_found_see_serial(found, real);
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_found_restore_serial - take back what a user has set by TIOCSSERIAL
 * @link: the link that the port belongs to
 * @real: the port's tty, usable
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_found_restore_serial(struct serfwd_link *link,
				 struct tty_struct *real)
{
	mutex_lock(&link->ctl.lock);
	if (link->found.serial_changed)
		real->ops->set_serial(real, &link->found.serial);
	link->found.serial_changed = false;
	mutex_unlock(&link->ctl.lock);
}

/**
 * serfwd_found_restore_line - take back what users have set of a port
 * @link: the link that the port belongs to
 * @real: the port's tty, usable, which is about to be detached or closed
 *
 * DTR and RTS stay, as they would of a port that is not closed.
 *
 * Context: may sleep. No ctl.lock is held.
 */
void serfwd_found_restore_line(struct serfwd_link *link,
			       struct tty_struct *real)
{
	struct serfwd_found *found = &link->found;

	mutex_lock(&link->ctl.lock);
	if (found->outputs_known)
		real->ops->tiocmset(real, found->outputs,
				    SERFWD_OUTPUTS_OTHER & ~found->outputs);
	mutex_unlock(&link->ctl.lock);
	serfwd_found_restore_serial(link, real);
}

/**
 * serfwd_found_restore_termios - leave a port as others want to find it
 * @link: the link
 * @real: the tty of the port that is being detached
 *
 * With the terminal settings it had. The line's stay: what is still to be sent
 * is to go out with them. CRTSCTS that only a policy had set is not for the
 * port's next user.
 *
 * Context: may sleep.
 */
void serfwd_found_restore_termios(struct serfwd_link *link,
				  struct tty_struct *real)
{
	const struct ktermios *found = &link->found.termios;

	down_write(&real->termios_rwsem);
	real->termios.c_iflag = found->c_iflag;
	real->termios.c_oflag = found->c_oflag;
	real->termios.c_lflag = found->c_lflag;
	if (!(link->ctl.termios.c_cflag & CRTSCTS))
		real->termios.c_cflag &= ~CRTSCTS;
	/* Or else opening a hung up port would attach it again. */
	real->termios.c_line = N_TTY;
	up_write(&real->termios_rwsem);
}
