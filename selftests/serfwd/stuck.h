/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stuck.h - a reader that waits, within read(2), for memory that does not come
 *
 * n_tty hands out 64 bytes at a time and keeps its locks between them: so does a
 * reader that waits for its page to be filled by a network, by FUSE, or, here, by
 * the test itself, through userfaultfd.
 */
#ifndef SELFTESTS_STUCK_H
#define SELFTESTS_STUCK_H

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STUCK_PAGE	4096

/**
 * struct stuck - a reader that is stuck
 * @thread: the thread
 * @fd: what it reads
 * @count: how many bytes it wants, more than 64
 * @ret: what read(2) returned
 * @page: where they go
 * @faults: the userfaultfd of @page
 */
struct stuck {
	pthread_t thread;
	int fd;
	int count;
	int ret;
	unsigned char *page;
	int faults;
};

static inline void *stuck_thread(void *arg)
{
	struct stuck *stuck = arg;

	stuck->ret = read(stuck->fd, stuck->page, stuck->count);
	return NULL;
}

static inline int stuck_register(struct stuck *stuck)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { (unsigned long)stuck->page, STUCK_PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (ioctl(stuck->faults, UFFDIO_API, &api) ||
	    ioctl(stuck->faults, UFFDIO_REGISTER, &range))
		return -errno;
	return 0;
}

/**
 * stuck_init() - prepare a reader
 * @stuck: the reader
 *
 * Return: 0, or -EOPNOTSUPP if the kernel has no userfaultfd, or another error.
 */
static inline int stuck_init(struct stuck *stuck)
{
	/* Only then poll() waits for a fault. */
	stuck->faults = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (stuck->faults < 0)
		return -EOPNOTSUPP;
	stuck->page = mmap(NULL, STUCK_PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stuck->page == MAP_FAILED)
		return -errno;
	return stuck_register(stuck);
}

/**
 * stuck_await() - wait until something is stuck
 * @stuck: whose page it waits for
 * @patience: how long (ms) until it has to be
 *
 * Return: 0 when it is, else -ETIMEDOUT.
 */
static inline int stuck_await(const struct stuck *stuck, int patience)
{
	struct pollfd fault = { .fd = stuck->faults, .events = POLLIN };

	poll(&fault, 1, patience);
	return fault.revents == POLLIN ? 0 : -ETIMEDOUT;
}

/**
 * stuck_feed() - let the memory come
 * @stuck: whose page it is
 */
static inline void stuck_feed(const struct stuck *stuck)
{
	struct uffdio_zeropage page = {
		.range = { (unsigned long)stuck->page, STUCK_PAGE },
	};

	if (ioctl(stuck->faults, UFFDIO_ZEROPAGE, &page))
		abort();
}

/**
 * stuck_start() - start reading
 * @stuck: the reader
 * @fd: what it reads, with all that it wants there already
 * @count: how many bytes it wants, more than 64
 * @patience: how long (ms) until it has to be stuck
 *
 * Return: 0 when it is stuck, else -ETIMEDOUT.
 */
static inline int stuck_start(struct stuck *stuck, int fd, int count,
			      int patience)
{
	stuck->fd = fd;
	stuck->count = count;
	if (pthread_create(&stuck->thread, NULL, stuck_thread, stuck))
		abort();
	return stuck_await(stuck, patience);
}

/**
 * stuck_finish() - let the memory come, and the reader end
 * @stuck: the reader
 *
 * Return: what read(2) returned.
 */
static inline int stuck_finish(struct stuck *stuck)
{
	stuck_feed(stuck);
	pthread_join(stuck->thread, NULL);
	close(stuck->faults);
	return stuck->ret;
}

#endif
