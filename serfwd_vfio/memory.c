// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of a guest: it may be anything of its VMM, also something that never
 * answers. A thread of the VMM waits for it, and a signal ends that; others
 * have what is resident.
 */
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <compat/vfio.h>
#include <vdev/vdev.h>

#include "memory.h"

/**
 * serfwd_memory_is_waited_for - is this a thread that waits for memory?
 *
 * Return: true for threads of the VMM.
 * Context: any.
 */
bool serfwd_memory_is_waited_for(void)
{
	return !(current->flags & PF_KTHREAD);
}

/**
 * serfwd_memory_rw - read or write memory of a guest
 * @vdev: its device
 * @address: as the guest gave it to the device
 * @bytes: what is written, or filled
 * @count: how many bytes
 * @write: write
 * @waits: wait for it; else what is resident is reached
 *
 * Return: 0; -EAGAIN if the guest does not let the device reach memory, and
 * &vdev_ops.listens tells when it does; -EBUSY if a thread of the VMM is to do
 * it, to which another error says that there is no such memory. Others cannot
 * tell that from a VMM that has just ended.
 * Context: may sleep. No lock held that others wait for without end.
 */
int serfwd_memory_rw(struct vdev *vdev, u64 address, void *bytes, size_t count,
		     bool write, bool waits)
{
	int ret;

	if (!vdev_may_master(vdev))
		return -EAGAIN;
	if (!waits && vfio_dma_rw_waits(&vdev->vfio))
		return -EBUSY;
	if (!waits)
		pagefault_disable();
	ret = vfio_dma_rw(&vdev->vfio, address, bytes, count, write);
	if (!waits)
		pagefault_enable();
	return ret && !waits ? -EBUSY : ret;
}
