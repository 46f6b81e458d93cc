// SPDX-License-Identifier: GPL-2.0
/*
 * A link goes on with another port: nothing is lost, doubled or out of order,
 * its user notices nothing, and if it cannot go it stays.
 *
 *	ttySF0 - ttyNM0 === ttyNM1, opened directly
 *	   or  - ttyNM2 === ttyNM3, opened directly
 */
#include <linux/serial.h>

#include "line-fixture.h"
#include "writer.h"

#define PORTS		2
#define STREAM_BYTES	30000
#define TURNS		20
#define SPEED_MAX	16000000
/* More than a reader's buffer holds. */
#define TOO_MANY	6000
#define SEVEN_EVEN	(B19200 | CS7 | PARENB | CREAD | HUPCL | CLOCAL)

static const char *const ports[PORTS] = { "ttyNM0", "ttyNM2" };
static const char *const far_paths[PORTS] = { "/dev/ttyNM1", "/dev/ttyNM3" };

FIXTURE(move) {
	int fd;
	int far[PORTS];
};

static int move_to(unsigned int port)
{
	return serfwd_set_port(0, ports[port]);
}

static bool is_at(unsigned int port)
{
	return serfwd_tty_is("ttySF", 0, "port", ports[port]);
}

static int set_link(const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", 0, attribute, value);
}

FIXTURE_SETUP(move)
{
	unsigned int i;

	ASSERT_EQ(0, serfwd_reload("nullmodems=2"));
	ASSERT_EQ(0, move_to(0));
	self->fd = line_open_raw(LINE_VTTY);
	ASSERT_GE(self->fd, 0);
	for (i = 0; i < PORTS; i++) {
		self->far[i] = line_open_raw(far_paths[i]);
		ASSERT_GE(self->far[i], 0);
	}
}

FIXTURE_TEARDOWN(move)
{
	unsigned int i;

	for (i = 0; i < PORTS; i++)
		close(self->far[i]);
	ioctl(self->fd, TCFLSH, TCIOFLUSH);
	close(self->fd);
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, serfwd_unload());
}

/* Reads until nothing comes any more. */
static int read_quiet(int fd, unsigned char *buf, int count)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	int done = 0, ret;

	while (done < count && poll(&input, 1, LINE_QUIET) == 1) {
		ret = read(fd, buf + done, count - done);
		if (ret <= 0)
			break;
		done += ret;
	}
	return done;
}

/*
 * Whoever reads the far ends in the order of the turns, each as far as it goes,
 * has what was written. Paced, so that a port always has something to send.
 */
TEST_F(move, what_was_written_arrives_once_and_in_order)
{
	unsigned char buf[STREAM_BYTES];
	struct writer writer;
	int total = 0, turn, i, got;

	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 2, "pacing", "1"));
	writer_start(&writer, self->fd, 0, STREAM_BYTES);
	for (turn = 0; total < STREAM_BYTES; turn++) {
		sleep_ms(100);
		ASSERT_EQ(0, move_to((turn + 1) % PORTS));
		got = read_quiet(self->far[turn % PORTS], buf, sizeof(buf));
		for (i = 0; i < got; i++)
			ASSERT_EQ((total + i) & 0x7f, buf[i]);
		total += got;
		ASSERT_LT(turn, 1000);
	}
	pthread_join(writer.thread, NULL);
	TH_LOG("moved %d times", turn);
	EXPECT_EQ(STREAM_BYTES, writer.sent);
	EXPECT_EQ(STREAM_BYTES, total);
	EXPECT_LT(4, turn);
}

/* Bytes that the port has received when it is left come first. */
TEST_F(move, what_was_received_arrives_once_and_in_order)
{
	unsigned char sent[1000], got[2 * sizeof(sent)];
	unsigned int i;
	int turn;

	for (i = 0; i < sizeof(sent); i++)
		sent[i] = i;
	for (turn = 0; turn < TURNS; turn++) {
		ASSERT_EQ(1000, line_write(self->far[0], sent, 1000));
		ASSERT_EQ(0, ioctl(self->far[0], TCSBRK, 1));
		ASSERT_EQ(0, move_to(1));
		ASSERT_EQ(1000, line_write(self->far[1], sent, 1000));
		ASSERT_EQ(2000, line_read(self->fd, got, 2000));
		for (i = 0; i < sizeof(got); i++)
			ASSERT_EQ(sent[i % sizeof(sent)], got[i]);
		ASSERT_EQ(0, move_to(0));
	}
	EXPECT_EQ(0, line_queued(self->fd, FIONREAD));
}

