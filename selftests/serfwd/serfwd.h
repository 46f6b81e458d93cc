/* SPDX-License-Identifier: GPL-2.0 */
/*
 * serfwd.h - the module under test: loading, unloading, what sysfs says
 */
#ifndef SELFTESTS_SERFWD_H
#define SELFTESTS_SERFWD_H

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/sysfs.h"

/* N_DEVELOPMENT, the default of the parameter ldisc. */
#define SERFWD_LDISC	29
#define SERFWD_N_TTY	0

#define SERFWD_PORT_ATTRIBUTES	"/sys/class/tty/ttySF*/port"

/**
 * serfwd_port() - name of a real port under test
 * @number: which, from 0
 * @name: filled with it, such as "ttyS1"
 * @size: of @name
 *
 * Return: 0, or -1 if there are not that many.
 */
static inline int serfwd_port(unsigned int number, char *name, size_t size)
{
	const char *ports = getenv("DEVSHARE_PORTS") ?: "";
	size_t length;

	for (;; ports += length) {
		ports += strspn(ports, " ");
		length = strcspn(ports, " ");
		if (!length || length >= size)
			return -1;
		if (!number--)
			break;
	}
	memcpy(name, ports, length);
	name[length] = '\0';
	return 0;
}

/**
 * serfwd_tty_path() - path of an attribute of a tty
 * @path: filled with it
 * @size: of @path
 * @prefix: of the tty's name, "ttySF" or "ttyNM"
 * @number: the rest of its name
 * @attribute: the attribute
 */
static inline void serfwd_tty_path(char *path, size_t size, const char *prefix,
				   unsigned int number, const char *attribute)
{
	snprintf(path, size, "/sys/class/tty/%s%u/%s", prefix, number, attribute);
}

/**
 * serfwd_put_tty() - write to an attribute of a tty
 * @prefix: of its name, "ttySF" or "ttyNM"
 * @number: the rest of its name
 * @attribute: the attribute
 * @text: what is written
 *
 * Return: 0 or -errno.
 */
static inline int serfwd_put_tty(const char *prefix, unsigned int number,
				 const char *attribute, const char *text)
{
	char path[96];

	serfwd_tty_path(path, sizeof(path), prefix, number, attribute);
	return sysfs_put(path, text);
}

/**
 * serfwd_tty_is() - what does an attribute of a tty say?
 * @prefix: of its name, "ttySF" or "ttyNM"
 * @number: the rest of its name
 * @attribute: the attribute
 * @value: what it is to say
 *
 * Return: true if it says that.
 */
static inline bool serfwd_tty_is(const char *prefix, unsigned int number,
				 const char *attribute, const char *value)
{
	char path[96];

	serfwd_tty_path(path, sizeof(path), prefix, number, attribute);
	return sysfs_is(path, value);
}

/**
 * serfwd_tty_becomes() - wait until an attribute says something
 * @prefix: of the tty's name, "ttySF" or "ttyNM"
 * @number: the rest of its name
 * @attribute: the attribute
 * @value: what it is to say
 *
 * Return: true if it says that.
 */
static inline bool serfwd_tty_becomes(const char *prefix, unsigned int number,
				      const char *attribute, const char *value)
{
	char path[96];

	serfwd_tty_path(path, sizeof(path), prefix, number, attribute);
	return sysfs_becomes(path, value);
}

/**
 * serfwd_has_port() - is a port attached to a link?
 * @link: number of the vtty
 */
static inline bool serfwd_has_port(unsigned int link)
{
	char path[96];

	serfwd_tty_path(path, sizeof(path), "ttySF", link, "port");
	return !access(path, R_OK) && !sysfs_is(path, "");
}

/**
 * serfwd_set_port() - attach a port by sysfs, or detach
 * @link: number of the vtty
 * @name: of the port, "" to detach
 *
 * Return: 0 or -errno.
 */
static inline int serfwd_set_port(unsigned int link, const char *name)
{
	char line[64];

	snprintf(line, sizeof(line), "%s\n", name);
	return serfwd_put_tty("ttySF", link, "port", line);
}

/**
 * serfwd_load() - load the module
 * @params: its parameters, "" for none
 *
 * Return: 0 or -errno.
 */
static inline int serfwd_load(const char *params)
{
	const char *build = getenv("DEVSHARE_BUILD");
	char path[4096];
	int fd, ret;

	if (!build)
		return -ENOENT;
	snprintf(path, sizeof(path), "%s/serfwd/serfwd.ko", build);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, params, 0) ? -errno : 0;
	close(fd);
	return ret;
}

/**
 * serfwd_unload() - unload the module
 *
 * The kernel drops a closed tty's references a little later, in a worker: hence
 * the patience.
 *
 * Return: 0, also if it was not loaded; -EAGAIN if it stays in use for 5 s.
 */
static inline int serfwd_unload(void)
{
	unsigned int tries;

	for (tries = 0; tries < 500; tries++) {
		if (!syscall(SYS_delete_module, "serfwd", O_NONBLOCK) ||
		    errno == ENOENT)
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			return -errno;
		sleep_ms(10);
	}
	return -EAGAIN;
}

/**
 * serfwd_reload() - load the module afresh, whatever an aborted test left
 * @params: its parameters, "" for none
 *
 * Return: 0 or -errno.
 */
static inline int serfwd_reload(const char *params)
{
	unsigned int i;
	glob_t found;
	int ret;

	if (!glob(SERFWD_PORT_ATTRIBUTES, 0, NULL, &found)) {
		for (i = 0; i < found.gl_pathc; i++)
			serfwd_set_port(i, "");
		globfree(&found);
	}
	ret = serfwd_unload();
	return ret ?: serfwd_load(params);
}

#endif
