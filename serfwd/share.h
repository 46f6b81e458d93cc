/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sharing one real port among several links.
 *
 * The port belongs to one link, the host; others take part in it. One of them
 * all, the owner, has the port at a time, as if there were no other: what it
 * writes goes out, its settings are the line's, it sets the pace of receiving.
 * The others have no port to write to. Each of them, the owner too, is handed
 * what the port receives through a flip buffer of its own, see listener.c: no
 * party's reader keeps another waiting.
 *
 * Lock order: see link.h.
 */
#ifndef SERFWD_SHARE_H
#define SERFWD_SHARE_H

#include <linux/atomic.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct serfwd_link;
struct tty_struct;

/**
 * struct serfwd_share - what a link has to do with others
 * @host: whose port it takes part in; itself if others take part in its own;
 *	NULL if it is alone. Links live as long as the module, so a pointer that
 *	was read is good. Written under party.c's mutex.
 * @node: in @parties of the host; read under RCU, written under party.c's mutex
 * @tap: the link only listens: it never owns a port, neither another's nor one
 *	of its own. Written under party.c's mutex.
 * @leaving: how many callers have it leave: it is given no port any more; under
 *	party.c's mutex
 * @kept: bytes put aside for the link that are to be handed over still, or that
 *	were flushed since; see serfwd_listener_lost()
 * @turn: how many bytes of @kept the work may still hand over by this run
 * @held: some of what it is to be handed stays in the port
 * @written: when the link last wrote (jiffies)
 * @want_lock: protects @waiting against becoming the owner
 * @waiting: the link wants to write and has no port
 * @waiting_since: since when (jiffies)
 * @put: how often bytes were put aside for the link; written by the flip buffer
 *	work of the port, one at a time
 * @got: @put when the link had been handed all of them, see listener.c
 *
 * Of a host only, which a link that is alone is to itself:
 *
 * @lock: serialises the port's coming and going and its being handed over. Held
 *	for as long as a port takes to send what it has; only the work and the
 *	port's line discipline take it.
 * @parties: all that take part, the host too
 * @owner: who has the port
 * @port: the port's tty; read under RCU, written under @lock
 * @going: the port is about to go: nothing more is waited for
 * @moving: it is being handed over, and nobody has it
 * @xoff: the far end has stopped the owner by XOFF; written by the flip buffer
 *	work of the port
 * @work: hands the port to who waits for it
 * @asked_lock: protects @asked and @asks
 * @asked: who is to be given the port next whatever the policy is, or NULL
 * @asks: how often @work was asked for
 * @answers: @asks when @work had last begun
 * @answered: woken when @work has run
 */
struct serfwd_share {
	struct serfwd_link *host;
	struct list_head node;
	bool tap;
	unsigned int leaving;
	atomic_long_t kept;
	long turn;
	bool held;
	unsigned long written;
	spinlock_t want_lock;	/* waiting, and becoming the owner */
	bool waiting;
	unsigned long waiting_since;
	unsigned int put;
	unsigned int got;

	struct mutex lock;	/* the port comes, goes, is handed over */
	struct list_head parties;
	struct serfwd_link *owner;
	struct tty_struct __rcu *port;
	bool going;
	bool moving;
	bool xoff;
	struct delayed_work work;
	spinlock_t asked_lock;	/* asked, asks */
	struct serfwd_link *asked;
	unsigned int asks;
	unsigned int answers;
	wait_queue_head_t answered;
};

/* On while at least one port is shared. */
DECLARE_STATIC_KEY_FALSE(serfwd_share_key);

bool serfwd_share_moving(struct serfwd_link *link);
struct tty_struct *serfwd_share_port(struct serfwd_link *link);
struct tty_struct *serfwd_share_real(struct serfwd_link *link);
bool serfwd_share_may_own(const struct serfwd_link *host,
			  const struct serfwd_link *link);
void serfwd_share_decide(struct serfwd_link *link);
void serfwd_share_wrote(struct serfwd_link *link, size_t count);
void serfwd_share_want(struct serfwd_link *link);
bool serfwd_share_is_borrower(struct serfwd_link *link);
bool serfwd_share_taps(struct serfwd_link *link);
bool serfwd_share_listens(const struct serfwd_link *host,
			  const struct serfwd_link *link);
struct serfwd_link *serfwd_share_find_owner(struct serfwd_link *link);
ssize_t serfwd_share_print_waiting(struct serfwd_link *link, char *buf);
void serfwd_share_each(struct serfwd_link *link,
		       void (*fn)(struct serfwd_link *link));

/* The link that has the port which @link takes part in; or @link. */
static inline struct serfwd_link *serfwd_share_owner(struct serfwd_link *link)
{
	if (static_branch_unlikely(&serfwd_share_key))
		return serfwd_share_find_owner(link);
	return link;
}

/*
 * Do @fn to all that take part in the port of @link; or to @link. Any context.
 */
static inline void serfwd_share_all(struct serfwd_link *link,
				    void (*fn)(struct serfwd_link *link))
{
	if (static_branch_unlikely(&serfwd_share_key))
		serfwd_share_each(link, fn);
	else
		fn(link);
}

#endif
