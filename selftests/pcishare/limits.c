// SPDX-License-Identifier: GPL-2.0
/*
 * How often a guest may do what costs the host time, and what is noted of what it does
 * that the policy does not name.
 */
#include <stdio.h>

#include "lease-fixture.h"

#define MANY	2000

static int limit(unsigned int guest, const char *what, unsigned int per_s)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", per_s);
	return sysfs_put(mdev_path(guest, what), text);
}

/* As a device that is not there; the others are not concerned. */
TEST_F(lease, accesses)
{
	struct edu_guest *guest = &self->guests[0], *other = &self->guests[1];
	unsigned int i, right = 0, wrong = 0;

	ASSERT_EQ(0, limit(0, "accesses_per_s", 1000));
	for (i = 0; i < MANY; i++) {
		switch (edu_get(guest, EDU_ID)) {
		case EDU_ID_VALUE:
			right++;
			break;
		case UINT32_MAX:
			wrong++;
		}
		EXPECT_EQ(EDU_ID_VALUE, edu_get(other, EDU_ID));
	}
	EXPECT_EQ(MANY, right + wrong);
	/* As many as in 100 ms may be done at once. */
	EXPECT_LE(100, right);
	EXPECT_EQ(wrong, mdev_stat(0, "limited_accesses"));
	EXPECT_EQ(right, mdev_stat(0, "reads"));
	EXPECT_EQ(0, mdev_stat(1, "limited_accesses"));
	ASSERT_EQ(0, limit(0, "accesses_per_s", 0));
	for (i = 0; i < MANY; i++)
		EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
	EXPECT_EQ(-EINVAL, sysfs_put(mdev_path(0, "accesses_per_s"), "10000001"));
}

/* One that is too much is not made, and the last result stays. */
TEST_F(lease, starts)
{
	struct edu_guest *guest = &self->guests[0];

	ASSERT_EQ(0, limit(0, "starts_per_s", 1));
	edu_compute(guest, 5);
	EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
	ASSERT_EQ(0, edu_put(guest, EDU_FACTORIAL, 6));
	EXPECT_EQ(0, edu_get(guest, EDU_STATUS));
	EXPECT_EQ(120, edu_get(guest, EDU_FACTORIAL));
	EXPECT_EQ(1, mdev_stat(0, "limited_starts"));
	EXPECT_EQ(1, mdev_stat(0, "starts"));
	/* Another's are its own. */
	edu_compute(&self->guests[1], 7);
	EXPECT_EQ(0, self->guests[1].wrong);
	sleep_ms(1100);
	edu_compute(guest, 6);
	EXPECT_EQ(0, guest->wrong) TH_LOG("%s", guest->text);
}

/* Those that are too many come later, all as one; none is lost for ever. */
static void check_interrupts(struct __test_metadata *_metadata,
			     struct _test_data_lease *self, unsigned int index)
{
	struct edu_guest *guest = &self->guests[0];
	unsigned int i, came = 0;

	ASSERT_EQ(0, limit(0, "interrupts_per_s", 50));
	ASSERT_EQ(0, edu_irq_start(guest, index));
	for (i = 0; i < MANY / 10; i++) {
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		came += irq_comes(guest->event, 0);
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
		if (index == EDU_INTX)
			ASSERT_EQ(0, edu_irq_end(guest));
	}
	/* Until the limit lets through what is there. */
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 2));
	for (i = 0; i < VFIO_PATIENCE / 100; i++) {
		came += irq_comes(guest->event, 100);
		if (came && edu_get(guest, EDU_IRQ_STATUS) == 2)
			break;
	}
	EXPECT_LT(0, came);
	EXPECT_LT(0, mdev_stat(0, "limited_interrupts"));
	EXPECT_EQ(2, edu_get(guest, EDU_IRQ_STATUS));
	ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 2));
	ASSERT_EQ(0, limit(0, "interrupts_per_s", 0));
	ASSERT_EQ(0, irq_set(guest->user.device, index, IRQ_TRIGGER, 0, 0));
}

TEST_F(lease, messages)
{
	check_interrupts(_metadata, self, EDU_MSI);
}

TEST_F(lease, intx)
{
	check_interrupts(_metadata, self, EDU_INTX);
}

/* The last of many is not lost, though nobody does anything for it. */
TEST_F(lease, the_last_interrupt)
{
	struct edu_guest *guest = &self->guests[0];
	unsigned int i;

	ASSERT_EQ(0, limit(0, "interrupts_per_s", 4));
	ASSERT_EQ(0, edu_irq_start(guest, EDU_MSI));
	for (i = 0; i < 3; i++) {
		irq_comes(guest->event, 0);
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_RAISE, 1));
		ASSERT_EQ(0, edu_put(guest, EDU_IRQ_ACK, 1));
	}
	irq_comes(guest->event, 0);
	ASSERT_LT(0, mdev_stat(0, "limited_interrupts"));
	EXPECT_EQ(1, irq_comes(guest->event, VFIO_PATIENCE));
	ASSERT_EQ(0, irq_set(guest->user.device, EDU_MSI, IRQ_TRIGGER, 0, 0));
}

/*
 * Places that the policy does not name
 */

static FILE *coverage(const char *address, const char *how)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/pcishare/%s/coverage", address);
	return fopen(path, how);
}

static void coverage_text(const char *address, char *text, size_t size)
{
	FILE *file = coverage(address, "re");
	size_t len = file ? fread(text, 1, size - 1, file) : 0;

	text[len] = '\0';
	if (file)
		fclose(file);
}

TEST_F(lease, coverage)
{
	struct edu_guest *guest = &self->guests[0];
	int fd = guest->user.device;
	static char text[65536];
	unsigned int i;
	FILE *file;

	edu_get(guest, 0x10);
	edu_get(guest, 0x10);
	edu_put(guest, 0x10, 1);
	edu_put(&self->guests[1], 0x7c, 1);
	region_get(fd, EDU_BAR, 0xfff00, 1);
	/* The first half is the factorial. */
	region_get(fd, EDU_BAR, EDU_FACTORIAL, 8);
	/* A register that is denied has a name. */
	edu_get(guest, 0x80);
	coverage_text(self->address, text, sizeof(text));
	EXPECT_STREQ("reg bar0_0xc 0 0xc 32 read deny # read 1, written 0\n"
		     "reg bar0_0x10 0 0x10 32 deny # read 2, written 1\n"
		     "reg bar0_0x7c 0 0x7c 32 write deny # read 0, written 1\n"
		     "reg bar0_0xfff00 0 0xfff00 8 read deny # read 1, written 0\n",
		     text);

	file = coverage(self->address, "we");
	ASSERT_NE(NULL, file);
	fputs("0", file);
	fclose(file);
	coverage_text(self->address, text, sizeof(text));
	EXPECT_STREQ("", text);
	/* As many as a guest likes. */
	for (i = 0; i < 1000; i++)
		edu_get(guest, 0x1000 + 4 * i);
	coverage_text(self->address, text, sizeof(text));
	EXPECT_NE(NULL, strstr(text, "# and 488 accesses to other places\n"));
}

TEST_HARNESS_MAIN
