// SPDX-License-Identifier: GPL-2.0
/*
 * XON/XOFF that the host does whatever the vtty is set to, and a reader that
 * does not read whose oldest bytes are dropped.
 */
#include "plug-fixture.h"

#define XON	0x11
#define XOFF	0x13
/* Bytes that a line discipline takes when nobody reads. */
#define FULL	4095

static int iflag_of(int fd)
{
	struct termios2 termios;

	return ioctl(fd, TCGETS2, &termios) ? -errno : termios.c_iflag;
}

/* Set the input flags as a program that reads all the settings first. */
static int set_iflag(int fd, int clear, int add)
{
	struct termios2 termios;

	if (ioctl(fd, TCGETS2, &termios))
		return -errno;
	termios.c_iflag = (termios.c_iflag & ~clear) | add;
	return line_set(fd, &termios);
}

TEST_F(plug, xonxoff_is_seen_and_taken_back)
{
	EXPECT_EQ(0, iflag_of(self->fd) & (IXON | IXOFF));
	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	EXPECT_EQ(IXON | IXOFF, iflag_of(self->fd) & (IXON | IXOFF));
	/* As QEMU: back as they were read, except for IXON. */
	ASSERT_EQ(0, set_iflag(self->fd, IXON, 0));
	EXPECT_EQ(IXON | IXOFF, iflag_of(self->fd) & (IXON | IXOFF));
	ASSERT_EQ(0, set("flow", "guest"));
	EXPECT_EQ(0, iflag_of(self->fd) & (IXON | IXOFF));
}

TEST_F(plug, xonxoff_that_the_user_wants_stays)
{
	ASSERT_EQ(0, set_iflag(self->fd, 0, IXOFF));
	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	EXPECT_EQ(IXON | IXOFF, iflag_of(self->fd) & (IXON | IXOFF));
	ASSERT_EQ(0, set("flow", "guest"));
	EXPECT_EQ(IXOFF, iflag_of(self->fd) & (IXON | IXOFF));
}

TEST_F(plug, xonxoff_of_a_closed_vtty)
{
	close(self->fd);
	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	self->fd = line_open_path(LINE_VTTY, O_NONBLOCK);
	EXPECT_EQ(IXON | IXOFF, iflag_of(self->fd) & (IXON | IXOFF));
	/* Its line discipline has seen them too. */
	ASSERT_EQ(2, line_write(self->far, "\x13x", 2));
	EXPECT_EQ(1, line_await(self->fd, FIONREAD, 1));
	close(self->fd);
	ASSERT_EQ(0, set("flow", "guest"));
	self->fd = line_open_path(LINE_VTTY, O_NONBLOCK);
	EXPECT_EQ(0, iflag_of(self->fd) & (IXON | IXOFF));
	ASSERT_EQ(2, line_write(self->far, "\x13x", 2));
	EXPECT_EQ(2, line_await(self->fd, FIONREAD, 2));
}

/* The far end stops and starts what the vtty writes, and the vtty reads neither. */
TEST_F(plug, xonxoff_stops_the_vtty)
{
	char buf[8];

	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	ASSERT_EQ(2, line_write(self->far, "\x13s", 2));
	ASSERT_EQ(1, line_read(self->fd, buf, 1));
	EXPECT_EQ('s', buf[0]);
	write(self->fd, "later", 5);
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(2, line_write(self->far, "\x11g", 2));
	ASSERT_EQ(1, line_read(self->fd, buf, 1));
	EXPECT_EQ('g', buf[0]);
	ASSERT_EQ(5, line_read(self->far, buf, 5));
	EXPECT_EQ(0, memcmp(buf, "later", 5));
}

static int fill(int fd, char *buf, int count)
{
	int i;

	for (i = 0; i < count; i++)
		buf[i] = 'a' + i % 26;
	return line_write(fd, buf, count);
}

/* CTS low stops the host's port, though the vtty's user did not set CRTSCTS. */
TEST_F(plug, rtscts_stops_the_port)
{
	char buf[8];

	ASSERT_EQ(0, set("flow", "auto-rtscts"));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	sleep_ms(20);
	EXPECT_EQ(0, line_get(self->fd) & TIOCM_CTS);
	ASSERT_EQ(5, line_write(self->fd, "later", 5));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	EXPECT_EQ(5, line_queued(self->fd, TIOCOUTQ));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR | TIOCM_RTS));
	ASSERT_EQ(5, line_read(self->far, buf, 5));
	EXPECT_EQ(0, memcmp(buf, "later", 5));

	/* Without the policy it goes on as the user asked. */
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	ASSERT_EQ(5, line_write(self->fd, "again", 5));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(0, set("flow", "guest"));
	ASSERT_EQ(5, line_read(self->far, buf, 5));
	EXPECT_EQ(0, memcmp(buf, "again", 5));
}

