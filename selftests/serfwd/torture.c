// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once, at random: eight links on null modems, half of them with
 * traffic that is checked, both ways, byte by byte, while their ports come and go,
 * change hands and are set; half with whatever an administrator and two users can
 * do.
 *
 *	torture SECONDS [SEED]
 *
 * The acts of each thread and process follow from the seed; not so when it does them.
 * That the kernel has nothing to say of it is for the console to show.
 */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "line.h"
#include "record.h"
#include "stream.h"

#define LINKS		8
/* Or else a port that attaches by itself might get a checked link. */
#define PARAMETERS	"links=8 nullmodems=8 ports=ttyNM0,ttyNM2,ttyNM4,ttyNM6," \
			"ttyNM8,ttyNM10,ttyNM12,ttyNM14"
/* Their bytes are checked: link n and n + 1 share a port, for n of 0 and 2. */
#define CHECKED		4
#define N_NULL		27
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define DIE(...)	do { fprintf(stderr, __VA_ARGS__); exit(1); } while (0)

static atomic_bool stop;
/* Nothing is moved any more, and no user writes. */
static atomic_bool settled;
static uint64_t seed;
static pid_t main_pid;

/* One generator a thread: the seed and the thread tell what it did. */
static void start_random(struct stream *random, unsigned int thread)
{
	stream_init(random, seed + ((uint64_t)thread << 32), false);
}

static unsigned int pick(struct stream *random, unsigned int count)
{
	return stream_word(random) % count;
}

static int put_link(unsigned int link, const char *file, const char *text)
{
	return serfwd_put_tty("ttySF", link, file, text);
}

static void name_of(char *name, const char *prefix, unsigned int number)
{
	sprintf(name, "%s%u", prefix, number);
}

static int open_device(const char *prefix, unsigned int number)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/%s%u", prefix, number);
	return line_open_path(path, O_NONBLOCK);
}

/*
 * Checked traffic: each writer of a pair writes its own half of all values, in
 * turn, and the far end finds them all, in turn. The far end writes records, which
 * both of the pair find; once for each time that the port was taken away some are
 * missing.
 */

struct pair {
	unsigned int host;
	int far;
	atomic_llong written[2];
	long long read[2];
	char wrong[128];
	atomic_uint sent;
	atomic_uint detached;
};

struct user {
	struct pair *pair;
	unsigned int which;
	int fd;
	struct record_reader records;
};

static unsigned int user_link(const struct user *user)
{
	return user->pair->host + user->which;
}

/* Detaching takes a while; nothing else keeps a writer. */
static void *writer_thread(void *arg)
{
	struct user *user = arg;
	atomic_llong *written = &user->pair->written[user->which];
	unsigned char first = user->which ? 0x80 : 0;
	unsigned char buf[64];
	unsigned int i;
	ssize_t done;

	while (!stop) {
		struct pollfd room = { .fd = user->fd, .events = POLLOUT };

		for (i = 0; i < sizeof(buf); i++)
			buf[i] = first | ((*written + i) & 0x7f);
		done = write(user->fd, buf, sizeof(buf));
		if (done > 0)
			*written += done;
		else
			poll(&room, 1, 50);
	}
	return NULL;
}

static void check_bytes(struct pair *pair, const unsigned char *buf, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		unsigned int from = buf[i] >> 7;

		if ((pair->read[from] & 0x7f) != (buf[i] & 0x7f) && !*pair->wrong)
			snprintf(pair->wrong, sizeof(pair->wrong),
				 "byte %lld of ttySF%u is %u, not %u",
				 pair->read[from], pair->host + from,
				 buf[i] & 0x7f,
				 (unsigned int)(pair->read[from] & 0x7f));
		pair->read[from]++;
	}
}

static bool all_read(const struct pair *pair)
{
	return pair->read[0] == pair->written[0] &&
	       pair->read[1] == pair->written[1];
}

static void *checker_thread(void *arg)
{
	struct pair *pair = arg;
	unsigned char buf[4096];
	int fd = pair->far;
	int quiet = 0;

	while (!settled || (!all_read(pair) && quiet < 200)) {
		struct pollfd input = { .fd = fd, .events = POLLIN };
		ssize_t got = poll(&input, 1, 50) == 1 ?
			      read(fd, buf, sizeof(buf)) : 0;

		if (got > 0)
			check_bytes(pair, buf, got);
		quiet = got > 0 || !settled ? 0 : quiet + 1;
	}
	return NULL;
}

