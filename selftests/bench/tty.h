/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tty as the benchmarks use it.
 */
#ifndef BENCH_TTY_H
#define BENCH_TTY_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#ifndef TIOCM_LOOP		/* the C library's headers have no name for it */
#define TIOCM_LOOP	0x8000
#endif

static inline void die(const char *what)
{
	perror(what);
	exit(2);
}

/*
 * Open without waiting for a carrier, raw, 115200 baud; reads and writes do not wait.
 * With no input flag left, not even INPCK, which cfmakeraw() keeps, n_tty takes its
 * shortest way.
 */
static inline int tty_open(const char *device)
{
	struct termios tio;
	int fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || tcgetattr(fd, &tio))
		die(device);
	cfmakeraw(&tio);
	tio.c_iflag = 0;
	tio.c_cflag |= CLOCAL | CREAD;
	tio.c_cflag &= ~CRTSCTS;
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	cfsetspeed(&tio, B115200);
	if (tcsetattr(fd, TCSANOW, &tio))
		die(device);
	return fd;
}

/* A loop-back plug inside the UART of @fd. */
static inline void tty_plug(int fd, const char *device)
{
	int lines = TIOCM_LOOP;

	if (ioctl(fd, TIOCMBIS, &lines) || ioctl(fd, TIOCMGET, &lines))
		die(device);
	if (!(lines & TIOCM_LOOP)) {
		fprintf(stderr, "%s: no loop-back\n", device);
		exit(2);
	}
}

#endif
