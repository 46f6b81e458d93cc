/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An eventfd that is signalled, of a user who may replace it at any time.
 */
#ifndef VDEV_TRIGGER_H
#define VDEV_TRIGGER_H

#include <vdev/vdev.h>

void vdev_trigger_init(struct vdev_trigger *trigger, struct mutex *mutex);

struct eventfd_ctx *vdev_trigger_fdget(s32 fd);
void vdev_trigger_put(struct eventfd_ctx *ctx);

void vdev_trigger_set(struct vdev_trigger *trigger, struct eventfd_ctx *ctx);
void vdev_triggers_set(struct vdev_trigger *triggers, unsigned int count,
		       struct eventfd_ctx **ctxs);
void vdev_trigger_signal(struct vdev_trigger *trigger);

static inline bool vdev_trigger_is_set(const struct vdev_trigger *trigger)
{
	return rcu_access_pointer(trigger->ctx);
}

static inline bool vdev_trigger_is(const struct vdev_trigger *trigger,
				   const struct eventfd_ctx *ctx)
{
	return rcu_access_pointer(trigger->ctx) == ctx;
}

#endif
