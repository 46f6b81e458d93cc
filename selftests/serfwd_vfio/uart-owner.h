/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uart-owner.h - one that has the register core: it notes what it is told, takes as many
 * bytes as it is set to, and has a clock that is set by hand
 */
#ifndef SELFTESTS_UART_OWNER_H
#define SELFTESTS_UART_OWNER_H

#include "../../serfwd_vfio/uart.h"

#define SENT_MAX	4096

/**
 * struct owner - its state
 * @uart: the registers; first, so that one is the other
 * @now: the time (ns)
 * @sent: the last SENT_MAX bytes that were taken, in a ring
 * @nr_sent: how many bytes were taken
 * @room: how many more it takes
 * @drained: it says that they are sent
 * @outputs: as told
 * @breaking: as told
 * @interrupt: as told
 * @settings: as told
 * @nr_settings: how often
 * @nr_breaks: how often a break began
 * @nr_raised: how often the interrupt line rose
 * @nr_unthrottled: how often more would be taken
 * @timer: when it expires; 0 if it does not run
 * @wrong: something was said that had been said before
 */
struct owner {
	struct serfwd_uart uart;
	u64 now;
	u8 sent[SENT_MAX];
	size_t nr_sent;
	size_t room;
	bool drained;
	u8 outputs;
	bool breaking;
	bool interrupt;
	struct serfwd_uart_settings settings;
	unsigned int nr_settings;
	unsigned int nr_breaks;
	unsigned int nr_raised;
	unsigned int nr_unthrottled;
	u64 timer;
	bool wrong;
};

static inline size_t owner_write(struct serfwd_uart *uart, const u8 *bytes, size_t count)
{
	struct owner *owner = (struct owner *)uart;
	size_t i;

	if (count > owner->room)
		count = owner->room;
	for (i = 0; i < count; i++)
		owner->sent[owner->nr_sent++ % SENT_MAX] = bytes[i];
	owner->room -= count;
	return count;
}

static inline size_t owner_room(struct serfwd_uart *uart)
{
	return ((struct owner *)uart)->room;
}

static inline bool owner_drained(struct serfwd_uart *uart)
{
	return ((struct owner *)uart)->drained;
}

static inline void owner_outputs(struct serfwd_uart *uart, u8 mcr)
{
	struct owner *owner = (struct owner *)uart;

	if (owner->outputs == mcr || mcr & ~SERFWD_UART_OUTPUTS)
		owner->wrong = true;
	owner->outputs = mcr;
}

static inline void owner_set_break(struct serfwd_uart *uart, bool on)
{
	struct owner *owner = (struct owner *)uart;

	if (owner->breaking == on)
		owner->wrong = true;
	owner->breaking = on;
	owner->nr_breaks += on;
}

static inline void owner_settings(struct serfwd_uart *uart,
				  const struct serfwd_uart_settings *settings)
{
	struct owner *owner = (struct owner *)uart;

	if (!settings->divisor || settings->lcr & ~0x3f)
		owner->wrong = true;
	owner->settings = *settings;
	owner->nr_settings++;
}

static inline void owner_interrupt(struct serfwd_uart *uart, bool on)
{
	struct owner *owner = (struct owner *)uart;

	if (owner->interrupt == on)
		owner->wrong = true;
	owner->interrupt = on;
	owner->nr_raised += on;
}

static inline void owner_unthrottle(struct serfwd_uart *uart)
{
	((struct owner *)uart)->nr_unthrottled++;
}

static inline void owner_timer(struct serfwd_uart *uart, u64 at)
{
	struct owner *owner = (struct owner *)uart;

	if ((owner->timer && at >= owner->timer) || at <= owner->now)
		owner->wrong = true;
	owner->timer = at;
}

static const struct serfwd_uart_ops owner_ops = {
	.write = owner_write,
	.send = owner_write,
	.room = owner_room,
	.drained = owner_drained,
	.outputs = owner_outputs,
	.set_break = owner_set_break,
	.settings = owner_settings,
	.interrupt = owner_interrupt,
	.unthrottle = owner_unthrottle,
	.timer = owner_timer,
};

/* One that takes all, and has sent it at once. */
static inline void owner_init(struct owner *owner)
{
	memset(owner, 0, sizeof(*owner));
	owner->now = 1;
	owner->room = SENT_MAX;
	owner->drained = true;
	serfwd_uart_init(&owner->uart, &owner_ops, SERFWD_UART_BAUD_BASE);
}

static inline u8 owner_in(struct owner *owner, unsigned int offset)
{
	return serfwd_uart_read(&owner->uart, offset, owner->now);
}

static inline void owner_out(struct owner *owner, unsigned int offset, u8 value)
{
	serfwd_uart_write(&owner->uart, offset, value, owner->now);
}

/* Time passes, and the timer expires when it is time. */
static inline void owner_pass(struct owner *owner, u64 ns)
{
	u64 until = owner->now + ns;

	while (owner->timer && owner->timer <= until) {
		owner->now = owner->timer;
		owner->timer = 0;
		serfwd_uart_expired(&owner->uart, owner->now);
	}
	owner->now = until;
}

#endif
