// SPDX-License-Identifier: GPL-2.0
/*
 * far-end - what is at the other end of a serial port's cable
 *
 * A process outside the test VM. QEMU connects the port's chardev to its data
 * socket; a test inside tells it what to do by lines of text on its control
 * socket (a virtio-serial port inside), each answered by one line that begins
 * with "ok", "fail" or "error". The commands are listed at commands[], and
 * described in scripts/vm/README.rst.
 *
 * One poll loop that sleeps until there is something to do; all buffers are
 * bounded. Either socket may be disconnected and connected again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"

/*
 * An echo goes on reading while an XOFF holds it up, or it would never see the
 * XON. It sends an XOFF of its own at the high mark; the rest is room for what
 * is on its way by then, which socket buffers bound.
 */
#define TX_SIZE		(1u << 20)
#define TX_HIGH		8192u
#define TX_LOW		1024u
#define RX_CHUNK	1024u
#define LINE_SIZE	4200u
#define NEVER		INT64_MAX

/* Seeds of sizes and pauses differ from those of the bytes. */
#define SIZE_SEED(seed)		((seed) ^ 0x53495a45ull)
#define PAUSE_SEED(seed)	((seed) ^ 0x50415553ull)

struct counter {
	uint64_t bytes;
	uint64_t sum;
};

enum wait_for { WAIT_NOTHING, WAIT_SENT, WAIT_RECEIVED };

static struct {
	int data_listen, data;
	int control_listen, control;

	/* what is on its way out */
	uint8_t tx[TX_SIZE];
	size_t tx_start, tx_len;
	uint8_t flow_byte;		/* goes out before all else; 0: none */
	bool sending;
	uint64_t send_left;
	struct stream send_bytes, send_sizes;
	int64_t delay_ns, next_send;
	bool held;			/* by an XOFF from the port */
	struct counter sent;

	/* what comes in */
	struct counter received;
	bool echo;
	bool congested;			/* more to echo than is good */
	bool told_off;			/* the port was last told XOFF */
	bool stopped;			/* by the command stop */
	int64_t paused_until;		/* by the command pause; 0: not now */
	bool pausing;
	struct stream pauses;
	uint64_t pause_at;		/* count of received bytes */

	bool expecting;
	uint64_t expect_count, expect_got, extra;
	uint64_t mismatch;		/* offset of the first one, or UINT64_MAX */
	uint8_t mismatch_want, mismatch_got;
	struct stream expect_bytes;
	uint64_t expect_sum;

	bool xonxoff;			/* flow control by XON and XOFF, both ways */
	bool exclude;			/* generator leaves out XON and XOFF */

	enum wait_for waiting;
	int64_t wait_deadline;
	char line[LINE_SIZE];
	size_t line_len;
} far = { .data = -1, .control = -1 };

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "far-end: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void __attribute__((format(printf, 1, 2))) answer(const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[n++] = '\n';
	/* One short line at a time is asked for, so it always fits. */
	if (far.control >= 0 && send(far.control, line, n, MSG_NOSIGNAL) != n)
		fprintf(stderr, "far-end: answer lost: %s\n", strerror(errno));
}

static void count(struct counter *counter, const void *buf, size_t len)
{
	counter->bytes += len;
	counter->sum = stream_checksum(counter->sum, buf, len);
}

static bool reading(void)
{
	return !far.stopped && !far.paused_until;
}

/* Tell the port when we want no more and when we do again. */
static void update_flow(void)
{
	bool off = !reading() || far.congested;

	if (!far.xonxoff || off == far.told_off)
		return;
	far.told_off = off;
	far.flow_byte = off ? STREAM_XOFF : STREAM_XON;
}

/* ---- sending ------------------------------------------------------------- */

static bool may_send(void)
{
	return !far.held;
}

static bool idle_tx(void)
{
	return !far.sending && !far.tx_len;
}

/* Next message of the send under way, when the one before is out. */
static void make_message(int64_t now)
{
	size_t len;

	if (!far.sending || far.tx_len || now < far.next_send)
		return;
	len = stream_size(&far.send_sizes);
	if (len > far.send_left)
		len = far.send_left;
	stream_fill(&far.send_bytes, far.tx, len);
	far.tx_start = 0;
	far.tx_len = len;
	far.send_left -= len;
	far.sending = far.send_left;
	far.next_send = now + far.delay_ns;
}

