/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few things that what is also built in user space takes from there: in the
 * module from the kernel, in the test and fuzz programs from libc.
 */
#ifndef SERFWD_ENV_H
#define SERFWD_ENV_H

#include <linux/serial_reg.h>
#include <linux/virtio_config.h>
#include <linux/virtio_console.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>

#ifdef __KERNEL__

#include <asm/barrier.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include <linux/tty_flip.h>
#include <linux/types.h>

#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define __force
#define BIT(n)			(1u << (n))
#define BIT_ULL(n)		(1ull << (n))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define div_u64(value, by)	((value) / (by))

#define array_index_nospec(index, size)	(index)

/* Tests run on little endian machines. */
#define le16_to_cpu(value)	(value)
#define le32_to_cpu(value)	(value)
#define le64_to_cpu(value)	(value)
#define cpu_to_le16(value)	(value)
#define cpu_to_le32(value)	(value)

/* Each comes with its comment where it is used. */
#define virt_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST) /* likewise */
#define virt_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE) /* likewise */
#define virt_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE) /* likewise */

/* As in include/linux/tty_buffer.h. */
#define TTY_NORMAL		0
#define TTY_BREAK		1
#define TTY_FRAME		2
#define TTY_PARITY		3
#define TTY_OVERRUN		4

#endif

#endif
