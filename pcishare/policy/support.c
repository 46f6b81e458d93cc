// SPDX-License-Identifier: GPL-2.0
/*
 * The part of the language that this version of pcishare does not do.
 */
#include "parse.h"

static const char *const pcishare_missing_classes[PCISHARE_CLASSES] = {
	[PCISHARE_DOORBELL]	= "doorbell",
	[PCISHARE_DMA_ADDRESS]	= "dma-address",
	[PCISHARE_DMA_LENGTH]	= "dma-length",
	[PCISHARE_DMA_COMMAND]	= "dma-command",
};

static void pcishare_missing(struct pcishare_policy_log *log,
			     struct pcishare_pos pos, const char *what)
{
	pcishare_log_error(log, pos, "this version does not do '%s' yet", what);
}

static void pcishare_missing_fields(const struct pcishare_policy *policy,
				    struct pcishare_policy_log *log)
{
	unsigned int i;

	for (i = 0; i < policy->nr_fields; i++) {
		const char *class =
			pcishare_missing_classes[policy->fields[i].class];

		if (class)
			pcishare_missing(log, policy->fields[i].pos, class);
	}
}

static void pcishare_missing_memory(const struct pcishare_policy *policy,
				    struct pcishare_policy_log *log)
{
	unsigned int i;

	for (i = 0; i < policy->nr_dmas; i++)
		pcishare_missing(log, policy->dmas[i].pos, "dma");
	for (i = 0; i < policy->nr_rings; i++)
		pcishare_missing(log, policy->rings[i].pos, "ring");
	for (i = 0; i < policy->nr_scratches; i++)
		pcishare_missing(log, policy->scratches[i].pos, "scratch");
}

/* Without an EOI as of INTx, only an ack tells that the next one may come. */
static void pcishare_missing_acks(const struct pcishare_policy *policy,
				  struct pcishare_policy_log *log)
{
	unsigned int i;

	if (!(policy->irqs & (PCISHARE_MSI | PCISHARE_MSIX)))
		return;
	for (i = 0; i < policy->nr_sources; i++) {
		if (policy->sources[i].ack_by == PCISHARE_ACK_BY_NONE)
			pcishare_log_error(log, policy->sources[i].pos,
					   "msi needs an 'ack' for every 'irq pending'");
	}
}

/* A guest sees the BARs of all partitions, so that each has to have each. */
static void pcishare_missing_windows(const struct pcishare_policy *policy,
				     struct pcishare_policy_log *log)
{
	unsigned int partition, bar;

	if (!policy->windows)
		return;
	for (partition = 0; partition < policy->share.guests; partition++) {
		for (bar = 0; bar < PCISHARE_BARS; bar++) {
			if (policy->guest_bars[bar].size &&
			    policy->guest_bars[bar].space != PCISHARE_TABLE &&
			    !pcishare_policy_window(policy, partition, bar))
				pcishare_log_error(log, policy->share.pos,
						   "partition %u has no bar %u, which others have",
						   partition, bar);
		}
	}
}

/* Does looking at it take something away? */
static bool pcishare_looking_takes(const struct pcishare_reg *reg)
{
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		if (reg->fields[i].class == PCISHARE_STATUS &&
		    (reg->fields[i].clear == PCISHARE_CLEAR_RC ||
		     (reg->fields[i].attrs & PCISHARE_ONCE)))
			return true;
	}
	return false;
}

static bool pcishare_has_once(const struct pcishare_reg *reg)
{
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		if (reg->fields[i].attrs & PCISHARE_ONCE)
			return true;
	}
	return false;
}

/* Of what is read together with a 'once', nothing is lost. */
static bool pcishare_is_looked_at(const struct pcishare_reg *reg,
				  const struct pcishare_field *field)
{
	if (field->class == PCISHARE_LIVE)
		return !pcishare_has_once(reg) ||
		       (reg->access & PCISHARE_WRITE);
	return field->class == PCISHARE_RO ||
	       field->class == PCISHARE_CONTEXT ||
	       field->class == PCISHARE_START;
}

/*
 * A status that goes by being read is read when there is an interrupt, by
 * nobody else.
 */
static void pcishare_missing_apart(const struct pcishare_policy *policy,
				   struct pcishare_policy_log *log)
{
	unsigned int i;
	u16 j;

	for (i = 0; i < policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &policy->regs[i];

		/* Of arrays it is said once. */
		for (j = 0; j < reg->nr_fields && !reg->element; j++) {
			if (pcishare_looking_takes(reg) &&
			    pcishare_is_looked_at(reg, &reg->fields[j]))
				pcishare_log_error(log, reg->fields[j].pos,
						   "reading this would take the status beside it");
		}
	}
}

static void pcishare_missing_look(const struct pcishare_policy *policy,
				  const struct pcishare_cond *cond,
				  struct pcishare_policy_log *log)
{
	unsigned int i;

	for (i = 0; i < cond->count; i++) {
		const struct pcishare_cond_op *op = &cond->ops[i];

		if (op->op != PCISHARE_AND && op->op != PCISHARE_OR &&
		    pcishare_looking_takes(&policy->regs[op->ref.reg]))
			pcishare_log_error(log, cond->pos,
					   "looking at '%s' would take it from the guest it is for",
					   policy->regs[op->ref.reg].name);
	}
}

static void pcishare_missing_looks(const struct pcishare_policy *policy,
				   struct pcishare_policy_log *log)
{
	unsigned int i;

	pcishare_missing_look(policy, &policy->idle, log);
	for (i = 0; i < policy->nr_sources; i++)
		pcishare_missing_look(policy, &policy->sources[i].expected,
				      log);
}

/*
 * The kernel chooses how a device is reset; and interrupts are not waited in.
 */
static void pcishare_missing_recipes(const struct pcishare_policy *policy,
				     struct pcishare_policy_log *log)
{
	const struct pcishare_recipe *ack =
		&policy->recipes[PCISHARE_RECIPE_ACK];

	if (policy->reset_by != PCISHARE_RESET_BY_ANY)
		pcishare_missing(log, policy->reset_by_pos, "reset by");
	if (ack->us)
		pcishare_log_error(log, ack->pos,
				   "this version does not wait in the recipe 'ack' yet");
}

/**
 * pcishare_policy_unsupported - what of a policy cannot be had yet?
 * @policy: the policy
 * @log: takes an error for each thing that cannot be done, for which the policy
 *	has to be refused
 *
 * Return: whether there was an error.
 */
bool pcishare_policy_unsupported(const struct pcishare_policy *policy,
				 struct pcishare_policy_log *log)
{
	unsigned int errors = log->errors;

	pcishare_missing_fields(policy, log);
	pcishare_missing_memory(policy, log);
	pcishare_missing_acks(policy, log);
	pcishare_missing_recipes(policy, log);
	pcishare_missing_windows(policy, log);
	pcishare_missing_apart(policy, log);
	pcishare_missing_looks(policy, log);
	return log->errors != errors;
}
