// SPDX-License-Identifier: GPL-2.0
/*
 * Moving bytes and messages between a guest's buffers and the link.
 *
 * A buffer that the guest sends is given back when the port has taken all of
 * it; until then the rest stays in the guest's memory, and is read again when
 * the port takes more. Received bytes are taken from the port into a buffer of
 * the kernel's, and put from there into the guest's at once; those that there is
 * no room for stay in the port, which stops the far end.
 *
 * A guest's memory is reached as memory.c says. What comes from the port is
 * mostly put into buffers by kernel threads, which do not wait for memory: so
 * the VMM's thread, when it is told of buffers, makes them resident. If one is
 * not when it is needed, the guest is sent a message that changes nothing, for
 * the buffer of which it tells: that has the VMM's thread come. If that does not
 * help for half a second, as the message's buffer is not there either, the kernel
 * thread waits as vhost's does: automatic NUMA balancing takes all of an idle
 * guest's memory out of its VMM's page tables.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/tty_flip.h>

#include <vdev/vdev.h>

#include "memory.h"
#include "module.h"
#include "vconsole.h"
#include "vconsole_move.h"

/*
 * So much is done at a time, buffers, pieces of them, or chunks, and so many
 * descriptors are read, so that others have a turn; after so long (ms) the rest.
 */
#define SERFWD_VCONSOLE_BUDGET		SERFWD_VIRTQ_SIZE
#define SERFWD_VCONSOLE_LOADS		(4 * SERFWD_VIRTQ_SIZE)
#define SERFWD_VCONSOLE_PAUSE_MS	2

/* As many pages of a buffer are made resident. */
#define SERFWD_VCONSOLE_RESIDENT	16

/* How often (ms) to try again with memory that is not. */
#define SERFWD_VCONSOLE_ABSENT_MS	100

/* What becomes of bytes of the guest's. */
enum serfwd_vconsole_fate {
	SERFWD_VCONSOLE_SENDS,
	SERFWD_VCONSOLE_WAITS,
	SERFWD_VCONSOLE_DROPS,
};

static bool serfwd_vconsole_waits(const struct serfwd_vconsole *vconsole)
{
	return vconsole->patient || serfwd_memory_is_waited_for();
}

static int serfwd_vconsole_rw(struct serfwd_virtq *virtq, u64 address,
			      void *bytes, size_t count, bool write)
{
	struct serfwd_vconsole *vconsole = virtq->owner;

	lockdep_assert_held(&vconsole->move_lock);
	return serfwd_memory_rw(vconsole->vdev, address, bytes, count, write,
				serfwd_vconsole_waits(vconsole));
}

/* All virtqueues' memory is reached so. */
const struct serfwd_virtq_ops serfwd_vconsole_virtq_ops = {
	.rw	= serfwd_vconsole_rw,
};

static struct serfwd_virtq *
serfwd_vconsole_queue(struct serfwd_vconsole *vconsole, unsigned int which)
{
	return &vconsole->console.virtio.queues[which];
}

/* Can a virtqueue be worked on? */
static bool serfwd_vconsole_is_on(struct serfwd_vconsole *vconsole,
				  unsigned int which)
{
	lockdep_assert_held(&vconsole->move_lock);
	return serfwd_virtio_is_on(&vconsole->console.virtio) &&
	       serfwd_vconsole_queue(vconsole, which)->enabled;
}

/* What is done of a virtqueue at a time. */
static unsigned int serfwd_vconsole_budget(struct serfwd_vconsole *vconsole,
					   unsigned int which)
{
	serfwd_vconsole_queue(vconsole, which)->loads = 0;
	return SERFWD_VCONSOLE_BUDGET;
}

/* The VMM's threads wait for memory, and not when they are to end. */
static bool serfwd_vconsole_goes_on(struct serfwd_vconsole *vconsole,
				    unsigned int which, unsigned int *budget)
{
	if (fatal_signal_pending(current))
		return false;
	/* A buffer may be as many descriptors as there are. */
	if (*budget && serfwd_vconsole_queue(vconsole, which)->loads <
			       SERFWD_VCONSOLE_LOADS) {
		(*budget)--;
		cond_resched();
		return true;
	}
	serfwd_vconsole_look_again(vconsole, SERFWD_VCONSOLE_PAUSE_MS);
	return false;
}

