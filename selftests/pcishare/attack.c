// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls of several guests on a device that they share, while another one works
 * with it: it gets what is right, and nothing but that, whatever they do.
 *
 *	attack CALLS [SEED]
 *
 * What an attacker does follows from the seed, its place and how often its
 * predecessors were killed.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "kselftest.h"

#include "../lib/kmsg.h"
#include "attack_call.h"

#define TYPE		"pcishare-lease"
#define POLICY		"edu-attack.policy"
#define ATTACKERS	3
#define VICTIM		ATTACKERS
#define SOURCE		0x80
/* A call that is not done after so long waits for ever: signals end each wait. */
#define PATIENCE_MS	60000
/* How often (us) they come. */
#define ALARM_US	20000
/* How long (ms) an attacker lives. */
#define LIFE_MS		700

/* Lines in the log: what is limited to ten in 5 s in each of some places. */
#define LINES_ALWAYS	200
#define LINES_A_SECOND	20

/**
 * struct slot - what an attacker and its successors leave behind, shared
 * @pid: the process
 * @born: how many there have been
 * @calls: how many calls were done
 * @good: how many of them without an error
 * @since: when the one that is being done began, ms; 0 for none
 */
struct slot {
	pid_t pid;
	unsigned int born;
	atomic_ullong calls;
	atomic_ullong good;
	atomic_llong since;
};

static struct slot *slots;
static unsigned long long wanted;
static uint64_t seed;
static char address[16];
static struct edu_guest victim;
static atomic_bool enough;

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/*
 * An attacker
 */

static void on_signal(int sig)
{
	(void)sig;
}

/* Without SA_RESTART: what waits is waited for no more. */
static void interrupt_often(void)
{
	struct sigaction on_alarm = { .sa_handler = on_signal };
	struct itimerval interval = {
		.it_interval.tv_usec = ALARM_US,
		.it_value.tv_usec = ALARM_US,
	};

	sigaction(SIGALRM, &on_alarm, NULL);
	setitimer(ITIMER_REAL, &interval, NULL);
}

static void attacker_run(unsigned int place)
{
	struct slot *slot = &slots[place];
	struct attacker attacker;

	/* Not the other's files, which are ours, too, here. */
	edu_guest_close(&victim);
	if (attacker_init(&attacker, place,
			  seed + place + ((uint64_t)slot->born << 32)))
		_exit(1);
	interrupt_often();
	for (;;) {
		slot->since = now_ms();
		slot->good += attack(&attacker);
		slot->since = 0;
		slot->calls++;
	}
}

static void attacker_start(unsigned int place)
{
	struct slot *slot = &slots[place];
	pid_t pid;

	slot->born++;
	slot->since = 0;
	pid = fork();
	if (!pid)
		attacker_run(place);
	if (pid < 0)
		ksft_exit_fail_msg("no more processes: %m\n");
	/* Not by the child: it is shared. */
	slot->pid = pid;
}

/*
 * The one that works
 */

static void victim_check(uint32_t n)
{
	uint64_t got;

	edu_put(&victim, EDU_LIVENESS, n);
	region_put(victim.user.device, EDU_BAR, SOURCE, 8, n);
	edu_put(&victim, EDU_FACTORIAL, n % 50);
	got = edu_irq_comes(&victim, PATIENCE_MS);
	if (got != 1)
		edu_note(&victim, "interrupts", n % 50, got);
	got = edu_get(&victim, EDU_IRQ_STATUS);
	if (got != 1)
		edu_note(&victim, "interrupt status", n % 50, got);
	edu_put(&victim, EDU_IRQ_ACK, 1);
	edu_irq_end(&victim);
	got = edu_get(&victim, EDU_FACTORIAL);
	if (got != edu_factorial(n % 50))
		edu_note(&victim, "factorial", n % 50, got);
	got = edu_get(&victim, EDU_LIVENESS);
	if (got != (uint32_t)~n)
		edu_note(&victim, "liveness", n, got);
	got = region_get(victim.user.device, EDU_BAR, SOURCE, 8);
	if (got != (0x1234000000000000 | n))
		edu_note(&victim, "source", n, got);
}

static void *victim_thread(void *arg)
{
	(void)arg;
	for (victim.rounds = 0; !enough && victim.wrong < 10; victim.rounds++)
		victim_check(victim.rounds);
	return NULL;
}

/*
 * Looking after them
 */

static unsigned long long calls_done(void)
{
	unsigned long long done = 0;
	unsigned int i;

	for (i = 0; i < ATTACKERS; i++)
		done += slots[i].calls;
	return done;
}

static void describe_wait(pid_t pid)
{
	static char stack[4096];
	char path[48];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	fd = open(path, O_RDONLY);
	size = fd < 0 ? 0 : read(fd, stack, sizeof(stack) - 1);
	stack[size > 0 ? size : 0] = '\0';
	ksft_print_msg("process %d waits at:\n%s\n", pid, stack);
}

/* Does a call take for ever? */
static bool hangs(const struct slot *slot)
{
	long long since = slot->since;

	if (!since || now_ms() - since < PATIENCE_MS)
		return false;
	ksft_print_msg("waited %d s for a call of process %d to return\n",
		       PATIENCE_MS / 1000, slot->pid);
	describe_wait(slot->pid);
	return true;
}

