// SPDX-License-Identifier: GPL-2.0
/*
 * Outside the test VM: the server that its ivshmem-doorbell connects to, and the one
 * other peer of the device.
 *
 * usage: ivshmem-peer SOCKET CONTROL POSITION PEER
 *
 *	SOCKET		where the device connects
 *	CONTROL		where the test connects, through a virtio port
 *	POSITION	the device is this peer
 *	PEER		and this program that one
 *
 * It answers each line on CONTROL by how often its doorbells were rung: "ok", and a
 * number for each vector. QEMU, docs/specs/ivshmem-spec, "Interprocess communication
 * protocol"; it ends with the device.
 */
#include <endian.h>
#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define VECTORS		2
#define MEMORY_SIZE	0x10000

static uint64_t rings[VECTORS];

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 1))
		err(1, "%s", path);
	return fd;
}

static int accept_one(int listening)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		err(1, "accept");
	return fd;
}

/* A number, and a file with it if @file is one. */
static void tell(int device, int64_t number, int file)
{
	int64_t text = htole64(number);
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {
		.header = {
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		},
	};
	struct iovec iov = { .iov_base = &text, .iov_len = sizeof(text) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (file >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		memcpy(CMSG_DATA(&control.header), &file, sizeof(file));
	}
	if (sendmsg(device, &message, MSG_NOSIGNAL) != sizeof(text))
		err(1, "telling the device");
}

static int new_event(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		err(1, "eventfd");
	return fd;
}

/* The messages of a server to one that connects; @doorbells are filled in. */
static void introduce(int device, int64_t position, int64_t peer,
		      struct pollfd *doorbells)
{
	int memory = memfd_create("ivshmem", MFD_CLOEXEC);
	int i;

	if (memory < 0 || ftruncate(memory, MEMORY_SIZE))
		err(1, "memory");
	tell(device, 0, -1);
	tell(device, position, -1);
	tell(device, -1, memory);
	for (i = 0; i < VECTORS; i++) {
		doorbells[i].fd = new_event();
		tell(device, peer, doorbells[i].fd);
	}
	for (i = 0; i < VECTORS; i++)
		tell(device, position, new_event());
}

static void count_rings(const struct pollfd *doorbells)
{
	uint64_t count;
	int i;

	for (i = 0; i < VECTORS; i++)
		if (read(doorbells[i].fd, &count, sizeof(count)) == sizeof(count))
			rings[i] += count;
}

/* False once nobody asks any more. */
static bool answer(int control)
{
	char text[64];
	int length;

	if (read(control, text, sizeof(text)) <= 0)
		return false;
	length = snprintf(text, sizeof(text), "ok %llu %llu\n",
			  (unsigned long long)rings[0], (unsigned long long)rings[1]);
	return write(control, text, length) == length;
}

int main(int argc, char **argv)
{
	struct pollfd polled[VECTORS + 1] = {};
	int device, asked, i;

	if (argc != 5)
		return 2;
	asked = listen_at(argv[2]);
	device = listen_at(argv[1]);
	device = accept_one(device);
	introduce(device, atoi(argv[3]), atoi(argv[4]), polled);
	polled[VECTORS].fd = accept_one(asked);
	for (i = 0; i <= VECTORS; i++)
		polled[i].events = POLLIN;
	do {
		if (poll(polled, VECTORS + 1, -1) < 0)
			err(1, "poll");
		count_rings(polled);
	} while (!polled[VECTORS].revents || answer(polled[VECTORS].fd));
	return 0;
}
