/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An eventfd that is signalled, of a user who may replace it at any time.
 */
#ifndef PCISHARE_TRIGGER_H
#define PCISHARE_TRIGGER_H

#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct eventfd_ctx;
struct mutex;

/**
 * struct pcishare_trigger - an eventfd, or none
 * @ctx: the eventfd, NULL if there is none; written under @mutex, read under RCU
 * @mutex: serialises its user's calls
 * @work: signals it from where that is possible
 */
struct pcishare_trigger {
	struct eventfd_ctx __rcu *ctx;
	struct mutex *mutex;	/* ctx */
	struct work_struct work;
};

void
pcishare_trigger_init(struct pcishare_trigger *trigger, struct mutex *mutex);

struct eventfd_ctx *pcishare_trigger_fdget(s32 fd);
void pcishare_trigger_put(struct eventfd_ctx *ctx);

void pcishare_trigger_set(struct pcishare_trigger *trigger,
			  struct eventfd_ctx *ctx);
void pcishare_triggers_set(struct pcishare_trigger *triggers,
			   unsigned int count, struct eventfd_ctx **ctxs);
void pcishare_trigger_signal(struct pcishare_trigger *trigger);

static inline bool
pcishare_trigger_is_set(const struct pcishare_trigger *trigger)
{
	return rcu_access_pointer(trigger->ctx);
}

static inline bool pcishare_trigger_is(const struct pcishare_trigger *trigger,
				       const struct eventfd_ctx *ctx)
{
	return rcu_access_pointer(trigger->ctx) == ctx;
}

#endif
