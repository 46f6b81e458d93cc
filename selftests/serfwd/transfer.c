// SPDX-License-Identifier: GPL-2.0
/*
 * transfer - move bytes both ways at once through serfwd and a real port
 *
 * For each PORT=FAR, PORT is a pseudo-UART with a real port attached, FAR the
 * control device of that port's far end. Both ends send the stream of a seed in
 * messages of 1 to 4096 bytes, check each byte that arrives, and stop reading
 * at random. By mode, these keep the bytes that nobody reads from being lost:
 *
 * xonxoff	XON and XOFF, which both ends send and obey. The stream is
 *		without these two.
 * window	towards the pseudo-UART, that the far end sends no further than
 *		WINDOW bytes beyond what it knows to have been read; away from
 *		it, that the wire does not take more. All 256 values.
 * overrun	nothing: the far end sends, nobody reads. The control experiment:
 *		what is lost must be what the UART counts as lost.
 *
 * One poll loop that never waits for one thing alone. A wrong byte, and 30 s
 * in which nothing moves, end it at once.
 */
#include <getopt.h>
#include <inttypes.h>
#include <linux/serial.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "stream.h"
#include "transfer_far.h"

#define MAX_PORTS	8
#define WINDOW		65536u
#define STALL_SECONDS	30
#define PROGRESS_SECONDS	10
/* A transfer is over when nothing more comes for so long. */
#define SETTLE_MS	300

/*
 * The reader's stops: every 64 KiB and for 100 ms on average, each 4th until the line
 * discipline is full, which is looked at from time to time, or until nothing more comes:
 * then the next one. However slow the port is, that is as long as it takes.
 */
#define STOP_BYTES	131072u
#define STOP_NS		200000000u
#define LOOK_NS		50000000u

/* The bytes that n_tty takes when nobody reads. The rest waits in the port itself. */
#define LDISC_ROOM	4096u
/* With so much less room it sends XOFF: drivers/tty/n_tty.c. */
#define LDISC_THRESHOLD	128u

enum mode { XONXOFF, WINDOW_ACKED, OVERRUN, MODES };

static const char * const mode_names[MODES] = { "xonxoff", "window", "overrun" };

/* The stream out of the pseudo-UART. */
struct incoming {
	uint64_t seed;		/* of the piece under way */
	struct stream bytes;
	uint64_t asked;		/* how much the far end was told to send */
	bool asking;		/* it has not answered yet */
	uint64_t got;
	uint64_t sum;
	struct stream stops;
	unsigned int stopped;	/* how often */
	uint64_t stop_at;	/* value of got */
	int64_t stopped_until;	/* 0: reading */
	bool fills;		/* this stop lasts until the line discipline is full */
	bool filled;		/* it was in one of the stops */
	uint64_t looked;	/* bytes received and not read, when it was last looked at */
	uint64_t waiting;	/* most of those */
	int64_t moved;		/* time of the last progress */
};

/* The stream into it. */
struct outgoing {
	struct stream bytes, sizes;
	uint8_t message[STREAM_MESSAGE_MAX];
	size_t at, len;
	uint64_t made, put;
	uint64_t sum;
	unsigned int messages;
	unsigned int waits;	/* how often there was no room */
	int64_t moved;
};

struct port {
	const char *name;
	int fd;
	struct far_end far;
	struct incoming in;
	struct outgoing out;
	struct serial_icounter_struct before;
	unsigned long closed_before;
};

static enum mode mode = MODES;
static uint64_t total = 1 << 20;
static uint64_t seed = 1;
static struct port ports[MAX_PORTS];
static size_t nports;

/* ---- setting up ---------------------------------------------------------- */

static void get_icount(struct port *port, struct serial_icounter_struct *icount)
{
	if (ioctl(port->fd, TIOCGICOUNT, icount))
		ksft_exit_fail_msg("%s: TIOCGICOUNT: %s\n", port->name, strerror(errno));
}

/* Received bytes that were dropped because the pseudo-UART was closed. */
static unsigned long read_rx_closed(struct port *port)
{
	unsigned long value;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/tty/%s/stats/rx_closed",
		 strrchr(port->name, '/') + 1);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lu", &value) != 1)
		ksft_exit_fail_msg("%s: cannot be read\n", path);
	fclose(file);
	return value;
}