/* Kill one, and wait for it to be gone. */
static bool attacker_end(struct slot *slot)
{
	long long until = now_ms() + PATIENCE_MS;
	int status;

	kill(slot->pid, SIGKILL);
	while (now_ms() < until) {
		if (waitpid(slot->pid, &status, WNOHANG) == slot->pid) {
			if (WIFSIGNALED(status))
				return true;
			ksft_print_msg("attacker could not begin\n");
			return false;
		}
		sleep_ms(2);
	}
	ksft_print_msg("waited %d s for process %d to end, which was killed\n",
		       PATIENCE_MS / 1000, slot->pid);
	describe_wait(slot->pid);
	return false;
}

static void report_progress(void)
{
	static long long next;

	if (now_ms() < next)
		return;
	next = now_ms() + 10000;
	ksft_print_msg("%llu of %llu calls\n", calls_done(), wanted);
}

/* Returns whether all of them came to an end. */
static bool attack_all(void)
{
	struct stream random;
	bool well = true;
	unsigned int i;

	stream_init(&random, ~seed, false);
	for (i = 0; i < ATTACKERS; i++)
		attacker_start(i);
	while (well && calls_done() < wanted) {
		report_progress();
		sleep_ms(50 + stream_word(&random) % LIFE_MS);
		for (i = 0; i < ATTACKERS; i++)
			well &= !hangs(&slots[i]);
		i = (stream_word(&random) >> 20) % ATTACKERS;
		well = well && attacker_end(&slots[i]);
		if (well)
			attacker_start(i);
	}
	for (i = 0; well && i < ATTACKERS; i++)
		well = attacker_end(&slots[i]);
	return well;
}

static bool log_is_short(long long begin, long long ms)
{
	long long lines = kmsg_position() - begin - 1;
	long long most = LINES_ALWAYS + ms / 1000 * LINES_A_SECOND;

	ksft_print_msg("%lld lines in the log after %lld s, at most %lld are right\n",
		       lines, ms / 1000, most);
	return begin >= 0 && lines >= 0 && lines <= most;
}

/*
 * All of it
 */

static bool set_up(void)
{
	unsigned int i;

	if (pci_find(EDU_VENDOR, EDU_DEVICE, address) ||
	    sysfs_put(pcishare_path(address, "policy"), POLICY))
		return false;
	for (i = 0; i <= VICTIM; i++)
		if (mdev_create(address, TYPE, i))
			return false;
	return !edu_guest_open(&victim, VICTIM) &&
	       !edu_irq_start(&victim, EDU_INTX) &&
	       !edu_put(&victim, EDU_STATUS, EDU_STATUS_IRQ);
}

/* Who has been disturbing can work, too. */
static bool all_work(void)
{
	struct edu_guest guest;
	unsigned int i, wrong = 0;

	for (i = 0; i < ATTACKERS; i++) {
		if (edu_guest_open(&guest, i))
			return false;
		wrong += edu_get(&guest, EDU_ID) != EDU_ID_VALUE;
		wrong += edu_get(&guest, EDU_LIVENESS) != 0;
		edu_compute(&guest, 10);
		wrong += guest.wrong;
		edu_guest_close(&guest);
	}
	return !wrong;
}

static bool tear_down(void)
{
	unsigned int i;
	int ret = 0;

	edu_guest_close(&victim);
	for (i = 0; i <= VICTIM; i++)
		ret = ret ?: mdev_remove(i);
	return !ret && sysfs_is(pcishare_path(address, "guests"), "");
}

static bool report_calls(void)
{
	unsigned long long good = 0;
	unsigned int i, born = 0;

	for (i = 0; i < ATTACKERS; i++) {
		good += slots[i].good;
		born += slots[i].born;
		ksft_print_msg("attacker %u: %lld reads, %lld writes, %lld turns\n",
			       i, mdev_stat(i, "reads"), mdev_stat(i, "writes"),
			       mdev_stat(i, "turns"));
		ksft_print_msg("            %lld denied, %lld refused\n",
			       mdev_stat(i, "denied"), mdev_stat(i, "refused"));
	}
	ksft_print_msg("%llu calls, %llu of them without an error; %u processes\n",
		       calls_done(), good, born);
	return calls_done() >= wanted && good;
}

int main(int argc, char **argv)
{
	long long begin, began;
	pthread_t thread;
	bool ended;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 2;
	wanted = strtoull(argv[1], NULL, 0);
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
	ksft_print_header();
	ksft_set_plan(5);
	ksft_print_msg("seed %llu\n", (unsigned long long)seed);
	slots = mmap(NULL, ATTACKERS * sizeof(*slots), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (slots == MAP_FAILED || !set_up())
		ksft_exit_fail_msg("cannot be set up: %m\n");

	began = now_ms();
	begin = kmsg_position();
	if (pthread_create(&thread, NULL, victim_thread, NULL))
		ksft_exit_fail_msg("no thread\n");
	ended = attack_all();
	enough = true;
	ksft_test_result(ended && report_calls(), "every call returns\n");
	if (!ended)
		ksft_exit_fail_msg("a process cannot be ended\n");
	pthread_join(thread, NULL);
	ksft_print_msg("%u computations beside\n", victim.rounds);
	if (victim.wrong)
		ksft_print_msg("%s\n", victim.text);
	ksft_test_result(!victim.wrong && victim.rounds > 10,
			 "another guest's computations are right\n");
	ksft_test_result(log_is_short(begin, now_ms() - began),
			 "the log stays short\n");
	ksft_test_result(all_work(), "all guests can work afterwards\n");
	ksft_test_result(tear_down(), "nothing is left\n");
	ksft_finished();
}
