// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with a message for each reason to interrupt, by MSI-X or by MSI: what a
 * computation that is done says, and what the guest raises itself.
 */
#include "../lib/harness.h"
#include "config.h"
#include "edu-user.h"
#include "irqs.h"
#include "messages.h"

#define TYPE		"pcishare-lease"
#define MSI		VFIO_PCI_MSI_IRQ_INDEX
#define MSIX		VFIO_PCI_MSIX_IRQ_INDEX
#define TABLE_BAR	VFIO_PCI_BAR1_REGION_INDEX

/* By the policy. */
#define VECTORS		3
#define DONE		(1u << 0)
#define RAISED		(1u << 2)

FIXTURE(msix) {
	char address[16];
	struct edu_guest guest;
	struct edu_guest other;
	int fd;
	int events[MESSAGES];
};

FIXTURE_SETUP(msix)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	for (i = 0; i < 2; i++) {
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
	}
	ASSERT_EQ(0, edu_guest_open(&self->guest, 0));
	ASSERT_EQ(0, edu_guest_open(&self->other, 1));
	for (i = 0; i < MESSAGES; i++)
		self->events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	self->fd = self->guest.user.device;
}

FIXTURE_TEARDOWN(msix)
{
	unsigned int i;

	for (i = 0; i < MESSAGES; i++)
		close(self->events[i]);
	edu_guest_close(&self->guest);
	edu_guest_close(&self->other);
	EXPECT_EQ(0, mdev_remove(0));
	EXPECT_EQ(0, mdev_remove(1));
}

static const struct config_field config[] = {
	{ PCI_CAPABILITY_LIST, 1, 0x40, 0x40 },
	{ 0x40, 2, 0x4801, 0x4801 },
	/* Four messages of MSI, as there is no third alone. */
	{ 0x48, 2, 0x5805, 0x5805 },
	{ 0x4a, 2, 0x0084, 0x00f5 },
	{ 0x58, 2, 0x0011, 0x0011 },
	{ 0x5a, 2, VECTORS - 1, 0xc000 | (VECTORS - 1) },
	{ 0x5c, 4, 1, 1 },
	{ 0x60, 4, 0x801, 0x801 },
	{ PCI_BASE_ADDRESS_0 + 4, 4, 0, 0xfffff000 },
};

TEST_F(msix, config_space)
{
	check_config(_metadata, self->fd, config, ARRAY_SIZE(config));
}

/* It is the VMM that has what a guest finds there. */
TEST_F(msix, the_table)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = TABLE_BAR };
	unsigned int offset;

	ASSERT_EQ(0, ioctl(self->fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(4096, info.size);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, info.flags);
	for (offset = 0; offset < 4096; offset += 4) {
		ASSERT_EQ(0, region_put(self->fd, TABLE_BAR, offset, 4, UINT32_MAX));
		EXPECT_EQ(0, region_get(self->fd, TABLE_BAR, offset, 4));
	}
	EXPECT_EQ(0, mdev_stat(0, "denied"));
}

static const struct irq_kind kinds[] = {
	{ MSI, 4, VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE },
	{ MSIX, VECTORS, VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE },
};

TEST_F(msix, how_many)
{
	check_irq_kinds(_metadata, self->fd, kinds, ARRAY_SIZE(kinds));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, 0, 4, self->events));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, VECTORS, 1, self->events));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, 0, 0, self->events));
	EXPECT_EQ(-ENOTTY, irq_set(self->fd, MSIX, IRQ_MASK, 1, 0));
	EXPECT_EQ(-ENOTTY, irq_set(self->fd, MSIX, IRQ_UNMASK, 1, 0));
}

TEST_F(msix, one_kind_at_a_time)
{
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, VECTORS, self->events));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSI, 0, 1, self->events));
	EXPECT_EQ(-EINVAL, irq_set(self->fd, EDU_INTX, IRQ_TRIGGER_FD, 1, self->events[0]));
	EXPECT_EQ(-EINVAL, messages_end(self->fd, MSI));
	ASSERT_EQ(0, messages_end(self->fd, MSIX));
	ASSERT_EQ(0, messages_set(self->fd, MSI, 0, 4, self->events));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, 0, 1, self->events));
	EXPECT_EQ(-EINVAL, messages_end(self->fd, MSIX));
	ASSERT_EQ(0, messages_end(self->fd, MSI));
	ASSERT_EQ(0, irq_set(self->fd, EDU_INTX, IRQ_TRIGGER_FD, 1, self->events[0]));
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, 0, 1, self->events));
}

/* By the VMM itself, as it does for a message that was masked. */
TEST_F(msix, triggered_by_the_user)
{
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, 2, self->events));
	ASSERT_EQ(0, irq_set(self->fd, MSIX, IRQ_TRIGGER, 1, 0));
	EXPECT_EQ(1, messages_come(self->events, 1));
	ASSERT_EQ(0, irq_set(self->fd, MSIX, IRQ_TRIGGER_BOOL, 1, 0));
	EXPECT_EQ(0, messages_come(self->events, 0));
	/* There are no more than were enabled until all are disabled. */
	EXPECT_EQ(-EINVAL, messages_set(self->fd, MSIX, 0, VECTORS, self->events));
}

