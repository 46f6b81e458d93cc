// SPDX-License-Identifier: GPL-2.0
/*
 * Turns: guests of a lease have the device one after the other, each until another
 * wants it and the device is idle.
 *
 * A guest that wants it and cannot have it at once is queued. Whoever has it change
 * hands holds the domain's turn: the guest that wants it itself, where that takes no
 * waiting, or the domain's work.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "device.h"
#include "domain.h"
#include "guest.h"
#include "handover.h"
#include "instance.h"
#include "policy.h"
#include "recipe.h"
#include "register.h"
#include "route.h"
#include "source.h"
#include "trace.h"

/* How often (us) a busy device is looked at that somebody waits for. */
#define PCISHARE_POLL_MIN	50
#define PCISHARE_POLL_MAX	1000

/* How long (us) who closes a busy device waits, if the policy says nothing. */
#define PCISHARE_HOLD_DEFAULT	1000000

/*
 * After a guest has reset the device it may do so again when so many times as long have
 * passed as that took, within limits (jiffies).
 */
#define PCISHARE_RESET_SHARE	4ul
#define PCISHARE_RESET_REST_MIN	(HZ / 10ul)
#define PCISHARE_RESET_REST_MAX	(HZ + 0ul)

/* So often a guest's settings are tried that the recipe 'restore' fails with. */
#define PCISHARE_RESTORES	3

/**
 * pcishare_domain_policy - the policy of a domain
 * @domain: the domain
 *
 * Return: the policy, or NULL. It stays while a guest has the device open.
 */
const struct pcishare_policy *
pcishare_domain_policy(const struct pcishare_domain *domain)
{
	const struct pcishare_loaded *loaded = domain->device->loaded;

	return loaded ? loaded->policy : NULL;
}

/**
 * pcishare_domain_holds - does a guest have its domain?
 * @guest: the guest
 *
 * Return: whether it has; stays so with the guest's lock or the domain's held.
 * Context: any.
 */
bool pcishare_domain_holds(const struct pcishare_guest *guest)
{
	return guest->domain && READ_ONCE(guest->domain->holder) == guest;
}

/**
 * pcishare_domain_poke - the device may have become idle
 * @domain: the domain
 *
 * Context: any.
 */
void pcishare_domain_poke(struct pcishare_domain *domain)
{
	atomic_inc(&domain->changes);
	wake_up_all(&domain->wait);
}

/**
 * pcishare_domain_started - the device is about to be set to work
 * @domain: the domain
 *
 * Locking: the lock of the guest that has it held.
 */
void pcishare_domain_started(struct pcishare_domain *domain)
{
	const struct pcishare_policy *policy = pcishare_domain_policy(domain);
	unsigned long owed = 0, flags;
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++)
		if (policy->sources[i].expected.count)
			owed |= BIT(i);
	/* What is there already is not what is to come. */
	if (owed)
		pcishare_route(domain);
	spin_lock_irqsave(&domain->lock, flags);
	domain->owed = owed;
	domain->idle_since = 0;
	spin_unlock_irqrestore(&domain->lock, flags);
	atomic64_inc(&domain->holder->stats.starts);
}

/*
 * Is it idle?
 */

static void pcishare_domain_remit(struct pcishare_domain *domain, unsigned int index)
{
	spin_lock_irq(&domain->lock);
	domain->owed &= ~BIT(index);
	spin_unlock_irq(&domain->lock);
}

/* The device is idle, and an interrupt of this source may be on its way. */
static bool pcishare_domain_expects(struct pcishare_domain *domain, unsigned int index)
{
	const struct pcishare_policy_source *source =
		&pcishare_domain_policy(domain)->sources[index];
	ktime_t now = ktime_get();

	if (!pcishare_register_is(domain, &source->expected)) {
		pcishare_domain_remit(domain, index);
		return false;
	}
	if (!domain->idle_since)
		domain->idle_since = now;
	if (ktime_us_delta(now, domain->idle_since) < source->within)
		return true;
	pcishare_domain_remit(domain, index);
	return false;
}

static bool pcishare_domain_is_owed(struct pcishare_domain *domain)
{
	unsigned long owed = READ_ONCE(domain->owed);
	unsigned int index;

	for_each_set_bit(index, &owed, PCISHARE_SOURCES_MAX)
		if (pcishare_domain_expects(domain, index))
			return true;
	return false;
}

