// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's accesses to its BARs, by the policy: taken apart into registers,
 * and those into fields, each of which does what its class says.
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>

#include "access.h"
#include "device.h"
#include "idle.h"
#include "turn.h"
#include "unit.h"
#include "guest/guest.h"
#include "handover.h"
#include "instance.h"
#include "guest/irq.h"
#include "lost.h"
#include "policy/policy.h"
#include "register.h"
#include "route.h"
#include "source.h"
#include "trace.h"
#include "wait.h"

/**
 * struct pcishare_access - an access that is being made
 * @guest: whose
 * @waits: it had to wait for the device
 * @until: for how long (jiffies) it does, for all of its registers together
 * @late: it has waited in vain
 * @unnamed: how many bytes without a name it has come to, one after the other
 * @denied: there were such bytes
 */
struct pcishare_access {
	struct pcishare_guest *guest;
	bool waits;
	unsigned long until;
	bool late;
	unsigned int unnamed;
	bool denied;
};

/**
 * struct pcishare_piece - what an access wants of one register
 * @access: the access
 * @guest: whose access
 * @reg: the register
 * @index: its index in the policy
 * @mask: the bits that the access covers
 * @bits: what is written to them
 * @lost: the guest has the device, which has lost its state: what is written
 *	is the guest's own alone, until it is set again; stays so, as its lock
 *	is held
 * @holds: the guest has the device, which is not lost; stays so likewise
 * @device: the register as the device has it, if @known
 * @known: @device was read
 * @waits: a start was written that has to wait
 * @latched: a status was read that had been kept for it, and not the device's
 * @once: that status
 */
struct pcishare_piece {
	struct pcishare_access *access;
	struct pcishare_guest *guest;
	const struct pcishare_reg *reg;
	unsigned int index;
	u64 mask;
	u64 bits;
	bool lost;
	bool holds;
	u64 device;
	bool known;
	bool waits;
	bool latched;
	u64 once;
};

static u64 pcishare_field_mask(const struct pcishare_field *field)
{
	return pcishare_ones(field->width) << field->low;
}

static bool pcishare_piece_covers(const struct pcishare_piece *piece,
				  const struct pcishare_field *field)
{
	return piece->mask & pcishare_field_mask(field);
}

static u64 *pcishare_piece_own(const struct pcishare_piece *piece)
{
	return &piece->guest->instance.values[piece->index];
}

/* Read once for all fields: what is read may change by that. */
static u64 pcishare_piece_device(struct pcishare_piece *piece)
{
	if (!piece->known) {
		piece->device =
			pcishare_register_read(piece->guest->unit, piece->reg);
		piece->known = true;
	}
	return piece->device;
}

/* Until when (jiffies) may the access wait? */
static unsigned long pcishare_access_until(struct pcishare_access *access)
{
	unsigned int wait_ms = READ_ONCE(access->guest->live_wait_ms);

	if (!access->waits) {
		access->waits = true;
		access->until = jiffies + msecs_to_jiffies(wait_ms);
	}
	return access->until;
}

static void pcishare_access_is_late(struct pcishare_access *access)
{
	if (!access->late)
		atomic64_inc(&access->guest->stats.live_timeouts);
	access->late = true;
}

/* Returns whether the device could be asked. */
static bool pcishare_piece_ask(struct pcishare_piece *piece)
{
	bool answers;

	/* Pairs with synchronize_rcu() of who resets it. */
	rcu_read_lock();
	answers = !pcishare_device_is_deaf(piece->guest->device);
	if (likely(answers))
		pcishare_piece_device(piece);
	rcu_read_unlock();
	return answers;
}

/* Does the guest have the device? Both stay so as long as its lock is held. */
static void pcishare_piece_look(struct pcishare_piece *piece)
{
	piece->lost = pcishare_unit_is_lost(piece->guest);
	piece->holds = !piece->lost && pcishare_unit_holds(piece->guest);
}

