/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line.h - a serial line as a program sees it, reached in one of three ways
 *
 * A vtty is to behave exactly as the real port would. So a test is written for
 * a line, and run on the port opened directly as well as on a vtty.
 */
#ifndef SELFTESTS_LINE_H
#define SELFTESTS_LINE_H

#include <asm/termbits.h>
#include <linux/serial.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "serfwd.h"
#include "uart.h"

#define LINE_VTTY	"/dev/ttySF0"

/* Long enough for an emulated machine, in milliseconds. */
#define LINE_PATIENCE	3000
/* Long enough to say that something does not happen. */
#define LINE_QUIET	300

/* The C library leaves them out, and its header excludes <asm/termios.h>. */
#ifndef TIOCM_OUT1
#define TIOCM_OUT1	0x2000
#define TIOCM_OUT2	0x4000
#define TIOCM_LOOP	0x8000
#endif

#define LINE_OUTPUTS	(TIOCM_DTR | TIOCM_RTS | TIOCM_OUT1 | TIOCM_OUT2)
#define LINE_INPUTS	(TIOCM_DSR | TIOCM_CTS | TIOCM_RI | TIOCM_CAR)

/* As the serial core sets its ports up. */
#define LINE_CFLAG	(B9600 | CS8 | CREAD | HUPCL | CLOCAL)

/**
 * enum line_way - how a line is reached
 * @LINE_DIRECT: the real port is opened
 * @LINE_LDISC: a vtty, its port attached as ldattach does
 * @LINE_SYSFS: a vtty, its port attached by the sysfs attribute
 */
enum line_way {
	LINE_DIRECT,
	LINE_LDISC,
	LINE_SYSFS,
};

/**
 * struct line - a serial line
 * @way: how it is reached
 * @port: name of the real port
 * @path: what a program opens
 * @fd: @path, opened without waiting; -1 if closed
 * @real: the real port, for whoever attached it; -1 if nobody has it open
 * @uart: registers of the real port
 */
struct line {
	enum line_way way;
	char port[32];
	char path[48];
	int fd;
	int real;
	struct uart uart;
};

/**
 * struct line_state - all that can be seen of what a line is set to
 * @termios: as read back by the program
 * @lines: TIOCMGET of the program
 * @registers: of the real UART
 */
struct line_state {
	struct termios2 termios;
	int lines;
	struct uart_registers registers;
};

/*
 * Opening and closing
 */

static inline int line_open_path(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | flags);

	return fd < 0 ? -errno : fd;
}

/**
 * line_open() - open the line as a program does, without waiting
 * @line: the line; @line->fd is set
 *
 * Return: 0 or -errno.
 */
static inline int line_open(struct line *line)
{
	int fd = line_open_path(line->path, O_NONBLOCK);

	line->fd = fd < 0 ? -1 : fd;
	return fd < 0 ? fd : 0;
}

/**
 * line_close() - close the line as a program does
 * @line: the line
 */
static inline void line_close(struct line *line)
{
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
}

/**
 * line_raw() - settings that pass every byte as it is
 * @cflag: c_cflag
 *
 * Return: the settings.
 */
static inline struct termios2 line_raw(tcflag_t cflag)
{
	struct termios2 raw = { .c_cflag = cflag };

	raw.c_cc[VMIN] = 1;
	raw.c_cc[VSTART] = 0x11;
	raw.c_cc[VSTOP] = 0x13;
	return raw;
}

/**
 * line_set() - set a line
 * @fd: of the line
 * @termios: settings
 *
 * Return: 0 or -errno.
 */
static inline int line_set(int fd, const struct termios2 *termios)
{
	return ioctl(fd, TCSETS2, termios) ? -errno : 0;
}

/**
 * line_set_cflag() - set a line to raw, with these c_cflag
 * @fd: of the line
 * @cflag: c_cflag
 *
 * Return: 0 or -errno.
 */
static inline int line_set_cflag(int fd, tcflag_t cflag)
{
	struct termios2 raw = line_raw(cflag);

	return line_set(fd, &raw);
}

/**
 * line_open_raw() - open a tty without waiting, and set it to raw at 9600 8N1
 * @path: of the tty
 *
 * Return: its file descriptor or -errno.
 */
