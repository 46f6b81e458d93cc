/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packed virtqueue, as a device has it: Virtual I/O Device (VIRTIO) 1.2,
 * section 2.8, without indirect descriptors. Nothing here is only a kernel's.
 *
 * It is memory of the guest, which may change at any time, be anything, and not
 * be there. Its owner reaches it, by copying, which may be byte by byte. That is
 * right for a packed virtqueue: both sides tell each other by bits of which no
 * two that matter change at once. The indexes of a split one are to be whole.
 */
#ifndef SERFWD_VIRTQ_H
#define SERFWD_VIRTQ_H

#include "env.h"

/* As many descriptors as one has at most. */
#define SERFWD_VIRTQ_SIZE	128

/* Parts, in the order of their addresses in the registers: section 2.8. */
enum serfwd_virtq_part {
	SERFWD_VIRTQ_DESC,
	SERFWD_VIRTQ_DRIVER,
	SERFWD_VIRTQ_DEVICE,
	SERFWD_VIRTQ_PARTS,
};

struct serfwd_virtq;

/**
 * struct serfwd_virtq_ops - what the owner does
 * @rw: read or write @count bytes of the guest's memory at @address. Returns 0
 *	or an error, which is passed on; what was asked for is asked for again
 *	then, from the beginning
 */
struct serfwd_virtq_ops {
	int (*rw)(struct serfwd_virtq *virtq, u64 address, void *bytes,
		  size_t count, bool write);
};

/**
 * struct serfwd_virtq_piece - memory of a buffer
 * @address: where the guest says that it is
 * @count: bytes; 0 if the buffer has no more, and is to be given back
 */
struct serfwd_virtq_piece {
	u64 address;
	u32 count;
};

/**
 * struct serfwd_virtq - a virtqueue
 * @ops: reach the guest's memory
 * @owner: for @ops
 * @size: how many descriptors it has
 * @vector: of MSI-X, by which the guest is told, or VIRTIO_MSI_NO_VECTOR
 * @enabled: the guest has set it up
 * @addresses: where the guest says that the parts are
 * @next: index of the descriptor that is next, or the first of the buffer that
 *	is being worked on
 * @wrap: the wrap counter there: section 2.8.1
 * @ahead: so many descriptors from @next on were looked at
 * @untold: buffers were given back since it was last asked whether to tell
 * @ignores: the guest need not tell of buffers
 * @loads: how many descriptors were read; for the owner, who may set it
 * @busy: a buffer is being worked on, which the rest is about
 * @ended: @desc is the last of it, and done
 * @nr: how many descriptors are done, with @desc
 * @desc: the descriptor it is at, as it was when that was reached
 * @offset: bytes of that which are done
 * @done: bytes that were read from the buffer, or written to it
 */
struct serfwd_virtq {
	const struct serfwd_virtq_ops *ops;
	void *owner;
	u16 size;
	u16 vector;
	bool enabled;
	u64 addresses[SERFWD_VIRTQ_PARTS];
	u16 next;
	bool wrap;
	u16 ahead;
	bool untold;
	bool ignores;
	unsigned int loads;
	bool busy;
	bool ended;
	u16 nr;
	struct vring_packed_desc desc;
	u32 offset;
	u32 done;
};

void serfwd_virtq_init(struct serfwd_virtq *virtq,
		       const struct serfwd_virtq_ops *ops, void *owner);
void serfwd_virtq_reset(struct serfwd_virtq *virtq);

int serfwd_virtq_peek(struct serfwd_virtq *virtq, u16 direction,
		      struct serfwd_virtq_piece *piece);
void serfwd_virtq_advance(struct serfwd_virtq *virtq, u32 count);
int serfwd_virtq_complete(struct serfwd_virtq *virtq, u16 direction);
int serfwd_virtq_look_ahead(struct serfwd_virtq *virtq, u16 direction,
			    struct serfwd_virtq_piece *piece);

int serfwd_virtq_tells(struct serfwd_virtq *virtq);
int serfwd_virtq_listen(struct serfwd_virtq *virtq);
int serfwd_virtq_ignore(struct serfwd_virtq *virtq);

#endif
