// SPDX-License-Identifier: GPL-2.0
/*
 * A guest end that is not the vtty: /dev/serfwd_end of the module
 * serfwd_end_test, which is a user of the interface that other modules have.
 *
 *	end of link 0 - ttyNM0 === ttyNM1, opened directly
 *	           or - ttyNM2 === ttyNM3, opened directly
 */
#include <linux/serial.h>
#include <sys/wait.h>

#include "end-file.h"
#include "line-fixture.h"
#include "party.h"
#include "task.h"

#define FAR		"/dev/ttyNM1"
#define FAR_OTHER	"/dev/ttyNM3"
#define FAULTS		"/sys/kernel/debug/serfwd/ttyNM0/"

#define BYTES		50000
#define BOTH		(TIOCM_DTR | TIOCM_RTS)

/*
 * A null modem
 */

FIXTURE(end) {
	int end;
	int far;
};

FIXTURE_SETUP(end)
{
	ASSERT_EQ(0, end_module_unload());
	ASSERT_EQ(0, serfwd_reload("nullmodems=2"));
	ASSERT_EQ(0, end_module_load());
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	self->far = line_open_raw(FAR);
	ASSERT_GE(self->far, 0);
	self->end = end_open(0);
	ASSERT_GE(self->end, 0);
	ASSERT_EQ(0, end_set_lines(self->end, BOTH, 0));
}

FIXTURE_TEARDOWN(end)
{
	if (self->end >= 0)
		close(self->end);
	ioctl(self->far, TCFLSH, TCIOFLUSH);
	close(self->far);
	set(1, "share", "\n");
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, end_module_unload());
	EXPECT_EQ(0, serfwd_unload());
}

TEST_F(end, bytes_both_ways_at_once)
{
	struct sender there, back;

	sender_start(&there, self->end, BYTES);
	sender_start(&back, self->far, BYTES);
	EXPECT_EQ(BYTES, end_gets(self->end, BYTES));
	EXPECT_EQ(BYTES, tty_gets(self->far, BYTES));
	EXPECT_EQ(BYTES, task_finish(&there.task));
	EXPECT_EQ(BYTES, task_finish(&back.task));
	EXPECT_EQ(0, end_call(self->end, END_UNSENT, 0));
	EXPECT_EQ(BYTES, end_call(self->end, END_RECEIVED, 0));
}

/* It sends within the call that hands it what was received. */
TEST_F(end, echo)
{
	struct sender sender;

	ASSERT_EQ(0, end_call(self->end, END_ECHO, 1));
	sender_start(&sender, self->far, BYTES / 10);
	EXPECT_EQ(BYTES / 10, tty_gets(self->far, BYTES / 10));
	task_finish(&sender.task);
}

TEST_F(end, error_flags)
{
	static const struct {
		const char *fault;
		int count;
		unsigned char bytes[3], flags[3];
	} cases[] = {
		{ "parity", 2, "ab", { PARITY, GOOD } },
		{ "frame", 2, "ab", { FRAME, GOOD } },
		{ "overrun", 3, { 'a', 0, 'b' }, { GOOD, OVERRUN, GOOD } },
		{ "break", 2, { 0, 'b' }, { BREAK, GOOD } },
	};
	unsigned char bytes[3], flags[3];
	char path[96];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		TH_LOG("%s", cases[i].fault);
		snprintf(path, sizeof(path), FAULTS "%s", cases[i].fault);
		ASSERT_EQ(0, sysfs_put(path, "1"));
		ASSERT_EQ(2, line_write(self->far, "ab", 2));
		ASSERT_EQ(cases[i].count,
			  end_read(self->end, bytes, flags, cases[i].count));
		EXPECT_EQ(0, memcmp(bytes, cases[i].bytes, cases[i].count));
		EXPECT_EQ(0, memcmp(flags, cases[i].flags, cases[i].count));
	}
	EXPECT_EQ(1, stat("rx_parity_errors"));
	EXPECT_EQ(1, stat("rx_overruns"));
}

TEST_F(end, breaks_both_ways)
{
	struct serial_icounter_struct before, after;
	unsigned char byte = 1, flag = 0;
	int waited;

	ASSERT_EQ(0, ioctl(self->far, TIOCSBRK));
	ASSERT_EQ(1, end_read(self->end, &byte, &flag, 1));
	EXPECT_EQ(0, byte);
	EXPECT_EQ(BREAK, flag);
	ASSERT_EQ(0, ioctl(self->far, TIOCCBRK));

	ASSERT_EQ(0, ioctl(self->far, TIOCGICOUNT, &before));
	ASSERT_EQ(0, end_call(self->end, END_BREAK, 1));
	for (waited = 0; waited < LINE_PATIENCE; waited += 5) {
		ASSERT_EQ(0, ioctl(self->far, TIOCGICOUNT, &after));
		if (after.brk != before.brk)
			break;
		sleep_ms(5);
	}
	EXPECT_EQ(before.brk + 1, after.brk);
	EXPECT_EQ(0, end_call(self->end, END_BREAK, 0));
}

