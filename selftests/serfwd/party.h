/* SPDX-License-Identifier: GPL-2.0 */
/*
 * party.h - attributes of the links that take part in a port
 */
#ifndef SELFTESTS_PARTY_H
#define SELFTESTS_PARTY_H

#include "serfwd.h"

static inline int set(unsigned int number, const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", number, attribute, value);
}

static inline bool is(unsigned int number, const char *attribute, const char *value)
{
	return serfwd_tty_is("ttySF", number, attribute, value);
}

static inline bool becomes(unsigned int number, const char *attribute,
			   const char *value)
{
	return serfwd_tty_becomes("ttySF", number, attribute, value);
}

#endif
