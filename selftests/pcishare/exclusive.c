// SPDX-License-Identifier: GPL-2.0
/*
 * A device without a policy: the whole of it, for one guest after another. It
 * is seen as a VMM sees it, without a VMM.
 */
#include <signal.h>
#include <sys/mman.h>

#include "../lib/harness.h"
#include "edu-user.h"
#include "config.h"
#include "intx.h"
#include "irqs.h"
#include "opener.h"

#define TYPE	"pcishare-exclusive"

FIXTURE(exclusive) {
	char address[16];
	struct edu_guest guest;
};

/* As firmware leaves it. */
static int enable(int fd)
{
	return config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
}

FIXTURE_SETUP(exclusive)
{
	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, edu_guest_open_cold(&self->guest, 0));
	ASSERT_EQ(0, enable(self->guest.user.device));
}

FIXTURE_TEARDOWN(exclusive)
{
	/* The device cannot be reset. */
	edu_put(&self->guest, EDU_IRQ_ACK, UINT32_MAX);
	edu_guest_close(&self->guest);
	EXPECT_EQ(0, mdev_remove(0));
}

/*
 * Regions and interrupts
 */

TEST_F(exclusive, info)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int fd = self->guest.user.device;

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
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_PCI_HOT_RESET, &info));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "open"));
}

TEST_F(exclusive, regions)
{
	struct vfio_region_info info = { .argsz = sizeof(info) - 8 };
	int fd = self->guest.user.device;
	unsigned int i;

	EXPECT_EQ(EDU_BAR_SIZE, vfio_size(fd, EDU_BAR));
	EXPECT_EQ(PCI_CFG_SPACE_SIZE,
		  vfio_size(fd, VFIO_PCI_CONFIG_REGION_INDEX));
	for (i = VFIO_PCI_BAR1_REGION_INDEX; i <= VFIO_PCI_ROM_REGION_INDEX; i++)
		EXPECT_EQ(0, vfio_size(fd, i));
	EXPECT_EQ(-EINVAL, vfio_size(fd, VFIO_PCI_NUM_REGIONS));
	EXPECT_EQ(-EINVAL, vfio_size(fd, UINT32_MAX));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info));
	EXPECT_EQ(EINVAL, errno);
}

static const struct irq_kind irqs[] = {
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
	struct vfio_irq_info info = {
		.argsz = sizeof(info),
		.index = VFIO_PCI_NUM_IRQS,
	};
	int fd = self->guest.user.device;

	check_irq_kinds(_metadata, fd, irqs, ARRAY_SIZE(irqs));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * Configuration space
 */

static const struct config_field config[] = {
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
	int fd = self->guest.user.device;

	check_config(_metadata, fd, config, ARRAY_SIZE(config));
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2, 0));
}

/* In whatever pieces it is read and written. */
TEST_F(exclusive, config_space_in_pieces)
{
	int fd = self->guest.user.device;
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
	/* The rest of it, and nothing after it. */
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
	struct edu_guest *guest = &self->guest;

	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
	ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x12345678));
	EXPECT_EQ(~0x12345678u, edu_get(guest, EDU_LIVENESS));
	ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, 10));
	ASSERT_TRUE(edu_finish(guest));
	EXPECT_EQ(3628800, edu_get(guest, EDU_FACTORIAL));
	EXPECT_FALSE(sysfs_is(mdev_path(0, "stats/reads"), "0"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "stats/writes"), "2"));
}

/* As on a bus: nobody answers where decoding is off. */
TEST_F(exclusive, decoding)
{
	struct edu_guest *guest = &self->guest;
	int fd = guest->user.device;

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, 0));
	EXPECT_EQ(UINT32_MAX, edu_get(guest, EDU_ID));
	EXPECT_EQ(0, edu_put(guest, EDU_LIVENESS, 1));
	ASSERT_EQ(0, enable(fd));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
	EXPECT_NE(~1u, edu_get(guest, EDU_LIVENESS));
	/* Asleep. */
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2,
				PCI_PM_CTRL_STATE_MASK));
	EXPECT_EQ(UINT32_MAX, edu_get(guest, EDU_ID));
	ASSERT_EQ(0, config_put(fd, 0x40 + PCI_PM_CTRL, 2, 0));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
}

