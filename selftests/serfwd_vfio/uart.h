/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uart.h - a UART to test, and short words for what is done with it
 */
#ifndef SELFTESTS_UART_H
#define SELFTESTS_UART_H

#include "uart-owner.h"

#include "../lib/harness.h"

/* The counts of gcov go to their file only when a process exits properly. */
#ifdef WITH_GCOV
void __gcov_dump(void);
#else
static inline void __gcov_dump(void)
{
}
#endif

/* Of the settings that LINE makes. */
#define CHAR_NS		86805ull
#define IDLE		(UART_LSR_THRE | UART_LSR_TEMT)
#define FIFO_ON		0xc0

FIXTURE(uart) {
	struct owner owner;
};

FIXTURE_SETUP(uart)
{
	owner_init(&self->owner);
}

FIXTURE_TEARDOWN(uart)
{
	EXPECT_FALSE(self->owner.wrong);
	__gcov_dump();
}

#define in(reg)			owner_in(&self->owner, reg)
#define out(reg, value)		owner_out(&self->owner, reg, value)
#define pass(ns)		owner_pass(&self->owner, ns)
#define lines(msr)		serfwd_uart_lines(&self->owner.uart, msr)

/* 115200 baud, 8N1. */
#define LINE() do {							\
	out(UART_LCR, UART_LCR_DLAB);					\
	out(UART_DLL, 1);						\
	out(UART_DLM, 0);						\
	out(UART_LCR, UART_LCR_WLEN8);					\
} while (0)

/* Bytes from the wire. The value is how many were taken. */
#define receive(bytes, flags, count) \
	serfwd_uart_receive(&self->owner.uart, (const u8 *)(bytes), \
			    (const u8 *)(flags), count, self->owner.now)

#endif
