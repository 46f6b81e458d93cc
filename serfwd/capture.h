/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A copy of all bytes for whoever captures; scripts/tools/serfwd-capture does.
 */
#ifndef SERFWD_CAPTURE_H
#define SERFWD_CAPTURE_H

#include <linux/types.h>

#include "link.h"
#include "stats.h"
#include "trace.h"

void serfwd_capture_pieces(struct serfwd_link *link, enum serfwd_direction dir,
			   const u8 *data, const u8 *flags, size_t count);

/* @flags may be NULL, @count 0. Costs nothing while nobody captures. */
static inline void serfwd_capture(struct serfwd_link *link,
				  enum serfwd_direction dir, const u8 *data,
				  const u8 *flags, size_t count)
{
	if (trace_serfwd_data_enabled())
		serfwd_capture_pieces(link, dir, data, flags, count);
}

#endif
