// SPDX-License-Identifier: GPL-2.0
/*
 * The physical interrupt. INTx is quiet from the moment it comes until all
 * whose it is have seen to it; what the policy has acknowledged for them is
 * seen to at once.
 *
 * PCI Local Bus Specification 3.0, sections 2.2.6 (a level, shared), 6.2.2
 * (Interrupt Disable, Interrupt Status) and 6.8 (MSI, a message for each
 * event).
 */
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>

#include <compat/hrtimer.h>

#include "device.h"
#include "guest/guest.h"
#include "route.h"
#include "source.h"

/*
 * How long (ns) a guest that is not through with its interrupt can keep the
 * line from telling of another's, at most.
 */
#define PCISHARE_SOURCE_POLL	(NSEC_PER_MSEC)

/*
 * So many interrupts may come in one jiffy. If they are more, or if nobody
 * knows what one is for, the device is quiet for PCISHARE_SOURCE_POLL.
 */
#define PCISHARE_SOURCE_BURST	(25000 / HZ + 1)

/*
 * If there may be more reads of the device than so many in an interrupt, at
 * about a microsecond each, a thread makes them. It may take so long (ns) in a
 * jiffy before the device is quiet for PCISHARE_SOURCE_POLL.
 */
#define PCISHARE_SOURCE_READS	20
#define PCISHARE_SOURCE_BUDGET	(NSEC_PER_SEC / HZ / 2)

/*
 * A message says that there is something new: so often it is looked for at
 * most.
 */
#define PCISHARE_SOURCE_LOOKS	8

/* Is it ours? Then INTx is quiet from here on. */
static bool pcishare_source_take(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	bool ours;

	lockdep_assert_held(&source->lock);
	if (source->suspended || !source->open)
		return false;
	if (source->message)
		return true;
	if (source->maskable) {
		/* If it is quiet, it is another's on the line. */
		ours = !source->masked && pci_check_and_mask_intx(device->pdev);
	} else {
		ours = !source->masked;
		if (ours)
			disable_irq_nosync(source->irq);
	}
	source->masked |= ours;
	return ours;
}

static void pcishare_source_quiet(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	lockdep_assert_held(&source->lock);
	if (source->masked)
		return;
	if (source->maskable)
		pci_intx(device->pdev, 0);
	else
		disable_irq_nosync(source->irq);
	source->masked = true;
}

static void pcishare_source_speak(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	lockdep_assert_held(&source->lock);
	if (!source->masked)
		return;
	source->masked = false;
	if (source->maskable)
		pci_intx(device->pdev, 1);
	else
		enable_irq(source->irq);
}

/*
 * Telling guests
 */

static bool pcishare_source_awaits(const struct pcishare_device *device)
{
	unsigned int i;

	for (i = 0; i < device->nr_units; i++)
		if (device->units[i].awaits)
			return true;
	return false;
}

/* One more interrupt, or so much time (ns) more for one. */
static void pcishare_source_count(struct pcishare_source *source,
				  unsigned int burst, u64 spent)
{
	unsigned long now = jiffies;

	lockdep_assert_held(&source->lock);
	if (now != source->tick) {
		source->tick = now;
		source->burst = 0;
		source->spent = 0;
	}
	source->burst += burst;
	source->spent += spent;
}

/* Nothing a guest does may keep a processor busy with interrupts. */
static bool pcishare_source_storms(struct pcishare_source *source, bool found)
{
	lockdep_assert_held(&source->lock);
	return source->burst > PCISHARE_SOURCE_BURST ||
	       source->spent > PCISHARE_SOURCE_BUDGET || !found;
}

static void pcishare_source_look_later(struct pcishare_source *source)
{
	/* The caller that waits for the timer to end has said so before. */
	if (!source->open || source->suspended)
		return;
	/* Not later than it was to be. */
	if (!hrtimer_is_queued(&source->poll))
		hrtimer_start(&source->poll, PCISHARE_SOURCE_POLL,
			      HRTIMER_MODE_REL_SOFT);
}

/*
 * The device may speak again unless somebody is not through. Meanwhile the line
 * cannot tell of others: so they are looked at.
 */
static void pcishare_source_resume(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	lockdep_assert_held(&source->lock);
	if (!source->open || source->suspended)
		return;
	if (source->message || !pcishare_source_awaits(device))
		pcishare_source_speak(device);
	else if (device->nr_units > 1)
		pcishare_source_look_later(source);
}

