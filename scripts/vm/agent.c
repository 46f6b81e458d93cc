// SPDX-License-Identifier: GPL-2.0
/*
 * agent - run commands at the other end of a virtio-serial port
 *
 * "agent serve DEVICE" sits inside a machine and runs what it is told, one
 * command at a time; "agent exec" outside tells it, copies what the command
 * writes to its own stdout and stderr as it comes, and exits with its status.
 * One port carries everything, so output is never mixed with the kernel's log
 * and the status arrives after the last byte.
 *
 * A frame is a struct frame and its payload, in the byte order of the machine:
 * both ends are x86. Frames of an exec that went away are told from those of
 * the next one by their id.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum frame_type {
	FRAME_RUN = 'R',	/* directory, environment, "", arguments */
	FRAME_STARTED = 'S',
	FRAME_OUT = 'O',
	FRAME_ERR = 'E',
	FRAME_EXIT = 'X',	/* int32_t status */
};

struct frame {
	uint32_t magic;
	uint32_t type;
	uint32_t id;
	uint32_t len;
};

#define FRAME_MAGIC	0x56534456u
#define PAYLOAD_MAX	65536u
#define OUTPUT_MAX	4096u

/* Statuses of our own, beside those of the command. */
enum {
	STATUS_NOT_STARTED = 97,
	STATUS_LOST = 98,
	STATUS_TIMEOUT = 124,
	STATUS_NO_EXEC = 127,
};

static void die(const char *what)
{
	fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Write all, waiting where the other side is slow. False: it is gone. */
static bool write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n > 0) {
			p += n;
			len -= n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = fd, .events = POLLOUT };

			poll(&pfd, 1, 1000);
		} else if (n < 0 && errno != EINTR) {
			return false;
		}
	}
	return true;
}

static bool send_frame(int fd, uint32_t type, uint32_t id, const void *payload, uint32_t len)
{
	char buf[sizeof(struct frame) + OUTPUT_MAX];
	struct frame *frame = (struct frame *)buf;

	*frame = (struct frame){ FRAME_MAGIC, type, id, len };
	if (len > OUTPUT_MAX)
		return write_all(fd, frame, sizeof(*frame)) && write_all(fd, payload, len);
	if (len)
		memcpy(frame + 1, payload, len);
	return write_all(fd, buf, sizeof(*frame) + len);
}

/* The part read of the frame under way. */
struct reader {
	int fd;
	size_t got;
	union {
		struct frame frame;
		char buf[sizeof(struct frame) + PAYLOAD_MAX + 1];
	};
};

enum read_result { READ_MORE, READ_FRAME, READ_GONE };

/* One read(2), so that poll() decides when to come back. */
static enum read_result read_frame(struct reader *r)
{
	size_t want = sizeof(r->frame);
	ssize_t n;

	if (r->got >= want)
		want += r->frame.len;
	n = read(r->fd, r->buf + r->got, want - r->got);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? READ_MORE : READ_GONE;
	if (!n)
		return READ_GONE;
	r->got += n;
	if (r->got < sizeof(r->frame))
		return READ_MORE;
	/* Half a frame of an exec that died: find the next one. */
	while (r->got >= sizeof(r->frame.magic) &&
	       (r->frame.magic != FRAME_MAGIC ||
		(r->got >= sizeof(r->frame) && r->frame.len > PAYLOAD_MAX)))
		memmove(r->buf, r->buf + 1, --r->got);
	if (r->got < sizeof(r->frame) || r->got < sizeof(r->frame) + r->frame.len)
		return READ_MORE;
	r->buf[r->got] = '\0';
	r->got = 0;
	return READ_FRAME;
}

/* ---- inside -------------------------------------------------------------- */

struct job {
	pid_t pid;
	int out;
	int err;
};

static void run_child(char *p, char *end, int out, int err)
{
	char *argv[1024];
	size_t argc = 0;
	sigset_t none;
	char *dir = p;

	for (p += strlen(p) + 1; p < end && *p; p += strlen(p) + 1)
		putenv(p);
	for (p++; p < end && argc < 1023; p += strlen(p) + 1)
		argv[argc++] = p;
	argv[argc] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	close(0);
	if (open("/dev/null", O_RDONLY) != 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(STATUS_NO_EXEC);
	if (chdir(dir))
		dprintf(2, "agent: %s: %s\n", dir, strerror(errno));
	else if (argc)
		execvp(argv[0], argv);
	dprintf(2, "agent: %s: %s\n", argc ? argv[0] : "no command", strerror(errno));
	_exit(STATUS_NO_EXEC);
}

static bool start_job(struct job *job, char *payload, char *end)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) || pipe2(err, O_CLOEXEC | O_NONBLOCK))
		return false;
	fcntl(out[1], F_SETFL, 0);
	fcntl(err[1], F_SETFL, 0);
	job->pid = fork();
	if (!job->pid)
		run_child(payload, end, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	job->out = out[0];
	job->err = err[0];
	return job->pid > 0;
}

