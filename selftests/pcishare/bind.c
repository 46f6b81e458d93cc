// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a shared device away, whatever its guests are doing: the mediated device is
 * removed, the driver unbound, the physical device removed; by guests that give it
 * back when asked, and by such that do not. And replacing its policy.
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../lib/harness.h"
#include "edu-user.h"

#define TYPE		"pcishare-lease"
#define GUESTS		3
#define DRIVER		"/sys/bus/pci/drivers/pcishare"
#define PARAMETERS	"/sys/module/pcishare/parameters"
#define POLICIES	"/lib/firmware/pcishare"
#define OWN_POLICY	"1234-11e8.policy"

FIXTURE(bind) {
	char address[16];
	struct edu_guest guests[GUESTS];
};

/* Bound by IDs, when it is there again. */
static bool bound(const char *address)
{
	char path[PATH_MAX];
	int waited;

	snprintf(path, sizeof(path), DRIVER "/%s/pcishare/sharing", address);
	for (waited = 0; access(path, F_OK); waited += 5) {
		if (waited >= SYSFS_PATIENCE)
			return false;
		sleep_ms(5);
	}
	return true;
}

static int guests_make(const char *address, struct edu_guest *guests)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < GUESTS; i++) {
		mdev_remove(i);
		ret = mdev_create(address, TYPE, i);
		ret = ret ?: edu_guest_open(&guests[i], i);
	}
	return ret;
}

FIXTURE_SETUP(bind)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
	sysfs_put(DRIVER "/bind", self->address);
	ASSERT_TRUE(bound(self->address));
	for (i = 0; i < GUESTS; i++)
		mdev_remove(i);
	sysfs_put(pcishare_path(self->address, "policy"), OWN_POLICY);
	ASSERT_EQ(0, guests_make(self->address, self->guests));
}

FIXTURE_TEARDOWN(bind)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		edu_guest_close(&self->guests[i]);
		mdev_remove(i);
	}
	sysfs_put(PARAMETERS "/revoke_ms", "10000");
}

/*
 * The work that a guest may be doing
 */

static void does_nothing(struct edu_guest *guests)
{
	(void)guests;
}

static void has_it(struct edu_guest *guests)
{
	edu_put(&guests[0], EDU_LIVENESS, 5);
	edu_compute(&guests[0], 5);
}

static void has_lost_it(struct edu_guest *guests)
{
	has_it(guests);
	edu_compute(&guests[1], 6);
}

static void computes(struct edu_guest *guests)
{
	edu_put(&guests[0], EDU_FACTORIAL, EDU_LONG);
}

static void waits(struct edu_guest *guests)
{
	edu_put(&guests[1], EDU_FACTORIAL, EDU_LONG);
	edu_put(&guests[0], EDU_FACTORIAL, 7);
}

static void others_wait(struct edu_guest *guests)
{
	edu_put(&guests[0], EDU_FACTORIAL, EDU_LONG);
	edu_put(&guests[1], EDU_FACTORIAL, 7);
	edu_put(&guests[2], EDU_FACTORIAL, 8);
}

static void has_an_interrupt(struct edu_guest *guests)
{
	edu_irq_start(&guests[0], EDU_INTX);
	edu_put(&guests[0], EDU_IRQ_RAISE, 1);
	edu_irq_comes(&guests[0], VFIO_PATIENCE);
}

static void expects_an_interrupt(struct edu_guest *guests)
{
	edu_irq_start(&guests[0], EDU_MSI);
	edu_put(&guests[0], EDU_STATUS, EDU_STATUS_IRQ);
	edu_put(&guests[0], EDU_FACTORIAL, EDU_LONG);
}

static const struct {
	const char *name;
	void (*act)(struct edu_guest *guests);
} doings[] = {
	{ "does nothing", does_nothing },
	{ "has it", has_it },
	{ "has lost it", has_lost_it },
	{ "computes", computes },
	{ "waits", waits },
	{ "others wait", others_wait },
	{ "has an interrupt", has_an_interrupt },
	{ "expects an interrupt", expects_an_interrupt },
};

/*
 * Taking it away
 */

/**
 * struct taker - a thread that takes a device away, which may last
 * @thread: the thread
 * @path: of the attribute
 * @text: what is written there
 * @ret: what came of it
 */
struct taker {
	pthread_t thread;
	char path[PATH_MAX];
	char text[64];
	int ret;
};

static void *taker_thread(void *arg)
{
	struct taker *taker = arg;

	taker->ret = sysfs_put(taker->path, taker->text);
	return NULL;
}

