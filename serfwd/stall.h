/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_STALL_H
#define SERFWD_STALL_H

#include <linux/types.h>

struct serfwd_link;

/* Of the timeout that hangs up, ms. */
#define SERFWD_STALL_TIMEOUT_DEFAULT	10000
#define SERFWD_STALL_TIMEOUT_MAX	3600000

void serfwd_stall_init(struct serfwd_link *link);
void serfwd_stall_exit(struct serfwd_link *link);

size_t serfwd_stalled(struct serfwd_link *link, size_t count);
void serfwd_stall_over(struct serfwd_link *link);

#endif
