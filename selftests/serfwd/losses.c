// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes that are lost are counted, each once and by its cause.
 *
 *	ttySF0 - ttyNM0 === ttyNM1, opened directly
 *	   or  - ttyNM2 === ttyNM3, opened directly
 */
#include <linux/serial.h>
#include <sys/wait.h>

#include "line-fixture.h"

/* The bytes that n_tty has room for, and what is left of this much. */
#define FULL		4095
#define TOO_MANY	6000
#define LEFT		(TOO_MANY - FULL)
#define MORE		300
#define ROUNDS		50

static const char *const losses[] = {
	"rx_closed", "rx_flushed", "rx_detached", "rx_moved",
	"rx_dropped_newest", "rx_dropped_oldest", "rx_listener_full",
	"tx_closed", "tx_flushed", "tx_detached", "tx_handed_over",
};

FIXTURE(losses) {
	int fd;
	int far;
};

static int set_link(const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", 0, attribute, value);
}

FIXTURE_SETUP(losses)
{
	ASSERT_EQ(0, serfwd_reload("nullmodems=2"));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	self->fd = line_open_raw(LINE_VTTY);
	ASSERT_GE(self->fd, 0);
	self->far = line_open_raw("/dev/ttyNM1");
	ASSERT_GE(self->far, 0);
}

FIXTURE_TEARDOWN(losses)
{
	ioctl(self->fd, TCFLSH, TCIOFLUSH);
	close(self->fd);
	close(self->far);
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, serfwd_unload());
}

static long long lost(const char *cause)
{
	char attribute[32], path[96];

	snprintf(attribute, sizeof(attribute), "stats/%s", cause);
	serfwd_tty_path(path, sizeof(path), "ttySF", 0, attribute);
	return sysfs_number(path);
}

/* Lost bytes are counted in a moment, and for no other cause. */
static void expect_lost(struct __test_metadata *_metadata, const char *cause,
			long long count)
{
	unsigned int i;
	int waited;

	for (waited = 0; lost(cause) != count && waited < LINE_PATIENCE; waited += 5)
		sleep_ms(5);
	for (i = 0; i < ARRAY_SIZE(losses); i++) {
		bool meant = !strcmp(losses[i], cause);

		if (lost(losses[i]) != (meant ? count : 0))
			TH_LOG("%s", losses[i]);
		EXPECT_EQ(meant ? count : 0, lost(losses[i]));
	}
}

/* The reader is full, and the port has the rest. */
static void fill(struct __test_metadata *_metadata, int far, int fd)
{
	static const char bytes[TOO_MANY];

	ASSERT_EQ(TOO_MANY, line_write(far, bytes, TOO_MANY));
	ASSERT_EQ(FULL, line_await(fd, FIONREAD, FULL));
}

/* The port has four bytes that it cannot send, and is not waited for long. */
static void stop(struct __test_metadata *_metadata, int far, int fd)
{
	struct serial_struct serial;

	ASSERT_EQ(0, ioctl(fd, TIOCGSERIAL, &serial));
	serial.closing_wait = 10;
	ASSERT_EQ(0, ioctl(fd, TIOCSSERIAL, &serial));
	ASSERT_EQ(0, line_set_outputs(far, TIOCM_DTR));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(4, line_write(fd, "stay", 4));
	ASSERT_EQ(4, line_queued(fd, TIOCOUTQ));
}

/* In a session of its own: vhangup() takes the controlling terminal. */
static int hang_up(const char *tty)
{
	pid_t pid = fork();
	int status, fd;

	if (!pid) {
		signal(SIGHUP, SIG_IGN);
		setsid();
		fd = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK);
		_exit(fd < 0 || ioctl(fd, TIOCSCTTY, 1) || syscall(SYS_vhangup));
	}
	waitpid(pid, &status, 0);
	return status;
}

/*
 * Received
 */

TEST_F(losses, nothing_is_lost_otherwise)
{
	static char bytes[TOO_MANY];

	fill(_metadata, self->far, self->fd);
	ASSERT_EQ(TOO_MANY, line_read(self->fd, bytes, TOO_MANY));
	ASSERT_EQ(4, line_write(self->fd, "send", 4));
	ASSERT_EQ(4, line_await(self->far, FIONREAD, 4));
	close(self->fd);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	expect_lost(_metadata, "rx_closed", 0);
}

TEST_F(losses, closed)
{
	close(self->fd);
	ASSERT_EQ(4, line_write(self->far, "lost", 4));
	expect_lost(_metadata, "rx_closed", 4);
	self->fd = line_open_raw(LINE_VTTY);
}

TEST_F(losses, left_when_it_is_closed)
{
	fill(_metadata, self->far, self->fd);
	close(self->fd);
	expect_lost(_metadata, "rx_closed", LEFT);
	self->fd = line_open_raw(LINE_VTTY);
}

static void *more_thread(void *arg)
{
	int *far = arg, i;

	for (i = 0; i < MORE; i++)
		line_write(*far, "m", 1);
	return NULL;
}

/* Bytes handed over while they are counted to be dropped are not counted twice. */
TEST_F(losses, comes_while_it_is_closed)
{
	pthread_t more;
	int round;

	for (round = 1; round <= ROUNDS && _metadata->passed; round++) {
		fill(_metadata, self->far, self->fd);
		ASSERT_EQ(0, pthread_create(&more, NULL, more_thread, &self->far));
		close(self->fd);
		pthread_join(more, NULL);
		expect_lost(_metadata, "rx_closed", round * (LEFT + MORE));
		self->fd = line_open_raw(LINE_VTTY);
		ASSERT_GE(self->fd, 0);
	}
}

