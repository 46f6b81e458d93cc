// SPDX-License-Identifier: GPL-2.0
/*
 * A guest end that a program of the tests has, in place of a guest: end_test.h.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kfifo.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/serial.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/tty_flip.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <serfwd_end.h>

#include "end_test.h"

/* As much as read(2) and write(2) move at once. */
#define END_PIECE	256

/**
 * struct end_file - an open file, and the end that it has
 * @mutex: serialises the file's calls
 * @end: the end, or NULL
 * @wait: woken for poll(2)
 * @lock: protects @held, @limit, @full and @received
 * @held: bytes that wait for read(2), each with its flag
 * @limit: bytes that @held takes
 * @full: it took less than it was handed since there was last room
 * @echo: send back what is received instead of holding it
 * @calls: what the link has called
 */
struct end_file {
	struct mutex mutex;	/* the file's calls */
	struct serfwd_end *end;
	wait_queue_head_t wait;
	spinlock_t lock;	/* held, limit, full */
	DECLARE_KFIFO(held, u16, END_HOLDS);
	unsigned int limit;
	bool full;
	bool echo;
	struct {
		atomic_t wakeup, lines_changed, carrier_came, carrier_went;
		atomic_t port_changed, hangup, make_room, took_less, received;
	} calls;
};

/*
 * Called by the link
 */

static size_t end_hold(struct end_file *file, const u8 *bytes, const u8 *flags,
		       size_t count)
{
	size_t done = 0;

	spin_lock(&file->lock);
	while (done < count && kfifo_len(&file->held) < file->limit) {
		u8 flag = flags ? flags[done] : TTY_NORMAL;

		kfifo_put(&file->held, bytes[done] | flag << 8);
		done++;
	}
	if (done < count)
		file->full = true;
	spin_unlock(&file->lock);
	return done;
}

static size_t end_receive(void *data, const u8 *bytes, const u8 *flags,
			  size_t count)
{
	struct end_file *file = data;
	size_t done;

	if (READ_ONCE(file->echo)) {
		done = max_t(ssize_t, 0, serfwd_end_write(READ_ONCE(file->end),
							  bytes, count));
		if (done < count)
			WRITE_ONCE(file->full, true);
	} else {
		done = end_hold(file, bytes, flags, count);
	}
	if (done < count)
		atomic_inc(&file->calls.took_less);
	atomic_add(done, &file->calls.received);
	wake_up_interruptible(&file->wait);
	return done;
}

static size_t end_make_room(void *data)
{
	struct end_file *file = data;
	size_t dropped;

	spin_lock(&file->lock);
	dropped = kfifo_len(&file->held);
	kfifo_reset(&file->held);
	spin_unlock(&file->lock);
	atomic_inc(&file->calls.make_room);
	return dropped;
}

static void end_wakeup(void *data)
{
	struct end_file *file = data;
	struct serfwd_end *end = READ_ONCE(file->end);

	atomic_inc(&file->calls.wakeup);
	/* For bytes that were not echoed. */
	if (READ_ONCE(file->echo) && end && xchg(&file->full, false))
		serfwd_end_room(end);
	wake_up_interruptible(&file->wait);
}

static void end_lines_changed(void *data)
{
	struct end_file *file = data;

	atomic_inc(&file->calls.lines_changed);
}

static void end_carrier(void *data, bool there)
{
	struct end_file *file = data;

	atomic_inc(there ? &file->calls.carrier_came :
			   &file->calls.carrier_went);
}

static void end_port_changed(void *data)
{
	struct end_file *file = data;

	atomic_inc(&file->calls.port_changed);
}

static void end_hangup(void *data)
{
	struct end_file *file = data;

	/* The bytes it holds are dropped. */
	spin_lock(&file->lock);
	kfifo_reset(&file->held);
	file->full = false;
	spin_unlock(&file->lock);
	atomic_inc(&file->calls.hangup);
	serfwd_end_room(file->end);
}

static const char *end_device_name(void *data)
{
	return "serfwd_end";
}

