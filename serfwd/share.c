// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing one real port among several links: who takes part, who owns the port,
 * and how it is handed over.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/sysfs.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#include "control.h"
#include "event.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "policy.h"
#include "share.h"
#include "stats.h"
#include "transmit.h"
#include "vtty.h"

/* How long (ms) handing over waits for what the last owner had written. */
#define SERFWD_SHARE_DRAIN	1000
/* How often it looks. */
#define SERFWD_SHARE_POLL	5

/* What a tap says when asked for room: more than n_tty ever puts at once. */
#define SERFWD_SHARE_TAP_ROOM	4096

DEFINE_STATIC_KEY_FALSE(serfwd_share_key);

/* Protects who takes part in what, across hosts. Taken before a host's lock. */
static DEFINE_MUTEX(serfwd_share_mutex);

/**
 * serfwd_share_find_owner - who has the port that a link takes part in?
 * @link: the link
 *
 * Return: that link; @link itself if it is alone.
 * Context: any.
 */
struct serfwd_link *serfwd_share_find_owner(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host ? READ_ONCE(host->share.owner) : link;
}

/**
 * serfwd_share_moving - is the port of a link just being handed over?
 * @link: a link that takes part in it
 *
 * Return: true if so; then nobody has it for up to a second or so.
 * Context: any.
 */
bool serfwd_share_moving(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host && READ_ONCE(host->share.moving);
}

/**
 * serfwd_share_taps - is a link a tap of another's port?
 * @link: the link
 *
 * Return: true if it listens to the port and may send nothing.
 * Context: any.
 */
bool serfwd_share_taps(struct serfwd_link *link)
{
	return READ_ONCE(link->share.tap) && READ_ONCE(link->share.host);
}

/**
 * serfwd_share_listens - does a link hear what the owner of a port receives?
 * @host: the link that the port belongs to
 * @link: one that takes part in it
 *
 * Return: true if it gets a copy.
 * Locking: the host's share.lock held.
 */
bool serfwd_share_listens(struct serfwd_link *host, struct serfwd_link *link)
{
	lockdep_assert_held(&host->share.lock);
	if (link == host->share.owner)
		return false;
	return link->share.tap ||
	       READ_ONCE(host->policy.share_read) == SERFWD_SHARE_READ_ALL;
}

/* Is somebody within write(2)? poll(2) does not ask for room while one is. */
static bool serfwd_share_writing(struct serfwd_link *link)
{
	struct tty_struct *vtty;
	bool writing;

	rcu_read_lock();
	vtty = rcu_dereference(link->vtty);
	writing = vtty && mutex_is_locked(&vtty->atomic_write_lock);
	rcu_read_unlock();
	return writing;
}

/**
 * serfwd_share_room - what a link without a port says when asked for room
 * @link: the link
 *
 * Three ask. poll(2): who only looks does not want to write, so there is room
 * until it was written. write(2): it asks for the port, and n_tty is not to put
 * echoes of what came before, which would be lost. And n_tty itself, for the echo
 * of what is just being received: that asks for nothing and waits. A tap's user is
 * not to wait for what never comes: there is room, and what is put there goes
 * nowhere.
 *
 * Return: how many bytes may be put, or tried.
 * Context: any.
 */
unsigned int serfwd_share_room(struct serfwd_link *link)
{
	if (!READ_ONCE(link->share.host) || serfwd_share_find_owner(link) == link)
		return 0;
	if (READ_ONCE(link->share.tap))
		return SERFWD_SHARE_TAP_ROOM;
	if (current_work() == &link->vport.buf.work)
		return 0;
	if (serfwd_share_writing(link)) {
		serfwd_share_want(link);
		return 0;
	}
	return !READ_ONCE(link->share.waiting);
}

/**
 * serfwd_share_is_guest - does a link take part in another's port?
 * @link: the link
 *
 * Return: true if so, false for a host and for one that is alone.
 */
bool serfwd_share_is_guest(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	return host && host != link;
}

/**
 * serfwd_share_each - do something to all that take part in a port
 * @link: one of them
 * @fn: what to do
 *
 * Context: any.
 */
