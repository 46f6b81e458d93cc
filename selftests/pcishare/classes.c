// SPDX-License-Identifier: GPL-2.0
/*
 * Classes that the device's own policy does not have: the same device by other policies, of
 * selftests/pcishare/policies.
 */
#include <sched.h>
#include <stdatomic.h>

#include "../lib/harness.h"
#include "edu-user.h"
#include "opener.h"
#include "shared.h"

#define SOURCE		0x80
#define TARGET		0x88
#define PROBES		0x88
#define COUNT		0x90
/* How often something that runs beside others is tried until it was seen. */
#define ATTEMPTS	20

static uint64_t get64(const struct edu_guest *guest, unsigned int offset)
{
	return region_get(guest->user.device, EDU_BAR, offset, 8);
}

static int put64(const struct edu_guest *guest, unsigned int offset,
		 uint64_t value)
{
	return region_put(guest->user.device, EDU_BAR, offset, 8, value);
}

static int put_part(const struct edu_guest *guest, unsigned int offset,
		    unsigned int width, uint64_t value)
{
	return region_put(guest->user.device, EDU_BAR, offset, width, value);
}

/*
 * live
 */

FIXTURE(live) {
	struct shared shared;
};

FIXTURE_SETUP(live)
{
	ASSERT_EQ(0, share(&self->shared, "edu-live.policy", "pcishare-lease", 3));
}

FIXTURE_TEARDOWN(live)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

/* Whoever touches it has the device; what it holds is the device's. */
TEST_F(live, gets_the_device)
{
	struct edu_guest *guests = self->shared.guests;
	const char *address = self->shared.address;
	unsigned int i;

	for (i = 0; i < 30; i++) {
		ASSERT_EQ(0, edu_put(&guests[i % 3], EDU_LIVENESS, i));
		EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"),
				     mdev_uuid(i % 3)));
		EXPECT_EQ(~i, edu_get(&guests[i % 3], EDU_LIVENESS));
		EXPECT_EQ(~i, edu_get(&guests[(i + 1) % 3], EDU_LIVENESS));
		EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"),
				     mdev_uuid((i + 1) % 3)));
	}
	EXPECT_LE(10, mdev_stat(0, "turns"));
	EXPECT_EQ(0, mdev_stat(0, "live_timeouts"));
}

/* A context goes along. */
TEST_F(live, contexts_change_with_it)
{
	struct edu_guest *guests = self->shared.guests;
	unsigned int i, round;

	for (round = 0; round < 10; round++) {
		for (i = 0; i < 3; i++)
			ASSERT_EQ(0, put64(&guests[i], SOURCE,
					   0x1111111111111111ull * i + round));
		for (i = 0; i < 3; i++) {
			edu_get(&guests[i], EDU_LIVENESS);
			EXPECT_EQ(0x1111111111111111ull * i + round,
				  get64(&guests[i], SOURCE));
		}
	}
}

/* Results are not what the device has, but what each has got of it. */
TEST_F(live, results_are_each_ones_own)
{
	struct edu_guest *guests = self->shared.guests;

	edu_compute(&guests[0], 7);
	EXPECT_EQ(0, edu_put(&guests[1], EDU_LIVENESS, 1));
	EXPECT_EQ(0, edu_get(&guests[1], EDU_FACTORIAL));
	edu_compute(&guests[2], 5);
	EXPECT_EQ(0, edu_get(&guests[1], EDU_FACTORIAL));
	EXPECT_EQ(~1u, edu_get(&guests[0], EDU_LIVENESS));
	EXPECT_EQ(5040, edu_get(&guests[0], EDU_FACTORIAL));
	EXPECT_EQ(0, guests[0].wrong + guests[2].wrong);
}

