/* SPDX-License-Identifier: GPL-2.0 */
/*
 * caller.h - processes that make random calls until they are killed, and their parent,
 * which looks after them: no call may take for ever, and whoever is killed has to end
 *
 * The acts of a process follow from a seed, its place and how often its predecessors
 * were killed.
 */
#ifndef SELFTESTS_CALLER_H
#define SELFTESTS_CALLER_H

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"

#include "now.h"
#include "sysfs.h"

/* A call that is not done after so long waits for ever: signals end each wait. */
#define CALLER_PATIENCE_MS	60000
#define CALLER_PAGE		0x1000u

/**
 * struct caller - what a process and its successors leave behind, shared
 * @pid: the process
 * @status: of the one that ended last, as of waitpid()
 * @born: how many there have been
 * @calls: how many calls were done
 * @good: how many of them without an error
 * @since: when the one that is being done began, ms; 0 for none
 */
struct caller {
	pid_t pid;
	int status;
	unsigned int born;
	atomic_ullong calls;
	atomic_ullong good;
	atomic_llong since;
};

/**
 * caller_share() - memory that processes share with their parent
 * @size: in bytes
 *
 * Return: the memory, all zero.
 */
static inline void *caller_share(size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		ksft_exit_fail_msg("no memory to share: %m\n");
	return shared;
}

/*
 * A process
 */

/**
 * caller_seed() - what a process's calls come from
 * @caller: its own
 * @seed: of the whole test
 * @place: which of the processes
 */
static inline uint64_t caller_seed(const struct caller *caller, uint64_t seed,
				   unsigned int place)
{
	return seed + place + ((uint64_t)caller->born << 32);
}

/**
 * caller_page() - a page for a process's arguments, behind which nothing is mapped
 *
 * Return: the page, or NULL.
 */
static inline void *caller_page(void)
{
	uint8_t *page = mmap(NULL, 2 * CALLER_PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED ||
	    mprotect(page + CALLER_PAGE, CALLER_PAGE, PROT_NONE))
		return NULL;
	return page;
}

static inline void caller_on_signal(int sig)
{
	(void)sig;
}

/**
 * caller_interrupt_often() - have the process's waits end
 * @us: how often
 */
static inline void caller_interrupt_often(unsigned int us)
{
	/* Without SA_RESTART: what waits is waited for no more. */
	struct sigaction on_alarm = { .sa_handler = caller_on_signal };
	struct itimerval interval = {
		.it_interval.tv_usec = us,
		.it_value.tv_usec = us,
	};

	sigaction(SIGALRM, &on_alarm, NULL);
	setitimer(ITIMER_REAL, &interval, NULL);
}

static inline void caller_begins(struct caller *caller)
{
	caller->since = now_ms();
}

static inline void caller_is_done(struct caller *caller, bool good)
{
	caller->good += good;
	caller->since = 0;
	caller->calls++;
}

/*
 * Its parent
 */

/**
 * caller_start() - start a process
 * @caller: its own
 * @run: what it does
 * @place: which of the processes it is
 */
static inline void caller_start(struct caller *caller,
				void (*run)(unsigned int place),
				unsigned int place)
{
	pid_t pid;

	caller->born++;
	caller->since = 0;
	pid = fork();
	if (!pid) {
		run(place);
		_exit(0);
	}
	if (pid < 0)
		ksft_exit_fail_msg("no more processes: %m\n");
	/* Not by the child: it is shared. */
	caller->pid = pid;
}

/* Tell where a process is in the kernel. */
static inline void caller_describe(const struct caller *caller)
{
	static char stack[4096];
	char path[48];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", caller->pid);
	fd = open(path, O_RDONLY);
	size = fd < 0 ? 0 : read(fd, stack, sizeof(stack) - 1);
	stack[size > 0 ? size : 0] = '\0';
	close(fd);
	ksft_print_msg("process %d waits at:\n%s\n", caller->pid, stack);
}

/* Does a call take for ever? */
static inline bool caller_hangs(const struct caller *caller)
{
	long long since = caller->since;

	if (!since || now_ms() - since < CALLER_PATIENCE_MS)
		return false;
	ksft_print_msg("waited %d s for a call of process %d to return\n",
		       CALLER_PATIENCE_MS / 1000, caller->pid);
	return true;
}

/**
 * caller_gone() - wait for a process to be gone
 * @caller: its own
 * @why: it "was killed" or "has done enough"
 *
 * Return: whether it has gone, and how is in @caller->status.
 */
static inline bool caller_gone(struct caller *caller, const char *why)
{
	long long end = now_ms() + CALLER_PATIENCE_MS;

	while (now_ms() < end) {
		if (waitpid(caller->pid, &caller->status, WNOHANG) == caller->pid)
			return true;
		sleep_ms(2);
	}
	ksft_print_msg("waited %d s for process %d to end, which %s\n",
		       CALLER_PATIENCE_MS / 1000, caller->pid, why);
	return false;
}

static inline bool caller_kill(struct caller *caller)
{
	kill(caller->pid, SIGKILL);
	return caller_gone(caller, "was killed");
}

/*
 * All processes
 */

static inline bool callers_hang(const struct caller *callers, unsigned int count)
{
	bool hang = false;
	unsigned int i;

	for (i = 0; i < count; i++)
		hang |= caller_hangs(&callers[i]);
	return hang;
}

static inline unsigned long long callers_calls(const struct caller *callers,
					       unsigned int count)
{
	unsigned long long calls = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		calls += callers[i].calls;
	return calls;
}

/* Every ten seconds. */
static inline void callers_report_progress(const struct caller *callers,
					   unsigned int count,
					   unsigned long long wanted)
{
	static long long next;

	if (now_ms() < next)
		return;
	next = now_ms() + 10000;
	ksft_print_msg("%llu of %llu calls\n", callers_calls(callers, count), wanted);
}

/**
 * callers_report() - tell what they have done
 * @callers: the processes
 * @count: how many
 *
 * Return: whether some of it was without an error.
 */
static inline bool callers_report(const struct caller *callers,
				  unsigned int count)
{
	unsigned long long good = 0;
	unsigned int i, born = 0;

	for (i = 0; i < count; i++) {
		good += callers[i].good;
		born += callers[i].born;
	}
	ksft_print_msg("%llu calls, %llu of them without an error; %u processes\n",
		       callers_calls(callers, count), good, born);
	return good;
}

#endif
