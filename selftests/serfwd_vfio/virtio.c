// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio console of serfwd_vfio, which is the module's files: registers, virtqueues and
 * messages, as drivers use them, and as none should. Needs no module.
 */
#include "../../serfwd_vfio/console.h"
#include "driver.h"

#include "../lib/harness.h"

/* The counts of gcov go to their file only when a process exits properly. */
#ifdef WITH_GCOV
void __gcov_dump(void);
#else
static inline void __gcov_dump(void)
{
}
#endif

#define SIZE	8

/* Without these there is no device. */
#define LEAST	((1ull << VIRTIO_F_VERSION_1) | (1ull << VIRTIO_F_RING_PACKED))

/*
 * Registers
 */

FIXTURE(regs) {
	struct serfwd_console console;
};

FIXTURE_SETUP(regs)
{
	serfwd_console_init(&self->console, NULL, NULL);
	serfwd_console_set_port(&self->console, "name", false);
}

FIXTURE_TEARDOWN(regs)
{
	__gcov_dump();
}

#define in(reg, width)		serfwd_console_read(&self->console, VIRTIO_PCI_COMMON_##reg, width)
#define out(reg, width, value)	serfwd_console_write(&self->console, VIRTIO_PCI_COMMON_##reg, \
						     width, value)

/* As Linux begins, vp_modern_probe() and virtio_dev_probe(). */
static u8 agree(struct serfwd_console *console, u64 features)
{
	serfwd_console_write(console, VIRTIO_PCI_COMMON_STATUS, 1, 0);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_STATUS, 1,
			     VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GF, 4, features);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_GF, 4, features >> 32);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_STATUS, 1,
			     VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
			     VIRTIO_CONFIG_S_FEATURES_OK);
	return serfwd_console_read(console, VIRTIO_PCI_COMMON_STATUS, 1) &
	       VIRTIO_CONFIG_S_FEATURES_OK;
}

static void go(struct serfwd_console *console, u64 features)
{
	agree(console, features);
	serfwd_console_write(console, VIRTIO_PCI_COMMON_STATUS, 1,
			     VIRTIO_CONFIG_S_DRIVER_OK);
}

TEST_F(regs, features_are_agreed_upon)
{
	out(DFSELECT, 4, 0);
	EXPECT_EQ((u32)DRIVER_FEATURES, in(DF, 4));
	out(DFSELECT, 4, 1);
	EXPECT_EQ(1, in(DFSELECT, 4));
	EXPECT_EQ(DRIVER_FEATURES >> 32, in(DF, 4));
	out(DFSELECT, 4, 2);
	EXPECT_EQ(0, in(DF, 4));
	EXPECT_TRUE(agree(&self->console, DRIVER_FEATURES));
	EXPECT_EQ(DRIVER_FEATURES >> 32, in(GF, 4));
	/* From here on they stay. */
	out(GF, 4, 0);
	EXPECT_EQ(DRIVER_FEATURES >> 32, in(GF, 4));
	out(GFSELECT, 4, 2);
	EXPECT_EQ(2, in(GFSELECT, 4));
	EXPECT_EQ(0, in(GF, 4));
	EXPECT_TRUE(agree(&self->console, LEAST));
}

