// SPDX-License-Identifier: GPL-2.0
/*
 * bench: move verified bytes through an endpoint that sends them back, in
 * phases that the insn plugin counts instructions of.
 *
 *   bench [-l PORT] [-m MODE] NAME DEVICE
 *   bench [-l PORT] [-m MODE] NAME tcp:NUMBER
 *
 * DEVICE is a tty: a serial port, what stands for one, or a forwarder's pty;
 * tcp:NUMBER is a forwarder's socket on this machine. The UART behind it is put
 * in its internal loop-back (TIOCM_LOOP) through DEVICE itself, or through PORT
 * where DEVICE does not carry modem lines; PORT is held open meanwhile.
 *
 * Every mode below is a phase, except those under load; or MODE alone. One line per
 * phase goes to standard output, when all are done:
 *
 *   phase NAME.MODE bytes SENT lost LOST ctxt SWITCHES [p50 NS p99 NS p999 NS]
 *
 * "bench calibrate" is a phase whose counts are known, and prints them:
 *
 *   calibration user INSTRUCTIONS syscalls CALLS
 *
 * "bench unplug DEVICE" takes a port out of its loop-back again.
 *
 * lost counts bytes that did not come back, or not as they were sent; the
 * first loss ends the program with status 1. ctxt is the whole machine's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "marks.h"
#include "tty.h"

#define MESSAGE_MAX	256
#define WINDOW		2048	/* unanswered bytes of a stream, half of n_tty's buffer */
#define PERIOD		65521	/* of the pattern: a prime, so that sizes do not divide it */
#define PATIENCE	1000	/* virtual seconds until a phase counts as stuck */
#define TIMED_ROUNDS	4000
#define BUSY		2	/* busy loops that share the processor, for a load */

struct phase {
	const char *mode;
	size_t size;		/* of a message */
	size_t rounds;
	bool (*run)(const struct phase *phase, size_t rounds);
	bool loaded;		/* with the processor shared with busy loops */
	int nice;		/* of who measures */
};

struct result {
	size_t sent;
	size_t good;
	unsigned long ctxt;
};

static int end = -1;
static unsigned char pattern[PERIOD + WINDOW];
static size_t sent, good;
static unsigned int *round_ns;

/* The bytes from number @position on of all that is ever sent. */
static const unsigned char *expected(size_t position)
{
	return pattern + position % PERIOD;
}

static void make_pattern(void)
{
	unsigned int x = 1;

	for (size_t n = 0; n < PERIOD; n++) {
		x = x * 1664525 + 1013904223;
		pattern[n] = x >> 24;
	}
	memcpy(pattern + PERIOD, pattern, WINDOW);
}

/*
 * Send @len bytes, wherever they end up waiting. False: the alarm rang or the
 * endpoint broke.
 */
static bool send_bytes(size_t len)
{
	while (len) {
		ssize_t n = write(end, expected(sent), len);

		if (n <= 0)
			return false;
		sent += n;
		len -= n;
	}
	return true;
}

/* Receive what is there, at least a byte, at most @len, and compare it. */
static bool receive_some(size_t len)
{
	unsigned char bytes[WINDOW];
	ssize_t n = read(end, bytes, len);

	if (n <= 0 || memcmp(bytes, expected(good), n))
		return false;
	good += n;
	return true;
}

static bool receive_rest(void)
{
	while (good < sent)
		if (!receive_some(sent - good))
			return false;
	return true;
}

/* Each message comes back whole before the next one leaves. */
static bool ping_pong(const struct phase *phase, size_t rounds)
{
	while (rounds--)
		if (!send_bytes(phase->size) || !receive_rest())
			return false;
	return true;
}

static unsigned int now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000u + now.tv_nsec;
}

/* The same with each round's time kept. */
static bool timed_ping_pong(const struct phase *phase, size_t rounds)
{
	for (size_t n = 0; n < rounds; n++) {
		unsigned int start = now_ns();

		if (!send_bytes(phase->size) || !receive_rest())
			return false;
		round_ns[n] = now_ns() - start;
	}
	return true;
}

/* Messages leave as long as the window has room, whatever came back. */
static bool stream(const struct phase *phase, size_t rounds)
{
	while (rounds) {
		if (sent - good + phase->size <= WINDOW) {
			if (!send_bytes(phase->size))
				return false;
			rounds--;
		} else if (!receive_some(sent - good)) {
			return false;
		}
	}
	return receive_rest();
}

static const struct phase phases[] = {
	{ "m1", 1, 4000, ping_pong, false, 0 },
	{ "m16", 16, 3000, ping_pong, false, 0 },
	{ "m256", 256, 2000, ping_pong, false, 0 },
	{ "st256", 256, 2000, stream, false, 0 },
	{ "rtt", 1, TIMED_ROUNDS, timed_ping_pong, false, 0 },
	{ "load", 1, TIMED_ROUNDS / 2, timed_ping_pong, true, 0 },
	{ "urgent", 1, TIMED_ROUNDS / 2, timed_ping_pong, true, -20 },
};

#define PHASES (sizeof(phases) / sizeof(phases[0]))