/* Returns whether it is worth asking again. */
static bool pcishare_piece_await_answer(struct pcishare_piece *piece)
{
	long left = pcishare_access_until(piece->access) - jiffies;
	struct pcishare_guest *guest = piece->guest;

	mutex_unlock(&guest->lock);
	left = pcishare_device_await_answer(guest->device, max(left, 0L));
	mutex_lock(&guest->lock);
	pcishare_piece_look(piece);
	if (!left)
		pcishare_access_is_late(piece->access);
	return left > 0 && guest->state == PCISHARE_GUEST_OPEN;
}

/* The same for one that does not have the device, which may be being reset. */
static u64 pcishare_piece_read_shared(struct pcishare_piece *piece)
{
	bool answers;

	/* Its holder resets it itself, or waits for that with its lock. */
	if (piece->holds)
		return pcishare_piece_device(piece);
	do {
		answers = pcishare_piece_ask(piece);
	} while (unlikely(!answers) && pcishare_piece_await_answer(piece));
	return answers ? piece->device : U64_MAX;
}

/* The guest's device is as one that is gone, until it is reset. */
static void pcishare_piece_stop(struct pcishare_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	if (guest->state != PCISHARE_GUEST_OPEN)
		return;
	WRITE_ONCE(guest->state, PCISHARE_GUEST_STOPPED);
	pcishare_unit_cease(guest);
}

static void pcishare_piece_deny(struct pcishare_guest *guest, bool stop)
{
	atomic64_inc(&guest->stats.denied);
	if (stop)
		pcishare_piece_stop(guest);
}

/* Wait for the device. Returns whether the guest has it. */
static bool pcishare_piece_await(struct pcishare_piece *piece)
{
	struct pcishare_access *access = piece->access;
	int ret = pcishare_unit_await(piece->guest,
				      pcishare_access_until(access));

	if (ret == -ETIMEDOUT)
		pcishare_access_is_late(access);
	return !ret;
}

/*
 * Have the device, if a field is nothing without it. Returns whether that is
 * so.
 */
static bool pcishare_piece_begin(struct pcishare_piece *piece)
{
	struct pcishare_guest *guest = piece->guest;
	u64 live = guest->policy->plan->regs[piece->index].live & piece->mask;

	if (guest->state != PCISHARE_GUEST_OPEN)
		return false;
	if (live && !pcishare_unit_holds(guest) && !pcishare_piece_await(piece))
		return false;
	pcishare_piece_look(piece);
	if (live && piece->lost)
		return false;
	/* It may have been taken away, or stopped by what came before. */
	return guest->state == PCISHARE_GUEST_OPEN;
}

/*
 * Reading: one function for each class that is not the same for all
 */

/* Is it the device that has what is the guest's own? */
static bool pcishare_own_is_there(const struct pcishare_piece *piece,
				  const struct pcishare_field *field)
{
	if (!piece->holds || !(piece->reg->access & PCISHARE_READ) ||
	    (field->attrs & PCISHARE_WRITE_ONLY))
		return false;
	/* A start by another is not this one's. */
	return field->class != PCISHARE_START ||
	       test_bit(piece->index, piece->guest->instance.started);
}

static u64 pcishare_read_own(struct pcishare_piece *piece,
			     const struct pcishare_field *field)
{
	return pcishare_own_is_there(piece, field) ?
		       pcishare_piece_device(piece) :
		       *pcishare_piece_own(piece);
}

static u64 pcishare_read_ro(struct pcishare_piece *piece,
			    const struct pcishare_field *field)
{
	if (!(field->attrs & PCISHARE_BUSY))
		return pcishare_piece_read_shared(piece);
	if (piece->guest->instance.nr_waiting)
		return U64_MAX;
	return piece->holds ? pcishare_piece_device(piece) : 0;
}

/* Returns whether a value was kept for the guest's next read, and which. */
static bool pcishare_take_once(struct pcishare_piece *piece, u64 *value)
{
	struct pcishare_instance *instance = &piece->guest->instance;
	struct pcishare_unit *unit = piece->guest->unit;
	bool fresh;

	/* An interrupt latches both under this lock. */
	spin_lock_irq(&unit->lock);
	fresh = test_and_clear_bit(piece->index, instance->fresh);
	*value = atomic64_read(&instance->latched[piece->index]);
	spin_unlock_irq(&unit->lock);
	return fresh;
}

