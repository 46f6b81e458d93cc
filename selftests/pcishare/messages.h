/* SPDX-License-Identifier: GPL-2.0 */
/*
 * messages.h - several messages of a guest, by MSI or MSI-X: an eventfd for each
 */
#ifndef SELFTESTS_MESSAGES_H
#define SELFTESTS_MESSAGES_H

#include "vfio.h"

#define MESSAGES	4

/**
 * messages_set() - have messages signalled
 * @fd: of the device
 * @index: VFIO_PCI_MSI_IRQ_INDEX or VFIO_PCI_MSIX_IRQ_INDEX
 * @start: the first
 * @count: how many, up to MESSAGES
 * @events: an eventfd for each, or -1
 *
 * Return: 0 or -errno.
 */
static inline int messages_set(int fd, unsigned int index, unsigned int start,
			       unsigned int count, const int *events)
{
	struct {
		struct vfio_irq_set set;
		int32_t data[MESSAGES];
	} arg = {
		.set = {
			.argsz = sizeof(arg.set) + count * sizeof(*arg.data),
			.flags = IRQ_TRIGGER_FD,
			.index = index,
			.start = start,
			.count = count,
		},
	};

	memcpy(arg.data, events, count * sizeof(*arg.data));
	return ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg) ? -errno : 0;
}

static inline int messages_end(int fd, unsigned int index)
{
	return irq_set(fd, index, IRQ_TRIGGER, 0, 0);
}

/**
 * messages_come() - wait until messages have come, and see that no others do
 * @events: MESSAGES eventfds
 * @which: a bit for each that is to come
 *
 * Return: which came.
 */
static inline unsigned int messages_come(const int *events, unsigned int which)
{
	unsigned int came = 0, i;

	for (i = 0; i < MESSAGES; i++)
		if (which & 1u << i && irq_comes(events[i], VFIO_PATIENCE))
			came |= 1u << i;
	for (i = 0; i < MESSAGES; i++)
		if (~which & 1u << i && irq_comes(events[i], which ? 0 : VFIO_QUIET))
			came |= 1u << i;
	return came;
}

#endif
