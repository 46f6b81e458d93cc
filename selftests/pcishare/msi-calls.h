/* SPDX-License-Identifier: GPL-2.0 */
/*
 * msi-calls.h - VFIO_DEVICE_SET_IRQS of MSI and of INTx next to it: a table of
 * calls, one after another, and what each is to do
 *
 * For a guest of a device that has INTx and MSI of one vector, with nothing enabled
 * and nothing pending. After the last call it is so again.
 */
#ifndef SELFTESTS_MSI_CALLS_H
#define SELFTESTS_MSI_CALLS_H

#include "vfio.h"

/* For @data: the eventfds of the test, and what is none. */
#define MSI_EVENT(number)	(1000 + (number))
#define MSI_EVENTS		2
#define MSI_NO_FD		12345

/**
 * struct msi_call - a call
 * @what: in words
 * @index: VFIO_PCI_*_IRQ_INDEX
 * @flags: VFIO_IRQ_SET_*
 * @start: the first interrupt
 * @count: how many
 * @data: an eventfd (MSI_EVENT() for one of the test), or a truth
 * @error: what it fails with, 0 if it does not
 * @comes: which of the eventfds it signals: 1, 2 or both
 */
struct msi_call {
	const char *what;
	unsigned int index;
	unsigned int flags;
	unsigned int start;
	unsigned int count;
	int32_t data;
	int error;
	unsigned int comes;
};

#define IRQ_TRIGGER	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE)
#define IRQ_TRIGGER_IF	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_BOOL)
#define IRQ_MASK_FD	(VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_EVENTFD)
#define IRQ_INTX	VFIO_PCI_INTX_IRQ_INDEX
#define IRQ_MSI		VFIO_PCI_MSI_IRQ_INDEX
#define IRQ_MSIX	VFIO_PCI_MSIX_IRQ_INDEX

