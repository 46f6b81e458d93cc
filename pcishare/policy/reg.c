// SPDX-License-Identifier: GPL-2.0
/*
 * Registers, and the fields they are made of.
 */
#include "parse.h"

static bool pcishare_parse_width(struct pcishare_parser *p,
				 struct pcishare_reg *reg)
{
	struct pcishare_pos pos = p->lex.token.pos;
	u64 number;

	if (!pcishare_expect_number(p, "the width in bits", 8, 64, &number))
		return false;
	if (!is_power_of_2(number)) {
		pcishare_log_error(p->log, pos, "a register has 8, 16, 32 or 64 bits");
		return false;
	}
	if (reg->offset % (number / 8)) {
		pcishare_log_error(p->log, pos,
				   "a register of %llu bits is at a multiple of %llu",
				   number, number / 8);
		return false;
	}
	if (!pcishare_check_step(p, reg, number))
		return false;
	reg->width = number;
	return true;
}

/* BAR|config OFFSET [+ STEP * n] WIDTH */
static bool pcishare_parse_place(struct pcishare_parser *p,
				 struct pcishare_reg *reg)
{
	bool config = pcishare_take_word(p, "config");
	u64 bar = PCISHARE_CONFIG, offset;

	if (!config &&
	    !pcishare_expect_number(p, "a BAR", 0, PCISHARE_BARS - 1, &bar))
		return false;
	if (!pcishare_expect_number(p, "an offset", 0,
				    config ? PCISHARE_CONFIG_SIZE - 1 :
					     PCISHARE_BAR_SIZE_MAX, &offset))
		return false;
	reg->bar = bar;
	reg->offset = offset;
	return pcishare_parse_step(p, reg) && pcishare_parse_width(p, reg);
}

static struct pcishare_field *pcishare_add_field(struct pcishare_parser *p,
						 struct pcishare_reg *reg,
						 struct pcishare_pos pos)
{
	struct pcishare_field *field =
		pcishare_pool_get(p, PCISHARE_POOL_FIELDS, pos);

	if (!field)
		return NULL;
	if (!reg->nr_fields)
		reg->fields = field;
	reg->nr_fields++;
	p->policy->nr_fields++;
	field->pos = pos;
	field->name = "";
	return field;
}

/* A class behind the width is that of all bits. */
static bool pcishare_parse_whole(struct pcishare_parser *p,
				 struct pcishare_reg *reg)
{
	struct pcishare_field *field = pcishare_add_field(p, reg, reg->pos);

	if (!field)
		return false;
	field->width = reg->width;
	return pcishare_parse_class(p, reg, field);
}

/*
 * reg NAME[[COUNT]] BAR|config OFFSET[+STEP*n] WIDTH [read|write] [CLASS ...]
 *
 * One that is wrong has no width, and a name all the same, so that nobody
 * complains that it is not there.
 */
bool pcishare_parse_reg(struct pcishare_parser *p)
{
	struct pcishare_reg *reg =
		pcishare_pool_get(p, PCISHARE_POOL_REGS, p->statement.pos);

	if (!reg)
		return false;
	reg->pos = p->lex.token.pos;
	reg->name = "";
	p->policy->nr_regs++;
	if (!pcishare_expect_name(p, &reg->name) ||
	    !pcishare_parse_count(p, reg) || !pcishare_parse_place(p, reg))
		return false;
	reg->access = PCISHARE_READ | PCISHARE_WRITE;
	if (pcishare_take_word(p, "read"))
		reg->access = PCISHARE_READ;
	else if (pcishare_take_word(p, "write"))
		reg->access = PCISHARE_WRITE;
	p->reg = reg;
	return p->lex.token.type == PCISHARE_T_END ||
	       pcishare_parse_whole(p, reg);
}

/* BIT | LOWEST..HIGHEST */
static bool pcishare_parse_bits(struct pcishare_parser *p,
				struct pcishare_field *field)
{
	struct pcishare_pos pos = p->lex.token.pos;
	u64 low, high;

	if (!pcishare_expect_number(p, "a bit", 0, 63, &low))
		return false;
	high = low;
	if (pcishare_take(p, PCISHARE_T_TO) &&
	    !pcishare_expect_number(p, "a bit", 0, 63, &high))
		return false;
	if (high < low) {
		pcishare_log_error(p->log, pos, "the lowest bit comes first: %llu..%llu",
				   high, low);
		return false;
	}
	if (high >= p->reg->width) {
		pcishare_log_error(p->log, pos,
				   "bit %llu is beyond '%s', which has %u bits", high,
				   p->reg->name, p->reg->width);
		return false;
	}
	field->low = low;
	field->width = high - low + 1;
	return true;
}