TEST_F(losses, left_when_it_is_hung_up)
{
	fill(_metadata, self->far, self->fd);
	ASSERT_EQ(0, hang_up(LINE_VTTY));
	expect_lost(_metadata, "rx_closed", LEFT);
	close(self->fd);
	self->fd = line_open_raw(LINE_VTTY);
}

TEST_F(losses, flushed)
{
	fill(_metadata, self->far, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TCFLSH, TCIFLUSH));
	expect_lost(_metadata, "rx_flushed", LEFT);
}

TEST_F(losses, detached)
{
	fill(_metadata, self->far, self->fd);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	expect_lost(_metadata, "rx_detached", LEFT);
}

TEST_F(losses, dropped_newest)
{
	ASSERT_EQ(0, set_link("stall", "drop-newest"));
	fill(_metadata, self->far, self->fd);
	expect_lost(_metadata, "rx_dropped_newest", LEFT);
}

TEST_F(losses, dropped_oldest)
{
	static const char bytes[TOO_MANY];

	ASSERT_EQ(0, set_link("stall", "drop-oldest"));
	ASSERT_EQ(TOO_MANY, line_write(self->far, bytes, TOO_MANY));
	/* Not by FIONREAD, which is a reader that is not dropped from just then. */
	expect_lost(_metadata, "rx_dropped_oldest", FULL);
	ASSERT_EQ(LEFT, line_await(self->fd, FIONREAD, LEFT));
}

/* Bytes that either port receives while the old one sends what it still has. */
TEST_F(losses, moved)
{
	char bytes[100] = {};
	struct termios2 slow = line_raw(B1200 | CS8 | CREAD | HUPCL | CLOCAL);
	int far = line_open_raw("/dev/ttyNM3");
	pid_t pid;
	int status;

	ASSERT_GE(far, 0);
	ASSERT_EQ(0, serfwd_put_tty("ttyNM", 0, "pacing", "1"));
	ASSERT_EQ(0, line_set(self->fd, &slow));
	/* The far end is as slow, and sends only a byte. */
	ASSERT_EQ(0, line_set(self->far, &slow));
	ASSERT_EQ(100, line_write(self->fd, bytes, 100));
	pid = fork();
	if (!pid) {
		sleep_ms(300);
		_exit(line_write(self->far, "12", 2) != 2 ||
		      line_write(far, "345", 3) != 3);
	}
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM2"));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	ASSERT_EQ(100, line_await(self->far, FIONREAD, 100));
	expect_lost(_metadata, "rx_moved", 5);
	close(far);
}

/*
 * Sent
 */

TEST_F(losses, unsent_when_it_is_closed)
{
	stop(_metadata, self->far, self->fd);
	close(self->fd);
	expect_lost(_metadata, "tx_closed", 4);
	self->fd = line_open_raw(LINE_VTTY);
}

TEST_F(losses, unsent_when_its_user_stopped_it)
{
	ASSERT_EQ(0, ioctl(self->fd, TCXONC, TCOOFF));
	/* The other half of it goes to the port all the same. */
	stop(_metadata, self->far, self->fd);
	close(self->fd);
	expect_lost(_metadata, "tx_closed", 4);
	self->fd = line_open_raw(LINE_VTTY);
}

TEST_F(losses, unsent_flushed)
{
	stop(_metadata, self->far, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TCFLSH, TCOFLUSH));
	expect_lost(_metadata, "tx_flushed", 4);
}

TEST_F(losses, unsent_when_it_is_detached)
{
	stop(_metadata, self->far, self->fd);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	expect_lost(_metadata, "tx_detached", 4);
}

/* As ldattach does. */
static int attach(const char *port)
{
	int ldisc = SERFWD_LDISC;
	int fd = line_open_path(port, O_NONBLOCK);

	return fd < 0 ? fd : ioctl(fd, TIOCSETD, &ldisc) ? -errno : fd;
}

TEST_F(losses, unsent_when_the_port_is_closed)
{
	int port;

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = attach("/dev/ttyNM0");
	ASSERT_GE(port, 0);
	stop(_metadata, self->far, self->fd);
	close(port);
	expect_lost(_metadata, "tx_detached", 4);
}

TEST_F(losses, the_port_is_hung_up)
{
	int port;

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = attach("/dev/ttyNM0");
	ASSERT_GE(port, 0);
	fill(_metadata, self->far, self->fd);
	ASSERT_EQ(0, hang_up("/dev/ttyNM0"));
	expect_lost(_metadata, "rx_detached", LEFT);
	close(port);
	ioctl(self->fd, TCFLSH, TCIFLUSH);
}

TEST_F(losses, unsent_when_the_port_is_hung_up)
{
	int port;

	ASSERT_EQ(0, serfwd_set_port(0, ""));
	port = attach("/dev/ttyNM0");
	ASSERT_GE(port, 0);
	stop(_metadata, self->far, self->fd);
	ASSERT_EQ(0, hang_up("/dev/ttyNM0"));
	expect_lost(_metadata, "tx_detached", 4);
	close(port);
}

TEST_HARNESS_MAIN
