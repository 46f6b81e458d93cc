// SPDX-License-Identifier: GPL-2.0
/*
 * A card of four UARTs for four guests, each of which has one, as the card that has
 * only one. The datasheet says what a 16550 does; these are in loop-back, except
 * for the first, whose far end echoes.
 */
#include <linux/serial_reg.h>
#include <pthread.h>
#include <sys/io.h>

#include "../lib/harness.h"
#include "../lib/stream.h"
#include "scaled.h"
#include "vfio.h"

#define VENDOR		0x1b36
#define DEVICE		0x0004	/* the card */
#define DEVICE_SEEN	0x0002	/* what guests see of it */
#define TYPE		"pcishare-partition"
#define UARTS		4
#define BAR		VFIO_PCI_BAR0_REGION_INDEX
#define BAR_SIZE	8
#define INTX		VFIO_PCI_INTX_IRQ_INDEX
#define FIFO		16
/* How often a register is read that is to change. */
#define POLLS		1000000

#define LOOP		(UART_MCR_LOOP | UART_MCR_OUT2)
#define IIR_CAUSE	0x0f

/**
 * struct uart - a guest and its UART
 * @number: which
 * @user: has it open
 * @event: its interrupt
 * @thread: what it does beside the others
 * @bytes: how many it sends
 * @burst: how many at once at most
 * @out: what it sends
 * @in: what it receives
 * @sent: how many so far
 * @received: how many so far
 * @failure: what went wrong, if something did
 */
struct uart {
	unsigned int number;
	struct vfio_user user;
	int event;
	pthread_t thread;
	unsigned int bytes;
	unsigned int burst;
	struct stream out;
	struct stream in;
	unsigned int sent;
	unsigned int received;
	char failure[128];
};

static unsigned int get(const struct uart *uart, unsigned int offset)
{
	return region_get(uart->user.device, BAR, offset, 1);
}

static int put(const struct uart *uart, unsigned int offset, uint8_t value)
{
	return region_put(uart->user.device, BAR, offset, 1, value);
}

static int uart_open(struct uart *uart, unsigned int number)
{
	int ret;

	memset(uart, 0, sizeof(*uart));
	uart->number = number;
	uart->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ret = vfio_open(&uart->user, number);
	return ret ?: config_put(uart->user.device, PCI_COMMAND, 2,
				 PCI_COMMAND_IO | PCI_COMMAND_MASTER);
}

static void uart_close(struct uart *uart)
{
	vfio_close(&uart->user);
	close(uart->event);
}

FIXTURE(partition) {
	char address[16];
	struct uart uarts[UARTS];
};

FIXTURE_SETUP(partition)
{
	unsigned int i;

	ASSERT_EQ(0, pci_find(VENDOR, DEVICE, self->address));
	/* Of a test that failed. */
	for (i = 0; i < UARTS; i++)
		mdev_remove(i);
	for (i = 0; i < UARTS; i++) {
		ASSERT_EQ(0, mdev_create(self->address, TYPE, i));
		ASSERT_EQ(0, uart_open(&self->uarts[i], i));
	}
}

FIXTURE_TEARDOWN(partition)
{
	unsigned int i;

	for (i = 0; i < UARTS; i++) {
		uart_close(&self->uarts[i]);
		EXPECT_EQ(0, mdev_remove(i));
	}
}

/*
 * The view of a guest
 */

TEST_F(partition, is_the_smaller_card)
{
	struct vfio_irq_info irq = { .argsz = sizeof(irq) };
	unsigned int i, index;

	for (i = 0; i < UARTS; i++) {
		int fd = self->uarts[i].user.device;

		EXPECT_EQ(VENDOR, config_get(fd, PCI_VENDOR_ID, 2));
		EXPECT_EQ(DEVICE_SEEN, config_get(fd, PCI_DEVICE_ID, 2));
		/* A 16550. */
		EXPECT_EQ(0x070002, config_get(fd, PCI_CLASS_REVISION, 4) >> 8);
		EXPECT_EQ(1, config_get(fd, PCI_INTERRUPT_PIN, 1));
		ASSERT_EQ(0, config_put(fd, PCI_BASE_ADDRESS_0, 4, UINT32_MAX));
		EXPECT_EQ(~(BAR_SIZE - 1u) | PCI_BASE_ADDRESS_SPACE_IO,
			  config_get(fd, PCI_BASE_ADDRESS_0, 4));
		EXPECT_EQ(BAR_SIZE, vfio_size(fd, BAR));
		for (index = 1; index <= VFIO_PCI_ROM_REGION_INDEX; index++)
			EXPECT_EQ(0, vfio_size(fd, index));
		irq.index = INTX;
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &irq));
		EXPECT_EQ(1, irq.count);
		irq.index = VFIO_PCI_MSI_IRQ_INDEX;
		ASSERT_EQ(0, ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &irq));
		EXPECT_EQ(0, irq.count);
	}
}