TEST_F(regs, others_are_not)
{
	EXPECT_FALSE(agree(&self->console, 0));
	EXPECT_FALSE(agree(&self->console, DRIVER_FEATURES | 1ull << VIRTIO_CONSOLE_F_SIZE));
	EXPECT_FALSE(agree(&self->console,
			   DRIVER_FEATURES & ~(1ull << VIRTIO_F_VERSION_1)));
	EXPECT_FALSE(agree(&self->console,
			   DRIVER_FEATURES & ~(1ull << VIRTIO_F_RING_PACKED)));
	/* Nor does the device do anything without. */
	out(STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	EXPECT_FALSE(serfwd_virtio_is_on(&self->console.virtio));
	out(Q_ENABLE, 2, 1);
	EXPECT_EQ(0, in(Q_ENABLE, 2));
}

TEST_F(regs, status_goes_on_until_a_reset)
{
	go(&self->console, DRIVER_FEATURES);
	EXPECT_TRUE(serfwd_virtio_is_on(&self->console.virtio));
	out(STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	EXPECT_TRUE(serfwd_virtio_is_on(&self->console.virtio));
	/* A driver does not say that the device needs one. */
	out(STATUS, 1, VIRTIO_CONFIG_S_NEEDS_RESET);
	EXPECT_TRUE(serfwd_virtio_is_on(&self->console.virtio));
	serfwd_virtio_fail(&self->console.virtio);
	EXPECT_EQ(VIRTIO_CONFIG_S_NEEDS_RESET, in(STATUS, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	EXPECT_FALSE(serfwd_virtio_is_on(&self->console.virtio));
	out(MSIX, 2, 3);
	out(Q_SELECT, 2, 1);
	out(STATUS, 1, 0);
	EXPECT_EQ(0, in(STATUS, 1));
	EXPECT_EQ(VIRTIO_MSI_NO_VECTOR, in(MSIX, 2));
	EXPECT_EQ(0, in(Q_SELECT, 2));
}

TEST_F(regs, virtqueues_are_set_up)
{
	unsigned int n;

	EXPECT_EQ(DRIVER_QUEUES, in(NUMQ, 2));
	EXPECT_EQ(0, in(CFGGENERATION, 1));
	agree(&self->console, DRIVER_FEATURES);
	for (n = 0; n < DRIVER_QUEUES; n++) {
		struct serfwd_virtq *virtq = &self->console.virtio.queues[n];

		out(Q_SELECT, 2, n);
		EXPECT_EQ(SERFWD_VIRTQ_SIZE, in(Q_SIZE, 2));
		EXPECT_EQ(VIRTIO_MSI_NO_VECTOR, in(Q_MSIX, 2));
		EXPECT_EQ(0, in(Q_NOFF, 2));
		out(Q_SIZE, 2, 0);
		out(Q_SIZE, 2, 2 * SERFWD_VIRTQ_SIZE);
		EXPECT_EQ(SERFWD_VIRTQ_SIZE, in(Q_SIZE, 2));
		out(Q_SIZE, 2, SIZE);
		EXPECT_EQ(SIZE, in(Q_SIZE, 2));
		out(Q_MSIX, 2, n + 1);
		EXPECT_EQ(n + 1, in(Q_MSIX, 2));
		out(Q_MSIX, 2, SERFWD_CONSOLE_VECTORS);
		EXPECT_EQ(VIRTIO_MSI_NO_VECTOR, in(Q_MSIX, 2));
		out(Q_DESCLO, 4, 0x1000 + n);
		out(Q_DESCHI, 4, 1);
		out(Q_AVAILLO, 8, 0x234567890ull + n);
		out(Q_USEDLO, 4, 0x3000);
		out(Q_USEDHI, 4, 0);
		EXPECT_EQ(0x100001000ull + n, virtq->addresses[SERFWD_VIRTQ_DESC]);
		EXPECT_EQ(0x234567890ull + n, virtq->addresses[SERFWD_VIRTQ_DRIVER]);
		EXPECT_EQ(0x3000, virtq->addresses[SERFWD_VIRTQ_DEVICE]);
		EXPECT_EQ(0x234567890ull + n, in(Q_AVAILLO, 8));
		EXPECT_EQ(2, in(Q_AVAILHI, 4));
		out(Q_ENABLE, 2, 0);
		EXPECT_EQ(0, in(Q_ENABLE, 2));
		out(Q_ENABLE, 2, 1);
		EXPECT_EQ(1, in(Q_ENABLE, 2));
		/* One that is in use stays. */
		out(Q_SIZE, 2, 2 * SIZE);
		out(Q_USEDLO, 4, 0x4000);
		out(Q_ENABLE, 2, 0);
		EXPECT_EQ(SIZE, in(Q_SIZE, 2));
		EXPECT_EQ(0x3000, in(Q_USEDLO, 4));
		EXPECT_EQ(1, in(Q_ENABLE, 2));
	}
	out(Q_SELECT, 2, DRIVER_QUEUES);
	out(Q_SIZE, 2, SIZE);
	out(Q_MSIX, 2, 1);
	out(Q_ENABLE, 2, 1);
	out(Q_DESCLO, 4, 1);
	EXPECT_EQ(0, in(Q_SIZE, 2));
	EXPECT_EQ(VIRTIO_MSI_NO_VECTOR, in(Q_MSIX, 2));
	EXPECT_EQ(0, in(Q_ENABLE, 2));
	EXPECT_EQ(0, in(Q_DESCLO, 4));
	out(Q_SELECT, 2, 0xffff);
	EXPECT_EQ(0, in(Q_SIZE, 2));
}

/* Bytes of registers, and several at once. */
TEST_F(regs, accesses_are_of_any_width)
{
	u64 value;

	agree(&self->console, DRIVER_FEATURES);
	out(Q_DESCLO, 8, 0x8877665544332211ull);
	EXPECT_EQ(0x33, serfwd_console_read(&self->console, VIRTIO_PCI_COMMON_Q_DESCLO + 2, 1));
	EXPECT_EQ(0x8877, serfwd_console_read(&self->console, VIRTIO_PCI_COMMON_Q_DESCLO + 6, 2));
	serfwd_console_write(&self->console, VIRTIO_PCI_COMMON_Q_DESCLO + 5, 1, 0xee);
	EXPECT_EQ(0x8877ee5544332211ull, in(Q_DESCLO, 8));
	/* Vector of the device, how many virtqueues, status, and which virtqueue. */
	value = serfwd_console_read(&self->console, VIRTIO_PCI_COMMON_MSIX, 8);
	EXPECT_EQ(0xffff, value & 0xffff);
	EXPECT_EQ(DRIVER_QUEUES, value >> 16 & 0xffff);
	EXPECT_EQ(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		  VIRTIO_CONFIG_S_FEATURES_OK, value >> 32 & 0xff);
	serfwd_console_write(&self->console, VIRTIO_PCI_COMMON_MSIX, 8,
			     2 | 15ull << 32 | 3ull << 48);
	EXPECT_EQ(2, in(MSIX, 2));
	EXPECT_EQ(3, in(Q_SELECT, 2));
	EXPECT_EQ(DRIVER_QUEUES, in(NUMQ, 2));
	EXPECT_TRUE(serfwd_virtio_is_on(&self->console.virtio));
}

TEST_F(regs, has_one_port)
{
	EXPECT_EQ(1, serfwd_console_read(&self->console, SERFWD_CONSOLE_CONFIG + 4, 4));
	EXPECT_EQ(0, serfwd_console_read(&self->console, SERFWD_CONSOLE_CONFIG, 4));
	EXPECT_EQ(1ull << 32, serfwd_console_read(&self->console, SERFWD_CONSOLE_CONFIG, 8));
	EXPECT_EQ(0, serfwd_console_read(&self->console, SERFWD_CONSOLE_CONFIG + 8, 4));
	EXPECT_EQ(0, serfwd_console_read(&self->console, SERFWD_CONSOLE_ISR, 1));
	serfwd_console_write(&self->console, SERFWD_CONSOLE_CONFIG, 4, ~0);
	EXPECT_EQ(0, serfwd_console_read(&self->console, SERFWD_CONSOLE_CONFIG, 4));
}

/*
 * Messages
 */

#define hear(event, value)	do {						\
	struct virtio_console_control said = driver_message(VIRTIO_CONSOLE_##event, value); \
	serfwd_console_hear(&self->console, &said, sizeof(said));		\
} while (0)

/* The next message that there is has that event and value. */
#define says(what, is)	do {							\
	struct virtio_console_control *said = (void *)message;			\
	ASSERT_LE(sizeof(*said), serfwd_console_say(&self->console, message));	\
	EXPECT_EQ(VIRTIO_CONSOLE_##what, said->event);				\
	EXPECT_EQ(is, said->value);						\
	EXPECT_EQ(0, said->id);							\
} while (0)

#define says_nothing()	EXPECT_EQ(0, serfwd_console_say(&self->console, message))

TEST_F(regs, a_port_is_announced)
{
	u8 message[SERFWD_CONSOLE_MESSAGE];

	serfwd_console_attach(&self->console, true);
	go(&self->console, DRIVER_FEATURES);
	says_nothing();
	hear(DEVICE_READY, 0);
	says_nothing();
	hear(DEVICE_READY, 1);
	says(PORT_ADD, 1);
	says_nothing();
	hear(PORT_READY, 0);
	says_nothing();
	hear(PORT_READY, 1);
	ASSERT_EQ(sizeof(struct virtio_console_control) + 4,
		  serfwd_console_say(&self->console, message));
	EXPECT_EQ(0, memcmp("name", message + sizeof(struct virtio_console_control), 4));
	/* It could not be said. */
	serfwd_console_unsay(&self->console);
	says(PORT_NAME, 1);
	says(PORT_OPEN, 1);
	says_nothing();
	EXPECT_FALSE(serfwd_console_is_open(&self->console));
	hear(PORT_OPEN, 1);
	EXPECT_TRUE(serfwd_console_is_open(&self->console));
	hear(PORT_OPEN, 0);
	EXPECT_FALSE(serfwd_console_is_open(&self->console));
	says_nothing();
}

TEST_F(regs, a_console_of_the_guest_is_announced)
{
	u8 message[SERFWD_CONSOLE_MESSAGE];
	char name[2 * SERFWD_CONSOLE_NAME];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	serfwd_console_set_port(&self->console, name, true);
	go(&self->console, DRIVER_FEATURES);
	hear(DEVICE_READY, 1);
	says(PORT_ADD, 1);
	hear(PORT_READY, 1);
	says(CONSOLE_PORT, 1);
	EXPECT_EQ(sizeof(struct virtio_console_control) + SERFWD_CONSOLE_NAME - 1,
		  serfwd_console_say(&self->console, message));
	/* Nothing is at the other end. */
	says(PORT_OPEN, 0);
	says_nothing();
}

TEST_F(regs, the_other_end_is_told_of)
{
	u8 message[SERFWD_CONSOLE_MESSAGE];

	go(&self->console, DRIVER_FEATURES);
	serfwd_console_attach(&self->console, true);
	says(PORT_OPEN, 1);
	serfwd_console_attach(&self->console, true);
	says_nothing();
	serfwd_console_attach(&self->console, false);
	/* What is so when it is said. */
	serfwd_console_attach(&self->console, true);
	says(PORT_OPEN, 1);
	says_nothing();
	serfwd_console_cut(&self->console);
	says(PORT_OPEN, 0);
	says(PORT_OPEN, 1);
	serfwd_console_nudge(&self->console);
	says(PORT_OPEN, 1);
	says_nothing();
	serfwd_console_nudge(&self->console);
	/* What comes while something is being said is said after it. */
	serfwd_console_say(&self->console, message);
	serfwd_console_cut(&self->console);
	says(PORT_OPEN, 0);
	says(PORT_OPEN, 1);
	says_nothing();
	serfwd_console_nudge(&self->console);
	out(STATUS, 1, 0);
	serfwd_console_unsay(&self->console);
	says_nothing();
	serfwd_console_nudge(&self->console);
	says_nothing();
}

TEST_F(regs, what_makes_no_sense_says_nothing)
{
	struct virtio_console_control said = driver_message(VIRTIO_CONSOLE_PORT_OPEN, 1);
	u8 message[SERFWD_CONSOLE_MESSAGE];
	unsigned int event;

	go(&self->console, DRIVER_FEATURES);
	serfwd_console_hear(&self->console, &said, sizeof(said) - 1);
	said.id = 1;
	serfwd_console_hear(&self->console, &said, sizeof(said));
	EXPECT_FALSE(serfwd_console_is_open(&self->console));
	for (event = 0; event < 0x10000; event++) {
		said = driver_message(event, 1);
		if (event == VIRTIO_CONSOLE_DEVICE_READY ||
		    event == VIRTIO_CONSOLE_PORT_READY || event == VIRTIO_CONSOLE_PORT_OPEN)
			continue;
		serfwd_console_hear(&self->console, &said, sizeof(said));
		says_nothing();
	}
	EXPECT_FALSE(serfwd_console_is_open(&self->console));
}

/* A driver without control virtqueues has its only port always open. */
TEST_F(regs, a_driver_of_one_port)
{
	u8 message[SERFWD_CONSOLE_MESSAGE];

	EXPECT_FALSE(serfwd_console_is_open(&self->console));
	go(&self->console, LEAST);
	EXPECT_TRUE(serfwd_console_is_open(&self->console));
	hear(DEVICE_READY, 1);
	serfwd_console_attach(&self->console, true);
	says_nothing();
	out(STATUS, 1, 0);
	EXPECT_FALSE(serfwd_console_is_open(&self->console));
}

/*
 * Virtqueues
 */

#define MEMORY	4096

/**
 * struct guest - memory of a guest
 * @memory: its bytes
 * @fails_in: so many accesses from now on one fails, by @error; 0 if none does
 * @error: -EBUSY, say
 */
struct guest {
	uint8_t memory[MEMORY];
	unsigned int fails_in;
	int error;
};

FIXTURE(virtq) {
	struct serfwd_virtq virtq;
	struct driver_queue driver;
	struct guest guest;
};

static int virtq_rw(struct serfwd_virtq *virtq, u64 address, void *bytes, size_t count,
		    bool write)
{
	struct guest *guest = virtq->owner;
	uint8_t *memory = guest->memory + address;

	if (guest->fails_in && !--guest->fails_in) {
		/* As a copy from a user does. */
		if (!write)
			memset(bytes, 0, count);
		return guest->error;
	}
	if (address > MEMORY || count > MEMORY - address)
		return -EFAULT;
	if (write)
		memcpy(memory, bytes, count);
	else
		memcpy(bytes, memory, count);
	return 0;
}

static const struct serfwd_virtq_ops virtq_ops = { .rw = virtq_rw };

FIXTURE_SETUP(virtq)
{
	struct serfwd_virtq *virtq = &self->virtq;
	struct driver_queue *driver = &self->driver;

	driver_queue_init(driver, SIZE, self->guest.memory, 0);
	serfwd_virtq_init(virtq, &virtq_ops, &self->guest);
	virtq->size = SIZE;
	virtq->addresses[SERFWD_VIRTQ_DRIVER] = driver_part(driver, driver->driver);
	virtq->addresses[SERFWD_VIRTQ_DEVICE] = driver_part(driver, driver->device);
}

FIXTURE_TEARDOWN(virtq)
{
	__gcov_dump();
}

#define peek(direction)		serfwd_virtq_peek(&self->virtq, direction, &piece)
#define advance(count)		serfwd_virtq_advance(&self->virtq, count)
#define complete(direction)	serfwd_virtq_complete(&self->virtq, direction)
#define look_ahead()		serfwd_virtq_look_ahead(&self->virtq, VRING_DESC_F_WRITE, &piece)
#define tells()			serfwd_virtq_tells(&self->virtq)
#define listen()		serfwd_virtq_listen(&self->virtq)
#define ignore()		serfwd_virtq_ignore(&self->virtq)

TEST_F(virtq, a_buffer_is_read)
{
	struct serfwd_virtq_piece piece;
	uint32_t id, count;

	EXPECT_EQ(0, peek(0));
	driver_post(&self->driver, 3, 0x12345000, 100, 0);
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0x12345000, piece.address);
	EXPECT_EQ(100, piece.count);
	advance(60);
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0x12345000 + 60, piece.address);
	EXPECT_EQ(40, piece.count);
	advance(40);
	EXPECT_FALSE(driver_take(&self->driver, &id, &count));
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0, piece.count);
	EXPECT_EQ(0, complete(0));
	ASSERT_TRUE(driver_take(&self->driver, &id, &count));
	EXPECT_EQ(3, id);
	/* Nothing was written. */
	EXPECT_EQ(0, count);
	EXPECT_EQ(0, peek(0));
	serfwd_virtq_reset(&self->virtq);
	EXPECT_EQ(SERFWD_VIRTQ_SIZE, self->virtq.size);
	EXPECT_EQ(0, self->virtq.next);
}

/* As many pieces as there are descriptors, of both kinds. */
TEST_F(virtq, a_buffer_of_several_pieces)
{
	struct vring_packed_desc pieces[SIZE];
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	uint32_t id, count;
	unsigned int i;

	for (i = 0; i < SIZE; i++)
		pieces[i] = (struct vring_packed_desc) {
			0x1000 * i, 10 + i, 0, i % 2 ? VRING_DESC_F_WRITE : 0,
		};
	driver_chain(driver, 5, pieces, SIZE);
	for (i = 0; i < SIZE; i += 2) {
		ASSERT_EQ(1, peek(0));
		EXPECT_EQ(0x1000 * i, piece.address);
		EXPECT_EQ(10 + i, piece.count);
		advance(piece.count);
	}
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0, piece.count);
	EXPECT_EQ(0, complete(0));
	ASSERT_TRUE(driver_take(driver, &id, &count));
	EXPECT_EQ(5, id);
	/* From the middle on, and round. */
	driver_post(driver, 1, 0, 1, 0);
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0, complete(0));
	ASSERT_TRUE(driver_take(driver, &id, &count));
	driver_chain(driver, 6, pieces, SIZE);
	for (i = 1; i < SIZE - 3; i += 2) {
		ASSERT_EQ(1, peek(VRING_DESC_F_WRITE));
		EXPECT_EQ(0x1000 * i, piece.address);
		EXPECT_EQ(10 + i, piece.count);
		advance(piece.count);
	}
	/* One may be given back before it is full. */
	ASSERT_EQ(1, peek(VRING_DESC_F_WRITE));
	EXPECT_EQ(10 + i, piece.count);
	advance(2);
	EXPECT_EQ(0, complete(VRING_DESC_F_WRITE));
	ASSERT_TRUE(driver_take(driver, &id, &count));
	EXPECT_EQ(6, id);
	EXPECT_EQ(11 + 13 + 2, count);
	/* All of it is, and the next one is behind it. */
	driver_post(driver, 2, 0x5000, 1, 0);
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0x5000, piece.address);
}

