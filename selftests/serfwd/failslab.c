// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of each operation fails once: the first, the second and so on,
 * until the operation is done with none having failed. When one fails, so does the
 * operation, with an error that says so, or it is done all the same; nothing
 * remains of a failed one, and the next time it is done.
 *
 *	failslab PORT [OPERATION]
 *
 * Copying from and to the user fails as well: /proc/thread-self/fail-nth, which
 * does all this, counts both. kmemleak has to find leaks.
 */
#include <sys/stat.h>

#include "kselftest.h"

#include "line.h"

/* More than any operation has. */
#define MANY		1000000
#define PARAMETERS	"links=4 nullmodems=2"
/* Enough for what was made before to be taken back. */
#define PARAMETERS_FEW	"links=2 nullmodems=1"
#define PARAMETERS_BAD	"links=0"

static char port_path[48];
static char port_name[32];
static int port_fd = -1;
static int opened = -1;
static int far = -1;

/*
 * Faults
 */

static int fail_nth;

/* Fail the @nth from here on; 0: none. */
static void inject(int nth)
{
	char text[16];
	int size = snprintf(text, sizeof(text), "%d", nth);

	/* Its own copying may be what fails. */
	if (pwrite(fail_nth, text, size, 0) != size &&
	    pwrite(fail_nth, text, size, 0) != size)
		ksft_exit_fail_msg("fail-nth cannot be written: %m\n");
}

/* How many are left to come until one fails; 0: it has failed. */
static int left(void)
{
	char text[16] = "";
	ssize_t size = pread(fail_nth, text, sizeof(text) - 1, 0);
	int count = size < 0 ? 1 : atoi(text);

	inject(0);
	return count;
}

/*
 * Operations: each with what comes before, and what takes it back
 */

static bool nothing_attached(void)
{
	unsigned int link;

	for (link = 0; link < 4; link++)
		if (serfwd_has_port(link))
			return false;
	return true;
}

static int nothing(void)
{
	return 0;
}

/* To the second link, while the first is free. */
static int bind(void)
{
	return serfwd_set_port(1, "ttyNM0");
}

static int unbind(void)
{
	return serfwd_set_port(1, "");
}

static bool is_attached(void)
{
	return serfwd_has_port(1) && !serfwd_has_port(0);
}

static int move(void)
{
	return serfwd_set_port(1, "ttyNM2");
}

static int move_to_real(void)
{
	return serfwd_set_port(1, port_name);
}

/* A move that failed leaves it where it was. */
static bool is_where_it_was(void)
{
	return serfwd_tty_is("ttySF", 1, "port", "ttyNM0") && !serfwd_has_port(0);
}

static int bind_real(void)
{
	return serfwd_set_port(1, port_name);
}

static int open_port(void)
{
	if (port_fd < 0)
		port_fd = line_open_path(port_path, O_NONBLOCK);
	return port_fd < 0 ? port_fd : 0;
}

static int set_ldisc(void)
{
	int ldisc = SERFWD_LDISC;

	return ioctl(port_fd, TIOCSETD, &ldisc) ? -errno : 0;
}

static int unset_ldisc(void)
{
	int ldisc = SERFWD_N_TTY;

	return ioctl(port_fd, TIOCSETD, &ldisc) ? -errno : 0;
}

static int attach_ldisc(void)
{
	return open_port() ?: set_ldisc();
}

static bool ldisc_is_attached(void)
{
	return serfwd_has_port(0);
}

static int open_vtty(void)
{
	opened = line_open_path("/dev/ttySF1", O_NONBLOCK);
	return opened < 0 ? opened : 0;
}

static int open_plug(void)
{
	opened = line_open_path("/dev/ttyNM2", O_NONBLOCK);
	return opened < 0 ? opened : 0;
}

static int close_it(void)
{
	close(opened);
	opened = -1;
	return 0;
}

static int bind_and_open(void)
{
	int ret = bind() ?: open_vtty();

	return ret ?: line_set_cflag(opened, LINE_CFLAG);
}

static int close_and_unbind(void)
{
	return close_it() ?: unbind();
}

static int bind_open_far(void)
{
	int ret = bind_and_open();

	far = line_open_raw("/dev/ttyNM1");
	return ret ?: far < 0 ? far : 0;
}

