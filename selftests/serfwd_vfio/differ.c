// SPDX-License-Identifier: GPL-2.0
/*
 * The register core of serfwd_vfio and QEMU's own pci-serial, given the same random
 * accesses: each read has to give the same, and so has the interrupt line, which is a
 * bit of PCI's status register. Bytes come from loop-back.
 *
 * DIFFER_DEVICE is the device's directory in sysfs, which no driver has; DIFFER_COUNT how
 * many accesses; DIFFER_SEED makes others.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <time.h>
#include <unistd.h>
#include <linux/pci_regs.h>

#include "uart-owner.h"

#include "../lib/harness.h"

/*
 * In ns: how far from the end of a time-out the two are not compared. Neither knows the
 * other's clock, and it takes a moment to ask both.
 */
#define MARGIN		10000000ull
#define SECOND		1000000000ull

/**
 * struct pair - both
 * @owner: of the core
 * @config: PCI configuration space of QEMU's
 * @base: I/O port of its registers
 * @state: of the random numbers
 * @accesses: how many there were
 * @timed_out: how many time-outs were waited for
 * @seen: how often each identification of an interrupt
 */
struct pair {
	struct owner owner;
	int config;
	u16 base;
	uint64_t state;
	unsigned int accesses;
	unsigned int timed_out;
	unsigned int seen[16];
};

static u32 pick(struct pair *pair, u32 limit)
{
	pair->state ^= pair->state << 13;
	pair->state ^= pair->state >> 7;
	pair->state ^= pair->state << 17;
	return (pair->state >> 16) % limit;
}

static u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

/*
 * A time-out of one is one of the other: wait for what ends within so many ns, which is
 * at least MARGIN.
 */
static void settle(struct pair *pair, u64 within)
{
	struct serfwd_uart_receiver *rx = &pair->owner.uart.rx;
	u64 until = rx->deadline + MARGIN;
	struct timespec time = { until / SECOND, until % SECOND };

	pair->owner.now = now();
	if (!pair->owner.timer || !rx->fifo.count || rx->timed_out ||
	    rx->deadline > pair->owner.now + within)
		return;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
	pair->owner.now = now();
	pair->owner.timer = 0;
	serfwd_uart_expired(&pair->owner.uart, pair->owner.now);
	pair->timed_out++;
}

static void both_out(struct pair *pair, unsigned int reg, u8 value)
{
	settle(pair, MARGIN);
	pair->owner.room = SENT_MAX;
	owner_out(&pair->owner, reg, value);
	outb(value, pair->base + reg);
}

static bool interrupts(const struct pair *pair)
{
	u16 status = 0;

	if (pread(pair->config, &status, 2, PCI_STATUS) != 2)
		abort();
	return status & PCI_STATUS_INTERRUPT;
}

/*
 * Where QEMU's (7.2) is known not to be as the data sheet says. A write is changed to one
 * that has the same meaning to both, or followed by a step that makes them alike.
 */
static u8 without_afe(const struct pair *pair, u8 value)
{
	(void)pair;
	return value & ~UART_MCR_AFE;
}

static u8 without_resets(const struct pair *pair, u8 value)
{
	if (value & UART_FCR_ENABLE_FIFO || pair->owner.uart.fcr & UART_FCR_ENABLE_FIFO)
		return value;
	return value & ~(UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT);
}

static u8 without_zero(const struct pair *pair, u8 value)
{
	return pair->owner.uart.lcr & UART_LCR_DLAB && !value ? 1 : value;
}

static void without_deltas(struct pair *pair)
{
	owner_in(&pair->owner, UART_MSR);
}

static const struct {
	unsigned int reg;
	const char *reason;
	u8 (*change)(const struct pair *pair, u8 value);
	void (*after)(struct pair *pair);
} deviations[] = {
	{ UART_MCR, "QEMU's is a 16550A, which has no autoflow control", without_afe, NULL },
	{ UART_MCR, "in QEMU's loop-back no change of a line is noted", NULL, without_deltas },
	{ UART_FCR, "QEMU's is reset by FCR also where bit 0 is not set", without_resets, NULL },
	{ UART_DLL, "of a divisor of 0 QEMU's takes the half that was written before",
	  without_zero, NULL },
};

static void write_any(struct pair *pair, unsigned int reg, u8 value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deviations); i++)
		if (deviations[i].reg == reg && deviations[i].change)
			value = deviations[i].change(pair, value);
	both_out(pair, reg, value);
	for (i = 0; i < ARRAY_SIZE(deviations); i++)
		if (deviations[i].reg == reg && deviations[i].after)
			deviations[i].after(pair);
}

/*
 * Values that keep it going: mostly in loop-back and without DLAB, FIFOs on as often as
 * off, and divisors of every size.
 */
static u8 any_value(struct pair *pair, unsigned int reg)
{
	u8 value = pick(pair, 256);

	switch (reg) {
	case UART_IER:
		if (pair->owner.uart.lcr & UART_LCR_DLAB && pick(pair, 2))
			return 0;
		return value;
	case UART_FCR:
		/* A reset each time would leave nothing to see. */
		return pick(pair, 4) ? value & ~UART_FCR_CLEAR_RCVR : value;
	case UART_LCR:
		return pick(pair, 4) ? value & ~UART_LCR_DLAB : value;
	case UART_MCR:
		return pick(pair, 8) ? value | UART_MCR_LOOP : value;
	}
	return value;
}