TEST_F(virtq, what_makes_no_sense_is_said_to_make_none)
{
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	unsigned int i;

	driver_post(driver, 0, 0, 0, VRING_DESC_F_INDIRECT);
	EXPECT_EQ(-EINVAL, peek(0));
	EXPECT_EQ(-EINVAL, peek(0));
	/* One that goes on and on, with and without memory. */
	for (i = 0; i < SIZE; i++)
		driver->desc[i] = (struct vring_packed_desc) {
			0, 0, 0, VRING_DESC_F_NEXT | DRIVER_AVAIL,
		};
	EXPECT_EQ(-EINVAL, peek(0));
	EXPECT_EQ(-EINVAL, complete(0));
	serfwd_virtq_reset(&self->virtq);
	self->virtq.size = SIZE;
	for (i = 0; i < SIZE; i++)
		driver->desc[i].len = 1;
	while (peek(0) > 0)
		advance(piece.count);
	EXPECT_EQ(-EINVAL, peek(0));
	EXPECT_LE(self->virtq.nr, SIZE);
}

/* The guest changes what it has offered, all the time. */
TEST_F(virtq, what_changes_was_looked_at_before)
{
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	uint32_t id, count;

	driver_post(driver, 0, 0x1000, 100, 0);
	ASSERT_EQ(1, peek(0));
	advance(50);
	driver->desc[0] = (struct vring_packed_desc) { 0x2000, 10, 7, VRING_DESC_F_NEXT };
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0x1000 + 50, piece.address);
	EXPECT_EQ(50, piece.count);
	advance(50);
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0, piece.count);
	EXPECT_EQ(0, complete(0));
	ASSERT_TRUE(driver_take(driver, &id, &count));
	EXPECT_EQ(0, id);
}

