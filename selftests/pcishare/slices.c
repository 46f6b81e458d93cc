// SPDX-License-Identifier: GPL-2.0
/*
 * For how long a guest has a device that others want: slices, weights, and the end of a
 * guest's patience with one that does not come to an end.
 */
#include "lease-fixture.h"

/* So much takes seconds. */
#define EDU_ENDLESS	0x40000000u

/* Longer (us) than anything else that the tests start. */
#define PATIENT		60000000u

/* Text of a number, for sysfs. */
static const char *number(unsigned long long value)
{
	static char text[24];

	snprintf(text, sizeof(text), "%llu", value);
	return text;
}

static int device_set(const char *address, const char *name, unsigned int value)
{
	return sysfs_put(pcishare_path(address, name), number(value));
}

/* Times that an earlier test has set are still so. */
static int device_times(const char *address, unsigned int slice_us,
			unsigned int hold_us)
{
	int ret = device_set(address, "slice_us", slice_us);

	return ret ?: device_set(address, "hold_us", hold_us);
}

static long long device_get(const char *address, const char *name)
{
	return sysfs_number(pcishare_path(address, name));
}

TEST_F(lease, attributes)
{
	static const char *const wrong[] = { "-1", "10000001", "x", "\n" };
	unsigned int i;

	EXPECT_EQ(0, device_get(self->address, "slice_us"));
	EXPECT_EQ(10000000, device_get(self->address, "hold_us"));
	/* The recipe "reset" waits for 100 ms; two looks of a millisecond. */
	EXPECT_EQ(102000, device_get(self->address, "handover_us"));
	EXPECT_EQ(0, device_set(self->address, "hold_us", 0));
	EXPECT_EQ(0, sysfs_number(mdev_path(0, "wait_max_us")));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(-EINVAL, sysfs_put(pcishare_path(self->address, "slice_us"),
					     wrong[i]));
	EXPECT_EQ(0, device_set(self->address, "slice_us", 2000));
	EXPECT_EQ(0, device_set(self->address, "hold_us", 60000000));
	EXPECT_EQ(2000, device_get(self->address, "slice_us"));
	EXPECT_EQ(60000000, device_get(self->address, "hold_us"));
	EXPECT_EQ(-EINVAL, device_set(self->address, "hold_us", 60000001));
	EXPECT_EQ(0, device_set(self->address, "hold_us", 10000));
	/* Two leases of each other: one to make up, and one more. */
	EXPECT_EQ(2 * (GUESTS - 1) * (2000 + 10000 + 102000),
		  sysfs_number(mdev_path(0, "wait_max_us")));
	EXPECT_EQ(0, sysfs_put(mdev_path(1, "weight"), "1000"));
	EXPECT_EQ((2 * (GUESTS - 2) + 11) * (2000 + 10000 + 102000),
		  sysfs_number(mdev_path(0, "wait_max_us")));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(1, "weight"), "1001"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(1, "weight"), "0"));
}

/* One that does not come to an end loses the device, and what it has set. */
TEST_F(lease, eviction)
{
	struct edu_guest *endless = &self->guests[0], *waits = &self->guests[1];
	int i, error = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	ASSERT_EQ(0, device_times(self->address, 0, 50000));
	ASSERT_EQ(0, irq_set(endless->user.device, VFIO_PCI_ERR_IRQ_INDEX,
			     IRQ_TRIGGER_FD, 1, error));
	ASSERT_EQ(0, edu_put(endless, EDU_LIVENESS, 1));
	ASSERT_EQ(0, edu_put(endless, EDU_FACTORIAL, EDU_ENDLESS));
	/* Nobody waits: it may go on for as long as it likes. */
	sleep_ms(200);
	EXPECT_EQ(0, mdev_stat(0, "evictions"));
	EXPECT_TRUE(edu_computes(endless));
	edu_put(waits, EDU_FACTORIAL, 5);
	EXPECT_TRUE(sysfs_becomes(mdev_path(0, "state"), "stopped"));
	EXPECT_EQ(1, irq_comes(error, VFIO_PATIENCE));
	EXPECT_EQ(1, mdev_stat(0, "evictions"));
	EXPECT_EQ(UINT32_MAX, edu_get(endless, EDU_LIVENESS));
	/* When the device has been reset: before, what it does is not its own. */
	for (i = 0; i < ATTEMPTS && !edu_finish(waits); i++)
		;
	EXPECT_EQ(120, edu_get(waits, EDU_FACTORIAL));
	EXPECT_EQ(0, mdev_stat(1, "evictions"));
	EXPECT_LE(50000, mdev_stat(1, "wait_worst_us"));

	ASSERT_EQ(0, ioctl(endless->user.device, VFIO_DEVICE_RESET));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "open"));
	EXPECT_EQ(0, edu_get(endless, EDU_LIVENESS));
	edu_compute(endless, 6);
	EXPECT_EQ(0, endless->wrong) TH_LOG("%s", endless->text);
	close(error);
}

