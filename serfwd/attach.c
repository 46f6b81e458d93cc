// SPDX-License-Identifier: GPL-2.0
/*
 * How the two ends of a link come and go.
 */
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "apply.h"
#include "attach.h"
#include "end.h"
#include "flip.h"
#include "flip_wq.h"
#include "found.h"
#include "handover.h"
#include "lines.h"
#include "link.h"
#include "listener.h"
#include "receive.h"
#include "settings.h"
#include "share.h"
#include "stall.h"
#include "stats.h"
#include "transmit.h"
#include "turn.h"
#include "xoff.h"

/**
 * serfwd_link_attach - bind a real port to its link
 * @link: the link, claimed for @real
 * @real: the port's tty
 *
 * Brings the port to the state the vtty asked for before the first byte goes
 * out, and wakes the writers that waited for a port. From here on nobody opens
 * the port who could not also take it away otherwise.
 *
 * Context: the port's ldisc open, under its tty_lock and ldisc_sem.
 */
void serfwd_link_attach(struct serfwd_link *link, struct tty_struct *real)
{
	serfwd_receive_attach(real);
	serfwd_flip_wq_attach(link, real);

	serfwd_found_remember(link, real);
	link->bind.exclusive = test_and_set_bit(TTY_EXCLUSIVE, &real->flags);
	serfwd_share_all(link, serfwd_transmit_forget_xoff);
	serfwd_handover_attach(link, real);
	serfwd_share_all(link, serfwd_end_port_changed);
}

/**
 * serfwd_link_lost - the port that a link takes part in is gone
 * @link: the link
 *
 * Context: any.
 */
void serfwd_link_lost(struct serfwd_link *link)
{
	if (READ_ONCE(link->policy.on_detach) == SERFWD_ON_DETACH_HANGUP)
		serfwd_end_hangup(link);
	else
		serfwd_end_wakeup(link);
}

/**
 * serfwd_link_detach - take the real port off its link
 * @link: the link
 *
 * When it returns nobody uses the port through the link any more. The vtty
 * stays as it is and its writers wait for the next port, unless the policy is
 * to hang it up.
 *
 * Context: the port's ldisc close, under its tty_lock and ldisc_sem.
 */
void serfwd_link_detach(struct serfwd_link *link)
{
	struct tty_struct *real = serfwd_handover_detach(link);
	/* The next one is there already, see serfwd_bind(). */
	bool moving = READ_ONCE(link->bind.replacing_port);

	if (serfwd_port_usable(real)) {
		/*
		 * Bytes that wait go out with the settings they were written
		 * for.
		 */
		if (link->found.serial_changed)
			tty_wait_until_sent(real, HZ);
		serfwd_found_restore_line(link, real);
	}
	serfwd_found_restore_termios(link, real);

	if (!link->bind.exclusive)
		clear_bit(TTY_EXCLUSIVE, &real->flags);
	serfwd_share_all(link, serfwd_lines_lost);
	serfwd_receive_detach(real);
	serfwd_flip_wq_detach(link);
	/* The vtty does not get any more what it has not taken. */
	serfwd_flip_lost(serfwd_share_owner(link), real,
			 moving ? SERFWD_RX_MOVED : SERFWD_RX_DETACHED);
	/* Writers and wake-ups under RCU have left the port after this. */
	synchronize_rcu();
	/* Bytes that the far end has stopped are not to go out all the same. */
	serfwd_transmit_detach(real, !moving);
	/* Nothing arrives any more that a reader could keep waiting. */
	serfwd_stall_over(serfwd_share_owner(link));
	serfwd_stats_stall_end(serfwd_share_owner(link), SERFWD_RX);
	serfwd_share_all(link, moving ? serfwd_end_wakeup : serfwd_link_lost);
	serfwd_share_all(link, serfwd_end_port_changed);
}

/**
 * serfwd_link_open - the vtty was opened
 * @link: the link
 * @vtty: its tty
 *
 * Context: tty_port activate, under the vtty's port mutex.
 */
void serfwd_link_open(struct serfwd_link *link, struct tty_struct *vtty)
{
	serfwd_set_termios(link, &vtty->termios);
	/* Its line discipline is a new one. */
	atomic_long_set(&link->stale, 0);
	rcu_assign_pointer(link->vtty, vtty);
	rcu_assign_pointer(link->opened, &link->end);
}

/**
 * serfwd_link_open_end - the guest end was opened by another than the vtty
 * @link: the link
 *
 * Context: may sleep. The end is claimed.
 */
void serfwd_link_open_end(struct serfwd_link *link)
{
	serfwd_settings_lend(link);
	atomic_long_set(&link->stale, 0);
	rcu_assign_pointer(link->opened, &link->end);
}

/**
 * serfwd_link_close - the guest end was closed, or the vtty that has it hung up
 * @link: the link
 *
 * When it returns nobody uses the end through the link any more, except for a
 * receiver that holds a reference on the vtty's line discipline, which the tty
 * core waits for.
 *
 * Context: tty_port shutdown, under the vtty's port mutex; or may sleep.
 */
void serfwd_link_close(struct serfwd_link *link)
{
	RCU_INIT_POINTER(link->opened, NULL);
	RCU_INIT_POINTER(link->vtty, NULL);
	synchronize_rcu();
	/*
	 * A receiver that has found the vtty has a reference on its line
	 * discipline by now, and one that has found another end has left it.
	 */
	mutex_lock(&link->vport.buf.lock);
	mutex_unlock(&link->vport.buf.lock);
	serfwd_listener_close(link);
	serfwd_apply_close(link);
	/*
	 * As a port that is closed: what did not get out or in by now is
	 * dropped, for the next user is another, and nothing is stopped.
	 */
	serfwd_flush_buffer(link, SERFWD_TX_CLOSED);
	serfwd_start(link);
	serfwd_flush_input(link, SERFWD_RX_CLOSED);
	/*
	 * A work that finds the reader stalled from here on sees that it is
	 * gone.
	 */
	serfwd_stall_exit(link);
	serfwd_flip_restart(link);
	serfwd_stats_stall_end(link, SERFWD_RX);
	serfwd_stats_stall_end(link, SERFWD_TX);
	serfwd_turn_closed(link);
}
