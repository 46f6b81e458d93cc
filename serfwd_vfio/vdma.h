/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A DMA controller between a UART and the guest's memory.
 */
#ifndef SERFWD_VDMA_H
#define SERFWD_VDMA_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "dma.h"

struct serfwd_vdma;
struct serfwd_vuart;
struct vdev;

/* How many bytes are moved at once at most. */
#define SERFWD_VDMA_CHUNK	4096

/**
 * struct serfwd_vdma_stats - what a guest's DMA has done
 * @blocks: how many blocks were moved to their end
 * @sent: bytes from the guest's memory that the link has taken
 * @received: bytes that were put into the guest's memory
 */
struct serfwd_vdma_stats {
	u64 blocks;
	u64 sent;
	u64 received;
};

/**
 * struct serfwd_vdma - a DMA controller
 * @dma: its registers; as the next four under the UART's lock
 * @held: nothing more is fetched, for the guest looks at the registers
 * @stalled: memory can be reached only from the VMM, at the guest's next access
 * @end_ns: when blocks that are sent end, or 0
 * @nr_staged: how many bytes of @staged there are
 * @staged: bytes that were received and are not in the guest's memory yet
 * @unsent: what was read of the guest's memory, while it is offered to the link
 * @move_lock: held while bytes are moved, also over the guest's memory, and
 *	while the guest has its access to @dma: taken before the UART's lock.
 *	Only the VMM waits for it, and a signal ends that; others leave what
 *	they want to whoever has it
 * @wanted: bit 0: somebody else wanted to move bytes meanwhile
 * @timer: for @end_ns
 * @vdev: whose memory
 * @uart: the UART
 * @interrupt: has the guest's interrupt be so; called with the UART's lock held
 */
struct serfwd_vdma {
	struct serfwd_dma dma;
	bool held;
	bool stalled;
	u64 end_ns;
	unsigned int nr_staged;
	u8 *staged;
	u8 *unsent;
	struct mutex move_lock;	/* see above */
	unsigned long wanted;
	struct hrtimer timer;
	struct vdev *vdev;
	struct serfwd_vuart *uart;
	void (*interrupt)(struct serfwd_vdma *vdma, bool on);
};

void serfwd_vdma_init(struct serfwd_vdma *vdma, struct vdev *vdev,
		      struct serfwd_vuart *uart,
		      void (*interrupt)(struct serfwd_vdma *vdma, bool on));
int serfwd_vdma_open(struct serfwd_vdma *vdma);
void serfwd_vdma_close(struct serfwd_vdma *vdma);
int serfwd_vdma_reset(struct serfwd_vdma *vdma);

int serfwd_vdma_read(struct serfwd_vdma *vdma, unsigned int offset,
		     unsigned int width, u64 *value);
int serfwd_vdma_write(struct serfwd_vdma *vdma, unsigned int offset,
		      unsigned int width, u64 value);
void serfwd_vdma_show(struct serfwd_vdma *vdma, unsigned int offset,
		      size_t count);
int serfwd_vdma_go_on(struct serfwd_vdma *vdma);

size_t serfwd_vdma_receive(struct serfwd_vdma *vdma, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now);
bool serfwd_vdma_has_staged(const struct serfwd_vdma *vdma);
bool serfwd_vdma_is_sending(const struct serfwd_vdma *vdma);
void serfwd_vdma_run(struct serfwd_vdma *vdma);
void serfwd_vdma_get_stats(struct serfwd_vdma *vdma,
			   struct serfwd_vdma_stats *stats);

#endif