/* After power-on; the recipe does the same between guests. */
static const struct {
	unsigned int offset;
	unsigned int value;
} registers[] = {
	{ UART_IER, 0 },
	{ UART_IIR, UART_IIR_NO_INT },
	{ UART_LCR, UART_LCR_WLEN8 },
	{ UART_MCR, 0 },
	{ UART_LSR, UART_LSR_TEMT | UART_LSR_THRE },
	{ UART_SCR, 0 },
};

static void check_fresh(struct __test_metadata *_metadata,
			const struct uart *uart)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(registers); i++)
		EXPECT_EQ(registers[i].value, get(uart, registers[i].offset))
			TH_LOG("register %u of UART %u", registers[i].offset,
			       uart->number);
	EXPECT_EQ(0, put(uart, UART_LCR, UART_LCR_DLAB));
	EXPECT_EQ(12, get(uart, UART_DLL));
	EXPECT_EQ(0, get(uart, UART_DLM));
	EXPECT_EQ(0, put(uart, UART_LCR, UART_LCR_WLEN8));
}

/* As a driver may leave it: bytes received, interrupts pending, lines up. */
static void use(const struct uart *uart)
{
	put(uart, UART_LCR, UART_LCR_DLAB);
	put(uart, UART_DLL, 1);
	put(uart, UART_DLM, 7);
	put(uart, UART_LCR, UART_LCR_WLEN7 | UART_LCR_PARITY);
	put(uart, UART_FCR, UART_FCR_ENABLE_FIFO);
	put(uart, UART_MCR, LOOP | UART_MCR_RTS | UART_MCR_DTR);
	put(uart, UART_SCR, 0x55);
	put(uart, UART_TX, 'x');
	put(uart, UART_TX, 'y');
	put(uart, UART_IER, UART_IER_RDI | UART_IER_THRI | UART_IER_MSI);
}

TEST_F(partition, is_reset_between_users)
{
	struct uart *uart = &self->uarts[2];
	unsigned int i;

	for (i = 0; i < UARTS; i++)
		check_fresh(_metadata, &self->uarts[i]);
	ASSERT_EQ(0, put(&self->uarts[1], UART_SCR, 0x77));
	for (i = 0; i < 5; i++) {
		use(uart);
		EXPECT_EQ(0x55, get(uart, UART_SCR));
		uart_close(uart);
		ASSERT_EQ(0, uart_open(uart, 2));
		check_fresh(_metadata, uart);
	}
	use(uart);
	ASSERT_EQ(0, ioctl(uart->user.device, VFIO_DEVICE_RESET));
	check_fresh(_metadata, uart);
	/* Another's is not. */
	EXPECT_EQ(0x77, get(&self->uarts[1], UART_SCR));
	EXPECT_EQ(0, mdev_stat(1, "resets"));
}

