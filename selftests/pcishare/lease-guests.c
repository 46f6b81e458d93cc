// SPDX-License-Identifier: GPL-2.0
/*
 * Guests of one device come and go, by reset, by closing it, by kill -9, which is no
 * matter to the others; how many there may be, and what can be set of each.
 */
#include <signal.h>

#include "power.h"
#include "lease-fixture.h"

#define MOST	16	/* by the policy */

/* Its own: as after power-on; the others': as it was. */
TEST_F(lease, reset_of_one)
{
	struct edu_guest *guest = &self->guests[0], *other = &self->guests[1];
	int i, fd = guest->user.device;

	ASSERT_EQ(0, edu_put(other, EDU_LIVENESS, 0x1111));
	edu_compute(other, 6);
	ASSERT_EQ(0, edu_put(other, EDU_IRQ_RAISE, 8));
	/* The second time as who has the device. */
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x2222));
		ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 2));
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_RESET));
		EXPECT_EQ(0, edu_get(guest, EDU_LIVENESS));
		EXPECT_EQ(0, edu_get(guest, EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
		edu_compute(guest, 9);
		EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
	}
	EXPECT_EQ((uint32_t)~0x1111, edu_get(other, EDU_LIVENESS));
	EXPECT_EQ(720, edu_get(other, EDU_FACTORIAL));
	EXPECT_EQ(8, edu_get(other, EDU_IRQ_STATUS));
	EXPECT_EQ(2, mdev_stat(0, "resets"));
	EXPECT_EQ(0, mdev_stat(1, "resets"));
}

/* Configuration space is the VMM's to reset, except for the power state. */
TEST_F(lease, reset_keeps_configuration_space)
{
	int fd = self->guests[0].user.device;

	ASSERT_EQ(0, config_put(fd, PCI_BASE_ADDRESS_0, 4, 0xfea00000));
	ASSERT_EQ(0, config_put(fd, PCI_INTERRUPT_LINE, 1, 11));
	ASSERT_EQ(0, config_put(fd, PM_CTRL, 2, PM_D3HOT));
	EXPECT_EQ(PM_D3HOT, config_get(fd, PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK);
	ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_RESET));
	EXPECT_EQ(0xfea00000, config_get(fd, PCI_BASE_ADDRESS_0, 4));
	EXPECT_EQ(11, config_get(fd, PCI_INTERRUPT_LINE, 1));
	EXPECT_EQ(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER,
		  config_get(fd, PCI_COMMAND, 2));
	EXPECT_EQ(0, config_get(fd, PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK);
	EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guests[0], EDU_ID));
}

/* Closing waits for nothing, and neither do others; what was begun comes to its end. */
TEST_F(lease, close_of_one_that_computes)
{
	struct edu_guest *leaver = &self->guests[0], *other = &self->guests[1];
	const char *state = pcishare_path(self->address, "state");
	bool during = false;
	int i;

	for (i = 0; i < ATTEMPTS && !during; i++) {
		ASSERT_EQ(0, edu_put(leaver, EDU_FACTORIAL, EDU_LONG));
		edu_guest_close(leaver);
		ASSERT_EQ(0, ioctl(other->user.device, VFIO_DEVICE_RESET));
		during = sysfs_is(state, "draining") &&
			 edu_get(other, EDU_STATUS) == 0;
		edu_compute(other, 10);
		EXPECT_EQ(0, other->wrong) TH_LOG("%s", other->text);
		EXPECT_TRUE(sysfs_is(state, "held"));
		ASSERT_EQ(0, edu_guest_open(leaver, 0));
	}
	EXPECT_TRUE(during);
}

/* A start that waits goes with it. */
TEST_F(lease, reset_of_one_that_waits)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	bool during;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		edu_put(holder, EDU_FACTORIAL, EDU_LONG);
		edu_put(waits, EDU_FACTORIAL, 10);
		ASSERT_EQ(0, ioctl(waits->user.device, VFIO_DEVICE_RESET));
		during = edu_computes(holder);
		EXPECT_EQ(0, edu_get(waits, EDU_STATUS));
		EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
		ASSERT_TRUE(edu_finish(holder));
		EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
		if (during)
			break;
	}
	EXPECT_LT(i, ATTEMPTS);
	EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "holder"),
			     mdev_uuid(0)));
}

/* Another must not find what it has started. */
TEST_F(lease, closed_while_it_computes)
{
	struct edu_guest *guest = &self->guests[0], *other = &self->guests[1];
	int i;

	ASSERT_EQ(0, edu_irq_start(other, EDU_INTX));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, EDU_LONG));
		ASSERT_EQ(0, edu_put(other, EDU_FACTORIAL, 8));
		edu_guest_close(guest);
		EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "closed"));
		ASSERT_TRUE(edu_finish(other));
		EXPECT_EQ(40320, edu_get(other, EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(other, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_guest_open(guest, 0));
		EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
		EXPECT_EQ(0, edu_get(guest, EDU_FACTORIAL));
	}
	EXPECT_EQ(0, edu_irq_comes(other, VFIO_QUIET));
}