static int close_all(void)
{
	ioctl(opened, TCFLSH, TCIOFLUSH);
	close(far);
	return close_and_unbind();
}

static int set_speed(void)
{
	return line_set_cflag(opened, LINE_CFLAG ^ B9600 ^ B115200);
}

static int get_serial(void)
{
	struct serial_struct info;

	return ioctl(opened, TIOCGSERIAL, &info) ? -errno : 0;
}

/* Bytes that the port takes later are not lost: a fault is for whom it hits only. */
static int write_some(void)
{
	char bytes[600];

	memset(bytes, 'u', sizeof(bytes));
	return write(opened, bytes, sizeof(bytes)) < 0 ? -errno : 0;
}

static int take_part(void)
{
	return serfwd_put_tty("ttySF", 2, "share", "ttySF1");
}

static int part(void)
{
	return serfwd_put_tty("ttySF", 2, "share", "\n");
}

static int part_and_unbind(void)
{
	return part() ?: unbind();
}

static int bind_and_share(void)
{
	return bind() ?: take_part();
}

static int give(void)
{
	return serfwd_put_tty("ttySF", 1, "owner", "ttySF2");
}

static int set_pins(void)
{
	return serfwd_put_tty("ttyNM", 0, "pins", "cts=own-rts dcd=high");
}

static int set_link(const char *attribute, const char *value)
{
	return serfwd_put_tty("ttySF", 1, attribute, value);
}

static int set_rate(void)
{
	return set_link("rate_limit", "1000000") ?: set_link("rate_burst", "100");
}

static int set_stall(void)
{
	return set_link("stall", "hangup") ?: set_link("stall_timeout_ms", "1000");
}

static int set_flow(void)
{
	return set_link("flow", "auto-xonxoff") ?: set_link("flow", "auto-rtscts") ?:
	       set_link("flow", "guest");
}

static int count(void)
{
	return serfwd_put_tty("ttySF", 1, "stats/enabled", "1");
}

