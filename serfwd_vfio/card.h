/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PCI card with one UART, as a guest has it: a vfio device.
 */
#ifndef SERFWD_CARD_H
#define SERFWD_CARD_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <vdev/label.h>
#include <vdev/vdev.h>

#include "vconsole.h"
#include "vdma.h"
#include "vuart.h"

struct serfwd_card;

/**
 * struct serfwd_card_ops - what is behind the registers of a card
 * @init: set it up; the card's model is set, and it is not open
 * @open: have it be as after power-on, and make it ready for a guest; returns 0
 *	or an error
 * @take_link: have the link of number @link; returns 0 or an error
 * @give_link: have it no more: when this returns nothing is asked of it
 * @close: forget a guest; the link is not had, and no access is under way, nor
 *	any other call. Also after an @open that failed, or was not reached
 * @reset: have it be as after power-on, the link stays; returns 0 or an error
 * @read: read @width bytes of BAR @index at @offset, a multiple of @width; may
 *	sleep, with no lock held
 * @write: the same for writing; also of a card without its link, the driver of
 *	which may wait for something
 * @pending: see &struct vdev_ops; likewise the next three, of which @asserted
 *	is for a card with INTx and @show for one with a page
 * @asserted: likewise
 * @listens: likewise
 * @show: likewise
 * @window: read or write, if there is something behind it, @width bytes of the
 *	configuration space at @offset, before a read and after a write; with
 *	the card's lock held, which it may leave and take again. Optional
 */
struct serfwd_card_ops {
	void (*init)(struct serfwd_card *card);
	int (*open)(struct serfwd_card *card);
	int (*take_link)(struct serfwd_card *card, unsigned int link);
	void (*give_link)(struct serfwd_card *card);
	void (*close)(struct serfwd_card *card);
	int (*reset)(struct serfwd_card *card);
	u64 (*read)(struct serfwd_card *card, unsigned int index, u64 offset,
		    unsigned int width);
	void (*write)(struct serfwd_card *card, unsigned int index, u64 offset,
		      unsigned int width, u64 value);
	u32 (*pending)(struct serfwd_card *card);
	bool (*asserted)(struct serfwd_card *card);
	void (*listens)(struct serfwd_card *card);
	void (*show)(struct serfwd_card *card, u64 offset, size_t count);
	void (*window)(struct serfwd_card *card, unsigned int offset,
		       unsigned int width, bool write);
};

/**
 * struct serfwd_card_model - a card, as it is to a guest
 * @vdev: its configuration space
 * @ops: what is behind its registers
 * @baud_base: bits per second of its UART at divisor 1, if it has one
 * @has_dma: there is a DMA controller beside the UART
 * @is_console: it is a virtio console, and no UART
 */
struct serfwd_card_model {
	struct vdev_model vdev;
	const struct serfwd_card_ops *ops;
	u32 baud_base;
	bool has_dma;
	bool is_console;
};

/* card_uart.c */
extern const struct serfwd_card_model serfwd_card_uart;
/* card_quark.c */
extern const struct serfwd_card_model serfwd_card_quark;
/* card_console.c */
extern const struct serfwd_card_model serfwd_card_console;

/**
 * enum serfwd_card_state - what becomes of accesses
 * @SERFWD_CARD_CLOSED: there are none
 * @SERFWD_CARD_OPEN: they reach the UART
 * @SERFWD_CARD_REVOKED: all ones, as of a card that was pulled
 */
enum serfwd_card_state {
	SERFWD_CARD_CLOSED,
	SERFWD_CARD_OPEN,
	SERFWD_CARD_REVOKED,
};

/**
 * struct serfwd_serial - a UART
 * @vuart: its registers
 * @vdma: its DMA controller, if the model has one
 * @asserted: SERFWD_SERIAL_*: which interrupt lines are up
 */
struct serfwd_serial {
	struct serfwd_vuart vuart;
	struct serfwd_vdma vdma;
	unsigned long asserted;
};

/**
 * struct serfwd_card - a card
 * @vdev: what a guest sees of it
 * @lock: protects the configuration space of @vdev and @state, the latter
 *	together with @state_lock
 * @state_lock: held while @state changes, with all that comes with it
 * @state: &enum serfwd_card_state
 * @model: what it is
 * @serial: its UART, if it is such a card
 * @vconsole: its console, likewise
 * @label: the administrator's name for it
 * @link: number of the link that it is to have; under the mutex of all cards
 * @node: in the list of all cards; likewise
 * @revoke_work: takes the link away from a VMM that does not give it back
 */
struct serfwd_card {
	struct vdev vdev;	/* first, as the vfio core wants it */
	struct mutex lock;	/* see above */
	struct mutex state_lock;	/* see above */
	enum serfwd_card_state state;
	const struct serfwd_card_model *model;
	struct serfwd_serial serial;
	struct serfwd_vconsole vconsole;
	struct vdev_label label;
	unsigned int link;
	struct list_head node;
	struct delayed_work revoke_work;
};

struct serfwd_card *serfwd_card_create(struct device *dev,
				       const struct serfwd_card_model *model);
void serfwd_card_destroy(struct serfwd_card *card);
unsigned int serfwd_card_room(void);
unsigned int serfwd_card_get_link(const struct serfwd_card *card);
int serfwd_card_set_link(struct serfwd_card *card, unsigned int link);
int serfwd_card_set_hvc(struct serfwd_card *card, bool is_hvc);

#endif
