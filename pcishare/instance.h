/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's own instance of the device's registers: what it finds there while
 * another guest has the device.
 */
#ifndef PCISHARE_INSTANCE_H
#define PCISHARE_INSTANCE_H

#include <linux/atomic.h>
#include <linux/types.h>

struct pcishare_policy;
struct pcishare_policy_source;
struct pcishare_reg;

/**
 * struct pcishare_instance - a guest's own registers
 * @policy: says what they are
 * @values: by register, the bits that are the guest's own, as it would read
 *	them; under the guest's lock
 * @latched: by register, status bits that are set for the guest; and of what is
 *	no guest's own, what was seen with them
 * @fresh: by register, @latched is for the guest's next read; set and taken
 *	with it under the unit's lock
 * @started: by register, the guest has the device and has set it to work there,
 *	so that what the device has there is its own; under the guest's lock
 * @waiting: registers whose start has not reached the device yet, in order;
 *	under the guest's lock
 * @nr_waiting: how many; under the guest's lock for writing
 */
struct pcishare_instance {
	const struct pcishare_policy *policy;
	u64 *values;
	atomic64_t *latched;
	unsigned long *fresh;
	unsigned long *started;
	u16 *waiting;
	unsigned int nr_waiting;
};

int pcishare_instance_init(struct pcishare_instance *instance,
			   const struct pcishare_policy *policy);
void pcishare_instance_exit(struct pcishare_instance *instance);
void pcishare_instance_reset(struct pcishare_instance *instance);

void pcishare_instance_lose(struct pcishare_instance *instance);
void pcishare_instance_wait(struct pcishare_instance *instance,
			    unsigned int reg);
u64 pcishare_instance_latch(struct pcishare_instance *instance,
			    unsigned int reg, u64 bits);
void pcishare_instance_note(struct pcishare_instance *instance,
			    unsigned int reg, u64 value, u64 mask);
void pcishare_instance_latch_once(struct pcishare_instance *instance,
				  unsigned int reg, u64 value);
bool pcishare_instance_is_fresh(const struct pcishare_instance *instance,
				const struct pcishare_policy_source *source);
u32 pcishare_instance_pending_by(const struct pcishare_instance *instance,
				 unsigned int reg, u64 bits);
u32 pcishare_instance_pending(const struct pcishare_instance *instance);

#endif
