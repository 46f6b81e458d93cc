/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MSI and MSI-X: messages, each an edge.
 */
#ifndef VDEV_MSI_H
#define VDEV_MSI_H

#include <vdev/vdev.h>

struct vdev_irq_request;

void vdev_msi_set_withheld(struct vdev *vdev, bool withheld);
void vdev_msi_disable(struct vdev_irqs *irqs);
u32 vdev_msi_fold(const struct vdev_irqs *irqs, u32 vectors);

int vdev_msi_set_trigger(struct vdev *vdev,
			 const struct vdev_irq_request *request);
int vdev_msix_set_trigger(struct vdev *vdev,
			  const struct vdev_irq_request *request);

#endif
