// SPDX-License-Identifier: GPL-2.0
/*
 * Read the modem lines of a tty and write them back, as programs do that change
 * one of them.
 *
 * usage: rewrite-lines TTY
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int fd, lines;

	if (argc != 2) {
		fprintf(stderr, "usage: %s TTY\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || ioctl(fd, TIOCMGET, &lines) ||
	    ioctl(fd, TIOCMSET, &lines)) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
