// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of a device that several guests have at once: INTx and MSI, to who they are
 * for, once.
 */
#include <sched.h>

#include "intx.h"
#include "irqs.h"
#include "msi-calls.h"
#include "power.h"
#include "lease-fixture.h"

/* status, raise and ack: nobody else hears of it. */
TEST_F(lease, a_guest_interrupts_itself)
{
	struct edu_guest *guest = &self->guests[3];
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, edu_irq_start(&self->guests[i], EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 0x80000005));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(0x80000005, edu_get(guest, EDU_IRQ_STATUS));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_RAISE));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_ACK));
	/* Reading it, and writing to it, does not clear it. */
	EXPECT_EQ(0, edu_put(guest, EDU_IRQ_STATUS, UINT32_MAX));
	EXPECT_EQ(0x80000005, edu_get(guest, EDU_IRQ_STATUS));
	/* A bit at a time, and more before they are gone. */
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 0x80000000));
	EXPECT_EQ(5, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 0x12));
	EXPECT_EQ(0x17, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, UINT32_MAX));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_IRQ_STATUS));
		EXPECT_EQ(i == 3, mdev_stat(i, "interrupts"));
		EXPECT_EQ(0, edu_irq_comes(&self->guests[i], 0));
	}
}

TEST_F(lease, intx_is_a_level)
{
	struct edu_guest *guest = &self->guests[0];
	int i;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_NE(0, config_get(guest->user.device, PCI_STATUS, 2) &
		     PCI_STATUS_INTERRUPT);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		/* Masked, until it is unmasked. */
		EXPECT_EQ(0, edu_irq_comes(guest, 20));
		ASSERT_EQ(0, edu_irq_end(guest));
	}
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(0, config_get(guest->user.device, PCI_STATUS, 2) &
		     PCI_STATUS_INTERRUPT);
	EXPECT_EQ(6, mdev_stat(0, "interrupts"));
}

TEST_F(lease, intx_unmasked_by_eventfd)
{
	int unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct edu_guest *guest = &self->guests[0];

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_INTX, IRQ_UNMASK_FD, 1, unmask));
	check_intx_unmasked_by_eventfd(_metadata, guest, unmask);
	close(unmask);
}

TEST_F(lease, intx_masked_and_disabled)
{
	check_intx_masked_and_disabled(_metadata, &self->guests[0]);
}

static int power(const struct edu_guest *guest, unsigned int state)
{
	return config_put(guest->user.device, PM_CTRL, 2, state);
}

static unsigned int power_of(const struct edu_guest *guest)
{
	return config_get(guest->user.device, PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK;
}

/* A device does not enter a state that it has not. */
TEST_F(lease, power_states)
{
	struct edu_guest *guest = &self->guests[0];

	ASSERT_EQ(0, power(guest, PM_D1));
	EXPECT_EQ(PM_D0, power_of(guest));
	ASSERT_EQ(0, power(guest, PM_D2));
	EXPECT_EQ(PM_D0, power_of(guest));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
	ASSERT_EQ(0, power(guest, PM_D3HOT));
	EXPECT_EQ(PM_D3HOT, power_of(guest));
	EXPECT_EQ(UINT32_MAX, edu_get(guest, EDU_ID));
	ASSERT_EQ(0, power(guest, PM_D2));
	EXPECT_EQ(PM_D3HOT, power_of(guest));
	ASSERT_EQ(0, power(guest, PM_D0));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
}

/*
 * It falls asleep over what it has started; the interrupt is there by the time that
 * another has had the device.
 */
static void check_asleep(struct __test_metadata *_metadata, struct edu_guest *guest,
			 struct edu_guest *other, unsigned int index)
{
	ASSERT_EQ(0, edu_irq_start(guest, index));
	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
	ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, EDU_LONG));
	ASSERT_EQ(0, power(guest, PM_D3HOT));
	edu_compute(other, 5);
	EXPECT_EQ(0, other->wrong) TH_LOG("%s", other->text);
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, power(guest, PM_D0));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(EDU_IRQ_STATUS_FACTORIAL, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, UINT32_MAX));
	ASSERT_EQ(0, irq_set(guest->user.device, index, IRQ_TRIGGER, 0, 0));
}

TEST_F(lease, asleep_with_intx)
{
	check_asleep(_metadata, &self->guests[0], &self->guests[1], EDU_INTX);
}

