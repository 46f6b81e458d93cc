// SPDX-License-Identifier: GPL-2.0
/*
 * Modem lines, break, counters, queues, closing and hanging up: what a program
 * does to a vtty happens to the real UART, and what it sees is what it would
 * see on the real port opened directly.
 *
 * In the UART's loop-back the modem status register follows the outputs, but
 * the emulated one tells nobody: no change is counted, no interrupt raised. So
 * what waits for a line (TIOCMIWAIT, an open without CLOCAL) can be shown to
 * wait here, and to be given up, but not to be ended by the line itself.
 */
#include "line-fixture.h"

#define MCR_BOTH	(UART_MCR_DTR | UART_MCR_RTS)
#define LOOPED		(TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2 | TIOCM_LOOP)

/*
 * An output, the bit of the modem control register it is, and the input that
 * the loop-back joins it to.
 */
static const struct {
	int output;
	unsigned int mcr;
	int input;
} pins[] = {
	{ TIOCM_DTR, UART_MCR_DTR, TIOCM_DSR },
	{ TIOCM_RTS, UART_MCR_RTS, TIOCM_CTS },
	{ TIOCM_OUT1, UART_MCR_OUT1, TIOCM_RI },
	{ TIOCM_OUT2, UART_MCR_OUT2, TIOCM_CAR },
};

#define STATES	(1u << ARRAY_SIZE(pins))

static int state_outputs(unsigned int state)
{
	unsigned int pin;
	int outputs = 0;

	for (pin = 0; pin < ARRAY_SIZE(pins); pin++)
		if (state & 1u << pin)
			outputs |= pins[pin].output;
	return outputs;
}

static unsigned int state_mcr(unsigned int state)
{
	unsigned int pin, mcr = 0;

	for (pin = 0; pin < ARRAY_SIZE(pins); pin++)
		if (state & 1u << pin)
			mcr |= pins[pin].mcr;
	return mcr;
}

static int state_inputs(unsigned int state)
{
	unsigned int pin;
	int inputs = 0;

	for (pin = 0; pin < ARRAY_SIZE(pins); pin++)
		if (state & 1u << pin)
			inputs |= pins[pin].input;
	return inputs;
}

/* Whoever has the port itself open sees the same. */
static void expect_real_sees(struct __test_metadata *_metadata,
			     const struct line *line, int lines)
{
	if (line->real < 0)
		return;
	EXPECT_EQ(lines, line_get(line->real));
}

/*
 * Modem lines
 */

TEST_F(line, each_state_of_the_outputs)
{
	unsigned int state;

	for (state = 0; state < STATES; state++) {
		int lines;

		ASSERT_EQ(0, line_set_outputs(self->line.fd,
					      state_outputs(state)));
		EXPECT_EQ(state_mcr(state), uart_mcr(&self->line.uart));
		lines = line_get(self->line.fd);
		ASSERT_GE(lines, 0);
		EXPECT_EQ(state_outputs(state), lines & LINE_OUTPUTS);
		expect_real_sees(_metadata, &self->line, lines);
	}
}

TEST_F(line, outputs_one_by_one)
{
	int fd = self->line.fd;
	unsigned int pin;

	for (pin = 0; pin < ARRAY_SIZE(pins); pin++) {
		unsigned int others;

		ASSERT_EQ(0, line_set_outputs(fd, LINE_OUTPUTS));
		others = uart_mcr(&self->line.uart) & ~pins[pin].mcr;
		ASSERT_EQ(0, ioctl(fd, TIOCMBIC, &pins[pin].output));
		EXPECT_EQ(others, uart_mcr(&self->line.uart));
		EXPECT_EQ(0, line_get(fd) & pins[pin].output);
		ASSERT_EQ(0, ioctl(fd, TIOCMBIS, &pins[pin].output));
		EXPECT_EQ(others | pins[pin].mcr, uart_mcr(&self->line.uart));
		EXPECT_EQ(LINE_OUTPUTS, line_get(fd) & LINE_OUTPUTS);
	}
}

