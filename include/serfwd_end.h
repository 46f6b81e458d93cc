/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest end of a link of serfwd: what lies between a link and whoever shows
 * it to a guest.
 *
 *	guest <- end -> link -> real port -> wire
 *
 * A link has one guest end at a time. The pseudo-UART, /dev/ttySFn, is one that
 * serfwd has itself; other modules open another one by what is declared here,
 * and as long as they have it open(2) of the pseudo-UART fails with EBUSY, as
 * theirs does while that is open. Sharing, policies, rate limits, counters,
 * capture and moving from port to port are the link's, whatever its end is.
 *
 * These calls cross. From a link to its end, in &struct serfwd_end_ops:
 *
 *	receive		bytes, with a flag for each; says how many it took
 *	make_room	drop the oldest bytes that it holds
 *	wakeup		it may write again, or what it wrote was sent
 *	lines_changed	a modem line may be different
 *	carrier		the carrier came or went, to the moment
 *	port_changed	a port came or went
 *	hangup		the line was cut, by the policy of an administrator
 *
 * From an end to its link, the functions below:
 *
 *	write, room, bytes unsent, drain; flush either way; modem lines; break;
 *	settings; stop the far end and let it go on; room again; line counters
 *
 * A link holds no byte: a write is the port's write in the same context, and
 * bytes that an end does not take stay in the port, whose driver stops the far
 * end as the settings say. That is the link's to do; an end that took less than
 * it was handed says by serfwd_end_room() when it has room again.
 *
 * XON and XOFF are bytes as all others: a guest that wants them obeyed obeys
 * them, as it does behind a UART. With the administrator's policy that the host
 * does XON/XOFF they are the link's, and no end gets them.
 *
 * The pseudo-UART is an implementation of the same operations, with two
 * exceptions. It is handed received bytes, and woken to write, by direct calls:
 * these two are made for every run of bytes. And what only a line discipline
 * has is asked of it by functions of its own, which do nothing while another
 * end is open: whether it was stopped by XOFF, or is within write(2), or puts
 * bytes without looking whether they were taken. See vtty_end.c.
 *
 * An end's user keeps order among its own calls: nothing is called with an end
 * that is being closed.
 */
#ifndef SERFWD_END_H
#define SERFWD_END_H

#include <linux/types.h>

struct module;
struct serfwd_end;
struct serial_icounter_struct;

/**
 * struct serfwd_end_ops - what a link has its guest end do
 * @owner: the module that it is in, which stays while the end is open
 * @name: what to call it in the kernel log, such as "a mediated device"
 * @device: name of the device by which a guest has the end, for sysfs, such as
 *	the UUID of a mediated device; valid until serfwd_end_close() returns.
 *	Optional: @name is shown without it.
 * @receive: bytes were received: take what there is room for. The flags have a
 *	TTY_NORMAL, TTY_BREAK, TTY_PARITY, TTY_FRAME or TTY_OVERRUN for each
 *	byte, or are NULL if all are good; a break is a NUL, and so is an
 *	overrun, which stands for bytes that were lost. Returns how many were
 *	taken. The others stay in the port, and the far end is stopped, until
 *	serfwd_end_room(); it may be called for them twice in a row. One call at
 *	a time.
 * @make_room: drop the oldest bytes that were taken, for a policy of the
 *	administrator, and return how many those were; 0 if there are none.
 *	Optional: without it the newest are dropped.
 * @wakeup: serfwd_end_write() may take bytes that it did not take before, or
 *	bytes were sent
 * @lines_changed: serfwd_end_get_lines() may say something else than before.
 *	Optional.
 * @carrier: the carrier came or went; @lines_changed is called as well.
 *	Optional.
 * @port_changed: serfwd_end_has_port() may say something else than before.
 *	Optional.
 * @hangup: an administrator's policy has the end hung up, for its port is gone
 *	or it has taken nothing for too long. Its user is to see that as if the
 *	line was cut, and what the end holds is to be dropped; what was left in
 *	the port is dropped already. The end stays open. Optional.
 *
 * Context: @receive, @make_room and @hangup may sleep. The first two hold up
 * the port meanwhile, so they wait for no guest; they may call all functions
 * except serfwd_end_close(), serfwd_end_flush() and serfwd_end_drain().
 * @hangup does not close the end. @device is called under a mutex of serfwd's,
 * and takes no lock. All others are called in any context, often
 * with the port's driver locked and interrupts off: of the functions they call
 * none except serfwd_end_room().
 */
struct serfwd_end_ops {
	struct module *owner;
	const char *name;
	const char *(*device)(void *data);
	size_t (*receive)(void *data, const u8 *bytes, const u8 *flags,
			  size_t count);
	size_t (*make_room)(void *data);
	void (*wakeup)(void *data);
	void (*lines_changed)(void *data);
	void (*carrier)(void *data, bool there);
	void (*port_changed)(void *data);
	void (*hangup)(void *data);
};

/* A parity bit, as seen by a UART. */
enum serfwd_end_parity {
	SERFWD_END_PARITY_NONE,
	SERFWD_END_PARITY_ODD,
	SERFWD_END_PARITY_EVEN,
	SERFWD_END_PARITY_MARK,
	SERFWD_END_PARITY_SPACE,
};

/**
 * struct serfwd_end_settings - speed and format of the line
 * @baud: bits a second, 1 and more
 * @data_bits: 5 to 8
 * @stop_bits: 1 or 2
 * @parity: &enum serfwd_end_parity
 * @rtscts: the hardware stops the far end by RTS, and is stopped by CTS
 */
struct serfwd_end_settings {
	unsigned int baud;
	u8 data_bits;
	u8 stop_bits;
	u8 parity;
	bool rtscts;
};

/* Which way to flush; may be combined. */
#define SERFWD_END_FLUSH_INPUT	1
#define SERFWD_END_FLUSH_OUTPUT	2

unsigned int serfwd_end_count(void);
struct serfwd_end *serfwd_end_open(unsigned int index,
				   const struct serfwd_end_ops *ops,
				   void *data);
void serfwd_end_close(struct serfwd_end *end);

bool serfwd_end_has_port(struct serfwd_end *end);

ssize_t serfwd_end_write(struct serfwd_end *end, const u8 *bytes, size_t count);
unsigned int serfwd_end_write_room(struct serfwd_end *end);
unsigned int serfwd_end_chars_in_buffer(struct serfwd_end *end);
int serfwd_end_drain(struct serfwd_end *end, unsigned int timeout_ms);
void serfwd_end_flush(struct serfwd_end *end, unsigned int which);

void serfwd_end_room(struct serfwd_end *end);
void serfwd_end_throttle(struct serfwd_end *end, bool on);

int serfwd_end_get_lines(struct serfwd_end *end);
int serfwd_end_set_lines(struct serfwd_end *end, unsigned int set,
			 unsigned int clear);
int serfwd_end_set_break(struct serfwd_end *end, bool on);
int serfwd_end_set_settings(struct serfwd_end *end,
			    struct serfwd_end_settings *settings);
int serfwd_end_get_icount(struct serfwd_end *end,
			  struct serial_icounter_struct *icount);

#endif