static void close_data(void)
{
	close(far.data);
	far.data = -1;
	far.held = false;
}

static void send_flow_byte(void)
{
	if (send(far.data, &far.flow_byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
		far.flow_byte = 0;
}

static void send_data(void)
{
	uint8_t *out = far.tx + far.tx_start;
	size_t len = far.tx_len < RX_CHUNK ? far.tx_len : RX_CHUNK;
	ssize_t n = send(far.data, out, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			close_data();
		return;
	}
	count(&far.sent, out, n);
	far.tx_start += n;
	far.tx_len -= n;
	if (far.congested && far.tx_len < TX_LOW) {
		far.congested = false;
		update_flow();
	}
}

/* Add to what is on its way out; the caller knows that there is room. */
static void append(const void *buf, size_t len)
{
	if (far.tx_start + far.tx_len + len > TX_SIZE) {
		memmove(far.tx, far.tx + far.tx_start, far.tx_len);
		far.tx_start = 0;
	}
	memcpy(far.tx + far.tx_start + far.tx_len, buf, len);
	far.tx_len += len;
}

/* ---- receiving ----------------------------------------------------------- */

static void plan_pause(void)
{
	far.pause_at = far.received.bytes + 1 + stream_word(&far.pauses) % 16384;
}

static void maybe_pause(int64_t now)
{
	if (!far.pausing || far.received.bytes < far.pause_at || far.paused_until)
		return;
	far.paused_until = now + 1000000 + stream_word(&far.pauses) % 8000000;
	update_flow();
}

static void maybe_resume(int64_t now)
{
	if (!far.paused_until || now < far.paused_until)
		return;
	far.paused_until = 0;
	plan_pause();
	update_flow();
}

static void compare(const uint8_t *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len && far.expect_got < far.expect_count; i++, far.expect_got++) {
		uint8_t want = stream_byte(&far.expect_bytes);

		if (buf[i] == want || far.mismatch != UINT64_MAX)
			continue;
		far.mismatch = far.expect_got;
		far.mismatch_want = want;
		far.mismatch_got = buf[i];
	}
	far.expect_sum = stream_checksum(far.expect_sum, buf, i);
	far.extra += len - i;
}

/* Take the port's XON and XOFF out of what it sent; return what is left. */
static size_t take_flow_bytes(uint8_t *buf, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		if (buf[i] == STREAM_XOFF)
			far.held = true;
		else if (buf[i] == STREAM_XON)
			far.held = false;
		else
			buf[kept++] = buf[i];
	}
	return kept;
}

static size_t receive_room(void)
{
	size_t room = far.echo ? TX_SIZE - far.tx_len : RX_CHUNK;

	return room < RX_CHUNK ? room : RX_CHUNK;
}

static void receive_data(int64_t now)
{
	uint8_t buf[RX_CHUNK];
	ssize_t n = recv(far.data, buf, receive_room(), MSG_DONTWAIT);

	if (n <= 0) {
		if (!n || (errno != EAGAIN && errno != EINTR))
			close_data();
		return;
	}
	if (far.xonxoff)
		n = take_flow_bytes(buf, n);
	count(&far.received, buf, n);
	if (far.expecting)
		compare(buf, n);
	if (far.echo) {
		append(buf, n);
		far.congested = far.congested || far.tx_len > TX_HIGH;
		update_flow();
	}
	maybe_pause(now);
}

/* ---- commands ------------------------------------------------------------ */

static void report_received(bool complete)
{
	bool good = complete && far.mismatch == UINT64_MAX && !far.extra;
	char where[64] = "none";

	if (far.mismatch != UINT64_MAX)
		snprintf(where, sizeof(where), "%" PRIu64 " want %02x got %02x",
			 far.mismatch, far.mismatch_want, far.mismatch_got);
	answer("%s count %" PRIu64 " of %" PRIu64 " extra %" PRIu64
	       " checksum %016" PRIx64 " mismatch %s", good ? "ok" : "fail", far.expect_got,
	       far.expect_count, far.extra, far.expect_sum, where);
}