TEST_F(line, loop_back_joins_outputs_to_inputs)
{
	unsigned int state;

	for (state = 0; state < STATES; state++) {
		int outputs = state_outputs(state) | TIOCM_LOOP;
		int lines;

		ASSERT_EQ(0, line_set_outputs(self->line.fd, outputs));
		EXPECT_EQ(state_mcr(state) | UART_MCR_LOOP,
			  uart_mcr(&self->line.uart));
		lines = line_get(self->line.fd);
		ASSERT_GE(lines, 0);
		EXPECT_EQ(state_inputs(state), lines & LINE_INPUTS);
		EXPECT_EQ(outputs, lines & (LINE_OUTPUTS | TIOCM_LOOP));
		expect_real_sees(_metadata, &self->line, lines);
	}
}

/* Without the loop-back: what the emulated far end holds. */
TEST_F(line, inputs_of_the_far_end)
{
	unsigned int msr = inb(self->line.uart.base + UART_MSR);
	int lines = line_get(self->line.fd);

	ASSERT_GE(lines, 0);
	EXPECT_EQ(!!(msr & UART_MSR_CTS), !!(lines & TIOCM_CTS));
	EXPECT_EQ(!!(msr & UART_MSR_DSR), !!(lines & TIOCM_DSR));
	EXPECT_EQ(!!(msr & UART_MSR_RI), !!(lines & TIOCM_RI));
	EXPECT_EQ(!!(msr & UART_MSR_DCD), !!(lines & TIOCM_CAR));
	/* Or else this shows nothing. */
	EXPECT_NE(0, lines & LINE_INPUTS);
	expect_real_sees(_metadata, &self->line, lines);
}

/* Set by somebody who has the port itself: no interrupt tells the vtty. */
TEST_F(line, outputs_set_on_the_port_itself)
{
	int rts = TIOCM_RTS;

	if (self->line.real < 0)
		SKIP(return, "nobody but the program has the port open");
	ASSERT_NE(0, line_get(self->line.fd) & TIOCM_RTS);
	ASSERT_EQ(0, ioctl(self->line.real, TIOCMBIC, &rts));
	sleep_ms(30);
	EXPECT_EQ(0, line_get(self->line.fd) & TIOCM_RTS);
}

TEST_F(line, miwait_ends_on_a_signal)
{
	struct call call;

	call_ioctl(&call, self->line.fd, TIOCMIWAIT, LINE_INPUTS);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	call_interrupt(&call);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EINTR, call.ret);
}

/*
 * Break
 */

TEST_F(line, break_on_and_off)
{
	unsigned int lcr = uart_lcr(&self->line.uart);

	ASSERT_EQ(0, lcr & UART_LCR_SBC);
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCSBRK));
	EXPECT_EQ(lcr | UART_LCR_SBC, uart_lcr(&self->line.uart));
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCCBRK));
	EXPECT_EQ(lcr, uart_lcr(&self->line.uart));
}

/* Returns how long (ms) a break was seen that the ioctl sends, or -1. */
static int break_length(struct line *line, unsigned long cmd, unsigned long arg)
{
	struct timespec start, end;
	struct call call;
	bool seen = false;

	clock_gettime(CLOCK_MONOTONIC, &start);
	call_ioctl(&call, line->fd, cmd, arg);
	while (!call_returns(&call, 10))
		seen |= uart_lcr(&line->uart) & UART_LCR_SBC;
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (!seen || call.ret || (uart_lcr(&line->uart) & UART_LCR_SBC))
		return -1;
	return (end.tv_sec - start.tv_sec) * 1000 +
	       (end.tv_nsec - start.tv_nsec) / 1000000;
}

TEST_F(line, sent_breaks_have_their_length)
{
	int length = break_length(&self->line, TCSBRK, 0);

	EXPECT_GE(length, 230);
	EXPECT_LE(length, 600);
	length = break_length(&self->line, TCSBRKP, 8);
	EXPECT_GE(length, 780);
	EXPECT_LE(length, 1300);
}

