/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vfio.h - a mediated device and its user, without a VMM
 */
#ifndef SELFTESTS_VFIO_H
#define SELFTESTS_VFIO_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <unistd.h>

#include "../lib/sysfs.h"

/* How long (ms) an interrupt may take that has to come. */
#define VFIO_PATIENCE	10000
/* How long (ms) is waited for what must not come. */
#define VFIO_QUIET	200

#define PCI_DEVICES	"/sys/bus/pci/devices"

/**
 * pci_find() - the first PCI device of a model
 * @vendor: its vendor
 * @device: its device
 * @address: filled, such as "0000:00:05.0"; of at least 16 bytes
 *
 * Return: 0, or -ENODEV.
 */
static inline int pci_find(unsigned int vendor, unsigned int device,
			   char *address)
{
	char path[PATH_MAX], want_vendor[16], want_device[16];
	struct dirent *entry;
	DIR *dir = opendir(PCI_DEVICES);
	int ret = -ENODEV;

	if (!dir)
		return -errno;
	snprintf(want_vendor, sizeof(want_vendor), "0x%04x", vendor);
	snprintf(want_device, sizeof(want_device), "0x%04x", device);
	while (ret && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), PCI_DEVICES "/%s/vendor",
			 entry->d_name);
		if (!sysfs_is(path, want_vendor))
			continue;
		snprintf(path, sizeof(path), PCI_DEVICES "/%s/device",
			 entry->d_name);
		if (!sysfs_is(path, want_device))
			continue;
		snprintf(address, 16, "%.15s", entry->d_name);
		ret = 0;
	}
	closedir(dir);
	return ret;
}

/**
 * pci_put() - write to an attribute of a PCI device
 * @address: of the device
 * @attribute: the attribute
 * @text: what is written
 *
 * Return: 0 or -errno.
 */
static inline int pci_put(const char *address, const char *attribute,
			  const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", address, attribute);
	return sysfs_put(path, text);
}

/**
 * pcishare_path() - path of an attribute of pcishare's of a PCI device
 * @address: of the device
 * @attribute: the attribute
 *
 * Return: the path, good until the thread's next call.
 */
static inline const char *pcishare_path(const char *address,
					const char *attribute)
{
	static __thread char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/pcishare/%s", address,
		 attribute);
	return path;
}

/**
 * mdev_uuid() - the UUID of a guest of these tests
 * @number: which guest, 0 to 63
 *
 * Return: the UUID; good until the next call for the same number.
 */
static inline const char *mdev_uuid(unsigned int number)
{
	static char uuids[64][37];

	snprintf(uuids[number], sizeof(uuids[number]),
		 "c0ffee00-0000-4000-8000-%012x", number);
	return uuids[number];
}

/**
 * mdev_create() - make a mediated device
 * @address: of the physical device
 * @type: such as "pcishare-exclusive"
 * @number: of the guest
 *
 * Return: 0 or -errno.
 */
static inline int mdev_create(const char *address, const char *type,
			      unsigned int number)
{
	char attribute[128];

	snprintf(attribute, sizeof(attribute),
		 "mdev_supported_types/%s/create", type);
	return pci_put(address, attribute, mdev_uuid(number));
}

/**
 * mdev_path() - path of an attribute of a mediated device
 * @number: of the guest
 * @attribute: the attribute
 *
 * Return: the path, good until the thread's next call.
 */
static inline const char *mdev_path(unsigned int number, const char *attribute)
{
	static __thread char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/%s",
		 mdev_uuid(number), attribute);
	return path;
}

/**
 * mdev_stat() - a counter of a mediated device
 * @number: of the guest
 * @name: of the counter
 *
 * Return: its value, or -errno.
 */
static inline long long mdev_stat(unsigned int number, const char *name)
{
	char attribute[64];

	snprintf(attribute, sizeof(attribute), "stats/%s", name);
	return sysfs_number(mdev_path(number, attribute));
}

static inline int mdev_remove(unsigned int number)
{
	return sysfs_put(mdev_path(number, "remove"), "1");
}

/**
 * struct vfio_user - somebody who has a device open
 * @container: what its memory is mapped in
 * @group: the device's group
 * @device: the device
 */
struct vfio_user {
	int container;
	int group;
	int device;
};

