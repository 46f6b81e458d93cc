/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hostile.h - users of cards who do what none should, beside a busy line
 */
#ifndef SELFTESTS_HOSTILE_H
#define SELFTESTS_HOSTILE_H

#include <stdint.h>
#include <stdlib.h>

#include "../serfwd/line.h"
#include "../serfwd/task.h"

/* A number of calls is given by the environment, else that. */
static inline unsigned int hostile_calls(void)
{
	const char *calls = getenv("CARD_CALLS");

	return calls ? strtoul(calls, NULL, 0) : 20000;
}

/* The far end sends all the time, and takes what there is, until a task has ended. */
static inline void far_goes_on(int far, struct task *task)
{
	uint8_t bytes[256] = { 0 };

	while (!task_returns(task, 5)) {
		if (write(far, bytes, sizeof(bytes)) < 0)
			ioctl(far, TCFLSH, TCOFLUSH);
		if (read(far, bytes, sizeof(bytes)) < 0)
			continue;
	}
	task_finish(task);
}

#endif
