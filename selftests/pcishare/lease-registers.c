// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a device that several guests have at once, by class: each of them
 * finds them as if they were its own, whatever the others do.
 */
#include "lease-fixture.h"

/* ro */
TEST_F(lease, the_identification_is_the_same_for_all)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guests[i], EDU_ID));
		EXPECT_EQ(0, edu_put(&self->guests[i], EDU_ID, 0));
		EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guests[i], EDU_ID));
	}
}

/* context */
TEST_F(lease, each_has_its_own_value)
{
	unsigned int i, round, other;

	for (i = 0; i < GUESTS; i++)
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_LIVENESS));
	for (round = 0; round < 4; round++) {
		for (i = 0; i < GUESTS; i++)
			ASSERT_EQ(0, edu_put(&self->guests[i], EDU_LIVENESS,
					     pattern(i, round)));
		for (i = 0; i < GUESTS; i++)
			EXPECT_EQ((uint32_t)~pattern(i, round),
				  edu_get(&self->guests[i], EDU_LIVENESS));
		/* As each has the device itself, in turn. */
		for (other = 0; other < GUESTS; other++) {
			edu_compute(&self->guests[other], 5 + other);
			EXPECT_EQ(0, self->guests[other].wrong)
				TH_LOG("%s", self->guests[other].text);
			for (i = 0; i < GUESTS; i++)
				EXPECT_EQ((uint32_t)~pattern(i, round),
					  edu_get(&self->guests[i], EDU_LIVENESS));
		}
	}
}

/* Results are contexts, too. */
TEST_F(lease, each_has_its_own_result)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		edu_compute(&self->guests[i], 3 + i);
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, self->guests[i].wrong)
			TH_LOG("%s", self->guests[i].text);
		EXPECT_EQ(edu_factorial(3 + i),
			  edu_get(&self->guests[i], EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_STATUS));
	}
}

/* deny, and what the policy does not name */
static const unsigned int nowhere[] = {
	0x80, 0x84, 0x88, 0x8c, 0x90, 0x94, 0x98, 0x9c, 0x0c, 0x10, 0x1c, 0x28,
	0x5c, 0x68, 0x7c, 0xa0, 0x40000, 0x40ffc, 0x80000, EDU_BAR_SIZE - 4,
};

TEST_F(lease, what_is_denied_is_not_there)
{
	struct edu_guest *guest = &self->guests[1];
	long long before;
	unsigned int i;

	EXPECT_EQ(0, mdev_stat(1, "denied"));
	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		before = mdev_stat(1, "denied");
		EXPECT_EQ(0, edu_get(guest, nowhere[i]))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(before + 1, mdev_stat(1, "denied"))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(0, edu_put(guest, nowhere[i], 0xffffffff));
		EXPECT_EQ(before + 2, mdev_stat(1, "denied"))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(0, edu_get(guest, nowhere[i]));
	}
	EXPECT_EQ(0, region_get(guest->user.device, EDU_BAR, 0x80, 8));
	EXPECT_EQ(0, mdev_stat(0, "denied"));
	edu_compute(guest, 7);
	EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
}

TEST_F(lease, counters)
{
	struct edu_guest *guest = &self->guests[2];

	EXPECT_EQ(0, mdev_stat(2, "reads"));
	EXPECT_EQ(0, mdev_stat(2, "writes"));
	edu_get(guest, EDU_ID);
	edu_get(guest, EDU_LIVENESS);
	edu_put(guest, EDU_LIVENESS, 1);
	EXPECT_EQ(2, mdev_stat(2, "reads"));
	EXPECT_EQ(1, mdev_stat(2, "writes"));
	EXPECT_EQ(0, mdev_stat(2, "starts"));
	EXPECT_EQ(0, mdev_stat(2, "live_timeouts"));
	EXPECT_EQ(0, mdev_stat(1, "reads"));
}

TEST_HARNESS_MAIN
