/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of a virtio device on PCI: Virtual I/O Device (VIRTIO) 1.2,
 * section 4.1.4. Nothing here is only a kernel's.
 */
#ifndef SERFWD_VIRTIO_H
#define SERFWD_VIRTIO_H

#include "virtq.h"

#define SERFWD_VIRTIO_QUEUES	4

/* Bytes that struct virtio_pci_common_cfg takes. */
#define SERFWD_VIRTIO_REGS	(VIRTIO_PCI_COMMON_Q_USEDHI + 4)

/**
 * struct serfwd_virtio - registers
 * @offered: features of the device, a bit each
 * @accepted: those that the driver has set
 * @nr_vectors: how many of MSI-X there are
 * @device_feature_select: which 32 of @offered are read
 * @driver_feature_select: which 32 of @accepted are accessed
 * @config_vector: of MSI-X, or VIRTIO_MSI_NO_VECTOR
 * @status: VIRTIO_CONFIG_S_*
 * @queue_select: which of @queues is accessed
 * @queues: its virtqueues
 */
struct serfwd_virtio {
	u64 offered;
	u64 accepted;
	u16 nr_vectors;
	u32 device_feature_select;
	u32 driver_feature_select;
	u16 config_vector;
	u8 status;
	u16 queue_select;
	struct serfwd_virtq queues[SERFWD_VIRTIO_QUEUES];
};

void serfwd_virtio_init(struct serfwd_virtio *virtio, u64 offered,
			u16 nr_vectors, const struct serfwd_virtq_ops *ops,
			void *owner);
void serfwd_virtio_reset(struct serfwd_virtio *virtio);
u64 serfwd_virtio_read(const struct serfwd_virtio *virtio, unsigned int offset,
		       unsigned int width);
void serfwd_virtio_write(struct serfwd_virtio *virtio, unsigned int offset,
			 unsigned int width, u64 value);
bool serfwd_virtio_is_on(const struct serfwd_virtio *virtio);
bool serfwd_virtio_has(const struct serfwd_virtio *virtio,
		       unsigned int feature);
void serfwd_virtio_fail(struct serfwd_virtio *virtio);

#endif
