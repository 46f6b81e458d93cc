// SPDX-License-Identifier: GPL-2.0
/*
 * The same calls of include/uapi/linux/vfio.h, right and wrong ones, of a device that
 * vfio-pci has, and of the same device of a guest of pcishare's: they return the same,
 * except for what is listed here.
 *
 *	uapi		in this order; the device is given from the one to the other
 */
#include <sys/mman.h>

#include "kselftest.h"

#include "edu.h"
#include "vfio.h"

#define TYPE		"pcishare-lease"
#define NUMBER		0
#define BAR0		VFIO_PCI_BAR0_REGION_INDEX
#define CONFIG		VFIO_PCI_CONFIG_REGION_INDEX
#define INTX		VFIO_PCI_INTX_IRQ_INDEX
#define MSI		VFIO_PCI_MSI_IRQ_INDEX
#define MSIX		VFIO_PCI_MSIX_IRQ_INDEX
#define ERR		VFIO_PCI_ERR_IRQ_INDEX
#define REQ		VFIO_PCI_REQ_IRQ_INDEX

/* Where calls give it, an eventfd of the session's, or what is none. */
#define EVENT(n)	(-100 - (n))
#define EVENTS		3
#define NO_EVENT	(-200)		/* is a file, of another kind */
#define NO_FILE		12345

/* All of a header, and all of it with some data. */
#define IRQ_HEADER	sizeof(struct vfio_irq_set)
#define IRQ_ARGSZ	(IRQ_HEADER + 3 * sizeof(int32_t))

/**
 * struct session - somebody who has the device open
 * @user: its files
 * @name: of the device in its group
 * @path: of the group
 * @events: eventfds
 * @no_event: a file that is none
 */
struct session {
	struct vfio_user user;
	const char *name;
	char path[64];
	int events[EVENTS];
	int no_event;
};

/**
 * struct call - one of the calls, which are made in order
 * @name: what it is about
 * @make: makes it, and returns what it returned, or -errno
 * @differs: why pcishare may return something else; NULL if it may not
 * @theirs: what vfio-pci returns then
 * @ours: and what pcishare does
 * @nr: of the ioctl
 * @argsz: as in the call's structure, as those below
 * @flags: likewise
 * @index: likewise
 * @start: likewise; or the offset in the region
 * @count: likewise; or how many bytes
 * @data: likewise
 */
struct call {
	const char *name;
	long (*make)(struct session *session, const struct call *call);
	const char *differs;
	long theirs;
	long ours;
	unsigned int nr;
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
	int32_t data[3];
};

/* Of a call that returns only whether it was done. */
static long result(long ret)
{
	return ret < 0 ? -errno : ret;
}

/*
 * Calls
 */

/* Flags and both counts, which both have to say. */
static long get_info(struct session *session, const struct call *call)
{
	struct vfio_device_info info = { .argsz = call->argsz };

	if (ioctl(session->user.device, VFIO_DEVICE_GET_INFO, &info))
		return -errno;
	return (info.flags & ~VFIO_DEVICE_FLAGS_RESET) | info.num_irqs << 8;
}