void serfwd_share_each(struct serfwd_link *link,
		       void (*fn)(struct serfwd_link *link))
{
	struct serfwd_link *host = READ_ONCE(link->share.host);
	struct serfwd_link *party;
	bool met = false;

	if (!host) {
		fn(link);
		return;
	}
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node) {
		fn(party);
		met |= party == link;
	}
	rcu_read_unlock();
	/* It may just have left. */
	if (!met)
		fn(link);
}

/*
 * Handing over. The two halves have nothing in common but that no writer and no
 * wake-up is between them.
 */

static void serfwd_share_drain(struct serfwd_link *from,
			       struct tty_struct *real)
{
	int waited = 0;

	/* What was put by the character and not told to be sent. */
	if (serfwd_port_usable(real) && real->ops->flush_chars)
		real->ops->flush_chars(real);
	while (waited < SERFWD_SHARE_DRAIN && serfwd_port_usable(real) &&
	       tty_chars_in_buffer(real)) {
		msleep(SERFWD_SHARE_POLL);
		waited += SERFWD_SHARE_POLL;
	}
	/* What is in the hardware by then. */
	if (serfwd_port_usable(real) && real->ops->wait_until_sent)
		real->ops->wait_until_sent(real, max_t(int, 1, HZ / 5));
	serfwd_control_sent(from);
}

/* Returns the port, which is there, and which nobody writes to any more. */
static struct tty_struct *serfwd_share_take_port(struct serfwd_link *from)
{
	struct tty_struct *real = serfwd_control_give(from, true);

	serfwd_lines_unfollow(from, real);
	/* Writers under RCU have left the port after this. */
	synchronize_rcu();
	return real;
}

static void serfwd_share_put_port(struct serfwd_link *to,
				  struct tty_struct *real)
{
	serfwd_control_take(to, real);
	serfwd_lines_attach(to, real);
	serfwd_transmit_attach(to, real);
	serfwd_vtty_wakeup(to);
	/* A reader that stalled as a listener's is not known to have room now. */
	serfwd_listener_restart(to);
}

static void serfwd_share_tell(struct serfwd_link *host)
{
	struct serfwd_link *party;

	list_for_each_entry(party, &host->share.parties, share.node)
		serfwd_event_owner(party);
}

/* Who owns the port does not wait for it, see serfwd_share_want(). */
static void serfwd_share_set_owner(struct serfwd_link *host,
				   struct serfwd_link *to)
{
	spin_lock_irq(&to->share.want_lock);
	WRITE_ONCE(host->share.owner, to);
	WRITE_ONCE(to->share.waiting, false);
	spin_unlock_irq(&to->share.want_lock);
	WRITE_ONCE(to->share.written, jiffies);
}

static void serfwd_share_move(struct serfwd_link *host, struct serfwd_link *to)
{
	struct serfwd_link *from = host->share.owner;
	struct tty_struct *real;

	lockdep_assert_held(&host->share.lock);
	if (from == to)
		return;
	WRITE_ONCE(host->share.moving, true);
	real = host->share.present ? serfwd_share_take_port(from) : NULL;
	if (real)
		serfwd_share_drain(from, real);
	serfwd_share_set_owner(host, to);
	if (real)
		serfwd_share_put_port(to, real);
	WRITE_ONCE(host->share.moving, false);
	/*
	 * Whom a wake-up has found without a port while it still owned it, and
	 * who drains what is not waited for any more.
	 */
	serfwd_vtty_wakeup(from);
	serfwd_share_tell(host);
}

/*
 * Deciding
 */

static bool serfwd_share_before(const struct serfwd_link *a,
				const struct serfwd_link *b)
{
	int a_priority = READ_ONCE(a->policy.priority);
	int b_priority = READ_ONCE(b->policy.priority);

	if (a_priority != b_priority)
		return a_priority > b_priority;
	return time_before(READ_ONCE(a->share.waiting_since),
			   READ_ONCE(b->share.waiting_since));
}

/* Who is to have the port next, or NULL if nobody waits. */
static struct serfwd_link *serfwd_share_next(struct serfwd_link *host)
{
	struct serfwd_link *party, *next = NULL;

	list_for_each_entry(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    !party->share.tap && party != host->share.owner &&
		    (!next || serfwd_share_before(party, next)))
			next = party;
	return next;
}

static bool serfwd_link_is_open(const struct serfwd_link *link)
{
	return rcu_access_pointer(link->vtty);
}

