/* SPDX-License-Identifier: GPL-2.0 */
/*
 * INTx: a level that masks itself.
 */
#ifndef VDEV_INTX_H
#define VDEV_INTX_H

#include <vdev/vdev.h>

struct vdev_irq_request;

struct vdev_trigger *vdev_intx_raise(struct vdev_irqs *irqs);
void vdev_intx_set_disabled(struct vdev *vdev, bool disabled);
void vdev_intx_disable(struct vdev_irqs *irqs);

int vdev_intx_set_mask(struct vdev *vdev,
		       const struct vdev_irq_request *request);
int vdev_intx_set_unmask(struct vdev *vdev,
			 const struct vdev_irq_request *request);
int vdev_intx_set_trigger(struct vdev *vdev,
			  const struct vdev_irq_request *request);

#endif