TEST_F(end, lines_both_ways)
{
	struct end_calls before;

	ASSERT_EQ(0, line_set_outputs(self->far, 0));
	EXPECT_TRUE(lines_become(self->end, true, LINE_INPUTS, 0));
	before = end_calls(self->end);
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	EXPECT_TRUE(lines_become(self->end, true, LINE_INPUTS,
				 TIOCM_DSR | TIOCM_CAR));
	EXPECT_TRUE(end_called(self->end, lines_changed,
			       before.lines_changed + 1));
	EXPECT_TRUE(end_called(self->end, carrier_came,
			       before.carrier_came + 1));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_RTS));
	EXPECT_TRUE(lines_become(self->end, true, LINE_INPUTS, TIOCM_CTS));
	EXPECT_TRUE(end_called(self->end, carrier_went,
			       before.carrier_went + 1));

	ASSERT_EQ(0, end_set_lines(self->end, TIOCM_DTR, TIOCM_RTS));
	EXPECT_TRUE(lines_become(self->far, false, LINE_INPUTS,
				 TIOCM_DSR | TIOCM_CAR));
	ASSERT_EQ(0, end_set_lines(self->end, TIOCM_RTS, TIOCM_DTR));
	EXPECT_TRUE(lines_become(self->far, false, LINE_INPUTS, TIOCM_CTS));
	EXPECT_TRUE(lines_become(self->end, true, BOTH, TIOCM_RTS));
}

TEST_F(end, settings)
{
	EXPECT_TRUE(is(0, "line", "9600 8n1"));
	ASSERT_EQ(0, end_set(self->end, 57600, 7, 2, 2, false));
	EXPECT_TRUE(is(0, "line", "57600 7e2"));
	ASSERT_EQ(0, end_set(self->end, 250000, 8, 3, 1, true));
	EXPECT_TRUE(is(0, "line", "250000 8m1 rtscts"));

	EXPECT_EQ(-EINVAL, end_set(self->end, 0, 8, 0, 1, false));
	EXPECT_EQ(-EINVAL, end_set(self->end, 9600, 4, 0, 1, false));
	EXPECT_EQ(-EINVAL, end_set(self->end, 9600, 9, 0, 1, false));
	EXPECT_EQ(-EINVAL, end_set(self->end, 9600, 8, 5, 1, false));
	EXPECT_EQ(-EINVAL, end_set(self->end, 9600, 8, 0, 0, false));
	EXPECT_EQ(-EINVAL, end_set(self->end, 9600, 8, 0, 3, false));
	EXPECT_TRUE(is(0, "line", "250000 8m1 rtscts"));

	/* The next port gets them, the next user does not. */
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM2"));
	EXPECT_TRUE(is(0, "line", "250000 8m1 rtscts"));
	close(self->end);
	self->end = end_open(0);
	ASSERT_GE(self->end, 0);
	EXPECT_TRUE(is(0, "line", "9600 8n1"));
}

TEST_F(end, policy_of_flow_control)
{
	ASSERT_EQ(0, set(0, "flow", "auto-rtscts"));
	EXPECT_TRUE(becomes(0, "line", "9600 8n1 rtscts"));
	ASSERT_EQ(0, set(0, "flow", "auto-xonxoff"));
	EXPECT_TRUE(becomes(0, "line", "9600 8n1 xonxoff"));
	ASSERT_EQ(0, set(0, "flow", "guest"));
	EXPECT_TRUE(becomes(0, "line", "9600 8n1"));
}

/* With this policy XON and XOFF are the host's, and nobody else gets them. */
TEST_F(end, obeys_xoff_for_its_guest)
{
	unsigned char byte;

	ASSERT_EQ(0, set(0, "flow", "auto-xonxoff"));
	EXPECT_TRUE(becomes(0, "line", "9600 8n1 xonxoff"));
	ASSERT_EQ(3, line_write(self->far, "a" XOFF "b", 3));
	ASSERT_EQ(1, end_read(self->end, &byte, NULL, 1));
	EXPECT_EQ('a', byte);
	ASSERT_EQ(1, end_read(self->end, &byte, NULL, 1));
	EXPECT_EQ('b', byte);
	ASSERT_EQ(100, send_pattern(self->end, 100));
	EXPECT_EQ(100, end_call(self->end, END_UNSENT, 0));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	EXPECT_EQ(100, tty_gets(self->far, 100));
	/* Without it they are bytes as all others. */
	ASSERT_EQ(1, line_write(self->far, XOFF, 1));
	ASSERT_EQ(1, line_write(self->end, "c", 1));
	ASSERT_EQ(0, set(0, "flow", "guest"));
	EXPECT_EQ(1, line_read(self->far, &byte, 1));
	EXPECT_EQ('c', byte);
	ASSERT_EQ(1, line_write(self->far, XOFF, 1));
	ASSERT_EQ(1, end_read(self->end, &byte, NULL, 1));
	EXPECT_EQ(*XOFF, byte);
}

