// SPDX-License-Identifier: GPL-2.0
/*
 * A page of registers that a machine of KVM reads without an exit, and whose writes the
 * kernel has from KVM: the DMA controller of a card.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "card.h"
#include "dma-owner.h"

#include "../lib/harness.h"

#define PAGE		4096
#define SLOT		1
/* How often what can go wrong by chance is done. */
#define ROUNDS		20

FIXTURE(page) {
	struct machine machine;
	struct card card;
	void *page;
};

static void *page_map_at(const struct card *card, size_t size, int flags)
{
	int fd = card->user.device;

	return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd,
		    vfio_offset(fd, CARD_DMA));
}

static void *page_map(const struct card *card)
{
	return page_map_at(card, PAGE, MAP_SHARED);
}

/* A register, as its user sees it on the page. */
static uint32_t page_peek(const void *page, unsigned int reg)
{
	uint32_t value;

	asm volatile("movl (%1), %0" : "=r" (value) : "r" ((const char *)page + reg) : "memory");
	return value;
}

FIXTURE_SETUP(page)
{
	ASSERT_EQ(0, machine_create(&self->machine));
	ASSERT_EQ(0, card_begin_in(&self->card, &card_quark, &self->machine));
	self->page = page_map(&self->card);
	ASSERT_NE(MAP_FAILED, self->page);
	ASSERT_EQ(0, machine_set_slot(&self->machine, SLOT, MACHINE_PAGE, self->page, PAGE));
}

FIXTURE_TEARDOWN(page)
{
	if (self->page != MAP_FAILED)
		munmap(self->page, PAGE);
	machine_destroy(&self->machine);
	EXPECT_EQ(0, card_end(&self->card));
}

#define store(reg, value)	machine_store(&self->machine, reg, value)
#define load(reg)		machine_load(&self->machine, reg)
#define asked(reg)		((uint32_t)region_get(self->card.user.device, CARD_DMA, reg, 4))

/* The machine has the page no more, nor the group. */
static void page_forget(struct machine *machine, struct card *card, void **page)
{
	munmap(*page, PAGE);
	*page = MAP_FAILED;
	card_close(card);
	machine_destroy(machine);
}

static unsigned int region_flags(int fd, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	return ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &info) ? 0 : info.flags;
}

TEST_F(page, is_read_and_written_without_an_exit)
{
	unsigned int n;

	EXPECT_EQ(0x200, load(CFG_LO));
	for (n = 0; n < SERFWD_DMA_CHANNELS; n++) {
		EXPECT_TRUE(store(CHANNEL(n) + SAR, 0x12345678 + n));
		EXPECT_EQ(0x12345678 + n, load(CHANNEL(n) + SAR));
		EXPECT_EQ(0x12345678 + n, asked(CHANNEL(n) + SAR));
		EXPECT_TRUE(store(CHANNEL(n) + CFG_LO, 0xe0));
		EXPECT_EQ(0x2e0, load(CHANNEL(n) + CFG_LO));
	}
	EXPECT_TRUE(store(CFG, 1));
	EXPECT_TRUE(store(MASK(XFER), 0x101));
	EXPECT_EQ(1, load(MASK(XFER)));
	/* A value that another has written is there at once. */
	region_put(self->card.user.device, CARD_DMA, MASK(XFER), 4, 0x202);
	EXPECT_EQ(3, load(MASK(XFER)));
	ASSERT_EQ(0, ioctl(self->card.user.device, VFIO_DEVICE_RESET));
	EXPECT_EQ(0, load(MASK(XFER)));
	EXPECT_EQ(0, load(CHANNEL(1) + SAR));
	EXPECT_EQ(0x200, load(CHANNEL(1) + CFG_LO));
}

