// SPDX-License-Identifier: GPL-2.0
/*
 * The time while a shared port changes hands, and what is left of the last
 * owner when it has.
 *
 *	ttySF0, ttySF1 - ttyNM0 === ttyNM1, opened directly
 */
#include "line-fixture.h"
#include "party.h"
#include "stuck.h"
#include "task.h"

#define PARTIES		2
/* Into the 2.7 s that a port of 1200 baud which cannot send is waited for. */
#define MEANWHILE	200
#define BAUD_TOO_HIGH	20000000
#define ROUNDS		100
/* Long enough for what comes before it on a slow machine. */
#define STALL_TIMEOUT	5000
#define STALL_TIMEOUT_TEXT	"5000"
/* The kernel's timers of that length are late by up to a quarter of a second. */
#define STALL_LATE	1000

FIXTURE(handover) {
	int fd[PARTIES];
	int far;
};

FIXTURE_SETUP(handover)
{
	ASSERT_EQ(0, parties_start("nullmodems=1", self->fd, PARTIES,
				   &self->far));
}

FIXTURE_TEARDOWN(handover)
{
	EXPECT_EQ(0, parties_end(self->fd, PARTIES, self->far));
}

/*
 * Let the owner's four bytes wait in the port, and the port be given away: that takes
 * as long as they would need to be sent, so another thread does it.
 */
static int start_with_unsent(int far, int fd, struct task *giving)
{
	if (hold_unsent(far, fd, B1200, 4))
		return -1;
	task_start(giving, give_as_task, (void *)1);
	sleep_ms(MEANWHILE);
	return giving->done ? -1 : 0;
}

/* A port whose owner changes is drained by who has it open all the same. */
TEST_F(handover, who_drains_the_port_itself_is_woken)
{
	int ldisc = SERFWD_LDISC, port;
	struct task giving;
	struct call drain;
	char got[4];

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = line_open_path("/dev/ttyNM0", O_NONBLOCK);
	ASSERT_GE(port, 0);
	ASSERT_EQ(0, ioctl(port, TIOCSETD, &ldisc));
	ASSERT_TRUE(is(0, "port", "ttyNM0"));

	ASSERT_EQ(0, start_with_unsent(self->far, self->fd[0], &giving));
	call_ioctl(&drain, port, TCSBRK, 1);
	EXPECT_FALSE(call_returns(&drain, MEANWHILE));
	ASSERT_EQ(0, let_send(self->far));
	EXPECT_EQ(4, line_read(self->far, got, 4));
	EXPECT_EQ(0, task_finish(&giving));
	ASSERT_TRUE(call_returns(&drain, LINE_PATIENCE));
	EXPECT_EQ(0, drain.ret);
	close(port);
}

/* Nobody else opens a port while it is attached, and whoever may could before. */
TEST_F(handover, a_port_is_exclusive_while_it_is_attached)
{
	int ldisc = SERFWD_LDISC, n_tty = N_TTY, before, exclusive, port;

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = line_open_path("/dev/ttyNM0", O_NONBLOCK);
	ASSERT_GE(port, 0);
	for (before = 0; before < 2; before++) {
		ASSERT_EQ(0, ioctl(port, before ? TIOCEXCL : TIOCNXCL));
		ASSERT_EQ(0, ioctl(port, TIOCSETD, &ldisc));
		ASSERT_TRUE(is(0, "port", "ttyNM0"));
		ASSERT_EQ(0, ioctl(port, TIOCGEXCL, &exclusive));
		EXPECT_EQ(1, exclusive);
		ASSERT_EQ(0, ioctl(port, TIOCSETD, &n_tty));
		ASSERT_EQ(0, ioctl(port, TIOCGEXCL, &exclusive));
		EXPECT_EQ(before, exclusive);
	}
	close(port);
}

TEST_F(handover, the_last_owner_drains)
{
	struct task giving;
	struct call drain;

	ASSERT_EQ(0, start_with_unsent(self->far, self->fd[0], &giving));
	EXPECT_EQ(4, line_queued(self->fd[0], TIOCOUTQ));
	call_ioctl(&drain, self->fd[0], TCSBRK, 1);
	EXPECT_FALSE(call_returns(&drain, MEANWHILE));
	ASSERT_EQ(0, let_send(self->far));
	EXPECT_TRUE(call_returns(&drain, LINE_PATIENCE));
	EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
	EXPECT_EQ(0, task_finish(&giving));
}

