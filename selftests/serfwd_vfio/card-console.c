// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio console by its user's calls, without a VMM: what it is, bytes and messages, who
 * tells whom, and memory that is not there.
 */

#include "console.h"

#include "../lib/harness.h"
#include "../lib/kmsg.h"
#include "../lib/now.h"
#include "../lib/stream.h"
#include "../serfwd/task.h"

#define BOTH		(TIOCM_DTR | TIOCM_RTS)
#define OF_FAR		(TIOCM_CTS | TIOCM_DSR | TIOCM_CAR)
#define LINE(attribute, value)	serfwd_tty_is("ttySF", 0, attribute, value)

FIXTURE(console) {
	struct console console;
	uint8_t bytes[CONSOLE_BUFFER];
	uint8_t got[CONSOLE_BUFFER];
	uint32_t id;
	uint32_t count;
};

FIXTURE_SETUP(console)
{
	struct stream random;

	stream_init(&random, 1, false);
	stream_fill(&random, self->bytes, sizeof(self->bytes));
	ASSERT_EQ(0, console_begin(&self->console, NULL));
}

FIXTURE_TEARDOWN(console)
{
	EXPECT_EQ(0, console_end(&self->console));
	EXPECT_TRUE(LINE("end", ""));
}

#define FD		self->console.card.user.device
#define FAR		self->console.card.far
#define get(reg, width)	console_get(&self->console, reg, width)
#define put(reg, width, value)	console_put(&self->console, reg, width, value)
#define say(what, value)	console_say(&self->console, VIRTIO_CONSOLE_##what, value)
#define hears_of(what, value)	console_hears_of(&self->console, VIRTIO_CONSOLE_##what, value)
#define given_back(n, ms)	console_await(&self->console, DRIVER_##n, &self->id, \
					      &self->count, ms)

/* On, and the port open. */
#define begin()		do {								\
	console_drive(&self->console, true);						\
	ASSERT_TRUE(console_open_port(&self->console));					\
	wait_for_far(BOTH);								\
} while (0)

/* The far end has up what the console has up. */
#define wait_for_far(outputs)	do {							\
	int waited, want = (outputs) ? OF_FAR : 0;					\
	for (waited = 0; waited < CARD_PATIENCE &&					\
	     (line_get(FAR) & OF_FAR) != want; waited += 5)				\
		sleep_ms(5);								\
	EXPECT_EQ(want, line_get(FAR) & OF_FAR);					\
} while (0)

#define far_gets(how_many)	do {							\
	int nr = how_many;								\
	ASSERT_EQ(nr, line_read(FAR, self->got, nr));					\
	EXPECT_EQ(0, memcmp(self->bytes, self->got, nr));				\
} while (0)

#define guest_gets(how_many)	do {							\
	unsigned int nr = how_many;							\
	ASSERT_EQ(nr, console_receive(&self->console, self->got, nr));			\
	EXPECT_EQ(0, memcmp(self->bytes, self->got, nr));				\
} while (0)

/* Both ways. */
#define moves(how_many)	do {								\
	int moved = how_many;								\
	console_send(&self->console, 0, self->bytes, moved);				\
	console_tell(&self->console, DRIVER_TRANSMITQ);					\
	far_gets(moved);								\
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));				\
	ASSERT_EQ(moved, line_write(FAR, self->bytes, moved));				\
	guest_gets(moved);								\
} while (0)

static unsigned int capability(int fd, unsigned int kind)
{
	unsigned int at = config_get(fd, PCI_CAPABILITY_LIST, 1);

	while (at && (config_get(fd, at, 1) != PCI_CAP_ID_VNDR ||
		      config_get(fd, at + 3, 1) != kind))
		at = config_get(fd, at + PCI_CAP_LIST_NEXT, 1);
	return at;
}

