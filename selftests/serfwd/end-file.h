/* SPDX-License-Identifier: GPL-2.0 */
/*
 * end-file.h - guest ends of links by /dev/serfwd_end, and what passes them
 */
#ifndef SELFTESTS_END_FILE_H
#define SELFTESTS_END_FILE_H

#include <sys/klog.h>

#include "end/end_test.h"
#include "line.h"
#include "serfwd.h"
#include "task.h"

#define END_DEVICE	"/dev/serfwd_end"
#define END_MODULE	"serfwd_end_test"
#define END_PATH	"selftests/serfwd/end/serfwd_end_test.ko"

/* As the kernel has them, <linux/tty_flip.h>. */
enum { GOOD, BREAK, FRAME, PARITY, OVERRUN };

#define FLUSH_INPUT	1
#define FLUSH_OUTPUT	2

/*
 * The module, and its device
 */

static inline int end_module_unload(void)
{
	unsigned int tries;

	for (tries = 0; tries < 500; tries++) {
		if (!syscall(SYS_delete_module, END_MODULE, O_NONBLOCK) ||
		    errno == ENOENT)
			return 0;
		sleep_ms(10);
	}
	return -errno;
}

static inline int end_module_load(void)
{
	char path[4096];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", getenv("DEVSHARE_BUILD") ?: "",
		 END_PATH);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

/* Returns a file that has the end of a link, or -errno. */
static inline int end_open(unsigned int link)
{
	int fd = line_open_path(END_DEVICE, O_NONBLOCK);
	int ret;

	if (fd < 0)
		return fd;
	if (!ioctl(fd, END_OPEN, link))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

static inline int end_call(int fd, unsigned long cmd, unsigned long arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

static inline int end_set_lines(int fd, unsigned int set, unsigned int clear)
{
	struct end_lines lines = { .set = set, .clear = clear };

	return end_call(fd, END_SET_LINES, (unsigned long)&lines);
}

static inline int end_set(int fd, unsigned int baud, int bits, int parity,
			  int stop, bool rtscts)
{
	struct end_line line = {
		.baud = baud, .data_bits = bits, .parity = parity,
		.stop_bits = stop, .rtscts = rtscts,
	};

	return end_call(fd, END_SETTINGS, (unsigned long)&line);
}

static inline struct end_calls end_calls(int fd)
{
	struct end_calls calls = {};

	ioctl(fd, END_CALLS, &calls);
	return calls;
}

/* Wait until a counter is what it is to be, or more. */
#define end_called(fd, member, times) ({				\
	int waited_;							\
									\
	for (waited_ = 0; end_calls(fd).member < (times) &&		\
	     waited_ < LINE_PATIENCE; waited_ += 5)			\
		sleep_ms(5);						\
	end_calls(fd).member >= (times);				\
})

/* Read bytes and their flags. Returns how many came in time. */
static inline int end_read(int fd, unsigned char *bytes, unsigned char *flags,
			   int count)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	unsigned char held[512];
	int done = 0, got, i;

	while (done < count && poll(&input, 1, LINE_PATIENCE) == 1) {
		got = count - done < 256 ? count - done : 256;
		got = read(fd, held, got * 2) / 2;
		for (i = 0; i < got; i++, done++) {
			bytes[done] = held[2 * i];
			if (flags)
				flags[done] = held[2 * i + 1];
		}
	}
	return done;
}

/*
 * Bytes in an order that is seen
 */

static inline unsigned char pattern(int place)
{
	return place * 7 + place / 251;
}

static inline void pattern_fill(unsigned char *bytes, int from, int count)
{
	int i;

	for (i = 0; i < count; i++)
		bytes[i] = pattern(from + i);
}

/* Returns how many are as they should be. */
static inline int pattern_holds(const unsigned char *bytes, int count)
{
	int i;

	for (i = 0; i < count && bytes[i] == pattern(i); i++)
		;
	return i;
}

struct sender {
	struct task task;
	int fd;
	int count;
};

static inline int sender_run(void *arg)
{
	struct sender *sender = arg;
	unsigned char bytes[500];
	int done, some, sent = 1;

	for (done = 0; done < sender->count && sent > 0; done += sent) {
		some = sender->count - done < 500 ? sender->count - done : 500;
		pattern_fill(bytes, done, some);
		sent = line_write(sender->fd, bytes, some);
	}
	return done;
}

static inline void sender_start(struct sender *sender, int fd, int count)
{
	sender->fd = fd;
	sender->count = count;
	task_start(&sender->task, sender_run, sender);
}

static inline int send_pattern(int fd, int count)
{
	struct sender sender = { .fd = fd, .count = count };

	return sender_run(&sender);
}

/* Returns how many bytes of the pattern a tty is sent. */
static inline int tty_gets(int fd, int count)
{
	unsigned char bytes[count];

	return pattern_holds(bytes, line_read(fd, bytes, count));
}

static inline int end_gets(int fd, int count)
{
	unsigned char bytes[count];

	return pattern_holds(bytes, end_read(fd, bytes, NULL, count));
}

static inline long long stat(const char *name)
{
	char attribute[48], path[96];

	snprintf(attribute, sizeof(attribute), "stats/%s", name);
	serfwd_tty_path(path, sizeof(path), "ttySF", 0, attribute);
	return sysfs_number(path);
}

static inline bool stat_becomes(const char *name, long long value)
{
	int waited;

	for (waited = 0; stat(name) != value && waited < LINE_PATIENCE;
	     waited += 5)
		sleep_ms(5);
	return stat(name) == value;
}

static inline bool lines_become(int fd, bool end, int mask, int lines)
{
	int waited, got = 0;

	for (waited = 0; waited < LINE_PATIENCE; waited += 5) {
		got = end ? end_call(fd, END_GET_LINES, 0) : line_get(fd);
		if (got >= 0 && (got & mask) == lines)
			return true;
		sleep_ms(5);
	}
	return false;
}

/* How many lines of the log have a text. */
static inline int log_lines(const char *text)
{
	static char log[1 << 20];
	int size = klogctl(3, log, sizeof(log) - 1), lines = 0;
	char *at = log;

	log[size > 0 ? size : 0] = '\0';
	while ((at = strstr(at, text))) {
		lines++;
		at++;
	}
	return lines;
}

#endif
