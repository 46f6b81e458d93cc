// SPDX-License-Identifier: GPL-2.0
/*
 * Several vttys on one port: who may write, who receives, and that nothing is
 * lost, doubled or out of order when the port changes hands.
 *
 *	ttySF0, ttySF1, ttySF2 - ttyNM0 === ttyNM1, opened directly
 */
#include "../lib/slowness.h"
#include "line-fixture.h"
#include "party.h"
#include "stuck.h"
#include "writer.h"

#define FAR		"/dev/ttyNM1"
#define PARTIES		3
#define STREAM_BYTES	300000	/* of each writer */
#define FLOOD_BYTES	1500000	/* more than a flip buffer holds */
#define CHUNK		1000

FIXTURE(share) {
	int fd[PARTIES];
	int far;
};

FIXTURE_SETUP(share)
{
	ASSERT_EQ(0, parties_start("nullmodems=1", self->fd, PARTIES,
				   &self->far));
}

FIXTURE_TEARDOWN(share)
{
	EXPECT_EQ(0, parties_end(self->fd, PARTIES, self->far));
}

/*
 * Taking part
 */

TEST_F(share, coming_and_going)
{
	EXPECT_TRUE(is(0, "share", ""));
	EXPECT_TRUE(is(1, "share", "ttySF0"));
	EXPECT_TRUE(is(1, "port", "ttyNM0"));
	EXPECT_TRUE(is(2, "owner", "ttySF0"));
	EXPECT_TRUE(is(3, "owner", "ttySF3"));
	EXPECT_TRUE(is(3, "waiting", ""));
	EXPECT_EQ(-ENODEV, set(3, "share", "ttySF4"));
	EXPECT_EQ(-ENODEV, set(3, "share", "ttyS0"));
	EXPECT_EQ(-ENODEV, set(3, "share", "ttySF0x"));
	EXPECT_EQ(-ELOOP, set(3, "share", "ttySF3"));
	EXPECT_EQ(-ELOOP, set(3, "share", "ttySF1"));
	EXPECT_EQ(-EBUSY, set(1, "share", "ttySF0"));
	EXPECT_EQ(-EBUSY, set(0, "share", "ttySF3"));
	EXPECT_EQ(-EBUSY, set(0, "share", "\n"));
	EXPECT_EQ(-EBUSY, serfwd_set_port(1, "ttyNM1"));
	EXPECT_EQ(-EINVAL, set(0, "owner", "ttySF3"));
	EXPECT_EQ(-ENODEV, set(0, "owner", "nobody"));
	EXPECT_EQ(-EINVAL, set(0, "share_write", "anybody"));
	EXPECT_EQ(-ERANGE, set(0, "token_idle_ms", "0"));
	EXPECT_EQ(-ERANGE, set(0, "priority", "101"));

	/* Detaching is the host's to do. */
	EXPECT_EQ(0, serfwd_set_port(1, ""));
	EXPECT_TRUE(is(0, "port", "ttyNM0"));

	/* A link that owned it and leaves gives it back. */
	ASSERT_EQ(0, give(1));
	EXPECT_TRUE(is(2, "owner", "ttySF1"));
	ASSERT_EQ(0, set(1, "share", "\n"));
	EXPECT_TRUE(is(0, "owner", "ttySF0"));
	EXPECT_TRUE(is(1, "port", ""));
	ASSERT_EQ(0, set(2, "share", "\n"));
	ASSERT_EQ(0, set(2, "share", "\n"));
	ASSERT_EQ(2, line_write(self->fd[0], "ok", 2));
	EXPECT_EQ(2, line_await(self->far, FIONREAD, 2));
}

/*
 * Receiving
 */

TEST_F(share, all_receive)
{
	char got[8];
	unsigned int i;

	ASSERT_EQ(5, line_write(self->far, "hello", 5));
	for (i = 0; i < PARTIES; i++) {
		ASSERT_EQ(5, line_read(self->fd[i], got, 5));
		EXPECT_EQ(0, memcmp("hello", got, 5));
	}
	close(self->fd[0]);
	ASSERT_EQ(5, line_write(self->far, "world", 5));
	for (i = 1; i < PARTIES; i++) {
		ASSERT_EQ(5, line_read(self->fd[i], got, 5));
		EXPECT_EQ(0, memcmp("world", got, 5));
	}
	self->fd[0] = line_open_raw(vttys[0]);
}

