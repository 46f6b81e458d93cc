// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: compute factorials on edu as a driver would, and check all of it.
 *
 * usage: edu-guest [-n FACTORIALS] [-t SECONDS] [-s SEED] [-l EVERY] [-p] [-g]
 *	[-w SECONDS]
 *
 *	-n	so many (100); 0: as many as there is time for
 *	-t	end after so long at the latest (no limit)
 *	-s	of numbers and of liveness patterns (1); no two guests have the same
 *	-l	every so many takes long, for others to wait (16; 0: none)
 *	-p	poll, and have no interrupts
 *	-g	the device may lose what was started, or go
 *	-w	who has not come to an end by then does not come to one (60)
 *
 * Each factorial is right, modulo 2^32; the liveness register has this guest's own
 * pattern before, while and after it is computed; and there is just one interrupt
 * for it. With two processors, a second thread reads that pattern all the while.
 * SIGTERM ends it as -t does. The one line it prints begins with "ok" if all was so.
 *
 * With -g two things are no mistakes, and are counted as "lost": the device reads as all
 * ones for a while, or it has come to an end and said nothing. Then the driver sets it up
 * again and repeats what it had started. If it was unplugged, that ends it, and the line
 * says "taken away".
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "edu.h"
#include "uio.h"

/* Long work is this much, of which nothing is left except zeroes. */
#define LONG_NUMBER		3000000

/* So many times a driver looks whether what it waits for is still to come. */
#define LOOKS			30

/* No register has this except of a device that does not answer. */
#define ALL_ONES		0xffffffffu

struct guest {
	struct uio edu;
	uint64_t random;
	unsigned int every;
	bool polls;
	bool may_go;
	int patience;			/* ms */
	/* when it is over */
	unsigned long goal;
	double seconds;
	double began;
	/* what the liveness register is, by any thread with the lock */
	pthread_mutex_t own_lock;
	uint32_t own;
	/* what came of it */
	unsigned long factorials;
	unsigned long interrupts;
	unsigned long wrong;
	unsigned long spurious;
	/* INTx is a level: what is there may be seen twice, which is no mistake */
	unsigned long repeated;
	unsigned long lost;
	unsigned long by_second;
};

static int ended;

static void end(int signal)
{
	(void)signal;
	__atomic_store_n(&ended, 1, __ATOMIC_RELAXED);
}

static uint32_t next_random(struct guest *guest)
{
	guest->random = guest->random * 6364136223846793005ull +
			1442695040888963407ull;
	return guest->random >> 32;
}

static uint32_t factorial(uint32_t n)
{
	uint32_t product = 1;

	/* 34! is a multiple of 2^32. */
	if (n > 34)
		return 0;
	while (n > 1)
		product *= n--;
	return product;
}

static void complain(struct guest *guest, const char *what, uint32_t got,
		     uint32_t wanted)
{
	if (guest->wrong++ < 10)
		printf("factorial %lu: %s is 0x%x, not 0x%x\n",
		       guest->factorials, what, got, wanted);
}

/* Read a register that has to have a value. Returns false if it does not answer. */
static bool expect(struct guest *guest, const char *what, size_t offset,
		   uint32_t wanted)
{
	uint32_t got = uio_read32(&guest->edu, offset);

	if (guest->may_go && got == ALL_ONES)
		return false;
	if (got != wanted)
		complain(guest, what, got, wanted);
	return true;
}

static bool check_liveness(struct guest *guest)
{
	return expect(guest, "liveness", EDU_LIVENESS, ~guest->own);
}

static void set_liveness(struct guest *guest, uint32_t pattern)
{
	pthread_mutex_lock(&guest->own_lock);
	guest->own = pattern;
	uio_write32(&guest->edu, EDU_LIVENESS, pattern);
	pthread_mutex_unlock(&guest->own_lock);
}

/* It has come: take it as a driver does. */
static bool take_interrupt(struct guest *guest, unsigned int count)
{
	if (!expect(guest, "the interrupt's status", EDU_IRQ_STATUS,
		    EDU_IRQ_STATUS_FACTORIAL))
		return false;
	uio_write32(&guest->edu, EDU_IRQ_ACK, EDU_IRQ_STATUS_FACTORIAL);
	if (!expect(guest, "the status after its acknowledgment", EDU_IRQ_STATUS, 0))
		return false;
	uio_unmask(&guest->edu);
	guest->interrupts++;
	guest->repeated += count - 1;
	return true;
}

