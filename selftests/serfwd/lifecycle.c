// SPDX-License-Identifier: GPL-2.0
/*
 * Rounds of random attaching, detaching, killing, hanging up and unloading on
 * one link, with and without traffic. After each round the module's reference
 * count is what the state says; in the end everything is gone.
 *
 * usage: lifecycle MODULE PORT ROUNDS [SEED]
 *
 * The far end of PORT is its own receiver: the UART is in loop-back.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"
#include "stream.h"

/* linux/termios.h has it, which does not go together with termios.h. */
#ifndef TIOCM_LOOP
#define TIOCM_LOOP	0x8000
#endif

#define LDISC		29
#define VTTY		"/dev/ttySF0"
#define VTTY_PORT	"/sys/class/tty/ttySF0/port"
#define WAIT_MS		20000

static const char *module;	/* path of serfwd.ko */
static char port_name[32];	/* ttyS4 */
static char port_dev[40];	/* /dev/ttyS4 */
static struct stream choices;

/* The state that this program has brought about. */
static struct {
	bool loaded;
	bool bound;		/* by sysfs */
	pid_t holder;		/* has the line discipline on the port, or 0 */
	pid_t traffic;		/* writes to and reads from the vtty, or 0 */
} now;

static void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
	fflush(stdout);
}

static unsigned int pick(unsigned int n)
{
	return stream_pick(&choices, n);
}

static void nap(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/*
 * Small files
 */

static bool read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	return true;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

static bool file_has(const char *path, const char *word)
{
	static char text[16384];

	return read_file(path, text, sizeof(text)) && strstr(text, word);
}

static int module_references(void)
{
	char text[32];

	if (!read_file("/sys/module/serfwd/refcnt", text, sizeof(text)))
		return -1;
	return atoi(text);
}

static bool attached(void)
{
	char text[64];

	return read_file(VTTY_PORT, text, sizeof(text)) && *text != '\n';
}

/* SUnreclaim, KiB: what modules allocate. */
static long slab_kib(void)
{
	static char text[8192];
	char *line;

	if (!read_file("/proc/meminfo", text, sizeof(text)))
		return -1;
	line = strstr(text, "SUnreclaim:");
	return line ? atol(line + strlen("SUnreclaim:")) : -1;
}

/*
 * The same when freed memory is gone, some of it after a while; or, if it does not go
 * down to @most, after half a minute.
 */
static long slab_kib_at_last(long most)
{
	long kib;
	int tries = 60;

	do {
		kib = slab_kib();
		if (kib <= most)
			break;
		usleep(500000);
	} while (--tries);
	return kib;
}

static bool wait_until(bool (*is)(void), bool wanted, const char *what)
{
	int ms;

	for (ms = 0; ms < WAIT_MS; ms += 10) {
		if (is() == wanted)
			return true;
		nap(10);
	}
	complain("waited %d s for %s", WAIT_MS / 1000, what);
	return false;
}

/*
 * Processes
 */

static pid_t spawn(void (*run)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		run();
		_exit(1);
	}
	return pid;
}

