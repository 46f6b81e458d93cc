// SPDX-License-Identifier: GPL-2.0
/*
 * A device without a policy: the whole of it, for one guest after another. What
 * a VMM sees of it, but without a VMM.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "../lib/harness.h"
#include "edu.h"
#include "vfio.h"

#define TYPE	"pcishare-exclusive"
#define BAR	VFIO_PCI_BAR0_REGION_INDEX
#define INTX	VFIO_PCI_INTX_IRQ_INDEX

FIXTURE(exclusive) {
	char address[16];
	struct vfio_user user;
};

FIXTURE_SETUP(exclusive)
{
	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, vfio_open(&self->user, 0));
	/* As firmware does. */
	ASSERT_EQ(0, config_put(self->user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY));
}

FIXTURE_TEARDOWN(exclusive)
{
	/* The device cannot be reset. */
	region_put(self->user.device, BAR, EDU_IRQ_ACK, 4, UINT32_MAX);
	vfio_close(&self->user);
	EXPECT_EQ(0, mdev_remove(0));
}

/* As wide as no register, so that a read that fails is no value of one. */
static uint64_t get(int fd, unsigned int offset)
{
	return region_get(fd, BAR, offset, 4);
}

static int put(int fd, unsigned int offset, uint32_t value)
{
	return region_put(fd, BAR, offset, 4, value);
}

/*
 * What there is
 */

TEST_F(exclusive, info)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int fd = self->user.device;

	ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_INFO, &info));
	/* edu has no reset. */
	EXPECT_EQ(VFIO_DEVICE_FLAGS_PCI, info.flags);
	EXPECT_EQ(VFIO_PCI_NUM_REGIONS, info.num_regions);
	EXPECT_EQ(VFIO_PCI_NUM_IRQS, info.num_irqs);
	info.argsz = offsetof(struct vfio_device_info, num_irqs);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_INFO, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_RESET));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "open"));
}

static long long region_size(int fd, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	if (info.size && info.flags != (VFIO_REGION_INFO_FLAG_READ |
					VFIO_REGION_INFO_FLAG_WRITE))
		return -EPROTO;
	return info.size;
}

TEST_F(exclusive, regions)
{
	struct vfio_region_info info = { .argsz = sizeof(info) - 8 };
	int fd = self->user.device;
	unsigned int i;

	EXPECT_EQ(EDU_BAR_SIZE, region_size(fd, BAR));
	EXPECT_EQ(PCI_CFG_SPACE_SIZE,
		  region_size(fd, VFIO_PCI_CONFIG_REGION_INDEX));
	for (i = VFIO_PCI_BAR1_REGION_INDEX; i <= VFIO_PCI_ROM_REGION_INDEX; i++)
		EXPECT_EQ(0, region_size(fd, i));
	EXPECT_EQ(-EINVAL, region_size(fd, VFIO_PCI_NUM_REGIONS));
	EXPECT_EQ(-EINVAL, region_size(fd, UINT32_MAX));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(EINVAL, errno);
}

