// SPDX-License-Identifier: GPL-2.0
/*
 * Between a virtio console and the link that is its port: what comes from the
 * guest, what comes from the link, and who does what.
 *
 * Bytes and messages are moved by whoever has move_lock: the VMM's threads, in
 * accesses and notifications of the guest, and a work item, for what the link
 * brings. The work does not wait for that lock, which is held over the guest's
 * memory: it leaves what there is to whoever has it, who has the work look again.
 * The link's own calls only note what there is. What the link is told of the
 * line may sleep as long as a port takes, and is another work's.
 *
 * Order of locks: move_lock or line_lock, then lock.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tty.h>

#include <compat/vfio.h>
#include <vdev/vdev.h>

#include "module.h"
#include "vconsole.h"
#include "vconsole_move.h"

/* Of &serfwd_vconsole.wanted. */
#define SERFWD_VCONSOLE_WANTED	0

/* So often in a row the guest is to have missing memory brought. */
#define SERFWD_VCONSOLE_NUDGES	5

/*
 * DTR and RTS are dropped when all is sent, as by who closes a tty: it is looked
 * so often (ms), and for so long.
 */
#define SERFWD_VCONSOLE_LOWER_MS	50
#define SERFWD_VCONSOLE_LOWER_BY_MS	30000

/*
 * The work
 */

/**
 * serfwd_vconsole_notice - have the work look what there is to do
 * @vconsole: the console
 *
 * Context: any.
 */
void serfwd_vconsole_notice(struct serfwd_vconsole *vconsole)
{
	/* A user process may wait for the bytes. */
	mod_delayed_work(system_highpri_wq, &vconsole->work, 0);
}

/**
 * serfwd_vconsole_look_again - have the work look later
 * @vconsole: the console
 * @ms: when, if it does not do so earlier
 *
 * Context: any.
 */
void serfwd_vconsole_look_again(struct serfwd_vconsole *vconsole,
				unsigned int ms)
{
	queue_delayed_work(system_highpri_wq, &vconsole->work,
			   msecs_to_jiffies(ms));
}

/* Pairs with serfwd_vconsole_trylock(): one of both sees the other. */
static void serfwd_vconsole_unlock(struct serfwd_vconsole *vconsole)
{
	mutex_unlock(&vconsole->move_lock);
	if (test_and_clear_bit(SERFWD_VCONSOLE_WANTED, &vconsole->wanted))
		serfwd_vconsole_notice(vconsole);
}

static bool serfwd_vconsole_trylock(struct serfwd_vconsole *vconsole)
{
	if (mutex_trylock(&vconsole->move_lock))
		return true;
	test_and_set_bit(SERFWD_VCONSOLE_WANTED, &vconsole->wanted);
	return mutex_trylock(&vconsole->move_lock);
}

/* The guest may have opened the port, or closed it. */
static void serfwd_vconsole_look_if_open(struct serfwd_vconsole *vconsole)
{
	bool open;

	mutex_lock(&vconsole->lock);
	open = serfwd_console_is_open(&vconsole->console);
	if (open != vconsole->was_open && !vconsole->closing) {
		vconsole->was_open = open;
		vconsole->lower_by =
			jiffies + msecs_to_jiffies(SERFWD_VCONSOLE_LOWER_BY_MS);
		__set_bit(SERFWD_VCONSOLE_OUTPUTS, &vconsole->untold);
		mod_delayed_work(system_long_wq, &vconsole->line_work, 0);
	}
	mutex_unlock(&vconsole->lock);
}

/* By the guest's messages the port is opened; last is said what came of it all. */
static void serfwd_vconsole_move(struct serfwd_vconsole *vconsole)
{
	serfwd_vconsole_hear(vconsole);
	serfwd_vconsole_look_if_open(vconsole);
	serfwd_vconsole_send(vconsole);
	serfwd_vconsole_store(vconsole);
	serfwd_vconsole_say(vconsole);
}