/* It waits until the other's start is through; looking at a status does not. */
TEST_F(live, waits_for_a_start)
{
	struct edu_guest *busy = &self->shared.guests[0];
	struct edu_guest *other = &self->shared.guests[1];
	bool during;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		ASSERT_EQ(0, edu_put(busy, EDU_LIVENESS, 0x77));
		ASSERT_EQ(0, edu_put(busy, EDU_FACTORIAL, EDU_LONG));
		EXPECT_EQ(EDU_ID_VALUE, edu_get(other, EDU_ID));
		EXPECT_EQ(0, edu_get(other, EDU_STATUS));
		during = edu_computes(busy);
		EXPECT_EQ(~0x77u, edu_get(other, EDU_LIVENESS));
		EXPECT_FALSE(edu_computes(busy));
		EXPECT_EQ(0, edu_get(busy, EDU_FACTORIAL));
		if (during)
			break;
	}
	EXPECT_LT(i, ATTEMPTS);
	EXPECT_EQ(0, mdev_stat(1, "live_timeouts"));
}

/* But not for ever: it reads as all ones then, and what is written is dropped. */
TEST_F(live, does_not_wait_for_ever)
{
	struct edu_guest *busy = &self->shared.guests[0];
	struct edu_guest *other = &self->shared.guests[1];
	long long before, after;
	uint64_t got;
	bool during = false;
	int i;

	ASSERT_EQ(0, sysfs_put(mdev_path(1, "live_wait_ms"), "1"));
	for (i = 0; i < ATTEMPTS && !during; i++) {
		before = mdev_stat(1, "live_timeouts");
		ASSERT_EQ(0, edu_put(busy, EDU_LIVENESS, 0x77));
		ASSERT_EQ(0, edu_put(busy, EDU_FACTORIAL, EDU_LONG));
		got = edu_get(other, EDU_LIVENESS);
		ASSERT_EQ(0, edu_put(other, EDU_LIVENESS, 0x99));
		during = edu_computes(busy);
		after = mdev_stat(1, "live_timeouts");
		ASSERT_TRUE(edu_finish(busy));
		EXPECT_EQ(0, edu_get(busy, EDU_FACTORIAL));
		if (!during)
			continue;
		EXPECT_EQ(UINT32_MAX, got);
		EXPECT_EQ(before + 2, after);
		EXPECT_EQ(~0x77u, edu_get(busy, EDU_LIVENESS));
	}
	EXPECT_TRUE(during);
	EXPECT_EQ(~0x77u, edu_get(other, EDU_LIVENESS));
}

/* Registers there count as those of BARs, and are limited alike; the rest is not. */
TEST_F(live, configuration_space)
{
	int fd = self->shared.guests[0].user.device;
	unsigned int i;

	EXPECT_EQ(0, config_get(fd, 0x60, 2));
	EXPECT_EQ(1, mdev_stat(0, "reads"));
	EXPECT_EQ(0, config_get(fd, 0x60, 4));
	EXPECT_EQ(2, mdev_stat(0, "reads"));
	EXPECT_EQ(0, config_get(fd, 0x64, 4));
	EXPECT_EQ(EDU_VENDOR, config_get(fd, 0, 2));
	EXPECT_EQ(2, mdev_stat(0, "reads"));
	ASSERT_EQ(0, config_put(fd, 0x60, 2, 0xffff));
	EXPECT_EQ(1, mdev_stat(0, "writes"));
	EXPECT_EQ(0, mdev_stat(0, "denied"));
	ASSERT_EQ(0, sysfs_put(mdev_path(0, "accesses_per_s"), "1"));
	for (i = 0; i < 3; i++)
		config_get(fd, 0x60, 2);
	EXPECT_LE(1, mdev_stat(0, "limited_accesses"));
	EXPECT_EQ(EDU_VENDOR, config_get(fd, 0, 2));
}

/* All that one access wants of the device has one time to wait for it. */
TEST_F(live, one_wait_an_access)
{
	struct edu_guest *busy = &self->shared.guests[0];
	struct edu_guest *other = &self->shared.guests[1];
	long long before, after;
	bool during = false;
	uint64_t got;
	int i;

	ASSERT_EQ(0, sysfs_put(mdev_path(1, "live_wait_ms"), "1"));
	for (i = 0; i < ATTEMPTS && !during; i++) {
		before = mdev_stat(1, "live_timeouts");
		ASSERT_EQ(0, edu_put(busy, EDU_FACTORIAL, EDU_LONG));
		got = get64(other, PROBES);
		during = edu_computes(busy);
		after = mdev_stat(1, "live_timeouts");
		ASSERT_TRUE(edu_finish(busy));
		if (!during)
			continue;
		EXPECT_EQ(UINT64_MAX, got);
		EXPECT_EQ(before + 1, after);
	}
	EXPECT_TRUE(during);
}

