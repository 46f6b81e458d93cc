/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmsg.h - records that the kernel's log has got
 */
#ifndef SELFTESTS_KMSG_H
#define SELFTESTS_KMSG_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest.h"

/* Messages that are limited to ten lines in 5 s in each of some places. */
#define KMSG_ALWAYS	200
#define KMSG_A_SECOND	20

/**
 * kmsg_position() - write a line to the log
 *
 * Return: its number, from which those of others can be told; -1 if it cannot be
 * found.
 */
static inline long long kmsg_position(void)
{
	/* Without its end of line it would not be a record yet. */
	static const char mark[] = "devshare: a test was here\n";
	char record[1024];
	long long number = -1;
	int fd = open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	ssize_t size;

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0 ||
	    write(fd, mark, sizeof(mark) - 1) < 0)
		return -1;
	do {
		size = read(fd, record, sizeof(record) - 1);
		if (size <= 0)
			break;
		record[size] = '\0';
		if (sscanf(record, "%*u,%lld,", &number) != 1)
			break;
	} while (!strstr(record, "a test was here"));
	close(fd);
	return number;
}

/**
 * kmsg_has() - does the log have a text?
 * @begin: kmsg_position() before
 * @text: what is looked for, in one line
 */
static inline bool kmsg_has(long long begin, const char *text)
{
	char record[1024];
	long long number;
	bool found = false;
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return false;
	while (!found && (size = read(fd, record, sizeof(record) - 1)) > 0) {
		record[size] = '\0';
		found = sscanf(record, "%*u,%lld,", &number) == 1 && number > begin &&
			strstr(record, text);
	}
	close(fd);
	return found;
}

/**
 * kmsg_stayed_short() - has the log got no more lines than it may?
 * @begin: kmsg_position() before
 * @ms: how long ago that was
 */
static inline bool kmsg_stayed_short(long long begin, long long ms)
{
	long long lines = kmsg_position() - begin - 1;
	long long most = KMSG_ALWAYS + ms / 1000 * KMSG_A_SECOND;

	ksft_print_msg("%lld lines in the log after %lld s, at most %lld are right\n",
		       lines, ms / 1000, most);
	return begin >= 0 && lines >= 0 && lines <= most;
}

#endif
