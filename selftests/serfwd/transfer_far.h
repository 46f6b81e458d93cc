/* SPDX-License-Identifier: GPL-2.0 */
/*
 * transfer_far.h - talking to the far end of a port
 *
 * A far end takes one line of text and answers it by one line; the commands are
 * those of scripts/vm/far-end.c.
 */
#ifndef DEVSHARE_TRANSFER_FAR_H
#define DEVSHARE_TRANSFER_FAR_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"

#define SECOND	1000000000LL

/**
 * struct far_end - the control connection to a far end
 * @name: of its device
 * @fd: of its device, non-blocking
 * @len: bytes of an answer in @line
 * @line: the answer as far as it came
 */
struct far_end {
	const char *name;
	int fd;
	size_t len;
	char line[512];
};

static inline int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/**
 * far_open() - connect to a far end
 * @far: filled
 * @name: of its device; kept
 */
static inline void far_open(struct far_end *far, const char *name)
{
	*far = (struct far_end){ .name = name };
	far->fd = open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (far->fd < 0)
		ksft_exit_fail_msg("%s: %s\n", name, strerror(errno));
}

/**
 * far_say() - send a command, without waiting for the answer
 * @far: the far end; no other answer is awaited
 * @format: the command, as for printf
 */
static inline void __attribute__((format(printf, 2, 3)))
far_say(struct far_end *far, const char *format, ...)
{
	char command[128];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(command, sizeof(command) - 1, format, args);
	va_end(args);
	command[len++] = '\n';
	far->len = 0;
	if (write(far->fd, command, len) != len)
		ksft_exit_fail_msg("%s does not take a command: %s\n", far->name,
				   strerror(errno));
}

/**
 * far_answer() - fetch the answer, without waiting
 * @far: the far end
 *
 * Return: the answer, valid until the next command, or NULL if it is not there.
 */
static inline const char *far_answer(struct far_end *far)
{
	ssize_t n = read(far->fd, far->line + far->len, sizeof(far->line) - far->len);
	char *end;

	if (n < 0 && errno != EAGAIN)
		ksft_exit_fail_msg("%s: %s\n", far->name, strerror(errno));
	if (n > 0)
		far->len += n;
	end = memchr(far->line, '\n', far->len);
	if (end)
		*end = '\0';
	else if (far->len == sizeof(far->line))
		ksft_exit_fail_msg("%s: an answer is too long\n", far->name);
	return end ? far->line : NULL;
}

/**
 * far_wait() - wait for the answer
 * @far: the far end
 * @what: for messages: what was said
 * @seconds: how long at most
 *
 * Return: the answer, valid until the next command.
 */
static inline const char *far_wait(struct far_end *far, const char *what, int seconds)
{
	int64_t deadline = now_ns() + seconds * SECOND;
	const char *answer;

	while (!(answer = far_answer(far))) {
		struct pollfd pfd = { .fd = far->fd, .events = POLLIN };

		if (now_ns() >= deadline)
			ksft_exit_fail_msg("waited %d s for %s to answer: %s\n",
					   seconds, far->name, what);
		poll(&pfd, 1, 100);
	}
	return answer;
}

/**
 * far_do() - have a command carried out that is done at once
 * @far: the far end
 * @command: the command
 *
 * Return: the answer, which begins with "ok".
 */
static inline const char *far_do(struct far_end *far, const char *command)
{
	const char *answer;

	far_say(far, "%s", command);
	answer = far_wait(far, command, 10);
	if (strncmp(answer, "ok", 2))
		ksft_exit_fail_msg("%s: %s: %s\n", far->name, command, answer);
	return answer;
}

#endif
