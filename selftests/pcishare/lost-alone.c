// SPDX-License-Identifier: GPL-2.0
/*
 * A device that one guest has and another waits for is reset by somebody else.
 */
#include "../lib/harness.h"
#include "opener.h"

#define VENDOR	0x1af4
#define DEVICE	0x1044
#define TYPE	"pcishare-exclusive"
#define BAR	VFIO_PCI_BAR4_REGION_INDEX

/* Virtual I/O Device 1.2, section 4.1.4.3. */
#define SELECT	0x16	/* queue_select */

FIXTURE(lost_alone) {
	char address[16];
	int error;
};

FIXTURE_SETUP(lost_alone)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(VENDOR, DEVICE, self->address));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
	self->error = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

FIXTURE_TEARDOWN(lost_alone)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, mdev_remove(i));
	close(self->error);
}

TEST_F(lost_alone, who_waits_goes_on_waiting)
{
	const char *address = self->address;
	struct vfio_user holder;
	struct opener opener;
	unsigned int i;

	ASSERT_EQ(0, vfio_open(&holder, 0));
	ASSERT_EQ(0, irq_set(holder.device, VFIO_PCI_ERR_IRQ_INDEX, IRQ_TRIGGER_FD, 1,
			     self->error));
	ASSERT_EQ(0, config_put(holder.device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	ASSERT_EQ(0, region_put(holder.device, BAR, SELECT, 2, 7));
	ASSERT_EQ(0, opener_start(&opener, 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, sysfs_put(pcishare_path(address, "../reset"), "1"));
		ASSERT_TRUE(sysfs_becomes(pcishare_path(address, "state"), "held"));
	}
	/* The one that has it is told that it has to begin anew, and has it still. */
	EXPECT_LE(1, irq_comes(self->error, VFIO_PATIENCE));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"), mdev_uuid(0)));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "stopped"));
	EXPECT_TRUE(sysfs_is(mdev_path(1, "state"), "waiting"));
	ASSERT_EQ(0, ioctl(holder.device, VFIO_DEVICE_RESET));
	EXPECT_EQ(0, region_get(holder.device, BAR, SELECT, 2));

	vfio_close(&holder);
	ASSERT_EQ(0, opener_end(&opener));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "holder"), mdev_uuid(1)));
	ASSERT_EQ(0, config_put(opener.user.device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	EXPECT_EQ(0, region_get(opener.user.device, BAR, SELECT, 2));
	vfio_close(&opener.user);
}

TEST_HARNESS_MAIN