/* The next owner sends none of the bytes that were not sent in time. */
TEST_F(handover, what_is_not_sent_in_time_is_lost)
{
	struct task giving;
	struct call drain;
	char got[3];

	ASSERT_EQ(0, start_with_unsent(self->far, self->fd[0], &giving));
	call_ioctl(&drain, self->fd[0], TCSBRK, 1);
	EXPECT_EQ(0, task_finish(&giving));
	EXPECT_TRUE(call_returns(&drain, LINE_PATIENCE));
	EXPECT_EQ(0, line_queued(self->fd[0], TIOCOUTQ));
	EXPECT_EQ(0, line_queued(self->fd[1], TIOCOUTQ));
	EXPECT_TRUE(is(0, "stats/tx_handed_over", "4"));
	ASSERT_EQ(0, let_send(self->far));
	ASSERT_EQ(3, line_write(self->fd[1], "new", 3));
	ASSERT_EQ(3, line_read(self->far, got, 3));
	EXPECT_EQ(0, memcmp("new", got, 3));
}

TEST_F(handover, the_last_owner_flushes)
{
	struct task giving;
	char got[3];

	ASSERT_EQ(0, start_with_unsent(self->far, self->fd[0], &giving));
	ASSERT_EQ(0, ioctl(self->fd[0], TCFLSH, TCOFLUSH));
	EXPECT_EQ(0, line_queued(self->fd[0], TIOCOUTQ));
	EXPECT_EQ(0, task_finish(&giving));
	ASSERT_EQ(0, let_send(self->far));
	ASSERT_EQ(3, line_write(self->fd[1], "new", 3));
	ASSERT_EQ(3, line_read(self->far, got, 3));
	EXPECT_EQ(0, memcmp("new", got, 3));
}

/* As from any port that is closed, its next user sends nothing of the last one. */
TEST_F(handover, the_last_owner_closes)
{
	struct task giving;

	ASSERT_EQ(0, start_with_unsent(self->far, self->fd[0], &giving));
	close(self->fd[0]);
	EXPECT_EQ(0, task_finish(&giving));
	ASSERT_EQ(0, let_send(self->far));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	self->fd[0] = line_open_raw(vttys[0]);
}

/*
 * Readers
 */

/* Fill the vtty of an owner, @fd; returns how many bytes it has then. */
static int fill(int far, int fd)
{
	static const char bytes[FULL];

	line_write(far, bytes, FULL);
	return line_await(fd, FIONREAD, FULL);
}

/* Send what finds no room; it is looked at in a moment. */
static int send_more(int far, const char *text, int count)
{
	int ret = line_write(far, text, count);

	sleep_ms(MEANWHILE);
	return ret;
}

static int read_all(int fd)
{
	char buf[2 * FULL];
	int got = line_read(fd, buf, FULL);

	sleep_ms(MEANWHILE);
	while (line_queued(fd, FIONREAD) > 0)
		got += line_read(fd, buf, line_queued(fd, FIONREAD));
	return got;
}

/* Also in the moment in which it is put aside for who only listens. */
TEST_F(handover, each_byte_reaches_both)
{
	unsigned int round, i;
	char got;

	for (round = 0; round < 10 * ROUNDS; round++) {
		char sent = round;

		ASSERT_EQ(1, line_write(self->far, &sent, 1));
		for (i = 0; i < PARTIES; i++) {
			ASSERT_EQ(1, line_read(self->fd[i], &got, 1));
			ASSERT_EQ(sent, got);
		}
	}
}

/* Its stall began as a listener's, and its reader has not read since. */
TEST_F(handover, an_owner_that_stalled_as_a_listener_is_hung_up)
{
	struct pollfd end = { .fd = self->fd[1] };
	char buf[FULL];

	ASSERT_EQ(0, set(1, "stall_timeout_ms", "1000"));
	ASSERT_EQ(0, set(1, "stall", "hangup"));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(FULL, line_await(self->fd[1], FIONREAD, FULL));
	ASSERT_EQ(FULL, line_read(self->fd[0], buf, FULL));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	sleep_ms(MEANWHILE);
	ASSERT_TRUE(is(1, "stats/rx_stall_hangups", "0"));

	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, line_write(self->far, "x", 1));
	EXPECT_TRUE(becomes(1, "stats/rx_stall_hangups", "1"));
	EXPECT_EQ(1, poll(&end, 1, LINE_PATIENCE));
	EXPECT_NE(0, end.revents & POLLHUP);
	close(self->fd[1]);
	self->fd[1] = line_open_raw(vttys[1]);
	ASSERT_EQ(1, line_write(self->far, "y", 1));
	ASSERT_EQ(1, line_read(self->fd[1], buf, 1));
	EXPECT_EQ('y', buf[0]);
}

