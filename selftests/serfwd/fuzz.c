// SPDX-License-Identifier: GPL-2.0
/*
 * Random system calls of ordinary users on everything they can have open: vttys,
 * one of which shares a port, the far end of a null modem, a plug that nobody
 * bound, a real port that is bound. Several processes at once, which are killed
 * now and then, while an administrator moves a link from port to port and changes
 * policies; afterwards all has to be as good as before.
 *
 *	fuzz CALLS PORT [SEED]
 *
 * With KCOV, what a process does follows also from what it and its predecessors have
 * reached: programs of calls that reached new edges are kept, changed and done again.
 */
#include <grp.h>
#include <sys/stat.h>

#include "../lib/caller.h"
#include "../lib/kmsg.h"
#include "fuzz_call.h"
#include "kcov.h"

#define PROCESSES	4
#define NOBODY		65534
/* How often (us) a process's waits end. */
#define ALARM_US	10000

#define PROGRAM_CALLS	8
#define PROGRAMS	1024

struct program {
	unsigned int count;
	struct fuzz_call calls[PROGRAM_CALLS];
};

/**
 * struct corpus - what a process and its successors have reached, shared
 * @now: the call that is being done
 * @edges: reached
 * @kept: how many of @programs there are
 * @programs: that reached a new edge
 */
struct corpus {
	struct fuzz_call now;
	struct kcov_edges edges;
	unsigned int kept;
	struct program programs[PROGRAMS];
};

static struct caller *callers;
static struct corpus *corpora;
static unsigned long long wanted;
static uint64_t seed;
static char port_path[32];
static int port_fd = -1;

static struct fuzz_tty ttys[] = {
	{ .path = "/dev/ttySF0" },	/* has ttyNM0, or ttyNM4 */
	{ .path = "/dev/ttySF1" },	/* has the real port */
	{ .path = "/dev/ttySF2" },	/* shares that of ttySF0 */
	{ .path = "/dev/ttySF3" },	/* has none */
	{ .path = "/dev/ttyNM1" },
	{ .path = "/dev/ttyNM5" },
	{ .path = "/dev/ttyNM2" },
	{ .path = "/dev/ttyNM3" },
	{ .given = true },		/* the real port, from before */
};

#define TTYS	FUZZ_COUNT(ttys)

/*
 * A process
 */

/* Signals of ttys, and stopping in the background, are not to end it. */
static void ignore_signals(void)
{
	static const int ignored[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE,
		SIGIO, SIGURG, SIGWINCH, SIGUSR1,
	};
	unsigned int i;

	for (i = 0; i < FUZZ_COUNT(ignored); i++)
		signal(ignored[i], SIG_IGN);
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		_exit(3);
}

static void program_random(struct stream *random, struct program *program)
{
	unsigned int i;

	program->count = 1 + stream_pick(random, PROGRAM_CALLS);
	for (i = 0; i < program->count; i++)
		fuzz_call_random(random, &program->calls[i], TTYS);
}

/* One that was kept, with a few calls changed, or its end another's. */
static void program_change(struct stream *random, struct corpus *corpus,
			   struct program *program)
{
	const struct program *other;
	unsigned int i, changes = 1 + stream_pick(random, 3);

	*program = corpus->programs[stream_pick(random, corpus->kept)];
	if (!stream_pick(random, 4)) {
		other = &corpus->programs[stream_pick(random, corpus->kept)];
		for (i = program->count / 2; i < other->count; i++)
			program->calls[i] = other->calls[i];
		program->count = i > program->count ? i : program->count;
	}
	while (changes--)
		fuzz_call_change(random,
				 &program->calls[stream_pick(random, program->count)],
				 TTYS);
}

static void program_run(unsigned int place, const struct program *program)
{
	struct caller *caller = &callers[place];
	unsigned int i;

	for (i = 0; i < program->count; i++) {
		corpora[place].now = program->calls[i];
		caller_begins(caller);
		caller_is_done(caller, fuzz_call_do(&program->calls[i], ttys) >= 0);
	}
}

