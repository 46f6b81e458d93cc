/* SPDX-License-Identifier: GPL-2.0 */
/*
 * task.h - something that may wait, done by another thread
 */
#ifndef SELFTESTS_TASK_H
#define SELFTESTS_TASK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../lib/sysfs.h"

/**
 * struct task - something under way
 * @thread: that does it
 * @run: what it does
 * @arg: its argument
 * @ret: what @run returned, once @done
 * @done: it has
 */
struct task {
	pthread_t thread;
	int (*run)(void *arg);
	void *arg;
	int ret;
	atomic_bool done;
};

static inline void *task_thread(void *arg)
{
	struct task *task = arg;

	task->ret = task->run(task->arg);
	task->done = true;
	return NULL;
}

/**
 * task_start() - start something
 * @task: the task
 * @run: what it is to do
 * @arg: its argument
 */
static inline void task_start(struct task *task, int (*run)(void *arg), void *arg)
{
	task->run = run;
	task->arg = arg;
	task->done = false;
	if (pthread_create(&task->thread, NULL, task_thread, task))
		abort();
}

/**
 * task_returns() - does something end in time?
 * @task: the task
 * @ms: how long to wait
 */
static inline bool task_returns(struct task *task, int ms)
{
	for (; !task->done && ms > 0; ms -= 5)
		sleep_ms(5);
	return task->done;
}

/**
 * task_finish() - wait until something has ended
 * @task: the task
 *
 * Return: what it returned.
 */
static inline int task_finish(struct task *task)
{
	pthread_join(task->thread, NULL);
	return task->ret;
}

#endif
