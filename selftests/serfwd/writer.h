/* SPDX-License-Identifier: GPL-2.0 */
/*
 * writer.h - a thread that writes a stream of bytes whose order can be seen
 */
#ifndef SELFTESTS_WRITER_H
#define SELFTESTS_WRITER_H

#include <pthread.h>
#include <stdlib.h>

#include "line.h"

/**
 * struct writer - a thread that writes a stream
 * @thread: the thread
 * @fd: what it writes to
 * @first: 0 or 0x80; it writes the 128 values from here on, in turn
 * @count: bytes that it is to write, a multiple of 100
 * @sent: bytes that it has written
 */
struct writer {
	pthread_t thread;
	int fd;
	unsigned char first;
	int count;
	int sent;
};

static inline void *writer_thread(void *arg)
{
	struct writer *writer = arg;
	unsigned char buf[100];
	unsigned int i;

	while (writer->sent < writer->count) {
		for (i = 0; i < sizeof(buf); i++)
			buf[i] = writer->first | ((writer->sent + i) & 0x7f);
		if (line_write(writer->fd, buf, sizeof(buf)) != sizeof(buf))
			break;
		writer->sent += sizeof(buf);
	}
	return NULL;
}

/**
 * writer_start() - start a writer
 * @writer: the writer, to be joined by its @thread
 * @fd: what it writes to
 * @first: 0 or 0x80, to tell two writers apart
 * @count: bytes that it is to write, a multiple of 100
 */
static inline void writer_start(struct writer *writer, int fd,
				unsigned char first, int count)
{
	writer->fd = fd;
	writer->first = first;
	writer->count = count;
	writer->sent = 0;
	if (pthread_create(&writer->thread, NULL, writer_thread, writer))
		abort();
}

#endif
