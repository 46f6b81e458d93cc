// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls of several guests on a device that they share, while another one works
 * with it: it gets what is right, and only that, whatever they do.
 *
 *	attack CALLS [SEED]
 */
#include "../lib/caller.h"
#include "../lib/kmsg.h"
#include "attack_call.h"

#define TYPE		"pcishare-lease"
#define POLICY		"edu-attack.policy"
#define ATTACKERS	3
#define VICTIM		ATTACKERS
#define SOURCE		0x80
/* How often (us) an attacker's waits end. */
#define ALARM_US	20000
/* How long (ms) an attacker lives. */
#define LIFE_MS		700

static struct caller *callers;
static unsigned long long wanted;
static uint64_t seed;
static char address[16];
static struct edu_guest victim;
static atomic_bool enough;

/*
 * An attacker
 */

static void attacker_run(unsigned int place)
{
	struct caller *caller = &callers[place];
	struct attacker attacker;

	/* Not the other's files, which are ours, too, here. */
	edu_guest_close(&victim);
	if (attacker_init(&attacker, place, caller_seed(caller, seed, place)))
		_exit(1);
	caller_interrupt_often(ALARM_US);
	for (;;) {
		caller_begins(caller);
		caller_is_done(caller, attack(&attacker));
	}
}

/*
 * The one that works
 */

static void victim_check(uint32_t n)
{
	edu_put(&victim, EDU_LIVENESS, n);
	region_put(victim.user.device, EDU_BAR, SOURCE, 8, n);
	edu_put(&victim, EDU_FACTORIAL, n % 50);
	edu_expect(&victim, "interrupts", n % 50, 1,
		   edu_irq_comes(&victim, CALLER_PATIENCE_MS));
	edu_expect(&victim, "interrupt status", n % 50, 1,
		   edu_get(&victim, EDU_IRQ_STATUS));
	edu_put(&victim, EDU_IRQ_ACK, 1);
	edu_irq_end(&victim);
	edu_expect(&victim, "factorial", n % 50, edu_factorial(n % 50),
		   edu_get(&victim, EDU_FACTORIAL));
	edu_expect(&victim, "liveness", n, (uint32_t)~n,
		   edu_get(&victim, EDU_LIVENESS));
	edu_expect(&victim, "source", n, 0x1234000000000000 | n,
		   region_get(victim.user.device, EDU_BAR, SOURCE, 8));
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

/* One that has ended before it was killed could not begin. */
static bool attacker_end(unsigned int place)
{
	if (!caller_kill(&callers[place]))
		return false;
	if (!WIFSIGNALED(callers[place].status))
		ksft_print_msg("attacker could not begin\n");
	return WIFSIGNALED(callers[place].status);
}

/* Returns whether all of them came to an end. */
static bool attack_all(void)
{
	struct stream random;
	bool well = true;
	unsigned int i;

	stream_init(&random, ~seed, false);
	for (i = 0; i < ATTACKERS; i++)
		caller_start(&callers[i], attacker_run, i);
	while (well && callers_calls(callers, ATTACKERS) < wanted) {
		callers_report_progress(callers, ATTACKERS, wanted);
		sleep_ms(50 + stream_word(&random) % LIFE_MS);
		i = stream_pick(&random, ATTACKERS);
		well = !callers_hang(callers, ATTACKERS) && attacker_end(i);
		if (well)
			caller_start(&callers[i], attacker_run, i);
	}
	for (i = 0; well && i < ATTACKERS; i++)
		well = attacker_end(i);
	return well;
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

/* A guest that has been disturbing can work, too. */
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
	unsigned int i;

	for (i = 0; i < ATTACKERS; i++) {
		ksft_print_msg("attacker %u: %lld reads, %lld writes, %lld turns\n",
			       i, mdev_stat(i, "reads"), mdev_stat(i, "writes"),
			       mdev_stat(i, "turns"));
		ksft_print_msg("            %lld denied, %lld refused\n",
			       mdev_stat(i, "denied"), mdev_stat(i, "refused"));
	}
	return callers_report(callers, ATTACKERS) &&
	       callers_calls(callers, ATTACKERS) >= wanted;
}

static void describe_waits(void)
{
	unsigned int i;

	for (i = 0; i < ATTACKERS; i++)
		caller_describe(&callers[i]);
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
	callers = caller_share(ATTACKERS * sizeof(*callers));
	if (!set_up())
		ksft_exit_fail_msg("cannot be set up: %m\n");

	began = now_ms();
	begin = kmsg_position();
	if (pthread_create(&thread, NULL, victim_thread, NULL))
		ksft_exit_fail_msg("no thread\n");
	ended = attack_all();
	enough = true;
	ksft_test_result(ended && report_calls(), "every call returns\n");
	if (!ended) {
		describe_waits();
		ksft_exit_fail_msg("a process cannot be ended\n");
	}
	pthread_join(thread, NULL);
	ksft_print_msg("%u computations beside\n", victim.rounds);
	if (victim.wrong)
		ksft_print_msg("%s\n", victim.text);
	ksft_test_result(!victim.wrong && victim.rounds > 10,
			 "another guest's computations are right\n");
	ksft_test_result(kmsg_stayed_short(begin, now_ms() - began),
			 "the log stays short\n");
	ksft_test_result(all_work(), "all guests can work afterwards\n");
	ksft_test_result(tear_down(), "nothing is left\n");
	ksft_finished();
}
