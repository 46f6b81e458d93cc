// SPDX-License-Identifier: GPL-2.0
/*
 * Drop what was received and not read yet: tcflush().
 *
 * usage: flush-input TTY
 */
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: %s TTY\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || tcflush(fd, TCIFLUSH)) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
