// SPDX-License-Identifier: GPL-2.0
/*
 * One of several users of edu that are not QEMU: computes factorials with an
 * interrupt for each, and checks all of it, until SIGTERM.
 *
 * usage: crowd NUMBER
 *
 * NUMBER is that of its mediated device. An odd one has a second thread, as a guest
 * with two virtual processors, that reads while the first one computes. SIGUSR1 has
 * it reset its device, and go on. It prints "ready" when signals are for it, and a last
 * line that begins with "ok" if all was right.
 *
 * A device that loses its state reads as all ones to whom it belongs at the time, and what
 * that had started may never end: it is started again, and counted as "lost". If the
 * device is taken away for good, all it reads is ones: that is the end of it as well,
 * which is said.
 */
#include <signal.h>

#include "../lib/slowness.h"
#include "../lib/stream.h"
#include "edu-user.h"

/* No register has this except of a device that does not answer. */
#define ALL_ONES	0xffffffffu

/* How long (ms) it may do so before it does not come back. */
#define AWAY		15000

static struct edu_guest guest;
static unsigned long lost;
/* Signalled when it is to give its device back. */
static int request;
/* The value of the guest's own register, and no other, as long as the lock is held. */
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

/* It has been asked to give it back. */
static bool is_asked(void)
{
	struct pollfd pollfd = { .fd = request, .events = POLLIN };

	return poll(&pollfd, 1, 0) > 0;
}

/*
 * Returns false if the device is not there any more: if it was asked for, or for long.
 */
static bool is_there(void)
{
	long long patience = now_ms() + AWAY * slowness();
	bool asked;

	do {
		/* Before, for it may be asked for in between. */
		asked = is_asked();
		if (edu_get(&guest, EDU_ID) == EDU_ID_VALUE)
			return true;
		sleep_ms(10);
	} while (!asked && now_ms() < patience);
	__atomic_store_n(&revoked, 1, __ATOMIC_RELAXED);
	return false;
}

static int listen_for_request(void)
{
	request = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return irq_set(guest.user.device, VFIO_PCI_REQ_IRQ_INDEX, IRQ_TRIGGER_FD, 1,
		       request);
}

/* As its driver does before it uses the device. */
static int set_up(void)
{
	int ret = edu_guest_enable(&guest);

	if (!ret)
		ret = edu_irq_start(&guest, guest.number % 4 < 2 ? EDU_MSI : EDU_INTX);
	return ret ?: edu_put(&guest, EDU_STATUS, EDU_STATUS_IRQ);
}

/* Returns false if it does not answer. */
static bool expect(const char *what, unsigned int n, uint32_t want, uint32_t offset)
{
	uint32_t got = edu_get(&guest, offset);

	if (got == ALL_ONES)
		return false;
	edu_expect(&guest, what, n, want, got);
	return true;
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
		pthread_mutex_lock(&own_lock);
		expect("liveness, by a second thread", own, ~own, EDU_LIVENESS);
		pthread_mutex_unlock(&own_lock);
		sleep_ms(1);
	}
	return NULL;
}

/* It does nothing for us, twice: it is idle for a moment before it interrupts. */
static bool has_lost_it(void)
{
	struct pollfd interrupt = { .fd = guest.event, .events = POLLIN };
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (edu_computes(&guest))
			return false;
		sleep_ms(200 * slowness());
	}
	return poll(&interrupt, 1, 0) <= 0;
}

/* Signals end a wait, which has to go on. Returns false if it does not come. */
static bool irq_comes_at_last(uint32_t n)
{
	long long patience = now_ms() + EDU_PATIENCE * slowness();

	while (now_ms() < patience) {
		if (edu_irq_comes(&guest, 1000))
			return true;
		if (has_lost_it())
			return false;
	}
	if (is_there())
		edu_note(&guest, "no interrupt", n, edu_get(&guest, EDU_STATUS));
	return false;
}

static bool acknowledge(uint32_t n)
{
	if (!expect("interrupt status", n, EDU_IRQ_STATUS_FACTORIAL, EDU_IRQ_STATUS))
		return false;
	edu_put(&guest, EDU_IRQ_ACK, EDU_IRQ_STATUS_FACTORIAL);
	if (guest.number % 4 >= 2)
		edu_irq_end(&guest);
	return true;
}

/* Returns false if the device has lost it, or does not answer. */
static bool try_to_compute(uint32_t n, uint32_t pattern)
{
	edu_put(&guest, EDU_FACTORIAL, n);
	return irq_comes_at_last(n) && acknowledge(n) &&
	       expect("factorial", n, edu_factorial(n), EDU_FACTORIAL) &&
	       expect("liveness", n, ~pattern, EDU_LIVENESS);
}

/* Interrupts on their way by then are not for what comes next. */
static void forget_interrupts(void)
{
	uint64_t count;

	edu_put(&guest, EDU_IRQ_ACK, ~0u);
	/* One that came and was not seen to keeps INTx masked. */
	if (guest.number % 4 >= 2)
		edu_irq_end(&guest);
	while (read(guest.event, &count, sizeof(count)) > 0)
		;
}

/* As a driver does after an interrupt that did not come. */
static bool set_up_again(uint32_t pattern)
{
	if (!is_there())
		return false;
	lost++;
	if (set_up() && is_there())
		edu_note(&guest, "set up again", 0, errno);
	/* QEMU's edu goes on computing when it is reset. */
	edu_finish(&guest);
	sleep_ms(100);
	forget_interrupts();
	pthread_mutex_lock(&own_lock);
	set_own(pattern);
	pthread_mutex_unlock(&own_lock);
	return true;
}

/* Nobody has an odd pattern of a device that does not answer. */
static void compute(uint32_t n, uint32_t pattern)
{
	pthread_mutex_lock(&own_lock);
	set_own(pattern);
	pthread_mutex_unlock(&own_lock);
	while (!guest.wrong && !try_to_compute(n, pattern) && set_up_again(pattern))
		;
}

/* Not while somebody else has it reset. */
static void have_it_reset(void)
{
	int error = 0;

	while (ioctl(guest.user.device, VFIO_DEVICE_RESET)) {
		error = errno;
		if (!is_there())
			return;
		if (error != EAGAIN) {
			edu_note(&guest, "reset", 0, error);
			return;
		}
	}
	expect("liveness after a reset", 0, 0, EDU_LIVENESS);
}

static void reset_device(void)
{
	pthread_mutex_lock(&own_lock);
	have_it_reset();
	set_own(0x5a5a5a5a);
	pthread_mutex_unlock(&own_lock);
	if (set_up() && is_there())
		edu_note(&guest, "set up after a reset", 0, errno);
	forget_interrupts();
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
		/* Some take long, and nothing is left of them except zeroes. */
		compute(n % 16 ? n % 40 : 300000, stream_word(&random) | 1);
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
	if (errno || listen_for_request() || set_up()) {
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
	printf("%s: rounds=%lu lost=%lu%s %s\n", guest.wrong ? "failed" : "ok", rounds,
	       lost, revoked ? ", taken away" : "", guest.text);
	edu_guest_close(&guest);
	return guest.wrong != 0;
}