static void *live_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++) {
		put64(guest, SOURCE, guest->number * 1000003ull + i);
		edu_put(guest, EDU_LIVENESS, i);
		edu_compute(guest, (guest->number + i) % 40);
		edu_expect(guest, "source", i, guest->number * 1000003ull + i,
			   get64(guest, SOURCE));
	}
	return NULL;
}

TEST_F(live, all_at_once)
{
	unsigned int i;

	/* All of them may have to wait for all of the others. */
	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, sysfs_put(mdev_path(i, "live_wait_ms"), "60000"));
	EXPECT_EQ(0, edu_guests_run(self->shared.guests, 3, live_thread, 100));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, mdev_stat(i, "live_timeouts"));
}

/* An access that needs the device, by one of a guest's processors. */
struct looker {
	const struct edu_guest *guest;
	int cpu;
	uint64_t got;
	pthread_t thread;
};

static void stay_on(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void *look_thread(void *arg)
{
	struct looker *looker = arg;

	stay_on(looker->cpu);
	looker->got = edu_get(looker->guest, EDU_LIVENESS);
	return NULL;
}

static void look_start(struct looker *looker, const struct edu_guest *guest, int cpu)
{
	*looker = (struct looker) { .guest = guest, .cpu = cpu };
	if (pthread_create(&looker->thread, NULL, look_thread, looker))
		abort();
}

/* Keeps all that are no less urgent from a processor. */
struct hog {
	atomic_bool there;
	atomic_bool stop;
	pthread_t thread;
};

static void *hog_thread(void *arg)
{
	static const struct sched_param urgent = { .sched_priority = 1 };
	struct hog *hog = arg;

	stay_on(1);
	sched_setscheduler(0, SCHED_FIFO, &urgent);
	atomic_store(&hog->there, true);
	while (!atomic_load(&hog->stop))
		;
	return NULL;
}

static void hog_start(struct hog *hog)
{
	*hog = (struct hog) {};
	if (pthread_create(&hog->thread, NULL, hog_thread, hog))
		abort();
	while (!atomic_load(&hog->there))
		sleep_ms(1);
}

/*
 * Two accesses of one guest wait for the device. It is given it for both: also if the
 * second cannot run before the first is through and another guest wants the device.
 */
TEST_F(live, for_all_accesses_that_wait)
{
	struct edu_guest *busy = &self->shared.guests[0];
	struct edu_guest *other = &self->shared.guests[1];
	struct looker first, second, third;
	bool during = false;
	struct hog hog;
	int i;

	stay_on(0);
	for (i = 0; i < ATTEMPTS && !during; i++) {
		ASSERT_EQ(0, edu_put(busy, EDU_LIVENESS, 0x77));
		ASSERT_EQ(0, edu_put(busy, EDU_FACTORIAL, EDU_LONG));
		look_start(&first, other, 0);
		look_start(&second, other, 1);
		sleep_ms(5);
		hog_start(&hog);
		during = edu_computes(busy);
		pthread_join(first.thread, NULL);
		look_start(&third, busy, 0);
		sleep_ms(50);
		atomic_store(&hog.stop, true);
		pthread_join(hog.thread, NULL);
		pthread_join(second.thread, NULL);
		pthread_join(third.thread, NULL);
		EXPECT_EQ(~0x77u, first.got);
		EXPECT_EQ(~0x77u, second.got);
		EXPECT_EQ(~0x77u, third.got);
	}
	EXPECT_TRUE(during);
	EXPECT_EQ(0, mdev_stat(1, "live_timeouts"));
}

/*
 * status w1c and rc
 */

FIXTURE(status) {
	struct shared shared;
	struct edu_guest *guest;
	struct edu_guest *other;
};

FIXTURE_VARIANT(status) {
	const char *policy;
	bool rc;
};

FIXTURE_VARIANT_ADD(status, w1c) {
	.policy = "edu-w1c.policy",
};

FIXTURE_VARIANT_ADD(status, rc) {
	.policy = "edu-rc.policy",
	.rc = true,
};

FIXTURE_SETUP(status)
{
	ASSERT_EQ(0, share(&self->shared, variant->policy, "pcishare-lease", 2));
	self->guest = &self->shared.guests[0];
	self->other = &self->shared.guests[1];
}

FIXTURE_TEARDOWN(status)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

TEST_F(status, is_cleared_as_it_says)
{
	ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_RAISE, 7));
	if (variant->rc) {
		EXPECT_EQ(0, edu_put(self->guest, EDU_IRQ_STATUS, 7));
		EXPECT_EQ(7, edu_get(self->guest, EDU_IRQ_STATUS));
	} else {
		EXPECT_EQ(7, edu_get(self->guest, EDU_IRQ_STATUS));
		EXPECT_EQ(7, edu_get(self->guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_STATUS, 0xa));
		EXPECT_EQ(5, edu_get(self->guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, put_part(self->guest, EDU_IRQ_STATUS, 1, 1));
		EXPECT_EQ(4, edu_get(self->guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, put_part(self->guest, EDU_IRQ_STATUS + 1, 1, 0xff));
		EXPECT_EQ(4, edu_get(self->guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_STATUS, 4));
	}
	EXPECT_EQ(0, edu_get(self->guest, EDU_IRQ_STATUS));
	EXPECT_EQ(0, edu_get(self->other, EDU_IRQ_STATUS));
	/* ack is for both. */
	ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_RAISE, 3));
	ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_ACK, 1));
	EXPECT_EQ(2, edu_get(self->guest, EDU_IRQ_STATUS));
}

