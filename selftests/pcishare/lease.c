// SPDX-License-Identifier: GPL-2.0
/*
 * A device that several guests have at once, by its policy: each of them finds it
 * as if it were its own, whatever the others do.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "../lib/harness.h"
#include "../lib/stream.h"
#include "edu-user.h"

#define TYPE	"pcishare-lease"
#define GUESTS	8
#define MOST	16	/* by the policy */

/* How often a long start is tried again that was over before it was looked at. */
#define ATTEMPTS	20

FIXTURE(lease) {
	char address[16];
	struct edu_guest guests[GUESTS];
};

FIXTURE_SETUP(lease)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	for (i = 0; i < GUESTS; i++) {
		/* Of a test that failed. */
		mdev_remove(i);
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
		ASSERT_EQ(0, edu_guest_open(&self->guests[i], i));
	}
}

FIXTURE_TEARDOWN(lease)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		edu_guest_close(&self->guests[i]);
		EXPECT_EQ(0, mdev_remove(i));
	}
}

/* So many times, or as many as the environment says. */
static unsigned int rounds(unsigned int count)
{
	const char *factor = getenv("PCISHARE_FACTOR");

	return factor ? count * atoi(factor) : count;
}

/*
 * Registers, by class
 */

/* ro */
TEST_F(lease, the_identification_is_the_same_for_all)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guests[i], EDU_ID));
		EXPECT_EQ(0, edu_put(&self->guests[i], EDU_ID, 0));
		EXPECT_EQ(EDU_ID_VALUE, edu_get(&self->guests[i], EDU_ID));
	}
}

static uint32_t pattern(unsigned int guest, unsigned int round)
{
	return 0x01234567u * (guest + 1) + 0x89abcdefu * round;
}

/* context */
TEST_F(lease, each_has_its_own_value)
{
	unsigned int i, round, other;

	for (i = 0; i < GUESTS; i++)
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_LIVENESS));
	for (round = 0; round < 4; round++) {
		for (i = 0; i < GUESTS; i++)
			ASSERT_EQ(0, edu_put(&self->guests[i], EDU_LIVENESS,
					     pattern(i, round)));
		for (i = 0; i < GUESTS; i++)
			EXPECT_EQ((uint32_t)~pattern(i, round),
				  edu_get(&self->guests[i], EDU_LIVENESS));
		/* As each has the device itself, in turn. */
		for (other = 0; other < GUESTS; other++) {
			edu_compute(&self->guests[other], 5 + other);
			EXPECT_EQ(0, self->guests[other].wrong)
				TH_LOG("%s", self->guests[other].text);
			for (i = 0; i < GUESTS; i++)
				EXPECT_EQ((uint32_t)~pattern(i, round),
					  edu_get(&self->guests[i], EDU_LIVENESS));
		}
	}
}

/* Results are contexts, too. */
TEST_F(lease, each_has_its_own_result)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		edu_compute(&self->guests[i], 3 + i);
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, self->guests[i].wrong)
			TH_LOG("%s", self->guests[i].text);
		EXPECT_EQ(edu_factorial(3 + i),
			  edu_get(&self->guests[i], EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_STATUS));
	}
}

/* What was seen while a guest computed something long. */
struct overlap {
	uint64_t status;	/* by one whose start waits */
	uint64_t value;
	uint64_t idle_status;	/* by one that started nothing */
	bool during;		/* it was still computing */
};

static struct overlap overlap_look(struct edu_guest *holder,
				   struct edu_guest *waits,
				   struct edu_guest *idle)
{
	struct overlap seen;

	edu_put(holder, EDU_FACTORIAL, EDU_LONG);
	edu_put(waits, EDU_FACTORIAL, 10);
	seen.status = edu_get(waits, EDU_STATUS);
	seen.value = edu_get(waits, EDU_FACTORIAL);
	seen.idle_status = edu_get(idle, EDU_STATUS);
	seen.during = edu_computes(holder);
	return seen;
}

/*
 * start, and busy: the write returns at once, busy is read as if the device were
 * slow, and the result is there later, as is the other's.
 */
TEST_F(lease, a_start_waits_and_its_guest_does_not)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	struct overlap seen;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		seen = overlap_look(holder, waits, &self->guests[2]);
		ASSERT_TRUE(edu_finish(holder));
		ASSERT_TRUE(edu_finish(waits));
		EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
		EXPECT_EQ(3628800, edu_get(waits, EDU_FACTORIAL));
		if (seen.during)
			break;
	}
	ASSERT_LT(i, ATTEMPTS);
	EXPECT_EQ(EDU_STATUS_COMPUTING, seen.status);
	EXPECT_EQ(10, seen.value);
	EXPECT_EQ(0, seen.idle_status);
	EXPECT_EQ(i + 1, mdev_stat(0, "starts"));
	EXPECT_EQ(i + 1, mdev_stat(1, "starts"));
	EXPECT_LE(1, mdev_stat(1, "queued_starts"));
	EXPECT_LE(1, mdev_stat(1, "turns"));
	EXPECT_EQ(0, mdev_stat(2, "turns"));
}

