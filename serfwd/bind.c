// SPDX-License-Identifier: GPL-2.0
/*
 * Binding a port without a process: the kernel opens the tty itself and puts
 * the line discipline on it, as speakup does.
 */
#include <linux/capability.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/sched/signal.h>
#include <linux/serial.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "attach.h"
#include "bind.h"
#include "claim.h"
#include "fit.h"
#include "flip.h"
#include "ldisc.h"
#include "link.h"
#include "share.h"
#include "stats.h"

/*
 * Opening a pty or a virtual terminal from here would make one. Everything
 * else can be looked at when it is open.
 */
static bool serfwd_may_open(dev_t number)
{
	switch (MAJOR(number)) {
	case PTY_MASTER_MAJOR:
	case PTY_SLAVE_MAJOR:
	case TTYAUX_MAJOR:
	case UNIX98_PTY_MASTER_MAJOR ...
	     UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT - 1:
		return false;
	case TTY_MAJOR:
		return MINOR(number) >= 64;	/* below are the consoles */
	default:
		return true;
	}
}

/* How long (jiffies) moving waits for a reader. */
#define SERFWD_MOVE_DRAIN	HZ

/* As much of a name as goes to the log; tty names are shorter. */
#define SERFWD_NAME_SHOWN	64

static int serfwd_bind_number(const char *name, dev_t *number)
{
	const char *why;
	int err;

	if (tty_dev_name_to_number(name, number)) {
		why = ": no such tty";
		err = -ENODEV;
	} else if (serfwd_is_vtty_number(*number)) {
		why = " is a pseudo-UART of this module, not a real port";
		err = -ELOOP;
	} else if (!serfwd_may_open(*number)) {
		why = " is not a serial port";
		err = -EINVAL;
	} else {
		return 0;
	}
	/* Escaped: what was written may be anything. */
	pr_warn_ratelimited("%*pE%s\n",
			    (int)strnlen(name, SERFWD_NAME_SHOWN), name, why);
	return err;
}

static int serfwd_open_port(struct tty_struct *tty)
{
	int ret;

	if (!tty->ops->open || !tty->ops->close)
		return -ENODEV;
	/* Until ours is there n_tty has the port: it is not to echo or stop. */
	tty->termios.c_iflag = 0;
	tty->termios.c_oflag = 0;
	tty->termios.c_lflag = 0;
	ret = tty->ops->open(tty, NULL);
	if (!ret && tty_io_error(tty)) {
		pr_warn_ratelimited("%s has no hardware\n", tty->name);
		ret = -ENODEV;
	}
	return ret;
}

/* The opposite of tty_kopen_exclusive() and serfwd_open_port(). */
static void serfwd_close_port(struct tty_struct *tty)
{
	tty_lock(tty);
	/* A hang-up has closed the driver already. */
	if (tty->ops->close && !test_bit(TTY_HUPPED, &tty->flags))
		tty->ops->close(tty, NULL);
	tty_unlock(tty);
	tty_kclose(tty);
}

/* Says who has a port that is open already. */
static void serfwd_kopen_busy(struct tty_struct *tty)
{
	struct serfwd_link *link = serfwd_link_of_port(tty);

	if (link)
		pr_warn_ratelimited("%s is the port of ttySF%u, detach it there first\n",
				    tty->name, link->index);
	else if (tty->port && tty->port->console)
		pr_warn_ratelimited("%s is a console\n", tty->name);
	else
		pr_warn_ratelimited("%s is open, see fuser /dev/%s\n",
				    tty->name, tty->name);
}

static void serfwd_kopen_refused(const char *name, dev_t number, long err)
{
	struct tty_struct *tty = NULL;

	if (err == -EBUSY)
		tty = tty_kopen_shared(number);
	if (IS_ERR_OR_NULL(tty)) {
		pr_warn_ratelimited("%s cannot be opened: %s\n", name,
				    err == -ENOMEM ? "out of memory" :
				    err == -EBUSY ? "it was open just now" :
				    "its driver refuses");
		return;
	}
	serfwd_kopen_busy(tty);
	tty_kref_put(tty);
}