static void end_process(pid_t *pid, int sig)
{
	if (!*pid)
		return;
	kill(*pid, sig);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

/* As ldattach does, but without becoming a daemon: its pid is to be known. */
static void hold_port(void)
{
	int fd = open(port_dev, O_RDWR | O_NOCTTY | O_NONBLOCK);
	int num = LDISC;

	if (fd < 0 || ioctl(fd, TIOCSETD, &num))
		_exit(1);
	for (;;)
		pause();
}

static int open_vtty(void)
{
	int loop = TIOCM_LOOP;
	struct termios raw;
	int fd = open(VTTY, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (tcgetattr(fd, &raw))
		return fd;
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL | CREAD;
	cfsetspeed(&raw, B115200);
	tcsetattr(fd, TCSANOW, &raw);
	ioctl(fd, TIOCMBIS, &loop);
	return fd;
}

/* Writes and reads as fast as it goes; opens again after a hang-up. */
static void run_traffic(void)
{
	char buf[512];
	int fd = -1;

	memset(buf, 'u', sizeof(buf));
	for (;;) {
		struct pollfd p = { .events = POLLIN | POLLOUT };
		bool hung = false;

		if (fd < 0)
			fd = open_vtty();
		if (fd < 0) {
			nap(20);
			continue;
		}
		p.fd = fd;
		poll(&p, 1, 100);
		if (p.revents & POLLOUT)
			hung |= write(fd, buf, sizeof(buf)) < 0 && errno == EIO;
		if (p.revents & POLLIN)
			hung |= read(fd, buf, sizeof(buf)) == 0;
		if (hung || (p.revents & POLLHUP)) {
			close(fd);
			fd = -1;
		}
	}
}

/* In a session of its own: vhangup() takes the controlling terminal. */
static void hang_up(const char *device)
{
	int fd;

	signal(SIGHUP, SIG_IGN);
	setsid();
	fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 1) || syscall(SYS_vhangup))
		_exit(1);
	_exit(0);
}

static void hang_up_port(void)
{
	hang_up(port_dev);
}

static void hang_up_vtty(void)
{
	hang_up(VTTY);
}