static void taker_start(struct taker *taker, const char *path, const char *text)
{
	snprintf(taker->path, sizeof(taker->path), "%s", path);
	snprintf(taker->text, sizeof(taker->text), "%s", text);
	if (pthread_create(&taker->thread, NULL, taker_thread, taker))
		abort();
}

static int taker_end(struct taker *taker)
{
	pthread_join(taker->thread, NULL);
	return taker->ret;
}

static void take_driver(struct taker *taker, const char *address)
{
	taker_start(taker, DRIVER "/unbind", address);
}

static void take_device(struct taker *taker, const char *address)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/remove", address);
	taker_start(taker, path, "1");
}

static bool give_driver(const char *address)
{
	return !sysfs_put(DRIVER "/bind", address) && bound(address);
}

static bool give_device(const char *address)
{
	return !sysfs_put("/sys/bus/pci/rescan", "1") && bound(address);
}

/* As vfio-pci's users are asked. */
static int request_start(const struct edu_guest *guest, int event)
{
	return irq_set(guest->user.device, VFIO_PCI_REQ_IRQ_INDEX,
		       IRQ_TRIGGER_FD, 1, event);
}

/* Every one gives it back as soon as it is asked. */
static void given_back(struct __test_metadata *_metadata, const char *address,
		       struct edu_guest *guests,
		       void (*take)(struct taker *taker, const char *address))
{
	int events[GUESTS];
	struct taker taker;
	unsigned int i;

	for (i = 0; i < GUESTS; i++) {
		events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		ASSERT_EQ(0, request_start(&guests[i], events[i]));
	}
	take(&taker, address);
	for (i = 0; i < GUESTS; i++)
		EXPECT_LE(1, irq_comes(events[i], VFIO_PATIENCE));
	for (i = 0; i < GUESTS; i++) {
		edu_guest_close(&guests[i]);
		close(events[i]);
	}
	EXPECT_EQ(0, taker_end(&taker));
}

static bool is_gone(const struct edu_guest *guest)
{
	int waited;

	for (waited = 0; edu_get(guest, EDU_ID) != UINT32_MAX; waited += 5) {
		if (waited >= VFIO_PATIENCE)
			return false;
		sleep_ms(5);
	}
	return true;
}

/* Nobody does, and it is taken from them. */
static void taken_away(struct __test_metadata *_metadata, const char *address,
		       struct edu_guest *guests,
		       void (*take)(struct taker *taker, const char *address))
{
	struct taker taker;
	unsigned int i;

	ASSERT_EQ(0, sysfs_put(PARAMETERS "/revoke_ms", "50"));
	take(&taker, address);
	for (i = 0; i < GUESTS; i++) {
		EXPECT_TRUE(is_gone(&guests[i]));
		/* None of it has an effect. */
		edu_put(&guests[i], EDU_FACTORIAL, 5);
		edu_put(&guests[i], EDU_IRQ_RAISE, 5);
		EXPECT_EQ(UINT32_MAX, edu_get(&guests[i], EDU_IRQ_STATUS));
		edu_irq_start(&guests[i], EDU_INTX);
		edu_irq_end(&guests[i]);
		EXPECT_EQ(-1, ioctl(guests[i].user.device, VFIO_DEVICE_RESET));
	}
	for (i = 0; i < GUESTS; i++)
		edu_guest_close(&guests[i]);
	EXPECT_EQ(0, taker_end(&taker));
	ASSERT_EQ(0, sysfs_put(PARAMETERS "/revoke_ms", "10000"));
}

/* All is as new. */
static void works(struct __test_metadata *_metadata, const char *address,
		  struct edu_guest *guests)
{
	unsigned int i;

	ASSERT_EQ(0, guests_make(address, guests));
	for (i = 0; i < GUESTS; i++) {
		EXPECT_EQ(0, edu_get(&guests[i], EDU_LIVENESS));
		EXPECT_EQ(0, edu_get(&guests[i], EDU_FACTORIAL));
		EXPECT_EQ(0, edu_get(&guests[i], EDU_STATUS));
		EXPECT_EQ(0, edu_get(&guests[i], EDU_IRQ_STATUS));
		edu_compute(&guests[i], 5 + i);
		EXPECT_EQ(0, guests[i].wrong) TH_LOG("%s", guests[i].text);
	}
}

/* In the short form each of two tests does half of them. */
static unsigned int step(void)
{
	return getenv("PCISHARE_SHORT") ? 2 : 1;
}