/* By the device's own bits. */
static void status_compute(struct edu_guest *guest, uint32_t n, bool rc)
{
	edu_put(guest, EDU_FACTORIAL, n);
	edu_expect(guest, "interrupts", n, 1,
		   edu_irq_comes(guest, VFIO_PATIENCE));
	edu_expect(guest, "interrupt status", n, 1,
		   edu_get(guest, EDU_IRQ_STATUS));
	if (!rc)
		edu_put(guest, EDU_IRQ_STATUS, 1);
	edu_expect(guest, "interrupt status that was cleared", n, 0,
		   edu_get(guest, EDU_IRQ_STATUS));
	edu_irq_end(guest);
	edu_expect(guest, "factorial", n, edu_factorial(n),
		   edu_get(guest, EDU_FACTORIAL));
}

static void *w1c_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++)
		status_compute(guest, (i + guest->number) % 40, false);
	return NULL;
}

static void *rc_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++)
		status_compute(guest, (i + guest->number) % 40, true);
	return NULL;
}

TEST_F(status, completions)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, edu_irq_start(&self->shared.guests[i], EDU_INTX));
		ASSERT_EQ(0, edu_put(&self->shared.guests[i], EDU_STATUS,
				     EDU_STATUS_IRQ));
	}
	EXPECT_EQ(0, edu_guests_run(self->shared.guests, 2,
				    variant->rc ? rc_thread : w1c_thread, 100));
	for (i = 0; i < 2; i++)
		EXPECT_EQ(100, mdev_stat(i, "interrupts"));
}

/* Without interrupts: the device's are collected by who looks. */
TEST_F(status, is_polled)
{
	struct edu_guest *guest = self->guest;
	unsigned int i, polls;
	uint64_t got;

	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, i));
		for (polls = 0; !(got = edu_get(guest, EDU_IRQ_STATUS)); polls++)
			ASSERT_LT(polls, EDU_POLLS);
		EXPECT_EQ(1, got);
		if (!variant->rc)
			ASSERT_EQ(0, edu_put(guest, EDU_IRQ_STATUS, 1));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
		EXPECT_EQ(edu_factorial(i), edu_get(guest, EDU_FACTORIAL));
	}
}

