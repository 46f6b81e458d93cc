/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few things the arbiter takes from where it is compiled: in the module
 * from the kernel, in its simulation from libc.
 */
#ifndef PCISHARE_ARBITER_ENV_H
#define PCISHARE_ARBITER_ENV_H

#ifdef __KERNEL__

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/types.h>

#else

#include <stdbool.h>
#include <stddef.h>

typedef unsigned int u32;
typedef unsigned long long u64;

#define U64_MAX			(~0ULL)
#define READ_ONCE(what)		(what)
#define WRITE_ONCE(what, value)	((what) = (value))
#define ilog2(value)		(63 - __builtin_clzll(value))
#define div_u64(value, by)	((value) / (by))
#define min_t(type, a, b)	\
	({ type one = (a), two = (b); one < two ? one : two; })
#define max_t(type, a, b)	\
	({ type one = (a), two = (b); one > two ? one : two; })

/* As in include/linux/list.h. */
struct list_head {
	struct list_head *next, *prev;
};

#define list_entry(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))
#define list_first_entry_or_null(head, type, member) ({			\
	struct list_head *all = (head);					\
	list_empty(all) ? NULL : list_entry(all->next, type, member);	\
})

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_empty_careful(head)	list_empty(head)

static inline void list_add(struct list_head *new, struct list_head *after)
{
	new->next = after->next;
	new->prev = after;
	after->next->prev = new;
	after->next = new;
}

static inline void list_del_init(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	INIT_LIST_HEAD(entry);
}

#endif

#endif
