// SPDX-License-Identifier: GPL-2.0
/*
 * The workqueue that a link's flip buffer work runs on.
 *
 * Bytes that a port received wait for a worker to hand them over. On a busy
 * processor that is part of the tail of a link's latency, see benchmarks.rst,
 * and the port has the worker in common with all others of its driver. From
 * Linux 7.1 on a port can have a workqueue to itself: here one of a link's own,
 * of high priority, with the processors and the priority in sysfs as every
 * workqueue with WQ_SYSFS has them. Before, there is one for the ttys of the
 * whole system, and nothing to choose.
 *
 * A link that took part of a port has its copies by the flip buffer of its
 * vtty, whose work goes the same way.
 */
#include <linux/rcupdate.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#include "flip_wq.h"
#include "link.h"

/*
 * Named as the tty core names those of drivers. As many works at a time as
 * there are: neither flip buffer waits for the other.
 */
static struct workqueue_struct *serfwd_flip_wq_alloc(struct serfwd_link *link)
{
	return alloc_workqueue("ttySF%u-serfwd",
			       WQ_UNBOUND | WQ_HIGHPRI | WQ_SYSFS, 0,
			       link->index);
}

/*
 * The work may be running on the other one still and runs beside itself then;
 * it takes the port's buf.lock for all it does.
 */
static void serfwd_flip_wq_switch(struct serfwd_link *link)
{
	struct serfwd_flip_wq *flip = &link->flip_wq;

	lockdep_assert_held(&flip->lock);
	port_link_wq(&link->vport,
		     flip->wanted ? flip->own : flip->vport_found);
	if (flip->port)
		port_link_wq(flip->port,
			     flip->wanted ? flip->own : flip->port_found);
}

static int serfwd_flip_wq_make(struct serfwd_link *link)
{
	struct serfwd_flip_wq *flip = &link->flip_wq;

	lockdep_assert_held(&flip->lock);
	if (flip->own)
		return 0;
	flip->own = serfwd_flip_wq_alloc(link);
	if (!flip->own)
		return -ENOMEM;
	flip->vport_found = port_linked_wq(&link->vport);
	return 0;
}

/**
 * serfwd_flip_wq_want - choose where a link's flip buffer work runs
 * @link: the link
 * @own: on a workqueue of its own; else where the port's driver has it
 *
 * Return: 0; -EOPNOTSUPP if this kernel has one workqueue for all ttys;
 * -ENOMEM.
 * Context: may sleep. The vtty is registered.
 */
int serfwd_flip_wq_want(struct serfwd_link *link, bool own)
{
	struct serfwd_flip_wq *flip = &link->flip_wq;
	int ret = 0;

	if (own && !port_may_link_wq())
		return -EOPNOTSUPP;
	mutex_lock(&flip->lock);
	if (own)
		ret = serfwd_flip_wq_make(link);
	if (!ret && own != flip->wanted) {
		WRITE_ONCE(flip->wanted, own);
		serfwd_flip_wq_switch(link);
	}
	mutex_unlock(&flip->lock);
	return ret;
}

/**
 * serfwd_flip_wq_attach - a port came
 * @link: its link
 * @real: the port's tty
 *
 * Context: the port's ldisc open.
 */
void serfwd_flip_wq_attach(struct serfwd_link *link, struct tty_struct *real)
{
	struct serfwd_flip_wq *flip = &link->flip_wq;

	mutex_lock(&flip->lock);
	flip->port = real->port;
	flip->port_found = port_linked_wq(real->port);
	if (flip->wanted)
		port_link_wq(real->port, flip->own);
	mutex_unlock(&flip->lock);
}

/**
 * serfwd_flip_wq_detach - the port goes, with the workqueue it had
 * @link: its link
 *
 * Work that the port's driver just queues is on the link's own still, until an
 * RCU grace period is over.
 *
 * Context: the port's ldisc close.
 */
void serfwd_flip_wq_detach(struct serfwd_link *link)
{
	struct serfwd_flip_wq *flip = &link->flip_wq;

	mutex_lock(&flip->lock);
	if (flip->wanted)
		port_link_wq(flip->port, flip->port_found);
	flip->port = NULL;
	mutex_unlock(&flip->lock);
}

/**
 * serfwd_flip_wq_init - set up a new link, which takes what there is
 * @link: the link
 */
void serfwd_flip_wq_init(struct serfwd_link *link)
{
	mutex_init(&link->flip_wq.lock);
}

/**
 * serfwd_flip_wq_exit - a link's own workqueue is not needed any more
 * @link: the link, whose vtty is unregistered and which has no port
 *
 * A driver finds the workqueue and queues to it with its port locked or
 * interrupts off, except for those of a preempted interrupt thread that holds
 * no lock. RCU tasks waits for that as well, and then what is queued is done
 * before the workqueue goes.
 *
 * Context: may sleep.
 */
void serfwd_flip_wq_exit(struct serfwd_link *link)
{
	if (!link->flip_wq.own)
		return;
	/* The vtty's driver is gone, with what it had. */
	port_link_wq(&link->vport, NULL);
	synchronize_rcu_tasks();
	destroy_workqueue(link->flip_wq.own);
	link->flip_wq.own = NULL;
}