TEST_F(lease, asleep_with_msi)
{
	check_asleep(_metadata, &self->guests[0], &self->guests[1], EDU_MSI);
}

/* A message is a write to memory; INTx is not. */
TEST_F(lease, without_bus_mastering)
{
	struct edu_guest *guest = &self->guests[0];
	int fd = guest->user.device;

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_guest_enable(guest));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, irq_set(fd, EDU_MSI, IRQ_TRIGGER, 0, 0));

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
}

/*
 * A driver that looks by itself is faster than its interrupts. Those are no strays, for
 * which the device would be quiet for a while.
 */
TEST_F(lease, a_driver_that_polls)
{
	const char *unclaimed = pcishare_path(self->address,
					      "unclaimed_interrupts");
	struct edu_guest *guest = &self->guests[0];
	long long before = sysfs_number(unclaimed);
	unsigned int i, polls;
	cpu_set_t last;

	/* Not where interrupts are handled, which has to be woken for them. */
	CPU_ZERO(&last);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &last);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(last), &last));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
	for (i = 0; i < 4000; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, i % 12));
		for (polls = 0; polls < EDU_POLLS; polls++)
			if (edu_get(guest, EDU_IRQ_STATUS))
				break;
		ASSERT_LT(polls, EDU_POLLS);
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, UINT32_MAX));
		ASSERT_EQ(0, edu_irq_end(guest));
	}
	EXPECT_EQ(before, sysfs_number(unclaimed));
}

/* Once for what is new. */
TEST_F(lease, msi)
{
	struct edu_guest *guest = &self->guests[1], *other = &self->guests[2];

	ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
	ASSERT_EQ(0, edu_irq_start(other, EDU_MSI));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 2));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(3, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 3));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(3, mdev_stat(1, "interrupts"));
	EXPECT_EQ(0, mdev_stat(2, "interrupts"));
	/* By hand, as a VMM may to see whether it works. */
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_MSI, IRQ_TRIGGER, 1, 0));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_MSI, IRQ_TRIGGER, 0, 0));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 4));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
}

/* From one to the other and back, as a driver that is loaded and unloaded. */
TEST_F(lease, intx_and_msi_in_turn)
{
	struct edu_guest *guest = &self->guests[1];
	int i, fd = guest->user.device;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
		/* One at a time. */
		EXPECT_EQ(-EINVAL, edu_irq_start(guest, EDU_MSI));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_TRIGGER, 0, 0));
		ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
		EXPECT_EQ(-EINVAL, edu_irq_start(guest, EDU_INTX));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		ASSERT_EQ(0, irq_set(fd, EDU_MSI, IRQ_TRIGGER, 0, 0));
	}
}

/* A driver that sleeps until its start is through. */
static void compute_by_interrupt(struct edu_guest *guest, uint32_t n)
{
	edu_put(guest, EDU_FACTORIAL, n);
	edu_expect(guest, "interrupts", n, 1,
		   edu_irq_comes(guest, VFIO_PATIENCE));
	edu_expect(guest, "interrupt status", n, 1,
		   edu_get(guest, EDU_IRQ_STATUS));
	edu_expect(guest, "factorial", n, edu_factorial(n),
		   edu_get(guest, EDU_FACTORIAL));
	edu_put(guest, EDU_IRQ_ACK, 1);
	edu_expect(guest, "interrupt status after ack", n, 0,
		   edu_get(guest, EDU_IRQ_STATUS));
}

static void *intx_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++) {
		compute_by_interrupt(guest, (guest->number + 7 * i) % 40);
		edu_irq_end(guest);
	}
	return NULL;
}

static void *msi_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++)
		compute_by_interrupt(guest, (guest->number + 7 * i) % 40);
	return NULL;
}

#define STARTERS	4

/* Each start interrupts once, and who started, although they take turns. */
static void completions(struct __test_metadata *_metadata,
			struct edu_guest *guests, unsigned int index,
			void *(*thread)(void *))
{
	unsigned int i, count = scaled(100);

	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, edu_irq_start(&guests[i], index));
	for (i = 0; i < STARTERS; i++)
		ASSERT_EQ(0, edu_put(&guests[i], EDU_STATUS, EDU_STATUS_IRQ));
	EXPECT_EQ(0, edu_guests_run(guests, STARTERS, thread, count));
	EXPECT_EQ(0, edu_irq_comes(&guests[0], VFIO_QUIET));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, edu_irq_comes(&guests[i], 0));
		EXPECT_EQ(i < STARTERS ? count : 0, mdev_stat(i, "interrupts"))
			TH_LOG("guest %u", i);
	}
}