/*
 * Fields, masks, ranges, 64 bits
 */

FIXTURE(fields) {
	struct shared shared;
	struct edu_guest *guest;
	struct edu_guest *other;
};

FIXTURE_SETUP(fields)
{
	ASSERT_EQ(0, share(&self->shared, "edu-fields.policy", "pcishare-lease", 2));
	self->guest = &self->shared.guests[0];
	self->other = &self->shared.guests[1];
}

FIXTURE_TEARDOWN(fields)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

#define SOURCE_INITIAL	0xc300000f01200000ull
#define TARGET_INITIAL	0x1122334400000077ull

TEST_F(fields, initial)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0x005a00ed, edu_get(&self->shared.guests[i], EDU_ID));
		EXPECT_EQ(0, edu_get(&self->shared.guests[i], EDU_LIVENESS));
		EXPECT_EQ(SOURCE_INITIAL, get64(&self->shared.guests[i], SOURCE));
		EXPECT_EQ(TARGET_INITIAL, get64(&self->shared.guests[i], TARGET));
	}
	/* Also of who has the device, which had something else. */
	edu_compute(self->guest, 5);
	EXPECT_EQ(0, self->guest->wrong) TH_LOG("%s", self->guest->text);
	EXPECT_EQ(SOURCE_INITIAL, get64(self->guest, SOURCE));
	EXPECT_EQ(TARGET_INITIAL, get64(self->guest, TARGET));
	EXPECT_EQ(0xabcd, get64(self->guest, COUNT));
	EXPECT_EQ(1, sysfs_number(mdev_path(0, "stats/turns")));
}

/* The values written to each part, and what is there then. */
static const struct {
	unsigned int offset;
	unsigned int width;
	uint64_t written;
	unsigned int reg;
	uint64_t then;
	bool refused;
} parts[] = {
	{ SOURCE, 2, 0xbeef, SOURCE, 0xc300000f0120beef, false },
	{ SOURCE + 1, 1, 0x12, SOURCE, 0xc300000f012012ef, false },
	{ SOURCE + 2, 2, 0x0ff0, SOURCE, 0xc300000f0ff012ef, false },
	{ SOURCE + 2, 2, 0x1000, SOURCE, 0xc300000f0ff012ef, true },
	{ SOURCE + 2, 1, 0x01, SOURCE, 0xc300000f0ff012ef, true },
	{ SOURCE + 2, 1, 0x50, SOURCE, 0xc300000f0f5012ef, false },
	{ SOURCE + 4, 2, 10, SOURCE, 0xc300000a0f5012ef, false },
	{ SOURCE + 4, 2, 9, SOURCE, 0xc300000a0f5012ef, true },
	{ SOURCE + 4, 1, 20, SOURCE, 0xc30000140f5012ef, false },
	{ SOURCE + 4, 1, 21, SOURCE, 0xc30000140f5012ef, true },
	{ SOURCE + 5, 1, 1, SOURCE, 0xc30000140f5012ef, true },
	{ SOURCE + 6, 2, 0xffff, SOURCE, 0xc30000140f5012ef, false },
	{ SOURCE, 8, 0x1234000b00f0abcd, SOURCE, 0xc300000b00f0abcd, false },
	{ SOURCE, 4, 0x01005555, SOURCE, 0xc300000b01005555, false },
	{ TARGET, 8, 0xfedcba980000ffff, TARGET, 0xfedcba980000ffff, false },
	{ TARGET, 8, 0x0000000000010000, TARGET, 0xfedcba980000ffff, true },
	{ TARGET, 4, 0x80000000, TARGET, 0xfedcba980000ffff, true },
	{ TARGET + 4, 4, 0x89abcdef, TARGET, 0x89abcdef0000ffff, false },
	{ TARGET + 7, 1, 0x11, TARGET, 0x11abcdef0000ffff, false },
	{ TARGET + 1, 2, 0x0022, TARGET, 0x11abcdef000022ff, false },
};