static u64 pcishare_read_once(struct pcishare_piece *piece)
{
	/* It may have several fields. */
	if (!piece->latched)
		piece->latched = pcishare_take_once(piece, &piece->once);
	if (piece->latched)
		return piece->once;
	if (!piece->holds)
		return 0;
	/* If there is one to come for it, that has nothing left to say. */
	pcishare_source_foresee(piece->guest->device);
	return pcishare_piece_device(piece);
}

/*
 * The next one may be there already: in what was read of the device for the
 * sake of other fields, or behind a line that is quiet.
 */
static void pcishare_read_next(struct pcishare_piece *piece)
{
	struct pcishare_unit *unit = piece->guest->unit;

	if (!piece->holds)
		return;
	/* If there is, the read of that one settles. */
	if (piece->known &&
	    pcishare_route_seen(unit, piece->reg, piece->device))
		return;
	pcishare_source_settle(unit);
	if (piece->guest->device->source.message && pcishare_route(unit))
		pcishare_source_foresee(unit->device);
}

static u64 pcishare_read_status(struct pcishare_piece *piece,
				const struct pcishare_field *field)
{
	atomic64_t *latched = &piece->guest->instance.latched[piece->index];
	u64 bits;

	if (field->attrs & PCISHARE_ONCE)
		return pcishare_read_once(piece);
	if (piece->holds)
		pcishare_route_collect(piece->guest->unit, piece->reg);
	bits = pcishare_field_mask(field) & piece->mask;
	if (field->clear == PCISHARE_CLEAR_RC)
		return atomic64_fetch_andnot(bits, latched);
	return atomic64_read(latched);
}

/* Returns what the field reads as, at its place in the register. */
static u64 pcishare_read_field(struct pcishare_piece *piece,
			       const struct pcishare_field *field)
{
	switch (field->class) {
	case PCISHARE_CONST:
		return field->value << field->low;
	case PCISHARE_RO:
		return pcishare_read_ro(piece, field);
	case PCISHARE_CONTEXT:
	case PCISHARE_START:
		return pcishare_read_own(piece, field);
	case PCISHARE_LIVE:
		return pcishare_piece_device(piece);
	case PCISHARE_STATUS:
		return pcishare_read_status(piece, field);
	case PCISHARE_DENY:
		pcishare_piece_deny(piece->guest,
				    field->attrs & PCISHARE_OR_STOP);
		return 0;
	default:
		return 0;
	}
}

static u64 pcishare_read_piece(struct pcishare_piece *piece)
{
	u64 value = 0;
	unsigned int i;

	if (!pcishare_piece_begin(piece))
		return U64_MAX;
	for (i = 0; i < piece->reg->nr_fields; i++) {
		const struct pcishare_field *field = &piece->reg->fields[i];

		if (pcishare_piece_covers(piece, field))
			value |= pcishare_read_field(piece, field) &
				 pcishare_field_mask(field);
	}
	if (piece->latched)
		pcishare_read_next(piece);
	/* One of them may have stopped it. */
	return piece->guest->state == PCISHARE_GUEST_OPEN ? value : U64_MAX;
}

/*
 * Writing
 */

/* The bits of a field that the access does not cover stay as they are. */
static u64 pcishare_write_rest(struct pcishare_piece *piece,
			       const struct pcishare_field *field)
{
	u64 own;

	switch (field->class) {
	case PCISHARE_CONTEXT:
	case PCISHARE_START:
		own = pcishare_read_own(piece, field) >> field->low;
		if (field->attrs & PCISHARE_RESTORE_XOR)
			own ^= field->xor;
		return own << field->low;
	case PCISHARE_LIVE:
		return piece->reg->access & PCISHARE_READ ?
			       pcishare_piece_device(piece) :
			       0;
	default:
		return 0;
	}
}

