// SPDX-License-Identifier: GPL-2.0
/*
 * Null modem cables, and through them what needs a far end that a test can
 * move: modem lines that change, hardware flow control, breaks and errors that
 * are received. Each test is run on a plug opened directly and on a vtty that
 * the plug is bound to: both are to behave the same.
 */
#include "line-fixture.h"
#include "stream.h"

#define NEAR		"/dev/ttyNM0"
#define FAR		"/dev/ttyNM1"
#define SYSFS		"/sys/class/tty/ttyNM0/"
#define FAULTS		"/sys/kernel/debug/serfwd/ttyNM0/"

#define STREAM_BYTES	100000
#define SPEED_MAX	16000000
/* More than a flip buffer holds: 640 KiB, and without flags twice that. */
#define STALL_BYTES	1500000

FIXTURE(nullmodem) {
	int near;
	int far;
};

FIXTURE_VARIANT(nullmodem) {
	bool vtty;
};

FIXTURE_VARIANT_ADD(nullmodem, direct) { .vtty = false };
FIXTURE_VARIANT_ADD(nullmodem, vtty) { .vtty = true };

FIXTURE_SETUP(nullmodem)
{
	ASSERT_EQ(0, serfwd_reload("nullmodems=1"));
	if (variant->vtty)
		ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	self->near = line_open_raw(variant->vtty ? LINE_VTTY : NEAR);
	self->far = line_open_raw(FAR);
	ASSERT_GE(self->near, 0);
	ASSERT_GE(self->far, 0);
}

FIXTURE_TEARDOWN(nullmodem)
{
	/* Or else closing waits for what a failed test left unsent. */
	ioctl(self->near, TCFLSH, TCIOFLUSH);
	ioctl(self->far, TCFLSH, TCIOFLUSH);
	close(self->near);
	close(self->far);
	if (variant->vtty)
		EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, serfwd_unload());
}

static bool file_says(const char *path, const char *text)
{
	char buf[256];
	FILE *file = fopen(path, "re");
	bool same = file && fgets(buf, sizeof(buf), file) && !strcmp(buf, text);

	if (file)
		fclose(file);
	return same;
}

/* A change takes an interrupt to arrive. */
static int await_inputs(int fd, int inputs)
{
	int waited, lines = line_get(fd);

	for (waited = 0; (lines & LINE_INPUTS) != inputs && waited < LINE_PATIENCE;
	     waited += 5) {
		sleep_ms(5);
		lines = line_get(fd);
	}
	return lines & LINE_INPUTS;
}

/*
 * Bytes
 */

struct sender {
	pthread_t thread;
	int fd;
	int count;
	atomic_int sent;
};

static void *sender_thread(void *arg)
{
	struct sender *sender = arg;
	struct stream stream;
	char buf[1000];

	stream_init(&stream, 1, false);
	while (sender->sent < sender->count) {
		stream_fill(&stream, buf, sizeof(buf));
		if (line_write(sender->fd, buf, sizeof(buf)) != sizeof(buf))
			break;
		sender->sent += sizeof(buf);
	}
	return NULL;
}

static void sender_start(struct sender *sender, int fd, int count)
{
	sender->fd = fd;
	sender->count = count;
	sender->sent = 0;
	if (pthread_create(&sender->thread, NULL, sender_thread, sender))
		abort();
}

/* Returns how many bytes came as they were sent. */
static int stream_arrives(int fd, int count)
{
	struct stream stream;
	char want[500], got[500];
	int done;

	stream_init(&stream, 1, false);
	for (done = 0; done < count; done += sizeof(got)) {
		stream_fill(&stream, want, sizeof(want));
		if (line_read(fd, got, sizeof(got)) != sizeof(got) ||
		    memcmp(want, got, sizeof(got)))
			break;
	}
	return done;
}

static void expect_stream(struct __test_metadata *_metadata, int from, int to)
{
	struct sender sender;

	sender_start(&sender, from, STREAM_BYTES);
	EXPECT_EQ(STREAM_BYTES, stream_arrives(to, STREAM_BYTES));
	pthread_join(sender.thread, NULL);
	EXPECT_EQ(STREAM_BYTES, sender.sent);
}

