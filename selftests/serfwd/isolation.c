// SPDX-License-Identifier: GPL-2.0
/*
 * One user of a shared port, and what that can do to the others and leave to the next.
 *
 *	ttySF0, ttySF1, ttySF2 - ttyNM0 === ttyNM1, opened directly
 */
#include <linux/serial.h>
#include <stddef.h>
#include <sys/wait.h>

#include "line-fixture.h"
#include "party.h"
#include "stuck.h"
#include "task.h"

#define PARTIES		3
#define SLOW		B300	/* 33 ms a byte */
/* How long (ms) a thing that waits is seen to wait. */
#define MEANWHILE	200

FIXTURE(isolation) {
	int fd[PARTIES];
	int far;
};

FIXTURE_SETUP(isolation)
{
	ASSERT_EQ(0, parties_start("nullmodems=2 links=6", self->fd, PARTIES,
				   &self->far));
}

FIXTURE_TEARDOWN(isolation)
{
	EXPECT_EQ(0, parties_end(self->fd, PARTIES, self->far));
}

/*
 * An administrator and the others do all of this, and each call is to return.
 */

struct others {
	int fd;
	int far;
	unsigned long number;
};

static int use_lines(void *arg)
{
	struct others *others = arg;

	return line_get(others->fd) < 0 ? -errno : 0;
}

static int read_attributes(void *arg)
{
	(void)arg;
	return is(0, "port", "ttyNM0") && is(1, "port", "ttyNM0") &&
	       is(0, "waiting", "") && is(5, "owner", "ttySF5") ? 0 : -1;
}

static int give_to_other(void *arg)
{
	struct others *others = arg;

	return give_as_task((void *)others->number);
}

static int share_another(void *arg)
{
	(void)arg;
	return set(5, "share", "ttySF4") ?: set(5, "share", "\n");
}

static int set_policies(void *arg)
{
	static const char *const words[][2] = {
		{ "on_detach", "hangup" }, { "on_detach", "hold" },
		{ "stall", "drop-newest" }, { "stall", "block" },
		{ "hup", "never" }, { "hup", "guest" },
		{ "share_read", "owner" }, { "share_read", "all" },
		{ "share_write", "exclusive" }, { "share_write", "admin" },
		{ "flow", "auto-rtscts" }, { "flow", "guest" },
	};
	unsigned int i;
	int ret = 0;

	(void)arg;
	for (i = 0; i < sizeof(words) / sizeof(words[0]) && !ret; i++)
		ret = set(0, words[i][0], words[i][1]);
	return ret;
}

static int pass_bytes(void *arg)
{
	struct others *others = arg;
	char got[4];

	if (line_write(others->far, "come", 4) != 4 ||
	    line_read(others->fd, got, 4) != 4 || memcmp(got, "come", 4))
		return -1;
	if (line_write(others->fd, "goes", 4) != 4 ||
	    line_read(others->far, got, 4) != 4 || memcmp(got, "goes", 4))
		return -2;
	return 0;
}

static int detach_and_attach(void *arg)
{
	(void)arg;
	return serfwd_set_port(0, "") ?: serfwd_set_port(0, "ttyNM0");
}

static const struct {
	const char *name;
	int (*run)(void *arg);
} uses[] = {
	{ "the lines are read", use_lines },
	{ "attributes are read", read_attributes },
	{ "another port is shared", share_another },
	{ "policies are set", set_policies },
	{ "the port is given away", give_to_other },
	{ "bytes pass", pass_bytes },
	{ "the port is detached and attached", detach_and_attach },
	{ "bytes pass through it then", pass_bytes },
};

#define USES	(sizeof(uses) / sizeof(uses[0]))

/*
 * Do all of it. A call that does not return is left, and named; once somebody waits the rest
 * would, too. Returns how much of it was done.
 */
static unsigned int others_go_on(struct others *others, struct task *task)
{
	unsigned int i;

	for (i = 0; i < USES; i++) {
		task_start(task, uses[i].run, others);
		if (!task_returns(task, LINE_PATIENCE)) {
			ksft_print_msg("it waits while %s\n", uses[i].name);
			return i;
		}
		if (task_finish(task)) {
			ksft_print_msg("%d when %s\n", task->ret, uses[i].name);
			return i;
		}
	}
	return i;
}

/*
 * One party stops the others
 */

static const unsigned long copying[] = { TIOCSERGETLSR, TIOCGRS485 };

