// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a policy makes sense as a whole.
 */
#include "parse.h"

/**
 * struct pcishare_census - the first field of each kind, or NULL
 * @first: of each class
 * @busy: of those with the attribute busy
 */
struct pcishare_census {
	const struct pcishare_field *first[PCISHARE_CLASSES];
	const struct pcishare_field *busy;
};

static void pcishare_take_census(const struct pcishare_policy *policy,
				 struct pcishare_census *census)
{
	unsigned int i;

	memset(census, 0, sizeof(*census));
	/* Backwards, so that the first is the last to be noted. */
	for (i = policy->nr_fields; i--;) {
		const struct pcishare_field *field = &policy->fields[i];

		census->first[field->class] = field;
		if (field->attrs & PCISHARE_BUSY)
			census->busy = field;
	}
}

/*
 * A guest that has the device for what is live would have it taken in the
 * middle.
 */
static void pcishare_check_live(struct pcishare_parser *p)
{
	const struct pcishare_policy *policy = p->policy;
	unsigned int i;

	if (policy->share.mode != PCISHARE_LEASE || !policy->share.pos.line ||
	    policy->idle.pos.line)
		return;
	for (i = 0; i < policy->nr_fields; i++) {
		if (policy->fields[i].class != PCISHARE_LIVE)
			continue;
		pcishare_log_error(p->log, policy->fields[i].pos,
				   "without 'idle' nobody knows when this can change hands");
		return;
	}
}

/* A guest that has to wait for the device needs to know for how long. */
static void pcishare_doubt_idle(struct pcishare_parser *p,
				const struct pcishare_census *census)
{
	const struct pcishare_field *start = census->first[PCISHARE_START];

	if (census->busy && !start)
		pcishare_log_warning(p->log, census->busy->pos,
				     "'busy' is about a start, and there is none");
	if (p->policy->idle.pos.line)
		return;
	if (start)
		pcishare_log_warning(p->log, start->pos,
				     "without 'idle' nobody knows when what is started here is done");
}

/* If it never gets idle again, who waits for it waits for ever. */
static void pcishare_doubt_live(struct pcishare_parser *p,
				const struct pcishare_census *census)
{
	const struct pcishare_field *live = census->first[PCISHARE_LIVE];
	const struct pcishare_policy *policy = p->policy;

	if (live && policy->share.mode == PCISHARE_LEASE && !policy->reset_by &&
	    !policy->reset_none_pos.line &&
	    !policy->recipes[PCISHARE_RECIPE_RESET].pos.line)
		pcishare_log_warning(p->log, live->pos,
				     "without 'reset' nobody gets a device any more that a guest has left half-way");
}

/*
 * Is it one that a guest may write anything to, and wide enough for an address?
 */
static bool pcishare_may_be_address(const struct pcishare_field *field)
{
	if (field->class != PCISHARE_CONTEXT && field->class != PCISHARE_LIVE &&
	    field->class != PCISHARE_START)
		return false;
	return field->width >= 32 &&
	       !(field->attrs & (PCISHARE_MASK | PCISHARE_RANGE));
}

/* A guest may write there where the device is to write to memory. */
static void pcishare_doubt_bus_master(struct pcishare_parser *p)
{
	const struct pcishare_policy *policy = p->policy;
	unsigned int i;

	for (i = 0; policy->bus_master && i < policy->nr_fields; i++) {
		const struct pcishare_field *field = &policy->fields[i];

		if (!pcishare_may_be_address(field))
			continue;
		pcishare_log_warning(p->log, field->pos,
				     "with 'bus-master', if this is an address a guest has the device write anywhere: 'range' or 'mask' says what it may be");
		return;
	}
}

/* Is there something that one guest writes and another reads? */
static bool pcishare_has_common(const struct pcishare_policy *policy)
{
	unsigned int i;
	u16 k;

	for (i = 0; i < policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &policy->regs[i];

		if (reg->access != (PCISHARE_READ | PCISHARE_WRITE))
			continue;
		for (k = 0; k < reg->nr_fields; k++)
			if (reg->fields[k].class == PCISHARE_LIVE)
				return true;
	}
	return false;
}