TEST_F(share, the_owner_receives)
{
	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(5, line_write(self->far, "hello", 5));
	EXPECT_EQ(5, line_await(self->fd[1], FIONREAD, 5));
	EXPECT_EQ(0, line_queued(self->fd[0], FIONREAD));
	EXPECT_EQ(0, line_queued(self->fd[2], FIONREAD));
}

/* Send @count bytes of the stream that @sent are sent of; return how many went. */
static int send_stream(int fd, int sent, int count)
{
	unsigned char buf[CHUNK];
	int i;

	for (i = 0; i < count; i++)
		buf[i] = (sent + i) & 0x7f;
	return line_write(fd, buf, count);
}

/*
 * Read on in a stream, until it has @until bytes or no more come. Returns how
 * many it has then; no more than are right.
 */
static int read_stream(int fd, int got, int until)
{
	unsigned char buf[CHUNK];
	int ret, i;

	while (got < until) {
		int want = until - got < CHUNK ? until - got : CHUNK;

		ret = line_read(fd, buf, want);
		for (i = 0; i < ret; i++)
			if (buf[i] != ((got + i) & 0x7f))
				return got + i;
		got += ret;
		if (ret < want)
			break;
	}
	return got;
}

/*
 * Read all that is kept for a listener. Returns how many; up to @whole none is missing:
 * in a flip buffer that is full a short piece still finds room now and then.
 */
static int read_kept(int fd, int *whole)
{
	unsigned char buf[CHUNK];
	int got = 0, ret, i;

	*whole = 0;
	do {
		ret = line_read(fd, buf, CHUNK);
		for (i = 0; i < ret; i++)
			if (*whole == got + i && buf[i] == ((got + i) & 0x7f))
				++*whole;
		got += ret;
	} while (ret == CHUNK);
	return got;
}

/* Send from @from up to @until, and have the owner @fd receive it. */
static int pass_stream(int far, int fd, int from, int until)
{
	while (from < until) {
		if (send_stream(far, from, CHUNK) != CHUNK ||
		    read_stream(fd, from, from + CHUNK) != from + CHUNK)
			break;
		from += CHUNK;
	}
	return from;
}

static long counted(unsigned int number, const char *counter)
{
	char path[96];

	serfwd_tty_path(path, sizeof(path), "ttySF", number, counter);
	return sysfs_number(path);
}

/* By the policy, and for want of room. */
static long dropped(unsigned int number)
{
	return counted(number, "stats/rx_dropped_newest") +
	       counted(number, "stats/rx_dropped_oldest") +
	       counted(number, "stats/rx_listener_full");
}

/* Those who only listen do not hold the owner up; what they lose is counted. */
TEST_F(share, a_listener_that_does_not_read)
{
	int got, whole;

	ASSERT_EQ(FLOOD_BYTES,
		  pass_stream(self->far, self->fd[0], 0, FLOOD_BYTES));
	got = read_kept(self->fd[1], &whole);
	TH_LOG("%d bytes were kept for it, the first %d without a gap", got, whole);
	EXPECT_LT(4095, whole);
	EXPECT_EQ(FLOOD_BYTES, got + counted(1, "stats/rx_listener_full"));
	EXPECT_EQ(FLOOD_BYTES, got + dropped(1));
	EXPECT_EQ(0, dropped(0));
}

TEST_F(share, a_listener_that_drops)
{
	int got;

	ASSERT_EQ(0, set(1, "stall", "drop-newest"));
	ASSERT_EQ(20000, pass_stream(self->far, self->fd[0], 0, 20000));
	EXPECT_TRUE(becomes(1, "stats/rx_dropped_newest", "15905"));
	EXPECT_EQ(4095, read_stream(self->fd[1], 0, 4095));
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));

	/* Bytes kept already fall under a new policy. */
	ASSERT_EQ(20000, pass_stream(self->far, self->fd[0], 0, 20000));
	ASSERT_EQ(0, set(2, "stall", "drop-newest"));
	EXPECT_TRUE(becomes(2, "stats/rx_dropped_newest", "35905"));
	got = read_stream(self->fd[2], 0, 40000);
	EXPECT_EQ(4095, got);
}