/* Of any width, as a bus would take it apart. */
TEST_F(partition, accesses_of_any_width)
{
	struct uart *uart = &self->uarts[3];
	int fd = uart->user.device;
	uint8_t bytes[16];

	ASSERT_EQ(0, put(uart, UART_MCR, UART_MCR_LOOP | UART_MCR_DTR));
	ASSERT_EQ(0, put(uart, UART_SCR, 0xa5));
	ASSERT_EQ(0, put(uart, UART_MSR, 0xff));
	EXPECT_EQ(0xa5000000 | UART_MSR_DSR << 16 | 0x60 << 8 | 0x11,
		  region_get(fd, BAR, 4, 4));
	EXPECT_EQ(0x6011, region_get(fd, BAR, 4, 2));
	EXPECT_EQ(0xa500 | UART_MSR_DSR, region_get(fd, BAR, 6, 2));
	EXPECT_EQ(UART_MSR_DSR << 8 | 0x60, region_get(fd, BAR, 5, 2));
	ASSERT_EQ(0, region_put(fd, BAR, 4, 4, 0x3c000000 | UART_MCR_LOOP));
	EXPECT_EQ(0x3c, get(uart, UART_SCR));
	EXPECT_EQ(UART_MCR_LOOP, get(uart, UART_MCR));
	/* The end of it, and beyond. */
	EXPECT_EQ(4, pread(fd, bytes, sizeof(bytes), vfio_offset(fd, BAR) + 4));
	EXPECT_EQ(0x3c, bytes[3]);
	EXPECT_EQ(-1, pread(fd, bytes, 1, vfio_offset(fd, BAR) + BAR_SIZE));
	EXPECT_EQ(EINVAL, errno);
}

/* Each has its own, and nobody waits for another. */
TEST_F(partition, registers_are_apart)
{
	unsigned int i, round;

	for (round = 0; round < 10; round++) {
		for (i = 0; i < UARTS; i++) {
			ASSERT_EQ(0, put(&self->uarts[i], UART_SCR, 16 * i + round));
			ASSERT_EQ(0, put(&self->uarts[i], UART_LCR, i));
		}
		for (i = 0; i < UARTS; i++) {
			EXPECT_EQ(16 * i + round, get(&self->uarts[i], UART_SCR));
			EXPECT_EQ(i, get(&self->uarts[i], UART_LCR));
		}
	}
	for (i = 0; i < UARTS; i++)
		EXPECT_EQ(0, mdev_stat(i, "live_timeouts"));
}

/*
 * Bytes
 */

static void fail(struct uart *uart, const char *what, unsigned int value)
{
	if (!uart->failure[0])
		snprintf(uart->failure, sizeof(uart->failure),
			 "UART %u: %s (%#x), %u sent, %u received, of %u",
			 uart->number, what, value, uart->sent, uart->received,
			 uart->bytes);
}

static void uart_setup(struct uart *uart, unsigned int bytes, uint8_t fcr,
		       uint8_t mcr)
{
	uart->bytes = bytes;
	uart->burst = fcr ? FIFO : 1;
	uart->sent = 0;
	uart->received = 0;
	stream_init(&uart->out, uart->number, false);
	stream_init(&uart->in, uart->number, false);
	put(uart, UART_LCR, UART_LCR_DLAB);
	put(uart, UART_DLL, 1);
	put(uart, UART_DLM, 0);
	put(uart, UART_LCR, UART_LCR_WLEN8);
	put(uart, UART_FCR, fcr);
	put(uart, UART_MCR, mcr);
}

static void receive(struct uart *uart, unsigned int lsr)
{
	while (lsr & UART_LSR_DR) {
		if (lsr & UART_LSR_OE)
			fail(uart, "overrun", lsr);
		if (get(uart, UART_RX) != stream_byte(&uart->in))
			fail(uart, "a wrong byte", uart->received);
		uart->received++;
		lsr = get(uart, UART_LSR);
	}
}

/* No more than fit where they come back. */
static void transmit(struct uart *uart)
{
	unsigned int i;

	for (i = uart->sent - uart->received;
	     i < uart->burst && uart->sent < uart->bytes; i++) {
		put(uart, UART_TX, stream_byte(&uart->out));
		uart->sent++;
	}
}

static void *polled_thread(void *arg)
{
	struct uart *uart = arg;
	unsigned int lsr, polls;

	for (polls = 0; uart->received < uart->bytes; polls++) {
		lsr = get(uart, UART_LSR);
		if (lsr & UART_LSR_DR)
			polls = 0;
		receive(uart, lsr);
		if (lsr & UART_LSR_THRE)
			transmit(uart);
		if (uart->failure[0] || polls > POLLS) {
			fail(uart, "no progress", lsr);
			break;
		}
	}
	return NULL;
}

/*
 * A driver as 8250's: what the interrupt is for, until nothing is left. Interrupts
 * of an empty transmitter are on as long as there is something to send.
 */