static void report_sent(bool complete)
{
	answer("%s count %" PRIu64 " left %" PRIu64 " held %d", complete ? "ok" : "fail",
	       far.sent.bytes, far.send_left + far.tx_len, far.held);
}

/* Answer a wait whose time has come, or that is over by @deadline. */
static void check_wait(int64_t now)
{
	bool late = now >= far.wait_deadline;
	bool done;

	switch (far.waiting) {
	case WAIT_SENT:
		done = idle_tx();
		if (done || late) {
			far.waiting = WAIT_NOTHING;
			report_sent(done);
		}
		break;
	case WAIT_RECEIVED:
		done = far.expect_got == far.expect_count;
		if (done || late) {
			far.waiting = WAIT_NOTHING;
			report_received(done);
		}
		break;
	case WAIT_NOTHING:
		break;
	}
}

static bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (!text || *text == '-')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && end != text && !*end;
}

static void do_send(char **arg)
{
	uint64_t seed, bytes;

	if (!parse_number(arg[0], &seed) || !parse_number(arg[1], &bytes)) {
		answer("error usage: send SEED COUNT");
	} else if (far.sending) {
		answer("error a send is under way");
	} else {
		stream_init(&far.send_bytes, seed, far.exclude);
		stream_init(&far.send_sizes, SIZE_SEED(seed), false);
		far.send_left = bytes;
		far.sending = bytes;
		far.next_send = 0;
		answer("ok");
	}
}

static void do_expect(char **arg)
{
	uint64_t seed, bytes;

	if (!parse_number(arg[0], &seed) || !parse_number(arg[1], &bytes)) {
		answer("error usage: expect SEED COUNT");
		return;
	}
	stream_init(&far.expect_bytes, seed, far.exclude);
	far.expecting = true;
	far.expect_count = bytes;
	far.expect_got = 0;
	far.extra = 0;
	far.mismatch = UINT64_MAX;
	far.expect_sum = STREAM_CHECKSUM_INIT;
	answer("ok");
}

static void start_wait(enum wait_for what, const char *seconds)
{
	uint64_t limit;

	if (!parse_number(seconds, &limit) || limit > 86400) {
		answer("error usage: sent|received SECONDS");
		return;
	}
	far.waiting = what;
	far.wait_deadline = now_ns() + limit * 1000000000;
}

static void do_sent(char **arg)
{
	start_wait(WAIT_SENT, arg[0]);
}

static void do_received(char **arg)
{
	if (!far.expecting)
		answer("error nothing is expected");
	else
		start_wait(WAIT_RECEIVED, arg[0]);
}

static bool parse_switch(char **arg, bool *value)
{
	if (arg[0] && !strcmp(arg[0], "on"))
		*value = true;
	else if (arg[0] && !strcmp(arg[0], "off"))
		*value = false;
	else
		return false;
	return true;
}

static void do_switch(char **arg, bool *value)
{
	if (parse_switch(arg, value))
		answer("ok");
	else
		answer("error on or off?");
}

static void do_echo(char **arg)
{
	do_switch(arg, &far.echo);
}

static void do_exclude(char **arg)
{
	do_switch(arg, &far.exclude);
}

static void do_xonxoff(char **arg)
{
	do_switch(arg, &far.xonxoff);
	far.exclude = far.xonxoff;
	far.held = far.held && far.xonxoff;
	far.told_off = false;
	update_flow();
}

static void do_stop(char **arg)
{
	(void)arg;
	far.stopped = true;
	update_flow();
	answer("ok");
}

static void do_go(char **arg)
{
	(void)arg;
	far.stopped = false;
	update_flow();
	answer("ok");
}

static void do_pause(char **arg)
{
	uint64_t seed;

	if (arg[0] && !strcmp(arg[0], "off")) {
		far.pausing = false;
		far.paused_until = 0;
		update_flow();
	} else if (parse_number(arg[0], &seed)) {
		stream_init(&far.pauses, PAUSE_SEED(seed), false);
		far.pausing = true;
		plan_pause();
	} else {
		answer("error usage: pause SEED|off");
		return;
	}
	answer("ok");
}

