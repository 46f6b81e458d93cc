// SPDX-License-Identifier: GPL-2.0
/*
 * Conditions on registers: parsed to a list of operations, and evaluated.
 *
 *	status.busy == 0 && (irq & 3) != 0 || count < 16
 *
 * becomes
 *
 *	0: compare status.busy == 0
 *	1: and, else go to 3
 *	2: compare (irq & 3) != 0
 *	3: or, else go to 5
 *	4: compare count < 16
 *
 * with one result, which the last comparison made. No register is read that
 * does not matter.
 */
#include "parse.h"

/* Complain about a name that no field has. */
static bool pcishare_unknown_field(struct pcishare_parser *p)
{
	const struct pcishare_token *token = &p->lex.token;

	pcishare_log_error(p->log, token->pos, "there is no field '%.*s'",
			   pcishare_shown(token), token->text);
	return false;
}

/* .FIELD */
static bool pcishare_parse_ref_field(struct pcishare_parser *p,
				     const struct pcishare_reg *reg,
				     struct pcishare_ref *ref)
{
	const struct pcishare_token *token = &p->lex.token;
	u16 i;

	if (token->type != PCISHARE_T_WORD)
		return pcishare_expected(p, "a field");
	for (i = 0; i < reg->nr_fields; i++) {
		if (pcishare_token_is(token, reg->fields[i].name))
			break;
	}
	/* Nobody knows which fields one has that is wrong. */
	if (i == reg->nr_fields && reg->width)
		return pcishare_unknown_field(p);
	if (i < reg->nr_fields && reg->fields[i].width) {
		ref->low = reg->fields[i].low;
		ref->mask = pcishare_ones(reg->fields[i].width);
	}
	pcishare_lex_next(&p->lex);
	return true;
}

/**
 * pcishare_parse_ref - parse REGISTER or REGISTER.FIELD, of arrays as well
 * @p: the parser, whose registers are sorted
 * @access: what is to be done with it, PCISHARE_READ or PCISHARE_WRITE, or 0
 * @ref: the bits meant
 *
 * Return: whether it is right.
 */
bool pcishare_parse_ref(struct pcishare_parser *p, unsigned int access,
			struct pcishare_ref *ref)
{
	const struct pcishare_token *token = &p->lex.token;
	const struct pcishare_reg *reg;
	struct pcishare_pos pos;

	if (token->type != PCISHARE_T_WORD || pcishare_at_number(p))
		return pcishare_expected(p, "a register");
	pos = token->pos;
	reg = pcishare_parse_element(p);
	if (!reg)
		return false;
	ref->reg = reg - p->policy->regs;
	ref->low = 0;
	ref->mask = reg->width ? pcishare_ones(reg->width) : U64_MAX;
	if (reg->width && (access & ~reg->access)) {
		pcishare_log_error(p->log, pos, "'%s' cannot be %s", reg->name,
				   access == PCISHARE_READ ? "read" : "written");
		return false;
	}
	return !pcishare_take(p, PCISHARE_T_DOT) ||
	       pcishare_parse_ref_field(p, reg, ref);
}

/* Which bits of a register are of a class. */
static u64 pcishare_class_bits(const struct pcishare_reg *reg,
			       unsigned int class)
{
	u64 bits = 0;
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (field->class == class && field->width)
			bits |= pcishare_ones(field->width) << field->low;
	}
	return bits;
}

/* For messages; not all are asked for. */
static const char *const pcishare_class_names[PCISHARE_CLASSES] = {
	[PCISHARE_STATUS]	= "a status",
	[PCISHARE_DMA_ADDRESS]	= "a dma-address",
	[PCISHARE_DMA_LENGTH]	= "a dma-length",
	[PCISHARE_DMA_COMMAND]	= "a dma-command",
};

/**
 * pcishare_parse_class_ref - parse a reference to bits of a class
 * @p: the parser, whose registers are sorted
 * @class: status, dma-address, dma-length or dma-command
 * @ref: the bits of that class among those named
 *
 * Return: whether it is right.
 */
