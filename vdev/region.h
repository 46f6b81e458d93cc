/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accesses to regions, and where regions are in the file.
 */
#ifndef VDEV_REGION_H
#define VDEV_REGION_H

#include <vdev/vdev.h>

/* The upper bits of an offset in the file are the region's index. */
#define VDEV_REGION_SHIFT	40

static inline u64 vdev_region_offset(unsigned int index)
{
	return (u64)index << VDEV_REGION_SHIFT;
}

unsigned int vdev_region_width(u64 offset, size_t left, unsigned int widest);
int vdev_region_write(struct vdev *vdev, unsigned int index, u64 offset,
		      unsigned int width, u64 value);

#endif
