// SPDX-License-Identifier: GPL-2.0
/*
 * insn: a QEMU TCG plugin that counts what one virtual processor executes
 * between marks, exactly.
 *
 * The program under measurement executes MARK_START and MARK_STOP (marks.h),
 * two instructions that do nothing and that compilers never emit, in user mode.
 * Everything executed between them is counted, whoever executes it: this
 * process, others, the kernel, its interrupts and its workers. Halted time is
 * not execution and counts as nothing.
 *
 * One line per pair of marks goes to the file named by the argument "out":
 *
 *   pair N kernel K user U syscalls S port_in I port_out O
 *
 * N counts from 0 in the order of execution; K + U is the number of
 * instructions, the starting mark included. The measuring program prints its
 * phases in the same order, which is how a pair gets its name.
 *
 * With the argument "profile" as well, a second file gets the number of
 * executions of each instruction of the kernel in each pair:
 *
 *   N ADDRESS COUNT
 *
 * One virtual processor only (-smp 1): the counters are not atomic.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"
#include "plugin-api.h"

#define MAX_INSN	15		/* bytes in the longest x86 instruction */
#define USER_END	(1ULL << 47)	/* below: user mode, by 4-level paging */

/* The first counters have names; the rest are one per kernel instruction. */
enum counter {
	KERNEL,
	USER,
	SYSCALL,
	PORT_IN,
	PORT_OUT,
	VMRUN,
	NAMED,
};

#define SLOTS		(1u << 20)	/* kernel instructions a profile can hold */

struct slot {
	uint64_t pc;			/* 0: free */
	uint64_t base;			/* count at the starting mark */
};

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API;

static FILE *out;
static FILE *profile;
static struct slot *slots;
static unsigned int slots_used;
static uint64_t base[NAMED];
static uint64_t guest_base;
static unsigned int pair;
static bool counting;

static struct {
	bool runs;
	uint64_t entered[NAMED];	/* the counters when it was entered last */
	uint64_t total[NAMED];		/* what all guests have added to them before */
	const char *left;		/* where the host goes on: in QEMU's memory */
} guest;

#if PLUGIN_API == 1

static uint64_t *counters;

static bool counters_alloc(size_t n)
{
	counters = calloc(n, sizeof(*counters));
	return counters;
}

static uint64_t counter_read(size_t n)
{
	return counters[n];
}

/* Add one to counter @n each time @insn executes. */
static void count_insn(struct qemu_plugin_insn *insn, size_t n)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   &counters[n], 1);
}

static size_t insn_bytes(const struct qemu_plugin_insn *insn, uint8_t *bytes)
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size > MAX_INSN)
		size = MAX_INSN;
	memcpy(bytes, qemu_plugin_insn_data(insn), size);
	return size;
}

#else

static struct qemu_plugin_scoreboard *counters;

static bool counters_alloc(size_t n)
{
	counters = qemu_plugin_scoreboard_new(n * sizeof(uint64_t));
	return counters;
}

static uint64_t counter_read(size_t n)
{
	return ((uint64_t *)qemu_plugin_scoreboard_find(counters, 0))[n];
}

/* Add one to counter @n each time @insn executes. */
static void count_insn(struct qemu_plugin_insn *insn, size_t n)
{
	struct qemu_plugin_u64 entry = { counters, n * sizeof(uint64_t) };

	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							    entry, 1);
}

static size_t insn_bytes(const struct qemu_plugin_insn *insn, uint8_t *bytes)
{
	return qemu_plugin_insn_data(insn, bytes, MAX_INSN);
}

#endif

static void fail(const char *what)
{
	fprintf(stderr, "insn plugin: %s\n", what);
	exit(1);
}

static bool is(const uint8_t *bytes, size_t size, const char *insn, size_t insn_size)
{
	return size == insn_size && !memcmp(bytes, insn, size);
}

/* IN or OUT, to or from al, ax or eax: opcodes e4-e7 and ec-ef, bit 1 is OUT. */
static int port_access(const uint8_t *bytes, size_t size)
{
	if (size && bytes[0] == 0x66) {
		bytes++;
		size--;
	}
	if ((size == 1 && (bytes[0] & 0xfc) == 0xec) || (size == 2 && (bytes[0] & 0xfc) == 0xe4))
		return bytes[0] & 2 ? PORT_OUT : PORT_IN;
	return -1;
}

/* The profile's counter for the kernel instruction at @pc. */
static size_t slot_of(uint64_t pc)
{
	unsigned int n = (pc * 0x9e3779b97f4a7c15ULL) >> 44;

	while (slots[n].pc && slots[n].pc != pc)
		n = (n + 1) % SLOTS;
	if (!slots[n].pc) {
		if (++slots_used > SLOTS / 2)
			fail("more kernel instructions than a profile can hold");
		slots[n].pc = pc;
	}
	return NAMED + n;
}

/* The amount that guests have added to counter @n. */
static uint64_t guest_count(size_t n)
{
	if (!guest.runs)
		return guest.total[n];
	return guest.total[n] + counter_read(n) - guest.entered[n];
}