static void check_parts(struct __test_metadata *_metadata,
			struct edu_guest *guest)
{
	long long refused;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		refused = mdev_stat(guest->number, "refused");
		ASSERT_EQ(0, put_part(guest, parts[i].offset, parts[i].width,
				      parts[i].written));
		EXPECT_EQ(parts[i].then, get64(guest, parts[i].reg))
			TH_LOG("line %u of the table", i);
		EXPECT_EQ(refused + parts[i].refused,
			  mdev_stat(guest->number, "refused"))
			TH_LOG("line %u of the table", i);
	}
	put64(guest, SOURCE, 0x0000000f01200000);
	put64(guest, TARGET, TARGET_INITIAL);
}

/* By who has the device, and by who has not. */
TEST_F(fields, masks_and_ranges)
{
	check_parts(_metadata, self->guest);
	check_parts(_metadata, self->other);
	edu_compute(self->guest, 5);
	EXPECT_EQ(SOURCE_INITIAL, get64(self->guest, SOURCE));
	check_parts(_metadata, self->guest);
	EXPECT_EQ(0, mdev_stat(0, "denied"));
}

TEST_F(fields, range_of_what_is_inverted)
{
	struct edu_guest *guest = self->guest;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x100));
		EXPECT_EQ(~0x100u, edu_get(guest, EDU_LIVENESS));
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 99));
		EXPECT_EQ(~0x100u, edu_get(guest, EDU_LIVENESS));
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x2000));
		EXPECT_EQ(~0x100u, edu_get(guest, EDU_LIVENESS));
		ASSERT_EQ(0, put_part(guest, EDU_LIVENESS + 1, 1, 0x1f));
		EXPECT_EQ(~0x1f00u, edu_get(guest, EDU_LIVENESS));
		ASSERT_EQ(0, put_part(guest, EDU_LIVENESS + 1, 1, 0x20));
		EXPECT_EQ(~0x1f00u, edu_get(guest, EDU_LIVENESS));
		EXPECT_EQ(3 * (i + 1), mdev_stat(0, "refused"));
		edu_compute(guest, 3);
	}
}

/* Nothing is started by what is refused. */
TEST_F(fields, range_of_a_start)
{
	struct edu_guest *guest = self->guest;

	ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, 4));
	ASSERT_TRUE(edu_finish(guest));
	EXPECT_EQ(24, edu_get(guest, EDU_FACTORIAL));
	ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, 0x08000001));
	EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
	EXPECT_EQ(24, edu_get(guest, EDU_FACTORIAL));
	EXPECT_EQ(1, mdev_stat(0, "refused"));
	EXPECT_EQ(1, mdev_stat(0, "starts"));
}

/* The device really has the value of the guest that has the device. */
TEST_F(fields, contexts_reach_the_device)
{
	struct edu_guest *guest = self->guest, *other = self->other;
	unsigned int i;

	ASSERT_EQ(0, put64(guest, COUNT, 0x1111222233334444));
	for (i = 0; i < 5; i++) {
		edu_compute(guest, i);
		EXPECT_EQ(0x1111222233334444, get64(guest, COUNT));
		EXPECT_EQ(0x1111222233334444, get64(other, COUNT));
		/* Of who has not: not before its turn. */
		ASSERT_EQ(0, put64(other, COUNT, i));
		EXPECT_EQ(0x1111222233334444, get64(other, COUNT));
		edu_compute(other, i);
		EXPECT_EQ(i, get64(other, COUNT));
		EXPECT_EQ(i, get64(guest, COUNT));
		/* Of who has: at once. */
		ASSERT_EQ(0, put64(other, COUNT, i + 0x100000000));
		EXPECT_EQ(i + 0x100000000, get64(guest, COUNT));
		ASSERT_EQ(0, put_part(other, COUNT + 4, 4, 0xffffffff));
		EXPECT_EQ(i + 0xffffffff00000000, get64(guest, COUNT));
	}
	EXPECT_EQ(0, guest->wrong + other->wrong);
}

/*
 * or-stop
 */

FIXTURE(stop) {
	struct shared shared;
	struct edu_guest *guest;
	struct edu_guest *other;
};

