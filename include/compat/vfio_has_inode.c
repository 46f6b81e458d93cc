// SPDX-License-Identifier: GPL-2.0
/* A vfio device has an inode of its own (6.10). */
#include <linux/tty.h>
#include <linux/vfio.h>

typedef struct inode *wanted;

_Static_assert(__builtin_types_compatible_p(wanted,
					    typeof(((struct vfio_device *)0)->inode)),
	       "vfio has inode");
