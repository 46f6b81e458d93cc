// SPDX-License-Identifier: GPL-2.0
/*
 * Routes an interrupt: the conditions of the policy are looked at, the status
 * bits seen are latched for the guest that has the unit, and acknowledged.
 *
 * Bits acknowledged at the device are over for it; the guest finds them in its
 * own registers. A cause that only the guest can see to, as a byte in a FIFO,
 * keeps the line of the physical device up: the device is masked then until the
 * guest is through.
 */
#include <linux/rcupdate.h>

#include "device.h"
#include "unit.h"
#include "guest/guest.h"
#include "instance.h"
#include "guest/irq.h"
#include "policy/policy.h"
#include "recipe.h"
#include "register.h"
#include "route.h"
#include "source.h"
#include "trace.h"

/* A register that was read while a condition was looked at. */
struct pcishare_seen {
	unsigned int reg;
	u64 value;
};

/* A look at one source of a unit. */
struct pcishare_look {
	struct pcishare_unit *unit;
	const struct pcishare_policy *policy;
	/*
	 * Those of the condition, those to be acknowledged, and the one that
	 * does it.
	 */
	struct pcishare_seen
		seen[PCISHARE_COMPARISONS_MAX + PCISHARE_ACKED_MAX + 1];
	unsigned int nr_seen;
};

/*
 * Unused entries are not set, either: this is done for each interrupt.
 */
static void pcishare_look_begin(struct pcishare_look *look,
				struct pcishare_unit *unit,
				const struct pcishare_seen *seen)
{
	look->unit = unit;
	look->policy = pcishare_unit_policy(unit);
	look->nr_seen = 0;
	if (seen)
		look->seen[look->nr_seen++] = *seen;
}

/* Reading a status may change it: each is read once. */
static u64 pcishare_look_at(struct pcishare_look *look, unsigned int reg)
{
	struct pcishare_seen *seen = look->seen;
	unsigned int i;

	for (i = 0; i < look->nr_seen; i++)
		if (seen[i].reg == reg)
			return seen[i].value;
	/* The parser has seen to it that there is room. */
	if (WARN_ON_ONCE(i == ARRAY_SIZE(look->seen)))
		return 0;
	seen[i].reg = reg;
	seen[i].value = pcishare_register_read(look->unit,
					       &look->policy->regs[reg]);
	look->nr_seen++;
	return seen[i].value;
}

static int pcishare_look_for_cond(void *ctx, unsigned int reg, u64 *value)
{
	*value = pcishare_look_at(ctx, reg);
	return 0;
}

/* A value that means nothing is not kept: the guest reads the device's then. */
static void pcishare_look_latch(const struct pcishare_look *look,
				struct pcishare_guest *guest, bool pending)
{
	unsigned int i;

	for (i = 0; i < look->nr_seen; i++) {
		const struct pcishare_seen *seen = &look->seen[i];
		const struct pcishare_reg_plan *plan =
			&look->policy->plan->regs[seen->reg];

		pcishare_instance_latch(&guest->instance, seen->reg,
					seen->value & plan->status);
		pcishare_instance_note(&guest->instance, seen->reg, seen->value,
				       plan->common);
		if (pending && plan->once)
			pcishare_instance_latch_once(&guest->instance,
						     seen->reg, seen->value);
	}
}

/*
 * The bits of statuses seen that a field that acknowledges gets, at its place.
 */
static u64 pcishare_look_field_ack(struct pcishare_look *look,
				   unsigned int index,
				   const struct pcishare_field *field)
{
	const struct pcishare_ref *status = &field->target;
	u64 ones = pcishare_ones(field->width);

	if (field->class == PCISHARE_ACK)
		return ((pcishare_look_at(look, status->reg) >> status->low &
			 status->mask) & ones) << field->low;
	/* A status w1c is its own. */
	if (field->class == PCISHARE_STATUS &&
	    field->clear == PCISHARE_CLEAR_W1C)
		return pcishare_look_at(look, index) & ones << field->low;
	return 0;
}

/* From the lowest bit of @ack on, for all the fields that are in it. */
static u64 pcishare_look_acked(struct pcishare_look *look,
			       const struct pcishare_ref *ack)
{
	const struct pcishare_reg *reg = &look->policy->regs[ack->reg];
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (pcishare_ones(field->width) << field->low &
		    ack->mask << ack->low)
			value |= pcishare_look_field_ack(look, ack->reg, field);
	}
	return value >> ack->low & ack->mask;
}

/*
 * Returns what is to be written to acknowledge; may look at further registers.
 */
static u64 pcishare_look_ack_value(struct pcishare_look *look,
				   const struct pcishare_policy_source *source)
{
	return source->ack_by == PCISHARE_ACK_BY_REG ?
	       pcishare_look_acked(look, &source->ack) : 0;
}

static void pcishare_look_ack(struct pcishare_look *look,
			      const struct pcishare_policy_source *source,
			      u64 value)
{
	if (source->ack_by == PCISHARE_ACK_BY_REG)
		pcishare_register_set(look->unit, &source->ack, value);
	else if (source->ack_by == PCISHARE_ACK_BY_RECIPE)
		pcishare_recipe_ack(look->unit);
}