/* Returns whether memory was missed, which is made to be there. */
static bool serfwd_vconsole_bring(struct serfwd_vconsole *vconsole)
{
	if (!vconsole->absent)
		return false;
	vconsole->absent = false;
	vconsole->misses = 0;
	serfwd_vconsole_make_resident(vconsole, SERFWD_CONSOLE_RECEIVEQ);
	serfwd_vconsole_make_resident(vconsole,
				      SERFWD_CONSOLE_CONTROL_RECEIVEQ);
	return true;
}

static void serfwd_vconsole_look_at_port(struct serfwd_vconsole *vconsole)
{
	mutex_lock(&vconsole->lock);
	if (!vconsole->closing)
		serfwd_console_attach(&vconsole->console,
				      serfwd_end_has_port(vconsole->end));
	mutex_unlock(&vconsole->lock);
}

static void serfwd_vconsole_work(struct work_struct *work)
{
	struct serfwd_vconsole *vconsole =
		container_of(to_delayed_work(work), struct serfwd_vconsole,
			     work);

	if (test_and_clear_bit(SERFWD_VCONSOLE_PORT, &vconsole->noticed))
		serfwd_vconsole_look_at_port(vconsole);
	if (!serfwd_vconsole_trylock(vconsole))
		return;
	vconsole->patient = vconsole->misses > SERFWD_VCONSOLE_NUDGES;
	if (vconsole->patient)
		serfwd_vconsole_bring(vconsole);
	serfwd_vconsole_move(vconsole);
	vconsole->patient = false;
	serfwd_vconsole_unlock(vconsole);
}

/* What the port has not taken by now is given up: see vconsole_move.c. */
static void serfwd_vconsole_spin(struct work_struct *work)
{
	serfwd_vconsole_notice(container_of(to_delayed_work(work),
					    struct serfwd_vconsole, spin));
}

/*
 * Telling the link of the line
 */

static bool serfwd_vconsole_is_drained(struct serfwd_vconsole *vconsole)
{
	lockdep_assert_held(&vconsole->lock);
	if (time_after_eq(jiffies, vconsole->lower_by))
		return true;
	return READ_ONCE(vconsole->idle) &&
	       !serfwd_end_chars_in_buffer(vconsole->end);
}

/*
 * Returns what there is to tell, and in @up whether somebody is here. That
 * nobody is, is told later if there is still something to be sent.
 */
static unsigned long serfwd_vconsole_fetch(struct serfwd_vconsole *vconsole,
					   bool *up)
{
	unsigned long untold;

	mutex_lock(&vconsole->lock);
	*up = vconsole->was_open;
	untold = vconsole->untold;
	if (test_bit(SERFWD_VCONSOLE_OUTPUTS, &untold) && !*up &&
	    !serfwd_vconsole_is_drained(vconsole)) {
		__clear_bit(SERFWD_VCONSOLE_OUTPUTS, &untold);
		queue_delayed_work(system_long_wq, &vconsole->line_work,
				   msecs_to_jiffies(SERFWD_VCONSOLE_LOWER_MS));
	}
	mutex_unlock(&vconsole->lock);
	return untold;
}

/* Only now is it told: bytes wait for it. */
static void serfwd_vconsole_told(struct serfwd_vconsole *vconsole,
				 unsigned long what, bool up)
{
	mutex_lock(&vconsole->lock);
	/* It may have changed since. */
	if (vconsole->was_open != up)
		what &= ~BIT(SERFWD_VCONSOLE_OUTPUTS);
	vconsole->untold &= ~what;
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_notice(vconsole);
}

static void serfwd_vconsole_tell_link(struct serfwd_vconsole *vconsole)
{
	const unsigned int outputs = TIOCM_DTR | TIOCM_RTS;
	struct serfwd_end_settings settings = vconsole->settings;
	unsigned long untold;
	bool up;

	lockdep_assert_held(&vconsole->line_lock);
	untold = serfwd_vconsole_fetch(vconsole, &up);
	if (test_bit(SERFWD_VCONSOLE_SETTINGS, &untold))
		serfwd_end_set_settings(vconsole->end, &settings);
	if (test_bit(SERFWD_VCONSOLE_OUTPUTS, &untold))
		serfwd_end_set_lines(vconsole->end, up ? outputs : 0,
				     up ? 0 : outputs);
	if (untold)
		serfwd_vconsole_told(vconsole, untold, up);
}

