// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of policies: lines, what each of them may begin with, and the one
 * allocation that a policy is.
 */
#include "parse.h"

#define PCISHARE_STEP						\
	.phase = PCISHARE_REFER, .pool = PCISHARE_POOL_STEPS,	\
	.within = PCISHARE_IN_RECIPE
#define PCISHARE_RECIPE						\
	.phase = PCISHARE_REFER, .opens = PCISHARE_IN_RECIPE

static const struct pcishare_statement pcishare_statements[] = {
	{ "policy", pcishare_parse_policy, .once = true, .needed = true },
	{ "device", pcishare_parse_device, .pool = PCISHARE_POOL_DEVICES, .needed = true },
	{ "share", pcishare_parse_share, .once = true, .needed = true },
	{ "bar", pcishare_parse_bar, .needed = true },
	{ "reg", pcishare_parse_reg, .pool = PCISHARE_POOL_REGS, .opens = PCISHARE_IN_REG },
	{ "field", pcishare_parse_field, .pool = PCISHARE_POOL_FIELDS,
	  .within = PCISHARE_IN_REG },
	{ "save-order", pcishare_parse_save_order, .phase = PCISHARE_REFER,
	  .pool = PCISHARE_POOL_ORDERED, .once = true },
	{ "restore-order", pcishare_parse_restore_order, .phase = PCISHARE_REFER,
	  .pool = PCISHARE_POOL_ORDERED, .once = true },
	{ "unnamed", pcishare_parse_unnamed, .once = true },
	{ "partition", pcishare_parse_partition, .phase = PCISHARE_REFER,
	  .pool = PCISHARE_POOL_WINDOWS },
	{ "idle", pcishare_parse_idle, .phase = PCISHARE_REFER, .once = true },
	{ "irq", pcishare_parse_irq, .phase = PCISHARE_REFER, .pool = PCISHARE_POOL_SOURCES },
	{ "bus-master", pcishare_parse_bus_master, .once = true },
	{ "quiesce", pcishare_parse_quiesce, PCISHARE_RECIPE },
	{ "restore", pcishare_parse_restore, PCISHARE_RECIPE },
	{ "reset", pcishare_parse_reset, PCISHARE_RECIPE },
	{ "ack", pcishare_parse_ack, PCISHARE_RECIPE },
	{ "write", pcishare_parse_write, PCISHARE_STEP },
	{ "read", pcishare_parse_read, PCISHARE_STEP },
	{ "wait", pcishare_parse_wait, PCISHARE_STEP },
	{ "delay", pcishare_parse_delay, PCISHARE_STEP },
	{ "dma", pcishare_parse_dma, .phase = PCISHARE_REFER, .pool = PCISHARE_POOL_DMAS,
	  .opens = PCISHARE_IN_DMA },
	{ "when", pcishare_parse_when, .phase = PCISHARE_REFER, .pool = PCISHARE_POOL_WHENS,
	  .within = PCISHARE_IN_DMA },
	{ "done", pcishare_parse_done, .phase = PCISHARE_REFER, .within = PCISHARE_IN_DMA },
	{ "ring", pcishare_parse_ring, .phase = PCISHARE_REFER, .pool = PCISHARE_POOL_RINGS },
	{ "scratch", pcishare_parse_scratch, .phase = PCISHARE_REFER,
	  .pool = PCISHARE_POOL_SCRATCHES },
};

static const char *const pcishare_blocks[] = {
	[PCISHARE_IN_REG]	= "a reg",
	[PCISHARE_IN_DMA]	= "a dma",
	[PCISHARE_IN_RECIPE]	= "a recipe",
};

#define PCISHARE_WINDOWS_MAX	(PCISHARE_GUESTS_MAX * PCISHARE_BARS)

