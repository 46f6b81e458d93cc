/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_CARD_SERIAL_H
#define SERFWD_CARD_SERIAL_H

#include "card.h"

/*
 * Operations that all cards with a UART have in common, by their names: see
 * &struct serfwd_card_ops.
 */
void serfwd_serial_init(struct serfwd_card *card);
int serfwd_serial_open(struct serfwd_card *card);
int serfwd_serial_take_link(struct serfwd_card *card, unsigned int link);
void serfwd_serial_give_link(struct serfwd_card *card);
void serfwd_serial_close(struct serfwd_card *card);
int serfwd_serial_reset(struct serfwd_card *card);
u32 serfwd_serial_pending(struct serfwd_card *card);
bool serfwd_serial_asserted(struct serfwd_card *card);
void serfwd_serial_listens(struct serfwd_card *card);
void serfwd_serial_show(struct serfwd_card *card, u64 offset, size_t count);

#define SERFWD_SERIAL_OPS				\
	.init		= serfwd_serial_init,		\
	.open		= serfwd_serial_open,		\
	.take_link	= serfwd_serial_take_link,	\
	.give_link	= serfwd_serial_give_link,	\
	.close		= serfwd_serial_close,		\
	.reset		= serfwd_serial_reset,		\
	.pending	= serfwd_serial_pending,	\
	.asserted	= serfwd_serial_asserted,	\
	.listens	= serfwd_serial_listens,	\
	.show		= serfwd_serial_show

#endif