/* Written while it waits: as with the device itself, which is computing. */
TEST_F(lease, one_start_at_a_time)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	uint64_t got;
	bool during;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		edu_put(holder, EDU_FACTORIAL, EDU_LONG);
		edu_put(waits, EDU_FACTORIAL, 5);
		edu_put(waits, EDU_FACTORIAL, 6);
		during = edu_computes(holder);
		ASSERT_TRUE(edu_finish(waits));
		got = edu_get(waits, EDU_FACTORIAL);
		EXPECT_TRUE(got == 120 || got == 720)
			TH_LOG("5! or 6!: %llu", (unsigned long long)got);
		ASSERT_TRUE(edu_finish(holder));
		if (during)
			break;
	}
	EXPECT_LT(i, ATTEMPTS);
}

/* What another has already computed again since this one has wanted it. */
struct hog {
	struct edu_guest *guest;
	atomic_uint starts;
	atomic_bool enough;
};

static void *hog_thread(void *arg)
{
	struct hog *hog = arg;

	while (!hog->enough) {
		edu_put(hog->guest, EDU_FACTORIAL, EDU_LONG / 4);
		hog->starts++;
		edu_finish(hog->guest);
	}
	return NULL;
}

/* Who has it and goes on computing does not keep it from who waits. */
TEST_F(lease, a_turn_comes)
{
	struct hog hog = { .guest = &self->guests[0] };
	unsigned int i, before;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, hog_thread, &hog));
	for (i = 0; i < 10; i++) {
		while (!hog.starts)
			sleep_ms(1);
		before = hog.starts;
		edu_compute(&self->guests[1], 5);
		/* The one that ran, and one more that was made meanwhile. */
		EXPECT_GE(before + 2, hog.starts)
			TH_LOG("others' starts: %u", hog.starts - before);
	}
	hog.enough = true;
	pthread_join(thread, NULL);
	EXPECT_EQ(0, self->guests[1].wrong) TH_LOG("%s", self->guests[1].text);
}

static void *compute_thread(void *arg)
{
	struct edu_guest *guest = arg;
	struct stream random;
	unsigned int i;
	uint64_t own;

	stream_init(&random, guest->number, false);
	for (i = 0; i < guest->rounds; i++) {
		edu_put(guest, EDU_LIVENESS, pattern(guest->number, i));
		edu_compute(guest, stream_word(&random) % 40);
		own = edu_get(guest, EDU_LIVENESS);
		if (own != (uint32_t)~pattern(guest->number, i))
			edu_note(guest, "liveness", i, own);
	}
	return NULL;
}

TEST_F(lease, all_compute_at_once)
{
	unsigned int i, count = rounds(60);

	EXPECT_EQ(0, edu_guests_run(self->guests, GUESTS, compute_thread, count));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(count, mdev_stat(i, "starts"));
		EXPECT_LE(1, mdev_stat(i, "turns"));
		EXPECT_EQ(0, mdev_stat(i, "denied"));
		EXPECT_EQ(0, mdev_stat(i, "refused"));
	}
}

/* status, raise and ack: nobody else hears of it. */
TEST_F(lease, a_guest_interrupts_itself)
{
	struct edu_guest *guest = &self->guests[3];
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, edu_irq_start(&self->guests[i], EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 0x80000005));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(0x80000005, edu_get(guest, EDU_IRQ_STATUS));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_RAISE));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_ACK));
	/* Reading it, and writing to it, does not clear it. */
	EXPECT_EQ(0, edu_put(guest, EDU_IRQ_STATUS, UINT32_MAX));
	EXPECT_EQ(0x80000005, edu_get(guest, EDU_IRQ_STATUS));
	/* A bit at a time, and more before they are gone. */
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 0x80000000));
	EXPECT_EQ(5, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 0x12));
	EXPECT_EQ(0x17, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, UINT32_MAX));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, edu_get(&self->guests[i], EDU_IRQ_STATUS));
		EXPECT_EQ(i == 3, mdev_stat(i, "interrupts"));
		EXPECT_EQ(0, edu_irq_comes(&self->guests[i], 0));
	}
}

/* deny, and what the policy does not name */
static const unsigned int nowhere[] = {
	0x80, 0x84, 0x88, 0x8c, 0x90, 0x94, 0x98, 0x9c, 0x0c, 0x10, 0x1c, 0x28,
	0x5c, 0x68, 0x7c, 0xa0, 0x40000, 0x40ffc, 0x80000, EDU_BAR_SIZE - 4,
};

TEST_F(lease, what_is_denied_is_not_there)
{
	struct edu_guest *guest = &self->guests[1];
	long long before;
	unsigned int i;

	EXPECT_EQ(0, mdev_stat(1, "denied"));
	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		before = mdev_stat(1, "denied");
		EXPECT_EQ(0, edu_get(guest, nowhere[i]))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(before + 1, mdev_stat(1, "denied"))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(0, edu_put(guest, nowhere[i], 0xffffffff));
		EXPECT_EQ(before + 2, mdev_stat(1, "denied"))
			TH_LOG("offset %#x", nowhere[i]);
		EXPECT_EQ(0, edu_get(guest, nowhere[i]));
	}
	EXPECT_EQ(0, region_get(guest->user.device, EDU_BAR, 0x80, 8));
	EXPECT_EQ(0, mdev_stat(0, "denied"));
	edu_compute(guest, 7);
	EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
}