static inline int line_open_raw(const char *path)
{
	int fd = line_open_path(path, O_NONBLOCK);
	int ret;

	if (fd < 0)
		return fd;
	ret = line_set_cflag(fd, LINE_CFLAG);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/**
 * line_set_outputs() - set the modem control outputs
 * @fd: of the line
 * @outputs: TIOCM_*, all others are cleared
 *
 * Return: 0 or -errno.
 */
static inline int line_set_outputs(int fd, int outputs)
{
	return ioctl(fd, TIOCMSET, &outputs) ? -errno : 0;
}

/* A port remembers its settings while it is closed: make them known ones. */
static inline int line_reset_port(const char *path)
{
	int fd = line_open_raw(path);
	int ret;

	if (fd < 0)
		return fd;
	ret = line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2);
	if (!ret && ioctl(fd, TCFLSH, TCIOFLUSH))
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * line_attach() - attach the real port, in the line's way
 * @line: the line
 *
 * Return: 0 or -errno.
 */
static inline int line_attach(struct line *line)
{
	char path[48];
	int ldisc = SERFWD_LDISC;

	if (line->way == LINE_DIRECT)
		return 0;
	if (line->way == LINE_SYSFS)
		return serfwd_set_port(0, line->port);
	snprintf(path, sizeof(path), "/dev/%s", line->port);
	line->real = line_open_path(path, O_NONBLOCK);
	if (line->real < 0)
		return line->real;
	return ioctl(line->real, TIOCSETD, &ldisc) ? -errno : 0;
}

/**
 * line_detach() - detach the real port, in the line's way
 * @line: the line
 *
 * Return: 0 or -errno.
 */
static inline int line_detach(struct line *line)
{
	int ldisc = SERFWD_N_TTY;
	int ret = 0;

	if (line->way == LINE_SYSFS)
		return serfwd_set_port(0, "");
	if (line->real < 0)
		return 0;
	if (ioctl(line->real, TIOCSETD, &ldisc))
		ret = -errno;
	close(line->real);
	line->real = -1;
	return ret;
}

/**
 * line_init() - choose the line's way and port, and reset the port
 * @line: the line
 * @way: how it is to be reached
 * @number: which of the ports under test
 *
 * Nothing is attached or opened by it.
 *
 * Return: 0 or -errno.
 */
static inline int line_init(struct line *line, enum line_way way,
			    unsigned int number)
{
	char device[48];
	int ret;

	line->way = way;
	line->fd = -1;
	line->real = -1;
	if (serfwd_port(number, line->port, sizeof(line->port)))
		return -ENODEV;
	snprintf(device, sizeof(device), "/dev/%s", line->port);
	strcpy(line->path, way == LINE_DIRECT ? device : LINE_VTTY);
	ret = uart_find(&line->uart, line->port);
	return ret ?: line_reset_port(device);
}

/**
 * line_start() - bring a line up: attach, open, raw at 9600 8N1
 * @line: the line, after line_init()
 *
 * Return: 0 or -errno.
 */
static inline int line_start(struct line *line)
{
	int ret = line_attach(line);

	if (!ret)
		ret = line_open(line);
	return ret ?: line_set_cflag(line->fd, LINE_CFLAG);
}

/**
 * line_stop() - take a line down, leaving the port as others expect it
 * @line: the line
 *
 * Return: 0 or -errno.
 */
static inline int line_stop(struct line *line)
{
	char device[48];
	int ret;

	/* Or else closing waits for what a failed test left unsent. */
	if (line->fd >= 0)
		ioctl(line->fd, TCFLSH, TCIOFLUSH);
	line_close(line);
	ret = line_detach(line);
	snprintf(device, sizeof(device), "/dev/%s", line->port);
	return ret ?: line_reset_port(device);
}

/*
 * Looking
 */

/**
 * line_get() - modem lines
 * @fd: of the line
 *
 * Return: TIOCM_* or -errno.
 */
static inline int line_get(int fd)
{
	int lines;

	return ioctl(fd, TIOCMGET, &lines) ? -errno : lines;
}

/**
 * line_look() - all that can be seen of what a line is set to
 * @line: the line, open and idle
 * @state: filled
 *
 * Return: 0 or -errno.
 */
static inline int line_look(struct line *line, struct line_state *state)
{
	memset(state, 0, sizeof(*state));
	if (ioctl(line->fd, TCGETS2, &state->termios))
		return -errno;
	state->lines = line_get(line->fd);
	uart_read(&line->uart, &state->registers);
	return state->lines < 0 ? state->lines : 0;
}

/**
 * line_queued() - bytes in a queue of the line
 * @fd: of the line
 * @cmd: FIONREAD or TIOCOUTQ
 *
 * Return: their number or -errno.
 */
static inline int line_queued(int fd, unsigned long cmd)
{
	int bytes;

	return ioctl(fd, cmd, &bytes) ? -errno : bytes;
}

/**
 * line_await() - wait until so many bytes are in a queue
 * @fd: of the line
 * @cmd: FIONREAD or TIOCOUTQ
 * @bytes: how many
 *
 * Return: how many there are in the end.
 */
static inline int line_await(int fd, unsigned long cmd, int bytes)
{
	int waited, queued = line_queued(fd, cmd);

	for (waited = 0; queued != bytes && waited < LINE_PATIENCE; waited += 5) {
		sleep_ms(5);
		queued = line_queued(fd, cmd);
	}
	return queued;
}

/**
 * line_write() - write all, waiting for room
 * @fd: of the line
 * @buf: bytes
 * @count: how many
 *
 * Return: how many were taken before patience ran out.
 */
static inline int line_write(int fd, const void *buf, int count)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	int done = 0, ret;

	while (done < count && poll(&room, 1, LINE_PATIENCE) == 1) {
		ret = write(fd, (const char *)buf + done, count - done);
		if (ret < 0 && errno != EAGAIN)
			break;
		done += ret > 0 ? ret : 0;
	}
	return done;
}

