// SPDX-License-Identifier: GPL-2.0
/*
 * A physical device that does not answer for a while, or has lost its state: it
 * is being reset, has failed, or the host is being suspended.
 *
 * As long as it is deaf nobody asks it anything, and a guest that needs an
 * answer waits for it, for its live_wait_ms at most. A guest that has it reset
 * knows of that. After a reset by anybody else the settings of the guest that
 * has it are written back before that may go on; and a unit that nobody has is
 * reset by the policy once more, before somebody gets it.
 *
 * Documentation/PCI/pci-error-recovery.rst and struct pci_error_handlers in
 * pci.h of the kernel say what is called when.
 */
#include <linux/pci.h>
#include <linux/rcupdate.h>

#include "device.h"
#include "turn.h"
#include "unit.h"
#include "guest/guest.h"
#include "instance.h"
#include "lost.h"
#include "sharing.h"
#include "source.h"

/*
 * How long (jiffies) the kernel may take to recover from an error: for a device
 * whose link was reset it waits for a minute. That it gave up it tells no
 * driver.
 */
#define PCISHARE_RECOVERY_MAX	(90 * HZ)

/**
 * pcishare_device_is_deaf - does a device not answer just now?
 * @device: the device
 *
 * Return: true if so.
 * Context: any. To ask it afterwards takes the same rcu_read_lock(), or the
 * lock of the guest that has it.
 */
bool pcishare_device_is_deaf(const struct pcishare_device *device)
{
	return READ_ONCE(device->deaf);
}

/**
 * pcishare_device_await_answer - wait until a device answers
 * @device: the device
 * @left: how long (jiffies)
 *
 * Return: what of @left is left; 0 if that was not enough; -ERESTARTSYS if the
 * process is to end.
 * Context: sleeps.
 */
long pcishare_device_await_answer(struct pcishare_device *device, long left)
{
	return wait_event_killable_timeout(device->hears,
					   !pcishare_device_is_deaf(device),
					   left);
}

/* Nobody asks it when this returns, except for who has it. */
static void pcishare_device_go_deaf(struct pcishare_device *device)
{
	WRITE_ONCE(device->deaf, true);
	/* Pairs with rcu_read_lock() of who asks it without having it. */
	synchronize_rcu();
	pcishare_source_suspend(device);
}

static void pcishare_device_hear(struct pcishare_device *device)
{
	pcishare_source_continue(device);
	WRITE_ONCE(device->deaf, false);
	wake_up_all(&device->hears);
}

/* When it returns the holder has no access under way, and begins none. */
static void pcishare_unit_stand_still(struct pcishare_unit *unit)
{
	struct pcishare_guest *holder;

	/*
	 * A task that has the turn and waits for the device sees that it is
	 * lost.
	 */
	mutex_lock(&unit->turn);
	holder = unit->holder;
	if (holder)
		mutex_lock(&holder->lock);
	WRITE_ONCE(unit->lost, true);
	if (holder)
		mutex_unlock(&holder->lock);
	mutex_unlock(&unit->turn);
}

/**
 * pcishare_device_lose - a device is about to lose its state, or has
 * @device: the device
 *
 * Nobody accesses it when this returns, until pcishare_device_find() has been
 * called and what that begins is over.
 *
 * Context: may sleep, as long as a recipe takes.
 */
void pcishare_device_lose(struct pcishare_device *device)
{
	unsigned int i;

	/* Or the end of setting it again would say that it is there. */
	cancel_work_sync(&device->find_work);
	WRITE_ONCE(device->lost, true);
	pcishare_device_go_deaf(device);
	mutex_lock(&device->lock);
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_stand_still(&device->units[i]);
	mutex_unlock(&device->lock);
}

/* It is as after power-on; what its guest had set is set again. */
static int pcishare_unit_set_again(struct pcishare_unit *unit,
				   struct pcishare_guest *holder)
{
	if (holder->policy->passthrough)
		return -EIO;
	pcishare_instance_lose(&holder->instance);
	spin_lock_irq(&unit->lock);
	unit->owed = 0;
	spin_unlock_irq(&unit->lock);
	return pcishare_unit_restore(unit, holder);
}

static void pcishare_unit_find(struct pcishare_unit *unit)
{
	struct pcishare_guest *holder;

	mutex_lock(&unit->turn);
	holder = unit->holder;
	/*
	 * The recipe 'reset' was not run, and nothing that was begun goes on.
	 */
	unit->used = true;
	unit->draining = 0;
	if (holder) {
		mutex_lock(&holder->lock);
		if (pcishare_unit_set_again(unit, holder))
			pcishare_unit_stop(unit, holder);
		WRITE_ONCE(unit->lost, false);
		mutex_unlock(&holder->lock);
	} else {
		unit->dirty = true;
		WRITE_ONCE(unit->lost, false);
	}
	mutex_unlock(&unit->turn);
}