TEST_F(nullmodem, bytes_arrive_as_sent_both_ways)
{
	expect_stream(_metadata, self->near, self->far);
	expect_stream(_metadata, self->far, self->near);
}

TEST_F(nullmodem, a_reader_that_does_not_read_loses_nothing)
{
	struct sender sender;
	int before;

	sender_start(&sender, self->far, STALL_BYTES);
	do {
		before = sender.sent;
		sleep_ms(LINE_QUIET);
	} while (sender.sent > before);
	EXPECT_GT(STALL_BYTES, sender.sent);
	EXPECT_EQ(STALL_BYTES, stream_arrives(self->near, STALL_BYTES));
	pthread_join(sender.thread, NULL);
}

TEST_F(nullmodem, nobody_at_the_far_end)
{
	char buf[1000] = {};

	close(self->far);
	EXPECT_EQ(sizeof(buf), line_write(self->near, buf, sizeof(buf)));
	EXPECT_EQ(0, line_await(self->near, TIOCOUTQ, 0));
	self->far = line_open_raw(FAR);
	ASSERT_GE(self->far, 0);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
}

TEST_F(nullmodem, a_loopback_plug)
{
	ASSERT_EQ(0, sysfs_put(SYSFS "wiring", "loopback\n"));
	EXPECT_TRUE(file_says(SYSFS "wiring", "loopback\n"));
	expect_stream(_metadata, self->near, self->near);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(0, line_set_outputs(self->near, 0));
	EXPECT_EQ(0, await_inputs(self->near, 0));
	ASSERT_EQ(0, line_set_outputs(self->near, TIOCM_RTS));
	EXPECT_EQ(TIOCM_CTS, await_inputs(self->near, TIOCM_CTS));
}

struct poller {
	pthread_t thread;
	int fd;
	atomic_bool done;
};

static void *poller_thread(void *arg)
{
	struct poller *poller = arg;

	line_events(poller->fd);
	poller->done = true;
	return NULL;
}

/* Canonical, as ttys are when nobody has set them: no number of bytes is too many. */
static int set_echo(int fd)
{
	struct termios2 termios = line_raw((LINE_CFLAG & ~CBAUD) | BOTHER);

	termios.c_lflag = ICANON | ECHO;
	termios.c_ospeed = SPEED_MAX;
	termios.c_ispeed = SPEED_MAX;
	return line_set(fd, &termios);
}

/* Does poll() return, which waits for what arrives to be handed over? */
static bool can_be_polled(int fd, int echoes)
{
	struct poller poller = { .fd = fd };
	bool done;
	int waited;

	if (pthread_create(&poller.thread, NULL, poller_thread, &poller))
		abort();
	for (waited = 0; !poller.done && waited < LINE_PATIENCE; waited += 5)
		sleep_ms(5);
	done = poller.done;
	/* No signal ends it, but the echo does. */
	if (!done)
		line_set_cflag(echoes, LINE_CFLAG);
	pthread_join(poller.thread, NULL);
	return done;
}

static void fill(int fd)
{
	char bytes[4000];

	memset(bytes, 'u', sizeof(bytes));
	line_write(fd, bytes, sizeof(bytes));
}

/* For ever, as on a wire, but not without a pause. */
TEST_F(nullmodem, ends_that_echo_each_other_can_be_polled)
{
	int rounds;

	ASSERT_EQ(0, set_echo(self->near));
	ASSERT_EQ(0, set_echo(self->far));
	fill(self->near);
	fill(self->far);
	for (rounds = 0; rounds < 50; rounds++)
		EXPECT_TRUE(can_be_polled(self->far, self->near));
}

