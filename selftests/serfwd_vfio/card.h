/* SPDX-License-Identifier: GPL-2.0 */
/*
 * card.h - a card of serfwd_vfio and its user, without a VMM, and the far end of its line
 *
 *	user - vfio - link of ttySF0 - ttyNM0 === ttyNM1 - far end
 */
#ifndef SELFTESTS_CARD_H
#define SELFTESTS_CARD_H

#include <linux/serial_reg.h>
#include <sys/mman.h>

#include "../pcishare/vfio.h"
#include "../serfwd/line.h"
#include "../serfwd/serfwd.h"
#include "machine.h"

#define CARD_TYPES	"/sys/class/mdev_bus/serfwd_vfio/mdev_supported_types"
#define CARD_VTTY	"/dev/ttySF0"
#define CARD_FAR	"/dev/ttyNM1"
#define CARD_BAR	VFIO_PCI_BAR0_REGION_INDEX
#define CARD_DMA	VFIO_PCI_BAR1_REGION_INDEX
/* How long (ms) what passes may take. */
#define CARD_PATIENCE	10000

/* As a driver has it while it runs: interrupts are let out. */
#define CARD_MCR	(UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2)

/**
 * struct card_type - a kind of card
 * @name: of the type
 * @id: vendor and device, as PCI_VENDOR_ID has them
 * @bar: PCI_BASE_ADDRESS_0 with all of it written
 * @stride: bytes from one register to the next
 * @baud_base: bits per second at divisor 1
 * @irq: what it interrupts by
 * @has_dma: BAR 1 is a DMA controller
 */
struct card_type {
	const char *name;
	uint32_t id;
	uint32_t bar;
	unsigned int stride;
	unsigned int baud_base;
	unsigned int irq;
	bool has_dma;
};

static const struct card_type card_uart = {
	.name = "serfwd_vfio-uart",
	.id = 0x00021b36,
	.bar = 0xfffffff9,
	.stride = 1,
	.baud_base = 115200,
	.irq = VFIO_PCI_INTX_IRQ_INDEX,
};

static const struct card_type card_quark = {
	.name = "serfwd_vfio-uart-dma",
	.id = 0x09368086,
	.bar = 0xfffff000,
	.stride = 4,
	.baud_base = 2764800,
	.irq = VFIO_PCI_MSIX_IRQ_INDEX,
	.has_dma = true,
};

/* It has no UART. */
static const struct card_type card_console = {
	.name = "serfwd_vfio-console",
	.id = 0x10431af4,
	.bar = 0xfffff000,
	.irq = VFIO_PCI_MSIX_IRQ_INDEX,
};

/**
 * struct card - a card and its user
 * @type: what it is
 * @machine: its user's, or NULL
 * @user: of the card
 * @event: signalled by its interrupt
 * @far: the far end of the line
 */
struct card {
	const struct card_type *type;
	struct machine *machine;
	struct vfio_user user;
	int event;
	int far;
};

/* Makes card number @number, which has the first link that no other has. */
static inline int card_create(const struct card_type *type, unsigned int number)
{
	char path[128];

	snprintf(path, sizeof(path), CARD_TYPES "/%s/create", type->name);
	return sysfs_put(path, mdev_uuid(number));
}

static inline uint8_t card_in(const struct card *card, unsigned int reg)
{
	return region_get(card->user.device, CARD_BAR, reg * card->type->stride, 1);
}

static inline int card_out(const struct card *card, unsigned int reg, uint8_t value)
{
	return region_put(card->user.device, CARD_BAR, reg * card->type->stride, 1, value);
}

/* MSI-X is the only capability after power management. */
static inline int card_allow_messages(const struct card *card)
{
	unsigned int at = config_get(card->user.device, PCI_CAPABILITY_LIST, 1);

	while (at && config_get(card->user.device, at, 1) != PCI_CAP_ID_MSIX)
		at = config_get(card->user.device, at + PCI_CAP_LIST_NEXT, 1);
	return at ? config_put(card->user.device, at + PCI_MSIX_FLAGS, 2,
			       PCI_MSIX_FLAGS_ENABLE) : -ENOENT;
}

/* Decodes, reaches memory, and says when it interrupts. */
static inline int card_enable(struct card *card)
{
	int ret = config_put(card->user.device, PCI_COMMAND, 2, PCI_COMMAND_IO |
			     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);

	if (!ret && card->type->irq == VFIO_PCI_MSIX_IRQ_INDEX)
		ret = card_allow_messages(card);
	return ret ?: irq_set(card->user.device, card->type->irq, IRQ_TRIGGER_FD, 1,
			      card->event);
}