TEST_F(line, break_ends_with_the_last_close)
{
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCSBRK));
	ASSERT_NE(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
	line_close(&self->line);
	EXPECT_EQ(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
}

/*
 * Bytes and counters
 */

static int line_counted(int fd, struct serial_icounter_struct *counters)
{
	return ioctl(fd, TIOCGICOUNT, counters) ? -errno : 0;
}

TEST_F(line, counters_count)
{
	struct serial_icounter_struct before, after, real;
	int fd = self->line.fd;
	char bytes[100], back[100];
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(0, line_counted(fd, &before));
	ASSERT_EQ(sizeof(bytes), line_write(fd, bytes, sizeof(bytes)));
	ASSERT_EQ(sizeof(back), line_read(fd, back, sizeof(back)));
	EXPECT_EQ(0, memcmp(bytes, back, sizeof(back)));
	ASSERT_EQ(0, line_counted(fd, &after));

	EXPECT_EQ(sizeof(bytes), after.tx - before.tx);
	EXPECT_EQ(sizeof(bytes), after.rx - before.rx);
	EXPECT_EQ(before.frame, after.frame);
	EXPECT_EQ(before.parity, after.parity);
	EXPECT_EQ(before.overrun, after.overrun);
	EXPECT_EQ(before.brk, after.brk);
	EXPECT_EQ(before.buf_overrun, after.buf_overrun);
	EXPECT_EQ(before.cts, after.cts);
	EXPECT_EQ(before.dsr, after.dsr);
	EXPECT_EQ(before.rng, after.rng);
	EXPECT_EQ(before.dcd, after.dcd);
	if (self->line.real >= 0) {
		ASSERT_EQ(0, line_counted(self->line.real, &real));
		EXPECT_EQ(0, memcmp(&after, &real, sizeof(real)));
	}
}

TEST_F(line, drain_waits_until_all_is_out)
{
	struct serial_icounter_struct before, after;
	int fd = self->line.fd;
	struct call call;
	int empty;

	ASSERT_EQ(0, line_counted(fd, &before));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(10, line_write(fd, "0123456789", 10));
	EXPECT_EQ(10, line_queued(fd, TIOCOUTQ));
	call_ioctl(&call, fd, TCSBRK, 1);
	EXPECT_FALSE(call_returns(&call, LINE_QUIET));
	ASSERT_EQ(0, line_counted(fd, &after));
	EXPECT_EQ(before.tx, after.tx);

	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOON));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	EXPECT_EQ(0, line_queued(fd, TIOCOUTQ));
	ASSERT_EQ(0, ioctl(fd, TIOCSERGETLSR, &empty));
	EXPECT_EQ(TIOCSER_TEMT, empty);
	ASSERT_EQ(0, line_counted(fd, &after));
	EXPECT_EQ(10, after.tx - before.tx);
}

TEST_F(line, drain_ends_on_a_signal)
{
	int fd = self->line.fd;
	struct call call;

	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	call_ioctl(&call, fd, TCSBRK, 1);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	call_interrupt(&call);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EINTR, call.ret);
	EXPECT_EQ(3, line_queued(fd, TIOCOUTQ));
}

TEST_F(line, flush_of_input)
{
	int fd = self->line.fd;
	char bytes[3];

	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(4, line_write(fd, "lost", 4));
	ASSERT_EQ(4, line_await(fd, FIONREAD, 4));
	EXPECT_EQ(POLLIN | POLLOUT, line_events(fd));
	/* The other queue. */
	ASSERT_EQ(0, ioctl(fd, TCFLSH, TCOFLUSH));
	EXPECT_EQ(4, line_queued(fd, FIONREAD));
	ASSERT_EQ(0, ioctl(fd, TCFLSH, TCIFLUSH));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	EXPECT_EQ(POLLOUT, line_events(fd));
	ASSERT_EQ(3, line_write(fd, "new", 3));
	ASSERT_EQ(3, line_read(fd, bytes, 3));
	EXPECT_EQ(0, memcmp("new", bytes, 3));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
}