static void expect_echo_can_be_polled(struct __test_metadata *_metadata, int near,
				      int far)
{
	int rounds;

	ASSERT_EQ(0, sysfs_put(SYSFS "wiring", "loopback\n"));
	ASSERT_EQ(0, set_echo(near));
	ASSERT_EQ(0, set_echo(far));
	fill(near);
	fill(far);
	for (rounds = 0; rounds < 50; rounds++) {
		EXPECT_TRUE(can_be_polled(near, near));
		EXPECT_TRUE(can_be_polled(far, far));
	}
}

TEST_F(nullmodem, an_end_that_echoes_itself_can_be_polled)
{
	expect_echo_can_be_polled(_metadata, self->near, self->far);
}

/* At a speed at which bytes are back before the work has done with those before. */
TEST_F(nullmodem, a_paced_end_that_echoes_itself_can_be_polled)
{
	ASSERT_EQ(0, sysfs_put(SYSFS "pacing", "1\n"));
	expect_echo_can_be_polled(_metadata, self->near, self->far);
}

TEST_F(nullmodem, seven_bits_have_no_eighth)
{
	struct termios2 raw = line_raw((LINE_CFLAG & ~CSIZE) | CS7);
	char got[2] = {};

	ASSERT_EQ(0, line_set(self->far, &raw));
	ASSERT_EQ(2, line_write(self->far, "\xc1\x41", 2));
	ASSERT_EQ(2, line_read(self->near, got, 2));
	EXPECT_EQ(0, memcmp("AA", got, 2));
}

/*
 * Speed
 */

TEST_F(nullmodem, any_speed_can_be_had)
{
	static const unsigned int speeds[] = { 1, 45, 12345, 31250, 4000001 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(speeds); i++) {
		struct termios2 raw = line_raw((LINE_CFLAG & ~CBAUD) | BOTHER);

		raw.c_ospeed = speeds[i];
		raw.c_ispeed = speeds[i];
		ASSERT_EQ(0, line_set(self->near, &raw));
		ASSERT_EQ(0, ioctl(self->near, TCGETS2, &raw));
		EXPECT_EQ(speeds[i], raw.c_ospeed);
	}
}

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Only ever the lower bound: how much longer it takes is the machine's affair. */
TEST_F(nullmodem, paced_bytes_take_their_time)
{
	static const struct {
		tcflag_t cflag;
		unsigned int bits;
	} formats[] = {
		{ CS8, 10 }, { CS8 | CSTOPB | PARENB, 12 }, { CS5, 7 },
	};
	char buf[100] = {};
	unsigned int i;

	ASSERT_EQ(0, sysfs_put(SYSFS "pacing", "1\n"));
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct termios2 raw = line_raw(B4800 | CREAD | CLOCAL | HUPCL |
					       formats[i].cflag);
		long long began;

		ASSERT_EQ(0, line_set(self->near, &raw));
		began = now_us();
		ASSERT_EQ(sizeof(buf), line_write(self->near, buf, sizeof(buf)));
		ASSERT_EQ(sizeof(buf), line_read(self->far, buf, sizeof(buf)));
		EXPECT_LE(1000000LL * sizeof(buf) * formats[i].bits / 4800,
			  now_us() - began);
	}
}

TEST_F(nullmodem, paced_bytes_arrive_as_sent)
{
	struct termios2 raw = line_raw((LINE_CFLAG & ~CBAUD) | B4000000);

	ASSERT_EQ(0, sysfs_put(SYSFS "pacing", "1\n"));
	ASSERT_EQ(0, line_set(self->near, &raw));
	ASSERT_EQ(0, line_set(self->far, &raw));
	expect_stream(_metadata, self->near, self->far);
	expect_stream(_metadata, self->far, self->near);
}

TEST_F(nullmodem, pacing_can_change_under_way)
{
	struct sender sender;
	int i;

	sender_start(&sender, self->far, STREAM_BYTES);
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, sysfs_put(SYSFS "pacing", i & 1 ? "0" : "1"));
		sleep_ms(5);
	}
	EXPECT_EQ(STREAM_BYTES, stream_arrives(self->near, STREAM_BYTES));
	pthread_join(sender.thread, NULL);
}