/* Its reader is stuck with the locks of its tty, and somebody waits for them. */
TEST_F(share, a_listener_whose_reader_is_stuck)
{
	struct termios2 termios = line_raw(LINE_CFLAG);
	struct stuck reader;
	struct call setter;
	int ret = stuck_init(&reader);

	if (ret == -EOPNOTSUPP)
		SKIP(return, "the kernel has no userfaultfd");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(CHUNK, pass_stream(self->far, self->fd[0], 0, CHUNK));
	ASSERT_EQ(CHUNK, line_await(self->fd[1], FIONREAD, CHUNK));
	ASSERT_EQ(0, stuck_start(&reader, self->fd[1], CHUNK, LINE_PATIENCE));
	call_ioctl(&setter, self->fd[1], TCSETS2, (unsigned long)&termios);
	EXPECT_FALSE(call_returns(&setter, LINE_QUIET));

	EXPECT_EQ(STREAM_BYTES,
		  pass_stream(self->far, self->fd[0], CHUNK, STREAM_BYTES));
	EXPECT_EQ(0, give(2));
	EXPECT_EQ(0, give(0));
	EXPECT_EQ(2, line_write(self->fd[0], "ok", 2));
	EXPECT_EQ(2, line_await(self->far, FIONREAD, 2));

	EXPECT_EQ(CHUNK, stuck_finish(&reader));
	EXPECT_TRUE(call_returns(&setter, LINE_PATIENCE));
	EXPECT_EQ(STREAM_BYTES, read_stream(self->fd[1], CHUNK, STREAM_BYTES));
	EXPECT_EQ(0, dropped(1));
}

/* With what has to be dropped for it nobody waits for an owner's reader either. */
TEST_F(share, an_owner_whose_reader_is_stuck)
{
	struct stuck reader;
	int ret = stuck_init(&reader);

	if (ret == -EOPNOTSUPP)
		SKIP(return, "the kernel has no userfaultfd");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, set(0, "stall", "drop-oldest"));
	ASSERT_EQ(CHUNK, pass_stream(self->far, self->fd[2], 0, CHUNK));
	ASSERT_EQ(CHUNK, line_await(self->fd[0], FIONREAD, CHUNK));
	ASSERT_EQ(0, stuck_start(&reader, self->fd[0], CHUNK, LINE_PATIENCE));

	EXPECT_EQ(20000, pass_stream(self->far, self->fd[2], CHUNK, 20000));
	EXPECT_LT(0, dropped(0));
	EXPECT_EQ(0, give(1));
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(CHUNK, stuck_finish(&reader));
}

/* Bytes received as a listener come before those received as the owner. */
TEST_F(share, a_listener_that_becomes_the_owner)
{
	struct writer writer;
	int half = STREAM_BYTES / 2;

	writer_start(&writer, self->far, 0, STREAM_BYTES);
	ASSERT_EQ(half, read_stream(self->fd[0], 0, half));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(STREAM_BYTES, read_stream(self->fd[1], 0, STREAM_BYTES));
	pthread_join(writer.thread, NULL);
	EXPECT_EQ(0, dropped(1));
}

/* And before what it receives from a port of its own. */
TEST_F(share, a_listener_that_leaves)
{
	ASSERT_EQ(20000, pass_stream(self->far, self->fd[0], 0, 20000));
	ASSERT_EQ(0, set(1, "share", "\n"));
	ASSERT_EQ(0, set(2, "share", "\n"));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	ASSERT_EQ(0, serfwd_set_port(1, "ttyNM0"));
	ASSERT_EQ(CHUNK, send_stream(self->far, 20000, CHUNK));
	EXPECT_EQ(20000 + CHUNK,
		  read_stream(self->fd[1], 0, 20000 + CHUNK));
	EXPECT_EQ(20000, read_stream(self->fd[2], 0, 20000 + CHUNK));
	ASSERT_EQ(0, serfwd_set_port(1, ""));
}

/* As from a port that is closed, its next user gets nothing of it. */
TEST_F(share, a_listener_that_is_closed)
{
	ASSERT_EQ(20000, pass_stream(self->far, self->fd[0], 0, 20000));
	ASSERT_EQ(4095, line_await(self->fd[1], FIONREAD, 4095));
	ASSERT_EQ(4095, line_await(self->fd[2], FIONREAD, 4095));
	close(self->fd[1]);
	/* The bytes left for it, and those that come now. */
	EXPECT_EQ(15905, counted(1, "stats/rx_closed"));
	ASSERT_EQ(CHUNK, pass_stream(self->far, self->fd[0], 0, CHUNK));
	EXPECT_TRUE(becomes(1, "stats/rx_closed", "16905"));
	self->fd[1] = line_open_raw(vttys[1]);
	/* The owner is handed it first: who asks for the port waits for the rest. */
	EXPECT_TRUE(is(2, "port", "ttyNM0"));
	EXPECT_EQ(0, ioctl(self->fd[2], TCFLSH, TCIFLUSH));
	EXPECT_EQ(16905, counted(2, "stats/rx_flushed"));
	ASSERT_EQ(CHUNK, pass_stream(self->far, self->fd[0], 0, CHUNK));
	EXPECT_EQ(CHUNK, read_stream(self->fd[1], 0, CHUNK));
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));
	EXPECT_EQ(CHUNK, read_stream(self->fd[2], 0, CHUNK));
	EXPECT_EQ(0, line_queued(self->fd[2], FIONREAD));
}

