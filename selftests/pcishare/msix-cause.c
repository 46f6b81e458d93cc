// SPDX-License-Identifier: GPL-2.0
/*
 * Guests of a network card of which they have the causes of interrupts alone: its
 * messages are MSI-X.
 */
#include "../lib/harness.h"
#include "messages.h"

#define VENDOR		0x8086
#define DEVICE		0x10d3
#define TYPE		"pcishare-lease"
#define BAR		VFIO_PCI_BAR0_REGION_INDEX
#define MSIX		VFIO_PCI_MSIX_IRQ_INDEX

/* 82574 GbE Controller Family Datasheet, sections 10.2.4.1 and 10.2.4.3. */
#define CAUSE		0xc0
#define SET		0xc8
#define RECEIVE		(1u << 20)
#define TRANSMIT	(1u << 22)

#define GUESTS		2
#define ROUNDS		50

FIXTURE(cause) {
	char address[16];
	struct vfio_user users[GUESTS];
	int events[GUESTS][MESSAGES];
};

FIXTURE_SETUP(cause)
{
	unsigned int i, j;

	ASSERT_EQ(0, pci_find(VENDOR, DEVICE, self->address));
	for (i = 0; i < GUESTS; i++) {
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
		ASSERT_EQ(0, vfio_open(&self->users[i], i));
		ASSERT_EQ(0, config_put(self->users[i].device, PCI_COMMAND, 2,
					PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
		for (j = 0; j < MESSAGES; j++)
			self->events[i][j] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		ASSERT_EQ(0, messages_set(self->users[i].device, MSIX, 0, 2,
					  self->events[i]));
	}
}

FIXTURE_TEARDOWN(cause)
{
	unsigned int i, j;

	for (i = 0; i < GUESTS; i++) {
		for (j = 0; j < MESSAGES; j++)
			close(self->events[i][j]);
		vfio_close(&self->users[i]);
		EXPECT_EQ(0, mdev_remove(i));
	}
}

/* A guest is told what it has the device say, and nobody else is. */
TEST_F(cause, comes_to_who_has_the_device)
{
	static const uint32_t bits[] = { RECEIVE, TRANSMIT, RECEIVE | TRANSMIT };
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		unsigned int guest = round % GUESTS;
		unsigned int which = 1 + round % ARRAY_SIZE(bits);
		int fd = self->users[guest].device;

		ASSERT_EQ(0, region_put(fd, BAR, SET, 4, bits[which - 1]));
		ASSERT_EQ(which, messages_come(self->events[guest], which))
			TH_LOG("round %u", round);
		EXPECT_EQ(bits[which - 1], region_get(fd, BAR, CAUSE, 4));
		ASSERT_EQ(0, region_put(fd, BAR, CAUSE, 4, bits[which - 1]));
		EXPECT_EQ(0, region_get(fd, BAR, CAUSE, 4));
		EXPECT_EQ(0, messages_come(self->events[!guest], 0));
	}
}

/* The rest of the card is none of theirs. */
TEST_F(cause, and_nothing_else)
{
	int fd = self->users[0].device;
	unsigned int offset;

	for (offset = 0; offset < 0x100; offset += 4) {
		if (offset == CAUSE || offset == SET)
			continue;
		ASSERT_EQ(0, region_put(fd, BAR, offset, 4, UINT32_MAX));
		EXPECT_EQ(0, region_get(fd, BAR, offset, 4));
	}
	EXPECT_EQ(2 * (0x100 / 4 - 2), mdev_stat(0, "denied"));
}

TEST_HARNESS_MAIN
