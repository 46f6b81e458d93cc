/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scaled.h - how much a test does
 */
#ifndef SELFTESTS_SCALED_H
#define SELFTESTS_SCALED_H

#include <stdlib.h>

/* So many, or so many times as many as the environment says: see pcishare_factor. */
static inline unsigned int scaled(unsigned int count)
{
	const char *factor = getenv("PCISHARE_FACTOR");

	return factor ? count * atoi(factor) : count;
}

#endif
