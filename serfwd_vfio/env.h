/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few things that what is also built in user space takes from there: in the
 * module from the kernel, in the test and fuzz programs from libc.
 */
#ifndef SERFWD_ENV_H
#define SERFWD_ENV_H

#include <linux/serial_reg.h>

#ifdef __KERNEL__

#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/tty_flip.h>
#include <linux/types.h>

#else

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define BIT(n)			(1u << (n))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define div_u64(value, by)	((value) / (by))

/* As in include/linux/tty_buffer.h. */
#define TTY_NORMAL		0
#define TTY_BREAK		1
#define TTY_FRAME		2
#define TTY_PARITY		3
#define TTY_OVERRUN		4

#endif

#endif
