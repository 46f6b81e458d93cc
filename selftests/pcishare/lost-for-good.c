// SPDX-License-Identifier: GPL-2.0
/*
 * A device that does not come back after an error: its guests are told, and nothing
 * hangs.
 */
#include "lost-fixture.h"

/* How long (ms) until they are, pcishare/lost.c, and half a minute more. */
#define TOLD	120000

TEST_F(lost, for_good)
{
	const char *state = pcishare_path(self->address, "state");
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(QUEUES_THERE, get16(&self->users[i], QUEUES));
	ASSERT_EQ(0, inject(self->qmp, "MALF_TLP"));
	EXPECT_TRUE(sysfs_becomes(state, "lost"));
	for (i = 0; i < GUESTS; i++)
		EXPECT_EQ(1, irq_comes(self->error[i], TOLD)) TH_LOG("guest %u", i);
	for (i = 0; i < GUESTS; i++)
		EXPECT_EQ(UINT16_MAX, get16(&self->users[i], QUEUES));
	/* One that would have to have the device gets no more than that. */
	EXPECT_EQ(UINT16_MAX, get16(&self->users[0], SIZE));
}

TEST_HARNESS_MAIN