static struct tty_struct *serfwd_kopen(const char *name)
{
	struct tty_struct *tty;
	dev_t number;
	int ret;

	ret = serfwd_bind_number(name, &number);
	if (ret)
		return ERR_PTR(ret);
	tty = tty_kopen_exclusive(number);
	if (IS_ERR(tty)) {
		serfwd_kopen_refused(name, number, PTR_ERR(tty));
		return tty;
	}
	/* Before it is opened: a console is not to be closed again. */
	ret = serfwd_fit_check(tty);
	if (ret) {
		tty_unlock(tty);
		tty_kclose(tty);
		return ERR_PTR(ret);
	}
	ret = serfwd_open_port(tty);
	tty_unlock(tty);
	if (ret) {
		serfwd_close_port(tty);
		return ERR_PTR(ret);
	}
	return tty;
}

/* A port that was hung up under us: nobody else can close it. */
static void serfwd_reap_locked(struct serfwd_link *link)
{
	struct tty_struct *tty = link->bind.kopened;
	bool gone;

	lockdep_assert_held(&link->bind.mutex);
	if (!tty)
		return;
	/* Waits for a hang-up that is under way. */
	tty_lock(tty);
	gone = test_bit(TTY_HUPPED, &tty->flags);
	tty_unlock(tty);
	if (gone) {
		link->bind.kopened = NULL;
		serfwd_close_port(tty);
	}
}

/* Put the line discipline on a port for this link only. */
static int serfwd_bind_opened(struct serfwd_link *link, struct tty_struct *tty)
{
	int ret;

	lockdep_assert_held(&link->bind.mutex);
	serfwd_link_expect(link, tty);
	ret = serfwd_ldisc_bind(tty);
	serfwd_link_expect(link, NULL);
	return ret;
}

/*
 * When n_tty cannot be opened, for lack of memory, the tty core opens our line
 * discipline again: for this link, not for the first that is free. @next is who
 * may have the link afterwards, NULL for any.
 */
static int serfwd_unset_ldisc(struct serfwd_link *link, struct tty_struct *tty,
			      struct tty_struct *next)
{
	int ret;

	serfwd_link_expect(link, tty);
	ret = tty_set_ldisc(tty, N_TTY);
	serfwd_link_expect(link, next);
	/* A hung up port has no line discipline to change: it is detached. */
	return ret == -EIO ? 0 : ret;
}

/* As closing it would wait, by the port's closing_wait. */
static bool serfwd_port_drained(struct tty_struct *tty)
{
	if (tty->port->closing_wait != ASYNC_CLOSING_WAIT_NONE)
		tty_wait_until_sent(tty, tty->port->closing_wait);
	return !tty_chars_in_buffer(tty);
}

/*
 * Bytes that a port has received since it was opened first, if its driver
 * counts. Less than before if it was hung up meanwhile.
 */
static unsigned int serfwd_port_received(struct tty_struct *tty)
{
	struct serial_icounter_struct count = {};

	if (tty->ops->get_icount)
		tty->ops->get_icount(tty, &count);
	return count.rx;
}

/* Count as lost what a port has received since it had received @before. */
static void serfwd_count_moved(struct serfwd_link *link, struct tty_struct *tty,
			       unsigned int before)
{
	int more = serfwd_port_received(tty) - before;

	if (more > 0 && !test_bit(TTY_HUPPED, &tty->flags))
		serfwd_stats_lost(serfwd_share_owner(link), SERFWD_RX_MOVED,
				  more);
}

/*
 * A port that was taken off its link is to be closed: let it send what it has,
 * as closing it would.
 */
