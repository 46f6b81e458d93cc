// SPDX-License-Identifier: GPL-2.0
/*
 * Any accesses to the registers of a virtio console, anything in the memory of its
 * virtqueues, and any messages, for libFuzzer: four bytes each, the first says what is done.
 * After each the target looks at all that has to hold at any time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../serfwd_vfio/console.h"

#define must(held)	must_hold(held, #held, __LINE__)

static void must_hold(bool held, const char *what, int line)
{
	if (held)
		return;
	fprintf(stderr, "line %d: not %s\n", line, what);
	abort();
}

#define MEMORY		0x4000
#define RING		0x1000

/**
 * struct guest - a console and its guest
 * @console: the console; first, as it is easiest to look at
 * @memory: of the guest, as large as it says that it is
 * @fails: an access to it fails, now and then
 */
struct guest {
	struct serfwd_console console;
	uint8_t *memory;
	uint8_t fails;
};

static int rw(struct serfwd_virtq *virtq, u64 address, void *bytes, size_t count, bool write)
{
	struct guest *guest = virtq->owner;

	if (guest->fails && !--guest->fails)
		return -EBUSY;
	if (address > MEMORY || count > MEMORY - address)
		return -EFAULT;
	if (write)
		memcpy(guest->memory + address, bytes, count);
	else
		memcpy(bytes, guest->memory + address, count);
	return 0;
}

static const struct serfwd_virtq_ops ops = { .rw = rw };

/* Any bytes of a virtqueue. */
static void scribble(struct guest *guest, unsigned int n, const uint8_t *data)
{
	guest->memory[n * RING + (data[1] << 8 | data[2]) % RING] = data[3];
}

/* Offers a descriptor where the device looks, as a driver does it, or nearly so. */
static void offer(struct guest *guest, unsigned int n, const uint8_t *data)
{
	struct serfwd_virtq *virtq = &guest->console.virtio.queues[n];
	unsigned int at = (virtq->next + data[1] % 4) % virtq->size;
	bool wrap = virtq->wrap ^ (at < virtq->next);
	struct vring_packed_desc desc = {
		.addr = data[2] << 8,
		.len = data[3],
		.id = data[1],
		.flags = (data[1] >> 4 & 7) | 1u << (wrap ? VRING_PACKED_DESC_F_AVAIL :
							    VRING_PACKED_DESC_F_USED),
	};
	u64 address = virtq->addresses[SERFWD_VIRTQ_DESC] + at * sizeof(desc);

	if (address <= MEMORY - sizeof(desc))
		memcpy(guest->memory + address, &desc, sizeof(desc));
}

static void work(struct serfwd_virtq *virtq, const uint8_t *data)
{
	u16 direction = data[1] & 1 ? VRING_DESC_F_WRITE : 0;
	struct serfwd_virtq_piece piece = { 0, 0 };
	u32 done = virtq->done;
	bool busy = virtq->busy;
	int ret;

	if (!virtq->enabled)
		return;
	ret = serfwd_virtq_peek(virtq, direction, &piece);
	must(ret == 0 || ret == 1 || ret == -EINVAL || ret == -EFAULT || ret == -EBUSY);
	must(!busy || (virtq->busy && virtq->done == done));
	if (ret == 1) {
		must(virtq->busy);
		must(!piece.count == virtq->ended);
		if (data[2] & 1)
			serfwd_virtq_advance(virtq, piece.count < data[3] ? piece.count :
									    data[3]);
		else
			must(!serfwd_virtq_complete(virtq, direction) != virtq->busy);
	}
	serfwd_virtq_look_ahead(virtq, direction, &piece);
	if (data[1] & 2)
		serfwd_virtq_tells(virtq);
	if (data[1] & 4)
		serfwd_virtq_listen(virtq);
	if (data[1] & 8)
		serfwd_virtq_ignore(virtq);
}

