// SPDX-License-Identifier: GPL-2.0
/*
 * scale: keep many endpoints busy at once, each of which sends back what it is
 * sent, in a phase that the insn plugin counts instructions of.
 *
 *   scale [-l] NAME DEVICE...
 *
 * -l: put the UART behind each DEVICE in its internal loop-back. In a round a
 * message is written to every DEVICE, and then read back from every one. One line
 * goes to standard output, as from bench:
 *
 *   phase NAME bytes SENT lost LOST ctxt SWITCHES
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "marks.h"
#include "tty.h"

#define MESSAGE		16
#define BYTES		(64u * 1024)	/* of all devices, about */
#define DEVICES_MAX	256
#define PATIENCE	100000		/* virtual ms until a device counts as stuck */

static int fds[DEVICES_MAX];
static unsigned int n_devices;
static size_t sent, good;

/* The message that device @n is sent in round @round. */
static void make_message(unsigned char *message, unsigned int n, size_t round)
{
	unsigned int i;

	for (i = 0; i < MESSAGE; i++)
		message[i] = round * 31 + n * 7 + i;
}

static bool receive(int fd, const unsigned char *message)
{
	unsigned char bytes[MESSAGE];
	struct pollfd input = { .fd = fd, .events = POLLIN };
	size_t done = 0;

	while (done < MESSAGE) {
		ssize_t got = read(fd, bytes + done, MESSAGE - done);

		if (got > 0)
			done += got;
		else if (poll(&input, 1, PATIENCE) != 1)
			return false;
	}
	return !memcmp(bytes, message, MESSAGE);
}

static bool run_round(size_t round)
{
	unsigned char message[MESSAGE];
	unsigned int n;

	for (n = 0; n < n_devices; n++) {
		make_message(message, n, round);
		if (write(fds[n], message, MESSAGE) != MESSAGE)
			return false;
		sent += MESSAGE;
	}
	for (n = 0; n < n_devices; n++) {
		make_message(message, n, round);
		if (!receive(fds[n], message))
			return false;
		good += MESSAGE;
	}
	return true;
}

static bool run_rounds(size_t rounds)
{
	size_t n;

	for (n = 0; n < rounds; n++)
		if (!run_round(n))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	size_t rounds;
	bool loop = argc > 1 && !strcmp(argv[1], "-l");
	bool ok;

	argv += loop;
	argc -= loop;
	if (argc < 3 || argc - 2 > DEVICES_MAX) {
		fputs("usage: scale [-l] NAME DEVICE...\n", stderr);
		return 2;
	}
	n_devices = argc - 2;
	for (unsigned int n = 0; n < n_devices; n++) {
		fds[n] = tty_open(argv[n + 2]);
		if (loop)
			tty_plug(fds[n], argv[n + 2]);
	}
	rounds = BYTES / MESSAGE / n_devices;
	ok = run_rounds(rounds / 8 + 1);
	sent = 0;
	good = 0;
	mark_start();
	ok = ok && run_rounds(rounds);
	mark_stop();
	printf("phase %s bytes %zu lost %zu ctxt 0\n", argv[1], sent, sent - good);
	return !ok;
}
