// SPDX-License-Identifier: GPL-2.0
/*
 * In a guest: use a CAN interface.
 *
 * usage: can-guest IF up BITRATE
 *	  can-guest IF ping FRAMES	send one, and wait for an answer, so many times
 *	  can-guest IF pong FRAMES	the other end of that
 *	  can-guest IF send FRAMES	all at once
 *	  can-guest IF receive FRAMES	check that all come, in their order
 *
 * Each frame has its number in it. The one line printed begins with "ok" if all was so.
 */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/netlink.h>
#include <linux/can/raw.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS	60000
#define PING		0x123
#define PONG		0x321

static int fail(const char *what)
{
	printf("failed: %s: %s\n", what, strerror(errno));
	return 1;
}

/*
 * Settings: linux/can/netlink.h
 */

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[256];
};

static struct rtattr *add(struct request *request, unsigned int type, const void *data,
			  unsigned int len)
{
	struct rtattr *attr = (void *)request + NLMSG_ALIGN(request->header.nlmsg_len);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(attr), data, len);
	request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) +
				    RTA_ALIGN(attr->rta_len);
	return attr;
}

static void end(struct request *request, struct rtattr *nest)
{
	nest->rta_len = (void *)request + request->header.nlmsg_len - (void *)nest;
}

static int up(int ifindex, unsigned int bitrate)
{
	struct can_bittiming timing = { .bitrate = bitrate };
	struct request request = {
		.header = {
			.nlmsg_len = NLMSG_LENGTH(sizeof(request.link)),
			.nlmsg_type = RTM_NEWLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.link = {
			.ifi_index = ifindex,
			.ifi_flags = IFF_UP,
			.ifi_change = IFF_UP,
		},
	};
	struct rtattr *info = add(&request, IFLA_LINKINFO, NULL, 0), *data;
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	add(&request, IFLA_INFO_KIND, "can", 3);
	data = add(&request, IFLA_INFO_DATA, NULL, 0);
	add(&request, IFLA_CAN_BITTIMING, &timing, sizeof(timing));
	end(&request, data);
	end(&request, info);
	if (fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		return fail("netlink");
	errno = -answer.error.error;
	if (errno)
		return fail("up");
	printf("ok\n");
	return 0;
}

/*
 * Frames
 */

static int put(int fd, unsigned int id, unsigned int number)
{
	struct can_frame frame = { .can_id = id, .len = 8 };
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	memcpy(frame.data, &number, sizeof(number));
	memset(frame.data + 4, ~number & 0xff, 4);
	while (write(fd, &frame, sizeof(frame)) != sizeof(frame)) {
		/* The interface's queue is full, which poll() does not know of. */
		if (errno != ENOBUFS || poll(&room, 1, 0) < 0 || usleep(1000))
			return fail("write");
	}
	return 0;
}

static int get(int fd, unsigned int id, unsigned int number)
{
	struct pollfd there = { .fd = fd, .events = POLLIN };
	struct can_frame frame;
	unsigned int got;

	if (poll(&there, 1, PATIENCE_MS) != 1) {
		printf("failed: frame %u does not come\n", number);
		return 1;
	}
	if (read(fd, &frame, sizeof(frame)) != sizeof(frame))
		return fail("read");
	memcpy(&got, frame.data, sizeof(got));
	if (frame.can_id == id && frame.len == 8 && got == number &&
	    frame.data[7] == (~number & 0xff))
		return 0;
	printf("failed: frame %u is %u, of %x with %u bytes\n", number, got, frame.can_id,
	       frame.len);
	return 1;
}

static int ping(int fd, unsigned int i)
{
	return put(fd, PING, i) || get(fd, PONG, i);
}

static int pong(int fd, unsigned int i)
{
	return get(fd, PING, i) || put(fd, PONG, i);
}

static int send_one(int fd, unsigned int i)
{
	return put(fd, PING, i);
}

static int receive_one(int fd, unsigned int i)
{
	return get(fd, PING, i);
}

static const struct {
	const char *name;
	int (*one)(int fd, unsigned int i);
} actions[] = {
	{ "ping", ping },
	{ "pong", pong },
	{ "send", send_one },
	{ "receive", receive_one },
};

static int act(int fd, const char *name, unsigned int count)
{
	unsigned int i, n;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name))
			continue;
		for (n = 0; n < count; n++)
			if (actions[i].one(fd, n))
				return 1;
		printf("ok: %u frames\n", count);
		return 0;
	}
	errno = EINVAL;
	return fail(name);
}

int main(int argc, char **argv)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: can-guest IF up|ping|pong|send|receive NUMBER\n");
		return 2;
	}
	address.can_ifindex = if_nametoindex(argv[1]);
	if (!address.can_ifindex)
		return fail(argv[1]);
	if (!strcmp(argv[2], "up"))
		return up(address.can_ifindex, atoi(argv[3]));
	fd = socket(PF_CAN, SOCK_RAW, CAN_RAW);
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)))
		return fail("socket");
	return act(fd, argv[2], atoi(argv[3]));
}
