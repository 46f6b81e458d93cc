/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attack_call.h - one random call on a guest's device
 */
#ifndef SELFTESTS_ATTACK_CALL_H
#define SELFTESTS_ATTACK_CALL_H

#include "../lib/caller.h"
#include "../lib/stream.h"
#include "edu-user.h"

#define ATTACK_EVENTS	4

/**
 * struct attacker - who makes random calls
 * @guest: has the device
 * @random: what the calls come from
 * @buffer: for their data, a page
 * @events: eventfds for interrupts
 */
struct attacker {
	struct edu_guest guest;
	struct stream random;
	uint8_t *buffer;
	int events[ATTACK_EVENTS];
};

static inline uint64_t attack_pick(struct attacker *attacker, unsigned int limit)
{
	return stream_pick(&attacker->random, limit);
}

static inline uint64_t attack_word(struct attacker *attacker)
{
	/* Small ones and those next to a power of two are likely to matter. */
	switch (attack_pick(attacker, 4)) {
	case 0: return attack_pick(attacker, 8);
	case 1: return (1ull << attack_pick(attacker, 64)) - attack_pick(attacker, 3);
	case 2: return UINT64_MAX - attack_pick(attacker, 8);
	default: return stream_word(&attacker->random);
	}
}

/*
 * Reading and writing
 */

static inline uint64_t attack_offset(struct attacker *attacker,
				     unsigned int index)
{
	static const uint64_t ends[] = { EDU_BAR_SIZE, PCI_CFG_SPACE_SIZE, 4096 };

	switch (attack_pick(attacker, 8)) {
	case 0: return attack_word(attacker);
	case 1: return ends[attack_pick(attacker, ARRAY_SIZE(ends))] -
		       attack_pick(attacker, 20);
	case 2: return attack_pick(attacker, EDU_BAR_SIZE);
	default: return attack_pick(attacker, index ? PCI_CFG_SPACE_SIZE : 0xa8);
	}
}

static inline size_t attack_count(struct attacker *attacker)
{
	static const uint8_t widths[] = { 1, 2, 4, 8 };

	switch (attack_pick(attacker, 256)) {
	case 0: return attack_pick(attacker, CALLER_PAGE);
	case 1: return attack_word(attacker);
	case 2 ... 5: return 0;
	case 6 ... 15: return attack_pick(attacker, 300);
	case 16 ... 60: return attack_pick(attacker, 20);
	default: return widths[attack_pick(attacker, sizeof(widths))];
	}
}

/* Mostly good, but not always: near its end, or nowhere. */
static inline void *attack_place(struct attacker *attacker)
{
	switch (attack_pick(attacker, 32)) {
	case 0: return attacker->buffer + CALLER_PAGE - attack_pick(attacker, 20);
	case 1: return (void *)(uintptr_t)attack_word(attacker);
	default: return attacker->buffer;
	}
}

static inline bool attack_transfer(struct attacker *attacker, bool write)
{
	unsigned int index = attack_pick(attacker, 4) ? 0 :
			     attack_pick(attacker, 3) ?
			     VFIO_PCI_CONFIG_REGION_INDEX :
			     attack_pick(attacker, VFIO_PCI_NUM_REGIONS + 2);
	int64_t base = vfio_offset(attacker->guest.user.device, index);
	uint64_t offset = (base < 0 ? (uint64_t)index << 40 : (uint64_t)base) +
			  attack_offset(attacker, index);
	size_t count = attack_count(attacker);
	void *place = attack_place(attacker);

	if (!write)
		return pread(attacker->guest.user.device, place, count, offset) >= 0;
	stream_fill(&attacker->random, attacker->buffer, MIN(count, 300));
	return pwrite(attacker->guest.user.device, place, count, offset) >= 0;
}