static void each_doing(struct __test_metadata *_metadata, const char *address,
		       struct edu_guest *guests,
		       void (*how)(struct __test_metadata *_metadata,
				   const char *address, struct edu_guest *guests,
				   void (*take)(struct taker *taker,
						const char *address)),
		       void (*take)(struct taker *taker, const char *address),
		       bool (*give)(const char *address), unsigned int first)
{
	unsigned int i;

	for (i = first; i < ARRAY_SIZE(doings); i += step()) {
		TH_LOG("one that %s", doings[i].name);
		doings[i].act(guests);
		how(_metadata, address, guests, take);
		ASSERT_TRUE(give(address));
		works(_metadata, address, guests);
	}
}

TEST_F(bind, unbound_and_given_back)
{
	each_doing(_metadata, self->address, self->guests, given_back,
		   take_driver, give_driver, 0);
}

TEST_F(bind, unbound_and_taken_away)
{
	each_doing(_metadata, self->address, self->guests, taken_away,
		   take_driver, give_driver, step() - 1);
}

TEST_F(bind, removed_and_given_back)
{
	each_doing(_metadata, self->address, self->guests, given_back,
		   take_device, give_device, step() - 1);
}

TEST_F(bind, removed_and_taken_away)
{
	each_doing(_metadata, self->address, self->guests, taken_away,
		   take_device, give_device, 0);
}

/* One guest's device only: the others do not notice. */
TEST_F(bind, one_guest_is_removed)
{
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct edu_guest *guest = &self->guests[0];
	struct taker taker;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(doings); i += 2 * step() - 1) {
		bool asked = i % 2;

		ASSERT_EQ(0, edu_put(&self->guests[2], EDU_LIVENESS, i));
		doings[i / 2].act(self->guests);
		ASSERT_EQ(0, sysfs_put(PARAMETERS "/revoke_ms",
				       asked ? "10000" : "50"));
		ASSERT_EQ(0, request_start(guest, event));
		taker_start(&taker, mdev_path(0, "remove"), "1");
		EXPECT_LE(1, irq_comes(event, VFIO_PATIENCE));
		EXPECT_TRUE(asked || is_gone(guest));
		edu_guest_close(guest);
		EXPECT_EQ(0, taker_end(&taker));
		ASSERT_TRUE(edu_finish(&self->guests[1]));
		edu_compute(&self->guests[1], 9);
		EXPECT_EQ(0, self->guests[1].wrong)
			TH_LOG("%s", self->guests[1].text);
		ASSERT_TRUE(edu_finish(&self->guests[2]));
		EXPECT_EQ(~i, edu_get(&self->guests[2], EDU_LIVENESS));
		ASSERT_EQ(0, mdev_create(self->address, TYPE, 0));
		ASSERT_EQ(0, edu_guest_open(guest, 0));
		EXPECT_EQ(0, edu_get(guest, EDU_FACTORIAL));
	}
	close(event);
}

/* As long as a guest has it the module stays. */
TEST_F(bind, the_module_stays)
{
	edu_put(&self->guests[0], EDU_FACTORIAL, EDU_LONG);
	EXPECT_EQ(-1, syscall(SYS_delete_module, "pcishare", O_NONBLOCK));
	EXPECT_TRUE(errno == EAGAIN || errno == EWOULDBLOCK || errno == EBUSY);
	edu_compute(&self->guests[1], 6);
	EXPECT_EQ(0, self->guests[1].wrong) TH_LOG("%s", self->guests[1].text);
}

/*
 * Another policy
 */

static int policy_write(const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	snprintf(path, sizeof(path), POLICIES "/%s", name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ret = -EIO;
	close(fd);
	return ret;
}

static int policy_use(const char *address, const char *name)
{
	return sysfs_put(pcishare_path(address, "policy"), name);
}

static const char *policy_is(const char *address)
{
	static const char *const known[] = {
		OWN_POLICY, "edu-w1c.policy", "edu-exclusive.policy", "",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (sysfs_is(pcishare_path(address, "policy"), known[i]))
			return known[i];
	return "another";
}

static uint32_t crc32(const unsigned char *bytes, size_t size)
{
	uint32_t crc = UINT32_MAX;
	unsigned int bit;

	while (size--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static bool checksum_is_right(const char *address, const char *name)
{
	unsigned char text[65536];
	char path[PATH_MAX], sum[16];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), POLICIES "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = read(fd, text, sizeof(text));
	close(fd);
	snprintf(sum, sizeof(sum), "%08x", crc32(text, size > 0 ? size : 0));
	return sysfs_is(pcishare_path(address, "policy_checksum"), sum);
}

TEST_F(bind, policy_is_told)
{
	const char *address = self->address;

	EXPECT_STREQ(OWN_POLICY, policy_is(address));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "policy_name"), "edu"));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "policy_version"), "1"));
	EXPECT_TRUE(checksum_is_right(address, OWN_POLICY));
}