static void pcishare_device_find_work(struct work_struct *work)
{
	struct pcishare_device *device =
		container_of(work, struct pcishare_device, find_work);
	unsigned int i;

	mutex_lock(&device->lock);
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_find(&device->units[i]);
	WRITE_ONCE(device->lost, false);
	pcishare_device_hear(device);
	for (i = 0; i < device->nr_units; i++)
		pcishare_unit_resume(&device->units[i]);
	mutex_unlock(&device->lock);
}

/**
 * pcishare_device_find - a device that has lost its state answers again
 * @device: the device
 *
 * Context: any.
 */
void pcishare_device_find(struct pcishare_device *device)
{
	if (!READ_ONCE(device->lost))
		return;
	cancel_delayed_work(&device->recovery_work);
	queue_work(system_long_wq, &device->find_work);
}

/*
 * Resets
 */

/* Is it ourselves who has it reset? */
static bool pcishare_reset_is_ours(const struct pcishare_device *device)
{
	return READ_ONCE(device->resetter) == current;
}

/* Before the configuration space is saved. */
static void pcishare_reset_prepare(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	/* Not yet, while it is being bound. */
	if (!device)
		return;
	if (pcishare_reset_is_ours(device))
		pcishare_device_go_deaf(device);
	else
		pcishare_device_lose(device);
}

/* After it was restored. */
static void pcishare_reset_done(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	if (!device)
		return;
	pcishare_source_follow(device);
	if (!pcishare_reset_is_ours(device))
		pcishare_device_find(device);
	else if (!READ_ONCE(device->lost))
		pcishare_device_hear(device);
}

/*
 * Errors
 */

static void pcishare_error_tell(struct pcishare_device *device)
{
	struct pcishare_guest *guest;

	mutex_lock(&device->lock);
	list_for_each_entry(guest, &device->guests, node)
		vdev_signal_error(&guest->vdev);
	mutex_unlock(&device->lock);
}

static void pcishare_recovery_work(struct work_struct *work)
{
	struct pcishare_device *device = container_of(to_delayed_work(work),
						      struct pcishare_device,
						      recovery_work);

	if (!READ_ONCE(device->lost))
		return;
	pci_err(device->pdev, "has not come back after an error; bind it again\n");
	pcishare_error_tell(device);
}

/*
 * One that is not fatal is over by now: only what it was about was lost.
 */
static pci_ers_result_t pcishare_error_detected(struct pci_dev *pdev,
						pci_channel_state_t state)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	switch (state) {
	case pci_channel_io_normal:
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		pcishare_device_lose(device);
		schedule_delayed_work(&device->recovery_work,
				      PCISHARE_RECOVERY_MAX);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		/* It does not come back. */
		pcishare_device_lose(device);
		pcishare_error_tell(device);
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

/* Its configuration space is as after power-on. */
static pci_ers_result_t pcishare_slot_reset(struct pci_dev *pdev)
{
	struct pcishare_device *device = pci_get_drvdata(pdev);

	if (!device->saved)
		return PCI_ERS_RESULT_DISCONNECT;
	/* From our own copy: a reset since then has used up the core's. */
	pci_load_saved_state(pdev, device->saved);
	pci_restore_state(pdev);
	pcishare_sharing_set_master(device);
	pcishare_source_follow(device);
	return PCI_ERS_RESULT_RECOVERED;
}

static void pcishare_error_resume(struct pci_dev *pdev)
{
	pcishare_device_find(pci_get_drvdata(pdev));
}

const struct pci_error_handlers pcishare_error_handlers = {
	.error_detected = pcishare_error_detected,
	.slot_reset = pcishare_slot_reset,
	.resume = pcishare_error_resume,
	.reset_prepare = pcishare_reset_prepare,
	.reset_done = pcishare_reset_done,
};

/*
 * Suspending the host
 */

static int pcishare_suspend(struct device *dev)
{
	pcishare_device_lose(dev_get_drvdata(dev));
	return 0;
}

static int pcishare_resume(struct device *dev)
{
	struct pcishare_device *device = dev_get_drvdata(dev);

	pcishare_source_follow(device);
	pcishare_device_find(device);
	return 0;
}

const struct dev_pm_ops pcishare_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(pcishare_suspend, pcishare_resume)
};

/**
 * pcishare_lost_init - set up what a new device needs to get lost
 * @device: the device
 */
void pcishare_lost_init(struct pcishare_device *device)
{
	init_waitqueue_head(&device->hears);
	INIT_WORK(&device->find_work, pcishare_device_find_work);
	INIT_DELAYED_WORK(&device->recovery_work, pcishare_recovery_work);
}

/**
 * pcishare_lost_exit - a device is going
 * @device: the device
 *
 * Context: may sleep.
 */
void pcishare_lost_exit(struct pcishare_device *device)
{
	cancel_delayed_work_sync(&device->recovery_work);
	cancel_work_sync(&device->find_work);
}