/* Slowly: who only listens is not waited for, and is to lose nothing. */
static void send_record(struct pair *pair)
{
	struct pollfd room = { .fd = pair->far, .events = POLLOUT };
	unsigned char buf[RECORD_BYTES];
	int done = 0, quiet = 0;

	record_make(buf, pair->sent++);
	while (done < RECORD_BYTES && quiet < 200) {
		ssize_t ret = write(pair->far, buf + done, RECORD_BYTES - done);

		if (ret > 0) {
			done += ret;
			continue;
		}
		quiet++;
		poll(&room, 1, 50);
	}
	if (pair->sent % 4 == 0)
		sleep_ms(1);
}

static void *far_writer_thread(void *arg)
{
	struct pair *pair = arg;
	unsigned int i;

	while (!stop)
		send_record(pair);
	/* The last ones are to arrive, whatever is missing before. */
	while (!settled)
		sleep_ms(10);
	for (i = 0; i < 64; i++)
		send_record(pair);
	return NULL;
}

/* All are sent when @settled; some may still be on their way. */
static void *receiver_thread(void *arg)
{
	struct user *user = arg;
	unsigned char buf[4096];
	int quiet = 0;

	while (!settled || quiet < 20 ||
	       (user->records.next != user->pair->sent && quiet < 200)) {
		struct pollfd input = { .fd = user->fd, .events = POLLIN };
		ssize_t got = poll(&input, 1, 50) == 1 ?
			      read(user->fd, buf, sizeof(buf)) : 0;

		if (got > 0)
			record_read(&user->records, buf, got);
		quiet = got > 0 || !settled ? 0 : quiet + 1;
	}
	return NULL;
}

static const char *const writers_words[] = { "admin", "token", "priority" };
static const char *const flow_words[] = { "guest", "auto-rtscts" };

static void set_harmless_speed(struct stream *random, unsigned int link)
{
	static const tcflag_t speeds[] = { B1200, B9600, B115200, B4000000 };
	struct termios2 raw = line_raw((LINE_CFLAG & ~CBAUD) |
				       speeds[pick(random, ARRAY_SIZE(speeds))]);
	int fd = open_device("ttySF", link);

	if (fd < 0)
		return;
	line_set(fd, &raw);
	close(fd);
}

/* Moves may not lose a byte that was written, nor one received except by detaching. */
static void *mover_thread(void *arg)
{
	struct pair *pair = arg;
	struct stream random;
	char port[16], link[16];

	start_random(&random, 100 + pair->host);
	name_of(port, "ttyNM", 2 * pair->host);
	while (!stop) {
		unsigned int which = pair->host + pick(&random, 2);

		name_of(link, "ttySF", which);
		switch (pick(&random, 7)) {
		case 0:
			pair->detached++;
			put_link(pair->host, "port", "\n");
			sleep_ms(pick(&random, 20));
			while (put_link(pair->host, "port", port) && !stop)
				sleep_ms(10);
			break;
		case 1:
			set_harmless_speed(&random, which);
			break;
		case 2:
			put_link(pair->host, "share_write",
				 writers_words[pick(&random, 3)]);
			break;
		case 3:
			put_link(pair->host, "flow",
				 flow_words[pick(&random, 2)]);
			break;
		default:
			put_link(pair->host, "owner", link);
		}
		sleep_ms(pick(&random, 30));
	}
	/* For the rest to arrive. */
	put_link(pair->host, "share_write", "token");
	put_link(pair->host, "port", port);
	return NULL;
}

/*
 * Chaos
 */

/* Whatever an ioctl waits for is not waited for. */
static void alarm_handler(int sig)
{
	(void)sig;
}

static void random_settings(struct stream *random, int fd)
{
	struct termios2 termios = {};

	termios.c_iflag = stream_word(random);
	termios.c_oflag = stream_word(random);
	termios.c_cflag = stream_word(random);
	termios.c_lflag = stream_word(random) & ~TOSTOP;
	termios.c_ospeed = stream_word(random);
	termios.c_ispeed = termios.c_ospeed;
	ioctl(fd, TCSETS2, &termios);
}

