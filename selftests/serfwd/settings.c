// SPDX-License-Identifier: GPL-2.0
/*
 * Every setting made on a vtty is made on the real port, as the UART's own
 * registers show; and whatever can be read back is what the same steps give on
 * the real port opened directly.
 */
#include "line-fixture.h"

#define SETTINGS_MAX	64

/**
 * struct step - one setting
 * @cflag: c_cflag
 * @iflag: c_iflag
 * @speed: in baud, if @cflag says BOTHER
 * @start: VSTART, 0 for the usual
 * @stop: VSTOP, 0 for the usual
 */
struct step {
	tcflag_t cflag;
	tcflag_t iflag;
	speed_t speed;
	cc_t start;
	cc_t stop;
};

static struct termios2 step_termios(const struct step *step)
{
	struct termios2 termios = line_raw(step->cflag);

	termios.c_iflag = step->iflag;
	termios.c_ispeed = step->speed;
	termios.c_ospeed = step->speed;
	if (step->start)
		termios.c_cc[VSTART] = step->start;
	if (step->stop)
		termios.c_cc[VSTOP] = step->stop;
	return termios;
}

/* Make the settings one by one; states[i] is what is seen after steps[i]. */
static int steps_run(struct line *line, const struct step *steps,
		     unsigned int count, struct line_state *states)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++) {
		struct termios2 termios = step_termios(&steps[i]);

		ret = line_set(line->fd, &termios);
		if (!ret)
			ret = line_look(line, &states[i]);
	}
	return ret;
}

/* The same on the port opened directly. No vtty may have it. */
static int steps_run_directly(const struct step *steps, unsigned int count,
			      struct line_state *states)
{
	struct line line;
	int ret = line_init(&line, LINE_DIRECT, 0);

	if (!ret)
		ret = line_start(&line);
	if (!ret)
		ret = steps_run(&line, steps, count, states);
	return ret ?: line_stop(&line);
}

static void expect_same(struct __test_metadata *_metadata, unsigned int step,
			const struct line_state *wanted,
			const struct line_state *seen)
{
	const struct termios2 *want = &wanted->termios;
	const struct termios2 *got = &seen->termios;

	EXPECT_EQ(want->c_iflag, got->c_iflag) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_oflag, got->c_oflag) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_cflag, got->c_cflag) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_lflag, got->c_lflag) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_line, got->c_line) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_ispeed, got->c_ispeed) { TH_LOG("step %u", step); }
	EXPECT_EQ(want->c_ospeed, got->c_ospeed) { TH_LOG("step %u", step); }
	EXPECT_EQ(0, memcmp(want->c_cc, got->c_cc, sizeof(got->c_cc))) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(wanted->lines, seen->lines) { TH_LOG("step %u", step); }
	EXPECT_EQ(wanted->registers.divisor, seen->registers.divisor) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(wanted->registers.lcr, seen->registers.lcr) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(wanted->registers.mcr, seen->registers.mcr) {
		TH_LOG("step %u", step);
	}
}

/* The real port's tty says of itself what the vtty says. */
static void expect_real_agrees(struct __test_metadata *_metadata,
			       unsigned int step, const struct line *line,
			       const struct line_state *seen)
{
	const tcflag_t flow = IXON | IXOFF | IXANY;
	const struct termios2 *vtty = &seen->termios;
	struct termios2 real;

	if (line->real < 0)
		return;
	ASSERT_EQ(0, ioctl(line->real, TCGETS2, &real));
	/* A lost carrier is the vtty's business: see CLOCAL in control.c. */
	EXPECT_EQ(vtty->c_cflag | CLOCAL, real.c_cflag) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(vtty->c_ispeed, real.c_ispeed) { TH_LOG("step %u", step); }
	EXPECT_EQ(vtty->c_ospeed, real.c_ospeed) { TH_LOG("step %u", step); }
	EXPECT_EQ(vtty->c_iflag & flow, real.c_iflag & flow) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(vtty->c_cc[VSTART], real.c_cc[VSTART]) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(vtty->c_cc[VSTOP], real.c_cc[VSTOP]) {
		TH_LOG("step %u", step);
	}
	EXPECT_EQ(seen->lines, line_get(line->real)) { TH_LOG("step %u", step); }
}

