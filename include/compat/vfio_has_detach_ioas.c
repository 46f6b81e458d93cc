// SPDX-License-Identifier: GPL-2.0
/* vfio_device_ops has detach_ioas, and with it all that an iommufd asks (6.6). */
#include <linux/tty.h>
#include <linux/vfio.h>

typedef void (*wanted)(struct vfio_device *);

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct vfio_device_ops *)0)->detach_ioas)),
	       "vfio has detach ioas");