static void random_act(struct stream *random, int fd)
{
	/* One that takes nothing and has nothing looked at, and one that is refused. */
	static const int ldiscs[] = { SERFWD_N_TTY, SERFWD_N_TTY, N_NULL,
				      SERFWD_LDISC };
	static const int flush[] = { TCIFLUSH, TCOFLUSH, TCIOFLUSH };
	static const int flow[] = { TCOOFF, TCOON, TCIOFF, TCION };
	int lines = stream_word(random) & LINE_OUTPUTS;
	unsigned char buf[3000];

	switch (pick(random, 13)) {
	case 0:
		random_settings(random, fd);
		break;
	case 1:
		ioctl(fd, TIOCMSET, &lines);
		break;
	case 2:
		ioctl(fd, pick(random, 2) ? TIOCSBRK : TIOCCBRK);
		break;
	case 3:
		ioctl(fd, TCFLSH, flush[pick(random, 3)]);
		break;
	case 4:
		ioctl(fd, TCXONC, flow[pick(random, 4)]);
		break;
	case 5:
		if (!pick(random, 8))
			ioctl(fd, TIOCVHANGUP);
		break;
	case 6:
		ioctl(fd, TCSBRK, 1);
		break;
	case 7:
		ioctl(fd, TIOCMIWAIT, LINE_INPUTS);
		break;
	case 8:
		if (read(fd, buf, sizeof(buf)) < 0)
			break;
		break;
	case 9:
		ioctl(fd, TIOCSETD, &ldiscs[pick(random, ARRAY_SIZE(ldiscs))]);
		break;
	default:
		stream_fill(random, buf, sizeof(buf));
		if (write(fd, buf, 1 + pick(random, sizeof(buf))) < 0)
			break;
	}
}

static void arm(bool on)
{
	struct itimerval interval = {};

	if (on) {
		interval.it_interval.tv_usec = 20000;
		interval.it_value.tv_usec = 20000;
	}
	setitimer(ITIMER_REAL, &interval, NULL);
}

/*
 * A process of its own, which is killed now and then: it waits for nothing for
 * long, and does not outlive us.
 */
static pid_t start_process(void)
{
	struct sigaction on_alarm = { .sa_handler = alarm_handler };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != main_pid)
		_exit(1);
	sigaction(SIGALRM, &on_alarm, NULL);
	signal(SIGHUP, SIG_IGN);
	arm(true);
	return 0;
}

