// SPDX-License-Identifier: GPL-2.0
/*
 * The modem lines of a tty, for a script.
 *
 * usage: modem DEVICE lines			print the inputs that are up
 *        modem DEVICE raise|drop LINE...	outputs: DTR RTS
 *        modem DEVICE counts			print what TIOCGICOUNT says
 *        modem DEVICE queued			print how many bytes wait to be sent
 *        modem DEVICE break			send one
 *        modem DEVICE wait SECONDS LINE...	TIOCMIWAIT for inputs: CTS DSR CD RI
 *
 * wait says "waiting" before it does. Exit status: 0, 1 nothing changed in time, 2
 * something went wrong. The device is opened without waiting for a carrier.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const struct line {
	const char *name;
	int bit;
} inputs[] = {
	{ "CTS", TIOCM_CTS }, { "DSR", TIOCM_DSR }, { "CD", TIOCM_CD }, { "RI", TIOCM_RI },
}, outputs[] = {
	{ "DTR", TIOCM_DTR }, { "RTS", TIOCM_RTS },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static int fd;

static void die(const char *what)
{
	fprintf(stderr, "modem: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int line_bit(const struct line *lines, size_t count, const char *name)
{
	for (size_t n = 0; n < count; n++)
		if (!strcmp(lines[n].name, name))
			return lines[n].bit;
	fprintf(stderr, "modem: no line %s here\n", name);
	exit(2);
}

/* The lines that the rest of the arguments name. */
static int line_bits(const struct line *lines, size_t count, char **names)
{
	int bits = 0;

	while (*names)
		bits |= line_bit(lines, count, *names++);
	return bits;
}

static int print_lines(char **arguments)
{
	int now;

	(void)arguments;
	if (ioctl(fd, TIOCMGET, &now))
		die("TIOCMGET");
	for (size_t n = 0; n < COUNT(inputs); n++)
		if (now & inputs[n].bit)
			printf("%s ", inputs[n].name);
	putchar('\n');
	return 0;
}

static int raise_lines(char **arguments)
{
	int bits = line_bits(outputs, COUNT(outputs), arguments);

	if (ioctl(fd, TIOCMBIS, &bits))
		die("TIOCMBIS");
	return 0;
}

static int drop_lines(char **arguments)
{
	int bits = line_bits(outputs, COUNT(outputs), arguments);

	if (ioctl(fd, TIOCMBIC, &bits))
		die("TIOCMBIC");
	return 0;
}

static int print_counts(char **arguments)
{
	struct serial_icounter_struct counts;

	(void)arguments;
	if (ioctl(fd, TIOCGICOUNT, &counts))
		die("TIOCGICOUNT");
	printf("CTS %d DSR %d CD %d RI %d break %d\n", counts.cts, counts.dsr, counts.dcd,
	       counts.rng, counts.brk);
	return 0;
}

static int print_queued(char **arguments)
{
	int queued;

	(void)arguments;
	if (ioctl(fd, TIOCOUTQ, &queued))
		die("TIOCOUTQ");
	printf("%d\n", queued);
	return 0;
}

static int send_break(char **arguments)
{
	(void)arguments;
	if (tcsendbreak(fd, 0))
		die("tcsendbreak");
	return 0;
}

static void rang(int signal)
{
	(void)signal;
}

static int wait_for_lines(char **arguments)
{
	struct sigaction on_alarm = { .sa_handler = rang };	/* ends system calls */
	int bits;

	if (!arguments[0])
		return 2;
	bits = line_bits(inputs, COUNT(inputs), arguments + 1);
	sigaction(SIGALRM, &on_alarm, NULL);
	alarm(atoi(arguments[0]));
	puts("waiting");
	fflush(stdout);
	if (!ioctl(fd, TIOCMIWAIT, bits))
		return 0;
	if (errno != EINTR)
		die("TIOCMIWAIT");
	return 1;
}

static const struct command {
	const char *name;
	int (*run)(char **arguments);
} commands[] = {
	{ "lines", print_lines },
	{ "raise", raise_lines },
	{ "drop", drop_lines },
	{ "counts", print_counts },
	{ "queued", print_queued },
	{ "break", send_break },
	{ "wait", wait_for_lines },
};

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: modem DEVICE COMMAND [ARG...]\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		die(argv[1]);
	for (size_t n = 0; n < COUNT(commands); n++)
		if (!strcmp(commands[n].name, argv[2]))
			return commands[n].run(argv + 3);
	fprintf(stderr, "modem: no command %s\n", argv[2]);
	return 2;
}