/*
 * Run the steps on the line one by one, and compare with the reference after
 * each. The states that were seen are left in states.
 */
static void expect_as_direct(struct __test_metadata *_metadata,
			     struct line *line, const struct step *steps,
			     unsigned int count, struct line_state *states)
{
	struct line_state wanted[SETTINGS_MAX];
	enum line_way way = line->way;
	unsigned int i;

	ASSERT_GE(SETTINGS_MAX, count);
	/* The port is needed for the reference. */
	ASSERT_EQ(0, line_stop(line));
	ASSERT_EQ(0, steps_run_directly(steps, count, wanted));
	ASSERT_EQ(0, serfwd_reload(""));
	ASSERT_EQ(0, line_init(line, way, 0));
	ASSERT_EQ(0, line_start(line));

	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, steps_run(line, &steps[i], 1, &states[i]));
		expect_same(_metadata, i, &wanted[i], &states[i]);
		expect_real_agrees(_metadata, i, line, &states[i]);
	}
}

/*
 * Speeds
 */

static const struct {
	tcflag_t code;
	unsigned int baud;
} speeds[] = {
	{ B50, 50 }, { B75, 75 }, { B110, 110 }, { B134, 134 },
	{ B150, 150 }, { B200, 200 }, { B300, 300 }, { B600, 600 },
	{ B1200, 1200 }, { B1800, 1800 }, { B2400, 2400 }, { B4800, 4800 },
	{ B9600, 9600 }, { B19200, 19200 }, { B38400, 38400 },
	{ B57600, 57600 }, { B115200, 115200 },
};

static unsigned int divisor_of(unsigned int baud)
{
	return (UART_CLOCK + baud / 2) / baud;
}

TEST_F(line, each_speed_with_a_name)
{
	struct line_state states[ARRAY_SIZE(speeds)];
	struct step steps[ARRAY_SIZE(speeds)] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(speeds); i++)
		steps[i].cflag = speeds[i].code | CS8 | CREAD | HUPCL | CLOCAL;
	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	for (i = 0; i < ARRAY_SIZE(speeds); i++) {
		EXPECT_EQ(divisor_of(speeds[i].baud),
			  states[i].registers.divisor) {
			TH_LOG("%u baud", speeds[i].baud);
		}
		EXPECT_EQ(speeds[i].baud, states[i].termios.c_ospeed);
	}
}

/* The old struct termios, which tcsetattr() of the C library uses. */
TEST_F(line, speeds_by_tcsetattr)
{
	struct line_state state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(speeds); i++) {
		struct termios termios = {
			.c_cflag = speeds[i].code | CS8 | CREAD | CLOCAL,
			.c_cc[VMIN] = 1,
		};

		ASSERT_EQ(0, ioctl(self->line.fd, TCSETS, &termios));
		ASSERT_EQ(0, line_look(&self->line, &state));
		EXPECT_EQ(divisor_of(speeds[i].baud), state.registers.divisor);
		ASSERT_EQ(0, ioctl(self->line.fd, TCGETS, &termios));
		EXPECT_EQ(speeds[i].code, termios.c_cflag & CBAUD);
	}
}

/* A speed that the UART cannot do is refused, or rounded, in the 8250 driver's way. */
TEST_F(line, each_other_speed)
{
	static const speed_t odd[] = {
		45, 77, 301, 1000, 7200, 12345, 14400, 28800, 31250, 57601,
		60000, 76800, 115199, 115201, 117000, 128000, 12345, 230400,
		250000, 4000000, 1, 2, 57599, 0,
	};
	struct line_state states[ARRAY_SIZE(odd)];
	struct step steps[ARRAY_SIZE(odd)] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		steps[i].cflag = BOTHER | CS8 | CREAD | HUPCL | CLOCAL;
		steps[i].speed = odd[i];
	}
	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	EXPECT_EQ(divisor_of(12345), states[5].registers.divisor);
	EXPECT_EQ(12345, states[5].termios.c_ospeed);
}