/* Make ttySF@number, who owns the port, stall; it is hung up for that in a while. */
static int stall_owner(int far, int fd, unsigned int number)
{
	/* Or else it is to have a copy of that, too, and stalls as a listener. */
	if (set(0, "share_read", "owner") ||
	    set(number, "stall_timeout_ms", STALL_TIMEOUT_TEXT) ||
	    set(number, "stall", "hangup"))
		return -1;
	return fill(far, fd) == FULL ? send_more(far, "x", 1) : -1;
}

/* Bytes that it had received are its own, and it does not take them. */
TEST_F(handover, a_stalled_owner_that_gave_the_port_away_is_hung_up)
{
	ASSERT_EQ(1, stall_owner(self->far, self->fd[0], 0));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));
	EXPECT_TRUE(becomes(0, "stats/rx_stall_hangups", "1"));
	close(self->fd[0]);
	self->fd[0] = line_open_raw(vttys[0]);
}

/* Nothing arrives any more that its reader could keep waiting. */
TEST_F(handover, a_stalled_owner_whose_host_lost_the_port_is_not_hung_up)
{
	char got[FULL];

	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, stall_owner(self->far, self->fd[1], 1));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	sleep_ms(STALL_TIMEOUT + STALL_LATE);
	EXPECT_TRUE(is(1, "stats/rx_stall_hangups", "0"));
	EXPECT_EQ(FULL, line_read(self->fd[1], got, FULL));
}

static int speed_of(int fd)
{
	struct termios2 termios;

	return ioctl(fd, TCGETS2, &termios) ? -errno : (int)termios.c_ospeed;
}

static int set_speed(int fd, int speed)
{
	struct termios2 raw = line_raw((LINE_CFLAG & ~CBAUD) | BOTHER);

	raw.c_ospeed = speed;
	raw.c_ispeed = speed;
	return line_set(fd, &raw);
}

/*
 * Its reader has the vtty's settings locked, which the port is to correct: that
 * can wait, and whoever wants the port back does not.
 */
TEST_F(handover, a_reader_that_is_stuck_gets_the_port)
{
	struct task giving;
	struct stuck reader;
	int waited, ret = stuck_init(&reader);

	if (ret == -EOPNOTSUPP)
		SKIP(return, "the kernel has no userfaultfd");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, set_speed(self->fd[1], BAUD_TOO_HIGH));
	EXPECT_EQ(BAUD_TOO_HIGH, speed_of(self->fd[1]));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(FULL, line_await(self->fd[1], FIONREAD, FULL));
	ASSERT_EQ(0, stuck_start(&reader, self->fd[1], FULL, LINE_PATIENCE));

	task_start(&giving, give_as_task, (void *)1);
	EXPECT_TRUE(task_returns(&giving, LINE_PATIENCE));
	if (giving.done) {
		EXPECT_TRUE(is(0, "owner", "ttySF1"));
		EXPECT_EQ(2, line_write(self->fd[1], "it", 2));
		EXPECT_EQ(2, line_await(self->far, FIONREAD, 2));
		EXPECT_EQ(0, give(0));
		EXPECT_EQ(2, line_write(self->fd[0], "me", 2));
		EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
		EXPECT_EQ(0, give(1));
		EXPECT_EQ(0, serfwd_set_port(0, ""));
		EXPECT_EQ(0, serfwd_set_port(0, "ttyNM0"));
		EXPECT_EQ(BAUD_TOO_HIGH, speed_of(self->fd[1]));
	}
	EXPECT_EQ(FULL, stuck_finish(&reader));
	EXPECT_EQ(0, task_finish(&giving));
	for (waited = 0; speed_of(self->fd[1]) == BAUD_TOO_HIGH &&
	     waited < LINE_PATIENCE; waited += 5)
		sleep_ms(5);
	EXPECT_EQ(9600, speed_of(self->fd[1]));
}

