// SPDX-License-Identifier: GPL-2.0
/*
 * A device that is reset by others, fails, or is suspended with the host, while guests
 * have it: what each has set is there again, and nobody sees what another had.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "lost-fixture.h"

/* How often a guest has the device reset that others read from. */
#define RESETS	10

/* How long (ms) the kernel may take to recover from an error. */
#define RECOVERY	20000

/* There is one queue: the first and the last guest look where there is none. */
static unsigned int selected(unsigned int guest)
{
	return !(guest % 2);
}

/* Each has the device in turn, the last one when this returns. */
static void set_all(struct __test_metadata *_metadata, struct _test_data_lost *self)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		ASSERT_EQ(0, region_put(self->users[i].device, BAR, SELECT, 2,
					selected(i)));
		ASSERT_EQ(0, put(&self->users[i], DRIVER_SELECT, 0x2220 + i));
		self->sizes[i] = get16(&self->users[i], SIZE);
		EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "holder"),
				     mdev_uuid(i)));
	}
	/* The device has what the last one has set, and shows it. */
	ASSERT_NE(0, self->sizes[1]);
	ASSERT_EQ(0, self->sizes[2]);
}

static void check_all(struct __test_metadata *_metadata, struct _test_data_lost *self)
{
	unsigned int i, round;

	/* First the one that has it, then as often as each has had it again. */
	for (round = 0; round < 3; round++) {
		for (i = GUESTS; i--;) {
			EXPECT_EQ(selected(i), get16(&self->users[i], SELECT))
				TH_LOG("guest %u", i);
			EXPECT_EQ(self->sizes[i], get16(&self->users[i], SIZE))
				TH_LOG("guest %u", i);
			EXPECT_EQ(0x2220 + i, get(&self->users[i], DRIVER_SELECT))
				TH_LOG("guest %u", i);
			EXPECT_EQ(QUEUES_THERE, get16(&self->users[i], QUEUES))
				TH_LOG("guest %u", i);
		}
	}
}

static void check_nobody_told(struct __test_metadata *_metadata,
			      struct _test_data_lost *self)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, irq_comes(self->error[i], 0)) TH_LOG("guest %u", i);
		EXPECT_TRUE(sysfs_is(mdev_path(i, "state"), "open"));
	}
}

/* It answers again, for one that does not have it. */
static bool answers(const struct vfio_user *user)
{
	int tries;

	for (tries = 0; tries < RECOVERY / 10; tries++) {
		if (get16(user, QUEUES) == QUEUES_THERE)
			return true;
		usleep(10000);
	}
	return false;
}

/* Neither its guests nor pcishare have asked for it. */
TEST_F(lost, by_a_reset_of_somebody_else)
{
	unsigned int i;

	set_all(_metadata, self);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, pci_put(self->address, "reset", "1"));
		ASSERT_TRUE(answers(&self->users[0]));
		check_all(_metadata, self);
	}
	/* The next comes before it is set again after the last. */
	for (i = 0; i < 30; i++)
		ASSERT_EQ(0, pci_put(self->address, "reset", "1"));
	ASSERT_TRUE(answers(&self->users[0]));
	check_all(_metadata, self);
	check_nobody_told(_metadata, self);
}

/* How often has the kernel heard of an error of what is behind the root port? */
static long long errors(const char *address, const char *severity)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/../aer_rootport_total_err_%s",
		 address, severity);
	return sysfs_number(path);
}

/* It has done no harm. */
TEST_F(lost, by_an_error_that_is_not_fatal)
{
	long long before = errors(self->address, "nonfatal");

	set_all(_metadata, self);
	ASSERT_EQ(0, inject(self->qmp, "COMP_TIME"));
	sleep(1);
	EXPECT_EQ(before + 1, errors(self->address, "nonfatal"));
	check_all(_metadata, self);
	check_nobody_told(_metadata, self);
}

/* The kernel resets the link, and all that is on it. */
TEST_F(lost, by_an_error_that_is_fatal)
{
	long long before = errors(self->address, "fatal");
	unsigned int i;

	for (i = 0; i < 3; i++) {
		set_all(_metadata, self);
		ASSERT_EQ(0, inject(self->qmp, "MALF_TLP"));
		sleep(1);
		ASSERT_TRUE(answers(&self->users[0]));
		EXPECT_EQ(before + i + 1, errors(self->address, "fatal"));
		check_all(_metadata, self);
	}
	check_nobody_told(_metadata, self);
}

struct reader {
	const struct vfio_user *user;
	atomic_bool stop;
	unsigned long reads;
	unsigned long wrong;
};

static void *read_thread(void *arg)
{
	struct reader *reader = arg;

	while (!atomic_load(&reader->stop)) {
		reader->reads++;
		reader->wrong += get16(reader->user, QUEUES) != QUEUES_THERE;
	}
	return NULL;
}

/* Others wait for the device a little, and read from it in between. */
TEST_F(lost, by_a_guest_that_resets_it_over_and_over)
{
	struct reader reader = { .user = &self->users[1] };
	struct vfio_user *holder = &self->users[GUESTS - 1];
	pthread_t thread;
	unsigned int i;

	set_all(_metadata, self);
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_thread, &reader));
	for (i = 0; i < RESETS; i++)
		EXPECT_EQ(0, ioctl(holder->device, VFIO_DEVICE_RESET));
	atomic_store(&reader.stop, true);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, reader.wrong);
	EXPECT_LT(RESETS, reader.reads);
	EXPECT_EQ(0, mdev_stat(1, "live_timeouts"));
}

/* All drivers, with the processors and the platform left out. */
static int suspend_devices(void)
{
	return sysfs_put("/sys/power/pm_test", "devices") ?:
	       sysfs_put("/sys/power/state", "mem");
}

/* The last, for no file is to be had any more. */
TEST_F(lost, while_the_host_is_suspended)
{
	ASSERT_EQ(0, mlockall(MCL_CURRENT | MCL_FUTURE));
	set_all(_metadata, self);
	ASSERT_EQ(0, suspend_devices());
	ASSERT_TRUE(answers(&self->users[0]));
	check_all(_metadata, self);
	check_nobody_told(_metadata, self);
}

TEST_HARNESS_MAIN
