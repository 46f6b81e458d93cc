// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a policy, for libFuzzer. A policy that the parser accepts is used as
 * the module uses it, and has to hold what policy.h promises.
 */
#include <stdint.h>

#include "../../pcishare/policy/policy.h"

#define MESSAGES	8

static void must(bool held)
{
	if (!held)
		abort();
}

/* Values that are not all alike. */
static int read_any(void *ctx, unsigned int reg, u64 *value)
{
	const struct pcishare_policy *policy = ctx;

	must(reg < policy->nr_regs);
	must(policy->regs[reg].access & PCISHARE_READ);
	*value = reg * 0x9e3779b97f4a7c15ULL;
	return 0;
}

static void use_cond(struct pcishare_policy *policy, const struct pcishare_cond *cond)
{
	unsigned int i;

	for (i = 0; i < cond->count; i++)
		must(cond->ops[i].op < PCISHARE_AND || cond->ops[i].next > i);
	must(pcishare_cond_eval(cond, read_any, policy) >= 0);
}

static void use_field(const struct pcishare_policy *policy, const struct pcishare_reg *reg,
		      const struct pcishare_field *field)
{
	must(field->width && field->low + field->width <= reg->width);
	must(field->class < PCISHARE_CLASSES);
	must(!(field->mask & ~pcishare_ones(field->width)));
	must(field->min <= field->max && field->max <= pcishare_ones(field->width));
	must(!(field->value & ~pcishare_ones(field->width)));
	if (field->class == PCISHARE_ACK || field->class == PCISHARE_RAISE)
		must(field->target.reg < policy->nr_regs && field->target.mask);
	pcishare_field_accepts(field, field->value);
}

/* It is somewhere. */
static void use_place(const struct pcishare_policy *policy, const struct pcishare_reg *reg)
{
	u32 end = reg->offset + reg->width / 8;

	must(reg->bar < PCISHARE_SPACES);
	if (reg->bar != PCISHARE_CONFIG) {
		must(end <= policy->guest_bars[reg->bar].size);
		return;
	}
	must(reg->offset >= PCISHARE_CONFIG_MIN && end <= PCISHARE_CONFIG_SIZE);
	must(policy->share.mode != PCISHARE_PARTITION && reg->width <= 32);
}

static void use_reg(const struct pcishare_policy *policy, const struct pcishare_reg *reg)
{
	unsigned int i, end = 0;
	u32 byte;

	use_place(policy, reg);
	must(reg->nr_fields);
	must(pcishare_policy_reg_named(policy, reg->name, strlen(reg->name)) == reg);
	for (i = 0; i < reg->nr_fields; i++) {
		must(reg->fields[i].low >= end);
		end = reg->fields[i].low + reg->fields[i].width;
		use_field(policy, reg, &reg->fields[i]);
	}
	for (byte = 0; byte < reg->width / 8; byte++) {
		if (reg->access & PCISHARE_READ)
			must(pcishare_policy_reg_at(policy, reg->bar, reg->offset + byte,
						    PCISHARE_READ) == reg);
		if (reg->access & PCISHARE_WRITE)
			must(pcishare_policy_reg_at(policy, reg->bar, reg->offset + byte,
						    PCISHARE_WRITE) == reg);
	}
}

static void use_recipe(struct pcishare_policy *policy, const struct pcishare_recipe *recipe)
{
	unsigned int i;

	must(recipe->count <= PCISHARE_STEPS_MAX && recipe->us <= PCISHARE_RECIPE_MAX);
	for (i = 0; i < recipe->count; i++) {
		const struct pcishare_step *step = &recipe->steps[i];

		use_cond(policy, &step->cond);
		must(!(step->value & ~step->ref.mask));
		must(step->ref.reg < policy->nr_regs);
	}
}

static void use_source(struct pcishare_policy *policy,
		       const struct pcishare_policy_source *source)
{
	use_cond(policy, &source->pending);
	use_cond(policy, &source->expected);
	must(policy->irqs);
	must(!source->expected.count == !source->within);
	must(source->within <= PCISHARE_WITHIN_MAX);
	if (source->ack_by == PCISHARE_ACK_BY_REG)
		must(source->ack.reg < policy->nr_regs);
}

static void use_list(const struct pcishare_policy *policy, const u16 *list, unsigned int count)
{
	while (count--)
		must(list[count] < policy->nr_regs);
}

static void use_plan(const struct pcishare_policy *policy)
{
	const struct pcishare_plan *plan = policy->plan;
	unsigned int i;

	use_list(policy, plan->saved, plan->nr_saved);
	use_list(policy, plan->restored, plan->nr_restored);
	use_list(policy, plan->statuses, plan->nr_statuses);
	for (i = 0; i < policy->nr_regs; i++)
		must(plan->regs[i].acks + plan->regs[i].nr_acks <= plan->nr_acks);
	for (i = 0; i < plan->nr_acks; i++)
		must(plan->acks[i].by.reg < policy->nr_regs &&
		     plan->acks[i].of.reg < policy->nr_regs);
}

static void use_windows(const struct pcishare_policy *policy)
{
	unsigned int partition, bar;

	for (partition = 0; partition < policy->share.guests; partition++) {
		for (bar = 0; bar < PCISHARE_BARS; bar++) {
			const struct pcishare_window *window;

			window = pcishare_policy_window(policy, partition, bar);
			if (!window)
				continue;
			must(window->size == policy->guest_bars[bar].size);
			must(window->offset + window->size <=
			     policy->bars[window->bar].size);
		}
	}
}

static void use(struct pcishare_policy *policy)
{
	unsigned int i, k;

	must(policy->name[0] && policy->nr_devices);
	must(policy->share.guests && policy->share.guests <= PCISHARE_GUESTS_MAX);
	for (i = 0; i < policy->nr_regs; i++)
		use_reg(policy, &policy->regs[i]);
	for (i = 0; i < policy->nr_sources; i++)
		use_source(policy, &policy->sources[i]);
	for (i = 0; i < PCISHARE_RECIPES; i++)
		use_recipe(policy, &policy->recipes[i]);
	for (i = 0; i < policy->nr_dmas; i++) {
		use_cond(policy, &policy->dmas[i].done);
		for (k = 0; k < policy->dmas[i].nr_whens; k++)
			use_cond(policy, &policy->dmas[i].whens[k].cond);
	}
	use_cond(policy, &policy->idle);
	use_windows(policy);
	use_plan(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcishare_message messages[MESSAGES];
	struct pcishare_policy_log log = { .messages = messages, .size = MESSAGES };
	static const struct pcishare_hardware none;
	struct pcishare_policy *policy;

	policy = pcishare_policy_parse((const char *)data, size, &log);
	must(!policy == !!log.errors);
	must(log.count <= MESSAGES && log.count <= log.errors + log.warnings);
	if (policy) {
		use(policy);
		pcishare_policy_unsupported(policy, &log);
		must(pcishare_policy_unfit(policy, &none, &log));
	}
	pcishare_policy_free(policy);
	return 0;
}
