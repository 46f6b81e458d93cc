/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of the policy parser. No other file includes this.
 *
 * The text is read three times: to count, so that one allocation is enough; for
 * what declares registers; and for what refers to them. A function that parses
 * finds its first token in @lex and leaves the one after its last there. It
 * returns false after having logged what it did not like, or if it depends on
 * something that was not liked before. Then the rest of the line is skipped.
 * When anything was not liked the policy is thrown away in the end, so what is
 * half done may stay.
 *
 * Those named after a statement parse what comes behind its first word; above
 * each of them is what that may be, as Documentation/policy.rst spells it.
 */
#ifndef PCISHARE_POLICY_PARSE_H
#define PCISHARE_POLICY_PARSE_H

#include "policy.h"
#include "lex.h"

/* Arrays of a policy. */
enum pcishare_pool_id {
	PCISHARE_POOL_NONE,
	PCISHARE_POOL_DEVICES,
	PCISHARE_POOL_REGS,
	PCISHARE_POOL_BY_NAME,
	PCISHARE_POOL_FIELDS,
	PCISHARE_POOL_ORDERED,
	PCISHARE_POOL_WINDOWS,
	PCISHARE_POOL_OPS,
	PCISHARE_POOL_STEPS,
	PCISHARE_POOL_SOURCES,
	PCISHARE_POOL_DMAS,
	PCISHARE_POOL_WHENS,
	PCISHARE_POOL_RINGS,
	PCISHARE_POOL_SCRATCHES,
	PCISHARE_POOLS,
};

/**
 * struct pcishare_pool - an array of a policy, while it is filled
 * @base: its first element
 * @count: how many are used
 * @room: how many there are
 * @full: that there are no more was said
 */
struct pcishare_pool {
	char *base;
	u32 count;
	u32 room;
	bool full;
};

struct pcishare_parser;

/* The block that the lines below a statement belong to. */
enum pcishare_block {
	PCISHARE_IN_NONE,
	PCISHARE_IN_REG,
	PCISHARE_IN_DMA,
	PCISHARE_IN_RECIPE,
};

/* When a statement is parsed. */
enum pcishare_phase {
	PCISHARE_DECLARE,
	PCISHARE_REFER,
};

/**
 * struct pcishare_statement - what may be the first word of a line
 * @word: the word
 * @parse: parses what comes after it
 * @phase: &enum pcishare_phase
 * @pool: a line takes an element of it, at most
 * @within: &enum pcishare_block that it is part of
 * @opens: &enum pcishare_block that begins with it
 * @once: it may be there only once
 * @needed: it has to be there
 */
struct pcishare_statement {
	const char *word;
	bool (*parse)(struct pcishare_parser *p);
	u8 phase;
	u8 pool;
	u8 within;
	u8 opens;
	bool once;
	bool needed;
};

/**
 * struct pcishare_parser - parsing of a policy
 * @lex: where reading has come to
 * @log: takes what there is to say
 * @errors: how many errors were in it before
 * @policy: what comes of it
 * @pools: its arrays
 * @strings: where the next string goes
 * @names: how many bytes the name of a register of an array may take; 0 if
 *	there are no arrays
 * @phase: &enum pcishare_phase
 * @block: &enum pcishare_block that the line may be part of
 * @statement: the first word of the line
 * @seen: by statement, in which line it was first
 * @reg: the block's register, or NULL if it was wrong
 * @dma: the block's transfer, or NULL if it was wrong
 * @recipe: the block's recipe, or NULL if it was wrong
 */
struct pcishare_parser {
	struct pcishare_lex lex;
	struct pcishare_policy_log *log;
	unsigned int errors;
	struct pcishare_policy *policy;
	struct pcishare_pool pools[PCISHARE_POOLS];
	char *strings;
	u32 names;
	u8 phase;
	u8 block;
	struct pcishare_token statement;
	u32 seen[32];
	struct pcishare_reg *reg;
	struct pcishare_dma *dma;
	struct pcishare_recipe *recipe;
};

/* For "%.*s": as much of a token as a message has room for. */
static inline int pcishare_shown(const struct pcishare_token *token)
{
	return token->len > 40 ? 40 : token->len;
}

/* log.c */
__printf(3, 4) void pcishare_log_error(struct pcishare_policy_log *log,
				       struct pcishare_pos pos,
				       const char *format, ...);
__printf(3, 4) void pcishare_log_warning(struct pcishare_policy_log *log,
					 struct pcishare_pos pos,
					 const char *format, ...);

bool pcishare_log_has(const struct pcishare_policy_log *log,
		      struct pcishare_pos pos, bool error);

/* expect.c */
bool pcishare_expected(struct pcishare_parser *p, const char *what);
bool pcishare_expected_near(struct pcishare_parser *p, const char *what,
			    const char *near);
bool pcishare_is_near(const struct pcishare_token *token, const char *word);
bool pcishare_take(struct pcishare_parser *p, unsigned int type);
bool pcishare_expect(struct pcishare_parser *p, unsigned int type);
bool pcishare_take_word(struct pcishare_parser *p, const char *word);
bool pcishare_expect_word(struct pcishare_parser *p, const char *word);
bool pcishare_at_number(const struct pcishare_parser *p);
bool pcishare_token_number(const struct pcishare_token *token, u64 *number);
bool pcishare_expect_number(struct pcishare_parser *p, const char *what,
			    u64 min, u64 max, u64 *number);
