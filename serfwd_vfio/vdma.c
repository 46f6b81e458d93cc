// SPDX-License-Identifier: GPL-2.0
/*
 * Moving bytes between a guest's memory and a link, in blocks.
 *
 * Sending reads the guest's memory, offers that to the link, and forgets what
 * the link has not taken: progress is what the link took, and the rest is read
 * again when it takes more. Received bytes are fetched from the UART's FIFO into
 * a buffer, by whoever has them from the port, and put from there into the
 * guest's memory at once; a guest that looks at the registers finds all of them
 * in its memory, and what is counted is there.
 *
 * No lock that others need is held over a guest's memory, which may be anything
 * of its VMM, also something that never answers. A thread of the VMM that has
 * its access waits for it, and a signal ends that. The work item does not wait:
 * it takes what is resident. If something is not, or the VMM has an iommufd, by
 * which memory cannot be reached without waiting, it raises the guest's
 * interrupt; what the guest's driver then reads is read by the VMM, which can
 * have the page made resident.
 *
 * Order of locks: move_lock, the UART's lock.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <compat/hrtimer.h>
#include <serfwd_end.h>
#include <vdev/vdev.h>

#include "memory.h"
#include "vdma.h"
#include "vuart.h"

/* Of &serfwd_vdma.wanted. */
#define SERFWD_VDMA_WANTED	0

/* How long a block takes at most whose bytes the link has taken. */
#define SERFWD_VDMA_END_NS	(1 * NSEC_PER_MSEC)

static void serfwd_vdma_op_interrupt(struct serfwd_dma *dma, bool on)
{
	struct serfwd_vdma *vdma = container_of(dma, struct serfwd_vdma, dma);

	vdma->interrupt(vdma, on);
}

static void serfwd_vdma_op_show(struct serfwd_dma *dma, unsigned int offset,
				u32 value)
{
	struct serfwd_vdma *vdma = container_of(dma, struct serfwd_vdma, dma);

	vdev_page_set(vdma->vdev, offset, value);
}

static const struct serfwd_dma_ops serfwd_vdma_dma_ops = {
	.interrupt	= serfwd_vdma_op_interrupt,
};

/* Of a guest that reads registers without an exit. */
static const struct serfwd_dma_ops serfwd_vdma_page_ops = {
	.interrupt	= serfwd_vdma_op_interrupt,
	.show		= serfwd_vdma_op_show,
};

/*
 * With the UART's lock held
 */

/* The UART is to tell its guest of what comes after all that DMA has brought. */
static void serfwd_vdma_settle(struct serfwd_vdma *vdma)
{
	enum serfwd_uart_fetcher fetcher = SERFWD_UART_GUEST;
	struct serfwd_uart *uart = &vdma->uart->uart;

	lockdep_assert_held(&vdma->uart->lock);
	if (vdma->nr_staged || serfwd_dma_is_unheard(&vdma->dma))
		fetcher = SERFWD_UART_DMA_BUSY;
	else if (serfwd_dma_is_receiving(&vdma->dma))
		fetcher = SERFWD_UART_DMA;
	serfwd_uart_dma_announce(uart, vdma->dma.on);
	if (fetcher != uart->rx.fetcher)
		serfwd_uart_dma_set(uart, fetcher);
}

/* Takes as much as the block and the buffer have room for. */
static void serfwd_vdma_fetch(struct serfwd_vdma *vdma)
{
	unsigned int staged = vdma->nr_staged;
	struct serfwd_dma_job job;

	lockdep_assert_held(&vdma->uart->lock);
	if (vdma->held ||
	    !serfwd_dma_find(&vdma->dma, SERFWD_DMA_RECEIVES, &job))
		return;
	job.count = min_t(u32, job.count, SERFWD_VDMA_CHUNK);
	if (job.count <= staged)
		return;
	vdma->nr_staged += serfwd_uart_dma_fetch(&vdma->uart->uart,
						 vdma->staged + staged,
						 job.count - staged,
						 ktime_get_ns());
	serfwd_vdma_settle(vdma);
}

/**
 * serfwd_vdma_receive - bytes came from the wire
 * @vdma: the controller
 * @bytes: which
 * @flags: of each, or NULL
 * @count: how many
 * @now: the time (ns)
 *
 * They go through the UART's FIFO, a FIFO full at a time.
 *
 * Return: how many were taken, as of serfwd_uart_receive().
 * Locking: the UART's lock held.
 */
