// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: access its PCI device in all the ways there are, at random, to see
 * whether anybody else notices.
 *
 * usage: attack-guest [-t SECONDS] [-s SEED] VENDOR:DEVICE SIZE-OF-BAR-0
 *
 * Reads and writes of 1, 2, 4 and 8 bytes anywhere in BAR 0, mostly near its
 * beginning where registers are; and of the configuration space, among them the BARs
 * and the command register, with values that devices do not like. Afterwards the
 * configuration space is as it was before.
 */
#include <signal.h>
#include <stdbool.h>

#include "uio.h"

#define CONFIG_SIZE		256
#define CONFIG_BARS		0x10
#define CONFIG_BARS_END		0x28
#define CONFIG_ROM		0x30
#define CONFIG_CAPABILITIES	0x34
#define CAPABILITY_MSI		0x05
#define CAPABILITY_MSI_SIZE	0x18
#define COMMAND_REACH		0x0007	/* decoding, and bus mastering */

static uint64_t random_state;
static size_t msi;

static uint32_t next_random(void)
{
	random_state = random_state * 6364136223846793005ull +
		       1442695040888963407ull;
	return random_state >> 32;
}

/* All ones, one bit, a few, or any. */
static uint64_t next_value(void)
{
	switch (next_random() % 4) {
	case 0:
		return ~0ull;
	case 1:
		return 1ull << next_random() % 64;
	case 2:
		return next_random() & next_random() & next_random();
	default:
		return (uint64_t)next_random() << 32 | next_random();
	}
}

static size_t next_offset(size_t size, size_t width)
{
	size_t near = next_random() % 4 && size > 0x100 ? 0x100 : size;

	return next_random() % (near / width) * width;
}

/* One function for each width, so that it is one access of that. */
#define ACCESS(type)							\
	static void access_##type(void *at, bool writes, uint64_t value) \
	{								\
		if (writes)						\
			__atomic_store_n((type *)at, value, __ATOMIC_RELAXED); \
		else							\
			__atomic_load_n((type *)at, __ATOMIC_RELAXED);	\
	}

ACCESS(uint8_t)
ACCESS(uint16_t)
ACCESS(uint32_t)
ACCESS(uint64_t)

static void (*const accesses[])(void *at, bool writes, uint64_t value) = {
	access_uint8_t, access_uint16_t, access_uint32_t, access_uint64_t,
};

static void access_bar(const struct uio *uio)
{
	unsigned int order = next_random() % 4;
	size_t offset = next_offset(uio->size, 1 << order);

	accesses[order](uio->bar + offset, next_random() % 2, next_value());
}

static uint8_t config_byte(const struct uio *uio, size_t offset)
{
	uint8_t value;

	if (pread(uio->config, &value, 1, offset) != 1)
		uio_fail("reading the configuration: %s", strerror(errno));
	return value;
}

/* Where the capability is; 0: nowhere. */
static size_t find_msi(const struct uio *uio)
{
	size_t at = config_byte(uio, CONFIG_CAPABILITIES);
	int limit = 48;

	while (at && limit-- && config_byte(uio, at) != CAPABILITY_MSI)
		at = config_byte(uio, at + 1);
	return limit > 0 ? at : 0;
}

/* Does it lead accesses or interrupts of this guest anywhere? */
static bool is_address(size_t offset)
{
	return (offset >= CONFIG_BARS && offset < CONFIG_BARS_END) ||
	       (offset & ~3) == CONFIG_ROM ||
	       (msi && offset >= msi && offset < msi + CAPABILITY_MSI_SIZE);
}

static void set_command(const struct uio *uio, uint16_t command)
{
	if (pwrite(uio->config, &command, 2, UIO_COMMAND) != 2)
		uio_fail("writing the command register: %s", strerror(errno));
}

/*
 * An address that is another's would take that away from this guest, and an interrupt
 * that is another's would end it, and that is all: so the device neither decodes nor
 * sends messages while it has such, and has its own back at once.
 */
static void write_address(const struct uio *uio, size_t offset)
{
	uint32_t before, value = next_value();
	uint16_t command;

	offset &= ~3;
	if (pread(uio->config, &command, 2, UIO_COMMAND) != 2 ||
	    pread(uio->config, &before, 4, offset) != 4)
		uio_fail("reading the configuration: %s", strerror(errno));
	set_command(uio, command & ~COMMAND_REACH);
	if (pwrite(uio->config, &value, 4, offset) != 4 ||
	    pread(uio->config, &value, 4, offset) != 4 ||
	    pwrite(uio->config, &before, 4, offset) != 4)
		uio_fail("writing an address: %s", strerror(errno));
	set_command(uio, command);
}

/* Refused or not: who looks is the host. */
static void access_config(const struct uio *uio)
{
	size_t width = 1 << next_random() % 3;
	size_t offset = next_offset(CONFIG_SIZE, width);
	uint32_t value = next_value();

	if (next_random() % 2) {
		if (pread(uio->config, &value, width, offset) < 0)
			uio_fail("reading the configuration: %s", strerror(errno));
	} else if (is_address(offset)) {
		write_address(uio, offset);
	} else if (pwrite(uio->config, &value, width, offset) < 0) {
		uio_fail("writing the configuration: %s", strerror(errno));
	}
}

/* The writes may have left it asleep, or without its addresses. */
static void restore_config(const struct uio *uio, const uint8_t *before)
{
	ssize_t offset;

	for (offset = CONFIG_SIZE - 4; offset >= 0; offset -= 4)
		if (pwrite(uio->config, before + offset, 4, offset) != 4)
			uio_fail("restoring the configuration: %s", strerror(errno));
}

static void attack(const struct uio *uio, double seconds)
{
	unsigned long bars = 0, configs = 0;
	double began = uio_seconds();

	while (uio_seconds() - began < seconds) {
		if (next_random() % 8) {
			access_bar(uio);
			bars++;
		} else {
			access_config(uio);
			configs++;
		}
		/* It may have put itself to sleep. */
		if (next_random() % 64 == 0)
			set_command(uio, 0x0103);
	}
	printf("ok bar=%lu configuration=%lu\n", bars, configs);
}

int main(int argc, char **argv)
{
	unsigned int vendor, device;
	uint8_t before[CONFIG_SIZE];
	struct uio uio = { 0 };
	double seconds = 10;
	int option;

	random_state = 1;
	while ((option = getopt(argc, argv, "t:s:")) != -1) {
		switch (option) {
		case 't':
			seconds = strtod(optarg, NULL);
			break;
		case 's':
			random_state = strtoul(optarg, NULL, 0);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2 ||
	    sscanf(argv[optind], "%x:%x", &vendor, &device) != 2)
		return 2;
	random_state *= 0x9e3779b97f4a7c15ull;
	uio_open(&uio, vendor, device, strtoul(argv[optind + 1], NULL, 0));
	if (pread(uio.config, before, sizeof(before), 0) != sizeof(before))
		uio_fail("reading the configuration: %s", strerror(errno));
	msi = find_msi(&uio);
	attack(&uio, seconds);
	restore_config(&uio, before);
	return 0;
}