static void serfwd_drain_unbound(struct serfwd_link *link,
				 struct tty_struct *tty)
{
	if (serfwd_port_drained(tty))
		return;
	serfwd_stats_lost(serfwd_share_owner(link), SERFWD_TX_DETACHED,
			  tty_chars_in_buffer(tty));
	tty_driver_flush_buffer(tty);
}

/*
 * Wait until a port has sent what it has, while nobody reads what it receives.
 */
static bool serfwd_drain_left(struct serfwd_link *link, struct tty_struct *tty)
{
	unsigned int received = serfwd_port_received(tty);
	bool drained = serfwd_port_drained(tty);

	serfwd_count_moved(link, tty, received);
	return drained;
}

/*
 * Take the port off the link, which waits for the next one: in @to go the bytes
 * that come after those which this one has sent.
 */
static int serfwd_leave_port(struct serfwd_link *link, struct tty_struct *from,
			     struct tty_struct *to)
{
	int ret;

	/* A caller who could not attach the next one is to find out before. */
	if (!capable(CAP_NET_ADMIN)) {
		pr_warn_ratelimited("%s: attaching needs CAP_NET_ADMIN\n",
				    to->name);
		return -EPERM;
	}
	if (READ_ONCE(from->flow.stopped) && tty_chars_in_buffer(from)) {
		pr_warn_ratelimited("ttySF%u: %s is stopped and has not sent all\n",
				    link->index, from->name);
		return -EBUSY;
	}
	if (!serfwd_flip_drained(from, SERFWD_MOVE_DRAIN)) {
		pr_warn_ratelimited("ttySF%u: its reader does not take what %s has received\n",
				    link->index, from->name);
		return -EBUSY;
	}
	ret = serfwd_unset_ldisc(link, from, to);
	if (ret)
		return ret;
	if (serfwd_drain_left(link, from))
		/* A signal ends the wait for its FIFO early. */
		return signal_pending(current) ? -EINTR : 0;
	pr_warn_ratelimited("ttySF%u: %s cannot send what it has\n",
			    link->index, from->name);
	return -EBUSY;
}

/* Let a link go on with another port; if that fails, with the one it has. */
static int serfwd_move(struct serfwd_link *link, struct tty_struct *to)
{
	unsigned int received = serfwd_port_received(to);
	struct tty_struct *from = link->bind.kopened;
	int ret;

	WRITE_ONCE(link->bind.replacing_port, true);
	ret = serfwd_leave_port(link, from, to);
	WRITE_ONCE(link->bind.replacing_port, false);
	if (!ret) {
		/* Bytes that came while nobody read it were received anyhow. */
		tty_ldisc_flush(to);
		serfwd_count_moved(link, to, received);
		ret = serfwd_bind_opened(link, to);
	}
	if (!ret) {
		link->bind.kopened = to;
		serfwd_close_port(from);
		return 0;
	}
	/* Does nothing if it has not left it. */
	if (serfwd_bind_opened(link, from)) {
		link->bind.kopened = NULL;
		serfwd_close_port(from);
		serfwd_share_all(link, serfwd_link_lost);
	}
	serfwd_close_port(to);
	return ret;
}

static int serfwd_bind_new(struct serfwd_link *link, struct tty_struct *tty)
{
	int ret = serfwd_bind_opened(link, tty);

	if (ret)
		serfwd_close_port(tty);
	else
		link->bind.kopened = tty;
	return ret;
}

/* Says why a link gets no port. */
static void serfwd_bind_refused(struct serfwd_link *link)
{
	if (READ_ONCE(link->share.tap))
		pr_warn_ratelimited("ttySF%u is a tap, it has no port of its own\n",
				    link->index);
	else
		pr_warn_ratelimited("ttySF%u %s a port already, detach it first\n",
				    link->index,
				    serfwd_share_is_borrower(link) ? "shares" : "has");
}

static bool serfwd_bind_free(struct serfwd_link *link)
{
	return !READ_ONCE(link->share.tap) && !serfwd_share_is_borrower(link) &&
	       serfwd_link_await(link);
}

