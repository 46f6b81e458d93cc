/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts: what is enabled, and the calls that do so.
 */
#ifndef VDEV_IRQ_H
#define VDEV_IRQ_H

#include <vdev/vdev.h>

static inline bool vdev_irq_is_message(u32 index)
{
	return index == VFIO_PCI_MSI_IRQ_INDEX ||
	       index == VFIO_PCI_MSIX_IRQ_INDEX;
}

void vdev_irqs_init(struct vdev_irqs *irqs);

u32 vdev_irq_count(const struct vdev *vdev, u32 index);
bool vdev_irq_is_asserted(struct vdev *vdev);
bool vdev_irq_may_use(const struct vdev_irqs *irqs, u32 index);

long vdev_irq_info_ioctl(struct vdev *vdev, unsigned long arg);
long vdev_irq_set_ioctl(struct vdev *vdev, unsigned long arg);

#endif
