/* SPDX-License-Identifier: GPL-2.0 */
/*
 * end_test.h - /dev/serfwd_end, by which a program has the guest end of a link
 *
 * Each open file is an end, once it has opened a link by END_OPEN. read(2)
 * gives two bytes for each that was received: it and its TTY_* flag. write(2)
 * is serfwd_end_write(), EAGAIN if that took nothing. poll(2) says POLLIN, and
 * POLLOUT when there is room to write.
 */
#ifndef SERFWD_END_TEST_H
#define SERFWD_END_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Bytes that an end holds, if END_LIMIT does not say less. */
#define END_HOLDS	4096

/**
 * struct end_lines - outputs to change
 * @set: TIOCM_* to set
 * @clear: TIOCM_* to clear
 */
struct end_lines {
	__u32 set;
	__u32 clear;
};

/**
 * struct end_line - struct serfwd_end_settings
 * @baud: bits a second
 * @data_bits: 5 to 8
 * @stop_bits: 1 or 2
 * @parity: 0 none, 1 odd, 2 even, 3 mark, 4 space
 * @rtscts: hardware flow control
 */
struct end_line {
	__u32 baud;
	__u8 data_bits;
	__u8 stop_bits;
	__u8 parity;
	__u8 rtscts;
};

/**
 * struct end_calls - how often the link has called, since END_OPEN
 * @wakeup: &serfwd_end_ops.wakeup
 * @lines_changed: &serfwd_end_ops.lines_changed
 * @carrier_came: &serfwd_end_ops.carrier
 * @carrier_went: &serfwd_end_ops.carrier
 * @port_changed: &serfwd_end_ops.port_changed
 * @hangup: &serfwd_end_ops.hangup
 * @make_room: &serfwd_end_ops.make_room
 * @took_less: &serfwd_end_ops.receive that did not take all
 * @received: bytes that it took
 * @holds: bytes that wait for read(2)
 */
struct end_calls {
	__u32 wakeup;
	__u32 lines_changed;
	__u32 carrier_came;
	__u32 carrier_went;
	__u32 port_changed;
	__u32 hangup;
	__u32 make_room;
	__u32 took_less;
	__u32 received;
	__u32 holds;
};

/* Those with a plain number take it as the argument, not by address. */
#define END_OPEN	_IO('e', 1)	/* number of the link */
#define END_CLOSE	_IO('e', 2)
#define END_COUNT	_IO('e', 3)	/* returns how many links there are */
#define END_HAS_PORT	_IO('e', 4)	/* returns whether */
#define END_WRITE_ROOM	_IO('e', 5)	/* returns bytes */
#define END_UNSENT	_IO('e', 6)	/* returns bytes */
#define END_DRAIN	_IO('e', 7)	/* ms */
#define END_FLUSH	_IO('e', 8)	/* SERFWD_END_FLUSH_* */
#define END_THROTTLE	_IO('e', 9)	/* on */
#define END_GET_LINES	_IO('e', 10)	/* returns TIOCM_* */
#define END_SET_LINES	_IOW('e', 11, struct end_lines)
#define END_BREAK	_IO('e', 12)	/* on */
#define END_SETTINGS	_IOWR('e', 13, struct end_line)
#define END_CALLS	_IOR('e', 14, struct end_calls)
#define END_LIMIT	_IO('e', 15)	/* bytes to hold at most */
#define END_ECHO	_IO('e', 16)	/* on: send back what is received */
#define END_RECEIVED	_IO('e', 17)	/* returns the port's count of bytes */

#endif