/* Bits that a guest has been given do not come as an interrupt any more. */
static void pcishare_route_remit(struct pcishare_unit *unit, unsigned int reg,
				 u64 bits)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	unsigned int i;

	lockdep_assert_held(&unit->lock);
	for (i = 0; i < policy->nr_sources; i++)
		if (pcishare_cond_reads(&policy->sources[i].pending, reg, bits))
			unit->owed &= ~BIT(i);
}

/* The same of all that was seen and acknowledged. */
static void pcishare_look_remit(const struct pcishare_look *look)
{
	unsigned int i;

	for (i = 0; i < look->nr_seen; i++) {
		const struct pcishare_seen *seen = &look->seen[i];
		u64 status = look->policy->plan->regs[seen->reg].status;

		pcishare_route_remit(look->unit, seen->reg,
				     seen->value & status);
	}
}

/*
 * More may be acknowledged than this source is for: the guest is told of that
 * too, for no further look finds it. Returns by which vectors.
 */
static u32 pcishare_look_give(const struct pcishare_look *look,
			      struct pcishare_guest *guest, bool pending)
{
	u32 before, after;

	if (look->policy->nr_vectors == 1) {
		pcishare_look_latch(look, guest, pending);
		return 0;
	}
	before = pcishare_instance_pending(&guest->instance);
	pcishare_look_latch(look, guest, pending);
	after = pcishare_instance_pending(&guest->instance);
	return after & ~before;
}

/*
 * The guest has its bits before the device has lost them. Returns as the last.
 */
static u32 pcishare_look_take(struct pcishare_look *look,
			      const struct pcishare_policy_source *source,
			      struct pcishare_guest *guest, bool pending)
{
	u64 value = pending ? pcishare_look_ack_value(look, source) : 0;
	u32 vectors = guest ? pcishare_look_give(look, guest, pending) : 0;

	if (!pending)
		return 0;
	pcishare_look_ack(look, source, value);
	return vectors;
}

/* The line says only that there is something; that it does by having come. */
static bool pcishare_look_is_pending(struct pcishare_look *look,
				     const struct pcishare_policy_source *source)
{
	if (source->line)
		return pcishare_source_was_interrupted(look->unit->device);
	return pcishare_cond_eval(&source->pending, pcishare_look_for_cond,
				  look) == 1;
}

static void
pcishare_route_to_nobody(struct pcishare_unit *unit,
			 const struct pcishare_policy_source *source)
{
	atomic64_inc(&unit->device->source.unclaimed);
	if (source->ack_by == PCISHARE_ACK_BY_NONE && !unit->muted)
		pcishare_unit_strays(unit);
}

/*
 * Returns by which vectors the guest is to be told of it, 0 if it is not. @seen
 * is what was read already, or NULL.
 */
static u32 pcishare_route_source(struct pcishare_unit *unit, unsigned int index,
				 const struct pcishare_seen *seen)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	const struct pcishare_policy_source *source = &policy->sources[index];
	struct pcishare_guest *guest = unit->muted ? NULL : unit->holder;
	struct pcishare_look look;
	u32 vectors;
	bool pending;

	lockdep_assert_held(&unit->lock);
	/* The device knows nothing of what a guest raises by itself. */
	if (source->owner == PCISHARE_OWNER_RAISED)
		return 0;
	/* The one before has not been read yet, and its guest knows. */
	if (guest && pcishare_instance_is_fresh(&guest->instance, source)) {
		pcishare_source_await(unit);
		return 0;
	}
	pcishare_look_begin(&look, unit, seen);
	pending = pcishare_look_is_pending(&look, source);
	vectors = pcishare_look_take(&look, source, guest, pending);
	if (!pending)
		return 0;
	unit->owed &= ~BIT(index);
	if (unit->owed && source->ack_by != PCISHARE_ACK_BY_NONE)
		pcishare_look_remit(&look);
	/*
	 * The line stays up: until its guest, or the next one, has seen to it.
	 */
	if (source->ack_by == PCISHARE_ACK_BY_NONE)
		pcishare_source_await(unit);
	if (!guest)
		pcishare_route_to_nobody(unit, source);
	return vectors | BIT(source->vector);
}

/**
 * pcishare_route_cost - how often is the device read to see whose an interrupt
 * is?
 * @policy: its policy
 *
 * Return: for one unit, at most; what is read to acknowledge is not counted.
 */
unsigned int pcishare_route_cost(const struct pcishare_policy *policy)
{
	unsigned int i, j, reads = 0;

	for (i = 0; i < policy->nr_sources; i++) {
		const struct pcishare_policy_source *source =
			&policy->sources[i];

		if (source->owner == PCISHARE_OWNER_RAISED)
			continue;
		/* Between two comparisons there is what connects them. */
		for (j = 0; j < source->pending.count; j += 2)
			reads += 1 + source->pending.ops[j].enabled;
	}
	return reads;
}

