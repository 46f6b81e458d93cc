// SPDX-License-Identifier: GPL-2.0
/*
 * pci-host: what a host does with edu while it is given to guests
 *
 *   pci-host hold GUEST		have the device as this guest, until killed
 *   pci-host raise NAME ADDRESS COUNT	interrupts of the physical device at ADDRESS
 *   pci-host catch NAME intx|msi PATH ADDRESS COUNT	the same, as VFIO user of PATH
 *   pci-host share NAME GUESTS COUNT	factorials of so many VFIO users in turn
 *   pci-host alone NAME GUESTS COUNT	reads by one process for so many guests in turn,
 *					of a register that the device has for one only
 *   pci-host watch NAME COUNT TURNS FILE...	while counters in files grow by that
 *
 * GUEST is the number of a mediated device; PATH is the directory of a device in
 * sysfs; TURNS is a counter in a file that is just reported. Lines that begin with
 * "phase" are results, in the order of the marks.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../pcishare/edu.h"
#include "../pcishare/vfio.h"
#include "marks.h"

/* Time for a guest to be through with an interrupt: nothing runs most of it. */
#define PAUSE_US	200000

/* How often counters are looked at. */
#define LOOK_US		5000
#define LOOKS_MAX	2000

#define WINDOWS		5
#define GUESTS_MAX	16
#define NUMBER		5
#define PRODUCT		120

/* The device has nothing there; "in-vm-pci" has the policy say that it is live. */
#define PROBE		0x68

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Where BAR 0 is in the device's file, asked once as a VMM does. */
static int64_t bar_offset;

static void find_bar(int fd)
{
	bar_offset = vfio_offset(fd, VFIO_PCI_BAR0_REGION_INDEX);
	if (bar_offset < 0)
		die("finding BAR 0");
}

static void open_device(struct vfio_user *user, unsigned int number)
{
	if (vfio_open(user, number))
		die("opening a mediated device");
	find_bar(user->device);
}

static void put(int fd, unsigned int offset, uint32_t value)
{
	if (pwrite(fd, &value, sizeof(value), bar_offset + offset) != sizeof(value))
		die("writing a register");
}

static uint32_t get(int fd, unsigned int offset)
{
	uint32_t value;

	if (pread(fd, &value, sizeof(value), bar_offset + offset) != sizeof(value))
		die("reading a register");
	return value;
}

static void enable(int fd)
{
	if (config_put(fd, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER))
		die("the command register");
}

static void hold(unsigned int number)
{
	struct vfio_user user;

	open_device(&user, number);
	enable(user.device);
	put(user.device, EDU_FACTORIAL, 1);
	puts("ready");
	fflush(stdout);
	pause();
}

/*
 * The physical device's interrupt, by a register of its that raises it at once. The
 * driver that has bound the device has no part in this.
 */

static uint32_t *map_device(const char *address)
{
	char path[PATH_MAX];
	void *bar;
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource0", address);
	fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		die(path);
	bar = mmap(NULL, EDU_BAR_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bar == MAP_FAILED)
		die("mapping BAR 0");
	return bar;
}

static void raise_interrupt(uint32_t *bar)
{
	__atomic_store_n(&bar[EDU_IRQ_RAISE / 4], EDU_IRQ_STATUS_FACTORIAL,
			 __ATOMIC_RELAXED);
}

/* The guest has the ending mark. */
static void raise_interrupts(const char *name, const char *address,
			     unsigned long count)
{
	uint32_t *bar = map_device(address);

	while (count--) {
		usleep(PAUSE_US);
		mark_start();
		raise_interrupt(bar);
		printf("phase %s count 1\n", name);
	}
	usleep(PAUSE_US);
}

/*
 * The same interrupt, to a VFIO user of the device: what the way to the guest begins
 * with
 */

