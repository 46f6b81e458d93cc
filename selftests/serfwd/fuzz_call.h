/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz_call.h - one random call on a tty: what is called, with which argument
 *
 * A call is a few numbers, so that it can be kept, changed and done again: what
 * is random of its argument comes from a seed of its own.
 */
#ifndef SELFTESTS_FUZZ_CALL_H
#define SELFTESTS_FUZZ_CALL_H

#include <poll.h>

#include "../lib/caller.h"
#include "../lib/stream.h"
#include "line.h"

#define FUZZ_COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* The act of a call. */
enum fuzz_act {
	FUZZ_IOCTL,
	FUZZ_READ,
	FUZZ_WRITE,
	FUZZ_POLL,
	FUZZ_REOPEN,
	FUZZ_ACTS
};

/* Of twelve calls so many do what. */
static const enum fuzz_act fuzz_acts[] = {
	FUZZ_IOCTL, FUZZ_IOCTL, FUZZ_IOCTL, FUZZ_IOCTL, FUZZ_IOCTL, FUZZ_IOCTL,
	FUZZ_IOCTL, FUZZ_WRITE, FUZZ_WRITE, FUZZ_READ, FUZZ_POLL, FUZZ_REOPEN,
};

/* Where an argument or a buffer lies. */
enum fuzz_place {
	FUZZ_GOOD,
	FUZZ_NUMBER,	/* no address at all */
	FUZZ_CUT,	/* its end is not mapped */
	FUZZ_UNMAPPED,
	FUZZ_READ_ONLY,
	FUZZ_KERNEL,
};

static const enum fuzz_place fuzz_places[] = {
	FUZZ_GOOD, FUZZ_GOOD, FUZZ_GOOD, FUZZ_GOOD, FUZZ_GOOD, FUZZ_GOOD,
	FUZZ_GOOD, FUZZ_NUMBER, FUZZ_CUT, FUZZ_UNMAPPED, FUZZ_READ_ONLY,
	FUZZ_KERNEL,
};

/* The argument that an ioctl takes. */
enum fuzz_takes {
	FUZZ_TAKES_SMALL,	/* a small number */
	FUZZ_TAKES_INT,		/* the address of one */
	FUZZ_TAKES_TERMIOS,
	FUZZ_TAKES_SERIAL,
	FUZZ_TAKES_BYTES,	/* any structure */
};