static uint64_t host_count(size_t n)
{
	return counter_read(n) - guest_count(n);
}

static void guest_enters(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	for (size_t n = 0; n < NAMED; n++)
		guest.entered[n] = counter_read(n);
	/* VMRUN itself is the host's and about to be counted. */
	guest.entered[KERNEL]++;
	guest.entered[VMRUN]++;
	guest.runs = true;
}

static void guest_leaves(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	for (size_t n = 0; n < NAMED; n++)
		guest.total[n] = guest_count(n);
	guest.runs = false;
}

static void begin(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (counting)
		fail("a starting mark before the last pair's end");
	counting = true;
	for (size_t n = 0; n < NAMED; n++)
		base[n] = host_count(n);
	guest_base = guest_count(KERNEL) + guest_count(USER);
	for (size_t n = 0; slots && n < SLOTS; n++)
		slots[n].base = counter_read(NAMED + n);
}

static void write_profile(void)
{
	for (size_t n = 0; n < SLOTS; n++) {
		uint64_t count = counter_read(NAMED + n) - slots[n].base;

		if (count)
			fprintf(profile, "%u %016" PRIx64 " %" PRIu64 "\n",
				pair, slots[n].pc, count);
	}
	if (fflush(profile))
		fail("cannot write the profile");
}

static void end(unsigned int vcpu, void *data)
{
	static const char * const names[NAMED] = {
		[KERNEL] = "kernel",
		[USER] = "user",
		[SYSCALL] = "syscalls",
		[PORT_IN] = "port_in",
		[PORT_OUT] = "port_out",
		[VMRUN] = "vmruns",
	};

	(void)vcpu;
	(void)data;
	if (!counting)
		fail("an ending mark without a starting one");
	counting = false;
	fprintf(out, "pair %u", pair);
	for (size_t n = 0; n < NAMED; n++)
		fprintf(out, " %s %" PRIu64, names[n], host_count(n) - base[n]);
	fprintf(out, " guest %" PRIu64 "\n", guest_count(KERNEL) + guest_count(USER) - guest_base);
	if (fflush(out))
		fail("cannot write the counts");
	if (profile)
		write_profile();
	pair++;
}

/* Callbacks run before counters are added to, in every QEMU: marks come first. */
static void instrument_user(struct qemu_plugin_insn *insn, const uint8_t *bytes, size_t size)
{
	if (is(bytes, size, MARK_START, MARK_SIZE))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, begin,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (is(bytes, size, MARK_STOP, MARK_SIZE))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, end,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	count_insn(insn, USER);
	if (is(bytes, size, "\x0f\x05", 2))
		count_insn(insn, SYSCALL);
}

/*
 * The instruction behind VMRUN is known by its place in memory, for a guest may have
 * another one at the same address.
 */
static void instrument_vmrun(struct qemu_plugin_insn *insn, const uint8_t *bytes, size_t size)
{
	const char *place = qemu_plugin_insn_haddr(insn);

	if (place && place == guest.left)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, guest_leaves,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (!is(bytes, size, "\x0f\x01\xd8", 3))
		return;
	if (!place || (guest.left && guest.left != place + size))
		fail("a second VMRUN, or one at no known place");
	guest.left = place + size;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, guest_enters,
					       QEMU_PLUGIN_CB_NO_REGS, NULL);
	count_insn(insn, VMRUN);
}

static void instrument_kernel(struct qemu_plugin_insn *insn, const uint8_t *bytes, size_t size)
{
	int port = port_access(bytes, size);

	instrument_vmrun(insn, bytes, size);
	count_insn(insn, KERNEL);
	if (port >= 0)
		count_insn(insn, port);
	if (slots)
		count_insn(insn, slot_of(qemu_plugin_insn_vaddr(insn)));
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);
	uint8_t bytes[MAX_INSN];

	(void)id;
	for (size_t n = 0; n < insns; n++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, n);
		size_t size = insn_bytes(insn, bytes);

		if (qemu_plugin_insn_vaddr(insn) < USER_END)
			instrument_user(insn, bytes, size);
		else
			instrument_kernel(insn, bytes, size);
	}
}

static void finish(uint64_t id, void *data)
{
	(void)id;
	(void)data;
	if (counting)
		fprintf(out, "unfinished %u\n", pair);
	fclose(out);
	if (profile)
		fclose(profile);
}

static FILE *open_for_writing(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
				      int argc, char **argv)
{
	(void)info;
	for (int n = 0; n < argc; n++) {
		if (!strncmp(argv[n], "out=", 4))
			out = open_for_writing(argv[n] + 4);
		else if (!strncmp(argv[n], "profile=", 8))
			profile = open_for_writing(argv[n] + 8);
		else
			fail("arguments are out=FILE and profile=FILE");
	}
	if (!out)
		fail("no out=FILE given");
	if (profile)
		slots = calloc(SLOTS, sizeof(*slots));
	if ((profile && !slots) || !counters_alloc(NAMED + (profile ? SLOTS : 0)))
		fail("out of memory");
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