static void handle(struct uart *uart, unsigned int iir)
{
	switch (iir & (IIR_CAUSE & ~UART_IIR_NO_INT)) {
	case UART_IIR_THRI:
		if (uart->sent == uart->bytes)
			put(uart, UART_IER, UART_IER_RDI);
		transmit(uart);
		break;
	case UART_IIR_RLSI:
		fail(uart, "line status", get(uart, UART_LSR));
		break;
	case UART_IIR_MSI:
		get(uart, UART_MSR);
		break;
	default:
		receive(uart, get(uart, UART_LSR));
		/* Where it waited for room. */
		if (get(uart, UART_LSR) & UART_LSR_THRE)
			transmit(uart);
	}
}

static void *interrupt_thread(void *arg)
{
	struct uart *uart = arg;
	unsigned int iir;

	put(uart, UART_IER, UART_IER_RDI | UART_IER_THRI);
	while (uart->received < uart->bytes && !uart->failure[0]) {
		if (!irq_comes(uart->event, VFIO_PATIENCE)) {
			fail(uart, "no interrupt", get(uart, UART_LSR));
			break;
		}
		while (!((iir = get(uart, UART_IIR)) & UART_IIR_NO_INT) &&
		       !uart->failure[0])
			handle(uart, iir);
		irq_set(uart->user.device, INTX, IRQ_UNMASK, 1, 0);
	}
	put(uart, UART_IER, 0);
	return NULL;
}

static void run(struct __test_metadata *_metadata, struct uart *uarts,
		unsigned int count, void *(*thread)(void *))
{
	unsigned int i;

	for (i = 0; i < count; i++)
		ASSERT_EQ(0, pthread_create(&uarts[i].thread, NULL, thread,
					    &uarts[i]));
	for (i = 0; i < count; i++) {
		pthread_join(uarts[i].thread, NULL);
		EXPECT_EQ(0, uarts[i].failure[0]) TH_LOG("%s", uarts[i].failure);
		EXPECT_EQ(uarts[i].bytes, uarts[i].received);
	}
}

TEST_F(partition, all_are_polled_at_once)
{
	unsigned int i;

	for (i = 0; i < UARTS; i++)
		uart_setup(&self->uarts[i], scaled(1000), UART_FCR_ENABLE_FIFO, LOOP);
	run(_metadata, self->uarts, UARTS, polled_thread);
}

/* One interrupt for each byte each way. */
TEST_F(partition, all_interrupt_at_once)
{
	unsigned int i;

	for (i = 0; i < UARTS; i++) {
		uart_setup(&self->uarts[i], scaled(300), 0, LOOP);
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	}
	run(_metadata, self->uarts, UARTS, interrupt_thread);
}

TEST_F(partition, all_interrupt_at_once_with_fifos)
{
	unsigned int i;

	for (i = 0; i < UARTS; i++) {
		uart_setup(&self->uarts[i], scaled(2000), UART_FCR_ENABLE_FIFO, LOOP);
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	}
	run(_metadata, self->uarts, UARTS, interrupt_thread);
}

/* It only sends: each byte waits for the interrupt of the one before. */
static void *sending_thread(void *arg)
{
	struct uart *uart = arg;

	put(uart, UART_IER, UART_IER_THRI);
	while (uart->received < uart->bytes && !uart->failure[0]) {
		if (!irq_comes(uart->event, VFIO_PATIENCE)) {
			fail(uart, "no interrupt", get(uart, UART_LSR));
			break;
		}
		while ((get(uart, UART_IIR) & IIR_CAUSE) == UART_IIR_THRI) {
			uart->received = uart->sent;
			transmit(uart);
		}
		irq_set(uart->user.device, INTX, IRQ_UNMASK, 1, 0);
	}
	put(uart, UART_IER, 0);
	return NULL;
}

TEST_F(partition, all_send_at_once)
{
	unsigned int i;

	/* Bytes that the first one sends would come back. */
	for (i = 1; i < UARTS; i++) {
		uart_setup(&self->uarts[i], scaled(300), 0, UART_MCR_OUT2);
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	}
	run(_metadata, self->uarts + 1, UARTS - 1, sending_thread);
}

