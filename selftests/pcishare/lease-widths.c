// SPDX-License-Identifier: GPL-2.0
/*
 * Accesses of any width anywhere to a device that several guests have at once, against
 * a model of what a guest has to see, byte by byte.
 */
#include "lease-fixture.h"

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
 * Random values must not compute for too long, and must not interrupt: that comes
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
	/* The bytes of it that are not written stay. */
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
		width = widths[stream_pick(random, ARRAY_SIZE(widths))];
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
	unsigned int i, count = scaled(300);

	stream_init(&random, 1, false);
	for (i = 0; i < ARRAY_SIZE(models); i++)
		model_init(&models[i], &self->guests[i]);
	for (i = 0; i < count; i++) {
		unsigned int who = stream_pick(&random, ARRAY_SIZE(models));

		ASSERT_TRUE(write_something(&models[who], &random))
			TH_LOG("write %u", i);
	}
	for (i = 0; i < ARRAY_SIZE(models); i++)
		EXPECT_TRUE(model_is(&models[i]));
}

TEST_HARNESS_MAIN