/*
 * May it change hands? Interrupts that are there by then are its guest's: so they
 * are seen to before the last look.
 */
static bool pcishare_domain_is_idle(struct pcishare_domain *domain)
{
	const struct pcishare_policy *policy = pcishare_domain_policy(domain);

	lockdep_assert_held(&domain->turn);
	if (!pcishare_register_is(domain, &policy->idle))
		return false;
	pcishare_route(domain);
	return !pcishare_domain_is_owed(domain);
}

/*
 * Changing hands
 */

/**
 * pcishare_domain_set_holder - give a domain to a guest
 * @domain: the domain
 * @guest: the guest, or NULL
 *
 * Locking: the domain's turn held, and the lock of the guest that loses or gets it.
 */
void pcishare_domain_set_holder(struct pcishare_domain *domain,
				struct pcishare_guest *guest)
{
	lockdep_assert_held(&domain->turn);
	spin_lock_irq(&domain->lock);
	WRITE_ONCE(domain->holder, guest);
	domain->owed = 0;
	domain->idle_since = 0;
	if (guest)
		list_del_init(&guest->queued);
	spin_unlock_irq(&domain->lock);
}

/**
 * pcishare_domain_mute - have interrupts be nobody's
 * @domain: the domain
 * @muted: or be those of who has it again
 *
 * Locking: the domain's turn held.
 */
void pcishare_domain_mute(struct pcishare_domain *domain, bool muted)
{
	spin_lock_irq(&domain->lock);
	domain->muted = muted;
	spin_unlock_irq(&domain->lock);
}

/* Take it from the guest that has it, whose lock is held. */
static int pcishare_domain_leave(struct pcishare_domain *domain,
				 struct pcishare_guest *guest)
{
	int ret;

	/* It was given it for an access that is still to come. */
	if (guest->promised || !pcishare_domain_is_idle(domain))
		return -EBUSY;
	/*
	 * If it does not get quiet, it is reset before the next has it; and what is
	 * there by then is not what the guest has set.
	 */
	ret = pcishare_recipe_run(domain, PCISHARE_RECIPE_QUIESCE);
	if (!ret) {
		pcishare_route_collect_all(domain);
		ret = pcishare_handover_save(domain, &guest->instance);
	}
	if (ret)
		domain->dirty = true;
	pcishare_domain_set_holder(domain, NULL);
	/* Who was told of an interrupt cannot see to it any more. */
	pcishare_source_settle(domain);
	return 0;
}

/* Nobody has it, and nobody can, until it is reset. Without a way: until it is idle. */
static int pcishare_domain_scrub(struct pcishare_domain *domain)
{
	int ret;

	if (!domain->dirty)
		return 0;
	ret = pcishare_device_reset(domain);
	if (ret == -ENOTTY)
		ret = pcishare_domain_is_idle(domain) ? 0 : -EBUSY;
	domain->dirty = ret;
	return ret;
}

/* Have nobody have it. The lock of the guest that wants it may be held. */
static int pcishare_domain_vacate(struct pcishare_domain *domain)
{
	struct pcishare_guest *guest = domain->holder;
	int ret;

	lockdep_assert_held(&domain->turn);
	if (!guest)
		return 0;
	mutex_lock_nested(&guest->lock, SINGLE_DEPTH_NESTING);
	ret = pcishare_domain_leave(domain, guest);
	mutex_unlock(&guest->lock);
	return ret;
}

/**
 * pcishare_domain_restore - have the device be as its guest has set it
 * @domain: the domain
 * @guest: the guest that has it now
 *
 * Return: 0; an error of the recipe 'restore': then only a part of it is so.
 * Context: may sleep, as long as that recipe takes.
 * Locking: the guest's lock held.
 */
int pcishare_domain_restore(struct pcishare_domain *domain,
			    struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	pcishare_handover_restore(domain, &guest->instance);
	return pcishare_recipe_run(domain, PCISHARE_RECIPE_RESTORE);
}

/* Give it to a guest, whose lock is held; nobody has it. */
static int pcishare_domain_occupy(struct pcishare_domain *domain,
				  struct pcishare_guest *guest)
{
	int ret;

