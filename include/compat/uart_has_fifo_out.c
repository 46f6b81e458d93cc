// SPDX-License-Identifier: GPL-2.0
/* uart_fifo_out() takes from a kfifo; before, ports had a circ_buf (6.10). */
#include <linux/tty.h>
#include <linux/serial_core.h>

typedef unsigned int wanted(struct uart_port *, unsigned char *, unsigned int);

_Static_assert(__builtin_types_compatible_p(wanted, typeof(uart_fifo_out)),
	       "uart has fifo out");
