/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_FLAGS_H
#define SERFWD_FLAGS_H

#include <linux/types.h>

struct ktermios;

bool serfwd_flags_ignored(const struct ktermios *termios);
size_t serfwd_flags_kept(const struct ktermios *termios, const u8 *flags,
			 size_t count);
unsigned int serfwd_flags_count(const u8 *flags, size_t count, u8 flag);

#endif