/* Nobody has asked for one. */
static void expect_no_interrupt(struct guest *guest)
{
	unsigned int count = uio_wait(&guest->edu, 0);

	if (!count)
		return;
	if (guest->spurious < 10)
		printf("factorial %lu: unasked interrupt, status 0x%x\n",
		       guest->factorials,
		       uio_read32(&guest->edu, EDU_IRQ_STATUS));
	guest->spurious += count;
	uio_write32(&guest->edu, EDU_IRQ_ACK, ~0u);
	uio_unmask(&guest->edu);
}

static bool is_late(const struct guest *guest, double began)
{
	return (uio_seconds() - began) * 1000 > guest->patience;
}

/* It does nothing for us, and has nothing to say. One that is away reads as busy. */
static bool is_idle(const struct guest *guest)
{
	return !(uio_read32(&guest->edu, EDU_STATUS) & EDU_STATUS_COMPUTING);
}

/* Twice, for it is idle for a moment before it interrupts. */
static bool has_lost_it(struct guest *guest)
{
	struct pollfd interrupt = { .fd = guest->edu.fd, .events = POLLIN };

	if (!is_idle(guest))
		return false;
	usleep(guest->patience / LOOKS * 1000 / 2);
	return is_idle(guest) && poll(&interrupt, 1, 0) <= 0;
}

static bool wait_by_interrupt(struct guest *guest)
{
	double began = uio_seconds();
	unsigned int count;

	do {
		count = uio_wait(&guest->edu, guest->patience / LOOKS);
		if (count)
			return take_interrupt(guest, count);
		if (guest->may_go && has_lost_it(guest))
			return false;
	} while (!is_late(guest, began));
	uio_fail("factorial %lu: no interrupt in %d s, status 0x%x, irq_status 0x%x",
		 guest->factorials, guest->patience / 1000,
		 uio_read32(&guest->edu, EDU_STATUS),
		 uio_read32(&guest->edu, EDU_IRQ_STATUS));
}

static void wait_by_polling(struct guest *guest)
{
	double began = uio_seconds();

	while (uio_read32(&guest->edu, EDU_STATUS) & EDU_STATUS_COMPUTING)
		if (is_late(guest, began))
			uio_fail("factorial %lu: computes for %d s",
				 guest->factorials, guest->patience / 1000);
}

static uint32_t next_number(struct guest *guest)
{
	uint32_t random = next_random(guest);

	if (guest->every && guest->factorials % guest->every == guest->every - 1)
		return LONG_NUMBER + random % 1000;
	return random % 35;
}

/* The one before may have been killed at any point. */
static void set_up(struct guest *guest)
{
	uio_write32(&guest->edu, EDU_STATUS, 0);
	wait_by_polling(guest);
	usleep(20000);
	uio_write32(&guest->edu, EDU_IRQ_ACK, ~0u);
	uio_wait(&guest->edu, 0);
	uio_unmask(&guest->edu);
	if (!guest->polls)
		uio_write32(&guest->edu, EDU_STATUS, EDU_STATUS_IRQ);
}

/* Returns false if the device has lost it, or does not answer. */
static bool try_to_compute(struct guest *guest, uint32_t number)
{
	if (!check_liveness(guest))
		return false;
	uio_write32(&guest->edu, EDU_FACTORIAL, number);
	if (!check_liveness(guest))
		return false;
	if (guest->polls)
		wait_by_polling(guest);
	else if (!wait_by_interrupt(guest))
		return false;
	return expect(guest, "the factorial", EDU_FACTORIAL, factorial(number)) &&
	       check_liveness(guest);
}

/* As after an interrupt that did not come. */
static void set_up_again(struct guest *guest)
{
	double began = uio_seconds();

	while (uio_read32(&guest->edu, EDU_ID) != EDU_ID_VALUE) {
		if (is_late(guest, began))
			uio_fail("factorial %lu: the device is away for %d s",
				 guest->factorials, guest->patience / 1000);
		usleep(10000);
	}
	guest->lost++;
	set_up(guest);
	set_liveness(guest, guest->own);
}

static void compute(struct guest *guest)
{
	uint32_t number = next_number(guest);
	unsigned long interrupts = guest->interrupts;

	/* Nobody has that of a device that does not answer. */
	set_liveness(guest, next_random(guest) | 1);
	while (!try_to_compute(guest, number)) {
		set_up_again(guest);
		guest->interrupts = interrupts;
	}
	guest->factorials++;
	expect_no_interrupt(guest);
}

