// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's pci-testdev (docs/specs/pci-testdev of QEMU) by its policy: one guest after
 * the other has it, and it has registers both in memory and in I/O ports.
 */
#include "../lib/harness.h"
#include "opener.h"
#include "vfio.h"

#define VENDOR		0x1b36
#define DEVICE		0x0005
#define TYPE		"pcishare-exclusive"

/* Both BARs begin with this. */
#define SELECT		0x00
#define WIDTH		0x01
#define OFFSET		0x04
#define DATA		0x08
#define COUNT		0x0c
#define NAME		0x10

FIXTURE(testdev) {
	char address[16];
	struct vfio_user user;
};

FIXTURE_VARIANT(testdev) {
	unsigned int bar;
	unsigned int size;
	unsigned int where;	/* the first test writes */
	const char *name;	/* of the first test */
};

FIXTURE_VARIANT_ADD(testdev, memory) {
	.bar = VFIO_PCI_BAR0_REGION_INDEX,
	.size = 4096,
	.where = 0x800,
	.name = "mmio-no-eventfd",
};

FIXTURE_VARIANT_ADD(testdev, ports) {
	.bar = VFIO_PCI_BAR1_REGION_INDEX,
	.size = 256,
	.where = 0x83,
	.name = "portio-no-eventfd",
};

static int enable(int fd)
{
	return config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
}

FIXTURE_SETUP(testdev)
{
	ASSERT_EQ(0, pci_find(VENDOR, DEVICE, self->address));
	/* Of a test that failed. */
	mdev_remove(0);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, vfio_open(&self->user, 0));
	ASSERT_EQ(0, enable(self->user.device));
}

FIXTURE_TEARDOWN(testdev)
{
	vfio_close(&self->user);
	EXPECT_EQ(0, mdev_remove(0));
}

TEST_F(testdev, a_test)
{
	int fd = self->user.device;
	unsigned int bar = variant->bar, i;
	char name[16] = "";

	ASSERT_EQ(0, region_put(fd, bar, SELECT, 1, 0));
	EXPECT_EQ(0, region_get(fd, bar, COUNT, 4));
	EXPECT_EQ(1, region_get(fd, bar, WIDTH, 1));
	EXPECT_EQ(variant->where, region_get(fd, bar, OFFSET, 4));
	EXPECT_EQ(sizeof(name), pread(fd, name, sizeof(name),
				      vfio_offset(fd, bar) + NAME));
	EXPECT_EQ(0, strncmp(variant->name, name, sizeof(name) - 1))
		TH_LOG("%.16s", name);
	for (i = 1; i <= 10; i++) {
		ASSERT_EQ(0, region_put(fd, bar, variant->where, 1,
					region_get(fd, bar, DATA, 1)));
		EXPECT_EQ(i, region_get(fd, bar, COUNT, 4));
		EXPECT_EQ(i << 8, region_get(fd, bar, COUNT - 1, 4));
	}
	EXPECT_EQ(0, mdev_stat(0, "refused"));
}

/* ro is not written to, live is not read where it is only written. */
TEST_F(testdev, what_is_not_allowed)
{
	int fd = self->user.device;
	unsigned int bar = variant->bar;
	long long denied;

	ASSERT_EQ(0, region_put(fd, bar, SELECT, 1, 0));
	ASSERT_EQ(0, region_put(fd, bar, OFFSET, 4, 0x12345678));
	ASSERT_EQ(0, region_put(fd, bar, COUNT, 4, 0x12345678));
	EXPECT_EQ(variant->where, region_get(fd, bar, OFFSET, 4));
	EXPECT_EQ(0, region_get(fd, bar, COUNT, 4));
	denied = mdev_stat(0, "denied");
	EXPECT_EQ(0, region_get(fd, bar, variant->where, 1));
	EXPECT_EQ(0, region_get(fd, bar, variant->size - 4, 4));
	ASSERT_EQ(0, region_put(fd, bar, variant->size - 4, 4, 1));
	EXPECT_EQ(denied + 3, mdev_stat(0, "denied"));
	EXPECT_EQ(0, region_get(fd, bar, COUNT, 4));
}

TEST_F(testdev, the_next_one_finds_no_test)
{
	int fd = self->user.device;
	struct opener opener;

	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "sharing"), "exclusive"));
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "reset_method"), "recipe"));
	EXPECT_EQ(0, region_get(fd, variant->bar, OFFSET, 4));
	ASSERT_EQ(0, region_put(fd, variant->bar, SELECT, 1, 0));
	EXPECT_EQ(variant->where, region_get(fd, variant->bar, OFFSET, 4));
	ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_RESET));
	ASSERT_EQ(0, enable(fd));
	EXPECT_EQ(0, region_get(fd, variant->bar, OFFSET, 4));
	ASSERT_EQ(0, region_put(fd, variant->bar, SELECT, 1, 0));

	mdev_remove(1);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 1));
	ASSERT_EQ(0, opener_start(&opener, 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	vfio_close(&self->user);
	ASSERT_EQ(0, opener_end(&opener));
	ASSERT_EQ(0, enable(opener.user.device));
	EXPECT_EQ(0, region_get(opener.user.device, variant->bar, OFFSET, 4));
	EXPECT_EQ(0, region_get(opener.user.device, variant->bar, COUNT, 4));
	vfio_close(&opener.user);
	EXPECT_EQ(0, mdev_remove(1));
}

TEST_HARNESS_MAIN
