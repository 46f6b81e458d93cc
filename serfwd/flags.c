// SPDX-License-Identifier: GPL-2.0
/*
 * Handles the flags that received bytes have: TTY_BREAK and the like.
 */
#include <linux/termios.h>
#include <linux/tty_flip.h>

#include "flags.h"

/**
 * serfwd_flags_ignored - does n_tty look at no flags with these settings?
 * @termios: the vtty's settings
 *
 * It does not when they allow a plain copy, and relies on the driver to have
 * dropped what is to be ignored; see n_tty_set_termios(). The real port cannot
 * drop for us: it is set to report everything.
 *
 * Return: true if so.
 * Context: any.
 */
bool serfwd_flags_ignored(const struct ktermios *termios)
{
	tcflag_t iflag = termios->c_iflag;

	return ((iflag & IGNBRK) || !(iflag & (BRKINT | PARMRK))) &&
	       ((iflag & IGNPAR) || !(iflag & INPCK));
}

static bool serfwd_flag_dropped(tcflag_t iflag, u8 flag)
{
	switch (flag) {
	case TTY_BREAK:
		return iflag & IGNBRK;
	case TTY_PARITY:
	case TTY_FRAME:
		return (iflag & INPCK) && (iflag & IGNPAR);
	case TTY_OVERRUN:
		/* A NUL that stands for the loss, not a received byte. */
		return true;
	default:
		return false;
	}
}

/**
 * serfwd_flags_kept - how many of the next bytes are to be handed over?
 * @termios: the vtty's settings, with which flags are ignored
 * @flags: one TTY_* flag a byte
 * @count: of bytes
 *
 * Return: how many there are before the first that the settings drop.
 * Context: any.
 */
size_t serfwd_flags_kept(const struct ktermios *termios, const u8 *flags,
			 size_t count)
{
	size_t run = 0;

	while (run < count &&
	       !serfwd_flag_dropped(termios->c_iflag, flags[run]))
		run++;
	return run;
}

/**
 * serfwd_flags_count - how many bytes have a flag?
 * @flags: one TTY_* flag a byte
 * @count: of bytes
 * @flag: the flag
 *
 * Return: how many.
 * Context: any.
 */
unsigned int serfwd_flags_count(const u8 *flags, size_t count, u8 flag)
{
	unsigned int found = 0;

	while (count--)
		found += *flags++ == flag;
	return found;
}
