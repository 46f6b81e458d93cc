/* SPDX-License-Identifier: GPL-2.0 */
/*
 * driver.h - a driver's side of a packed virtqueue, and of what it agrees with a console
 */
#ifndef SELFTESTS_DRIVER_H
#define SELFTESTS_DRIVER_H

#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Virtqueues of a console: VIRTIO 1.2, section 5.3.2. */
enum {
	DRIVER_RECEIVEQ,
	DRIVER_TRANSMITQ,
	DRIVER_CONTROL_RECEIVEQ,
	DRIVER_CONTROL_TRANSMITQ,
	DRIVER_QUEUES,
};

#define DRIVER_FEATURES	((1ull << VIRTIO_F_VERSION_1) | (1ull << VIRTIO_F_ACCESS_PLATFORM) | \
			 (1ull << VIRTIO_F_RING_PACKED) |				     \
			 (1ull << VIRTIO_CONSOLE_F_MULTIPORT))

#define DRIVER_SIZE_MAX	128

#define DRIVER_AVAIL	(1u << VRING_PACKED_DESC_F_AVAIL)
#define DRIVER_USED	(1u << VRING_PACKED_DESC_F_USED)

/**
 * struct driver_queue - a virtqueue
 * @desc: descriptors
 * @driver: what the driver wants to be told
 * @device: what the device wants to be told
 * @address: where all three are, one after the other, as the device has it
 * @size: how many descriptors
 * @next: of the descriptor that is offered next
 * @wrap: the wrap counter there
 * @seen: of the one by which the next buffer is given back
 * @seen_wrap: the wrap counter there
 * @nr_offered: buffers that are not given back
 * @nr: of each buffer, by its ID: how many descriptors it has
 */
struct driver_queue {
	struct vring_packed_desc *desc;
	struct vring_packed_desc_event *driver;
	struct vring_packed_desc_event *device;
	uint64_t address;
	uint16_t size;
	uint16_t next;
	bool wrap;
	uint16_t seen;
	bool seen_wrap;
	unsigned int nr_offered;
	uint16_t nr[DRIVER_SIZE_MAX];
};

static inline void driver_queue_init(struct driver_queue *queue, unsigned int size,
				     void *memory, uint64_t address)
{
	*queue = (struct driver_queue) {
		.desc = memory,
		.address = address,
		.size = size,
		.wrap = true,
		.seen_wrap = true,
	};
	queue->driver = (void *)(queue->desc + size);
	queue->device = queue->driver + 1;
	memset(memory, 0, (char *)(queue->device + 1) - (char *)memory);
}

/* Where a part is, as the device has it. */
static inline uint64_t driver_part(const struct driver_queue *queue, const void *part)
{
	return queue->address + ((const char *)part - (const char *)queue->desc);
}

/* The bits by which a descriptor is offered at @next. */
static inline uint16_t driver_offered(const struct driver_queue *queue)
{
	return queue->wrap ? DRIVER_AVAIL : DRIVER_USED;
}

static inline void driver_step(uint16_t *index, bool *wrap, uint16_t size)
{
	if (++*index == size) {
		*index = 0;
		*wrap = !*wrap;
	}
}

/*
 * Offers a buffer of several pieces, of which address, length and VRING_DESC_F_WRITE are
 * taken; it begins to be offered when all of it is there.
 */
static inline void driver_chain(struct driver_queue *queue, uint16_t id,
				const struct vring_packed_desc *pieces, unsigned int count)
{
	struct vring_packed_desc *first = &queue->desc[queue->next];
	uint16_t flags, first_flags = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct vring_packed_desc *desc = &queue->desc[queue->next];

		flags = pieces[i].flags | driver_offered(queue);
		if (i + 1 < count)
			flags |= VRING_DESC_F_NEXT;
		desc->addr = pieces[i].addr;
		desc->len = pieces[i].len;
		desc->id = id;
		if (i)
			desc->flags = flags;
		else
			first_flags = flags;
		driver_step(&queue->next, &queue->wrap, queue->size);
	}
	queue->nr[id % DRIVER_SIZE_MAX] = count;
	queue->nr_offered++;
	__atomic_store_n(&first->flags, first_flags, __ATOMIC_SEQ_CST);
}

/* One that is one piece. */
static inline void driver_post(struct driver_queue *queue, uint16_t id, uint64_t address,
			       uint32_t count, uint16_t flags)
{
	struct vring_packed_desc piece = { address, count, 0, flags };

	driver_chain(queue, id, &piece, 1);
}

/* Returns whether one was given back, with its ID and length. */
static inline bool driver_take(struct driver_queue *queue, uint32_t *id, uint32_t *count)
{
	const struct vring_packed_desc *desc = &queue->desc[queue->seen];
	uint16_t flags = __atomic_load_n(&desc->flags, __ATOMIC_SEQ_CST);
	unsigned int i;

	if (!!(flags & DRIVER_AVAIL) != queue->seen_wrap ||
	    !!(flags & DRIVER_USED) != queue->seen_wrap)
		return false;
	*id = desc->id;
	*count = desc->len;
	for (i = 0; i < queue->nr[*id % DRIVER_SIZE_MAX]; i++)
		driver_step(&queue->seen, &queue->seen_wrap, queue->size);
	queue->nr_offered--;
	return true;
}

static inline struct virtio_console_control driver_message(uint16_t event, uint16_t value)
{
	return (struct virtio_console_control) { .event = event, .value = value };
}

#endif