static bool pcishare_source_route_all(struct pcishare_device *device)
{
	bool found = false;
	unsigned int i;

	for (i = 0; i < device->nr_units; i++)
		if (!READ_ONCE(device->units[i].awaits))
			found |= pcishare_route(&device->units[i]);
	return found;
}

/**
 * pcishare_source_foresee - an interrupt may still come for what was seen to
 * already
 * @device: the device
 *
 * A guest that looks by itself is faster than the interrupt; so is a look that
 * finds what another message is for.
 *
 * Context: any.
 */
void pcishare_source_foresee(struct pcishare_device *device)
{
	WRITE_ONCE(device->source.foreseen, true);
}

/*
 * Returns how often there was something; PCISHARE_SOURCE_LOOKS: there may be
 * more.
 */
static unsigned int pcishare_source_route(struct pcishare_device *device)
{
	unsigned int found = 0;

	while (found < PCISHARE_SOURCE_LOOKS &&
	       pcishare_source_route_all(device)) {
		/* A line tells of what is left by itself. */
		if (!device->source.message)
			return 1;
		/* The message of the second has been sent. */
		if (found++)
			pcishare_source_foresee(device);
	}
	return found;
}

/* Look without an interrupt. */
static void pcishare_source_look(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned int found = pcishare_source_route(device);

	/* Not because of the message for it. */
	if (found && source->message)
		pcishare_source_foresee(device);
	spin_lock_irq(&source->lock);
	/* Starts the timer again where need be. */
	pcishare_source_resume(device);
	if (found == PCISHARE_SOURCE_LOOKS)
		pcishare_source_look_later(source);
	spin_unlock_irq(&source->lock);
}

static enum hrtimer_restart pcishare_source_poll(struct hrtimer *timer)
{
	struct pcishare_source *source =
		container_of(timer, struct pcishare_source, poll);
	struct pcishare_device *device =
		container_of(source, struct pcishare_device, source);

	if (!source->threaded) {
		pcishare_source_look(device);
		return HRTIMER_NORESTART;
	}
	spin_lock_irq(&source->lock);
	source->looks = true;
	spin_unlock_irq(&source->lock);
	irq_wake_thread(source->irq, device);
	return HRTIMER_NORESTART;
}

static bool pcishare_source_was_foreseen(struct pcishare_source *source)
{
	/* Not a locked operation each time: nearly always it was not. */
	return READ_ONCE(source->foreseen) && xchg(&source->foreseen, false);
}

static void pcishare_source_tell_guests(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	bool claimed = pcishare_source_was_foreseen(source);
	u64 began = source->threaded ? ktime_get_ns() : 0;
	unsigned int found = pcishare_source_route(device);
	unsigned long flags;

	/*
	 * One foreseen meanwhile may be this interrupt, or one to come: it is
	 * left for that.
	 */
	claimed |= found || READ_ONCE(source->foreseen);
	spin_lock_irqsave(&source->lock, flags);
	if (!claimed)
		atomic64_inc(&source->unclaimed);
	claimed |= pcishare_source_awaits(device);
	pcishare_source_count(source, 0,
			      source->threaded ? ktime_get_ns() - began : 0);
	if (pcishare_source_storms(source, claimed)) {
		pcishare_source_quiet(device);
		pcishare_source_look_later(source);
	} else {
		pcishare_source_resume(device);
		if (found == PCISHARE_SOURCE_LOOKS)
			pcishare_source_look_later(source);
	}
	spin_unlock_irqrestore(&source->lock, flags);
}

/**
 * pcishare_source_await - only the guest can see to an interrupt
 * @unit: the unit whose guest is about to be told
 *
 * Context: any.
 */
void pcishare_source_await(struct pcishare_unit *unit)
{
	struct pcishare_source *source = &unit->device->source;
	unsigned long flags;

	spin_lock_irqsave(&source->lock, flags);
	unit->awaits = true;
	spin_unlock_irqrestore(&source->lock, flags);
}

/**
 * pcishare_source_settle - a guest is through with an interrupt
 * @unit: its unit
 *
 * Context: any.
 */
void pcishare_source_settle(struct pcishare_unit *unit)
{
	struct pcishare_source *source = &unit->device->source;
	unsigned long flags;

	spin_lock_irqsave(&source->lock, flags);
	if (unit->awaits) {
		unit->awaits = false;
		pcishare_source_resume(unit->device);
	}
	spin_unlock_irqrestore(&source->lock, flags);
}

