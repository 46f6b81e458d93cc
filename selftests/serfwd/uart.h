/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uart.h - the registers of the real 16550 under test, read behind its
 * driver's back: what they say is the truth
 */
#ifndef SELFTESTS_UART_H
#define SELFTESTS_UART_H

#include <errno.h>
#include <linux/serial_reg.h>
#include <stdio.h>
#include <sys/io.h>

#include "serfwd.h"

/* Input of the divisor, in baud. */
#define UART_CLOCK	115200u

/**
 * struct uart - a real 16550
 * @base: its first I/O port
 */
struct uart {
	unsigned int base;
};

/**
 * struct uart_registers - what a UART is set to
 * @divisor: of the baud rate generator
 * @lcr: format of the line and break
 * @mcr: outputs
 */
struct uart_registers {
	unsigned int divisor;
	unsigned int lcr;
	unsigned int mcr;
};

/**
 * uart_find() - find the registers of a port
 * @uart: filled
 * @name: of the port, such as "ttyS1"
 *
 * Return: 0 or -errno.
 */
static inline int uart_find(struct uart *uart, const char *name)
{
	char path[64];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/sys/class/tty/%s/port", name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	found = fscanf(file, "%x", &uart->base);
	fclose(file);
	if (found != 1 || !uart->base)
		return -ENODEV;
	return iopl(3) ? -errno : 0;
}

/**
 * uart_lcr() - line control register
 * @uart: the UART
 */
static inline unsigned int uart_lcr(const struct uart *uart)
{
	return inb(uart->base + UART_LCR);
}

/**
 * uart_format() - what of a line control register means something
 * @lcr: its value
 *
 * Return: the value, without the kind of a parity that is off.
 */
static inline unsigned int uart_format(unsigned int lcr)
{
	return lcr & UART_LCR_PARITY ? lcr : lcr & ~(UART_LCR_EPAR | UART_LCR_SPAR);
}

/**
 * uart_mcr() - modem control register
 * @uart: the UART
 */
static inline unsigned int uart_mcr(const struct uart *uart)
{
	return inb(uart->base + UART_MCR);
}

/**
 * uart_read() - all registers that say what the UART is set to
 * @uart: the UART, which must be idle: the divisor is where data and the
 *	interrupt enable register are at other times
 * @registers: filled
 */
static inline void uart_read(const struct uart *uart,
			     struct uart_registers *registers)
{
	/* Whatever work follows a setting has touched the UART after this. */
	sleep_ms(20);
	registers->lcr = uart_lcr(uart);
	registers->mcr = uart_mcr(uart);
	outb(registers->lcr | UART_LCR_DLAB, uart->base + UART_LCR);
	registers->divisor = inb(uart->base + UART_DLL) |
			     inb(uart->base + UART_DLM) << 8;
	outb(registers->lcr, uart->base + UART_LCR);
}

#endif