TEST_F(lease, counters)
{
	struct edu_guest *guest = &self->guests[2];

	EXPECT_EQ(0, mdev_stat(2, "reads"));
	EXPECT_EQ(0, mdev_stat(2, "writes"));
	edu_get(guest, EDU_ID);
	edu_get(guest, EDU_LIVENESS);
	edu_put(guest, EDU_LIVENESS, 1);
	EXPECT_EQ(2, mdev_stat(2, "reads"));
	EXPECT_EQ(1, mdev_stat(2, "writes"));
	EXPECT_EQ(0, mdev_stat(2, "starts"));
	EXPECT_EQ(0, mdev_stat(2, "live_timeouts"));
	EXPECT_EQ(0, mdev_stat(1, "reads"));
}

/*
 * Any width anywhere: against a model of what a guest has to see, byte by byte
 */

#define IMAGE	0xa8

struct model {
	struct edu_guest *guest;
	uint8_t image[IMAGE];
};

static void model_put(struct model *model, unsigned int offset, uint32_t value)
{
	memcpy(model->image + offset, &value, sizeof(value));
}

static uint32_t model_get(const struct model *model, unsigned int offset)
{
	uint32_t value;

	memcpy(&value, model->image + offset, sizeof(value));
	return value;
}

static void model_init(struct model *model, struct edu_guest *guest)
{
	memset(model, 0, sizeof(*model));
	model->guest = guest;
	model_put(model, EDU_ID, EDU_ID_VALUE);
}

/* Returns whether it starts the device. */
static bool model_write_byte(struct model *model, unsigned int offset,
			     uint8_t value)
{
	unsigned int byte = offset % 4;

	switch (offset & ~3u) {
	case EDU_LIVENESS:
		model->image[offset] = ~value;
		return false;
	case EDU_FACTORIAL:
		model->image[offset] = value;
		return true;
	case EDU_STATUS:
		model->image[offset] = byte ? 0 : value & EDU_STATUS_IRQ;
		return false;
	case EDU_IRQ_RAISE:
		model->image[EDU_IRQ_STATUS + byte] |= value;
		return false;
	case EDU_IRQ_ACK:
		model->image[EDU_IRQ_STATUS + byte] &= ~value;
		return false;
	default:
		return false;
	}
}

static bool model_write(struct model *model, unsigned int offset,
			const uint8_t *bytes, unsigned int width)
{
	bool starts = false;
	unsigned int i;

	for (i = 0; i < width && offset + i < IMAGE; i++)
		starts |= model_write_byte(model, offset + i, bytes[i]);
	if (starts)
		model_put(model, EDU_FACTORIAL,
			  edu_factorial(model_get(model, EDU_FACTORIAL)));
	return starts;
}

static const unsigned int widths[] = { 1, 2, 4, 8, 3, 5, 7, 12, 16 };

/* Returns how many reads did not give what the model says; tells of the first. */
static unsigned int model_compare(const struct model *model)
{
	int fd = model->guest->user.device;
	off_t base = vfio_offset(fd, EDU_BAR);
	unsigned int i, offset, wrong = 0;
	uint8_t got[16];

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		for (offset = 0; offset + widths[i] <= IMAGE; offset++) {
			memset(got, 0xee, sizeof(got));
			if (pread(fd, got, widths[i], base + offset) ==
			    widths[i] &&
			    !memcmp(got, model->image + offset, widths[i]))
				continue;
			if (!wrong++)
				dprintf(STDOUT_FILENO,
					"# %u bytes at %#x: %02x %02x... instead of %02x %02x...\n",
					widths[i], offset, got[0], got[1],
					model->image[offset],
					model->image[offset + 1]);
		}
	}
	return wrong;
}

/* Whether all of it is as the model says. */
static bool model_is(const struct model *model)
{
	int fd = model->guest->user.device;
	uint8_t got[IMAGE];
	unsigned int i;

	if (pread(fd, got, sizeof(got), vfio_offset(fd, EDU_BAR)) != sizeof(got))
		return false;
	for (i = 0; i < IMAGE && got[i] == model->image[i]; i++)
		;
	if (i < IMAGE)
		dprintf(STDOUT_FILENO, "# offset %#x is %#x instead of %#x\n", i,
			got[i], model->image[i]);
	return i == IMAGE;
}