/* Bytes a port has received for a reader who does not read keep the link. */
TEST_F(move, a_reader_that_stalls_keeps_it)
{
	unsigned char buf[TOO_MANY] = {};

	ASSERT_EQ(TOO_MANY, line_write(self->far[0], buf, TOO_MANY));
	ASSERT_EQ(4095, line_await(self->fd, FIONREAD, 4095));
	EXPECT_EQ(-EBUSY, move_to(1));
	EXPECT_TRUE(is_at(0));
	ASSERT_EQ(TOO_MANY, line_read(self->fd, buf, TOO_MANY));
	EXPECT_EQ(0, move_to(1));
	EXPECT_TRUE(is_at(1));
}

static int set_closing_wait(int fd, unsigned short hundredths)
{
	struct serial_struct serial;

	if (ioctl(fd, TIOCGSERIAL, &serial))
		return -errno;
	serial.closing_wait = hundredths;
	return ioctl(fd, TIOCSSERIAL, &serial) ? -errno : 0;
}

/* And so does what it cannot send. */
TEST_F(move, a_port_that_cannot_send_keeps_it)
{
	char buf[4];

	ASSERT_EQ(0, set_closing_wait(self->fd, 10));
	ASSERT_EQ(0, line_set_outputs(self->far[0], TIOCM_DTR));
	ASSERT_EQ(0, line_set_cflag(self->fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(4, line_write(self->fd, "wait", 4));
	EXPECT_EQ(-EBUSY, move_to(1));
	EXPECT_TRUE(is_at(0));
	EXPECT_EQ(4, line_queued(self->fd, TIOCOUTQ));
	ASSERT_EQ(0, line_set_outputs(self->far[0], TIOCM_DTR | TIOCM_RTS));
	ASSERT_EQ(4, line_read(self->far[0], buf, 4));
	EXPECT_EQ(0, memcmp(buf, "wait", 4));
	EXPECT_EQ(0, move_to(1));
}

/* Or what the far end does not want to be sent now. */
TEST_F(move, a_port_that_is_stopped_keeps_it)
{
	char buf[4];

	ASSERT_EQ(0, set_link("flow", "auto-xonxoff"));
	ASSERT_EQ(2, line_write(self->far[0], "\x13s", 2));
	ASSERT_EQ(1, line_read(self->fd, buf, 1));
	ASSERT_EQ(4, line_write(self->fd, "wait", 4));
	EXPECT_EQ(-EBUSY, move_to(1));
	EXPECT_TRUE(is_at(0));
	EXPECT_EQ(0, line_queued(self->far[0], FIONREAD));
	ASSERT_EQ(1, line_write(self->far[0], "\x11", 1));
	ASSERT_EQ(4, line_read(self->far[0], buf, 4));
	EXPECT_EQ(0, memcmp(buf, "wait", 4));

	/* The next far end has stopped nobody. */
	ASSERT_EQ(2, line_write(self->far[0], "\x13s", 2));
	ASSERT_EQ(1, line_read(self->fd, buf, 1));
	ASSERT_EQ(0, move_to(1));
	ASSERT_EQ(4, line_write(self->fd, "goes", 4));
	ASSERT_EQ(4, line_read(self->far[1], buf, 4));
	EXPECT_EQ(0, memcmp(buf, "goes", 4));
}

TEST_F(move, a_port_that_is_not_to_be_had)
{
	int other = line_open_path("/dev/ttyNM2", O_NONBLOCK);
	char buf[4];

	ASSERT_GE(other, 0);
	EXPECT_EQ(-EBUSY, move_to(1));
	EXPECT_EQ(-EBUSY, move_to(0));
	EXPECT_EQ(-ENODEV, serfwd_set_port(0, "ttyNM99"));
	EXPECT_EQ(-ELOOP, serfwd_set_port(0, "ttySF1"));
	EXPECT_TRUE(is_at(0));
	ASSERT_EQ(4, line_write(self->fd, "stay", 4));
	ASSERT_EQ(4, line_read(self->far[0], buf, 4));
	close(other);
	EXPECT_EQ(0, move_to(1));
}

/* The port that was left is anybody's. */
TEST_F(move, the_old_port_is_free)
{
	int old;

	ASSERT_EQ(0, move_to(1));
	old = line_open_raw("/dev/ttyNM0");
	ASSERT_GE(old, 0);
	ASSERT_EQ(3, line_write(old, "new", 3));
	EXPECT_EQ(3, line_await(self->far[0], FIONREAD, 3));
	EXPECT_EQ(0, line_queued(self->fd, FIONREAD));
	close(old);
}

/* The user keeps its settings and outputs, whatever a lost port may mean. */
TEST_F(move, the_user_does_not_notice)
{
	char buf[2];

	ASSERT_EQ(0, set_link("on_detach", "hangup"));
	ASSERT_EQ(0, line_set_cflag(self->fd, SEVEN_EVEN));
	ASSERT_EQ(0, line_set_outputs(self->fd, TIOCM_RTS));
	ASSERT_EQ(0, move_to(1));
	EXPECT_TRUE(is_at(1));
	EXPECT_EQ(TIOCM_CTS, line_get(self->far[1]) & (TIOCM_CTS | TIOCM_DSR));
	EXPECT_EQ(0, line_get(self->far[0]) & LINE_INPUTS);
	ASSERT_EQ(0, line_set_cflag(self->far[1], SEVEN_EVEN));
	ASSERT_EQ(2, line_write(self->fd, "on", 2));
	ASSERT_EQ(2, line_read(self->far[1], buf, 2));
	EXPECT_EQ(0, memcmp(buf, "on", 2));
	EXPECT_EQ(0, line_events(self->fd) & POLLHUP);
}

/* Detaching for good is another matter. */
TEST_F(move, detaching_hangs_up)
{
	struct pollfd end = { .fd = self->fd };

	ASSERT_EQ(0, set_link("on_detach", "hangup"));
	ASSERT_EQ(0, move_to(1));
	EXPECT_EQ(0, line_events(self->fd) & POLLHUP);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(1, poll(&end, 1, LINE_PATIENCE));
	EXPECT_NE(0, end.revents & POLLHUP);
}

/* Those who share the port move along. */
TEST_F(move, a_shared_port)
{
	char buf[4];
	int guest;

	ASSERT_EQ(0, serfwd_put_tty("ttySF", 1, "share", "ttySF0"));
	ASSERT_EQ(0, set_link("owner", "ttySF1"));
	guest = line_open_raw("/dev/ttySF1");
	ASSERT_GE(guest, 0);
	ASSERT_EQ(0, move_to(1));
	EXPECT_TRUE(serfwd_tty_is("ttySF", 1, "port", "ttyNM2"));
	ASSERT_EQ(4, line_write(guest, "mine", 4));
	EXPECT_EQ(4, line_read(self->far[1], buf, 4));
	ASSERT_EQ(4, line_write(self->far[1], "ours", 4));
	EXPECT_EQ(4, line_await(self->fd, FIONREAD, 4));
	EXPECT_EQ(4, line_await(guest, FIONREAD, 4));
	close(guest);
	EXPECT_EQ(0, serfwd_put_tty("ttySF", 1, "share", "\n"));
}

/* Bytes that come back for ever may never be all handed over: it may move, or say so. */
TEST_F(move, an_echo_without_end_does_not_keep_it)
{
	struct termios2 echo = line_raw((LINE_CFLAG & ~CBAUD) | BOTHER);
	char bytes[3000];
	int ret;

	memset(bytes, 'e', sizeof(bytes));
	echo.c_lflag = ICANON | ECHO;
	echo.c_ospeed = SPEED_MAX;
	echo.c_ispeed = SPEED_MAX;
	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "wiring", "loopback"));
	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(0, line_set(self->fd, &echo));
	ASSERT_EQ(sizeof(bytes), line_write(self->fd, bytes, sizeof(bytes)));
	sleep_ms(LINE_QUIET);

	ret = move_to(1);
	EXPECT_TRUE(!ret || ret == -EBUSY);
	TH_LOG("it moves: %d", ret);
	EXPECT_EQ(0, line_set_cflag(self->fd, LINE_CFLAG));
}

TEST_HARNESS_MAIN