/*
 * An end that is full
 */

TEST_F(end, full_stops_the_far_end)
{
	struct sender sender;

	ASSERT_EQ(0, end_set(self->end, 9600, 8, 0, 1, true));
	ASSERT_EQ(0, line_set_cflag(self->far, LINE_CFLAG | CRTSCTS));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, TIOCM_CTS));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 100));
	sender_start(&sender, self->far, BYTES);
	EXPECT_TRUE(end_called(self->end, took_less, 1));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, 0));
	EXPECT_EQ(100, end_calls(self->end).holds);
	/* Nothing is lost, however little it takes at a time. */
	EXPECT_EQ(BYTES, end_gets(self->end, BYTES));
	EXPECT_EQ(BYTES, task_finish(&sender.task));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, TIOCM_CTS));
}

TEST_F(end, stops_the_far_end_before)
{
	ASSERT_EQ(0, end_set(self->end, 9600, 8, 0, 1, true));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, TIOCM_CTS));
	ASSERT_EQ(0, end_call(self->end, END_THROTTLE, 1));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, 0));
	ASSERT_EQ(0, end_call(self->end, END_THROTTLE, 0));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, TIOCM_CTS));
}

TEST_F(end, flush_of_input)
{
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 10));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_TRUE(end_called(self->end, took_less, 1));
	EXPECT_EQ(0, line_await(self->far, TIOCOUTQ, 0));
	ASSERT_EQ(0, end_call(self->end, END_FLUSH, FLUSH_INPUT));
	EXPECT_TRUE(stat_becomes("rx_flushed", 990));
	EXPECT_EQ(10, end_gets(self->end, 10));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, END_HOLDS));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_EQ(1000, end_gets(self->end, 1000));
}

TEST_F(end, stall_drops_the_newest)
{
	ASSERT_EQ(0, set(0, "stall", "drop-newest"));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 100));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_TRUE(stat_becomes("rx_dropped_newest", 900));
	EXPECT_EQ(100, end_gets(self->end, 100));
}

TEST_F(end, stall_drops_the_oldest)
{
	unsigned char bytes[100];
	int held;

	ASSERT_EQ(0, set(0, "stall", "drop-oldest"));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 100));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_TRUE(end_called(self->end, received, 1000));
	EXPECT_GE(end_calls(self->end).make_room, 1);
	held = end_calls(self->end).holds;
	EXPECT_EQ(1000 - held, stat("rx_dropped_oldest"));
	ASSERT_EQ(held, end_read(self->end, bytes, NULL, held));
	EXPECT_EQ(pattern(999), bytes[held - 1]);
}

TEST_F(end, stall_hangs_up)
{
	ASSERT_EQ(0, set(0, "stall_timeout_ms", "50"));
	ASSERT_EQ(0, set(0, "stall", "hangup"));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 10));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_TRUE(end_called(self->end, hangup, 1));
	EXPECT_EQ(1, stat("rx_stall_hangups"));
	EXPECT_TRUE(stat_becomes("rx_closed", 990));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, END_HOLDS));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_EQ(1000, end_gets(self->end, 1000));
}

/*
 * Sending that is held up
 */

static int fill_port(int end)
{
	unsigned char byte = 0;
	int sent = 0;

	while (write(end, &byte, 1) == 1)
		sent++;
	return errno == EAGAIN ? sent : -errno;
}

TEST_F(end, far_end_stops_it)
{
	static unsigned char bytes[1 << 16];
	int sent;

	ASSERT_EQ(0, end_set(self->end, 9600, 8, 0, 1, true));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	EXPECT_TRUE(lines_become(self->end, true, TIOCM_CTS, 0));
	sent = fill_port(self->end);
	ASSERT_GT(sent, 0);
	EXPECT_EQ(0, end_call(self->end, END_WRITE_ROOM, 0));
	EXPECT_EQ(sent, end_call(self->end, END_UNSENT, 0));
	EXPECT_EQ(-ETIMEDOUT, end_call(self->end, END_DRAIN, 50));
	ASSERT_EQ(0, let_send(self->far));
	EXPECT_TRUE(end_called(self->end, wakeup, 1));
	EXPECT_EQ(sent, line_read(self->far, bytes, sent));
	EXPECT_EQ(0, end_call(self->end, END_DRAIN, LINE_PATIENCE));
	EXPECT_GT(end_call(self->end, END_WRITE_ROOM, 0), 0);
}

