/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared.h - one educational device by any policy, and its guests
 */
#ifndef SELFTESTS_SHARED_H
#define SELFTESTS_SHARED_H

#include "edu-user.h"

#define SHARED_MOST	4

/**
 * struct shared - a device by one of the policies, and its guests
 * @address: of the device
 * @guests: with it open
 * @count: how many
 */
struct shared {
	char address[16];
	struct edu_guest guests[SHARED_MOST];
	unsigned int count;
};

/**
 * share() - have it be shared, and all guests open it
 * @shared: filled
 * @policy: name of its file
 * @type: of the mediated devices
 * @count: how many guests
 *
 * Return: 0 or -errno.
 */
static inline int share(struct shared *shared, const char *policy, const char *type,
			unsigned int count)
{
	unsigned int i;
	int ret;

	ret = pci_find(EDU_VENDOR, EDU_DEVICE, shared->address);
	/* Of a test that failed. */
	for (i = 0; i < SHARED_MOST; i++)
		mdev_remove(i);
	ret = ret ?: sysfs_put(pcishare_path(shared->address, "policy"), policy);
	for (i = 0; !ret && i < count; i++) {
		ret = mdev_create(shared->address, type, i);
		ret = ret ?: edu_guest_open(&shared->guests[i], i);
	}
	shared->count = count;
	return ret;
}

static inline int share_end(struct shared *shared)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < shared->count; i++) {
		edu_guest_close(&shared->guests[i]);
		ret = ret ?: mdev_remove(i);
	}
	return ret;
}

#endif