TEST_F(exclusive, the_end_of_the_bar)
{
	int fd = self->guest.user.device;
	off_t base = vfio_offset(fd, EDU_BAR);
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
	struct edu_guest *guest = &self->guest;
	int fd = guest->user.device;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
	EXPECT_NE(0, config_get(fd, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	/* Masked, until it is unmasked. */
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(0, config_get(fd, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
	EXPECT_TRUE(sysfs_is(mdev_path(0, "stats/interrupts"), "2"));
}

TEST_F(exclusive, intx_unmasked_by_eventfd)
{
	int unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct edu_guest *guest = &self->guest;
	int fd = guest->user.device;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_UNMASK_FD, 1, unmask));
	EXPECT_EQ(-EBUSY, irq_set(fd, EDU_INTX, IRQ_UNMASK_FD, 1, unmask));
	/* One that unmasks itself would not end. */
	EXPECT_EQ(-EINVAL, irq_set(fd, EDU_INTX, IRQ_UNMASK_FD, 1, guest->event));
	EXPECT_EQ(-EINVAL, irq_set(fd, EDU_INTX, IRQ_TRIGGER_FD, 1, unmask));
	check_intx_unmasked_by_eventfd(_metadata, guest, unmask);
	close(unmask);
}

TEST_F(exclusive, intx_masked_and_disabled)
{
	check_intx_masked_and_disabled(_metadata, &self->guest);
}

/* Mistakes that the user can make besides, and what it is told. */
static const struct wrong_irq wrong[] = {
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_NUM_IRQS, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, UINT32_MAX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_INTX, 0, 0, -1, EINVAL },
	{ 24, IRQ_UNMASK, EDU_INTX, 0, 1, 0, EINVAL },	/* not enabled */
	{ 24, IRQ_MASK, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_UNMASK, VFIO_PCI_REQ_IRQ_INDEX, 0, 1, 0, ENOTTY },
	{ 24, IRQ_MASK, VFIO_PCI_ERR_IRQ_INDEX, 0, 1, 0, ENOTTY },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_REQ_IRQ_INDEX, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_REQ_IRQ_INDEX, 1, 1, -1, EINVAL },
};

TEST_F(exclusive, wrong_set_irqs)
{
	int fd = self->guest.user.device;

	check_wrong_with_any_irq(_metadata, fd, EDU_INTX);
	check_wrong_irqs(_metadata, fd, wrong, ARRAY_SIZE(wrong));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_SET_IRQS, NULL));
	EXPECT_EQ(EFAULT, errno);
}

/*
 * Taking turns, and going
 */

TEST_F(exclusive, the_next_one_waits)
{
	struct opener opener;
	char holder[64];

	snprintf(holder, sizeof(holder), PCI_DEVICES "/%s/pcishare/holder",
		 self->address);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 1));
	EXPECT_EQ(-EEXIST, mdev_create(self->address, TYPE, 1));
	ASSERT_EQ(0, opener_start(&opener, 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	EXPECT_TRUE(sysfs_is(holder, mdev_uuid(0)));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guest, EDU_ID));

	vfio_close(&self->guest.user);
	ASSERT_EQ(0, opener_end(&opener));
	EXPECT_TRUE(sysfs_is(holder, mdev_uuid(1)));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "closed"));
	ASSERT_EQ(0, enable(opener.user.device));
	EXPECT_EQ(EDU_ID_VALUE, region_get(opener.user.device, EDU_BAR, EDU_ID, 4));
	vfio_close(&opener.user);
	EXPECT_TRUE(sysfs_is(holder, ""));
	EXPECT_EQ(0, mdev_remove(1));
}