static void kill_process(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A user of a link or of a far plug. */
static void chaos_user(uint64_t of_user, const char *prefix, unsigned int number)
{
	struct stream random;
	unsigned int acts;
	int fd;

	stream_init(&random, of_user, false);
	for (;;) {
		fd = open_device(prefix, number);
		if (fd < 0) {
			sleep_ms(10);
			continue;
		}
		for (acts = pick(&random, 50); acts; acts--)
			random_act(&random, fd);
		ioctl(fd, TCFLSH, TCIOFLUSH);
		close(fd);
	}
}

static pid_t start_user(struct stream *random)
{
	bool far = pick(random, 2);
	unsigned int link = CHECKED + pick(random, LINKS - CHECKED);
	uint64_t of_user = stream_word(random);
	pid_t pid = start_process();

	if (!pid)
		chaos_user(of_user, far ? "ttyNM" : "ttySF",
			   far ? 2 * link + 1 : link);
	return pid;
}

static void *users_thread(void *arg)
{
	pid_t pids[LINKS] = {};
	struct stream random;
	unsigned int i;

	(void)arg;
	start_random(&random, 200);
	while (!stop) {
		i = pick(&random, LINKS);
		kill_process(pids[i]);
		pids[i] = start_user(&random);
		sleep_ms(pick(&random, 200));
	}
	/* At once: those that are left would keep the others from ending. */
	for (i = 0; i < LINKS; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	for (i = 0; i < LINKS; i++)
		kill_process(pids[i]);
	return NULL;
}

static const struct {
	const char *file;
	const char *words[6];
} choices[] = {
	{ "flow", { "guest", "auto-rtscts", "auto-xonxoff" } },
	{ "hup", { "guest", "never" } },
	{ "on_detach", { "hold", "hangup" } },
	{ "stall", { "block", "drop-newest", "drop-oldest", "hangup",
		     "no such word" } },
	{ "stall_timeout_ms", { "1", "100", "0" } },
	{ "share_write", { "admin", "exclusive", "token", "priority" } },
	{ "share_read", { "all", "owner" } },
	{ "token_idle_ms", { "1", "50" } },
	{ "priority", { "0", "1", "100", "101" } },
	{ "rate_limit", { "0", "1", "3000", "1000000", "-1" } },
	{ "rate_burst", { "256", "4096", "0" } },
	{ "latency", { "normal", "low" } },
	{ "stats/enabled", { "0", "1" } },
	{ "share", { "\n", "ttySF4", "ttySF5", "ttySF6", "ttySF7" } },
	{ "owner", { "ttySF4", "ttySF5", "ttySF6", "ttySF7", "ttySF8" } },
	{ "port", { "\n", "ttyNM8", "ttyNM10", "ttyNM12", "ttyNM14" } },
};

static const struct {
	const char *file;
	const char *words[5];
} cable_choices[] = {
	{ "pacing", { "0", "1" } },
	{ "wiring", { "crossed", "straight", "three-wire", "loopback" } },
	{ "pins", { "cts=rts", "cts=own-rts|rts dcd=high", "ri=out1 dsr=", "x" } },
};

static const char *pick_word(struct stream *random, const char *const *words,
			     unsigned int max)
{
	unsigned int count = 0;

	while (count < max && words[count])
		count++;
	return words[pick(random, count)];
}

static void *administrator_thread(void *arg)
{
	struct stream random;

	start_random(&random, (intptr_t)arg);
	while (!stop) {
		unsigned int link = CHECKED + pick(&random, LINKS - CHECKED);
		unsigned int i = pick(&random, ARRAY_SIZE(choices));
		const char *word;

		put_link(link, choices[i].file,
			 pick_word(&random, choices[i].words, 6));
		if (!pick(&random, 4)) {
			i = pick(&random, ARRAY_SIZE(cable_choices));
			word = pick_word(&random, cable_choices[i].words, 5);
			serfwd_put_tty("ttyNM", 2 * link,
				       cable_choices[i].file, word);
		}
		sleep_ms(pick(&random, 5));
	}
	return NULL;
}

/* As ldattach does, for a while; and the port may be hung up under it. */
static void attach(struct stream *random, int fd)
{
	int ldisc = SERFWD_LDISC, n_tty = SERFWD_N_TTY;

	if (!ioctl(fd, TIOCSETD, &ldisc))
		sleep_ms(pick(random, 50));
	if (!pick(random, 4))
		ioctl(fd, TIOCVHANGUP);
	if (pick(random, 2))
		ioctl(fd, TIOCSETD, &n_tty);
	ioctl(fd, TCFLSH, TCIOFLUSH);
}

static void attacher(uint64_t of_attacher)
{
	struct stream random;

	stream_init(&random, of_attacher, false);
	for (;;) {
		unsigned int link = CHECKED + pick(&random, LINKS - CHECKED);
		int fd = open_device("ttyNM", 2 * link);

		if (fd >= 0) {
			attach(&random, fd);
			close(fd);
		}
		sleep_ms(pick(&random, 20));
	}
}

/*
 * A process: changing the line discipline waits for what is unsent, and the line
 * discipline that was there before echoes what arrives and obeys XOFF.
 */
static void *attacher_thread(void *arg)
{
	struct stream random;

	(void)arg;
	start_random(&random, 300);
	while (!stop) {
		uint64_t of_attacher = stream_word(&random);
		pid_t pid = start_process();

		if (!pid)
			attacher(of_attacher);
		sleep_ms(pick(&random, 1000));
		kill_process(pid);
	}
	return NULL;
}

/* While a port is bound or a vtty is open this fails. */
static void *unloader_thread(void *arg)
{
	(void)arg;
	while (!stop) {
		if (!syscall(SYS_delete_module, "serfwd", O_NONBLOCK))
			DIE("the module in use was unloaded\n");
		sleep_ms(100);
	}
	return NULL;
}

static void *reader_thread(void *arg)
{
	static const char *const files[] = {
		"/proc/tty/driver/serfwd", "/proc/tty/driver/serfwd_nullmodem",
		"/sys/class/tty/ttySF4/port", "/sys/class/tty/ttySF5/waiting",
		"/sys/class/tty/ttySF6/owner", "/sys/class/tty/ttySF7/share",
		"/sys/class/tty/ttySF4/stats/rx_hops_log2_ns",
		"/sys/class/tty/ttySF5/stats/tx_stalled_ns",
		"/sys/class/tty/ttyNM9/pins", "/sys/class/tty/ttyNM8/wiring",
	};
	struct stream random;
	char buf[4096];

	(void)arg;
	start_random(&random, 400);
	while (!stop) {
		const char *file = files[pick(&random, ARRAY_SIZE(files))];
		int fd = open(file, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			DIE("%s is not there\n", file);
		while (read(fd, buf, sizeof(buf)) > 0)
			;
		close(fd);
		sleep_ms(pick(&random, 10));
	}
	return NULL;
}

/*
 * All of it
 */

static pthread_t start(void *(*fn)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, fn, arg))
		DIE("no more threads\n");
	return thread;
}

static void set_up_pair(struct pair *pair, unsigned int host)
{
	char name[16];

	memset(pair, 0, sizeof(*pair));
	pair->host = host;
	name_of(name, "ttySF", host);
	if (put_link(host + 1, "share", name))
		DIE("ttySF%u cannot share\n", host + 1);
	put_link(host, "token_idle_ms", "20");
	/* Before anybody writes: what nobody receives is gone. */
	pair->far = open_device("ttyNM", 2 * host + 1);
	if (pair->far < 0 || line_set_cflag(pair->far, LINE_CFLAG))
		DIE("ttyNM%u cannot be set up\n", 2 * host + 1);
	name_of(name, "ttyNM", 2 * host);
	if (put_link(host, "port", name))
		DIE("%s cannot be bound\n", name);
}

static void set_up_user(struct user *user, struct pair *pair,
			unsigned int which)
{
	user->pair = pair;
	user->which = which;
	/* Held open: closing drops what a port that is away has not taken. */
	user->fd = open_device("ttySF", user_link(user));
	if (user->fd < 0 || line_set_cflag(user->fd, LINE_CFLAG))
		DIE("ttySF%u cannot be set up\n", user_link(user));
}

/* Closing what cannot be sent takes a fifth of a second, not half a minute. */
static void set_closing_wait(const char *prefix, unsigned int number)
{
	struct serial_struct info;
	int fd = open_device(prefix, number);

	if (fd < 0 || ioctl(fd, TIOCGSERIAL, &info))
		DIE("%s%u has no serial settings\n", prefix, number);
	info.closing_wait = 20;
	if (ioctl(fd, TIOCSSERIAL, &info))
		DIE("%s%u: closing_wait cannot be set\n", prefix, number);
	close(fd);
}

static void set_up_chaos(void)
{
	unsigned int link;

	for (link = CHECKED; link < LINKS; link++) {
		set_closing_wait("ttyNM", 2 * link);
		set_closing_wait("ttyNM", 2 * link + 1);
	}
}

static void end_chaos(void)
{
	unsigned int link;

	for (link = CHECKED; link < LINKS; link++) {
		serfwd_put_tty("ttyNM", 2 * link, "pacing", "0");
		serfwd_put_tty("ttyNM", 2 * link, "wiring", "crossed");
		put_link(link, "rate_limit", "0");
	}
}

static bool report(const struct pair *pair)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		printf("# ttySF%u: %lld bytes written, %lld arrived\n",
		       pair->host + i, (long long)pair->written[i], pair->read[i]);
	if (*pair->wrong)
		printf("# %s\n", pair->wrong);
	return all_read(pair) && !*pair->wrong &&
	       pair->written[0] && pair->written[1];
}