TEST_F(isolation, memory_that_does_not_come)
{
	struct others others = { self->fd[1], self->far, 1 };
	unsigned int i, value;
	struct stuck stuck;
	struct task task;
	struct call call;

	for (i = 0; i < sizeof(copying) / sizeof(copying[0]); i++) {
		ASSERT_EQ(0, stuck_init(&stuck));
		ASSERT_EQ(0, give(0));
		call_ioctl(&call, self->fd[0], copying[i],
			   (unsigned long)stuck.page);
		ASSERT_EQ(0, stuck_await(&stuck, LINE_PATIENCE));
		EXPECT_EQ(USES, others_go_on(&others, &task));
		stuck_feed(&stuck);
		ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
		EXPECT_EQ(0, call.ret);
		memcpy(&value, stuck.page, sizeof(value));
		if (copying[i] == TIOCSERGETLSR)
			EXPECT_EQ(TIOCSER_TEMT, value);
		close(stuck.faults);
	}
}

/* Memory that is not the user's. */
TEST_F(isolation, memory_that_is_not_there)
{
	unsigned int i;

	for (i = 0; i < sizeof(copying) / sizeof(copying[0]); i++) {
		EXPECT_EQ(-1, ioctl(self->fd[0], copying[i], 1));
		EXPECT_EQ(EFAULT, errno);
	}
	EXPECT_EQ(-1, ioctl(self->fd[0], TIOCSRS485, 1));
	EXPECT_EQ(EFAULT, errno);
}

/* Fill the vtty of the owner, and have its reader stick. */
static int stick(struct stuck *stuck, int far, int fd)
{
	static const char bytes[FULL];
	int ret = stuck_init(stuck);

	if (ret)
		return ret;
	line_write(far, bytes, FULL);
	if (line_await(fd, FIONREAD, FULL) != FULL)
		return -EIO;
	return stuck_start(stuck, fd, FULL, LINE_PATIENCE);
}

/* Nobody else is to receive what it does not read. */
static int stick_alone(struct stuck *stuck, int far, int fd)
{
	return set(0, "share_read", "owner") ?: stick(stuck, far, fd) ?:
	       set(0, "share_read", "all");
}

TEST_F(isolation, a_reader_that_is_stuck)
{
	struct others others = { self->fd[1], self->far, 1 };
	struct stuck stuck;
	struct task task;

	ASSERT_EQ(0, stick_alone(&stuck, self->far, self->fd[0]));
	EXPECT_EQ(USES, others_go_on(&others, &task));
	EXPECT_EQ(FULL, stuck_finish(&stuck));
}

/* Whoever sets a vtty waits for its reader, and from then on so does its receiver. */
TEST_F(isolation, a_writer_of_settings_that_waits_for_a_stuck_reader)
{
	struct others others = { self->fd[1], self->far, 1 };
	struct termios2 raw = line_raw(LINE_CFLAG);
	struct stuck stuck;
	struct task task;
	struct call call;
	char got;

	ASSERT_EQ(0, stick_alone(&stuck, self->far, self->fd[0]));
	call_ioctl(&call, self->fd[0], TCSETS2, (unsigned long)&raw);
	EXPECT_FALSE(call_returns(&call, MEANWHILE));
	/* It is to be handed something, too. */
	ASSERT_EQ(1, line_write(self->far, "x", 1));
	EXPECT_EQ(1, line_read(self->fd[1], &got, 1));
	EXPECT_EQ(USES, others_go_on(&others, &task));
	EXPECT_EQ(FULL, stuck_finish(&stuck));
	EXPECT_TRUE(call_returns(&call, LINE_PATIENCE));
}

/* With the policy that sets the vtty as it is opened. */
TEST_F(isolation, opening_what_has_a_stuck_reader)
{
	struct termios2 termios;
	struct stuck stuck;
	struct call call;
	int waited;

	ASSERT_EQ(0, stick_alone(&stuck, self->far, self->fd[0]));
	EXPECT_EQ(0, set(0, "flow", "auto-xonxoff"));
	call_open(&call, vttys[0]);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_GE(call.fd, 0);
	EXPECT_EQ(FULL, stuck_finish(&stuck));
	/* The policy waits until the settings are to be had. */
	for (waited = 0; waited < LINE_PATIENCE; waited += 5) {
		ASSERT_EQ(0, ioctl(call.fd, TCGETS2, &termios));
		if (termios.c_iflag & IXON)
			break;
		sleep_ms(5);
	}
	EXPECT_EQ(IXON | IXOFF, termios.c_iflag & (IXON | IXOFF));
	close(call.fd);
}