bool pcishare_expect_time(struct pcishare_parser *p, u32 min, u32 max, u32 *us);
bool pcishare_expect_range(struct pcishare_parser *p, const char *what,
			   u64 most, u64 *min, u64 *max);
bool pcishare_expect_ids(struct pcishare_parser *p, u16 *vendor, u16 *device);
bool pcishare_expect_name(struct pcishare_parser *p, const char **name);
bool pcishare_expect_string(struct pcishare_parser *p, const char **string);
bool pcishare_expect_choice(struct pcishare_parser *p, const char *what,
			    const char *const *words, unsigned int count,
			    u8 *choice);

/* plan.c */
bool pcishare_plan_make(struct pcishare_policy *policy,
			struct pcishare_policy_log *log);

/* parse.c */
void *pcishare_policy_alloc(size_t size, struct pcishare_policy_log *log);
void *pcishare_pool_get(struct pcishare_parser *p, unsigned int id,
			struct pcishare_pos pos);

/* share.c */
bool pcishare_parse_policy(struct pcishare_parser *p);
bool pcishare_parse_device(struct pcishare_parser *p);
bool pcishare_parse_share(struct pcishare_parser *p);
bool pcishare_parse_unnamed(struct pcishare_parser *p);
bool pcishare_parse_idle(struct pcishare_parser *p);

/* bar.c */
bool pcishare_parse_bar(struct pcishare_parser *p);
bool pcishare_check_no_table(struct pcishare_parser *p, unsigned int bar,
			     struct pcishare_pos pos);
bool pcishare_parse_partition(struct pcishare_parser *p);
bool pcishare_check_present(struct pcishare_parser *p, unsigned int bar,
			    struct pcishare_pos pos);
void pcishare_check_bars(struct pcishare_parser *p);
void pcishare_doubt_bars(struct pcishare_parser *p);

/* reg.c */
bool pcishare_parse_reg(struct pcishare_parser *p);
bool pcishare_parse_field(struct pcishare_parser *p);
void pcishare_sort_regs(struct pcishare_parser *p);
void pcishare_check_regs(struct pcishare_parser *p);

/* array.c */
void pcishare_count_array(struct pcishare_parser *p);
bool pcishare_parse_count(struct pcishare_parser *p, struct pcishare_reg *reg);
bool pcishare_parse_step(struct pcishare_parser *p, struct pcishare_reg *reg);
bool pcishare_check_step(struct pcishare_parser *p,
			 const struct pcishare_reg *reg, unsigned int width);
void pcishare_expand_arrays(struct pcishare_parser *p);
const struct pcishare_reg *pcishare_parse_element(struct pcishare_parser *p);

/* order.c */
bool pcishare_parse_save_order(struct pcishare_parser *p);
bool pcishare_parse_restore_order(struct pcishare_parser *p);

/* class.c */
bool pcishare_parse_class(struct pcishare_parser *p,
			  const struct pcishare_reg *reg,
			  struct pcishare_field *field);
void pcishare_resolve_targets(struct pcishare_parser *p);

/* cond.c */
bool pcishare_parse_ref(struct pcishare_parser *p, unsigned int access,
			struct pcishare_ref *ref);
bool pcishare_parse_class_ref(struct pcishare_parser *p, unsigned int class,
			      struct pcishare_ref *ref);
bool pcishare_parse_cond(struct pcishare_parser *p, struct pcishare_cond *cond);

/* irq.c */
bool pcishare_parse_irq(struct pcishare_parser *p);
bool pcishare_parse_bus_master(struct pcishare_parser *p);
void pcishare_check_irqs(struct pcishare_parser *p);
void pcishare_doubt_irqs(struct pcishare_parser *p);

/* recipe.c */
bool pcishare_parse_quiesce(struct pcishare_parser *p);
bool pcishare_parse_restore(struct pcishare_parser *p);
bool pcishare_parse_reset(struct pcishare_parser *p);
bool pcishare_parse_ack(struct pcishare_parser *p);
bool pcishare_parse_write(struct pcishare_parser *p);
bool pcishare_parse_read(struct pcishare_parser *p);
bool pcishare_parse_wait(struct pcishare_parser *p);
bool pcishare_parse_delay(struct pcishare_parser *p);
void pcishare_check_reset(struct pcishare_parser *p);
void pcishare_doubt_recipes(struct pcishare_parser *p);

/* dma.c */
bool pcishare_parse_dma(struct pcishare_parser *p);
bool pcishare_parse_when(struct pcishare_parser *p);
bool pcishare_parse_done(struct pcishare_parser *p);
bool pcishare_parse_ring(struct pcishare_parser *p);
bool pcishare_parse_scratch(struct pcishare_parser *p);
void pcishare_check_dmas(struct pcishare_parser *p);
void pcishare_doubt_dmas(struct pcishare_parser *p);

/* absent.c */
void pcishare_check_absent(struct pcishare_parser *p);

/* check.c */
void pcishare_check_policy(struct pcishare_parser *p);

#endif
