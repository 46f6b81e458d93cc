// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of a shared device in virtual machines, through KVM's eventfds: from
 * the device to the machine's interrupt controller, and from its end of interrupt
 * back, all in the kernel.
 */
#include "../lib/harness.h"
#include "edu-user.h"
#include "kvm.h"

#define MACHINES	2

/**
 * struct machine - a virtual machine with a guest's device
 * @edu: the device
 * @kvm: the machine
 * @unmask: tells the device that an interrupt has been ended
 * @taken: signalled for each interrupt the machine takes
 * @again: of so many interrupts each except the last is ended without acknowledging
 * @interrupts: taken so far
 * @spurious: of which the device knew nothing
 */
struct machine {
	struct edu_guest edu;
	struct kvm_guest kvm;
	int unmask;
	int taken;
	unsigned int again;
	atomic_uint interrupts;
	atomic_uint spurious;
};

/* A driver's interrupt handler, for the machine has none. */
static void handle_interrupt(void *arg)
{
	struct machine *machine = arg;
	uint64_t status = edu_get(&machine->edu, EDU_IRQ_STATUS);
	uint64_t one = 1;

	machine->interrupts++;
	if (!status)
		machine->spurious++;
	if (machine->again <= 1 || !(machine->interrupts % machine->again)) {
		edu_put(&machine->edu, EDU_IRQ_ACK, status);
		if (write(machine->taken, &one, sizeof(one)) != sizeof(one))
			abort();
	}
}

FIXTURE(irqfd) {
	char address[16];
	struct machine machines[MACHINES];
};

FIXTURE_SETUP(irqfd)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	for (i = 0; i < MACHINES; i++) {
		struct machine *machine = &self->machines[i];

		*machine = (struct machine) { .again = 1 };
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, "pcishare-lease", i));
		ASSERT_EQ(0, edu_guest_open(&machine->edu, i));
		machine->unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		machine->taken = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		machine->kvm.on_interrupt = handle_interrupt;
		machine->kvm.arg = machine;
		ASSERT_EQ(0, kvm_guest_start(&machine->kvm));
	}
}

FIXTURE_TEARDOWN(irqfd)
{
	unsigned int i;

	for (i = 0; i < MACHINES; i++) {
		EXPECT_TRUE(kvm_guest_stop(&self->machines[i].kvm));
		edu_guest_close(&self->machines[i].edu);
		close(self->machines[i].unmask);
		close(self->machines[i].taken);
		EXPECT_EQ(0, mdev_remove(i));
	}
}

/* As QEMU does it. */
static int join_line(struct machine *machine)
{
	int fd = machine->edu.user.device;

	return kvm_join_line(&machine->kvm, machine->edu.event, machine->unmask) ?:
	       edu_irq_start(&machine->edu, EDU_INTX) ?:
	       irq_set(fd, EDU_INTX, IRQ_UNMASK_FD, 1, machine->unmask);
}

static int join_message(struct machine *machine)
{
	return kvm_join_message(&machine->kvm, machine->edu.event) ?:
	       edu_irq_start(&machine->edu, EDU_MSI);
}

TEST_F(irqfd, a_level)
{
	struct machine *machine = &self->machines[0];
	unsigned int i;

	ASSERT_EQ(0, join_line(machine));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, edu_put(&machine->edu, EDU_IRQ_RAISE, 1 + i));
		ASSERT_EQ(1, irq_comes(machine->taken, VFIO_PATIENCE));
		EXPECT_EQ(0, edu_get(&machine->edu, EDU_IRQ_STATUS));
	}
	EXPECT_EQ(0, irq_comes(machine->taken, VFIO_QUIET));
	EXPECT_EQ(20, machine->interrupts);
	EXPECT_EQ(0, machine->spurious);
	EXPECT_EQ(20, mdev_stat(0, "interrupts"));
	EXPECT_EQ(0, mdev_stat(1, "interrupts"));
}

