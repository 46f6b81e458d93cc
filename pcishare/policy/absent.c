// SPDX-License-Identifier: GPL-2.0
/*
 * BARs that guests see and the device does not have: what is there is constant,
 * and nobody looks for it at the device.
 */
#include "parse.h"

static bool pcishare_is_absent(const struct pcishare_policy *policy,
			       const struct pcishare_reg *reg)
{
	return reg->bar != PCISHARE_CONFIG &&
	       policy->guest_bars[reg->bar].absent;
}

static void pcishare_check_constant(struct pcishare_parser *p,
				    const struct pcishare_reg *reg)
{
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (field->class == PCISHARE_CONST ||
		    field->class == PCISHARE_DENY)
			continue;
		pcishare_log_error(p->log, field->pos,
				   "the device does not have bar %u: there is only const and deny",
				   reg->bar);
		return;
	}
}

/* Conditions and recipes are about the device. */
static void pcishare_check_user(struct pcishare_parser *p,
				const struct pcishare_ref *ref)
{
	const struct pcishare_reg *reg = &p->policy->regs[ref->reg];

	if (pcishare_is_absent(p->policy, reg))
		pcishare_log_error(p->log, reg->pos,
				   "the device does not have '%s', which a condition or a recipe is about",
				   reg->name);
}

static void pcishare_check_conds(struct pcishare_parser *p)
{
	const struct pcishare_pool *pool = &p->pools[PCISHARE_POOL_OPS];
	const struct pcishare_cond_op *ops = (const void *)pool->base;
	unsigned int i;

	for (i = 0; i < pool->count; i++) {
		if (ops[i].op == PCISHARE_AND || ops[i].op == PCISHARE_OR)
			continue;
		pcishare_check_user(p, &ops[i].ref);
		if (ops[i].enabled)
			pcishare_check_user(p, &ops[i].by);
	}
}

static void pcishare_check_steps(struct pcishare_parser *p)
{
	const struct pcishare_pool *pool = &p->pools[PCISHARE_POOL_STEPS];
	const struct pcishare_step *steps = (const void *)pool->base;
	unsigned int i;

	for (i = 0; i < pool->count; i++) {
		if (steps[i].kind == PCISHARE_STEP_WRITE ||
		    steps[i].kind == PCISHARE_STEP_READ)
			pcishare_check_user(p, &steps[i].ref);
	}
}

/**
 * pcishare_check_absent - check that the device is not asked for what it lacks
 * @p: the parser, which has found nothing wrong
 */
void pcishare_check_absent(struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < p->policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &p->policy->regs[i];

		if (!reg->element && pcishare_is_absent(p->policy, reg))
			pcishare_check_constant(p, reg);
	}
	pcishare_check_conds(p);
	pcishare_check_steps(p);
}