/* Names of speeds no 16550 with the usual crystal has. */
TEST_F(line, each_speed_too_fast)
{
	static const struct step steps[] = {
		{ .cflag = B19200 | CS8 | CREAD | CLOCAL },
		{ .cflag = B230400 | CS8 | CREAD | CLOCAL },
		{ .cflag = B2400 | CS7 | CREAD | CLOCAL },
		{ .cflag = B921600 | CS8 | CREAD | CLOCAL },
		{ .cflag = B4000000 | CS8 | CREAD | CLOCAL },
	};
	struct line_state states[ARRAY_SIZE(steps)];

	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	/* The speed before is kept. */
	EXPECT_EQ(divisor_of(19200), states[1].registers.divisor);
	EXPECT_EQ(19200, states[1].termios.c_ospeed);
}

/* Input and output at different speeds is nothing a 16550 can do. */
TEST_F(line, split_speeds)
{
	static const struct step steps[] = {
		{ .cflag = B9600 | B1200 << IBSHIFT | CS8 | CREAD | CLOCAL },
		{ .cflag = B2400 | B2400 << IBSHIFT | CS8 | CREAD | CLOCAL },
		{ .cflag = B4800 | CS8 | CREAD | CLOCAL },
	};
	struct line_state states[ARRAY_SIZE(steps)];

	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	EXPECT_EQ(divisor_of(9600), states[0].registers.divisor);
}

/*
 * Format
 */

static const struct {
	tcflag_t cflag;
	unsigned int lcr;
} sizes[] = {
	{ CS5, UART_LCR_WLEN5 }, { CS6, UART_LCR_WLEN6 },
	{ CS7, UART_LCR_WLEN7 }, { CS8, UART_LCR_WLEN8 },
}, parities[] = {
	{ 0, 0 },
	{ PARENB, UART_LCR_PARITY | UART_LCR_EPAR },
	{ PARENB | PARODD, UART_LCR_PARITY },
	/* space and mark */
	{ PARENB | CMSPAR, UART_LCR_PARITY | UART_LCR_EPAR | UART_LCR_SPAR },
	{ PARENB | PARODD | CMSPAR, UART_LCR_PARITY | UART_LCR_SPAR },
}, stops[] = {
	{ 0, 0 }, { CSTOPB, UART_LCR_STOP },
};

#define FORMATS \
	(ARRAY_SIZE(sizes) * ARRAY_SIZE(parities) * ARRAY_SIZE(stops))

TEST_F(line, each_format)
{
	struct step steps[FORMATS] = {};
	struct line_state states[FORMATS];
	unsigned int lcr[FORMATS];
	unsigned int size, parity, stop, i = 0;

	for (size = 0; size < ARRAY_SIZE(sizes); size++)
		for (parity = 0; parity < ARRAY_SIZE(parities); parity++)
			for (stop = 0; stop < ARRAY_SIZE(stops); stop++) {
				steps[i].cflag = B9600 | CREAD | CLOCAL |
						 sizes[size].cflag |
						 parities[parity].cflag |
						 stops[stop].cflag;
				lcr[i++] = sizes[size].lcr |
					   parities[parity].lcr |
					   stops[stop].lcr;
			}
	expect_as_direct(_metadata, &self->line, steps, FORMATS, states);
	for (i = 0; i < FORMATS; i++) {
		EXPECT_EQ(lcr[i], uart_format(states[i].registers.lcr)) {
			TH_LOG("c_cflag %#x", steps[i].cflag);
		}
	}
}

/*
 * Flow control and the rest
 */

TEST_F(line, each_flag)
{
	static const tcflag_t plain = B9600 | CS8 | CREAD | CLOCAL;
	const struct step steps[] = {
		{ .cflag = plain },
		{ .cflag = plain | CRTSCTS },
		{ .cflag = plain | HUPCL },
		{ .cflag = plain & ~CLOCAL },
		{ .cflag = plain & ~CREAD },
		{ .cflag = plain | PARODD },
		{ .cflag = plain | CMSPAR },
		{ .cflag = plain, .iflag = IXON },
		{ .cflag = plain, .iflag = IXOFF },
		{ .cflag = plain, .iflag = IXON | IXOFF | IXANY },
		{ .cflag = plain, .iflag = IXON | IXOFF,
		  .start = 0x42, .stop = 0x43 },
		{ .cflag = plain | CRTSCTS, .iflag = IXON | IXOFF },
		{ .cflag = plain | PARENB, .iflag = INPCK },
		{ .cflag = plain | PARENB, .iflag = INPCK | PARMRK },
		{ .cflag = plain | PARENB, .iflag = IGNPAR | IGNBRK },
		{ .cflag = plain, .iflag = BRKINT | ISTRIP | ICRNL },
		{ .cflag = plain },
	};
	struct line_state states[ARRAY_SIZE(steps)];
	unsigned int i;

	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		EXPECT_EQ(steps[i].cflag, states[i].termios.c_cflag) {
			TH_LOG("step %u", i);
		}
	}
}