/* Both for who has the device and for who does not. */
TEST_F(lease, reads_of_any_width)
{
	struct edu_guest *other = &self->guests[4];
	struct model model;

	model_init(&model, &self->guests[5]);
	ASSERT_EQ(0, edu_put(model.guest, EDU_LIVENESS, 0x12345678));
	model_put(&model, EDU_LIVENESS, ~0x12345678u);
	edu_compute(model.guest, 12);
	model_put(&model, EDU_FACTORIAL, 479001600);
	ASSERT_EQ(0, edu_put(model.guest, EDU_STATUS, 0xffffffff));
	model_put(&model, EDU_STATUS, EDU_STATUS_IRQ);
	ASSERT_EQ(0, edu_put(model.guest, EDU_IRQ_RAISE, 0x87654321));
	model_put(&model, EDU_IRQ_STATUS, 0x87654321);
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "holder"),
			     mdev_uuid(5)));
	EXPECT_EQ(0, model_compare(&model));
	ASSERT_EQ(0, edu_put(other, EDU_LIVENESS, 0));
	edu_compute(other, 4);
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "holder"),
			     mdev_uuid(4)));
	EXPECT_EQ(0, model_compare(&model));
	EXPECT_EQ(0, model.guest->wrong + other->wrong);
}

/*
 * What is random must not compute for too long, and must not interrupt: that comes
 * some time after it has computed.
 */
static void tame(struct model *model, unsigned int offset, uint8_t *bytes,
		 unsigned int width)
{
	unsigned int i;

	for (i = 0; i < width; i++) {
		if (offset + i == EDU_FACTORIAL)
			bytes[i] %= 6;
		else if ((offset + i) / 4 == EDU_FACTORIAL / 4)
			bytes[i] = 0;
		else if (offset + i == EDU_STATUS)
			bytes[i] &= ~EDU_STATUS_IRQ;
	}
	/* What is not written of it stays. */
	if (model_get(model, EDU_FACTORIAL) > 255) {
		edu_compute(model->guest, 1);
		model_put(model, EDU_FACTORIAL, 1);
	}
}

/* Mostly where there is something. */
static unsigned int random_offset(struct stream *random)
{
	static const unsigned int near[] = {
		EDU_ID, EDU_LIVENESS, EDU_FACTORIAL, EDU_STATUS, EDU_IRQ_RAISE,
	};
	uint64_t word = stream_word(random) >> 16;

	if (!(word % 4))
		return (word >> 8) % (IMAGE - 16);
	return near[(word >> 8) % ARRAY_SIZE(near)] + (word >> 16) % 8;
}

/*
 * It is taken apart into what a bus can carry: how many accesses of these are to the
 * register that starts? A second one may come while the first is computed.
 */
static unsigned int starts_of(unsigned int offset, unsigned int width)
{
	unsigned int end = offset + width, piece, starts = 0;

	for (; offset < end; offset += piece) {
		for (piece = 8; piece > end - offset || offset % piece; piece /= 2)
			;
		if (offset + piece > EDU_FACTORIAL && offset < EDU_FACTORIAL + 4)
			starts++;
	}
	return starts;
}

static bool write_something(struct model *model, struct stream *random)
{
	unsigned int offset, width;
	int fd = model->guest->user.device;
	uint8_t bytes[16];

	do {
		width = widths[(stream_word(random) >> 16) % ARRAY_SIZE(widths)];
		offset = random_offset(random);
	} while (starts_of(offset, width) > 1);
	stream_fill(random, bytes, width);
	tame(model, offset, bytes, width);
	if (pwrite(fd, bytes, width, vfio_offset(fd, EDU_BAR) + offset) != width)
		return false;
	if (model_write(model, offset, bytes, width) &&
	    !edu_finish(model->guest))
		return false;
	if (model_is(model))
		return true;
	dprintf(STDOUT_FILENO,
		"# guest %u wrote %u bytes at %#x: %02x %02x %02x %02x...\n",
		model->guest->number, width, offset, bytes[0], bytes[1], bytes[2],
		bytes[3]);
	return false;
}

TEST_F(lease, writes_of_any_width)
{
	struct model models[3];
	struct stream random;
	unsigned int i, count = rounds(300);

	stream_init(&random, 1, false);
	for (i = 0; i < ARRAY_SIZE(models); i++)
		model_init(&models[i], &self->guests[i]);
	for (i = 0; i < count; i++) {
		unsigned int who = (stream_word(&random) >> 16) % 3;

		ASSERT_TRUE(write_something(&models[who], &random))
			TH_LOG("write %u", i);
	}
	for (i = 0; i < ARRAY_SIZE(models); i++)
		EXPECT_TRUE(model_is(&models[i]));
}

/*
 * Interrupts
 */

TEST_F(lease, intx_is_a_level)
{
	struct edu_guest *guest = &self->guests[0];
	int i;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_NE(0, config_get(guest->user.device, PCI_STATUS, 2) &
		     PCI_STATUS_INTERRUPT);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		/* Masked, until it is unmasked. */
		EXPECT_EQ(0, edu_irq_comes(guest, 20));
		ASSERT_EQ(0, edu_irq_end(guest));
	}
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(0, config_get(guest->user.device, PCI_STATUS, 2) &
		     PCI_STATUS_INTERRUPT);
	EXPECT_EQ(6, mdev_stat(0, "interrupts"));
}

