// SPDX-License-Identifier: GPL-2.0
/*
 * epoll-forwarder: the smallest good forwarder between a serial port and a
 * pseudo-terminal in user space, for comparison.
 *
 *   epoll-forwarder PORT LINK
 *
 * LINK is made a symbolic link to the pseudo-terminal once all is set up. A
 * byte costs what such a program cannot avoid: one wait, one read, one write.
 * Nothing is lost: what the one side does not take stays in this program, and
 * the other is not read meanwhile.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

/* One end, with the bytes read from it that the other end did not take yet. */
struct side {
	int fd;
	struct side *other;
	unsigned int watched;	/* events epoll reports for fd */
	size_t start, len;
	unsigned char bytes[4096];
};

static int waiter;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Read a side while it holds nothing, write it while the other holds something. */
static void watch(struct side *side)
{
	struct epoll_event event = { .data.ptr = side };

	if (!side->len)
		event.events |= EPOLLIN;
	if (side->other->len)
		event.events |= EPOLLOUT;
	if (event.events == side->watched)
		return;
	side->watched = event.events;
	if (epoll_ctl(waiter, EPOLL_CTL_MOD, side->fd, &event))
		die("epoll_ctl");
}

/* Pass on what @from holds, as much as the other end takes. */
static void pass_on(struct side *from)
{
	ssize_t n = write(from->other->fd, from->bytes + from->start, from->len);

	if (n < 0 && errno != EAGAIN)
		die("write");
	if (n > 0) {
		from->start += n;
		from->len -= n;
	}
}

static void fetch(struct side *from)
{
	ssize_t n = read(from->fd, from->bytes, sizeof(from->bytes));

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		die("read");
	from->start = 0;
	from->len = n;
	pass_on(from);
}

static void serve(struct side *side, unsigned int events)
{
	if (events & EPOLLOUT)
		pass_on(side->other);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		if (!side->len)
			fetch(side);
	watch(side);
	watch(side->other);
}

static void add(struct side *side, struct side *other)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = side };

	side->other = other;
	side->watched = EPOLLIN;
	if (epoll_ctl(waiter, EPOLL_CTL_ADD, side->fd, &event))
		die("epoll_ctl");
}

static void make_raw(int fd)
{
	struct termios tio;

	if (tcgetattr(fd, &tio))
		die("tcgetattr");
	cfmakeraw(&tio);
	tio.c_iflag = 0;
	tio.c_cflag |= CLOCAL | CREAD;
	cfsetspeed(&tio, B115200);
	if (tcsetattr(fd, TCSANOW, &tio))
		die("tcsetattr");
}

static int open_port(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		die(path);
	make_raw(fd);
	return fd;
}

/* The slave stays open here too, so that the link can be closed and opened. */
static int open_pty(const char *link)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	int slave;

	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		die("posix_openpt");
	slave = open(ptsname(fd), O_RDWR | O_NOCTTY);
	if (slave < 0)
		die(ptsname(fd));
	make_raw(slave);
	if ((unlink(link) && errno != ENOENT) || symlink(ptsname(fd), link))
		die(link);
	return fd;
}

int main(int argc, char **argv)
{
	static struct side port, pty;
	struct epoll_event events[2];

	if (argc != 3) {
		fprintf(stderr, "usage: %s PORT LINK\n", argv[0]);
		return 2;
	}
	waiter = epoll_create1(EPOLL_CLOEXEC);
	if (waiter < 0)
		die("epoll_create1");
	port.fd = open_port(argv[1]);
	pty.fd = open_pty(argv[2]);
	add(&port, &pty);
	add(&pty, &port);
	for (;;) {
		int n = epoll_wait(waiter, events, 2, -1);

		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		while (n-- > 0)
			serve(events[n].data.ptr, events[n].events);
	}
}