bool pcishare_parse_class_ref(struct pcishare_parser *p, unsigned int class,
			      struct pcishare_ref *ref)
{
	struct pcishare_pos pos = p->lex.token.pos;
	const struct pcishare_reg *reg;

	if (!pcishare_parse_ref(p, 0, ref))
		return false;
	reg = &p->policy->regs[ref->reg];
	if (!reg->width)
		return true;
	ref->mask &= pcishare_class_bits(reg, class) >> ref->low;
	if (ref->mask)
		return true;
	pcishare_log_error(p->log, pos, "this is not %s", pcishare_class_names[class]);
	return false;
}

/* On the stack of operators. */
#define PCISHARE_GROUP	0xff

/**
 * struct pcishare_cond_parser - parsing of a condition
 * @cond: what comes of it
 * @stack: operations that have to be told where they skip to, PCISHARE_GROUP
 *	for "(": no more than a group's "||" and "&&" wait in each
 * @depth: how many
 * @groups: how many of them are PCISHARE_GROUP
 * @comparisons: how many there were
 */
struct pcishare_cond_parser {
	struct pcishare_cond *cond;
	u8 stack[3 * PCISHARE_GROUPS_MAX + 2];
	unsigned int depth;
	unsigned int groups;
	unsigned int comparisons;
};

static struct pcishare_cond_op *
pcishare_cond_add(struct pcishare_parser *p, struct pcishare_cond_parser *c,
		  unsigned int kind)
{
	struct pcishare_cond_op *op;

	op = pcishare_pool_get(p, PCISHARE_POOL_OPS, p->lex.token.pos);
	if (!op)
		return NULL;
	if (!c->cond->count)
		c->cond->ops = op;
	c->cond->count++;
	op->op = kind;
	return op;
}

/* "(" register "&": not the "(" of a group. Looked at without going there. */
static bool pcishare_at_masked(const struct pcishare_parser *p)
{
	struct pcishare_lex lex = p->lex;

	if (lex.token.type != PCISHARE_T_OPEN)
		return false;
	do {
		pcishare_lex_next(&lex);
	} while (lex.token.type == PCISHARE_T_WORD ||
		 lex.token.type == PCISHARE_T_DOT ||
		 lex.token.type == PCISHARE_T_OPEN_INDEX ||
		 lex.token.type == PCISHARE_T_CLOSE_INDEX);
	return lex.token.type == PCISHARE_T_MASK;
}

/*
 * One that reading takes something from is not read only because it enables
 * others.
 */
static bool pcishare_parse_enable(struct pcishare_parser *p,
				  struct pcishare_cond_op *op)
{
	struct pcishare_pos pos = p->lex.token.pos;

	if (!pcishare_parse_ref(p, PCISHARE_READ, &op->by))
		return false;
	op->enabled = true;
	if (!(pcishare_class_bits(&p->policy->regs[op->by.reg],
				  PCISHARE_STATUS) &
	      op->by.mask << op->by.low))
		return true;
	pcishare_log_error(p->log, pos,
			   "this is a status: it comes first, and what enables it second");
	return false;
}

/* MASK | REF, and ")" */
static bool pcishare_parse_mask(struct pcishare_parser *p,
				struct pcishare_cond_op *op)
{
	u64 mask = U64_MAX;

	if (!pcishare_expect(p, PCISHARE_T_MASK))
		return false;
	if (p->lex.token.type == PCISHARE_T_WORD && !pcishare_at_number(p)) {
		if (!pcishare_parse_enable(p, op))
			return false;
		mask = op->by.mask;
	} else if (!pcishare_expect_number(p, "a mask of its bits", 1, op->ref.mask,
					   &mask)) {
		return false;
	}
	op->ref.mask &= mask;
	return pcishare_expect(p, PCISHARE_T_CLOSE);
}

/* REF | ( REF & MASK ) | ( REF & REF ) */
static bool pcishare_parse_operand(struct pcishare_parser *p,
				   struct pcishare_cond_op *op, u64 *all)
{
	bool masked = pcishare_at_masked(p);

