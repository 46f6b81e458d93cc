// SPDX-License-Identifier: GPL-2.0
/*
 * Classes of fields, and what else may be said of a field of each class.
 */
#include "parse.h"

/* A write is checked against these. */
#define PCISHARE_CHECKED (PCISHARE_MASK | PCISHARE_RANGE | PCISHARE_OR_STOP)
/* A field that belongs to a guest begins with something. */
#define PCISHARE_OWN		(PCISHARE_CHECKED | PCISHARE_INITIAL)

static const char *const pcishare_class_words[PCISHARE_CLASSES] = {
	[PCISHARE_CONST]	= "const",
	[PCISHARE_RO]		= "ro",
	[PCISHARE_CONTEXT]	= "context",
	[PCISHARE_LIVE]		= "live",
	[PCISHARE_START]	= "start",
	[PCISHARE_STATUS]	= "status",
	[PCISHARE_ACK]		= "ack",
	[PCISHARE_RAISE]	= "raise",
	[PCISHARE_DOORBELL]	= "doorbell",
	[PCISHARE_DMA_ADDRESS]	= "dma-address",
	[PCISHARE_DMA_LENGTH]	= "dma-length",
	[PCISHARE_DMA_COMMAND]	= "dma-command",
	[PCISHARE_DENY]		= "deny",
};

static const u16 pcishare_class_attrs[PCISHARE_CLASSES] = {
	[PCISHARE_RO]		= PCISHARE_BUSY,
	[PCISHARE_CONTEXT]	= PCISHARE_OWN | PCISHARE_RESTORE_XOR |
				  PCISHARE_WRITE_ONLY,
	[PCISHARE_LIVE]		= PCISHARE_CHECKED,
	[PCISHARE_START]	= PCISHARE_OWN | PCISHARE_WRITE_ONLY,
	[PCISHARE_STATUS]	= PCISHARE_ONCE,
	[PCISHARE_ACK]		= PCISHARE_CHECKED,
	[PCISHARE_RAISE]	= PCISHARE_CHECKED,
	[PCISHARE_DOORBELL]	= PCISHARE_CHECKED | PCISHARE_QUEUE,
	[PCISHARE_DMA_ADDRESS]	= PCISHARE_OWN,
	[PCISHARE_DMA_LENGTH]	= PCISHARE_OWN,
	[PCISHARE_DMA_COMMAND]	= PCISHARE_OWN,
	[PCISHARE_DENY]		= PCISHARE_OR_STOP,
};

/* A register that is not accessed so cannot have such a field. */
static const u8 pcishare_class_access[PCISHARE_CLASSES] = {
	[PCISHARE_CONST]	= PCISHARE_READ,
	[PCISHARE_RO]		= PCISHARE_READ,
	[PCISHARE_CONTEXT]	= PCISHARE_WRITE,
	[PCISHARE_START]	= PCISHARE_WRITE,
	[PCISHARE_STATUS]	= PCISHARE_READ,
	[PCISHARE_ACK]		= PCISHARE_WRITE,
	[PCISHARE_RAISE]	= PCISHARE_WRITE,
	[PCISHARE_DOORBELL]	= PCISHARE_WRITE,
	[PCISHARE_DMA_ADDRESS]	= PCISHARE_WRITE,
	[PCISHARE_DMA_LENGTH]	= PCISHARE_WRITE,
	[PCISHARE_DMA_COMMAND]	= PCISHARE_WRITE,
};

static const char *const pcishare_clear_words[] = {
	[PCISHARE_CLEAR_W1C]	= "w1c",
	[PCISHARE_CLEAR_RC]	= "rc",
	[PCISHARE_CLEAR_LATCH]	= "latch",
};

static bool pcishare_parse_value(struct pcishare_parser *p,
				 struct pcishare_field *field, const char *what,
				 u64 *value)
{
	return pcishare_expect_number(p, what, 0, pcishare_ones(field->width),
				      value);
}

static bool pcishare_parse_mask(struct pcishare_parser *p,
				struct pcishare_field *field)
{
	return pcishare_parse_value(p, field, "the mask", &field->mask);
}

static bool pcishare_parse_range(struct pcishare_parser *p,
				 struct pcishare_field *field)
{
	return pcishare_expect_range(p, "a value of the field", pcishare_ones(field->width),
				     &field->min, &field->max);
}