/* By each way of writing there is: the machine's value does not stay. */
TEST_F(page, shows_what_is_so)
{
	uint32_t value, reg;

	for (reg = 0; reg < PAGE; reg += 4) {
		value = 0x5a5a5a5a;
		if (reg == CFG || reg == CH_EN || reg < 2 * CHANNEL(1))
			continue;
		if (reg >= MASK(XFER) && reg < CLEAR(XFER))
			value = 0x5a;
		EXPECT_TRUE(store(reg, value));
		EXPECT_EQ(0, load(reg)) {
			TH_LOG("register 0x%x", reg);
		}
		EXPECT_EQ(0, asked(reg));
	}
	value = 0xff;
	EXPECT_EQ(KVM_EXIT_HLT, machine_do(&self->machine, machine_store1, RAW(XFER) + 1,
					   &value));
	EXPECT_EQ(0, load(RAW(XFER)));
	value = 0xffff;
	EXPECT_EQ(KVM_EXIT_HLT, machine_do(&self->machine, machine_store2, RAW(XFER) + 3,
					   &value));
	EXPECT_EQ(0, load(RAW(XFER)));
	EXPECT_EQ(0, load(RAW(XFER) + 4));
	value = 0x77;
	EXPECT_EQ(KVM_EXIT_HLT, machine_do(&self->machine, machine_exchange4, CHANNEL(0) + LLP,
					   &value));
	EXPECT_EQ(0, value);
	EXPECT_EQ(0x77, load(CHANNEL(0) + LLP));
	/* At two registers, each of which is written a part of. */
	EXPECT_TRUE(store(CHANNEL(0) + SAR + 2, 0xffffffff));
	EXPECT_EQ(0, load(CHANNEL(0) + SAR));
	EXPECT_EQ(0, load(CHANNEL(0) + SAR + 4));
	memset(self->machine.ram, 0xff, 256);
	value = 64;
	EXPECT_EQ(KVM_EXIT_HLT, machine_do(&self->machine, machine_copy, RAW(XFER), &value));
	for (reg = RAW(XFER); reg < RAW(XFER) + 64; reg += 4)
		EXPECT_EQ(0, load(reg));
	/* The last bytes of the page. */
	EXPECT_TRUE(store(PAGE - 4, 0xffffffff));
	EXPECT_EQ(0, load(PAGE - 4));
}

/* A block that the machine starts, and whose end it sees. */
TEST_F(page, moves_bytes)
{
	uint8_t *memory = card_map_memory(&self->card), got[300];
	int waited;

	ASSERT_NE(NULL, memory);
	memset(memory, 'a', sizeof(got));
	EXPECT_TRUE(store(CFG, 1));
	EXPECT_TRUE(store(CHANNEL(0) + SAR, 0));
	EXPECT_TRUE(store(CHANNEL(0) + CTL_LO, SEND | INT_EN));
	EXPECT_TRUE(store(CHANNEL(0) + CTL_HI, sizeof(got)));
	EXPECT_TRUE(store(MASK(XFER), 0x101));
	EXPECT_TRUE(store(CH_EN, 0x101));
	ASSERT_EQ(sizeof(got), line_read(self->card.far, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(memory, got, sizeof(got)));
	for (waited = 0; load(CH_EN) && waited < CARD_PATIENCE; waited += 5)
		sleep_ms(5);
	EXPECT_EQ(0, load(CH_EN));
	EXPECT_EQ(1, load(STATUS_INT));
	EXPECT_EQ(0x1000 | sizeof(got), load(CHANNEL(0) + CTL_HI));
	EXPECT_EQ(1, irq_comes(self->card.event, VFIO_PATIENCE));
	EXPECT_TRUE(store(CLEAR(XFER), 1));
	EXPECT_EQ(0, load(STATUS_INT));
	munmap(memory, CARD_MEMORY);
}

/* Newer kernels do not move a slot of a machine with such pages: it is made anew. */
static int page_move(struct machine *machine, uint64_t at, void *page, bool anew)
{
	int ret = anew ? -EINVAL : machine_set_slot(machine, SLOT, at, page, PAGE);

	if (ret != -EINVAL)
		return ret;
	ret = machine_set_slot(machine, SLOT, at, page, 0);
	return ret ?: machine_set_slot(machine, SLOT, at, page, PAGE);
}

/* Each slot is another one to KVM: not one of them loses a write. */
TEST_F(page, moves_with_its_slot)
{
	struct machine *machine = &self->machine;
	uint64_t at = MACHINE_PAGE;
	unsigned int i;

	for (i = 1; i <= ROUNDS; i++) {
		EXPECT_TRUE(store(CHANNEL(0) + LLP, 3 * i));
		EXPECT_EQ(3 * i, asked(CHANNEL(0) + LLP));
		at ^= 0x10000;
		ASSERT_EQ(0, page_move(machine, at, self->page, i % 2));
		ASSERT_EQ(0, machine_look_at(machine, at));
		/* Also if the first access is a write. */
		if (i % 3)
			EXPECT_EQ(3 * i, load(CHANNEL(0) + LLP));
	}
}

TEST_F(page, is_mapped_once)
{
	struct card *card = &self->card;
	int fd = card->user.device;
	int status;
	pid_t pid;

	EXPECT_EQ(MAP_FAILED, page_map(card));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(MAP_FAILED, mremap(self->page, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(MAP_FAILED, mremap(self->page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
				     (char *)self->page - 0x100000));
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 8));
	EXPECT_EQ(8, asked(CHANNEL(0) + LLP));
	/* A child does not have it. */
	pid = fork();
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		_exit(page_peek(self->page, CFG_LO));
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	/* Nor can it map it. */
	ASSERT_EQ(0, machine_set_slot(&self->machine, SLOT, MACHINE_PAGE, self->page, 0));
	ASSERT_EQ(0, munmap(self->page, PAGE));
	pid = fork();
	if (!pid)
		_exit(page_map(card) != MAP_FAILED || errno != EINVAL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(MAP_FAILED, page_map_at(card, PAGE, MAP_PRIVATE));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, page_map_at(card, 2 * PAGE, MAP_SHARED));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd,
				   vfio_offset(fd, CARD_BAR)));
	self->page = page_map(card);
	ASSERT_NE(MAP_FAILED, self->page);
	ASSERT_EQ(0, machine_set_slot(&self->machine, SLOT, MACHINE_PAGE, self->page, PAGE));
	EXPECT_EQ(8, load(CHANNEL(0) + LLP));
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 12));
	EXPECT_EQ(12, asked(CHANNEL(0) + LLP));
}