size_t serfwd_vdma_receive(struct serfwd_vdma *vdma, const u8 *bytes,
			   const u8 *flags, size_t count, u64 now)
{
	struct serfwd_uart *uart = &vdma->uart->uart;
	size_t taken = 0, part, got;

	do {
		/* Without room it refuses them, and says later that it has. */
		part = min_not_zero(serfwd_uart_dma_room(uart), count - taken);
		got = serfwd_uart_receive(uart, bytes + taken,
					  flags ? flags + taken : NULL, part,
					  now);
		taken += got;
		serfwd_vdma_fetch(vdma);
	} while (got == part && taken < count);
	return taken;
}

/**
 * serfwd_vdma_has_staged - is serfwd_vdma_run() to be called?
 * @vdma: the controller
 *
 * Return: whether bytes were received that the guest's memory does not have.
 * Locking: the UART's lock held.
 */
bool serfwd_vdma_has_staged(const struct serfwd_vdma *vdma)
{
	lockdep_assert_held(&vdma->uart->lock);
	return vdma->nr_staged && !vdma->stalled;
}

/**
 * serfwd_vdma_is_sending - is there a block to be sent?
 * @vdma: the controller
 *
 * Return: whether one is under way, or has not ended yet.
 * Locking: the UART's lock held.
 */
bool serfwd_vdma_is_sending(const struct serfwd_vdma *vdma)
{
	struct serfwd_dma_job job;

	lockdep_assert_held(&vdma->uart->lock);
	return serfwd_dma_find(&vdma->dma, SERFWD_DMA_SENDS, &job) ||
	       serfwd_dma_nr_ending(&vdma->dma);
}

/*
 * Moving, with move_lock held
 */

/* The VMM is to come and do it. */
static void serfwd_vdma_stall(struct serfwd_vdma *vdma)
{
	if (vdma->stalled)
		return;
	vdma->stalled = true;
	vdma->interrupt(vdma, true);
	/* That was for the edge; the level is what it was. */
	if (!vdma->dma.interrupt)
		vdma->interrupt(vdma, false);
}

/* Bytes that there is no place for are gone, as from any bus. */
static void serfwd_vdma_drop_staged(struct serfwd_vdma *vdma)
{
	vdma->nr_staged = 0;
	serfwd_vdma_settle(vdma);
}

/* Says what became of a job. Returns whether it was done. */
static bool serfwd_vdma_conclude(struct serfwd_vdma *vdma,
				 const struct serfwd_dma_job *job, int ret)
{
	lockdep_assert_held(&vdma->uart->lock);
	/* Its link may be another's already. */
	if (vdma->uart->closing)
		return false;
	if (!ret)
		return true;
	if (ret == -EBUSY) {
		serfwd_vdma_stall(vdma);
	} else if (ret != -EAGAIN) {
		serfwd_dma_failed(&vdma->dma, job->channel);
		serfwd_vdma_settle(vdma);
	}
	return false;
}

static void serfwd_vdma_stored(struct serfwd_vdma *vdma,
			       const struct serfwd_dma_job *job)
{
	vdma->nr_staged -= job->count;
	/* More may have come meanwhile. */
	memmove(vdma->staged, vdma->staged + job->count, vdma->nr_staged);
	serfwd_dma_moved(&vdma->dma, job->channel, job->count);
	serfwd_vdma_settle(vdma);
}

/* Returns whether there is something to be stored. */
static bool serfwd_vdma_find_staged(struct serfwd_vdma *vdma,
				    struct serfwd_dma_job *job)
{
	bool found = false;

	mutex_lock(&vdma->uart->lock);
	if (!vdma->uart->closing)
		serfwd_vdma_fetch(vdma);
	if (vdma->nr_staged && !vdma->uart->closing) {
		found = serfwd_dma_find(&vdma->dma, SERFWD_DMA_RECEIVES, job);
		/* The block may be another one than they were fetched for. */
		if (found)
			job->count = min(job->count, vdma->nr_staged);
		else
			serfwd_vdma_drop_staged(vdma);
	}
	mutex_unlock(&vdma->uart->lock);
	return found;
}