static const struct {
	unsigned int index;
	int count;
	unsigned int flags;
} irqs[] = {
	{ VFIO_PCI_INTX_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED },
	{ VFIO_PCI_MSI_IRQ_INDEX, 0, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
	{ VFIO_PCI_MSIX_IRQ_INDEX, 0, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
	{ VFIO_PCI_ERR_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
	{ VFIO_PCI_REQ_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
};

TEST_F(exclusive, interrupts)
{
	struct vfio_irq_info info = { .argsz = sizeof(info) };
	int fd = self->user.device;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(irqs); i++) {
		info.index = irqs[i].index;
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
		EXPECT_EQ(irqs[i].count, info.count);
		EXPECT_EQ(irqs[i].flags, info.flags);
	}
	info.index = VFIO_PCI_NUM_IRQS;
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * Configuration space
 */

/* What it powers on with, and what all ones leave there. */
static const struct {
	unsigned int offset;
	unsigned int width;
	uint32_t value;
	uint32_t ones;
} config[] = {
	{ PCI_VENDOR_ID, 2, EDU_VENDOR, EDU_VENDOR },
	{ PCI_DEVICE_ID, 2, EDU_DEVICE, EDU_DEVICE },
	{ PCI_COMMAND, 2, PCI_COMMAND_MEMORY, PCI_COMMAND_MEMORY |
	  PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
	  PCI_COMMAND_INTX_DISABLE },
	{ PCI_STATUS, 2, PCI_STATUS_CAP_LIST, PCI_STATUS_CAP_LIST },
	{ PCI_CLASS_REVISION, 4, 0x00ff0010, 0x00ff0010 },
	{ PCI_CACHE_LINE_SIZE, 1, 0, 0xff },
	{ PCI_LATENCY_TIMER, 1, 0, 0xff },
	{ PCI_HEADER_TYPE, 1, 0, 0 },
	{ PCI_BASE_ADDRESS_0, 4, 0, ~(EDU_BAR_SIZE - 1u) },
	{ PCI_BASE_ADDRESS_1, 4, 0, 0 },
	{ PCI_BASE_ADDRESS_5, 4, 0, 0 },
	{ PCI_SUBSYSTEM_VENDOR_ID, 2, 0x1af4, 0x1af4 },
	{ PCI_SUBSYSTEM_ID, 2, 0x1100, 0x1100 },
	{ PCI_ROM_ADDRESS, 4, 0, 0 },
	{ PCI_CAPABILITY_LIST, 1, 0x40, 0x40 },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xff },
	{ PCI_INTERRUPT_PIN, 1, 1, 1 },
	{ 0x40, 1, PCI_CAP_ID_PM, PCI_CAP_ID_PM },
	{ 0x41, 1, 0, 0 },
	{ 0x40 + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET,
	  PCI_PM_CTRL_NO_SOFT_RESET | PCI_PM_CTRL_STATE_MASK },
	{ 0xfc, 4, 0, 0 },
};

TEST_F(exclusive, config_space)
{
	int fd = self->user.device;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(config); i++) {
		EXPECT_EQ(config[i].value,
			  config_get(fd, config[i].offset, config[i].width))
			TH_LOG("offset %#x", config[i].offset);
		ASSERT_EQ(0, config_put(fd, config[i].offset, config[i].width,
					UINT32_MAX));
		EXPECT_EQ(config[i].ones,
			  config_get(fd, config[i].offset, config[i].width))
			TH_LOG("offset %#x", config[i].offset);
	}
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2, 0));
}

/* In whatever pieces it is read and written. */
TEST_F(exclusive, config_space_in_pieces)
{
	int fd = self->user.device;
	unsigned char whole[PCI_CFG_SPACE_SIZE], part[PCI_CFG_SPACE_SIZE];
	off_t base = vfio_offset(fd, VFIO_PCI_CONFIG_REGION_INDEX);
	unsigned int step, at;

	ASSERT_EQ(sizeof(whole), pread(fd, whole, sizeof(whole), base));
	for (step = 1; step < 20; step++) {
		for (at = 0; at < sizeof(part); at += step)
			ASSERT_GE(pread(fd, part + at,
					MIN(step, sizeof(part) - at), base + at),
				  1);
		EXPECT_EQ(0, memcmp(whole, part, sizeof(whole)));
	}
	/* What is left of it, and nothing after it. */
	EXPECT_EQ(3, pread(fd, part, 100, base + PCI_CFG_SPACE_SIZE - 3));
	EXPECT_EQ(-1, pread(fd, part, 1, base + PCI_CFG_SPACE_SIZE));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(3, pwrite(fd, "\x11\x22\x33", 3, base + PCI_BASE_ADDRESS_0 + 1));
	EXPECT_EQ(0x33200000, config_get(fd, PCI_BASE_ADDRESS_0, 4));
}

/*
 * The BAR
 */

TEST_F(exclusive, registers)
{
	int fd = self->user.device;
	int waited;

	EXPECT_EQ(EDU_ID_VALUE, get(fd, EDU_ID));
	ASSERT_EQ(0, put(fd, EDU_LIVENESS, 0x12345678));
	EXPECT_EQ(~0x12345678u, get(fd, EDU_LIVENESS));
	ASSERT_EQ(0, put(fd, EDU_FACTORIAL, 10));
	for (waited = 0; get(fd, EDU_STATUS) & EDU_STATUS_COMPUTING; waited++)
		ASSERT_LT(waited, 100000);
	EXPECT_EQ(3628800, get(fd, EDU_FACTORIAL));
	EXPECT_FALSE(sysfs_is(mdev_path(0, "stats/reads"), "0"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "stats/writes"), "2"));
}