/* Two are polled beside two that interrupt. */
static void *mixed_thread(void *arg)
{
	struct uart *uart = arg;

	return uart->number % 2 ? polled_thread(uart) : interrupt_thread(uart);
}

TEST_F(partition, polled_beside_interrupting)
{
	unsigned int i;

	for (i = 0; i < UARTS; i++)
		uart_setup(&self->uarts[i], scaled(500), UART_FCR_ENABLE_FIFO, LOOP);
	for (i = 0; i < UARTS; i += 2)
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	run(_metadata, self->uarts, UARTS, mixed_thread);
	EXPECT_EQ(0, mdev_stat(1, "interrupts"));
	EXPECT_EQ(0, mdev_stat(3, "interrupts"));
}

/* The far end gives back what it gets. */
TEST_F(partition, far_end)
{
	struct uart *uart = &self->uarts[0];

	ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_TRIGGER_FD, 1,
			     uart->event));
	uart_setup(uart, 1000, UART_FCR_ENABLE_FIFO,
		   UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
	uart->burst = 1;
	run(_metadata, uart, 1, interrupt_thread);
}

/*
 * Interrupts
 */

/* A read to find whose interrupt it is takes it back: it must not be lost. */
TEST_F(partition, an_empty_transmitter_is_told_of)
{
	struct uart *uart = &self->uarts[1];
	unsigned int i, other;

	for (i = 0; i < UARTS; i++)
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	ASSERT_EQ(0, put(uart, UART_MCR, LOOP));
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, put(uart, UART_IER, UART_IER_THRI));
		ASSERT_EQ(1, irq_comes(uart->event, VFIO_PATIENCE))
			TH_LOG("round %u", i);
		/* Others' reads are of theirs, and no other read takes it. */
		for (other = 0; other < UARTS; other++)
			EXPECT_EQ(other == 1 ? UART_LSR_THRE : UART_IIR_NO_INT,
				  other == 1 ?
				  get(uart, UART_LSR) & UART_LSR_THRE :
				  get(&self->uarts[other], UART_IIR));
		EXPECT_EQ(UART_IIR_THRI, get(uart, UART_IIR) & IIR_CAUSE);
		EXPECT_EQ(UART_IIR_NO_INT, get(uart, UART_IIR) & IIR_CAUSE);
		ASSERT_EQ(0, put(uart, UART_IER, 0));
		ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_UNMASK, 1, 0));
	}
	EXPECT_EQ(0, irq_comes(uart->event, VFIO_QUIET));
	for (i = 0; i < UARTS; i++)
		EXPECT_EQ(i == 1 ? 100 : 0, mdev_stat(i, "interrupts"));
}

/* It is there for who never asked for interrupts, too. */
TEST_F(partition, an_interrupt_register_is_polled)
{
	struct uart *uart = &self->uarts[1];
	unsigned int i, polls;

	ASSERT_EQ(0, put(uart, UART_MCR, LOOP));
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, put(uart, UART_IER, UART_IER_THRI));
		for (polls = 0; get(uart, UART_IIR) & UART_IIR_NO_INT; polls++)
			ASSERT_LT(polls, 1000)
				TH_LOG("round %u", i);
		EXPECT_EQ(UART_IIR_NO_INT, get(uart, UART_IIR) & IIR_CAUSE);
		ASSERT_EQ(0, put(uart, UART_IER, 0));
	}
}

/* Received bytes interrupt until they are read. */
TEST_F(partition, received_bytes_are_a_level)
{
	struct uart *uart = &self->uarts[3];
	unsigned int i;

	ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_TRIGGER_FD, 1,
			     uart->event));
	ASSERT_EQ(0, put(uart, UART_MCR, LOOP));
	ASSERT_EQ(0, put(uart, UART_IER, UART_IER_RDI));
	ASSERT_EQ(0, put(uart, UART_TX, 'x'));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(1, irq_comes(uart->event, VFIO_PATIENCE));
		EXPECT_EQ(UART_IIR_RDI, get(uart, UART_IIR) & IIR_CAUSE);
		ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_UNMASK, 1, 0));
	}
	ASSERT_EQ(1, irq_comes(uart->event, VFIO_PATIENCE));
	EXPECT_EQ('x', get(uart, UART_RX));
	EXPECT_EQ(UART_IIR_RDI, get(uart, UART_IIR) & IIR_CAUSE)
		TH_LOG("what was latched is for the next read");
	EXPECT_EQ(UART_IIR_NO_INT, get(uart, UART_IIR) & IIR_CAUSE);
	ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_UNMASK, 1, 0));
	EXPECT_EQ(0, irq_comes(uart->event, VFIO_QUIET));
}