/* Received bytes go into the guest's memory. */
static void serfwd_vdma_store(struct serfwd_vdma *vdma)
{
	struct serfwd_dma_job job;
	bool done = true;
	int ret;

	while (done && serfwd_vdma_find_staged(vdma, &job)) {
		ret = serfwd_memory_rw(vdma->vdev, job.address, vdma->staged,
				       job.count, true,
				       serfwd_memory_is_waited_for());
		mutex_lock(&vdma->uart->lock);
		done = serfwd_vdma_conclude(vdma, &job, ret);
		if (done)
			serfwd_vdma_stored(vdma, &job);
		mutex_unlock(&vdma->uart->lock);
	}
}

/*
 * How much to read for what the link takes. To be offered a byte has a link
 * without room ask for the port, if another has that.
 */
static u32 serfwd_vdma_fits(struct serfwd_vdma *vdma, u32 count)
{
	u32 room = serfwd_vuart_room(vdma->uart);

	return min3(count, max(room, 1u), (u32)SERFWD_VDMA_CHUNK);
}

/* Returns whether there is something to be sent. */
static bool serfwd_vdma_find_unsent(struct serfwd_vdma *vdma,
				    struct serfwd_dma_job *job)
{
	bool found;

	mutex_lock(&vdma->uart->lock);
	found = !vdma->uart->closing &&
		serfwd_dma_find(&vdma->dma, SERFWD_DMA_SENDS, job);
	if (found)
		job->count = serfwd_vdma_fits(vdma, job->count);
	mutex_unlock(&vdma->uart->lock);
	return found;
}

/*
 * The block lasts, as if by a wire. No driver expects a block to end within the
 * write that starts it: that of Linux, which interrupts the other channel's user
 * on another processor, calls it a bug.
 */
static void serfwd_vdma_end_later(struct serfwd_vdma *vdma)
{
	u64 wire = (u64)serfwd_dma_nr_ending(&vdma->dma) *
		   serfwd_uart_char_ns(&vdma->uart->uart);

	vdma->end_ns = ktime_get_ns() + min_t(u64, wire, SERFWD_VDMA_END_NS);
	hrtimer_start(&vdma->timer, ns_to_ktime(vdma->end_ns),
		      HRTIMER_MODE_ABS);
}

static void serfwd_vdma_end_sent(struct serfwd_vdma *vdma)
{
	mutex_lock(&vdma->uart->lock);
	if (vdma->end_ns && ktime_get_ns() >= vdma->end_ns) {
		vdma->end_ns = 0;
		if (!vdma->uart->closing)
			serfwd_dma_end_sent(&vdma->dma);
	}
	mutex_unlock(&vdma->uart->lock);
}

/* Returns whether all of it was taken. */
static bool serfwd_vdma_sent(struct serfwd_vdma *vdma,
			     const struct serfwd_dma_job *job)
{
	size_t sent;

	if (vdma->uart->closing)
		return false;
	sent = serfwd_uart_dma_send(&vdma->uart->uart, vdma->unsent, job->count,
				    ktime_get_ns());
	serfwd_dma_moved(&vdma->dma, job->channel, sent);
	if (!vdma->end_ns && serfwd_dma_nr_ending(&vdma->dma))
		serfwd_vdma_end_later(vdma);
	return sent == job->count;
}

/* The guest's memory is sent, as far as the link takes it. */
static void serfwd_vdma_load(struct serfwd_vdma *vdma)
{
	struct serfwd_dma_job job;
	bool done = true;
	int ret;

	while (done && serfwd_vdma_find_unsent(vdma, &job)) {
		ret = serfwd_memory_rw(vdma->vdev, job.address, vdma->unsent,
				       job.count, false,
				       serfwd_memory_is_waited_for());
		mutex_lock(&vdma->uart->lock);
		done = serfwd_vdma_conclude(vdma, &job, ret) &&
		       serfwd_vdma_sent(vdma, &job);
		mutex_unlock(&vdma->uart->lock);
	}
}

/* In loop-back what is sent is received. */
static void serfwd_vdma_move(struct serfwd_vdma *vdma)
{
	serfwd_vdma_store(vdma);
	serfwd_vdma_load(vdma);
	serfwd_vdma_store(vdma);
}

/* Pairs with serfwd_vdma_trylock(): one of both sees the other. */
static void serfwd_vdma_unlock(struct serfwd_vdma *vdma)
{
	mutex_unlock(&vdma->move_lock);
	if (test_and_clear_bit(SERFWD_VDMA_WANTED, &vdma->wanted))
		serfwd_vuart_kick(vdma->uart);
}

