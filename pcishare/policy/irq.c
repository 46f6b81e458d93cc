// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: which kinds the device has, and whom they are for.
 */
#include "parse.h"

/* By the bits they stand for. */
static const char *const pcishare_irq_words[] = { "msix", "msi", "intx" };

static const char *const pcishare_owners[] = {
	[PCISHARE_OWNER_HOLDER]		= "holder",
	[PCISHARE_OWNER_PARTITION]	= "partition",
	[PCISHARE_OWNER_RAISED]		= "raised",
};

static bool pcishare_take_irq_kind(struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pcishare_irq_words); i++) {
		if (!pcishare_take_word(p, pcishare_irq_words[i]))
			continue;
		p->policy->irqs |= BIT(i);
		p->policy->irq_pos = p->statement.pos;
		return true;
	}
	return false;
}

/* Does writing to the bits clear a status? */
static bool pcishare_acknowledges(const struct pcishare_policy *policy,
				  const struct pcishare_ref *ref)
{
	const struct pcishare_reg *reg = &policy->regs[ref->reg];
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (!field->width || !((ref->mask << ref->low) >> field->low &
				       pcishare_ones(field->width)))
			continue;
		if (field->class == PCISHARE_ACK ||
		    (field->class == PCISHARE_STATUS &&
		     field->clear == PCISHARE_CLEAR_W1C))
			return true;
	}
	return false;
}

/* ack recipe | ack REF */
static bool pcishare_parse_irq_ack(struct pcishare_parser *p,
				   struct pcishare_policy_source *source)
{
	struct pcishare_pos pos = p->lex.token.pos;

	if (pcishare_take_word(p, "recipe")) {
		source->ack_by = PCISHARE_ACK_BY_RECIPE;
		return true;
	}
	source->ack_by = PCISHARE_ACK_BY_REG;
	if (!pcishare_parse_ref(p, PCISHARE_WRITE, &source->ack))
		return false;
	if (!p->policy->regs[source->ack.reg].width ||
	    pcishare_acknowledges(p->policy, &source->ack))
		return true;
	pcishare_log_error(p->log, pos, "this is neither an ack nor a status w1c");
	return false;
}

/* expected COND within T */
static bool pcishare_parse_expected(struct pcishare_parser *p,
				    struct pcishare_policy_source *source)
{
	if (source->owner == PCISHARE_OWNER_RAISED) {
		pcishare_log_error(p->log, p->lex.token.pos,
				   "what guests raise themselves is not waited for");
		return false;
	}
	return pcishare_parse_cond(p, &source->expected) &&
	       pcishare_expect_word(p, "within") &&
	       pcishare_expect_time(p, 1, PCISHARE_WITHIN_MAX, &source->within);
}

/* vector NUMBER */
static bool pcishare_parse_vector(struct pcishare_parser *p,
				  struct pcishare_policy_source *source)
{
	u64 number;

	if (!pcishare_expect_number(p, "a vector", 0, PCISHARE_VECTORS_MAX - 1, &number))
		return false;
	source->vector = number;
	return true;
}

/* COND owner OWNER [vector NUMBER] [ack ...] [expected ...] */
static bool pcishare_parse_source(struct pcishare_parser *p)
{
	struct pcishare_policy_source *source;

	source = pcishare_pool_get(p, PCISHARE_POOL_SOURCES, p->statement.pos);
	if (!source)
		return false;
	source->pos = p->statement.pos;
	p->policy->nr_sources++;
	if (!pcishare_parse_cond(p, &source->pending) ||
	    !pcishare_expect_word(p, "owner") ||
	    !pcishare_expect_choice(p, "holder, partition or raised",
				    pcishare_owners,
				    ARRAY_SIZE(pcishare_owners),
				    &source->owner))
		return false;
	if (pcishare_take_word(p, "vector") && !pcishare_parse_vector(p, source))
		return false;
	if (pcishare_take_word(p, "ack") && !pcishare_parse_irq_ack(p, source))
		return false;
	return !pcishare_take_word(p, "expected") || pcishare_parse_expected(p, source);
}

/* irq [msix] [msi] [intx] [pending ...] */
bool pcishare_parse_irq(struct pcishare_parser *p)
{
	bool kinds = false;

	while (pcishare_take_irq_kind(p))
		kinds = true;
	if (pcishare_take_word(p, "pending"))
		return pcishare_parse_source(p);
	return kinds || pcishare_expected(p, "msix, msi, intx or pending");
}

/* bus-master */
bool pcishare_parse_bus_master(struct pcishare_parser *p)
{
	p->policy->bus_master = true;
	p->policy->bus_master_pos = p->statement.pos;
	return true;
}

/*
 * Of a field that acknowledges: which register is it for that no field before
 * is?
 */
static bool pcishare_is_first_for(const struct pcishare_reg *reg, u16 index)
{
	u16 i;

	for (i = 0; i < index; i++)
		if (reg->fields[i].class == PCISHARE_ACK &&
		    reg->fields[i].target.reg == reg->fields[index].target.reg)
			return false;
	return true;
}

