// SPDX-License-Identifier: GPL-2.0
/*
 * A plan: what is asked of a policy at each access, interrupt and change of
 * hands, worked out once when the policy is parsed. An access finds its
 * register in a table by offset, where searching would take longer than all
 * else that pcishare does for it.
 */
#include "parse.h"

/**
 * struct pcishare_places - where the arrays of a plan are, in one allocation
 * @base: where it begins; NULL while sizes are summed up
 * @size: how much of it is taken
 */
struct pcishare_places {
	char *base;
	size_t size;
};

/*
 * Returns a place for @count elements of @size bytes, NULL while sizes are
 * summed up.
 */
static void *pcishare_plan_place(struct pcishare_places *places, size_t count,
				 size_t size)
{
	void *at = places->base ? places->base + places->size : NULL;

	places->size += ALIGN(count * size, sizeof(u64));
	return at;
}

/* How far the registers of a BAR reach, as far as there is a table. */
static u32 pcishare_plan_reach(const struct pcishare_policy *policy,
			       unsigned int bar)
{
	u32 reach = 0;
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &policy->regs[i];

		/*
		 * One that is only read may be shorter than one that is only
		 * written.
		 */
		if (reg->bar == bar && reg->offset + reg->width / 8 > reach)
			reach = reg->offset + reg->width / 8;
	}
	return reach <= PCISHARE_MAP_MAX ? reach : 0;
}

static void pcishare_plan_arrange(const struct pcishare_policy *policy,
				  struct pcishare_plan *plan,
				  struct pcishare_places *places)
{
	unsigned int bar;

	pcishare_plan_place(places, 1, sizeof(*plan));
	plan->regs = pcishare_plan_place(places, policy->nr_regs,
					 sizeof(*plan->regs));
	plan->acks = pcishare_plan_place(places, policy->nr_fields,
					 sizeof(*plan->acks));
	plan->saved = pcishare_plan_place(places, policy->nr_regs, sizeof(u16));
	plan->restored =
		pcishare_plan_place(places, policy->nr_regs, sizeof(u16));
	plan->statuses =
		pcishare_plan_place(places, policy->nr_regs, sizeof(u16));
	for (bar = 0; bar < PCISHARE_SPACES; bar++) {
		struct pcishare_map *map = &plan->maps[bar];

		map->size = pcishare_plan_reach(policy, bar);
		map->read = pcishare_plan_place(places, map->size, sizeof(u16));
		map->write =
			pcishare_plan_place(places, map->size, sizeof(u16));
	}
}

static void pcishare_plan_map(u16 *map, u32 offset, u32 bytes,
			      unsigned int index)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		map[offset + i] = index + 1;
}

static void pcishare_plan_maps(const struct pcishare_policy *policy,
			       struct pcishare_plan *plan)
{
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &policy->regs[i];
		struct pcishare_map *map = &plan->maps[reg->bar];

		if (map->size && (reg->access & PCISHARE_READ))
			pcishare_plan_map(map->read, reg->offset,
					  reg->width / 8, i);
		if (map->size && (reg->access & PCISHARE_WRITE))
			pcishare_plan_map(map->write, reg->offset,
					  reg->width / 8, i);
	}
}

static void pcishare_plan_field(const struct pcishare_reg *reg,
				const struct pcishare_field *field,
				struct pcishare_reg_plan *plan)
{
	u64 bits = pcishare_ones(field->width) << field->low;
	bool readable = pcishare_field_is_readable(reg, field);

	switch (field->class) {
	case PCISHARE_CONST:
		plan->constant |= field->value << field->low;
		break;
	case PCISHARE_RO:
		plan->common |= bits;
		plan->latched |= bits;
		break;
	case PCISHARE_LIVE:
		plan->common |= bits;
		plan->latched |= bits;
		plan->live |= bits;
		plan->stays |= readable ? bits : 0;
		break;
	case PCISHARE_CONTEXT:
		plan->context |= bits;
		plan->saved |= readable ? bits : 0;
		plan->xor |= field->attrs & PCISHARE_RESTORE_XOR ?
			     field->xor << field->low & bits : 0;
		break;
	case PCISHARE_START:
		plan->start |= bits;
		plan->started |= readable ? bits : 0;
		plan->stays |= readable ? bits : 0;
		break;
	case PCISHARE_STATUS:
		plan->latched |= bits;
		plan->once |= field->attrs & PCISHARE_ONCE;
		plan->status |= field->attrs & PCISHARE_ONCE ? 0 : bits;
		plan->w1c |= field->clear == PCISHARE_CLEAR_W1C ? bits : 0;
		break;
	}
}

static int pcishare_plan_compare_acks(const void *a, const void *b)
{
	const struct pcishare_ack *one = a, *other = b;

	if (one->of.reg != other->of.reg)
		return one->of.reg < other->of.reg ? -1 : 1;
	if (one->by.reg != other->by.reg)
		return one->by.reg < other->by.reg ? -1 : 1;
	return one->by.low < other->by.low ? -1 : 1;
}