static void open_tty(struct port *port)
{
	struct termios tio;

	port->fd = open(port->name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0 || tcgetattr(port->fd, &tio))
		ksft_exit_fail_msg("%s: %s\n", port->name, strerror(errno));
	cfmakeraw(&tio);
	tio.c_iflag &= ~(IXON | IXOFF | IXANY);
	if (mode == XONXOFF)
		tio.c_iflag |= IXON | IXOFF;
	tio.c_cflag = CS8 | CREAD | CLOCAL;
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	cfsetspeed(&tio, B115200);
	if (tcsetattr(port->fd, TCSANOW, &tio))
		ksft_exit_fail_msg("%s: %s\n", port->name, strerror(errno));
}

static bool readable(struct port *port, int ms)
{
	struct pollfd pfd = { .fd = port->fd, .events = POLLIN };

	return poll(&pfd, 1, ms) > 0;
}

/* Away with what a run before this one may have left on the way. */
static void quieten(struct port *port)
{
	int64_t deadline = now_ns() + STALL_SECONDS * SECOND;
	char discard[4096];

	far_do(&port->far, "reset");
	tcflush(port->fd, TCIOFLUSH);
	while (readable(port, SETTLE_MS)) {
		if (read(port->fd, discard, sizeof(discard)) < 0 && errno != EAGAIN)
			ksft_exit_fail_msg("%s: read: %s\n", port->name, strerror(errno));
		if (now_ns() > deadline)
			ksft_exit_fail_msg("waited %d s for %s to become quiet\n",
					   STALL_SECONDS, port->name);
	}
	far_do(&port->far, "reset");
}

static void plan_stop(struct incoming *in)
{
	in->stop_at = in->got + 1 + stream_word(&in->stops) % STOP_BYTES;
}

/* Seeds are apart by more than a transfer has pieces. */
static void seed_port(struct port *port, unsigned int number)
{
	uint64_t base = (seed << 32) + ((uint64_t)number << 24);
	struct outgoing *out = &port->out;
	struct incoming *in = &port->in;
	char command[64];

	in->seed = base;
	in->sum = STREAM_CHECKSUM_INIT;
	stream_init(&in->stops, ~base, false);
	plan_stop(in);

	out->sum = STREAM_CHECKSUM_INIT;
	stream_init(&out->bytes, base + (1 << 23), mode == XONXOFF);
	stream_init(&out->sizes, ~base - 1, false);
	if (mode == OVERRUN)
		return;
	snprintf(command, sizeof(command), "expect %" PRIu64 " %" PRIu64,
		 base + (1 << 23), total);
	far_do(&port->far, command);
	snprintf(command, sizeof(command), "pause %" PRIu64, base);
	far_do(&port->far, command);
}

/* PORT=FAR */
static void add_port(char *arg)
{
	struct port *port = &ports[nports];
	char *far = strchr(arg, '=');

	if (!far || *arg != '/' || nports == MAX_PORTS)
		ksft_exit_fail_msg("up to %d PORT=FAR are taken, not '%s'\n", MAX_PORTS, arg);
	*far++ = '\0';
	port->name = arg;
	open_tty(port);
	far_open(&port->far, far);
	quieten(port);
	if (mode == XONXOFF)
		far_do(&port->far, "xonxoff on");
	seed_port(port, nports);
	get_icount(port, &port->before);
	port->closed_before = read_rx_closed(port);
	nports++;
}

/* ---- stalls and progress ------------------------------------------------- */

static void __attribute__((noreturn)) stalled(struct port *port, const char *what,
					      uint64_t at)
{
	struct serial_icounter_struct now;
	int queued = -1;

	get_icount(port, &now);
	ioctl(port->fd, TIOCOUTQ, &queued);
	ksft_print_msg("%s: UART received %d sent %d overrun %d buf_overrun %d, %d to be sent\n",
		       port->name, now.rx - port->before.rx, now.tx - port->before.tx,
		       now.overrun - port->before.overrun,
		       now.buf_overrun - port->before.buf_overrun, queued);
	ksft_print_msg("%s: far end: %s\n", port->name, far_do(&port->far, "status"));
	ksft_exit_fail_msg("%s: waited %d s for %s, byte %" PRIu64 " of %" PRIu64 "\n",
			   port->name, STALL_SECONDS, what, at, total);
	exit(1);
}

