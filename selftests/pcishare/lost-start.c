// SPDX-License-Identifier: GPL-2.0
/*
 * A device that loses its state in between its interrupt and its result: what the guest
 * reads is the result, or that it is lost.
 */
#include "../lib/harness.h"
#include "shared.h"

#define ALL_ONES	0xffffffffu

/* Nobody has this for a factorial, nor for the number it is of. */
#define LIVENESS	0x1234567u

FIXTURE(lost_start) {
	struct shared shared;
	struct edu_guest *guest;
	struct edu_guest *other;
};

FIXTURE_SETUP(lost_start)
{
	ASSERT_EQ(0, share(&self->shared, "1234-11e8", "pcishare-lease", 2));
	self->guest = &self->shared.guests[0];
	self->other = &self->shared.guests[1];
	ASSERT_EQ(0, edu_irq_start(self->guest, EDU_MSI));
	ASSERT_EQ(0, edu_put(self->guest, EDU_STATUS, EDU_STATUS_IRQ));
	ASSERT_EQ(0, edu_put(self->guest, EDU_LIVENESS, LIVENESS));
}

FIXTURE_TEARDOWN(lost_start)
{
	EXPECT_EQ(0, share_end(&self->shared));
}

/* By somebody else; it is set again when this returns. */
static bool is_reset(const struct shared *shared, const char *state)
{
	return !pci_put(shared->address, "reset", "1") &&
	       sysfs_becomes(pcishare_path(shared->address, "state"), state);
}

TEST_F(lost_start, a_result_that_was_not_read)
{
	ASSERT_EQ(0, edu_put(self->guest, EDU_FACTORIAL, 10));
	ASSERT_EQ(1, edu_irq_comes(self->guest, VFIO_PATIENCE));
	EXPECT_EQ(edu_factorial(10), edu_get(self->guest, EDU_FACTORIAL));

	ASSERT_TRUE(is_reset(&self->shared, "held"));
	EXPECT_EQ(ALL_ONES, edu_get(self->guest, EDU_FACTORIAL));
	/* Also when another has had the device. */
	edu_compute(self->other, 5);
	EXPECT_EQ(0, self->other->wrong);
	EXPECT_EQ(ALL_ONES, edu_get(self->guest, EDU_FACTORIAL));
	/* The value it had set is as it was. */
	EXPECT_EQ((uint32_t)~LIVENESS, edu_get(self->guest, EDU_LIVENESS));

	ASSERT_EQ(0, edu_put(self->guest, EDU_FACTORIAL, 11));
	ASSERT_LE(1, edu_irq_comes(self->guest, VFIO_PATIENCE));
	EXPECT_EQ(edu_factorial(11), edu_get(self->guest, EDU_FACTORIAL));
}

/* It was saved when the other got the device, and the device has nothing of it. */
TEST_F(lost_start, a_result_that_was_saved)
{
	ASSERT_EQ(0, edu_put(self->guest, EDU_FACTORIAL, 10));
	ASSERT_EQ(1, edu_irq_comes(self->guest, VFIO_PATIENCE));
	edu_compute(self->other, 5);
	EXPECT_EQ(0, self->other->wrong);
	ASSERT_TRUE(is_reset(&self->shared, "held"));
	EXPECT_EQ(edu_factorial(10), edu_get(self->guest, EDU_FACTORIAL));
	EXPECT_EQ(ALL_ONES, edu_get(self->other, EDU_FACTORIAL));
}

TEST_HARNESS_MAIN
