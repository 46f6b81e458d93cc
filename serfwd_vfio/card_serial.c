// SPDX-License-Identifier: GPL-2.0
/*
 * A PCI card with one UART, with or without a DMA controller: what is the same
 * of all such models.
 */
#include "card_serial.h"

/* Sources of interrupts, a bit each. */
enum {
	SERFWD_SERIAL_UART,
	SERFWD_SERIAL_DMA,
};

/*
 * Interrupts
 */

/* The messages there are. INTx does not look at that. */
static u32 serfwd_serial_vectors(const struct serfwd_card *card)
{
	return card->model->vdev.msix ? BIT(0) : 0;
}

/* Each edge of each source is a message of its own. */
static void serfwd_serial_set_source(struct serfwd_card *card,
				     unsigned int source, bool on)
{
	if (!on) {
		clear_bit(source, &card->serial.asserted);
		return;
	}
	set_bit(source, &card->serial.asserted);
	vdev_raise(&card->vdev, serfwd_serial_vectors(card));
}

static void serfwd_serial_uart_interrupt(struct serfwd_vuart *vuart, bool on)
{
	serfwd_serial_set_source(container_of(vuart, struct serfwd_card,
					      serial.vuart),
				 SERFWD_SERIAL_UART, on);
}

static void serfwd_serial_dma_interrupt(struct serfwd_vdma *vdma, bool on)
{
	serfwd_serial_set_source(container_of(vdma, struct serfwd_card,
					      serial.vdma),
				 SERFWD_SERIAL_DMA, on);
}

bool serfwd_serial_asserted(struct serfwd_card *card)
{
	return READ_ONCE(card->serial.asserted);
}

u32 serfwd_serial_pending(struct serfwd_card *card)
{
	return serfwd_serial_asserted(card) ? serfwd_serial_vectors(card) : 0;
}

void serfwd_serial_listens(struct serfwd_card *card)
{
	if (serfwd_serial_asserted(card))
		vdev_raise(&card->vdev, serfwd_serial_vectors(card));
	/* It may be that memory can be reached again. */
	if (card->model->has_dma)
		serfwd_vuart_kick(&card->serial.vuart);
}

/* Only the DMA controller has a page. */
void serfwd_serial_show(struct serfwd_card *card, u64 offset, size_t count)
{
	serfwd_vdma_show(&card->serial.vdma, offset, count);
}

/*
 * From opening to closing
 */

void serfwd_serial_init(struct serfwd_card *card)
{
	const struct serfwd_card_model *model = card->model;

	serfwd_vuart_init(&card->serial.vuart, dev_name(card->vdev.vfio.dev),
			  model->baud_base, serfwd_serial_uart_interrupt);
	if (model->has_dma)
		serfwd_vdma_init(&card->serial.vdma, &card->vdev,
				 &card->serial.vuart,
				 serfwd_serial_dma_interrupt);
}

int serfwd_serial_open(struct serfwd_card *card)
{
	/* Of the one before. Nothing interrupts while the link is closed. */
	WRITE_ONCE(card->serial.asserted, 0);
	return card->model->has_dma ? serfwd_vdma_open(&card->serial.vdma) : 0;
}

int serfwd_serial_take_link(struct serfwd_card *card, unsigned int link)
{
	return serfwd_vuart_open(&card->serial.vuart, link);
}

void serfwd_serial_give_link(struct serfwd_card *card)
{
	serfwd_vuart_close(&card->serial.vuart);
}

void serfwd_serial_close(struct serfwd_card *card)
{
	serfwd_vdma_close(&card->serial.vdma);
}

int serfwd_serial_reset(struct serfwd_card *card)
{
	int ret = 0;

	if (card->model->has_dma)
		ret = serfwd_vdma_reset(&card->serial.vdma);
	return ret ?: serfwd_vuart_reset(&card->serial.vuart);
}
