// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of a virtqueue: taking them, giving them back, and notifications.
 *
 * Barriers pair with those of the guest's driver: in Linux virtio_rmb(),
 * virtio_wmb() and virtio_mb() of drivers/virtio/virtio_ring.c.
 */
#include "virtq.h"

#define SERFWD_VIRTQ_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define SERFWD_VIRTQ_USED	BIT(VRING_PACKED_DESC_F_USED)

/**
 * serfwd_virtq_init - set up a virtqueue
 * @virtq: the virtqueue; filled
 * @ops: reach the guest's memory
 * @owner: for @ops
 */
void serfwd_virtq_init(struct serfwd_virtq *virtq,
		       const struct serfwd_virtq_ops *ops, void *owner)
{
	*virtq = (struct serfwd_virtq){
		.ops = ops,
		.owner = owner,
		.size = SERFWD_VIRTQ_SIZE,
		.vector = VIRTIO_MSI_NO_VECTOR,
		.wrap = true,
	};
}

/**
 * serfwd_virtq_reset - have it be as after power-on
 * @virtq: the virtqueue
 */
void serfwd_virtq_reset(struct serfwd_virtq *virtq)
{
	serfwd_virtq_init(virtq, virtq->ops, virtq->owner);
}

/*
 * Descriptors
 */

/* Where the one is that is @n after the next. */
static u64 serfwd_virtq_place(const struct serfwd_virtq *virtq, u16 n)
{
	return virtq->addresses[SERFWD_VIRTQ_DESC] +
	       sizeof(struct vring_packed_desc) *
		       ((virtq->next + n) % virtq->size);
}

/* The wrap counter there. */
static bool serfwd_virtq_wrap(const struct serfwd_virtq *virtq, u16 n)
{
	return virtq->wrap ^ (virtq->next + n >= virtq->size);
}

/* Returns 1 if the guest offers the one that is @n after the next, else 0. */
static int serfwd_virtq_is_offered(struct serfwd_virtq *virtq, u16 n)
{
	bool wrap = serfwd_virtq_wrap(virtq, n);
	__le16 flags;
	int ret;

	ret = virtq->ops->rw(virtq,
			     serfwd_virtq_place(virtq, n) +
				     offsetof(struct vring_packed_desc, flags),
			     &flags, sizeof(flags), false);
	if (ret)
		return ret;
	/* What it is was written ahead of its flags. */
	virt_rmb();
	return !!(le16_to_cpu(flags) & SERFWD_VIRTQ_AVAIL) == wrap &&
	       !!(le16_to_cpu(flags) & SERFWD_VIRTQ_USED) != wrap;
}

/* Reads the one that is @n after the next: its only look at it. */
static int serfwd_virtq_load(struct serfwd_virtq *virtq, u16 n,
			     struct vring_packed_desc *desc)
{
	struct vring_packed_desc loaded;
	int ret;

	virtq->loads++;
	/* What fails may have written some of it. */
	ret = virtq->ops->rw(virtq, serfwd_virtq_place(virtq, n), &loaded,
			     sizeof(loaded), false);
	if (ret)
		return ret;
	if (le16_to_cpu(loaded.flags) & VRING_DESC_F_INDIRECT)
		return -EINVAL;
	*desc = loaded;
	return 0;
}

static bool serfwd_virtq_is_of(const struct vring_packed_desc *desc,
			       u16 direction)
{
	return (le16_to_cpu(desc->flags) & VRING_DESC_F_WRITE) == direction;
}

/*
 * Buffers
 */

/* Returns 1 if there is a buffer, 0 if not, or an error. */
static int serfwd_virtq_begin(struct serfwd_virtq *virtq)
{
	int ret = serfwd_virtq_is_offered(virtq, 0);

	if (ret <= 0)
		return ret;
	ret = serfwd_virtq_load(virtq, 0, &virtq->desc);
	if (ret)
		return ret;
	virtq->busy = true;
	virtq->ended = false;
	virtq->nr = 1;
	virtq->offset = 0;
	virtq->done = 0;
	return 1;
}