/* As on a bus: nobody answers where decoding is off. */
TEST_F(exclusive, decoding)
{
	int fd = self->user.device;

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, 0));
	EXPECT_EQ(UINT32_MAX, get(fd, EDU_ID));
	EXPECT_EQ(0, put(fd, EDU_LIVENESS, 1));
	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	EXPECT_EQ(EDU_ID_VALUE, get(fd, EDU_ID));
	EXPECT_NE(~1u, get(fd, EDU_LIVENESS));
	/* Asleep. */
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2,
				PCI_PM_CTRL_STATE_MASK));
	EXPECT_EQ(UINT32_MAX, get(fd, EDU_ID));
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2, 0));
	EXPECT_EQ(EDU_ID_VALUE, get(fd, EDU_ID));
}

TEST_F(exclusive, the_end_of_the_bar)
{
	int fd = self->user.device;
	off_t base = vfio_offset(fd, BAR);
	void *nowhere = mmap(NULL, 4096, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t value;

	EXPECT_EQ(4, pread(fd, &value, 4, base + EDU_BAR_SIZE - 4));
	EXPECT_EQ(2, pread(fd, &value, 4, base + EDU_BAR_SIZE - 2));
	EXPECT_EQ(-1, pread(fd, &value, 4, base + EDU_BAR_SIZE));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, pread(fd, &value, 4, vfio_offset(fd, VFIO_PCI_BAR1_REGION_INDEX)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, pread(fd, &value, 4, (off_t)VFIO_PCI_NUM_REGIONS << 40));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, pread(fd, nowhere, 4, base));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pwrite(fd, nowhere, 4, base));
	EXPECT_EQ(EFAULT, errno);
}

/*
 * INTx
 */

TEST_F(exclusive, intx)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int fd = self->user.device;

	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_TRIGGER_FD, 1, event));
	ASSERT_EQ(0, put(fd, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	EXPECT_EQ(1, get(fd, EDU_IRQ_STATUS));
	EXPECT_NE(0, config_get(fd, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	/* Masked, until it is unmasked. */
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	ASSERT_EQ(0, put(fd, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	EXPECT_EQ(0, config_get(fd, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	EXPECT_TRUE(sysfs_is(mdev_path(0, "stats/interrupts"), "2"));
	close(event);
}

/* As KVM's irqfd does at the guest's end of interrupt. */
TEST_F(exclusive, intx_unmasked_by_eventfd)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int fd = self->user.device;
	uint64_t one = 1;
	int i;

	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_TRIGGER_FD, 1, event));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK_FD, 1, unmask));
	EXPECT_EQ(-EBUSY, irq_set(fd, INTX, IRQ_UNMASK_FD, 1, unmask));
	/* One that unmasks itself would not end. */
	EXPECT_EQ(-EINVAL, irq_set(fd, INTX, IRQ_UNMASK_FD, 1, event));
	EXPECT_EQ(-EINVAL, irq_set(fd, INTX, IRQ_TRIGGER_FD, 1, unmask));
	ASSERT_EQ(0, put(fd, EDU_IRQ_RAISE, 1));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(1, irq_comes(event, VFIO_PATIENCE));
		ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	}
	ASSERT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	ASSERT_EQ(0, put(fd, EDU_IRQ_ACK, 1));
	ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK_FD, 1, -1));
	close(unmask);
	close(event);
}

TEST_F(exclusive, intx_masked_and_disabled)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	int fd = self->user.device;

	/* What comes before it is enabled is not lost. */
	ASSERT_EQ(0, put(fd, EDU_IRQ_RAISE, 1));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_TRIGGER_FD, 1, event));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	ASSERT_EQ(0, put(fd, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK, 1, 0));

	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_MASK, 1, 0));
	ASSERT_EQ(0, put(fd, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	ASSERT_EQ(0, put(fd, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_UNMASK, 1, 0));

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY |
				PCI_COMMAND_INTX_DISABLE));
	ASSERT_EQ(0, put(fd, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(fd, INTX, IRQ_TRIGGER_FD, 1, -1));
	close(event);
}