TEST_F(console, what_it_is)
{
	static const struct {
		unsigned int kind, bar, offset, length;
	} caps[] = {
		{ VIRTIO_PCI_CAP_COMMON_CFG, 0, 0, 56 },
		{ VIRTIO_PCI_CAP_ISR_CFG, 0, CONSOLE_ISR, 1 },
		{ VIRTIO_PCI_CAP_DEVICE_CFG, 0, CONSOLE_CONFIG, 8 },
		{ VIRTIO_PCI_CAP_NOTIFY_CFG, 2, 0, 4 },
		{ VIRTIO_PCI_CAP_PCI_CFG, 0, 0, 0 },
	};
	unsigned int i, at;

	EXPECT_EQ(card_console.id, config_get(FD, PCI_VENDOR_ID, 4));
	EXPECT_EQ(0x078000, config_get(FD, PCI_CLASS_REVISION, 4) >> 8);
	EXPECT_EQ(1, config_get(FD, PCI_REVISION_ID, 1));
	for (i = 0; i < ARRAY_SIZE(caps); i++) {
		at = capability(FD, caps[i].kind);
		ASSERT_NE(0, at);
		EXPECT_EQ(0, at % 4);
		EXPECT_EQ(caps[i].bar, config_get(FD, at + 4, 1));
		EXPECT_EQ(caps[i].offset, config_get(FD, at + 8, 4));
		EXPECT_EQ(caps[i].length, config_get(FD, at + 12, 4));
	}
	EXPECT_EQ(20, config_get(FD, capability(FD, VIRTIO_PCI_CAP_NOTIFY_CFG) + 2, 1));
	/* All virtqueues are told of at one place. */
	EXPECT_EQ(0, config_get(FD, capability(FD, VIRTIO_PCI_CAP_NOTIFY_CFG) + 16, 4));
	EXPECT_EQ(DRIVER_QUEUES, get(NUMQ, 2));
	EXPECT_EQ(1, console_in(&self->console, CONSOLE_CONFIG + 4, 4));
}

/* As firmware reaches registers without mapping a BAR. */
TEST_F(console, a_window_to_registers)
{
	unsigned int at = capability(FD, VIRTIO_PCI_CAP_PCI_CFG);

	config_put(FD, at + 4, 1, 0);
	config_put(FD, at + 8, 4, VIRTIO_PCI_COMMON_NUMQ);
	config_put(FD, at + 12, 4, 2);
	EXPECT_EQ(DRIVER_QUEUES, config_get(FD, at + 16, 2));
	config_put(FD, at + 8, 4, VIRTIO_PCI_COMMON_DFSELECT);
	config_put(FD, at + 12, 4, 4);
	config_put(FD, at + 16, 4, 1);
	EXPECT_EQ(1, get(DFSELECT, 4));
	config_put(FD, at + 8, 4, VIRTIO_PCI_COMMON_DF);
	EXPECT_EQ(DRIVER_FEATURES >> 32, config_get(FD, at + 16, 4));
	/* Accesses that no bus carries, or to nothing. */
	config_put(FD, at + 12, 4, 3);
	config_put(FD, at + 16, 4, 7);
	config_put(FD, at + 12, 4, 4);
	config_put(FD, at + 8, 4, 0xfffffffc);
	config_put(FD, at + 16, 4, 7);
	config_put(FD, at + 4, 1, 0xff);
	config_put(FD, at + 16, 4, 7);
	config_get(FD, at + 16, 4);
	EXPECT_EQ(1, get(DFSELECT, 4));
}

TEST_F(console, bytes_both_ways)
{
	unsigned int n;

	begin();
	for (n = 1; n <= CONSOLE_BUFFER; n = 2 * n + 1)
		moves(n);
	EXPECT_EQ(2036, sysfs_number(mdev_path(0, "sent")));
	EXPECT_EQ(2036, sysfs_number(mdev_path(0, "received")));
	EXPECT_EQ(0, sysfs_number(mdev_path(0, "lost")));
}

/* A buffer of several pieces, one of them none, and several buffers at once. */
TEST_F(console, buffers_of_pieces)
{
	struct driver_queue *queue = &self->console.queues[DRIVER_TRANSMITQ];
	uint64_t at = console_buffer(CONSOLE_NR_BUFFERS);
	struct vring_packed_desc pieces[] = {
		{ at, 100, 0, 0 }, { at, 0, 0, 0 }, { at + 100, 50, 0, 0 },
		{ at, 50, 0, VRING_DESC_F_WRITE },
	};
	unsigned int i;

	begin();
	memcpy(self->console.memory + at, self->bytes, 300);
	driver_chain(queue, 7, pieces, ARRAY_SIZE(pieces));
	driver_post(queue, 1, at + 150, 100, 0);
	driver_post(queue, 2, at + 250, 50, 0);
	console_tell(&self->console, DRIVER_TRANSMITQ);
	far_gets(300);
	for (i = 0; i < 3; i++) {
		EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
		EXPECT_EQ(i ? i : 7, self->id);
	}
	EXPECT_FALSE(given_back(TRANSMITQ, 0));
	moves(10);
}