TEST_F(end, flush_of_output)
{
	int sent;

	ASSERT_EQ(0, end_set(self->end, 9600, 8, 0, 1, true));
	ASSERT_EQ(0, line_set_outputs(self->far, TIOCM_DTR));
	EXPECT_TRUE(lines_become(self->end, true, TIOCM_CTS, 0));
	sent = fill_port(self->end);
	ASSERT_EQ(0, end_call(self->end, END_FLUSH, FLUSH_OUTPUT));
	EXPECT_EQ(0, end_call(self->end, END_UNSENT, 0));
	EXPECT_EQ(sent, stat("tx_flushed"));
}

TEST_F(end, rate_limit)
{
	ASSERT_EQ(0, set(0, "rate_burst", "100"));
	ASSERT_EQ(0, set(0, "rate_limit", "1000"));
	ASSERT_EQ(400, send_pattern(self->end, 400));
	EXPECT_EQ(400, tty_gets(self->far, 400));
	EXPECT_GT(stat("tx_rate_limited"), 0);
}

/*
 * Ports that come and go
 */

TEST_F(end, port_goes_and_comes)
{
	struct pollfd room = { .fd = self->end, .events = POLLOUT };
	struct end_calls before = end_calls(self->end);

	EXPECT_EQ(1, end_call(self->end, END_HAS_PORT, 0));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, end_call(self->end, END_HAS_PORT, 0));
	EXPECT_EQ(-EIO, end_call(self->end, END_RECEIVED, 0));
	EXPECT_GT(end_calls(self->end).port_changed, before.port_changed);
	EXPECT_EQ(0, end_calls(self->end).hangup);
	EXPECT_EQ(0, end_call(self->end, END_GET_LINES, 0) & LINE_INPUTS);
	EXPECT_EQ(-1, write(self->end, "x", 1));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, poll(&room, 1, 0));

	before = end_calls(self->end);
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	EXPECT_EQ(1, end_call(self->end, END_HAS_PORT, 0));
	EXPECT_GT(end_calls(self->end).port_changed, before.port_changed);
	EXPECT_GT(end_calls(self->end).wakeup, before.wakeup);
	ASSERT_EQ(100, send_pattern(self->end, 100));
	EXPECT_EQ(100, tty_gets(self->far, 100));
	/* The outputs that it had set. */
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS | TIOCM_DSR,
				 TIOCM_CTS | TIOCM_DSR));
}

TEST_F(end, port_that_goes_hangs_up)
{
	ASSERT_EQ(0, set(0, "on_detach", "hangup"));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_TRUE(end_called(self->end, hangup, 1));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	ASSERT_EQ(100, send_pattern(self->far, 100));
	EXPECT_EQ(100, end_gets(self->end, 100));
}

/* Bytes that wait for an end go with the port; the next one is not stopped. */
TEST_F(end, port_goes_while_full)
{
	ASSERT_EQ(0, end_set(self->end, 9600, 8, 0, 1, true));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 10));
	ASSERT_EQ(1000, send_pattern(self->far, 1000));
	EXPECT_TRUE(end_called(self->end, took_less, 1));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, 0));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(990, stat("rx_detached"));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, END_HOLDS));
	EXPECT_EQ(10, end_gets(self->end, 10));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	EXPECT_TRUE(lines_become(self->far, false, TIOCM_CTS, TIOCM_CTS));
}

struct receiver {
	struct task task;
	int fd[2];
	int count;
	atomic_int got;
};

static int receiver_run(void *arg)
{
	struct receiver *receiver = arg;
	struct pollfd input[2] = {
		{ .fd = receiver->fd[0], .events = POLLIN },
		{ .fd = receiver->fd[1], .events = POLLIN },
	};
	unsigned char bytes[500];
	int i, got;

	while (receiver->got < receiver->count &&
	       poll(input, 2, LINE_PATIENCE) > 0)
		for (i = 0; i < 2; i++) {
			got = read(receiver->fd[i], bytes, sizeof(bytes));
			receiver->got += got > 0 ? got : 0;
		}
	return receiver->got;
}