/* The accesses of a driver, that there is something to disturb. */
static inline bool attack_drive(struct attacker *attacker)
{
	static const unsigned int registers[] = {
		EDU_LIVENESS, EDU_FACTORIAL, EDU_STATUS, EDU_IRQ_RAISE,
		EDU_IRQ_ACK, 0x80, 0x88,
	};
	unsigned int offset = registers[attack_pick(attacker, ARRAY_SIZE(registers))];

	config_put(attacker->guest.user.device, PCI_COMMAND, 2,
		   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return !edu_put(&attacker->guest, offset, attack_pick(attacker, 2) ?
			attack_pick(attacker, 256) : attack_word(attacker));
}

/*
 * ioctls
 */

static inline int32_t attack_fd(struct attacker *attacker)
{
	switch (attack_pick(attacker, 8)) {
	case 0: return -1;
	case 1: return attack_word(attacker);
	case 2: return attack_pick(attacker, 20);
	default: return attacker->events[attack_pick(attacker, ATTACK_EVENTS)];
	}
}

static inline bool attack_set_irqs(struct attacker *attacker)
{
	static const unsigned int data[] = {
		VFIO_IRQ_SET_DATA_NONE, VFIO_IRQ_SET_DATA_BOOL,
		VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_EVENTFD,
	};
	static const unsigned int action[] = {
		VFIO_IRQ_SET_ACTION_MASK, VFIO_IRQ_SET_ACTION_UNMASK,
		VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_IRQ_SET_ACTION_TRIGGER,
	};
	struct {
		struct vfio_irq_set set;
		int32_t fds[8];
	} arg;
	unsigned int i;

	arg.set.argsz = attack_pick(attacker, 8) ? sizeof(arg) :
						   attack_word(attacker);
	arg.set.flags = data[attack_pick(attacker, 4)] |
			action[attack_pick(attacker, 4)];
	if (!attack_pick(attacker, 8))
		arg.set.flags ^= attack_word(attacker);
	arg.set.index = attack_pick(attacker, 8) ? attack_pick(attacker, 6) :
						   attack_word(attacker);
	arg.set.start = attack_pick(attacker, 8) ? 0 : attack_word(attacker);
	arg.set.count = attack_pick(attacker, 8) ? attack_pick(attacker, 3) :
						   attack_word(attacker);
	for (i = 0; i < ARRAY_SIZE(arg.fds); i++)
		arg.fds[i] = attack_fd(attacker);
	return !ioctl(attacker->guest.user.device, VFIO_DEVICE_SET_IRQS, &arg);
}

static inline bool attack_ioctl(struct attacker *attacker)
{
	static const unsigned long commands[] = {
		VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_REGION_INFO,
		VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS,
		VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, VFIO_DEVICE_PCI_HOT_RESET,
		VFIO_DEVICE_IOEVENTFD, VFIO_DEVICE_FEATURE,
		VFIO_DEVICE_QUERY_GFX_PLANE, VFIO_DEVICE_GET_GFX_DMABUF,
	};
	unsigned long command =
		commands[attack_pick(attacker, ARRAY_SIZE(commands))];
	uint32_t *words = (uint32_t *)attacker->buffer;
	unsigned int i;

	if (!attack_pick(attacker, 16))
		command = attack_word(attacker);
	for (i = 0; i < 16; i++)
		words[i] = attack_word(attacker);
	if (attack_pick(attacker, 4))
		words[0] = attack_pick(attacker, 128);
	return !ioctl(attacker->guest.user.device, command,
		      attack_place(attacker));
}

static inline bool attack_reset(struct attacker *attacker)
{
	return !ioctl(attacker->guest.user.device, VFIO_DEVICE_RESET);
}

/* Interrupts taken, and ended. */
static inline bool attack_events(struct attacker *attacker)
{
	int event = attacker->events[attack_pick(attacker, ATTACK_EVENTS)];
	uint64_t count = 1;

	if (attack_pick(attacker, 2))
		return read(event, &count, sizeof(count)) > 0;
	return write(event, &count, sizeof(count)) > 0;
}

static inline bool attack_reopen(struct attacker *attacker)
{
	vfio_close(&attacker->guest.user);
	return !vfio_open(&attacker->guest.user, attacker->guest.number);
}

/**
 * attack() - one random call
 * @attacker: who
 *
 * Return: whether it was without an error.
 */
static inline bool attack(struct attacker *attacker)
{
	/* Calls that wait for all processors are rarer. */
	switch (attack_pick(attacker, 500)) {
	case 0 ... 1: return attack_reset(attacker);
	case 2: return attack_reopen(attacker);
	case 3 ... 49: return attack_events(attacker);
	case 50 ... 69: return attack_set_irqs(attacker);
	case 70 ... 129: return attack_ioctl(attacker);
	case 130 ... 239: return attack_drive(attacker);
	case 240 ... 364: return attack_transfer(attacker, false);
	default: return attack_transfer(attacker, true);
	}
}

/**
 * attacker_init() - get ready
 * @attacker: who
 * @number: of its guest, whose mediated device is there
 * @seed: what its calls come from
 *
 * Return: 0 or -errno.
 */
static inline int attacker_init(struct attacker *attacker, unsigned int number,
				uint64_t seed)
{
	unsigned int i;

	stream_init(&attacker->random, seed, false);
	for (i = 0; i < ATTACK_EVENTS; i++)
		attacker->events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	attacker->buffer = caller_page();
	if (!attacker->buffer)
		return -errno;
	return edu_guest_open(&attacker->guest, number);
}

#endif