/* A reader that does not read stops the far end, and starts it by reading. */
TEST_F(plug, xonxoff_stops_the_far_end)
{
	char sent[FULL - 1], got[FULL - 1], c = 0;

	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	ASSERT_EQ(sizeof(sent), fill(self->far, sent, sizeof(sent)));
	ASSERT_EQ(1, line_read(self->far, &c, 1));
	EXPECT_EQ(XOFF, c);
	ASSERT_EQ(sizeof(got), line_read(self->fd, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(sent, got, sizeof(got)));
	ASSERT_EQ(1, line_read(self->far, &c, 1));
	EXPECT_EQ(XON, c);
}

/* A policy that changes while the far end is stopped stops it its own way. */
TEST_F(plug, xonxoff_changes_while_stopped)
{
	char sent[FULL - 1], c = 0;

	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	ASSERT_EQ(sizeof(sent), fill(self->far, sent, sizeof(sent)));
	ASSERT_EQ(1, line_read(self->far, &c, 1));
	EXPECT_EQ(XOFF, c);
	ASSERT_EQ(0, set("flow", "guest"));
	ASSERT_EQ(1, line_read(self->far, &c, 1));
	EXPECT_EQ(XON, c);
	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	ASSERT_EQ(1, line_read(self->far, &c, 1));
	EXPECT_EQ(XOFF, c);
}

/* Characters that a program switched off are the usual ones. */
TEST_F(plug, xonxoff_with_disabled_characters)
{
	struct termios2 termios;

	ASSERT_EQ(0, ioctl(self->fd, TCGETS2, &termios));
	termios.c_cc[VSTART] = 0;
	termios.c_cc[VSTOP] = 0;
	ASSERT_EQ(0, line_set(self->fd, &termios));
	ASSERT_EQ(0, set("flow", "auto-xonxoff"));
	ASSERT_EQ(0, ioctl(self->fd, TCGETS2, &termios));
	EXPECT_EQ(XON, termios.c_cc[VSTART]);
	EXPECT_EQ(XOFF, termios.c_cc[VSTOP]);
}

/* Bytes that arrived first make room for what comes, a buffer at a time. */
TEST_F(plug, the_oldest_is_dropped)
{
	static char sent[3 * FULL + 100], got[FULL];
	char dropped[16];

	ASSERT_EQ(0, set("stall", "drop-oldest"));
	ASSERT_EQ(sizeof(sent), fill(self->far, sent, sizeof(sent)));
	snprintf(dropped, sizeof(dropped), "%d", 3 * FULL);
	EXPECT_TRUE(serfwd_tty_becomes("ttySF", 0, "stats/rx_dropped_oldest",
				       dropped));
	ASSERT_EQ(100, line_await(self->fd, FIONREAD, 100));
	ASSERT_EQ(100, line_read(self->fd, got, 100));
	EXPECT_EQ(0, memcmp(got, sent + 3 * FULL, 100));

	/* A reader that reads loses nothing. */
	ASSERT_EQ(sizeof(got), fill(self->far, sent, sizeof(got)));
	ASSERT_EQ(sizeof(got), line_read(self->fd, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(got, sent, sizeof(got)));
	EXPECT_TRUE(is("stats/rx_dropped_oldest", dropped));
	EXPECT_TRUE(is("stats/rx_dropped_newest", "0"));
}

/* The far end is not stopped for a reader that loses bytes all the same. */
TEST_F(plug, the_far_end_goes_on)
{
	static char sent[2 * FULL];

	ASSERT_EQ(0, set("stall", "drop-oldest"));
	ASSERT_EQ(0, set("flow", "auto-rtscts"));
	ASSERT_EQ(0, line_set_cflag(self->far, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(sizeof(sent), fill(self->far, sent, sizeof(sent)));
	EXPECT_EQ(FULL, line_await(self->fd, FIONREAD, FULL));
	EXPECT_EQ(TIOCM_CTS, line_get(self->far) & TIOCM_CTS);

	/* With block it is stopped at once: the reader is full. */
	ASSERT_EQ(0, set("stall", "block"));
	EXPECT_EQ(0, line_get(self->far) & TIOCM_CTS);
}

TEST_HARNESS_MAIN
