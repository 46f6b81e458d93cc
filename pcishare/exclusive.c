// SPDX-License-Identifier: GPL-2.0
/*
 * A domain that is one guest's from opening to closing, and is reset before the
 * next has it: the whole of a device, or a partition.
 */
#include <linux/delay.h>
#include <linux/pci.h>

#include "device.h"
#include "domain.h"
#include "exclusive.h"
#include "guest.h"
#include "source.h"
#include "trace.h"

/* So often, each 10 ms, a reset is tried before a guest gets the device. */
#define PCISHARE_RESET_TRIES	100

/* First come, first served. */
static bool pcishare_exclusive_is_next(struct pcishare_domain *domain,
				       struct pcishare_guest *guest)
{
	bool next;

	spin_lock_irq(&domain->lock);
	if (list_empty(&guest->queued))
		list_add_tail(&guest->queued, &domain->queue);
	next = list_first_entry(&domain->queue, struct pcishare_guest,
				queued) == guest;
	spin_unlock_irq(&domain->lock);
	return next;
}

/* Who is next may be now. */
static void pcishare_exclusive_give_up(struct pcishare_domain *domain,
				       struct pcishare_guest *guest)
{
	spin_lock_irq(&domain->lock);
	list_del_init(&guest->queued);
	spin_unlock_irq(&domain->lock);
	pcishare_domain_poke(domain);
}

/* Returns -EBUSY while another has it, or an error. */
static int pcishare_exclusive_try(struct pcishare_domain *domain,
				  struct pcishare_guest *guest)
{
	int ret = 0;

	if (mutex_lock_killable(&domain->turn))
		return -ERESTARTSYS;
	mutex_lock(&guest->lock);
	if (READ_ONCE(domain->device->gone) || READ_ONCE(guest->going))
		ret = -ENODEV;
	else if (!pcishare_exclusive_is_next(domain, guest) || domain->holder)
		ret = -EBUSY;
	else
		pcishare_domain_set_holder(domain, guest);
	mutex_unlock(&guest->lock);
	mutex_unlock(&domain->turn);
	return ret;
}

/* Is it worth trying? */
static bool pcishare_exclusive_is_free(const struct pcishare_domain *domain,
				       const struct pcishare_guest *guest)
{
	return READ_ONCE(domain->device->gone) || READ_ONCE(guest->going) ||
	       (!READ_ONCE(domain->holder) &&
		list_is_first(&guest->queued, &domain->queue));
}

static int pcishare_exclusive_take(struct pcishare_domain *domain,
				   struct pcishare_guest *guest)
{
	int ret;

	while ((ret = pcishare_exclusive_try(domain, guest)) == -EBUSY) {
		ret = wait_event_interruptible(domain->wait,
					       pcishare_exclusive_is_free(domain,
									  guest));
		if (ret)
			break;
	}
	if (ret)
		pcishare_exclusive_give_up(domain, guest);
	return ret;
}

/* Returns whether the guest had it. */
static bool pcishare_exclusive_pass_on(struct pcishare_domain *domain,
				       struct pcishare_guest *guest)
{
	bool had;

	mutex_lock(&domain->turn);
	had = domain->holder == guest;
	if (had) {
		mutex_lock(&guest->lock);
		pcishare_domain_set_holder(domain, NULL);
		mutex_unlock(&guest->lock);
		pcishare_source_forget(domain);
		/* What it began is not to go on; if it does see the next one. */
		if (domain->used && !pcishare_device_reset(domain)) {
			domain->used = false;
			domain->dirty = false;
		}
		/* Only now, for what it was told of it has not seen to. */
		pcishare_source_settle(domain);
	}
	mutex_unlock(&domain->turn);
	if (had)
		wake_up_all(&domain->wait);
	return had;
}

/*
 * Nobody is to find what another has left. The reset has to wait for whoever holds
 * the PCI device's lock just now.
 */
static int pcishare_exclusive_clean(struct pcishare_domain *domain,
				    const struct pcishare_guest *guest)
{
	struct pcishare_device *device = domain->device;
	unsigned int tries;
	int ret;

	if (!domain->used)
		goto clean;
	for (tries = 0; tries < PCISHARE_RESET_TRIES; tries++) {
		mutex_lock(&domain->turn);
		ret = pcishare_device_reset(domain);
		mutex_unlock(&domain->turn);
		/* Without a way there is nothing to be tried: it is said at binding. */
		if (!ret || ret == -ENOTTY)
			goto clean;
		if (READ_ONCE(device->gone) || READ_ONCE(guest->going))
			return -ENODEV;
		if (msleep_interruptible(10))
			return -ERESTARTSYS;
	}
	pci_notice_ratelimited(device->pdev,
			       "cannot be reset now: no guest gets it\n");
	return -EIO;
clean:
	mutex_lock(&domain->turn);
	domain->used = true;
	domain->dirty = false;
	mutex_unlock(&domain->turn);
	return 0;
}

/* It is as a new guest's registers are to be. */
static int pcishare_exclusive_prepare(struct pcishare_domain *domain,
				      struct pcishare_guest *guest)
{
	int ret;

	mutex_lock(&guest->lock);
	/* What the device had to say before it was reset is not this one's. */
	pcishare_instance_reset(&guest->instance);
	ret = pcishare_domain_restore(domain, guest);
	mutex_unlock(&guest->lock);
	pcishare_source_settle(domain);
	return ret ? -EIO : 0;
}

/**
 * pcishare_exclusive_enter - give a guest its domain, when nobody else has it
 * @guest: the guest
 *
 * Return: 0; -ERESTARTSYS if a signal ended the wait; -ENODEV if the device is
 * being removed; -EIO if it cannot be reset now, or its recipe 'restore' fails.
 * Context: may sleep, as long as another guest has the domain.
 */
int pcishare_exclusive_enter(struct pcishare_guest *guest)
{
	struct pcishare_domain *domain = guest->domain;
	int ret = pcishare_exclusive_take(domain, guest);

	if (ret)
		return ret;
	ret = pcishare_exclusive_clean(domain, guest);
	if (!ret && guest->policy)
		ret = pcishare_exclusive_prepare(domain, guest);
	if (ret) {
		pcishare_exclusive_pass_on(domain, guest);
		return ret;
	}
	trace_pcishare_turn(guest);
	atomic64_inc(&guest->stats.turns);
	atomic64_inc(&domain->device->stats.handovers);
	return 0;
}

/**
 * pcishare_exclusive_leave - take its domain from a guest that may have it
 * @guest: the guest, which accesses it no more
 *
 * Context: may sleep.
 */
void pcishare_exclusive_leave(struct pcishare_guest *guest)
{
	pcishare_exclusive_pass_on(guest->domain, guest);
}
