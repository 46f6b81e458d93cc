// SPDX-License-Identifier: GPL-2.0
/*
 * The BARs of the device, and how they are cut up between partitions.
 */
#include "parse.h"

static const char *const pcishare_spaces[] = {
	[PCISHARE_IO - 1]	= "io",
	[PCISHARE_MEM - 1]	= "mem",
	[PCISHARE_MEM64 - 1]	= "mem64",
	[PCISHARE_TABLE - 1]	= "msix",
};

/*
 * PCI Local Bus Specification 3.0, section 6.2.5.1. Devices have larger ones,
 * which work on some machines.
 */
#define PCISHARE_IO_BAR_MAX	256

/* The least a BAR can be: PCI has no smaller. */
static u32 pcishare_bar_least(unsigned int space)
{
	return space == PCISHARE_IO ? 4 : 16;
}

static bool pcishare_parse_bar_number(struct pcishare_parser *p, u64 *bar)
{
	return pcishare_expect_number(p, "a BAR", 0, PCISHARE_BARS - 1, bar);
}

/* Size of a BAR, which PCI wants to be a power of two. */
static bool pcishare_parse_bar_size(struct pcishare_parser *p, u32 least,
				    u32 *size)
{
	struct pcishare_pos pos = p->lex.token.pos;
	u64 number;

	if (!pcishare_expect_number(p, "a size in bytes", least, PCISHARE_BAR_SIZE_MAX,
				    &number))
		return false;
	if (!is_power_of_2(number)) {
		pcishare_log_error(p->log, pos, "the size of a BAR is a power of two");
		return false;
	}
	*size = number;
	return true;
}

/* Is there room for a BAR of this kind? */
static bool pcishare_bar_free(struct pcishare_parser *p, unsigned int bar)
{
	struct pcishare_policy_bar *bars = p->policy->bars;

	if (bars[bar].space != PCISHARE_NO_BAR) {
		pcishare_log_error(p->log, p->statement.pos,
				   "bar %u was declared in line %u already", bar,
				   bars[bar].pos.line);
		return false;
	}
	bars[bar].pos = p->statement.pos;
	return true;
}

/* The BAR with the table of MSI-X; NULL if there is none. */
static const struct pcishare_policy_bar *
pcishare_table_bar(const struct pcishare_policy *policy)
{
	unsigned int i;

	for (i = 0; i < PCISHARE_BARS; i++)
		if (policy->bars[i].space == PCISHARE_TABLE &&
		    policy->bars[i].size)
			return &policy->bars[i];
	return NULL;
}

/* Guests have one table. */
static bool pcishare_parse_table(struct pcishare_parser *p,
				 struct pcishare_policy_bar *bar)
{
	const struct pcishare_policy_bar *table = pcishare_table_bar(p->policy);

	if (table) {
		pcishare_log_error(p->log, p->statement.pos,
				   "the table of MSI-X is in a bar declared in line %u already",
				   table->pos.line);
		return false;
	}
	bar->size = PCISHARE_TABLE_SIZE;
	return true;
}

/**
 * pcishare_check_no_table - is a BAR one that a statement can be about?
 * @p: the parser
 * @bar: which BAR
 * @pos: of the statement
 *
 * Return: false if it has the table of MSI-X, after complaining.
 */
bool pcishare_check_no_table(struct pcishare_parser *p, unsigned int bar,
			     struct pcishare_pos pos)
{
	if (p->policy->bars[bar].space != PCISHARE_TABLE)
		return true;
	pcishare_log_error(p->log, pos,
			   "bar %u has the table of MSI-X and nothing else", bar);
	return false;
}

/**
 * pcishare_check_present - is a BAR one that the device has?
 * @p: the parser
 * @bar: which BAR
 * @pos: of what is there only if it has
 *
 * Return: false if it has not, after complaining.
 */
bool pcishare_check_present(struct pcishare_parser *p, unsigned int bar,
			    struct pcishare_pos pos)
{
	if (!p->policy->bars[bar].absent)
		return true;
	pcishare_log_error(p->log, pos, "bar %u is absent from the device", bar);
	return false;
}