/* One that is left alone with its interrupt, whichever it is. */
TEST_F(partition, one_that_never_answers)
{
	struct uart *uart = &self->uarts[0];
	unsigned int i;

	for (i = 0; i < UARTS; i++)
		ASSERT_EQ(0, irq_set(self->uarts[i].user.device, INTX,
				     IRQ_TRIGGER_FD, 1, self->uarts[i].event));
	ASSERT_EQ(0, put(uart, UART_MCR, LOOP));
	ASSERT_EQ(0, put(uart, UART_IER, UART_IER_RDI | UART_IER_THRI));
	ASSERT_EQ(0, put(uart, UART_TX, 'x'));
	ASSERT_EQ(1, irq_comes(uart->event, VFIO_PATIENCE));
	for (i = 1; i < UARTS; i++)
		uart_setup(&self->uarts[i], scaled(200), 0, LOOP);
	run(_metadata, self->uarts + 1, UARTS - 1, interrupt_thread);
	EXPECT_EQ(1, mdev_stat(0, "interrupts"));
	/* And when it does at last, all is there. */
	EXPECT_NE(UART_IIR_NO_INT, get(uart, UART_IIR) & IIR_CAUSE);
	EXPECT_EQ('x', get(uart, UART_RX));
}

/* It also must not hold up the others when it is closed so. */
TEST_F(partition, closed_with_an_interrupt)
{
	struct uart *uart = &self->uarts[0];
	unsigned int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, irq_set(uart->user.device, INTX, IRQ_TRIGGER_FD, 1,
				     uart->event));
		use(uart);
		ASSERT_EQ(1, irq_comes(uart->event, VFIO_PATIENCE));
		uart_close(uart);
		ASSERT_EQ(0, uart_open(uart, 0));
		check_fresh(_metadata, uart);
	}
	ASSERT_EQ(0, irq_set(self->uarts[1].user.device, INTX, IRQ_TRIGGER_FD, 1,
			     self->uarts[1].event));
	uart_setup(&self->uarts[1], scaled(100), 0, LOOP);
	run(_metadata, self->uarts + 1, 1, interrupt_thread);
}

/* Where the card's ports are, as the host's own driver would use them. */
static unsigned int ports_of(const char *address)
{
	char path[128];
	unsigned long long start = 0;
	FILE *file;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource", address);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%llx", &start) != 1 || iopl(3))
		start = 0;
	if (file)
		fclose(file);
	return start;
}

/* A byte that was received, and nobody has the UART to read it. */
TEST_F(partition, an_interrupt_of_nobody)
{
	struct uart *nobody = &self->uarts[3], *other = &self->uarts[1];
	const char *unclaimed = pcishare_path(self->address, "unclaimed_interrupts");
	unsigned int base = ports_of(self->address) + BAR_SIZE * 3;
	long long before = sysfs_number(unclaimed);
	int waited;

	ASSERT_LT(BAR_SIZE * 3, base);
	uart_close(nobody);
	outb(LOOP, base + UART_MCR);
	outb(UART_IER_RDI, base + UART_IER);
	outb('x', base + UART_TX);
	for (waited = 0; inb(base + UART_IER); waited += 10) {
		ASSERT_LT(waited, VFIO_PATIENCE) TH_LOG("it is not reset");
		sleep_ms(10);
	}
	EXPECT_EQ(0, inb(base + UART_MCR));
	EXPECT_GE(before + 20,
		  sysfs_number(pcishare_path(self->address, "unclaimed_interrupts")));
	/* Once more, too soon to be reset again: nobody is held up. */
	outb(LOOP, base + UART_MCR);
	outb(UART_IER_RDI, base + UART_IER);
	outb('x', base + UART_TX);
	ASSERT_EQ(0, irq_set(other->user.device, INTX, IRQ_TRIGGER_FD, 1, other->event));
	uart_setup(other, scaled(100), 0, LOOP);
	run(_metadata, other, 1, interrupt_thread);
	ASSERT_EQ(0, uart_open(nobody, 3));
	check_fresh(_metadata, nobody);
}