	pcishare_domain_set_holder(domain, guest);
	ret = pcishare_domain_restore(domain, guest);
	if (ret) {
		pcishare_domain_set_holder(domain, NULL);
		return ret;
	}
	domain->used = true;
	guest->restores = 0;
	guest->promised = guest->awaiting;
	trace_pcishare_turn(guest);
	atomic64_inc(&guest->stats.turns);
	atomic64_inc(&domain->device->stats.handovers);
	pcishare_handover_start(domain, &guest->instance);
	/* What came in between was told to nobody. */
	pcishare_source_settle(domain);
	wake_up_all(&domain->wait);
	return 0;
}

/* Is there nothing to wait for but the device? */
static bool pcishare_domain_is_quick(const struct pcishare_domain *domain)
{
	const struct pcishare_policy *policy = pcishare_domain_policy(domain);

	return !domain->dirty && !READ_ONCE(domain->device->lost) &&
	       !policy->recipes[PCISHARE_RECIPE_QUIESCE].us &&
	       !policy->recipes[PCISHARE_RECIPE_RESTORE].us;
}

/* Nobody else was there before. */
static bool pcishare_domain_is_next(struct pcishare_domain *domain,
				    struct pcishare_guest *guest)
{
	bool next;

	spin_lock_irq(&domain->lock);
	next = list_empty(&domain->queue) ||
	       list_first_entry(&domain->queue, struct pcishare_guest,
				queued) == guest;
	spin_unlock_irq(&domain->lock);
	return next;
}

/**
 * pcishare_domain_take - give a guest the device, if it can have it at once
 * @guest: the guest
 *
 * Return: whether it has it.
 * Locking: the guest's lock held.
 */
bool pcishare_domain_take(struct pcishare_guest *guest)
{
	struct pcishare_domain *domain = guest->domain;

	lockdep_assert_held(&guest->lock);
	if (pcishare_domain_holds(guest))
		return true;
	/*
	 * Who holds the turn may wait for the guest's lock, so this must not wait for
	 * the turn.
	 */
	if (!mutex_trylock(&domain->turn))
		return false;
	if (pcishare_domain_is_quick(domain) &&
	    pcishare_domain_is_next(domain, guest) &&
	    !pcishare_domain_vacate(domain) && !domain->dirty)
		pcishare_domain_occupy(domain, guest);
	mutex_unlock(&domain->turn);
	return pcishare_domain_holds(guest);
}

/* Returns whether it was not in the queue before. */
static bool pcishare_domain_append(struct pcishare_domain *domain,
				   struct pcishare_guest *guest)
{
	bool appended;

	spin_lock_irq(&domain->lock);
	appended = list_empty(&guest->queued);
	if (appended)
		list_add_tail(&guest->queued, &domain->queue);
	spin_unlock_irq(&domain->lock);
	return appended;
}

/**
 * pcishare_domain_queue - give a guest the device, when it is its turn
 * @guest: the guest
 *
 * Locking: the guest's lock held.
 */
void pcishare_domain_queue(struct pcishare_guest *guest)
{
	struct pcishare_domain *domain = guest->domain;

	lockdep_assert_held(&guest->lock);
	/* One that is there already has done the rest. */
	if (!pcishare_domain_append(domain, guest))
		return;
	/* The work may be sleeping. */
	pcishare_domain_poke(domain);
	queue_work(system_unbound_wq, &domain->work);
}

static void pcishare_domain_unqueue(struct pcishare_guest *guest)
{
	spin_lock_irq(&guest->domain->lock);
	list_del_init(&guest->queued);
	spin_unlock_irq(&guest->domain->lock);
}

/**
 * pcishare_domain_cease - a guest is not to have the device any more
 * @guest: the guest, whose state says so
 *
 * Starts of its that wait are not made, and its accesses that wait find its state.
 *
 * Locking: the guest's lock held.
 */
void pcishare_domain_cease(struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	WRITE_ONCE(guest->instance.nr_waiting, 0);
	pcishare_domain_unqueue(guest);
	pcishare_domain_poke(guest->domain);
}

/**
 * pcishare_domain_is_wanted - should it change hands, for somebody waits for it?
 * @domain: the domain; one that is not leased changes hands by closing only
 *
 * Context: any.
 */
