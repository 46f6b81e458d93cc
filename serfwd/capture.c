// SPDX-License-Identifier: GPL-2.0
/*
 * A copy of all bytes for whoever captures.
 *
 * It goes where tracepoints go: that has time stamps, readers that come and go,
 * and a count of what did not fit, and costs nothing while there is no reader.
 */
#include <linux/minmax.h>

#include "capture.h"

/* An event is never larger than a page of a trace buffer. */
#define SERFWD_CAPTURE_PIECE	512

/**
 * serfwd_capture_pieces - copy bytes to whoever captures
 * @link: the link that they pass
 * @dir: where to
 * @data: the bytes
 * @flags: a TTY_* for each of them, NULL if all are good
 * @count: how many
 *
 * Context: any.
 */
void serfwd_capture_pieces(struct serfwd_link *link, enum serfwd_direction dir,
			   const u8 *data, const u8 *flags, size_t count)
{
	while (count) {
		size_t piece = min_t(size_t, count, SERFWD_CAPTURE_PIECE);

		trace_serfwd_data(link->index, dir, data, flags, piece);
		data += piece;
		if (flags)
			flags += piece;
		count -= piece;
	}
}