static void find_edu(struct guest *guest)
{
	uint32_t id;

	uio_open(&guest->edu, EDU_VENDOR, EDU_DEVICE, EDU_BAR_SIZE);
	id = uio_read32(&guest->edu, EDU_ID);
	if (id != EDU_ID_VALUE)
		uio_fail("the identification is 0x%x, not 0x%x", id, EDU_ID_VALUE);
}

/* An interrupt that comes late comes within this, if the device is asked now and then. */
static void stay_a_while(struct guest *guest)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		usleep(20000);
		expect_no_interrupt(guest);
	}
}

/* Of one that went in the middle there may be an interrupt, and not yet its result. */
static bool summary(const struct guest *guest, bool went)
{
	unsigned long interrupts = guest->polls ? 0 : guest->factorials;
	bool right = !guest->wrong && !guest->spurious &&
		     (guest->interrupts == interrupts ||
		      (went && guest->interrupts == interrupts + 1));

	printf("%s factorials=%lu interrupts=%lu wrong=%lu spurious=%lu",
	       right ? "ok" : "not ok", guest->factorials, guest->interrupts,
	       guest->wrong, guest->spurious);
	printf(" repeated=%lu lost=%lu second=%lu seconds=%.1f%s\n", guest->repeated,
	       guest->lost, guest->by_second, uio_seconds() - guest->began,
	       went ? ", taken away" : "");
	return right;
}

static bool is_over(const struct guest *guest)
{
	return __atomic_load_n(&ended, __ATOMIC_RELAXED) ||
	       (guest->goal && guest->factorials >= guest->goal) ||
	       (guest->seconds && uio_seconds() >= guest->began + guest->seconds);
}

/* Each thread finds it out for itself. */
static __thread sigjmp_buf went;

/* The mapped registers are not there any more. */
static void unplugged(int signal)
{
	(void)signal;
	siglongjmp(went, 1);
}

/* Another processor. It leaves it to the first one to see that the device is away. */
static void *second(void *arg)
{
	struct guest *guest = arg;

	if (sigsetjmp(went, 1)) {
		pthread_mutex_unlock(&guest->own_lock);
		return NULL;
	}
	while (!__atomic_load_n(&ended, __ATOMIC_RELAXED)) {
		pthread_mutex_lock(&guest->own_lock);
		guest->by_second += check_liveness(guest);
		pthread_mutex_unlock(&guest->own_lock);
		usleep(1000);
	}
	return NULL;
}

/* Until it is over; returns false if the device is gone before. */
static bool run(struct guest *guest)
{
	if (sigsetjmp(went, 1)) {
		/* If it was this thread that had it. */
		pthread_mutex_unlock(&guest->own_lock);
		return false;
	}
	if (guest->may_go) {
		uio_went = &went;
		signal(SIGBUS, unplugged);
	}
	while (!is_over(guest))
		compute(guest);
	stay_a_while(guest);
	return true;
}

/* The same with a second thread where there is a processor for it. */
static bool run_all(struct guest *guest)
{
	bool two = sysconf(_SC_NPROCESSORS_ONLN) > 1, stayed;
	pthread_t thread;

	set_liveness(guest, next_random(guest) | 1);
	if (two && pthread_create(&thread, NULL, second, guest))
		uio_fail("no second thread");
	guest->began = uio_seconds();
	stayed = run(guest);
	__atomic_store_n(&ended, 1, __ATOMIC_RELAXED);
	if (two)
		pthread_join(thread, NULL);
	return stayed;
}

static void parse(struct guest *guest, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "n:t:s:l:pgw:")) != -1) {
		switch (option) {
		case 'n':
			guest->goal = strtoul(optarg, NULL, 0);
			break;
		case 't':
			guest->seconds = strtod(optarg, NULL);
			break;
		case 's':
			guest->random = strtoul(optarg, NULL, 0);
			break;
		case 'l':
			guest->every = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			guest->polls = true;
			break;
		case 'g':
			guest->may_go = true;
			break;
		case 'w':
			guest->patience = atoi(optarg) * 1000;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	static struct guest guest = {
		.random = 1,
		.every = 16,
		.goal = 100,
		.patience = 60000,
		.own_lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP,
	};
	bool stayed;

	parse(&guest, argc, argv);
	guest.random *= 0x9e3779b97f4a7c15ull;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, end);
	find_edu(&guest);
	set_up(&guest);
	stayed = run_all(&guest);
	return summary(&guest, !stayed) ? 0 : 1;
}