static void serfwd_vconsole_line_work(struct work_struct *work)
{
	struct serfwd_vconsole *vconsole =
		container_of(to_delayed_work(work), struct serfwd_vconsole,
			     line_work);

	mutex_lock(&vconsole->line_lock);
	if (!vconsole->closing)
		serfwd_vconsole_tell_link(vconsole);
	mutex_unlock(&vconsole->line_lock);
}

/*
 * From the link
 */

static size_t serfwd_vconsole_op_receive(void *data, const u8 *bytes,
					 const u8 *flags, size_t count)
{
	struct serfwd_vconsole *vconsole = data;
	size_t taken = 0;

	mutex_lock(&vconsole->lock);
	if (!vconsole->closing)
		taken = serfwd_vconsole_stage(vconsole, bytes, flags, count);
	mutex_unlock(&vconsole->lock);
	if (taken)
		serfwd_vconsole_notice(vconsole);
	return taken;
}

static void serfwd_vconsole_op_wakeup(void *data)
{
	serfwd_vconsole_notice(data);
}

static void serfwd_vconsole_op_port_changed(void *data)
{
	struct serfwd_vconsole *vconsole = data;

	set_bit(SERFWD_VCONSOLE_PORT, &vconsole->noticed);
	serfwd_vconsole_notice(vconsole);
}

/* Bytes written before are not for whoever comes next at the far end. */
static void serfwd_vconsole_op_hangup(void *data)
{
	struct serfwd_vconsole *vconsole = data;

	mutex_lock(&vconsole->lock);
	vconsole->cut = true;
	/* Some may just be on their way to the guest. */
	vconsole->nr_stale = vconsole->nr_staged;
	serfwd_console_cut(&vconsole->console);
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_op_port_changed(vconsole);
}

static const char *serfwd_vconsole_op_device(void *data)
{
	return dev_name(((struct serfwd_vconsole *)data)->vdev->vfio.dev);
}

static const struct serfwd_end_ops serfwd_vconsole_end_ops = {
	.owner		= THIS_MODULE,
	.name		= "a mediated device",
	.device		= serfwd_vconsole_op_device,
	.receive	= serfwd_vconsole_op_receive,
	.wakeup		= serfwd_vconsole_op_wakeup,
	.port_changed	= serfwd_vconsole_op_port_changed,
	.hangup		= serfwd_vconsole_op_hangup,
};

/*
 * From the guest: the VMM's threads
 */

/* Returns 0 with move_lock held, or an error. */
static int serfwd_vconsole_begin(struct serfwd_vconsole *vconsole)
{
	if (mutex_lock_killable(&vconsole->move_lock))
		return -ERESTARTSYS;
	mutex_lock(&vconsole->lock);
	vconsole->stats.accesses++;
	mutex_unlock(&vconsole->lock);
	return 0;
}

/* All that was kept of what the guest had set up. */
static void serfwd_vconsole_forget(struct serfwd_vconsole *vconsole)
{
	lockdep_assert_held(&vconsole->lock);
	vconsole->cut = false;
	vconsole->given_up = false;
	vconsole->stuck = false;
	WRITE_ONCE(vconsole->isr, 0);
	WRITE_ONCE(vconsole->raised, 0);
}

/**
 * serfwd_vconsole_read - the guest reads registers
 * @vconsole: whose
 * @offset: of the first, a multiple of @width
 * @width: bytes, 1 to 8
 *
 * Return: what they are; all ones if the process is to end.
 * Context: may sleep.
 */