/* Returns what is written to a field, from its lowest bit on. */
static u64 pcishare_write_value(struct pcishare_piece *piece,
				const struct pcishare_field *field)
{
	u64 mask = pcishare_field_mask(field);
	u64 value = piece->bits & piece->mask;

	if (mask & ~piece->mask)
		value |= pcishare_write_rest(piece, field) & ~piece->mask;
	return (value & mask) >> field->low;
}

static void pcishare_write_own(struct pcishare_piece *piece,
			       const struct pcishare_field *field, u64 value)
{
	u64 mask = pcishare_field_mask(field);
	u64 *own = pcishare_piece_own(piece);

	/* Kept as it will read. */
	if (field->attrs & PCISHARE_RESTORE_XOR)
		value ^= field->xor;
	WRITE_ONCE(*own, (*own & ~mask) | (value << field->low & mask));
}

/* Clear own bits of a status, or set them. Returns which there are now. */
static u64 pcishare_write_target(struct pcishare_piece *piece,
				 const struct pcishare_field *field, u64 value,
				 bool set)
{
	const struct pcishare_ref *status = &field->target;
	atomic64_t *latched = &piece->guest->instance.latched[status->reg];
	u64 bits = (value & status->mask) << status->low;

	if (set)
		return atomic64_fetch_or(bits, latched) | bits;
	return atomic64_fetch_andnot(bits, latched) & ~bits;
}

static void pcishare_write_raise(struct pcishare_piece *piece,
				 const struct pcishare_field *field, u64 value)
{
	u32 vectors;

	pcishare_write_target(piece, field, value, true);
	vectors = pcishare_instance_pending_by(&piece->guest->instance,
					       field->target.reg,
					       (value & field->target.mask)
					       << field->target.low);
	if (vectors)
		pcishare_irq_raise(piece->guest, vectors);
}

static void pcishare_write_w1c(struct pcishare_piece *piece,
			       const struct pcishare_field *field, u64 value)
{
	atomic64_andnot(value << field->low,
			&piece->guest->instance.latched[piece->index]);
}

/*
 * A start by who does not have the device waits for its turn, and is made by
 * who gives it the turn. So does one by who has it, if others wait and its
 * slice is over: they wait for no more than what the device is doing by then.
 */
static bool pcishare_write_start(struct pcishare_piece *piece,
				 const struct pcishare_field *field, u64 value)
{
	struct pcishare_guest *guest = piece->guest;

	/* As one that was made just before: nothing comes of it. */
	if (piece->lost)
		return false;
	if (!pcishare_quota_allows(&guest->quotas.starts)) {
		trace_pcishare_limited(guest, "start");
		atomic64_inc(&guest->stats.limited_starts);
		return false;
	}
	pcishare_write_own(piece, field, value);
	if (piece->holds && pcishare_unit_may_begin(guest->unit)) {
		pcishare_unit_started(guest->unit);
		__set_bit(piece->index, guest->instance.started);
		return true;
	}
	/* From here on it is not what the device has there. */
	__clear_bit(piece->index, guest->instance.started);
	pcishare_instance_wait(&guest->instance, piece->index);
	piece->waits = true;
	return false;
}

/* Returns whether the device is to get it. */
static bool pcishare_write_field(struct pcishare_piece *piece,
				 const struct pcishare_field *field, u64 value)
{
	switch (field->class) {
	case PCISHARE_CONTEXT:
		pcishare_write_own(piece, field, value);
		return piece->holds;
	case PCISHARE_LIVE:
		return true;
	case PCISHARE_START:
		return pcishare_write_start(piece, field, value);
	case PCISHARE_STATUS:
		if (field->attrs & PCISHARE_ONCE)
			return piece->holds;
		if (field->clear != PCISHARE_CLEAR_W1C)
			return false;
		pcishare_write_w1c(piece, field, value);
		return piece->holds;
	case PCISHARE_ACK:
		pcishare_write_target(piece, field, value, false);
		return piece->holds;
	case PCISHARE_RAISE:
		pcishare_write_raise(piece, field, value);
		return false;
	case PCISHARE_DENY:
		pcishare_piece_deny(piece->guest,
				    field->attrs & PCISHARE_OR_STOP);
		return false;
	default:
		return false;
	}
}

