// SPDX-License-Identifier: GPL-2.0
/*
 * Recipes: what is done to the device when it changes hands, is reset, or has
 * raised an interrupt.
 */
#include "parse.h"

static const char *const pcishare_recipe_names[PCISHARE_RECIPES] = {
	[PCISHARE_RECIPE_QUIESCE]	= "quiesce",
	[PCISHARE_RECIPE_RESTORE]	= "restore",
	[PCISHARE_RECIPE_RESET]		= "reset",
	[PCISHARE_RECIPE_ACK]		= "ack",
};

static const char *const pcishare_resets[] = {
	[PCISHARE_RESET_BY_FLR - 1]	= "flr",
	[PCISHARE_RESET_BY_PM - 1]	= "pm",
	[PCISHARE_RESET_BY_BUS - 1]	= "bus",
};

static bool pcishare_parse_recipe(struct pcishare_parser *p, unsigned int kind)
{
	struct pcishare_recipe *recipe = &p->policy->recipes[kind];

	if (recipe->pos.line) {
		pcishare_log_error(p->log, p->statement.pos,
				   "there is a recipe '%s' in line %u already",
				   pcishare_recipe_names[kind],
				   recipe->pos.line);
		return false;
	}
	recipe->pos = p->statement.pos;
	p->recipe = recipe;
	return true;
}

/* quiesce */
bool pcishare_parse_quiesce(struct pcishare_parser *p)
{
	return pcishare_parse_recipe(p, PCISHARE_RECIPE_QUIESCE);
}

/* restore */
bool pcishare_parse_restore(struct pcishare_parser *p)
{
	return pcishare_parse_recipe(p, PCISHARE_RECIPE_RESTORE);
}

/* reset | reset by flr|pm|bus | reset none */
bool pcishare_parse_reset(struct pcishare_parser *p)
{
	if (pcishare_take_word(p, "none")) {
		p->policy->reset_none_pos = p->statement.pos;
		p->block = PCISHARE_IN_NONE;
		return true;
	}
	if (!pcishare_take_word(p, "by"))
		return pcishare_parse_recipe(p, PCISHARE_RECIPE_RESET);
	if (!pcishare_expect_choice(p, "flr, pm or bus", pcishare_resets,
				    ARRAY_SIZE(pcishare_resets),
				    &p->policy->reset_by))
		return false;
	p->policy->reset_by++;
	p->policy->reset_by_pos = p->statement.pos;
	p->block = PCISHARE_IN_NONE;
	return true;
}

/* ack */
bool pcishare_parse_ack(struct pcishare_parser *p)
{
	return pcishare_parse_recipe(p, PCISHARE_RECIPE_ACK);
}

/* The next step, or NULL if there is no room or the recipe is a second one. */
static struct pcishare_step *pcishare_add_step(struct pcishare_parser *p,
					       unsigned int kind)
{
	struct pcishare_recipe *recipe = p->recipe;
	struct pcishare_step *step;

	if (!recipe)
		return NULL;
	if (recipe->count == PCISHARE_STEPS_MAX) {
		pcishare_log_error(p->log, p->statement.pos,
				   "a recipe has at most %u steps", PCISHARE_STEPS_MAX);
		return NULL;
	}
	step = pcishare_pool_get(p, PCISHARE_POOL_STEPS, p->statement.pos);
	if (!recipe->count)
		recipe->steps = step;
	recipe->count++;
	step->pos = p->statement.pos;
	step->kind = kind;
	return step;
}

/* T, which adds to how long the recipe takes. */
static bool pcishare_parse_step_time(struct pcishare_parser *p,
				     struct pcishare_step *step, u32 max)
{
	struct pcishare_pos pos = p->lex.token.pos;

	if (!pcishare_expect_time(p, 1, max, &step->us))
		return false;
	p->recipe->us += step->us;
	if (p->recipe->us <= PCISHARE_RECIPE_MAX)
		return true;
	pcishare_log_error(p->log, pos, "the recipe may take longer than %uus",
			   PCISHARE_RECIPE_MAX);
	return false;
}