static void do_delay(char **arg)
{
	uint64_t us;

	if (!parse_number(arg[0], &us) || us > 60000000) {
		answer("error usage: delay MICROSECONDS");
		return;
	}
	far.delay_ns = us * 1000;
	answer("ok");
}

static void do_count(char **arg)
{
	(void)arg;
	answer("ok received %" PRIu64 " sent %" PRIu64, far.received.bytes, far.sent.bytes);
}

static void do_checksum(char **arg)
{
	(void)arg;
	answer("ok received %016" PRIx64 " sent %016" PRIx64, far.received.sum, far.sent.sum);
}

static void do_status(char **arg)
{
	(void)arg;
	answer("ok connected %d reading %d held %d left %" PRIu64 " received %" PRIu64
	       " sent %" PRIu64, far.data >= 0, reading(), far.held,
	       far.send_left + far.tx_len, far.received.bytes, far.sent.bytes);
}

static void do_raw(char **arg)
{
	size_t len = arg[0] ? strlen(arg[0]) : 0, i;
	unsigned int byte;

	if (!len || len % 2 || strspn(arg[0], "0123456789abcdefABCDEF") != len) {
		answer("error usage: raw HEX");
	} else if (far.sending || far.tx_len + len / 2 > TX_SIZE) {
		answer("error no room while something else is sent");
	} else {
		for (i = 0; i < len; i += 2) {
			if (sscanf(arg[0] + i, "%2x", &byte) != 1)
				break;
			append(&(uint8_t){ byte }, 1);
		}
		answer("ok");
	}
}

/* As after the start, with nothing of before left on the wire towards us. */
static void reset(void)
{
	char discard[4096];
	int tries = 256;

	while (far.data >= 0 && tries-- &&
	       recv(far.data, discard, sizeof(discard), MSG_DONTWAIT) > 0)
		;
	far.tx_start = 0;
	far.tx_len = 0;
	far.congested = false;
	far.told_off = false;
	far.flow_byte = 0;
	far.sending = false;
	far.send_left = 0;
	far.delay_ns = 0;
	far.held = false;
	far.sent = (struct counter){ .sum = STREAM_CHECKSUM_INIT };
	far.received = (struct counter){ .sum = STREAM_CHECKSUM_INIT };
	far.echo = false;
	far.stopped = false;
	far.paused_until = 0;
	far.pausing = false;
	far.expecting = false;
	far.xonxoff = false;
	far.exclude = false;
	far.waiting = WAIT_NOTHING;
}

static void do_reset(char **arg)
{
	(void)arg;
	reset();
	answer("ok");
}

static void do_quit(char **arg)
{
	(void)arg;
	answer("ok");
	exit(0);
}

static const struct {
	const char *name;
	void (*run)(char **arg);
} commands[] = {
	{ "send", do_send },		/* SEED COUNT: start sending */
	{ "sent", do_sent },		/* SECONDS: wait until all is sent */
	{ "expect", do_expect },	/* SEED COUNT: check what is received from now */
	{ "received", do_received },	/* SECONDS: wait until COUNT came, and report */
	{ "echo", do_echo },		/* on|off: send back what is received */
	{ "stop", do_stop },		/* stop reading */
	{ "go", do_go },		/* read again */
	{ "pause", do_pause },		/* SEED|off: stop reading now and then */
	{ "xonxoff", do_xonxoff },	/* on|off: flow control by XON and XOFF, both ways */
	{ "exclude", do_exclude },	/* on|off: generate no XON and XOFF */
	{ "delay", do_delay },		/* MICROSECONDS: between messages sent */
	{ "raw", do_raw },		/* HEX: send these bytes */
	{ "count", do_count },		/* bytes received and sent */
	{ "checksum", do_checksum },	/* of bytes received and sent */
	{ "status", do_status },
	{ "reset", do_reset },
	{ "quit", do_quit },
};