TEST_F(end, moves_to_another_port_under_traffic)
{
	struct receiver receiver = { .count = BYTES };
	int other = line_open_raw(FAR_OTHER), moves = 0;
	struct sender sender;

	ASSERT_GE(other, 0);
	/* Or else all is sent before the port is another one. */
	ASSERT_EQ(0, set(0, "rate_limit", "20000"));
	receiver.fd[0] = self->far;
	receiver.fd[1] = other;
	task_start(&receiver.task, receiver_run, &receiver);
	sender_start(&sender, self->end, BYTES);
	do {
		EXPECT_EQ(0, serfwd_set_port(0, moves++ % 2 ? "ttyNM0" :
							     "ttyNM2"));
		/* The sender, which waits for a port, gets to run while there is one. */
		sleep_ms(2);
	} while (!sender.task.done && moves < 1000);
	EXPECT_EQ(BYTES, task_finish(&sender.task));
	EXPECT_EQ(BYTES, task_finish(&receiver.task));
	EXPECT_EQ(0, end_calls(self->end).hangup);
	EXPECT_GT(moves, 2);
	close(other);
}

/*
 * One end at a time
 */

TEST_F(end, vtty_is_busy)
{
	int lines = log_lines("ttySF0: its link is that of a test's end");

	EXPECT_EQ(-EBUSY, line_open_path(LINE_VTTY, O_NONBLOCK));
	EXPECT_EQ(lines + 1,
		  log_lines("ttySF0: its link is that of a test's end"));
	EXPECT_EQ(-EBUSY, end_open(0));
	EXPECT_EQ(-ENODEV, end_open(4));
	EXPECT_EQ(4, end_call(self->end, END_COUNT, 0));
	/* That has done it no harm. */
	ASSERT_EQ(100, send_pattern(self->far, 100));
	EXPECT_EQ(100, end_gets(self->end, 100));
	ASSERT_EQ(100, send_pattern(self->end, 100));
	EXPECT_EQ(100, tty_gets(self->far, 100));
}

TEST_F(end, end_is_busy)
{
	static const char text[] =
		"ttySF0 is open, so a test's end cannot have its link";
	int lines = log_lines(text), vtty;

	ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
	vtty = line_open_raw(LINE_VTTY);
	ASSERT_GE(vtty, 0);
	EXPECT_EQ(-EBUSY, end_call(self->end, END_OPEN, 0));
	EXPECT_EQ(lines + 1, log_lines(text));
	ASSERT_EQ(100, send_pattern(self->far, 100));
	EXPECT_EQ(100, tty_gets(vtty, 100));
	/* A file that was hung up has the tty open still. */
	ASSERT_EQ(0, ioctl(vtty, TIOCVHANGUP));
	EXPECT_EQ(-EBUSY, end_call(self->end, END_OPEN, 0));
	close(vtty);
	EXPECT_EQ(0, end_call(self->end, END_OPEN, 0));
}

TEST_F(end, sysfs_names_the_device)
{
	int vtty;

	EXPECT_TRUE(is(0, "end", "serfwd_end"));
	EXPECT_TRUE(is(1, "end", ""));
	ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
	EXPECT_TRUE(is(0, "end", ""));
	vtty = line_open_raw(LINE_VTTY);
	ASSERT_GE(vtty, 0);
	EXPECT_TRUE(is(0, "end", "ttySF0"));
	EXPECT_EQ(-EBUSY, end_call(self->end, END_OPEN, 0));
	EXPECT_TRUE(is(0, "end", "ttySF0"));
	close(vtty);
	EXPECT_TRUE(is(0, "end", ""));
	EXPECT_EQ(0, end_call(self->end, END_OPEN, 0));
}

TEST_F(end, takes_turns_with_the_vtty)
{
	int i, vtty;

	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
		vtty = line_open_raw(LINE_VTTY);
		ASSERT_GE(vtty, 0);
		ASSERT_EQ(20, send_pattern(self->far, 20));
		ASSERT_EQ(20, tty_gets(vtty, 20));
		close(vtty);
		ASSERT_EQ(0, end_call(self->end, END_OPEN, 0));
		ASSERT_EQ(20, send_pattern(self->far, 20));
		ASSERT_EQ(20, end_gets(self->end, 20));
	}
}

/* The vtty's own settings are as it left them. */
TEST_F(end, vtty_keeps_its_settings)
{
	struct termios2 before, after;
	int vtty;

	ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
	ASSERT_EQ(0, set(0, "flow", "auto-xonxoff"));
	vtty = line_open_raw(LINE_VTTY);
	ASSERT_GE(vtty, 0);
	ASSERT_EQ(0, line_set_cflag(vtty, (LINE_CFLAG & ~CBAUD) | B19200));
	ASSERT_EQ(0, ioctl(vtty, TCGETS2, &before));
	close(vtty);
	ASSERT_EQ(0, end_call(self->end, END_OPEN, 0));
	EXPECT_TRUE(is(0, "line", "9600 8n1 xonxoff"));
	ASSERT_EQ(0, set(0, "flow", "guest"));
	EXPECT_TRUE(becomes(0, "line", "9600 8n1"));
	ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
	vtty = line_open_path(LINE_VTTY, O_NONBLOCK);
	ASSERT_GE(vtty, 0);
	ASSERT_EQ(0, ioctl(vtty, TCGETS2, &after));
	EXPECT_EQ(before.c_cflag, after.c_cflag);
	EXPECT_EQ(before.c_iflag & ~(IXON | IXOFF), after.c_iflag);
	EXPECT_TRUE(is(0, "line", "19200 8n1"));
	close(vtty);
}