static void pcishare_doubt_lease(struct pcishare_parser *p,
				 const struct pcishare_census *census)
{
	const struct pcishare_share *share = &p->policy->share;

	if (share->pos.line && share->mode == PCISHARE_LEASE &&
	    !census->first[PCISHARE_CONTEXT] && pcishare_has_common(p->policy))
		pcishare_log_warning(p->log, share->pos,
				     "a lease without any context: guests would find each other's settings");
}

/* Is the register looked at to find whom an interrupt is for? */
static bool pcishare_is_pending(const struct pcishare_policy *policy,
				unsigned int reg)
{
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++)
		if (pcishare_cond_reads(&policy->sources[i].pending, reg,
					U64_MAX))
			return true;
	return false;
}

static bool pcishare_is_target(const struct pcishare_policy *policy,
			       unsigned int reg, unsigned int class)
{
	unsigned int i;

	for (i = 0; i < policy->nr_fields; i++) {
		if (policy->fields[i].class == class &&
		    policy->fields[i].target.reg == reg)
			return true;
	}
	return false;
}

static void pcishare_doubt_status(struct pcishare_parser *p, unsigned int index,
				  const struct pcishare_field *field)
{
	const struct pcishare_policy *policy = p->policy;

	if (field->clear == PCISHARE_CLEAR_LATCH &&
	    !(field->attrs & PCISHARE_ONCE) &&
	    !pcishare_is_target(policy, index, PCISHARE_ACK))
		pcishare_log_warning(p->log, field->pos,
				     "nothing clears this latch: no ack is for it, and it is not 'once'");
	if (!pcishare_is_pending(policy, index) &&
	    !pcishare_is_target(policy, index, PCISHARE_RAISE))
		pcishare_log_warning(p->log, field->pos,
				     "nothing sets this status: no 'irq pending' looks at it");
}

/*
 * Of each register once is enough, so that it is done as often as there are
 * some.
 */
static void pcishare_doubt_statuses(struct pcishare_parser *p)
{
	unsigned int i;
	u16 k;

	for (i = 0; i < p->policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &p->policy->regs[i];

		for (k = 0; k < reg->nr_fields; k++) {
			if (reg->fields[k].class != PCISHARE_STATUS)
				continue;
			if (reg->element &&
			    pcishare_log_has(p->log, reg->fields[k].pos, false))
				break;
			pcishare_doubt_status(p, i, &reg->fields[k]);
			break;
		}
	}
}

static void pcishare_doubt_raised(struct pcishare_parser *p,
				  const struct pcishare_census *census)
{
	unsigned int i;

	for (i = 0; i < p->policy->nr_sources; i++) {
		const struct pcishare_policy_source *source =
			&p->policy->sources[i];

		if (source->owner == PCISHARE_OWNER_RAISED &&
		    !census->first[PCISHARE_RAISE])
			pcishare_log_warning(p->log, source->pos,
					     "nobody raises it: no register is of class raise");
	}
}

/**
 * pcishare_check_policy - check what no single line shows
 * @p: the parser, which has seen all
 */
void pcishare_check_policy(struct pcishare_parser *p)
{
	struct pcishare_census census;

	pcishare_check_bars(p);
	pcishare_check_regs(p);
	pcishare_check_irqs(p);
	pcishare_check_dmas(p);
	/* Of what is wrong, no conclusions are to be drawn. */
	if (p->log->errors != p->errors)
		return;
	pcishare_check_live(p);
	pcishare_check_reset(p);
	pcishare_check_absent(p);
	if (p->log->errors != p->errors)
		return;
	pcishare_doubt_bars(p);
	pcishare_doubt_irqs(p);
	pcishare_doubt_recipes(p);
	pcishare_doubt_dmas(p);
	pcishare_take_census(p->policy, &census);
	pcishare_doubt_idle(p, &census);
	pcishare_doubt_live(p, &census);
	pcishare_doubt_bus_master(p);
	pcishare_doubt_lease(p, &census);
	pcishare_doubt_statuses(p);
	pcishare_doubt_raised(p, &census);
}