static bool report_received(const struct user *user)
{
	const struct record_reader *records = &user->records;
	unsigned int sent = user->pair->sent, detached = user->pair->detached;

	printf("# ttySF%u: %u records sent, %u arrived last, %u gaps of at most %u, %u late\n",
	       user_link(user), sent, records->next, records->gaps, detached,
	       records->late);
	return records->next == sent && records->gaps <= detached &&
	       !records->late;
}

/* If the end is late, say where everybody is. */
static void *late_thread(void *unused)
{
	int trigger;

	(void)unused;
	sleep(120);
	puts("# threads have not ended two minutes after they were told to");
	trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (trigger >= 0 && write(trigger, "t", 1) == 1)
		sleep(5);
	_exit(1);
}

/* Returns how many threads were started. */
static unsigned int start_chaos(pthread_t *threads)
{
	unsigned int n = 0;

	threads[n++] = start(users_thread, NULL);
	threads[n++] = start(administrator_thread, (void *)500);
	threads[n++] = start(administrator_thread, (void *)501);
	threads[n++] = start(attacher_thread, NULL);
	threads[n++] = start(unloader_thread, NULL);
	threads[n++] = start(reader_thread, NULL);
	return n;
}

static void join_all(pthread_t *threads, unsigned int count)
{
	while (count)
		pthread_join(threads[--count], NULL);
}

