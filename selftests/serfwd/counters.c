// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a link besides bytes and losses: received errors, for whoever reads
 * them and whoever polls for them, and a port that does not take what is written.
 */
#include "plug-fixture.h"

#define FAULTS		"/sys/kernel/debug/serfwd/ttyNM0/"
#define STATS		"/sys/class/tty/ttySF0/stats/"

/* More than the port has room for. */
#define TOO_MANY	6000

static const struct {
	const char *fault;
	const char *counter;
} errors[] = {
	{ FAULTS "break", STATS "rx_breaks" },
	{ FAULTS "parity", STATS "rx_parity_errors" },
	{ FAULTS "frame", STATS "rx_frame_errors" },
	{ FAULTS "overrun", STATS "rx_overruns" },
};

/* Open an attribute and read it, which poll(2) goes by. Returns what it says. */
static int open_counter(const char *path, int *fd)
{
	char text[32] = {};

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0 || read(*fd, text, sizeof(text) - 1) < 0)
		return -errno;
	return atoi(text);
}

/* Each error counts where it belongs, and wakes who polls for it. */
TEST_F(plug, errors_are_counted_and_polled)
{
	unsigned int i, j;
	char got[3];

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		struct pollfd polled[ARRAY_SIZE(errors)];

		TH_LOG("%s", errors[i].counter);
		for (j = 0; j < ARRAY_SIZE(errors); j++) {
			EXPECT_EQ(j < i ? 2 : 0,
				  open_counter(errors[j].counter, &polled[j].fd));
			polled[j].events = POLLPRI;
		}
		EXPECT_EQ(0, poll(polled, ARRAY_SIZE(errors), 0));
		ASSERT_EQ(0, sysfs_put(errors[i].fault, "2\n"));
		ASSERT_EQ(3, line_write(self->far, "abc", 3));
		EXPECT_EQ(1, poll(polled, ARRAY_SIZE(errors), LINE_PATIENCE));
		EXPECT_NE(0, polled[i].revents & POLLPRI);
		ASSERT_EQ(3, line_read(self->fd, got, 3));
		for (j = 0; j < ARRAY_SIZE(errors); j++)
			close(polled[j].fd);
	}
}

/* The far end keeps the port from sending, until it is full. */
TEST_F(plug, a_port_that_does_not_take_is_a_stall)
{
	static char bytes[TOO_MANY];
	long long before;
	int sent;

	ASSERT_EQ(0, set("stats/enabled", "1"));
	ASSERT_EQ(4, line_write(self->fd, "goes", 4));
	ASSERT_EQ(4, line_read(self->far, bytes, 4));
	EXPECT_TRUE(is("stats/tx_stalls", "0"));
	EXPECT_TRUE(is("stats/tx_stalled_ns", "0"));

	ASSERT_EQ(0, line_set_cflag(self->fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	sent = write(self->fd, bytes, TOO_MANY);
	ASSERT_LT(0, sent);
	ASSERT_GT(TOO_MANY, sent);
	EXPECT_TRUE(is("stats/tx_stalls", "1"));
	before = sysfs_number(STATS "tx_stalled_ns");
	sleep_ms(50);
	EXPECT_LE(before + 50 * 1000000, sysfs_number(STATS "tx_stalled_ns"));
	/* It is one stall, however often somebody tries. */
	EXPECT_EQ(-1, write(self->fd, bytes, 1));
	EXPECT_TRUE(is("stats/tx_stalls", "1"));

	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR | TIOCM_RTS));
	ASSERT_EQ(sent, line_read(self->far, bytes, sent));
	ASSERT_EQ(1, line_write(self->fd, bytes, 1));
	before = sysfs_number(STATS "tx_stalled_ns");
	sleep_ms(50);
	EXPECT_EQ(before, sysfs_number(STATS "tx_stalled_ns"));
	EXPECT_TRUE(is("stats/rx_stalls", "0"));
}

/* Nothing waits any more for a port that is flushed. */
TEST_F(plug, flushing_ends_a_stall)
{
	static const char bytes[TOO_MANY];
	long long before;

	ASSERT_EQ(0, set("stats/enabled", "1"));
	ASSERT_EQ(0, line_set_cflag(self->fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	ASSERT_GT(TOO_MANY, write(self->fd, bytes, TOO_MANY));
	EXPECT_TRUE(is("stats/tx_stalls", "1"));
	ASSERT_EQ(0, ioctl(self->fd, TCFLSH, TCOFLUSH));
	before = sysfs_number(STATS "tx_stalled_ns");
	sleep_ms(50);
	EXPECT_EQ(before, sysfs_number(STATS "tx_stalled_ns"));
}

TEST_HARNESS_MAIN