/**
 * pcishare_source_open - let the device interrupt: there are guests
 * @device: the device
 *
 * Context: may sleep.
 */
void pcishare_source_open(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned int i;

	if (!source->irq)
		return;
	spin_lock_irq(&source->lock);
	/* A guest told before is not there any more. */
	for (i = 0; i < device->nr_units; i++)
		device->units[i].awaits = false;
	source->open = true;
	if (!source->suspended)
		pcishare_source_speak(device);
	spin_unlock_irq(&source->lock);
	/* A message that came before is not sent again. */
	if (source->message && !READ_ONCE(source->suspended))
		pcishare_source_route(device);
}

/* No interrupt is being handled: nobody looks when this returns. */
static void pcishare_source_stop_looking(struct pcishare_source *source)
{
	hrtimer_cancel(&source->poll);
	/* It may just have woken the thread. */
	if (source->threaded)
		synchronize_irq(source->irq);
}

static void pcishare_source_mask(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	spin_lock_irq(&source->lock);
	pcishare_source_quiet(device);
	spin_unlock_irq(&source->lock);
	synchronize_irq(source->irq);
}

/**
 * pcishare_source_close - have the device be quiet: there are no guests
 * @device: the device
 *
 * Context: may sleep, until an interrupt that is being handled is over.
 */
void pcishare_source_close(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	spin_lock_irq(&source->lock);
	source->open = false;
	spin_unlock_irq(&source->lock);
	pcishare_source_mask(device);
	pcishare_source_stop_looking(source);
}

/**
 * pcishare_source_suspend - the device is about to be reset
 * @device: the device
 *
 * Context: may sleep; when it returns nobody asks it for interrupts.
 */
void pcishare_source_suspend(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	spin_lock_irq(&source->lock);
	/* It reads as ones then, which says that the interrupt is its own. */
	source->suspended = true;
	pcishare_source_quiet(device);
	spin_unlock_irq(&source->lock);
	synchronize_irq(source->irq);
	pcishare_source_stop_looking(source);
}

/**
 * pcishare_source_continue - the device has been reset
 * @device: the device
 *
 * Context: may sleep.
 */
void pcishare_source_continue(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	spin_lock_irq(&source->lock);
	source->suspended = false;
	pcishare_source_resume(device);
	spin_unlock_irq(&source->lock);
}

/**
 * pcishare_source_forget - who had a unit has it no more
 * @unit: the unit, which nobody has
 *
 * Interrupts that the guest was told of keep the line quiet until
 * pcishare_source_settle().
 *
 * Context: may sleep; when it returns nobody speaks to who had it.
 */
void pcishare_source_forget(struct pcishare_unit *unit)
{
	/* Pairs with rcu_read_lock() of who tells a guest. */
	synchronize_rcu();
}

/*
 * Its handler
 */

static irqreturn_t pcishare_source_interrupt(int irq, void *data)
{
	struct pcishare_device *device = data;
	struct pcishare_source *source = &device->source;
	unsigned long flags;
	bool ours, looks;

	spin_lock_irqsave(&source->lock, flags);
	/*
	 * Where all handlers are threads, it is this one that irq_wake_thread()
	 * wakes. A message that comes just then is seen to by looking.
	 */
	looks = source->looks;
	ours = !(looks && source->message) && pcishare_source_take(device);
	source->interrupted |= ours;
	pcishare_source_count(source, ours, 0);
	spin_unlock_irqrestore(&source->lock, flags);
	if (!ours)
		return looks ? IRQ_WAKE_THREAD : IRQ_NONE;
	atomic64_inc(&device->stats.interrupts);
	if (source->threaded)
		return IRQ_WAKE_THREAD;
	pcishare_source_tell_guests(device);
	return IRQ_HANDLED;
}

/**
 * pcishare_source_was_interrupted - has the interrupt come since this was asked?
 * @device: the device
 *
 * Asked by the handler's thread; or, if the policy has nothing to look at, by
 * who routes, and then there is no thread.
 *
 * Context: any.
 */
bool pcishare_source_was_interrupted(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned long flags;
	bool interrupted;

	spin_lock_irqsave(&source->lock, flags);
	interrupted = source->interrupted;
	source->interrupted = false;
	source->looks = false;
	spin_unlock_irqrestore(&source->lock, flags);
	return interrupted;
}

