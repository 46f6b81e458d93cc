// SPDX-License-Identifier: GPL-2.0
/*
 * guest-send: send known bytes from a guest, while the insn plugin counts what its
 * host executes.
 *
 *   guest-send [-n] COUNT DEVICE	to a tty
 *   guest-send COUNT			to standard output, for comparison
 *
 * A tenth of COUNT is sent before the starting mark. -n: neither it nor marks.
 */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "marks.h"
#include "tty.h"

#define CHUNK	256

static unsigned int state = 1;

static unsigned char next_byte(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 24;
}

static void send_bytes(int fd, size_t count)
{
	unsigned char bytes[CHUNK];

	while (count) {
		size_t n, len = count < CHUNK ? count : CHUNK;

		for (n = 0; n < len; n++)
			bytes[n] = next_byte();
		for (n = 0; n < len;) {
			ssize_t done = write(fd, bytes + n, len - n);

			if (done <= 0)
				die("write");
			n += done;
		}
		count -= len;
	}
}

/* Until all has left the UART. */
static void send_to_tty(int fd, size_t count)
{
	send_bytes(fd, count);
	if (tcdrain(fd))
		die("tcdrain");
}

int main(int argc, char **argv)
{
	bool marks = argc < 2 || strcmp(argv[1], "-n");
	size_t count;
	int fd;

	argv += !marks;
	argc -= !marks;
	if (argc < 2 || argc > 3) {
		fputs("usage: guest-send [-n] COUNT [DEVICE]\n", stderr);
		return 2;
	}
	count = strtoul(argv[1], NULL, 10);
	if (argc == 2) {
		send_bytes(STDOUT_FILENO, count / 10 + count);
		return 0;
	}
	fd = tty_open(argv[2]);
	if (fcntl(fd, F_SETFL, 0))
		die(argv[2]);
	if (!marks) {
		send_to_tty(fd, count);
		return 0;
	}
	send_to_tty(fd, count / 10);
	mark_start();
	send_to_tty(fd, count);
	mark_stop();
	return 0;
}
