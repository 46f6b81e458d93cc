// SPDX-License-Identifier: GPL-2.0
/* vfio_device_ops describes regions by an operation of its own (6.19). */
#include <linux/tty.h>
#include <linux/vfio.h>

typedef int (*wanted)(struct vfio_device *, struct vfio_region_info *,
		      struct vfio_info_cap *);

static const struct vfio_device_ops *ops;

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(ops->get_region_info_caps)),
	       "vfio has region info caps");