static void check_stall(struct port *port, int64_t now)
{
	struct outgoing *out = &port->out;
	struct incoming *in = &port->in;

	if (in->got < total && now - in->moved > STALL_SECONDS * SECOND)
		stalled(port, in->asking ? "the far end to agree to send" :
			"a byte from the far end", in->got);
	if (out->put < total && now - out->moved > STALL_SECONDS * SECOND)
		stalled(port, "room to write", out->put);
}

static void show_progress(int64_t start, int64_t now)
{
	for (size_t i = 0; i < nports; i++)
		ksft_print_msg("%s: %3d %% in, %3d %% out after %d s\n", ports[i].name,
			       (int)(ports[i].in.got * 100 / total),
			       (int)(ports[i].out.put * 100 / total),
			       (int)((now - start) / SECOND));
}

/* ---- out of the pseudo-UART ---------------------------------------------- */

/* Have the far end send the next piece when the one before has been read. */
static void ask_for_piece(struct port *port)
{
	struct incoming *in = &port->in;
	uint64_t piece = total - in->asked;

	if (in->asking || in->got < in->asked || !piece)
		return;
	if (mode == WINDOW_ACKED && piece > WINDOW)
		piece = WINDOW;
	in->seed++;
	stream_init(&in->bytes, in->seed, mode == XONXOFF);
	far_say(&port->far, "send %" PRIu64 " %" PRIu64, in->seed, piece);
	in->asked += piece;
	in->asking = true;
}

static void take_answer(struct port *port)
{
	const char *answer = far_answer(&port->far);

	if (!answer)
		return;
	if (!port->in.asking || strcmp(answer, "ok"))
		ksft_exit_fail_msg("%s: far end says: %s\n", port->name, answer);
	port->in.asking = false;
}

static void print_bytes(const char *what, const uint8_t *buf, size_t len)
{
	char hex[3 * 16 + 1] = "";

	for (size_t i = 0; i < len && i < 16; i++)
		sprintf(hex + 3 * i, " %02x", buf[i]);
	ksft_print_msg("%s%s\n", what, hex);
}

static void check_bytes(struct port *port, const uint8_t *got, size_t len)
{
	struct incoming *in = &port->in;
	uint8_t want[4096];
	size_t i;

	if (len > in->asked - in->got)
		ksft_exit_fail_msg("%s: %zu bytes more than the %" PRIu64 " that were sent\n",
				   port->name, (size_t)(len - (in->asked - in->got)), in->asked);
	stream_fill(&in->bytes, want, len);
	for (i = 0; i < len && got[i] == want[i]; i++)
		;
	if (i < len) {
		print_bytes("expected", want + i, len - i);
		print_bytes("received", got + i, len - i);
		ksft_exit_fail_msg("%s: wrong byte at %" PRIu64 " of those received\n",
				   port->name, in->got + i);
	}
	in->sum = stream_checksum(in->sum, got, len);
	in->got += len;
}

static void read_some(struct port *port, int64_t now)
{
	uint8_t buf[4096];
	ssize_t n = read(port->fd, buf, sizeof(buf));

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		ksft_exit_fail_msg("%s: read: %s\n", port->name, n ? strerror(errno) : "hung up");
	check_bytes(port, buf, n);
	port->in.moved = now;
}

static void maybe_stop(struct incoming *in, int64_t now)
{
	if (in->got < in->stop_at || in->got == total)
		return;
	in->stopped_until = now + 1 + stream_word(&in->stops) % STOP_NS;
	in->fills = in->stopped++ % 4 == 0 || !in->filled;
	in->looked = 0;
}