static const struct {
	const char *what;
	u32 size;
	u32 limit;
} pcishare_pool_kinds[PCISHARE_POOLS] = {
	[PCISHARE_POOL_DEVICES]	= { "devices", sizeof(struct pcishare_policy_device),
				    PCISHARE_DEVICES_MAX },
	[PCISHARE_POOL_REGS]	= { "registers", sizeof(struct pcishare_reg),
				    PCISHARE_REGS_MAX },
	[PCISHARE_POOL_BY_NAME]	= { "names", sizeof(struct pcishare_reg *),
				    PCISHARE_REGS_MAX },
	[PCISHARE_POOL_FIELDS]	= { "fields", sizeof(struct pcishare_field),
				    PCISHARE_FIELDS_MAX },
	[PCISHARE_POOL_ORDERED]	= { "registers in an order", sizeof(u16),
				    PCISHARE_REGS_MAX * PCISHARE_ORDERS },
	[PCISHARE_POOL_WINDOWS]	= { "windows", sizeof(struct pcishare_window),
				    PCISHARE_WINDOWS_MAX },
	[PCISHARE_POOL_OPS]	= { "comparisons", sizeof(struct pcishare_cond_op),
				    PCISHARE_OPS_MAX },
	[PCISHARE_POOL_STEPS]	= { "steps", sizeof(struct pcishare_step),
				    PCISHARE_STEPS_MAX * PCISHARE_RECIPES },
	[PCISHARE_POOL_SOURCES]	= { "sources of interrupts", sizeof(struct pcishare_policy_source),
				    PCISHARE_SOURCES_MAX },
	[PCISHARE_POOL_DMAS]	= { "transfers", sizeof(struct pcishare_dma),
				    PCISHARE_DMAS_MAX },
	[PCISHARE_POOL_WHENS]	= { "whens", sizeof(struct pcishare_when),
				    PCISHARE_WHENS_MAX * PCISHARE_DMAS_MAX },
	[PCISHARE_POOL_RINGS]	= { "rings", sizeof(struct pcishare_ring),
				    PCISHARE_RINGS_MAX },
	[PCISHARE_POOL_SCRATCHES] = { "scratches", sizeof(struct pcishare_scratch),
				      PCISHARE_SCRATCHES_MAX },
};

/* Where what is about the whole text is. */
static const struct pcishare_pos pcishare_top = { 1, 1 };

/**
 * pcishare_pool_get - take the next element of an array
 * @p: the parser
 * @id: &enum pcishare_pool_id
 * @pos: where the text wants it
 *
 * Return: the element, zeroed, or NULL if there are no more, which is said
 * once.
 */
void *pcishare_pool_get(struct pcishare_parser *p, unsigned int id,
			struct pcishare_pos pos)
{
	struct pcishare_pool *pool = &p->pools[id];

	if (pool->count < pool->room)
		return pool->base +
		       pool->count++ * pcishare_pool_kinds[id].size;
	if (!pool->full)
		pcishare_log_error(p->log, pos, "there are at most %u %s",
				   pcishare_pool_kinds[id].limit,
				   pcishare_pool_kinds[id].what);
	pool->full = true;
	return NULL;
}

/* Which statement is the line? NULL if none. */
static const struct pcishare_statement *
pcishare_statement(struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pcishare_statements); i++) {
		if (pcishare_token_is(&p->lex.token,
				      pcishare_statements[i].word))
			return &pcishare_statements[i];
	}
	return NULL;
}

/* Counts what the line may take from the pools, at most. */
static void pcishare_count_line(struct pcishare_parser *p)
{
	const struct pcishare_statement *statement = pcishare_statement(p);
	bool ordered = statement && statement->pool == PCISHARE_POOL_ORDERED;

	if (statement)
		p->pools[statement->pool].room++;
	if (statement && statement->pool == PCISHARE_POOL_REGS)
		pcishare_count_array(p);
	while (p->lex.token.type != PCISHARE_T_END) {
		if (p->lex.token.type >= PCISHARE_T_AND &&
		    p->lex.token.type <= PCISHARE_T_GT)
			p->pools[PCISHARE_POOL_OPS].room++;
		else if (p->lex.token.type == PCISHARE_T_WORD)
			p->pools[PCISHARE_POOL_ORDERED].room += ordered;
		pcishare_lex_next(&p->lex);
	}
}

