/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The marks between which the insn plugin counts: two exchanges of a register
 * with itself, which change nothing and which no compiler emits. Valgrind, for which
 * QEMU is prepared, has taken rbx, rcx, rdx and rdi for the same purpose.
 */
#ifndef MARKS_H
#define MARKS_H

#define MARK_SIZE	3
#define MARK_START	"\x4d\x87\xe4"
#define MARK_STOP	"\x4d\x87\xed"

static inline void mark_start(void)
{
	__asm__ volatile("xchg %%r12,%%r12" ::: "memory");
}

static inline void mark_stop(void)
{
	__asm__ volatile("xchg %%r13,%%r13" ::: "memory");
}

#endif /* MARKS_H */