/* More than the reader has room for: some waits further down. */
TEST_F(line, flush_of_input_reaches_the_port)
{
	int fd = self->line.fd;
	char bytes[8000], byte;

	memset(bytes, 'x', sizeof(bytes));
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(sizeof(bytes), line_write(fd, bytes, sizeof(bytes)));
	ASSERT_EQ(0, line_await(fd, TIOCOUTQ, 0));
	sleep_ms(LINE_QUIET);
	ASSERT_GT(sizeof(bytes), line_queued(fd, FIONREAD));
	ASSERT_EQ(0, ioctl(fd, TCFLSH, TCIFLUSH));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	ASSERT_EQ(1, line_write(fd, "n", 1));
	ASSERT_EQ(1, line_read(fd, &byte, 1));
	EXPECT_EQ('n', byte);
}

TEST_F(line, nothing_is_lost_behind_a_full_reader)
{
	int fd = self->line.fd;
	char bytes[8000], back[8000];
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 7 + i / 256;
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(sizeof(bytes), line_write(fd, bytes, sizeof(bytes)));
	ASSERT_EQ(0, line_await(fd, TIOCOUTQ, 0));
	sleep_ms(LINE_QUIET);
	ASSERT_EQ(sizeof(back), line_read(fd, back, sizeof(back)));
	EXPECT_EQ(0, memcmp(bytes, back, sizeof(back)));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
}

TEST_F(line, flush_of_output)
{
	struct serial_icounter_struct before, after;
	int fd = self->line.fd;

	ASSERT_EQ(0, line_counted(fd, &before));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(10, line_write(fd, "0123456789", 10));
	/* The other queue. */
	ASSERT_EQ(0, ioctl(fd, TCFLSH, TCIFLUSH));
	EXPECT_EQ(10, line_queued(fd, TIOCOUTQ));
	ASSERT_EQ(0, ioctl(fd, TCFLSH, TCOFLUSH));
	EXPECT_EQ(0, line_queued(fd, TIOCOUTQ));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOON));
	sleep_ms(LINE_QUIET);
	ASSERT_EQ(0, line_counted(fd, &after));
	EXPECT_EQ(before.tx, after.tx);
}

/* The port's own transmit buffer is all there is. */
TEST_F(line, stopped_output_fills_up)
{
	struct pollfd room = { .fd = self->line.fd, .events = POLLOUT };
	int fd = self->line.fd;
	char bytes[8192];
	int taken = 0, ret;

	memset(bytes, 'x', sizeof(bytes));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	while ((ret = write(fd, bytes, sizeof(bytes))) > 0)
		taken += ret;
	EXPECT_EQ(EAGAIN, errno);
	/* UART_XMIT_SIZE, a page, of which one byte stays free before 6.10. */
	EXPECT_GE(taken, 4095);
	EXPECT_LE(taken, 4096);
	EXPECT_EQ(taken, line_queued(fd, TIOCOUTQ));
	EXPECT_EQ(0, line_events(fd));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOON));
	EXPECT_EQ(1, poll(&room, 1, LINE_PATIENCE));
	EXPECT_EQ(POLLOUT, room.revents);
	EXPECT_EQ(0, line_await(fd, TIOCOUTQ, 0));
}

/*
 * Flow control
 */

TEST_F(line, flow_characters_go_out_at_once)
{
	int fd = self->line.fd;
	char bytes[2];

	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCIOFF));
	ASSERT_EQ(1, line_read(fd, bytes, 1));
	EXPECT_EQ(0x13, bytes[0]);
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCION));
	ASSERT_EQ(1, line_read(fd, bytes, 1));
	EXPECT_EQ(0x11, bytes[0]);
	EXPECT_EQ(3, line_queued(fd, TIOCOUTQ));
}

/* The bytes received in loop-back are those that were sent. */
TEST_F(line, received_xoff_stops_output)
{
	struct termios2 termios = line_raw(LINE_CFLAG);
	int fd = self->line.fd;
	char bytes[4];

	termios.c_iflag = IXON;
	ASSERT_EQ(0, line_set(fd, &termios));
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(1, line_write(fd, "\x13", 1));
	sleep_ms(LINE_QUIET);
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(3, line_queued(fd, TIOCOUTQ));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	/* Sends XON, ahead of what is stopped. */
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCION));
	ASSERT_EQ(3, line_read(fd, bytes, 3));
	EXPECT_EQ(0, memcmp("abc", bytes, 3));
}