static void pcishare_write_refuse(struct pcishare_piece *piece,
				  const struct pcishare_field *field, u64 value)
{
	trace_pcishare_refused(piece->guest, piece->reg->name, field->name,
			       value);
	atomic64_inc(&piece->guest->stats.refused);
	if (field->attrs & PCISHARE_OR_STOP)
		pcishare_piece_stop(piece->guest);
}

/* All fields, then the device at once. */
static void pcishare_write_fields(struct pcishare_piece *piece)
{
	u64 mask = 0, bits = 0, value;
	unsigned int i;

	for (i = 0; i < piece->reg->nr_fields; i++) {
		const struct pcishare_field *field = &piece->reg->fields[i];

		if (!pcishare_piece_covers(piece, field))
			continue;
		value = pcishare_write_value(piece, field);
		if (!pcishare_field_accepts(field, value)) {
			pcishare_write_refuse(piece, field, value);
		} else if (pcishare_write_field(piece, field, value)) {
			mask |= pcishare_field_mask(field);
			bits |= value << field->low;
		}
	}
	if (mask && piece->guest->state == PCISHARE_GUEST_OPEN)
		pcishare_handover_put(piece->guest->unit,
				      &piece->guest->instance, piece->reg, mask,
				      bits);
}

static void pcishare_write_piece(struct pcishare_piece *piece)
{
	struct pcishare_guest *guest = piece->guest;

	if (!pcishare_piece_begin(piece))
		return;
	pcishare_write_fields(piece);
	/* One of them may have stopped it. */
	if (guest->state != PCISHARE_GUEST_OPEN)
		return;
	if (!piece->waits || (!piece->holds && pcishare_unit_take(guest)))
		return;
	atomic64_inc(&guest->stats.queued_starts);
	pcishare_unit_queue(guest);
}

/*
 * Taking an access apart
 */

/*
 * Returns how many of @left bytes from @offset on belong to the same register.
 */
static unsigned int pcishare_piece_find(struct pcishare_piece *piece,
					struct pcishare_access *access,
					unsigned int bar, u32 offset,
					unsigned int left, unsigned int way)
{
	const struct pcishare_policy *policy = access->guest->policy;
	const struct pcishare_reg *reg =
		pcishare_policy_reg_at(policy, bar, offset, way);
	unsigned int from, bytes;

	if (!reg) {
		piece->reg = NULL;
		return 1;
	}
	from = offset - reg->offset;
	bytes = min(left, reg->width / 8 - from);
	*piece = (struct pcishare_piece){
		.access = access,
		.guest = access->guest,
		.reg = reg,
		.index = reg - policy->regs,
		.mask = pcishare_ones(8 * bytes) << 8 * from,
	};
	return bytes;
}

/*
 * Bytes without a name have come to an end at @end. Those of configuration
 * space are the guest's own.
 */
static void pcishare_access_note(struct pcishare_access *access,
				 unsigned int bar, u32 end, bool write)
{
	unsigned int bytes = access->unnamed;

	access->unnamed = 0;
	if (likely(!bytes) || bar == PCISHARE_CONFIG)
		return;
	pcishare_coverage_note(access->guest->device, bar, end - bytes, bytes,
			       write);
	access->denied = true;
}

static void pcishare_access_end(struct pcishare_access *access,
				unsigned int bar, u32 end, bool write)
{
	pcishare_access_note(access, bar, end, write);
	if (access->denied)
		pcishare_piece_deny(access->guest,
				    access->guest->policy->unnamed_or_stop);
}

/* How far the bits of a piece are from the lowest of its register. */
static unsigned int pcishare_piece_shift(const struct pcishare_piece *piece,
					 u32 offset)
{
	return 8 * (offset - piece->reg->offset);
}