/* What the user can get wrong, and what it is told. */
static const struct {
	unsigned int argsz;
	unsigned int flags;
	unsigned int index;
	unsigned int start;
	unsigned int count;
	int32_t data;
	int error;
} wrong[] = {
	{ 8, IRQ_TRIGGER_FD, INTX, 0, 1, -1, EINVAL },
	{ 20, IRQ_TRIGGER_FD, INTX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_NUM_IRQS, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, UINT32_MAX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, INTX, 1, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, INTX, 0, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, INTX, 0, UINT32_MAX, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, INTX, UINT32_MAX, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | 1 << 10, INTX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | IRQ_UNMASK, INTX, 0, 1, -1, EINVAL },
	{ 24, 0, INTX, 0, 1, -1, EINVAL },
	{ 24, VFIO_IRQ_SET_ACTION_TRIGGER, INTX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, INTX, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, INTX, 0, 1, 0, EINVAL },	/* no eventfd */
	{ 24, IRQ_TRIGGER_FD, INTX, 0, 0, -1, EINVAL },
	{ 24, IRQ_UNMASK, INTX, 0, 1, 0, EINVAL },	/* not enabled */
	{ 24, IRQ_MASK, INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_UNMASK, VFIO_PCI_REQ_IRQ_INDEX, 0, 1, 0, ENOTTY },
	{ 24, IRQ_MASK, VFIO_PCI_ERR_IRQ_INDEX, 0, 1, 0, ENOTTY },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_REQ_IRQ_INDEX, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_REQ_IRQ_INDEX, 1, 1, -1, EINVAL },
};

TEST_F(exclusive, wrong_set_irqs)
{
	struct {
		struct vfio_irq_set set;
		int32_t data;
	} arg;
	int fd = self->user.device;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		arg.set.argsz = wrong[i].argsz;
		arg.set.flags = wrong[i].flags;
		arg.set.index = wrong[i].index;
		arg.set.start = wrong[i].start;
		arg.set.count = wrong[i].count;
		arg.data = wrong[i].data;
		EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg))
			TH_LOG("line %u of the table", i);
		EXPECT_EQ(wrong[i].error, errno)
			TH_LOG("line %u of the table", i);
	}
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_SET_IRQS, NULL));
	EXPECT_EQ(EFAULT, errno);
}

/*
 * Taking turns, and going
 */

struct opener {
	pthread_t thread;
	struct vfio_user user;
	int ret;
};

static void *opener_thread(void *arg)
{
	struct opener *opener = arg;

	opener->ret = vfio_open_device(&opener->user, 1);
	return NULL;
}

TEST_F(exclusive, the_next_one_waits)
{
	struct opener opener;
	char holder[64];

	snprintf(holder, sizeof(holder), PCI_DEVICES "/%s/pcishare/holder",
		 self->address);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 1));
	EXPECT_EQ(-EEXIST, mdev_create(self->address, TYPE, 1));
	ASSERT_EQ(0, vfio_attach(&opener.user, 1));
	ASSERT_EQ(0, pthread_create(&opener.thread, NULL, opener_thread, &opener));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	EXPECT_TRUE(sysfs_is(holder, mdev_uuid(0)));
	EXPECT_EQ(EDU_ID_VALUE, get(self->user.device, EDU_ID));

	vfio_close(&self->user);
	pthread_join(opener.thread, NULL);
	ASSERT_EQ(0, opener.ret);
	EXPECT_TRUE(sysfs_is(holder, mdev_uuid(1)));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "closed"));
	ASSERT_EQ(0, config_put(opener.user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY));
	EXPECT_EQ(EDU_ID_VALUE, get(opener.user.device, EDU_ID));
	vfio_close(&opener.user);
	EXPECT_TRUE(sysfs_is(holder, ""));
	EXPECT_EQ(0, mdev_remove(1));
}