/* Jiffies until an owner that writes no more is idle. */
static unsigned long serfwd_share_idle_in(const struct serfwd_link *host)
{
	struct serfwd_link *owner = host->share.owner;
	unsigned long idle = READ_ONCE(owner->share.written) +
			     msecs_to_jiffies(READ_ONCE(host->policy.token_idle_ms));

	if (!serfwd_link_is_open(owner))
		return 0;
	if (time_before(jiffies, idle))
		return idle - jiffies;
	/* What it has written is still being sent. */
	return serfwd_chars_in_buffer(owner) ?
	       msecs_to_jiffies(SERFWD_SHARE_POLL) + 1 : 0;
}

/* Jiffies until @next may have the port; MAX_JIFFY_OFFSET: not by itself. */
static unsigned long serfwd_share_due_in(const struct serfwd_link *host,
					 const struct serfwd_link *next)
{
	const struct serfwd_link *owner = host->share.owner;

	switch (READ_ONCE(host->policy.share_write)) {
	case SERFWD_SHARE_WRITE_EXCLUSIVE:
		return serfwd_link_is_open(owner) ? MAX_JIFFY_OFFSET : 0;
	case SERFWD_SHARE_WRITE_PRIORITY:
		if (READ_ONCE(next->policy.priority) >
		    READ_ONCE(owner->policy.priority))
			return 0;
		fallthrough;
	case SERFWD_SHARE_WRITE_TOKEN:
		return serfwd_share_idle_in(host);
	default:
		return MAX_JIFFY_OFFSET;
	}
}

/* Returns whether the port was handed over. */
static bool serfwd_share_advance(struct serfwd_link *host)
{
	struct serfwd_link *next = serfwd_share_next(host);
	unsigned long due;

	if (!next)
		return false;
	due = serfwd_share_due_in(host, next);
	if (!due)
		serfwd_share_move(host, next);
	else if (due != MAX_JIFFY_OFFSET)
		/* Not later, if somebody has called for a decision meanwhile. */
		queue_delayed_work(system_wq, &host->share.work, due);
	return !due;
}

static void serfwd_share_work(struct work_struct *work)
{
	struct serfwd_link *host = container_of(to_delayed_work(work),
						struct serfwd_link, share.work);
	bool moved;

	mutex_lock(&host->share.lock);
	moved = serfwd_share_advance(host);
	mutex_unlock(&host->share.lock);
	/* There may be others who wait. */
	if (moved)
		serfwd_share_decide(host);
}

/**
 * serfwd_share_decide - look who is to have the port of a link
 * @link: the link
 *
 * To be called whenever that may have changed.
 *
 * Context: any.
 */
void serfwd_share_decide(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);

	if (host)
		mod_delayed_work(system_wq, &host->share.work, 0);
}

/**
 * serfwd_share_wrote - a link wrote to its port
 * @link: the link
 * @count: bytes, perhaps none
 *
 * Context: any.
 */
void serfwd_share_wrote(struct serfwd_link *link, size_t count)
{
	if (count)
		WRITE_ONCE(link->share.written, jiffies);
}

/**
 * serfwd_share_want - a link without a port wants to write
 * @link: the link
 *
 * Context: any.
 */
void serfwd_share_want(struct serfwd_link *link)
{
	unsigned long flags;
	bool wants;

	if (READ_ONCE(link->share.waiting) || !READ_ONCE(link->share.host))
		return;
	/* It may be given the port just now, and then does not wait. */
	spin_lock_irqsave(&link->share.want_lock, flags);
	wants = serfwd_share_find_owner(link) != link;
	if (wants) {
		WRITE_ONCE(link->share.waiting_since, jiffies);
		WRITE_ONCE(link->share.waiting, true);
	}
	spin_unlock_irqrestore(&link->share.want_lock, flags);
	if (wants)
		serfwd_share_decide(link);
}

/**
 * serfwd_share_closed - a vtty was closed
 * @link: its link
 */
void serfwd_share_closed(struct serfwd_link *link)
{
	WRITE_ONCE(link->share.waiting, false);
	serfwd_share_decide(link);
}

/*
 * Ports
 */

/**
 * serfwd_share_attach - give a port that comes to who owns it
 * @host: the link that the port belongs to; it may be alone
 * @real: the port's tty
 *
 * Context: the port's ldisc open.
 */