TEST_F(line, full_reader_lowers_rts)
{
	int fd = self->line.fd;
	char bytes[4000], back[4000];

	memset(bytes, 'x', sizeof(bytes));
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(sizeof(bytes), line_write(fd, bytes, sizeof(bytes)));
	EXPECT_EQ(sizeof(bytes), line_await(fd, FIONREAD, sizeof(bytes)));
	EXPECT_EQ(UART_MCR_DTR, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(sizeof(back), line_read(fd, back, sizeof(back)));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
}

/*
 * Closing and hanging up
 */

TEST_F(line, last_close_with_hupcl_lowers_both)
{
	int second = line_open_path(self->line.path, O_NONBLOCK);

	ASSERT_GE(second, 0);
	ASSERT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	close(second);
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	line_close(&self->line);
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
}

TEST_F(line, last_close_without_hupcl_leaves_them)
{
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG & ~HUPCL));
	line_close(&self->line);
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
}

/* Opening raises them again, but not at a speed of 0. */
TEST_F(line, open_at_b0_raises_nothing)
{
	ASSERT_EQ(0, line_set_cflag(self->line.fd, B0 | CS8 | CREAD | HUPCL |
				    CLOCAL));
	line_close(&self->line);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
}

TEST_F(line, open_without_clocal_waits_for_carrier)
{
	int fd = self->line.fd;
	struct call call;

	ASSERT_EQ(0, line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_LOOP));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG & ~CLOCAL));
	ASSERT_EQ(0, line_get(fd) & TIOCM_CAR);
	call_open(&call, self->line.path);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	call_interrupt(&call);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EINTR, call.ret);

	/* The carrier being there, there is nothing to wait for. */
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_NE(0, line_get(fd) & TIOCM_CAR);
	call_open(&call, self->line.path);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	close(call.fd);

	/* Nor with CLOCAL. */
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG));
	ASSERT_EQ(0, line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_LOOP));
	call_open(&call, self->line.path);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	close(call.fd);
}

/* Hang a line up: it takes somebody whose controlling terminal it is. */
static int hang_up(const char *path)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int fd;

		signal(SIGHUP, SIG_IGN);
		setsid();
		fd = line_open_path(path, O_NONBLOCK);
		if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
			_exit(1);
		_exit(vhangup() ? 2 : 0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_hung_up(struct __test_metadata *_metadata, int fd)
{
	char byte;

	EXPECT_EQ(0, read(fd, &byte, 1));
	EXPECT_EQ(-1, write(fd, "x", 1));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-EIO, line_get(fd));
	EXPECT_EQ(-EIO, line_set_outputs(fd, 0));
	EXPECT_EQ(-EIO, line_set_cflag(fd, LINE_CFLAG));
	EXPECT_NE(0, line_events(fd) & POLLHUP);
}

TEST_F(line, hang_up_with_hupcl)
{
	int fd = self->line.fd;
	char bytes[3];

	ASSERT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, hang_up(self->line.path));
	expect_hung_up(_metadata, fd);
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & MCR_BOTH);

	/* The link is none the worse for it. */
	line_close(&self->line);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_set_outputs(self->line.fd, LOOPED));
	ASSERT_EQ(3, line_write(self->line.fd, "abc", 3));
	ASSERT_EQ(3, line_read(self->line.fd, bytes, 3));
	EXPECT_EQ(0, memcmp("abc", bytes, 3));
}

/* The hung up user keeps his file while others open the line anew. */
TEST_F(line, hang_up_without_hupcl)
{
	int hung = self->line.fd;

	ASSERT_EQ(0, line_set_cflag(hung, LINE_CFLAG & ~HUPCL));
	ASSERT_EQ(0, hang_up(self->line.path));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_open(&self->line));
	expect_hung_up(_metadata, hung);
	close(hung);
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
	EXPECT_EQ(0, line_set_outputs(self->line.fd, LINE_OUTPUTS));
	EXPECT_EQ(state_mcr(STATES - 1), uart_mcr(&self->line.uart));
}