TEST_F(share, a_listener_that_is_hung_up)
{
	ASSERT_EQ(0, set(1, "stall_timeout_ms", "100"));
	ASSERT_EQ(0, set(1, "stall", "hangup"));
	ASSERT_EQ(20000, pass_stream(self->far, self->fd[0], 0, 20000));
	EXPECT_TRUE(becomes(1, "stats/rx_stall_hangups", "1"));
	close(self->fd[1]);
	self->fd[1] = line_open_raw(vttys[1]);
	ASSERT_EQ(CHUNK, pass_stream(self->far, self->fd[0], 0, CHUNK));
	EXPECT_EQ(CHUNK, read_stream(self->fd[1], 0, CHUNK));
}

/*
 * Writing
 */

TEST_F(share, the_owner_writes)
{
	char got[8];

	/* One that only looks does not want to write. */
	EXPECT_EQ(POLLOUT, line_events(self->fd[1]));
	EXPECT_TRUE(is(0, "waiting", ""));
	EXPECT_EQ(-1, write(self->fd[1], "wait", 4));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, line_events(self->fd[1]) & POLLOUT);
	EXPECT_TRUE(is(0, "waiting", "ttySF1"));
	ASSERT_EQ(5, line_write(self->fd[0], "hello", 5));
	ASSERT_EQ(5, line_read(self->far, got, 5));
	EXPECT_TRUE(is(0, "owner", "ttySF0"));

	ASSERT_EQ(0, give(1));
	EXPECT_TRUE(is(0, "waiting", ""));
	EXPECT_EQ(POLLOUT, line_events(self->fd[1]));
	ASSERT_EQ(5, line_write(self->fd[1], "world", 5));
	ASSERT_EQ(5, line_read(self->far, got, 5));
	EXPECT_EQ(0, memcmp("world", got, 5));
	EXPECT_EQ(-1, write(self->fd[0], "wait", 4));
}

/* Everything an owner asked for comes with it. */
TEST_F(share, settings_are_the_owners)
{
	ASSERT_EQ(0, line_set_outputs(self->fd[1], TIOCM_RTS));
	EXPECT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
		  line_get(self->far) & LINE_INPUTS);
	ASSERT_EQ(0, give(1));
	sleep_ms(20);
	EXPECT_EQ(TIOCM_CTS, line_get(self->far) & LINE_INPUTS);
	ASSERT_EQ(0, give(0));
	sleep_ms(20);
	EXPECT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
		  line_get(self->far) & LINE_INPUTS);
}

/* Speed, format and flow control: what the port is set to when it changes hands. */
TEST_F(share, the_line_is_set_as_the_owner_wants_it)
{
	struct termios2 raw = line_raw(LINE_CFLAG);

	ASSERT_EQ(0, line_set_cflag(self->fd[1], B1200 | CS7 | PARENB | CSTOPB |
				    CREAD | HUPCL | CLOCAL | CRTSCTS));
	raw.c_iflag = IXON | IXOFF;
	ASSERT_EQ(0, line_set(self->fd[2], &raw));
	EXPECT_TRUE(is(0, "line", "9600 8n1"));
	ASSERT_EQ(0, give(1));
	EXPECT_TRUE(is(0, "line", "1200 7e2 rtscts"));
	EXPECT_TRUE(is(2, "line", "1200 7e2 rtscts"));
	ASSERT_EQ(0, give(2));
	EXPECT_TRUE(is(1, "line", "9600 8n1 xonxoff"));
	/* Settings of others meanwhile wait for them to own it. */
	ASSERT_EQ(0, line_set_cflag(self->fd[0], B2400 | CS8 | PARENB | PARODD |
				    CREAD | HUPCL | CLOCAL));
	EXPECT_TRUE(is(0, "line", "9600 8n1 xonxoff"));
	ASSERT_EQ(0, give(0));
	EXPECT_TRUE(is(0, "line", "2400 8o1"));
	EXPECT_TRUE(is(3, "line", ""));
}

