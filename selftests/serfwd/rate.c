// SPDX-License-Identifier: GPL-2.0
/*
 * The rate limit of a link: never more than it allows, and all in the end.
 */
#include "plug-fixture.h"
#include "writer.h"

#define STREAM_BYTES	5000
/* Bytes a second, so that the stream takes a second. */
#define LIMIT		5000
#define BURST		100

static long long now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

TEST_F(plug, settings)
{
	EXPECT_TRUE(is("rate_limit", "0"));
	EXPECT_TRUE(is("rate_burst", "4096"));
	EXPECT_EQ(-ERANGE, set("rate_limit", "-1"));
	EXPECT_EQ(-ERANGE, set("rate_limit", "100000001"));
	EXPECT_EQ(-EINVAL, set("rate_limit", "fast"));
	EXPECT_EQ(-ERANGE, set("rate_burst", "7"));
	EXPECT_EQ(-ERANGE, set("rate_burst", "1048577"));
	EXPECT_EQ(0, set("rate_limit", "100000000"));
	EXPECT_EQ(0, set("rate_burst", "1048576"));
	EXPECT_EQ(0, set("rate_limit", "1"));
	ASSERT_EQ(4, line_write(self->fd, "pass", 4));
	EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
	EXPECT_TRUE(is("stats/tx_rate_limited", "0"));
}

/* At once it is the burst, to the byte or two that a slow test earns. */
TEST_F(plug, the_burst_and_no_more)
{
	char buf[1000] = {};
	int got;

	ASSERT_EQ(0, set("rate_burst", "100"));
	ASSERT_EQ(0, set("rate_limit", "1"));
	got = write(self->fd, buf, sizeof(buf));
	EXPECT_LE(100, got);
	EXPECT_GT(110, got);
	EXPECT_EQ(got, line_await(self->far, FIONREAD, got));
	EXPECT_EQ(0, line_events(self->fd) & POLLOUT);
	EXPECT_FALSE(is("stats/tx_rate_limited", "0"));

	/* Without it, at once. */
	ASSERT_EQ(0, set("rate_limit", "0"));
	EXPECT_EQ(900, line_write(self->fd, buf, 900));
	EXPECT_EQ(got + 900, line_await(self->far, FIONREAD, got + 900));
}

/* A writer that waits by poll(), and one that sleeps in write(). */
static void check_stream(struct __test_metadata *_metadata, int fd, int far)
{
	unsigned char got[STREAM_BYTES];
	long long began = now_ns();
	struct writer writer;
	int i;

	writer_start(&writer, fd, 0, STREAM_BYTES);
	ASSERT_EQ(STREAM_BYTES, line_read(far, got, STREAM_BYTES));
	/* A limit says how long it takes at least. */
	EXPECT_LE((STREAM_BYTES - BURST) * (1000000000LL / LIMIT),
		  now_ns() - began);
	pthread_join(writer.thread, NULL);
	EXPECT_EQ(STREAM_BYTES, writer.sent);
	for (i = 0; i < STREAM_BYTES; i++)
		ASSERT_EQ(i & 0x7f, got[i]);
}

TEST_F(plug, all_in_the_end)
{
	ASSERT_EQ(0, set("rate_burst", "100"));
	ASSERT_EQ(0, set("rate_limit", "5000"));
	check_stream(_metadata, self->fd, self->far);
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_RDWR));
	sleep_ms(LINE_QUIET);
	check_stream(_metadata, self->fd, self->far);
}

/* n_tty sends by the byte what it processes, and echoes too. */
TEST_F(plug, processed_output)
{
	struct termios2 termios;
	char buf[BURST + 10];
	int i;

	ASSERT_EQ(0, ioctl(self->fd, TCGETS2, &termios));
	termios.c_oflag = OPOST | ONLCR;
	ASSERT_EQ(0, ioctl(self->fd, TCSETS2, &termios));
	ASSERT_EQ(0, set("rate_burst", "100"));
	ASSERT_EQ(0, set("rate_limit", "1"));
	for (i = 0; i < 30; i++)
		write(self->fd, "ab\n", 3);
	ASSERT_EQ(92, line_read(self->far, buf, 92));
	for (i = 0; i < 92; i++)
		ASSERT_EQ("ab\r\n"[i % 4], buf[i]);
}

/* A line that leaves less in the bucket than its end needs: it is waited for. */
TEST_F(plug, a_writer_that_sleeps_for_little)
{
	struct termios2 termios;
	char buf[110];
	int i;

	ASSERT_EQ(0, ioctl(self->fd, TCGETS2, &termios));
	termios.c_oflag = OPOST | ONLCR | TABDLY;
	ASSERT_EQ(0, ioctl(self->fd, TCSETS2, &termios));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_RDWR));
	ASSERT_EQ(0, set("rate_burst", "8"));
	ASSERT_EQ(0, set("rate_limit", "100"));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(9, write(self->fd, "1234567\t\n", 9));
	ASSERT_EQ(100, line_read(self->far, buf, 100));
	for (i = 0; i < 100; i++)
		ASSERT_EQ("1234567 \r\n"[i % 10], buf[i]);
}

/* Receiving is not limited, and what it must not send is not drained. */
TEST_F(plug, only_what_is_sent)
{
	char buf[1000] = {};

	ASSERT_EQ(0, set("rate_burst", "8"));
	ASSERT_EQ(0, set("rate_limit", "1"));
	EXPECT_GT(20, write(self->fd, buf, sizeof(buf)));
	ASSERT_EQ(1000, line_write(self->far, buf, 1000));
	EXPECT_EQ(1000, line_await(self->fd, FIONREAD, 1000));
	ASSERT_EQ(0, ioctl(self->fd, TCSBRK, 1));
	EXPECT_EQ(0, ioctl(self->fd, TCFLSH, TCIOFLUSH));
}

TEST_HARNESS_MAIN
