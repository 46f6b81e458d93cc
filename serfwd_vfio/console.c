// SPDX-License-Identifier: GPL-2.0
/*
 * What guest and device say about the port: VIRTIO 1.2, section 5.3.6.2.
 */
#include "console.h"

#define SERFWD_CONSOLE_FEATURES	(BIT_ULL(VIRTIO_CONSOLE_F_MULTIPORT) |	\
				 BIT_ULL(VIRTIO_F_VERSION_1) |		\
				 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |	\
				 BIT_ULL(VIRTIO_F_RING_PACKED))

/* struct virtio_console_control is little endian, as of all devices of 1.0. */
#define SERFWD_LE16(value)	le16_to_cpu((__force __le16)(value))
#define SERFWD_LE32(value)	le32_to_cpu((__force __le32)(value))
#define SERFWD_TO_LE16(value)	((__force __virtio16)cpu_to_le16(value))
#define SERFWD_TO_LE32(value)	((__force __virtio32)cpu_to_le32(value))

/* The only port. */
#define SERFWD_CONSOLE_PORT	0

/* Of &serfwd_console.to_say, in the order in which they are said. */
enum {
	SERFWD_CONSOLE_SAY_ADD,
	SERFWD_CONSOLE_SAY_HVC,
	SERFWD_CONSOLE_SAY_NAME,
	SERFWD_CONSOLE_SAY_CUT,
	SERFWD_CONSOLE_SAY_OPEN,
	SERFWD_CONSOLE_SAYS,
};

static const u16 serfwd_console_events[] = {
	[SERFWD_CONSOLE_SAY_ADD]	= VIRTIO_CONSOLE_PORT_ADD,
	[SERFWD_CONSOLE_SAY_HVC]	= VIRTIO_CONSOLE_CONSOLE_PORT,
	[SERFWD_CONSOLE_SAY_NAME]	= VIRTIO_CONSOLE_PORT_NAME,
	[SERFWD_CONSOLE_SAY_CUT]	= VIRTIO_CONSOLE_PORT_OPEN,
	[SERFWD_CONSOLE_SAY_OPEN]	= VIRTIO_CONSOLE_PORT_OPEN,
};

static bool serfwd_console_has_control(const struct serfwd_console *console)
{
	return serfwd_virtio_has(&console->virtio,
				 VIRTIO_CONSOLE_F_MULTIPORT);
}

/*
 * Registers
 */

/* struct virtio_console_config: no size, and one port. */
static u64 serfwd_console_config(void)
{
	return (u64)(SERFWD_CONSOLE_PORT + 1) << 32;
}

/**
 * serfwd_console_read - the guest reads registers
 * @console: the console
 * @offset: of the first, a multiple of @width
 * @width: bytes, 1 to 8
 *
 * Return: what they are; 0 where there are none, as of SERFWD_CONSOLE_ISR.
 */
u64 serfwd_console_read(const struct serfwd_console *console,
			unsigned int offset, unsigned int width)
{
	u64 value;

	if (offset < SERFWD_VIRTIO_REGS)
		return serfwd_virtio_read(&console->virtio, offset, width);
	if (offset < SERFWD_CONSOLE_CONFIG ||
	    offset >= SERFWD_CONSOLE_CONFIG + SERFWD_CONSOLE_CONFIG_SIZE)
		return 0;
	value = serfwd_console_config() >>
		(8 * (offset - SERFWD_CONSOLE_CONFIG));
	return width < 8 ? value & ((1ULL << (8 * width)) - 1) : value;
}

/**
 * serfwd_console_write - the guest writes registers
 * @console: the console
 * @offset: of the first, a multiple of @width
 * @width: bytes, 1 to 8
 * @value: any
 */
void serfwd_console_write(struct serfwd_console *console, unsigned int offset,
			  unsigned int width, u64 value)
{
	u8 before = console->virtio.status;

	if (offset >= SERFWD_VIRTIO_REGS)
		return;
	serfwd_virtio_write(&console->virtio, offset, width, value);
	if (before && !console->virtio.status)
		serfwd_console_reset(console);
}

/*
 * Messages
 */

static void serfwd_console_will_say(struct serfwd_console *console,
				    unsigned int what)
{
	if (serfwd_virtio_is_on(&console->virtio) &&
	    serfwd_console_has_control(console))
		console->to_say |= BIT(what);
}

/**
 * serfwd_console_attach - something is at the other end of the port, or not
 * @console: the console
 * @attached: whether there is
 */
void serfwd_console_attach(struct serfwd_console *console, bool attached)
{
	if (attached == console->attached)
		return;
	console->attached = attached;
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_OPEN);
}

/**
 * serfwd_console_cut - have the guest see that the line was cut
 * @console: the console
 *
 * What is at the other end afterwards is said as well.
 */
void serfwd_console_cut(struct serfwd_console *console)
{
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_CUT);
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_OPEN);
}

/**
 * serfwd_console_nudge - say something that changes nothing
 * @console: the console
 *
 * A guest that is told by the control queue gives the message's buffer back to
 * the device, and tells of that.
 */
void serfwd_console_nudge(struct serfwd_console *console)
{
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_OPEN);
}

