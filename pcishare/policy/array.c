// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of registers: declared by one statement, and a register each once all
 * are declared.
 */
#include "parse.h"

/**
 * pcishare_count_array - how much a 'reg' line takes beside one register
 * @p: the parser, at its first word, of which a copy is read
 *
 * A fault in it is said later.
 */
void pcishare_count_array(struct pcishare_parser *p)
{
	struct pcishare_lex lex = p->lex;
	u64 count;

	pcishare_lex_next(&lex);
	if (lex.token.type != PCISHARE_T_WORD)
		return;
	pcishare_lex_next(&lex);
	if (lex.token.type != PCISHARE_T_OPEN_INDEX)
		return;
	pcishare_lex_next(&lex);
	if (!pcishare_token_number(&lex.token, &count) ||
	    count > PCISHARE_REGS_MAX)
		return;
	p->pools[PCISHARE_POOL_REGS].room += count;
	p->names = PCISHARE_REG_NAME_MAX + 1;
}

/* [COUNT] */
bool pcishare_parse_count(struct pcishare_parser *p, struct pcishare_reg *reg)
{
	u64 count;

	if (!pcishare_take(p, PCISHARE_T_OPEN_INDEX))
		return true;
	if (!pcishare_expect_number(p, "the number of registers", 1,
				    PCISHARE_REGS_MAX, &count) ||
	    !pcishare_expect(p, PCISHARE_T_CLOSE_INDEX))
		return false;
	reg->elements = count;
	return true;
}

/* + STEP * n */
bool pcishare_parse_step(struct pcishare_parser *p, struct pcishare_reg *reg)
{
	struct pcishare_pos pos = p->lex.token.pos;
	u32 most = reg->bar == PCISHARE_CONFIG ? PCISHARE_CONFIG_SIZE - 1 :
						 PCISHARE_BAR_SIZE_MAX;
	u64 step;

	if (!reg->elements) {
		if (p->lex.token.type != PCISHARE_T_PLUS)
			return true;
		pcishare_log_error(p->log, pos,
				   "n counts the registers of an array: '%s[COUNT]'",
				   reg->name);
		return false;
	}
	if (!pcishare_expect(p, PCISHARE_T_PLUS) ||
	    !pcishare_expect_number(p, "the step to the next register", 1,
				    PCISHARE_BAR_SIZE_MAX, &step) ||
	    !pcishare_expect(p, PCISHARE_T_TIMES) ||
	    !pcishare_expect_word(p, "n"))
		return false;
	if (reg->offset + step * (reg->elements - 1) > most) {
		pcishare_log_error(p->log, pos, "'%s[%u]' is beyond 0x%x",
				   reg->name, reg->elements - 1, most);
		return false;
	}
	reg->step = step;
	return true;
}

/**
 * pcishare_check_step - are all registers of an array where one can be?
 * @p: the parser
 * @reg: the first
 * @width: of each, in bits
 *
 * Return: whether they are.
 */
bool pcishare_check_step(struct pcishare_parser *p,
			 const struct pcishare_reg *reg, unsigned int width)
{
	if (!reg->elements || reg->step % (width / 8) == 0)
		return true;
	pcishare_log_error(p->log, reg->pos,
			   "registers of %u bits are a multiple of %u apart",
			   width, width / 8);
	return false;
}

static const char *pcishare_name_element(struct pcishare_parser *p,
					 const char *name, unsigned int element)
{
	char *string = p->strings;

	p->strings += snprintf(string, PCISHARE_REG_NAME_MAX + 1,
			       "%s[%u]", name, element) + 1;
	return string;
}

/* The first is there; all have the same fields. */
static void pcishare_expand(struct pcishare_parser *p,
			    struct pcishare_reg *first)
{
	const char *name = first->name;
	u16 element;

	first->name = pcishare_name_element(p, name, 0);
	for (element = 1; element < first->elements; element++) {
		struct pcishare_reg *reg =
			pcishare_pool_get(p, PCISHARE_POOL_REGS, first->pos);

		if (!reg)
			return;
		p->policy->nr_regs++;
		*reg = *first;
		reg->element = element;
		reg->offset += reg->step * element;
		reg->name = pcishare_name_element(p, name, element);
	}
}

/**
 * pcishare_expand_arrays - have each register of an array be one
 * @p: the parser, which has seen all of them
 */
void pcishare_expand_arrays(struct pcishare_parser *p)
{
	u32 i, declared = p->policy->nr_regs;

	for (i = 0; i < declared; i++) {
		struct pcishare_reg *reg = &p->policy->regs[i];

		/* One that is wrong has no width. */
		if (reg->elements && reg->width)
			pcishare_expand(p, reg);
	}
}

/* Returns NULL if there is none. Of an array no more than its own are there. */
static const struct pcishare_reg *
pcishare_find_element(const struct pcishare_parser *p,
		      const struct pcishare_token *name, u64 element)
{
	char text[PCISHARE_REG_NAME_MAX + 1];
	u32 len;

	if (name->len > PCISHARE_NAME_MAX || element >= PCISHARE_REGS_MAX)
		return NULL;
	len = snprintf(text, sizeof(text), "%.*s[%llu]", (int)name->len,
		       name->text, element);
	return pcishare_policy_reg_named(p->policy, text, len);
}

static void pcishare_unknown_reg(struct pcishare_parser *p,
				 const struct pcishare_token *name)
{
	const struct pcishare_reg *first = pcishare_find_element(p, name, 0);

	if (first)
		pcishare_log_error(p->log, name->pos,
				   "'%.*s' is an array: one of it is '%s'",
				   pcishare_shown(name), name->text,
				   first->name);
	else
		pcishare_log_error(p->log, name->pos,
				   "there is no register '%.*s'",
				   pcishare_shown(name), name->text);
}

/* INDEX] */
static const struct pcishare_reg *
pcishare_parse_index(struct pcishare_parser *p,
		     const struct pcishare_token *name)
{
	const struct pcishare_reg *reg;
	u64 element;

	if (!pcishare_expect_number(p, "the index", 0, U64_MAX, &element) ||
	    !pcishare_expect(p, PCISHARE_T_CLOSE_INDEX))
		return NULL;
	reg = pcishare_find_element(p, name, element);
	if (reg)
		return reg;
	/* Nobody knows how many there are of an array that is wrong. */
	reg = pcishare_policy_reg_named(p->policy, name->text, name->len);
	if (reg && !reg->width)
		return reg;
	pcishare_log_error(p->log, name->pos,
			   "there is no register '%.*s[%llu]'",
			   pcishare_shown(name), name->text, element);
	return NULL;
}

/**
 * pcishare_parse_element - parse NAME or NAME[INDEX] where one is referred to
 * @p: the parser, whose registers are sorted, at the name
 *
 * Return: the register, perhaps one that is wrong; or NULL if there is none,
 * which is said.
 */
const struct pcishare_reg *pcishare_parse_element(struct pcishare_parser *p)
{
	struct pcishare_token name = p->lex.token;
	const struct pcishare_reg *reg;

	pcishare_lex_next(&p->lex);
	if (pcishare_take(p, PCISHARE_T_OPEN_INDEX))
		return pcishare_parse_index(p, &name);
	reg = pcishare_policy_reg_named(p->policy, name.text, name.len);
	if (!reg)
		pcishare_unknown_reg(p, &name);
	return reg;
}