/* Ended without having acknowledged it: it comes again, and again. */
TEST_F(irqfd, a_level_that_stays)
{
	struct machine *machine = &self->machines[0];
	unsigned int i;

	machine->again = 5;
	ASSERT_EQ(0, join_line(machine));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, edu_put(&machine->edu, EDU_IRQ_RAISE, 1));
		ASSERT_EQ(1, irq_comes(machine->taken, VFIO_PATIENCE));
	}
	EXPECT_EQ(0, irq_comes(machine->taken, VFIO_QUIET));
	EXPECT_EQ(100, machine->interrupts);
	EXPECT_EQ(0, machine->spurious);
	EXPECT_EQ(100, mdev_stat(0, "interrupts"));
}

TEST_F(irqfd, a_message)
{
	struct machine *machine = &self->machines[1];
	unsigned int i;

	ASSERT_EQ(0, join_message(machine));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, edu_put(&machine->edu, EDU_IRQ_RAISE, 1 + i));
		ASSERT_EQ(1, irq_comes(machine->taken, VFIO_PATIENCE));
		EXPECT_EQ(0, edu_get(&machine->edu, EDU_IRQ_STATUS));
	}
	EXPECT_EQ(20, machine->interrupts);
	EXPECT_EQ(0, machine->spurious);
	EXPECT_EQ(20, mdev_stat(1, "interrupts"));
}

/* Starts, whose ends interrupt: only their own machine, once each. */
static void *starts_thread(void *arg)
{
	struct edu_guest *guest = arg;
	struct machine *machine = (struct machine *)guest;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++) {
		edu_put(guest, EDU_FACTORIAL, i % 40);
		edu_expect(guest, "interrupts", i % 40, 1,
			   irq_comes(machine->taken, VFIO_PATIENCE));
		edu_expect(guest, "factorial", i % 40, edu_factorial(i % 40),
			   edu_get(guest, EDU_FACTORIAL));
	}
	return NULL;
}

TEST_F(irqfd, completions_in_two_machines)
{
	struct machine *machine;
	const unsigned int count = 100;
	unsigned int i;

	ASSERT_EQ(0, join_line(&self->machines[0]));
	ASSERT_EQ(0, join_message(&self->machines[1]));
	for (i = 0; i < MACHINES; i++) {
		machine = &self->machines[i];
		ASSERT_EQ(0, edu_put(&machine->edu, EDU_STATUS, EDU_STATUS_IRQ));
		machine->edu.rounds = count;
		ASSERT_EQ(0, pthread_create(&machine->edu.thread, NULL,
					    starts_thread, &machine->edu));
	}
	for (i = 0; i < MACHINES; i++)
		pthread_join(self->machines[i].edu.thread, NULL);
	for (i = 0; i < MACHINES; i++) {
		machine = &self->machines[i];
		EXPECT_EQ(0, machine->edu.wrong) TH_LOG("%s", machine->edu.text);
		EXPECT_EQ(count, machine->interrupts);
		EXPECT_EQ(0, machine->spurious);
		EXPECT_EQ(count, mdev_stat(i, "interrupts"));
	}
}

/* The machine ends while the device interrupts, and another one comes. */
TEST_F(irqfd, a_machine_ends)
{
	struct machine *machine = &self->machines[0];
	unsigned int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, join_line(machine));
		ASSERT_EQ(0, edu_put(&machine->edu, EDU_IRQ_RAISE, 1));
		EXPECT_TRUE(kvm_guest_stop(&machine->kvm));
		ASSERT_EQ(0, irq_set(machine->edu.user.device, EDU_INTX,
				     IRQ_UNMASK_FD, 1, -1));
		ASSERT_EQ(0, irq_set(machine->edu.user.device, EDU_INTX,
				     IRQ_TRIGGER, 0, 0));
		ASSERT_EQ(0, kvm_guest_start(&machine->kvm));
		irq_comes(machine->edu.event, 0);
	}
	ASSERT_EQ(0, join_line(machine));
	edu_put(&machine->edu, EDU_IRQ_RAISE, 1);
	EXPECT_LE(1, irq_comes(machine->taken, VFIO_PATIENCE));
}

TEST_HARNESS_MAIN
