/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The marks between which the insn plugin counts: two exchanges of a register
 * with itself, which change nothing and which no compiler emits.
 */
#ifndef MARKS_H
#define MARKS_H

#define MARK_SIZE	3
#define MARK_START	"\x48\x87\xdb"
#define MARK_STOP	"\x48\x87\xc9"

static inline void mark_start(void)
{
	__asm__ volatile("xchg %%rbx,%%rbx" ::: "memory");
}

static inline void mark_stop(void)
{
	__asm__ volatile("xchg %%rcx,%%rcx" ::: "memory");
}

#endif /* MARKS_H */
