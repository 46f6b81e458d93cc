/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of a guest, as its card reaches it.
 */
#ifndef SERFWD_MEMORY_H
#define SERFWD_MEMORY_H

#include <linux/types.h>

struct vdev;

bool serfwd_memory_is_waited_for(void);
int serfwd_memory_rw(struct vdev *vdev, u64 address, void *bytes, size_t count,
		     bool write, bool waits);

#endif