TEST_F(line, b0_hangs_up)
{
	static const tcflag_t rest = CS8 | CREAD | CLOCAL;
	static const struct step steps[] = {
		{ .cflag = B9600 | rest },
		{ .cflag = B0 | rest },
		{ .cflag = B0 | rest | CSTOPB },
		{ .cflag = B2400 | rest },
		{ .cflag = B2400 | rest | CRTSCTS },
		{ .cflag = B0 | rest | CRTSCTS },
		{ .cflag = B2400 | rest | CRTSCTS },
	};
	static const unsigned int both = UART_MCR_DTR | UART_MCR_RTS;
	struct line_state states[ARRAY_SIZE(steps)];
	unsigned int i;

	expect_as_direct(_metadata, &self->line, steps, ARRAY_SIZE(steps),
			 states);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		EXPECT_EQ(steps[i].cflag & CBAUD ? both : 0,
			  states[i].registers.mcr & both) {
			TH_LOG("step %u", i);
		}
	}
}

/* Leaving B0 raises both, whatever they were before; see uart_set_termios(). */
TEST_F(line, b0_after_lowered_outputs)
{
	struct line_state state;

	ASSERT_EQ(0, line_set_outputs(self->line.fd, TIOCM_DTR | TIOCM_OUT2));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, B0 | CS8 | CREAD | CLOCAL));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(UART_MCR_OUT2, state.registers.mcr);
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2,
		  state.registers.mcr);
}

/* Outputs and a break survive, or not, what they do on a real port. */
TEST_F(line, settings_leave_outputs_alone)
{
	struct line_state state;
	int outputs = TIOCM_RTS | TIOCM_OUT1;

	ASSERT_EQ(0, line_set_outputs(self->line.fd, outputs));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, B1200 | CS7 | CREAD | CLOCAL));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(UART_MCR_RTS | UART_MCR_OUT1, state.registers.mcr);
	EXPECT_EQ(outputs, state.lines & LINE_OUTPUTS);
}

/* Bytes that the receiver is not to take: the loop-back shows it. */
TEST_F(line, cread_off_receives_nothing)
{
	int fd = self->line.fd;
	char byte;

	ASSERT_EQ(0, line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2 |
				      TIOCM_LOOP));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG & ~CREAD));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG));
	ASSERT_EQ(1, line_write(fd, "d", 1));
	ASSERT_EQ(1, line_read(fd, &byte, 1));
	EXPECT_EQ('d', byte);
}

/* CTS is low in loop-back when RTS is; no interrupt tells when it comes. */
TEST_F(line, crtscts_holds_output)
{
	int fd = self->line.fd;
	char bytes[3];

	ASSERT_EQ(0, line_set_outputs(fd, TIOCM_DTR | TIOCM_OUT2 | TIOCM_LOOP));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG | CRTSCTS));
	ASSERT_EQ(3, line_write(fd, "abc", 3));
	sleep_ms(LINE_QUIET);
	EXPECT_EQ(3, line_queued(fd, TIOCOUTQ));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	ASSERT_EQ(0, line_set_cflag(fd, LINE_CFLAG));
	ASSERT_EQ(3, line_read(fd, bytes, 3));
	EXPECT_EQ(0, memcmp("abc", bytes, 3));
}

/*
 * RS-485, which no emulated 16550 has: the vtty says what the port says.
 */