/*
 * Telling the guest
 */

/* By a message, or by INTx, which has bit @isr read. */
static void serfwd_vconsole_interrupt(struct serfwd_vconsole *vconsole,
				      u16 vector, unsigned int isr)
{
	set_bit(isr, &vconsole->isr);
	if (vector == VIRTIO_MSI_NO_VECTOR) {
		vdev_raise(vconsole->vdev, 0);
		return;
	}
	set_bit(vector, &vconsole->raised);
	vdev_raise(vconsole->vdev, BIT(vector));
}

static void serfwd_vconsole_tell(struct serfwd_vconsole *vconsole,
				 unsigned int which)
{
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	int ret;

	if (!serfwd_vconsole_is_on(vconsole, which))
		return;
	ret = serfwd_virtq_tells(virtq);
	/* One that is told too often finds nothing to do. */
	if (ret > 0 || ret == -EBUSY)
		serfwd_vconsole_interrupt(vconsole, virtq->vector, 0);
}

/* Nothing is done from here on, until the guest resets the console. */
static void serfwd_vconsole_fail(struct serfwd_vconsole *vconsole,
				 const char *what)
{
	struct serfwd_virtio *virtio = &vconsole->console.virtio;
	bool complains;

	mutex_lock(&vconsole->lock);
	serfwd_virtio_fail(virtio);
	complains = !vconsole->complained;
	vconsole->complained = true;
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_interrupt(vconsole, virtio->config_vector, 1);
	/* Once for all, a guest can do it as often as it likes. */
	if (complains)
		dev_warn_ratelimited(vconsole->vdev->vfio.dev,
				     "%s; the console does nothing until its guest resets it\n",
				     what);
}

/*
 * Buffers
 */

/* Memory of a virtqueue, or of its buffers, could not be had. */
static void serfwd_vconsole_miss(struct serfwd_vconsole *vconsole,
				 unsigned int which, int error)
{
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);

	switch (error) {
	case -EAGAIN:
		/* Without messages nobody tells when it may be reached again. */
		serfwd_vconsole_look_again(vconsole,
					   SERFWD_VCONSOLE_ABSENT_MS);
		break;
	case -EBUSY:
		vconsole->absent = true;
		vconsole->misses++;
		virtq->ahead = 0;
		serfwd_virtq_listen(virtq);
		mutex_lock(&vconsole->lock);
		serfwd_console_nudge(&vconsole->console);
		mutex_unlock(&vconsole->lock);
		serfwd_vconsole_look_again(vconsole,
					   SERFWD_VCONSOLE_ABSENT_MS);
		break;
	default:
		/* A thread that is killed has none, whatever there is. */
		if (!fatal_signal_pending(current))
			serfwd_vconsole_fail(vconsole,
					     "a virtqueue makes no sense");
	}
}

/*
 * Returns 1 if there is a buffer, with what is to be done of it in @piece; 0 if
 * there is none; or an error, which has been seen to.
 */
static int serfwd_vconsole_peek(struct serfwd_vconsole *vconsole,
				unsigned int which, u16 direction,
				struct serfwd_virtq_piece *piece)
{
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	int ret;

	if (!serfwd_vconsole_is_on(vconsole, which))
		return -ENODEV;
	ret = serfwd_virtq_peek(virtq, direction, piece);
	if (ret < 0)
		serfwd_vconsole_miss(vconsole, which, ret);
	return ret;
}

/* The same, and the guest tells of the next one if there is none. */
static int serfwd_vconsole_await(struct serfwd_vconsole *vconsole,
				 unsigned int which, u16 direction,
				 struct serfwd_virtq_piece *piece)
{
	int ret = serfwd_vconsole_peek(vconsole, which, direction, piece);

	if (ret)
		return ret;
	ret = serfwd_virtq_listen(serfwd_vconsole_queue(vconsole, which));
	if (ret > 0)
		return serfwd_vconsole_peek(vconsole, which, direction, piece);
	if (ret < 0)
		serfwd_vconsole_miss(vconsole, which, ret);
	return ret;
}