void serfwd_share_attach(struct serfwd_link *host, struct tty_struct *real)
{
	mutex_lock(&host->share.lock);
	host->share.present = true;
	serfwd_share_put_port(host->share.owner, real);
	mutex_unlock(&host->share.lock);
}

/**
 * serfwd_share_detach - take a port that goes from who owns it
 * @host: the link that the port belongs to; it may be alone
 *
 * The link that had it stays the owner, for the next port. Writers and wake-ups
 * have left the port after an RCU grace period.
 *
 * Return: the port's tty.
 * Context: the port's ldisc close.
 */
struct tty_struct *serfwd_share_detach(struct serfwd_link *host)
{
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	host->share.present = false;
	real = serfwd_control_give(host->share.owner, false);
	serfwd_lines_unfollow(host->share.owner, real);
	mutex_unlock(&host->share.lock);
	return real;
}

/**
 * serfwd_share_real - take a reference on the tty of the port a link takes part in
 * @link: the link, which may be alone
 *
 * Return: the tty, to be given back by tty_kref_put(), or NULL.
 * Context: may sleep, as long as the port is being handed over.
 */
struct tty_struct *serfwd_share_real(struct serfwd_link *link)
{
	struct serfwd_link *host = READ_ONCE(link->share.host) ?: link;
	struct tty_struct *real;

	mutex_lock(&host->share.lock);
	real = serfwd_link_real(host->share.owner);
	mutex_unlock(&host->share.lock);
	return real;
}

/*
 * Taking part
 */

/**
 * serfwd_share_init - set up a new link, alone
 * @link: the link
 */
void serfwd_share_init(struct serfwd_link *link)
{
	mutex_init(&link->share.lock);
	spin_lock_init(&link->share.want_lock);
	INIT_LIST_HEAD(&link->share.parties);
	INIT_DELAYED_WORK(&link->share.work, serfwd_share_work);
	link->share.owner = link;
	link->policy.token_idle_ms = SERFWD_TOKEN_IDLE_DEFAULT;
}

static void serfwd_share_add(struct serfwd_link *host, struct serfwd_link *link)
{
	mutex_lock(&host->share.lock);
	link->share.waiting = false;
	link->share.written = jiffies;
	list_add_tail_rcu(&link->share.node, &host->share.parties);
	WRITE_ONCE(link->share.host, host);
	mutex_unlock(&host->share.lock);
	/* Writers that wait for a port are to ask for this one. */
	serfwd_vtty_wakeup(link);
	serfwd_lines_look(link);
}

static void serfwd_share_remove(struct serfwd_link *host,
				struct serfwd_link *link)
{
	mutex_lock(&host->share.lock);
	if (host->share.owner == link)
		serfwd_share_move(host, host);
	WRITE_ONCE(link->share.host, NULL);
	list_del_rcu(&link->share.node);
	mutex_unlock(&host->share.lock);
	/* serfwd_share_each() has left it after this. */
	synchronize_rcu();
}

static bool serfwd_share_is_host(const struct serfwd_link *link)
{
	return link->share.host == link;
}

static int serfwd_share_join_locked(struct serfwd_link *link,
				    struct serfwd_link *host)
{
	lockdep_assert_held(&serfwd_share_mutex);
	if (link == host)
		return -ELOOP;
	if (link->share.host)
		return -EBUSY;
	if (host->share.tap || (host->share.host && !serfwd_share_is_host(host)))
		return -ELOOP;
	if (!link->share.tap && !serfwd_link_reserve(link))
		return -EBUSY;
	if (!host->share.host) {
		/* Before anybody is found to take part in anything. */
		static_branch_inc(&serfwd_share_key);
		serfwd_share_add(host, host);
	}
	serfwd_share_add(host, link);
	return 0;
}

/**
 * serfwd_share_join - take part in another link's port
 * @link: the link, which then has none of its own
 * @host: the other
 *
 * Return: 0; -EBUSY if @link has a port or takes part in one already; -ELOOP if
 * @host is @link, a tap, or takes part in another's.
 * Context: may sleep.
 */