static const struct msi_call msi_calls[] = {
	/* Nothing enabled. */
	{ "trigger what is not enabled", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, EINVAL, 0 },
	{ "the same, if false", IRQ_MSI, IRQ_TRIGGER_IF, 0, 1, 0, EINVAL, 0 },
	{ "disable what is not enabled", IRQ_MSI, IRQ_TRIGGER, 0, 0, 0, EINVAL, 0 },
	{ "enable no vector", IRQ_MSI, IRQ_TRIGGER_FD, 0, 0, 0, EINVAL, 0 },
	{ "enable with no eventfd", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_NO_FD, EBADF, 0 },
	{ "enable with another file", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, 0, EINVAL, 0 },
	{ "enable the second vector", IRQ_MSI, IRQ_TRIGGER_FD, 1, 1, -1, EINVAL, 0 },
	{ "enable two vectors", IRQ_MSI, IRQ_TRIGGER_FD, 0, 2, -1, EINVAL, 0 },
	{ "enable 2^32 - 1 vectors", IRQ_MSI, IRQ_TRIGGER_FD, 0, UINT32_MAX, -1, EINVAL, 0 },
	{ "mask", IRQ_MSI, IRQ_MASK, 0, 1, 0, ENOTTY, 0 },
	{ "unmask", IRQ_MSI, IRQ_UNMASK, 0, 1, 0, ENOTTY, 0 },
	{ "unmask by an eventfd", IRQ_MSI, IRQ_UNMASK_FD, 0, 1, MSI_EVENT(0), ENOTTY, 0 },
	{ "mask by an eventfd", IRQ_MSI, IRQ_MASK_FD, 0, 1, MSI_EVENT(0), ENOTTY, 0 },
	{ "MSI-X", IRQ_MSIX, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(0), EINVAL, 0 },

	/* None of it has enabled anything. */
	{ "enable", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(0), 0, 0 },
	{ "trigger", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 1 },
	{ "trigger, as an edge", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 1 },
	{ "trigger if true", IRQ_MSI, IRQ_TRIGGER_IF, 0, 1, 1, 0, 1 },
	{ "trigger if false", IRQ_MSI, IRQ_TRIGGER_IF, 0, 1, 0, 0, 0 },
	{ "trigger the second vector", IRQ_MSI, IRQ_TRIGGER, 1, 1, 0, EINVAL, 0 },
	{ "trigger two vectors", IRQ_MSI, IRQ_TRIGGER, 0, 2, 0, EINVAL, 0 },
	{ "add the second vector", IRQ_MSI, IRQ_TRIGGER_FD, 1, 1, MSI_EVENT(1), EINVAL, 0 },
	{ "set no vector", IRQ_MSI, IRQ_TRIGGER_FD, 0, 0, 0, 0, 0 },
	{ "mask an enabled one", IRQ_MSI, IRQ_MASK, 0, 1, 0, ENOTTY, 0 },
	{ "unmask an enabled one", IRQ_MSI, IRQ_UNMASK, 0, 1, 0, ENOTTY, 0 },

	/* One kind at a time. */
	{ "INTx with MSI", IRQ_INTX, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1), EINVAL, 0 },
	{ "disable INTx with MSI", IRQ_INTX, IRQ_TRIGGER, 0, 0, 0, EINVAL, 0 },
	{ "trigger INTx with MSI", IRQ_INTX, IRQ_TRIGGER, 0, 1, 0, EINVAL, 0 },
	{ "mask INTx with MSI", IRQ_INTX, IRQ_MASK, 0, 1, 0, EINVAL, 0 },
	{ "unmask INTx with MSI", IRQ_INTX, IRQ_UNMASK, 0, 1, 0, EINVAL, 0 },
	{ "unmask INTx by an eventfd with MSI", IRQ_INTX, IRQ_UNMASK_FD, 0, 1, MSI_EVENT(1),
	  EINVAL, 0 },
	{ "still MSI", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 1 },

	/* Other eventfds. */
	{ "replace", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1), 0, 0 },
	{ "trigger the new one", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 2 },
	{ "remove", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, -1, 0, 0 },
	{ "trigger none", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 0 },
	{ "enabled without one", IRQ_INTX, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1), EINVAL, 0 },
	{ "set it again", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(0), 0, 0 },
	{ "trigger it again", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 1 },

	/* To INTx and back. */
	{ "disable", IRQ_MSI, IRQ_TRIGGER, 0, 0, 0, 0, 0 },
	{ "trigger what is disabled", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, EINVAL, 0 },
	{ "disable it twice", IRQ_MSI, IRQ_TRIGGER, 0, 0, 0, EINVAL, 0 },
	{ "enable INTx", IRQ_INTX, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1), 0, 0 },
	{ "trigger INTx", IRQ_INTX, IRQ_TRIGGER, 0, 1, 0, 0, 2 },
	{ "MSI with INTx", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(0), EINVAL, 0 },
	{ "trigger MSI with INTx", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, EINVAL, 0 },
	{ "disable MSI with INTx", IRQ_MSI, IRQ_TRIGGER, 0, 0, 0, EINVAL, 0 },
	{ "take INTx's eventfd", IRQ_INTX, IRQ_TRIGGER_FD, 0, 1, -1, 0, 0 },
	{ "MSI with INTx without an eventfd", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(0),
	  EINVAL, 0 },
	{ "trigger INTx without an eventfd", IRQ_INTX, IRQ_TRIGGER, 0, 1, 0, 0, 0 },
	{ "mask INTx without an eventfd", IRQ_INTX, IRQ_MASK, 0, 1, 0, 0, 0 },
	{ "unmask INTx without an eventfd", IRQ_INTX, IRQ_UNMASK, 0, 1, 0, 0, 0 },
	{ "disable INTx", IRQ_INTX, IRQ_TRIGGER, 0, 0, 0, 0, 0 },
	{ "enable without an eventfd", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, -1, 0, 0 },
	{ "INTx with MSI without an eventfd", IRQ_INTX, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1),
	  EINVAL, 0 },
	{ "an eventfd for it", IRQ_MSI, IRQ_TRIGGER_FD, 0, 1, MSI_EVENT(1), 0, 0 },
	{ "trigger that", IRQ_MSI, IRQ_TRIGGER, 0, 1, 0, 0, 2 },
	{ "disable at last", IRQ_MSI, IRQ_TRIGGER, 0, 0, 0, 0, 0 },
};

/**
 * msi_call_do() - do what a line of the table says
 * @fd: of the device
 * @todo: the line
 * @events: MSI_EVENTS eventfds, which do not block
 *
 * Return: 0, or the errno it fails with.
 */
static inline int msi_call_do(int fd, const struct msi_call *todo,
			      const int *events)
{
	struct {
		struct vfio_irq_set set;
		int32_t data[2];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = todo->flags,
			.index = todo->index,
			.start = todo->start,
			.count = todo->count,
		},
		.data = { todo->data, todo->data },
	};

	if (todo->data >= MSI_EVENT(0) && todo->data < MSI_EVENT(MSI_EVENTS))
		arg.data[0] = events[todo->data - MSI_EVENT(0)];
	return ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg) ? errno : 0;
}

/**
 * msi_call_came() - which eventfds have been signalled since it was asked last
 * @events: MSI_EVENTS eventfds, which do not block
 *
 * The signals of a call are there when the call is over.
 *
 * Return: a bit for each.
 */
static inline unsigned int msi_call_came(const int *events)
{
	unsigned int came = 0, i;

	for (i = 0; i < MSI_EVENTS; i++)
		if (irq_comes(events[i], 0))
			came |= 1u << i;
	return came;
}

#endif