/* write REF VALUE */
bool pcishare_parse_write(struct pcishare_parser *p)
{
	struct pcishare_pos pos = p->lex.token.pos;
	struct pcishare_step *step = pcishare_add_step(p, PCISHARE_STEP_WRITE);
	const struct pcishare_reg *reg;

	if (!step || !pcishare_parse_ref(p, PCISHARE_WRITE, &step->ref))
		return false;
	reg = &p->policy->regs[step->ref.reg];
	if (reg->width && !(reg->access & PCISHARE_READ) &&
	    step->ref.mask != pcishare_ones(reg->width)) {
		pcishare_log_error(p->log, pos,
				   "'%s' cannot be read, so it is written as a whole",
				   reg->name);
		return false;
	}
	return pcishare_expect_number(p, "a value that fits", 0, step->ref.mask,
				      &step->value);
}

/* read REF */
bool pcishare_parse_read(struct pcishare_parser *p)
{
	struct pcishare_step *step = pcishare_add_step(p, PCISHARE_STEP_READ);

	return step && pcishare_parse_ref(p, PCISHARE_READ, &step->ref);
}

/* wait COND within T */
bool pcishare_parse_wait(struct pcishare_parser *p)
{
	struct pcishare_step *step = pcishare_add_step(p, PCISHARE_STEP_WAIT);

	return step && pcishare_parse_cond(p, &step->cond) &&
	       pcishare_expect_word(p, "within") &&
	       pcishare_parse_step_time(p, step, PCISHARE_WITHIN_MAX);
}

/* delay T */
bool pcishare_parse_delay(struct pcishare_parser *p)
{
	struct pcishare_step *step = pcishare_add_step(p, PCISHARE_STEP_DELAY);

	return step && pcishare_parse_step_time(p, step, PCISHARE_DELAY_MAX);
}

/**
 * pcishare_check_reset - check whether guests can be kept from what others have
 * left
 * @p: the parser
 *
 * The kernel's own resets are for the whole of a device, not for a part of it.
 */
void pcishare_check_reset(struct pcishare_parser *p)
{
	const struct pcishare_policy *policy = p->policy;
	u32 recipe = policy->recipes[PCISHARE_RECIPE_RESET].pos.line;
	u32 none = policy->reset_none_pos.line;

	if (none && (recipe || policy->reset_by))
		pcishare_log_error(p->log, policy->reset_none_pos,
				   "there is a way to reset it, in line %u",
				   recipe ?: policy->reset_by_pos.line);
	if (policy->share.mode == PCISHARE_PARTITION &&
	    policy->share.pos.line && !recipe && !none)
		pcishare_log_error(p->log, policy->share.pos,
				   "a partition needs a recipe 'reset', or the next guest finds what the last one left: 'reset none' accepts that");
}

static bool pcishare_recipe_writes(const struct pcishare_recipe *recipe)
{
	unsigned int i;

	for (i = 0; i < recipe->count; i++) {
		if (recipe->steps[i].kind == PCISHARE_STEP_WRITE)
			return true;
	}
	return false;
}

static bool pcishare_ack_recipe_used(const struct pcishare_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++) {
		if (policy->sources[i].ack_by == PCISHARE_ACK_BY_RECIPE)
			return true;
	}
	return false;
}

/* Why a recipe is of no use, or NULL. */
static const char *pcishare_recipe_useless(const struct pcishare_policy *policy,
					   unsigned int kind)
{
	const struct pcishare_recipe *recipe = &policy->recipes[kind];

	if (!recipe->count)
		return "has no steps";
	if (kind == PCISHARE_RECIPE_RESET && policy->reset_by)
		return "is not needed: the device is reset by itself";
	if (kind == PCISHARE_RECIPE_RESET && !pcishare_recipe_writes(recipe))
		return "changes nothing: it does not write";
	if (kind == PCISHARE_RECIPE_ACK && !pcishare_ack_recipe_used(policy))
		return "is not needed: no 'irq pending' has 'ack recipe'";
	return NULL;
}

/**
 * pcishare_doubt_recipes - warn of what no single line shows
 * @p: the parser, which has found nothing wrong
 */
void pcishare_doubt_recipes(struct pcishare_parser *p)
{
	unsigned int kind;

	for (kind = 0; kind < PCISHARE_RECIPES; kind++) {
		const struct pcishare_recipe *recipe =
			&p->policy->recipes[kind];
		const char *useless;

		if (!recipe->pos.line)
			continue;
		useless = pcishare_recipe_useless(p->policy, kind);
		if (useless)
			pcishare_log_warning(p->log, recipe->pos,
					     "the recipe '%s' %s",
					     pcishare_recipe_names[kind],
					     useless);
	}
}