/*
 * Sharing
 */

FIXTURE(shared) {
	int end;
	int vtty;
	int far;
};

FIXTURE_SETUP(shared)
{
	ASSERT_EQ(0, end_module_unload());
	ASSERT_EQ(0, serfwd_reload("nullmodems=1"));
	ASSERT_EQ(0, end_module_load());
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	ASSERT_EQ(0, set(1, "share", "ttySF0"));
	self->far = line_open_raw(FAR);
	ASSERT_GE(self->far, 0);
	self->vtty = line_open_raw("/dev/ttySF1");
	ASSERT_GE(self->vtty, 0);
	self->end = end_open(0);
	ASSERT_GE(self->end, 0);
}

FIXTURE_TEARDOWN(shared)
{
	if (self->end >= 0)
		close(self->end);
	ioctl(self->vtty, TCFLSH, TCIOFLUSH);
	close(self->vtty);
	ioctl(self->far, TCFLSH, TCIOFLUSH);
	close(self->far);
	EXPECT_EQ(0, set(1, "share", "\n"));
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(0, end_module_unload());
	EXPECT_EQ(0, serfwd_unload());
}

TEST_F(shared, both_receive)
{
	struct sender sender;
	int owner;

	for (owner = 0; owner < 2; owner++) {
		ASSERT_EQ(0, give(owner));
		sender_start(&sender, self->far, BYTES);
		EXPECT_EQ(BYTES, end_gets(self->end, BYTES));
		EXPECT_EQ(BYTES, tty_gets(self->vtty, BYTES));
		EXPECT_EQ(BYTES, task_finish(&sender.task));
	}
}

/* An end that takes nothing holds up nobody if it does not own the port. */
TEST_F(shared, who_is_full_is_alone)
{
	struct sender sender;

	ASSERT_EQ(0, give(1));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 0));
	sender_start(&sender, self->far, BYTES);
	EXPECT_EQ(BYTES, tty_gets(self->vtty, BYTES));
	EXPECT_EQ(BYTES, task_finish(&sender.task));
	ASSERT_EQ(0, end_call(self->end, END_LIMIT, END_HOLDS));
	EXPECT_EQ(BYTES, end_gets(self->end, BYTES));
}

TEST_F(shared, owner_that_is_full_sets_the_pace)
{
	struct sender sender;

	ASSERT_EQ(0, end_call(self->end, END_LIMIT, 50));
	sender_start(&sender, self->far, 2 * BYTES);
	EXPECT_TRUE(end_called(self->end, took_less, 1));
	EXPECT_EQ(2 * BYTES, end_gets(self->end, 2 * BYTES));
	EXPECT_EQ(2 * BYTES, task_finish(&sender.task));
}

/*
 * The far end has spoken to the port. It is noted when it comes, which is before
 * what came with it is read.
 */
TEST_F(shared, a_stop_by_the_far_end_goes_with_the_port)
{
	unsigned char byte;

	ASSERT_EQ(0, set(0, "share_read", "owner"));
	ASSERT_EQ(0, set(0, "flow", "auto-xonxoff"));
	ASSERT_EQ(0, set_ixon(self->vtty));
	/* From the end to the vtty, */
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(2, line_write(self->far, "a" XOFF, 2));
	ASSERT_EQ(1, end_read(self->end, &byte, NULL, 1));
	ASSERT_EQ(0, give(1));
	ASSERT_EQ(1, line_write(self->vtty, "v", 1));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	ASSERT_EQ(1, line_read(self->far, &byte, 1));
	EXPECT_EQ('v', byte);
	/* and back. */
	ASSERT_EQ(2, line_write(self->far, "b" XOFF, 2));
	ASSERT_EQ(1, line_read(self->vtty, &byte, 1));
	ASSERT_EQ(0, give(0));
	ASSERT_EQ(1, line_write(self->end, "e", 1));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(self->far, FIONREAD));
	ASSERT_EQ(1, line_write(self->far, XON, 1));
	ASSERT_EQ(1, line_read(self->far, &byte, 1));
	EXPECT_EQ('e', byte);
}