TEST_F(line, rs485_is_the_ports)
{
	struct serial_rs485 rs485, wanted = {
		.flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND,
	};
	static const struct serial_rs485 off;
	int fd = self->line.fd;

	memset(&rs485, 0xff, sizeof(rs485));
	ASSERT_EQ(0, ioctl(fd, TIOCGRS485, &rs485));
	EXPECT_EQ(0, memcmp(&rs485, &off, sizeof(off)));
	EXPECT_EQ(-1, ioctl(fd, TIOCSRS485, &wanted));
	EXPECT_EQ(ENOTTY, errno);
	ASSERT_EQ(0, ioctl(fd, TIOCGRS485, &rs485));
	EXPECT_EQ(0, memcmp(&rs485, &off, sizeof(off)));
	EXPECT_EQ(-1, ioctl(fd, TIOCGRS485, NULL));
	EXPECT_EQ(EFAULT, errno);
}

/*
 * When settings take effect
 */

TEST_F(line, tcsetsw_waits_for_output)
{
	struct termios2 later = line_raw(B1200 | CS7 | PARENB | CREAD | CLOCAL);
	int fd = self->line.fd;
	struct line_state state;
	struct call call;

	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOOFF));
	ASSERT_EQ(8, line_write(fd, "12345678", 8));
	call_ioctl(&call, fd, TCSETSW2, (unsigned long)&later);
	EXPECT_FALSE(call_returns(&call, LINE_QUIET));
	EXPECT_EQ(UART_LCR_WLEN8, uart_format(uart_lcr(&self->line.uart)));
	EXPECT_EQ(8, line_queued(fd, TIOCOUTQ));

	ASSERT_EQ(0, ioctl(fd, TCXONC, TCOON));
	ASSERT_TRUE(call_returns(&call, LINE_PATIENCE));
	EXPECT_EQ(0, call.ret);
	EXPECT_EQ(0, line_queued(fd, TIOCOUTQ));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(UART_LCR_WLEN7 | UART_LCR_PARITY | UART_LCR_EPAR,
		  state.registers.lcr);
	EXPECT_EQ(divisor_of(1200), state.registers.divisor);
}

TEST_F(line, tcsetsf_drops_input)
{
	struct termios2 later = line_raw(B2400 | CS8 | CREAD | CLOCAL);
	int fd = self->line.fd;
	struct line_state state;
	char byte;

	ASSERT_EQ(0, line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2 |
				      TIOCM_LOOP));
	ASSERT_EQ(4, line_write(fd, "lost", 4));
	ASSERT_EQ(4, line_await(fd, FIONREAD, 4));
	ASSERT_EQ(0, ioctl(fd, TCSETSF2, &later));
	EXPECT_EQ(0, line_queued(fd, FIONREAD));
	ASSERT_EQ(1, line_write(fd, "k", 1));
	ASSERT_EQ(1, line_read(fd, &byte, 1));
	EXPECT_EQ('k', byte);
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(divisor_of(2400), state.registers.divisor);
}

TEST_F(line, settings_outlive_a_close)
{
	struct line_state before, after;

	ASSERT_EQ(0, line_set_cflag(self->line.fd,
				    B1200 | CS7 | PARENB | PARODD | CREAD |
				    CLOCAL));
	ASSERT_EQ(0, line_look(&self->line, &before));
	line_close(&self->line);
	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_look(&self->line, &after));
	expect_same(_metadata, 0, &before, &after);
	EXPECT_EQ(divisor_of(1200), after.registers.divisor);
	EXPECT_EQ(UART_LCR_WLEN7 | UART_LCR_PARITY, after.registers.lcr);
}

/* A port's own users may look, not set: it would go its own way. */
TEST_F(line, port_itself_refuses_settings)
{
	struct termios2 other = line_raw(B1200 | CS7 | CREAD | CLOCAL);
	struct line_state before, after;

	if (self->line.real < 0)
		SKIP(return, "nobody but the program has the port open");
	ASSERT_EQ(0, line_look(&self->line, &before));
	EXPECT_EQ(-EBUSY, line_set(self->line.real, &other));
	EXPECT_EQ(-1, ioctl(self->line.real, TCSETSW2, &other));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(-1, ioctl(self->line.real, TCSETSF2, &other));
	EXPECT_EQ(EBUSY, errno);
	ASSERT_EQ(0, line_look(&self->line, &after));
	expect_same(_metadata, 0, &before, &after);
}