FIXTURE_SETUP(stop)
{
	ASSERT_EQ(0, share(&self->shared, "edu-stop.policy", "pcishare-lease", 2));
	self->guest = &self->shared.guests[0];
	self->other = &self->shared.guests[1];
}

FIXTURE_TEARDOWN(stop)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

static const struct {
	unsigned int offset;
	bool write;
	uint32_t value;
	bool stops;
} touches[] = {
	{ 0x0c, false, 0, true },
	{ 0x0c, true, 0, true },
	{ EDU_BAR_SIZE - 4, false, 0, true },
	{ EDU_LIVENESS, true, 0x10000, true },
	{ EDU_LIVENESS, true, 0xffff, false },
	{ EDU_FACTORIAL, true, 0x08000001, true },
	{ TARGET, false, 0, true },
	{ TARGET, true, 0, true },
	{ SOURCE, false, 0, false },
	{ SOURCE, true, 0, false },
	{ EDU_ID, true, 0, false },
};

static void touch(const struct edu_guest *guest, unsigned int i)
{
	if (touches[i].write)
		edu_put(guest, touches[i].offset, touches[i].value);
	else
		edu_get(guest, touches[i].offset);
}

/* Its start waits when it is stopped: the device is not to see that any more. */
TEST_F(stop, with_a_start_that_waits)
{
	struct edu_guest *guest = self->guest, *other = self->other;
	long long turns = 0;
	bool during = false;
	int i;

	for (i = 0; i < ATTEMPTS && !during; i++) {
		ASSERT_EQ(0, edu_put(other, EDU_FACTORIAL, EDU_LONG));
		turns = mdev_stat(0, "turns");
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, 7));
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x10000));
		during = edu_computes(other);
		ASSERT_TRUE(edu_finish(other));
		ASSERT_TRUE(sysfs_is(mdev_path(0, "state"), "stopped"));
		/* By then it would have had its turn. */
		edu_compute(other, 5);
		EXPECT_EQ(0, other->wrong) TH_LOG("%s", other->text);
		if (during)
			EXPECT_EQ(turns, mdev_stat(0, "turns"));
		ASSERT_EQ(0, ioctl(guest->user.device, VFIO_DEVICE_RESET));
	}
	EXPECT_TRUE(during);
}

TEST_F(stop, by_each)
{
	struct edu_guest *guest = self->guest;
	int fd = guest->user.device;
	unsigned int i;

	edu_compute(self->other, 5);
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	for (i = 0; i < ARRAY_SIZE(touches); i++) {
		edu_compute(guest, 4);
		touch(guest, i);
		EXPECT_TRUE(sysfs_is(mdev_path(0, "state"),
				     touches[i].stops ? "stopped" : "open"))
			TH_LOG("line %u of the table", i);
		EXPECT_EQ(touches[i].stops ? UINT32_MAX : EDU_ID_VALUE,
			  edu_get(guest, EDU_ID))
			TH_LOG("line %u of the table", i);
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		EXPECT_EQ(touches[i].stops ? UINT32_MAX : 1,
			  edu_get(guest, EDU_IRQ_STATUS));
		EXPECT_EQ(!touches[i].stops,
			  edu_irq_comes(guest, touches[i].stops ?
					50 : VFIO_PATIENCE));
		/* The VMM still sees which device it is. */
		EXPECT_EQ(EDU_VENDOR, config_get(fd, PCI_VENDOR_ID, 2));
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_RESET));
		EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "open"));
		ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
		if (!touches[i].stops)
			ASSERT_EQ(0, edu_irq_end(guest));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	}
	EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
	EXPECT_EQ(120, edu_get(self->other, EDU_FACTORIAL));
	edu_compute(self->other, 6);
	EXPECT_EQ(0, self->other->wrong) TH_LOG("%s", self->other->text);
}