/* Context switches of the whole machine since it booted. */
static unsigned long context_switches(void)
{
	static char text[65536];
	int stat = open("/proc/stat", O_RDONLY);
	size_t len = 0;
	ssize_t n;
	char *line;

	if (stat < 0)
		die("/proc/stat");
	while ((n = read(stat, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	close(stat);
	text[len] = '\0';
	line = strstr(text, "\nctxt ");
	if (!line) {
		fprintf(stderr, "/proc/stat has no ctxt\n");
		exit(2);
	}
	return strtoul(line + 6, NULL, 10);
}

static bool measure(const struct phase *phase, struct result *result)
{
	unsigned long ctxt;
	size_t sent_before, good_before;
	bool ok;

	alarm(PATIENCE);
	if (!phase->run(phase, phase->rounds / 10)) {
		/* A pair of marks for each phase, else later ones go by wrong names. */
		mark_start();
		mark_stop();
		*result = (struct result){ .sent = sent, .good = good };
		return false;
	}
	sent_before = sent;
	good_before = good;
	ctxt = context_switches();
	mark_start();
	ok = phase->run(phase, phase->rounds);
	mark_stop();
	ctxt = context_switches() - ctxt;
	alarm(0);
	*result = (struct result){ sent - sent_before, good - good_before, ctxt };
	return ok;
}

static pid_t busy_loop(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	while (!pid)
		;
	return pid;
}

static bool measure_loaded(const struct phase *phase, struct result *result)
{
	pid_t busy[BUSY];
	bool ok;
	int n;

	for (n = 0; n < BUSY; n++)
		busy[n] = busy_loop();
	/* Not theirs. */
	if (setpriority(PRIO_PROCESS, 0, phase->nice))
		die("setpriority");
	ok = measure(phase, result);
	for (n = 0; n < BUSY; n++)
		kill(busy[n], SIGKILL);
	while (wait(NULL) > 0)
		;
	return ok;
}

static int by_size(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static unsigned int percentile(size_t rounds, unsigned int per_mille)
{
	return round_ns[(rounds * per_mille + 999) / 1000 - 1];
}

static void print(const char *name, const struct phase *phase, const struct result *result)
{
	printf("phase %s.%s bytes %zu lost %zu ctxt %lu", name, phase->mode, result->sent,
	       result->sent - result->good, result->ctxt);
	if (phase->run == timed_ping_pong && result->sent == result->good) {
		qsort(round_ns, phase->rounds, sizeof(*round_ns), by_size);
		printf(" p50 %u p99 %u p999 %u", percentile(phase->rounds, 500),
		       percentile(phase->rounds, 990), percentile(phase->rounds, 999));
	}
	putchar('\n');
}

static int connect_to(const char *number)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(atoi(number)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die(number);
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		die("TCP_NODELAY");
	return fd;
}

/*
 * Ask for the parent 1000 times: four instructions a time and two before, the
 * starting mark being the first.
 */
static int calibrate(void)
{
	__asm__ volatile("xchg %%r12,%%r12\n\t"
			 "mov $1000,%%edx\n"
			 "1:\tmov $110,%%eax\n\t"
			 "syscall\n\t"
			 "dec %%edx\n\t"
			 "jnz 1b\n\t"
			 "xchg %%r13,%%r13"
			 ::: "rax", "rcx", "rdx", "r11", "memory", "cc");
	puts("calibration user 4002 syscalls 1000");
	return 0;
}

static int unplug(const char *device)
{
	int fd = tty_open(device);
	int lines = TIOCM_LOOP;

	if (ioctl(fd, TIOCMBIC, &lines))
		die(device);
	return 0;
}

static void rang(int signal)
{
	(void)signal;
}

static void open_end(const char *device, const char *port)
{
	int loop;

	if (!strncmp(device, "tcp:", 4))
		end = connect_to(device + 4);
	else
		end = tty_open(device);
	if (fcntl(end, F_SETFL, 0))
		die(device);
	if (!port) {
		tty_plug(end, device);
		return;
	}
	loop = open(port, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (loop < 0)
		die(port);
	tty_plug(loop, port);
	/* A network forwarder opens its port when we connect: let it finish. */
	sleep(1);
}

/* Measure all phases, or that of @mode, and print them when it is over. */
static bool measure_all(const char *name, const char *mode)
{
	struct result results[PHASES];
	size_t done[PHASES], n_done = 0;
	bool ok = true;

	for (size_t n = 0; n < PHASES && ok; n++) {
		if (mode ? strcmp(mode, phases[n].mode) : phases[n].loaded)
			continue;
		ok = phases[n].loaded ? measure_loaded(&phases[n], &results[n]) :
					measure(&phases[n], &results[n]);
		done[n_done++] = n;
	}
	for (size_t n = 0; n < n_done; n++)
		print(name, &phases[done[n]], &results[done[n]]);
	if (!n_done)
		fprintf(stderr, "no mode %s\n", mode);
	if (!ok)
		fprintf(stderr, "%s: lost after byte %zu of %zu, or stuck for %d s\n",
			name, good, sent, PATIENCE);
	return ok && n_done;
}

int main(int argc, char **argv)
{
	struct sigaction on_alarm = { .sa_handler = rang };	/* ends system calls */
	const char *port = NULL, *mode = NULL;
	int option;

	if (argc == 2 && !strcmp(argv[1], "calibrate"))
		return calibrate();
	if (argc == 3 && !strcmp(argv[1], "unplug"))
		return unplug(argv[2]);
	while ((option = getopt(argc, argv, "l:m:")) != -1) {
		if (option == 'l')
			port = optarg;
		else if (option == 'm')
			mode = optarg;
		else
			break;
	}
	if (option != -1 || argc - optind != 2) {
		fprintf(stderr, "usage: %s [-l PORT] [-m MODE] NAME DEVICE|tcp:NUMBER\n",
			argv[0]);
		return 2;
	}
	make_pattern();
	round_ns = calloc(TIMED_ROUNDS, sizeof(*round_ns));
	if (!round_ns)
		die("memory");
	sigaction(SIGALRM, &on_alarm, NULL);

	open_end(argv[optind + 1], port);
	return !measure_all(argv[optind], mode);
}
