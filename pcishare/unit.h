/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A unit: as much of a physical device as one guest has at a time. That is the
 * whole device or, with partitions, one of them.
 */
#ifndef PCISHARE_UNIT_H
#define PCISHARE_UNIT_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "arbiter.h"

struct pcishare_device;
struct pcishare_guest;
struct pcishare_policy;

/**
 * struct pcishare_unit - what one guest has at a time
 * @device: the physical device
 * @index: which of its units
 * @turn: held by who changes @holder
 * @lock: protects @arbiter and what is below, and the registers of the device
 *	where a bit is changed by reading and writing
 * @holder: who has it, or NULL; changed with @turn, the guest's lock and @lock
 *	held, so that any of these keeps it as it is
 * @arbiter: whose turn it is: of guests that want it, and of @holder
 * @wait: woken when it has changed hands, and when the device may have become
 *	idle
 * @work: has it change hands
 * @changes: counts what may have made the device idle
 * @owed: by source, interrupts that are to come before it changes hands
 * @idle_since: since when the device is idle with something owed, or 0
 * @awaits: the guest has been told of an interrupt that only it can see to;
 *	under the source's lock
 * @stray: it interrupted with what only a guest could see to, and nobody had
 *	it; until it is reset
 * @silence: when (jiffies) it may be reset for that again; of who holds @turn
 * @muted: the device is being reset: its interrupts are nobody's
 * @touched: what @holder has done to it when it was looked at last; of who
 *	holds @turn
 * @untouched: since when (ns) that is so; likewise
 * @draining: until when (ns) what a guest that has gone has begun may go on,
 *	before it is reset; 0 if there is nothing of the kind; likewise
 * @dirty: it could not be reset or quiesced: nobody gets it before that is
 *	done; of who holds @turn
 * @used: somebody had it since it was last reset; of who holds @turn
 * @lost: the device has lost its state, and what @holder has set is not set
 *	again; written with @turn and the lock of @holder held
 */
struct pcishare_unit {
	struct pcishare_device *device;
	unsigned int index;

	struct mutex turn;	/* who changes the holder */
	spinlock_t lock;	/* see above */
	struct pcishare_guest *holder;
	struct pcishare_arbiter arbiter;
	wait_queue_head_t wait;
	struct work_struct work;
	atomic_t changes;
	unsigned long owed;
	ktime_t idle_since;
	u64 touched;
	u64 untouched;
	u64 draining;
	unsigned long silence;
	bool awaits;
	bool stray;
	bool muted;
	bool dirty;
	bool used;
	bool lost;
};

void pcishare_unit_share(struct pcishare_unit *unit, u32 slice_us, u32 hold_us);
const struct pcishare_policy *
pcishare_unit_policy(const struct pcishare_unit *unit);

bool pcishare_unit_holds(const struct pcishare_guest *guest);
bool pcishare_unit_is_lost(const struct pcishare_guest *guest);
bool pcishare_unit_is_there(const struct pcishare_unit *unit);
void pcishare_unit_poke(struct pcishare_unit *unit);
void pcishare_unit_mute(struct pcishare_unit *unit, bool muted);
void pcishare_unit_strays(struct pcishare_unit *unit);

void pcishare_unit_set_holder(struct pcishare_unit *unit,
			      struct pcishare_guest *guest);
bool pcishare_unit_may_begin(struct pcishare_unit *unit);
void pcishare_unit_cease(struct pcishare_guest *guest);
void pcishare_unit_stop(struct pcishare_unit *unit,
			struct pcishare_guest *guest);

bool pcishare_unit_is_wanted(const struct pcishare_unit *unit);
bool pcishare_unit_append(struct pcishare_unit *unit,
			  struct pcishare_guest *guest);
void pcishare_unit_remove(struct pcishare_unit *unit,
			  struct pcishare_guest *guest);
bool pcishare_unit_contend(struct pcishare_unit *unit,
			   struct pcishare_guest *guest, bool *appended);
bool pcishare_unit_is_next(struct pcishare_unit *unit,
			   const struct pcishare_guest *guest);
struct pcishare_guest *pcishare_unit_next(struct pcishare_unit *unit);

#endif