bool pcishare_domain_is_wanted(struct pcishare_domain *domain)
{
	return pcishare_domain_policy(domain)->share.mode == PCISHARE_LEASE &&
	       !list_empty_careful(&domain->queue);
}

/* As long as the turn is held no guest that is queued goes away. */
static struct pcishare_guest *pcishare_domain_next(struct pcishare_domain *domain)
{
	struct pcishare_guest *guest;

	lockdep_assert_held(&domain->turn);
	spin_lock_irq(&domain->lock);
	guest = list_first_entry_or_null(&domain->queue, struct pcishare_guest,
					 queued);
	spin_unlock_irq(&domain->lock);
	return guest;
}

/* The guest's settings may be why: it is not to keep the others waiting for ever. */
static void pcishare_domain_give_up(struct pcishare_domain *domain,
				    struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	if (__ratelimit(&domain->device->complaints))
		pci_warn(domain->device->pdev,
			 "guest %s: the recipe 'restore' has failed %u times: stopped until it is reset\n",
			 pcishare_guest_name(guest), guest->restores);
	guest->restores = 0;
	if (guest->state == PCISHARE_GUEST_OPEN)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_STOPPED);
	pcishare_domain_cease(guest);
}

/* Half of it is restored; others may have more luck. */
static void pcishare_domain_retry(struct pcishare_domain *domain,
				  struct pcishare_guest *guest)
{
	if (++guest->restores < PCISHARE_RESTORES)
		pcishare_domain_append(domain, guest);
	else
		pcishare_domain_give_up(domain, guest);
}

/* Returns -EBUSY if it has to be tried again later. */
static int pcishare_domain_pass_on(struct pcishare_domain *domain,
				   struct pcishare_guest *guest)
{
	if (pcishare_domain_vacate(domain) || pcishare_domain_scrub(domain))
		return -EBUSY;
	mutex_lock(&guest->lock);
	if (guest->state != PCISHARE_GUEST_OPEN) {
		/* Stopped or taken away since it was queued. */
		pcishare_domain_cease(guest);
	} else {
		domain->dirty = pcishare_domain_occupy(domain, guest);
		if (domain->dirty)
			pcishare_domain_retry(domain, guest);
	}
	mutex_unlock(&guest->lock);
	return domain->dirty ? -EBUSY : 0;
}

/*
 * Have it change hands once: others may wait for the turn. Returns 0 if nobody waits,
 * -EBUSY if it has to be tried again later, else 1.
 */
static int pcishare_domain_serve(struct pcishare_domain *domain)
{
	struct pcishare_guest *guest;
	int ret = 0;

	mutex_lock(&domain->turn);
	guest = pcishare_domain_next(domain);
	if (guest && !READ_ONCE(domain->device->gone) &&
	    !READ_ONCE(domain->device->lost))
		ret = pcishare_domain_pass_on(domain, guest) ?: 1;
	mutex_unlock(&domain->turn);
	return ret;
}

static void pcishare_domain_work(struct work_struct *work)
{
	struct pcishare_domain *domain = container_of(work, struct pcishare_domain,
						      work);
	unsigned int poll = PCISHARE_POLL_MIN;
	int changes = atomic_read(&domain->changes);
	int ret;

	while ((ret = pcishare_domain_serve(domain))) {
		if (ret > 0)
			continue;
		wait_event_hrtimeout(domain->wait,
				     atomic_read(&domain->changes) != changes,
				     ns_to_ktime(poll * NSEC_PER_USEC));
		poll = min(2 * poll, PCISHARE_POLL_MAX + 0u);
		if (changes != atomic_read(&domain->changes))
			poll = PCISHARE_POLL_MIN;
		changes = atomic_read(&domain->changes);
	}
}

/**
 * pcishare_domain_resume - a device that was lost is there again
 * @domain: a domain of it
 *
 * Context: any.
 */
void pcishare_domain_resume(struct pcishare_domain *domain)
{
	pcishare_domain_poke(domain);
	queue_work(system_unbound_wq, &domain->work);
}

/*
 * Waiting for it, where the guest needs the device's answer
 */