/* Returns how many bytes were received and not read. */
static uint64_t note_waiting(struct port *port)
{
	struct serial_icounter_struct now;
	uint64_t waiting;

	get_icount(port, &now);
	waiting = (unsigned int)(now.rx - port->before.rx) - port->in.got;
	if (waiting > port->in.waiting)
		port->in.waiting = waiting;
	return waiting;
}

/* With XON/XOFF no more comes then. Without, the rest waits in the port. */
static bool is_full(uint64_t waiting, uint64_t before)
{
	if (mode == XONXOFF)
		return waiting >= LDISC_ROOM - LDISC_THRESHOLD && waiting == before;
	return waiting > LDISC_ROOM;
}

static bool stop_is_over(struct port *port)
{
	struct incoming *in = &port->in;
	uint64_t waiting = note_waiting(port);
	bool full = is_full(waiting, in->looked);

	in->looked = waiting;
	in->filled |= full;
	/* Of flow control characters some may be counted as bytes that wait. */
	return !in->fills || full || in->got + waiting >= in->asked;
}

static void maybe_resume(struct port *port, int64_t now)
{
	struct incoming *in = &port->in;

	if (!in->stopped_until || now < in->stopped_until)
		return;
	if (!stop_is_over(port)) {
		in->stopped_until = now + LOOK_NS;
		return;
	}
	in->stopped_until = 0;
	in->moved = now;
	plan_stop(in);
}

/* ---- into the pseudo-UART ------------------------------------------------ */

static void make_message(struct outgoing *out)
{
	if (out->at < out->len)
		return;
	out->at = 0;
	out->len = stream_size(&out->sizes);
	if (out->len > total - out->made)
		out->len = total - out->made;
	stream_fill(&out->bytes, out->message, out->len);
	out->sum = stream_checksum(out->sum, out->message, out->len);
	out->made += out->len;
	out->messages++;
}

static void write_some(struct port *port, int64_t now)
{
	struct outgoing *out = &port->out;
	ssize_t n;

	make_message(out);
	n = write(port->fd, out->message + out->at, out->len - out->at);
	if (n < 0 && errno != EAGAIN)
		ksft_exit_fail_msg("%s: write: %s\n", port->name, strerror(errno));
	if (n <= 0)
		return;
	out->at += n;
	out->put += n;
	out->moved = now;
}

/* ---- the loop ------------------------------------------------------------ */

static bool port_done(const struct port *port)
{
	return port->in.got == total && port->out.put == total && !port->in.asking;
}

static bool all_done(void)
{
	for (size_t i = 0; i < nports; i++)
		if (!port_done(&ports[i]))
			return false;
	return true;
}

static short tty_events(const struct port *port)
{
	return (port->in.stopped_until ? 0 : POLLIN) |
	       (port->out.put < total ? POLLOUT : 0);
}

static void serve(struct port *port, const struct pollfd *pfd, int64_t now)
{
	if (pfd[1].revents)
		take_answer(port);
	if (pfd[0].revents & (POLLIN | POLLHUP | POLLERR)) {
		read_some(port, now);
		maybe_stop(&port->in, now);
	}
	if (pfd[0].revents & POLLOUT)
		write_some(port, now);
	else if (pfd[0].events & POLLOUT)
		port->out.waits++;
}

static void poll_once(int64_t now)
{
	struct pollfd pfd[2 * MAX_PORTS];
	int64_t next = now + SECOND;
	struct timespec limit;

	/* No reader is to go on before now: transfer() has seen to it. */
	for (size_t i = 0; i < nports; i++) {
		short events = tty_events(&ports[i]);
		int64_t until = ports[i].in.stopped_until;

		pfd[2 * i] = (struct pollfd){ .fd = events ? ports[i].fd : -1, .events = events };
		pfd[2 * i + 1] = (struct pollfd){ .fd = ports[i].far.fd, .events = POLLIN };
		if (until && until < next)
			next = until;
	}
	limit = (struct timespec){ (next - now) / SECOND, (next - now) % SECOND };
	if (ppoll(pfd, 2 * nports, &limit, NULL) < 0)
		ksft_exit_fail_msg("poll: %s\n", strerror(errno));
	now = now_ns();
	for (size_t i = 0; i < nports; i++)
		serve(&ports[i], &pfd[2 * i], now);
}