u64 serfwd_vconsole_read(struct serfwd_vconsole *vconsole, unsigned int offset,
			 unsigned int width)
{
	u64 value;

	if (serfwd_vconsole_begin(vconsole))
		return U64_MAX;
	/* To read it is to have heard. */
	if (offset == SERFWD_CONSOLE_ISR)
		value = xchg(&vconsole->isr, 0);
	else
		value = serfwd_console_read(&vconsole->console, offset, width);
	if (serfwd_vconsole_bring(vconsole))
		serfwd_vconsole_move(vconsole);
	serfwd_vconsole_unlock(vconsole);
	return value;
}

/**
 * serfwd_vconsole_write - the guest writes registers
 * @vconsole: whose
 * @offset: of the first, a multiple of @width
 * @width: bytes, 1 to 8
 * @value: any
 *
 * Context: a thread of the VMM's; may sleep.
 */
void serfwd_vconsole_write(struct serfwd_vconsole *vconsole,
			   unsigned int offset, unsigned int width, u64 value)
{
	if (serfwd_vconsole_begin(vconsole))
		return;
	mutex_lock(&vconsole->lock);
	serfwd_console_write(&vconsole->console, offset, width, value);
	if (!vconsole->console.virtio.status)
		serfwd_vconsole_forget(vconsole);
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_look_if_open(vconsole);
	serfwd_vconsole_move(vconsole);
	serfwd_vconsole_unlock(vconsole);
}

/* Of each virtqueue, what the guest has told of. */
static void serfwd_vconsole_notified(struct serfwd_vconsole *vconsole,
				     unsigned int which)
{
	switch (which) {
	case SERFWD_CONSOLE_TRANSMITQ:
		serfwd_vconsole_send(vconsole);
		break;
	case SERFWD_CONSOLE_RECEIVEQ:
		serfwd_vconsole_make_resident(vconsole, which);
		serfwd_vconsole_store(vconsole);
		break;
	case SERFWD_CONSOLE_CONTROL_RECEIVEQ:
		serfwd_vconsole_make_resident(vconsole, which);
		serfwd_vconsole_say(vconsole);
		break;
	default:
		serfwd_vconsole_move(vconsole);
	}
}

/**
 * serfwd_vconsole_notify - the guest tells of a buffer
 * @vconsole: whose
 * @which: number of the virtqueue, any
 *
 * Context: a thread of the VMM's; may sleep, also with kvm->srcu held.
 */
void serfwd_vconsole_notify(struct serfwd_vconsole *vconsole, u16 which)
{
	if (serfwd_vconsole_begin(vconsole))
		return;
	serfwd_vconsole_notified(vconsole, which);
	/* It may have come for what is missed, whichever it told of. */
	if (serfwd_vconsole_bring(vconsole))
		serfwd_vconsole_move(vconsole);
	serfwd_vconsole_unlock(vconsole);
}

/**
 * serfwd_vconsole_pending - which messages may not have reached the guest?
 * @vconsole: the console
 *
 * Return: all that there were, a bit each: a guest that is told twice finds
 * nothing to do.
 * Context: any.
 */
u32 serfwd_vconsole_pending(const struct serfwd_vconsole *vconsole)
{
	return READ_ONCE(vconsole->raised);
}

/**
 * serfwd_vconsole_is_asserted - is INTx up?
 * @vconsole: the console
 *
 * Return: whether there is something that the guest has not read.
 * Context: any.
 */
bool serfwd_vconsole_is_asserted(const struct serfwd_vconsole *vconsole)
{
	return READ_ONCE(vconsole->isr);
}

/**
 * serfwd_vconsole_listens - the guest may hear again of what it was not told
 * @vconsole: the console
 *
 * Context: any.
 */
void serfwd_vconsole_listens(struct serfwd_vconsole *vconsole)
{
	if (serfwd_vconsole_is_asserted(vconsole))
		vdev_raise(vconsole->vdev, serfwd_vconsole_pending(vconsole));
	/* It may be that memory can be reached again. */
	serfwd_vconsole_notice(vconsole);
}