	if (masked)
		pcishare_lex_next(&p->lex);
	if (!pcishare_parse_ref(p, PCISHARE_READ, &op->ref))
		return false;
	*all = op->ref.mask;
	if (masked && !pcishare_parse_mask(p, op))
		return false;
	if (p->lex.token.type == PCISHARE_T_MASK)
		return pcishare_expected(p, "parentheses around a mask: (REGISTER & MASK)");
	return true;
}

/* By the operations they stand for. */
static const u8 pcishare_comparisons[] = {
	[PCISHARE_EQ]	= PCISHARE_T_EQ,
	[PCISHARE_NE]	= PCISHARE_T_NE,
	[PCISHARE_LT]	= PCISHARE_T_LT,
	[PCISHARE_LE]	= PCISHARE_T_LE,
	[PCISHARE_GT]	= PCISHARE_T_GT,
	[PCISHARE_GE]	= PCISHARE_T_GE,
};

static bool pcishare_parse_comparison(struct pcishare_parser *p, u8 *op)
{
	for (*op = 0; *op < ARRAY_SIZE(pcishare_comparisons); ++*op) {
		if (pcishare_take(p, pcishare_comparisons[*op]))
			return true;
	}
	return pcishare_expected(p, "==, !=, <, <=, > or >=");
}

/* OPERAND COMPARISON NUMBER */
static bool pcishare_parse_term(struct pcishare_parser *p,
				struct pcishare_cond_parser *c)
{
	struct pcishare_cond_op term = { 0 }, *op;
	struct pcishare_pos pos = p->lex.token.pos;
	u64 all;

	if (!pcishare_parse_operand(p, &term, &all) ||
	    !pcishare_parse_comparison(p, &term.op))
		return false;
	/* As many registers as are read at most. */
	c->comparisons += 1 + term.enabled;
	if (c->comparisons > PCISHARE_COMPARISONS_MAX) {
		pcishare_log_error(p->log, pos, "a condition has at most %u comparisons",
				   PCISHARE_COMPARISONS_MAX);
		return false;
	}
	pos = p->lex.token.pos;
	op = pcishare_cond_add(p, c, term.op);
	if (!op)
		return false;
	*op = term;
	if (!pcishare_expect_number(p, "a number to compare with", 0, all, &op->value))
		return false;
	if (op->op > PCISHARE_NE || !(op->value & ~op->ref.mask))
		return true;
	pcishare_log_error(p->log, pos, "this can never be equal: the mask is 0x%llx",
			   op->ref.mask);
	return false;
}

/* Operations above @kind, which bind as strong or stronger, end here. */
static void pcishare_cond_end(struct pcishare_cond_parser *c, unsigned int kind)
{
	struct pcishare_cond *cond = c->cond;

	while (c->depth) {
		u8 at = c->stack[c->depth - 1];

		if (at == PCISHARE_GROUP || cond->ops[at].op > kind)
			return;
		cond->ops[at].next = cond->count;
		c->depth--;
	}
}

/* Any number of "(" before a comparison. */
static bool pcishare_open_groups(struct pcishare_parser *p,
				 struct pcishare_cond_parser *c)
{
	while (p->lex.token.type == PCISHARE_T_OPEN && !pcishare_at_masked(p)) {
		if (c->groups++ == PCISHARE_GROUPS_MAX) {
			pcishare_log_error(p->log, p->lex.token.pos,
					   "parentheses are at most %u deep",
					   PCISHARE_GROUPS_MAX);
			return false;
		}
		c->stack[c->depth++] = PCISHARE_GROUP;
		pcishare_lex_next(&p->lex);
	}
	return true;
}

/* Any number of ")" behind a comparison. */
static void pcishare_close_groups(struct pcishare_parser *p,
				  struct pcishare_cond_parser *c)
{
	while (c->groups && pcishare_take(p, PCISHARE_T_CLOSE)) {
		pcishare_cond_end(c, PCISHARE_OR);
		c->depth--;
		c->groups--;
	}
}

/* && and ||: is there one, so that the condition goes on? */
static bool pcishare_parse_operator(struct pcishare_parser *p,
				    struct pcishare_cond_parser *c)
{
	u8 kind = p->lex.token.type == PCISHARE_T_OR ? PCISHARE_OR :
						       PCISHARE_AND;

