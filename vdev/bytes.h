/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes of a guest as a value, little endian.
 */
#ifndef VDEV_BYTES_H
#define VDEV_BYTES_H

#include <linux/types.h>

static inline u64 vdev_get_le(const u8 *bytes, unsigned int width)
{
	u64 value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

#endif