static bool pcishare_parse_xor(struct pcishare_parser *p,
			       struct pcishare_field *field)
{
	return pcishare_expect_word(p, "xor") &&
	       pcishare_parse_value(p, field, "the inverted bits", &field->xor);
}

static bool pcishare_parse_initial(struct pcishare_parser *p,
				   struct pcishare_field *field)
{
	return pcishare_parse_value(p, field, "the initial value", &field->value);
}

static bool pcishare_parse_queue(struct pcishare_parser *p,
				 struct pcishare_field *field)
{
	u64 number;

	if (!pcishare_expect_number(p, "the depth of the queue", 1, PCISHARE_QUEUE_MAX,
				    &number))
		return false;
	field->queue = number;
	return true;
}

/* By the bit that stands for it. */
static const struct {
	const char *word;
	bool (*parse)(struct pcishare_parser *p, struct pcishare_field *field);
} pcishare_attrs[] = {
	{ "mask", pcishare_parse_mask },
	{ "range", pcishare_parse_range },
	{ "or-stop", NULL },
	{ "restore", pcishare_parse_xor },
	{ "write-only", NULL },
	{ "initial", pcishare_parse_initial },
	{ "busy", NULL },
	{ "queue", pcishare_parse_queue },
	{ "once", NULL },
};

/* The bit of the attribute that the token names, or 0. */
static u16 pcishare_attr_bit(struct pcishare_parser *p, unsigned int *index)
{
	for (*index = 0; *index < ARRAY_SIZE(pcishare_attrs); ++*index) {
		if (pcishare_token_is(&p->lex.token,
				      pcishare_attrs[*index].word))
			return BIT(*index);
	}
	return 0;
}

static bool pcishare_parse_attr(struct pcishare_parser *p,
				struct pcishare_field *field)
{
	struct pcishare_token token = p->lex.token;
	unsigned int index;
	u16 bit = pcishare_attr_bit(p, &index);

	if (!bit)
		return pcishare_expected(p, "an attribute or the end of the line");
	if (!(bit & pcishare_class_attrs[field->class]) ||
	    (bit & field->attrs)) {
		pcishare_log_error(p->log, token.pos,
				   bit & field->attrs ? "'%s' is there twice" :
							"'%s' says nothing of '%s'",
				   pcishare_attrs[index].word,
				   pcishare_class_words[field->class]);
		return false;
	}
	field->attrs |= bit;
	pcishare_lex_next(&p->lex);
	return !pcishare_attrs[index].parse ||
	       pcishare_attrs[index].parse(p, field);
}

/*
 * The target of ack or raise may be declared further down. Until it is
 * resolved, @target.mask is where in the text it is.
 */
static bool pcishare_parse_target(struct pcishare_parser *p,
				  struct pcishare_field *field)
{
	u64 element;
	u32 at;

	if (p->lex.token.type != PCISHARE_T_WORD)
		return pcishare_expected(p, "the status that it is for");
	at = p->lex.token.text - p->lex.text;
	pcishare_lex_next(&p->lex);
	if (pcishare_take(p, PCISHARE_T_OPEN_INDEX) &&
	    (!pcishare_expect_number(p, "the index", 0, U64_MAX, &element) ||
	     !pcishare_expect(p, PCISHARE_T_CLOSE_INDEX)))
		return false;
	if (pcishare_take(p, PCISHARE_T_DOT)) {
		if (p->lex.token.type != PCISHARE_T_WORD)
			return pcishare_expected(p, "a field");
		pcishare_lex_next(&p->lex);
	}
	field->target.mask = at;
	return true;
}

/* The argument behind the word of the class. */
static bool pcishare_parse_argument(struct pcishare_parser *p,
				    struct pcishare_field *field)
{
	switch (field->class) {
	case PCISHARE_CONST:
		return pcishare_parse_value(p, field, "the constant", &field->value);
	case PCISHARE_STATUS:
		return pcishare_expect_choice(p, "w1c, rc or latch", pcishare_clear_words,
					      ARRAY_SIZE(pcishare_clear_words),
					      &field->clear);
	case PCISHARE_ACK:
	case PCISHARE_RAISE:
		return pcishare_parse_target(p, field);
	default:
		return true;
	}
}

