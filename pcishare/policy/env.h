/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few things the policy parser takes from where it is compiled: in the
 * module from the kernel, in the lint, fuzz and test programs from libc.
 */
#ifndef PCISHARE_POLICY_ENV_H
#define PCISHARE_POLICY_ENV_H

#ifdef __KERNEL__

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define __printf(text, args) __attribute__((__format__(__printf__, text, args)))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define ALIGN(size, to)		(((size) + (to) - 1) / (to) * (to))
#define BIT(bit)		(1UL << (bit))
#define U32_MAX			(~0U)
#define U64_MAX			(~0ULL)

#define GFP_KERNEL		0
#define kvzalloc(size, flags)	calloc(1, size)
#define kvfree(pointer)		free(pointer)

#define sort(base, count, size, compare, swap) qsort(base, count, size, compare)

static inline bool is_power_of_2(unsigned long number)
{
	return number && !(number & (number - 1));
}

#endif

#endif