TEST_F(page, is_offered_to_machines_only)
{
	struct card *card = &self->card;
	int fd = card->user.device;

	EXPECT_TRUE(region_flags(fd, CARD_DMA) & VFIO_REGION_INFO_FLAG_MMAP);
	EXPECT_FALSE(region_flags(fd, CARD_BAR) & VFIO_REGION_INFO_FLAG_MMAP);
	page_forget(&self->machine, card, &self->page);
	card->machine = NULL;
	ASSERT_EQ(0, card_open(card, 0));
	EXPECT_FALSE(region_flags(card->user.device, CARD_DMA) & VFIO_REGION_INFO_FLAG_MMAP);
	EXPECT_EQ(MAP_FAILED, page_map(card));
	EXPECT_EQ(EINVAL, errno);
}

static sigjmp_buf no_page;

static void on_bus_error(int sig)
{
	(void)sig;
	siglongjmp(no_page, 1);
}

/* As a BAR of vfio-pci that does not decode. Later accesses of the machine's are noticed. */
TEST_F(page, has_nothing_for_its_user_alone)
{
	struct machine *machine = &self->machine;
	bool reached;

	EXPECT_EQ(0x200, page_peek(self->page, CFG_LO));
	ASSERT_EQ(0, machine_set_slot(machine, SLOT, MACHINE_PAGE, self->page, 0));
	signal(SIGBUS, on_bus_error);
	reached = !sigsetjmp(no_page, 1);
	if (reached)
		page_peek(self->page, CFG_LO);
	EXPECT_FALSE(reached);
	ASSERT_EQ(0, machine_set_slot(machine, SLOT, MACHINE_PAGE, self->page, PAGE));
	EXPECT_EQ(0x200, page_peek(self->page, CFG_LO));
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 4));
	EXPECT_EQ(4, asked(CHANNEL(0) + LLP));
}