static irqreturn_t pcishare_source_thread(int irq, void *data)
{
	struct pcishare_device *device = data;

	if (pcishare_source_was_interrupted(device))
		pcishare_source_tell_guests(device);
	else
		pcishare_source_look(device);
	return IRQ_HANDLED;
}

/**
 * pcishare_source_is_pending - does a device want its driver?
 * @device: the device
 *
 * Return: what the device says; true if it cannot.
 * Context: any.
 */
bool pcishare_source_is_pending(struct pcishare_device *device)
{
	u16 status;

	if (!device->source.maskable)
		return true;
	pci_read_config_word(device->pdev, PCI_STATUS, &status);
	return status & PCI_STATUS_INTERRUPT;
}

/**
 * pcishare_source_follow - a device's configuration was restored
 * @device: the device
 *
 * It was saved at another time, when it was masked perhaps or was not.
 *
 * Context: any.
 */
void pcishare_source_follow(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	unsigned long flags;

	if (!source->irq || !source->maskable)
		return;
	spin_lock_irqsave(&source->lock, flags);
	pci_intx(device->pdev, !source->masked);
	spin_unlock_irqrestore(&source->lock, flags);
}

/* Messages are writes to memory: only for a device that may do that. */
static bool pcishare_source_has_message(struct pcishare_device *device)
{
	const struct pcishare_policy *policy = pcishare_device_policy(device);
	unsigned int types = 0;

	if (!policy->bus_master)
		return false;
	if (policy->irqs & PCISHARE_MSIX)
		types |= PCI_IRQ_MSIX;
	if (policy->irqs & PCISHARE_MSI)
		types |= PCI_IRQ_MSI;
	return types && pci_alloc_irq_vectors(device->pdev, 1, 1, types) == 1;
}

/**
 * pcishare_source_has_line - can the host receive INTx of a device?
 * @pdev: the device, enabled
 *
 * Return: false also if the device has none.
 */
bool pcishare_source_has_line(struct pci_dev *pdev)
{
	u8 pin = 0;

	pci_read_config_byte(pdev, PCI_INTERRUPT_PIN, &pin);
	return pin && pdev->irq && pdev->irq != IRQ_NOTCONNECTED;
}

static int pcishare_source_request(struct pcishare_device *device, int irq)
{
	const struct pcishare_policy *policy = pcishare_device_policy(device);
	struct pcishare_source *source = &device->source;
	int ret;

	source->masked = true;
	if (source->maskable)
		pci_intx(device->pdev, 0);
	source->threaded = pcishare_route_cost(policy) * device->nr_units >
			   PCISHARE_SOURCE_READS;
	ret = request_threaded_irq(irq, pcishare_source_interrupt,
				   source->threaded ? pcishare_source_thread :
						      NULL,
				   source->maskable ? IRQF_SHARED :
						      IRQF_NO_AUTOEN,
				   KBUILD_MODNAME, device);
	if (!ret)
		source->irq = irq;
	else if (source->message)
		pci_free_irq_vectors(device->pdev);
	return ret;
}

/**
 * pcishare_source_init - take the interrupt of a device, masked
 * @device: the device, enabled
 *
 * Return: 0, also if it has none; an error of request_irq(), such as -EBUSY if
 * a device that cannot be told to be quiet shares its line.
 * Context: may sleep.
 */
int pcishare_source_init(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;
	struct pci_dev *pdev = device->pdev;

	spin_lock_init(&source->lock);
	source->suspended = false;
	source->interrupted = false;
	source->looks = false;
	source->foreseen = false;
	hrtimer_setup(&source->poll, pcishare_source_poll, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_SOFT);
	source->message = pcishare_source_has_message(device);
	source->maskable = !source->message && pci_intx_mask_supported(pdev);
	if (source->message)
		return pcishare_source_request(device, pci_irq_vector(pdev, 0));
	if (pcishare_source_has_line(pdev))
		return pcishare_source_request(device, pdev->irq);
	return 0;
}

/**
 * pcishare_source_exit - give the interrupt of a device back
 * @device: the device
 *
 * Context: may sleep.
 */
void pcishare_source_exit(struct pcishare_device *device)
{
	struct pcishare_source *source = &device->source;

	if (!source->irq)
		return;
	pcishare_source_close(device);
	free_irq(source->irq, device);
	/* The last interrupt may have wanted a look later. */
	hrtimer_cancel(&source->poll);
	if (source->message)
		pci_free_irq_vectors(device->pdev);
	source->irq = 0;
}