/* By the vector of each virtqueue, when the guest wants to be told. */
TEST_F(console, interrupts_by_messages)
{
	struct driver_queue *queues = self->console.queues;

	begin();
	moves(1);
	console_hear_nothing(&self->console);
	console_send(&self->console, 0, self->bytes, 1);
	console_tell(&self->console, DRIVER_TRANSMITQ);
	EXPECT_EQ(1, console_hears(&self->console, DRIVER_TRANSMITQ, VFIO_PATIENCE));
	ASSERT_TRUE(given_back(TRANSMITQ, 0));
	queues[DRIVER_TRANSMITQ].driver->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	console_send(&self->console, 0, self->bytes, 1);
	console_tell(&self->console, DRIVER_TRANSMITQ);
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
	EXPECT_EQ(0, console_hears(&self->console, DRIVER_TRANSMITQ, VFIO_QUIET));
	ASSERT_EQ(1, line_write(FAR, "a", 1));
	EXPECT_EQ(1, console_hears(&self->console, DRIVER_RECEIVEQ, VFIO_PATIENCE));
	EXPECT_EQ(0, console_hears(&self->console, DRIVER_CONTROL_RECEIVEQ, 0));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_EQ(1, console_hears(&self->console, DRIVER_CONTROL_RECEIVEQ, VFIO_PATIENCE));
	EXPECT_TRUE(hears_of(PORT_OPEN, 0));
}