/* Returns @value with what registers have there instead. */
static u64 pcishare_access_get(struct pcishare_guest *guest, unsigned int bar,
			       u32 offset, unsigned int width, u64 value)
{
	struct pcishare_access access = { .guest = guest };
	unsigned int done, bytes, shift;

	lockdep_assert_held(&guest->lock);
	for (done = 0; done < width; done += bytes) {
		struct pcishare_piece piece;
		u64 bits;

		bytes = pcishare_piece_find(&piece, &access, bar, offset + done,
					    width - done, PCISHARE_READ);
		if (!piece.reg) {
			access.unnamed++;
			continue;
		}
		pcishare_access_note(&access, bar, offset + done, false);
		shift = pcishare_piece_shift(&piece, offset + done);
		bits = pcishare_read_piece(&piece) & piece.mask;
		value &= ~(piece.mask >> shift << 8 * done);
		value |= bits >> shift << 8 * done;
	}
	pcishare_access_end(&access, bar, offset + width, false);
	return value;
}

static void pcishare_access_put(struct pcishare_guest *guest, unsigned int bar,
				u32 offset, unsigned int width, u64 value)
{
	struct pcishare_access access = { .guest = guest };
	unsigned int done, bytes;

	lockdep_assert_held(&guest->lock);
	for (done = 0; done < width; done += bytes) {
		struct pcishare_piece piece;

		bytes = pcishare_piece_find(&piece, &access, bar, offset + done,
					    width - done, PCISHARE_WRITE);
		if (!piece.reg) {
			access.unnamed++;
			continue;
		}
		pcishare_access_note(&access, bar, offset + done, true);
		piece.bits = value >> 8 * done
			     << pcishare_piece_shift(&piece, offset + done);
		pcishare_write_piece(&piece);
	}
	pcishare_access_end(&access, bar, offset + width, true);
}

/**
 * pcishare_access_read - a guest reads
 * @guest: the guest, whose device is open
 * @bar: of which BAR
 * @offset: there; the access is within the BAR
 * @width: in bytes, 1 to 8
 *
 * Return: the value that it reads.
 * Locking: the guest's lock held; it may be left and taken again.
 */
u64 pcishare_access_read(struct pcishare_guest *guest, unsigned int bar,
			 u32 offset, unsigned int width)
{
	u64 value = pcishare_access_get(guest, bar, offset, width, 0);

	trace_pcishare_access(guest, bar, offset, width, value, false);
	return value;
}

/**
 * pcishare_access_write - a guest writes
 * @guest: the guest, whose device is open
 * @bar: to which BAR
 * @offset: there; the access is within the BAR
 * @width: in bytes, 1 to 8
 * @value: the value that it writes
 *
 * Locking: the guest's lock held; it may be left and taken again.
 */
void pcishare_access_write(struct pcishare_guest *guest, unsigned int bar,
			   u32 offset, unsigned int width, u64 value)
{
	trace_pcishare_access(guest, bar, offset, width, value, true);
	pcishare_access_put(guest, bar, offset, width, value);
}

/**
 * pcishare_access_read_config - a guest reads its configuration space
 * @guest: the guest, whose device is open
 * @offset: where
 * @width: in bytes, 1 to 4
 * @value: what the guest's own has there
 *
 * Return: the same with the values that registers of the policy have there.
 * Locking: the guest's lock held; it may be left and taken again.
 */
u32 pcishare_access_read_config(struct pcishare_guest *guest, u32 offset,
				unsigned int width, u32 value)
{
	return pcishare_access_get(guest, PCISHARE_CONFIG, offset, width,
				   value);
}

/**
 * pcishare_access_write_config - a guest writes to its configuration space
 * @guest: the guest, whose device is open
 * @offset: where
 * @width: in bytes, 1 to 4
 * @value: what it writes, of which registers of the policy get their part
 *
 * Locking: the guest's lock held; it may be left and taken again.
 */
void pcishare_access_write_config(struct pcishare_guest *guest, u32 offset,
				  unsigned int width, u32 value)
{
	pcishare_access_put(guest, PCISHARE_CONFIG, offset, width, value);
}
