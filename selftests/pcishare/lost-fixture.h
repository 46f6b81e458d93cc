/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lost-fixture.h - three guests of a virtio device, and QEMU to make it fail
 */
#ifndef SELFTESTS_LOST_FIXTURE_H
#define SELFTESTS_LOST_FIXTURE_H

#include "../lib/harness.h"
#include "vfio.h"

#define VENDOR	0x1af4
#define DEVICE	0x1044
#define TYPE	"pcishare-lease"
#define BAR	VFIO_PCI_BAR4_REGION_INDEX

/* Virtual I/O Device 1.2, section 4.1.4.3. */
#define DRIVER_SELECT	0x08	/* driver_feature_select */
#define QUEUES		0x12	/* num_queues; as the next two of 16 bits */
#define SELECT		0x16	/* queue_select */
#define SIZE		0x18	/* queue_size, of the one selected */
#define QUEUES_THERE	1

#define GUESTS	3

#define INJECT	"{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"pcie_aer_inject_error card %s\"}}\n"

FIXTURE(lost) {
	char address[16];
	struct vfio_user users[GUESTS];
	int error[GUESTS];
	uint16_t sizes[GUESTS];
	int qmp;
};

static inline uint32_t get(const struct vfio_user *user, unsigned int offset)
{
	return region_get(user->device, BAR, offset, 4);
}

static inline uint16_t get16(const struct vfio_user *user, unsigned int offset)
{
	return region_get(user->device, BAR, offset, 2);
}

static inline int put(const struct vfio_user *user, unsigned int offset, uint32_t value)
{
	return region_put(user->device, BAR, offset, 4, value);
}

/* Have QEMU do something. Returns 0, or an error. */
static inline int qmp_do(int qmp, const char *command)
{
	char answer[4096] = "";
	size_t got = 0;
	ssize_t count;

	if (write(qmp, command, strlen(command)) < 0)
		return -errno;
	while (got < sizeof(answer) - 1) {
		count = read(qmp, answer + got, sizeof(answer) - 1 - got);
		if (count <= 0)
			return count ? -errno : -EPIPE;
		got += count;
		answer[got] = '\0';
		if (strstr(answer, "\"return\": \"\"") ||
		    strstr(answer, "\"return\": \"OK") || strstr(answer, "\"return\": {}"))
			return 0;
		if (strstr(answer, "\"error\"") || strstr(answer, "\"return\": \"")) {
			dprintf(STDOUT_FILENO, "# QEMU: %s", answer);
			return -EIO;
		}
	}
	return -EMSGSIZE;
}

static inline int inject(int qmp, const char *error)
{
	char command[256];

	snprintf(command, sizeof(command), INJECT, error);
	return qmp_do(qmp, command);
}

static inline int enable(const struct vfio_user *user)
{
	return config_put(user->device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
}

FIXTURE_SETUP(lost)
{
	unsigned int i;

	self->qmp = open("/dev/virtio-ports/qmp", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->qmp);
	ASSERT_EQ(0, pci_find(VENDOR, DEVICE, self->address));
	for (i = 0; i < GUESTS; i++) {
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
		ASSERT_EQ(0, vfio_open(&self->users[i], i));
		ASSERT_EQ(0, enable(&self->users[i]));
		self->error[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		ASSERT_EQ(0, irq_set(self->users[i].device, VFIO_PCI_ERR_IRQ_INDEX,
				     IRQ_TRIGGER_FD, 1, self->error[i]));
	}
}

FIXTURE_TEARDOWN(lost)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		close(self->error[i]);
		vfio_close(&self->users[i]);
		EXPECT_EQ(0, mdev_remove(i));
	}
	close(self->qmp);
}

#endif
