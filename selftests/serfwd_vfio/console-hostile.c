// SPDX-License-Identifier: GPL-2.0
/*
 * No user of a console does harm to others, whatever is in its virtqueues, and when it is
 * killed it leaves nothing to the next.
 */
#include <signal.h>
#include <sys/wait.h>

#include "console.h"
#include "hostile.h"

#include "../lib/harness.h"
#include "../lib/kmsg.h"
#include "../lib/now.h"
#include "../lib/stream.h"

#define LINE(attribute, value)	serfwd_tty_is("ttySF", 0, attribute, value)

FIXTURE(console) {
	struct console console;
};

FIXTURE_SETUP(console)
{
	ASSERT_EQ(0, console_begin(&self->console, NULL));
}

FIXTURE_TEARDOWN(console)
{
	EXPECT_EQ(0, console_end(&self->console));
	EXPECT_TRUE(LINE("end", ""));
}

/* Where the device looks, more or less: all of it is written by the device as well. */
static void hostile_scribble(struct console *console, struct stream *random)
{
	struct driver_queue *queue = &console->queues[stream_pick(random, DRIVER_QUEUES)];
	unsigned int n = stream_pick(random, CONSOLE_SIZE);
	struct vring_packed_desc *desc;

	if (!stream_pick(random, 4)) {
		console->memory[stream_pick(random, CARD_MEMORY)] = stream_word(random);
		return;
	}
	desc = (void *)(console->memory + (queue - console->queues) * CONSOLE_RING) +
	       n * sizeof(*desc);
	desc->addr = stream_pick(random, 16) ? stream_pick(random, CARD_MEMORY) :
					       stream_word(random);
	desc->len = stream_pick(random, 16) ? stream_pick(random, 2000) : stream_word(random);
	desc->id = stream_word(random);
	desc->flags = (stream_pick(random, 2) ? DRIVER_AVAIL : DRIVER_USED) |
		      (stream_pick(random, 8) ? stream_pick(random, 2) * VRING_DESC_F_WRITE :
						stream_word(random));
}

/* A message that means something, if the device comes to it. */
static void hostile_say(struct console *console, struct stream *random)
{
	struct virtio_console_control said = driver_message(stream_pick(random, 9),
							    stream_pick(random, 2));

	memcpy(console->memory + stream_pick(random, CARD_MEMORY - sizeof(said)), &said,
	       sizeof(said));
}

static void hostile_registers(struct console *console, struct stream *random)
{
	unsigned int width = 1u << stream_pick(random, 4);
	unsigned int offset = stream_pick(random, 72);
	uint64_t value = stream_word(random);

	switch (stream_pick(random, 8)) {
	case 0:
		console_in(console, offset, width);
		break;
	case 1:
		console_out(console, offset, width, value);
		break;
	case 2:
		console_out(console, stream_pick(random, 0x1008), width, value);
		break;
	case 3:
		config_put(console->card.user.device, stream_pick(random, 0x104), width, value);
		config_put(console->card.user.device, PCI_COMMAND, 2, 7);
		break;
	default:
		console_tell(console, stream_pick(random, DRIVER_QUEUES + 1));
	}
}

static void hostile_act(struct console *console, struct stream *random)
{
	unsigned int pick = stream_pick(random, 1024);

	if (!pick)
		ioctl(console->card.user.device, VFIO_DEVICE_RESET);
	else if (pick < 4)
		madvise(console->memory, CARD_MEMORY, MADV_DONTNEED);
	else if (pick < 32)
		console_drive(console, true);
	else if (pick < 256)
		hostile_say(console, random);
	else if (pick < 640)
		hostile_scribble(console, random);
	else
		hostile_registers(console, random);
}

/* One of its processors. */
struct hostile {
	struct task task;
	struct console console;
	unsigned int calls;
	uint64_t seed;
};

static int hostile_run(void *data)
{
	struct hostile *hostile = data;
	struct stream random;

	stream_init(&random, hostile->seed, false);
	while (hostile->calls--)
		hostile_act(&hostile->console, &random);
	return 0;
}

/* Each knows the virtqueues as it has set them up, and the other does as well. */
static void hostile_start(struct hostile *hostile, const struct console *console,
			  uint64_t seed)
{
	hostile->console = *console;
	hostile->calls = hostile_calls() / 2;
	hostile->seed = seed;
	task_start(&hostile->task, hostile_run, hostile);
}

TEST_F(console, random_accesses_of_two_processors)
{
	struct console *console = &self->console;
	long long position = kmsg_position(), began = now_ms();
	struct hostile processors[2];
	uint8_t bytes[16] = "after all that", got[16];
	unsigned int i;

	console_drive(console, true);
	for (i = 0; i < 2; i++)
		hostile_start(&processors[i], console, 1 + i);
	far_goes_on(console->card.far, &processors[0].task);
	far_goes_on(console->card.far, &processors[1].task);
	EXPECT_TRUE(kmsg_stayed_short(position, now_ms() - began));
	/* It is as good as new. */
	ASSERT_EQ(0, ioctl(console->card.user.device, VFIO_DEVICE_RESET));
	ASSERT_EQ(0, config_put(console->card.user.device, PCI_COMMAND, 2,
				PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	console_drive(console, true);
	ASSERT_TRUE(console_open_port(console));
	for (i = 0; i < CARD_PATIENCE && !(line_get(console->card.far) & TIOCM_CAR); i += 5)
		sleep_ms(5);
	sleep_ms(VFIO_QUIET);
	ioctl(console->card.far, TCFLSH, TCIOFLUSH);
	console_send(console, 0, bytes, sizeof(bytes));
	console_tell(console, DRIVER_TRANSMITQ);
	ASSERT_EQ(sizeof(got), line_read(console->card.far, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(bytes, got, sizeof(got)));
}

static void attack_until_killed(void)
{
	static struct hostile hostile = { .calls = UINT32_MAX };
	struct console *console = &hostile.console;

	*console = (struct console) { .features = DRIVER_FEATURES };
	console->card.type = &card_console;
	hostile.seed = getpid();
	if (card_open(&console->card, 0) || console_open(console))
		_exit(1);
	hostile_run(&hostile);
	_exit(0);
}

/* At any moment. The next one has a console as after power-on. */
TEST_F(console, its_user_is_killed)
{
	struct console *console = &self->console;
	unsigned int i;
	pid_t pid;

	console_close(console);
	card_close(&console->card);
	for (i = 0; i < 20; i++) {
		pid = fork();
		if (!pid)
			attack_until_killed();
		sleep_ms(20 + 20 * i);
		EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	ASSERT_EQ(0, card_open(&console->card, 0));
	ASSERT_EQ(0, console_open(console));
	EXPECT_EQ(0, console_get(console, STATUS, 1));
	EXPECT_EQ(0, sysfs_number(mdev_path(0, "sent")));
	console_drive(console, true);
	EXPECT_TRUE(console_open_port(console));
}

TEST_HARNESS_MAIN
