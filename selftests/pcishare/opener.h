/* SPDX-License-Identifier: GPL-2.0 */
/*
 * opener.h - somebody who opens a device that another one has, and waits for it
 */
#ifndef SELFTESTS_OPENER_H
#define SELFTESTS_OPENER_H

#include <pthread.h>

#include "vfio.h"

/**
 * struct opener - a user who waits
 * @number: of the guest
 * @user: has its device open in the end
 * @thread: opens it
 * @ret: 0, or -errno of opening it
 */
struct opener {
	unsigned int number;
	struct vfio_user user;
	pthread_t thread;
	int ret;
};

static inline void *opener_thread(void *arg)
{
	struct opener *opener = arg;

	opener->ret = vfio_open_device(&opener->user, opener->number);
	return NULL;
}

/**
 * opener_start() - begin to open a device
 * @opener: filled
 * @number: of the guest; its mediated device is there
 *
 * Return: 0 or -errno.
 */
static inline int opener_start(struct opener *opener, unsigned int number)
{
	int ret = vfio_attach(&opener->user, number);

	opener->number = number;
	return ret ?: -pthread_create(&opener->thread, NULL, opener_thread, opener);
}

/**
 * opener_end() - wait until it is open
 * @opener: its @user is to be closed by vfio_close(), also after an error
 *
 * Return: 0, or -errno of opening it.
 */
static inline int opener_end(struct opener *opener)
{
	pthread_join(opener->thread, NULL);
	return opener->ret;
}

#endif
