/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A physical PCI device that guests share.
 *
 * Lock order:
 *
 *	device->lock		(guests come, go and take turns)
 *	guest->irqs.mutex	(a guest's eventfds)
 *	guest->lock		(a guest's view of the device)
 *	guest->irqs.lock	(also from interrupts)
 *	source->lock		(the physical interrupt)
 */
#ifndef PCISHARE_DEVICE_H
#define PCISHARE_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>

#include "bar.h"
#include "mdev.h"
#include "source.h"

struct pcishare_guest;

/**
 * struct pcishare_device - a physical device
 * @pdev: the device
 * @bars: its BARs
 * @source: its interrupt
 * @lock: serialises guests' coming and going
 * @guests: all there are, open or not; under @lock
 * @holder: who has the device, of those that take turns; under @lock for writing
 * @turn: woken when it may be somebody else's turn
 * @gone: it is being removed: nobody may open it any more; under @lock for
 *	writing
 * @resettable: the kernel knows a way to reset it
 * @used: somebody had it since it was last reset; of the holder
 * @types: how it is offered to guests
 */
struct pcishare_device {
	struct pci_dev *pdev;
	struct pcishare_bar bars[PCI_STD_NUM_BARS];
	struct pcishare_source source;

	struct mutex lock;	/* guests' coming and going */
	struct list_head guests;
	struct pcishare_guest *holder;
	wait_queue_head_t turn;
	bool gone;
	bool resettable;
	bool used;

	struct pcishare_types types;
};

int pcishare_devices_register(const char *ids);
void pcishare_devices_unregister(void);

int pcishare_device_acquire(struct pcishare_guest *guest);
void pcishare_device_release(struct pcishare_guest *guest);
void pcishare_device_forsake(struct pcishare_guest *guest);
bool pcishare_device_is_pending(struct pcishare_guest *guest);
int pcishare_device_reset(struct pcishare_device *device);
void pcishare_device_unmask(struct pcishare_guest *guest);

#endif
