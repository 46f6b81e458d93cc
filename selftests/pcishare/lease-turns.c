// SPDX-License-Identifier: GPL-2.0
/*
 * Guests of one device take turns: a start waits for those of others and its guest does
 * not, each gets its turn, and what it computes is right.
 */
#include <stdatomic.h>

#include "lease-fixture.h"

/* Things seen while a guest computed something long. */
struct overlap {
	uint64_t status;	/* by one whose start waits */
	uint64_t value;
	uint64_t idle_status;	/* by one that started nothing */
	bool during;		/* it was still computing */
};

static struct overlap overlap_look(struct edu_guest *holder,
				   struct edu_guest *waits,
				   struct edu_guest *idle)
{
	struct overlap seen;

	edu_put(holder, EDU_FACTORIAL, EDU_LONG);
	edu_put(waits, EDU_FACTORIAL, 10);
	seen.status = edu_get(waits, EDU_STATUS);
	seen.value = edu_get(waits, EDU_FACTORIAL);
	seen.idle_status = edu_get(idle, EDU_STATUS);
	seen.during = edu_computes(holder);
	return seen;
}

/*
 * start, and busy: the write returns at once, busy is read as if the device were
 * slow, and the result is there later, as is the other's.
 */
TEST_F(lease, a_start_waits_and_its_guest_does_not)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	struct overlap seen;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		seen = overlap_look(holder, waits, &self->guests[2]);
		ASSERT_TRUE(edu_finish(holder));
		ASSERT_TRUE(edu_finish(waits));
		EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
		EXPECT_EQ(3628800, edu_get(waits, EDU_FACTORIAL));
		if (seen.during)
			break;
	}
	ASSERT_LT(i, ATTEMPTS);
	EXPECT_EQ(EDU_STATUS_COMPUTING, seen.status);
	EXPECT_EQ(10, seen.value);
	EXPECT_EQ(0, seen.idle_status);
	EXPECT_EQ(i + 1, mdev_stat(0, "starts"));
	EXPECT_EQ(i + 1, mdev_stat(1, "starts"));
	EXPECT_LE(1, mdev_stat(1, "queued_starts"));
	EXPECT_LE(1, mdev_stat(1, "turns"));
	EXPECT_EQ(0, mdev_stat(2, "turns"));
}

/* Written while it waits: as with the device itself, which is computing. */
TEST_F(lease, one_start_at_a_time)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	uint64_t got;
	bool during;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		edu_put(holder, EDU_FACTORIAL, EDU_LONG);
		edu_put(waits, EDU_FACTORIAL, 5);
		edu_put(waits, EDU_FACTORIAL, 6);
		during = edu_computes(holder);
		ASSERT_TRUE(edu_finish(waits));
		got = edu_get(waits, EDU_FACTORIAL);
		EXPECT_TRUE(got == 120 || got == 720)
			TH_LOG("5! or 6!: %llu", (unsigned long long)got);
		ASSERT_TRUE(edu_finish(holder));
		if (during)
			break;
	}
	EXPECT_LT(i, ATTEMPTS);
}

/* Counts how often another has computed again since this one has wanted it. */
struct hog {
	struct edu_guest *guest;
	atomic_uint starts;
	atomic_bool enough;
};

static void *hog_thread(void *arg)
{
	struct hog *hog = arg;

	while (!hog->enough) {
		edu_put(hog->guest, EDU_FACTORIAL, EDU_LONG / 4);
		hog->starts++;
		edu_finish(hog->guest);
	}
	return NULL;
}

/* A guest that has it and goes on computing does not keep it from one that waits. */
TEST_F(lease, a_turn_comes)
{
	struct hog hog = { .guest = &self->guests[0] };
	unsigned int i, before;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, hog_thread, &hog));
	for (i = 0; i < 10; i++) {
		while (!hog.starts)
			sleep_ms(1);
		before = hog.starts;
		edu_compute(&self->guests[1], 5);
		/* The one that ran, and one more that was made meanwhile. */
		EXPECT_GE(before + 2, hog.starts)
			TH_LOG("others' starts: %u", hog.starts - before);
	}
	hog.enough = true;
	pthread_join(thread, NULL);
	EXPECT_EQ(0, self->guests[1].wrong) TH_LOG("%s", self->guests[1].text);
}

TEST_F(lease, all_compute_at_once)
{
	unsigned int i, count = scaled(60);

	EXPECT_EQ(0, edu_guests_run(self->guests, GUESTS, compute_thread, count));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(count, mdev_stat(i, "starts"));
		EXPECT_LE(1, mdev_stat(i, "turns"));
		EXPECT_EQ(0, mdev_stat(i, "denied"));
		EXPECT_EQ(0, mdev_stat(i, "refused"));
	}
}

TEST_F(lease, who_has_it)
{
	const char *state = "state", *holder = "holder";
	long long handovers;
	char path[PATH_MAX];
	unsigned int i;

	snprintf(path, sizeof(path), "%s",
		 pcishare_path(self->address, "handovers"));
	handovers = sysfs_number(path);
	EXPECT_LE(0, handovers);

	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "sharing"), "lease"));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_TRUE(sysfs_is(mdev_path(i, "state"), "open"));
		edu_compute(&self->guests[i], 3);
		EXPECT_TRUE(sysfs_is(pcishare_path(self->address, holder),
				     mdev_uuid(i)));
		EXPECT_TRUE(sysfs_is(pcishare_path(self->address, state),
				     "held"));
	}
	EXPECT_LE(handovers + GUESTS, sysfs_number(path));
	edu_guest_close(&self->guests[GUESTS - 1]);
	EXPECT_TRUE(sysfs_becomes(pcishare_path(self->address, holder), ""));
	EXPECT_TRUE(sysfs_becomes(pcishare_path(self->address, state), "free"));
	ASSERT_EQ(0, edu_guest_open(&self->guests[GUESTS - 1], GUESTS - 1));
}

TEST_HARNESS_MAIN