/* Memory that is not there, at each access there is: it is done later, and once. */
TEST_F(virtq, memory_that_is_missed)
{
	static const struct vring_packed_desc pieces[] = {
		{ 0x1000, 10, 0, VRING_DESC_F_WRITE }, { 0x2000, 20, 0, VRING_DESC_F_WRITE },
	};
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	uint32_t id, count;
	unsigned int n, i;
	int ret;

	self->guest.error = -EBUSY;
	for (n = 1; n < 20; n++) {
		driver_chain(driver, n, pieces, 2);
		for (i = 0; i < 2; i++) {
			self->guest.fails_in = i ? 0 : n;
			ret = peek(VRING_DESC_F_WRITE);
			if (ret == 1 && piece.count == 10)
				advance(10);
			if (ret == 1)
				ret = peek(VRING_DESC_F_WRITE);
			if (ret == 1 && piece.count == 20)
				advance(7);
			if (ret == 1)
				ret = complete(VRING_DESC_F_WRITE);
			ASSERT_TRUE(!ret || (ret == -EBUSY && !i));
			if (!ret)
				break;
			EXPECT_FALSE(driver_take(driver, &id, &count));
		}
		ASSERT_TRUE(driver_take(driver, &id, &count));
		EXPECT_EQ(n, id);
		EXPECT_LE(17, count);
		EXPECT_FALSE(driver_take(driver, &id, &count));
		self->guest.fails_in = 1;
		EXPECT_EQ(-EBUSY, tells());
		EXPECT_EQ(1, tells());
		self->guest.fails_in = 1;
		EXPECT_EQ(-EBUSY, ignore());
		EXPECT_EQ(0, ignore());
		self->guest.fails_in = 1;
		EXPECT_EQ(-EBUSY, listen());
		EXPECT_EQ(1, listen());
		EXPECT_EQ(0, listen());
	}
	self->guest.fails_in = 1;
	EXPECT_EQ(-EBUSY, look_ahead());
	driver_post(driver, 0, 0, 1, VRING_DESC_F_WRITE);
	self->guest.fails_in = 2;
	EXPECT_EQ(-EBUSY, look_ahead());
	EXPECT_EQ(1, look_ahead());
}

