/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uio.h - a guest's PCI device by the stock kernel alone: its BAR by sysfs, its
 * interrupt by uio_pci_generic
 *
 * For programs in a guest that has this one program and busybox. Whatever goes
 * wrong ends them.
 */
#ifndef SELFTESTS_UIO_H
#define SELFTESTS_UIO_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define UIO_DEVICES		"/sys/bus/pci/devices"
#define UIO_DRIVER		"/sys/bus/pci/drivers/uio_pci_generic"

#define UIO_COMMAND		0x04
#define UIO_COMMAND_INTX_OFF	0x0400

struct uio {
	char dir[300];			/* in sysfs */
	uint8_t *bar;
	size_t size;
	int config;
	int fd;				/* of /dev/uioN */
	uint32_t count;			/* of interrupts, as UIO counts */
};

static inline __attribute__((noreturn, format(printf, 1, 2)))
void uio_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("not ok ");
	vprintf(format, args);
	printf("\n");
	exit(1);
}

/* Where a program goes on whose device was taken away; NULL if that is a failure. */
static sigjmp_buf *uio_went;

/*
 * For what has just failed: is it because there is no device any more? Its driver
 * says so before its directory is gone.
 */
static inline void uio_check(const struct uio *uio)
{
	if (uio_went && (errno == EIO || errno == ENODEV || access(uio->dir, F_OK)))
		siglongjmp(*uio_went, 1);
}

static inline int uio_open_file(const char *dir, const char *name, int flags)
{
	char path[400];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		uio_fail("%s: %s", path, strerror(errno));
	return fd;
}

static inline unsigned long uio_attribute(const char *dir, const char *name)
{
	char text[64] = "";
	int fd = uio_open_file(dir, name, O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) < 0)
		uio_fail("%s of %s: %s", name, dir, strerror(errno));
	close(fd);
	return strtoul(text, NULL, 0);
}

/* False if the kernel says no. */
static inline bool uio_tell(const char *dir, const char *name, const char *text)
{
	int fd = uio_open_file(dir, name, O_WRONLY);
	bool ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return ok;
}

/* The one device of these IDs. */
static inline void uio_find(struct uio *uio, unsigned int vendor,
			    unsigned int device)
{
	DIR *dir = opendir(UIO_DEVICES);
	struct dirent *entry;

	if (!dir)
		uio_fail("%s: %s", UIO_DEVICES, strerror(errno));
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(uio->dir, sizeof(uio->dir), UIO_DEVICES "/%s",
			 entry->d_name);
		if (uio_attribute(uio->dir, "vendor") == vendor &&
		    uio_attribute(uio->dir, "device") == device) {
			closedir(dir);
			return;
		}
	}
	uio_fail("there is no device %04x:%04x", vendor, device);
}

static inline bool uio_bound(const struct uio *uio)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/uio", uio->dir);
	return !access(path, F_OK);
}

static inline void uio_bind(struct uio *uio)
{
	char ids[32];

	if (uio_bound(uio))
		return;
	snprintf(ids, sizeof(ids), "%04lx %04lx",
		 uio_attribute(uio->dir, "vendor"),
		 uio_attribute(uio->dir, "device"));
	if (!uio_tell(UIO_DRIVER, "new_id", ids) && errno != EEXIST)
		uio_fail("new_id of uio_pci_generic: %s", strerror(errno));
	if (!uio_bound(uio))
		uio_fail("uio_pci_generic does not take %s", uio->dir);
}

/* UIO counts on from one user to the next. */
static inline void uio_open_node(struct uio *uio, const char *name)
{
	char path[300];

	uio->fd = uio_open_file("/dev", name, O_RDWR);
	snprintf(path, sizeof(path), "/sys/class/uio/%.200s", name);
	uio->count = uio_attribute(path, "event");
}

/* The device's uioN; devtmpfs has made its node by then. */
static inline void uio_open_interrupt(struct uio *uio)
{
	char path[400];
	struct dirent *entry;
	DIR *dir;

	uio_bind(uio);
	snprintf(path, sizeof(path), "%s/uio", uio->dir);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "uio", 3))
			continue;
		uio_open_node(uio, entry->d_name);
		closedir(dir);
		return;
	}
	uio_fail("no uio in %s", path);
}

static inline void uio_map(struct uio *uio, size_t size)
{
	int fd = uio_open_file(uio->dir, "resource0", O_RDWR | O_SYNC);

	uio->size = size;
	uio->bar = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (uio->bar == MAP_FAILED)
		uio_fail("mapping BAR 0: %s", strerror(errno));
	close(fd);
}

/**
 * uio_open - find a device and take it into use
 * @uio: filled in
 * @vendor: its IDs
 * @device: its IDs
 * @size: of its BAR 0
 */
static inline void uio_open(struct uio *uio, unsigned int vendor,
			    unsigned int device, size_t size)
{
	uio_find(uio, vendor, device);
	uio->config = uio_open_file(uio->dir, "config", O_RDWR);
	uio_open_interrupt(uio);
	uio_map(uio, size);
}

static inline uint32_t uio_read32(const struct uio *uio, size_t offset)
{
	return __atomic_load_n((uint32_t *)(uio->bar + offset),
			       __ATOMIC_RELAXED);
}

static inline void uio_write32(const struct uio *uio, size_t offset,
			       uint32_t value)
{
	__atomic_store_n((uint32_t *)(uio->bar + offset), value,
			 __ATOMIC_RELAXED);
}

/* The kernel has switched INTx off in the command register: on again. */
static inline void uio_unmask(const struct uio *uio)
{
	uint16_t command;

	if (pread(uio->config, &command, 2, UIO_COMMAND) != 2) {
		uio_check(uio);
		uio_fail("reading the command register: %s", strerror(errno));
	}
	command &= ~UIO_COMMAND_INTX_OFF;
	if (pwrite(uio->config, &command, 2, UIO_COMMAND) != 2) {
		uio_check(uio);
		uio_fail("writing the command register: %s", strerror(errno));
	}
}

/**
 * uio_wait - wait for interrupts
 * @uio: the device
 * @ms: at most so long; 0: only look
 *
 * Return: how many there were since the last time.
 */
static inline unsigned int uio_wait(struct uio *uio, int ms)
{
	struct pollfd pollfd = { .fd = uio->fd, .events = POLLIN };
	uint32_t count, before = uio->count;

	if (poll(&pollfd, 1, ms) <= 0)
		return 0;
	if (read(uio->fd, &count, sizeof(count)) != sizeof(count)) {
		uio_check(uio);
		uio_fail("reading the count of interrupts: %s", strerror(errno));
	}
	uio->count = count;
	return count - before;
}

static inline double uio_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1000000000.0;
}

#endif