static long get_region(struct session *session, const struct call *call)
{
	struct vfio_region_info info = {
		.argsz = call->argsz,
		.index = call->index,
	};

	if (ioctl(session->user.device, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	return info.size << 8 | (info.flags & (VFIO_REGION_INFO_FLAG_READ |
					       VFIO_REGION_INFO_FLAG_WRITE));
}

static long get_irq(struct session *session, const struct call *call)
{
	struct vfio_irq_info info = {
		.argsz = call->argsz,
		.index = call->index,
	};

	if (ioctl(session->user.device, VFIO_DEVICE_GET_IRQ_INFO, &info))
		return -errno;
	return info.count << 8 | info.flags;
}

static int32_t file_of(const struct session *session, int32_t data)
{
	if (data == NO_EVENT)
		return session->no_event;
	if (data <= EVENT(0) && data > EVENT(EVENTS))
		return session->events[EVENT(0) - data];
	return data;
}

static long set_irqs(struct session *session, const struct call *call)
{
	struct {
		struct vfio_irq_set set;
		union {
			int32_t files[3];
			uint8_t truths[3];
		};
	} arg = {
		.set = {
			.argsz = call->argsz,
			.flags = call->flags,
			.index = call->index,
			.start = call->start,
			.count = call->count,
		},
	};
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (call->flags & VFIO_IRQ_SET_DATA_BOOL)
			arg.truths[i] = call->data[i];
		else
			arg.files[i] = file_of(session, call->data[i]);
	return result(ioctl(session->user.device, VFIO_DEVICE_SET_IRQS, &arg));
}

/* How often an eventfd was signalled since the last time; it has been by now. */
static long comes(struct session *session, const struct call *call)
{
	return irq_comes(file_of(session, call->data[0]), 0);
}

static long read_region(struct session *session, const struct call *call)
{
	int fd = session->user.device;
	char bytes[64];

	return result(pread(fd, bytes, call->count,
			    vfio_offset(fd, call->index) + call->start));
}

/* Of zeroes. */
static long write_region(struct session *session, const struct call *call)
{
	int fd = session->user.device;
	char bytes[64] = "";

	return result(pwrite(fd, bytes, call->count,
			     vfio_offset(fd, call->index) + call->start));
}

/* The value that is there. */
static long get_value(struct session *session, const struct call *call)
{
	return region_get(session->user.device, call->index, call->start, call->count);
}

static long map_region(struct session *session, const struct call *call)
{
	int fd = session->user.device;
	void *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd,
			    vfio_offset(fd, call->index));

	if (mapped == MAP_FAILED)
		return -errno;
	munmap(mapped, 4096);
	return 0;
}

/* With an argument that is nowhere. */
static long ioctl_nowhere(struct session *session, const struct call *call)
{
	return result(ioctl(session->user.device, call->nr, NULL));
}

static long ioctl_device(struct session *session, const struct call *call)
{
	uint32_t arg[8] = { call->argsz, call->flags, call->count };

	return result(ioctl(session->user.device, call->nr, arg));
}

static long ioctl_group(struct session *session, const struct call *call)
{
	uint32_t arg[8] = { call->argsz, call->flags };

	return result(ioctl(session->user.group, call->nr, arg));
}

static long status_of_group(struct session *session, const struct call *call)
{
	struct vfio_group_status status = { .argsz = call->argsz };

	if (ioctl(session->user.group, VFIO_GROUP_GET_STATUS, &status))
		return -errno;
	return status.flags;
}

static long set_container(struct session *session, const struct call *call)
{
	(void)call;
	return result(ioctl(session->user.group, VFIO_GROUP_SET_CONTAINER,
			    &session->user.container));
}

static long set_iommu(struct session *session, const struct call *call)
{
	return result(ioctl(session->user.container, VFIO_SET_IOMMU, call->index));
}

static long open_group_again(struct session *session, const struct call *call)
{
	int fd = open(session->path, O_RDWR | O_CLOEXEC);

	(void)call;
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* One more file of the device, which is the same one. */
static long open_device_again(struct session *session, const struct call *call)
{
	int fd = ioctl(session->user.group, VFIO_GROUP_GET_DEVICE_FD, session->name);

	(void)call;
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static long open_nothing(struct session *session, const struct call *call)
{
	(void)call;
	return result(ioctl(session->user.group, VFIO_GROUP_GET_DEVICE_FD,
			    "0000:ff:1f.7"));
}

/*
 * All of them
 */

#define INFO(size)		.make = get_info, .argsz = size
#define REGION(size, i)		.make = get_region, .argsz = size, .index = i
#define IRQ(size, i)		.make = get_irq, .argsz = size, .index = i
#define SET(size, f, i, s, c, ...) \
	.make = set_irqs, .argsz = size, .flags = f, .index = i, .start = s, \
	.count = c, .data = { __VA_ARGS__ }
#define COMES(event)		.make = comes, .data = { event }
#define READ(i, s, c)		.make = read_region, .index = i, .start = s, .count = c
#define WRITE(i, s, c)		.make = write_region, .index = i, .start = s, .count = c
#define GET(i, s, c)		.make = get_value, .index = i, .start = s, .count = c
#define DIFFERS(why, t, o)	.differs = why, .theirs = t, .ours = o

/* The differences, and why. */
#define NO_VGA	"what there is not has the size 0"
#define LOSS	"vfio-pci tells of errors of PCI Express; pcishare, of a device that is lost"
#define RESET	"the guest's part of the device can be reset, by the policy"
#define OFF	"to switch off what is off is no error, as it is none of INTx and MSI"
#define END	"of configuration space the rest is read, as of a BAR; after the end is nothing"
#define MAPPED	"each access of a guest is looked at"

#define ONE		(IRQ_HEADER + sizeof(int32_t))
#define MASK		VFIO_IRQ_SET_ACTION_MASK
#define UNMASK		VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER		VFIO_IRQ_SET_ACTION_TRIGGER
#define NONE		VFIO_IRQ_SET_DATA_NONE
#define BOOL		VFIO_IRQ_SET_DATA_BOOL
#define FD		VFIO_IRQ_SET_DATA_EVENTFD

static const struct call calls[] = {
	{ "device info", INFO(sizeof(struct vfio_device_info)) },
	{ "device info, as short as may be", INFO(16) },
	{ "device info, too short", INFO(15) },
	{ "device info, nothing of it", INFO(0) },
	{ "device info, nowhere", .make = ioctl_nowhere, .nr = VFIO_DEVICE_GET_INFO },

	{ "BAR 0", REGION(32, BAR0) },
	{ "BAR 0, long", REGION(4096, BAR0) },
	{ "BAR 0, too short", REGION(31, BAR0) },
	{ "BAR 1", REGION(32, VFIO_PCI_BAR1_REGION_INDEX) },
	{ "BAR 5", REGION(32, VFIO_PCI_BAR5_REGION_INDEX) },
	{ "ROM", REGION(32, VFIO_PCI_ROM_REGION_INDEX) },
	{ "configuration space", REGION(32, CONFIG) },
	{ "VGA", REGION(32, VFIO_PCI_VGA_REGION_INDEX),
	  DIFFERS(NO_VGA, -EINVAL, 0) },
	{ "region after the last", REGION(32, VFIO_PCI_NUM_REGIONS) },
	{ "no region", REGION(32, UINT32_MAX) },
	{ "region, nowhere", .make = ioctl_nowhere, .nr = VFIO_DEVICE_GET_REGION_INFO },

	{ "INTx", IRQ(16, INTX) },
	{ "INTx, too short", IRQ(15, INTX) },
	{ "MSI", IRQ(16, MSI) },
	{ "MSI-X", IRQ(16, MSIX) },
	{ "errors", IRQ(16, ERR),
	  DIFFERS(LOSS, -EINVAL, 1 << 8 | VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE) },
	{ "requests", IRQ(16, REQ) },
	{ "interrupt after the last", IRQ(16, VFIO_PCI_NUM_IRQS) },
	{ "no interrupt", IRQ(16, UINT32_MAX) },
	{ "interrupt, nowhere", .make = ioctl_nowhere, .nr = VFIO_DEVICE_GET_IRQ_INFO },

	{ "an ioctl that is none", .make = ioctl_device, .nr = _IO(VFIO_TYPE, 0xff) },
	{ "a type that is none", .make = ioctl_device, .nr = _IO('?', VFIO_BASE) },
	{ "an ioctl of the group", .make = ioctl_device, .nr = VFIO_GROUP_GET_STATUS },
	{ "hot reset info", .make = ioctl_device,
	  .nr = VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, .argsz = 12 },
	{ "hot reset", .make = ioctl_device, .nr = VFIO_DEVICE_PCI_HOT_RESET, .argsz = 16,
	  .count = 1 },
	{ "reset", .make = ioctl_device, .nr = VFIO_DEVICE_RESET,
	  DIFFERS(RESET, -EINVAL, 0) },
	{ "a feature", .make = ioctl_device, .nr = VFIO_DEVICE_FEATURE, .argsz = 8,
	  .flags = VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET | 0xfff0 },
	{ "a feature, too short", .make = ioctl_device, .nr = VFIO_DEVICE_FEATURE,
	  .argsz = 7 },
	{ "a feature, what is not said", .make = ioctl_device, .nr = VFIO_DEVICE_FEATURE,
	  .argsz = 8 },
	{ "a feature, nowhere", .make = ioctl_nowhere, .nr = VFIO_DEVICE_FEATURE },

	/* Before any is enabled. */
	{ "set interrupts, nowhere", .make = ioctl_nowhere, .nr = VFIO_DEVICE_SET_IRQS },
	{ "too short for a header", SET(IRQ_HEADER - 1, NONE | UNMASK, INTX, 0, 1) },
	{ "too short for its data", SET(IRQ_HEADER + 3, FD | TRIGGER, INTX, 0, 1, -1) },
	{ "longer than its data", SET(IRQ_ARGSZ, NONE | UNMASK, INTX, 0, 1) },
	{ "no data type", SET(ONE, TRIGGER, INTX, 0, 1) },
	{ "two data types", SET(ONE, NONE | BOOL | TRIGGER, INTX, 0, 1) },
	{ "no action", SET(ONE, NONE, INTX, 0, 1) },
	{ "two actions", SET(ONE, NONE | MASK | UNMASK, INTX, 0, 1) },
	{ "a flag that is none", SET(ONE, NONE | TRIGGER | 1 << 6, INTX, 0, 1) },
	{ "all flags", SET(ONE, UINT32_MAX, INTX, 0, 1) },
	{ "set an index after the last", SET(ONE, NONE | TRIGGER, VFIO_PCI_NUM_IRQS, 0, 1) },
	{ "set no index", SET(ONE, NONE | TRIGGER, UINT32_MAX, 0, 1) },
	{ "start after the last", SET(ONE, NONE | TRIGGER, INTX, 1, 1) },
	{ "start far after the last", SET(ONE, NONE | TRIGGER, INTX, UINT32_MAX, 1) },
	{ "start and count overflow", SET(ONE, NONE | TRIGGER, INTX, UINT32_MAX, 2) },
	{ "more than there are", SET(IRQ_ARGSZ, NONE | TRIGGER, INTX, 0, 2) },
	{ "far more than there are", SET(IRQ_ARGSZ, FD | TRIGGER, INTX, 0, UINT32_MAX) },
	{ "count overflows the size", SET(IRQ_ARGSZ, FD | TRIGGER, MSI, 0, 0x40000000) },
	{ "none of them", SET(IRQ_HEADER, BOOL | TRIGGER, INTX, 0, 0) },
	{ "none of them, by eventfd", SET(IRQ_HEADER, FD | TRIGGER, INTX, 0, 0) },
	{ "INTx off, which is off", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 0) },
	{ "MSI off, which is off", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 0) },
	{ "mask INTx, which is off", SET(IRQ_HEADER, NONE | MASK, INTX, 0, 1) },
	{ "unmask INTx, which is off", SET(IRQ_HEADER, NONE | UNMASK, INTX, 0, 1) },
	{ "unmask by eventfd, which is off", SET(ONE, FD | UNMASK, INTX, 0, 1, EVENT(1)) },
	{ "trigger INTx, which is off", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 1) },
	{ "trigger MSI, which is off", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 1) },
	{ "mask MSI", SET(IRQ_HEADER, NONE | MASK, MSI, 0, 1) },
	{ "unmask MSI", SET(IRQ_HEADER, NONE | UNMASK, MSI, 0, 1) },
	{ "trigger MSI-X, which there is not", SET(IRQ_HEADER, NONE | TRIGGER, MSIX, 0, 1) },
	{ "MSI-X by eventfd, likewise", SET(ONE, FD | TRIGGER, MSIX, 0, 1, EVENT(0)) },
	{ "INTx by what is no file", SET(ONE, FD | TRIGGER, INTX, 0, 1, NO_FILE) },
	{ "INTx by what is no eventfd", SET(ONE, FD | TRIGGER, INTX, 0, 1, NO_EVENT) },
	{ "INTx by -2", SET(ONE, FD | TRIGGER, INTX, 0, 1, -2) },
	{ "INTx by -1, which is off", SET(ONE, FD | TRIGGER, INTX, 0, 1, -1) },

	/* With INTx. */
	{ "INTx on", SET(ONE, FD | TRIGGER, INTX, 0, 1, EVENT(0)) },
	{ "INTx on again, by another", SET(ONE, FD | TRIGGER, INTX, 0, 1, EVENT(1)) },
	{ "trigger INTx", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 1) },
	{ "it comes", COMES(EVENT(1)) },
	{ "not to the one before", COMES(EVENT(0)) },
	{ "trigger INTx if true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, INTX, 0, 1, 1) },
	{ "it comes", COMES(EVENT(1)) },
	{ "trigger INTx if not true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, INTX, 0, 1, 0) },
	{ "it does not come", COMES(EVENT(1)) },
	{ "mask INTx", SET(IRQ_HEADER, NONE | MASK, INTX, 0, 1) },
	{ "mask INTx, masked", SET(IRQ_HEADER, NONE | MASK, INTX, 0, 1) },
	{ "mask INTx if true", SET(IRQ_HEADER + 1, BOOL | MASK, INTX, 0, 1, 1) },
	{ "mask INTx by eventfd", SET(ONE, FD | MASK, INTX, 0, 1, EVENT(2)) },
	{ "unmask INTx", SET(IRQ_HEADER, NONE | UNMASK, INTX, 0, 1) },
	{ "unmask INTx, unmasked", SET(IRQ_HEADER, NONE | UNMASK, INTX, 0, 1) },
	{ "unmask INTx if true", SET(IRQ_HEADER + 1, BOOL | UNMASK, INTX, 0, 1, 1) },
	{ "unmask INTx if not true", SET(IRQ_HEADER + 1, BOOL | UNMASK, INTX, 0, 1, 0) },
	{ "unmask none of INTx", SET(IRQ_HEADER, NONE | UNMASK, INTX, 0, 0) },
	{ "unmask by eventfd", SET(ONE, FD | UNMASK, INTX, 0, 1, EVENT(2)) },
	{ "unmask by it again", SET(ONE, FD | UNMASK, INTX, 0, 1, EVENT(2)) },
	{ "unmask by none", SET(ONE, FD | UNMASK, INTX, 0, 1, -1) },
	{ "unmask by none again", SET(ONE, FD | UNMASK, INTX, 0, 1, -1) },
	{ "unmask by what is no file", SET(ONE, FD | UNMASK, INTX, 0, 1, NO_FILE) },
	{ "unmask by what is no eventfd", SET(ONE, FD | UNMASK, INTX, 0, 1, NO_EVENT) },
	{ "MSI beside INTx", SET(ONE, FD | TRIGGER, MSI, 0, 1, EVENT(0)) },
	{ "MSI off beside INTx", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 0) },
	{ "INTx by none", SET(ONE, FD | TRIGGER, INTX, 0, 1, -1) },
	{ "trigger INTx by none", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 1) },
	{ "INTx on once more", SET(ONE, FD | TRIGGER, INTX, 0, 1, EVENT(0)) },
	{ "INTx off", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 0) },
	{ "INTx off from 1", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 1, 0) },
	{ "trigger INTx, off again", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 1) },

	/* With MSI. */
	{ "MSI from 1", SET(ONE, FD | TRIGGER, MSI, 1, 1, EVENT(0)) },
	{ "MSI, more than there are", SET(IRQ_ARGSZ, FD | TRIGGER, MSI, 0, 3, EVENT(0),
					  EVENT(1), EVENT(2)) },
	{ "MSI by what is no file", SET(ONE, FD | TRIGGER, MSI, 0, 1, NO_FILE) },
	{ "MSI by what is no eventfd", SET(ONE, FD | TRIGGER, MSI, 0, 1, NO_EVENT) },
	{ "trigger MSI, still off", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 1) },
	{ "MSI on", SET(ONE, FD | TRIGGER, MSI, 0, 1, EVENT(0)) },
	{ "trigger MSI", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 1) },
	{ "it comes", COMES(EVENT(0)) },
	{ "trigger MSI if true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, MSI, 0, 1, 1) },
	{ "it comes", COMES(EVENT(0)) },
	{ "trigger MSI if not true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, MSI, 0, 1, 0) },
	{ "it does not come", COMES(EVENT(0)) },
	{ "mask MSI, on", SET(IRQ_HEADER, NONE | MASK, MSI, 0, 1) },
	{ "MSI by another", SET(ONE, FD | TRIGGER, MSI, 0, 1, EVENT(1)) },
	{ "trigger MSI to it", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 1) },
	{ "it comes", COMES(EVENT(1)) },
	{ "MSI by none", SET(ONE, FD | TRIGGER, MSI, 0, 1, -1) },
	{ "trigger MSI to none", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 1) },
	{ "INTx beside MSI", SET(ONE, FD | TRIGGER, INTX, 0, 1, EVENT(0)) },
	{ "INTx off beside MSI", SET(IRQ_HEADER, NONE | TRIGGER, INTX, 0, 0) },
	{ "unmask INTx beside MSI", SET(IRQ_HEADER, NONE | UNMASK, INTX, 0, 1) },
	{ "none of MSI", SET(IRQ_HEADER, FD | TRIGGER, MSI, 0, 0) },
	{ "MSI off", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 0) },
	{ "MSI off again", SET(IRQ_HEADER, NONE | TRIGGER, MSI, 0, 0) },

	/* Requests to give it back. */
	{ "requests on", SET(ONE, FD | TRIGGER, REQ, 0, 1, EVENT(0)) },
	{ "trigger a request", SET(IRQ_HEADER, NONE | TRIGGER, REQ, 0, 1) },
	{ "it comes", COMES(EVENT(0)) },
	{ "a request if true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, REQ, 0, 1, 1) },
	{ "it comes", COMES(EVENT(0)) },
	{ "a request if not true", SET(IRQ_HEADER + 1, BOOL | TRIGGER, REQ, 0, 1, 0) },
	{ "it does not come", COMES(EVENT(0)) },
	{ "two requests", SET(IRQ_ARGSZ, NONE | TRIGGER, REQ, 0, 2) },
	{ "mask requests", SET(IRQ_HEADER, NONE | MASK, REQ, 0, 1) },
	{ "unmask requests", SET(IRQ_HEADER, NONE | UNMASK, REQ, 0, 1) },
	{ "none of requests by eventfd", SET(IRQ_HEADER, FD | TRIGGER, REQ, 0, 0) },
	{ "requests by what is no file", SET(ONE, FD | TRIGGER, REQ, 0, 1, NO_FILE) },
	{ "requests by what is no eventfd", SET(ONE, FD | TRIGGER, REQ, 0, 1, NO_EVENT) },
	{ "requests by none", SET(ONE, FD | TRIGGER, REQ, 0, 1, -1) },
	{ "trigger a request to nobody", SET(IRQ_HEADER, NONE | TRIGGER, REQ, 0, 1),
	  DIFFERS(OFF, -EINVAL, 0) },
	{ "requests off", SET(IRQ_HEADER, NONE | TRIGGER, REQ, 0, 0),
	  DIFFERS(OFF, -EINVAL, 0) },
	{ "errors on", SET(ONE, FD | TRIGGER, ERR, 0, 1, EVENT(0)),
	  DIFFERS(LOSS, -EINVAL, 0) },
	{ "errors off", SET(IRQ_HEADER, NONE | TRIGGER, ERR, 0, 0),
	  DIFFERS(LOSS, -EINVAL, 0) },

	/* Configuration space. */
	{ "a byte", READ(CONFIG, PCI_VENDOR_ID, 1) },
	{ "the vendor", GET(CONFIG, PCI_VENDOR_ID, 2) },
	{ "the device", GET(CONFIG, PCI_DEVICE_ID, 2) },
	{ "both, unaligned", GET(CONFIG, PCI_VENDOR_ID + 1, 2) },
	{ "four bytes, unaligned", READ(CONFIG, PCI_VENDOR_ID + 1, 4) },
	{ "eight bytes", READ(CONFIG, PCI_VENDOR_ID, 8) },
	{ "seven bytes, unaligned", READ(CONFIG, PCI_COMMAND - 1, 7) },
	{ "much of it", READ(CONFIG, 0, 64) },
	{ "nothing of it", READ(CONFIG, 0, 0) },
	{ "the interrupt pin", GET(CONFIG, PCI_INTERRUPT_PIN, 1) },
	{ "the header", GET(CONFIG, PCI_HEADER_TYPE, 1) },
	{ "the class", GET(CONFIG, PCI_CLASS_REVISION, 4) },
	{ "the subsystem", GET(CONFIG, PCI_SUBSYSTEM_VENDOR_ID, 4) },
	{ "the last byte", READ(CONFIG, PCI_CFG_SPACE_SIZE - 1, 1) },
	{ "across the end", READ(CONFIG, PCI_CFG_SPACE_SIZE - 2, 4),
	  DIFFERS(END, -EFAULT, 2) },
	{ "after the end", READ(CONFIG, PCI_CFG_SPACE_SIZE, 1),
	  DIFFERS(END, -EFAULT, -EINVAL) },
	{ "far after the end", READ(CONFIG, 0x10000000, 4),
	  DIFFERS(END, -EFAULT, -EINVAL) },
	{ "nothing after the end", READ(CONFIG, PCI_CFG_SPACE_SIZE, 0),
	  DIFFERS(END, 0, -EINVAL) },
	{ "write the vendor", WRITE(CONFIG, PCI_VENDOR_ID, 2) },
	{ "it is as before", GET(CONFIG, PCI_VENDOR_ID, 2) },
	{ "write the command, unaligned", WRITE(CONFIG, PCI_COMMAND + 1, 2) },
	{ "write across the end", WRITE(CONFIG, PCI_CFG_SPACE_SIZE - 2, 4),
	  DIFFERS(END, -EFAULT, 2) },
	{ "write after the end", WRITE(CONFIG, PCI_CFG_SPACE_SIZE, 4),
	  DIFFERS(END, -EFAULT, -EINVAL) },

	/* BARs; the first one is decoded from here on. */
	{ "BAR 0, the first four bytes", READ(BAR0, EDU_ID, 4) },
	{ "BAR 0, unaligned", READ(BAR0, EDU_LIVENESS + 1, 2) },
	{ "BAR 0, the last four bytes", READ(BAR0, EDU_BAR_SIZE - 4, 4) },
	{ "BAR 0, across the end", READ(BAR0, EDU_BAR_SIZE - 2, 4) },
	{ "BAR 0, after the end", READ(BAR0, EDU_BAR_SIZE, 4) },
	{ "BAR 0, nothing", READ(BAR0, 0, 0) },
	{ "BAR 0, nothing after the end", READ(BAR0, EDU_BAR_SIZE, 0),
	  DIFFERS(END, 0, -EINVAL) },
	{ "write BAR 0", WRITE(BAR0, EDU_LIVENESS, 4) },
	{ "write BAR 0, across the end", WRITE(BAR0, EDU_BAR_SIZE - 2, 4) },
	{ "write BAR 0, after the end", WRITE(BAR0, EDU_BAR_SIZE, 4) },
	{ "BAR 1, which there is not", READ(VFIO_PCI_BAR1_REGION_INDEX, 0, 4) },
	{ "ROM, which there is not", READ(VFIO_PCI_ROM_REGION_INDEX, 0, 4) },
	{ "write ROM", WRITE(VFIO_PCI_ROM_REGION_INDEX, 0, 4) },
	{ "map configuration space", .make = map_region, .index = CONFIG },
	{ "map BAR 0", .make = map_region, .index = BAR0,
	  DIFFERS(MAPPED, 0, -EINVAL) },

	/* The group. */
	{ "status of the group", .make = status_of_group,
	  .argsz = sizeof(struct vfio_group_status) },
	{ "status, too short", .make = status_of_group,
	  .argsz = sizeof(struct vfio_group_status) - 1 },
	{ "the group once more", .make = open_group_again },
	{ "the device once more", .make = open_device_again },
	{ "a device that is not in it", .make = open_nothing },
	{ "its container once more", .make = set_container },
	{ "its IOMMU once more", .make = set_iommu, .index = VFIO_TYPE1_IOMMU },
	{ "an IOMMU that is none", .make = set_iommu, .index = 0xffff },
	{ "no container, as it is used", .make = ioctl_group,
	  .nr = VFIO_GROUP_UNSET_CONTAINER },
	{ "an ioctl of the group that is none", .make = ioctl_group,
	  .nr = _IO(VFIO_TYPE, 0xff) },
	{ "an ioctl of the device", .make = ioctl_group, .nr = VFIO_DEVICE_GET_INFO,
	  .argsz = 16 },
};