static void serfwd_console_hear_ready(struct serfwd_console *console)
{
	if (console->is_hvc)
		serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_HVC);
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_NAME);
	serfwd_console_will_say(console, SERFWD_CONSOLE_SAY_OPEN);
}

/**
 * serfwd_console_hear - the guest has said something
 * @console: the console
 * @message: what
 * @count: bytes of it
 *
 * A message that is too short, about another port, or is not known says nothing.
 */
void serfwd_console_hear(struct serfwd_console *console, const void *message,
			 size_t count)
{
	struct virtio_console_control control;
	bool value;

	if (count < sizeof(control) || !serfwd_console_has_control(console))
		return;
	memcpy(&control, message, sizeof(control));
	value = SERFWD_LE16(control.value);
	/* Of the device the port is none. */
	if (SERFWD_LE16(control.event) ==
	    VIRTIO_CONSOLE_DEVICE_READY) {
		if (value)
			serfwd_console_will_say(console,
						SERFWD_CONSOLE_SAY_ADD);
		return;
	}
	if (SERFWD_LE32(control.id) != SERFWD_CONSOLE_PORT)
		return;
	switch (SERFWD_LE16(control.event)) {
	case VIRTIO_CONSOLE_PORT_READY:
		if (value)
			serfwd_console_hear_ready(console);
		break;
	case VIRTIO_CONSOLE_PORT_OPEN:
		console->guest_open = value;
		break;
	}
}

static unsigned int serfwd_console_next(const struct serfwd_console *console)
{
	unsigned int what = 0;

	while (what < SERFWD_CONSOLE_SAYS && !(console->to_say & BIT(what)))
		what++;
	return what;
}

/* The value of a message, for the guest to be told. */
static u16 serfwd_console_value(const struct serfwd_console *console,
				unsigned int what)
{
	switch (what) {
	case SERFWD_CONSOLE_SAY_CUT:
		return 0;
	case SERFWD_CONSOLE_SAY_OPEN:
		return console->attached;
	default:
		return 1;
	}
}

/**
 * serfwd_console_say - what is there to be said to the guest?
 * @console: the console
 * @message: filled, up to SERFWD_CONSOLE_MESSAGE bytes
 *
 * It is taken for said, until serfwd_console_unsay(): what is to be said from
 * here on is said after it.
 *
 * Return: bytes of the next message; 0 if there is none.
 */
size_t serfwd_console_say(struct serfwd_console *console, void *message)
{
	unsigned int what = serfwd_console_next(console);
	struct virtio_console_control control = {};
	size_t length;

	if (what == SERFWD_CONSOLE_SAYS)
		return 0;
	console->saying = BIT(what);
	console->to_say &= ~console->saying;
	control.id = SERFWD_TO_LE32(SERFWD_CONSOLE_PORT);
	control.event = SERFWD_TO_LE16(serfwd_console_events[what]);
	control.value = SERFWD_TO_LE16(serfwd_console_value(console, what));
	memcpy(message, &control, sizeof(control));
	if (what != SERFWD_CONSOLE_SAY_NAME)
		return sizeof(control);
	length = strlen(console->name);
	memcpy((u8 *)message + sizeof(control), console->name, length);
	return sizeof(control) + length;
}

/**
 * serfwd_console_unsay - the guest could not be given the message
 * @console: the console
 *
 * It is said later, if it still means anything.
 */
void serfwd_console_unsay(struct serfwd_console *console)
{
	if (serfwd_virtio_is_on(&console->virtio))
		console->to_say |= console->saying;
}

/**
 * serfwd_console_is_open - does the guest use the port?
 * @console: the console
 *
 * Return: whether it has it open, as far as it can say that.
 */
bool serfwd_console_is_open(const struct serfwd_console *console)
{
	return serfwd_virtio_is_on(&console->virtio) &&
	       (console->guest_open || !serfwd_console_has_control(console));
}

/**
 * serfwd_console_reset - have all be as after power-on
 * @console: the console
 */
void serfwd_console_reset(struct serfwd_console *console)
{
	serfwd_virtio_reset(&console->virtio);
	console->guest_open = false;
	console->to_say = 0;
}

/**
 * serfwd_console_set_port - say what the port is
 * @console: the console, which no guest has
 * @name: of the port, up to SERFWD_CONSOLE_NAME - 1 bytes are taken
 * @is_hvc: it is to be a console of the guest's
 */
void serfwd_console_set_port(struct serfwd_console *console, const char *name,
			     bool is_hvc)
{
	memset(console->name, 0, sizeof(console->name));
	memcpy(console->name, name, strnlen(name, SERFWD_CONSOLE_NAME - 1));
	console->is_hvc = is_hvc;
	console->attached = false;
	serfwd_console_reset(console);
}

/**
 * serfwd_console_init - set up a console
 * @console: the console; filled
 * @ops: reach the guest's memory
 * @owner: for @ops
 */
void serfwd_console_init(struct serfwd_console *console,
			 const struct serfwd_virtq_ops *ops, void *owner)
{
	serfwd_virtio_init(&console->virtio, SERFWD_CONSOLE_FEATURES,
			   SERFWD_CONSOLE_VECTORS, ops, owner);
	serfwd_console_set_port(console, "", false);
}