TEST_F(lease, intx_unmasked_by_eventfd)
{
	int unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct edu_guest *guest = &self->guests[0];
	uint64_t one = 1;
	int i;

	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_INTX, IRQ_UNMASK_FD, 1, unmask));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	}
	ASSERT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(sizeof(one), write(unmask, &one, sizeof(one)));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_INTX, IRQ_UNMASK_FD, 1, -1));
	close(unmask);
}

TEST_F(lease, intx_masked_and_disabled)
{
	struct edu_guest *guest = &self->guests[0];
	int fd = guest->user.device;

	/* What comes before it is enabled is not lost. */
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));

	ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_MASK, 1, 0));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, edu_irq_end(guest));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	ASSERT_EQ(0, edu_irq_end(guest));

	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY |
				PCI_COMMAND_INTX_DISABLE));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_TRIGGER_FD, 1, -1));
}

/* Once for what is new. */
TEST_F(lease, msi)
{
	struct edu_guest *guest = &self->guests[1], *other = &self->guests[2];

	ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
	ASSERT_EQ(0, edu_irq_start(other, EDU_MSI));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 2));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(3, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 3));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	EXPECT_EQ(3, mdev_stat(1, "interrupts"));
	EXPECT_EQ(0, mdev_stat(2, "interrupts"));
	/* By hand, as a VMM may to see whether it works. */
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_MSI, IRQ_TRIGGER, 1, 0));
	EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_MSI, IRQ_TRIGGER, 0, 0));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 4));
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
}

/* From one to the other and back, as a driver that is loaded and unloaded. */
TEST_F(lease, intx_and_msi_in_turn)
{
	struct edu_guest *guest = &self->guests[1];
	int i, fd = guest->user.device;

	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
		/* One at a time. */
		EXPECT_EQ(-EINVAL, edu_irq_start(guest, EDU_MSI));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		ASSERT_EQ(0, irq_set(fd, EDU_INTX, IRQ_TRIGGER, 0, 0));
		ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
		EXPECT_EQ(-EINVAL, edu_irq_start(guest, EDU_INTX));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		EXPECT_EQ(1, edu_irq_comes(guest, VFIO_PATIENCE));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		ASSERT_EQ(0, irq_set(fd, EDU_MSI, IRQ_TRIGGER, 0, 0));
	}
}

/* A driver that sleeps until its start is through. */
static void compute_by_interrupt(struct edu_guest *guest, uint32_t n)
{
	uint64_t got;

	edu_put(guest, EDU_FACTORIAL, n);
	got = edu_irq_comes(guest, VFIO_PATIENCE);
	if (got != 1)
		edu_note(guest, "interrupts", n, got);
	got = edu_get(guest, EDU_IRQ_STATUS);
	if (got != 1)
		edu_note(guest, "interrupt status", n, got);
	got = edu_get(guest, EDU_FACTORIAL);
	if (got != edu_factorial(n))
		edu_note(guest, "factorial", n, got);
	edu_put(guest, EDU_IRQ_ACK, 1);
	got = edu_get(guest, EDU_IRQ_STATUS);
	if (got)
		edu_note(guest, "interrupt status after ack", n, got);
}

static void *intx_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++) {
		compute_by_interrupt(guest, (guest->number + 7 * i) % 40);
		edu_irq_end(guest);
	}
	return NULL;
}

static void *msi_thread(void *arg)
{
	struct edu_guest *guest = arg;
	unsigned int i;

	for (i = 0; i < guest->rounds; i++)
		compute_by_interrupt(guest, (guest->number + 7 * i) % 40);
	return NULL;
}

#define STARTERS	4

/* Each start interrupts once, and who started, although they take turns. */
static void completions(struct __test_metadata *_metadata,
			struct edu_guest *guests, unsigned int index,
			void *(*thread)(void *))
{
	unsigned int i, count = rounds(100);

	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, edu_irq_start(&guests[i], index));
	for (i = 0; i < STARTERS; i++)
		ASSERT_EQ(0, edu_put(&guests[i], EDU_STATUS, EDU_STATUS_IRQ));
	EXPECT_EQ(0, edu_guests_run(guests, STARTERS, thread, count));
	EXPECT_EQ(0, edu_irq_comes(&guests[0], VFIO_QUIET));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, edu_irq_comes(&guests[i], 0));
		EXPECT_EQ(i < STARTERS ? count : 0, mdev_stat(i, "interrupts"))
			TH_LOG("guest %u", i);
	}
}

TEST_F(lease, completions_by_intx)
{
	completions(_metadata, self->guests, EDU_INTX, intx_thread);
}

TEST_F(lease, completions_by_msi)
{
	completions(_metadata, self->guests, EDU_MSI, msi_thread);
}

/* Two threads of one kind and two of the other, and two that only poll. */
static void *mixed_thread(void *arg)
{
	struct edu_guest *guest = arg;

	switch (guest->number % 3) {
	case 0: return intx_thread(guest);
	case 1: return msi_thread(guest);
	default: return compute_thread(guest);
	}
}