/* bar N io|mem|mem64 SIZE [prefetch] [absent] | bar N msix */
bool pcishare_parse_bar(struct pcishare_parser *p)
{
	struct pcishare_policy_bar *bar;
	u64 number;
	u32 size;

	if (!pcishare_parse_bar_number(p, &number) ||
	    !pcishare_bar_free(p, number))
		return false;
	bar = &p->policy->bars[number];
	if (!pcishare_expect_choice(p, "io, mem, mem64 or msix", pcishare_spaces,
				    ARRAY_SIZE(pcishare_spaces), &bar->space))
		return false;
	bar->space++;
	if (bar->space == PCISHARE_TABLE)
		return pcishare_parse_table(p, bar);
	if (!pcishare_parse_bar_size(p, pcishare_bar_least(bar->space), &size))
		return false;
	bar->size = size;
	if (bar->space != PCISHARE_IO)
		bar->prefetch = pcishare_take_word(p, "prefetch");
	bar->absent = pcishare_take_word(p, "absent");
	if (!bar->absent || bar->space != PCISHARE_IO ||
	    bar->size <= PCISHARE_IO_BAR_MAX)
		return true;
	pcishare_log_error(p->log, p->statement.pos,
			   "a BAR of I/O ports has at most %u bytes",
			   PCISHARE_IO_BAR_MAX);
	return false;
}

/**
 * struct pcishare_cut - a line "partition"
 * @partition: which; or all, if it is @each
 * @each: it is for each partition
 * @base: where the first one's window is
 * @step: from one to the next
 * @guest_bar: in which BAR a guest sees it
 * @window: the first one
 */
struct pcishare_cut {
	u64 partition;
	bool each;
	u64 base;
	u64 step;
	u64 guest_bar;
	struct pcishare_window window;
};

/* NUMBER | NUMBER * n | NUMBER + NUMBER * n */
static bool pcishare_parse_offset(struct pcishare_parser *p,
				  struct pcishare_cut *cut)
{
	bool base;

	if (!pcishare_expect_number(p, "an offset", 0, PCISHARE_BAR_SIZE_MAX, &cut->base))
		return false;
	base = pcishare_take(p, PCISHARE_T_PLUS);
	if (base) {
		if (!pcishare_expect_number(p, "an offset", 0, PCISHARE_BAR_SIZE_MAX,
					    &cut->step))
			return false;
	} else if (p->lex.token.type == PCISHARE_T_TIMES) {
		cut->step = cut->base;
		cut->base = 0;
	} else {
		return true;
	}
	if (!pcishare_expect(p, PCISHARE_T_TIMES))
		return false;
	if (cut->each)
		return pcishare_expect_word(p, "n");
	return pcishare_expected(p, "an offset without n, as this line is for one partition");
}

/* One window, which is to be within its BAR. */
static bool pcishare_cut_out(struct pcishare_parser *p,
			     const struct pcishare_cut *cut,
			     unsigned int partition)
{
	struct pcishare_policy *policy = p->policy;
	struct pcishare_window *window =
		&policy->windows[partition * PCISHARE_BARS + cut->guest_bar];
	u64 offset = cut->base + cut->step * partition;

	if (window->size) {
		pcishare_log_error(p->log, cut->window.pos,
				   "partition %u has its bar %llu from line %u already",
				   partition, cut->guest_bar, window->pos.line);
		return false;
	}
	if (offset + cut->window.size > policy->bars[cut->window.bar].size) {
		pcishare_log_error(p->log, cut->window.pos,
				   "partition %u would end at 0x%llx, beyond bar %u", partition,
				   offset + cut->window.size, cut->window.bar);
		return false;
	}
	*window = cut->window;
	window->offset = offset;
	return true;
}

static bool pcishare_cut_all(struct pcishare_parser *p,
			     const struct pcishare_cut *cut)
{
	unsigned int i;

	if (!cut->each)
		return pcishare_cut_out(p, cut, cut->partition);
	for (i = 0; i < p->policy->share.guests; i++) {
		if (!pcishare_cut_out(p, cut, i))
			return false;
	}
	return true;
}

static bool pcishare_parse_which(struct pcishare_parser *p,
				 struct pcishare_cut *cut)
{
	cut->each = pcishare_take_word(p, "n");
	return cut->each ||
	       pcishare_expect_number(p, "n or the number of a partition", 0,
				      p->policy->share.guests - 1,
				      &cut->partition);
}

/* [as bar N] */
static bool pcishare_parse_guest_bar(struct pcishare_parser *p,
				     struct pcishare_cut *cut)
{
	cut->guest_bar = cut->window.bar;
	return !pcishare_take_word(p, "as") ||
	       (pcishare_expect_word(p, "bar") &&
		pcishare_parse_bar_number(p, &cut->guest_bar));
}