/* INTx has a register that says why; to read it is to have heard. */
TEST_F(console, interrupts_by_level)
{
	int event = self->console.events[0];

	ASSERT_EQ(0, irq_set(FD, VFIO_PCI_MSIX_IRQ_INDEX, IRQ_TRIGGER, 0, 0));
	ASSERT_EQ(0, config_put(FD, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	config_put(FD, 0x58 + PCI_MSIX_FLAGS, 2, 0);
	ASSERT_EQ(0, irq_set(FD, VFIO_PCI_INTX_IRQ_INDEX, IRQ_TRIGGER_FD, 1, event));
	console_drive(&self->console, false);
	ASSERT_TRUE(console_open_port(&self->console));
	EXPECT_NE(0, irq_comes(event, VFIO_PATIENCE));
	EXPECT_EQ(1, console_in(&self->console, CONSOLE_ISR, 1));
	EXPECT_EQ(0, console_in(&self->console, CONSOLE_ISR, 1));
	ASSERT_EQ(0, irq_set(FD, VFIO_PCI_INTX_IRQ_INDEX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(0, irq_comes(event, VFIO_QUIET));
	ASSERT_EQ(1, line_write(FAR, "a", 1));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	/* Without having looked why, it comes again. */
	ASSERT_EQ(0, irq_set(FD, VFIO_PCI_INTX_IRQ_INDEX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(1, irq_comes(event, VFIO_PATIENCE));
	EXPECT_EQ(1, console_in(&self->console, CONSOLE_ISR, 1));
}

/* The driver tells of buffers as long as the device wants to hear. */
TEST_F(console, is_told_of_buffers_it_waits_for)
{
	struct driver_queue *queue = &self->console.queues[DRIVER_RECEIVEQ];
	unsigned int i;

	begin();
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_ENABLE, queue->device->flags);
	/* Of what was received as much as there are buffers for. */
	for (i = 0; i < CONSOLE_NR_BUFFERS + 1; i++) {
		EXPECT_EQ(!i || i > CONSOLE_NR_BUFFERS ? VRING_PACKED_EVENT_FLAG_ENABLE :
							 VRING_PACKED_EVENT_FLAG_DISABLE,
			  queue->device->flags);
		ASSERT_EQ(1, line_write(FAR, self->bytes + i, 1));
		if (i == CONSOLE_NR_BUFFERS)
			break;
		/* One buffer for each. */
		ASSERT_TRUE(given_back(RECEIVEQ, CARD_PATIENCE));
		EXPECT_EQ(1, self->count);
		EXPECT_EQ(self->bytes[i], self->console.memory[console_buffer(self->id)]);
		sleep_ms(20);
	}
	EXPECT_FALSE(given_back(RECEIVEQ, VFIO_QUIET));
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_ENABLE, queue->device->flags);
	console_post(&self->console, 0);
	console_tell(&self->console, DRIVER_RECEIVEQ);
	ASSERT_TRUE(given_back(RECEIVEQ, CARD_PATIENCE));
	EXPECT_EQ(self->bytes[i], self->console.memory[console_buffer(0)]);
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_ENABLE,
		  self->console.queues[DRIVER_TRANSMITQ].device->flags);
}

/* As of a tty: DTR and RTS tell that it is open, and what comes else is nobody's. */
TEST_F(console, a_port_that_is_closed)
{
	console_drive(&self->console, true);
	wait_for_far(0);
	ASSERT_EQ(5, line_write(FAR, "early", 5));
	EXPECT_FALSE(given_back(RECEIVEQ, VFIO_QUIET));
	ASSERT_TRUE(console_open_port(&self->console));
	wait_for_far(BOTH);
	EXPECT_FALSE(given_back(RECEIVEQ, 0));
	moves(100);
	/* What was written before is sent first. */
	console_send(&self->console, 0, self->bytes, 500);
	console_tell(&self->console, DRIVER_TRANSMITQ);
	ASSERT_TRUE(say(PORT_OPEN, 0));
	far_gets(500);
	wait_for_far(0);
	ASSERT_EQ(4, line_write(FAR, "late", 4));
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
	EXPECT_FALSE(given_back(RECEIVEQ, VFIO_QUIET));
	ASSERT_TRUE(say(PORT_OPEN, 1));
	wait_for_far(BOTH);
	moves(100);
}

/* Breaks are no bytes; bytes with errors are what was received. */
TEST_F(console, breaks_and_errors)
{
	begin();
	ASSERT_EQ(1, line_write(FAR, "a", 1));
	ASSERT_EQ(1, console_receive(&self->console, self->got, 1));
	ASSERT_EQ(0, sysfs_put("/sys/kernel/debug/serfwd/ttyNM0/parity", "1"));
	ASSERT_EQ(1, line_write(FAR, "b", 1));
	ASSERT_EQ(1, console_receive(&self->console, self->got + 1, 1));
	ASSERT_EQ(0, ioctl(FAR, TCSBRKP, 1));
	ASSERT_EQ(1, line_write(FAR, "c", 1));
	ASSERT_EQ(1, console_receive(&self->console, self->got + 2, 1));
	EXPECT_EQ(0, memcmp("abc", self->got, 3));
}

TEST_F(console, attributes)
{
	EXPECT_TRUE(sysfs_is(mdev_path(0, "line"), "115200 8n1"));
	EXPECT_TRUE(serfwd_tty_becomes("ttySF", 0, "line", "115200 8n1"));
	EXPECT_EQ(0, sysfs_put(mdev_path(0, "line"), "9600 7e2 rtscts\n"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "line"), "9600 7e2 rtscts"));
	EXPECT_TRUE(LINE("line", "9600 7e2 rtscts"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "\n"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "fast"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "0 8n1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 8x1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 9n1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 8n3"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 8n1 fast"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 8n1 rtscts 1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "9600 8n1rtscts"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "line"), "4294976896 8n1"));
	EXPECT_TRUE(LINE("line", "9600 7e2 rtscts"));
	EXPECT_EQ(-EBUSY, sysfs_put(mdev_path(0, "hvc"), "1"));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "hvc"), "maybe"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "hvc"), "0"));
}

/*
 * Ports that do not take bytes
 */

/* The far end stops the port, and has it go on. */
#define stop_far()	do {								\
	ASSERT_EQ(0, sysfs_put(mdev_path(0, "line"), "115200 8n1 rtscts"));		\
	ASSERT_EQ(0, line_set_outputs(FAR, TIOCM_DTR));					\
} while (0)

#define start_far()	ASSERT_EQ(0, line_set_outputs(FAR, BOTH))

/* How many buffers does the port take as a whole? One more is offered. */
static unsigned int fill(struct console *console, const void *bytes)
{
	unsigned int n;
	uint32_t id, count;

	for (n = 0; n < 256; n++) {
		console_send(console, 0, bytes, CONSOLE_BUFFER);
		console_tell(console, DRIVER_TRANSMITQ);
		if (!console_await(console, DRIVER_TRANSMITQ, &id, &count, VFIO_QUIET))
			break;
	}
	return n;
}