/**
 * serfwd_vconsole_reset - have the console be as after power-on
 * @vconsole: the console
 *
 * Return: 0; -ERESTARTSYS if the process is to end.
 * Context: a thread of the VMM's; may sleep.
 */
int serfwd_vconsole_reset(struct serfwd_vconsole *vconsole)
{
	if (serfwd_vconsole_begin(vconsole))
		return -ERESTARTSYS;
	mutex_lock(&vconsole->lock);
	serfwd_console_reset(&vconsole->console);
	serfwd_vconsole_forget(vconsole);
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_look_if_open(vconsole);
	serfwd_vconsole_move(vconsole);
	serfwd_vconsole_unlock(vconsole);
	return 0;
}

/*
 * For the administrator
 */

/**
 * serfwd_vconsole_get_stats - what has been counted since it was opened
 * @vconsole: the console
 * @stats: filled
 *
 * Context: may sleep.
 */
void serfwd_vconsole_get_stats(struct serfwd_vconsole *vconsole,
			       struct serfwd_vconsole_stats *stats)
{
	mutex_lock(&vconsole->lock);
	*stats = vconsole->stats;
	mutex_unlock(&vconsole->lock);
}

/**
 * serfwd_vconsole_get_settings - how is the line to be?
 * @vconsole: the console
 * @settings: filled
 *
 * Context: may sleep.
 */
void serfwd_vconsole_get_settings(struct serfwd_vconsole *vconsole,
				  struct serfwd_end_settings *settings)
{
	mutex_lock(&vconsole->line_lock);
	*settings = vconsole->settings;
	mutex_unlock(&vconsole->line_lock);
}

/**
 * serfwd_vconsole_set_settings - have the line be so, now and later
 * @vconsole: the console
 * @settings: how
 *
 * Context: may sleep. When it returns, the line of an open console is so.
 */
void serfwd_vconsole_set_settings(struct serfwd_vconsole *vconsole,
				  const struct serfwd_end_settings *settings)
{
	struct serfwd_end_settings now = *settings;

	mutex_lock(&vconsole->line_lock);
	vconsole->settings = *settings;
	if (!vconsole->closing)
		serfwd_end_set_settings(vconsole->end, &now);
	mutex_unlock(&vconsole->line_lock);
}

/*
 * From opening to closing
 */

/**
 * serfwd_vconsole_init - set up a console that is not open
 * @vconsole: zeroed; filled
 * @vdev: the device that it is
 */
void serfwd_vconsole_init(struct serfwd_vconsole *vconsole, struct vdev *vdev)
{
	mutex_init(&vconsole->lock);
	mutex_init(&vconsole->move_lock);
	mutex_init(&vconsole->line_lock);
	INIT_DELAYED_WORK(&vconsole->work, serfwd_vconsole_work);
	INIT_DELAYED_WORK(&vconsole->spin, serfwd_vconsole_spin);
	INIT_DELAYED_WORK(&vconsole->line_work, serfwd_vconsole_line_work);
	vconsole->vdev = vdev;
	vconsole->closing = true;
	/* As a tty has it. */
	vconsole->settings = (struct serfwd_end_settings){
		.baud = 9600,
		.data_bits = 8,
		.stop_bits = 1,
		.parity = SERFWD_END_PARITY_NONE,
	};
	serfwd_console_init(&vconsole->console, &serfwd_vconsole_virtq_ops,
			    vconsole);
}

/**
 * serfwd_vconsole_open - make it ready for a guest
 * @vconsole: the console, closed
 *
 * Return: 0; -ENOMEM; -EOPNOTSUPP if the VMM has its memory in a way in which it
 * cannot be reached without waiting.
 * Context: may sleep.
 */