static int leave_all(void)
{
	return set(1, "share", "\n") ?: set(2, "share", "\n");
}

/* Its oldest bytes are dropped to make room for more, which waits for the reader. */
TEST_F(isolation, a_stuck_reader_whose_oldest_bytes_are_dropped)
{
	static const char bytes[3 * FULL];
	struct termios2 raw = line_raw(LINE_CFLAG);
	struct stuck stuck;
	struct task task;
	struct call call;

	ASSERT_EQ(0, leave_all());
	ASSERT_EQ(0, set(0, "stall", "drop-oldest"));
	ASSERT_EQ(0, stick(&stuck, self->far, self->fd[0]));
	call_ioctl(&call, self->fd[0], TCSETS2, (unsigned long)&raw);
	EXPECT_FALSE(call_returns(&call, MEANWHILE));
	ASSERT_EQ((int)sizeof(bytes), line_write(self->far, bytes, sizeof(bytes)));
	task_start(&task, detach_and_attach, NULL);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	stuck_finish(&stuck);
	EXPECT_EQ(0, task_finish(&task));
	EXPECT_TRUE(call_returns(&call, LINE_PATIENCE));
}

/*
 * A port that is being handed over, for as long as it cannot send
 */

static pid_t fork_giver(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(!!give(1));
	return pid;
}