/**
 * pcishare_route - see what interrupts there are in a unit, and tell its guest
 * @unit: the unit
 *
 * Return: whether there was one.
 * Context: any, without locks that whoever waits for the guest's eventfd may
 * take.
 */
bool pcishare_route(struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	struct pcishare_guest *guest;
	unsigned long flags;
	unsigned int i;
	u32 vectors = 0;

	/* The guest stays as long: see pcishare_unit_close(). */
	rcu_read_lock();
	spin_lock_irqsave(&unit->lock, flags);
	guest = unit->muted ? NULL : unit->holder;
	for (i = 0; i < policy->nr_sources; i++)
		vectors |= pcishare_route_source(unit, i, NULL);
	spin_unlock_irqrestore(&unit->lock, flags);
	if (vectors && guest) {
		trace_pcishare_irq(guest);
		pcishare_unit_poke(unit);
		pcishare_irq_raise(guest, vectors);
	}
	rcu_read_unlock();
	return vectors;
}

/* The bits read there are the guest's now. */
static void pcishare_route_clear(struct pcishare_unit *unit,
				 unsigned int status, u64 bits)
{
	const struct pcishare_plan *plan = pcishare_unit_policy(unit)->plan;
	const struct pcishare_reg_plan *of = &plan->regs[status];
	const struct pcishare_ref itself = { .reg = status, .mask = of->w1c };
	const struct pcishare_ack *ack = &plan->acks[of->acks];
	u64 acked;

	if (bits & of->w1c)
		pcishare_register_set(unit, &itself, bits);
	for (; ack < &plan->acks[of->acks + of->nr_acks]; ack++) {
		acked = bits >> ack->of.low & ack->of.mask;
		if (acked)
			pcishare_register_set(unit, &ack->by, acked);
	}
}

/**
 * pcishare_route_collect - have a status of the device be its guest's
 * @unit: the unit
 * @reg: the status, which the guest is about to read
 *
 * So that a driver that looks for itself sees as much as one that waits for
 * interrupts.
 *
 * Locking: the guest's lock held; it has the unit.
 */
void pcishare_route_collect(struct pcishare_unit *unit,
			    const struct pcishare_reg *reg)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	struct pcishare_guest *guest = unit->holder;
	unsigned int index = reg - policy->regs;
	unsigned long flags;
	u32 vectors = 0;
	u64 bits;

	lockdep_assert_held(&guest->lock);
	spin_lock_irqsave(&unit->lock, flags);
	bits = pcishare_register_read(unit, reg) &
	       policy->plan->regs[index].status;
	if (bits) {
		pcishare_route_clear(unit, index, bits);
		pcishare_route_remit(unit, index, bits);
		pcishare_source_foresee(unit->device);
		bits = pcishare_instance_latch(&guest->instance, index, bits);
	}
	spin_unlock_irqrestore(&unit->lock, flags);
	if (bits)
		vectors = pcishare_instance_pending_by(&guest->instance, index,
						       bits);
	if (vectors)
		pcishare_irq_raise(guest, vectors);
}

/**
 * pcishare_route_seen - a guest has read a register for something else
 * @unit: the unit
 * @reg: the register, of which reading takes a status
 * @value: what it was, except for the guest's bits, which it did not get
 *
 * Return: whether there is an interrupt in it.
 * Locking: the guest's lock held; it has the unit.
 */
bool pcishare_route_seen(struct pcishare_unit *unit,
			 const struct pcishare_reg *reg, u64 value)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	const struct pcishare_seen seen = {
		.reg = reg - policy->regs,
		.value = value,
	};
	unsigned long flags;
	u32 vectors = 0;
	unsigned int i;

	spin_lock_irqsave(&unit->lock, flags);
	for (i = 0; i < policy->nr_sources; i++)
		if (pcishare_cond_reads(&policy->sources[i].pending, seen.reg,
					U64_MAX))
			vectors |= pcishare_route_source(unit, i, &seen);
	spin_unlock_irqrestore(&unit->lock, flags);
	if (vectors) {
		pcishare_source_foresee(unit->device);
		pcishare_irq_raise(unit->holder, vectors);
	}
	return vectors;
}

/**
 * pcishare_route_collect_all - have all that the device has to say be its
 * guest's
 * @unit: the unit, which the guest is about to lose
 *
 * Locking: the guest's lock held; it has the unit.
 */
void pcishare_route_collect_all(struct pcishare_unit *unit)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);
	const struct pcishare_plan *plan = policy->plan;
	unsigned int i;

	for (i = 0; i < plan->nr_statuses; i++)
		pcishare_route_collect(unit, &policy->regs[plan->statuses[i]]);
}

/**
 * pcishare_route_through - a guest is through with an interrupt
 * @guest: the guest
 *
 * If something is left for it, it is told again; if the device has something,
 * that comes as the device's interrupt.
 *
 * Context: any.
 */
void pcishare_route_through(struct pcishare_guest *guest)
{
	u32 vectors = pcishare_instance_pending(&guest->instance);

	if (vectors) {
		pcishare_irq_raise(guest, vectors);
		return;
	}
	if (pcishare_unit_holds(guest))
		pcishare_source_settle(guest->unit);
}