TEST_F(virtq, buffers_are_looked_at_ahead)
{
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	unsigned int i;

	EXPECT_EQ(0, look_ahead());
	driver_post(driver, 1, 0x1000, 100, VRING_DESC_F_WRITE);
	driver_post(driver, 2, 0x2000, 200, 0);
	driver_post(driver, 3, 0x3000, 300, VRING_DESC_F_WRITE);
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0x1000, piece.address);
	EXPECT_EQ(100, piece.count);
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0, piece.count);
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0x3000, piece.address);
	EXPECT_EQ(0, look_ahead());
	/* What was looked at stays so while others are given back. */
	ASSERT_EQ(1, peek(VRING_DESC_F_WRITE));
	EXPECT_EQ(0, complete(VRING_DESC_F_WRITE));
	EXPECT_EQ(0, look_ahead());
	for (i = 0; i < SIZE - 2; i++)
		driver_post(driver, 4 + i, 0x4000 + i, 1, VRING_DESC_F_WRITE);
	for (i = 0; i < SIZE - 2; i++) {
		ASSERT_EQ(1, look_ahead());
		EXPECT_EQ(0x4000 + i, piece.address);
	}
	/* Not round and round. */
	EXPECT_EQ(0, look_ahead());
	/* From the beginning, the one that is worked on has what is left of it. */
	self->virtq.ahead = 0;
	ASSERT_EQ(1, peek(0));
	EXPECT_EQ(0x2000, piece.address);
	advance(60);
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0, piece.count);
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0x3000, piece.address);
	EXPECT_EQ(0, complete(0));
	ASSERT_EQ(1, peek(VRING_DESC_F_WRITE));
	advance(100);
	self->virtq.ahead = 0;
	ASSERT_EQ(1, look_ahead());
	EXPECT_EQ(0x3000 + 100, piece.address);
	EXPECT_EQ(200, piece.count);
}

