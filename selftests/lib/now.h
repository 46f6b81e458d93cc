/* SPDX-License-Identifier: GPL-2.0 */
/*
 * now.h - what time it is
 */
#ifndef SELFTESTS_NOW_H
#define SELFTESTS_NOW_H

#include <time.h>

/* In ms since some time in the past. */
static inline long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

#endif