/*
 * Modem lines
 */

TEST_F(nullmodem, outputs_drive_the_far_inputs)
{
	static const struct {
		int outputs, inputs;
	} states[] = {
		{ 0, 0 },
		{ TIOCM_RTS, TIOCM_CTS },
		{ TIOCM_DTR, TIOCM_DSR | TIOCM_CAR },
		{ TIOCM_DTR | TIOCM_RTS, TIOCM_DSR | TIOCM_CAR | TIOCM_CTS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		ASSERT_EQ(0, line_set_outputs(self->far, states[i].outputs));
		EXPECT_EQ(states[i].inputs,
			  await_inputs(self->near, states[i].inputs));
		ASSERT_EQ(0, line_set_outputs(self->near, states[i].outputs));
		EXPECT_EQ(states[i].inputs,
			  await_inputs(self->far, states[i].inputs));
	}
}

TEST_F(nullmodem, closing_drops_the_far_inputs)
{
	close(self->far);
	EXPECT_EQ(0, await_inputs(self->near, 0));
	self->far = line_open_raw(FAR);
	EXPECT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
		  await_inputs(self->near, TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
}

TEST_F(nullmodem, pins_as_wanted)
{
	ASSERT_EQ(0, sysfs_put(SYSFS "wiring", "three-wire"));
	EXPECT_TRUE(file_says(SYSFS "pins",
			      "cts=own-rts dsr=own-dtr dcd=own-dtr ri=\n"));
	ASSERT_EQ(0, sysfs_put(SYSFS "pins", "cts=rts|own-rts ri=out1 dcd=high\n"));
	EXPECT_TRUE(file_says(SYSFS "wiring", "custom\n"));
	EXPECT_TRUE(file_says(SYSFS "pins",
			      "cts=rts|own-rts dsr=own-dtr dcd=high ri=out1\n"));
	ASSERT_EQ(0, line_set_outputs(self->near, 0));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_OUT1));
	EXPECT_EQ(TIOCM_RI | TIOCM_CAR,
		  await_inputs(self->near, TIOCM_RI | TIOCM_CAR));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_RTS));
	EXPECT_EQ(TIOCM_CTS | TIOCM_CAR,
		  await_inputs(self->near, TIOCM_CTS | TIOCM_CAR));
	ASSERT_EQ(0, sysfs_put(SYSFS "wiring", "crossed"));
	EXPECT_TRUE(file_says(SYSFS "pins", "cts=rts dsr=dtr dcd=dtr ri=\n"));
}