TEST_F(share, all_see_the_inputs)
{
	struct call call[PARTIES];
	unsigned int i;

	for (i = 0; i < PARTIES; i++) {
		EXPECT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
			  line_get(self->fd[i]) & LINE_INPUTS);
		call_ioctl(&call[i], self->fd[i], TIOCMIWAIT, TIOCM_CTS);
	}
	sleep_ms(50);
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	for (i = 0; i < PARTIES; i++) {
		ASSERT_TRUE(call_returns(&call[i], LINE_PATIENCE));
		EXPECT_EQ(0, call[i].ret);
		EXPECT_EQ(TIOCM_DSR | TIOCM_CAR,
			  line_get(self->fd[i]) & LINE_INPUTS);
	}
}

TEST_F(share, exclusive_until_it_is_closed)
{
	ASSERT_EQ(0, set(0, "share_write", "exclusive"));
	EXPECT_EQ(-1, write(self->fd[1], "wait", 4));
	sleep_ms(LINE_QUIET);
	EXPECT_TRUE(is(0, "owner", "ttySF0"));
	close(self->fd[0]);
	EXPECT_TRUE(becomes(1, "owner", "ttySF1"));
	ASSERT_EQ(4, line_write(self->fd[1], "mine", 4));
	EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
	self->fd[0] = line_open_raw(vttys[0]);
}

TEST_F(share, who_waits_longest_comes_first)
{
	EXPECT_EQ(-1, write(self->fd[2], "2", 1));
	sleep_ms(50);
	EXPECT_EQ(-1, write(self->fd[1], "1", 1));
	EXPECT_TRUE(is(0, "waiting", "ttySF1 ttySF2"));
	ASSERT_EQ(0, set(0, "share_write", "exclusive"));
	close(self->fd[0]);
	EXPECT_TRUE(becomes(0, "owner", "ttySF2"));
	EXPECT_TRUE(is(0, "waiting", "ttySF1"));
	self->fd[0] = line_open_raw(vttys[0]);
}

/* On a port that takes its time, handing over waits for what is still to be sent. */
TEST_F(share, what_the_last_owner_wrote_goes_first)
{
	char text[100], got[sizeof(text) + 1];

	memset(text, 'u', sizeof(text));
	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(100, line_write(self->fd[0], text, 100));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, line_write(self->fd[1], "1", 1));
	ASSERT_EQ(101, line_read(self->far, got, 101));
	EXPECT_EQ(0, memcmp(text, got, 100));
	EXPECT_EQ('1', got[100]);
}

TEST_F(share, token_is_passed_when_idle)
{
	ASSERT_EQ(0, set(0, "share_write", "token"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "300"));
	ASSERT_EQ(1, line_write(self->fd[0], "0", 1));
	EXPECT_EQ(-1, write(self->fd[1], "1", 1));
	EXPECT_TRUE(is(0, "owner", "ttySF0"));
	/* line_write() waits for poll() to say that there is room. */
	ASSERT_EQ(1, line_write(self->fd[1], "1", 1));
	EXPECT_TRUE(is(0, "owner", "ttySF1"));
	ASSERT_EQ(1, line_write(self->fd[2], "2", 1));
	EXPECT_TRUE(is(0, "owner", "ttySF2"));
	EXPECT_EQ(3, line_await(self->far, FIONREAD, 3));
}

TEST_F(share, priority_comes_first)
{
	ASSERT_EQ(0, set(0, "share_write", "priority"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "3600000"));
	ASSERT_EQ(0, set(2, "priority", "7"));
	ASSERT_EQ(1, line_write(self->fd[0], "0", 1));
	EXPECT_EQ(-1, write(self->fd[1], "1", 1));
	ASSERT_EQ(1, line_write(self->fd[2], "2", 1));
	EXPECT_TRUE(is(0, "owner", "ttySF2"));
	EXPECT_TRUE(is(0, "waiting", "ttySF1"));
	ASSERT_EQ(0, set(1, "priority", "8"));
	EXPECT_TRUE(becomes(0, "owner", "ttySF1"));
}

/*
 * Echoes, and those who only listen
 */