/* Goes on to the next descriptor of the buffer. Returns 0 or an error. */
static int serfwd_virtq_hop(struct serfwd_virtq *virtq)
{
	int ret;

	if (!(le16_to_cpu(virtq->desc.flags) & VRING_DESC_F_NEXT)) {
		virtq->ended = true;
		return 0;
	}
	/* As many as there are, or it goes round. */
	if (virtq->nr >= virtq->size)
		return -EINVAL;
	ret = serfwd_virtq_load(virtq, virtq->nr, &virtq->desc);
	if (ret)
		return ret;
	virtq->nr++;
	virtq->offset = 0;
	return 0;
}

/**
 * serfwd_virtq_peek - which memory is next?
 * @virtq: the virtqueue, enabled
 * @direction: 0 for what is read, VRING_DESC_F_WRITE for what is written;
 *	descriptors of the other kind are left out
 * @piece: filled if there is a buffer
 *
 * Return: 1 if there is a buffer, 0 if there is none; -EINVAL if the guest's
 * memory makes no sense; an error of &serfwd_virtq_ops.rw.
 */
int serfwd_virtq_peek(struct serfwd_virtq *virtq, u16 direction,
		      struct serfwd_virtq_piece *piece)
{
	int ret = virtq->busy ? 1 : serfwd_virtq_begin(virtq);

	if (ret <= 0)
		return ret;
	while (!virtq->ended) {
		u32 count = le32_to_cpu(virtq->desc.len);

		if (serfwd_virtq_is_of(&virtq->desc, direction) &&
		    virtq->offset < count) {
			piece->address = le64_to_cpu(virtq->desc.addr) +
					 virtq->offset;
			piece->count = count - virtq->offset;
			return 1;
		}
		ret = serfwd_virtq_hop(virtq);
		if (ret)
			return ret;
	}
	piece->count = 0;
	return 1;
}

/**
 * serfwd_virtq_advance - so much is done of what serfwd_virtq_peek() gave
 * @virtq: the virtqueue
 * @count: bytes, no more than there were
 */
void serfwd_virtq_advance(struct serfwd_virtq *virtq, u32 count)
{
	virtq->offset += count;
	virtq->done += count;
}

/* Writes the descriptor by which the guest has the buffer back. */
static int serfwd_virtq_give(struct serfwd_virtq *virtq, u16 direction)
{
	u64 place = serfwd_virtq_place(virtq, 0);
	struct vring_packed_desc used = {
		.len = cpu_to_le32(direction ? virtq->done : 0),
		.id = virtq->desc.id,
	};
	const size_t from = offsetof(struct vring_packed_desc, len);
	const size_t flags = offsetof(struct vring_packed_desc, flags);
	int ret;

	used.flags = cpu_to_le16(direction |
				 (virtq->wrap ? SERFWD_VIRTQ_AVAIL |
						SERFWD_VIRTQ_USED : 0));
	ret = virtq->ops->rw(virtq, place + from, &used.len, flags - from,
			     true);
	if (ret)
		return ret;
	/* Who sees the flags finds which buffer it is, and what is in it. */
	virt_wmb();
	return virtq->ops->rw(virtq, place + flags, &used.flags,
			      sizeof(used.flags), true);
}

/**
 * serfwd_virtq_complete - give the buffer back
 * @virtq: the virtqueue, with a buffer from serfwd_virtq_peek()
 * @direction: as of that
 *
 * The guest is shown it, and not told: see serfwd_virtq_tells(). What is left
 * of it is left as it is.
 *
 * Return: 0 or an error, as of serfwd_virtq_peek(): it is not given back then.
 */
int serfwd_virtq_complete(struct serfwd_virtq *virtq, u16 direction)
{
	int ret = 0;

	/* Which buffer it is, and where the next one is, is said at its end. */
	while (!virtq->ended && !ret)
		ret = serfwd_virtq_hop(virtq);
	if (!ret)
		ret = serfwd_virtq_give(virtq, direction);
	if (ret)
		return ret;
	virtq->busy = false;
	virtq->untold = true;
	virtq->wrap = serfwd_virtq_wrap(virtq, virtq->nr);
	virtq->next = (virtq->next + virtq->nr) % virtq->size;
	virtq->ahead = virtq->ahead > virtq->nr ? virtq->ahead - virtq->nr : 0;
	return 0;
}