/* Pass on what one pipe holds. False once it is empty. */
static bool drain(int from, int to, uint32_t type, uint32_t id)
{
	char buf[OUTPUT_MAX];
	ssize_t n = read(from, buf, sizeof(buf));

	if (n <= 0)
		return false;
	send_frame(to, type, id, buf, n);
	return true;
}

/*
 * A background process the command leaves behind may hold the pipes open, so
 * the end of the command ends the job and not the end of its pipes.
 */
static void finish_job(struct job *job, int port, uint32_t id)
{
	while (drain(job->out, port, FRAME_OUT, id))
		;
	while (drain(job->err, port, FRAME_ERR, id))
		;
	close(job->out);
	close(job->err);
}

/*
 * Reap every child that ended, for as process 1 we get the orphans too.
 * True once the job's own is among them.
 */
static bool reap(const struct job *job, int32_t *status)
{
	bool ended = false;
	pid_t pid;
	int how;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
		if (pid != job->pid)
			continue;
		*status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
		ended = true;
	}
	return ended;
}

static void watch_job(struct job *job, int port, uint32_t id, int child_fd, int32_t *status)
{
	struct pollfd pfd[] = {
		{ .fd = job->out, .events = POLLIN },
		{ .fd = job->err, .events = POLLIN },
		{ .fd = child_fd, .events = POLLIN },
	};
	char buf[64];

	for (;;) {
		if (poll(pfd, 3, -1) < 0)
			continue;
		/* A pipe with no writer left would make poll() return at once for ever. */
		if (pfd[0].revents && !drain(job->out, port, FRAME_OUT, id))
			pfd[0].fd = -1;
		if (pfd[1].revents && !drain(job->err, port, FRAME_ERR, id))
			pfd[1].fd = -1;
		if (!(pfd[2].revents & POLLIN))
			continue;
		while (read(child_fd, buf, sizeof(buf)) > 0)
			;
		if (reap(job, status))
			return;
	}
}

static void run_job(int port, struct reader *r, int child_fd)
{
	uint32_t id = r->frame.id;
	char *payload = r->buf + sizeof(r->frame);
	struct job job;
	int32_t status = STATUS_NO_EXEC;

	send_frame(port, FRAME_STARTED, id, NULL, 0);
	if (start_job(&job, payload, payload + r->frame.len)) {
		watch_job(&job, port, id, child_fd, &status);
		finish_job(&job, port, id);
	}
	send_frame(port, FRAME_EXIT, id, &status, sizeof(status));
}

static int child_pipe[2];

static void on_child(int sig)
{
	int saved = errno;

	(void)sig;
	if (write(child_pipe[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

/*
 * A virtio port with nobody at the other end reads as an end of file, at once
 * and each time; SIGIO tells when somebody comes.
 */
static void wait_for_peer(int fd)
{
	struct timespec limit = { .tv_sec = 1 };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	if (poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP))
		sigtimedwait(&set, NULL, &limit);
}

static void __attribute__((noreturn)) serve(const char *device)
{
	static struct reader r;
	struct sigaction sa = { .sa_handler = on_child, .sa_flags = SA_RESTART };
	sigset_t set;

	/* A machine that was suspended has no file system any more to page from. */
	mlockall(MCL_CURRENT);
	if (pipe2(child_pipe, O_CLOEXEC | O_NONBLOCK))
		die("pipe");
	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGCHLD, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	r.fd = open(device, O_RDWR | O_CLOEXEC);
	if (r.fd < 0)
		die(device);
	fcntl(r.fd, F_SETOWN, getpid());
	fcntl(r.fd, F_SETFL, O_ASYNC);
	for (;;) {
		switch (read_frame(&r)) {
		case READ_FRAME:
			if (r.frame.type == FRAME_RUN)
				run_job(r.fd, &r, child_pipe[0]);
			break;
		case READ_GONE:
			r.got = 0;
			wait_for_peer(r.fd);
			break;
		case READ_MORE:
			break;
		}
	}
}

/* ---- outside ------------------------------------------------------------- */

struct exec_options {
	const char *socket;
	const char *dir;
	const char *who;	/* in messages */
	bool listen;		/* be the server of the socket */
	long start_ms;		/* until the command starts */
	long run_ms;		/* from there until it ends */
	char *env[64];
	int envc;
};

static int open_socket(const struct exec_options *o, int64_t deadline)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (strlen(o->socket) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		die(o->socket);
	}
	strcpy(addr.sun_path, o->socket);
	if (o->listen) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		int peer;

		if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1))
			die(o->socket);
		if (poll(&pfd, 1, deadline - now_ms()) != 1) {
			fprintf(stderr, "%s: did not open its command channel in %ld s\n",
				o->who, o->start_ms / 1000);
			exit(STATUS_NOT_STARTED);
		}
		peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		close(fd);
		return peer;
	}
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die(o->socket);
	return fd;
}