/* One that leaves the device busy to the others is behind them when it comes back. */
TEST_F(lease, one_that_leaves_it_busy)
{
	struct edu_guest *leaver = &self->guests[0], *other = &self->guests[1];
	struct edu_guest *holder = &self->guests[2];
	bool before, during = false;
	int i;

	ASSERT_EQ(0, device_times(self->address, 0, PATIENT));
	for (i = 0; i < ATTEMPTS && !during; i++) {
		ASSERT_EQ(0, edu_put(leaver, EDU_FACTORIAL, EDU_LONG / 8));
		edu_guest_close(leaver);
		edu_put(holder, EDU_FACTORIAL, EDU_LONG);
		ASSERT_EQ(0, edu_guest_open(leaver, 0));
		edu_put(leaver, EDU_FACTORIAL, EDU_LONG);
		edu_put(other, EDU_FACTORIAL, EDU_LONG);
		during = edu_computes(holder);
		ASSERT_TRUE(edu_finish(holder));
		before = sysfs_becomes(pcishare_path(self->address, "holder"),
				       mdev_uuid(1)) &&
			 edu_computes(leaver);
		ASSERT_TRUE(edu_finish(other));
		ASSERT_TRUE(edu_finish(leaver));
	}
	EXPECT_TRUE(during);
	EXPECT_TRUE(before);
}

/* How often does one that has it compute before it is another's turn? */
static unsigned int computed_before(struct edu_guest *has, struct edu_guest *waits)
{
	unsigned int count = 0;

	edu_compute(has, 5);
	edu_put(waits, EDU_FACTORIAL, 6);
	while (edu_computes(waits) && count < EDU_POLLS) {
		edu_compute(has, 5);
		count++;
	}
	edu_expect(waits, "factorial", 6, 720, edu_get(waits, EDU_FACTORIAL));
	return count;
}

TEST_F(lease, a_slice)
{
	struct edu_guest *has = &self->guests[0], *waits = &self->guests[1];
	unsigned int i, count[2] = { 0 };

	ASSERT_EQ(0, device_times(self->address, 0, PATIENT));
	for (i = 0; i < 20; i++) {
		/* Without one first; even then one may make up for what it has missed. */
		if (i == 10)
			ASSERT_EQ(0, device_set(self->address, "slice_us", 100000));
		count[i / 10] += computed_before(has, waits);
	}
	TH_LOG("%u computations while another waits, and %u with slices", count[0],
	       count[1]);
	EXPECT_LT(4 * count[0] + 100, count[1]);
	EXPECT_EQ(0, has->wrong) TH_LOG("%s", has->text);
	EXPECT_EQ(0, waits->wrong) TH_LOG("%s", waits->text);
}

/* Both compute again and again, each as soon as its last start is through. */
static void compute_both(struct edu_guest *guests, uint32_t number,
			 unsigned int starts)
{
	unsigned int i;

	while (starts)
		for (i = 0; i < 2; i++) {
			if (edu_computes(&guests[i]))
				continue;
			edu_put(&guests[i], EDU_FACTORIAL, number);
			starts -= !!starts;
		}
	edu_finish(&guests[0]);
	edu_finish(&guests[1]);
}

/*
 * Both want it at each moment: they start while they compute, which waits for
 * the next turn if the slice is over, and is nothing to the device before.
 */
static void want_both(struct edu_guest *guests, uint32_t number, long long turns)
{
	while (mdev_stat(0, "turns") + mdev_stat(1, "turns") < turns) {
		edu_put(&guests[0], EDU_FACTORIAL, number);
		edu_put(&guests[1], EDU_FACTORIAL, number);
		sleep_ms(1);
	}
	edu_finish(&guests[0]);
	edu_finish(&guests[1]);
}

/* One that does not use it does not keep it for its slice. */
TEST_F(lease, a_slice_that_is_not_used)
{
	struct edu_guest *lazy = &self->guests[0], *waits = &self->guests[1];

	ASSERT_EQ(0, device_times(self->address, 10000000, PATIENT));
	edu_compute(lazy, 5);
	edu_compute(waits, 6);
	EXPECT_EQ(0, waits->wrong) TH_LOG("%s", waits->text);
	EXPECT_GT(5000000, mdev_stat(1, "wait_worst_us"));
}

/* The one has it three times as long. */
TEST_F(lease, weights)
{
	long long heavy, light;

	ASSERT_EQ(0, device_times(self->address, 2000, PATIENT));
	ASSERT_EQ(0, sysfs_put(mdev_path(0, "weight"), "300"));
	want_both(self->guests, EDU_LONG / 8, 100);
	heavy = mdev_stat(0, "lease_total_us");
	light = mdev_stat(1, "lease_total_us");
	TH_LOG("%lld us in %lld turns, and %lld us in %lld", heavy,
	       mdev_stat(0, "turns"), light, mdev_stat(1, "turns"));
	EXPECT_LT(5 * light, 2 * heavy);
	EXPECT_GT(7 * light, 2 * heavy);
}

/* The histograms say as much as the counters beside them. */
TEST_F(lease, histograms)
{
	static const char *const names[] = { "stats/waits", "stats/leases" };
	long long sum, slot;
	unsigned int i;
	FILE *file;

	compute_both(self->guests, 3, 1000);
	/* Those that have it do not count yet. */
	edu_guest_close(&self->guests[0]);
	edu_guest_close(&self->guests[1]);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		file = fopen(mdev_path(0, names[i]), "re");
		ASSERT_NE(NULL, file);
		for (sum = 0; fscanf(file, "%lld", &slot) == 1; sum += slot)
			;
		fclose(file);
		EXPECT_EQ(mdev_stat(0, "turns"), sum) TH_LOG("%s", names[i]);
	}
	ASSERT_EQ(0, edu_guest_open(&self->guests[0], 0));
	ASSERT_EQ(0, edu_guest_open(&self->guests[1], 1));
}

TEST_HARNESS_MAIN
