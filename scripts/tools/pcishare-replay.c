// SPDX-License-Identifier: GPL-2.0
/*
 * Accesses as the tracepoint pcishare:pcishare_access tells of them, held against a
 * policy without a device: what each would read from or write to, and why it would be
 * denied.
 */
#include "../../pcishare/policy/policy.h"

#include "pcishare-replay.h"

/* The tracer's part comes before: task, processor, time. */
#define EVENT	"pcishare_access: "

/**
 * struct access - an access of a trace
 * @write: or else it reads
 * @bar: of the guest's BARs
 * @offset: there
 * @width: in bytes
 * @value: what was written
 */
struct access {
	bool write;
	unsigned int bar;
	unsigned int offset;
	unsigned int width;
	u64 value;
};

/**
 * struct replay - a trace that is being replayed
 * @policy: what for
 * @accesses: how many there were
 * @denied: how many of them have something that is denied
 * @refused: how many have something that a mask or a range does not let through
 */
struct replay {
	const struct pcishare_policy *policy;
	unsigned long accesses;
	unsigned long denied;
	unsigned long refused;
};

/* By class; a reset or a turn changes none of it. */
static const struct {
	const char *read;
	const char *write;
} effects[PCISHARE_CLASSES] = {
	[PCISHARE_CONST] = { "a constant", "dropped: a constant" },
	[PCISHARE_RO] = { "the device's", "dropped: read only" },
	[PCISHARE_CONTEXT] = { "the guest's own", "the guest's own" },
	[PCISHARE_LIVE] = { "the device's, in the guest's turn",
			    "the device's, in the guest's turn" },
	[PCISHARE_START] = { "the guest's own", "starts the device, in the guest's turn" },
	[PCISHARE_STATUS] = { "the guest's latched bits", "dropped: a status" },
	[PCISHARE_ACK] = { "0", "clears the guest's bits, and acknowledges them" },
	[PCISHARE_RAISE] = { "0", "sets bits of the guest alone, and interrupts it" },
	[PCISHARE_DOORBELL] = { "0", "passed on, or queued" },
	[PCISHARE_DMA_ADDRESS] = { "the guest's own", "the guest's own, checked later" },
	[PCISHARE_DMA_LENGTH] = { "the guest's own", "the guest's own, checked later" },
	[PCISHARE_DMA_COMMAND] = { "the guest's own", "starts a transfer, if it is right" },
	[PCISHARE_DENY] = { "0: denied", "dropped: denied" },
};

static const char *effect_of_status(const struct pcishare_field *field, bool write)
{
	if (!write && (field->attrs & PCISHARE_ONCE))
		return "what was kept for it, once, or the device's";
	if (!write && field->clear == PCISHARE_CLEAR_RC)
		return "the guest's latched bits, which it clears";
	if (write && field->clear == PCISHARE_CLEAR_W1C)
		return "clears the guest's bits that are 1";
	return NULL;
}

static const char *effect(const struct pcishare_field *field, bool write)
{
	const char *text = NULL;

	if (field->class == PCISHARE_STATUS)
		text = effect_of_status(field, write);
	if (field->class == PCISHARE_RO && !write && (field->attrs & PCISHARE_BUSY))
		text = "busy while the guest's start waits";
	if (text)
		return text;
	return write ? effects[field->class].write : effects[field->class].read;
}

/* The bits of @reg that an access covers, and what it has for them. */
static u64 covered(const struct access *access, const struct pcishare_reg *reg, u64 *bits)
{
	u64 mask = 0;
	unsigned int i;

	*bits = 0;
	for (i = 0; i < access->width; i++) {
		unsigned int at = access->offset + i - reg->offset;

		if (access->offset + i < reg->offset || at >= reg->width / 8u)
			continue;
		mask |= 0xffull << 8 * at;
		*bits |= (access->value >> 8 * i & 0xff) << 8 * at;
	}
	return mask;
}