int main(int argc, char **argv)
{
	static struct pair pairs[CHECKED / 2];
	static struct user users[CHECKED];
	pthread_t writers[CHECKED], receivers[CHECKED], others[32];
	pthread_t checkers[CHECKED / 2], far_writers[CHECKED / 2];
	unsigned int seconds = argc > 1 ? atoi(argv[1]) : 30;
	bool written = true, received = true;
	unsigned int i, n, passed;

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13\n1..3");
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
	printf("# seed %llu\n", (unsigned long long)seed);
	main_pid = getpid();
	if (serfwd_reload(PARAMETERS))
		DIE("the module cannot be loaded\n");
	/*
	 * The pairs and these keep the module's static keys on all the time: QEMU
	 * emulating several processors runs instructions that were patched
	 * under it as they were, for ever if it was a breakpoint.
	 */
	put_link(0, "stats/enabled", "1");
	put_link(0, "rate_limit", "1000000");
	set_up_chaos();
	for (i = 0; i < CHECKED / 2; i++)
		set_up_pair(&pairs[i], 2 * i);
	for (i = 0; i < CHECKED; i++)
		set_up_user(&users[i], &pairs[i / 2], i % 2);
	n = start_chaos(others);
	for (i = 0; i < CHECKED / 2; i++) {
		checkers[i] = start(checker_thread, &pairs[i]);
		far_writers[i] = start(far_writer_thread, &pairs[i]);
		others[n++] = start(mover_thread, &pairs[i]);
	}
	for (i = 0; i < CHECKED; i++) {
		writers[i] = start(writer_thread, &users[i]);
		receivers[i] = start(receiver_thread, &users[i]);
	}

	for (passed = 0; passed < seconds; passed += 5) {
		sleep_ms(5000);
		printf("# %u of %u s\n", passed + 5, seconds);
	}
	stop = true;
	start(late_thread, NULL);
	end_chaos();
	join_all(others, n);
	join_all(writers, CHECKED);
	settled = true;
	join_all(far_writers, CHECKED / 2);
	join_all(checkers, CHECKED / 2);
	join_all(receivers, CHECKED);
	for (i = 0; i < CHECKED / 2; i++)
		written &= report(&pairs[i]);
	for (i = 0; i < CHECKED; i++)
		received &= report_received(&users[i]);
	for (i = 0; i < CHECKED; i++)
		close(users[i].fd);
	for (i = 0; i < CHECKED / 2; i++)
		close(pairs[i].far);
	printf("%s 1 what was written arrived once and in order\n",
	       written ? "ok" : "not ok");
	printf("%s 2 what was received arrived once and in order, but for what went with a port\n",
	       received ? "ok" : "not ok");
	for (i = 0; i < LINKS; i++) {
		put_link(i, "share", "\n");
		put_link(i, "port", "\n");
	}
	n = serfwd_unload();
	printf("%s 3 the module unloads\n", n ? "not ok" : "ok");
	return !written || !received || n;
}