TEST_F(lease, completions_of_each_kind)
{
	unsigned int i, count = rounds(50);

	for (i = 0; i < 6; i++) {
		if (i % 3 == 2)
			continue;
		ASSERT_EQ(0, edu_irq_start(&self->guests[i],
					   i % 3 ? EDU_MSI : EDU_INTX));
		ASSERT_EQ(0, edu_put(&self->guests[i], EDU_STATUS,
				     EDU_STATUS_IRQ));
	}
	EXPECT_EQ(0, edu_guests_run(self->guests, 6, mixed_thread, count));
	for (i = 0; i < 6; i++)
		EXPECT_EQ(i % 3 == 2 ? 0 : count, mdev_stat(i, "interrupts"));
}

/* The status is there for who looks, whether or not it is told to. */
TEST_F(lease, a_status_is_polled)
{
	struct edu_guest *guest = &self->guests[6];
	unsigned int i, polls;

	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, i));
		for (polls = 0; !edu_get(guest, EDU_IRQ_STATUS); polls++)
			ASSERT_LT(polls, EDU_POLLS);
		EXPECT_EQ(1, edu_get(guest, EDU_IRQ_STATUS));
		EXPECT_EQ(edu_factorial(i), edu_get(guest, EDU_FACTORIAL));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	}
	/* Without the enable bit there is none. */
	ASSERT_EQ(0, edu_put(guest, EDU_STATUS, 0));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_INTX));
	edu_compute(guest, 5);
	EXPECT_EQ(0, edu_irq_comes(guest, VFIO_QUIET));
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
}

/* What the user can get wrong, and what it is told. */
static const struct {
	unsigned int argsz;
	unsigned int flags;
	unsigned int index;
	unsigned int start;
	unsigned int count;
	int32_t data;
	int error;
} wrong[] = {
	{ 8, IRQ_TRIGGER_FD, EDU_MSI, 0, 1, -1, EINVAL },
	{ 20, IRQ_TRIGGER_FD, EDU_MSI, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, 1, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, 0, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, 0, UINT32_MAX, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, UINT32_MAX, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, UINT32_MAX, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | 1 << 10, EDU_MSI, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD | IRQ_UNMASK, EDU_MSI, 0, 1, -1, EINVAL },
	{ 24, 0, EDU_MSI, 0, 1, -1, EINVAL },
	{ 24, VFIO_IRQ_SET_ACTION_TRIGGER, EDU_MSI, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, EDU_MSI, 0, 1, 0, EINVAL },	/* no eventfd */
	{ 24, IRQ_TRIGGER, EDU_MSI, 0, 1, 0, EINVAL },		/* not enabled */
	{ 24, IRQ_TRIGGER_BOOL, EDU_MSI, 0, 1, 1, EINVAL },
	{ 24, IRQ_UNMASK, EDU_MSI, 0, 1, 0, ENOTTY },
	{ 24, IRQ_MASK, EDU_MSI, 0, 1, 0, ENOTTY },
	{ 24, IRQ_UNMASK_FD, EDU_MSI, 0, 1, -1, ENOTTY },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_INTX, 1, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_INTX, 0, 2, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, EDU_INTX, 0, 1, 12345, EBADF },
	{ 24, IRQ_TRIGGER_FD, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_UNMASK, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_MASK, EDU_INTX, 0, 1, 0, EINVAL },
	{ 24, IRQ_UNMASK_FD, EDU_INTX, 0, 1, -1, EINVAL },
	{ 24, IRQ_TRIGGER_FD, VFIO_PCI_NUM_IRQS, 0, 1, -1, EINVAL },
};

TEST_F(lease, wrong_set_irqs)
{
	struct {
		struct vfio_irq_set set;
		int32_t data;
	} arg;
	int fd = self->guests[0].user.device;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		arg.set.argsz = wrong[i].argsz;
		arg.set.flags = wrong[i].flags;
		arg.set.index = wrong[i].index;
		arg.set.start = wrong[i].start;
		arg.set.count = wrong[i].count;
		arg.data = wrong[i].data;
		errno = 0;
		EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_SET_IRQS, &arg))
			TH_LOG("line %u of the table", i);
		EXPECT_EQ(wrong[i].error, errno)
			TH_LOG("line %u of the table", i);
	}
}

static const struct {
	unsigned int index;
	int count;
	unsigned int flags;
} irqs[] = {
	{ VFIO_PCI_INTX_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED },
	{ VFIO_PCI_MSI_IRQ_INDEX, 1, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
	{ VFIO_PCI_MSIX_IRQ_INDEX, 0, VFIO_IRQ_INFO_EVENTFD |
	  VFIO_IRQ_INFO_NORESIZE },
};

TEST_F(lease, info)
{
	struct vfio_irq_info irq = { .argsz = sizeof(irq) };
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int fd = self->guests[0].user.device;
	unsigned int i;

	ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_EQ(VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET, info.flags);
	for (i = 0; i < ARRAY_SIZE(irqs); i++) {
		irq.index = irqs[i].index;
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &irq));
		EXPECT_EQ(irqs[i].count, irq.count);
		EXPECT_EQ(irqs[i].flags, irq.flags);
	}
}