static const struct {
	uint32_t cmd;
	enum fuzz_takes takes;
} fuzz_ioctls[] = {
	{ TCGETS, FUZZ_TAKES_BYTES },
	{ TCSETS, FUZZ_TAKES_TERMIOS },
	{ TCSETSW, FUZZ_TAKES_TERMIOS },
	{ TCSETSF, FUZZ_TAKES_TERMIOS },
	{ TCGETA, FUZZ_TAKES_BYTES },
	{ TCSETA, FUZZ_TAKES_BYTES },
	{ TCSETAW, FUZZ_TAKES_BYTES },
	{ TCSETAF, FUZZ_TAKES_BYTES },
	{ TCGETS2, FUZZ_TAKES_BYTES },
	{ TCSETS2, FUZZ_TAKES_TERMIOS },
	{ TCSETSW2, FUZZ_TAKES_TERMIOS },
	{ TCSETSF2, FUZZ_TAKES_TERMIOS },
	{ TCGETX, FUZZ_TAKES_BYTES },
	{ TCSETX, FUZZ_TAKES_BYTES },
	{ TCSETXF, FUZZ_TAKES_BYTES },
	{ TCSETXW, FUZZ_TAKES_BYTES },
	{ TIOCGLCKTRMIOS, FUZZ_TAKES_BYTES },
	{ TIOCSLCKTRMIOS, FUZZ_TAKES_TERMIOS },
	{ TIOCGSOFTCAR, FUZZ_TAKES_INT },
	{ TIOCSSOFTCAR, FUZZ_TAKES_INT },
	{ TCSBRK, FUZZ_TAKES_SMALL },
	{ TCSBRKP, FUZZ_TAKES_SMALL },
	{ TIOCSBRK, FUZZ_TAKES_SMALL },
	{ TIOCCBRK, FUZZ_TAKES_SMALL },
	{ TCXONC, FUZZ_TAKES_SMALL },
	{ TCFLSH, FUZZ_TAKES_SMALL },
	{ TIOCMGET, FUZZ_TAKES_INT },
	{ TIOCMSET, FUZZ_TAKES_INT },
	{ TIOCMBIS, FUZZ_TAKES_INT },
	{ TIOCMBIC, FUZZ_TAKES_INT },
	{ TIOCMIWAIT, FUZZ_TAKES_SMALL },
	{ TIOCGICOUNT, FUZZ_TAKES_BYTES },
	{ TIOCGSERIAL, FUZZ_TAKES_BYTES },
	{ TIOCSSERIAL, FUZZ_TAKES_SERIAL },
	{ TIOCSERCONFIG, FUZZ_TAKES_SMALL },
	{ TIOCSERGWILD, FUZZ_TAKES_INT },
	{ TIOCSERSWILD, FUZZ_TAKES_INT },
	{ TIOCSERGSTRUCT, FUZZ_TAKES_BYTES },
	{ TIOCSERGETLSR, FUZZ_TAKES_INT },
	{ TIOCSERGETMULTI, FUZZ_TAKES_BYTES },
	{ TIOCSERSETMULTI, FUZZ_TAKES_BYTES },
	{ TIOCGRS485, FUZZ_TAKES_BYTES },
	{ TIOCSRS485, FUZZ_TAKES_BYTES },
	{ TIOCGISO7816, FUZZ_TAKES_BYTES },
	{ TIOCSISO7816, FUZZ_TAKES_BYTES },
	{ TIOCGETD, FUZZ_TAKES_INT },
	{ TIOCSETD, FUZZ_TAKES_INT },
	{ TIOCEXCL, FUZZ_TAKES_SMALL },
	{ TIOCNXCL, FUZZ_TAKES_SMALL },
	{ TIOCGEXCL, FUZZ_TAKES_INT },
	{ TIOCOUTQ, FUZZ_TAKES_INT },
	{ FIONREAD, FUZZ_TAKES_INT },
	{ FIONBIO, FUZZ_TAKES_INT },
	{ FIOASYNC, FUZZ_TAKES_INT },
	{ FIOQSIZE, FUZZ_TAKES_BYTES },
	{ TIOCSTI, FUZZ_TAKES_BYTES },
	{ TIOCGWINSZ, FUZZ_TAKES_BYTES },
	{ TIOCSWINSZ, FUZZ_TAKES_BYTES },
	{ TIOCSCTTY, FUZZ_TAKES_SMALL },
	{ TIOCNOTTY, FUZZ_TAKES_SMALL },
	{ TIOCGPGRP, FUZZ_TAKES_INT },
	{ TIOCSPGRP, FUZZ_TAKES_INT },
	{ TIOCGSID, FUZZ_TAKES_INT },
	{ TIOCVHANGUP, FUZZ_TAKES_SMALL },
	{ TIOCLINUX, FUZZ_TAKES_BYTES },
	{ TIOCCONS, FUZZ_TAKES_SMALL },
	{ TIOCPKT, FUZZ_TAKES_INT },
	{ TIOCGPKT, FUZZ_TAKES_INT },
	{ TIOCGDEV, FUZZ_TAKES_INT },
	{ TIOCSIG, FUZZ_TAKES_SMALL },
	{ TIOCGPTN, FUZZ_TAKES_INT },
	{ TIOCSPTLCK, FUZZ_TAKES_INT },
	{ TIOCGPTLCK, FUZZ_TAKES_INT },
	{ TIOCGPTPEER, FUZZ_TAKES_SMALL },
};

/**
 * struct fuzz_call - a call
 * @target: which tty
 * @act: enum fuzz_act
 * @place: enum fuzz_place
 * @takes: enum fuzz_takes
 * @cmd: of an ioctl
 * @seed: of all else
 */
struct fuzz_call {
	uint8_t target;
	uint8_t act;
	uint8_t place;
	uint8_t takes;
	uint32_t cmd;
	uint64_t seed;
};

/**
 * struct fuzz_tty - one of the ttys of a process
 * @path: what is opened
 * @fd: -1 if that failed
 * @given: it was open when the process began, and cannot be opened again
 */
struct fuzz_tty {
	char path[32];
	int fd;
	bool given;
};

/* A page to be used, what follows it, and one that cannot be written to. */
static uint8_t *fuzz_page, *fuzz_read_only;