/**
 * line_read() - read so many bytes, waiting for them
 * @fd: of the line
 * @buf: where they go
 * @count: how many
 *
 * Return: how many came before patience ran out.
 */
static inline int line_read(int fd, void *buf, int count)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	int done = 0, ret;

	while (done < count && poll(&input, 1, LINE_PATIENCE) == 1) {
		ret = read(fd, (char *)buf + done, count - done);
		if (!ret || (ret < 0 && errno != EAGAIN))
			break;
		done += ret > 0 ? ret : 0;
	}
	return done;
}

/**
 * line_events() - what poll() says at once
 * @fd: of the line
 */
static inline int line_events(int fd)
{
	struct pollfd events = { .fd = fd, .events = POLLIN | POLLOUT };

	poll(&events, 1, 0);
	return events.revents;
}

/*
 * A call that may wait, made by another thread
 */

/**
 * struct call - an ioctl or an open under way
 * @thread: that makes it
 * @path: to open; NULL for an ioctl
 * @fd: of the ioctl; the opened one
 * @cmd: of the ioctl
 * @arg: of the ioctl
 * @ret: 0 or -errno, once @done
 * @done: it has returned
 */
struct call {
	pthread_t thread;
	const char *path;
	int fd;
	unsigned long cmd;
	unsigned long arg;
	int ret;
	atomic_bool done;
};

static inline void *call_thread(void *arg)
{
	struct call *call = arg;

	if (call->path) {
		call->fd = line_open_path(call->path, 0);
		call->ret = call->fd < 0 ? call->fd : 0;
	} else {
		call->ret = ioctl(call->fd, call->cmd, call->arg) < 0 ? -errno : 0;
	}
	atomic_store(&call->done, true);
	return NULL;
}

static inline void call_start(struct call *call)
{
	call->ret = 1;
	atomic_store(&call->done, false);
	if (pthread_create(&call->thread, NULL, call_thread, call))
		abort();
}

/**
 * call_ioctl() - start an ioctl
 * @call: the call
 * @fd: of the line
 * @cmd: the ioctl
 * @arg: its argument
 */
static inline void call_ioctl(struct call *call, int fd, unsigned long cmd,
			      unsigned long arg)
{
	call->path = NULL;
	call->fd = fd;
	call->cmd = cmd;
	call->arg = arg;
	call_start(call);
}

/**
 * call_open() - start opening a line, waiting for its carrier
 * @call: the call
 * @path: of the line
 */
static inline void call_open(struct call *call, const char *path)
{
	call->path = path;
	call_start(call);
}

/**
 * call_returns() - does a call return in time?
 * @call: the call
 * @ms: how long to wait
 */
static inline bool call_returns(struct call *call, int ms)
{
	for (; !atomic_load(&call->done) && ms > 0; ms -= 5)
		sleep_ms(5);
	if (!atomic_load(&call->done))
		return false;
	pthread_join(call->thread, NULL);
	return true;
}

static inline void call_signal_handler(int sig)
{
	(void)sig;
}

/**
 * call_interrupt() - send a signal to a call
 * @call: the call
 */
static inline void call_interrupt(struct call *call)
{
	/* Without SA_RESTART. */
	struct sigaction action = { .sa_handler = call_signal_handler };

	sigaction(SIGUSR1, &action, NULL);
	pthread_kill(call->thread, SIGUSR1);
}

#endif
