/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A UART whose wire is a link of serfwd.
 */
#ifndef SERFWD_VUART_H
#define SERFWD_VUART_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "uart.h"

struct serfwd_end;
struct serfwd_vdma;
struct serfwd_vuart;

/**
 * struct serfwd_vuart_stats - what a guest may be told of
 * @accesses: to registers
 * @lost: bytes that it wrote while THRE was 0, of which its FIFO had no room
 */
struct serfwd_vuart_stats {
	u64 accesses;
	u64 lost;
};

/**
 * struct serfwd_vuart - a UART and its link
 * @uart: the registers
 * @lock: protects @uart and all of the next five; @closing is read under
 *	@line_lock as well
 * @unsent: what the guest has written and the port has not taken, as in the
 *	FIFO of a UART: THRE is 0 meanwhile
 * @nr_unsent: how many bytes
 * @untold: SERFWD_VUART_*: what the link is still to be told of the line
 * @closing: the link is not there yet, or not any more
 * @accesses: of the guest, to registers
 * @line_lock: held while the link is asked for what may sleep, so that it is
 *	told in order. Taken before @lock, and never by what the link calls
 * @end: the guest end of the link, while open
 * @noticed: SERFWD_VUART_*: what @work is for
 * @work: does what may not be done where it is noticed
 * @timer: for serfwd_uart_expired()
 * @name: the name of the device it is in
 * @baud_base: bits per second at divisor 1
 * @interrupt: has the guest's interrupt line be so; called with @lock held
 * @vdma: the DMA controller beside it, or NULL
 */
struct serfwd_vuart {
	struct serfwd_uart uart;
	struct mutex lock;	/* see above */
	u8 unsent[SERFWD_UART_FIFO];
	unsigned int nr_unsent;
	unsigned long untold;
	bool closing;
	u64 accesses;

	struct mutex line_lock;	/* order of what the link is told */
	struct serfwd_end *end;
	unsigned long noticed;
	struct work_struct work;
	struct hrtimer timer;
	const char *name;
	u32 baud_base;
	void (*interrupt)(struct serfwd_vuart *vuart, bool on);
	struct serfwd_vdma *vdma;
};

void serfwd_vuart_init(struct serfwd_vuart *vuart, const char *name,
		       u32 baud_base,
		       void (*interrupt)(struct serfwd_vuart *vuart, bool on));
int serfwd_vuart_open(struct serfwd_vuart *vuart, unsigned int link);
void serfwd_vuart_close(struct serfwd_vuart *vuart);
int serfwd_vuart_reset(struct serfwd_vuart *vuart);
int serfwd_vuart_read(struct serfwd_vuart *vuart, unsigned int offset,
		      u8 *value);
int serfwd_vuart_write(struct serfwd_vuart *vuart, unsigned int offset,
		       u8 value);
int serfwd_vuart_lock(struct serfwd_vuart *vuart);
int serfwd_vuart_unlock(struct serfwd_vuart *vuart);
void serfwd_vuart_unlock_untold(struct serfwd_vuart *vuart);
unsigned int serfwd_vuart_room(struct serfwd_vuart *vuart);
void serfwd_vuart_kick(struct serfwd_vuart *vuart);
void serfwd_vuart_get_stats(struct serfwd_vuart *vuart,
			    struct serfwd_vuart_stats *stats);

#endif