/* field NAME BITS CLASS ... */
bool pcishare_parse_field(struct pcishare_parser *p)
{
	struct pcishare_field *field;
	struct pcishare_pos pos = p->lex.token.pos;

	/* The error in the register is logged already. */
	if (!p->reg)
		return false;
	if (p->reg->nr_fields && !p->reg->fields->name[0]) {
		pcishare_log_error(p->log, p->statement.pos,
				   "'%s' has a class of its own, so it has no fields",
				   p->reg->name);
		return false;
	}
	if (p->reg->nr_fields == p->reg->width) {
		pcishare_log_error(p->log, pos, "'%s' has more fields than bits",
				   p->reg->name);
		return false;
	}
	field = pcishare_add_field(p, p->reg, pos);
	if (!field)
		return false;
	/* Should the name be wrong, it is a field all the same. */
	field->name = "?";
	return pcishare_expect_name(p, &field->name) &&
	       pcishare_parse_bits(p, field) &&
	       pcishare_parse_class(p, p->reg, field);
}

static int pcishare_compare(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

/* The last decides between registers of which one is wrong. */
static int pcishare_compare_regs(const void *a, const void *b)
{
	const struct pcishare_reg *one = a, *other = b;

	return pcishare_compare(one->bar, other->bar) ?:
	       pcishare_compare(one->offset, other->offset) ?:
	       pcishare_compare(one->access, other->access) ?:
	       pcishare_compare(one->pos.line, other->pos.line);
}

static int pcishare_compare_fields(const void *a, const void *b)
{
	const struct pcishare_field *one = a, *other = b;

	return pcishare_compare(one->low, other->low) ?:
	       pcishare_compare(one->pos.line, other->pos.line);
}

static int pcishare_compare_names(const void *a, const void *b)
{
	const struct pcishare_reg *one = *(const struct pcishare_reg *const *)a;
	const struct pcishare_reg *other =
		*(const struct pcishare_reg *const *)b;

	return strcmp(one->name, other->name) ?:
	       pcishare_compare(one->pos.line, other->pos.line);
}

/**
 * pcishare_sort_regs - bring registers into their order, by place and by name
 * @p: the parser, which has seen all of them
 */
void pcishare_sort_regs(struct pcishare_parser *p)
{
	struct pcishare_policy *policy = p->policy;
	u32 i;

	sort(policy->regs, policy->nr_regs, sizeof(*policy->regs),
	     pcishare_compare_regs, NULL);
	for (i = 0; i < policy->nr_regs; i++) {
		struct pcishare_reg *reg = &policy->regs[i];

		policy->by_name[i] = reg;
		if (!reg->nr_fields)
			continue;
		sort(reg->fields, reg->nr_fields, sizeof(*reg->fields),
		     pcishare_compare_fields, NULL);
	}
	sort(policy->by_name, policy->nr_regs, sizeof(*policy->by_name),
	     pcishare_compare_names, NULL);
}

/* Which register has the name of an array's first one, without "[0]"? */
static const struct pcishare_reg *
pcishare_namesake(const struct pcishare_policy *policy,
		  const struct pcishare_reg *reg)
{
	if (!reg->elements || reg->element || !reg->width)
		return NULL;
	return pcishare_policy_reg_named(policy, reg->name,
					 strlen(reg->name) - strlen("[0]"));
}

static void pcishare_check_name(struct pcishare_parser *p, u32 i)
{
	struct pcishare_reg **regs = p->policy->by_name;
	const struct pcishare_reg *reg = regs[i];
	const struct pcishare_reg *other = pcishare_namesake(p->policy, reg);

	/* Of arrays it is said once. */
	if (!reg->name[0] || reg->element)
		return;
	if (!other && i && !strcmp(reg->name, regs[i - 1]->name))
		other = regs[i - 1];
	if (!other)
		return;
	if (other->pos.line > reg->pos.line)
		pcishare_log_error(p->log, other->pos,
				   "there is an array '%s' in line %u already",
				   other->name, reg->pos.line);
	else
		pcishare_log_error(p->log, reg->pos,
				   "there is a '%s' in line %u already",
				   other->name, other->pos.line);
}

static void pcishare_check_names(struct pcishare_parser *p)
{
	u32 i;

	for (i = 0; i < p->policy->nr_regs; i++)
		pcishare_check_name(p, i);
}

/* Guests have their own, except for registers that are named. */
static void pcishare_check_config(struct pcishare_parser *p,
				  const struct pcishare_reg *reg)
{
	u32 min = p->policy->irqs & PCISHARE_MSIX ? PCISHARE_CONFIG_MIN_MSIX :
						    PCISHARE_CONFIG_MIN;

	if (p->policy->share.mode == PCISHARE_PARTITION)
		pcishare_log_error(p->log, reg->pos,
				   "partitions have one configuration space: '%s' is nobody's",
				   reg->name);
	else if (reg->width > 32)
		pcishare_log_error(p->log, reg->pos,
				   "a register in configuration space has at most 32 bits");
	else if (reg->offset < min)
		pcishare_log_error(p->log, reg->pos,
				   "below 0x%x configuration space is the guest's own", min);
}

static void pcishare_check_place(struct pcishare_parser *p,
				 const struct pcishare_reg *reg)
{
	const struct pcishare_policy_bar *bar =
		&p->policy->guest_bars[reg->bar];

	if (!pcishare_check_no_table(p, reg->bar, reg->pos))
		return;
	if (!bar->pos.line)
		pcishare_log_error(p->log, reg->pos,
				   "'%s' is in bar %u, which is not declared%s", reg->name,
				   reg->bar,
				   p->policy->bars[reg->bar].pos.line ?
				   " for partitions" : "");
	else if (bar->size && reg->offset + reg->width / 8 > bar->size)
		pcishare_log_error(p->log, reg->pos,
				   "'%s' ends at 0x%x, beyond bar %u of 0x%llx bytes",
				   reg->name, reg->offset + reg->width / 8,
				   reg->bar, bar->size);
}

/*
 * Registers come by their offset. @last is the one that reaches furthest of
 * those before that @access reaches.
 */
static bool pcishare_check_collision(struct pcishare_parser *p,
				     const struct pcishare_reg *reg, u8 access,
				     const struct pcishare_reg **last)
{
	const struct pcishare_reg *before = *last;
	u32 end = reg->offset + reg->width / 8;
	u32 taken;

	if (!(reg->access & access))
		return true;
	taken = before && before->bar == reg->bar ?
			before->offset + before->width / 8 :
			0;
	if (end > taken)
		*last = reg;
	if (taken <= reg->offset)
		return true;
	if (!reg->element || !pcishare_log_has(p->log, reg->pos, true))
		pcishare_log_error(p->log, reg->pos,
				   "'%s' overlaps '%s' of line %u", reg->name,
				   before->name, before->pos.line);
	return false;
}

/* The fields come by their lowest bits. */
static void pcishare_check_bits(struct pcishare_parser *p,
				const struct pcishare_reg *reg)
{
	const struct pcishare_field *before = NULL;
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		/* One that is wrong has no width. */
		if (!field->width)
			continue;
		if (before && before->low + before->width > field->low)
			pcishare_log_error(p->log, field->pos,
					   "'%s' overlaps '%s' of line %u", field->name,
					   before->name, before->pos.line);
		else
			before = field;
	}
}

