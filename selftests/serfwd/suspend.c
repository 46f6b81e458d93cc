// SPDX-License-Identifier: GPL-2.0
/*
 * The host is suspended and resumed, with ports attached and null modems open.
 *
 *	ttySF0 - PORT, a 16550 === PORT, a 16550, opened directly
 *	ttySF1 - ttyNM0 === ttyNM1, opened directly
 *
 * Drivers are suspended and resumed, as by the kernel's own test of that, and the
 * machine goes on. The root file system does not come back: it is on a device whose
 * driver cannot be suspended. All is in memory by then, and sysfs and devices remain.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/mman.h>

#include "line-fixture.h"
#include "party.h"

#define LINES		2
#define SPEED		B19200
/* Of a 16550: the interrupt enable register, and its modem status interrupt. */
#define IER		1
#define IER_MSI		0x08

FIXTURE(suspend) {
	char port[32];
	int fd[LINES];
	int far[LINES];
};

static int open_port(unsigned int number, char *name, size_t size)
{
	char path[48];

	if (serfwd_port(number, name, size))
		return -ENODEV;
	snprintf(path, sizeof(path), "/dev/%s", name);
	return line_open_raw(path);
}

FIXTURE_SETUP(suspend)
{
	char far[32];

	ASSERT_EQ(0, serfwd_reload("nullmodems=1"));
	ASSERT_EQ(0, serfwd_port(0, self->port, sizeof(self->port)));
	ASSERT_EQ(0, serfwd_set_port(0, self->port));
	ASSERT_EQ(0, serfwd_set_port(1, "ttyNM0"));
	self->fd[0] = line_open_raw(vttys[0]);
	self->fd[1] = line_open_raw(vttys[1]);
	self->far[0] = open_port(1, far, sizeof(far));
	self->far[1] = line_open_raw("/dev/ttyNM1");
	ASSERT_GE(self->fd[0], 0);
	ASSERT_GE(self->fd[1], 0);
	ASSERT_GE(self->far[0], 0);
	ASSERT_GE(self->far[1], 0);
}

FIXTURE_TEARDOWN(suspend)
{
	unsigned int i;

	for (i = 0; i < LINES; i++) {
		close(self->fd[i]);
		close(self->far[i]);
		EXPECT_EQ(0, serfwd_set_port(i, ""));
	}
}

static bool passes(int from, int to, const char *text)
{
	char got[32];
	int count = strlen(text);

	return line_write(from, text, count) == count &&
	       line_read(to, got, count) == count && !memcmp(got, text, count);
}

/* All drivers, with the processors and the platform left out. */
static int suspend_devices(void)
{
	return sysfs_put("/sys/power/pm_test", "devices") ?:
	       sysfs_put("/sys/power/state", "mem");
}

static int modem_interrupt(const char *port)
{
	char path[64], text[16] = "";
	unsigned long address;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/tty/%s/port", port);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -ENODEV;
	close(fd);
	address = strtoul(text, NULL, 16);
	if (iopl(3))
		return -errno;
	return inb(address + IER) & IER_MSI;
}

TEST_F(suspend, lines_go_on)
{
	struct call wait;
	unsigned int i;

	ASSERT_EQ(0, mlockall(MCL_CURRENT | MCL_FUTURE));
	for (i = 0; i < LINES; i++) {
		ASSERT_EQ(0, line_set_cflag(self->fd[i],
					    (LINE_CFLAG & ~CBAUD) | SPEED));
		ASSERT_EQ(0, line_set_cflag(self->far[i],
					    (LINE_CFLAG & ~CBAUD) | SPEED));
		ASSERT_TRUE(passes(self->fd[i], self->far[i], "before, out"));
		ASSERT_TRUE(passes(self->far[i], self->fd[i], "before, in"));
	}
	ASSERT_EQ(0, line_set_outputs(self->fd[1], TIOCM_RTS));
	ASSERT_EQ(TIOCM_CTS, line_get(self->far[1]) & LINE_INPUTS);
	ASSERT_EQ(IER_MSI, modem_interrupt(self->port));
	call_ioctl(&wait, self->fd[1], TIOCMIWAIT, LINE_INPUTS);
	sleep_ms(50);

	ASSERT_EQ(0, suspend_devices());

	for (i = 0; i < LINES; i++) {
		EXPECT_TRUE(is(i, "line", "19200 8n1"));
		EXPECT_TRUE(passes(self->fd[i], self->far[i], "after, out"));
		EXPECT_TRUE(passes(self->far[i], self->fd[i], "after, in"));
	}
	EXPECT_EQ(TIOCM_CTS, line_get(self->far[1]) & LINE_INPUTS);
	/* Resuming has switched it off, and reading the lines on again. */
	EXPECT_EQ(0, modem_interrupt(self->port));
	sleep_ms(20);
	EXPECT_GE(line_get(self->fd[0]), 0);
	EXPECT_EQ(IER_MSI, modem_interrupt(self->port));
	/* Neither is anybody's wait for a line forgotten. */
	EXPECT_FALSE(call_returns(&wait, 0));
	ASSERT_EQ(0, line_set_outputs(self->far[1], TIOCM_DTR));
	EXPECT_TRUE(call_returns(&wait, LINE_PATIENCE));
	EXPECT_EQ(0, wait.ret);
}

TEST_HARNESS_MAIN