static int serfwd_bind_locked(struct serfwd_link *link, const char *name)
{
	struct tty_struct *tty;

	lockdep_assert_held(&link->bind.mutex);
	serfwd_reap_locked(link);
	if (!link->bind.kopened && !serfwd_bind_free(link)) {
		serfwd_bind_refused(link);
		return -EBUSY;
	}
	tty = serfwd_kopen(name);
	if (IS_ERR(tty))
		return PTR_ERR(tty);
	return link->bind.kopened ? serfwd_move(link, tty) :
			       serfwd_bind_new(link, tty);
}

/**
 * serfwd_bind - open a port and bind it to a link
 * @link: the link
 * @name: of the port, such as ttyS1
 *
 * A link that has a port by the same way moves to the new one: what the old one
 * has received is handed over, and it has sent all it has, before the new one
 * sends the first byte. If that is not to be had the link goes back to the old
 * one.
 *
 * Return: 0; -ENODEV if there is no such port; -EBUSY if it or the link is in
 * use; -EINVAL or -ELOOP if it is not a real port; -EPERM; -EINTR.
 * Context: may sleep, up to the time the old port takes to drain.
 */
int serfwd_bind(struct serfwd_link *link, const char *name)
{
	int ret;

	if (mutex_lock_killable(&link->bind.mutex))
		return -EINTR;
	ret = serfwd_bind_locked(link, name);
	mutex_unlock(&link->bind.mutex);
	return ret;
}

/* A port bound by ldattach or the like: its owner goes on having it open. */
static int serfwd_unbind_foreign(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_share_real(link);
	int ret = 0;

	if (!real)
		return 0;
	/*
	 * It is another's if the link has just begun to take part in that one.
	 */
	if (READ_ONCE(real->disc_data) == link)
		ret = serfwd_unset_ldisc(link, real, NULL);
	tty_kref_put(real);
	return ret;
}

/**
 * serfwd_unbind - take the port off a link, whoever bound it
 * @link: the link
 *
 * Return: 0, also if there was none; -EBUSY if the port's users do not let go;
 * -EINTR.
 * Context: may sleep, up to the time the port takes to drain.
 */
int serfwd_unbind(struct serfwd_link *link)
{
	struct tty_struct *tty;
	int ret = 0;

	/* The port that it takes part in is its host's. */
	if (serfwd_share_is_borrower(link))
		return 0;
	if (mutex_lock_killable(&link->bind.mutex))
		return -EINTR;
	tty = link->bind.kopened;
	if (tty) {
		ret = serfwd_unset_ldisc(link, tty, NULL);
		if (!ret) {
			link->bind.kopened = NULL;
			serfwd_drain_unbound(link, tty);
			serfwd_close_port(tty);
		}
	} else {
		ret = serfwd_unbind_foreign(link);
	}
	mutex_unlock(&link->bind.mutex);
	return ret;
}

/**
 * serfwd_unbind_for_good - take the port off a link for the module to go
 * @link: the link, which no port can claim any more
 *
 * Context: may sleep, for as long as the port's users do not let go.
 */
void serfwd_unbind_for_good(struct serfwd_link *link)
{
	while (serfwd_unbind(link))
		msleep(100);
}

static void serfwd_reap(struct work_struct *work)
{
	struct serfwd_link *link = container_of(work, struct serfwd_link,
						bind.reap_work);

	mutex_lock(&link->bind.mutex);
	serfwd_reap_locked(link);
	mutex_unlock(&link->bind.mutex);
}

/**
 * serfwd_bind_init - set the binding of a new link up
 * @link: the link
 */
void serfwd_bind_init(struct serfwd_link *link)
{
	INIT_WORK(&link->bind.reap_work, serfwd_reap);
}

/**
 * serfwd_bind_reap - see to it that a hung up port is closed
 * @link: the link
 *
 * Context: any.
 */
void serfwd_bind_reap(struct serfwd_link *link)
{
	schedule_work(&link->bind.reap_work);
}