static bool pcishare_domain_may_go_on(const struct pcishare_guest *guest)
{
	return pcishare_domain_holds(guest) || READ_ONCE(guest->device->gone) ||
	       READ_ONCE(guest->state) != PCISHARE_GUEST_OPEN;
}

/* Returns what of @left is left, or an error. */
static long pcishare_domain_await_once(struct pcishare_guest *guest, long left)
{
	guest->awaiting++;
	pcishare_domain_queue(guest);
	mutex_unlock(&guest->lock);
	left = wait_event_killable_timeout(guest->domain->wait,
					   pcishare_domain_may_go_on(guest), left);
	mutex_lock(&guest->lock);
	guest->awaiting--;
	if (left < 0)
		return left;
	return left ?: -ETIMEDOUT;
}

/**
 * pcishare_domain_await - have a guest have the device
 * @guest: the guest
 * @until: for how long it waits (jiffies)
 *
 * Return: 0 when it has; -ETIMEDOUT if it did not get it in time; -ENODEV if the
 * guest's device was taken away meanwhile; -ERESTARTSYS if its process is to end.
 * Locking: the guest's lock held; left and taken again.
 */
int pcishare_domain_await(struct pcishare_guest *guest, unsigned long until)
{
	long left = until - jiffies;
	bool waited = false;
	int ret = 0;

	while (!pcishare_domain_take(guest)) {
		waited = true;
		left = pcishare_domain_await_once(guest, max(left, 0L));
		if (left < 0) {
			ret = left;
			break;
		}
		if (READ_ONCE(guest->device->gone) ||
		    guest->state != PCISHARE_GUEST_OPEN) {
			ret = -ENODEV;
			break;
		}
	}
	if (ret == -ETIMEDOUT && pcishare_domain_holds(guest))
		ret = 0;
	/* What was promised is kept now: the access follows. */
	if (waited && guest->promised)
		guest->promised--;
	/* Another access or a start of its may still wait, unless it is taken away. */
	if (ret && !guest->awaiting &&
	    (ret == -ENODEV || !guest->instance.nr_waiting))
		pcishare_domain_unqueue(guest);
	return ret;
}

/*
 * Coming and going
 */

/* Wait until it may change hands, for as long as the policy lets a guest hold it. */
static int pcishare_domain_finish(struct pcishare_domain *domain,
				  struct pcishare_guest *guest)
{
	u32 hold = pcishare_domain_policy(domain)->share.hold ?:
		   PCISHARE_HOLD_DEFAULT;
	ktime_t end = ktime_add_us(ktime_get(), hold);
	int ret;

	for (;;) {
		if (READ_ONCE(domain->device->gone) ||
		    READ_ONCE(domain->device->lost))
			return -ENODEV;
		mutex_lock(&guest->lock);
		guest->promised = 0;
		ret = pcishare_domain_leave(domain, guest);
		mutex_unlock(&guest->lock);
		if (ret != -EBUSY || ktime_after(ktime_get(), end))
			return ret;
		usleep_range(PCISHARE_POLL_MIN, PCISHARE_POLL_MAX);
	}
}

/**
 * pcishare_domain_part - a guest does not want the device any more
 * @guest: the guest, which accesses it no more
 *
 * If it has the device and that is still busy after some time, it is reset.
 *
 * Context: may sleep.
 */
void pcishare_domain_part(struct pcishare_guest *guest)
{
	struct pcishare_domain *domain = guest->domain;

	mutex_lock(&domain->turn);
	pcishare_domain_unqueue(guest);
	if (domain->holder == guest && pcishare_domain_finish(domain, guest)) {
		mutex_lock(&guest->lock);
		pcishare_domain_set_holder(domain, NULL);
		mutex_unlock(&guest->lock);
		domain->dirty = true;
		pcishare_domain_scrub(domain);
		pcishare_source_settle(domain);
	}
	mutex_unlock(&domain->turn);
	queue_work(system_unbound_wq, &domain->work);
}

/* As after power-on, for the guest alone. */
static int pcishare_domain_restart(struct pcishare_domain *domain,
				   struct pcishare_guest *guest)
{
	int ret = 0;