/* Killed in between, only the program is lost. */
static void program_keep(struct corpus *corpus, const struct program *program)
{
	if (corpus->kept == PROGRAMS)
		return;
	corpus->programs[corpus->kept] = *program;
	atomic_thread_fence(memory_order_release);
	corpus->kept++;
}

static bool enough(void)
{
	return callers_calls(callers, PROCESSES) >= wanted;
}

static void process(unsigned int place)
{
	struct corpus *corpus = &corpora[place];
	struct program program;
	struct stream random;
	uint64_t *kcov;
	int kcov_file;

	ttys[TTYS - 1].fd = port_fd;
	stream_init(&random, caller_seed(&callers[place], seed, place), false);
	kcov = kcov_start(&kcov_file);
	setsid();
	become_nobody();
	ignore_signals();
	caller_interrupt_often(ALARM_US);
	if (!fuzz_call_setup())
		_exit(4);
	while (!enough()) {
		if (corpus->kept && stream_pick(&random, 2))
			program_change(&random, corpus, &program);
		else
			program_random(&random, &program);
		if (kcov)
			kcov_forget(kcov);
		program_run(place, &program);
		if (kcov && kcov_collect(kcov, &corpus->edges))
			program_keep(corpus, &program);
	}
}

/*
 * Looking after them
 */

static void describe_call(const struct fuzz_call *call)
{
	static const char *const names[FUZZ_ACTS] = {
		"ioctl", "read", "write", "poll", "close and open",
	};

	ksft_print_msg("it is in %s of %s, cmd 0x%x, place %u, seed %llu\n",
		       names[call->act],
		       ttys[call->target].given ? port_path : ttys[call->target].path,
		       call->cmd, call->place, (unsigned long long)call->seed);
}

/* On the console: what waits, and what the processors do. */
static void describe_kernel(void)
{
	unsigned int i;

	for (i = 0; i < PROCESSES; i++) {
		describe_call(&corpora[i].now);
		caller_describe(&callers[i]);
	}
	sysfs_put("/proc/sysrq-trigger", "w");
	sysfs_put("/proc/sysrq-trigger", "l");
	sleep_ms(1000);
}

static bool replace(unsigned int place)
{
	if (!caller_kill(&callers[place]))
		return false;
	caller_start(&callers[place], process, place);
	return true;
}

static void interrupt(int sig)
{
	(void)sig;
}

/*
 * The tty core sets no line discipline before all is sent, for which it waits as long
 * as it takes: for ever, if a process has written and stopped the port. Returns 0,
 * or the errno: EINTR if it took too long.
 */
static int set_ldisc(void)
{
	static const struct sigaction action = { .sa_handler = interrupt };
	int ldisc = SERFWD_LDISC;
	int ret;

	ioctl(port_fd, TCFLSH, TCOFLUSH);
	sigaction(SIGALRM, &action, NULL);
	alarm(5);
	ret = ioctl(port_fd, TIOCSETD, &ldisc) ? errno : 0;
	alarm(0);
	return ret;
}

/*
 * While the port is not attached, n_tty has it. One that echoes, on a port that a process
 * has left in loop-back, receives its own echoes: without end, where the emulated UART
 * is faster than that, and who reads or polls waits as long for the tty core's work.
 */
static void end_echo_loop(void)
{
	int loop = TIOCM_LOOP;

	ioctl(port_fd, TIOCMBIC, &loop);
}

