/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The regions of a guest's device.
 */
#ifndef PCISHARE_REGION_H
#define PCISHARE_REGION_H

#include <linux/types.h>

struct vdev;

u64 pcishare_region_read(struct vdev *vdev, unsigned int index, u64 offset,
			 unsigned int width);
void pcishare_region_write(struct vdev *vdev, unsigned int index, u64 offset,
			   unsigned int width, u64 value);

#endif