/* How much room there has to be in each pool. */
static void pcishare_count(struct pcishare_parser *p)
{
	struct pcishare_pool *pools = p->pools;
	unsigned int id;

	do {
		pcishare_count_line(p);
	} while (pcishare_lex_next_line(&p->lex));
	pools[PCISHARE_POOL_BY_NAME].room = pools[PCISHARE_POOL_REGS].room;
	pools[PCISHARE_POOL_FIELDS].room += pools[PCISHARE_POOL_REGS].room;
	if (pools[PCISHARE_POOL_WINDOWS].room)
		pools[PCISHARE_POOL_WINDOWS].room = PCISHARE_WINDOWS_MAX;
	for (id = 0; id < PCISHARE_POOLS; id++) {
		if (pools[id].room > pcishare_pool_kinds[id].limit)
			pools[id].room = pcishare_pool_kinds[id].limit;
	}
}

/* From the end of the policy on, or of what is in front. */
static size_t pcishare_pool_size(const struct pcishare_parser *p,
				 unsigned int id)
{
	return ALIGN((size_t)p->pools[id].room * pcishare_pool_kinds[id].size,
		     sizeof(u64));
}

/**
 * pcishare_policy_alloc - memory for a policy, or a part of it
 * @size: how much
 * @log: takes an error if there is none
 *
 * Return: the memory, zeroed, or NULL.
 */
void *pcishare_policy_alloc(size_t size, struct pcishare_policy_log *log)
{
	void *memory = kvzalloc(size, GFP_KERNEL);

	if (!memory)
		pcishare_log_error(log, pcishare_top, "out of memory");
	return memory;
}

/* Strings are parts of the text, and each has its end where more of it is. */
static bool pcishare_allocate(struct pcishare_parser *p)
{
	size_t strings, size = ALIGN(sizeof(*p->policy), sizeof(u64));
	unsigned int id;
	char *base;

	for (id = 0; id < PCISHARE_POOLS; id++)
		size += pcishare_pool_size(p, id);
	strings = p->lex.len + 1 + p->pools[PCISHARE_POOL_REGS].room * p->names;
	base = pcishare_policy_alloc(size + strings, p->log);
	if (!base)
		return false;
	p->policy = (struct pcishare_policy *)base;
	p->strings = base + size;
	base += ALIGN(sizeof(*p->policy), sizeof(u64));
	for (id = 0; id < PCISHARE_POOLS; id++) {
		p->pools[id].base = base;
		base += pcishare_pool_size(p, id);
	}
	return true;
}

/* The arrays begin where the pools do. */
static void pcishare_arrange(struct pcishare_parser *p)
{
	struct pcishare_policy *policy = p->policy;

	policy->devices = (void *)p->pools[PCISHARE_POOL_DEVICES].base;
	policy->regs = (void *)p->pools[PCISHARE_POOL_REGS].base;
	policy->by_name = (void *)p->pools[PCISHARE_POOL_BY_NAME].base;
	policy->fields = (void *)p->pools[PCISHARE_POOL_FIELDS].base;
	if (p->pools[PCISHARE_POOL_WINDOWS].room)
		policy->windows = (void *)p->pools[PCISHARE_POOL_WINDOWS].base;
	policy->sources = (void *)p->pools[PCISHARE_POOL_SOURCES].base;
	policy->dmas = (void *)p->pools[PCISHARE_POOL_DMAS].base;
	policy->rings = (void *)p->pools[PCISHARE_POOL_RINGS].base;
	policy->scratches = (void *)p->pools[PCISHARE_POOL_SCRATCHES].base;
}

/* The parent of the lines below is not known before it is parsed. */
static void pcishare_open_block(struct pcishare_parser *p, unsigned int block)
{
	p->block = block;
	p->reg = NULL;
	p->dma = NULL;
	p->recipe = NULL;
}

/* May the statement be here? */
static bool pcishare_allowed(struct pcishare_parser *p,
			     const struct pcishare_statement *statement)
{
	u32 *seen = &p->seen[statement - pcishare_statements];

	if (statement->within && statement->within != p->block) {
		pcishare_log_error(p->log, p->statement.pos,
				   "'%s' belongs to %s above it",
				   statement->word,
				   pcishare_blocks[statement->within]);
		return false;
	}
	if (*seen && statement->once) {
		pcishare_log_error(p->log, p->statement.pos,
				   "'%s' was there in line %u already", statement->word, *seen);
		return false;
	}
	*seen = p->statement.pos.line;
	return true;
}