TEST_F(shared, writing_asks_for_the_port)
{
	unsigned char bytes[200];

	ASSERT_EQ(0, set(0, "token_idle_ms", "20"));
	ASSERT_EQ(0, set(0, "share_write", "token"));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(1, end_call(self->end, END_WRITE_ROOM, 0));
	EXPECT_EQ(100, send_pattern(self->end, 100));
	EXPECT_TRUE(becomes(0, "owner", "ttySF0"));
	EXPECT_EQ(100, line_read(self->far, bytes, 100));
	EXPECT_EQ(100, send_pattern(self->vtty, 100));
	EXPECT_TRUE(becomes(0, "owner", "ttySF1"));
	EXPECT_EQ(100, line_read(self->far, bytes, 100));
}

TEST_F(shared, break_asks_for_the_port)
{
	int waited, ret = 0;

	ASSERT_EQ(0, set(0, "share_write", "exclusive"));
	ASSERT_EQ(0, give(1));
	EXPECT_EQ(-EAGAIN, end_call(self->end, END_BREAK, 1));
	EXPECT_TRUE(becomes(0, "waiting", "ttySF0"));
	EXPECT_EQ(0, end_call(self->end, END_WRITE_ROOM, 0));
	close(self->vtty);
	EXPECT_TRUE(becomes(0, "owner", "ttySF0"));
	/* It has the port a moment after it owns it. */
	for (waited = 0; waited < LINE_PATIENCE; waited += 5) {
		ret = end_call(self->end, END_BREAK, 1);
		if (ret != -EAGAIN)
			break;
		sleep_ms(5);
	}
	EXPECT_EQ(0, ret);
	EXPECT_EQ(0, end_call(self->end, END_BREAK, 0));
	self->vtty = line_open_raw("/dev/ttySF1");
	EXPECT_GE(self->vtty, 0);
}

/* An end that listens only. */
TEST_F(shared, tap)
{
	struct sender sender;
	int tap;

	ASSERT_EQ(0, set(2, "share_role", "tap"));
	ASSERT_EQ(0, set(2, "share", "ttySF0"));
	tap = end_open(2);
	ASSERT_GE(tap, 0);
	EXPECT_EQ(-1, write(tap, "x", 1));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-EPERM, end_call(tap, END_BREAK, 1));
	sender_start(&sender, self->far, 1000);
	EXPECT_EQ(1000, end_gets(tap, 1000));
	EXPECT_EQ(1000, task_finish(&sender.task));
	close(tap);
	EXPECT_EQ(0, set(2, "share", "\n"));
}

/*
 * Closing
 */

static int state_full(int end, int far)
{
	if (end_call(end, END_LIMIT, 10) || send_pattern(far, 1000) != 1000)
		return -EIO;
	return end_called(end, took_less, 1) ? 0 : -EIO;
}

static int state_unsent(int end, int far)
{
	if (line_set_outputs(far, TIOCM_DTR) ||
	    end_set(end, 9600, 8, 0, 1, true))
		return -EIO;
	return fill_port(end) > 0 ? 0 : -EIO;
}

static int state_break(int end, int far)
{
	(void)far;
	return end_call(end, END_BREAK, 1);
}

static int state_throttled(int end, int far)
{
	(void)far;
	return end_set(end, 9600, 8, 0, 1, true) ?:
	       end_call(end, END_THROTTLE, 1);
}

static int state_detached(int end, int far)
{
	return state_full(end, far) ?: serfwd_set_port(0, "");
}

static int state_hung_up(int end, int far)
{
	(void)end;
	(void)far;
	return set(0, "on_detach", "hangup") ?: serfwd_set_port(0, "");
}

static int state_looped(int end, int far)
{
	(void)far;
	return end_set_lines(end, TIOCM_LOOP | TIOCM_OUT1, 0);
}

static const struct {
	const char *name;
	int (*enter)(int end, int far);
} states[] = {
	{ "full", state_full },
	{ "unsent", state_unsent },
	{ "break", state_break },
	{ "throttled", state_throttled },
	{ "detached", state_detached },
	{ "hung up", state_hung_up },
	{ "looped", state_looped },
};

#define STATES	(sizeof(states) / sizeof(*states))

/* Nothing of it is left for the next user, which is the vtty. */
static bool vtty_works(int far)
{
	int vtty = line_open_raw(LINE_VTTY);
	bool works;

	if (vtty < 0)
		return false;
	if (!serfwd_has_port(0))
		serfwd_set_port(0, "ttyNM0");
	ioctl(far, TCFLSH, TCIOFLUSH);
	works = !let_send(far) && send_pattern(far, 100) == 100 &&
		tty_gets(vtty, 100) == 100 && send_pattern(vtty, 100) == 100 &&
		tty_gets(far, 100) == 100;
	works = works && lines_become(far, false, TIOCM_CTS | TIOCM_DSR,
				      TIOCM_CTS | TIOCM_DSR);
	close(vtty);
	return works;
}