/* A register to write: bytes, most of the time. */
static unsigned int any_written(struct pair *pair)
{
	static const u8 seldom[] = { UART_FCR, UART_LCR, UART_LCR, UART_MCR, UART_LSR,
				     UART_MSR, UART_SCR };

	/* DLAB is not to stay, for nothing moves with it. */
	if (pair->owner.uart.lcr & UART_LCR_DLAB && !pick(pair, 4))
		return UART_LCR;
	if (!pick(pair, 5))
		return UART_IER;
	return pick(pair, 4) ? UART_TX : seldom[pick(pair, ARRAY_SIZE(seldom))];
}

static void write_some(struct pair *pair)
{
	unsigned int reg = any_written(pair);
	unsigned int count = reg == UART_TX ? 1 + pick(pair, 6) : 1;

	while (count--)
		write_any(pair, reg, any_value(pair, reg));
}

/* Both are as after the same reset, whatever a driver has done with QEMU's. */
static void pair_begin(struct pair *pair)
{
	static const u8 first[][2] = {
		{ UART_LCR, UART_LCR_DLAB }, { UART_DLL, 1 }, { UART_DLM, 0 },
		{ UART_LCR, UART_LCR_WLEN8 }, { UART_IER, 0 }, { UART_FCR, 1 },
		{ UART_FCR, 0 }, { UART_MCR, UART_MCR_LOOP }, { UART_TX, 0 },
		{ UART_SCR, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first); i++)
		both_out(pair, first[i][0], first[i][1]);
	for (i = 0; i < SERFWD_UART_REGS; i++) {
		owner_in(&pair->owner, i);
		inb(pair->base + i);
	}
}

FIXTURE(differ) {
	struct pair pair;
};

FIXTURE_SETUP(differ)
{
	struct pair *pair = &self->pair;
	const struct sched_param param = { .sched_priority = 1 };
	u16 command = PCI_COMMAND_IO | PCI_COMMAND_INTX_DISABLE;
	char path[256];
	u32 bar;

	ASSERT_NE(NULL, getenv("DIFFER_DEVICE"));
	snprintf(path, sizeof(path), "%s/config", getenv("DIFFER_DEVICE"));
	pair->config = open(path, O_RDWR);
	ASSERT_LE(0, pair->config);
	ASSERT_EQ(2, pwrite(pair->config, &command, 2, PCI_COMMAND));
	ASSERT_EQ(4, pread(pair->config, &bar, 4, PCI_BASE_ADDRESS_0));
	ASSERT_EQ(PCI_BASE_ADDRESS_SPACE_IO, bar & PCI_BASE_ADDRESS_SPACE);
	pair->base = bar & PCI_BASE_ADDRESS_IO_MASK;
	ASSERT_EQ(0, iopl(3));
	/* Nobody comes between an access and the other. */
	ASSERT_EQ(0, sched_setscheduler(0, SCHED_FIFO, &param));
	pair->state = strtoull(getenv("DIFFER_SEED") ?: "88172645463325252", NULL, 0);
	owner_init(&pair->owner);
	/* As QEMU has them where its chardev has no lines. */
	serfwd_uart_lines(&pair->owner.uart, UART_MSR_DCD | UART_MSR_DSR | UART_MSR_CTS);
	pair_begin(pair);
}

FIXTURE_TEARDOWN(differ)
{
	close(self->pair.config);
}

TEST_F(differ, reads)
{
	static const u8 ids[] = { UART_IIR_NO_INT, UART_IIR_THRI, UART_IIR_RDI, UART_IIR_RLSI,
				  UART_IIR_RX_TIMEOUT };
	unsigned int count = atoi(getenv("DIFFER_COUNT") ?: "100000"), i;
	struct pair *pair = &self->pair;
	u8 theirs, ours;

	TH_LOG("seed %" PRIu64, pair->state);
	for (i = 0; i < ARRAY_SIZE(deviations); i++)
		TH_LOG("left out: %s", deviations[i].reason);
	for (pair->accesses = 0; pair->accesses < count; pair->accesses++) {
		unsigned int reg = pick(pair, SERFWD_UART_REGS);

		if (pick(pair, 2)) {
			write_some(pair);
		} else {
			settle(pair, pick(pair, 8) ? MARGIN : SECOND);
			ours = owner_in(&pair->owner, reg);
			theirs = inb(pair->base + reg);
			ASSERT_EQ(theirs, ours) {
				TH_LOG("access %u reads register %u", pair->accesses, reg);
			}
			if (reg == UART_IIR)
				pair->seen[ours & 0x0f]++;
		}
		settle(pair, MARGIN);
		ASSERT_EQ(interrupts(pair), pair->owner.interrupt) {
			TH_LOG("after access %u", pair->accesses);
		}
	}
	/* Of what there is nothing was missed. */
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		TH_LOG("interrupt %x: %u times", ids[i], pair->seen[ids[i]]);
		EXPECT_LT(count / 10000, pair->seen[ids[i]]);
	}
	TH_LOG("%u time-outs", pair->timed_out);
	EXPECT_LT(0, pair->timed_out);
}

TEST_HARNESS_MAIN
