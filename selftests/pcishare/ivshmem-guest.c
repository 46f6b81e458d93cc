// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: ring a peer by an ivshmem device, and check all that is read meanwhile.
 *
 * usage: ivshmem-guest POSITION PEER VECTOR COUNT MASK
 *
 *	POSITION	the device is this peer
 *	PEER		the one that is rung
 *	VECTOR		which of its doorbells
 *	COUNT		so often
 *	MASK		what the interrupt mask is while it is done; no two guests have
 *			the same
 *
 * The one line it prints begins with "ok" if all was so.
 */
#include "uio.h"

#define VENDOR		0x1af4
#define DEVICE		0x1110
#define BAR_SIZE	256

/* QEMU, docs/specs/ivshmem-spec */
#define MASK		0
#define STATUS		4
#define POSITION	8
#define DOORBELL	12

static void expect(const struct uio *uio, const char *what, size_t offset,
		   uint32_t wanted)
{
	uint32_t got = uio_read32(uio, offset);

	if (got != wanted)
		uio_fail("%s is 0x%x, not 0x%x", what, got, wanted);
}

static void ring(const struct uio *uio, uint32_t position, uint32_t doorbell,
		 uint32_t mask)
{
	uio_write32(uio, MASK, mask);
	uio_write32(uio, DOORBELL, doorbell);
	expect(uio, "the interrupt mask", MASK, mask);
	expect(uio, "the interrupt status", STATUS, 0);
	expect(uio, "the position", POSITION, position);
}

int main(int argc, char **argv)
{
	uint32_t position, doorbell, count, mask, i;
	struct uio uio = {};

	if (argc != 6)
		return 2;
	position = strtoul(argv[1], NULL, 0);
	doorbell = strtoul(argv[2], NULL, 0) << 16 | strtoul(argv[3], NULL, 0);
	count = strtoul(argv[4], NULL, 0);
	mask = strtoul(argv[5], NULL, 0);
	uio_find(&uio, VENDOR, DEVICE);
	uio_bind(&uio);
	uio_map(&uio, BAR_SIZE);
	expect(&uio, "the interrupt mask before", MASK, 0);
	for (i = 0; i < count; i++)
		ring(&uio, position, doorbell, mask ^ i << 16);
	uio_write32(&uio, MASK, 0);
	printf("ok rings=%u\n", count);
	return 0;
}