/* Does what is said of the field fit together? */
static bool pcishare_check_field(struct pcishare_parser *p,
				 struct pcishare_field *field)
{
	const char *wrong = NULL;

	if (!field->mask)
		wrong = "nothing can be written: the mask is 0";
	else if ((field->attrs & PCISHARE_INITIAL) &&
		 !pcishare_field_accepts(field, field->value))
		wrong = "the initial value could not be written";
	else if ((field->attrs & PCISHARE_RESTORE_XOR) &&
		 (field->attrs & PCISHARE_WRITE_ONLY))
		wrong = "what is write-only is not read, so there is nothing to invert";
	else if ((field->attrs & PCISHARE_ONCE) &&
		 field->clear != PCISHARE_CLEAR_LATCH)
		wrong = "'once' says how a latch is cleared";
	else if ((field->attrs & PCISHARE_OR_STOP) &&
		 field->class != PCISHARE_DENY &&
		 !(field->attrs & (PCISHARE_MASK | PCISHARE_RANGE)))
		wrong = "'or-stop' needs a mask or a range that refuses something";
	if (wrong)
		pcishare_log_error(p->log, field->pos, "%s", wrong);
	return !wrong;
}

static bool pcishare_check_access(struct pcishare_parser *p,
				  const struct pcishare_reg *reg,
				  struct pcishare_field *field)
{
	u8 need = pcishare_class_access[field->class];

	if (need & ~reg->access) {
		pcishare_log_error(p->log, field->pos,
				   "'%s' is only %s, which makes no sense of '%s'",
				   reg->name,
				   reg->access == PCISHARE_READ ? "read" : "written",
				   pcishare_class_words[field->class]);
		return false;
	}
	/* A field that cannot be read is write-only, without saying so. */
	if (!(reg->access & PCISHARE_READ))
		field->attrs |= pcishare_class_attrs[field->class] &
				PCISHARE_WRITE_ONLY;
	return true;
}

/* All of an array's would be for one and the same status. */
static bool pcishare_check_alone(struct pcishare_parser *p,
				 const struct pcishare_reg *reg,
				 const struct pcishare_field *field)
{
	if (!reg->elements || (field->class != PCISHARE_ACK &&
			       field->class != PCISHARE_RAISE))
		return true;
	pcishare_log_error(p->log, field->pos,
			   "'%s' is for one status, and '%s' is an array",
			   pcishare_class_words[field->class], reg->name);
	return false;
}

/**
 * pcishare_parse_class - parse a class and its attributes to the line's end
 * @p: the parser
 * @reg: the register
 * @field: takes them; has its width
 *
 * Return: whether it is right.
 */
bool pcishare_parse_class(struct pcishare_parser *p,
			  const struct pcishare_reg *reg,
			  struct pcishare_field *field)
{
	field->mask = pcishare_ones(field->width);
	field->max = field->mask;
	if (!pcishare_expect_choice(p, "a class such as ro, context or live",
				    pcishare_class_words, PCISHARE_CLASSES,
				    &field->class) ||
	    !pcishare_check_access(p, reg, field) ||
	    !pcishare_check_alone(p, reg, field))
		return false;
	if (field->class == PCISHARE_DOORBELL)
		field->queue = PCISHARE_QUEUE_DEFAULT;
	if (!pcishare_parse_argument(p, field))
		return false;
	while (p->lex.token.type != PCISHARE_T_END) {
		if (!pcishare_parse_attr(p, field))
			return false;
	}
	return pcishare_check_field(p, field);
}

/* Read the target again where it is in the text. */
static void pcishare_resolve_target(struct pcishare_parser *p,
				    struct pcishare_field *field)
{
	u32 at = field->target.mask;

	pcishare_lex_go(&p->lex, at, field->pos.line);
	pcishare_parse_class_ref(p, PCISHARE_STATUS, &field->target);
}

/**
 * pcishare_resolve_targets - find the statuses of ack and raise registers
 * @p: the parser, whose registers are sorted
 */
void pcishare_resolve_targets(struct pcishare_parser *p)
{
	u32 i;

	for (i = 0; i < p->policy->nr_fields; i++) {
		struct pcishare_field *field = &p->policy->fields[i];

		/* A target that is wrong is where the text begins. */
		if (field->target.mask)
			pcishare_resolve_target(p, field);
	}
}
