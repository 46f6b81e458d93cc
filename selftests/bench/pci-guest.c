// SPDX-License-Identifier: GPL-2.0
/*
 * pci-guest: what a guest does with its edu, while the insn plugin counts what its
 * host executes.
 *
 *   pci-guest [-n] access COUNT NAME,r|w,OFFSET,VALUE...	to registers
 *   pci-guest irq COUNT		take interrupts that others cause
 *   pci-guest ops NAME COUNT		compute factorials, with an interrupt each
 *
 * The marks are around all COUNT accesses or factorials, and the ending one behind
 * each interrupt. -n: no marks. Lines that begin with "phase" are results, in the
 * order of the marks.
 */
#include "../pcishare/edu.h"
#include "../pcishare/uio.h"
#include "marks.h"

#define PATIENCE_MS	60000

/* Of those a driver would compute by itself. */
#define NUMBER		5
#define PRODUCT		120

struct access {
	char name[64];
	char direction;
	unsigned int offset;
	unsigned int value;
};

static struct uio edu;

static void parse_access(struct access *access, const char *text)
{
	if (sscanf(text, "%63[^,],%c,%i,%i", access->name, &access->direction,
		   &access->offset, &access->value) != 4)
		uio_fail("no access: %s", text);
}

static void do_reads(unsigned int offset, unsigned long count)
{
	while (count--)
		uio_read32(&edu, offset);
}

static void do_writes(unsigned int offset, uint32_t value, unsigned long count)
{
	while (count--)
		uio_write32(&edu, offset, value);
}

static void do_accesses(const struct access *access, unsigned long count)
{
	if (access->direction == 'r')
		do_reads(access->offset, count);
	else
		do_writes(access->offset, access->value, count);
}

/* The first time some of it is slower. */
static void measure_accesses(const struct access *access, unsigned long count,
			     bool marks)
{
	if (!marks) {
		do_accesses(access, count);
		return;
	}
	do_accesses(access, count);
	mark_start();
	do_accesses(access, count);
	mark_stop();
	printf("phase %s count %lu\n", access->name, count);
}

static void measure_registers(char **accesses, unsigned long count, bool marks)
{
	struct access access;

	for (; *accesses; accesses++) {
		parse_access(&access, *accesses);
		measure_accesses(&access, count, marks);
	}
}

static void wait_until_idle(void)
{
	double began = uio_seconds();

	while (uio_read32(&edu, EDU_STATUS) & EDU_STATUS_COMPUTING)
		if ((uio_seconds() - began) * 1000 > PATIENCE_MS)
			uio_fail("edu computes for %d s", PATIENCE_MS / 1000);
}

static void acknowledge(void)
{
	uint32_t status = uio_read32(&edu, EDU_IRQ_STATUS);

	if (status != EDU_IRQ_STATUS_FACTORIAL)
		uio_fail("the interrupt's status is 0x%x", status);
	uio_write32(&edu, EDU_IRQ_ACK, status);
	uio_unmask(&edu);
}

/* Have the device, and no interrupt of anybody before. */
static void take_device(uint32_t status)
{
	uio_write32(&edu, EDU_STATUS, 0);
	uio_write32(&edu, EDU_FACTORIAL, 1);
	wait_until_idle();
	uio_write32(&edu, EDU_IRQ_ACK, ~0u);
	uio_wait(&edu, 100);
	uio_unmask(&edu);
	uio_write32(&edu, EDU_STATUS, status);
}

/* Blocked in read(), not in poll(): it is one way less. */
static void take_interrupts(unsigned long count)
{
	uint32_t seen;

	take_device(0);
	puts("ready");
	while (count--) {
		if (read(edu.fd, &seen, sizeof(seen)) != sizeof(seen))
			uio_fail("reading the count of interrupts");
		mark_stop();
		acknowledge();
	}
}

static void compute(unsigned long count)
{
	uint32_t product;

	while (count--) {
		uio_write32(&edu, EDU_FACTORIAL, NUMBER);
		if (uio_wait(&edu, PATIENCE_MS) != 1)
			uio_fail("not one interrupt");
		acknowledge();
		product = uio_read32(&edu, EDU_FACTORIAL);
		if (product != PRODUCT)
			uio_fail("the factorial is %u", product);
	}
}

static void measure_factorials(const char *name, unsigned long count)
{
	take_device(EDU_STATUS_IRQ);
	compute(count / 10);
	mark_start();
	compute(count);
	mark_stop();
	printf("phase %s count %lu\n", name, count);
	uio_write32(&edu, EDU_STATUS, 0);
}

int main(int argc, char **argv)
{
	bool marks = argc < 2 || strcmp(argv[1], "-n");

	argv += !marks;
	argc -= !marks;
	if (argc < 3) {
		fputs("usage: pci-guest [-n] access COUNT ACCESS... | irq COUNT | ops NAME COUNT\n",
		      stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	uio_open(&edu, EDU_VENDOR, EDU_DEVICE, EDU_BAR_SIZE);
	if (!strcmp(argv[1], "access"))
		measure_registers(argv + 3, strtoul(argv[2], NULL, 0), marks);
	else if (!strcmp(argv[1], "irq"))
		take_interrupts(strtoul(argv[2], NULL, 0));
	else if (argc == 4)
		measure_factorials(argv[2], strtoul(argv[3], NULL, 0));
	return 0;
}