TEST_F(isolation, a_hand_over_that_takes_long)
{
	struct task task;
	pid_t giver;
	int status;

	ASSERT_EQ(0, hold_unsent(self->far, self->fd[0], B50, 4));
	giver = fork_giver();
	sleep_ms(MEANWHILE);
	ASSERT_EQ(0, waitpid(giver, &status, WNOHANG));
	/* Its user is not kept from what does not need the port. */
	task_start(&task, read_attributes, NULL);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	EXPECT_EQ(0, task_finish(&task));
	task_start(&task, share_another, NULL);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	EXPECT_EQ(0, task_finish(&task));
	task_start(&task, set_policies, NULL);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	EXPECT_EQ(0, task_finish(&task));
	/* Bytes received meanwhile are handed over. */
	ASSERT_EQ(4, line_write(self->far, "come", 4));
	EXPECT_EQ(4, line_await(self->fd[0], FIONREAD, 4));
	EXPECT_EQ(4, line_await(self->fd[1], FIONREAD, 4));
	/* Whoever asked for it can be killed. */
	ASSERT_EQ(0, kill(giver, SIGKILL));
	ASSERT_EQ(giver, waitpid(giver, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	/* And the port detached. */
	task_start(&task, detach_and_attach, NULL);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	EXPECT_EQ(0, task_finish(&task));
	EXPECT_TRUE(becomes(0, "owner", "ttySF1"));
}

TEST_F(isolation, counters_and_settings_while_it_is_handed_over)
{
	struct serial_icounter_struct count;
	struct serial_struct serial;
	struct task task;
	struct call wait;
	unsigned int i;

	ASSERT_EQ(0, hold_unsent(self->far, self->fd[0], B50, 4));
	task_start(&task, give_as_task, (void *)1);
	sleep_ms(MEANWHILE);
	ASSERT_FALSE(task.done);
	for (i = 0; i < PARTIES; i++) {
		EXPECT_EQ(0, ioctl(self->fd[i], TIOCGICOUNT, &count));
		EXPECT_EQ(0, ioctl(self->fd[i], TIOCGSERIAL, &serial));
		EXPECT_EQ(115200, serial.baud_base);
	}
	call_ioctl(&wait, self->fd[0], TIOCMIWAIT, TIOCM_CTS);
	EXPECT_FALSE(call_returns(&wait, MEANWHILE));
	ASSERT_EQ(0, let_send(self->far));
	EXPECT_TRUE(call_returns(&wait, LINE_PATIENCE));
	EXPECT_EQ(0, wait.ret);
	EXPECT_TRUE(task_returns(&task, LINE_PATIENCE));
	EXPECT_EQ(0, task_finish(&task));
}

/*
 * The port as the next owner finds it
 */

/* Bytes in the FIFO go out as their owner has set the line. */
TEST_F(isolation, the_fifo_is_sent_before_the_next_owner_sets_the_line)
{
	static const char bytes[16];

	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(0, line_set_cflag(self->fd[0],
				    (LINE_CFLAG & ~CBAUD) | SLOW));
	ASSERT_EQ(16, line_write(self->fd[0], bytes, 16));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(16, line_queued(self->far, FIONREAD));
	EXPECT_TRUE(is(0, "stats/tx_handed_over", "0"));
}

TEST_F(isolation, draining_waits_for_what_is_sent_after_the_port_was_given_away)
{
	static const char bytes[30];
	struct call drain;
	struct task task;

	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(0, line_set_cflag(self->fd[0],
				    (LINE_CFLAG & ~CBAUD) | SLOW));
	ASSERT_EQ(30, line_write(self->fd[0], bytes, 30));
	call_ioctl(&drain, self->fd[0], TCSBRK, 1);
	task_start(&task, give_as_task, (void *)1);
	EXPECT_TRUE(call_returns(&drain, LINE_PATIENCE));
	EXPECT_EQ(30, line_queued(self->far, FIONREAD));
	EXPECT_EQ(0, task_finish(&task));
}

/* The far end has spoken to the port. */
TEST_F(isolation, a_stop_by_the_far_end_stays_when_the_port_is_given_away)
{
	char got[4];

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(0, set_ixon(self->fd[1]));
	ASSERT_EQ(1, line_write(self->far, XOFF, 1));
	sleep_ms(MEANWHILE);
	ASSERT_EQ(7, line_write(self->fd[0], "is held", 7));
	ASSERT_EQ(0, give(1));
	EXPECT_TRUE(is(0, "stats/tx_handed_over", "7"));
	ASSERT_EQ(4, line_write(self->fd[1], "next", 4));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	ASSERT_EQ(4, line_read(self->far, got, 4));
	EXPECT_EQ(0, memcmp(got, "next", 4));
	/* The first one goes on by an XON that it did not receive. */
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(4, line_write(self->fd[0], "goes", 4));
	ASSERT_EQ(4, line_read(self->far, got, 4));
	EXPECT_EQ(0, memcmp(got, "goes", 4));
}

/* The XON comes to an owner that does not obey it. */
TEST_F(isolation, a_stop_that_was_let_go_while_another_had_the_port)
{
	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(1, line_write(self->far, XOFF, 1));
	sleep_ms(MEANWHILE);
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	ASSERT_EQ(1, line_await(self->fd[1], FIONREAD, 1));
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(4, line_write(self->fd[0], "goes", 4));
	EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
}

/* The one that had stopped the far end by XOFF has it go on: only its settings can. */
TEST_F(isolation, a_far_end_that_the_last_owner_had_stopped)
{
	static const char bytes[FULL];
	struct termios2 raw = line_raw(LINE_CFLAG);

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	raw.c_iflag = IXOFF;
	ASSERT_EQ(0, line_set(self->fd[0], &raw));
	ASSERT_EQ(0, set_ixon(self->far));
	ASSERT_EQ(FULL, line_write(self->far, bytes, FULL));
	ASSERT_EQ(FULL, line_await(self->fd[0], FIONREAD, FULL));
	sleep_ms(MEANWHILE);
	ASSERT_EQ(4, line_write(self->far, "next", 4));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(4, line_await(self->fd[1], FIONREAD, 4));
}

TEST_F(isolation, a_far_end_that_stopped_nobody_but_lets_go)
{
	unsigned int round, i;

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	for (i = 0; i < PARTIES; i++)
		ASSERT_EQ(0, set_ixon(self->fd[i]));
	for (round = 0; round < 30; round++) {
		i = round % PARTIES;
		ASSERT_EQ(2, line_write(self->far, XOFF XON, 2));
		ASSERT_EQ(0, give(i));
		ASSERT_EQ(1, line_write(self->fd[i], "x", 1));
		ASSERT_EQ(1, line_read(self->far, &i, 1));
	}
}

/* As a user without privileges, who may set less than others. */
static int set_as_nobody(int fd, unsigned long cmd, void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(setresuid(65534, 65534, 65534) ? 255 :
		      ioctl(fd, cmd, arg) ? errno : 0);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static bool has_low_latency(int fd)
{
	struct serial_struct serial;

	return !ioctl(fd, TIOCGSERIAL, &serial) &&
	       serial.flags & ASYNC_LOW_LATENCY;
}

TEST_F(isolation, serial_settings_of_a_shared_port_are_not_its_users)
{
	struct serial_rs485 rs485 = {};
	struct serial_struct serial;
	unsigned int i;

	ASSERT_EQ(0, leave_all());
	ASSERT_EQ(0, ioctl(self->fd[0], TIOCGSERIAL, &serial));
	serial.flags |= ASYNC_LOW_LATENCY;
	ASSERT_EQ(0, set_as_nobody(self->fd[0], TIOCSSERIAL, &serial));
	ASSERT_TRUE(has_low_latency(self->fd[0]));

	ASSERT_EQ(0, set(1, "share", "ttySF0"));
	for (i = 0; i < 2; i++) {
		EXPECT_FALSE(has_low_latency(self->fd[i]));
		EXPECT_EQ(-EPERM, set_as_nobody(self->fd[i], TIOCSSERIAL,
						&serial));
		EXPECT_EQ(-EPERM, set_as_nobody(self->fd[i], TIOCSRS485,
						&rs485));
	}
	/* But the administrator's. */
	EXPECT_EQ(0, ioctl(self->fd[1], TIOCSSERIAL, &serial));
	EXPECT_TRUE(has_low_latency(self->fd[0]));
	ASSERT_EQ(0, give(1));
	EXPECT_TRUE(has_low_latency(self->fd[0]));
}

/* Neither has whoever opens the port when it is detached. */
TEST_F(isolation, serial_settings_go_when_the_port_is_detached)
{
	struct serial_struct serial;
	int port;

	ASSERT_EQ(0, leave_all());
	ASSERT_EQ(0, ioctl(self->fd[0], TIOCGSERIAL, &serial));
	serial.flags |= ASYNC_LOW_LATENCY;
	ASSERT_EQ(0, set_as_nobody(self->fd[0], TIOCSSERIAL, &serial));
	ASSERT_TRUE(has_low_latency(self->fd[0]));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = line_open_raw("/dev/ttyNM0");
	ASSERT_GE(port, 0);
	EXPECT_FALSE(has_low_latency(port));
	close(port);
}

static int count_of(int fd, size_t offset)
{
	struct serial_icounter_struct count;

	if (ioctl(fd, TIOCGICOUNT, &count))
		return -errno;
	return *(int *)((char *)&count + offset);
}

#define COUNT_OF(fd, name) \
	count_of(fd, offsetof(struct serial_icounter_struct, name))

TEST_F(isolation, counters_of_what_another_receives)
{
	int cts = COUNT_OF(self->fd[1], cts);

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(5, line_write(self->far, "hello", 5));
	ASSERT_EQ(5, line_await(self->fd[0], FIONREAD, 5));
	ASSERT_EQ(3, line_write(self->fd[0], "you", 3));
	ASSERT_EQ(3, line_await(self->far, FIONREAD, 3));
	EXPECT_EQ(5, COUNT_OF(self->fd[0], rx));
	EXPECT_EQ(3, COUNT_OF(self->fd[0], tx));
	EXPECT_EQ(0, COUNT_OF(self->fd[1], rx));
	EXPECT_EQ(0, COUNT_OF(self->fd[1], tx));
	/* Lines are everybody's. */
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	sleep_ms(MEANWHILE);
	EXPECT_EQ(cts + 1, COUNT_OF(self->fd[1], cts));
	ASSERT_EQ(0, set(0, "share_read", "all"));
	EXPECT_EQ(5, COUNT_OF(self->fd[1], rx));
	EXPECT_EQ(0, COUNT_OF(self->fd[1], tx));
}

/* It asks for the port as a byte does, and waits no longer than sending it takes. */
TEST_F(isolation, a_break_of_who_does_not_own_the_port)
{
	int breaks = COUNT_OF(self->far, brk);
	int waited;

	EXPECT_EQ(-1, ioctl(self->fd[1], TCSBRK, 0));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_TRUE(is(0, "waiting", "ttySF1"));
	EXPECT_EQ(breaks, COUNT_OF(self->far, brk));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(0, ioctl(self->fd[1], TCSBRK, 0));
	EXPECT_EQ(breaks + 1, COUNT_OF(self->far, brk));

	/* By the policy, to which it is as if somebody wrote. */
	ASSERT_EQ(0, set(0, "token_idle_ms", "50"));
	ASSERT_EQ(0, set(0, "share_write", "token"));
	for (waited = 0; ioctl(self->fd[2], TCSBRK, 0) && waited < 20; waited++)
		ASSERT_EQ(EAGAIN, errno);
	EXPECT_TRUE(is(0, "owner", "ttySF2"));
	EXPECT_EQ(breaks + 2, COUNT_OF(self->far, brk));
}

static int want(int fd)
{
	return write(fd, "w", 1) == 1 ? 0 : -errno;
}

static int want_by(void *arg)
{
	return want(*(int *)arg);
}

/* The first to wait, whatever the priority: that is for the policy of its name. */
TEST_F(isolation, who_waits_longest_has_an_exclusive_port_next)
{
	struct task first, second;

	ASSERT_EQ(0, set(0, "share_write", "exclusive"));
	ASSERT_EQ(0, set(2, "priority", "50"));
	/* Those who write wait for the port. */
	fcntl(self->fd[1], F_SETFL, 0);
	fcntl(self->fd[2], F_SETFL, 0);
	task_start(&first, want_by, &self->fd[1]);
	ASSERT_TRUE(becomes(0, "waiting", "ttySF1"));
	sleep_ms(50);
	task_start(&second, want_by, &self->fd[2]);
	ASSERT_TRUE(becomes(0, "waiting", "ttySF1 ttySF2"));
	close(self->fd[0]);
	EXPECT_TRUE(becomes(0, "owner", "ttySF1"));
	EXPECT_EQ(0, task_finish(&first));
	close(self->fd[1]);
	EXPECT_TRUE(becomes(0, "owner", "ttySF2"));
	EXPECT_EQ(0, task_finish(&second));
	self->fd[0] = line_open_raw(vttys[0]);
	self->fd[1] = line_open_raw(vttys[1]);
}

/*
 * Outputs, of a 16550
 */

FIXTURE(outputs) {
	char name[32];
	int fd[2];
};

FIXTURE_SETUP(outputs)
{
	ASSERT_EQ(0, parties_start_real(self->name, sizeof(self->name), self->fd));
}

FIXTURE_TEARDOWN(outputs)
{
	EXPECT_EQ(0, parties_end_real(self->fd));
}

TEST_F(outputs, are_off_that_the_next_owner_has_not_set)
{
	int others = TIOCM_OUT1 | TIOCM_LOOP;
	char path[48];
	int port, was;

	was = line_get(self->fd[0]) & (others | TIOCM_OUT2);
	ASSERT_EQ(0, was & others);
	ASSERT_EQ(0, set_bits(self->fd[0], others));
	ASSERT_EQ(others, line_get(self->fd[0]) & others);
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(0, line_get(self->fd[1]) & others);
	/* In loop-back it would hear itself. */
	ASSERT_EQ(4, line_write(self->fd[1], "away", 4));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));
	EXPECT_EQ(was, line_get(self->fd[1]) & (others | TIOCM_OUT2));

	/* The first one has them again with the port, and its successor has not. */
	ASSERT_EQ(0, give(0));
	EXPECT_EQ(others, line_get(self->fd[0]) & others);
	close(self->fd[0]);
	self->fd[0] = line_open_raw(vttys[0]);
	EXPECT_EQ(0, line_get(self->fd[0]) & others);

	/* Nor has who opens the port itself. */
	ASSERT_EQ(0, set_bits(self->fd[0], others));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	snprintf(path, sizeof(path), "/dev/%s", self->name);
	port = line_open_raw(path);
	ASSERT_GE(port, 0);
	EXPECT_EQ(0, line_get(port) & others);
	close(port);
}

/* Also if it is detached as ldattach is killed, which closes the port first. */
TEST_F(outputs, are_off_when_the_port_was_closed)
{
	int ldisc = SERFWD_LDISC, port, others = TIOCM_OUT1 | TIOCM_LOOP;
	char path[48];

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	snprintf(path, sizeof(path), "/dev/%s", self->name);
	port = line_open_path(path, O_NONBLOCK);
	ASSERT_GE(port, 0);
	ASSERT_EQ(0, ioctl(port, TIOCSETD, &ldisc));
	ASSERT_TRUE(is(0, "port", self->name));
	ASSERT_EQ(0, set_bits(self->fd[0], others));
	ASSERT_EQ(others, line_get(self->fd[0]) & others);
	close(port);
	ASSERT_TRUE(becomes(0, "port", ""));
	port = line_open_raw(path);
	ASSERT_GE(port, 0);
	EXPECT_EQ(0, line_get(port) & others);
	close(port);
}

TEST_HARNESS_MAIN