static void close_all(struct edu_guest *guests)
{
	unsigned int i;

	for (i = 0; i < GUESTS; i++)
		edu_guest_close(&guests[i]);
}

/* Not while one is open; then, as long as it is shared the same way. */
TEST_F(bind, policy_is_replaced)
{
	const char *address = self->address;
	struct edu_guest *guest = &self->guests[0];
	unsigned int i;

	EXPECT_EQ(-EBUSY, policy_use(address, "edu-w1c.policy"));
	close_all(self->guests);
	EXPECT_EQ(0, policy_use(address, "edu-w1c.policy\n"));
	EXPECT_STREQ("edu-w1c.policy", policy_is(address));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "policy_name"), "edu-w1c"));
	EXPECT_TRUE(checksum_is_right(address, "edu-w1c.policy"));
	/* It is what the next to open it finds: here without an identification. */
	ASSERT_EQ(0, edu_guest_open(guest, 0));
	EXPECT_EQ(0, edu_get(guest, EDU_ID));
	edu_put(guest, EDU_IRQ_RAISE, 1);
	edu_put(guest, EDU_IRQ_STATUS, 1);
	EXPECT_EQ(0, edu_get(guest, EDU_IRQ_STATUS));
	EXPECT_EQ(-EBUSY, policy_use(address, "\n"));
	edu_guest_close(guest);
	/* Others would be of another type. */
	EXPECT_EQ(-EBUSY, policy_use(address, "edu-exclusive.policy"));
	EXPECT_STREQ("edu-w1c.policy", policy_is(address));
	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, mdev_remove(i));
	EXPECT_EQ(0, policy_use(address, "edu-exclusive.policy"));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "sharing"), "exclusive"));
	EXPECT_NE(0, mdev_create(address, TYPE, 0));
	ASSERT_EQ(0, mdev_create(address, "pcishare-exclusive", 0));
	ASSERT_EQ(0, mdev_remove(0));
	/* By its IDs again. */
	EXPECT_EQ(0, policy_use(address, "\n"));
	EXPECT_STREQ(OWN_POLICY, policy_is(address));
	EXPECT_TRUE(sysfs_is(pcishare_path(address, "sharing"), "lease"));
	ASSERT_EQ(0, guests_make(address, self->guests));
	EXPECT_EQ(EDU_ID_VALUE, edu_get(guest, EDU_ID));
}

static const struct {
	const char *name;
	const char *text;	/* NULL: there is no such file */
	int error;
} refused[] = {
	{ "no-such.policy", NULL, ENOENT },
	{ "../" OWN_POLICY, NULL, EINVAL },
	{ "empty.policy", "", EINVAL },
	{ "nonsense.policy", "policy 1\nnonsense\n", EINVAL },
	{ "other-device.policy",
	  "policy 1\ndevice 1234:11e9 \"x\"\nshare exclusive\nbar 0 mem 0x100000\n"
	  "reg id 0 0 32 ro\n", EINVAL },
	{ "other-bar.policy",
	  "policy 1\ndevice 1234:11e8 \"x\"\nshare exclusive\nbar 0 mem 0x1000\n"
	  "reg id 0 0 32 ro\n", EINVAL },
	{ "io-bar.policy",
	  "policy 1\ndevice 1234:11e8 \"x\"\nshare exclusive\nbar 0 io 0x100\n"
	  "reg id 0 0 32 ro\n", EINVAL },
	{ "dma.policy",
	  "policy 1\ndevice 1234:11e8 \"x\"\nshare exclusive\nbar 0 mem 0x100000\n"
	  "reg id 0 0 32 dma-address\n", EINVAL },
};

TEST_F(bind, policy_is_refused)
{
	const char *address = self->address;
	unsigned int i;

	close_all(self->guests);
	for (i = 0; i < GUESTS; i++)
		ASSERT_EQ(0, mdev_remove(i));
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		if (refused[i].text)
			ASSERT_EQ(0, policy_write(refused[i].name, refused[i].text));
		/* The loader may not read a file of nothing. */
		EXPECT_EQ(-refused[i].error, policy_use(address, refused[i].name))
			TH_LOG("%s", refused[i].name);
		EXPECT_STREQ(OWN_POLICY, policy_is(address));
		EXPECT_TRUE(checksum_is_right(address, OWN_POLICY));
	}
	ASSERT_EQ(0, guests_make(address, self->guests));
	edu_compute(&self->guests[0], 6);
	EXPECT_EQ(0, self->guests[0].wrong) TH_LOG("%s", self->guests[0].text);
}

TEST_HARNESS_MAIN