/* A buffer is the guest's again when all of it was taken, and nothing of it is lost. */
TEST_F(console, a_port_that_is_full)
{
	unsigned int n, i;

	begin();
	stop_far();
	n = fill(&self->console, self->bytes);
	ASSERT_LT(n, 256);
	EXPECT_FALSE(given_back(TRANSMITQ, VFIO_QUIET));
	start_far();
	for (i = 0; i < n + 1; i++)
		far_gets(CONSOLE_BUFFER);
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
	moves(100);
	EXPECT_EQ(0, sysfs_number(mdev_path(0, "lost")));
}

/* How long (ms) until a buffer is given back. */
static long long takes(struct console *console, const void *bytes)
{
	long long began = now_ms();
	uint32_t id, count;

	console_send(console, 0, bytes, CONSOLE_BUFFER);
	console_tell(console, DRIVER_TRANSMITQ);
	console_await(console, DRIVER_TRANSMITQ, &id, &count, CARD_PATIENCE);
	return now_ms() - began;
}

/* A console's driver spins until its buffer is given back: that ends, and says so. */
TEST_F(console, one_of_the_guest_is_not_kept_waiting)
{
	unsigned int n, i;
	long long longest = 0;

	console_close(&self->console);
	card_close(&self->console.card);
	ASSERT_EQ(0, sysfs_put(mdev_path(0, "hvc"), "1"));
	ASSERT_EQ(0, card_open(&self->console.card, 0));
	ASSERT_EQ(0, console_open(&self->console));
	console_drive(&self->console, true);
	ASSERT_TRUE(say(DEVICE_READY, 1));
	ASSERT_TRUE(hears_of(PORT_ADD, 1));
	ASSERT_TRUE(say(PORT_READY, 1));
	EXPECT_TRUE(hears_of(CONSOLE_PORT, 1));
	ASSERT_TRUE(say(PORT_OPEN, 1));
	wait_for_far(BOTH);
	moves(100);
	/* Memory that it may not reach for a time is no port that takes nothing. */
	ASSERT_EQ(0, config_put(FD, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	console_send(&self->console, 0, self->bytes, 100);
	console_tell(&self->console, DRIVER_TRANSMITQ);
	EXPECT_FALSE(given_back(TRANSMITQ, 2 * VFIO_QUIET));
	ASSERT_EQ(0, config_put(FD, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	far_gets(100);
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
	EXPECT_EQ(0, sysfs_number(mdev_path(0, "lost")));
	stop_far();
	for (n = 0; n < 256 && !sysfs_number(mdev_path(0, "lost")); n++)
		longest = takes(&self->console, self->bytes);
	/* Of the last one not all was taken; later ones do not wait. */
	EXPECT_LT(n, 256);
	/* The kernel's clock of 4 ms and this one's differ a little. */
	EXPECT_GE(longest, 50);
	EXPECT_LT(longest, CARD_PATIENCE);
	for (i = 0; i < 10; i++) {
		console_send(&self->console, 0, self->bytes, CONSOLE_BUFFER);
		console_tell(&self->console, DRIVER_TRANSMITQ);
		EXPECT_TRUE(given_back(TRANSMITQ, 0));
	}
	EXPECT_LE(10 * CONSOLE_BUFFER, sysfs_number(mdev_path(0, "lost")));
	start_far();
	for (i = 0; i < n - 1; i++)
		far_gets(CONSOLE_BUFFER);
	ioctl(FAR, TCFLSH, TCIFLUSH);
	sleep_ms(VFIO_QUIET);
	ioctl(FAR, TCFLSH, TCIFLUSH);
	moves(100);
}

/* A policy that cuts the line: the guest sees that, and what it wrote is dropped. */
TEST_F(console, a_line_that_is_cut)
{
	begin();
	ASSERT_EQ(0, serfwd_put_tty("ttySF", 0, "on_detach", "hangup"));
	stop_far();
	fill(&self->console, self->bytes);
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_TRUE(hears_of(PORT_OPEN, 0));
	EXPECT_TRUE(given_back(TRANSMITQ, CARD_PATIENCE));
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	EXPECT_TRUE(hears_of(PORT_OPEN, 1));
	start_far();
	sleep_ms(VFIO_QUIET);
	ioctl(FAR, TCFLSH, TCIFLUSH);
	moves(100);
	ASSERT_EQ(0, serfwd_put_tty("ttySF", 0, "on_detach", "hold"));
}

/* Writes until nothing more is taken. */
static void write_all_that_fits(int fd, const void *bytes, int count)
{
	int waited = 0;

	while (waited < VFIO_QUIET) {
		if (write(fd, bytes, count) > 0) {
			waited = 0;
			continue;
		}
		sleep_ms(5);
		waited += 5;
	}
}

/* Also one that was full: what it had received is dropped, and the far end goes on. */
TEST_F(console, a_line_that_is_cut_while_it_is_full)
{
	unsigned int i;
	uint8_t byte;

	begin();
	ASSERT_EQ(0, serfwd_put_tty("ttySF", 0, "on_detach", "hangup"));
	ASSERT_EQ(0, sysfs_put(mdev_path(0, "line"), "115200 8n1 rtscts"));
	ASSERT_EQ(0, line_set_cflag(FAR, LINE_CFLAG | CRTSCTS));
	memset(self->bytes, 'o', sizeof(self->bytes));
	write_all_that_fits(FAR, self->bytes, sizeof(self->bytes));
	ASSERT_EQ(0, serfwd_set_port(0, ""));
	EXPECT_TRUE(hears_of(PORT_OPEN, 0));
	ioctl(FAR, TCFLSH, TCOFLUSH);
	ASSERT_EQ(0, serfwd_set_port(0, "ttyNM0"));
	EXPECT_TRUE(hears_of(PORT_OPEN, 1));
	/* Buffers that the guest had are full of what came before. */
	for (i = 0; i < CONSOLE_NR_BUFFERS && given_back(RECEIVEQ, 0); i++)
		console_post(&self->console, self->id);
	console_tell(&self->console, DRIVER_RECEIVEQ);
	ASSERT_EQ(1, line_write(FAR, "n", 1));
	for (byte = 'o'; byte == 'o';)
		ASSERT_EQ(1, console_receive(&self->console, &byte, 1));
	EXPECT_EQ('n', byte);
	ASSERT_EQ(0, serfwd_put_tty("ttySF", 0, "on_detach", "hold"));
}

/*
 * Memory that is not there
 */

/* Of the buffers nothing is resident when they are offered, nor later when it is swapped. */
TEST_F(console, buffers_that_are_not_resident)
{
	unsigned int i;

	begin();
	ASSERT_EQ(10, line_write(FAR, self->bytes, 10));
	guest_gets(10);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, madvise(self->console.memory + CONSOLE_BUFFERS,
				     CONSOLE_MESSAGES - CONSOLE_BUFFERS, MADV_DONTNEED));
		ASSERT_EQ(10, line_write(FAR, self->bytes, 10));
		/* A message, of whose buffer it tells, has it brought. */
		guest_gets(10);
	}
	/* Not the messages' buffers either: the guest's next access has all of them. */
	ASSERT_EQ(0, madvise(self->console.memory + CONSOLE_BUFFERS,
			     CARD_MEMORY - CONSOLE_BUFFERS, MADV_DONTNEED));
	ASSERT_EQ(10, line_write(FAR, self->bytes, 10));
	EXPECT_FALSE(given_back(RECEIVEQ, VFIO_QUIET));
	console_tell(&self->console, DRIVER_TRANSMITQ);
	guest_gets(10);
	/* Or, if there is none, a kernel thread that waits for it. */
	ASSERT_EQ(0, madvise(self->console.memory + CONSOLE_BUFFERS,
			     CARD_MEMORY - CONSOLE_BUFFERS, MADV_DONTNEED));
	ASSERT_EQ(10, line_write(FAR, self->bytes, 10));
	ASSERT_TRUE(given_back(RECEIVEQ, CARD_PATIENCE));
	EXPECT_EQ(10, self->count);
}

struct unmapper {
	struct task task;
	int container;
	void *memory;
	atomic_bool stop;
	unsigned int rounds;
};

static int unmapper_run(void *data)
{
	struct unmapper *unmapper = data;
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .size = CARD_MEMORY,
	};
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .size = CARD_MEMORY,
		.vaddr = (uintptr_t)unmapper->memory,
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
	};

	for (; !unmapper->stop; unmapper->rounds++)
		if (ioctl(unmapper->container, VFIO_IOMMU_UNMAP_DMA, &unmap) ||
		    ioctl(unmapper->container, VFIO_IOMMU_MAP_DMA, &map))
			return -errno;
	return 0;
}