static int read_proc(void)
{
	int fd = open("/proc/tty/driver/serfwd", O_RDONLY | O_CLOEXEC);
	char text[1024];
	int ret = 0;

	if (fd < 0 || read(fd, text, sizeof(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int load(void)
{
	return serfwd_load(PARAMETERS_FEW);
}

static bool no_device(void)
{
	return access("/sys/module/serfwd", F_OK) &&
	       access("/sys/class/tty/ttySF0", F_OK) &&
	       access("/sys/class/tty/ttyNM0", F_OK) &&
	       access("/sys/kernel/debug/serfwd", F_OK);
}

/**
 * struct operation - what is to fail
 * @name: of it
 * @before: done first, without faults
 * @act: the operation itself
 * @after: takes @act and @before back
 * @failed: is all as if @act had not been done?
 */
static const struct operation {
	const char *name;
	int (*before)(void);
	int (*act)(void);
	int (*after)(void);
	bool (*failed)(void);
} operations[] = {
	{ "load", nothing, load, serfwd_unload, no_device },
	{ "attach a plug", nothing, bind, unbind, nothing_attached },
	{ "attach a real port", nothing, bind_real, unbind, nothing_attached },
	{ "attach as ldattach does", open_port, set_ldisc, unset_ldisc, nothing_attached },
	{ "move to a plug", bind, move, unbind, is_where_it_was },
	{ "move to a real port", bind, move_to_real, unbind, is_where_it_was },
	{ "move an open one", bind_open_far, move, close_all, is_where_it_was },
	{ "detach", bind, unbind, nothing, is_attached },
	{ "detach what ldattach attached", attach_ldisc, unset_ldisc, nothing, ldisc_is_attached },
	{ "open", bind, open_vtty, close_and_unbind, is_attached },
	{ "open without a port", nothing, open_vtty, close_it, nothing_attached },
	{ "open a plug", nothing, open_plug, close_it, nothing_attached },
	{ "close", bind_and_open, close_it, unbind, is_attached },
	{ "write", bind_open_far, write_some, close_all, is_attached },
	{ "set", bind_and_open, set_speed, close_and_unbind, is_attached },
	{ "limit the rate", bind_and_open, set_rate, close_and_unbind, is_attached },
	{ "set what stalling does", bind_and_open, set_stall, close_and_unbind, is_attached },
	{ "set flow control", bind_and_open, set_flow, close_and_unbind, is_attached },
	{ "read serial settings", bind_and_open, get_serial, close_and_unbind, is_attached },
	{ "share", bind, take_part, part_and_unbind, is_attached },
	{ "give to another", bind_and_share, give, part_and_unbind, is_attached },
	{ "share no more", bind_and_share, part, unbind, is_attached },
	{ "set pins", nothing, set_pins, nothing, nothing_attached },
	{ "count", nothing, count, nothing, nothing_attached },
	{ "read /proc", bind, read_proc, unbind, is_attached },
};

/*
 * All of it
 */

/*
 * The driver core says EINVAL of a device whose name had no memory; the serial
 * core opens a port whose driver had none all the same, as one with no hardware.
 */
static bool sensible(const struct operation *op, int ret)
{
	return ret == -ENOMEM || ret == -EFAULT ||
	       (ret == -EINVAL && op->act == load) ||
	       (ret == -ENODEV && (op->act == bind_real ||
				   op->act == move_to_real));
}

/* The others have the module loaded. */
static bool loads(const struct operation *op)
{
	return op->act == load;
}

/* How many come in the module loader before the module's own are reached. */
static int loaders_own(void)
{
	int i, points, least = MANY;

	for (i = 0; i < 3; i++) {
		inject(MANY);
		serfwd_load(PARAMETERS_BAD);
		points = MANY - left();
		least = points < least ? points : least;
	}
	return least;
}

static bool complain(const struct operation *op, int nth, const char *what,
		     int ret)
{
	ksft_print_msg("%s, fault %d: %s (%d)\n", op->name, nth, what, ret);
	return false;
}

/* The operation that failed is done again, with no fault. */
static bool again(const struct operation *op, int nth)
{
	int ret;

	if (!op->failed())
		return complain(op, nth, "something remains", 0);
	ret = op->act();
	return ret ? complain(op, nth, "it fails ever after", ret) : true;
}

/* With one fault. Returns whether there was one, and in *well, how it went. */
static bool once(const struct operation *op, int nth, int *failures, bool *well)
{
	int ret = op->before();
	bool hit;

	if (ret)
		*well = complain(op, nth, "what comes before fails", ret);
	inject(nth);
	ret = op->act();
	hit = !left();
	*failures += ret != 0;
	if (ret && !hit)
		*well = complain(op, nth, "it fails with no fault", ret);
	else if (ret && !sensible(op, ret))
		*well = complain(op, nth, "an odd error", ret);
	if (ret)
		*well &= again(op, nth);
	ret = op->after();
	if (ret)
		*well = complain(op, nth, "it cannot be taken back", ret);
	return hit;
}

static bool every_fault(const struct operation *op)
{
	int first = loads(op) ? loaders_own() + 1 : 1;
	int nth = first, failures = 0;
	bool well = true;

	while (well && once(op, nth, &failures, &well))
		nth++;
	ksft_print_msg("%s: %d faults, of which %d made it fail\n", op->name,
		       nth - first, failures);
	/* Else nothing was tried. */
	return well && nth > first;
}

static bool run(const struct operation *op)
{
	bool well;

	if (!loads(op) && serfwd_reload(PARAMETERS))
		return complain(op, 0, "the module cannot be loaded", 0);
	well = every_fault(op);
	if (port_fd >= 0)
		close(port_fd);
	port_fd = -1;
	if (serfwd_unload())
		return complain(op, 0, "the module cannot be unloaded", 0);
	return well;
}

int main(int argc, char **argv)
{
	unsigned int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 2;
	snprintf(port_name, sizeof(port_name), "%s", argv[1]);
	snprintf(port_path, sizeof(port_path), "/dev/%s", port_name);
	ksft_print_header();
	ksft_set_plan(argc > 2 ? 1 : ARRAY_SIZE(operations));
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		ksft_exit_fail_msg("no fail-nth: %m\n");
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		if (argc < 3 || !strcmp(argv[2], operations[i].name))
			ksft_test_result(run(&operations[i]), "%s\n",
					 operations[i].name);
	ksft_finished();
}