static void pcishare_check_field_names(struct pcishare_parser *p,
				       const struct pcishare_reg *reg)
{
	u16 i, k;

	for (i = 1; i < reg->nr_fields; i++) {
		for (k = 0;
		     k < i && strcmp(reg->fields[i].name, reg->fields[k].name);)
			k++;
		if (k == i)
			continue;
		pcishare_log_error(p->log, reg->fields[i].pos,
				   "'%s' has a field '%s' already", reg->name,
				   reg->fields[i].name);
	}
}

static void pcishare_check_fields(struct pcishare_parser *p,
				  const struct pcishare_reg *reg)
{
	if (!reg->nr_fields)
		pcishare_log_error(p->log, reg->pos, "'%s' has neither a class nor fields",
				   reg->name);
	pcishare_check_bits(p, reg);
	pcishare_check_field_names(p, reg);
}

/*
 * The registers of an array differ in their places alone: in configuration
 * space none is below the first, in a BAR none beyond the last.
 */
static void pcishare_check_reg(struct pcishare_parser *p,
			       const struct pcishare_reg *reg)
{
	if (!reg->element) {
		if (reg->bar == PCISHARE_CONFIG)
			pcishare_check_config(p, reg);
		pcishare_check_fields(p, reg);
	}
	if (reg->element + 1 >= reg->elements && reg->bar != PCISHARE_CONFIG)
		pcishare_check_place(p, reg);
}

/**
 * pcishare_check_regs - check what no single line shows
 * @p: the parser, whose registers are sorted
 */
void pcishare_check_regs(struct pcishare_parser *p)
{
	const struct pcishare_reg *read = NULL, *written = NULL;
	u32 i;

	pcishare_check_names(p);
	for (i = 0; i < p->policy->nr_regs; i++) {
		const struct pcishare_reg *reg = &p->policy->regs[i];

		/* One that is wrong has no width. */
		if (!reg->width)
			continue;
		pcishare_check_reg(p, reg);
		if (pcishare_check_collision(p, reg, PCISHARE_READ, &read))
			pcishare_check_collision(p, reg, PCISHARE_WRITE,
						 &written);
	}
}
