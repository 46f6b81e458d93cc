// SPDX-License-Identifier: GPL-2.0
/*
 * An eventfd that is signalled: set under its mutex, signalled under RCU.
 *
 * Whoever waits for an eventfd is called back by who signals it, with
 * interrupts off and the eventfd's lock held: KVM, or the unmasking of an INTx
 * of ours. A function called so must not signal an eventfd in turn, or two that
 * wake each other would do so until the stack is used up.
 * eventfd_signal_allowed() tells, and then a work item signals: it is not lost,
 * and a loop of eventfds is one of work items.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/mutex.h>

#include <compat/vfio.h>

#include "trigger.h"

static void vdev_trigger_work(struct work_struct *work)
{
	vdev_trigger_signal(container_of(work, struct vdev_trigger, work));
}

/**
 * vdev_trigger_init - set up a trigger, without an eventfd
 * @trigger: the trigger
 * @mutex: held by whoever sets it
 */
void vdev_trigger_init(struct vdev_trigger *trigger, struct mutex *mutex)
{
	RCU_INIT_POINTER(trigger->ctx, NULL);
	trigger->mutex = mutex;
	INIT_WORK(&trigger->work, vdev_trigger_work);
}

/**
 * vdev_trigger_fdget - what a user gave for an eventfd
 * @fd: the number of an eventfd, negative for none
 *
 * Return: the eventfd, with a reference; NULL for none; -EBADF, or -EINVAL if
 * it is something else.
 */
struct eventfd_ctx *vdev_trigger_fdget(s32 fd)
{
	return fd < 0 ? NULL : eventfd_ctx_fdget(fd);
}

/**
 * vdev_trigger_put - drop the reference of vdev_trigger_fdget()
 * @ctx: the eventfd, or NULL
 */
void vdev_trigger_put(struct eventfd_ctx *ctx)
{
	if (ctx)
		eventfd_ctx_put(ctx);
}

/* Returns the one there was, with its reference. */
static struct eventfd_ctx *vdev_trigger_exchange(struct vdev_trigger *trigger,
						 struct eventfd_ctx *ctx)
{
	return rcu_replace_pointer(trigger->ctx, ctx,
				   lockdep_is_held(trigger->mutex));
}

/**
 * vdev_triggers_set - set or remove eventfds
 * @triggers: triggers side by side
 * @count: how many
 * @ctxs: for each the eventfd, whose reference is taken over, or NULL; used up
 *
 * A signal that is still on its way goes to the new eventfd; to the old one
 * none goes after this.
 *
 * Context: may sleep, the triggers' mutex held.
 */
void vdev_triggers_set(struct vdev_trigger *triggers, unsigned int count,
		       struct eventfd_ctx **ctxs)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < count; i++) {
		ctxs[i] = vdev_trigger_exchange(&triggers[i], ctxs[i]);
		any |= !!ctxs[i];
	}
	if (!any)
		return;
	/* Whoever signals one, or has a work item do so, has after this. */
	synchronize_rcu();
	for (i = 0; i < count; i++) {
		if (!vdev_trigger_is_set(&triggers[i]))
			cancel_work_sync(&triggers[i].work);
		vdev_trigger_put(ctxs[i]);
	}
}

/**
 * vdev_trigger_set - set or remove an eventfd
 * @trigger: the trigger
 * @ctx: the eventfd, whose reference is taken over, or NULL
 *
 * As vdev_triggers_set().
 *
 * Context: may sleep, the trigger's mutex held.
 */
void vdev_trigger_set(struct vdev_trigger *trigger, struct eventfd_ctx *ctx)
{
	vdev_triggers_set(trigger, 1, &ctx);
}

/**
 * vdev_trigger_signal - signal an eventfd
 * @trigger: the trigger
 *
 * Context: any, but with no lock held that whoever waits for the eventfd may
 * want: see &vdev_ops.listens.
 */
void vdev_trigger_signal(struct vdev_trigger *trigger)
{
	struct eventfd_ctx *ctx;

	rcu_read_lock();
	ctx = rcu_dereference(trigger->ctx);
	if (ctx && eventfd_signal_allowed())
		eventfd_signal(ctx);
	else if (ctx)
		schedule_work(&trigger->work);
	rcu_read_unlock();
}