	if (!pcishare_take(p, PCISHARE_T_OR) &&
	    !pcishare_take(p, PCISHARE_T_AND))
		return false;
	pcishare_cond_end(c, kind);
	if (pcishare_cond_add(p, c, kind))
		c->stack[c->depth++] = c->cond->count - 1;
	return true;
}

/**
 * pcishare_parse_cond - parse a condition, to where it ends
 * @p: the parser, whose registers are sorted
 * @cond: takes it
 *
 * Return: whether it is right.
 */
bool pcishare_parse_cond(struct pcishare_parser *p, struct pcishare_cond *cond)
{
	struct pcishare_cond_parser c = { .cond = cond };

	cond->pos = p->lex.token.pos;
	do {
		if (!pcishare_open_groups(p, &c) || !pcishare_parse_term(p, &c))
			return false;
		pcishare_close_groups(p, &c);
	} while (pcishare_parse_operator(p, &c));
	if (c.groups)
		return pcishare_expected(p, "&&, || or )");
	pcishare_cond_end(&c, PCISHARE_OR);
	return true;
}

static bool pcishare_compare(unsigned int op, u64 a, u64 b)
{
	switch (op) {
	case PCISHARE_EQ:
		return a == b;
	case PCISHARE_NE:
		return a != b;
	case PCISHARE_LT:
		return a < b;
	case PCISHARE_LE:
		return a <= b;
	case PCISHARE_GT:
		return a > b;
	default:
		return a >= b;
	}
}

/* The value that is compared. */
static int pcishare_cond_read(const struct pcishare_cond_op *op,
			      int (*read)(void *ctx, unsigned int reg,
					  u64 *value),
			      void *ctx, u64 *value)
{
	u64 by = 0;
	int ret = read(ctx, op->ref.reg, value);

	*value = *value >> op->ref.low & op->ref.mask;
	if (ret || !op->enabled || !*value)
		return ret;
	ret = read(ctx, op->by.reg, &by);
	*value &= by >> op->by.low & op->by.mask;
	return ret;
}

/**
 * pcishare_cond_eval - is a condition true?
 * @cond: the condition
 * @read: gets the value of a register, by its index in &pcishare_policy.regs;
 *	returns 0 or an error
 * @ctx: for @read
 *
 * A register that the result does not depend on is not read.
 *
 * Return: 1 if it is true, 0 if not, or the error of @read.
 */
int pcishare_cond_eval(const struct pcishare_cond *cond,
		       int (*read)(void *ctx, unsigned int reg, u64 *value),
		       void *ctx)
{
	bool result = true;
	unsigned int i = 0;

	while (i < cond->count) {
		const struct pcishare_cond_op *op = &cond->ops[i++];
		u64 value;
		int ret;

		if (op->op == PCISHARE_AND || op->op == PCISHARE_OR) {
			bool skip = op->op == PCISHARE_OR;

			if (result == skip)
				i = op->next;
			continue;
		}
		ret = pcishare_cond_read(op, read, ctx, &value);
		if (ret)
			return ret;
		result = pcishare_compare(op->op, value, op->value);
	}
	return result;
}

static bool pcishare_ref_has(const struct pcishare_ref *ref, unsigned int reg,
			     u64 bits)
{
	return ref->reg == reg && ref->mask << ref->low & bits;
}

/**
 * pcishare_cond_reads - is a condition on bits of a register?
 * @cond: the condition
 * @reg: index of the register
 * @bits: which bits, all ones for any
 *
 * Return: whether it may depend on one of them.
 */
bool pcishare_cond_reads(const struct pcishare_cond *cond, unsigned int reg,
			 u64 bits)
{
	unsigned int i;

	/* Between two comparisons there is what connects them. */
	for (i = 0; i < cond->count; i += 2) {
		const struct pcishare_cond_op *op = &cond->ops[i];

		if (pcishare_ref_has(&op->ref, reg, bits) ||
		    (op->enabled && pcishare_ref_has(&op->by, reg, bits)))
			return true;
	}
	return false;
}