TEST_F(end, closes_in_every_state)
{
	unsigned int i;

	for (i = 0; i < STATES; i++) {
		TH_LOG("%s", states[i].name);
		ASSERT_EQ(0, states[i].enter(self->end, self->far));
		ASSERT_EQ(0, end_call(self->end, END_CLOSE, 0));
		EXPECT_TRUE(lines_become(self->far, false, LINE_INPUTS, 0));
		EXPECT_TRUE(vtty_works(self->far));
		set(0, "on_detach", "hold");
		ASSERT_EQ(0, end_call(self->end, END_OPEN, 0));
		ASSERT_EQ(0, end_set_lines(self->end, BOTH, 0));
	}
}

TEST_F(end, who_has_it_is_killed)
{
	unsigned int i;
	int ready[2];
	char byte;
	pid_t pid;

	close(self->end);
	for (i = 0; i < STATES; i++) {
		TH_LOG("%s", states[i].name);
		ASSERT_EQ(0, pipe(ready));
		pid = fork();
		if (!pid) {
			self->end = end_open(0);
			byte = self->end < 0 ||
			       states[i].enter(self->end, self->far);
			if (write(ready[1], &byte, 1) == 1)
				pause();
			_exit(1);
		}
		ASSERT_EQ(1, read(ready[0], &byte, 1));
		EXPECT_EQ(0, byte);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		EXPECT_TRUE(vtty_works(self->far));
		set(0, "on_detach", "hold");
		close(ready[0]);
		close(ready[1]);
	}
	self->end = -1;
}

TEST_F(end, modules_stay_while_it_is_open)
{
	EXPECT_EQ(-1, syscall(SYS_delete_module, END_MODULE, O_NONBLOCK));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(-1, syscall(SYS_delete_module, "serfwd", O_NONBLOCK));
	EXPECT_EQ(EAGAIN, errno);
	close(self->end);
	self->end = -1;
	EXPECT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(-1, syscall(SYS_delete_module, "serfwd", O_NONBLOCK));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, end_module_unload());
}

/*
 * A real port
 */

FIXTURE(real) {
	struct line line;
	int end;
};

FIXTURE_SETUP(real)
{
	ASSERT_EQ(0, end_module_unload());
	ASSERT_EQ(0, serfwd_reload(""));
	ASSERT_EQ(0, end_module_load());
	ASSERT_EQ(0, line_init(&self->line, LINE_SYSFS, 0));
	self->end = end_open(0);
	ASSERT_GE(self->end, 0);
}

FIXTURE_TEARDOWN(real)
{
	close(self->end);
	EXPECT_EQ(0, end_module_unload());
	EXPECT_EQ(0, line_stop(&self->line));
	EXPECT_EQ(0, serfwd_unload());
}

/* The port's registers have what was asked for before it came. */
TEST_F(real, registers)
{
	struct uart_registers registers;

	ASSERT_EQ(0, end_set(self->end, 38400, 7, 1, 2, false));
	ASSERT_EQ(0, end_set_lines(self->end, TIOCM_DTR | TIOCM_OUT1, 0));
	ASSERT_EQ(0, line_attach(&self->line));
	uart_read(&self->line.uart, &registers);
	EXPECT_EQ(3, registers.divisor);
	EXPECT_EQ(UART_LCR_WLEN7 | UART_LCR_STOP | UART_LCR_PARITY,
		  registers.lcr);
	registers.mcr &= UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT1;
	EXPECT_EQ(UART_MCR_DTR | UART_MCR_OUT1, registers.mcr);
	ASSERT_EQ(0, end_call(self->end, END_BREAK, 1));
	EXPECT_TRUE(uart_lcr(&self->line.uart) & UART_LCR_SBC);
	ASSERT_EQ(0, end_call(self->end, END_BREAK, 0));
	EXPECT_FALSE(uart_lcr(&self->line.uart) & UART_LCR_SBC);
}

/* No more at a time than the UART's FIFO has room for: nothing stops the sender. */
TEST_F(real, bytes_through_a_loop_back)
{
	unsigned char sent[16], got[sizeof(sent)];
	int done;

	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_EQ(0, end_set(self->end, 115200, 8, 0, 1, false));
	ASSERT_EQ(0, end_set_lines(self->end, BOTH | TIOCM_LOOP, 0));
	for (done = 0; done < BYTES / 5; done += sizeof(sent)) {
		pattern_fill(sent, done, sizeof(sent));
		ASSERT_EQ(sizeof(sent), line_write(self->end, sent, sizeof(sent)));
		ASSERT_EQ(sizeof(got), end_read(self->end, got, NULL, sizeof(got)));
		ASSERT_EQ(0, memcmp(sent, got, sizeof(sent)));
	}
	EXPECT_EQ(0, end_call(self->end, END_DRAIN, LINE_PATIENCE));
}

TEST_HARNESS_MAIN
