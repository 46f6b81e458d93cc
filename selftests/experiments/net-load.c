// SPDX-License-Identifier: GPL-2.0
/*
 * net-load: move known bytes over TCP, while the insn plugin counts what it
 * takes.
 *
 *   net-load serve				the peer: until it is killed
 *   net-load [-n] send ADDRESS COUNT		so many bytes to the peer
 *   net-load [-n] receive ADDRESS COUNT	so many from it
 *   net-load [-n] rtt ADDRESS COUNT		so many bytes there and back, one at
 *						a time
 *   net-load around COMMAND [ARG...]		count what COMMAND takes
 *
 * A tenth of COUNT is moved before the starting mark, on the same connection.
 * -n: neither it nor marks. Every byte is compared where it arrives; the
 * status is 1 if one differs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../bench/marks.h"

#define PORT		5001
/* Not a multiple of a packet: one that is lost or doubled shifts what follows. */
#define PERIOD		65521
#define CHUNK		16384
#define VERDICT_SAME	'='

/* One piece of work that the peer takes part in. */
struct request {
	char what;			/* 's', 'r' or 't', as the arguments */
	uint8_t reserved[7];
	uint64_t count;
};

/* The bytes: position P of a request has number P % PERIOD. */
static unsigned char pattern[PERIOD + CHUNK];

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void pattern_fill(void)
{
	uint32_t state = 1;
	size_t n;

	for (n = 0; n < sizeof(pattern); n++) {
		if (n >= PERIOD) {
			pattern[n] = pattern[n - PERIOD];
			continue;
		}
		state = state * 1664525 + 1013904223;
		pattern[n] = state >> 24;
	}
}

static size_t chunk_of(uint64_t left)
{
	return left < CHUNK ? left : CHUNK;
}

static void send_all(int fd, const void *data, size_t length)
{
	const char *next = data;

	while (length) {
		ssize_t done = send(fd, next, length, MSG_NOSIGNAL);

		if (done <= 0)
			die("send");
		next += done;
		length -= done;
	}
}

/* False if the connection ends before the first byte. */
static bool receive_all(int fd, void *data, size_t length)
{
	ssize_t done = recv(fd, data, length, MSG_WAITALL);

	if (done < 0)
		die("recv");
	if (done && (size_t)done < length) {
		fputs("net-load: the connection ended early\n", stderr);
		exit(2);
	}
	return done;
}

static void send_pattern(int fd, uint64_t count)
{
	uint64_t at = 0;

	while (at < count) {
		size_t length = chunk_of(count - at);

		send_all(fd, pattern + at % PERIOD, length);
		at += length;
	}
}

/* Are the next @count bytes what was sent? */
static bool receive_pattern(int fd, uint64_t count)
{
	unsigned char bytes[CHUNK];
	bool same = true;
	uint64_t at = 0;

	while (at < count) {
		ssize_t done = recv(fd, bytes, chunk_of(count - at), 0);

		if (done <= 0)
			die("recv");
		same &= !memcmp(bytes, pattern + at % PERIOD, done);
		at += done;
	}
	return same;
}

static bool ping(int fd, uint64_t count)
{
	bool same = true;
	uint64_t n;

	for (n = 0; n < count; n++) {
		unsigned char byte;

		send_all(fd, pattern + n % PERIOD, 1);
		if (!receive_all(fd, &byte, 1))
			die("recv");
		same &= byte == pattern[n % PERIOD];
	}
	return same;
}

static void no_delay(int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		die("TCP_NODELAY");
}

static void answer(int fd, const struct request *request)
{
	uint64_t n;
	char byte;

	switch (request->what) {
	case 's':
		byte = receive_pattern(fd, request->count) ? VERDICT_SAME : '!';
		send_all(fd, &byte, 1);
		break;
	case 'r':
		send_pattern(fd, request->count);
		break;
	case 't':
		for (n = 0; n < request->count && receive_all(fd, &byte, 1); n++)
			send_all(fd, &byte, 1);
		break;
	default:
		fputs("net-load: a request that is none\n", stderr);
		exit(2);
	}
}

static void __attribute__((noreturn)) serve_one(int fd)
{
	struct request request;

	no_delay(fd);
	while (receive_all(fd, &request, sizeof(request)))
		answer(fd, &request);
	exit(0);
}

static void __attribute__((noreturn)) serve(void)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 ||
	    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(listener, (struct sockaddr *)&any, sizeof(any)) ||
	    listen(listener, 8))
		die("net-load serve");
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			die("accept");
		if (!fork())
			serve_one(fd);
		close(fd);
	}
}

static int reach(const char *address)
{
	struct sockaddr_in peer = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &peer.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&peer, sizeof(peer)))
		die(address);
	no_delay(fd);
	return fd;
}

/* True if all arrived, which is known when it returns. */
static bool move(int fd, char what, uint64_t count)
{
	struct request request = { .what = what, .count = count };
	char verdict;

	send_all(fd, &request, sizeof(request));
	switch (what) {
	case 's':
		send_pattern(fd, count);
		return receive_all(fd, &verdict, 1) && verdict == VERDICT_SAME;
	case 'r':
		return receive_pattern(fd, count);
	default:
		return ping(fd, count);
	}
}

static int client(char what, const char *address, uint64_t count, bool marks)
{
	int fd = reach(address);
	bool same = true;

	if (marks) {
		same = move(fd, what, count / 10);
		mark_start();
	}
	same &= move(fd, what, count);
	if (marks)
		mark_stop();
	if (!same)
		fputs("net-load: not what was sent\n", stderr);
	return !same;
}

/* The status is that of the command. */
static int around(char **argv)
{
	int status;
	pid_t pid;

	mark_start();
	pid = fork();
	if (!pid) {
		execvp(argv[0], argv);
		die(argv[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die(argv[0]);
	mark_stop();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int usage(void)
{
	fputs("usage: net-load serve\n"
	      "       net-load [-n] send|receive|rtt ADDRESS COUNT\n"
	      "       net-load around COMMAND [ARG...]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	bool marks = argc < 2 || strcmp(argv[1], "-n");

	pattern_fill();
	argv += !marks;
	argc -= !marks;
	if (argc == 2 && !strcmp(argv[1], "serve"))
		serve();
	if (argc > 2 && !strcmp(argv[1], "around"))
		return around(argv + 2);
	if (argc != 4)
		return usage();
	if (!strcmp(argv[1], "send") || !strcmp(argv[1], "receive"))
		return client(argv[1][0], argv[2], strtoull(argv[3], NULL, 10),
			      marks);
	if (!strcmp(argv[1], "rtt"))
		return client('t', argv[2], strtoull(argv[3], NULL, 10), marks);
	return usage();
}