/* Returns whether the buffer is the guest's again. */
static bool serfwd_vconsole_complete(struct serfwd_vconsole *vconsole,
				     unsigned int which, u16 direction)
{
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	int ret = serfwd_virtq_complete(virtq, direction);

	if (ret)
		serfwd_vconsole_miss(vconsole, which, ret);
	return !ret;
}

/* Returns whether all of it was read, or written. */
static bool serfwd_vconsole_copy(struct serfwd_vconsole *vconsole,
				 unsigned int which, u64 address, u8 *bytes,
				 u32 count, bool write)
{
	int ret = serfwd_memory_rw(vconsole->vdev, address, bytes, count, write,
				   serfwd_vconsole_waits(vconsole));

	if (ret)
		serfwd_vconsole_miss(vconsole, which, ret);
	return !ret;
}

/*
 * Messages
 */

/* Returns whether there was one. */
static bool serfwd_vconsole_hear_one(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_CONTROL_TRANSMITQ;
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	struct serfwd_virtq_piece piece;
	u32 count, heard;

	while (serfwd_vconsole_peek(vconsole, which, 0, &piece) > 0) {
		heard = min_t(u32, virtq->done, sizeof(vconsole->message));
		count = min_t(u32, piece.count,
			      sizeof(vconsole->message) - heard);
		if (!count) {
			if (!serfwd_vconsole_complete(vconsole, which, 0))
				return false;
			mutex_lock(&vconsole->lock);
			serfwd_console_hear(&vconsole->console,
					    vconsole->message, heard);
			mutex_unlock(&vconsole->lock);
			return true;
		}
		if (!serfwd_vconsole_copy(vconsole, which, piece.address,
					  vconsole->message + heard, count,
					  false))
			return false;
		serfwd_virtq_advance(virtq, count);
	}
	return false;
}

/**
 * serfwd_vconsole_hear - take the guest's messages
 * @vconsole: the console
 *
 * Locking: &serfwd_vconsole.move_lock held.
 */
void serfwd_vconsole_hear(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_CONTROL_TRANSMITQ;
	unsigned int budget = serfwd_vconsole_budget(vconsole, which);

	while (serfwd_vconsole_goes_on(vconsole, which, &budget))
		if (!serfwd_vconsole_hear_one(vconsole))
			break;
	serfwd_vconsole_tell(vconsole, which);
}

/* One that is too small has what fits. Returns whether the guest has it. */
static bool serfwd_vconsole_put_message(struct serfwd_vconsole *vconsole,
					u8 *message, u32 count)
{
	const unsigned int which = SERFWD_CONSOLE_CONTROL_RECEIVEQ;
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	struct serfwd_virtq_piece piece;

	if (serfwd_vconsole_peek(vconsole, which, VRING_DESC_F_WRITE,
				 &piece) <= 0)
		return false;
	count = min(count, piece.count);
	if (count && !serfwd_vconsole_copy(vconsole, which, piece.address,
					   message, count, true))
		return false;
	/* If it is not given back now, the message is put there again. */
	virtq->done = count;
	return serfwd_vconsole_complete(vconsole, which, VRING_DESC_F_WRITE);
}

/* Returns whether there was one, which the guest has. */
static bool serfwd_vconsole_say_one(struct serfwd_vconsole *vconsole)
{
	u8 message[SERFWD_CONSOLE_MESSAGE];
	u32 count;
	bool said;

	mutex_lock(&vconsole->lock);
	count = serfwd_console_say(&vconsole->console, message);
	mutex_unlock(&vconsole->lock);
	if (!count)
		return false;
	said = serfwd_vconsole_put_message(vconsole, message, count);
	if (said)
		return true;
	mutex_lock(&vconsole->lock);
	serfwd_console_unsay(&vconsole->console);
	mutex_unlock(&vconsole->lock);
	return false;
}

/**
 * serfwd_vconsole_say - give the guest the messages that there are
 * @vconsole: the console
 *
 * Locking: &serfwd_vconsole.move_lock held.
 */
void serfwd_vconsole_say(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_CONTROL_RECEIVEQ;
	unsigned int budget = serfwd_vconsole_budget(vconsole, which);

	while (serfwd_vconsole_goes_on(vconsole, which, &budget))
		if (!serfwd_vconsole_say_one(vconsole))
			break;
	serfwd_vconsole_tell(vconsole, which);
}

/*
 * Sending
 */