static size_t add_string(char *buf, size_t len, const char *s)
{
	size_t n = strlen(s) + 1;

	if (len + n > PAYLOAD_MAX) {
		errno = E2BIG;
		die("command");
	}
	memcpy(buf + len, s, n);
	return len + n;
}

static void send_command(int fd, uint32_t id, const struct exec_options *o, char **argv)
{
	static char buf[PAYLOAD_MAX];
	size_t len = add_string(buf, 0, o->dir);

	for (int i = 0; i < o->envc; i++)
		len = add_string(buf, len, o->env[i]);
	len = add_string(buf, len, "");
	for (; *argv; argv++)
		len = add_string(buf, len, *argv);
	if (!send_frame(fd, FRAME_RUN, id, buf, len))
		die("sending the command");
}

static int timed_out(const struct exec_options *o, bool started)
{
	if (!started) {
		fprintf(stderr, "%s: time-out: no command prompt in %ld s\n",
			o->who, o->start_ms / 1000);
		return STATUS_NOT_STARTED;
	}
	fprintf(stderr, "%s: time-out: the command did not end in %ld s\n",
		o->who, o->run_ms / 1000);
	return STATUS_TIMEOUT;
}

static int exec_command(const struct exec_options *o, char **argv)
{
	static struct reader r;
	uint32_t id = getpid();
	int64_t deadline = now_ms() + o->start_ms;
	bool started = false;

	r.fd = open_socket(o, deadline);
	if (r.fd < 0)
		die(o->socket);
	send_command(r.fd, id, o, argv);
	for (;;) {
		struct pollfd pfd = { .fd = r.fd, .events = POLLIN };
		int64_t left = deadline - now_ms();
		const char *payload = r.buf + sizeof(r.frame);
		enum read_result result;
		int32_t status;

		if (left <= 0 || poll(&pfd, 1, left) == 0)
			return timed_out(o, started);
		result = read_frame(&r);
		if (result == READ_GONE) {
			fprintf(stderr, "%s: ended before the command %s\n", o->who,
				started ? "did" : "started");
			return started ? STATUS_LOST : STATUS_NOT_STARTED;
		}
		if (result == READ_MORE || r.frame.id != id)
			continue;
		switch (r.frame.type) {
		case FRAME_STARTED:
			started = true;
			deadline = now_ms() + o->run_ms;
			break;
		case FRAME_OUT:
			write_all(1, payload, r.frame.len);
			break;
		case FRAME_ERR:
			write_all(2, payload, r.frame.len);
			break;
		case FRAME_EXIT:
			memcpy(&status, payload, sizeof(status));
			return status;
		}
	}
}

static void usage(void)
{
	fputs("usage: agent serve DEVICE\n"
	      "       agent exec [-l] [-w NAME] [-b SECONDS] [-t SECONDS] [-d DIR] [-e NAME=VALUE]...\n"
	      "                  SOCKET COMMAND [ARG...]\n"
	      "  -l  listen on SOCKET instead of connecting to it\n"
	      "  -w  what to call the machine in messages\n"
	      "  -b  time-out until the command starts (60)\n"
	      "  -t  time-out from there until it ends (600)\n"
	      "  -d  directory to run it in (/)\n"
	      "  -e  set in its environment\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct exec_options o = {
		.dir = "/", .who = "agent", .start_ms = 60000, .run_ms = 600000,
	};
	int opt;

	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(argv[2]);
	if (argc < 2 || strcmp(argv[1], "exec"))
		usage();
	argc--;
	argv++;
	while ((opt = getopt(argc, argv, "+lw:b:t:d:e:")) != -1) {
		switch (opt) {
		case 'l':
			o.listen = true;
			break;
		case 'w':
			o.who = optarg;
			break;
		case 'b':
			o.start_ms = atol(optarg) * 1000;
			break;
		case 't':
			o.run_ms = atol(optarg) * 1000;
			break;
		case 'd':
			o.dir = optarg;
			break;
		case 'e':
			if (o.envc == 64)
				usage();
			o.env[o.envc++] = optarg;
			break;
		default:
			usage();
		}
	}
	if (argc - optind < 2)
		usage();
	o.socket = argv[optind];
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return exec_command(&o, argv + optind + 1);
}