/* Rings go round many times, with buffers of all numbers of pieces. */
TEST_F(virtq, goes_on_and_on)
{
	struct vring_packed_desc pieces[SIZE];
	struct driver_queue *driver = &self->driver;
	struct serfwd_virtq_piece piece;
	uint32_t id, count;
	unsigned int i, n, total;

	for (i = 0; i < 0x8000; i++) {
		n = 1 + i % 7 % SIZE;
		for (total = 0; total < n; total++)
			pieces[total] = (struct vring_packed_desc) {
				i, 1 + total, 0, VRING_DESC_F_WRITE,
			};
		driver_chain(driver, i % 100, pieces, n);
		for (total = 0; peek(VRING_DESC_F_WRITE) == 1 && piece.count;
		     total += piece.count)
			advance(piece.count);
		ASSERT_EQ(n * (n + 1) / 2, total);
		ASSERT_EQ(0, complete(VRING_DESC_F_WRITE));
		ASSERT_TRUE(driver_take(driver, &id, &count));
		ASSERT_EQ(i % 100, id);
		ASSERT_EQ(total, count);
		ASSERT_EQ(0, peek(0));
	}
}

static void use_one(struct serfwd_virtq *virtq, struct driver_queue *driver)
{
	struct serfwd_virtq_piece piece;
	uint32_t id, count;

	driver_post(driver, 0, 0, 1, 0);
	serfwd_virtq_peek(virtq, 0, &piece);
	serfwd_virtq_complete(virtq, 0);
	driver_take(driver, &id, &count);
}

