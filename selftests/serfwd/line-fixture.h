/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line-fixture.h - fixtures of tests that use a line
 *
 * Each test has the module loaded afresh, so that no setting of an earlier one
 * is left, and unloads it, so that a lost reference is noticed.
 */
#ifndef SELFTESTS_LINE_FIXTURE_H
#define SELFTESTS_LINE_FIXTURE_H

#include "../lib/harness.h"

#include "line.h"

/*
 * A line that is up: tests of it hold for the real port too.
 */
FIXTURE(line) {
	struct line line;
};

FIXTURE_VARIANT(line) {
	enum line_way way;
};

FIXTURE_VARIANT_ADD(line, direct) { .way = LINE_DIRECT };
FIXTURE_VARIANT_ADD(line, ldisc) { .way = LINE_LDISC };
FIXTURE_VARIANT_ADD(line, sysfs) { .way = LINE_SYSFS };

FIXTURE_SETUP(line)
{
	ASSERT_EQ(0, serfwd_reload(""));
	ASSERT_EQ(0, line_init(&self->line, variant->way, 0));
	ASSERT_EQ(0, line_start(&self->line));
}

FIXTURE_TEARDOWN(line)
{
	EXPECT_EQ(0, line_stop(&self->line));
	EXPECT_EQ(0, serfwd_unload());
}

/*
 * A vtty with no port: attaching one is up to the test.
 */
FIXTURE(link) {
	struct line line;
};

FIXTURE_VARIANT(link) {
	enum line_way way;
};

FIXTURE_VARIANT_ADD(link, ldisc) { .way = LINE_LDISC };
FIXTURE_VARIANT_ADD(link, sysfs) { .way = LINE_SYSFS };

FIXTURE_SETUP(link)
{
	ASSERT_EQ(0, serfwd_reload(""));
	ASSERT_EQ(0, line_init(&self->line, variant->way, 0));
}

FIXTURE_TEARDOWN(link)
{
	EXPECT_EQ(0, line_stop(&self->line));
	EXPECT_EQ(0, serfwd_unload());
}

#endif