int serfwd_share_join(struct serfwd_link *link, struct serfwd_link *host)
{
	int ret;

	mutex_lock(&serfwd_share_mutex);
	ret = serfwd_share_join_locked(link, host);
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/* The host is alone again when the last one left. */
static void serfwd_share_part(struct serfwd_link *host)
{
	if (!list_is_singular(&host->share.parties))
		return;
	serfwd_share_remove(host, host);
	static_branch_dec(&serfwd_share_key);
	cancel_delayed_work_sync(&host->share.work);
}

/**
 * serfwd_share_leave - take part no more
 * @link: the link, which may be alone
 *
 * If it owned the port, the host does again.
 *
 * Return: 0; -EBUSY if others take part in the port of @link.
 * Context: may sleep.
 */
int serfwd_share_leave(struct serfwd_link *link)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
	host = link->share.host;
	if (host == link) {
		ret = -EBUSY;
	} else if (host) {
		serfwd_share_remove(host, link);
		if (!link->share.tap)
			serfwd_link_unreserve(link);
		serfwd_share_decide(host);
		serfwd_share_part(host);
	}
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/**
 * serfwd_share_give - make a link the owner of the port it takes part in
 * @link: a link that takes part in the port
 * @to: the one to have it
 *
 * Return: 0; -EINVAL if the two do not take part in the same port; -EPERM if @to
 * is a tap.
 * Context: may sleep.
 */
int serfwd_share_give(struct serfwd_link *link, struct serfwd_link *to)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
	host = link->share.host;
	if (!host || to->share.host != host) {
		ret = -EINVAL;
		goto unlock;
	}
	if (to->share.tap) {
		ret = -EPERM;
		goto unlock;
	}
	mutex_lock(&host->share.lock);
	serfwd_share_move(host, to);
	mutex_unlock(&host->share.lock);
	serfwd_share_decide(host);
unlock:
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/* A link that is alone: as a tap no port comes to it. */
static int serfwd_share_tap_alone(struct serfwd_link *link, bool tap)
{
	lockdep_assert_held(&serfwd_share_mutex);
	if (tap && !serfwd_link_reserve(link))
		return -EBUSY;
	WRITE_ONCE(link->share.tap, tap);
	if (!tap)
		serfwd_link_unreserve(link);
	return 0;
}

static void serfwd_share_tap_party(struct serfwd_link *host,
				   struct serfwd_link *link, bool tap)
{
	mutex_lock(&host->share.lock);
	WRITE_ONCE(link->share.tap, tap);
	WRITE_ONCE(link->share.waiting, false);
	if (tap && host->share.owner == link)
		serfwd_share_move(host, host);
	mutex_unlock(&host->share.lock);
	/* Those who wait to write find out that they wait for nothing, or ask. */
	serfwd_stall_settle(link, SERFWD_TX);
	serfwd_vtty_wakeup(link);
	serfwd_share_decide(host);
}

/**
 * serfwd_share_set_tap - make a link a tap, or one as any other again
 * @link: the link
 * @tap: it is to be a tap
 *
 * If it owned a port, the host does again; nothing of @link's goes out any more
 * when this returns.
 *
 * Return: 0; -EBUSY if @link has a port of its own, or others take part in it.
 * Context: may sleep.
 */
int serfwd_share_set_tap(struct serfwd_link *link, bool tap)
{
	struct serfwd_link *host;
	int ret = 0;

	mutex_lock(&serfwd_share_mutex);
	host = link->share.host;
	if (link->share.tap == tap)
		goto unlock;
	if (!host)
		ret = serfwd_share_tap_alone(link, tap);
	else if (host == link)
		ret = -EBUSY;
	else
		serfwd_share_tap_party(host, link, tap);
unlock:
	mutex_unlock(&serfwd_share_mutex);
	return ret;
}

/**
 * serfwd_share_print_waiting - name those that wait to write
 * @link: a link that takes part in the port, or one that is alone
 * @buf: a page
 *
 * Return: bytes written to @buf.
 */
ssize_t serfwd_share_print_waiting(struct serfwd_link *link, char *buf)
{
	struct serfwd_link *host = READ_ONCE(link->share.host);
	struct serfwd_link *party;
	int len = 0;

	if (!host)
		return sysfs_emit(buf, "\n");
	rcu_read_lock();
	list_for_each_entry_rcu(party, &host->share.parties, share.node)
		if (READ_ONCE(party->share.waiting) &&
		    !READ_ONCE(party->share.tap))
			len += sysfs_emit_at(buf, len, "%sttySF%u",
					     len ? " " : "", party->index);
	rcu_read_unlock();
	return len + sysfs_emit_at(buf, len, "\n");
}