TEST_F(nullmodem, pins_that_cannot_be)
{
	static const char *const texts[] = {
		"cts", "cts=cts", "rts=cts", "cts=rts|", "cts=rts dsr", "=", "|",
		"cts=rts,dtr", "ri=high dcd=low",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		EXPECT_EQ(-EINVAL, sysfs_put(SYSFS "pins", texts[i]));
	EXPECT_EQ(-EINVAL, sysfs_put(SYSFS "wiring", "bent"));
	EXPECT_EQ(-EINVAL, sysfs_put(SYSFS "pacing", "maybe"));
	EXPECT_TRUE(file_says(SYSFS "pins", "cts=rts dsr=dtr dcd=dtr ri=\n"));
}

/* Each input by itself, both of its edges; the far end is a modem here. */
static const struct {
	int output, input;
	size_t counter;
} modem_pins[] = {
	{ TIOCM_RTS, TIOCM_CTS, offsetof(struct serial_icounter_struct, cts) },
	{ TIOCM_DTR, TIOCM_DSR, offsetof(struct serial_icounter_struct, dsr) },
	{ TIOCM_OUT1, TIOCM_CAR, offsetof(struct serial_icounter_struct, dcd) },
	{ TIOCM_OUT2, TIOCM_RI, offsetof(struct serial_icounter_struct, rng) },
};

static int counted(int fd, size_t counter)
{
	struct serial_icounter_struct count;

	if (ioctl(fd, TIOCGICOUNT, &count))
		return -errno;
	return *(int *)((char *)&count + counter);
}

TEST_F(nullmodem, miwait_returns_on_both_edges)
{
	unsigned int i, edge;

	ASSERT_EQ(0, sysfs_put(SYSFS "wiring", "straight"));
	ASSERT_EQ(0, line_set_outputs(self->far, 0));
	ASSERT_EQ(0, await_inputs(self->near, 0));
	for (i = 0; i < ARRAY_SIZE(modem_pins) * 2; i++) {
		int before = counted(self->near, modem_pins[i / 2].counter);
		int input = modem_pins[i / 2].input;
		struct call call, other;

		edge = i % 2 ? TIOCMBIC : TIOCMBIS;
		call_ioctl(&call, self->near, TIOCMIWAIT, input);
		call_ioctl(&other, self->near, TIOCMIWAIT, LINE_INPUTS & ~input);
		ASSERT_FALSE(call_returns(&call, 50));
		ASSERT_EQ(0, ioctl(self->far, edge, &modem_pins[i / 2].output));
		ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
		EXPECT_EQ(0, call.ret);
		EXPECT_EQ(before + 1,
			  counted(self->near, modem_pins[i / 2].counter));
		EXPECT_FALSE(call_returns(&other, 20));
		call_interrupt(&other);
		ASSERT_TRUE(call_returns(&other, LINE_PATIENCE));
		EXPECT_EQ(-EINTR, other.ret);
	}
}

TEST_F(nullmodem, a_lost_carrier_hangs_up)
{
	char byte;

	ASSERT_EQ(0, line_set_cflag(self->near, LINE_CFLAG & ~CLOCAL));
	ASSERT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
		  await_inputs(self->near, TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
	ASSERT_EQ(-1, read(self->near, &byte, 1));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_RTS));
	EXPECT_EQ(0, line_read(self->near, &byte, 1));
	EXPECT_EQ(0, read(self->near, &byte, 1));
	EXPECT_EQ(-1, write(self->near, "x", 1));
	EXPECT_EQ(EIO, errno);
}

TEST_F(nullmodem, opening_waits_for_the_carrier)
{
	struct call call;

	ASSERT_EQ(0, line_set_outputs(self->far, 0));
	ASSERT_EQ(0, await_inputs(self->near, 0));
	ASSERT_EQ(0, line_set_cflag(self->near, LINE_CFLAG & ~CLOCAL));
	call_open(&call, variant->vtty ? LINE_VTTY : NEAR);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	close(call.fd);
}

/*
 * Flow control
 */

static void expect_held(struct __test_metadata *_metadata, int from, int to)
{
	/* Bytes in the sender's fifo may have got through. */
	sleep_ms(20);
	ioctl(to, TCFLSH, TCIFLUSH);
	ASSERT_EQ(5, line_write(from, "hello", 5));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(to, FIONREAD));
	EXPECT_EQ(5, line_queued(from, TIOCOUTQ));
}

TEST_F(nullmodem, cts_stops_the_sender)
{
	ASSERT_EQ(0, line_set_cflag(self->near, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	ASSERT_EQ(TIOCM_DSR | TIOCM_CAR,
		  await_inputs(self->near, TIOCM_DSR | TIOCM_CAR));
	expect_held(_metadata, self->near, self->far);
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR | TIOCM_RTS));
	EXPECT_EQ(5, line_await(self->far, FIONREAD, 5));
}