/*
 * A vtty whose port comes and goes
 */

TEST_F(link, nothing_to_write_to)
{
	struct pollfd room = { .events = POLLOUT };
	char bytes[3];
	int fd;

	ASSERT_EQ(0, line_open(&self->line));
	fd = self->line.fd;
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG));
	EXPECT_EQ(-1, write(fd, "abc", 3));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, line_events(fd));
	EXPECT_EQ(0, line_queued(fd, TIOCOUTQ));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	/* Nothing is unsent. */
	EXPECT_EQ(0, ioctl(fd, TCSBRK, 1));

	ASSERT_EQ(0, line_attach(&self->line));
	room.fd = fd;
	EXPECT_EQ(1, poll(&room, 1, LINE_PATIENCE));
	EXPECT_EQ(POLLOUT, room.revents);
	ASSERT_EQ(0, line_set_outputs(fd, LOOPED));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	ASSERT_EQ(3, line_read(fd, bytes, 3));
	EXPECT_EQ(0, memcmp("abc", bytes, 3));

	ASSERT_EQ(0, line_detach(&self->line));
	EXPECT_EQ(0, line_events(fd));
	EXPECT_EQ(-1, write(fd, "abc", 3));
	EXPECT_EQ(EAGAIN, errno);
}

/* Writes that wait go on when a port comes, with all of their bytes. */
TEST_F(link, waiting_writer_goes_on)
{
	struct pollfd room = { .events = POLLOUT };
	pid_t writer;
	char bytes[5];
	int outputs = LOOPED;
	int status;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG));
	ASSERT_EQ(0, line_set_outputs(self->line.fd, outputs));
	writer = fork();
	ASSERT_GE(writer, 0);
	if (!writer) {
		int fd = line_open_path(self->line.path, 0);

		alarm(LINE_PATIENCE / 1000);
		_exit(write(fd, "hello", 5) == 5 ? 0 : 1);
	}
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, waitpid(writer, &status, WNOHANG));
	ASSERT_EQ(0, line_attach(&self->line));
	room.fd = self->line.fd;
	EXPECT_EQ(1, poll(&room, 1, LINE_PATIENCE));
	EXPECT_EQ(writer, waitpid(writer, &status, 0));
	EXPECT_EQ(0, status);
	ASSERT_EQ(5, line_read(self->line.fd, bytes, 5));
	EXPECT_EQ(0, memcmp("hello", bytes, 5));
}

TEST_F(link, lines_without_a_port)
{
	int fd;

	ASSERT_EQ(0, line_open(&self->line));
	fd = self->line.fd;
	EXPECT_EQ(TIOCM_DTR | TIOCM_RTS, line_get(fd));
	EXPECT_EQ(0, line_set_outputs(fd, TIOCM_RTS | TIOCM_OUT1));
	EXPECT_EQ(TIOCM_RTS | TIOCM_OUT1, line_get(fd));
	EXPECT_EQ(-1, ioctl(fd, TIOCMIWAIT, LINE_INPUTS));
	EXPECT_EQ(EIO, errno);
}

TEST_F(link, outputs_while_detached_are_applied)
{
	unsigned int state;

	ASSERT_EQ(0, line_open(&self->line));
	for (state = 0; state < STATES; state++) {
		ASSERT_EQ(0, line_set_outputs(self->line.fd,
					      state_outputs(state)));
		ASSERT_EQ(0, line_attach(&self->line));
		/* OUT2 lets the port's interrupts through. */
		EXPECT_EQ(state_mcr(state) & ~UART_MCR_OUT2,
			  uart_mcr(&self->line.uart) & ~UART_MCR_OUT2);
		EXPECT_EQ(state_outputs(state) & ~TIOCM_OUT2,
			  line_get(self->line.fd) & LINE_OUTPUTS & ~TIOCM_OUT2);
		ASSERT_EQ(0, line_detach(&self->line));
	}
}

