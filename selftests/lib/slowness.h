/* SPDX-License-Identifier: GPL-2.0 */
/*
 * slowness.h - by how much the kernel is slower than one that people use
 */
#ifndef SELFTESTS_SLOWNESS_H
#define SELFTESTS_SLOWNESS_H

#include <stdlib.h>

/* The slowness that scripts/vm/run tells of the kernel it has booted; 1 outside. */
static inline int slowness(void)
{
	const char *said = getenv("DEVSHARE_SLOWNESS");

	return said ? atoi(said) : 1;
}

#endif