TEST_F(lease, completions_by_intx)
{
	completions(_metadata, self->guests, EDU_INTX, intx_thread);
}

TEST_F(lease, completions_by_msi)
{
	completions(_metadata, self->guests, EDU_MSI, msi_thread);
}

/* Two threads of one kind and two of the other, and two that only poll. */
static void *mixed_thread(void *arg)
{
	struct edu_guest *guest = arg;

	switch (guest->number % 3) {
	case 0: return intx_thread(guest);
	case 1: return msi_thread(guest);
	default: return compute_thread(guest);
	}
}

TEST_F(lease, completions_of_each_kind)
{
	unsigned int i, count = scaled(50);

	for (i = 0; i < 6; i++) {
		if (i % 3 == 2)
			continue;
		ASSERT_EQ(0, edu_irq_start(&self->guests[i],
					   i % 3 ? EDU_MSI : EDU_INTX));
		ASSERT_EQ(0, edu_put(&self->guests[i], EDU_STATUS,
				     EDU_STATUS_IRQ));
	}
	EXPECT_EQ(0, edu_guests_run(self->guests, 6, mixed_thread, count));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(i % 3 == 2 ? 0 : count, mdev_stat(i, "interrupts"));
}

/* The status is there for who looks, whether or not it is told to. */
TEST_F(lease, a_status_is_polled)
{
	struct edu_guest *guest = &self->guests[6];
	unsigned int i, polls;

	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, i));
		for (polls = 0; !edu_get(guest, EDU_IRQ_STATUS); polls++)
			ASSERT_LT(polls, EDU_POLLS);
		EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
		EXPECT_EQ(edu_factorial(i), edu_get(guest, EDU_FACTORIAL));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	}
	/* Without the enable bit there is none. */
	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, 0));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	edu_compute(guest, 5);
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
}

/* As a VMM may go about it, right and wrong. */
TEST_F(lease, msi_one_call_after_another)
{
	int fd = self->guests[0].user.device;
	int events[MSI_EVENTS];
	unsigned int i;

	for (i = 0; i < MSI_EVENTS; i++)
		events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	for (i = 0; i < ARRAY_SIZE(msi_calls); i++) {
		EXPECT_EQ(msi_calls[i].error, msi_call_do(fd, &msi_calls[i], events))
			TH_LOG("%s", msi_calls[i].what);
		EXPECT_EQ(msi_calls[i].comes, msi_call_came(events))
			TH_LOG("%s", msi_calls[i].what);
	}
	for (i = 0; i < MSI_EVENTS; i++)
		close(events[i]);
}

/* Mistakes that the user can make besides, and what it is told. */
static const struct wrong_irq wrong[] = {
	{ 24, IRQ_TRIGGER, EDU_MSI, 0, 1, 0, EINVAL },		/* not enabled */
	{ 24, IRQ_TRIGGER_BOOL, EDU_MSI, 0, 1, 1, EINVAL },
	{ 24, IRQ_UNMASK, EDU_MSI, 0, 1, 0, ENOTTY },
	{ 24, IRQ_MASK, EDU_MSI, 0, 1, 0, ENOTTY },
	{ 24, IRQ_UNMASK_FD, EDU_MSI, 0, 1, -1, ENOTTY },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_UNMASK, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_MASK, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_UNMASK_FD, EDU_INTX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_NUM_IRQS, 0, 1, -1, EINVAL },
};

TEST_F(lease, wrong_set_irqs)
{
	int fd = self->guests[0].user.device;

	check_wrong_with_any_irq(_metadata, fd, EDU_MSI);
	check_wrong_with_any_irq(_metadata, fd, EDU_INTX);
	check_wrong_irqs(_metadata, fd, wrong, ARRAY_SIZE(wrong));
}

static const struct irq_kind irqs[] = {
	{ VFIO_PCI_INTX_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED },
	{ VFIO_PCI_MSI_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
	{ VFIO_PCI_MSIX_IRQ_INDEX, 0, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
};

TEST_F(lease, info)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int fd = self->guests[0].user.device;

	ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_EQ(VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET, info.flags);
	check_irq_kinds(_metadata, fd, irqs, ARRAY_SIZE(irqs));
}

TEST_HARNESS_MAIN