/* However long one has had it while others waited: it is behind who came before. */
TEST_F(exclusive, first_come_first_served)
{
	const char *holder;
	struct opener openers[3];
	unsigned int i;

	for (i = 1; i < 3; i++)
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
	ASSERT_EQ(0, opener_start(&openers[1], 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	sleep_ms(300);
	vfio_close(&self->guest.user);
	ASSERT_EQ(0, opener_end(&openers[1]));
	/* The first, which has had it, before one that never has. */
	ASSERT_EQ(0, opener_start(&openers[0], 0));
	ASSERT_TRUE(sysfs_becomes(mdev_path(0, "state"), "waiting"));
	ASSERT_EQ(0, opener_start(&openers[2], 2));
	ASSERT_TRUE(sysfs_becomes(mdev_path(2, "state"), "waiting"));
	vfio_close(&openers[1].user);
	holder = pcishare_path(self->address, "holder");
	EXPECT_TRUE(sysfs_becomes(holder, mdev_uuid(0)));
	if (sysfs_is(pcishare_path(self->address, "holder"), mdev_uuid(2))) {
		opener_end(&openers[2]);
		vfio_close(&openers[2].user);
		opener_end(&openers[0]);
		vfio_close(&openers[0].user);
	} else {
		ASSERT_EQ(0, opener_end(&openers[0]));
		vfio_close(&openers[0].user);
		ASSERT_EQ(0, opener_end(&openers[2]));
		vfio_close(&openers[2].user);
	}
	for (i = 1; i < 3; i++)
		EXPECT_EQ(0, mdev_remove(i));
}

static void interrupt_until_killed(int working)
{
	struct edu_guest guest;

	if (edu_guest_open_cold(&guest, 0))
		_exit(1);
	edu_irq_start(&guest, EDU_INTX);
	irq_set(guest.user.device, EDU_INTX, IRQ_UNMASK_FD, 1, eventfd(0, 0));
	enable(guest.user.device);
	write(working, "x", 1);
	for (;;)
		edu_put(&guest, EDU_IRQ_RAISE, 1);
}

/* A process that is killed at any point leaves nothing behind. */
TEST_F(exclusive, killed)
{
	int i, status, working[2];
	pid_t pid;
	char c;

	vfio_close(&self->guest.user);
	ASSERT_EQ(0, pipe(working));
	for (i = 0; i < 20; i++) {
		pid = fork();
		if (!pid)
			interrupt_until_killed(working[1]);
		ASSERT_EQ(1, read(working[0], &c, 1));
		sleep_ms(i);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
	}
	close(working[0]);
	close(working[1]);
	ASSERT_EQ(0, vfio_open(&self->guest.user, 0));
	ASSERT_EQ(0, enable(self->guest.user.device));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guest, EDU_ID));
}

/* Whoever waits for one that is removed is told so, and the holder nothing. */
TEST_F(exclusive, a_waiting_one_is_removed)
{
	struct opener opener;

	ASSERT_EQ(0, mdev_create(self->address, TYPE, 1));
	ASSERT_EQ(0, opener_start(&opener, 1));
	ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "waiting"));
	EXPECT_EQ(0, mdev_remove(1));
	EXPECT_EQ(-ENODEV, opener_end(&opener));
	vfio_close(&opener.user);
	EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guest, EDU_ID));
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
	struct remover remover;

	ASSERT_EQ(0, edu_irq_start(&self->guest, VFIO_PCI_REQ_IRQ_INDEX));
	remover_start(&remover, NULL);
	EXPECT_NE(0, edu_irq_comes(&self->guest, VFIO_PATIENCE));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guest, EDU_ID));
	vfio_close(&self->guest.user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
}

/* The driver is unbound: the same, and then there is nothing to be made of it. */
TEST_F(exclusive, unbound)
{
	struct remover remover;

	ASSERT_EQ(0, edu_irq_start(&self->guest, VFIO_PCI_REQ_IRQ_INDEX));
	remover_start(&remover, self->address);
	EXPECT_NE(0, edu_irq_comes(&self->guest, VFIO_PATIENCE));
	vfio_close(&self->guest.user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	EXPECT_EQ(-ENOENT, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, sysfs_put("/sys/bus/pci/drivers/pcishare/bind",
			       self->address));
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
}

/* Whoever does not has it taken away. */
TEST_F(exclusive, taken_away)
{
	struct edu_guest *guest = &self->guest;
	int fd = guest->user.device, waited;
	struct remover remover;

	ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x5555));
	ASSERT_EQ(0, sysfs_put("/sys/module/pcishare/parameters/revoke_ms", "100"));
	remover_start(&remover, NULL);
	for (waited = 0; edu_get(guest, EDU_ID) == EDU_ID_VALUE; waited += 5) {
		ASSERT_LT(waited, VFIO_PATIENCE);
		sleep_ms(5);
	}
	EXPECT_EQ(UINT32_MAX, edu_get(guest, EDU_ID));
	EXPECT_EQ(0, edu_put(guest, EDU_LIVENESS, 0xaaaa));
	EXPECT_EQ(UINT16_MAX, config_get(fd, PCI_VENDOR_ID, 2));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_RESET));
	EXPECT_EQ(EIO, errno);
	vfio_close(&guest->user);
	pthread_join(remover.thread, NULL);
	EXPECT_EQ(0, remover.ret);
	ASSERT_EQ(0, sysfs_put("/sys/module/pcishare/parameters/revoke_ms", "10000"));

	/* Its writes afterwards have had no effect. */
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
	ASSERT_EQ(0, vfio_open(&guest->user, 0));
	ASSERT_EQ(0, enable(guest->user.device));
	EXPECT_EQ(~0x5555u, edu_get(guest, EDU_LIVENESS));
}

TEST_HARNESS_MAIN