/* Or else the next bytes would come back. */
TEST_F(link, loop_back_ended_while_detached_is_ended)
{
	ASSERT_EQ(0, line_start(&self->line));
	ASSERT_EQ(0, line_set_outputs(self->line.fd, LOOPED));
	ASSERT_NE(0, uart_mcr(&self->line.uart) & UART_MCR_LOOP);
	ASSERT_EQ(0, line_detach(&self->line));
	ASSERT_EQ(0, line_set_outputs(self->line.fd, TIOCM_DTR | TIOCM_RTS));
	ASSERT_EQ(0, line_attach(&self->line));
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & UART_MCR_LOOP);
	EXPECT_EQ(0, line_get(self->line.fd) & TIOCM_LOOP);
}

TEST_F(link, break_while_detached_is_applied)
{
	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCSBRK));
	ASSERT_EQ(0, line_attach(&self->line));
	EXPECT_NE(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCCBRK));
	EXPECT_EQ(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
}

/* An attached port without anybody at the vtty is as good as closed. */
TEST_F(link, closed_vtty_keeps_the_outputs_low)
{
	ASSERT_EQ(0, line_attach(&self->line));
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & MCR_BOTH);
	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(MCR_BOTH, uart_mcr(&self->line.uart) & MCR_BOTH);
}

/* Output that was stopped at the vtty does not leave the port stopped. */
TEST_F(link, detached_port_is_not_left_stopped)
{
	struct serial_icounter_struct before, after;
	char path[48];
	int fd;

	ASSERT_EQ(0, line_start(&self->line));
	ASSERT_EQ(0, ioctl(self->line.fd, TCXONC, TCOOFF));
	ASSERT_EQ(0, ioctl(self->line.fd, TIOCSBRK));
	ASSERT_EQ(0, line_detach(&self->line));
	snprintf(path, sizeof(path), "/dev/%s", self->line.port);
	fd = line_open_path(path, O_NONBLOCK);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, line_counted(fd, &before));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	EXPECT_EQ(0, line_await(fd, TIOCOUTQ, 0));
	ASSERT_EQ(0, line_counted(fd, &after));
	EXPECT_EQ(3, after.tx - before.tx);
	EXPECT_EQ(0, uart_lcr(&self->line.uart) & UART_LCR_SBC);
	close(fd);
}

TEST_F(link, stop_outlives_a_new_port)
{
	int fd;

	ASSERT_EQ(0, line_start(&self->line));
	fd = self->line.fd;
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(0, line_detach(&self->line));
	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(3, line_queued(fd, TIOCOUTQ));
	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOON));
	EXPECT_EQ(0, line_await(fd, TIOCOUTQ, 0));
}

TEST_F(link, miwait_ends_when_the_port_goes)
{
	struct call call;

	ASSERT_EQ(0, line_start(&self->line));
	call_ioctl(&call, self->line.fd, TIOCMIWAIT, LINE_INPUTS);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	ASSERT_EQ(0, line_detach(&self->line));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EIO, call.ret);
}

/* A real port's goes on waiting in Linux 6.1: not compared. */
TEST_F(link, miwait_ends_on_hang_up)
{
	struct call call;

	ASSERT_EQ(0, line_start(&self->line));
	call_ioctl(&call, self->line.fd, TIOCMIWAIT, LINE_INPUTS);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	ASSERT_EQ(0, hang_up(self->line.path));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EIO, call.ret);
}

/* No port, no carrier; the emulated far end of a port holds it high. */
TEST_F(link, open_without_clocal_waits_for_a_port)
{
	struct call call;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG & ~CLOCAL));
	line_close(&self->line);
	call_open(&call, self->line.path);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	EXPECT_NE(0, line_get(call.fd) & TIOCM_CAR);
	close(call.fd);
}

TEST_F(link, open_that_waits_ends_on_a_signal)
{
	struct call call;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG & ~CLOCAL));
	line_close(&self->line);
	call_open(&call, self->line.path);
	ASSERT_FALSE(call_returns(&call, LINE_QUIET));
	call_interrupt(&call);
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(-EINTR, call.ret);
}

TEST_HARNESS_MAIN