/* As a tty is when nobody has set it, except that each byte is there at once. */
static int set_echoing(int fd)
{
	struct termios2 termios = line_raw(LINE_CFLAG);

	termios.c_iflag = ICRNL;
	termios.c_oflag = OPOST | ONLCR;
	termios.c_lflag = ECHO;
	return line_set(fd, &termios);
}

/* A link that is sent bytes wants nothing, though its tty echoes them. */
TEST_F(share, an_echo_does_not_take_the_port)
{
	char got[16] = {};

	ASSERT_EQ(0, set(0, "share_write", "token"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "1"));
	ASSERT_EQ(0, set_echoing(self->fd[1]));
	ASSERT_EQ(6, line_write(self->far, "hello\n", 6));
	ASSERT_EQ(6, line_await(self->fd[1], FIONREAD, 6));
	sleep_ms(LINE_QUIET);
	EXPECT_TRUE(is(0, "owner", "ttySF0"));
	EXPECT_TRUE(is(0, "waiting", ""));
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	EXPECT_NE(0, line_events(self->fd[1]) & POLLOUT);

	/* As on a port that was stopped, none of the echo is lost. */
	ASSERT_EQ(1, line_write(self->fd[1], "x", 1));
	EXPECT_TRUE(is(0, "owner", "ttySF1"));
	ASSERT_EQ(8, line_read(self->far, got, 8));
	EXPECT_EQ(0, memcmp("hello\r\nx", got, 8));
}

/* And whoever has it does not keep it by what it echoes. */
TEST_F(share, an_echo_does_not_keep_the_port)
{
	int waited;

	ASSERT_EQ(0, set(0, "share_write", "token"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "300"));
	ASSERT_EQ(0, set_echoing(self->fd[0]));
	ASSERT_EQ(1, line_write(self->fd[0], "0", 1));
	EXPECT_EQ(-1, write(self->fd[1], "1", 1));
	EXPECT_TRUE(is(0, "waiting", "ttySF1"));
	for (waited = 0; waited < LINE_PATIENCE; waited += 20) {
		if (is(0, "owner", "ttySF1"))
			break;
		ASSERT_EQ(1, line_write(self->far, "e", 1));
		sleep_ms(20);
	}
	EXPECT_TRUE(is(0, "owner", "ttySF1"));
	EXPECT_LT(1, line_queued(self->far, FIONREAD));
}

static void expect_refused(struct __test_metadata *_metadata, int fd)
{
	EXPECT_EQ(POLLOUT, line_events(fd) & POLLOUT);
	EXPECT_EQ(-1, write(fd, "tap\n", 4));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, ioctl(fd, TIOCSBRK));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(0, ioctl(fd, TIOCCBRK));
	EXPECT_EQ(0, ioctl(fd, TCSBRK, 1));
	EXPECT_EQ(0, ioctl(fd, TCXONC, TCIOFF));
}

/* It hears all, whoever else may, and nothing of it is on the wire. */
TEST_F(share, a_tap_listens_and_sends_nothing)
{
	char got[8];

	ASSERT_EQ(0, set(0, "share_write", "token"));
	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "1"));
	ASSERT_EQ(0, set(2, "share_role", "tap"));
	EXPECT_TRUE(is(2, "share_role", "tap"));
	EXPECT_TRUE(is(2, "share", "ttySF0"));
	expect_refused(_metadata, self->fd[2]);
	ASSERT_EQ(0, set_echoing(self->fd[2]));
	expect_refused(_metadata, self->fd[2]);

	ASSERT_EQ(6, line_write(self->far, "hello\n", 6));
	ASSERT_EQ(6, line_read(self->fd[2], got, 6));
	EXPECT_EQ(0, memcmp("hello\n", got, 6));
	EXPECT_EQ(6, line_await(self->fd[0], FIONREAD, 6));
	EXPECT_EQ(0, line_queued(self->fd[1], FIONREAD));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	EXPECT_TRUE(is(0, "owner", "ttySF0"));
	EXPECT_TRUE(is(0, "waiting", ""));

	/* Others do get the port. */
	ASSERT_EQ(1, line_write(self->fd[1], "1", 1));
	ASSERT_EQ(1, line_read(self->far, got, 1));
	EXPECT_EQ('1', got[0]);
}

