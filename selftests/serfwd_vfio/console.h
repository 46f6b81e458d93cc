/* SPDX-License-Identifier: GPL-2.0 */
/*
 * console.h - a card that is a virtio console, and its driver, without a VMM
 */
#ifndef SELFTESTS_CONSOLE_H
#define SELFTESTS_CONSOLE_H

#include "card.h"
#include "driver.h"

/* Registers, and where the guest tells of buffers. */
#define CONSOLE_REGS	VFIO_PCI_BAR0_REGION_INDEX
#define CONSOLE_NOTIFY	VFIO_PCI_BAR2_REGION_INDEX
#define CONSOLE_ISR	0x200
#define CONSOLE_CONFIG	0x300

/* Of MSI-X: of the device, and of each virtqueue. */
#define CONSOLE_VECTORS	(1 + DRIVER_QUEUES)

/* Of each virtqueue; the card's memory has its parts, and from there on buffers. */
#define CONSOLE_SIZE	32
#define CONSOLE_RING	0x1000
#define CONSOLE_BUFFERS	(DRIVER_QUEUES * CONSOLE_RING)

/* Of buffers: those of messages are at the end. */
#define CONSOLE_BUFFER	0x400
#define CONSOLE_MESSAGES (CARD_MEMORY - CONSOLE_SIZE * 0x100)
#define CONSOLE_MESSAGE	0x80

/**
 * struct console - a console and its driver
 * @card: the card
 * @memory: of the card
 * @queues: virtqueues
 * @events: signalled by its vectors
 * @features: of its driver
 * @page: where its machine tells of buffers without an exit, or NULL
 */
struct console {
	struct card card;
	uint8_t *memory;
	struct driver_queue queues[DRIVER_QUEUES];
	int events[CONSOLE_VECTORS];
	uint64_t features;
	void *page;
};

static inline uint64_t console_in(const struct console *console, unsigned int reg,
				  unsigned int width)
{
	return region_get(console->card.user.device, CONSOLE_REGS, reg, width);
}

static inline int console_out(const struct console *console, unsigned int reg,
			      unsigned int width, uint64_t value)
{
	return region_put(console->card.user.device, CONSOLE_REGS, reg, width, value);
}

