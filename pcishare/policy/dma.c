// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers, descriptor rings, and memory of the device that guests use.
 */
#include "parse.h"

static const char *const pcishare_ways[] = { "pin", "bounce" };
static const char *const pcishare_cares[] = { "wipe", "save" };

static bool pcishare_expect_way(struct pcishare_parser *p, bool *bounce)
{
	u8 way;

	if (!pcishare_expect_choice(p, "pin or bounce", pcishare_ways,
				    ARRAY_SIZE(pcishare_ways), &way))
		return false;
	*bounce = way;
	return true;
}

/* A name that none of those before has, whose names are @stride apart. */
static bool pcishare_expect_new_name(struct pcishare_parser *p,
				     const char **name, unsigned int before,
				     size_t stride)
{
	struct pcishare_pos pos = p->lex.token.pos;
	unsigned int i;

	if (!pcishare_expect_name(p, name))
		return false;
	for (i = 1; i <= before; i++) {
		const char *other = *(const char **)((char *)name - i * stride);

		/* One that is wrong may have none. */
		if (!other || strcmp(other, *name))
			continue;
		pcishare_log_error(p->log, pos, "there is a %.*s '%s' already",
				   pcishare_shown(&p->statement),
				   p->statement.text, *name);
		return false;
	}
	return true;
}

/* [align N] [max N] */
static bool pcishare_parse_dma_limits(struct pcishare_parser *p,
				      struct pcishare_dma *dma)
{
	struct pcishare_pos pos;
	u64 number;

	dma->align = 1;
	dma->max = U64_MAX;
	if (pcishare_take_word(p, "align")) {
		pos = p->lex.token.pos;
		if (!pcishare_expect_number(p, "an alignment", 1, PCISHARE_STRIDE_MAX,
					    &number))
			return false;
		dma->align = number;
		if (!is_power_of_2(number)) {
			pcishare_log_error(p->log, pos, "an alignment is a power of two");
			return false;
		}
	}
	return !pcishare_take_word(p, "max") ||
	       pcishare_expect_number(p, "the largest size", 1, U64_MAX, &dma->max);
}

/* dma NAME command REF count REF pin|bounce [align N] [max N] */
bool pcishare_parse_dma(struct pcishare_parser *p)
{
	struct pcishare_dma *dma;

	dma = pcishare_pool_get(p, PCISHARE_POOL_DMAS, p->statement.pos);
	if (!dma)
		return false;
	dma->pos = p->statement.pos;
	if (!pcishare_expect_new_name(p, &dma->name, p->policy->nr_dmas++,
				      sizeof(*dma)) ||
	    !pcishare_expect_word(p, "command") ||
	    !pcishare_parse_class_ref(p, PCISHARE_DMA_COMMAND, &dma->command) ||
	    !pcishare_expect_word(p, "count") ||
	    !pcishare_parse_class_ref(p, PCISHARE_DMA_LENGTH, &dma->length) ||
	    !pcishare_expect_way(p, &dma->bounce))
		return false;
	p->dma = dma;
	return pcishare_parse_dma_limits(p, dma);
}

/* device REF [range A..B] */
static bool pcishare_parse_device_address(struct pcishare_parser *p,
					  struct pcishare_when *when)
{
	if (!pcishare_expect_word(p, "device") ||
	    !pcishare_parse_class_ref(p, PCISHARE_DMA_ADDRESS, &when->device))
		return false;
	when->max = U64_MAX;
	when->ranged = pcishare_take_word(p, "range");
	return !when->ranged ||
	       pcishare_expect_range(p, "an address in the device", when->device.mask,
				     &when->min, &when->max);
}

static bool pcishare_parse_bus_address(struct pcishare_parser *p,
				       struct pcishare_when *when)
{
	return pcishare_expect_word(p, "bus") &&
	       pcishare_parse_class_ref(p, PCISHARE_DMA_ADDRESS, &when->bus);
}

/* Both, in any order, with a comma between. */
static bool pcishare_parse_addresses(struct pcishare_parser *p,
				     struct pcishare_when *when)
{
	if (pcishare_token_is(&p->lex.token, "device"))
		return pcishare_parse_device_address(p, when) &&
		       pcishare_expect(p, PCISHARE_T_COMMA) &&
		       pcishare_parse_bus_address(p, when);
	return pcishare_parse_bus_address(p, when) &&
	       pcishare_expect(p, PCISHARE_T_COMMA) &&
	       pcishare_parse_device_address(p, when);
}

/* when COND: bus REF, device REF [range A..B] */
bool pcishare_parse_when(struct pcishare_parser *p)
{
	struct pcishare_when *when;

	if (!p->dma)
		return false;
	if (p->dma->nr_whens == PCISHARE_WHENS_MAX) {
		pcishare_log_error(p->log, p->statement.pos, "a dma has at most %u 'when'",
				   PCISHARE_WHENS_MAX);
		return false;
	}
	when = pcishare_pool_get(p, PCISHARE_POOL_WHENS, p->statement.pos);
	if (!p->dma->nr_whens++)
		p->dma->whens = when;
	when->pos = p->statement.pos;
	if (!pcishare_parse_cond(p, &when->cond) ||
	    !pcishare_expect(p, PCISHARE_T_COLON) ||
	    !pcishare_parse_addresses(p, when))
		return false;
	if (!when->ranged)
		pcishare_log_warning(p->log, when->pos,
				     "no range: any address in the device can be reached");
	return true;
}