/*
 * sysfs
 */

/* The lines of an attribute, with a space instead of each end of one. */
static const char *lines(const char *path)
{
	static char text[512];
	size_t length;
	FILE *file = fopen(path, "re");
	char *c;

	text[0] = '\0';
	if (!file)
		return text;
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	for (c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return text;
}

static bool states_are(const char *address, const char *first,
		       const char *second, const char *third, const char *fourth)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "%s %s %s %s ", first, second, third,
		 fourth);
	return !strcmp(expected, lines(pcishare_path(address, "state")));
}

TEST_F(partition, a_line_for_each)
{
	char expected[256];
	const char *address = self->address;

	EXPECT_TRUE(sysfs_is(pcishare_path(address, "sharing"), "partition"));
	snprintf(expected, sizeof(expected), "%s %s %s %s ", mdev_uuid(0),
		 mdev_uuid(1), mdev_uuid(2), mdev_uuid(3));
	EXPECT_STREQ(expected, lines(pcishare_path(address, "guests")));
	EXPECT_STREQ(expected, lines(pcishare_path(address, "holder")));
	EXPECT_TRUE(states_are(address, "held", "held", "held", "held"));
	uart_close(&self->uarts[1]);
	snprintf(expected, sizeof(expected), "%s  %s %s ", mdev_uuid(0),
		 mdev_uuid(2), mdev_uuid(3));
	EXPECT_STREQ(expected, lines(pcishare_path(address, "holder")));
	EXPECT_TRUE(states_are(address, "held", "free", "held", "held"));
	ASSERT_EQ(0, uart_open(&self->uarts[1], 1));
}

static int move(unsigned int number, const char *partition)
{
	return sysfs_put(mdev_path(number, "partition"), partition);
}

TEST_F(partition, which_is_whose)
{
	char available[128];
	unsigned int i;

	snprintf(available, sizeof(available),
		 PCI_DEVICES "/%s/mdev_supported_types/" TYPE "/available_instances",
		 self->address);
	EXPECT_EQ(0, sysfs_number(available));
	EXPECT_NE(0, mdev_create(self->address, TYPE, UARTS));
	for (i = 0; i < UARTS; i++)
		EXPECT_EQ(i, sysfs_number(mdev_path(i, "partition")));
	/* Open, or taken. */
	EXPECT_EQ(-EBUSY, move(3, "2"));
	uart_close(&self->uarts[3]);
	EXPECT_EQ(-EBUSY, move(3, "2"));
	EXPECT_EQ(0, move(3, "3"));
	EXPECT_EQ(-EINVAL, move(3, "4"));
	EXPECT_EQ(-EINVAL, move(3, "x"));
	EXPECT_NE(0, move(3, "-1"));
	uart_close(&self->uarts[2]);
	ASSERT_EQ(0, mdev_remove(2));
	EXPECT_EQ(1, sysfs_number(available));
	EXPECT_EQ(0, move(3, "2"));
	EXPECT_EQ(2, sysfs_number(mdev_path(3, "partition")));
	/* The lowest that is free. */
	ASSERT_EQ(0, mdev_create(self->address, TYPE, 2));
	EXPECT_EQ(3, sysfs_number(mdev_path(2, "partition")));
	ASSERT_EQ(0, uart_open(&self->uarts[2], 2));
	ASSERT_EQ(0, uart_open(&self->uarts[3], 3));
	ASSERT_EQ(0, put(&self->uarts[2], UART_SCR, 22));
	ASSERT_EQ(0, put(&self->uarts[3], UART_SCR, 33));
	EXPECT_EQ(22, get(&self->uarts[2], UART_SCR));
	EXPECT_EQ(33, get(&self->uarts[3], UART_SCR));
	for (i = 2; i < UARTS; i++)
		uart_setup(&self->uarts[i], 50, UART_FCR_ENABLE_FIFO, LOOP);
	run(_metadata, self->uarts + 2, 2, polled_thread);
}

TEST_HARNESS_MAIN