/*
 * XON and XOFF that were obeyed while there was no room for them
 */

static bool is_stopped(int far, int fd)
{
	line_write(fd, "sent", 4);
	sleep_ms(LINE_QUIET);
	return !line_queued(far, FIONREAD);
}

static bool is_started(int far)
{
	return line_await(far, FIONREAD, 4) == 4;
}

/* They are the last owner's, and the stop is the port's. */
TEST_F(handover, an_xon_after_bytes_that_the_last_owner_got)
{
	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(6, send_more(self->far, "yyyyy" XOFF, 6));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(FULL + 5, read_all(self->fd[0]));
	ASSERT_TRUE(is_stopped(self->far, self->fd[0]));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	EXPECT_TRUE(is_started(self->far));
}

/* The owner has them, also when the port has gone. */
TEST_F(handover, an_xoff_after_bytes_that_came_before_the_port_went)
{
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(5, send_more(self->far, "yyyyy", 5));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	ASSERT_EQ(FULL + 5, read_all(self->fd[0]));
	ASSERT_EQ(1, send_more(self->far, XOFF, 1));
	EXPECT_TRUE(is_stopped(self->far, self->fd[0]));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	EXPECT_TRUE(is_started(self->far));
}

/* Nobody got them, as they were dropped. */
TEST_F(handover, an_xon_after_bytes_that_were_dropped)
{
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(6, send_more(self->far, "yyyyy" XOFF, 6));
	ASSERT_EQ(0, set(0, "stall", "drop-newest"));
	EXPECT_TRUE(becomes(0, "stats/rx_dropped_newest", "6"));
	ASSERT_EQ(FULL, read_all(self->fd[0]));
	ASSERT_TRUE(is_stopped(self->far, self->fd[0]));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	EXPECT_TRUE(is_started(self->far));
}

/* The other one has looked at the first of them, this one at those after it. */
TEST_F(handover, an_xoff_before_bytes_that_were_looked_at)
{
	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set_ixon(self->fd[0]));
	ASSERT_EQ(0, set_ixon(self->fd[1]));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(FULL, fill(self->far, self->fd[1]));
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(FULL, fill(self->far, self->fd[0]));
	ASSERT_EQ(1, send_more(self->far, XOFF, 1));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(2, send_more(self->far, "zz", 2));
	ASSERT_EQ(FULL + 2, read_all(self->fd[1]));
	EXPECT_TRUE(is_stopped(self->far, self->fd[1]));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	EXPECT_TRUE(is_started(self->far));
}

/*
 * Waiting
 */

struct wanter {
	pthread_t thread;
	int fd;
	atomic_bool stop;
};

static void *wanter_thread(void *arg)
{
	struct wanter *wanter = arg;

	while (!wanter->stop)
		if (write(wanter->fd, "x", 1) == 1)
			ioctl(wanter->fd, TCFLSH, TCOFLUSH);
	return NULL;
}

/* Even if it wants it in the moment in which it gets it. */
TEST_F(handover, who_owns_the_port_does_not_wait_for_it)
{
	struct wanter wanter = { .fd = self->fd[1] };
	int round, waiting = 0;

	ASSERT_EQ(0, pthread_create(&wanter.thread, NULL, wanter_thread,
				    &wanter));
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_EQ(0, give(1));
		waiting += !is(0, "waiting", "");
		ASSERT_EQ(0, give(0));
		ioctl(self->far, TCFLSH, TCIFLUSH);
	}
	wanter.stop = true;
	pthread_join(wanter.thread, NULL);
	EXPECT_EQ(0, waiting);
}

/*
 * The line discipline puts these where it was told that there is room, and does
 * not look whether they were taken: a line feed becomes two, a backspace is put by
 * itself.
 */

#define GROUP		"x\b\n"
#define GROUPS		10000	/* of each */

struct talker {
	pthread_t thread;
	int fd;
	int groups;
};

static void *talker_thread(void *arg)
{
	struct talker *talker = arg;

	while (talker->groups < GROUPS && line_write(talker->fd, GROUP, 3) == 3)
		talker->groups++;
	return NULL;
}