/* The number of the group that a mediated device is in, or -errno. */
static inline int vfio_group_number(unsigned int number)
{
	char target[PATH_MAX];
	ssize_t length = readlink(mdev_path(number, "iommu_group"), target,
				  sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return atoi(strrchr(target, '/') + 1);
}

/**
 * vfio_attach_group() - open a group, with a container of its own
 * @user: filled; to be closed by vfio_close()
 * @group: the number of the group, or -errno, which is passed on
 *
 * Return: 0 or -errno.
 */
static inline int vfio_attach_group(struct vfio_user *user, int group)
{
	char path[64];

	*user = (struct vfio_user) { -1, -1, -1 };
	if (group < 0)
		return group;
	user->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (user->container < 0)
		return -errno;
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	user->group = open(path, O_RDWR | O_CLOEXEC);
	if (user->group < 0 ||
	    ioctl(user->group, VFIO_GROUP_SET_CONTAINER, &user->container) ||
	    ioctl(user->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		return -errno;
	return 0;
}

/**
 * vfio_attach() - all except opening the mediated device
 * @user: filled; to be closed by vfio_close()
 * @number: of the guest
 *
 * Return: 0 or -errno.
 */
static inline int vfio_attach(struct vfio_user *user, unsigned int number)
{
	return vfio_attach_group(user, vfio_group_number(number));
}

/**
 * vfio_open_device() - open the device
 * @user: its user, attached
 * @number: of the guest
 *
 * Return: 0 or -errno.
 */
static inline int vfio_open_device(struct vfio_user *user, unsigned int number)
{
	user->device = ioctl(user->group, VFIO_GROUP_GET_DEVICE_FD,
			     mdev_uuid(number));
	return user->device < 0 ? -errno : 0;
}

static inline int vfio_open(struct vfio_user *user, unsigned int number)
{
	int ret = vfio_attach(user, number);

	return ret ?: vfio_open_device(user, number);
}

static inline void vfio_close(struct vfio_user *user)
{
	if (user->device >= 0)
		close(user->device);
	if (user->group >= 0)
		close(user->group);
	if (user->container >= 0)
		close(user->container);
	*user = (struct vfio_user) { -1, -1, -1 };
}

/**
 * vfio_offset() - where a region begins in the device's file
 * @fd: of the device
 * @index: of the region
 *
 * Return: the offset, or -errno.
 */
static inline int64_t vfio_offset(int fd, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	return info.offset;
}

/**
 * vfio_size() - how large a region is
 * @fd: of the device
 * @index: of the region
 *
 * Return: the size, 0 if the device does not have the region; -errno, which is
 * -EPROTO for a region that cannot be both read and written.
 */
static inline int64_t vfio_size(int fd, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	if (info.size && info.flags != (VFIO_REGION_INFO_FLAG_READ |
					VFIO_REGION_INFO_FLAG_WRITE))
		return -EPROTO;
	return info.size;
}

/**
 * region_get() - read a register
 * @fd: of the device
 * @index: of the region
 * @offset: of the register
 * @width: in bytes
 *
 * Return: its value; all ones and an errno of its own if it cannot be read.
 */
static inline uint64_t region_get(int fd, unsigned int index, uint64_t offset,
				  unsigned int width)
{
	uint64_t value = 0;

	errno = 0;
	if (pread(fd, &value, width, vfio_offset(fd, index) + offset) != width)
		return UINT64_MAX;
	return value;
}

/**
 * region_put() - write to a register
 * @fd: of the device
 * @index: of the region
 * @offset: of the register
 * @width: in bytes
 * @value: what is written
 *
 * Return: 0 or -errno.
 */
static inline int region_put(int fd, unsigned int index, uint64_t offset,
			     unsigned int width, uint64_t value)
{
	ssize_t done = pwrite(fd, &value, width, vfio_offset(fd, index) + offset);

	if (done < 0)
		return -errno;
	return done == width ? 0 : -EIO;
}

static inline uint64_t config_get(int fd, unsigned int offset,
				  unsigned int width)
{
	return region_get(fd, VFIO_PCI_CONFIG_REGION_INDEX, offset, width);
}

static inline int config_put(int fd, unsigned int offset, unsigned int width,
			     uint64_t value)
{
	return region_put(fd, VFIO_PCI_CONFIG_REGION_INDEX, offset, width, value);
}

/**
 * irq_set() - VFIO_DEVICE_SET_IRQS of at most one interrupt
 * @fd: of the device
 * @index: VFIO_PCI_*_IRQ_INDEX
 * @flags: VFIO_IRQ_SET_*
 * @count: 0 or 1
 * @data: an eventfd or a truth, as @flags say
 *
 * Return: 0 or -errno.
 */
static inline int irq_set(int fd, unsigned int index, unsigned int flags,
			  unsigned int count, int32_t data)
{
	struct {
		struct vfio_irq_set set;
		int32_t data;
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = flags,
			.index = index,
			.count = count,
		},
		.data = data,
	};

	return ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg) ? -errno : 0;
}

#define IRQ_TRIGGER_FD	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD)
#define IRQ_UNMASK_FD	(VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_EVENTFD)
#define IRQ_UNMASK	(VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE)
#define IRQ_MASK	(VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_NONE)
#define IRQ_TRIGGER	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE)
#define IRQ_TRIGGER_BOOL (VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_BOOL)

/**
 * irq_comes() - wait for an interrupt
 * @event: the eventfd
 * @ms: how long
 *
 * Return: how often it was signalled; 0 if it was not.
 */
static inline unsigned int irq_comes(int event, int ms)
{
	struct pollfd signalled = { .fd = event, .events = POLLIN };
	uint64_t count;

	if (poll(&signalled, 1, ms) != 1 ||
	    read(event, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}

#endif
