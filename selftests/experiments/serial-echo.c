// SPDX-License-Identifier: GPL-2.0
/*
 * serial-echo: bytes from a guest to its host and back, while the insn plugin
 * counts what the host executes.
 *
 *   serial-echo serve DEVICE|SOCKET		the host's end: sends back what
 *						it gets, until it is killed
 *   serial-echo [-n] [-m BYTES] send COUNT DEVICE	the guest's
 *
 * The guest writes a message, and the next when this is back and compared. It
 * has 64 bytes, or as -m says. A tenth of COUNT passes before the starting mark. -n:
 * neither it nor marks. Status 1: a byte came back that was not sent.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../bench/marks.h"
#include "../bench/tty.h"

#define MESSAGE_MAX	4096

/* Above the FIFO of a 16550A, so that a guest waits for its transmitter, too. */
static size_t message = 64;

static unsigned int state = 1;

static unsigned char next_byte(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 24;
}

static void write_all(int fd, const unsigned char *bytes, size_t length)
{
	while (length) {
		ssize_t done = write(fd, bytes, length);

		if (done <= 0)
			die("write");
		bytes += done;
		length -= done;
	}
}

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die(path);
	return fd;
}

/* Reads and writes wait, whatever it is. A port of virtio is no tty. */
static int open_end(const char *path)
{
	struct stat stat_of;
	int fd;

	if (stat(path, &stat_of))
		die(path);
	if (S_ISSOCK(stat_of.st_mode))
		return open_socket(path);
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		die(path);
	if (isatty(fd)) {
		close(fd);
		fd = tty_open(path);
	}
	if (fcntl(fd, F_SETFL, 0))
		die(path);
	return fd;
}

static void serve(const char *path)
{
	unsigned char bytes[4096];
	int fd = open_end(path);

	puts("ready");
	fflush(stdout);
	for (;;) {
		ssize_t count = read(fd, bytes, sizeof(bytes));

		if (count <= 0)
			die(path);
		write_all(fd, bytes, count);
	}
}

static bool exchange(int fd, size_t length)
{
	unsigned char out[MESSAGE_MAX], in[MESSAGE_MAX];
	size_t n;

	for (n = 0; n < length; n++)
		out[n] = next_byte();
	write_all(fd, out, length);
	for (n = 0; n < length;) {
		ssize_t count = read(fd, in + n, length - n);

		if (count <= 0)
			die("read");
		n += count;
	}
	return !memcmp(out, in, length);
}

static bool send_bytes(int fd, size_t count)
{
	bool same = true;

	while (count) {
		size_t length = count < message ? count : message;

		same &= exchange(fd, length);
		count -= length;
	}
	return same;
}

static int client(const char *path, size_t count, bool marks)
{
	int fd = open_end(path);
	bool same = true;

	if (marks) {
		same = send_bytes(fd, count / 10);
		mark_start();
	}
	same &= send_bytes(fd, count);
	if (marks)
		mark_stop();
	if (!same)
		fputs("serial-echo: not what was sent\n", stderr);
	return !same;
}

static int usage(void)
{
	fputs("usage: serial-echo serve DEVICE|SOCKET\n"
	      "       serial-echo [-n] [-m BYTES] send COUNT DEVICE\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	bool marks = true;
	int option;

	while ((option = getopt(argc, argv, "+nm:")) != -1) {
		if (option == 'n')
			marks = false;
		else if (option == 'm')
			message = strtoul(optarg, NULL, 10);
		else
			return usage();
	}
	if (!message || message > MESSAGE_MAX)
		return usage();
	argv += optind;
	argc -= optind;
	if (argc == 2 && !strcmp(argv[0], "serve"))
		serve(argv[1]);
	if (argc == 3 && !strcmp(argv[0], "send"))
		return client(argv[2], strtoul(argv[1], NULL, 10), marks);
	return usage();
}