/* The card is taken from a user that keeps it: as one that was pulled. */
TEST_F(page, is_all_ones_when_the_card_is_taken)
{
	int waited;
	pid_t pid;

	EXPECT_TRUE(store(CHANNEL(0) + LLP, 4));
	pid = fork();
	if (!pid) {
		vfio_close(&self->card.user);
		mdev_remove(0);
		_exit(0);
	}
	for (waited = 0; load(CFG) != 0xffffffff && waited < CARD_PATIENCE; waited += 5)
		sleep_ms(5);
	EXPECT_EQ(0xffffffff, load(CHANNEL(0) + LLP));
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 8));
	EXPECT_EQ(0xffffffff, load(CHANNEL(0) + LLP));
	page_forget(&self->machine, &self->card, &self->page);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	ASSERT_EQ(0, card_create(&card_quark, 0));
}

struct slot_changer {
	struct machine *machine;
	atomic_bool stop;
};

static void *change_slots(void *arg)
{
	struct slot_changer *changer = arg;
	struct machine *machine = changer->machine;

	while (!changer->stop) {
		machine_set_slot(machine, SLOT + 1, 0x40000, machine->ram, PAGE);
		machine_set_slot(machine, SLOT + 1, 0x40000, machine->ram, 0);
	}
	return NULL;
}

/* Each slot that goes away is told of, from the moment on that the card is known. */
TEST_F(page, is_opened_while_slots_go)
{
	struct slot_changer changer = { .machine = &self->machine };
	struct card *card = &self->card;
	pthread_t thread;
	unsigned int i;

	ASSERT_EQ(0, pthread_create(&thread, NULL, change_slots, &changer));
	for (i = 0; i < 5 * ROUNDS; i++) {
		machine_set_slot(&self->machine, SLOT, MACHINE_PAGE, self->page, 0);
		munmap(self->page, PAGE);
		close(card->user.device);
		ASSERT_EQ(0, vfio_open_device(&card->user, 0));
		ASSERT_EQ(0, card_enable(card));
		self->page = page_map(card);
		ASSERT_NE(MAP_FAILED, self->page);
		ASSERT_EQ(0, machine_set_slot(&self->machine, SLOT, MACHINE_PAGE, self->page,
					      PAGE));
		EXPECT_TRUE(store(CHANNEL(0) + LLP, 4 + i));
		EXPECT_EQ(4 + i, asked(CHANNEL(0) + LLP));
	}
	changer.stop = true;
	pthread_join(thread, NULL);
}

/* The last thing that has it is the mapping, or the machine. */
TEST_F(page, outlives_its_file)
{
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 4));
	close(self->card.user.device);
	self->card.user.device = -1;
	EXPECT_TRUE(store(CHANNEL(0) + LLP, 8));
	EXPECT_EQ(8, load(CHANNEL(0) + LLP));
	munmap(self->page, PAGE);
	self->page = MAP_FAILED;
	/* The slot is still there, without memory. */
	EXPECT_FALSE(store(CHANNEL(0) + LLP, 12));
	card_close(&self->card);
	machine_destroy(&self->machine);
	ASSERT_EQ(0, machine_create(&self->machine));
	self->card.machine = &self->machine;
	ASSERT_EQ(0, card_open(&self->card, 0));
	EXPECT_EQ(0, asked(CHANNEL(0) + LLP));
}

/* A user that is killed while its machine writes. The next finds no trace of it. */
TEST_F(page, its_user_is_killed)
{
	struct machine machine;
	struct card card = self->card;
	unsigned int i;
	pid_t pid;

	page_forget(&self->machine, &self->card, &self->page);
	for (i = 0; i < ROUNDS; i++) {
		pid = fork();
		if (!pid) {
			void *page;

			card.machine = &machine;
			if (machine_create(&machine) || card_open(&card, 0))
				_exit(1);
			page = page_map(&card);
			if (machine_set_slot(&machine, SLOT, MACHINE_PAGE, page, PAGE))
				_exit(1);
			while (machine_store(&machine, CHANNEL(0) + LLP, 4))
				machine_load(&machine, CHANNEL(0) + LLP);
			_exit(1);
		}
		sleep_ms(20 + 10 * i);
		EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	ASSERT_EQ(0, machine_create(&self->machine));
	ASSERT_EQ(0, card_open(&self->card, 0));
	EXPECT_EQ(0, asked(CHANNEL(0) + LLP));
}

TEST_HARNESS_MAIN