TEST_F(virtq, the_guest_is_told_when_it_wants_to_be)
{
	struct driver_queue *driver = &self->driver;

	EXPECT_EQ(0, tells());
	use_one(&self->virtq, driver);
	EXPECT_EQ(1, tells());
	EXPECT_EQ(0, tells());
	driver->driver->flags = VRING_PACKED_EVENT_FLAG_DISABLE;
	use_one(&self->virtq, driver);
	EXPECT_EQ(0, tells());
	driver->driver->flags = VRING_PACKED_EVENT_FLAG_ENABLE;
	EXPECT_EQ(0, tells());
	use_one(&self->virtq, driver);
	EXPECT_EQ(1, tells());
	/* A flag that was not agreed upon. */
	driver->driver->flags = VRING_PACKED_EVENT_FLAG_DESC;
	use_one(&self->virtq, driver);
	EXPECT_EQ(1, tells());
}

TEST_F(virtq, the_guest_tells_when_it_is_to)
{
	struct driver_queue *driver = &self->driver;

	/* At first it tells of all. */
	EXPECT_EQ(0, listen());
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_ENABLE, driver->device->flags);
	EXPECT_EQ(0, ignore());
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_DISABLE, driver->device->flags);
	EXPECT_EQ(0, ignore());
	/* It may not have told of one since. */
	EXPECT_EQ(1, listen());
	EXPECT_EQ(VRING_PACKED_EVENT_FLAG_ENABLE, driver->device->flags);
	EXPECT_EQ(0, listen());
}

TEST_HARNESS_MAIN
