// SPDX-License-Identifier: GPL-2.0
/*
 * Run a command and wait until a sysfs attribute says that it changed.
 *
 * usage: await FILE SECONDS COMMAND [ARG...]
 *
 * Exit status: 0 it changed, 1 it did not, 2 something else went wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "await: %s: %s\n", what, strerror(errno));
	return 2;
}

static int run(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	struct pollfd p = { .events = POLLPRI };
	char value[64];

	if (argc < 4) {
		fprintf(stderr, "usage: %s FILE SECONDS COMMAND [ARG...]\n",
			argv[0]);
		return 2;
	}
	p.fd = open(argv[1], O_RDONLY);
	/* Reading is what arms it. */
	if (p.fd < 0 || read(p.fd, value, sizeof(value)) < 0)
		return fail(argv[1]);
	if (run(argv + 3))
		return fail(argv[3]);
	if (poll(&p, 1, atoi(argv[2]) * 1000) < 0)
		return fail("poll");
	return !(p.revents & POLLPRI);
}