/*
 * A console's driver spins until its buffer is given back, with interrupts off.
 * So it is for a while only, and from then on not at all until the port takes
 * something.
 */
static bool serfwd_vconsole_gives_up(struct serfwd_vconsole *vconsole)
{
	unsigned long patience = msecs_to_jiffies(serfwd_vfio_spin_ms());

	lockdep_assert_held(&vconsole->lock);
	if (!vconsole->console.is_hvc)
		return false;
	if (!vconsole->given_up)
		vconsole->given_up = vconsole->stuck &&
				     time_after_eq(jiffies,
						   vconsole->stuck_since +
						   patience);
	if (vconsole->given_up)
		vconsole->given_up = !serfwd_end_write_room(vconsole->end);
	return vconsole->given_up;
}

static enum serfwd_vconsole_fate
serfwd_vconsole_fate(struct serfwd_vconsole *vconsole)
{
	lockdep_assert_held(&vconsole->lock);
	if (vconsole->closing || vconsole->cut ||
	    serfwd_vconsole_gives_up(vconsole))
		return SERFWD_VCONSOLE_DROPS;
	/* The far end is told first that somebody is here. */
	if (vconsole->was_open &&
	    test_bit(SERFWD_VCONSOLE_OUTPUTS, &vconsole->untold))
		return SERFWD_VCONSOLE_WAITS;
	return SERFWD_VCONSOLE_SENDS;
}

/*
 * How much to read for what the link takes. To be offered a byte has a link
 * without room ask for the port, if another has that.
 */
static u32 serfwd_vconsole_fits(struct serfwd_vconsole *vconsole, u32 count)
{
	u32 room = serfwd_end_write_room(vconsole->end);

	return min3(count, max(room, 1u), (u32)SERFWD_VCONSOLE_CHUNK);
}

/* Returns what is to become of a piece, of which @count is as much as fits. */
static enum serfwd_vconsole_fate
serfwd_vconsole_decide(struct serfwd_vconsole *vconsole, u32 *count)
{
	enum serfwd_vconsole_fate fate;

	mutex_lock(&vconsole->lock);
	fate = serfwd_vconsole_fate(vconsole);
	if (fate == SERFWD_VCONSOLE_SENDS)
		*count = serfwd_vconsole_fits(vconsole, *count);
	else if (fate == SERFWD_VCONSOLE_DROPS)
		vconsole->stats.lost += *count;
	mutex_unlock(&vconsole->lock);
	return fate;
}

/* Returns how much was taken. A tap never sends. */
static u32 serfwd_vconsole_offer(struct serfwd_vconsole *vconsole, u32 count)
{
	ssize_t taken = 0;

	mutex_lock(&vconsole->lock);
	/* It may have been cut, or closed, since that was decided. */
	if (serfwd_vconsole_fate(vconsole) == SERFWD_VCONSOLE_SENDS) {
		taken = serfwd_end_write(vconsole->end, vconsole->sending,
					 count);
		if (taken < 0)
			taken = count;
		vconsole->stats.sent += taken;
	}
	mutex_unlock(&vconsole->lock);
	return taken;
}

/* Returns whether all of it is done. */
static bool serfwd_vconsole_send_piece(struct serfwd_vconsole *vconsole,
				       const struct serfwd_virtq_piece *piece)
{
	const unsigned int which = SERFWD_CONSOLE_TRANSMITQ;
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	u32 count = piece->count, taken;

	switch (serfwd_vconsole_decide(vconsole, &count)) {
	case SERFWD_VCONSOLE_DROPS:
		serfwd_virtq_advance(virtq, count);
		return true;
	case SERFWD_VCONSOLE_WAITS:
		return false;
	case SERFWD_VCONSOLE_SENDS:
		break;
	}
	if (!serfwd_vconsole_copy(vconsole, which, piece->address,
				  vconsole->sending, count, false))
		return false;
	taken = serfwd_vconsole_offer(vconsole, count);
	serfwd_virtq_advance(virtq, taken);
	return taken == count;
}

