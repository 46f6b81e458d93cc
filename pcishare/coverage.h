/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places that guests touch and the policy does not name.
 */
#ifndef PCISHARE_COVERAGE_H
#define PCISHARE_COVERAGE_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct dentry;
struct pcishare_device;

/**
 * struct pcishare_coverage - what guests have touched without a name
 * @lock: protects what is below
 * @places: where, in their order
 * @count: how many
 * @more: accesses to places for which there was no room
 * @dir: shows it
 */
struct pcishare_coverage {
	spinlock_t lock;	/* what is below */
	struct pcishare_place *places;
	unsigned int count;
	u64 more;
	struct dentry *dir;
};

int pcishare_coverage_init(struct pcishare_device *device);
void pcishare_coverage_exit(struct pcishare_device *device);
void pcishare_coverage_clear(struct pcishare_device *device);
void pcishare_coverage_note(struct pcishare_device *device, unsigned int bar,
			    u32 offset, unsigned int bytes, bool write);

#endif