static bool run_hang_up(void (*run)(void))
{
	pid_t pid = spawn(run);
	int status;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * Actions. Each leaves "now" telling the truth and returns whether what it saw
 * was right.
 */

static bool is_attached(void)
{
	return now.bound || now.holder;
}

static bool load(void)
{
	char ports[48];
	int fd, ret;

	if (now.loaded)
		return true;
	snprintf(ports, sizeof(ports), "links=2 ports=%s", port_name);
	fd = open(module, O_RDONLY);
	ret = syscall(SYS_finit_module, fd, ports, 0);
	if (ret)
		complain("load: %s", strerror(errno));
	close(fd);
	now.loaded = !ret;
	return now.loaded;
}

static bool unload(void)
{
	bool busy = is_attached() || now.traffic;
	int ret = syscall(SYS_delete_module, "serfwd", O_NONBLOCK);

	if (busy) {
		if (ret && errno == EWOULDBLOCK)
			return true;
		/* Between a hang-up and the next open nothing holds it. */
		if (!ret && !is_attached()) {
			now.loaded = false;
			return load();
		}
		complain("unload while in use: %s", ret ? strerror(errno) : "done");
		return false;
	}
	if (ret) {
		complain("unload: %s", strerror(errno));
		return false;
	}
	now.loaded = false;
	return load();
}

static bool attach_by_process(void)
{
	if (is_attached())
		return true;
	now.holder = spawn(hold_port);
	return wait_until(attached, true, "the port to attach");
}

static bool attach_by_sysfs(void)
{
	int err;

	err = write_file(VTTY_PORT, port_name);
	if (is_attached()) {
		if (err == EBUSY)
			return true;
		complain("second attach: %s instead of EBUSY", strerror(err));
		return false;
	}
	if (err) {
		complain("attach: %s", strerror(err));
		return false;
	}
	now.bound = true;
	return attached();
}

static bool detach_by_sysfs(void)
{
	int err = write_file(VTTY_PORT, "\n");

	if (err) {
		complain("detach: %s", strerror(err));
		return false;
	}
	/* The process keeps the port, without the line discipline. */
	end_process(&now.holder, SIGKILL);
	now.bound = false;
	return !attached();
}

static bool kill_holder(int sig)
{
	if (!now.holder)
		return true;
	end_process(&now.holder, sig);
	return wait_until(attached, false, "a killed owner's port to detach");
}

static bool term_holder(void)
{
	return kill_holder(SIGTERM);
}

static bool kill9_holder(void)
{
	return kill_holder(SIGKILL);
}

static bool hup_port(void)
{
	/* A port bound by sysfs is open exclusively. */
	if (!now.holder)
		return true;
	if (!run_hang_up(hang_up_port)) {
		complain("the port could not be hung up");
		return false;
	}
	end_process(&now.holder, SIGKILL);
	return wait_until(attached, false, "a hung up port to detach");
}

static bool hup_vtty(void)
{
	if (!run_hang_up(hang_up_vtty)) {
		complain("the vtty could not be hung up");
		return false;
	}
	return attached() == is_attached();
}

static bool start_traffic(void)
{
	if (!now.traffic)
		now.traffic = spawn(run_traffic);
	nap(pick(30));
	return now.traffic > 0;
}

static bool kill9_traffic(void)
{
	end_process(&now.traffic, SIGKILL);
	return true;
}

static bool open_close(void)
{
	int fd = open_vtty();

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static const struct action {
	const char *name;
	unsigned int weight;
	bool (*run)(void);
} actions[] = {
	{ "attach by a process",	6, attach_by_process },
	{ "attach by sysfs",		6, attach_by_sysfs },
	{ "detach by sysfs",		3, detach_by_sysfs },
	{ "end the owner",		2, term_holder },
	{ "kill -9 the owner",		3, kill9_holder },
	{ "hang up the port",		2, hup_port },
	{ "hang up the vtty",		2, hup_vtty },
	{ "start traffic",		5, start_traffic },
	{ "kill -9 traffic",		3, kill9_traffic },
	{ "open and close the vtty",	2, open_close },
	{ "unload",			2, unload },
};

static const struct action *pick_action(void)
{
	unsigned int i, total = 0, n;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		total += actions[i].weight;
	n = pick(total);
	for (i = 0; n >= actions[i].weight; i++)
		n -= actions[i].weight;
	return &actions[i];
}

/*
 * One reference for an attached port; while the vtty is open, one for its tty
 * and one for the open device. They go a moment after the last close.
 */
static bool references_right(void)
{
	int refs = module_references();
	int least = is_attached();

	return refs >= least && refs <= least + (now.traffic ? 2 : 0);
}

static bool round_right(const struct action *action)
{
	if (!action->run()) {
		complain("failed: %s", action->name);
		return false;
	}
	if (attached() != is_attached()) {
		complain("%s: the port is%s attached", action->name,
			 attached() ? "" : " not");
		return false;
	}
	if (!wait_until(references_right, true, "the reference count")) {
		complain("%s: %d references", action->name, module_references());
		return false;
	}
	return true;
}

static bool run_rounds(unsigned int rounds)
{
	unsigned int i;

	for (i = 1; i <= rounds; i++) {
		const struct action *action = pick_action();

		if (!round_right(action)) {
			complain("round %u of %u", i, rounds);
			return false;
		}
		if (i % 100 == 0)
			complain("%u rounds", i);
	}
	return true;
}

static bool no_references(void)
{
	return module_references() == 0;
}

static bool leave(void)
{
	end_process(&now.traffic, SIGKILL);
	end_process(&now.holder, SIGKILL);
	if (now.bound && write_file(VTTY_PORT, "\n"))
		return false;
	now.bound = false;
	if (!wait_until(no_references, true, "the last reference to go"))
		return false;
	if (syscall(SYS_delete_module, "serfwd", O_NONBLOCK)) {
		complain("unload: %s", strerror(errno));
		return false;
	}
	now.loaded = false;
	return true;
}

static bool nothing_left(void)
{
	return !file_has("/proc/tty/drivers", "serfwd") &&
	       !file_has("/proc/tty/ldiscs", "serfwd") &&
	       access("/sys/class/tty/ttySF0", F_OK) &&
	       access("/sys/module/serfwd", F_OK);
}

static bool port_echoes(int fd)
{
	int got = 0;
	char text[6] = "";

	if (write(fd, "alive", 5) != 5) {
		complain("write to %s: %s", port_dev, strerror(errno));
		return false;
	}
	while (got < 5) {
		ssize_t n = read(fd, text + got, 5 - got);

		if (n <= 0)
			break;
		got += n;
	}
	if (strcmp(text, "alive"))
		complain("%s: got %d of 5 bytes, \"%s\"", port_dev, got, text);
	return !strcmp(text, "alive");
}

/* The port does what it did before: it is in loop-back again, and open. */
static bool port_works(void)
{
	int fd = open(port_dev, O_RDWR | O_NOCTTY);
	int loop = TIOCM_LOOP;
	struct termios raw;
	bool ok;

	if (fd < 0) {
		complain("open %s: %s", port_dev, strerror(errno));
		return false;
	}
	tcgetattr(fd, &raw);
	complain("%s: iflag %o oflag %o cflag %o lflag %o", port_dev,
		 raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag);
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 50;
	tcsetattr(fd, TCSAFLUSH, &raw);
	ioctl(fd, TIOCMBIS, &loop);
	ok = port_echoes(fd);
	ioctl(fd, TIOCMBIC, &loop);
	close(fd);
	return ok;
}

/*
 * A port that is hung up with more received than its user had read: the next
 * one gets nothing of it.
 */
static bool hang_up_leaves_nothing(void)
{
	char buf[8192];
	ssize_t sent = 0;
	int fd, tries;

	memset(buf, 'u', sizeof(buf));
	if (!load() || !attach_by_process())
		return false;
	fd = open_vtty();
	for (tries = 0; tries < 1000 && sent < (ssize_t)sizeof(buf); tries++) {
		ssize_t n = write(fd, buf + sent, sizeof(buf) - sent);

		sent += n > 0 ? n : 0;
		nap(2);
	}
	if (sent < (ssize_t)sizeof(buf))
		complain("wrote %zd of %zu bytes", sent, sizeof(buf));
	if (!run_hang_up(hang_up_port))
		complain("the port could not be hung up");
	close(fd);
	return sent == sizeof(buf) && leave() && port_works();
}

int main(int argc, char **argv)
{
	unsigned int rounds, warm_up;
	uint64_t seed;
	long before, after;
	bool ok;

	if (argc < 4) {
		fprintf(stderr, "usage: %s MODULE PORT ROUNDS [SEED]\n", argv[0]);
		return 2;
	}
	module = argv[1];
	snprintf(port_name, sizeof(port_name), "%s", argv[2]);
	snprintf(port_dev, sizeof(port_dev), "/dev/%s", argv[2]);
	rounds = atoi(argv[3]);
	seed = argc > 4 ? strtoull(argv[4], NULL, 0) : (uint64_t)time(NULL);
	stream_init(&choices, seed, false);

	ksft_print_header();
	ksft_set_plan(6);
	complain("seed %llu", (unsigned long long)seed);

	/* Caches fill in the first rounds. */
	warm_up = rounds / 10 + 1;
	ok = load() && run_rounds(warm_up) && leave();
	before = slab_kib();
	ok = ok && load() && run_rounds(rounds);
	ksft_test_result(ok, "%u rounds in every state\n", rounds);
	ksft_test_result(leave(), "unload at the end\n");
	ksft_test_result(nothing_left(), "nothing left in /proc and /sys\n");
	ksft_test_result(port_works(), "the port still works\n");
	ksft_test_result(hang_up_leaves_nothing(),
			 "a hang-up leaves nothing to the next user\n");
	after = slab_kib_at_last(before + rounds - 1);
	complain("unreclaimable slab: %ld KiB before, %ld KiB after", before,
		 after);
	/*
	 * A lost link is 2 KiB, a lost tty 4 KiB, a round. A kernel that looks
	 * for leaks itself also keeps what was freed for a while.
	 */
	if (access("/sys/kernel/debug/kmemleak", F_OK) == 0)
		ksft_test_result_skip("no memory lost: kmemleak tells\n");
	else
		ksft_test_result(before > 0 && after - before < rounds,
				 "no memory lost\n");
	ksft_finished();
}
