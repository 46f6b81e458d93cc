/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The regions of a guest's vfio device.
 */
#ifndef PCISHARE_REGION_H
#define PCISHARE_REGION_H

#include <linux/types.h>

struct vfio_device;
struct vfio_info_cap;
struct vfio_region_info;

int pcishare_region_info(struct vfio_device *vdev,
			 struct vfio_region_info *info,
			 struct vfio_info_cap *caps);
ssize_t pcishare_region_read(struct vfio_device *vdev, char __user *buf,
			     size_t count, loff_t *ppos);
ssize_t pcishare_region_write(struct vfio_device *vdev, const char __user *buf,
			      size_t count, loff_t *ppos);

#endif