/* A process that is killed at any point leaves nothing behind. */
TEST_F(exclusive, killed)
{
	int i, status, working[2];
	struct vfio_user user;
	pid_t pid;
	char c;

	vfio_close(&self->user);
	ASSERT_EQ(0, pipe(working));
	for (i = 0; i < 20; i++) {
		pid = fork();
		if (!pid) {
			if (vfio_open(&user, 0))
				_exit(1);
			irq_set(user.device, INTX, IRQ_TRIGGER_FD, 1,
				eventfd(0, 0));
			irq_set(user.device, INTX, IRQ_UNMASK_FD, 1,
				eventfd(0, 0));
			config_put(user.device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
			write(working[1], "x", 1);
			for (;;)
				put(user.device, EDU_IRQ_RAISE, 1);
		}
		ASSERT_EQ(1, read(working[0], &c, 1));
		sleep_ms(i);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
	}
	close(working[0]);
	close(working[1]);
	ASSERT_EQ(0, vfio_open(&self->user, 0));
	ASSERT_EQ(0, config_put(self->user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY));
	EXPECT_EQ(EDU_ID_VALUE, get(self->user.device, EDU_ID));
}

/* Whoever waits for one that is removed is told so, and the holder nothing. */
TEST_F(exclusive, a_waiting_one_is_removed)
{
	struct opener opener;

	ASSERT_EQ(0, mdev_create(self->address, TYPE, 1));
	ASSERT_EQ(0, vfio_attach(&opener.user, 1));
	ASSERT_EQ(0, pthread_create(&opener.thread, NULL, opener_thread, &opener));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	EXPECT_EQ(0, mdev_remove(1));
	pthread_join(opener.thread, NULL);
	EXPECT_EQ(-ENODEV, opener.ret);
	vfio_close(&opener.user);
	EXPECT_EQ(EDU_ID_VALUE, get(self->user.device, EDU_ID));
}

struct remover {
	pthread_t thread;
	const char *address;	/* of the device to be unbound; NULL for the guest's */
	int ret;
};

static void *remover_thread(void *arg)
{
	struct remover *remover = arg;

	if (remover->address)
		remover->ret = sysfs_put("/sys/bus/pci/drivers/pcishare/unbind",
					 remover->address);
	else
		remover->ret = mdev_remove(0);
	return NULL;
}

static void remover_start(struct remover *remover, const char *address)
{
	remover->address = address;
	if (pthread_create(&remover->thread, NULL, remover_thread, remover))
		abort();
}

/* Whoever has it is asked, and gives it back. */
TEST_F(exclusive, asked_back)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct remover remover;

	ASSERT_EQ(0, irq_set(self->user.device, VFIO_PCI_REQ_IRQ_INDEX,
			     IRQ_TRIGGER_FD, 1, event));
	remover_start(&remover, NULL);
	EXPECT_NE(0, irq_comes(event, VFIO_PATIENCE));
	EXPECT_EQ(EDU_ID_VALUE, get(self->user.device, EDU_ID));
	vfio_close(&self->user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	close(event);
}

/* The driver is unbound: the same, and then there is nothing to be made of it. */
TEST_F(exclusive, unbound)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct remover remover;

	ASSERT_EQ(0, irq_set(self->user.device, VFIO_PCI_REQ_IRQ_INDEX,
			     IRQ_TRIGGER_FD, 1, event));
	remover_start(&remover, self->address);
	EXPECT_NE(0, irq_comes(event, VFIO_PATIENCE));
	vfio_close(&self->user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	EXPECT_EQ(-ENOENT, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, sysfs_put("/sys/bus/pci/drivers/pcishare/bind",
			       self->address));
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	close(event);
}

/* Whoever does not has it taken away. */
TEST_F(exclusive, taken_away)
{
	int fd = self->user.device, waited;
	struct remover remover;

	ASSERT_EQ(0, put(fd, EDU_LIVENESS, 0x5555));
	ASSERT_EQ(0, sysfs_put("/sys/module/pcishare/parameters/revoke_ms", "100"));
	remover_start(&remover, NULL);
	for (waited = 0; get(fd, EDU_ID) == EDU_ID_VALUE; waited += 5) {
		ASSERT_LT(waited, VFIO_PATIENCE);
		sleep_ms(5);
	}
	EXPECT_EQ(UINT32_MAX, get(fd, EDU_ID));
	EXPECT_EQ(0, put(fd, EDU_LIVENESS, 0xaaaa));
	EXPECT_EQ(UINT16_MAX, config_get(fd, PCI_VENDOR_ID, 2));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_RESET));
	EXPECT_EQ(EIO, errno);
	vfio_close(&self->user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	ASSERT_EQ(0, sysfs_put("/sys/module/pcishare/parameters/revoke_ms", "10000"));

	/* What it wrote afterwards has had no effect. */
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, vfio_open(&self->user, 0));
	ASSERT_EQ(0, config_put(self->user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY));
	EXPECT_EQ(~0x5555u, get(self->user.device, EDU_LIVENESS));
}

TEST_HARNESS_MAIN