static bool serfwd_vdma_trylock(struct serfwd_vdma *vdma)
{
	if (mutex_trylock(&vdma->move_lock))
		return true;
	test_and_set_bit(SERFWD_VDMA_WANTED, &vdma->wanted);
	return mutex_trylock(&vdma->move_lock);
}

/**
 * serfwd_vdma_run - move what can be moved
 * @vdma: the controller
 *
 * Context: a kernel thread; may sleep, and waits for no memory of the guest.
 */
void serfwd_vdma_run(struct serfwd_vdma *vdma)
{
	if (!serfwd_vdma_trylock(vdma))
		return;
	serfwd_vdma_end_sent(vdma);
	/* Only the VMM changes it from then on. */
	if (!vdma->stalled)
		serfwd_vdma_move(vdma);
	serfwd_vdma_unlock(vdma);
}

/*
 * From the guest
 */

/*
 * Returns with both locks held, all that was received in the guest's memory and
 * nothing more to come; or an error, with none held.
 */
static int serfwd_vdma_begin(struct serfwd_vdma *vdma)
{
	int ret;

	if (mutex_lock_killable(&vdma->move_lock))
		return -ERESTARTSYS;
	ret = serfwd_vuart_lock(vdma->uart);
	if (ret)
		goto err;
	vdma->held = true;
	vdma->stalled = false;
	mutex_unlock(&vdma->uart->lock);
	serfwd_vdma_store(vdma);
	ret = serfwd_vuart_lock(vdma->uart);
	if (!ret)
		return 0;
	/* There is no link any more, or the process is to end. */
	mutex_lock(&vdma->uart->lock);
	vdma->held = false;
	mutex_unlock(&vdma->uart->lock);
err:
	serfwd_vdma_unlock(vdma);
	return ret;
}

static int serfwd_vdma_end(struct serfwd_vdma *vdma)
{
	int ret;

	vdma->held = false;
	serfwd_vdma_settle(vdma);
	mutex_unlock(&vdma->uart->lock);
	serfwd_vdma_end_sent(vdma);
	serfwd_vdma_move(vdma);
	/* The far end may go on if there is room again. */
	ret = serfwd_vuart_lock(vdma->uart);
	if (!ret)
		serfwd_vuart_unlock_untold(vdma->uart);
	serfwd_vdma_unlock(vdma);
	return ret;
}

/**
 * serfwd_vdma_read - the guest reads registers
 * @vdma: the controller
 * @offset: of the first; a multiple of @width
 * @width: 1 to 8 bytes
 * @value: filled
 *
 * Return: as serfwd_vuart_read().
 * Context: may sleep.
 */
int serfwd_vdma_read(struct serfwd_vdma *vdma, unsigned int offset,
		     unsigned int width, u64 *value)
{
	unsigned int at = offset & ~3;
	int ret = serfwd_vdma_begin(vdma);

	if (ret)
		return ret;
	vdma->uart->accesses++;
	*value = serfwd_dma_read(&vdma->dma, at) >> (8 * (offset & 3));
	if (width == 8)
		*value |= (u64)serfwd_dma_read(&vdma->dma, at + 4) << 32;
	return serfwd_vdma_end(vdma);
}

/**
 * serfwd_vdma_write - the guest writes registers
 * @vdma: the controller
 * @offset: of the first; a multiple of @width
 * @width: 1 to 8 bytes; less than 4 write nothing
 * @value: any
 *
 * Return: as serfwd_vuart_read().
 * Context: may sleep. Moves what this begins, as far as it can be moved at once.
 */
int serfwd_vdma_write(struct serfwd_vdma *vdma, unsigned int offset,
		      unsigned int width, u64 value)
{
	int ret = serfwd_vdma_begin(vdma);

	if (ret)
		return ret;
	vdma->uart->accesses++;
	if (width >= 4)
		serfwd_dma_write(&vdma->dma, offset, value);
	if (width == 8)
		serfwd_dma_write(&vdma->dma, offset + 4, value >> 32);
	return serfwd_vdma_end(vdma);
}

/**
 * serfwd_vdma_show - have the page show what the registers are
 * @vdma: the controller
 * @offset: of the first byte that is shown at least
 * @count: how many bytes
 *
 * Context: may sleep.
 */
