/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kcov.h - which code of the modules a process reached, where the kernel has KCOV
 *
 * The debug kernel's modules are built for it and nothing else is; so all that is
 * seen is theirs, and of that what the process itself ran, not what workers and
 * interrupts did for it.
 */
#ifndef SELFTESTS_KCOV_H
#define SELFTESTS_KCOV_H

#include <fcntl.h>
#include <linux/kcov.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define KCOV_FILE	"/sys/kernel/debug/kcov"
/* Points that fit, the first word being their number. */
#define KCOV_WORDS	(64u << 10)
/* The modules have some thousand edges: few of them meet in here. */
#define KCOV_EDGES	(1u << 18)

/**
 * struct kcov_edges - a set of edges
 * @bits: one for each, found by a hash
 */
struct kcov_edges {
	uint8_t bits[KCOV_EDGES / 8];
};

/**
 * kcov_present() - does the kernel have it?
 */
static inline bool kcov_present(void)
{
	return !access(KCOV_FILE, F_OK);
}

/**
 * kcov_start() - watch the calling process
 *
 * The file stays open for as long as the process lives.
 *
 * Return: what the kernel fills, NULL without KCOV.
 */
static inline uint64_t *kcov_start(int *file)
{
	void *area;

	*file = open(KCOV_FILE, O_RDWR | O_CLOEXEC);
	if (*file < 0 || ioctl(*file, KCOV_INIT_TRACE, KCOV_WORDS))
		return NULL;
	area = mmap(NULL, KCOV_WORDS * sizeof(uint64_t), PROT_READ | PROT_WRITE,
		    MAP_SHARED, *file, 0);
	return area == MAP_FAILED ||
	       ioctl(*file, KCOV_ENABLE, KCOV_TRACE_PC) ? NULL : area;
}

/**
 * kcov_forget() - begin anew
 * @area: what kcov_start() returned
 */
static inline void kcov_forget(uint64_t *area)
{
	__atomic_store_n(area, 0, __ATOMIC_RELAXED);
}

static inline uint32_t kcov_hash(uint64_t from, uint64_t to)
{
	uint64_t word = (from * 3 + to) * 0x9e3779b97f4a7c15ull;

	return (word ^ word >> 29) % KCOV_EDGES;
}

/**
 * kcov_collect() - note the edges that were reached since kcov_forget()
 * @area: what kcov_start() returned
 * @edges: the set
 *
 * Return: how many are new to the set.
 */
static inline unsigned int kcov_collect(const uint64_t *area,
					struct kcov_edges *edges)
{
	uint64_t i, count = __atomic_load_n(area, __ATOMIC_RELAXED);
	unsigned int found = 0;
	uint64_t from = 0;

	for (i = 1; i <= count; i++) {
		uint32_t edge = kcov_hash(from, area[i]);
		uint8_t bit = 1 << edge % 8;

		found += !(edges->bits[edge / 8] & bit);
		edges->bits[edge / 8] |= bit;
		from = area[i];
	}
	return found;
}

/**
 * kcov_join() - add one set to another
 * @all: the other
 * @edges: the one
 */
static inline void kcov_join(struct kcov_edges *all,
			     const struct kcov_edges *edges)
{
	size_t i;

	for (i = 0; i < sizeof(all->bits); i++)
		all->bits[i] |= edges->bits[i];
}

/**
 * kcov_count() - how many are in a set?
 * @edges: the set
 */
static inline unsigned int kcov_count(const struct kcov_edges *edges)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < sizeof(edges->bits); i++)
		count += __builtin_popcount(edges->bits[i]);
	return count;
}

#endif