#define console_get(console, reg, width)	\
	console_in(console, VIRTIO_PCI_COMMON_##reg, width)
#define console_put(console, reg, width, value)	\
	console_out(console, VIRTIO_PCI_COMMON_##reg, width, value)

static inline int console_tell(const struct console *console, unsigned int n)
{
	return region_put(console->card.user.device, CONSOLE_NOTIFY, 0, 2, n);
}

/* All vectors at once. */
static inline int console_set_vectors(const struct console *console)
{
	struct {
		struct vfio_irq_set set;
		int32_t events[CONSOLE_VECTORS];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = IRQ_TRIGGER_FD,
			.index = VFIO_PCI_MSIX_IRQ_INDEX,
			.count = CONSOLE_VECTORS,
		},
	};

	memcpy(arg.events, console->events, sizeof(arg.events));
	return ioctl(console->card.user.device, VFIO_DEVICE_SET_IRQS, &arg) ? -errno : 0;
}

/* How often a virtqueue has interrupted, within a time (ms). */
static inline unsigned int console_hears(const struct console *console, unsigned int n,
					 int ms)
{
	return irq_comes(console->events[1 + n], ms);
}

static inline void console_hear_nothing(const struct console *console)
{
	unsigned int i;

	for (i = 0; i < CONSOLE_VECTORS; i++)
		irq_comes(console->events[i], 0);
}

/*
 * As Linux does it, drivers/virtio/virtio_pci_modern.c and drivers/char/virtio_console.c.
 */

static inline void console_agree(const struct console *console)
{
	console_put(console, STATUS, 1, 0);
	console_put(console, STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	console_put(console, STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	console_put(console, GFSELECT, 4, 0);
	console_put(console, GF, 4, console->features);
	console_put(console, GFSELECT, 4, 1);
	console_put(console, GF, 4, console->features >> 32);
	console_put(console, STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		    VIRTIO_CONFIG_S_FEATURES_OK);
}

static inline void console_set_queue(struct console *console, unsigned int n, bool messages)
{
	struct driver_queue *queue = &console->queues[n];

	driver_queue_init(queue, CONSOLE_SIZE, console->memory + n * CONSOLE_RING,
			  n * CONSOLE_RING);
	console_put(console, Q_SELECT, 2, n);
	console_put(console, Q_SIZE, 2, CONSOLE_SIZE);
	if (messages)
		console_put(console, Q_MSIX, 2, 1 + n);
	console_put(console, Q_DESCLO, 8, driver_part(queue, queue->desc));
	console_put(console, Q_AVAILLO, 8, driver_part(queue, queue->driver));
	console_put(console, Q_USEDLO, 8, driver_part(queue, queue->device));
	console_put(console, Q_ENABLE, 2, 1);
}

/* Where buffer @n of messages is. */
static inline uint64_t console_message(unsigned int n)
{
	return CONSOLE_MESSAGES + n * CONSOLE_MESSAGE;
}

/* Half of the messages' buffers are for those to the guest. */
static inline void console_post_messages(struct console *console)
{
	unsigned int n;

	for (n = 0; n < CONSOLE_SIZE; n++)
		driver_post(&console->queues[DRIVER_CONTROL_RECEIVEQ], n, console_message(n),
			    CONSOLE_MESSAGE, VRING_DESC_F_WRITE);
	console_tell(console, DRIVER_CONTROL_RECEIVEQ);
}

/* Where buffer @n is, to receive, and as many more to send. */
#define CONSOLE_NR_BUFFERS	8

static inline uint64_t console_buffer(unsigned int n)
{
	return CONSOLE_BUFFERS + n * CONSOLE_BUFFER;
}

static inline void console_post(struct console *console, unsigned int n)
{
	driver_post(&console->queues[DRIVER_RECEIVEQ], n, console_buffer(n), CONSOLE_BUFFER,
		    VRING_DESC_F_WRITE);
}

/* Has virtqueues and buffers; it is on when this returns. */
static inline void console_drive(struct console *console, bool messages)
{
	unsigned int n;

	console_agree(console);
	if (messages)
		console_put(console, MSIX, 2, 0);
	for (n = 0; n < DRIVER_QUEUES; n++)
		console_set_queue(console, n, messages);
	console_put(console, STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		    VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK);
	for (n = 0; n < CONSOLE_NR_BUFFERS; n++)
		console_post(console, n);
	console_tell(console, DRIVER_RECEIVEQ);
	console_post_messages(console);
}

/* Waits until a buffer is given back. Returns whether one was. */
static inline bool console_await(struct console *console, unsigned int n, uint32_t *id,
				 uint32_t *count, int ms)
{
	int waited;

	for (waited = 0; waited <= ms; waited += 2) {
		if (driver_take(&console->queues[n], id, count))
			return true;
		sleep_ms(2);
	}
	return false;
}

/* The message's buffer is given back at once. Returns whether it was. */
static inline bool console_say(struct console *console, uint16_t event, uint16_t value)
{
	struct driver_queue *queue = &console->queues[DRIVER_CONTROL_TRANSMITQ];
	struct virtio_console_control said = driver_message(event, value);
	uint64_t at = CONSOLE_MESSAGES - sizeof(said);
	uint32_t id, count;

	memcpy(console->memory + at, &said, sizeof(said));
	driver_post(queue, 0, at, sizeof(said), 0);
	console_tell(console, DRIVER_CONTROL_TRANSMITQ);
	return driver_take(queue, &id, &count);
}

/* The next message, whose buffer is offered again, or one of event 0xffff if none comes. */
static inline struct virtio_console_control console_listen(struct console *console, int ms)
{
	struct virtio_console_control said = { .event = 0xffff };
	uint32_t id, count;

	if (!console_await(console, DRIVER_CONTROL_RECEIVEQ, &id, &count, ms))
		return said;
	memcpy(&said, console->memory + console_message(id), sizeof(said));
	driver_post(&console->queues[DRIVER_CONTROL_RECEIVEQ], id, console_message(id),
		    CONSOLE_MESSAGE, VRING_DESC_F_WRITE);
	console_tell(console, DRIVER_CONTROL_RECEIVEQ);
	return said;
}

/* Listens until a message is so. Returns whether it came. */
static inline bool console_hears_of(struct console *console, uint16_t event, uint16_t value)
{
	struct virtio_console_control said;

	do {
		said = console_listen(console, CARD_PATIENCE);
		if (said.event == event && said.value == value)
			return true;
	} while (said.event != 0xffff);
	return false;
}

/* Opens the port. Returns whether all was said that is to be. */
static inline bool console_open_port(struct console *console)
{
	return console_say(console, VIRTIO_CONSOLE_DEVICE_READY, 1) &&
	       console_hears_of(console, VIRTIO_CONSOLE_PORT_ADD, 1) &&
	       console_say(console, VIRTIO_CONSOLE_PORT_READY, 1) &&
	       console_hears_of(console, VIRTIO_CONSOLE_PORT_NAME, 1) &&
	       console_hears_of(console, VIRTIO_CONSOLE_PORT_OPEN, 1) &&
	       console_say(console, VIRTIO_CONSOLE_PORT_OPEN, 1);
}

/* Bytes to be sent, as one buffer. */
static inline void console_send(struct console *console, unsigned int n, const void *bytes,
				unsigned int count)
{
	uint64_t at = console_buffer(CONSOLE_NR_BUFFERS + n);

	memcpy(console->memory + at, bytes, count);
	driver_post(&console->queues[DRIVER_TRANSMITQ], n, at, count, 0);
}

/*
 * Received bytes, whose buffers are offered again, as those of messages are. Returns how
 * many came.
 */
static inline unsigned int console_receive(struct console *console, uint8_t *bytes,
					   unsigned int count)
{
	unsigned int done = 0, waited = 0;
	uint32_t id, got;

	while (done < count && waited < CARD_PATIENCE) {
		if (!console_await(console, DRIVER_RECEIVEQ, &id, &got, 10)) {
			console_listen(console, 0);
			waited += 10;
			continue;
		}
		if (got > count - done)
			break;
		memcpy(bytes + done, console->memory + console_buffer(id), got);
		done += got;
		console_post(console, id);
		console_tell(console, DRIVER_RECEIVEQ);
	}
	return done;
}

/*
 * Beginning and end
 */

static inline int console_open(struct console *console)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CONSOLE_VECTORS; i++)
		console->events[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	console->memory = card_map_memory(&console->card);
	if (!console->memory)
		return -ENOMEM;
	/* The one that all cards have is given back. */
	ret = irq_set(console->card.user.device, VFIO_PCI_MSIX_IRQ_INDEX, IRQ_TRIGGER, 0, 0);
	return ret ?: console_set_vectors(console);
}

static inline int console_begin(struct console *console, struct machine *machine)
{
	int ret;

	*console = (struct console) { .features = DRIVER_FEATURES };
	ret = card_begin_bare(&console->card, &card_console, machine);
	ret = ret ?: sysfs_put(mdev_path(0, "line"), "115200 8n1");
	return ret ?: console_open(console);
}

static inline void console_close(struct console *console)
{
	unsigned int i;

	if (console->memory)
		munmap(console->memory, CARD_MEMORY);
	console->memory = NULL;
	for (i = 0; i < CONSOLE_VECTORS; i++)
		close(console->events[i]);
}

static inline int console_end(struct console *console)
{
	console_close(console);
	return card_end(&console->card);
}

#endif