/* done COND */
bool pcishare_parse_done(struct pcishare_parser *p)
{
	if (!p->dma)
		return false;
	if (p->dma->done.pos.line) {
		pcishare_log_error(p->log, p->statement.pos,
				   "there is a 'done' in line %u already",
				   p->dma->done.pos.line);
		return false;
	}
	return pcishare_parse_cond(p, &p->dma->done);
}

/* WORD BIT | WORD LOWEST..HIGHEST */
static bool pcishare_parse_ring_bits(struct pcishare_parser *p,
				     const char *word,
				     const struct pcishare_ring *ring,
				     struct pcishare_bits *bits)
{
	u64 most = ring->stride * 8 - 1;
	struct pcishare_pos pos;
	u64 low, high;

	if (!pcishare_expect_word(p, word))
		return false;
	pos = p->lex.token.pos;
	if (!pcishare_expect_number(p, "a bit of the descriptor", 0, most, &low))
		return false;
	high = low;
	if (pcishare_take(p, PCISHARE_T_TO) &&
	    !pcishare_expect_number(p, "a bit of the descriptor", 0, most, &high))
		return false;
	if (high < low || high - low > 63) {
		pcishare_log_error(p->log, pos,
				   "the lowest bit comes first, and there are at most 64");
		return false;
	}
	bits->low = low;
	bits->width = high - low + 1;
	return true;
}

/* count REF|N stride N */
static bool pcishare_parse_ring_size(struct pcishare_parser *p,
				     struct pcishare_ring *ring)
{
	u64 number;

	if (!pcishare_expect_word(p, "count"))
		return false;
	if (pcishare_at_number(p)) {
		if (!pcishare_expect_number(p, "a count", 1, 65536, &number))
			return false;
		ring->count = number;
	} else if (!pcishare_parse_ref(p, PCISHARE_READ, &ring->count_ref)) {
		return false;
	}
	if (!pcishare_expect_word(p, "stride") ||
	    !pcishare_expect_number(p, "a stride in bytes", 4, PCISHARE_STRIDE_MAX, &number))
		return false;
	ring->stride = number;
	return true;
}

static bool pcishare_bits_overlap(const struct pcishare_bits *a,
				  const struct pcishare_bits *b)
{
	return a->low < b->low + b->width && b->low < a->low + a->width;
}

/*
 * ring NAME base REF count REF|N stride N address BITS length BITS owner BITS
 * pin|bounce
 */
bool pcishare_parse_ring(struct pcishare_parser *p)
{
	struct pcishare_ring *ring;

	ring = pcishare_pool_get(p, PCISHARE_POOL_RINGS, p->statement.pos);
	if (!ring)
		return false;
	ring->pos = p->statement.pos;
	if (!pcishare_expect_new_name(p, &ring->name, p->policy->nr_rings++,
				      sizeof(*ring)) ||
	    !pcishare_expect_word(p, "base") ||
	    !pcishare_parse_class_ref(p, PCISHARE_DMA_ADDRESS, &ring->base) ||
	    !pcishare_parse_ring_size(p, ring) ||
	    !pcishare_parse_ring_bits(p, "address", ring, &ring->address) ||
	    !pcishare_parse_ring_bits(p, "length", ring, &ring->length) ||
	    !pcishare_parse_ring_bits(p, "owner", ring, &ring->owner) ||
	    !pcishare_expect_way(p, &ring->bounce))
		return false;
	if (!pcishare_bits_overlap(&ring->address, &ring->length) &&
	    !pcishare_bits_overlap(&ring->address, &ring->owner) &&
	    !pcishare_bits_overlap(&ring->length, &ring->owner))
		return true;
	pcishare_log_error(p->log, ring->pos,
			   "address, length and owner of a descriptor overlap");
	return false;
}

/* by DMA: one that is above */
static bool pcishare_parse_by(struct pcishare_parser *p,
			      struct pcishare_scratch *scratch)
{
	const struct pcishare_token *token = &p->lex.token;
	unsigned int i;

	if (token->type != PCISHARE_T_WORD)
		return pcishare_expected(p, "the name of a dma");
	for (i = 0; i < p->policy->nr_dmas; i++) {
		struct pcishare_dma *dma = &p->policy->dmas[i];

		if (!dma->name || !pcishare_token_is(token, dma->name))
			continue;
		scratch->dma = dma;
		pcishare_lex_next(&p->lex);
		return true;
	}
	pcishare_log_error(p->log, token->pos, "there is no dma '%.*s' above",
			   pcishare_shown(token), token->text);
	return false;
}