static int set_oflag(int fd, tcflag_t oflag)
{
	struct termios2 termios = line_raw(LINE_CFLAG);

	termios.c_oflag = oflag;
	return line_set(fd, &termios);
}

static void *passing_thread(void *arg)
{
	atomic_bool *stop = arg;
	unsigned int i;

	for (i = 0; !*stop; i++) {
		give(i % PARTIES);
		sleep_ms(1);
	}
	return NULL;
}

TEST_F(handover, what_a_line_discipline_puts_is_not_lost)
{
	struct talker talkers[PARTIES] = {};
	atomic_bool stop = false;
	unsigned char buf[1000];
	int seen[256] = {};
	pthread_t passing;
	unsigned int i;
	int got;

	for (i = 0; i < PARTIES; i++) {
		ASSERT_EQ(0, set_oflag(self->fd[i], OPOST | ONLCR));
		talkers[i].fd = self->fd[i];
		ASSERT_EQ(0, pthread_create(&talkers[i].thread, NULL,
					    talker_thread, &talkers[i]));
	}
	ASSERT_EQ(0, pthread_create(&passing, NULL, passing_thread, &stop));
	while (seen['x'] < PARTIES * GROUPS) {
		got = line_read(self->far, buf, 1);
		if (got != 1)
			break;
		got = read(self->far, buf + 1, sizeof(buf) - 1);
		for (i = 0; i < 1 + (got > 0 ? got : 0); i++)
			seen[buf[i]]++;
	}
	stop = true;
	pthread_join(passing, NULL);
	for (i = 0; i < PARTIES; i++) {
		pthread_join(talkers[i].thread, NULL);
		EXPECT_EQ(GROUPS, talkers[i].groups);
	}
	while (line_read(self->far, buf, 1) == 1)
		seen[buf[0]]++;
	EXPECT_EQ(PARTIES * GROUPS, seen['x']);
	EXPECT_EQ(PARTIES * GROUPS, seen['\b']);
	EXPECT_EQ(PARTIES * GROUPS, seen['\r']);
	EXPECT_EQ(PARTIES * GROUPS, seen['\n']);
}

static int lost_of(unsigned int number, const char *counter)
{
	char path[96], text[32] = "";
	int fd;

	serfwd_tty_path(path, sizeof(path), "ttySF", number, counter);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	close(fd);
	return atoi(text);
}

/*
 * Without OPOST, too: it asks for room once, and then puts as many echoes. Echoes
 * from when another had the port wait.
 */
TEST_F(handover, echoes_arrive_or_are_counted)
{
	enum { ECHOES = 2000, AT_ONCE = 20 };
	struct termios2 echoing = line_raw(LINE_CFLAG);
	static const char bytes[AT_ONCE] = "aaaaaaaaaaaaaaaaaaa";
	atomic_bool stop = false;
	char buf[ECHOES];
	pthread_t passing;
	int sent, got, ret;

	echoing.c_lflag = ECHO;
	ASSERT_EQ(0, line_set(self->fd[0], &echoing));
	ASSERT_EQ(0, pthread_create(&passing, NULL, passing_thread, &stop));
	for (sent = 0; sent < ECHOES; sent += AT_ONCE) {
		ASSERT_EQ(AT_ONCE, line_write(self->far, bytes, AT_ONCE));
		ASSERT_EQ(AT_ONCE, line_read(self->fd[0], buf, AT_ONCE));
		ASSERT_EQ(AT_ONCE, line_read(self->fd[1], buf, AT_ONCE));
	}
	stop = true;
	pthread_join(passing, NULL);
	ASSERT_EQ(0, give(0));
	/* Those that wait go out before what is written next. */
	ASSERT_EQ(1, line_write(self->fd[0], "x", 1));
	got = -1;
	while (got < ECHOES) {
		ret = line_read(self->far, buf, 1);
		if (ret != 1)
			break;
		got++;
		ret = read(self->far, buf, sizeof(buf));
		got += ret > 0 ? ret : 0;
	}
	TH_LOG("%d of %d echoes, %d counted as lost", got, ECHOES,
	       lost_of(0, "stats/tx_detached"));
	EXPECT_EQ(ECHOES, got + lost_of(0, "stats/tx_detached") +
			  lost_of(0, "stats/tx_handed_over"));
}

TEST_HARNESS_MAIN