/* Those who wait to write, and who could, find out. */
TEST_F(share, who_becomes_a_tap)
{
	struct writer writer;
	char got[8];

	ASSERT_EQ(0, give(1));
	ASSERT_EQ(4, line_write(self->fd[1], "last", 4));
	ASSERT_EQ(0, set(1, "share_role", "tap"));
	EXPECT_TRUE(is(1, "owner", "ttySF0"));
	EXPECT_EQ(-1, write(self->fd[1], "1", 1));
	EXPECT_EQ(EPERM, errno);
	ASSERT_EQ(1, line_write(self->fd[0], "0", 1));
	ASSERT_EQ(5, line_read(self->far, got, 5));
	EXPECT_EQ(0, memcmp("last0", got, 5));

	ASSERT_EQ(0, fcntl(self->fd[2], F_SETFL, O_RDWR));
	writer_start(&writer, self->fd[2], 0, 100);
	EXPECT_TRUE(becomes(0, "waiting", "ttySF2"));
	ASSERT_EQ(0, set(2, "share_role", "tap"));
	EXPECT_TRUE(is(0, "waiting", ""));
	pthread_join(writer.thread, NULL);
	EXPECT_EQ(0, writer.sent);

	/* And back. */
	ASSERT_EQ(0, set(1, "share_role", "full"));
	EXPECT_TRUE(is(0, "waiting", ""));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, line_write(self->fd[1], "1", 1));
	EXPECT_EQ(1, line_await(self->far, FIONREAD, 1));
}

TEST_F(share, what_a_tap_is_not_for)
{
	int ldisc = SERFWD_LDISC;

	EXPECT_EQ(-EINVAL, set(1, "share_role", "spy"));
	EXPECT_EQ(-EBUSY, set(0, "share_role", "tap"));
	EXPECT_TRUE(is(0, "share_role", "full"));
	ASSERT_EQ(0, set(1, "share_role", "tap"));
	EXPECT_EQ(-EPERM, give(1));
	EXPECT_TRUE(is(0, "owner", "ttySF0"));

	/* One that is alone has no port, and gets none. */
	ASSERT_EQ(0, set(3, "share_role", "tap"));
	EXPECT_EQ(-EBUSY, serfwd_set_port(3, "ttyNM1"));
	EXPECT_EQ(-1, ioctl(self->far, TIOCSETD, &ldisc));
	EXPECT_EQ(ENOSPC, errno);
	ASSERT_EQ(0, set(2, "share", "\n"));
	EXPECT_EQ(-ELOOP, set(2, "share", "ttySF3"));
	ASSERT_EQ(0, set(3, "share", "ttySF0"));
	EXPECT_EQ(-EPERM, set(0, "owner", "ttySF3"));
	ASSERT_EQ(0, set(3, "share", "\n"));
	EXPECT_EQ(-EBUSY, serfwd_set_port(3, "ttyNM1"));

	/* One with a port is none. */
	ASSERT_EQ(0, set(3, "share_role", "full"));
	close(self->far);
	ASSERT_EQ(0, serfwd_set_port(3, "ttyNM1"));
	EXPECT_EQ(-EBUSY, set(3, "share_role", "tap"));
	ASSERT_EQ(0, serfwd_set_port(3, ""));
	self->far = line_open_raw(FAR);
}

/*
 * Changing hands while bytes flow
 */

/* Returns how many bytes are there, perhaps none. */
static int read_some(int fd, void *buf, int count)
{
	int got = read(fd, buf, count);

	return got < 0 ? 0 : got;
}

/* Read what a vtty that has just lost the port was still to be handed. */
static int read_rest(int fd, unsigned char *buf, int size)
{
	int got = 0, more;

	do {
		sleep_ms(50 * slowness());
		more = read_some(fd, buf + got, size - got);
		got += more;
	} while (more > 0 && got < size);
	return got;
}

struct giver {
	pthread_t thread;
	atomic_bool stop;
	int given;
	int failed;
};

static void *giver_thread(void *arg)
{
	struct giver *giver = arg;

	while (!giver->stop) {
		if (give(++giver->given % 2))
			giver->failed++;
		sleep_ms(3);
	}
	return NULL;
}