/* by DMA ADDRESS | bar N OFFSET */
static bool pcishare_parse_scratch_place(struct pcishare_parser *p,
					 struct pcishare_scratch *scratch)
{
	u64 bar;

	if (pcishare_take_word(p, "by")) {
		return pcishare_parse_by(p, scratch) &&
		       pcishare_expect_number(p, "an address in the device", 0, U64_MAX >> 1,
					      &scratch->address);
	}
	if (!pcishare_take_word(p, "bar"))
		return pcishare_expected(p, "by or bar");
	if (!pcishare_expect_number(p, "a BAR", 0, PCISHARE_BARS - 1, &bar))
		return false;
	scratch->bar = bar;
	return pcishare_check_no_table(p, bar, scratch->pos) &&
	       pcishare_check_present(p, bar, scratch->pos) &&
	       pcishare_expect_number(p, "an offset", 0, PCISHARE_BAR_SIZE_MAX,
				      &scratch->address);
}

/* scratch NAME by DMA ADDRESS SIZE save|wipe | scratch NAME bar N OFFSET ... */
bool pcishare_parse_scratch(struct pcishare_parser *p)
{
	struct pcishare_scratch *scratch;
	u64 number;
	u8 care;

	scratch =
		pcishare_pool_get(p, PCISHARE_POOL_SCRATCHES, p->statement.pos);
	if (!scratch)
		return false;
	scratch->pos = p->statement.pos;
	if (!pcishare_expect_new_name(p, &scratch->name,
				      p->policy->nr_scratches++,
				      sizeof(*scratch)) ||
	    !pcishare_parse_scratch_place(p, scratch) ||
	    !pcishare_expect_number(p, "a size in bytes", 1,
				    PCISHARE_BAR_SIZE_MAX, &number) ||
	    !pcishare_expect_choice(p, "save or wipe", pcishare_cares,
				    ARRAY_SIZE(pcishare_cares), &care))
		return false;
	scratch->size = number;
	scratch->save = care;
	if (scratch->dma || scratch->address + scratch->size <=
				    p->policy->bars[scratch->bar].size)
		return true;
	pcishare_log_error(p->log, scratch->pos, "it ends at 0x%llx, beyond bar %u",
			   scratch->address + scratch->size, scratch->bar);
	return false;
}

static bool pcishare_covers(const struct pcishare_ref *ref, unsigned int reg,
			    const struct pcishare_field *field)
{
	return ref->reg == reg && (ref->mask << ref->low) >> field->low & 1;
}

static bool pcishare_dma_uses(const struct pcishare_dma *dma, unsigned int reg,
			      const struct pcishare_field *field)
{
	unsigned int i;

	if (pcishare_covers(&dma->command, reg, field) ||
	    pcishare_covers(&dma->length, reg, field))
		return true;
	for (i = 0; i < dma->nr_whens; i++) {
		if (pcishare_covers(&dma->whens[i].bus, reg, field) ||
		    pcishare_covers(&dma->whens[i].device, reg, field))
			return true;
	}
	return false;
}

static bool pcishare_transfers(const struct pcishare_policy *policy,
			       unsigned int reg,
			       const struct pcishare_field *field)
{
	unsigned int i;

	for (i = 0; i < policy->nr_dmas; i++) {
		if (pcishare_dma_uses(&policy->dmas[i], reg, field))
			return true;
	}
	for (i = 0; i < policy->nr_rings; i++) {
		if (pcishare_covers(&policy->rings[i].base, reg, field) ||
		    pcishare_covers(&policy->rings[i].count_ref, reg, field))
			return true;
	}
	return false;
}

static void pcishare_check_dma_fields(struct pcishare_parser *p,
				      unsigned int index)
{
	const struct pcishare_reg *reg = &p->policy->regs[index];
	u16 i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (field->class < PCISHARE_DMA_ADDRESS ||
		    field->class > PCISHARE_DMA_COMMAND ||
		    pcishare_transfers(p->policy, index, field) ||
		    (reg->element &&
		     pcishare_log_has(p->log, field->pos, false)))
			continue;
		pcishare_log_warning(p->log, field->pos,
				     "the device never gets this: no dma or ring has it");
	}
}

/**
 * pcishare_check_dmas - check what no single line shows
 * @p: the parser
 */
void pcishare_check_dmas(struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < p->policy->nr_dmas; i++) {
		/* One that is wrong has no largest size. */
		if (p->policy->dmas[i].max && !p->policy->dmas[i].nr_whens)
			pcishare_log_error(p->log, p->policy->dmas[i].pos,
					   "a dma needs a 'when' that says what its addresses are");
	}
}

/**
 * pcishare_doubt_dmas - warn of what no single line shows
 * @p: the parser, which has found nothing wrong
 */
void pcishare_doubt_dmas(struct pcishare_parser *p)
{
	unsigned int i;

	for (i = 0; i < p->policy->nr_regs; i++)
		pcishare_check_dma_fields(p, i);
}
