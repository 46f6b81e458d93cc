// SPDX-License-Identifier: GPL-2.0
/* tty_port_client_operations.receive_buf returns size_t (6.6). */
#include <linux/tty.h>
#include <linux/tty_port.h>

typedef size_t (*wanted)(struct tty_port *, const u8 *, const u8 *, size_t);

_Static_assert(__builtin_types_compatible_p(wanted,
		typeof(((struct tty_port_client_operations *)0)->receive_buf)),
	       "port receive buf returns size t");
