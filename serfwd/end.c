// SPDX-License-Identifier: GPL-2.0
/*
 * The guest end of a link: who has it, and what the link has it do. See
 * deliver.c for what it receives, end_user.c for what it has the link do.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sysfs.h>
#include <linux/tty.h>

#include "end.h"
#include "link.h"
#include "vtty_end.h"

/* Protects who has which end. */
static DEFINE_MUTEX(serfwd_end_mutex);

/**
 * serfwd_end_is_other - is an end another one than the vtty?
 * @end: the end, which somebody has
 *
 * Return: true if so.
 * Context: any.
 */
bool serfwd_end_is_other(const struct serfwd_end *end)
{
	return end->ops != &serfwd_vtty_end_ops;
}

static void serfwd_end_busy(struct serfwd_link *link,
			    const struct serfwd_end_ops *ops)
{
	lockdep_assert_held(&serfwd_end_mutex);
	if (serfwd_end_is_other(&link->end))
		pr_warn_ratelimited("ttySF%u: its link is that of %s, close that first\n",
				    link->index, link->end.ops->name);
	else
		pr_warn_ratelimited("ttySF%u is open, so %s cannot have its link, see fuser /dev/ttySF%u\n",
				    link->index, ops->name, link->index);
}

/**
 * serfwd_end_claim - have the guest end of a link for nobody else
 * @link: the link
 * @ops: who is to have it
 * @data: for @ops
 *
 * Return: 0; -EBUSY if somebody has it, which is said in the kernel log.
 * Context: may sleep.
 */
int serfwd_end_claim(struct serfwd_link *link,
		     const struct serfwd_end_ops *ops, void *data)
{
	int ret = 0;

	mutex_lock(&serfwd_end_mutex);
	if (link->end.ops) {
		serfwd_end_busy(link, ops);
		ret = -EBUSY;
	} else {
		link->end.ops = ops;
		link->end.data = data;
	}
	mutex_unlock(&serfwd_end_mutex);
	return ret;
}

/**
 * serfwd_end_release - let others have the guest end of a link
 * @link: the link, whose end is closed
 *
 * Context: may sleep.
 */
void serfwd_end_release(struct serfwd_link *link)
{
	mutex_lock(&serfwd_end_mutex);
	link->end.ops = NULL;
	mutex_unlock(&serfwd_end_mutex);
}

/**
 * serfwd_end_show - say which device has the guest end of a link
 * @link: the link
 * @buf: a page, for an attribute in sysfs
 *
 * Return: the length of the text: the pseudo-UART's name, that of another
 * end's device, or nothing but the end of the line if nobody has it.
 * Context: may sleep. Waits for no end, only for one that is being claimed.
 */
ssize_t serfwd_end_show(struct serfwd_link *link, char *buf)
{
	const struct serfwd_end *end = &link->end;
	ssize_t len;

	/* It is not closed meanwhile. */
	mutex_lock(&serfwd_end_mutex);
	if (!end->ops)
		len = sysfs_emit(buf, "\n");
	else if (!serfwd_end_is_other(end))
		len = sysfs_emit(buf, "ttySF%u\n", link->index);
	else
		len = sysfs_emit(buf, "%s\n", end->ops->device ?
				 end->ops->device(end->data) : end->ops->name);
	mutex_unlock(&serfwd_end_mutex);
	return len;
}

/**
 * serfwd_end_wakeup_rcu - as serfwd_end_wakeup()
 * @link: the link
 *
 * Context: any; under rcu_read_lock().
 */
void serfwd_end_wakeup_rcu(struct serfwd_link *link)
{
	struct serfwd_end *end = rcu_dereference(link->opened);

	if (end)
		end->ops->wakeup(end->data);
}

/**
 * serfwd_end_wakeup - wake whoever waits to write or for the output to drain
 * @link: the link
 *
 * Context: any.
 */
void serfwd_end_wakeup(struct serfwd_link *link)
{
	rcu_read_lock();
	serfwd_end_wakeup_rcu(link);
	rcu_read_unlock();
}

/**
 * serfwd_end_lines_changed - a modem line may be different
 * @link: the link
 *
 * Context: any, often in the driver's interrupt.
 */
void serfwd_end_lines_changed(struct serfwd_link *link)
{
	struct serfwd_end *end;

	rcu_read_lock();
	end = rcu_dereference(link->opened);
	if (end && end->ops->lines_changed)
		end->ops->lines_changed(end->data);
	rcu_read_unlock();
}

/**
 * serfwd_end_carrier - the carrier came or went
 * @link: the link
 * @there: it came
 *
 * Context: any, often in the driver's interrupt.
 */
void serfwd_end_carrier(struct serfwd_link *link, bool there)
{
	struct serfwd_end *end;

	rcu_read_lock();
	end = rcu_dereference(link->opened);
	if (end && end->ops->carrier)
		end->ops->carrier(end->data, there);
	rcu_read_unlock();
}

/**
 * serfwd_end_port_changed - the link takes part in a port, or in none any more
 * @link: the link
 *
 * Context: any.
 */
void serfwd_end_port_changed(struct serfwd_link *link)
{
	struct serfwd_end *end;

	rcu_read_lock();
	end = rcu_dereference(link->opened);
	if (end && end->ops->port_changed)
		end->ops->port_changed(end->data);
	rcu_read_unlock();
}

/**
 * serfwd_end_hangup - hang up who has the guest end
 * @link: the link
 *
 * The tty core hangs the vtty up by a work of its own; any other end has ours.
 *
 * Context: any.
 */
void serfwd_end_hangup(struct serfwd_link *link)
{
	struct serfwd_end *end;

	/* Closing waits for us, and then for the work. */
	rcu_read_lock();
	end = rcu_dereference(link->opened);
	if (end && serfwd_end_is_other(end))
		schedule_work(&end->hangup_work);
	else if (end)
		end->ops->hangup(end->data);
	rcu_read_unlock();
}

/**
 * serfwd_end_init - set up a new link's guest end, which nobody has
 * @link: the link
 */
void serfwd_end_init(struct serfwd_link *link)
{
	spin_lock_init(&link->end.flow_lock);
	mutex_init(&link->end.throttle_lock);
}