void serfwd_vdma_show(struct serfwd_vdma *vdma, unsigned int offset,
		      size_t count)
{
	unsigned int at;
	u32 value;

	mutex_lock(&vdma->uart->lock);
	for (at = offset & ~3; at < offset + count; at += 4) {
		value = serfwd_dma_read(&vdma->dma, at);
		/* As of a card that was pulled. */
		vdev_page_set(vdma->vdev, at,
			      vdma->uart->closing ? U32_MAX : value);
	}
	mutex_unlock(&vdma->uart->lock);
}

/**
 * serfwd_vdma_go_on - move what only the VMM's thread can reach
 * @vdma: the controller
 *
 * Return: as serfwd_vuart_read().
 * Context: a thread of the VMM's; may sleep.
 */
int serfwd_vdma_go_on(struct serfwd_vdma *vdma)
{
	int ret;

	/* It is raised again by what is still not reached. */
	if (!READ_ONCE(vdma->stalled))
		return 0;
	ret = serfwd_vdma_begin(vdma);
	return ret ?: serfwd_vdma_end(vdma);
}

/**
 * serfwd_vdma_reset - have it be as after power-on
 * @vdma: the controller
 *
 * Return: as serfwd_vuart_read().
 * Context: may sleep.
 */
int serfwd_vdma_reset(struct serfwd_vdma *vdma)
{
	int ret = serfwd_vdma_begin(vdma);

	if (ret)
		return ret;
	serfwd_dma_reset(&vdma->dma);
	return serfwd_vdma_end(vdma);
}

/**
 * serfwd_vdma_get_stats - what has been counted since it was opened
 * @vdma: the controller
 * @stats: filled
 *
 * Context: may sleep.
 */
void serfwd_vdma_get_stats(struct serfwd_vdma *vdma,
			   struct serfwd_vdma_stats *stats)
{
	mutex_lock(&vdma->uart->lock);
	stats->blocks = vdma->dma.blocks;
	stats->sent = vdma->dma.sent;
	stats->received = vdma->dma.received;
	mutex_unlock(&vdma->uart->lock);
}

static enum hrtimer_restart serfwd_vdma_timer(struct hrtimer *timer)
{
	serfwd_vuart_kick(container_of(timer, struct serfwd_vdma, timer)->uart);
	return HRTIMER_NORESTART;
}

/**
 * serfwd_vdma_init - set up a controller that is not open
 * @vdma: the controller
 * @vdev: whose memory
 * @uart: the UART, set up
 * @interrupt: as in &struct serfwd_vdma
 */
void serfwd_vdma_init(struct serfwd_vdma *vdma, struct vdev *vdev,
		      struct serfwd_vuart *uart,
		      void (*interrupt)(struct serfwd_vdma *vdma, bool on))
{
	mutex_init(&vdma->move_lock);
	hrtimer_setup(&vdma->timer, serfwd_vdma_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS);
	vdma->vdev = vdev;
	vdma->uart = uart;
	vdma->interrupt = interrupt;
	uart->vdma = vdma;
}

/**
 * serfwd_vdma_open - have registers be as after power-on
 * @vdma: the controller, whose UART is closed
 *
 * Return: 0 or -ENOMEM.
 * Context: may sleep.
 */
int serfwd_vdma_open(struct serfwd_vdma *vdma)
{
	vdma->staged = kmalloc(2 * SERFWD_VDMA_CHUNK, GFP_KERNEL_ACCOUNT);
	if (!vdma->staged)
		return -ENOMEM;
	vdma->unsent = vdma->staged + SERFWD_VDMA_CHUNK;
	vdma->nr_staged = 0;
	vdma->held = false;
	vdma->stalled = false;
	vdma->end_ns = 0;
	serfwd_dma_init(&vdma->dma, vdma->vdev->page ? &serfwd_vdma_page_ops :
							&serfwd_vdma_dma_ops);
	return 0;
}

/**
 * serfwd_vdma_close - forget all
 * @vdma: the controller, whose UART is closed, or one that was never open
 *
 * No access is under way, nor any call of &vdev_ops.listens: the last one of
 * them may have had the work look once more.
 *
 * Context: may sleep.
 */
void serfwd_vdma_close(struct serfwd_vdma *vdma)
{
	if (!vdma->staged)
		return;
	hrtimer_cancel(&vdma->timer);
	/* An access that was under way may have wanted it once more. */
	hrtimer_cancel(&vdma->uart->timer);
	cancel_work_sync(&vdma->uart->work);
	kfree(vdma->staged);
	vdma->staged = NULL;
}
