// SPDX-License-Identifier: GPL-2.0
/*
 * The order in which registers are saved and restored, where that of their
 * addresses will not do.
 */
#include "parse.h"

/* For messages: when the device changes hands a register is this. */
static const char *const pcishare_order_verbs[PCISHARE_ORDERS] = {
	[PCISHARE_ORDER_SAVE]		= "saved",
	[PCISHARE_ORDER_RESTORE]	= "restored",
};

/* Is it so of the field? The plan has such fields saved and restored. */
static bool pcishare_field_is_ordered(const struct pcishare_reg *reg,
				      const struct pcishare_field *field,
				      unsigned int kind)
{
	if (kind == PCISHARE_ORDER_RESTORE)
		return field->class == PCISHARE_CONTEXT;
	return (field->class == PCISHARE_CONTEXT ||
		field->class == PCISHARE_START) &&
	       pcishare_field_is_readable(reg, field);
}

/* Is there something of it that the order is about? */
static bool pcishare_is_ordered(const struct pcishare_reg *reg,
				unsigned int kind)
{
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		if (pcishare_field_is_ordered(reg, &reg->fields[i], kind))
			return true;
	}
	return false;
}

static bool pcishare_parse_ordered(struct pcishare_parser *p, unsigned int kind)
{
	struct pcishare_pos pos = p->lex.token.pos;
	struct pcishare_order *order = &p->policy->orders[kind];
	const struct pcishare_reg *found;
	struct pcishare_reg *reg;
	u16 *place;

	if (p->lex.token.type != PCISHARE_T_WORD || pcishare_at_number(p))
		return pcishare_expected(p, "a register");
	found = pcishare_parse_element(p);
	if (!found)
		return false;
	reg = &p->policy->regs[found - p->policy->regs];
	if (reg->width && !pcishare_is_ordered(reg, kind)) {
		pcishare_log_error(p->log, pos, "nothing of '%s' is %s",
				   reg->name, pcishare_order_verbs[kind]);
		return false;
	}
	if (reg->ordered & BIT(kind)) {
		pcishare_log_error(p->log, pos, "'%s' is there twice",
				   reg->name);
		return false;
	}
	/* There is room for each word of the line. */
	place = pcishare_pool_get(p, PCISHARE_POOL_ORDERED, pos);
	*place = reg - p->policy->regs;
	reg->ordered |= BIT(kind);
	if (!order->count++)
		order->regs = place;
	return true;
}

/* REGISTER ... */
static bool pcishare_parse_order(struct pcishare_parser *p, unsigned int kind)
{
	do {
		if (!pcishare_parse_ordered(p, kind))
			return false;
	} while (p->lex.token.type != PCISHARE_T_END);
	return true;
}

/* save-order REGISTER ... */
bool pcishare_parse_save_order(struct pcishare_parser *p)
{
	return pcishare_parse_order(p, PCISHARE_ORDER_SAVE);
}

/* restore-order REGISTER ... */
bool pcishare_parse_restore_order(struct pcishare_parser *p)
{
	return pcishare_parse_order(p, PCISHARE_ORDER_RESTORE);
}