static const struct serfwd_end_ops end_ops = {
	.owner		= THIS_MODULE,
	.name		= "a test's end",
	.device		= end_device_name,
	.receive	= end_receive,
	.make_room	= end_make_room,
	.wakeup		= end_wakeup,
	.lines_changed	= end_lines_changed,
	.carrier	= end_carrier,
	.port_changed	= end_port_changed,
	.hangup		= end_hangup,
};

/*
 * Called by its user
 */

static int end_open_link(struct end_file *file, unsigned int index)
{
	struct serfwd_end *end;

	if (file->end)
		return -EBUSY;
	kfifo_reset(&file->held);
	file->limit = END_HOLDS;
	file->full = false;
	file->echo = false;
	memset(&file->calls, 0, sizeof(file->calls));
	end = serfwd_end_open(index, &end_ops, file);
	if (IS_ERR(end))
		return PTR_ERR(end);
	WRITE_ONCE(file->end, end);
	return 0;
}

static int end_close_link(struct end_file *file)
{
	if (!file->end)
		return -ENOTCONN;
	serfwd_end_close(file->end);
	file->end = NULL;
	return 0;
}

static int end_set_lines(struct end_file *file, void __user *arg)
{
	struct end_lines lines;

	if (copy_from_user(&lines, arg, sizeof(lines)))
		return -EFAULT;
	return serfwd_end_set_lines(file->end, lines.set, lines.clear);
}

static int end_settings(struct end_file *file, void __user *arg)
{
	struct end_line line;
	struct serfwd_end_settings settings;
	int ret;

	if (copy_from_user(&line, arg, sizeof(line)))
		return -EFAULT;
	settings = (struct serfwd_end_settings) {
		.baud = line.baud, .data_bits = line.data_bits,
		.stop_bits = line.stop_bits, .parity = line.parity,
		.rtscts = line.rtscts,
	};
	ret = serfwd_end_set_settings(file->end, &settings);
	if (ret)
		return ret;
	line = (struct end_line) {
		.baud = settings.baud, .data_bits = settings.data_bits,
		.stop_bits = settings.stop_bits, .parity = settings.parity,
		.rtscts = settings.rtscts,
	};
	return copy_to_user(arg, &line, sizeof(line)) ? -EFAULT : 0;
}

static int end_received(struct end_file *file)
{
	struct serial_icounter_struct icount = {};

	return serfwd_end_get_icount(file->end, &icount) ?: icount.rx;
}

static int end_calls(struct end_file *file, void __user *arg)
{
	struct end_calls calls = {
		.wakeup = atomic_read(&file->calls.wakeup),
		.lines_changed = atomic_read(&file->calls.lines_changed),
		.carrier_came = atomic_read(&file->calls.carrier_came),
		.carrier_went = atomic_read(&file->calls.carrier_went),
		.port_changed = atomic_read(&file->calls.port_changed),
		.hangup = atomic_read(&file->calls.hangup),
		.make_room = atomic_read(&file->calls.make_room),
		.took_less = atomic_read(&file->calls.took_less),
		.received = atomic_read(&file->calls.received),
		.holds = kfifo_len(&file->held),
	};

	return copy_to_user(arg, &calls, sizeof(calls)) ? -EFAULT : 0;
}

/* There is room, if there was none: the link is to go on. */
static void end_made_room(struct end_file *file)
{
	bool was_full;

	spin_lock(&file->lock);
	was_full = file->full && kfifo_len(&file->held) < file->limit;
	if (was_full)
		file->full = false;
	spin_unlock(&file->lock);
	if (was_full)
		serfwd_end_room(file->end);
}

static int end_set_limit(struct end_file *file, unsigned long limit)
{
	spin_lock(&file->lock);
	file->limit = min_t(unsigned long, limit, END_HOLDS);
	spin_unlock(&file->lock);
	end_made_room(file);
	return 0;
}

