// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what is made of error flags, for all settings that decide on them. A
 * module of its own, where the kernel has KUnit.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "flags.c"

/* All that decides: what is expected is from termios(3). */
static const tcflag_t flags_bits[] = { IGNBRK, BRKINT, PARMRK, INPCK, IGNPAR };

static void flags_iflag_desc(const tcflag_t *iflag, char *desc)
{
	static const char *const names[] = {
		"IGNBRK", "BRKINT", "PARMRK", "INPCK", "IGNPAR"
	};
	unsigned int i;
	int len;

	len = scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "none");
	for (i = 0; i < ARRAY_SIZE(flags_bits); i++) {
		if (*iflag & flags_bits[i])
			len += scnprintf(desc + len, KUNIT_PARAM_DESC_SIZE - len, " %s",
					 names[i]);
	}
}

/* The 32 combinations, one after the other. */
static const void *flags_gen_iflag(const void *prev, char *desc)
{
	static tcflag_t iflags[1 << ARRAY_SIZE(flags_bits)];
	const tcflag_t *iflag = prev;
	unsigned int n = iflag ? iflag - iflags + 1 : 0, i;

	if (n == ARRAY_SIZE(iflags))
		return NULL;
	iflags[n] = 0;
	for (i = 0; i < ARRAY_SIZE(flags_bits); i++) {
		if (n & BIT(i))
			iflags[n] |= flags_bits[i];
	}
	flags_iflag_desc(&iflags[n], desc);
	return &iflags[n];
}

static tcflag_t flags_iflag(struct kunit *test)
{
	return *(const tcflag_t *)test->param_value;
}

static struct ktermios flags_termios(struct kunit *test)
{
	return (struct ktermios) { .c_iflag = flags_iflag(test) };
}

/* A break is marked or interrupts, an error is marked: n_tty has to look. */
static void flags_ignored(struct kunit *test)
{
	struct ktermios termios = flags_termios(test);
	tcflag_t iflag = flags_iflag(test);
	bool breaks = !(iflag & IGNBRK) && (iflag & (BRKINT | PARMRK));
	bool errors = (iflag & INPCK) && !(iflag & IGNPAR);

	KUNIT_EXPECT_EQ(test, !breaks && !errors,
			serfwd_flags_ignored(&termios));
}

static bool flags_keep(struct kunit *test, u8 flag)
{
	struct ktermios termios = flags_termios(test);

	return serfwd_flags_kept(&termios, &flag, 1);
}

static void flags_good(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, flags_keep(test, TTY_NORMAL));
}

/* With IGNBRK it is ignored; else it is read as a NUL. */
static void flags_break(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, !(flags_iflag(test) & IGNBRK),
			flags_keep(test, TTY_BREAK));
}

/* Without INPCK nobody checks, and IGNPAR has nothing to ignore. */
static void flags_error(struct kunit *test)
{
	tcflag_t both = INPCK | IGNPAR;
	bool ignored = (flags_iflag(test) & both) == both;

	KUNIT_EXPECT_EQ(test, !ignored, flags_keep(test, TTY_PARITY));
	KUNIT_EXPECT_EQ(test, !ignored, flags_keep(test, TTY_FRAME));
}

/* No byte was received, whatever is set. */
static void flags_overrun(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, flags_keep(test, TTY_OVERRUN));
}

/*
 * A dropped byte ends a run wherever it is; nothing beyond the end is looked
 * at.
 */
static void flags_run(struct kunit *test)
{
	const struct ktermios termios = { .c_iflag = IGNBRK };
	u8 flags[9];
	unsigned int at;

	for (at = 0; at < ARRAY_SIZE(flags); at++) {
		memset(flags, TTY_NORMAL, sizeof(flags));
		flags[at] = TTY_BREAK;
		KUNIT_EXPECT_EQ(test, at,
				serfwd_flags_kept(&termios, flags,
						  sizeof(flags)));
		KUNIT_EXPECT_EQ(test, at,
				serfwd_flags_kept(&termios, flags, at));
	}
}

static void flags_counted(struct kunit *test)
{
	static const u8 flags[] = {
		TTY_BREAK, TTY_NORMAL, TTY_PARITY, TTY_BREAK, TTY_FRAME
	};
	size_t count = ARRAY_SIZE(flags);

	KUNIT_EXPECT_EQ(test, 2U, serfwd_flags_count(flags, count, TTY_BREAK));
	KUNIT_EXPECT_EQ(test, 1U, serfwd_flags_count(flags, count, TTY_FRAME));
	KUNIT_EXPECT_EQ(test, 0U,
			serfwd_flags_count(flags, count, TTY_OVERRUN));
	KUNIT_EXPECT_EQ(test, 1U, serfwd_flags_count(flags, 3, TTY_BREAK));
	KUNIT_EXPECT_EQ(test, 0U, serfwd_flags_count(flags, 0, TTY_BREAK));
}

static struct kunit_case flags_cases[] = {
	KUNIT_CASE_PARAM(flags_ignored, flags_gen_iflag),
	KUNIT_CASE_PARAM(flags_good, flags_gen_iflag),
	KUNIT_CASE_PARAM(flags_break, flags_gen_iflag),
	KUNIT_CASE_PARAM(flags_error, flags_gen_iflag),
	KUNIT_CASE_PARAM(flags_overrun, flags_gen_iflag),
	KUNIT_CASE(flags_run),
	KUNIT_CASE(flags_counted),
	{}
};

static struct kunit_suite flags_suite = {
	.name = "serfwd_flags",
	.test_cases = flags_cases,
};

kunit_test_suite(flags_suite);

MODULE_DESCRIPTION("KUnit tests of serfwd");
MODULE_LICENSE("GPL");