static void compute(const struct edu_guest *guest)
{
	edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ);
	edu_put(guest, EDU_FACTORIAL, 5);
}

static void raise_own(const struct edu_guest *guest)
{
	edu_put(guest, EDU_IRQ_RAISE, 0x100);
}

static void acknowledge(const struct edu_guest *guest)
{
	edu_put(guest, EDU_IRQ_ACK, edu_get(guest, EDU_IRQ_STATUS));
}

TEST_F(msix, each_for_its_reason)
{
	unsigned int round;

	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, VECTORS, self->events));
	for (round = 0; round < 20; round++) {
		compute(&self->guest);
		ASSERT_EQ(DONE, messages_come(self->events, DONE));
		EXPECT_EQ(1, edu_get(&self->guest, EDU_IRQ_STATUS));
		raise_own(&self->guest);
		ASSERT_EQ(RAISED, messages_come(self->events, RAISED));
		EXPECT_EQ(0x101, edu_get(&self->guest, EDU_IRQ_STATUS));
		acknowledge(&self->guest);
		EXPECT_EQ(0, edu_get(&self->guest, EDU_IRQ_STATUS));
	}
	EXPECT_EQ(40, mdev_stat(0, "interrupts"));
}

/* Another has the device in between, and messages of its own. */
TEST_F(msix, of_two_guests)
{
	int events[MESSAGES];
	unsigned int i;

	for (i = 0; i < MESSAGES; i++)
		events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, VECTORS, self->events));
	ASSERT_EQ(0, messages_set(self->other.user.device, MSI, 0, 4, events));
	for (i = 0; i < 20; i++) {
		compute(&self->guest);
		compute(&self->other);
		EXPECT_EQ(DONE, messages_come(self->events, DONE));
		EXPECT_EQ(DONE, messages_come(events, DONE));
		raise_own(&self->other);
		EXPECT_EQ(RAISED, messages_come(events, RAISED));
		acknowledge(&self->guest);
		acknowledge(&self->other);
	}
	EXPECT_EQ(0, messages_come(self->events, 0));
	EXPECT_EQ(20, mdev_stat(0, "interrupts"));
	EXPECT_EQ(40, mdev_stat(1, "interrupts"));
	for (i = 0; i < MESSAGES; i++)
		close(events[i]);
}

/* A message raised while nobody could be told is told once somebody can. */
TEST_F(msix, an_eventfd_that_comes_late)
{
	const int none[MESSAGES] = { -1, -1, -1, -1 };

	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, VECTORS, none));
	raise_own(&self->guest);
	EXPECT_EQ(0, messages_come(self->events, 0));
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, 1, self->events));
	EXPECT_EQ(0, messages_come(self->events, 0));
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 2, 1, self->events + 2));
	EXPECT_EQ(RAISED, messages_come(self->events, RAISED));
	/* It was told: another eventfd hears no more of it. */
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 2, 1, self->events + 3));
	EXPECT_EQ(0, messages_come(self->events, 0));
}

/* A VMM enables them one by one: what has none yet waits. */
TEST_F(msix, enabled_again_with_more)
{
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, 1, self->events));
	raise_own(&self->guest);
	EXPECT_EQ(0, messages_come(self->events, 0));
	ASSERT_EQ(0, messages_end(self->fd, MSIX));
	ASSERT_EQ(0, messages_set(self->fd, MSIX, 0, VECTORS, self->events));
	EXPECT_EQ(RAISED, messages_come(self->events, RAISED));
}

/* A guest that was given fewer messages of MSI than it was offered. */
TEST_F(msix, the_last_tells_of_the_rest)
{
	ASSERT_EQ(0, messages_set(self->fd, MSI, 0, 2, self->events));
	raise_own(&self->guest);
	EXPECT_EQ(1 << 1, messages_come(self->events, 1 << 1));
	acknowledge(&self->guest);
	compute(&self->guest);
	EXPECT_EQ(DONE, messages_come(self->events, DONE));
	acknowledge(&self->guest);
	ASSERT_EQ(0, messages_end(self->fd, MSI));
	ASSERT_EQ(0, messages_set(self->fd, MSI, 0, 1, self->events));
	raise_own(&self->guest);
	EXPECT_EQ(DONE, messages_come(self->events, DONE));
}

/* It has no INTx meanwhile. */
TEST_F(msix, enabled_in_the_configuration)
{
	ASSERT_EQ(0, irq_set(self->fd, EDU_INTX, IRQ_TRIGGER_FD, 1, self->events[0]));
	ASSERT_EQ(0, config_put(self->fd, 0x5a, 2, PCI_MSIX_FLAGS_ENABLE));
	raise_own(&self->guest);
	EXPECT_EQ(0, messages_come(self->events, 0));
	ASSERT_EQ(0, config_put(self->fd, 0x5a, 2, 0));
	EXPECT_EQ(DONE, messages_come(self->events, DONE));
}

TEST_HARNESS_MAIN