/* With a start that runs, and one that waits: the others go on. */
TEST_F(stop, while_it_computes)
{
	struct edu_guest *guest = self->guest, *other = self->other;
	int i;

	for (i = 0; i < 6; i++) {
		if (i % 2)
			ASSERT_EQ(0, edu_put(other, EDU_FACTORIAL, EDU_LONG / 4));
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, EDU_LONG / 4));
		edu_get(guest, 0x0c);
		EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "stopped"));
		ASSERT_TRUE(edu_finish(other));
		edu_compute(other, 9);
		EXPECT_EQ(0, other->wrong) TH_LOG("%s", other->text);
		ASSERT_EQ(0, ioctl(guest->user.device, VFIO_DEVICE_RESET));
		ASSERT_EQ(0, config_put(guest->user.device, PCI_COMMAND, 2,
					PCI_COMMAND_MEMORY));
		edu_compute(guest, 7);
		EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
	}
}

/* It can be closed and opened instead. */
TEST_F(stop, and_close)
{
	edu_get(self->guest, 0x0c);
	edu_guest_close(self->guest);
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "closed"));
	ASSERT_EQ(0, edu_guest_open(self->guest, 0));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(self->guest, EDU_ID));
}

/*
 * share exclusive, with a policy
 */

FIXTURE(whole) {
	struct shared shared;
	struct edu_guest *guest;
};

FIXTURE_SETUP(whole)
{
	ASSERT_EQ(0, share(&self->shared, "edu-exclusive.policy",
			   "pcishare-exclusive", 1));
	self->guest = &self->shared.guests[0];
}

FIXTURE_TEARDOWN(whole)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

/* The next finds nothing of who was before. */
TEST_F(whole, is_reset_between_guests)
{
	const char *address = self->shared.address;
	struct opener opener;
	struct edu_guest next;

	EXPECT_TRUE(sysfs_is(pcishare_path(address, "sharing"), "exclusive"));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "reset_method"), "recipe"));
	EXPECT_EQ(0, edu_get(self->guest, EDU_LIVENESS));
	ASSERT_EQ(0, edu_put(self->guest, EDU_LIVENESS, 0x5555));
	EXPECT_EQ((uint32_t)~0x5555, edu_get(self->guest, EDU_LIVENESS));
	ASSERT_EQ(0, edu_put(self->guest, EDU_IRQ_RAISE, 3));

	ASSERT_EQ(0, mdev_create(address, "pcishare-exclusive", 1));
	ASSERT_EQ(0, opener_start(&opener, 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"), mdev_uuid(0)));
	edu_guest_close(self->guest);
	ASSERT_EQ(0, opener_end(&opener));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"), mdev_uuid(1)));
	next = (struct edu_guest) { .number = 1, .user = opener.user };
	ASSERT_EQ(0, edu_guest_enable(&next));
	EXPECT_EQ(0, edu_get(&next, EDU_LIVENESS));
	EXPECT_EQ(0, edu_get(&next, EDU_IRQ_STATUS));
	EXPECT_EQ(EDU_STATUS_IRQ, edu_get(&next, EDU_STATUS));
	ASSERT_EQ(0, edu_put(&next, EDU_STATUS, 0));
	ASSERT_EQ(0, edu_put(&next, EDU_LIVENESS, 0x66));
	ASSERT_EQ(0, ioctl(next.user.device, VFIO_DEVICE_RESET));
	EXPECT_EQ(0, edu_get(&next, EDU_LIVENESS));
	/* By its recipe 'restore', both times. */
	EXPECT_EQ(EDU_STATUS_IRQ, edu_get(&next, EDU_STATUS));
	vfio_close(&opener.user);
	EXPECT_EQ(0, mdev_remove(1));
	ASSERT_EQ(0, edu_guest_open(self->guest, 0));
}

/* The device's own interrupts, by either kind. */
TEST_F(whole, interrupts)
{
	struct edu_guest *guest = self->guest;
	int i;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	for (i = 1; i < 20; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, i));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		EXPECT_EQ(i, edu_get(guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, i));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_irq_end(guest));
	}
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_INTX, IRQ_TRIGGER, 0, 0));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
	for (i = 1; i < 20; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, i));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		EXPECT_EQ(i, edu_get(guest, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, i));
	}
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
}

TEST_HARNESS_MAIN