/**
 * serfwd_virtq_look_ahead - which memory will be next?
 * @virtq: the virtqueue, enabled
 * @direction: as of serfwd_virtq_peek()
 * @piece: filled; of @count 0 if it is of the other kind
 *
 * Each descriptor is looked at once. One that is being worked on is left out as
 * far as it is done.
 *
 * Return: 1 if there is one that was not looked at, 0 if there is none; or an
 * error, as of serfwd_virtq_peek().
 */
int serfwd_virtq_look_ahead(struct serfwd_virtq *virtq, u16 direction,
			    struct serfwd_virtq_piece *piece)
{
	struct vring_packed_desc desc;
	u32 done = 0;
	int ret;

	if (virtq->busy && virtq->ahead < virtq->nr) {
		virtq->ahead = virtq->nr - 1;
		desc = virtq->desc;
		done = virtq->offset;
		ret = 1;
	} else {
		ret = virtq->ahead < virtq->size ?
			      serfwd_virtq_is_offered(virtq, virtq->ahead) : 0;
		if (ret <= 0)
			return ret;
		ret = serfwd_virtq_load(virtq, virtq->ahead, &desc) ?: 1;
	}
	if (ret < 0)
		return ret;
	virtq->ahead++;
	piece->address = le64_to_cpu(desc.addr) + done;
	piece->count = le32_to_cpu(desc.len) - done;
	if (!serfwd_virtq_is_of(&desc, direction))
		piece->count = 0;
	return 1;
}

/*
 * Notifications: section 2.8.10. Neither side says more than whether it is to
 * be told at all, which is one byte.
 */

/* Where the flags of a part are. */
static u64 serfwd_virtq_flags(const struct serfwd_virtq *virtq,
			      enum serfwd_virtq_part part)
{
	return virtq->addresses[part] +
	       offsetof(struct vring_packed_desc_event, flags);
}

/**
 * serfwd_virtq_tells - is the guest to be told of what was given back?
 * @virtq: the virtqueue, enabled
 *
 * Return: 1 if it is, of something since the last call; 0 if not; an error of
 * &serfwd_virtq_ops.rw if it cannot be known.
 */
int serfwd_virtq_tells(struct serfwd_virtq *virtq)
{
	__le16 flags;
	int ret;

	if (!virtq->untold)
		return 0;
	/* It is shown before it is looked at what the guest wants. */
	virt_mb();
	ret = virtq->ops->rw(virtq,
			     serfwd_virtq_flags(virtq, SERFWD_VIRTQ_DRIVER),
			     &flags, sizeof(flags), false);
	if (ret)
		return ret;
	virtq->untold = false;
	return le16_to_cpu(flags) != VRING_PACKED_EVENT_FLAG_DISABLE;
}

static int serfwd_virtq_set_ignores(struct serfwd_virtq *virtq, bool ignores)
{
	__le16 flags = cpu_to_le16(ignores ? VRING_PACKED_EVENT_FLAG_DISABLE :
					     VRING_PACKED_EVENT_FLAG_ENABLE);
	int ret;

	if (ignores == virtq->ignores)
		return 0;
	ret = virtq->ops->rw(virtq,
			     serfwd_virtq_flags(virtq, SERFWD_VIRTQ_DEVICE),
			     &flags, sizeof(flags), true);
	if (!ret)
		virtq->ignores = ignores;
	return ret;
}

/**
 * serfwd_virtq_listen - have the guest tell of buffers
 * @virtq: the virtqueue, enabled
 *
 * Return: 1 if there may be one already, of which it did not tell; 0 if not; an
 * error of &serfwd_virtq_ops.rw.
 */
int serfwd_virtq_listen(struct serfwd_virtq *virtq)
{
	bool ignored = virtq->ignores;
	int ret = serfwd_virtq_set_ignores(virtq, false);

	if (ret)
		return ret;
	/* The guest sees that, or its buffer is seen here. */
	virt_mb();
	return ignored;
}

/**
 * serfwd_virtq_ignore - the guest need not tell of buffers
 * @virtq: the virtqueue, enabled
 *
 * It may do so nevertheless.
 *
 * Return: 0, or an error of &serfwd_virtq_ops.rw.
 */
int serfwd_virtq_ignore(struct serfwd_virtq *virtq)
{
	return serfwd_virtq_set_ignores(virtq, true);
}