/*
 * Coming and going
 */

/* Its own: as after power-on; the others': as it was. */
TEST_F(lease, reset_of_one)
{
	struct edu_guest *guest = &self->guests[0], *other = &self->guests[1];
	int i, fd = guest->user.device;

	ASSERT_EQ(0, edu_put(other, EDU_LIVENESS, 0x1111));
	edu_compute(other, 6);
	ASSERT_EQ(0, edu_put(other, EDU_IRQ_RAISE, 8));
	/* The second time as who has the device. */
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_LIVENESS, 0x2222));
		ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 2));
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_RESET));
		EXPECT_EQ(UINT32_MAX, edu_get(guest, EDU_ID));
		ASSERT_EQ(0, config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY));
		EXPECT_EQ(0, edu_get(guest, EDU_LIVENESS));
		EXPECT_EQ(0, edu_get(guest, EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
		EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
		edu_compute(guest, 9);
		EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
	}
	EXPECT_EQ((uint32_t)~0x1111, edu_get(other, EDU_LIVENESS));
	EXPECT_EQ(720, edu_get(other, EDU_FACTORIAL));
	EXPECT_EQ(8, edu_get(other, EDU_IRQ_STATUS));
	EXPECT_EQ(2, mdev_stat(0, "resets"));
	EXPECT_EQ(0, mdev_stat(1, "resets"));
}

/* A start that waits goes with it. */
TEST_F(lease, reset_of_one_that_waits)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];
	bool during;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		edu_put(holder, EDU_FACTORIAL, EDU_LONG);
		edu_put(waits, EDU_FACTORIAL, 10);
		ASSERT_EQ(0, ioctl(waits->user.device, VFIO_DEVICE_RESET));
		during = edu_computes(holder);
		ASSERT_EQ(0, config_put(waits->user.device, PCI_COMMAND, 2,
					PCI_COMMAND_MEMORY));
		EXPECT_EQ(0, edu_get(waits, EDU_STATUS));
		EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
		ASSERT_TRUE(edu_finish(holder));
		EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
		if (during)
			break;
	}
	EXPECT_LT(i, ATTEMPTS);
	EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "holder"),
			     mdev_uuid(0)));
}

/* What it has started must not be what another finds. */
TEST_F(lease, closed_while_it_computes)
{
	struct edu_guest *guest = &self->guests[0], *other = &self->guests[1];
	int i;

	ASSERT_EQ(0, edu_irq_start(other, EDU_INTX));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_STATUS, EDU_STATUS_IRQ));
		ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, EDU_LONG));
		ASSERT_EQ(0, edu_put(other, EDU_FACTORIAL, 8));
		edu_guest_close(guest);
		EXPECT_TRUE(sysfs_is(mdev_path(0, "state"), "closed"));
		ASSERT_TRUE(edu_finish(other));
		EXPECT_EQ(40320, edu_get(other, EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(other, EDU_IRQ_STATUS));
		ASSERT_EQ(0, edu_guest_open(guest, 0));
		EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
		EXPECT_EQ(0, edu_get(guest, EDU_FACTORIAL));
	}
	EXPECT_EQ(0, edu_irq_comes(other, VFIO_QUIET));
}

TEST_F(lease, closed_while_it_waits)
{
	struct edu_guest *holder = &self->guests[0], *waits = &self->guests[1];

	ASSERT_EQ(0, edu_put(holder, EDU_FACTORIAL, EDU_LONG));
	ASSERT_EQ(0, edu_put(waits, EDU_FACTORIAL, 8));
	edu_guest_close(waits);
	ASSERT_TRUE(edu_finish(holder));
	EXPECT_EQ(0, edu_get(holder, EDU_FACTORIAL));
	ASSERT_EQ(0, edu_guest_open(waits, 1));
	EXPECT_EQ(0, edu_get(waits, EDU_FACTORIAL));
	edu_compute(waits, 8);
	EXPECT_EQ(0, waits->wrong) TH_LOG("%s", waits->text);
}

static void compute_until_killed(unsigned int number)
{
	struct edu_guest guest;
	unsigned int i;

	if (edu_guest_open(&guest, number))
		_exit(1);
	edu_irq_start(&guest, number % 2 ? EDU_INTX : EDU_MSI);
	edu_put(&guest, EDU_STATUS, EDU_STATUS_IRQ);
	for (i = 0;; i++) {
		edu_put(&guest, EDU_FACTORIAL, i % 3 ? i % 40 : EDU_LONG / 64);
		edu_put(&guest, EDU_IRQ_RAISE, i);
	}
}

