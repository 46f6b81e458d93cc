/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio console with one port: Virtual I/O Device (VIRTIO) 1.2, section 5.3.
 * Its registers, and what guest and device say to each other about the port;
 * the bytes are its owner's to move. Nothing here is only a kernel's.
 */
#ifndef SERFWD_CONSOLE_H
#define SERFWD_CONSOLE_H

#include "virtio.h"

/* Virtqueues, as the guest has them: 5.3.2. */
enum serfwd_console_queue {
	SERFWD_CONSOLE_RECEIVEQ,
	SERFWD_CONSOLE_TRANSMITQ,
	SERFWD_CONSOLE_CONTROL_RECEIVEQ,
	SERFWD_CONSOLE_CONTROL_TRANSMITQ,
};

/* Where registers are in their BAR. */
#define SERFWD_CONSOLE_COMMON	0x000
#define SERFWD_CONSOLE_ISR	0x200
#define SERFWD_CONSOLE_CONFIG	0x300

/* struct virtio_console_config without the register of emergencies. */
#define SERFWD_CONSOLE_CONFIG_SIZE	8

/* One for the device, and one for each virtqueue. */
#define SERFWD_CONSOLE_VECTORS	(1 + SERFWD_VIRTIO_QUEUES)

#define SERFWD_CONSOLE_NAME	64

/* The longest message to the guest, which has the name of the port. */
#define SERFWD_CONSOLE_MESSAGE	(sizeof(struct virtio_console_control) +	\
				 SERFWD_CONSOLE_NAME)

/**
 * struct serfwd_console - a virtio console
 * @virtio: its registers
 * @name: of the port
 * @is_hvc: the port is a console of the guest's, /dev/hvcN of Linux, instead of
 *	/dev/vportNpM
 * @attached: there is something at the other end of the port
 * @guest_open: the guest has said that it has the port open
 * @to_say: messages that there are for the guest, a bit each
 * @saying: the bit of what is being said
 */
struct serfwd_console {
	struct serfwd_virtio virtio;
	char name[SERFWD_CONSOLE_NAME];
	bool is_hvc;
	bool attached;
	bool guest_open;
	unsigned int to_say;
	unsigned int saying;
};

void serfwd_console_init(struct serfwd_console *console,
			 const struct serfwd_virtq_ops *ops, void *owner);
void serfwd_console_set_port(struct serfwd_console *console, const char *name,
			     bool is_hvc);
void serfwd_console_reset(struct serfwd_console *console);
u64 serfwd_console_read(const struct serfwd_console *console,
			unsigned int offset, unsigned int width);
void serfwd_console_write(struct serfwd_console *console, unsigned int offset,
			  unsigned int width, u64 value);

void serfwd_console_attach(struct serfwd_console *console, bool attached);
void serfwd_console_cut(struct serfwd_console *console);
void serfwd_console_nudge(struct serfwd_console *console);
void serfwd_console_hear(struct serfwd_console *console, const void *message,
			 size_t count);
size_t serfwd_console_say(struct serfwd_console *console, void *message);
void serfwd_console_unsay(struct serfwd_console *console);
bool serfwd_console_is_open(const struct serfwd_console *console);

#endif