static void pcishare_parse_statement(struct pcishare_parser *p,
				     const struct pcishare_statement *statement)
{
	bool allowed = statement->phase == p->phase &&
		       pcishare_allowed(p, statement);

	if (!statement->within)
		pcishare_open_block(p, statement->opens);
	if (!allowed)
		return;
	pcishare_lex_next(&p->lex);
	if (statement->parse(p))
		pcishare_expect(p, PCISHARE_T_END);
}

/* Returns the statement that the line was meant to be, perhaps; or NULL. */
static const char *pcishare_statement_near(const struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pcishare_statements); i++) {
		if (pcishare_is_near(&p->lex.token,
				     pcishare_statements[i].word))
			return pcishare_statements[i].word;
	}
	return NULL;
}

static void pcishare_parse_line(struct pcishare_parser *p)
{
	const struct pcishare_statement *statement = pcishare_statement(p);

	p->statement = p->lex.token;
	if (statement)
		pcishare_parse_statement(p, statement);
	else if (p->lex.token.type != PCISHARE_T_END &&
		 p->phase == PCISHARE_DECLARE)
		pcishare_expected_near(p, "a statement such as reg, field or idle",
				       pcishare_statement_near(p));
}

static void pcishare_parse_lines(struct pcishare_parser *p, unsigned int phase)
{
	p->phase = phase;
	pcishare_open_block(p, PCISHARE_IN_NONE);
	pcishare_lex_start(&p->lex, p->lex.text, p->lex.len);
	do {
		pcishare_parse_line(p);
	} while (pcishare_lex_next_line(&p->lex));
}

/* If a line is wrong, it may have been the one that is missing. */
static void pcishare_check_needed(struct pcishare_parser *p)
{
	unsigned int i;

	if (p->log->errors != p->errors)
		return;
	for (i = 0; i < ARRAY_SIZE(pcishare_statements); i++) {
		if (pcishare_statements[i].needed && !p->seen[i])
			pcishare_log_error(p->log, pcishare_top, "there is no '%s'",
					   pcishare_statements[i].word);
	}
}

static void pcishare_parse_all(struct pcishare_parser *p)
{
	pcishare_arrange(p);
	pcishare_parse_lines(p, PCISHARE_DECLARE);
	pcishare_expand_arrays(p);
	pcishare_sort_regs(p);
	pcishare_resolve_targets(p);
	pcishare_parse_lines(p, PCISHARE_REFER);
	pcishare_check_needed(p);
	pcishare_check_policy(p);
	if (!p->policy->name && p->policy->nr_devices)
		p->policy->name = p->policy->devices[0].name;
}

/**
 * pcishare_policy_parse - make a policy of its text
 * @text: the text; any bytes, needs no NUL
 * @len: its length
 * @log: takes all there is to say
 *
 * Context: may sleep.
 * Return: the policy, to be given to pcishare_policy_free(); or NULL, and there
 * is an error in @log.
 */
struct pcishare_policy *pcishare_policy_parse(const char *text, size_t len,
					      struct pcishare_policy_log *log)
{
	struct pcishare_parser p = { .log = log, .errors = log->errors };

	static_assert(ARRAY_SIZE(pcishare_statements) <= ARRAY_SIZE(p.seen), "a place for each");
	if (len > PCISHARE_POLICY_SIZE_MAX) {
		pcishare_log_error(log, pcishare_top, "a policy has at most %u bytes",
				   PCISHARE_POLICY_SIZE_MAX);
		return NULL;
	}
	pcishare_lex_start(&p.lex, text, len);
	pcishare_count(&p);
	if (!pcishare_allocate(&p))
		return NULL;
	pcishare_parse_all(&p);
	if (log->errors == p.errors && pcishare_plan_make(p.policy, log))
		return p.policy;
	pcishare_policy_free(p.policy);
	return NULL;
}

/**
 * pcishare_policy_free - free a policy
 * @policy: the policy, or NULL
 */
void pcishare_policy_free(struct pcishare_policy *policy)
{
	if (policy)
		kvfree(policy->plan);
	kvfree(policy);
}
