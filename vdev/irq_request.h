/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of VFIO_DEVICE_SET_IRQS: include/uapi/linux/vfio.h.
 */
#ifndef VDEV_IRQ_REQUEST_H
#define VDEV_IRQ_REQUEST_H

#include <linux/types.h>
#include <linux/vfio.h>

/**
 * struct vdev_irq_request - a call, its header checked
 * @flags: action and type of data
 * @start: the first interrupt
 * @count: how many; @start + @count are no more than the index has
 * @data: a bool or an eventfd for each
 */
struct vdev_irq_request {
	u32 flags;
	u32 start;
	u32 count;
	const void *data;
};

static inline u32 vdev_irq_data_type(const struct vdev_irq_request *request)
{
	return request->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
}

static inline bool vdev_irq_is_the_one(const struct vdev_irq_request *request)
{
	return !request->start && request->count == 1;
}

/* Of DATA_EVENTFD: for the nth of its interrupts. */
static inline s32 vdev_irq_fd(const struct vdev_irq_request *request,
			      unsigned int nth)
{
	return ((const s32 *)request->data)[nth];
}

/* Of others: is it to be done for the nth of its interrupts? */
static inline bool vdev_irq_wanted(const struct vdev_irq_request *request,
				   unsigned int nth)
{
	u32 type = vdev_irq_data_type(request);

	return type == VFIO_IRQ_SET_DATA_NONE ||
	       (type == VFIO_IRQ_SET_DATA_BOOL &&
		((const u8 *)request->data)[nth]);
}

/* A call that switches an index off as a whole. */
static inline bool vdev_irq_is_the_end(const struct vdev_irq_request *request)
{
	return !request->count &&
	       vdev_irq_data_type(request) == VFIO_IRQ_SET_DATA_NONE;
}

#endif