/* Returns whether it is denied. */
static bool show_field(struct replay *replay, const struct access *access,
		       const struct pcishare_reg *reg, const struct pcishare_field *field,
		       u64 mask, u64 bits)
{
	u64 ones = pcishare_ones(field->width);
	u64 value = bits >> field->low & ones;
	bool whole = (mask >> field->low & ones) == ones;

	printf("    %s%s%s: ", reg->name, field->name[0] ? "." : "", field->name);
	if (access->write && whole && !pcishare_field_accepts(field, value)) {
		printf("refused: 0x%llx is outside its mask or range%s\n", value,
		       field->attrs & PCISHARE_OR_STOP ? ", and stops the guest's device" : "");
		replay->refused++;
		return false;
	}
	printf("%s%s\n", effect(field, access->write),
	       access->write && !whole ? ", with the rest as it is" : "");
	return field->class == PCISHARE_DENY;
}

static bool show_reg(struct replay *replay, const struct access *access,
		     const struct pcishare_reg *reg)
{
	bool denied = false;
	u64 bits, mask = covered(access, reg, &bits);
	unsigned int i;

	for (i = 0; i < reg->nr_fields; i++) {
		const struct pcishare_field *field = &reg->fields[i];

		if (mask >> field->low & pcishare_ones(field->width))
			denied |= show_field(replay, access, reg, field, mask, bits);
	}
	return denied;
}

static void show(struct replay *replay, const struct access *access)
{
	const struct pcishare_reg *reg, *last = NULL;
	unsigned int i, unnamed = 0;
	bool denied = false;

	printf("%s bar %u 0x%x %u", access->write ? "write" : "read", access->bar,
	       access->offset, 8 * access->width);
	if (access->write)
		printf(" 0x%llx", access->value);
	printf("\n");
	for (i = 0; i < access->width; i++) {
		reg = pcishare_policy_reg_at(replay->policy, access->bar,
					     access->offset + i,
					     access->write ? PCISHARE_WRITE : PCISHARE_READ);
		unnamed += !reg;
		if (reg && reg != last)
			denied |= show_reg(replay, access, reg);
		last = reg;
	}
	if (unnamed)
		printf("    no register: %u of %u bytes %s\n", unnamed, access->width,
		       access->write ? "are dropped" : "are 0");
	replay->accesses++;
	replay->denied += denied || unnamed;
}

/* Returns whether the line tells of an access; -1 if it should, and cannot be read. */
static int parse(const char *line, struct access *access)
{
	const char *event = strstr(line, EVENT);
	char way[8];
	u64 offset;

	if (!event)
		return 0;
	if (sscanf(event + strlen(EVENT), "guest=%*s %7s bar=%u offset=%llx width=%u value=%llx",
		   way, &access->bar, &offset, &access->width, &access->value) != 5)
		return -1;
	access->write = !strcmp(way, "write");
	access->offset = offset;
	return (access->write || !strcmp(way, "read")) && access->bar < PCISHARE_BARS &&
	       offset <= PCISHARE_BAR_SIZE_MAX && access->width && access->width <= 8 ?
	       1 : -1;
}

/**
 * pcishare_replay - print what a policy would make of a trace
 * @policy: the policy
 * @trace: lines as in /sys/kernel/tracing/trace; others are passed over
 *
 * Return: 0; 1 if there is no access in it, or one that cannot be read.
 */
int pcishare_replay(const struct pcishare_policy *policy, FILE *trace)
{
	struct replay replay = { .policy = policy };
	struct access access;
	unsigned long number = 0;
	char line[1024];
	int found;

	while (fgets(line, sizeof(line), trace)) {
		number++;
		found = parse(line, &access);
		if (found < 0) {
			fprintf(stderr, "pcishare-lint: line %lu of the trace cannot be read: %s",
				number, line);
			return 1;
		}
		if (found)
			show(&replay, &access);
	}
	if (!replay.accesses) {
		fprintf(stderr, "pcishare-lint: no pcishare_access in the trace\n");
		return 1;
	}
	printf("%lu accesses: %lu denied, %lu refused\n", replay.accesses, replay.denied,
	       replay.refused);
	return 0;
}