/* Returns whether there may be more to be done at once. */
static bool serfwd_vconsole_send_some(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_TRANSMITQ;
	struct serfwd_virtq_piece piece;
	int ret = serfwd_vconsole_await(vconsole, which, 0, &piece);

	vconsole->idle = ret == 0 || ret == -ENODEV;
	vconsole->blocked = false;
	if (ret <= 0)
		return false;
	if (piece.count) {
		vconsole->blocked = !serfwd_vconsole_send_piece(vconsole,
								&piece);
		return !vconsole->blocked;
	}
	if (!serfwd_vconsole_complete(vconsole, which, 0))
		return false;
	mutex_lock(&vconsole->lock);
	vconsole->stuck = false;
	mutex_unlock(&vconsole->lock);
	return true;
}

/* The guest may be waiting for a buffer, by spinning. */
static void serfwd_vconsole_watch(struct serfwd_vconsole *vconsole)
{
	bool begins;

	mutex_lock(&vconsole->lock);
	if (vconsole->idle)
		vconsole->cut = false;
	if (!vconsole->blocked)
		vconsole->stuck = false;
	begins = vconsole->console.is_hvc && vconsole->blocked &&
		 !vconsole->stuck && !vconsole->closing;
	if (begins) {
		vconsole->stuck = true;
		vconsole->stuck_since = jiffies;
		mod_delayed_work(system_highpri_wq, &vconsole->spin,
				 msecs_to_jiffies(serfwd_vfio_spin_ms()));
	}
	mutex_unlock(&vconsole->lock);
}

/**
 * serfwd_vconsole_send - send what the guest has written, as far as the port
 * takes it
 * @vconsole: the console
 *
 * Locking: &serfwd_vconsole.move_lock held.
 */
void serfwd_vconsole_send(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_TRANSMITQ;
	unsigned int budget = serfwd_vconsole_budget(vconsole, which);

	while (serfwd_vconsole_goes_on(vconsole, which, &budget))
		if (!serfwd_vconsole_send_some(vconsole))
			break;
	serfwd_vconsole_watch(vconsole);
	serfwd_vconsole_tell(vconsole, which);
	/* More buffers are of no use as long as one is not taken. */
	if (vconsole->blocked && !vconsole->absent &&
	    serfwd_vconsole_is_on(vconsole, which))
		serfwd_virtq_ignore(serfwd_vconsole_queue(vconsole, which));
}

/*
 * Receiving
 */

/* A break and an overrun are no bytes; one with an error is what was received. */
static bool serfwd_vconsole_is_byte(u8 flag)
{
	return flag != TTY_BREAK && flag != TTY_OVERRUN;
}

/**
 * serfwd_vconsole_stage - bytes came from the wire
 * @vconsole: the console
 * @bytes: which
 * @flags: of each, or NULL
 * @count: how many
 *
 * A guest that does not have the port open gets none, as of a tty.
 *
 * Return: how many were taken. serfwd_vconsole_store() is to be called.
 * Locking: &serfwd_vconsole.lock held.
 */
size_t serfwd_vconsole_stage(struct serfwd_vconsole *vconsole, const u8 *bytes,
			     const u8 *flags, size_t count)
{
	size_t n;

	lockdep_assert_held(&vconsole->lock);
	if (!serfwd_console_is_open(&vconsole->console))
		return count;
	for (n = 0; n < count; n++) {
		if (flags && !serfwd_vconsole_is_byte(flags[n]))
			continue;
		if (vconsole->nr_staged == SERFWD_VCONSOLE_CHUNK)
			break;
		vconsole->staged[vconsole->nr_staged++] = bytes[n];
	}
	if (n < count)
		vconsole->full = true;
	return n;
}

/* So many are the guest's, or nobody's, and the link may have more. */
static void serfwd_vconsole_unstage(struct serfwd_vconsole *vconsole,
				    unsigned int count)
{
	lockdep_assert_held(&vconsole->lock);
	vconsole->nr_stale -= min(vconsole->nr_stale, count);
	vconsole->nr_staged -= count;
	memmove(vconsole->staged, vconsole->staged + count,
		vconsole->nr_staged);
	if (vconsole->full && !vconsole->closing)
		serfwd_end_room(vconsole->end);
	vconsole->full = false;
}

