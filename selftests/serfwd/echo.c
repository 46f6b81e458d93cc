// SPDX-License-Identifier: GPL-2.0
/*
 * A pseudo-UART that echoes what its port brings, which is in loop-back and brings that as
 * well: there is always more, and who reads and polls it is not kept by that.
 */
#include "party.h"
#include "task.h"

#include "../lib/harness.h"

/* How long (ms) it may take to poll it that often, as each time a part is handed over. */
#define PATIENCE	60000
#define POLLS		2

FIXTURE(echo) {
	char name[32];
	int fd[2];
};

/* It is a matter of who is faster, so not of each time. */
FIXTURE_VARIANT(echo) {
	unsigned int round;
};

FIXTURE_VARIANT_ADD(echo, first) { .round = 1 };
FIXTURE_VARIANT_ADD(echo, second) { .round = 2 };
FIXTURE_VARIANT_ADD(echo, third) { .round = 3 };
FIXTURE_VARIANT_ADD(echo, fourth) { .round = 4 };

FIXTURE_SETUP(echo)
{
	ASSERT_EQ(0, parties_start_real(self->name, sizeof(self->name), self->fd));
}

FIXTURE_TEARDOWN(echo)
{
	EXPECT_EQ(0, parties_end_real(self->fd));
}

/* Lines that never end are taken and echoed without end, whether there is room or not. */
static int set_echo(int fd)
{
	struct termios2 raw = line_raw(LINE_CFLAG);

	raw.c_lflag = ECHO | ICANON;
	return line_set(fd, &raw);
}

static int polls(void *arg)
{
	struct pollfd fd = { .fd = *(int *)arg, .events = POLLIN };
	unsigned int i;

	for (i = 0; i < POLLS; i++)
		poll(&fd, 1, 0);
	return 0;
}

static int is_polled(int *fd)
{
	struct task task;
	bool returns;

	task_start(&task, polls, fd);
	returns = task_returns(&task, PATIENCE);
	/* That ends it in any case. */
	line_set_cflag(*fd, LINE_CFLAG);
	return task_finish(&task) ?: returns;
}

TEST_F(echo, of_who_has_the_port)
{
	int fd = self->fd[0];

	ASSERT_EQ(0, set_bits(fd, TIOCM_LOOP));
	ASSERT_EQ(0, set_echo(fd));
	ASSERT_EQ(1, write(fd, "e", 1));
	sleep_ms(200);
	EXPECT_TRUE(is_polled(&self->fd[0]));
}

/* Bytes by which it was behind others come first, and so do all that come meanwhile. */
TEST_F(echo, of_who_was_behind_when_it_was_given_the_port)
{
	uint8_t bytes[FULL];
	unsigned int i;

	memset(bytes, 'e', sizeof(bytes));
	ASSERT_EQ(0, set_bits(self->fd[0], TIOCM_LOOP));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(FULL, line_write(self->fd[0], bytes, FULL));
		ASSERT_EQ(FULL, line_read(self->fd[0], bytes, FULL));
	}
	ASSERT_EQ(FULL, line_await(self->fd[1], FIONREAD, FULL));
	ASSERT_EQ(0, set_echo(self->fd[1]));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(0, set_bits(self->fd[1], TIOCM_LOOP));
	/* Now it has room. */
	EXPECT_LT(0, read(self->fd[1], bytes, sizeof(bytes)));
	sleep_ms(200);
	EXPECT_TRUE(is_polled(&self->fd[1]));
}

TEST_HARNESS_MAIN