/**
 * fuzz_call_setup() - make what arguments need
 *
 * Return: whether it could be made.
 */
static inline bool fuzz_call_setup(void)
{
	fuzz_page = caller_page();
	fuzz_read_only = mmap(NULL, CALLER_PAGE, PROT_READ,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return fuzz_page && fuzz_read_only != MAP_FAILED;
}

/**
 * fuzz_call_random() - a call
 * @random: generator
 * @call: filled
 * @targets: how many ttys there are
 */
static inline void fuzz_call_random(struct stream *random, struct fuzz_call *call,
				    unsigned int targets)
{
	unsigned int i = stream_pick(random, FUZZ_COUNT(fuzz_ioctls));

	call->target = stream_pick(random, targets);
	call->act = fuzz_acts[stream_pick(random, FUZZ_COUNT(fuzz_acts))];
	call->place = fuzz_places[stream_pick(random, FUZZ_COUNT(fuzz_places))];
	call->takes = fuzz_ioctls[i].takes;
	call->cmd = fuzz_ioctls[i].cmd;
	call->seed = stream_word(random);
	if (stream_pick(random, 16))
		return;
	/* Not a number there is, or one that is near it. */
	call->cmd = stream_pick(random, 2) ? stream_word(random) :
		    (call->cmd & ~0xffu) | stream_pick(random, 256);
	call->takes = stream_pick(random, FUZZ_TAKES_BYTES + 1);
}

/**
 * fuzz_call_change() - change something of a call
 * @random: generator
 * @call: changed
 * @targets: how many ttys there are
 */
static inline void fuzz_call_change(struct stream *random, struct fuzz_call *call,
				    unsigned int targets)
{
	switch (stream_pick(random, 4)) {
	case 0:
		call->target = stream_pick(random, targets);
		break;
	case 1:
		call->place = fuzz_places[stream_pick(random, FUZZ_COUNT(fuzz_places))];
		break;
	case 2:
		fuzz_call_random(random, call, targets);
		break;
	default:
		call->seed = stream_word(random);
	}
}

/* Bits are as interesting as numbers. */
static inline unsigned int fuzz_int(struct stream *random)
{
	switch (stream_pick(random, 4)) {
	case 0:
		return stream_pick(random, 33);
	case 1:
		return 1u << stream_pick(random, 32);
	case 2:
		return -stream_pick(random, 3);
	default:
		return stream_word(random);
	}
}

/* The settings that the tty has, with some of it changed: else too much is refused. */
static inline void fuzz_termios(struct stream *random, int fd,
				struct termios2 *termios)
{
	static const tcflag_t speeds[] = { B0, B50, B9600, B115200, B4000000, BOTHER };
	unsigned int changes = 1 + stream_pick(random, 3);

	if (ioctl(fd, TCGETS2, termios))
		memset(termios, 0, sizeof(*termios));
	while (changes--) {
		switch (stream_pick(random, 6)) {
		case 0:
			termios->c_iflag = stream_word(random);
			break;
		case 1:
			termios->c_oflag = stream_word(random);
			break;
		case 2:
			termios->c_cflag ^= fuzz_int(random);
			break;
		case 3:
			termios->c_lflag = stream_word(random);
			break;
		case 4:
			termios->c_cflag = (termios->c_cflag & ~CBAUD) |
					   speeds[stream_pick(random, FUZZ_COUNT(speeds))];
			termios->c_ospeed = fuzz_int(random);
			break;
		default:
			termios->c_cc[stream_pick(random, NCCS)] = stream_word(random);
			termios->c_line = stream_pick(random, 32);
		}
	}
}

/* As an ordinary user may only change its flags, mostly those. */
static inline void fuzz_serial(struct stream *random, int fd,
			       struct serial_struct *info)
{
	unsigned int at = stream_pick(random, sizeof(*info) / sizeof(int));

	if (ioctl(fd, TIOCGSERIAL, info))
		memset(info, 0, sizeof(*info));
	if (stream_pick(random, 4))
		info->flags ^= fuzz_int(random);
	else
		((unsigned int *)info)[at] = fuzz_int(random);
	if (!stream_pick(random, 4))
		info->custom_divisor = fuzz_int(random);
}

/* The argument that the ioctl takes, at @to. Returns its size; 0: the number is in *number. */
static inline size_t fuzz_fill(struct stream *random, const struct fuzz_call *call,
			       int fd, void *to, unsigned long *number)
{
	int *integer = to;

	switch (call->takes) {
	case FUZZ_TAKES_SMALL:
		*number = stream_pick(random, 8) ? stream_pick(random, 6) :
						   fuzz_int(random);
		return 0;
	case FUZZ_TAKES_INT:
		*integer = fuzz_int(random);
		return sizeof(*integer);
	case FUZZ_TAKES_TERMIOS:
		fuzz_termios(random, fd, to);
		return sizeof(struct termios2);
	case FUZZ_TAKES_SERIAL:
		fuzz_serial(random, fd, to);
		return sizeof(struct serial_struct);
	default:
		stream_fill(random, to, 128);
		return 128;
	}
}

/* Where @size bytes at the start of the page are to be found instead. */
static inline unsigned long fuzz_place(struct stream *random,
				       enum fuzz_place place, size_t size)
{
	uint8_t *cut;

	switch (place) {
	case FUZZ_NUMBER:
		return fuzz_int(random);
	case FUZZ_CUT:
		cut = fuzz_page + CALLER_PAGE - stream_pick(random, size + 1);
		memmove(cut, fuzz_page, fuzz_page + CALLER_PAGE - cut);
		return (unsigned long)cut;
	case FUZZ_UNMAPPED:
		return (unsigned long)fuzz_page + CALLER_PAGE +
		       stream_pick(random, CALLER_PAGE);
	case FUZZ_READ_ONLY:
		return (unsigned long)fuzz_read_only;
	case FUZZ_KERNEL:
		return 0xffff888000000000ul + fuzz_int(random);
	default:
		return (unsigned long)fuzz_page;
	}
}

static inline long fuzz_do_ioctl(struct stream *random,
				 const struct fuzz_call *call, int fd)
{
	unsigned long arg = 0;
	size_t size = fuzz_fill(random, call, fd, fuzz_page, &arg);

	if (size)
		arg = fuzz_place(random, call->place, size);
	return syscall(SYS_ioctl, fd, call->cmd, arg);
}

static inline long fuzz_do_transfer(struct stream *random,
				    const struct fuzz_call *call, int fd)
{
	size_t size = stream_pick(random, 4) ? stream_pick(random, 64) :
					       stream_pick(random, CALLER_PAGE + 1);
	unsigned long at;

	stream_fill(random, fuzz_page, size);
	at = fuzz_place(random, call->place, size);
	return syscall(call->act == FUZZ_READ ? SYS_read : SYS_write, fd, at, size);
}

static inline long fuzz_do_poll(struct stream *random, int fd)
{
	struct pollfd events = { .fd = fd, .events = stream_word(random) };

	return poll(&events, 1, 0);
}

static inline long fuzz_do_reopen(struct stream *random, struct fuzz_tty *tty)
{
	int flags = O_CLOEXEC | stream_pick(random, 4);

	if (tty->given)
		return fcntl(tty->fd, F_SETFL,
			     stream_pick(random, 4) ? O_NONBLOCK : 0);
	if (tty->fd >= 0)
		close(tty->fd);
	flags |= stream_pick(random, 8) ? O_NONBLOCK : 0;
	flags |= stream_pick(random, 8) ? O_NOCTTY : 0;
	tty->fd = open(tty->path, stream_pick(random, 4) ? (flags & ~3) | O_RDWR :
							   flags);
	return tty->fd;
}

/**
 * fuzz_call_do() - do a call
 * @call: the call
 * @ttys: of which it takes one
 *
 * Return: what the system call returned.
 */
static inline long fuzz_call_do(const struct fuzz_call *call,
				struct fuzz_tty *ttys)
{
	struct fuzz_tty *tty = &ttys[call->target];
	struct stream random;

	stream_init(&random, call->seed, false);
	switch (call->act) {
	case FUZZ_IOCTL:
		return fuzz_do_ioctl(&random, call, tty->fd);
	case FUZZ_READ:
	case FUZZ_WRITE:
		return fuzz_do_transfer(&random, call, tty->fd);
	case FUZZ_POLL:
		return fuzz_do_poll(&random, tty->fd);
	default:
		return fuzz_do_reopen(&random, tty);
	}
}

#endif