int serfwd_vconsole_open(struct serfwd_vconsole *vconsole)
{
	if (vfio_dma_rw_waits(&vconsole->vdev->vfio)) {
		dev_warn_ratelimited(vconsole->vdev->vfio.dev,
				     "a console is not for a VMM with an iommufd; use a container of type 1\n");
		return -EOPNOTSUPP;
	}
	vconsole->sending = kmalloc(2 * SERFWD_VCONSOLE_CHUNK,
				    GFP_KERNEL_ACCOUNT);
	if (!vconsole->sending)
		return -ENOMEM;
	vconsole->staged = vconsole->sending + SERFWD_VCONSOLE_CHUNK;
	return 0;
}

/* Nobody else knows it, except for an administrator. */
static void serfwd_vconsole_power_on(struct serfwd_vconsole *vconsole,
				     const char *name)
{
	mutex_lock(&vconsole->lock);
	serfwd_console_set_port(&vconsole->console, name, vconsole->is_hvc);
	serfwd_vconsole_forget(vconsole);
	vconsole->idle = true;
	vconsole->blocked = false;
	vconsole->absent = false;
	vconsole->misses = 0;
	vconsole->was_open = false;
	vconsole->untold = 0;
	vconsole->nr_staged = 0;
	vconsole->nr_stale = 0;
	vconsole->full = false;
	vconsole->complained = false;
	vconsole->stats = (struct serfwd_vconsole_stats){};
	mutex_unlock(&vconsole->lock);
}

/* The link may call from before its end is known here on. */
static void serfwd_vconsole_start(struct serfwd_vconsole *vconsole,
				  struct serfwd_end *end)
{
	mutex_lock(&vconsole->lock);
	vconsole->end = end;
	WRITE_ONCE(vconsole->closing, false);
	__set_bit(SERFWD_VCONSOLE_SETTINGS, &vconsole->untold);
	mod_delayed_work(system_long_wq, &vconsole->line_work, 0);
	/* Bytes from before were not taken. */
	serfwd_end_room(end);
	mutex_unlock(&vconsole->lock);
	serfwd_vconsole_op_port_changed(vconsole);
}

/**
 * serfwd_vconsole_take_link - have a console have a link
 * @vconsole: the console, open
 * @link: number of the link
 * @name: of the port, for the guest
 *
 * Return: 0; an error of serfwd_end_open().
 * Context: may sleep.
 */
int serfwd_vconsole_take_link(struct serfwd_vconsole *vconsole,
			      unsigned int link, const char *name)
{
	struct serfwd_end *end;

	serfwd_vconsole_power_on(vconsole, name);
	end = serfwd_end_open(link, &serfwd_vconsole_end_ops, vconsole);
	if (IS_ERR(end))
		return PTR_ERR(end);
	serfwd_vconsole_start(vconsole, end);
	return 0;
}

/**
 * serfwd_vconsole_give_link - have a console have no link any more
 * @vconsole: the console
 *
 * Bytes that it has not sent are dropped. A guest's accesses may go on; they
 * find no link, and its buffers are given back to it.
 *
 * Context: may sleep.
 */
void serfwd_vconsole_give_link(struct serfwd_vconsole *vconsole)
{
	/* When both are had nobody asks the link for anything any more. */
	mutex_lock(&vconsole->line_lock);
	mutex_lock(&vconsole->lock);
	WRITE_ONCE(vconsole->closing, true);
	mutex_unlock(&vconsole->lock);
	mutex_unlock(&vconsole->line_lock);
	serfwd_end_close(vconsole->end);
	/* A guest that waits for one may spin. */
	serfwd_vconsole_notice(vconsole);
}

/**
 * serfwd_vconsole_close - forget a guest
 * @vconsole: the console, without a link
 *
 * No access is under way, nor any call of serfwd_vconsole_listens().
 *
 * Context: may sleep.
 */
void serfwd_vconsole_close(struct serfwd_vconsole *vconsole)
{
	/* Without a link the first two do nothing, and the last starts neither. */
	cancel_delayed_work_sync(&vconsole->line_work);
	cancel_delayed_work_sync(&vconsole->spin);
	cancel_delayed_work_sync(&vconsole->work);
	kfree(vconsole->sending);
	vconsole->sending = NULL;
	vconsole->staged = NULL;
}