static void pcishare_plan_acks_of(const struct pcishare_policy *policy,
				  struct pcishare_plan *plan, unsigned int i)
{
	const struct pcishare_reg *reg = &policy->regs[i];
	unsigned int j;

	for (j = 0; j < reg->nr_fields; j++) {
		const struct pcishare_field *field = &reg->fields[j];

		if (field->class != PCISHARE_ACK)
			continue;
		plan->acks[plan->nr_acks++] = (struct pcishare_ack) {
			.by = {
				.mask = pcishare_ones(field->width),
				.low = field->low,
				.reg = i,
			},
			.of = field->target,
		};
	}
}

/*
 * The fields that acknowledge a status, one after the other. No array has such
 * fields, so there are no more of them than fields of the policy.
 */
static void pcishare_plan_acks(const struct pcishare_policy *policy,
			       struct pcishare_plan *plan)
{
	unsigned int i;

	for (i = 0; i < policy->nr_regs; i++)
		pcishare_plan_acks_of(policy, plan, i);
	sort(plan->acks, plan->nr_acks, sizeof(*plan->acks),
	     pcishare_plan_compare_acks, NULL);
	for (i = plan->nr_acks; i--;) {
		struct pcishare_reg_plan *of =
			&plan->regs[plan->acks[i].of.reg];

		if (!of->status)
			continue;
		of->acks = i;
		of->nr_acks++;
	}
}

static void pcishare_plan_reg(const struct pcishare_policy *policy,
			      struct pcishare_plan *plan, unsigned int i)
{
	const struct pcishare_reg *reg = &policy->regs[i];
	struct pcishare_reg_plan *of = &plan->regs[i];
	unsigned int j;

	for (j = 0; j < reg->nr_fields; j++)
		pcishare_plan_field(reg, &reg->fields[j], of);
	if (!of->status)
		return;
	if (reg->access & PCISHARE_READ)
		plan->statuses[plan->nr_statuses++] = i;
}

static void pcishare_plan_save(struct pcishare_plan *plan, unsigned int i)
{
	const struct pcishare_reg_plan *of = &plan->regs[i];

	if (of->saved | of->started)
		plan->saved[plan->nr_saved++] = i;
}

static void pcishare_plan_restore(struct pcishare_plan *plan, unsigned int i)
{
	if (plan->regs[i].context)
		plan->restored[plan->nr_restored++] = i;
}

/* Those that the policy says, and then the others by BAR and offset. */
static void pcishare_plan_order(const struct pcishare_policy *policy,
				struct pcishare_plan *plan,
				enum pcishare_order_kind kind,
				void (*add)(struct pcishare_plan *plan,
					    unsigned int i))
{
	const struct pcishare_order *order = &policy->orders[kind];
	unsigned int i;

	for (i = 0; i < order->count; i++)
		add(plan, order->regs[i]);
	for (i = 0; i < policy->nr_regs; i++) {
		if (!(policy->regs[i].ordered & BIT(kind)))
			add(plan, i);
	}
}

/* Does the condition of a reason for interrupts read a status that is kept? */
static bool pcishare_plan_is_kept(const struct pcishare_plan *plan,
				  const struct pcishare_policy_source *source)
{
	unsigned int i;

	for (i = 0; i < source->pending.count; i++) {
		const struct pcishare_cond_op *op = &source->pending.ops[i];

		if (op->op != PCISHARE_AND && op->op != PCISHARE_OR &&
		    plan->regs[op->ref.reg].status)
			return true;
	}
	return false;
}

static void pcishare_plan_sources(const struct pcishare_policy *policy,
				  struct pcishare_plan *plan)
{
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++) {
		if (pcishare_plan_is_kept(plan, &policy->sources[i]))
			plan->kept |= BIT(i);
	}
}

static void pcishare_plan_fill(const struct pcishare_policy *policy,
			       struct pcishare_plan *plan)
{
	struct pcishare_places places = { .base = (char *)plan };
	unsigned int i;

	pcishare_plan_arrange(policy, plan, &places);
	pcishare_plan_maps(policy, plan);
	for (i = 0; i < policy->nr_regs; i++)
		pcishare_plan_reg(policy, plan, i);
	pcishare_plan_order(policy, plan, PCISHARE_ORDER_SAVE,
			    pcishare_plan_save);
	pcishare_plan_order(policy, plan, PCISHARE_ORDER_RESTORE,
			    pcishare_plan_restore);
	pcishare_plan_acks(policy, plan);
	pcishare_plan_sources(policy, plan);
}

/**
 * pcishare_plan_make - work out the plan of a policy
 * @policy: the policy, which has no errors; gets it
 * @log: takes an error if there is no memory
 *
 * Return: whether it has one now.
 */
bool pcishare_plan_make(struct pcishare_policy *policy,
			struct pcishare_policy_log *log)
{
	struct pcishare_plan sizes = { 0 };
	struct pcishare_places places = { 0 };

	pcishare_plan_arrange(policy, &sizes, &places);
	policy->plan = pcishare_policy_alloc(places.size, log);
	if (policy->plan)
		pcishare_plan_fill(policy, policy->plan);
	return policy->plan;
}