static void say(struct serfwd_console *console)
{
	uint8_t message[SERFWD_CONSOLE_MESSAGE];
	size_t count = serfwd_console_say(console, message);

	must(count <= sizeof(message));
	must(count || !console->to_say);
	if (count && message[0] & 1)
		serfwd_console_unsay(console);
}

static void hear(struct serfwd_console *console, const uint8_t *data)
{
	struct virtio_console_control said = {
		.id = data[3] >> 7,
		.event = data[1],
		.value = data[2],
	};

	serfwd_console_hear(console, &said, data[3] % (sizeof(said) + 1));
	serfwd_console_hear(console, &said, sizeof(said));
	if (data[3] & 1)
		serfwd_console_attach(console, data[2] & 1);
	if (data[3] & 2)
		serfwd_console_cut(console);
	if (data[3] & 4)
		serfwd_console_nudge(console);
}

static void check(struct guest *guest)
{
	const struct serfwd_console *console = &guest->console;
	const struct serfwd_virtio *virtio = &console->virtio;
	unsigned int n;

	must(!(virtio->status & VIRTIO_CONFIG_S_FEATURES_OK) ||
	     !(virtio->accepted & ~virtio->offered));
	must(!serfwd_console_is_open(console) || serfwd_virtio_is_on(virtio));
	for (n = 0; n < SERFWD_VIRTIO_QUEUES; n++) {
		const struct serfwd_virtq *virtq = &virtio->queues[n];

		must(virtq->size && virtq->size <= SERFWD_VIRTQ_SIZE);
		must(virtq->next < virtq->size);
		must(!virtq->busy || virtq->nr <= virtq->size);
		must(virtq->ahead <= virtq->size);
		must(virtq->vector < SERFWD_CONSOLE_VECTORS ||
		     virtq->vector == VIRTIO_MSI_NO_VECTOR);
	}
}

static void act(struct guest *guest, const uint8_t *data)
{
	struct serfwd_console *console = &guest->console;
	unsigned int n = data[0] >> 6, width = 1u << (data[0] >> 4 & 3);
	unsigned int offset = data[1] % (SERFWD_VIRTIO_REGS + 8) & ~(width - 1);
	struct serfwd_virtq *virtq = &console->virtio.queues[n];

	switch (data[0] & 15) {
	case 0 ... 3:
		serfwd_console_write(console, offset, width, data[2] | data[3] << 8);
		break;
	case 4:
		serfwd_console_read(console, offset, width);
		serfwd_console_read(console, SERFWD_CONSOLE_CONFIG + offset, width);
		break;
	case 5 ... 6:
		scribble(guest, n, data);
		break;
	case 7 ... 8:
		offer(guest, n, data);
		break;
	case 9 ... 11:
		work(virtq, data);
		break;
	case 12:
		hear(console, data);
		break;
	case 13:
		say(console);
		break;
	default:
		guest->fails = data[1] % 16;
	}
}

/* As a driver begins, for what comes after to be reached. */
static void begin(struct guest *guest)
{
	struct serfwd_console *console = &guest->console;
	unsigned int n;

	serfwd_console_write(console, VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GF, 4, console->virtio.offered >> 32);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GF, 4,
			     console->virtio.offered & 0xffffffff);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_STATUS, 1, 0xf);
	for (n = 0; n < SERFWD_VIRTIO_QUEUES; n++) {
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_SELECT, 2, n);
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_SIZE, 2, 3 + 7 * n);
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_DESCLO, 4, n * RING);
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_AVAILLO, 4, n * RING + 0x800);
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_USEDLO, 4, n * RING + 0x900);
		serfwd_console_write(console, VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest guest = {};

	guest.memory = calloc(1, MEMORY);
	serfwd_console_init(&guest.console, &ops, &guest);
	serfwd_console_set_port(&guest.console, "name", size & 1);
	if (size & 2)
		begin(&guest);
	for (; size >= 4; data += 4, size -= 4) {
		act(&guest, data);
		check(&guest);
	}
	free(guest.memory);
	return 0;
}
