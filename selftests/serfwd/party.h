/* SPDX-License-Identifier: GPL-2.0 */
/*
 * party.h - links that take part in a port, ttySF0's, and what is done with them
 *
 *	ttySF0, ttySF1, ttySF2 - ttyNM0 === ttyNM1, opened directly
 */
#ifndef SELFTESTS_PARTY_H
#define SELFTESTS_PARTY_H

#include <stdint.h>

#include "line.h"
#include "serfwd.h"

static inline int set(unsigned int number, const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", number, attribute, value);
}

static inline bool is(unsigned int number, const char *attribute, const char *value)
{
	return serfwd_tty_is("ttySF", number, attribute, value);
}

static inline bool becomes(unsigned int number, const char *attribute,
			   const char *value)
{
	return serfwd_tty_becomes("ttySF", number, attribute, value);
}

/* As much as a line discipline has room for. */
#define FULL		4095
#define XON		"\x11"
#define XOFF		"\x13"

static const char *const vttys[] = {
	"/dev/ttySF0", "/dev/ttySF1", "/dev/ttySF2",
};

/**
 * give() - give the port to a link
 * @number: of its vtty
 *
 * Return: 0 when it has it, or -errno.
 */
static inline int give(unsigned int number)
{
	return set(0, "owner", vttys[number]);
}

/**
 * give_as_task() - the same, as task.h does it
 * @number: of its vtty
 */
static inline int give_as_task(void *number)
{
	return give((uintptr_t)number);
}

/**
 * parties_start() - have links share a port, and open them
 * @params: of the module, with a null modem at least
 * @fd: filled with those of the vttys
 * @count: how many
 * @far: filled with that of the far end
 *
 * Return: 0 or -errno.
 */
static inline int parties_start(const char *params, int *fd, unsigned int count,
				int *far)
{
	int ret = serfwd_reload(params) ?: serfwd_set_port(0, "ttyNM0");
	unsigned int i;

	for (i = 1; i < count && !ret; i++)
		ret = set(i, "share", "ttySF0");
	for (i = 0; i < count && !ret; i++) {
		fd[i] = line_open_raw(vttys[i]);
		ret = fd[i] < 0 ? fd[i] : 0;
	}
	*far = ret ? ret : line_open_raw("/dev/ttyNM1");
	return *far < 0 ? *far : 0;
}

/**
 * parties_end() - close what parties_start() opened, and unload the module
 * @fd: those of the vttys
 * @count: how many
 * @far: that of the far end
 *
 * While the port is shared, which unloading has to cope with.
 *
 * Return: 0 or -errno.
 */
static inline int parties_end(const int *fd, unsigned int count, int far)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		ioctl(fd[i], TCFLSH, TCIOFLUSH);
		close(fd[i]);
	}
	ioctl(far, TCFLSH, TCIOFLUSH);
	close(far);
	return serfwd_set_port(0, "") ?: serfwd_unload();
}

/**
 * parties_start_real() - have ttySF0 and ttySF1 share a real port, and open them
 * @name: filled with that of the port
 * @size: of @name
 * @fd: filled with those of the vttys
 *
 * Return: 0 or -errno.
 */
static inline int parties_start_real(char *name, size_t size, int fd[2])
{
	unsigned int i;
	int ret;

	ret = serfwd_port(0, name, size);
	ret = ret ?: serfwd_reload("");
	ret = ret ?: serfwd_set_port(0, name);
	ret = ret ?: set(1, "share", "ttySF0");
	for (i = 0; i < 2 && !ret; i++) {
		fd[i] = line_open_raw(vttys[i]);
		ret = fd[i] < 0 ? fd[i] : 0;
	}
	return ret;
}

/* Closes them, and unloads the module. Returns 0 or -errno. */
static inline int parties_end_real(const int fd[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		ioctl(fd[i], TCFLSH, TCIOFLUSH);
		close(fd[i]);
	}
	return serfwd_set_port(0, "") ?: serfwd_unload();
}

/* Raises outputs of a tty. Returns 0 or -errno. */
static inline int set_bits(int fd, int bits)
{
	return ioctl(fd, TIOCMBIS, &bits) ? -errno : 0;
}

/**
 * set_ixon() - have a vtty obey XON and XOFF
 * @fd: of the vtty
 *
 * Return: 0 or -errno.
 */
static inline int set_ixon(int fd)
{
	struct termios2 raw = line_raw(LINE_CFLAG);

	raw.c_iflag = IXON;
	return line_set(fd, &raw);
}

/**
 * hold_unsent() - let an owner's bytes wait in the port, for its CTS is down
 * @far: of the far end
 * @fd: of the owner
 * @speed: of the line, a B constant
 * @count: how many bytes, 64 at most
 *
 * Return: 0, or -1.
 */
static inline int hold_unsent(int far, int fd, tcflag_t speed, int count)
{
	static const char bytes[64];

	if (line_set_outputs(far, TIOCM_DTR) ||
	    line_set_cflag(fd, (LINE_CFLAG & ~CBAUD) | speed | CRTSCTS))
		return -1;
	return line_write(fd, bytes, count) == count ? 0 : -1;
}

/**
 * let_send() - let the port send what waits in it
 * @far: of the far end
 *
 * Return: 0 or -errno.
 */
static inline int let_send(int far)
{
	return line_set_outputs(far, TIOCM_DTR | TIOCM_RTS);
}

#endif