/* Guests that are killed at any point are no matter to the others. */
TEST_F(lease, killed)
{
	unsigned int i, at;
	int status;
	pid_t pids[2];

	for (at = 0; at < 2; at++)
		edu_guest_close(&self->guests[at]);
	for (i = 0; i < 10; i++) {
		for (at = 0; at < 2; at++) {
			pids[at] = fork();
			if (!pids[at])
				compute_until_killed(at);
		}
		ASSERT_TRUE(sysfs_becomes(mdev_path(0, "state"), "open"));
		ASSERT_TRUE(sysfs_becomes(mdev_path(1, "state"), "open"));
		EXPECT_EQ(0, edu_guests_run(self->guests + 2, 3, compute_thread,
					    5 + i % 5));
		for (at = 0; at < 2; at++) {
			kill(pids[at], SIGKILL);
			ASSERT_EQ(pids[at], waitpid(pids[at], &status, 0));
			EXPECT_TRUE(WIFSIGNALED(status));
		}
	}
	for (at = 0; at < 2; at++) {
		ASSERT_EQ(0, edu_guest_open(&self->guests[at], at));
		edu_compute(&self->guests[at], 11);
		EXPECT_EQ(0, self->guests[at].wrong)
			TH_LOG("%s", self->guests[at].text);
	}
}

/*
 * sysfs
 */

TEST_F(lease, who_has_it)
{
	const char *state = "state", *holder = "holder";
	long long handovers;
	char path[PATH_MAX];
	unsigned int i;

	snprintf(path, sizeof(path), "%s",
		 pcishare_path(self->address, "handovers"));
	handovers = sysfs_number(path);
	EXPECT_LE(0, handovers);

	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "sharing"), "lease"));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_TRUE(sysfs_is(mdev_path(i, "state"), "open"));
		edu_compute(&self->guests[i], 3);
		EXPECT_TRUE(sysfs_is(pcishare_path(self->address, holder),
				     mdev_uuid(i)));
		EXPECT_TRUE(sysfs_is(pcishare_path(self->address, state),
				     "held"));
	}
	EXPECT_LE(handovers + GUESTS, sysfs_number(path));
	edu_guest_close(&self->guests[GUESTS - 1]);
	EXPECT_TRUE(sysfs_becomes(pcishare_path(self->address, holder), ""));
	EXPECT_TRUE(sysfs_becomes(pcishare_path(self->address, state), "free"));
	ASSERT_EQ(0, edu_guest_open(&self->guests[GUESTS - 1], GUESTS - 1));
}

/* What is written, and what is read then; NULL if it is refused. */
static const struct {
	const char *attribute;
	const char *written;
	const char *then;
} knobs[] = {
	{ "name", "the first one\n", "the first one" },
	{ "name", "\n", "" },
	{ "name", "123456789-123456789-123456789-123456789-123456789-123456789-123",
	  "123456789-123456789-123456789-123456789-123456789-123456789-123" },
	{ "name", "123456789-123456789-123456789-123456789-123456789-123456789-1234",
	  NULL },
	{ "weight", "1", "1" },
	{ "weight", "1000\n", "1000" },
	{ "weight", "0", NULL },
	{ "weight", "1001", NULL },
	{ "weight", "-1", NULL },
	{ "weight", "x", NULL },
	{ "live_wait_ms", "1", "1" },
	{ "live_wait_ms", "60000", "60000" },
	{ "live_wait_ms", "0", NULL },
	{ "live_wait_ms", "60001", NULL },
	{ "live_wait_ms", "1s", NULL },
};

TEST_F(lease, knobs)
{
	unsigned int i;
	int ret;

	EXPECT_TRUE(sysfs_is(mdev_path(0, "name"), ""));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "weight"), "100"));
	EXPECT_TRUE(sysfs_is(mdev_path(0, "live_wait_ms"), "1000"));
	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		ret = sysfs_put(mdev_path(0, knobs[i].attribute),
				knobs[i].written);
		if (!knobs[i].then) {
			EXPECT_TRUE(ret == -EINVAL || ret == -ERANGE)
				TH_LOG("%s: %s", knobs[i].attribute,
				       knobs[i].written);
			continue;
		}
		EXPECT_EQ(0, ret)
			TH_LOG("%s: %s", knobs[i].attribute, knobs[i].written);
		EXPECT_TRUE(sysfs_is(mdev_path(0, knobs[i].attribute),
				     knobs[i].then))
			TH_LOG("%s: %s", knobs[i].attribute, knobs[i].written);
	}
}

TEST_F(lease, as_many_as_the_policy_says)
{
	char available[128];
	unsigned int i;

	snprintf(available, sizeof(available),
		 PCI_DEVICES "/%s/mdev_supported_types/" TYPE "/available_instances",
		 self->address);
	EXPECT_EQ(MOST - GUESTS, sysfs_number(available));
	for (i = GUESTS; i < MOST; i++)
		EXPECT_EQ(0, mdev_create(self->address, TYPE, i));
	EXPECT_EQ(0, sysfs_number(available));
	EXPECT_NE(0, mdev_create(self->address, TYPE, MOST));
	for (i = GUESTS; i < MOST; i++)
		EXPECT_EQ(0, mdev_remove(i));
	EXPECT_EQ(MOST - GUESTS, sysfs_number(available));
}

TEST_HARNESS_MAIN