/* All windows that guests see as the same BAR are of one size and kind. */
static bool pcishare_same_guest_bar(struct pcishare_parser *p,
				    const struct pcishare_cut *cut)
{
	struct pcishare_policy_bar *bar =
		&p->policy->guest_bars[cut->guest_bar];
	const struct pcishare_policy_bar *from =
		&p->policy->bars[cut->window.bar];

	if (bar->space != PCISHARE_NO_BAR &&
	    (bar->size != cut->window.size || bar->space != from->space ||
	     bar->absent != from->absent)) {
		pcishare_log_error(p->log, cut->window.pos,
				   "bar %llu of another partition, in line %u, has another size or is of another kind",
				   cut->guest_bar, bar->pos.line);
		return false;
	}
	*bar = *from;
	bar->pos = cut->window.pos;
	bar->size = cut->window.size;
	return true;
}

/* partition n|NUMBER bar N offset OFFSET size SIZE [as bar N] */
bool pcishare_parse_partition(struct pcishare_parser *p)
{
	struct pcishare_cut cut = { .window.pos = p->statement.pos };
	struct pcishare_policy_bar *bar;
	u64 number;

	/* The line of 'share' is wrong or missing, which is said already. */
	if (!p->policy->share.pos.line)
		return false;
	if (p->policy->share.mode != PCISHARE_PARTITION) {
		pcishare_log_error(p->log, p->statement.pos,
				   "only with 'share partition' there are partitions");
		return false;
	}
	if (!pcishare_parse_which(p, &cut) || !pcishare_expect_word(p, "bar") ||
	    !pcishare_parse_bar_number(p, &number))
		return false;
	bar = &p->policy->bars[number];
	cut.window.bar = number;
	if (!bar->pos.line) {
		pcishare_log_error(p->log, cut.window.pos, "bar %llu is not declared", number);
		return false;
	}
	if (!pcishare_check_no_table(p, number, cut.window.pos) || !bar->size)
		return false;
	return pcishare_expect_word(p, "offset") &&
	       pcishare_parse_offset(p, &cut) &&
	       pcishare_expect_word(p, "size") &&
	       pcishare_parse_bar_size(p, pcishare_bar_least(bar->space),
				       &cut.window.size) &&
	       pcishare_parse_guest_bar(p, &cut) &&
	       pcishare_same_guest_bar(p, &cut) && pcishare_cut_all(p, &cut);
}

/* A BAR of 64 bits takes two places. */
static void pcishare_check_pairs(struct pcishare_parser *p,
				 const struct pcishare_policy_bar *bars)
{
	unsigned int i;

	for (i = 0; i < PCISHARE_BARS; i++) {
		if (bars[i].space != PCISHARE_MEM64)
			continue;
		if (i == PCISHARE_BARS - 1)
			pcishare_log_error(p->log, bars[i].pos,
					   "bar %u is the last and has no room for 64 bits", i);
		else if (bars[i + 1].space != PCISHARE_NO_BAR)
			pcishare_log_error(p->log, bars[i].pos,
					   "bar %u has 64 bits and takes the place of bar %u, which is declared in line %u",
					   i, i + 1, bars[i + 1].pos.line);
	}
}

/* With partitions the number of an absent one is no place in the device. */
static void pcishare_check_device_pairs(struct pcishare_parser *p)
{
	struct pcishare_policy_bar bars[PCISHARE_BARS];
	unsigned int i;

	memcpy(bars, p->policy->bars, sizeof(bars));
	for (i = 0; i < PCISHARE_BARS; i++) {
		if (p->policy->share.mode == PCISHARE_PARTITION &&
		    bars[i].absent)
			bars[i].space = PCISHARE_NO_BAR;
	}
	pcishare_check_pairs(p, bars);
}

static bool pcishare_windows_overlap(const struct pcishare_window *a,
				     const struct pcishare_window *b)
{
	return a->size && b->size && a->bar == b->bar &&
	       a->offset < b->offset + b->size &&
	       b->offset < a->offset + a->size;
}

