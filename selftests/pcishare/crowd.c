// SPDX-License-Identifier: GPL-2.0
/*
 * One of several users of edu that are not QEMU: computes factorials with an
 * interrupt for each, and checks all of it, until SIGTERM.
 *
 * usage: crowd NUMBER
 *
 * NUMBER is that of its mediated device. An odd one has a second thread, as a guest
 * with two virtual processors, that reads while the first one computes. SIGUSR1 has
 * it reset its device, and go on. If the device is taken away for good, all it reads is
 * ones: that is the end of it as well, which is said. It prints "ready" when signals are
 * for it, and a last line that begins with "ok" if all was right.
 */
#include <signal.h>

#include "../lib/stream.h"
#include "edu-user.h"

static struct edu_guest guest;
/* What the guest's own register is, and no other, as long as the lock is held. */
static pthread_mutex_t own_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t own;
static int ended, resets, revoked;

static void end(int signal)
{
	(void)signal;
	__atomic_store_n(&ended, 1, __ATOMIC_RELAXED);
}

static void reset(int signal)
{
	(void)signal;
	__atomic_add_fetch(&resets, 1, __ATOMIC_RELAXED);
}

static bool is(const int *what)
{
	return __atomic_load_n(what, __ATOMIC_RELAXED);
}

/* Returns false if the device is not there any more. */
static bool is_there(void)
{
	if (edu_get(&guest, EDU_ID) == EDU_ID_VALUE)
		return true;
	__atomic_store_n(&revoked, 1, __ATOMIC_RELAXED);
	return false;
}

/* As its driver does before it uses the device. */
static int set_up(void)
{
	int ret = edu_guest_enable(&guest);

	if (!ret)
		ret = edu_irq_start(&guest, guest.number % 4 < 2 ? EDU_MSI : EDU_INTX);
	return ret ?: edu_put(&guest, EDU_STATUS, EDU_STATUS_IRQ);
}

static void set_own(uint32_t value)
{
	own = value;
	edu_put(&guest, EDU_LIVENESS, value);
}

/* A second processor: what it reads is its guest's own, whatever others do. */
static void *second(void *unused)
{
	(void)unused;
	while (!is(&ended) && !is(&revoked)) {
		uint32_t got;

		pthread_mutex_lock(&own_lock);
		got = edu_get(&guest, EDU_LIVENESS);
		if (got != (uint32_t)~own && is_there())
			edu_note(&guest, "liveness, by a second thread", own, got);
		pthread_mutex_unlock(&own_lock);
		sleep_ms(1);
	}
	return NULL;
}

/* Signals end a wait, which has to go on. */
static bool irq_comes_at_last(void)
{
	long long patience = now_ms() + EDU_PATIENCE;

	while (now_ms() < patience) {
		if (edu_irq_comes(&guest, 1000))
			return true;
	}
	return false;
}

static void acknowledge(unsigned int n)
{
	edu_expect(&guest, "interrupt status", n, EDU_IRQ_STATUS_FACTORIAL,
		   edu_get(&guest, EDU_IRQ_STATUS));
	edu_put(&guest, EDU_IRQ_ACK, EDU_IRQ_STATUS_FACTORIAL);
	if (guest.number % 4 >= 2)
		edu_irq_end(&guest);
}

static void compute(uint32_t n, uint32_t pattern)
{
	pthread_mutex_lock(&own_lock);
	set_own(pattern);
	pthread_mutex_unlock(&own_lock);
	edu_put(&guest, EDU_FACTORIAL, n);
	if (!irq_comes_at_last()) {
		if (is_there())
			edu_note(&guest, "no interrupt", n, edu_get(&guest, EDU_STATUS));
		return;
	}
	acknowledge(n);
	edu_expect(&guest, "factorial", n, edu_factorial(n),
		   edu_get(&guest, EDU_FACTORIAL));
	edu_expect(&guest, "liveness", n, (uint32_t)~pattern,
		   edu_get(&guest, EDU_LIVENESS));
}

/* Of a device that went away in the middle nothing was right. */
static void compute_checked(uint32_t n, uint32_t pattern)
{
	struct edu_guest before = guest;

	compute(n, pattern);
	if (guest.wrong == before.wrong || is_there())
		return;
	guest.wrong = before.wrong;
	memcpy(guest.text, before.text, sizeof(guest.text));
}

static void reset_device(void)
{
	uint64_t count;

	pthread_mutex_lock(&own_lock);
	if (ioctl(guest.user.device, VFIO_DEVICE_RESET) && is_there())
		edu_note(&guest, "reset", 0, errno);
	if (edu_get(&guest, EDU_LIVENESS) && is_there())
		edu_note(&guest, "liveness after a reset", 0,
			 edu_get(&guest, EDU_LIVENESS));
	set_own(0x5a5a5a5a);
	pthread_mutex_unlock(&own_lock);
	if (set_up() && is_there())
		edu_note(&guest, "set up after a reset", 0, errno);
	/* What was on its way by then. */
	while (read(guest.event, &count, sizeof(count)) > 0)
		;
	__atomic_sub_fetch(&resets, 1, __ATOMIC_RELAXED);
}

static unsigned long run(void)
{
	unsigned long rounds = 0;
	struct stream random;

	stream_init(&random, guest.number, false);
	while (!is(&ended) && !is(&revoked)) {
		uint32_t n = stream_word(&random);

		if (is(&resets))
			reset_device();
		/* Some take long, and nothing is left of them but zeroes. */
		compute_checked(n % 16 ? n % 40 : 300000, stream_word(&random));
		rounds++;
	}
	return rounds;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	unsigned long rounds;

	if (argc != 2) {
		fprintf(stderr, "usage: crowd NUMBER\n");
		return 2;
	}
	signal(SIGTERM, end);
	signal(SIGUSR1, reset);
	errno = -edu_guest_open(&guest, atoi(argv[1]));
	set_own(0);
	if (errno || set_up()) {
		printf("failed: open: %s\n", strerror(errno));
		return 1;
	}
	printf("ready\n");
	fflush(stdout);
	if (guest.number % 2 && pthread_create(&thread, NULL, second, NULL))
		return 1;
	rounds = run();
	if (guest.number % 2)
		pthread_join(thread, NULL);
	printf("%s: rounds=%lu%s %s\n", guest.wrong ? "failed" : "ok", rounds,
	       revoked ? ", taken away" : "", guest.text);
	edu_guest_close(&guest);
	return guest.wrong != 0;
}