/* If it takes too long, there is another time. */
static void attach_port(void)
{
	int ret;

	end_echo_loop();
	ret = set_ldisc();

	if (!ret || ret == EINTR)
		return;
	/* It was hung up. */
	close(port_fd);
	port_fd = open(port_path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	set_ldisc();
}

static unsigned int attaches;

static void keep_attached(void)
{
	if (!serfwd_has_port(0)) {
		serfwd_set_port(0, "ttyNM0");
		attaches++;
	}
	if (!serfwd_has_port(1)) {
		attach_port();
		attaches++;
	}
}

/*
 * The administrator
 */

/**
 * struct policy - what is changed now and then
 * @attribute: of a link
 * @values: what it gets; the first is what it has by default
 */
static const struct policy {
	const char *attribute;
	const char *values[4];
} policies[] = {
	{ "rate_limit", { "0", "20000", "1000000" } },
	{ "rate_burst", { "4096", "8", "100000" } },
	{ "stall", { "block", "drop-newest", "drop-oldest", "hangup" } },
	{ "stall_timeout_ms", { "10000", "1", "50" } },
	{ "flow", { "guest", "auto-rtscts", "auto-xonxoff" } },
	{ "hup", { "guest", "never" } },
	{ "on_detach", { "hold", "hangup" } },
	{ "latency", { "normal", "low" } },
	{ "share_read", { "all", "owner" } },
	{ "share_role", { "full", "tap" } },
};

static unsigned int moves, moves_refused, changes, changes_refused;

/* Links that others have open: ttySF0 to ttySF2. */
#define LINKS	3

/* None of the two plugs is anybody else's to open. */
static void move_link(void)
{
	bool home = serfwd_tty_is("ttySF", 0, "port", "ttyNM0");

	if (serfwd_set_port(0, home ? "ttyNM4" : "ttyNM0"))
		moves_refused++;
	else
		moves++;
}

/* A link with a port of its own is no tap; older kernels have no choice of latency. */
static bool may_refuse(const struct policy *policy, int ret)
{
	return !strcmp(policy->attribute, "share_role") ||
	       (!strcmp(policy->attribute, "latency") && ret == -EOPNOTSUPP);
}

static void change_policy(struct stream *random)
{
	const struct policy *policy = &policies[stream_pick(random, FUZZ_COUNT(policies))];
	const char *value = policy->values[stream_pick(random, FUZZ_COUNT(policy->values))];
	int ret = serfwd_put_tty("ttySF", stream_pick(random, LINKS), policy->attribute,
				 value ?: policy->values[0]);

	if (!ret)
		changes++;
	else if (!may_refuse(policy, ret))
		changes_refused++;
}

static void administer(struct stream *random)
{
	if (stream_pick(random, 2))
		move_link();
	else
		change_policy(random);
}

/* Returns whether a link takes it. */
static bool put_one_back(unsigned int link, const char *attribute, const char *value)
{
	int ret = serfwd_put_tty("ttySF", link, attribute, value);

	if (ret)
		ksft_print_msg("ttySF%u: %s to %s: %s\n", link, attribute, value,
			       strerror(-ret));
	return !ret;
}

/* All as it was when it began. */
static bool put_back(void)
{
	bool done = true;
	unsigned int i, link;

	for (link = 0; link < LINKS; link++)
		for (i = 0; i < FUZZ_COUNT(policies); i++)
			done &= put_one_back(link, policies[i].attribute,
					     policies[i].values[0]);
	/* Not moved there: a far end may have been left that keeps it where it is. */
	serfwd_set_port(0, "");
	keep_attached();
	return put_one_back(0, "owner", "ttySF0") && done;
}

/* Away and back, when nothing keeps it any more. */
static bool moves_again(void)
{
	return !serfwd_set_port(0, "ttyNM4") && !serfwd_set_port(0, "ttyNM0");
}

static void report_administration(void)
{
	ksft_print_msg("%u times moved to another port, %u times not\n", moves,
		       moves_refused);
	ksft_print_msg("%u policies changed, %u refused\n", changes, changes_refused);
}

/* Returns whether all of them came to an end. */
static bool fuzz(void)
{
	struct stream random;
	bool well = true;
	unsigned int i;

	stream_init(&random, ~seed, false);
	for (i = 0; i < PROCESSES; i++)
		caller_start(&callers[i], process, i);
	while (well && !enough()) {
		callers_report_progress(callers, PROCESSES, wanted);
		sleep_ms(50 + stream_pick(&random, 400));
		keep_attached();
		administer(&random);
		well = !callers_hang(callers, PROCESSES);
		well &= replace(stream_pick(&random, PROCESSES));
	}
	for (i = 0; well && i < PROCESSES; i++)
		well = caller_gone(&callers[i], "has done enough");
	return well;
}

/*
 * Things that are to be as before
 */

/**
 * struct end - a tty that is looked at before and after
 * @path: of it
 * @info: its serial settings from before
 */
struct end {
	char path[32];
	struct serial_struct info;
};

static struct end ends[] = {
	{ .path = "/dev/ttySF0" },
	{ .path = "/dev/ttySF1" },
	{ .path = "/dev/ttyNM1" },
	{ .path = "/dev/ttyNM2" },
	{ .path = "/dev/ttyNM3" },
	{ .path = "/dev/ttyNM5" },
};

/* Closing what cannot be sent takes a fifth of a second, not half a minute. */
static bool end_save(struct end *end)
{
	int fd = line_open_raw(end->path);
	bool done;

	done = fd >= 0 && !ioctl(fd, TIOCGSERIAL, &end->info);
	end->info.closing_wait = 20;
	done = done && !ioctl(fd, TIOCSSERIAL, &end->info);
	close(fd);
	if (!done)
		ksft_print_msg("%s cannot be set up: %m\n", end->path);
	return done;
}

static bool end_settings_take(int fd, int outputs)
{
	struct termios2 want = line_raw(LINE_CFLAG), got;

	want.c_ispeed = 9600;
	want.c_ospeed = 9600;
	return !line_set(fd, &want) && !ioctl(fd, TCGETS2, &got) &&
	       !memcmp(&want, &got, sizeof(want)) &&
	       !line_set_outputs(fd, outputs) &&
	       (line_get(fd) & (TIOCM_DTR | TIOCM_RTS)) == outputs;
}

static bool end_restore(const struct end *end)
{
	struct serial_struct info;
	int fd = line_open_path(end->path, O_NONBLOCK);
	bool done;

	done = fd >= 0 && !ioctl(fd, TIOCSSERIAL, &end->info) &&
	       !ioctl(fd, TIOCGSERIAL, &info) &&
	       !memcmp(&info, &end->info, sizeof(info)) &&
	       end_settings_take(fd, TIOCM_RTS) &&
	       end_settings_take(fd, TIOCM_DTR | TIOCM_RTS);
	if (!done)
		ksft_print_msg("%s cannot be set: %m\n", end->path);
	close(fd);
	return done;
}

static bool all_ends(bool (*what)(struct end *end))
{
	bool done = true;
	unsigned int i;

	for (i = 0; i < FUZZ_COUNT(ends); i++)
		done &= what(&ends[i]);
	return done;
}

static bool restore(struct end *end)
{
	return end_restore(end);
}

/* Bytes written to one arrive at the other. */
static bool bytes_pass(int from, int to)
{
	unsigned char out[1000], in[sizeof(out)];
	struct stream random;
	int written, arrived;

	stream_init(&random, seed, false);
	stream_fill(&random, out, sizeof(out));
	written = line_write(from, out, sizeof(out));
	arrived = line_read(to, in, sizeof(in));
	ksft_print_msg("%d bytes written, %d arrived\n", written, arrived);
	return arrived == sizeof(in) && !memcmp(in, out, sizeof(in));
}

static bool null_modem_works(void)
{
	int near = line_open_raw("/dev/ttySF0");
	int far = line_open_raw("/dev/ttyNM1");
	bool works;

	ioctl(near, TCFLSH, TCIOFLUSH);
	ioctl(far, TCFLSH, TCIOFLUSH);
	works = bytes_pass(near, far) && bytes_pass(far, near);
	close(near);
	close(far);
	return works;
}

/* In loop-back: what goes out comes back. */
static bool real_port_works(void)
{
	int fd = line_open_raw("/dev/ttySF1");
	bool works;

	works = !line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2 | TIOCM_LOOP);
	ioctl(fd, TCFLSH, TCIOFLUSH);
	works = works && bytes_pass(fd, fd);
	line_set_outputs(fd, TIOCM_DTR | TIOCM_RTS | TIOCM_OUT2);
	close(fd);
	return works;
}

