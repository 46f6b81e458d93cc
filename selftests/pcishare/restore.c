// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with settings that the device does not get ready with: nobody else is to
 * suffer from that.
 */
#include "../lib/harness.h"
#include "../lib/kmsg.h"
#include "../lib/now.h"
#include "shared.h"

/* By the policy, as the device reads with it. */
#define IMPOSSIBLE	0xdeadu

FIXTURE(restore) {
	struct shared shared;
	struct edu_guest *guest;
	struct edu_guest *other;
};

FIXTURE_SETUP(restore)
{
	ASSERT_EQ(0, share(&self->shared, "edu-restore", "pcishare-lease", 2));
	self->guest = &self->shared.guests[0];
	self->other = &self->shared.guests[1];
}

FIXTURE_TEARDOWN(restore)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

/* The other has the device, and the guest wants it with these settings. */
static int ask_in_vain(struct edu_guest *guest, struct edu_guest *other)
{
	edu_compute(other, 5);
	return edu_put(guest, EDU_LIVENESS, ~IMPOSSIBLE) ?:
	       edu_put(guest, EDU_FACTORIAL, 7);
}

TEST_F(restore, stops_the_guest_and_nobody_else)
{
	long long resets;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		resets = sysfs_number(pcishare_path(self->shared.address, "resets"));
		ASSERT_EQ(0, ask_in_vain(self->guest, self->other));
		ASSERT_TRUE(sysfs_becomes(mdev_path(0, "state"), "stopped"));
		EXPECT_EQ(UINT32_MAX, edu_get(self->guest, EDU_ID));
		edu_compute(self->other, 9);
		EXPECT_EQ(0, self->other->wrong) TH_LOG("%s", self->other->text);
		/* After each of its tries, for half of it was restored. */
		EXPECT_LE(resets + 3, sysfs_number(pcishare_path(self->shared.address,
								 "resets")));
		ASSERT_EQ(0, ioctl(self->guest->user.device, VFIO_DEVICE_RESET));
		edu_compute(self->guest, 6);
		EXPECT_EQ(0, self->guest->wrong) TH_LOG("%s", self->guest->text);
	}
}

/* Closed instead, and opened again. */
TEST_F(restore, is_over_when_it_is_closed)
{
	ASSERT_EQ(0, ask_in_vain(self->guest, self->other));
	edu_guest_close(self->guest);
	ASSERT_EQ(0, edu_guest_open(self->guest, 0));
	edu_compute(self->guest, 8);
	EXPECT_EQ(0, self->guest->wrong) TH_LOG("%s", self->guest->text);
	edu_compute(self->other, 9);
	EXPECT_EQ(0, self->other->wrong) TH_LOG("%s", self->other->text);
}

/* A guest that does so again and again has the log say so, and no more than that. */
TEST_F(restore, does_not_flood_the_log)
{
	long long begin = kmsg_position();
	long long began = now_ms();
	unsigned int i;

	for (i = 0; i < 150; i++) {
		ASSERT_EQ(0, ask_in_vain(self->guest, self->other));
		ASSERT_TRUE(sysfs_becomes(mdev_path(0, "state"), "stopped"));
		ASSERT_EQ(0, ioctl(self->guest->user.device, VFIO_DEVICE_RESET));
	}
	EXPECT_TRUE(kmsg_stayed_short(begin, now_ms() - began));
}

TEST_HARNESS_MAIN