TEST_F(share, what_was_written_arrives_once_and_in_order)
{
	struct giver giver = { .stop = false };
	struct writer writers[2];
	unsigned char buf[1000];
	int counts[2] = {};
	int total = 0, got, i;

	writer_start(&writers[0], self->fd[0], 0, STREAM_BYTES);
	writer_start(&writers[1], self->fd[1], 0x80, STREAM_BYTES);
	ASSERT_EQ(0, pthread_create(&giver.thread, NULL, giver_thread, &giver));
	while (total < 2 * STREAM_BYTES) {
		got = line_read(self->far, buf, 1);
		if (got == 1)
			got += read_some(self->far, buf + 1, sizeof(buf) - 1);
		if (!got)
			break;
		for (i = 0; i < got; i++) {
			int from = buf[i] >> 7;

			ASSERT_EQ(counts[from] & 0x7f, buf[i] & 0x7f);
			counts[from]++;
		}
		total += got;
	}
	giver.stop = true;
	pthread_join(giver.thread, NULL);
	pthread_join(writers[0].thread, NULL);
	pthread_join(writers[1].thread, NULL);
	TH_LOG("changed hands %d times", giver.given);
	EXPECT_EQ(0, giver.failed);
	EXPECT_LT(2, giver.given);
	EXPECT_EQ(STREAM_BYTES, counts[0]);
	EXPECT_EQ(STREAM_BYTES, counts[1]);
}

/* A writer that waits for room when it loses the port gets it back. */
TEST_F(share, a_displaced_writer_goes_on)
{
	struct writer writer;
	unsigned char buf[1000];
	int total = 0, strange = 0, got, i;

	ASSERT_EQ(0, set(0, "share_write", "priority"));
	ASSERT_EQ(0, set(0, "token_idle_ms", "50"));
	ASSERT_EQ(0, set(2, "priority", "1"));
	writer_start(&writer, self->fd[0], 0, STREAM_BYTES);
	while (total < STREAM_BYTES) {
		if (total / 30000 > strange)
			strange += line_write(self->fd[2], "\xff", 1);
		got = line_read(self->far, buf, 1);
		if (!got)
			break;
		got += read_some(self->far, buf + 1, sizeof(buf) - 1);
		for (i = 0; i < got; i++)
			total += buf[i] != 0xff;
	}
	pthread_join(writer.thread, NULL);
	EXPECT_EQ(STREAM_BYTES, total);
	EXPECT_LE(9, strange);
}

/* The owner has the port's errors as well. */
TEST_F(share, breaks_are_the_owners)
{
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(0, ioctl(self->far, TIOCSBRK));
	ASSERT_EQ(0, ioctl(self->far, TIOCCBRK));
	EXPECT_TRUE(becomes(1, "stats/rx_breaks", "1"));
	EXPECT_TRUE(is(0, "stats/rx_breaks", "0"));
}

/*
 * Bytes that one had received when it lost the port come before all that the other
 * receives: read in the order of their turns they are what was sent.
 */
TEST_F(share, what_was_received_arrives_once_and_in_order)
{
	/* The bytes put aside for an owner, and those its line discipline has. */
	static unsigned char buf[100000];
	struct writer writer;
	int total = 0, turn = 0, quiet = 0;

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	writer_start(&writer, self->far, 0, STREAM_BYTES);
	while (total < STREAM_BYTES && quiet < LINE_PATIENCE) {
		int from = self->fd[turn % 2], i, got;

		sleep_ms(2);
		ASSERT_EQ(0, give(++turn % 2));
		got = read_rest(from, buf, sizeof(buf));
		for (i = 0; i < got; i++)
			ASSERT_EQ((total + i) & 0x7f, buf[i]);
		total += got;
		quiet = got ? 0 : quiet + 2;
	}
	pthread_join(writer.thread, NULL);
	TH_LOG("changed hands %d times", turn);
	EXPECT_EQ(STREAM_BYTES, total);
	EXPECT_LT(2, turn);
}

/* The owner stays the owner of the next port. */
TEST_F(share, a_port_that_goes_and_comes)
{
	struct call call;

	ASSERT_EQ(0, give(2));
	call_ioctl(&call, self->fd[1], TIOCMIWAIT, LINE_INPUTS);
	sleep_ms(50);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EIO, call.ret);
	EXPECT_TRUE(is(1, "port", ""));
	EXPECT_EQ(0, line_events(self->fd[2]) & POLLOUT);
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	EXPECT_TRUE(is(1, "owner", "ttySF2"));
	ASSERT_EQ(4, line_write(self->fd[2], "mine", 4));
	EXPECT_EQ(4, line_await(self->far, FIONREAD, 4));
	EXPECT_EQ(-1, write(self->fd[0], "0", 1));
}

TEST_HARNESS_MAIN
