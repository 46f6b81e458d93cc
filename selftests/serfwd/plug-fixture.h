/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plug-fixture.h - a link whose port is a plug of a null modem
 *
 *	ttySF0 - ttyNM0 === ttyNM1, opened directly
 */
#ifndef SELFTESTS_PLUG_FIXTURE_H
#define SELFTESTS_PLUG_FIXTURE_H

#include "line-fixture.h"

FIXTURE(plug) {
	int fd;
	int far;
};

static int set(const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", 0, attribute, value);
}

static bool is(const char *attribute, const char *value)
{
	return serfwd_tty_is("ttySF", 0, attribute, value);
}

FIXTURE_SETUP(plug)
{
	ASSERT_EQ(0, serfwd_reload("nullmodems=1"));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	self->fd = line_open_raw(LINE_VTTY);
	ASSERT_GE(self->fd, 0);
	self->far = line_open_raw("/dev/ttyNM1");
	ASSERT_GE(self->far, 0);
}

FIXTURE_TEARDOWN(plug)
{
	close(self->far);
	close(self->fd);
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, serfwd_unload());
}

#endif
