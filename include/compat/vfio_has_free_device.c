// SPDX-License-Identifier: GPL-2.0
/* A vfio driver frees its device on release itself (until 6.2). */
#include <linux/tty.h>
#include <linux/vfio.h>

typedef void wanted(struct vfio_device *);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(vfio_free_device)),
	       "vfio has free device");
