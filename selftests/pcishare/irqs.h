/* SPDX-License-Identifier: GPL-2.0 */
/*
 * irqs.h - which interrupts a guest's device says it has, and what its user can get
 * wrong with them
 */
#ifndef SELFTESTS_IRQS_H
#define SELFTESTS_IRQS_H

#include "../lib/harness.h"
#include "vfio.h"

/**
 * struct irq_kind - what VFIO_DEVICE_GET_IRQ_INFO says
 * @index: of which: VFIO_PCI_*_IRQ_INDEX
 * @count: how many there are
 * @flags: VFIO_IRQ_INFO_*
 */
struct irq_kind {
	unsigned int index;
	int count;
	unsigned int flags;
};

static inline void check_irq_kinds(struct __test_metadata *_metadata, int fd,
				   const struct irq_kind *kinds,
				   unsigned int count)
{
	struct vfio_irq_info info = { .argsz = sizeof(info) };
	unsigned int i;

	for (i = 0; i < count; i++) {
		info.index = kinds[i].index;
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
		EXPECT_EQ(kinds[i].count, info.count);
		EXPECT_EQ(kinds[i].flags, info.flags);
	}
}

/**
 * struct wrong_irq - what VFIO_DEVICE_SET_IRQS refuses
 * @argsz: as in struct vfio_irq_set, as all except the last two
 * @data: an eventfd or a truth, behind it
 * @error: what it fails with
 */
struct wrong_irq {
	unsigned int argsz;
	unsigned int flags;
	unsigned int index;
	unsigned int start;
	unsigned int count;
	int32_t data;
	int error;
};

static inline void check_wrong_irq(struct __test_metadata *_metadata, int fd,
				   const struct wrong_irq *wrong)
{
	struct {
		struct vfio_irq_set set;
		int32_t data;
	} arg = {
		.set = {
			.argsz = wrong->argsz,
			.flags = wrong->flags,
			.index = wrong->index,
			.start = wrong->start,
			.count = wrong->count,
		},
		.data = wrong->data,
	};

	errno = 0;
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg));
	EXPECT_EQ(wrong->error, errno)
		TH_LOG("argsz %u, flags %#x, index %u, start %u, count %u, data %d",
		       wrong->argsz, wrong->flags, wrong->index, wrong->start,
		       wrong->count, wrong->data);
}

static inline void check_wrong_irqs(struct __test_metadata *_metadata, int fd,
				    const struct wrong_irq *wrong,
				    unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		check_wrong_irq(_metadata, fd, &wrong[i]);
}

/* With every kind of interrupt of which there is one; the index is filled in. */
static const struct wrong_irq wrong_with_any_irq[] = {
	{ 8, IRQ_TRIGGER_FD, 0, 0, 1, -1, EINVAL },
	{ 20, IRQ_TRIGGER_FD, 0, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, 1, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, 0, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, 0, UINT32_MAX, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, UINT32_MAX, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, UINT32_MAX, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | 1 << 10, 0, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | IRQ_UNMASK, 0, 0, 1, -1, EINVAL },
	{ 24, 0, 0, 0, 1, -1, EINVAL },
	{ 24, VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, 0, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, 0, 0, 1, 0, EINVAL },	/* no eventfd */
};

static inline void check_wrong_with_any_irq(struct __test_metadata *_metadata,
					    int fd, unsigned int index)
{
	struct wrong_irq wrong;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong_with_any_irq); i++) {
		wrong = wrong_with_any_irq[i];
		wrong.index = index;
		check_wrong_irq(_metadata, fd, &wrong);
	}
}

#endif