static void run_line(char *line)
{
	char *arg[4] = {};
	char *name = strtok(line, " \t\r");

	for (size_t i = 0; name && i < 3; i++)
		arg[i] = strtok(NULL, " \t\r");
	if (!name)
		return;
	if (far.waiting != WAIT_NOTHING) {
		far.waiting = WAIT_NOTHING;
		answer("fail the wait was interrupted");
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(name, commands[i].name)) {
			commands[i].run(arg);
			return;
		}
	}
	answer("error unknown command");
}

static void close_control(void)
{
	close(far.control);
	far.control = -1;
	far.line_len = 0;
	far.waiting = WAIT_NOTHING;
}

static void receive_control(void)
{
	ssize_t n = recv(far.control, far.line + far.line_len,
			 sizeof(far.line) - far.line_len, MSG_DONTWAIT);
	char *end;

	if (n <= 0) {
		if (!n || (errno != EAGAIN && errno != EINTR))
			close_control();
		return;
	}
	far.line_len += n;
	while ((end = memchr(far.line, '\n', far.line_len))) {
		size_t used = end + 1 - far.line;

		*end = '\0';
		run_line(far.line);
		far.line_len -= used;
		memmove(far.line, far.line + used, far.line_len);
	}
	if (far.line_len == sizeof(far.line)) {
		far.line_len = 0;
		answer("error line too long");
	}
}

/* ---- sockets and the loop ------------------------------------------------ */

static int listen_on(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		die(path);
	}
	strcpy(addr.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1))
		die(path);
	return fd;
}

static void accept_data(void)
{
	/* Little of what was sent may be on its way when an XOFF comes. */
	int size = 1;

	far.data = accept4(far.data_listen, NULL, NULL, SOCK_CLOEXEC);
	if (far.data >= 0)
		setsockopt(far.data, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When something is to be done though no socket says so. */
static int64_t next_timer(void)
{
	int64_t next = NEVER;

	if (far.paused_until)
		next = earliest(next, far.paused_until);
	if (far.sending && !far.tx_len && far.data >= 0 && may_send())
		next = earliest(next, far.next_send);
	if (far.waiting != WAIT_NOTHING)
		next = earliest(next, far.wait_deadline);
	return next;
}

static short data_events(void)
{
	short events = 0;

	if (reading() && receive_room())
		events |= POLLIN;
	if (far.flow_byte || (far.tx_len && may_send()))
		events |= POLLOUT;
	return events;
}

static void poll_once(void)
{
	short events = data_events();
	struct pollfd pfd[] = {
		{ .fd = far.control >= 0 ? far.control : far.control_listen, .events = POLLIN },
		{ .fd = far.data >= 0 ? far.data : far.data_listen,
		  .events = far.data >= 0 ? events : POLLIN },
	};
	int64_t next = next_timer(), left = next - now_ns();
	struct timespec limit;

	/* A peer that left raises POLLHUP for ever; it shows once we read again. */
	if (far.data >= 0 && !events)
		pfd[1].fd = -1;
	if (left < 0)
		left = 0;
	limit = (struct timespec){ left / 1000000000, left % 1000000000 };
	if (ppoll(pfd, 2, next == NEVER ? NULL : &limit, NULL) < 0)
		return;
	if (pfd[0].revents) {
		if (far.control >= 0)
			receive_control();
		else
			far.control = accept4(far.control_listen, NULL, NULL, SOCK_CLOEXEC);
	}
	if (!pfd[1].revents)
		return;
	if (far.data < 0) {
		accept_data();
		return;
	}
	if (pfd[1].revents & POLLOUT) {
		if (far.flow_byte)
			send_flow_byte();
		else if (far.tx_len && may_send())
			send_data();
	}
	if (far.data >= 0 && (pfd[1].revents & (POLLIN | POLLHUP | POLLERR))) {
		if (reading() && receive_room())
			receive_data(now_ns());
		else if (pfd[1].revents & (POLLHUP | POLLERR))
			close_data();
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: far-end DATA_SOCKET CONTROL_SOCKET\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	reset();
	far.data_listen = listen_on(argv[1]);
	far.control_listen = listen_on(argv[2]);
	for (;;) {
		int64_t now = now_ns();

		maybe_resume(now);
		if (far.data >= 0 && may_send())
			make_message(now);
		check_wait(now);
		poll_once();
	}
}