/* Returns how many there are for the guest. */
static unsigned int serfwd_vconsole_nr_staged(struct serfwd_vconsole *vconsole)
{
	unsigned int count;

	mutex_lock(&vconsole->lock);
	if (!serfwd_console_is_open(&vconsole->console))
		serfwd_vconsole_unstage(vconsole, vconsole->nr_staged);
	else if (vconsole->nr_stale)
		serfwd_vconsole_unstage(vconsole, vconsole->nr_stale);
	count = vconsole->nr_staged;
	mutex_unlock(&vconsole->lock);
	return count;
}

/* Returns whether there may be more to be done at once. */
static bool serfwd_vconsole_store_some(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_RECEIVEQ;
	u32 count = serfwd_vconsole_nr_staged(vconsole);
	struct serfwd_virtq_piece piece;

	if (!count || serfwd_vconsole_await(vconsole, which, VRING_DESC_F_WRITE,
					    &piece) <= 0)
		return false;
	/* Full, or without any room. */
	if (!piece.count)
		return serfwd_vconsole_complete(vconsole, which,
						VRING_DESC_F_WRITE);
	count = min(count, piece.count);
	/* Others only add to it: who drops some, as a line is cut, says so. */
	if (!serfwd_vconsole_copy(vconsole, which, piece.address,
				  vconsole->staged, count, true))
		return false;
	serfwd_virtq_advance(serfwd_vconsole_queue(vconsole, which), count);
	mutex_lock(&vconsole->lock);
	vconsole->stats.received += count;
	serfwd_vconsole_unstage(vconsole, count);
	mutex_unlock(&vconsole->lock);
	return true;
}

/**
 * serfwd_vconsole_store - put received bytes into the guest's buffers
 * @vconsole: the console
 *
 * Locking: &serfwd_vconsole.move_lock held.
 */
void serfwd_vconsole_store(struct serfwd_vconsole *vconsole)
{
	const unsigned int which = SERFWD_CONSOLE_RECEIVEQ;
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	unsigned int budget = serfwd_vconsole_budget(vconsole, which);
	bool stored = false;

	while (serfwd_vconsole_goes_on(vconsole, which, &budget)) {
		if (!serfwd_vconsole_store_some(vconsole))
			break;
		stored = true;
	}
	if (!serfwd_vconsole_is_on(vconsole, which))
		return;
	/* A buffer with something in it is the guest's. */
	if (virtq->busy && virtq->done)
		serfwd_vconsole_complete(vconsole, which, VRING_DESC_F_WRITE);
	serfwd_vconsole_tell(vconsole, which);
	/* As long as there are buffers, the guest need not tell of more. */
	if (stored && !serfwd_vconsole_nr_staged(vconsole))
		serfwd_virtq_ignore(virtq);
}

/*
 * A byte of each page is written, of which the guest has no say until it is told
 * what was received.
 */
static void serfwd_vconsole_touch(struct serfwd_vconsole *vconsole,
				  struct serfwd_virtq_piece piece)
{
	unsigned int pages = SERFWD_VCONSOLE_RESIDENT;
	u8 nothing = 0;
	u32 step;

	while (piece.count && pages--) {
		if (serfwd_memory_rw(vconsole->vdev, piece.address, &nothing, 1,
				     true, serfwd_vconsole_waits(vconsole)))
			return;
		step = min_t(u32, piece.count,
			     PAGE_SIZE - offset_in_page(piece.address));
		piece.address += step;
		piece.count -= step;
	}
}

/**
 * serfwd_vconsole_make_resident - have buffers be memory that is there
 * @vconsole: the console
 * @which: a virtqueue that the device writes to
 *
 * Context: a thread of the VMM's; may sleep.
 * Locking: &serfwd_vconsole.move_lock held.
 */
void serfwd_vconsole_make_resident(struct serfwd_vconsole *vconsole,
				   unsigned int which)
{
	struct serfwd_virtq *virtq = serfwd_vconsole_queue(vconsole, which);
	unsigned int budget = serfwd_vconsole_budget(vconsole, which);
	struct serfwd_virtq_piece piece;

	if (!serfwd_vconsole_is_on(vconsole, which))
		return;
	while (serfwd_vconsole_goes_on(vconsole, which, &budget)) {
		if (serfwd_virtq_look_ahead(virtq, VRING_DESC_F_WRITE,
					    &piece) <= 0)
			break;
		serfwd_vconsole_touch(vconsole, piece);
	}
}
