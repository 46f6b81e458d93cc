// SPDX-License-Identifier: GPL-2.0
/* The name of a namespace of symbols is a string (6.13). */
#include <linux/tty.h>
#include <linux/module.h>

/* Until then a string is made of it, which makes one longer. */
#undef MODULE_INFO
#define MODULE_INFO(tag, text)						\
	_Static_assert(sizeof(text) == sizeof("A"),			\
		       "module import ns takes string")

MODULE_IMPORT_NS("A");