#define CALLS	(sizeof(calls) / sizeof(calls[0]))

static long theirs[CALLS], ours[CALLS];

static void call_all(struct session *session, long *results)
{
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		results[i] = calls[i].make(session, &calls[i]);
}

/*
 * The driver of the device
 */

static char address[16];

static int bind_to(const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver/unbind", address);
	if (!access(path, F_OK) && sysfs_put(path, address))
		return -errno;
	return pci_put(address, "driver_override", driver) ?:
	       sysfs_put("/sys/bus/pci/drivers_probe", address);
}

static int group_of(const char *link)
{
	char target[PATH_MAX];
	ssize_t length = readlink(link, target, sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return atoi(strrchr(target, '/') + 1);
}

static int session_open(struct session *session, const char *link, const char *name)
{
	struct vfio_user *user = &session->user;
	int group = group_of(link);
	unsigned int i;

	if (group < 0)
		return group;
	session->name = name;
	for (i = 0; i < EVENTS; i++)
		session->events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	session->no_event = open("/dev/null", O_RDWR | O_CLOEXEC);
	snprintf(session->path, sizeof(session->path), "/dev/vfio/%d", group);
	user->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	user->group = open(session->path, O_RDWR | O_CLOEXEC);
	if (user->container < 0 || user->group < 0 ||
	    ioctl(user->group, VFIO_GROUP_SET_CONTAINER, &user->container) ||
	    ioctl(user->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		return -errno;
	user->device = ioctl(user->group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (user->device < 0)
		return -errno;
	return config_put(user->device, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
}

static void session_close(struct session *session)
{
	unsigned int i;

	vfio_close(&session->user);
	for (i = 0; i < EVENTS; i++)
		close(session->events[i]);
	close(session->no_event);
}

static int run(const char *link, const char *name, long *results)
{
	struct session session = {};
	int ret = session_open(&session, link, name);

	if (!ret)
		call_all(&session, results);
	session_close(&session);
	return ret;
}

static int run_vfio_pci(void)
{
	char link[PATH_MAX];

	snprintf(link, sizeof(link), PCI_DEVICES "/%s/iommu_group", address);
	return bind_to("vfio-pci") ?: run(link, address, theirs);
}

static int run_pcishare(void)
{
	int ret = bind_to("pcishare") ?: mdev_create(address, TYPE, NUMBER);

	ret = ret ?: run(mdev_path(NUMBER, "iommu_group"), mdev_uuid(NUMBER), ours);
	return ret ?: mdev_remove(NUMBER);
}

/* Is the result of a call as it has to be? */
static bool is_right(unsigned int i)
{
	const struct call *call = &calls[i];

	if (!call->differs)
		return theirs[i] == ours[i];
	return theirs[i] == call->theirs && ours[i] == call->ours;
}

static unsigned int count_wrong(void)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < CALLS; i++) {
		if (is_right(i) && !calls[i].differs)
			continue;
		wrong += !is_right(i);
		ksft_print_msg("%s: vfio-pci %ld, pcishare %ld%s%s\n", calls[i].name,
			       theirs[i], ours[i], calls[i].differs ? ": " : "",
			       calls[i].differs ?: "");
	}
	return wrong;
}

static void report(int ret, const char *what)
{
	if (ret)
		ksft_print_msg("%s: %s\n", what, strerror(-ret));
	ksft_test_result(!ret, "%s\n", what);
}

int main(void)
{
	unsigned int i, failed = 0;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(4);
	ret = pci_find(EDU_VENDOR, EDU_DEVICE, address) ?: run_vfio_pci();
	report(ret, "the calls of vfio-pci's device");
	for (i = 0; i < CALLS; i++)
		failed += theirs[i] < 0;
	ksft_print_msg("%zu calls, of which vfio-pci refuses %u\n", CALLS, failed);
	ksft_test_result(failed && failed < CALLS, "some are refused, and not all\n");
	ret = run_pcishare();
	report(ret, "those of pcishare's");
	ksft_test_result(!ret && !count_wrong(), "and what they return\n");
	ksft_finished();
}
