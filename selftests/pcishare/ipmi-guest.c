// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: ask the board's management controller.
 *
 * usage: ipmi-guest DEVICE COUNT
 *
 * So many commands, one after the other, each of which has an answer of its own. The
 * one line printed begins with "ok" if all were right.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* The driver itself gives up after some seconds. */
#define PATIENCE_MS	60000

/* Network function and commands: IPMI 2.0, appendix G. */
#define APP		0x06

/* For how many bytes each has an answer, the completion code included: section 20. */
static const struct {
	unsigned char command;
	int least;
} commands[] = {
	{ 0x01, 12 },	/* Get Device ID */
	{ 0x2f, 2 },	/* Get BMC Global Enables */
	{ 0x25, 9 },	/* Get Watchdog Timer */
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static int fail(const char *what)
{
	printf("failed: %s: %s\n", what, strerror(errno));
	return 1;
}

static int ask(int fd, long id, unsigned char command)
{
	struct ipmi_system_interface_addr address = {
		.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE,
		.channel = IPMI_BMC_CHANNEL,
	};
	struct ipmi_req request = {
		.addr = (void *)&address,
		.addr_len = sizeof(address),
		.msgid = id,
		.msg = { .netfn = APP, .cmd = command },
	};

	return ioctl(fd, IPMICTL_SEND_COMMAND, &request);
}

/* Returns the length of the answer, or -1 after saying what is wrong with it. */
static int answer(int fd, long id, unsigned int which, unsigned char *data, int size)
{
	struct ipmi_addr address;
	struct ipmi_recv got = {
		.addr = (void *)&address,
		.addr_len = sizeof(address),
		.msg = { .data = data, .data_len = size },
	};
	struct pollfd there = { .fd = fd, .events = POLLIN };

	if (poll(&there, 1, PATIENCE_MS) != 1) {
		printf("failed: answer %ld does not come\n", id);
		return -1;
	}
	if (ioctl(fd, IPMICTL_RECEIVE_MSG_TRUNC, &got)) {
		fail("answer");
		return -1;
	}
	if (got.msgid == id && got.msg.netfn == (APP | 1) &&
	    got.msg.cmd == commands[which].command &&
	    got.msg.data_len >= commands[which].least && !data[0])
		return got.msg.data_len;
	printf("failed: answer %ld is %ld, to %02x of %02x, code %02x, %d bytes\n", id,
	       got.msgid, got.msg.cmd, got.msg.netfn, data[0], got.msg.data_len);
	return -1;
}

/* The controller does not change: what it answers once it answers again. */
static int run(int fd, long count)
{
	unsigned char first[COMMANDS][64], data[64];
	long id;
	int len;

	for (id = 0; id < count; id++) {
		unsigned int which = id % COMMANDS;

		memset(data, 0, sizeof(data));
		if (ask(fd, id, commands[which].command))
			return fail("send");
		len = answer(fd, id, which, data, sizeof(data));
		if (len < 0)
			return 1;
		if (id < (long)COMMANDS)
			memcpy(first[which], data, sizeof(data));
		if (!memcmp(first[which], data, sizeof(data)))
			continue;
		printf("failed: answer %ld to %02x is another one\n", id,
		       commands[which].command);
		return 1;
	}
	printf("ok: %ld answers\n", count);
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: ipmi-guest DEVICE COUNT\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR);
	if (fd < 0)
		return fail(argv[1]);
	return run(fd, atol(argv[2]));
}
