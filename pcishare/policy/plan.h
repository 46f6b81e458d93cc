/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan: the tables that a policy comes to, for accesses and changes of
 * hands.
 */
#ifndef PCISHARE_POLICY_PLAN_H
#define PCISHARE_POLICY_PLAN_H

#include "env.h"
#include "limits.h"
#include "register.h"

/**
 * struct pcishare_reg_plan - the bits of a register by what is done with them
 * @context: each guest's own
 * @saved: those of them that the device gives back
 * @xor: what of them the device inverts
 * @start: a guest's own, that start the device
 * @started: those of them that the device gives back, once they have
 * @live: the device's, of who has it
 * @stays: kept as the device has them when others are written
 * @common: no guest's own, and no status
 * @status: kept for the guest they are for, until it has seen to them
 * @w1c: of these, those that writing clears
 * @latched: what is kept of the device for conditions: @common and all statuses
 * @constant: the values of those that are constants
 * @once: there is a status that is for one read
 * @acks: the first in &pcishare_plan.acks that acknowledges @status
 * @nr_acks: how many do
 */
struct pcishare_reg_plan {
	u64 context;
	u64 saved;
	u64 xor;
	u64 start;
	u64 started;
	u64 live;
	u64 stays;
	u64 common;
	u64 status;
	u64 w1c;
	u64 latched;
	u64 constant;
	bool once;
	u16 acks;
	u16 nr_acks;
};

/**
 * struct pcishare_ack - one way to acknowledge
 * @by: what is written
 * @of: which bits of a status that is for
 */
struct pcishare_ack {
	struct pcishare_ref by;
	struct pcishare_ref of;
};

/**
 * struct pcishare_map - which register is where in a BAR
 * @size: how far there is a table, or 0: it is searched for
 * @read: by offset, one more than the index of the register that is read; or 0
 * @write: the same of the one that is written
 */
struct pcishare_map {
	u32 size;
	u16 *read;
	u16 *write;
};

/**
 * struct pcishare_plan - what a policy comes to
 * @maps: by BAR, and of PCISHARE_CONFIG
 * @regs: by register
 * @acks: of all statuses
 * @nr_acks: how many
 * @saved: registers with something to save when the device changes hands, in
 *	that order
 * @nr_saved: how many
 * @restored: registers with something to restore then, in that order
 * @nr_restored: how many
 * @statuses: registers with a status, which can be read
 * @nr_statuses: how many
 * @kept: the reasons for interrupts, a bit each, whose condition is on a status
 *	that is kept, not one for the next read
 */
struct pcishare_plan {
	struct pcishare_map maps[PCISHARE_SPACES];
	struct pcishare_reg_plan *regs;
	struct pcishare_ack *acks;
	unsigned int nr_acks;
	u16 *saved;
	unsigned int nr_saved;
	u16 *restored;
	unsigned int nr_restored;
	u16 *statuses;
	unsigned int nr_statuses;
	u32 kept;
};

#endif