static int64_t transfer(void)
{
	int64_t start = now_ns(), now = start, shown = start;

	for (size_t i = 0; i < nports; i++) {
		ports[i].in.moved = start;
		ports[i].out.moved = start;
	}
	while (!all_done()) {
		now = now_ns();
		for (size_t i = 0; i < nports; i++) {
			maybe_resume(&ports[i], now);
			ask_for_piece(&ports[i]);
			check_stall(&ports[i], now);
		}
		if (now - shown >= PROGRESS_SECONDS * SECOND) {
			show_progress(start, now);
			shown = now;
		}
		poll_once(now);
	}
	return now_ns() - start;
}

/* ---- results ------------------------------------------------------------- */

static void result(bool good, const struct port *port, const char *what)
{
	if (good)
		ksft_test_result_pass("%s: %s\n", port->name, what);
	else
		ksft_test_result_fail("%s: %s\n", port->name, what);
}

/* Returns whether the far end has got what went into the pseudo-UART. */
static bool far_end_got(struct port *port)
{
	uint64_t got, extra, sum;
	const char *answer;
	char verdict[8];

	far_say(&port->far, "received 0");
	answer = far_wait(&port->far, "received", 10);
	if (sscanf(answer, "%7s count %" SCNu64 " of %*u extra %" SCNu64 " checksum %" SCNx64,
		   verdict, &got, &extra, &sum) != 4)
		ksft_exit_fail_msg("%s: not understood: %s\n", port->far.name, answer);
	if (!strcmp(verdict, "ok") && got == total && !extra && sum == port->out.sum)
		return true;
	ksft_print_msg("far end: %s; checksum %016" PRIx64 " was sent\n", answer,
		       port->out.sum);
	return false;
}

/* Returns whether what the far end sent came out of the pseudo-UART. */
static bool far_end_sent(struct port *port)
{
	const char *answer = far_do(&port->far, "checksum");
	uint64_t sum;

	if (sscanf(answer, "ok received %*x sent %" SCNx64, &sum) != 1)
		ksft_exit_fail_msg("%s: not understood: %s\n", port->far.name, answer);
	if (port->in.got == total && sum == port->in.sum)
		return true;
	ksft_print_msg("far end: %s; checksum %016" PRIx64 " was received\n", answer,
		       port->in.sum);
	return false;
}

/* All is read and written: the last bytes are to arrive, and then nothing more. */
static void check_far_end(struct port *port)
{
	far_say(&port->far, "received %d", STALL_SECONDS);
	far_wait(&port->far, "received", STALL_SECONDS + 10);
	if (readable(port, SETTLE_MS))
		read_some(port, now_ns());
	result(far_end_got(port), port, "all bytes arrived at the far end");
	result(far_end_sent(port), port, "all bytes of the far end arrived");
}

/* Without flow control characters the UART has moved the data and no more. */
static void check_uart(struct port *port)
{
	struct serial_icounter_struct now;
	uint64_t rx, tx;
	int bad;

	get_icount(port, &now);
	rx = (unsigned int)(now.rx - port->before.rx) - total;
	tx = (unsigned int)(now.tx - port->before.tx) - total;
	bad = (now.overrun - port->before.overrun) + (now.buf_overrun - port->before.buf_overrun) +
	      (now.frame - port->before.frame) + (now.parity - port->before.parity) +
	      (now.brk - port->before.brk);
	ksft_print_msg("%s: besides the data the UART received %" PRIi64 ", sent %" PRIi64
		       "; overrun %d, buf_overrun %d\n", port->name, rx, tx,
		       now.overrun - port->before.overrun,
		       now.buf_overrun - port->before.buf_overrun);
	result(!bad, port, "the UART reports no error");
	if (mode == XONXOFF)
		result((int64_t)rx > 0 && (int64_t)tx > 0, port, "both ends were stopped by XOFF");
	else
		result(!rx && !tx, port, "the UART moved the data and nothing else");
	result(read_rx_closed(port) == port->closed_before, port, "no byte found the port closed");
}