/*
 * The handler keeps what it has seen: there is room for so many.
 */
static void pcishare_check_acked(struct pcishare_parser *p,
				 const struct pcishare_policy_source *source)
{
	const struct pcishare_reg *reg = &p->policy->regs[source->ack.reg];
	unsigned int count = 0;
	u16 i;

	for (i = 0; i < reg->nr_fields; i++)
		if (reg->fields[i].class == PCISHARE_ACK &&
		    pcishare_is_first_for(reg, i))
			count++;
	if (count > PCISHARE_ACKED_MAX)
		pcishare_log_error(p->log, source->pos,
				   "'%s' acknowledges %u registers, and at most %u can be",
				   reg->name, count, PCISHARE_ACKED_MAX);
}

/* In each mode there is one kind of owner besides who raised it. */
static void pcishare_check_source(struct pcishare_parser *p,
				  const struct pcishare_policy_source *source)
{
	bool partition = p->policy->share.mode == PCISHARE_PARTITION;
	u8 owner = partition ? PCISHARE_OWNER_PARTITION : PCISHARE_OWNER_HOLDER;

	if (p->policy->share.pos.line &&
	    source->owner != PCISHARE_OWNER_RAISED && source->owner != owner)
		pcishare_log_error(p->log, source->pos, partition ?
				   "with partitions the owner is the partition" :
				   "without partitions the owner is the holder");
	if (source->ack_by == PCISHARE_ACK_BY_RECIPE &&
	    !p->policy->recipes[PCISHARE_RECIPE_ACK].pos.line)
		pcishare_log_error(p->log, source->pos, "there is no recipe 'ack'");
	if (source->ack_by == PCISHARE_ACK_BY_REG)
		pcishare_check_acked(p, source);
	if (!p->policy->irqs)
		pcishare_log_error(p->log, source->pos,
				   "it is not said which kinds of interrupt there are: msix, msi, intx");
}

static bool pcishare_has_start(const struct pcishare_policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->nr_fields; i++) {
		if (policy->fields[i].class == PCISHARE_START)
			return true;
	}
	return false;
}

/* An interrupt is expected of what was started. */
static void pcishare_check_expected(struct pcishare_parser *p)
{
	unsigned int i;

	if (pcishare_has_start(p->policy))
		return;
	for (i = 0; i < p->policy->nr_sources; i++) {
		const struct pcishare_cond *expected =
			&p->policy->sources[i].expected;

		if (expected->pos.line)
			pcishare_log_error(p->log, expected->pos,
					   "nothing is expected: no register is of class start");
	}
}

static void pcishare_count_vectors(struct pcishare_policy *policy)
{
	unsigned int i;

	policy->nr_vectors = 1;
	for (i = 0; i < policy->nr_sources; i++)
		if (policy->sources[i].vector >= policy->nr_vectors)
			policy->nr_vectors = policy->sources[i].vector + 1;
}

static bool pcishare_has_table(const struct pcishare_policy *policy)
{
	unsigned int i;

	for (i = 0; i < PCISHARE_BARS; i++)
		if (policy->bars[i].space == PCISHARE_TABLE)
			return true;
	return false;
}

/**
 * pcishare_check_irqs - check what no single line shows
 * @p: the parser; from here on it has the number of vectors
 */
void pcishare_check_irqs(struct pcishare_parser *p)
{
	struct pcishare_policy *policy = p->policy;
	unsigned int i;

	for (i = 0; i < policy->nr_sources; i++)
		pcishare_check_source(p, &policy->sources[i]);
	pcishare_count_vectors(policy);
	if (policy->irqs & PCISHARE_MSIX && !pcishare_has_table(policy))
		pcishare_log_error(p->log, policy->irq_pos,
				   "guests find no table of MSI-X: there is no 'bar NUMBER msix'");
	/* A register that is wrong may have been meant to be a start. */
	if (p->log->errors == p->errors)
		pcishare_check_expected(p);
}

/**
 * pcishare_doubt_irqs - warn of what no single line shows
 * @p: the parser, which has found nothing wrong
 */
void pcishare_doubt_irqs(struct pcishare_parser *p)
{
	const struct pcishare_policy *policy = p->policy;

	if (policy->irqs && !policy->nr_sources)
		pcishare_log_warning(p->log, policy->irq_pos,
				     "no guest gets an interrupt: there is no 'irq pending'");
	if (policy->nr_vectors > 1 && policy->irqs == PCISHARE_INTX)
		pcishare_log_warning(p->log, policy->irq_pos,
				     "'vector' is for msi and msix, and there is neither");
	if (policy->bus_master &&
	    !(policy->irqs & (PCISHARE_MSI | PCISHARE_MSIX)))
		pcishare_log_warning(p->log, policy->bus_master_pos,
				     "'bus-master' is for msi and msix, and there is neither");
}