	if (!guest->awaiting)
		pcishare_domain_unqueue(guest);
	if (domain->holder == guest) {
		ret = pcishare_device_reset(domain);
		/* What it left half done the next one is not to find. */
		if (ret != -ENOTTY && ret != -EAGAIN)
			domain->dirty = ret;
	}
	if (!guest->policy || ret == -EAGAIN)
		return ret;
	/* After it, for there may have been interrupts before it. */
	pcishare_instance_reset(&guest->instance);
	if (domain->holder != guest)
		return 0;
	if (!ret) {
		spin_lock_irq(&domain->lock);
		domain->owed = 0;
		spin_unlock_irq(&domain->lock);
	}
	if (!ret || ret == -ENOTTY) {
		ret = pcishare_domain_restore(domain, guest);
		domain->dirty |= ret;
	}
	pcishare_source_settle(domain);
	return ret;
}

/* With the guest's lock, and the domain's turn if the guest has it. */
static int pcishare_domain_reset_locked(struct pcishare_domain *domain,
					struct pcishare_guest *guest)
{
	int ret;

	if (guest->state != PCISHARE_GUEST_OPEN &&
	    guest->state != PCISHARE_GUEST_STOPPED)
		return -EIO;
	ret = pcishare_domain_restart(domain, guest);
	if (!ret)
		WRITE_ONCE(guest->state, PCISHARE_GUEST_OPEN);
	return ret;
}

/* Returns 1 if the guest has the device, for which that takes the turn. */
static int pcishare_domain_reset_alone(struct pcishare_domain *domain,
				       struct pcishare_guest *guest)
{
	int ret = 1;

	if (mutex_lock_killable(&guest->lock))
		return -ERESTARTSYS;
	if (!pcishare_domain_holds(guest))
		ret = pcishare_domain_reset_locked(domain, guest);
	mutex_unlock(&guest->lock);
	return ret;
}

/*
 * One that resets the device over and over is to leave it to the others for the most
 * of the time: it does not answer them meanwhile. Returns an error if the process is to
 * end.
 */
static int pcishare_domain_await_reset(const struct pcishare_guest *guest)
{
	long left = READ_ONCE(guest->reset_after) - jiffies;

	if (left > 0)
		schedule_timeout_killable(left);
	return fatal_signal_pending(current) ? -ERESTARTSYS : 0;
}

/**
 * pcishare_domain_reset - reset what a guest sees of the device
 * @guest: the guest
 *
 * The device itself is reset only if the guest has it; if not, nobody is waited for.
 *
 * Return: 0; -ENOTTY if there is no way; -EAGAIN if the device is just being bound
 * or unbound; an error of the policy's recipe; -ERESTARTSYS if the process is to end.
 * Context: may sleep.
 */
int pcishare_domain_reset(struct pcishare_guest *guest)
{
	struct pcishare_domain *domain = guest->domain;
	int ret = pcishare_domain_reset_alone(domain, guest);
	unsigned long began;

	if (ret <= 0)
		return ret;
	if (pcishare_domain_await_reset(guest) || mutex_lock_killable(&domain->turn))
		return -ERESTARTSYS;
	began = jiffies;
	mutex_lock(&guest->lock);
	/* Who has it may be another by now. */
	ret = pcishare_domain_reset_locked(domain, guest);
	mutex_unlock(&guest->lock);
	WRITE_ONCE(guest->reset_after, jiffies +
		   clamp(PCISHARE_RESET_SHARE * (jiffies - began),
			 PCISHARE_RESET_REST_MIN, PCISHARE_RESET_REST_MAX));
	mutex_unlock(&domain->turn);
	return ret;
}

/**
 * pcishare_domain_init - set up a domain
 * @domain: the domain, zeroed
 * @device: of which device
 * @index: which one of it
 */
void pcishare_domain_init(struct pcishare_domain *domain,
			  struct pcishare_device *device, unsigned int index)
{
	domain->device = device;
	domain->index = index;
	mutex_init(&domain->turn);
	spin_lock_init(&domain->lock);
	INIT_LIST_HEAD(&domain->queue);
	init_waitqueue_head(&domain->wait);
	INIT_WORK(&domain->work, pcishare_domain_work);
}

/**
 * pcishare_domain_exit - a domain is to go
 * @domain: the domain, which no guest has open
 *
 * Context: may sleep.
 */
void pcishare_domain_exit(struct pcishare_domain *domain)
{
	cancel_work_sync(&domain->work);
}