static void check_port(struct port *port, int64_t ns)
{
	struct outgoing *out = &port->out;
	struct incoming *in = &port->in;

	ksft_print_msg("%s: %" PRIu64 " bytes each way in %.1f s, %.1f KiB/s\n", port->name,
		       total, ns / 1e9, total / 1024.0 / (ns / 1e9));
	ksft_print_msg("%s: reader stopped %u times, at most %" PRIu64 " bytes unread\n",
		       port->name, in->stopped, in->waiting);
	ksft_print_msg("%s: %u messages written, %u waits for room\n", port->name,
		       out->messages, out->waits);
	check_far_end(port);
	check_uart(port);
	/* XOFF stops the far end before more than the line discipline is full. */
	result(in->stopped && out->waits && (mode == XONXOFF || in->waiting > LDISC_ROOM), port,
	       mode == XONXOFF ? "both directions had to wait" :
	       "both directions had to wait, unread bytes in the port");
}

/* ---- the control experiment ---------------------------------------------- */

static void wait_for_uart(struct port *port)
{
	struct timespec tenth = { .tv_nsec = SECOND / 10 };
	struct serial_icounter_struct now;
	int64_t moved = now_ns();
	unsigned int rx = 0, seen;

	for (;;) {
		get_icount(port, &now);
		seen = now.rx - port->before.rx;
		if (seen >= total)
			return;
		if (seen != rx)
			moved = now_ns();
		else if (now_ns() - moved > STALL_SECONDS * SECOND)
			stalled(port, "the UART to receive", seen);
		rx = seen;
		nanosleep(&tenth, NULL);
	}
}

static void check_overrun(struct port *port)
{
	struct serial_icounter_struct now;
	uint64_t lost;

	ask_for_piece(port);
	far_wait(&port->far, "send", 10);
	wait_for_uart(port);
	while (readable(port, 1000))
		read_some(port, now_ns());
	get_icount(port, &now);
	lost = (unsigned int)(now.buf_overrun - port->before.buf_overrun) +
	       (unsigned int)(now.overrun - port->before.overrun);
	ksft_print_msg("%s: %" PRIu64 " sent, %" PRIu64 " read, buf_overrun %d, overrun %d\n",
		       port->name, total, port->in.got,
		       now.buf_overrun - port->before.buf_overrun,
		       now.overrun - port->before.overrun);
	result(lost, port, "a reader that stops without flow control loses bytes");
	result(port->in.got + lost == total, port, "it loses as many as the UART counts");
}

/* ---- options ------------------------------------------------------------- */

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: transfer -m xonxoff|window|overrun [-n BYTES] [-s SEED] PORT=FAR...\n",
	      stderr);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (end == text || *end || !value || value > 1 << 30)
		usage();
	return value;
}

static enum mode mode_by_name(const char *name)
{
	enum mode m;

	for (m = 0; m < MODES && strcmp(name, mode_names[m]); m++)
		;
	return m;
}

static void parse_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "m:n:s:")) != -1) {
		switch (option) {
		case 'm':
			mode = mode_by_name(optarg);
			break;
		case 'n':
			total = number(optarg);
			break;
		case 's':
			seed = number(optarg);
			break;
		default:
			usage();
		}
	}
	if (mode == MODES || optind == argc)
		usage();
}

int main(int argc, char **argv)
{
	int64_t ns;

	setlinebuf(stdout);
	parse_options(argc, argv);
	ksft_print_header();
	for (int i = optind; i < argc; i++)
		add_port(argv[i]);
	ksft_set_plan(nports * (mode == OVERRUN ? 2 : 6));
	ksft_print_msg("%s, %" PRIu64 " bytes each way, seed %" PRIu64 "\n", mode_names[mode],
		       total, seed);
	if (mode == OVERRUN) {
		for (size_t i = 0; i < nports; i++)
			check_overrun(&ports[i]);
	} else {
		ns = transfer();
		for (size_t i = 0; i < nports; i++)
			check_port(&ports[i], ns);
	}
	return ksft_get_fail_cnt() ? ksft_exit_fail() : ksft_exit_pass();
}
