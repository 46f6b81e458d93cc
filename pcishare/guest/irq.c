// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupting a guest, as often as its quota lets it be: the others come later
 * and together.
 */
#include <compat/hrtimer.h>

#include <vdev/vdev.h>

#include "guest.h"
#include "irq.h"
#include "quota.h"
#include "../trace.h"

/* Not as often as it may be: later, in @ns, with what comes until then. */
static void pcishare_irq_raise_later(struct pcishare_guest *guest, u32 vectors,
				     u64 ns)
{
	struct pcishare_late *late = &guest->late;

	trace_pcishare_limited(guest, "interrupt");
	atomic64_inc(&guest->stats.limited_interrupts);
	atomic_or(vectors, &late->vectors);
	/*
	 * Pairs with atomic_xchg() of the timer, which is not queued any more
	 * then.
	 */
	smp_mb__after_atomic();
	if (!hrtimer_is_queued(&late->timer))
		hrtimer_start(&late->timer, ns_to_ktime(ns),
			      HRTIMER_MODE_REL_SOFT);
}

/**
 * pcishare_irq_raise - there is something for a guest
 * @guest: the guest
 * @vectors: which messages tell of it, a bit each; not 0
 *
 * As vdev_raise(). Those beyond the guest's quota come later, once for all.
 *
 * Context: as vdev_raise(): with no lock held that pcishare_route_through()
 * takes.
 */
void pcishare_irq_raise(struct pcishare_guest *guest, u32 vectors)
{
	u64 ns = 0;

	if (unlikely(READ_ONCE(guest->quotas.interrupts.per_s)))
		ns = pcishare_quota_spend(&guest->quotas.interrupts);
	if (unlikely(ns)) {
		pcishare_irq_raise_later(guest, vectors, ns);
		return;
	}
	/* One that comes too often is not to take the turns of another. */
	if (unlikely(atomic_read(&guest->late.vectors)))
		vectors |= atomic_xchg(&guest->late.vectors, 0);
	vdev_raise(&guest->vdev, vectors);
}

static enum hrtimer_restart pcishare_irq_timer(struct hrtimer *timer)
{
	struct pcishare_late *late =
		container_of(timer, struct pcishare_late, timer);
	struct pcishare_guest *guest =
		container_of(late, struct pcishare_guest, late);
	u32 vectors = atomic_xchg(&late->vectors, 0);

	if (vectors)
		pcishare_irq_raise(guest, vectors);
	return HRTIMER_NORESTART;
}

/**
 * pcishare_irq_init - be ready to interrupt a new guest
 * @guest: the guest
 */
void pcishare_irq_init(struct pcishare_guest *guest)
{
	hrtimer_setup(&guest->late.timer, pcishare_irq_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
}

/**
 * pcishare_irq_end - forget what was to be raised later
 * @guest: the guest, for whom nobody raises an interrupt any more
 *
 * Context: may sleep.
 */
void pcishare_irq_end(struct pcishare_guest *guest)
{
	hrtimer_cancel(&guest->late.timer);
	atomic_set(&guest->late.vectors, 0);
}
