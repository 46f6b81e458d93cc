/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lease-fixture.h - a device that several guests have at once, by its policy
 */
#ifndef SELFTESTS_LEASE_FIXTURE_H
#define SELFTESTS_LEASE_FIXTURE_H

#include "../lib/harness.h"
#include "../lib/stream.h"
#include "edu-user.h"
#include "scaled.h"

#define TYPE	"pcishare-lease"
#define GUESTS	8

/* How often a long start is tried again that was over before it was looked at. */
#define ATTEMPTS	20

FIXTURE(lease) {
	char address[16];
	struct edu_guest guests[GUESTS];
};

FIXTURE_SETUP(lease)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	for (i = 0; i < GUESTS; i++) {
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
		ASSERT_EQ(0, edu_guest_open(&self->guests[i], i));
	}
}

FIXTURE_TEARDOWN(lease)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		edu_guest_close(&self->guests[i]);
		EXPECT_EQ(0, mdev_remove(i));
	}
}

/* The value a guest writes to a register that is its own. */
static inline uint32_t pattern(unsigned int guest, unsigned int round)
{
	return 0x01234567u * (guest + 1) + 0x89abcdefu * round;
}

/* A guest that computes, and whose own registers stay what they are. */
static inline void *compute_thread(void *arg)
{
	struct edu_guest *guest = arg;
	struct stream random;
	unsigned int i;

	stream_init(&random, guest->number, false);
	for (i = 0; i < guest->rounds; i++) {
		edu_put(guest, EDU_LIVENESS, pattern(guest->number, i));
		edu_compute(guest, stream_word(&random) % 40);
		edu_expect(guest, "liveness", i,
			   (uint32_t)~pattern(guest->number, i),
			   edu_get(guest, EDU_LIVENESS));
	}
	return NULL;
}

#endif
