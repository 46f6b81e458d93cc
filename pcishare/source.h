/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interrupt of a physical device.
 */
#ifndef PCISHARE_SOURCE_H
#define PCISHARE_SOURCE_H

#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct pcishare_device;

/**
 * struct pcishare_source - the physical INTx
 * @irq: its number, 0 if the device has none
 * @lock: protects @masked
 * @maskable: the device can be told to be quiet; else its line has nobody else
 * @masked: the device, or its line, is quiet
 * @unclaimed: interrupts that no guest took
 */
struct pcishare_source {
	int irq;
	spinlock_t lock;	/* masked */
	bool maskable;
	bool masked;
	atomic64_t unclaimed;
};

int pcishare_source_init(struct pcishare_device *device);
void pcishare_source_exit(struct pcishare_device *device);
void pcishare_source_mask(struct pcishare_device *device);
void pcishare_source_unmask(struct pcishare_device *device);
bool pcishare_source_is_pending(struct pcishare_device *device);
void pcishare_source_follow(struct pcishare_device *device);

#endif
