/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interrupt of a physical device.
 */
#ifndef PCISHARE_SOURCE_H
#define PCISHARE_SOURCE_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct pci_dev;
struct pcishare_device;
struct pcishare_unit;

/**
 * struct pcishare_source - the physical interrupt
 * @irq: its number, 0 if the device has none
 * @message: it is MSI or MSI-X; else INTx
 * @lock: protects @masked, @open, @suspended, @interrupted, @looks, @tick,
 *	@burst, @spent and the units' awaits
 * @maskable: the device can be told to be quiet; else its line has nobody else
 * @masked: the device, or its line, is quiet
 * @open: somebody is there whom it may be for
 * @suspended: the device is being reset: it has nothing to say
 * @threaded: to see whose an interrupt is takes so long that a thread does it
 * @interrupted: it has come, and pcishare_source_was_interrupted() was not asked
 *	yet
 * @looks: it is because of @poll that the thread runs
 * @foreseen: what the next interrupt may come for has been seen to already
 * @unclaimed: interrupts that no guest took
 * @poll: looks at other units while one keeps the line quiet, and ends the
 *	quiet after a storm
 * @tick: the jiffy of the last interrupt
 * @burst: how many there were in it
 * @spent: for how long (ns) the thread has looked in it
 */
struct pcishare_source {
	int irq;
	bool message;
	spinlock_t lock;	/* masked, open, burst, units' awaits */
	bool maskable;
	bool masked;
	bool open;
	bool suspended;
	bool threaded;
	bool interrupted;
	bool looks;
	bool foreseen;
	atomic64_t unclaimed;
	struct hrtimer poll;
	unsigned long tick;
	unsigned int burst;
	u64 spent;
};

int pcishare_source_init(struct pcishare_device *device);
void pcishare_source_exit(struct pcishare_device *device);
bool pcishare_source_has_line(struct pci_dev *pdev);
bool pcishare_source_was_interrupted(struct pcishare_device *device);
bool pcishare_source_is_pending(struct pcishare_device *device);
void pcishare_source_follow(struct pcishare_device *device);

void pcishare_source_open(struct pcishare_device *device);
void pcishare_source_close(struct pcishare_device *device);
void pcishare_source_suspend(struct pcishare_device *device);
void pcishare_source_continue(struct pcishare_device *device);
void pcishare_source_foresee(struct pcishare_device *device);
void pcishare_source_await(struct pcishare_unit *unit);
void pcishare_source_settle(struct pcishare_unit *unit);
void pcishare_source_forget(struct pcishare_unit *unit);

#endif