/* A mediated device or a physical one, by its directory in sysfs. */
static int open_by_path(struct vfio_user *user, const char *path)
{
	char link[PATH_MAX], target[PATH_MAX] = "";

	snprintf(link, sizeof(link), "%s/iommu_group", path);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		return -1;
	snprintf(link, sizeof(link), "/dev/vfio/%s", strrchr(target, '/') + 1);
	user->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	user->group = open(link, O_RDWR | O_CLOEXEC);
	if (ioctl(user->group, VFIO_GROUP_SET_CONTAINER, &user->container) ||
	    ioctl(user->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		return -1;
	user->device = ioctl(user->group, VFIO_GROUP_GET_DEVICE_FD,
			     strrchr(path, '/') + 1);
	return user->device;
}

static void catch_one(int fd, int event, uint32_t *bar, bool msi)
{
	uint64_t count;

	usleep(PAUSE_US);
	mark_start();
	raise_interrupt(bar);
	if (read(event, &count, sizeof(count)) != sizeof(count))
		die("reading an event");
	mark_stop();
	if (get(fd, EDU_IRQ_STATUS) != EDU_IRQ_STATUS_FACTORIAL)
		die("no interrupt in the status");
	put(fd, EDU_IRQ_ACK, EDU_IRQ_STATUS_FACTORIAL);
	if (!msi && irq_set(fd, VFIO_PCI_INTX_IRQ_INDEX, IRQ_UNMASK, 1, 0))
		die("unmasking");
}

static void catch_interrupts(const char *name, bool msi, const char *path,
			     const char *address, unsigned long count)
{
	unsigned int index = msi ? VFIO_PCI_MSI_IRQ_INDEX : VFIO_PCI_INTX_IRQ_INDEX;
	uint32_t *bar = map_device(address);
	int event = eventfd(0, EFD_CLOEXEC);
	struct vfio_user user;

	if (open_by_path(&user, path) < 0)
		die(path);
	find_bar(user.device);
	enable(user.device);
	if (irq_set(user.device, index, IRQ_TRIGGER_FD, 1, event))
		die("interrupts");
	put(user.device, EDU_FACTORIAL, 1);
	while (count--) {
		catch_one(user.device, event, bar, msi);
		printf("phase %s count 1\n", name);
	}
	vfio_close(&user);
}

/*
 * Users of mediated devices without a VMM, each a process
 */

/*
 * Each factorial is another user's than the one before, if there are several: the
 * device changes hands for each. A user waits for its event, and then tells the next.
 */
struct board {
	unsigned int ready;
	unsigned int users;
	pid_t pids[GUESTS_MAX];
	int events[GUESTS_MAX];
	int over;			/* event: the window is */
	unsigned long left;		/* factorials to be computed in it */
};

static void enable_interrupt(int fd, int event)
{
	enable(fd);
	if (irq_set(fd, VFIO_PCI_MSI_IRQ_INDEX, IRQ_TRIGGER_FD, 1, event))
		die("MSI");
	put(fd, EDU_STATUS, EDU_STATUS_IRQ);
}

static void compute(int fd, int event)
{
	put(fd, EDU_FACTORIAL, NUMBER);
	if (irq_comes(event, VFIO_PATIENCE) != 1)
		die("not one interrupt");
	if (get(fd, EDU_IRQ_STATUS) != EDU_IRQ_STATUS_FACTORIAL)
		die("not the factorial's interrupt");
	put(fd, EDU_IRQ_ACK, EDU_IRQ_STATUS_FACTORIAL);
	if (get(fd, EDU_FACTORIAL) != PRODUCT)
		die("a wrong factorial");
}

static void tell(int event)
{
	uint64_t one = 1;

	if (write(event, &one, sizeof(one)) != sizeof(one))
		die("writing an event");
}

static void wait_for(int event)
{
	uint64_t count;

	if (read(event, &count, sizeof(count)) != sizeof(count))
		die("reading an event");
}

static void work(struct board *board, unsigned int number)
{
	int event = eventfd(0, EFD_CLOEXEC);
	struct vfio_user user;

	if (event < 0)
		die("eventfd");
	open_device(&user, number);
	enable_interrupt(user.device, event);
	compute(user.device, event);
	__atomic_fetch_add(&board->ready, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		wait_for(board->events[number - 1]);
		compute(user.device, event);
		tell(--board->left ? board->events[number % board->users] :
				     board->over);
	}
}

static void make_events(struct board *board)
{
	unsigned int number;

	board->over = eventfd(0, EFD_CLOEXEC);
	for (number = 0; number < board->users; number++)
		board->events[number] = eventfd(0, EFD_CLOEXEC);
	if (board->over < 0 || board->events[board->users - 1] < 0)
		die("eventfd");
}

/* Whatever happens, they end with this process. */
static void start_users(struct board *board)
{
	unsigned int number;

	for (number = 1; number <= board->users; number++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid) {
			board->pids[number - 1] = pid;
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		work(board, number);
	}
	while (__atomic_load_n(&board->ready, __ATOMIC_SEQ_CST) < board->users)
		usleep(1000);
}

/* Until they have closed their devices, for whoever comes next. */
static void end_users(const struct board *board)
{
	unsigned int number;

	signal(SIGCHLD, SIG_DFL);
	for (number = 0; number < board->users; number++)
		kill(board->pids[number], SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void measure_window(struct board *board, unsigned long count)
{
	usleep(PAUSE_US);
	board->left = count;
	mark_start();
	tell(board->events[0]);
	wait_for(board->over);
	mark_stop();
}

/* The others would wait for ever for a user that has failed. */
static void user_failed(int signal)
{
	(void)signal;
	_exit(1);
}

static void share(const char *name, unsigned int users, unsigned long count)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int window;

	if (board == MAP_FAILED)
		die("mmap");
	board->users = MIN(users, GUESTS_MAX);
	make_events(board);
	signal(SIGCHLD, user_failed);
	start_users(board);
	for (window = 0; window < WINDOWS; window++) {
		measure_window(board, count);
		printf("phase %s count %lu\n", name, count);
		fflush(stdout);
	}
	end_users(board);
}

/*
 * Without a switch to another process, and without waiting for the device: what is more
 * than for one guest is that the device changes hands.
 */
static void alone(const char *name, unsigned int guests, unsigned long count)
{
	static struct vfio_user users[GUESTS_MAX];
	unsigned int window, i;
	unsigned long n;

	guests = MIN(guests, GUESTS_MAX);
	for (i = 0; i < guests; i++) {
		open_device(&users[i], i + 1);
		enable(users[i].device);
		get(users[i].device, PROBE);
	}
	for (window = 0; window < WINDOWS; window++) {
		usleep(PAUSE_US);
		mark_start();
		for (n = 0; n < count; n++)
			get(users[n % guests].device, PROBE);
		mark_stop();
		printf("phase %s count %lu\n", name, count);
		fflush(stdout);
	}
}

/*
 * While others work
 */

static unsigned long read_number(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32] = "";

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die(path);
	close(fd);
	return strtoul(text, NULL, 0);
}

static unsigned long sum_of(char **files)
{
	unsigned long sum = 0;

	for (; *files; files++)
		sum += read_number(*files);
	return sum;
}

/* Not all begin at once. */
static void wait_for_all(char **files)
{
	for (; *files; files++) {
		unsigned long before = read_number(*files);
		unsigned int looks = 0;

		while (read_number(*files) - before < 5) {
			if (++looks > LOOKS_MAX)
				die(*files);
			usleep(LOOK_US);
		}
	}
}

/* Returns when the sum is @count more than @before, or does not grow any more. */
static unsigned long wait_for_growth(char **files, unsigned long before,
				     unsigned long count)
{
	unsigned long now, last = before;
	unsigned int looks = 0;

	do {
		usleep(LOOK_US);
		now = sum_of(files);
		looks = now == last ? looks + 1 : 0;
		if (looks > LOOKS_MAX)
			die("all that is watched has come to an end");
		last = now;
	} while (now - before < count);
	return now;
}

static void watch(const char *name, unsigned long count, const char *turns,
		  char **files)
{
	unsigned long before, now, turns_before;
	unsigned int window;

	wait_for_all(files);
	for (window = 1; window <= WINDOWS; window++) {
		turns_before = read_number(turns);
		mark_start();
		before = sum_of(files);
		now = wait_for_growth(files, before, count);
		mark_stop();
		printf("phase %s count %lu turns %lu\n", name, now - before,
		       read_number(turns) - turns_before);
		fflush(stdout);
	}
}

static int usage(void)
{
	fputs("usage: pci-host hold GUEST | raise NAME ADDRESS COUNT |\n"
	      "       catch NAME intx|msi PATH ADDRESS COUNT | share NAME GUESTS COUNT |\n"
	      "       alone NAME GUESTS COUNT | watch NAME COUNT TURNS FILE...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return usage();
	if (!strcmp(argv[1], "hold"))
		hold(strtoul(argv[2], NULL, 0));
	else if (argc < 5)
		return usage();
	else if (!strcmp(argv[1], "catch") && argc == 7)
		catch_interrupts(argv[2], !strcmp(argv[3], "msi"), argv[4], argv[5],
				 strtoul(argv[6], NULL, 0));
	else if (!strcmp(argv[1], "raise"))
		raise_interrupts(argv[2], argv[3], strtoul(argv[4], NULL, 0));
	else if (!strcmp(argv[1], "share"))
		share(argv[2], strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
	else if (!strcmp(argv[1], "alone"))
		alone(argv[2], strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
	else if (!strcmp(argv[1], "watch") && argc > 5)
		watch(argv[2], strtoul(argv[3], NULL, 0), argv[4], argv + 5);
	else
		return usage();
	return 0;
}