TEST_F(lease, closed_while_it_waits)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];

	ASSERT_EQ(0, edu_put(holder, EDU_FACTORIAL, EDU_LONG));
	ASSERT_EQ(0, edu_put(waits, EDU_FACTORIAL, 8));
	edu_guest_close(waits);
	ASSERT_TRUE(edu_finish(holder));
	EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
	ASSERT_EQ(0, edu_guest_open(waits, 1));
	EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
	edu_compute(waits, 8);
	EXPECT_EQ(0, waits->wrong) TH_LOG("%s", waits->text);
}

static void compute_until_killed(unsigned int number)
{
	struct edu_guest guest;
	unsigned int i;

	if (edu_guest_open(&guest, number))
		_exit(1);
	edu_irq_start(&guest, number % 2 ? EDU_INTX : EDU_MSI);
	edu_put(&guest, EDU_STATUS, EDU_STATUS_IRQ);
	for (i = 0;; i++) {
		edu_put(&guest, EDU_FACTORIAL, i % 3 ? i % 40 : EDU_LONG / 64);
		edu_put(&guest, EDU_IRQ_RAISE, i);
	}
}

/* Guests that are killed at any point are no matter to the others. */
TEST_F(lease, killed)
{
	unsigned int i, at;
	int status;
	pid_t pids[2];

	for (at = 0; at < 2; at++)
		edu_guest_close(&self->guests[at]);
	for (i = 0; i < 10; i++) {
		for (at = 0; at < 2; at++) {
			pids[at] = fork();
			if (!pids[at])
				compute_until_killed(at);
		}
		ASSERT_TRUE(sysfs_becomes(mdev_path(0, "state"), "open"));
		ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "open"));
		EXPECT_EQ(0, edu_guests_run(self->guests + 2, 3, compute_thread,
					    5 + i % 5));
		for (at = 0; at < 2; at++) {
			kill(pids[at], SIGKILL);
			ASSERT_EQ(pids[at], waitpid(pids[at], &status, 0));
			EXPECT_TRUE(WIFSIGNALED(status));
		}
	}
	for (at = 0; at < 2; at++) {
		ASSERT_EQ(0, edu_guest_open(&self->guests[at], at));
		edu_compute(&self->guests[at], 11);
		EXPECT_EQ(0, self->guests[at].wrong)
			TH_LOG("%s", self->guests[at].text);
	}
}

/* The text written, and what is read then; NULL if it is refused. */
static const struct {
	const char *attribute;
	const char *written;
	const char *then;
} knobs[] = {
	{ "name", "the first one\n", "the first one" },
	{ "name", "\n", "" },
	{ "name", "123456789-123456789-123456789-123456789-123456789-123456789-123",
	  "123456789-123456789-123456789-123456789-123456789-123456789-123" },
	{ "name", "123456789-123456789-123456789-123456789-123456789-123456789-1234",
	  NULL },
	{ "weight", "1", "1" },
	{ "weight", "1000\n", "1000" },
	{ "weight", "0", NULL },
	{ "weight", "1001", NULL },
	{ "weight", "-1", NULL },
	{ "weight", "x", NULL },
	{ "live_wait_ms", "1", "1" },
	{ "live_wait_ms", "60000", "60000" },
	{ "live_wait_ms", "0", NULL },
	{ "live_wait_ms", "60001", NULL },
	{ "live_wait_ms", "1s", NULL },
};

TEST_F(lease, knobs)
{
	unsigned int i;
	int ret;

	EXPECT_TRUE(sysfs_is(mdev_path(0, "name"), ""));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "weight"), "100"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "live_wait_ms"), "1000"));
	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		ret = sysfs_put(mdev_path(0, knobs[i].attribute),
				knobs[i].written);
		if (!knobs[i].then) {
			EXPECT_TRUE(ret == -EINVAL || ret == -ERANGE)
				TH_LOG("%s: %s", knobs[i].attribute,
				       knobs[i].written);
			continue;
		}
		EXPECT_EQ(0, ret)
			TH_LOG("%s: %s", knobs[i].attribute, knobs[i].written);
		EXPECT_TRUE(sysfs_is(mdev_path(0, knobs[i].attribute),
				     knobs[i].then))
			TH_LOG("%s: %s", knobs[i].attribute, knobs[i].written);
	}
}

TEST_F(lease, as_many_as_the_policy_says)
{
	char available[128];
	unsigned int i;

	snprintf(available, sizeof(available),
		 PCI_DEVICES "/%s/mdev_supported_types/" TYPE "/available_instances",
		 self->address);
	EXPECT_EQ(MOST - GUESTS, sysfs_number(available));
	for (i = GUESTS; i < MOST; i++)
		EXPECT_EQ(0, mdev_create(self->address, TYPE, i));
	EXPECT_EQ(0, sysfs_number(available));
	EXPECT_NE(0, mdev_create(self->address, TYPE, MOST));
	for (i = GUESTS; i < MOST; i++)
		EXPECT_EQ(0, mdev_remove(i));
	EXPECT_EQ(MOST - GUESTS, sysfs_number(available));
}

TEST_HARNESS_MAIN