/*
 * All of it
 */

static bool set_up(const char *port)
{
	char params[128];
	unsigned int i;

	snprintf(port_path, sizeof(port_path), "/dev/%s", port);
	snprintf(params, sizeof(params), "links=4 nullmodems=3 ports=ttyNM0,%s",
		 port);
	if (serfwd_reload(params))
		return false;
	/* From here on, or else their code is patched while others run it. */
	serfwd_put_tty("ttySF", 0, "stats/enabled", "1");
	serfwd_put_tty("ttySF", 3, "rate_limit", "1000000");
	port_fd = open(port_path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	keep_attached();
	if (!serfwd_has_port(0) || !serfwd_has_port(1) ||
	    serfwd_put_tty("ttySF", 2, "share", "ttySF0") ||
	    serfwd_put_tty("ttySF", 0, "share_write", "token"))
		return false;
	for (i = 0; i < TTYS; i++)
		if (chmod(ttys[i].given ? port_path : ttys[i].path, 0666))
			return false;
	/* Other line disciplines would be tested here, and by far the most. */
	sysfs_put("/proc/sys/dev/tty/ldisc_autoload", "0");
	return all_ends(end_save);
}

static bool tear_down(void)
{
	int n_tty = SERFWD_N_TTY;

	serfwd_put_tty("ttySF", 2, "share", "\n");
	serfwd_set_port(0, "");
	ioctl(port_fd, TIOCSETD, &n_tty);
	close(port_fd);
	return !serfwd_unload();
}

static unsigned int report_reached(void)
{
	static struct kcov_edges all;
	unsigned int i, kept = 0;

	for (i = 0; i < PROCESSES; i++) {
		kcov_join(&all, &corpora[i].edges);
		kept += corpora[i].kept;
	}
	ksft_print_msg("%u edges reached, by %u programs\n", kcov_count(&all), kept);
	return kcov_count(&all);
}

static bool report_calls(void)
{
	ksft_print_msg("attached again %u times\n", attaches);
	return callers_report(callers, PROCESSES) && enough();
}

static void report_kcov(void)
{
	const char *name = "KCOV sees what is reached";

	if (kcov_present())
		ksft_test_result(report_reached(), "%s\n", name);
	else
		ksft_test_result_skip("%s: this kernel has no KCOV, so all is plain random\n",
				      name);
}

int main(int argc, char **argv)
{
	long long begin, began;
	bool ended;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3)
		return 2;
	wanted = strtoull(argv[1], NULL, 0);
	seed = argc > 3 ? strtoull(argv[3], NULL, 0) : (uint64_t)time(NULL);
	ksft_print_header();
	ksft_set_plan(9);
	ksft_print_msg("seed %llu\n", (unsigned long long)seed);
	callers = caller_share(PROCESSES * sizeof(*callers));
	corpora = caller_share(PROCESSES * sizeof(*corpora));
	if (!set_up(argv[2]))
		ksft_exit_fail_msg("cannot be set up: %m\n");

	began = now_ms();
	begin = kmsg_position();
	ended = fuzz();
	ksft_test_result(ended && report_calls(), "every call returns\n");
	if (!ended) {
		describe_kernel();
		ksft_exit_fail_msg("a process cannot be ended\n");
	}
	ksft_test_result(kmsg_stayed_short(begin, now_ms() - began),
			 "the log stays short\n");
	report_kcov();

	report_administration();
	ksft_test_result(put_back() && !changes_refused,
			 "policies can be changed and put back\n");
	ksft_test_result(all_ends(restore), "settings can be restored\n");
	ksft_test_result(moves_again(), "a link moves to another port and back\n");
	ksft_test_result(null_modem_works(), "bytes pass a null modem both ways\n");
	ksft_test_result(real_port_works(), "bytes pass a real port both ways\n");
	ksft_test_result(tear_down(), "the module unloads\n");
	ksft_finished();
}