static long end_call(struct end_file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case END_CLOSE:
		return end_close_link(file);
	case END_HAS_PORT:
		return serfwd_end_has_port(file->end);
	case END_WRITE_ROOM:
		return serfwd_end_write_room(file->end);
	case END_UNSENT:
		return serfwd_end_chars_in_buffer(file->end);
	case END_DRAIN:
		return serfwd_end_drain(file->end, arg);
	case END_FLUSH:
		serfwd_end_flush(file->end, arg);
		return 0;
	case END_THROTTLE:
		serfwd_end_throttle(file->end, arg);
		return 0;
	case END_GET_LINES:
		return serfwd_end_get_lines(file->end);
	case END_SET_LINES:
		return end_set_lines(file, (void __user *)arg);
	case END_BREAK:
		return serfwd_end_set_break(file->end, arg);
	case END_SETTINGS:
		return end_settings(file, (void __user *)arg);
	case END_CALLS:
		return end_calls(file, (void __user *)arg);
	case END_RECEIVED:
		return end_received(file);
	case END_LIMIT:
		return end_set_limit(file, arg);
	case END_ECHO:
		WRITE_ONCE(file->echo, arg);
		return 0;
	default:
		return -ENOTTY;
	}
}

static long end_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct end_file *file = filp->private_data;
	long ret;

	if (cmd == END_COUNT)
		return serfwd_end_count();
	if (mutex_lock_interruptible(&file->mutex))
		return -ERESTARTSYS;
	if (cmd == END_OPEN)
		ret = end_open_link(file, arg);
	else
		ret = file->end ? end_call(file, cmd, arg) : -ENOTCONN;
	mutex_unlock(&file->mutex);
	return ret;
}

static size_t end_take(struct end_file *file, u16 *held, size_t count)
{
	size_t taken;

	spin_lock(&file->lock);
	taken = kfifo_out(&file->held, held, count);
	spin_unlock(&file->lock);
	return taken;
}

static ssize_t end_read(struct file *filp, char __user *buf, size_t size,
			loff_t *pos)
{
	struct end_file *file = filp->private_data;
	u16 held[END_PIECE];
	size_t taken;

	if (mutex_lock_interruptible(&file->mutex))
		return -ERESTARTSYS;
	taken = end_take(file, held, min_t(size_t, size / 2, END_PIECE));
	if (taken && file->end)
		end_made_room(file);
	mutex_unlock(&file->mutex);
	if (!taken)
		return -EAGAIN;
	return copy_to_user(buf, held, taken * 2) ? -EFAULT : taken * 2;
}

static ssize_t end_write(struct file *filp, const char __user *buf, size_t size,
			 loff_t *pos)
{
	struct end_file *file = filp->private_data;
	u8 bytes[END_PIECE];
	ssize_t ret = -ENOTCONN;

	size = min_t(size_t, size, END_PIECE);
	if (copy_from_user(bytes, buf, size))
		return -EFAULT;
	if (mutex_lock_interruptible(&file->mutex))
		return -ERESTARTSYS;
	if (file->end)
		ret = serfwd_end_write(file->end, bytes, size);
	mutex_unlock(&file->mutex);
	return ret ?: -EAGAIN;
}

static __poll_t end_poll(struct file *filp, struct poll_table_struct *table)
{
	struct end_file *file = filp->private_data;
	__poll_t events = 0;

	poll_wait(filp, &file->wait, table);
	mutex_lock(&file->mutex);
	if (!kfifo_is_empty(&file->held))
		events |= EPOLLIN;
	if (file->end && serfwd_end_write_room(file->end))
		events |= EPOLLOUT;
	mutex_unlock(&file->mutex);
	return events;
}

static int end_open(struct inode *inode, struct file *filp)
{
	struct end_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->mutex);
	spin_lock_init(&file->lock);
	init_waitqueue_head(&file->wait);
	INIT_KFIFO(file->held);
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int end_release(struct inode *inode, struct file *filp)
{
	struct end_file *file = filp->private_data;

	if (file->end)
		end_close_link(file);
	kfree(file);
	return 0;
}

static const struct file_operations end_fops = {
	.owner		= THIS_MODULE,
	.open		= end_open,
	.release	= end_release,
	.read		= end_read,
	.write		= end_write,
	.poll		= end_poll,
	.unlocked_ioctl	= end_ioctl,
};

static struct miscdevice end_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "serfwd_end",
	.fops	= &end_fops,
};
module_misc_device(end_device);

MODULE_DESCRIPTION("A guest end of serfwd for tests");
MODULE_AUTHOR("The devshare developers");
MODULE_LICENSE("GPL");