/* There are PCISHARE_GUESTS_MAX * PCISHARE_BARS at most. */
static void pcishare_check_overlap(struct pcishare_parser *p, unsigned int at)
{
	const struct pcishare_window *windows = p->policy->windows;
	unsigned int i;

	for (i = 0; i < at; i++) {
		if (!pcishare_windows_overlap(&windows[i], &windows[at]))
			continue;
		pcishare_log_error(p->log, windows[at].pos,
				   "bar %u of partition %u overlaps bar %u of partition %u, from line %u",
				   at % PCISHARE_BARS, at / PCISHARE_BARS,
				   i % PCISHARE_BARS, i / PCISHARE_BARS,
				   windows[i].pos.line);
		return;
	}
}

/*
 * How wide (bytes) is the widest register that guests have in one of their
 * BARs?
 */
static u32 pcishare_widest_in(const struct pcishare_policy *policy,
			      unsigned int bar)
{
	unsigned int i;
	u32 widest = 1;

	for (i = 0; i < policy->nr_regs; i++)
		if (policy->regs[i].bar == bar &&
		    policy->regs[i].width / 8 > widest)
			widest = policy->regs[i].width / 8;
	return widest;
}

/*
 * A register is where its width allows; so is a window, or it would not be any
 * more.
 */
static void pcishare_check_alignment(struct pcishare_parser *p, unsigned int at)
{
	const struct pcishare_window *window = &p->policy->windows[at];
	unsigned int bar = at % PCISHARE_BARS;
	u32 widest = pcishare_widest_in(p->policy, bar);

	if (window->offset % widest)
		pcishare_log_error(p->log, window->pos,
				   "bar %u of partition %u is at 0x%x, where no register of %u bits can be",
				   bar, at / PCISHARE_BARS, window->offset,
				   8 * widest);
}

/*
 * Guests see it where it was declared, whichever part of the device they have.
 */
static void pcishare_check_table(struct pcishare_parser *p)
{
	const struct pcishare_policy_bar *table = pcishare_table_bar(p->policy);
	struct pcishare_policy_bar *bar;

	if (!table)
		return;
	bar = &p->policy->guest_bars[table - p->policy->bars];
	if (bar->space == PCISHARE_NO_BAR)
		*bar = *table;
	else
		pcishare_log_error(p->log, bar->pos,
				   "the table of MSI-X is there, from line %u",
				   table->pos.line);
}

static void pcishare_check_windows(struct pcishare_parser *p)
{
	unsigned int i, count = p->policy->share.guests * PCISHARE_BARS;

	for (i = 0; p->policy->windows && i < count; i++) {
		const struct pcishare_window *window = &p->policy->windows[i];

		/* Where a BAR is absent there is nothing that two could have. */
		if (!window->size || p->policy->bars[window->bar].absent)
			continue;
		pcishare_check_overlap(p, i);
		pcishare_check_alignment(p, i);
	}
}

/**
 * pcishare_check_bars - check what no single line shows
 * @p: the parser; from here on it has the guests' BARs
 */
void pcishare_check_bars(struct pcishare_parser *p)
{
	struct pcishare_policy *policy = p->policy;

	pcishare_check_device_pairs(p);
	if (policy->share.mode == PCISHARE_PARTITION &&
	    policy->share.pos.line) {
		pcishare_check_table(p);
		pcishare_check_pairs(p, policy->guest_bars);
		pcishare_check_windows(p);
	} else {
		memcpy(policy->guest_bars, policy->bars, sizeof(policy->bars));
	}
}

static void pcishare_doubt_partition(struct pcishare_parser *p,
				     unsigned int partition)
{
	const struct pcishare_window *windows = p->policy->windows;
	unsigned int i;

	for (i = 0; windows && i < PCISHARE_BARS; i++) {
		const struct pcishare_window *window =
			&windows[partition * PCISHARE_BARS + i];

		if (window->size && !p->policy->bars[window->bar].absent)
			return;
	}
	pcishare_log_warning(p->log, p->policy->share.pos,
			     "partition %u cannot be reached: no BAR of it is given", partition);
}

/**
 * pcishare_doubt_bars - warn of what no single line shows
 * @p: the parser, which has found nothing wrong
 */
void pcishare_doubt_bars(struct pcishare_parser *p)
{
	const struct pcishare_policy_bar *table = pcishare_table_bar(p->policy);
	unsigned int i;

	if (table && !(p->policy->irqs & PCISHARE_MSIX))
		pcishare_log_warning(p->log, table->pos,
				     "no guest uses the table: there is no 'irq msix'");
	for (i = 0; p->policy->share.mode == PCISHARE_PARTITION &&
	     i < p->policy->share.guests; i++)
		pcishare_doubt_partition(p, i);
}