/* A full reader with CRTSCTS drops its RTS, a read raises it. */
TEST_F(nullmodem, a_full_reader_drops_rts)
{
	char buf[6000] = {};
	int i;

	ASSERT_EQ(0, line_set_cflag(self->near, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(sizeof(buf), line_write(self->far, buf, sizeof(buf)));
	EXPECT_EQ(TIOCM_DSR | TIOCM_CAR,
		  await_inputs(self->far, TIOCM_DSR | TIOCM_CAR));
	for (i = 0; i < (int)sizeof(buf); i += 1000)
		ASSERT_EQ(1000, line_read(self->near, buf, 1000));
	EXPECT_EQ(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR,
		  await_inputs(self->far, TIOCM_CTS | TIOCM_DSR | TIOCM_CAR));
}

TEST_F(nullmodem, xoff_stops_the_sender)
{
	struct termios2 raw = line_raw(LINE_CFLAG);

	raw.c_iflag = IXON;
	ASSERT_EQ(0, line_set(self->near, &raw));
	ASSERT_EQ(1, line_write(self->far, "\x13", 1));
	sleep_ms(LINE_QUIET);
	expect_held(_metadata, self->near, self->far);
	ASSERT_EQ(1, line_write(self->far, "\x11", 1));
	EXPECT_EQ(5, line_await(self->far, FIONREAD, 5));
	EXPECT_EQ(0, line_queued(self->near, FIONREAD));
}

/* An XOFF that is behind bytes which the reader does not take. */
TEST_F(nullmodem, xoff_behind_a_full_reader_is_honoured)
{
	struct termios2 raw = line_raw(LINE_CFLAG);
	char buf[5000] = {};

	raw.c_iflag = IXON;
	ASSERT_EQ(0, line_set(self->near, &raw));
	ASSERT_EQ(sizeof(buf), line_write(self->far, buf, sizeof(buf)));
	ASSERT_EQ(1, line_write(self->far, "\x13", 1));
	ASSERT_EQ(0, line_await(self->far, TIOCOUTQ, 0));
	sleep_ms(LINE_QUIET);
	expect_held(_metadata, self->near, self->far);
	ASSERT_EQ(1, line_write(self->far, "\x11", 1));
	EXPECT_EQ(5, line_await(self->far, FIONREAD, 5));
	EXPECT_EQ(sizeof(buf), line_read(self->near, buf, sizeof(buf)));
	EXPECT_EQ(0, line_queued(self->near, FIONREAD));
}

/*
 * Breaks and errors
 */

static int set_iflag(int fd, tcflag_t iflag)
{
	struct termios2 raw = line_raw(LINE_CFLAG);

	raw.c_iflag = iflag;
	return line_set(fd, &raw);
}

static void expect_bytes(struct __test_metadata *_metadata, int fd,
			 const char *want, int count)
{
	char got[16] = {};

	ASSERT_EQ(count, line_read(fd, got, count));
	EXPECT_EQ(0, memcmp(want, got, count));
	sleep_ms(20);
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
}

TEST_F(nullmodem, a_break_is_received_once)
{
	static const struct {
		tcflag_t iflag;
		const char *read;
		int count;
	} ways[] = {
		{ 0, "\0z", 2 },
		{ IGNBRK, "z", 1 },
		{ PARMRK, "\377\0\0z", 4 },
		{ PARMRK | IGNBRK, "z", 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		int before = counted(self->near,
				     offsetof(struct serial_icounter_struct, brk));

		ASSERT_EQ(0, set_iflag(self->near, ways[i].iflag));
		ASSERT_EQ(0, ioctl(self->far, TIOCSBRK));
		ASSERT_EQ(0, ioctl(self->far, TIOCCBRK));
		ASSERT_EQ(1, line_write(self->far, "z", 1));
		expect_bytes(_metadata, self->near, ways[i].read, ways[i].count);
		EXPECT_EQ(before + 1,
			  counted(self->near,
				  offsetof(struct serial_icounter_struct, brk)));
	}
}

static const struct {
	const char *file;
	size_t counter;
	tcflag_t iflag;
	const char *read;
	int count;
} faults[] = {
#define FAULT(_fault, _counter, _iflag, _read)				\
	{ FAULTS _fault, offsetof(struct serial_icounter_struct, _counter), \
	  _iflag, _read, sizeof(_read) - 1 }
	FAULT("parity", parity, 0, "abc"),
	FAULT("parity", parity, INPCK, "\0bc"),
	FAULT("parity", parity, INPCK | PARMRK, "\377\0abc"),
	FAULT("parity", parity, INPCK | IGNPAR, "bc"),
	FAULT("parity", parity, PARMRK, "abc"),
	FAULT("frame", frame, 0, "abc"),
	FAULT("frame", frame, INPCK, "\0bc"),
	FAULT("frame", frame, INPCK | PARMRK, "\377\0abc"),
	FAULT("frame", frame, INPCK | IGNPAR, "bc"),
	/* With 0 the port itself has a NUL more, which a vtty has not. */
	FAULT("overrun", overrun, INPCK | PARMRK, "abc"),
	FAULT("break", brk, PARMRK, "\377\0\0bc"),
};

TEST_F(nullmodem, errors_are_received_as_flags)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		int before = counted(self->near, faults[i].counter);

		TH_LOG("%s, c_iflag 0%o", faults[i].file, faults[i].iflag);
		ASSERT_EQ(0, set_iflag(self->near, faults[i].iflag));
		ASSERT_EQ(0, sysfs_put(faults[i].file, "1\n"));
		ASSERT_EQ(3, line_write(self->far, "abc", 3));
		expect_bytes(_metadata, self->near, faults[i].read,
			     faults[i].count);
		EXPECT_EQ(before + 1, counted(self->near, faults[i].counter));
		EXPECT_TRUE(file_says(faults[i].file, "0\n"));
	}
}

/*
 * Settings of the port
 */

TEST_F(nullmodem, serial_settings_can_be_read_and_written)
{
	struct serial_struct info, again;

	ASSERT_EQ(0, ioctl(self->near, TIOCGSERIAL, &info));
	EXPECT_EQ(115200, info.baud_base);
	info.closing_wait = 700;
	info.close_delay = 20;
	ASSERT_EQ(0, ioctl(self->near, TIOCSSERIAL, &info));
	ASSERT_EQ(0, ioctl(self->near, TIOCGSERIAL, &again));
	EXPECT_EQ(700, again.closing_wait);
	EXPECT_EQ(20, again.close_delay);
	info.irq = 5;
	EXPECT_EQ(-1, ioctl(self->near, TIOCSSERIAL, &info));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * Closing
 */

/* Letting go of a port that is closed already starts its transmitter. */
TEST_F(nullmodem, a_stopped_port_is_closed_with_bytes_to_send)
{
	struct serial_struct info;
	int ldisc = SERFWD_LDISC;
	int port, vtty;

	if (variant->vtty)
		SKIP(return, "needs the plug for itself");
	ASSERT_EQ(0, ioctl(self->near, TIOCGSERIAL, &info));
	info.closing_wait = ASYNC_CLOSING_WAIT_NONE;
	ASSERT_EQ(0, ioctl(self->near, TIOCSSERIAL, &info));
	port = self->near;
	self->near = -1;
	ASSERT_EQ(0, ioctl(port, TIOCSETD, &ldisc));
	vtty = line_open_raw(LINE_VTTY);
	ASSERT_GE(vtty, 0);
	ASSERT_EQ(0, ioctl(vtty, TCXONC, TCOOFF));
	EXPECT_EQ(1, write(vtty, "x", 1));
	close(port);
	EXPECT_EQ(0, line_get(vtty) & LINE_INPUTS);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	close(vtty);
}

/*
 * How many
 */

/* The harness gives a test without a fixture a variant all the same. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

TEST(how_many_cables)
{
	ASSERT_EQ(0, serfwd_reload(""));
	EXPECT_NE(0, access(NEAR, F_OK));
	EXPECT_EQ(0, serfwd_unload());
	EXPECT_EQ(-EINVAL, serfwd_load("nullmodems=257"));
	ASSERT_EQ(0, serfwd_load("nullmodems=256"));
	EXPECT_EQ(0, access("/dev/ttyNM511", F_OK));
	EXPECT_TRUE(file_says("/sys/class/tty/ttyNM511/far", "ttyNM510\n"));
	EXPECT_EQ(0, serfwd_unload());
	EXPECT_NE(0, access(NEAR, F_OK));
}

TEST_HARNESS_MAIN