/* Speed and format. */
static inline void card_set_line(const struct card *card, unsigned int baud, uint8_t lcr)
{
	unsigned int divisor = card->type->baud_base / baud;

	card_out(card, UART_LCR, UART_LCR_DLAB);
	card_out(card, UART_DLL, divisor);
	card_out(card, UART_DLM, divisor >> 8);
	card_out(card, UART_LCR, lcr);
}

/* 115200 8N1, the FIFOs on and empty, the lines up. */
static inline void card_set_up(const struct card *card)
{
	card_set_line(card, 115200, UART_LCR_WLEN8);
	card_out(card, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR |
		 UART_FCR_CLEAR_XMIT);
	card_out(card, UART_IER, 0);
	card_out(card, UART_MCR, CARD_MCR);
}

/* Waits until some bits of a register are so. */
static inline bool card_becomes(const struct card *card, unsigned int reg, uint8_t mask,
				uint8_t value)
{
	int waited;

	for (waited = 0; waited < CARD_PATIENCE; waited += 5) {
		if ((card_in(card, reg) & mask) == value)
			return true;
		sleep_ms(5);
	}
	return false;
}

/* As a driver without interrupts. Returns how many were sent. */
static inline int card_send(const struct card *card, const uint8_t *bytes, int count)
{
	int done;

	for (done = 0; done < count; done++)
		if (!card_becomes(card, UART_LSR, UART_LSR_THRE, UART_LSR_THRE) ||
		    card_out(card, UART_TX, bytes[done]))
			break;
	return done;
}

static inline int card_receive(const struct card *card, uint8_t *bytes, int count)
{
	int done;

	for (done = 0; done < count; done++) {
		if (!card_becomes(card, UART_LSR, UART_LSR_DR, UART_LSR_DR))
			break;
		bytes[done] = card_in(card, UART_RX);
	}
	return done;
}

static inline void card_close(struct card *card)
{
	vfio_close(&card->user);
	if (card->event >= 0)
		close(card->event);
	card->event = -1;
}

/* Returns 0 or -errno; card_close() in any case. */
static inline int card_open(struct card *card, unsigned int number)
{
	int ret;

	card->user = (struct vfio_user) { -1, -1, -1 };
	card->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (card->event < 0)
		return -errno;
	ret = vfio_attach(&card->user, number);
	if (!ret && card->machine)
		ret = machine_join(card->machine, card->user.group);
	ret = ret ?: vfio_open_device(&card->user, number);
	return ret ?: card_enable(card);
}

/*
 * Both ends of the line, and the card in a machine, if any, as after power-on; card_end() in
 * any case.
 */
static inline int card_begin_bare(struct card *card, const struct card_type *type,
				  struct machine *machine)
{
	int ret;

	*card = (struct card) {
		.type = type,
		.machine = machine,
		.user = { -1, -1, -1 },
		.event = -1,
		.far = -1,
	};
	/* Of a test that failed. */
	mdev_remove(0);
	ret = serfwd_set_port(0, "ttyNM0");
	ret = ret ?: card_create(type, 0);
	ret = ret ?: line_open_raw(CARD_FAR);
	if (ret < 0)
		return ret;
	card->far = ret;
	ret = line_set_outputs(card->far, TIOCM_DTR | TIOCM_RTS);
	return ret ?: card_open(card, 0);
}

static inline int card_begin_in(struct card *card, const struct card_type *type,
				struct machine *machine)
{
	int ret = card_begin_bare(card, type, machine);

	if (!ret)
		card_set_up(card);
	return ret;
}

/* As most tests begin. */
static inline int card_begin(struct card *card, const struct card_type *type)
{
	return card_begin_in(card, type, NULL);
}

static inline int card_end(struct card *card)
{
	card_close(card);
	ioctl(card->far, TCFLSH, TCIOFLUSH);
	close(card->far);
	mdev_remove(0);
	return serfwd_set_port(0, "");
}

/* Memory that the DMA controller reaches, from address 0 on; as much is not there. */
#define CARD_MEMORY	0x10000

/* Returns memory that is mapped and not resident, or NULL. */
static inline uint8_t *card_map_memory(const struct card *card)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.size = CARD_MEMORY,
	};
	void *memory = mmap(NULL, CARD_MEMORY, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	map.vaddr = (uintptr_t)memory;
	return ioctl(card->user.container, VFIO_IOMMU_MAP_DMA, &map) ? NULL : memory;
}

#endif
