/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A limit on what a vtty may send: a bucket of bytes that fills at a rate. As
 * long as no link has one it costs nothing.
 */
#ifndef SERFWD_RATE_H
#define SERFWD_RATE_H

#include <linux/hrtimer.h>
#include <linux/jump_label.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct serfwd_link;

/* Bytes a second; no UART is faster. */
#define SERFWD_RATE_MAX			100000000
/* Bytes. */
#define SERFWD_RATE_BURST_MAX		1048576
/*
 * As much as n_tty wants room for at once, for a tab: with less it waits to be
 * woken.
 */
#define SERFWD_RATE_STEP		8
#define SERFWD_RATE_BURST_MIN		SERFWD_RATE_STEP
#define SERFWD_RATE_BURST_DEFAULT	4096

/**
 * struct serfwd_rate - how much of its rate limit a link has used up
 * @lock: protects @paid_until
 * @paid_until: time (ktime, ns) by which what was sent is made up for; the
 *	bucket is full then
 * @limited: the link has a limit; under serfwd_rate_mutex
 * @timer: wakes whoever waits for the bucket to fill
 */
struct serfwd_rate {
	spinlock_t lock;	/* paid_until */
	u64 paid_until;
	bool limited;
	struct hrtimer timer;
};

/* On while at least one link has a limit. */
DECLARE_STATIC_KEY_FALSE(serfwd_rate_key);

void serfwd_rate_init(struct serfwd_link *link);
void serfwd_rate_exit(struct serfwd_link *link);
void serfwd_rate_changed(struct serfwd_link *link);

size_t serfwd_rate_charge(struct serfwd_link *link, size_t count);
void serfwd_rate_settle(struct serfwd_link *link, size_t count, size_t granted,
			size_t done);
unsigned int serfwd_rate_left(struct serfwd_link *link, unsigned int room);

/* How many of @count bytes may be sent; serfwd_rate_done() is to follow. */
static inline size_t serfwd_rate_take(struct serfwd_link *link, size_t count)
{
	if (static_branch_unlikely(&serfwd_rate_key))
		return serfwd_rate_charge(link, count);
	return count;
}

/* Of @count bytes, @granted might be sent and @done were. */
static inline void serfwd_rate_done(struct serfwd_link *link, size_t count,
				    size_t granted, size_t done)
{
	if (static_branch_unlikely(&serfwd_rate_key) && done < count)
		serfwd_rate_settle(link, count, granted, done);
}

/* @room as far as the limit allows. */
static inline unsigned int serfwd_rate_room(struct serfwd_link *link,
					    unsigned int room)
{
	if (static_branch_unlikely(&serfwd_rate_key))
		return serfwd_rate_left(link, room);
	return room;
}

#endif
