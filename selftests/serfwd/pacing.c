// SPDX-License-Identifier: GPL-2.0
/*
 * How long bytes take on a null modem with pacing, from both sides. The upper bound
 * needs a machine whose time is the instructions it has executed: there nobody else
 * takes any.
 *
 *	ttyNM0 === ttyNM1
 */
#include "../lib/harness.h"
#include "../lib/slowness.h"

#include "line.h"

/*
 * Beyond their time: the last run of 16 bytes is handed over by a timer and a work,
 * and its reader woken. Not that of each run, which would add up. A debug kernel needs
 * more instructions for it.
 */
#define SLACK_US	2000

static const struct {
	tcflag_t cflag;
	unsigned int speed;
	unsigned int bits;
	int count;
} ways[] = {
	{ B300 | CS8, 300, 10, 30 },
	{ B4800 | CS5, 4800, 7, 400 },
	{ B9600 | CS8, 9600, 10, 1000 },
	{ B9600 | CS8 | CSTOPB | PARENB, 9600, 12, 1000 },
	{ B115200 | CS8, 115200, 10, 20000 },
};

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

struct sender {
	pthread_t thread;
	int fd;
	int count;
};

static void *sender_thread(void *arg)
{
	static const char bytes[20000];
	struct sender *sender = arg;

	line_write(sender->fd, bytes, sender->count);
	return NULL;
}

/* The harness gives a test without a fixture a variant all the same. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

TEST(paced_bytes_take_their_time_and_no_more)
{
	static char got[20000];
	unsigned int i;
	int near, far;

	ASSERT_EQ(0, serfwd_reload("nullmodems=1"));
	ASSERT_EQ(0, sysfs_put("/sys/class/tty/ttyNM0/pacing", "1\n"));
	near = line_open_raw("/dev/ttyNM0");
	far = line_open_raw("/dev/ttyNM1");
	ASSERT_GE(near, 0);
	ASSERT_GE(far, 0);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		long long due = 1000000LL * ways[i].count * ways[i].bits /
				ways[i].speed;
		struct sender sender = { .fd = near, .count = ways[i].count };
		long long began;

		ASSERT_EQ(0, line_set_cflag(near, ways[i].cflag | CREAD | CLOCAL));
		began = now_us();
		ASSERT_EQ(0, pthread_create(&sender.thread, NULL, sender_thread,
					    &sender));
		ASSERT_EQ(ways[i].count, line_read(far, got, ways[i].count));
		began = now_us() - began;
		pthread_join(sender.thread, NULL);
		TH_LOG("%d bytes of %u bits at %u: %lld us, due %lld",
		       ways[i].count, ways[i].bits, ways[i].speed, began, due);
		EXPECT_LE(due, began);
		EXPECT_GE(due + SLACK_US * slowness(), began);
	}
	close(near);
	close(far);
	EXPECT_EQ(0, serfwd_unload());
}

TEST_HARNESS_MAIN