/*
 * Settings and the coming of a port
 */

TEST_F(link, settings_while_detached_are_applied)
{
	tcflag_t cflag = B2400 | CS7 | PARENB | CSTOPB | CREAD | CLOCAL;
	struct line_state state;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, cflag));
	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(divisor_of(2400), state.registers.divisor);
	EXPECT_EQ(UART_LCR_WLEN7 | UART_LCR_STOP | UART_LCR_PARITY |
		  UART_LCR_EPAR, state.registers.lcr);
	EXPECT_EQ(cflag, state.termios.c_cflag);
	expect_real_agrees(_metadata, 0, &self->line, &state);
}

/* Made by a program that is gone when the port comes. */
TEST_F(link, settings_of_a_closed_vtty_are_applied)
{
	struct line_state state;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd,
				    B4800 | CS6 | CREAD | CLOCAL));
	line_close(&self->line);
	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(divisor_of(4800), state.registers.divisor);
	EXPECT_EQ(UART_LCR_WLEN6, uart_format(state.registers.lcr));
	expect_real_agrees(_metadata, 0, &self->line, &state);
}

TEST_F(link, speed_no_port_has_is_corrected_when_one_comes)
{
	struct step fast = {
		.cflag = BOTHER | CS8 | CREAD | CLOCAL,
		.speed = 4000000,
	};
	struct termios2 termios = step_termios(&fast);
	struct line_state state;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set(self->line.fd, &termios));
	ASSERT_EQ(0, line_attach(&self->line));
	ASSERT_EQ(0, line_look(&self->line, &state));
	/* Whatever it is set to, that is to be read back. */
	ASSERT_NE(0, state.registers.divisor);
	EXPECT_EQ(UART_CLOCK / state.registers.divisor,
		  state.termios.c_ospeed);
	expect_real_agrees(_metadata, 0, &self->line, &state);
}

TEST_F(link, b0_while_detached_keeps_the_outputs_low)
{
	struct line_state state;

	ASSERT_EQ(0, line_open(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, B0 | CS8 | CREAD | CLOCAL));
	ASSERT_EQ(0, line_attach(&self->line));
	EXPECT_EQ(0, uart_mcr(&self->line.uart) & (UART_MCR_DTR | UART_MCR_RTS));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, LINE_CFLAG));
	ASSERT_EQ(0, line_look(&self->line, &state));
	EXPECT_EQ(UART_MCR_DTR | UART_MCR_RTS,
		  state.registers.mcr & (UART_MCR_DTR | UART_MCR_RTS));
	EXPECT_EQ(divisor_of(9600), state.registers.divisor);
}

/* The next port starts out as the vtty left the last one. */
TEST_F(link, rs485_without_a_port)
{
	struct serial_rs485 rs485 = {};

	ASSERT_EQ(0, line_open(&self->line));
	EXPECT_EQ(-1, ioctl(self->line.fd, TIOCGRS485, &rs485));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-1, ioctl(self->line.fd, TIOCSRS485, &rs485));
	EXPECT_EQ(EIO, errno);
}

TEST_F(link, another_port_gets_the_same_settings)
{
	struct line other;
	struct line_state before, after;

	if (line_init(&other, variant->way, 1))
		SKIP(return, "needs a second port");
	ASSERT_EQ(0, line_start(&self->line));
	ASSERT_EQ(0, line_set_cflag(self->line.fd, B19200 | CS7 | PARENB |
				    PARODD | CSTOPB | CREAD | CLOCAL));
	ASSERT_EQ(0, line_set_outputs(self->line.fd,
				      TIOCM_RTS | TIOCM_OUT1 | TIOCM_OUT2));
	ASSERT_EQ(0, line_look(&self->line, &before));
	ASSERT_EQ(0, line_detach(&self->line));

	other.fd = self->line.fd;
	ASSERT_EQ(0, line_attach(&other));
	ASSERT_EQ(0, line_look(&other, &after));
	expect_same(_metadata, 0, &before, &after);
	expect_real_agrees(_metadata, 0, &other, &after);
	EXPECT_EQ(0, line_detach(&other));
}

TEST_HARNESS_MAIN