/* At any moment, as a VMM does not do it: it is not held up. */
TEST_F(console, memory_that_goes_at_any_moment)
{
	struct unmapper unmapper = {
		.container = self->console.card.user.container,
		.memory = self->console.memory,
	};
	long long began = now_ms();

	begin();
	task_start(&unmapper.task, unmapper_run, &unmapper);
	while (now_ms() - began < 5000) {
		console_drive(&self->console, true);
		console_send(&self->console, 0, self->bytes, CONSOLE_BUFFER);
		console_tell(&self->console, DRIVER_TRANSMITQ);
		if (write(FAR, self->bytes, 100) < 0)
			ioctl(FAR, TCFLSH, TCIOFLUSH);
		if (read(FAR, self->got, sizeof(self->got)) < 0)
			continue;
	}
	unmapper.stop = true;
	EXPECT_EQ(0, task_finish(&unmapper.task));
	TH_LOG("unmapped %u times", unmapper.rounds);
	EXPECT_LT(100, unmapper.rounds);
	console_hear_nothing(&self->console);
	ioctl(FAR, TCFLSH, TCIOFLUSH);
	begin();
	ioctl(FAR, TCFLSH, TCIOFLUSH);
	moves(100);
}

/* Each of these has the device ask for a reset, and the log say so once. */
TEST_F(console, what_makes_no_sense)
{
	static const struct vring_packed_desc senseless[] = {
		{ 0x7000000000000000, 10, 0, 0 },
		{ UINT64_MAX, 10, 0, 0 },
		{ CARD_MEMORY - 5, 10, 0, 0 },
		{ 0, 10, 0, VRING_DESC_F_INDIRECT },
		{ 0, 0, 0, VRING_DESC_F_NEXT },
	};
	struct driver_queue *queue = &self->console.queues[DRIVER_TRANSMITQ];
	long long position = kmsg_position(), began = now_ms();
	unsigned int i, n;

	for (i = 0; i < 20 * ARRAY_SIZE(senseless); i++) {
		begin();
		console_hear_nothing(&self->console);
		/* One that goes on goes round. */
		for (n = 0; n < CONSOLE_SIZE; n++)
			driver_chain(queue, 0, &senseless[i % ARRAY_SIZE(senseless)], 1);
		/* Bytes wait for the line, and who sees to that asks the guest to come. */
		for (n = 0; n < CARD_PATIENCE; n += 20) {
			console_tell(&self->console, DRIVER_TRANSMITQ);
			if (irq_comes(self->console.events[0], 20))
				break;
		}
		EXPECT_LT(n, CARD_PATIENCE) {
			TH_LOG("descriptor %u", i);
		}
		EXPECT_EQ(VIRTIO_CONFIG_S_NEEDS_RESET,
			  get(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	}
	/* Nor is a virtqueue where it says that it is. */
	console_agree(&self->console);
	put(Q_SELECT, 2, DRIVER_TRANSMITQ);
	put(Q_DESCLO, 8, 0x7000000000000000);
	put(Q_ENABLE, 2, 1);
	EXPECT_EQ(0, get(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	put(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	EXPECT_EQ(VIRTIO_CONFIG_S_NEEDS_RESET, get(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	EXPECT_TRUE(kmsg_stayed_short(position, now_ms() - began));
	EXPECT_TRUE(kmsg_has(position, "a virtqueue makes no sense"));
	begin();
	moves(100);
}

TEST_F(console, resets_are_as_power_on)
{
	unsigned int i;

	for (i = 0; i < 10; i++) {
		begin();
		moves(100);
		ASSERT_EQ(0, i % 2 ? ioctl(FD, VFIO_DEVICE_RESET) : put(STATUS, 1, 0));
		wait_for_far(0);
		EXPECT_EQ(0, get(STATUS, 1));
		EXPECT_EQ(0, get(Q_ENABLE, 2));
		EXPECT_EQ(0, get(Q_DESCLO, 8));
		EXPECT_EQ(VIRTIO_MSI_NO_VECTOR, get(Q_MSIX, 2));
	}
}

TEST_HARNESS_MAIN
