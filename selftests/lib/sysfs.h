/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysfs.h - attributes: writing them, and what they say
 */
#ifndef SELFTESTS_SYSFS_H
#define SELFTESTS_SYSFS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How long (ms) an attribute may take to say something. */
#define SYSFS_PATIENCE	10000

/**
 * sleep_ms() - sleep
 * @ms: how long
 */
static inline void sleep_ms(unsigned int ms)
{
	struct timespec time = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L,
	};

	nanosleep(&time, NULL);
}

/**
 * sysfs_put() - write to a file of sysfs or the like
 * @path: of the file
 * @text: what is written
 *
 * Return: 0 or -errno.
 */
static inline int sysfs_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * sysfs_is() - what does a file say?
 * @path: of the file
 * @text: what it is to say, in its first line
 *
 * Return: true if it says that.
 */
static inline bool sysfs_is(const char *path, const char *text)
{
	char line[256] = "";
	FILE *file = fopen(path, "re");

	if (!file)
		return false;
	if (fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	fclose(file);
	return !strcmp(line, text);
}

/**
 * sysfs_number() - the number that a file says
 * @path: of the file
 *
 * Return: the number; -errno if the file cannot be read, -EINVAL if it has none.
 */
static inline long long sysfs_number(const char *path)
{
	FILE *file = fopen(path, "re");
	long long number;

	if (!file)
		return -errno;
	if (fscanf(file, "%lli", &number) != 1)
		number = -EINVAL;
	fclose(file);
	return number;
}

/**
 * sysfs_becomes() - wait until a file says something
 * @path: of the file
 * @text: what it is to say
 *
 * Return: true if it says that.
 */
static inline bool sysfs_becomes(const char *path, const char *text)
{
	int waited;

	for (waited = 0; waited < SYSFS_PATIENCE; waited += 5) {
		if (sysfs_is(path, text))
			return true;
		sleep_ms(5);
	}
	return false;
}

#endif
