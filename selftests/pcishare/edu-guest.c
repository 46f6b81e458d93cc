// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: compute factorials on edu as a driver would, and check all of it.
 *
 * usage: edu-guest [-n FACTORIALS] [-t SECONDS] [-s SEED] [-l EVERY] [-p]
 *
 *	-n	so many (100); 0: as many as there is time for
 *	-t	end after so long at the latest (no limit)
 *	-s	of numbers and of liveness patterns (1); no two guests have the same
 *	-l	every so many takes long, for others to wait (16; 0: none)
 *	-p	poll, and have no interrupts
 *
 * Each factorial is right, modulo 2^32; the liveness register has this guest's own
 * pattern before, while and after it is computed; and there is just one interrupt
 * for it. SIGTERM ends it as -t does. The one line it prints begins with "ok" if all
 * was so.
 */
#include <signal.h>
#include <stdbool.h>

#include "edu.h"
#include "uio.h"

/* What takes long is this much work, of which nothing is left but zeroes. */
#define LONG_NUMBER		3000000

/* Who has not come to an end then does not come to one. */
#define PATIENCE_MS		60000

struct guest {
	struct uio edu;
	uint64_t random;
	unsigned int every;
	bool polls;
	/* what came of it */
	unsigned long factorials;
	unsigned long interrupts;
	unsigned long wrong;
	unsigned long spurious;
	/* INTx is a level: what is there may be seen twice, which is no mistake */
	unsigned long repeated;
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

static void check_liveness(struct guest *guest, uint32_t pattern)
{
	uint32_t got = uio_read32(&guest->edu, EDU_LIVENESS);

	if (got != ~pattern)
		complain(guest, "liveness", got, ~pattern);
}

/* It has come: take it as a driver does. */
static void take_interrupt(struct guest *guest, unsigned int count)
{
	uint32_t status = uio_read32(&guest->edu, EDU_IRQ_STATUS);

	if (status != EDU_IRQ_STATUS_FACTORIAL)
		complain(guest, "the interrupt's status", status,
			 EDU_IRQ_STATUS_FACTORIAL);
	uio_write32(&guest->edu, EDU_IRQ_ACK, status);
	status = uio_read32(&guest->edu, EDU_IRQ_STATUS);
	if (status)
		complain(guest, "the status after its acknowledgment", status, 0);
	uio_unmask(&guest->edu);
	guest->interrupts++;
	guest->repeated += count - 1;
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

static void wait_by_interrupt(struct guest *guest)
{
	unsigned int count = uio_wait(&guest->edu, PATIENCE_MS);

	if (!count)
		uio_fail("factorial %lu: no interrupt in %d s, status 0x%x, irq_status 0x%x",
			 guest->factorials, PATIENCE_MS / 1000,
			 uio_read32(&guest->edu, EDU_STATUS),
			 uio_read32(&guest->edu, EDU_IRQ_STATUS));
	take_interrupt(guest, count);
}

static void wait_by_polling(struct guest *guest)
{
	double began = uio_seconds();

	while (uio_read32(&guest->edu, EDU_STATUS) & EDU_STATUS_COMPUTING)
		if ((uio_seconds() - began) * 1000 > PATIENCE_MS)
			uio_fail("factorial %lu: computes for %d s",
				 guest->factorials, PATIENCE_MS / 1000);
}

static uint32_t next_number(struct guest *guest)
{
	uint32_t random = next_random(guest);

	if (guest->every && guest->factorials % guest->every == guest->every - 1)
		return LONG_NUMBER + random % 1000;
	return random % 35;
}

static void compute(struct guest *guest)
{
	uint32_t number = next_number(guest);
	uint32_t pattern = next_random(guest);
	uint32_t got;

	uio_write32(&guest->edu, EDU_LIVENESS, pattern);
	check_liveness(guest, pattern);
	uio_write32(&guest->edu, EDU_FACTORIAL, number);
	check_liveness(guest, pattern);
	if (guest->polls)
		wait_by_polling(guest);
	else
		wait_by_interrupt(guest);
	got = uio_read32(&guest->edu, EDU_FACTORIAL);
	if (got != factorial(number))
		complain(guest, "the factorial", got, factorial(number));
	check_liveness(guest, pattern);
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

/* The one before may have been killed at any point. */
static void begin(struct guest *guest)
{
	find_edu(guest);
	uio_write32(&guest->edu, EDU_STATUS, 0);
	wait_by_polling(guest);
	usleep(20000);
	uio_write32(&guest->edu, EDU_IRQ_ACK, ~0u);
	uio_wait(&guest->edu, 0);
	uio_unmask(&guest->edu);
	if (!guest->polls)
		uio_write32(&guest->edu, EDU_STATUS, EDU_STATUS_IRQ);
}

/* What comes late comes within this, if the device is asked now and then. */
static void stay_a_while(struct guest *guest)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		usleep(20000);
		expect_no_interrupt(guest);
	}
}

static bool summary(const struct guest *guest, double seconds)
{
	bool right = !guest->wrong && !guest->spurious &&
		     guest->interrupts == (guest->polls ? 0 : guest->factorials);

	printf("%s factorials=%lu interrupts=%lu wrong=%lu spurious=%lu",
	       right ? "ok" : "not ok", guest->factorials, guest->interrupts,
	       guest->wrong, guest->spurious);
	printf(" repeated=%lu seconds=%.1f\n", guest->repeated, seconds);
	return right;
}

static bool is_over(const struct guest *guest, unsigned long factorials,
		    double deadline)
{
	return __atomic_load_n(&ended, __ATOMIC_RELAXED) ||
	       (factorials && guest->factorials >= factorials) ||
	       (deadline && uio_seconds() >= deadline);
}

int main(int argc, char **argv)
{
	struct guest guest = { .random = 1, .every = 16 };
	unsigned long factorials = 100;
	double began, seconds = 0;
	int option;

	while ((option = getopt(argc, argv, "n:t:s:l:p")) != -1) {
		switch (option) {
		case 'n':
			factorials = strtoul(optarg, NULL, 0);
			break;
		case 't':
			seconds = strtod(optarg, NULL);
			break;
		case 's':
			guest.random = strtoul(optarg, NULL, 0);
			break;
		case 'l':
			guest.every = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			guest.polls = true;
			break;
		default:
			return 2;
		}
	}
	guest.random *= 0x9e3779b97f4a7c15ull;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, end);
	begin(&guest);
	began = uio_seconds();
	while (!is_over(&guest, factorials, seconds ? began + seconds : 0))
		compute(&guest);
	seconds = uio_seconds() - began;
	stay_a_while(&guest);
	return summary(&guest, seconds) ? 0 : 1;
}
