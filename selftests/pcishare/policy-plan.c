// SPDX-License-Identifier: GPL-2.0
/*
 * The outcome of a policy's text: its registers, conditions and reasons for interrupts,
 * the plan of them, and how all of that is asked.
 */
#include <sys/resource.h>

#include "policy-fixture.h"

/* Parse a file next to the sources. */
static void parse_file(struct parsing *p, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", getenv("DEVSHARE_TOP") ?: ".", name);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(1);
	}
	parse(p, p->text, fread(p->text, 1, TEXT_MAX, file));
	fclose(file);
}

static const struct pcishare_reg *
reg_named(const struct pcishare_policy *policy, const char *name)
{
	return pcishare_policy_reg_named(policy, name, strlen(name));
}

/* Of all that a policy can be, the values. */
TEST_F(policy, edu)
{
	const struct pcishare_policy *policy;
	const struct pcishare_field *field;
	const struct pcishare_reg *reg;
	const struct pcishare_dma *dma;

	parse_file(&self->p, "selftests/pcishare/policies/edu-dma.policy");
	ASSERT_STREQ("", said(&self->p));
	policy = self->p.policy;
	ASSERT_NE(NULL, policy);
	EXPECT_STREQ("QEMU educational device", policy->name);
	EXPECT_EQ(PCISHARE_LEASE, policy->share.mode);
	EXPECT_EQ(2000, policy->share.slice);
	EXPECT_EQ(500000, policy->share.hold);
	EXPECT_EQ(16, policy->share.guests);
	EXPECT_EQ(NULL, policy->share.as.name);
	EXPECT_EQ(PCISHARE_MEM, policy->bars[0].space);
	EXPECT_EQ(0x100000, policy->guest_bars[0].size);
	EXPECT_EQ(PCISHARE_MSI | PCISHARE_INTX, policy->irqs);
	EXPECT_EQ(11, policy->nr_regs);

	reg = reg_named(policy, "liveness");
	ASSERT_NE(NULL, reg);
	EXPECT_EQ(4, reg->offset);
	EXPECT_EQ(32, reg->width);
	EXPECT_EQ(PCISHARE_READ | PCISHARE_WRITE, reg->access);
	ASSERT_EQ(1, reg->nr_fields);
	EXPECT_EQ(PCISHARE_CONTEXT, reg->fields->class);
	EXPECT_EQ(PCISHARE_RESTORE_XOR, reg->fields->attrs);
	EXPECT_EQ(0xffffffff, reg->fields->xor);
	EXPECT_EQ(0xffffffff, reg->fields->mask);

	reg = reg_named(policy, "status");
	ASSERT_EQ(2, reg->nr_fields);
	EXPECT_EQ(7, reg->fields[1].low);
	EXPECT_EQ(1, reg->fields[1].width);
	EXPECT_STREQ("irq_on_done", reg->fields[1].name);

	field = reg_named(policy, "irq_ack")->fields;
	EXPECT_EQ(PCISHARE_ACK, field->class);
	EXPECT_EQ(reg_named(policy, "irq_status"), &policy->regs[field->target.reg]);
	EXPECT_EQ(0xffffffff, field->target.mask);

	field = reg_named(policy, "dma_count")->fields;
	EXPECT_TRUE(pcishare_field_accepts(field, 1));
	EXPECT_TRUE(pcishare_field_accepts(field, 4096));
	EXPECT_FALSE(pcishare_field_accepts(field, 0));
	EXPECT_FALSE(pcishare_field_accepts(field, 4097));

	ASSERT_EQ(1, policy->nr_dmas);
	dma = policy->dmas;
	EXPECT_TRUE(dma->bounce);
	EXPECT_EQ(1, dma->align);
	EXPECT_EQ(1, dma->command.mask);
	ASSERT_EQ(2, dma->nr_whens);
	EXPECT_EQ(reg_named(policy, "dma_dst"), &policy->regs[dma->whens[1].bus.reg]);
	EXPECT_EQ(reg_named(policy, "dma_src"), &policy->regs[dma->whens[1].device.reg]);
	EXPECT_EQ(0x40000, dma->whens[0].min);
	EXPECT_EQ(0x40fff, dma->whens[0].max);
	EXPECT_EQ(1, dma->whens[1].cond.ops->value);
	ASSERT_EQ(1, policy->nr_scratches);
	EXPECT_EQ(dma, policy->scratches->dma);
	EXPECT_TRUE(policy->scratches->save);

	EXPECT_EQ(3, policy->idle.count);
	ASSERT_EQ(1, policy->nr_sources);
	EXPECT_EQ(PCISHARE_ACK_BY_REG, policy->sources->ack_by);
	EXPECT_EQ(PCISHARE_OWNER_HOLDER, policy->sources->owner);

	EXPECT_TRUE(pcishare_policy_unsupported(policy, &self->p.log));
	EXPECT_STREQ("17:5: error: this version does not do 'dma-address' yet\n"
		     "18:5: error: this version does not do 'dma-address' yet\n"
		     "19:5: error: this version does not do 'dma-length' yet\n"
		     "21:9: error: this version does not do 'dma-command' yet\n"
		     "24:1: error: this version does not do 'dma' yet\n"
		     "27:1: error: this version does not do 'scratch' yet\n", said(&self->p));
}

TEST_F(policy, serial)
{
	const struct pcishare_policy *policy;
	const struct pcishare_window *window;
	const struct pcishare_reg *reg;
	unsigned int i;

	parse_file(&self->p, "pcishare/policies/1b36-0004.policy");
	ASSERT_STREQ("", said(&self->p));
	policy = self->p.policy;
	EXPECT_FALSE(pcishare_policy_unsupported(policy, &self->p.log));
	EXPECT_STREQ("pci-serial-4x", policy->name);
	EXPECT_EQ(1, policy->revision);
	EXPECT_EQ(PCISHARE_PARTITION, policy->share.mode);
	EXPECT_EQ(4, policy->share.guests);
	EXPECT_EQ(0x1b36, policy->share.as.vendor);
	EXPECT_EQ(2, policy->share.as.device);
	EXPECT_EQ(32, policy->bars[0].size);
	EXPECT_EQ(PCISHARE_IO, policy->guest_bars[0].space);
	EXPECT_EQ(8, policy->guest_bars[0].size);
	for (i = 0; i < 4; i++) {
		window = pcishare_policy_window(policy, i, 0);
		ASSERT_NE(NULL, window);
		EXPECT_EQ(8 * i, window->offset);
		EXPECT_EQ(8, window->size);
	}
	EXPECT_EQ(NULL, pcishare_policy_window(policy, 4, 0));
	EXPECT_EQ(NULL, pcishare_policy_window(policy, 0, 1));
	EXPECT_EQ(NULL, pcishare_policy_window(policy, 0, 6));

	reg = pcishare_policy_reg_at(policy, 0, 2, PCISHARE_READ);
	EXPECT_EQ(reg_named(policy, "iir"), reg);
	EXPECT_EQ(PCISHARE_CLEAR_LATCH, reg->fields->clear);
	EXPECT_EQ(PCISHARE_ONCE, reg->fields->attrs);
	EXPECT_EQ(reg_named(policy, "fcr"),
		  pcishare_policy_reg_at(policy, 0, 2, PCISHARE_WRITE));
	EXPECT_EQ(NULL, pcishare_policy_reg_at(policy, 0, 5, PCISHARE_WRITE));
	EXPECT_EQ(NULL, pcishare_policy_reg_at(policy, 0, 8, PCISHARE_READ));
	EXPECT_EQ(NULL, pcishare_policy_reg_at(policy, 1, 0, PCISHARE_READ));
	EXPECT_EQ(NULL, reg_named(policy, "ii"));
	EXPECT_EQ(NULL, reg_named(policy, "iirx"));

	EXPECT_EQ(PCISHARE_OWNER_PARTITION, policy->sources->owner);
	EXPECT_EQ(1, policy->sources->pending.ops->ref.mask);
	EXPECT_EQ(14, policy->recipes[PCISHARE_RECIPE_RESET].count);
}

/* A register of four bytes, of which each is found; and two in one place. */
TEST_F(policy, find)
{
	const struct pcishare_reg *wide, *lower, *upper;
	const struct pcishare_policy_device *device;
	unsigned int i;

	strcpy(self->p.text, head);
	add(&self->p, "device 1234:11e8 subsystem 0001:0002 \"y\"\n"
	    "device 1234:11e9 subsystem 0001:0002 \"z\"\n"
	    "reg wide 0 8 32 read ro\n"
	    "reg lower 0 8 16 write context\n"
	    "reg upper 0 10 16 write context\n"
	    "bar 2 mem64 0x40000000 prefetch\n"
	    "unnamed deny or-stop\n"
	    "reg mask 0 0x20 64 context mask 0xf0 initial 0x30\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	wide = reg_named(self->p.policy, "wide");
	lower = reg_named(self->p.policy, "lower");
	upper = reg_named(self->p.policy, "upper");
	for (i = 8; i < 12; i++) {
		EXPECT_EQ(wide, pcishare_policy_reg_at(self->p.policy, 0, i, PCISHARE_READ));
		EXPECT_EQ(i < 10 ? lower : upper,
			  pcishare_policy_reg_at(self->p.policy, 0, i, PCISHARE_WRITE));
	}
	EXPECT_EQ(NULL, pcishare_policy_reg_at(self->p.policy, 0, 12, PCISHARE_READ));
	EXPECT_EQ(NULL, pcishare_policy_reg_at(self->p.policy, 0, U32_MAX, PCISHARE_READ));
	EXPECT_EQ(PCISHARE_WRITE_ONLY, upper->fields->attrs);
	EXPECT_TRUE(self->p.policy->unnamed_or_stop);
	EXPECT_TRUE(self->p.policy->bars[2].prefetch);
	EXPECT_EQ(0x30, reg_named(self->p.policy, "mask")->fields->value);
	EXPECT_FALSE(pcishare_field_accepts(reg_named(self->p.policy, "mask")->fields, 0x31));
	EXPECT_EQ(NULL, pcishare_policy_window(self->p.policy, 0, 0));

	device = pcishare_policy_match(self->p.policy, 0x1234, 0x11e8, 1, 2);
	ASSERT_NE(NULL, device);
	EXPECT_STREQ("y", device->name);
	device = pcishare_policy_match(self->p.policy, 0x1234, 0x11e8, 1, 3);
	ASSERT_NE(NULL, device);
	EXPECT_STREQ("x", device->name);
	EXPECT_EQ(NULL, pcishare_policy_match(self->p.policy, 0x1234, 0x11e9, 1, 3));
	EXPECT_EQ(NULL, pcishare_policy_match(self->p.policy, 0x1235, 0x11e8, 1, 2));
}

/* The same beyond where there is a table of them. */
TEST_F(policy, find_far_away)
{
	const struct pcishare_reg *wide, *lower, *upper;
	const u32 far = PCISHARE_MAP_MAX + 8;
	unsigned int i;

	strcpy(self->p.text, head);
	add(&self->p, "bar 2 mem 0x100000\n"
	    "reg wide 2 0x10008 32 read ro\n"
	    "reg lower 2 0x10008 16 write context\n"
	    "reg upper 2 0x1000a 16 write context\n"
	    "reg other 2 8 32 context\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	wide = reg_named(self->p.policy, "wide");
	lower = reg_named(self->p.policy, "lower");
	upper = reg_named(self->p.policy, "upper");
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(wide, pcishare_policy_reg_at(self->p.policy, 2, far + i,
						       PCISHARE_READ));
		EXPECT_EQ(i < 2 ? lower : upper,
			  pcishare_policy_reg_at(self->p.policy, 2, far + i,
						 PCISHARE_WRITE));
		EXPECT_EQ(reg_named(self->p.policy, "other"),
			  pcishare_policy_reg_at(self->p.policy, 2, 8 + i, PCISHARE_READ));
	}
	EXPECT_EQ(NULL, pcishare_policy_reg_at(self->p.policy, 2, far + 4, PCISHARE_READ));
	EXPECT_EQ(NULL, pcishare_policy_reg_at(self->p.policy, 2, 12, PCISHARE_READ));
}

/* A table reaches as far as the register that does, which need not be the last. */
TEST_F(policy, find_what_is_written)
{
	unsigned int i;

	strcpy(self->p.text, head);
	add(&self->p, "bar 2 mem 4096\nreg a 2 0xff0 64 write context\n"
	    "reg b 2 0xff1 8 read ro\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	for (i = 0; i < 8; i++)
		EXPECT_EQ(reg_named(self->p.policy, "a"),
			  pcishare_policy_reg_at(self->p.policy, 2, 0xff0 + i,
						 PCISHARE_WRITE));
}

static const struct pcishare_reg_plan *planned(const struct pcishare_policy *policy,
					       const char *name)
{
	return &policy->plan->regs[reg_named(policy, name) - policy->regs];
}

/* The work of a change of hands, an interrupt and an access is known before. */
TEST_F(policy, plan)
{
	const struct pcishare_policy *policy;
	const struct pcishare_plan *plan;
	const struct pcishare_ack *ack;

	parse_file(&self->p, "pcishare/policies/1234-11e8.policy");
	policy = self->p.policy;
	ASSERT_NE(NULL, policy);
	plan = policy->plan;
	/* liveness, factorial and status; the second is no context. */
	EXPECT_EQ(3, plan->nr_saved);
	EXPECT_EQ(2, plan->nr_restored);
	EXPECT_EQ(reg_named(policy, "liveness"), &policy->regs[plan->restored[0]]);
	EXPECT_EQ(0xffffffff, planned(policy, "liveness")->context);
	EXPECT_EQ(0xffffffff, planned(policy, "liveness")->xor);
	EXPECT_EQ(0, planned(policy, "factorial")->saved);
	EXPECT_EQ(0xffffffff, planned(policy, "factorial")->started);
	EXPECT_EQ(0x80, planned(policy, "status")->saved);
	EXPECT_EQ(0x01, planned(policy, "status")->common);
	EXPECT_EQ(1, plan->nr_statuses);
	EXPECT_EQ(0xffffffff, planned(policy, "irq_status")->status);
	EXPECT_EQ(0, planned(policy, "irq_status")->w1c);
	ASSERT_EQ(1, planned(policy, "irq_status")->nr_acks);
	ack = &plan->acks[planned(policy, "irq_status")->acks];
	EXPECT_EQ(reg_named(policy, "irq_ack"), &policy->regs[ack->by.reg]);
	EXPECT_EQ(reg_named(policy, "irq_status"), &policy->regs[ack->of.reg]);
}

/* Registers a to h, each 0 or 1; and which of them were read. */
struct registers {
	const struct pcishare_policy *policy;
	unsigned int values;
	unsigned int read;
};

static int read_register(void *ctx, unsigned int reg, u64 *value)
{
	struct registers *registers = ctx;
	unsigned int bit = registers->policy->regs[reg].offset;

	if (bit == 7)
		return -5;
	registers->read |= 1U << bit;
	*value = registers->values >> bit & 1;
	return 0;
}

/* The same conditions in C. */
static bool holds_1(bool a, bool b, bool c, bool d, bool e)
{
	return (a && b) || (c && d) || e;
}

static bool holds_2(bool a, bool b, bool c, bool d, bool e)
{
	return a && (b || c) && (d || e);
}

static bool holds_3(bool a, bool b, bool c, bool d, bool e)
{
	return ((a || b) && c) || (d && (e || (a && b)));
}

static bool holds_4(bool a, bool b, bool c, bool d, bool e)
{
	return a || (b && c && (d || e));
}

static bool holds_5(bool a, bool b, bool c, bool d, bool e)
{
	return (a && b) || (!(c && d) && e);
}

TEST_F(policy, conditions)
{
	static const struct {
		const char *text;
		bool (*holds)(bool a, bool b, bool c, bool d, bool e);
	} conditions[] = {
		{ "a == 1 && b == 1 || c == 1 && d == 1 || e == 1", holds_1 },
		{ "a > 0 && (b != 0 || c >= 1) && (d == 1 || e == 1)", holds_2 },
		{ "((a == 1 || b == 1) && c == 1) || d == 1 && (e == 1 || a == 1 && b == 1)",
		  holds_3 },
		{ "(a & 1) == 1 || (b.x == 1 && (c & 3) <= 1 && c == 1 && (d == 1 || e == 1))",
		  holds_4 },
		{ "(a & b.x) != 0 || (c & d) == 0 && e == 1", holds_5 },
	};
	struct registers registers;
	unsigned int i, v;

	for (i = 0; i < ARRAY_SIZE(conditions); i++) {
		strcpy(self->p.text, head);
		add(&self->p, "reg a 0 0 8 ro\nreg b 0 1 8\nfield x 0 ro\nreg c 0 2 8 ro\n"
		    "reg d 0 3 8 ro\nreg e 0 4 8 ro\nreg h 0 7 8 ro\nidle %s\n",
		    conditions[i].text);
		parse_text(&self->p);
		ASSERT_STREQ("", said(&self->p));
		registers.policy = self->p.policy;
		for (v = 0; v < 32; v++) {
			registers.values = v;
			EXPECT_EQ(conditions[i].holds(v & 1, v & 2, v & 4, v & 8, v & 16),
				  pcishare_cond_eval(&self->p.policy->idle, read_register,
						     &registers)) {
				TH_LOG("%s: %x", conditions[i].text, v);
			}
		}
	}
}

/* Nothing is read that does not matter, and an error ends it. */
TEST_F(policy, conditions_read)
{
	struct registers registers = { .values = 1 };
	const struct pcishare_recipe *recipe;

	strcpy(self->p.text, head);
	add(&self->p, "reg a 0 0 8 ro\nreg b 0 1 8 ro\nreg h 0 7 8 ro\n"
	    "idle a == 1 && b < 1 || h == 0\n"
	    "quiesce\nwait h == 0 || a == 1 within 1ms\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	registers.policy = self->p.policy;
	EXPECT_EQ(1, pcishare_cond_eval(&self->p.policy->idle, read_register, &registers));
	EXPECT_EQ(3, registers.read);
	registers.values = 0;
	registers.read = 0;
	EXPECT_EQ(-5, pcishare_cond_eval(&self->p.policy->idle, read_register, &registers));
	EXPECT_EQ(1, registers.read);
	recipe = &self->p.policy->recipes[PCISHARE_RECIPE_QUIESCE];
	EXPECT_EQ(-5, pcishare_cond_eval(&recipe->steps->cond, read_register, &registers));
}

/* The register that enables bits is read only if there are some. */
TEST_F(policy, conditions_enabled)
{
	struct registers registers = { 0 };
	const struct pcishare_cond *idle;

	strcpy(self->p.text, head);
	add(&self->p, "reg a 0 0 8 ro\nreg b 0 1 8 ro\nreg h 0 7 8 ro\n"
	    "idle (a & h) == 0 || (b & a) == 1\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	registers.policy = self->p.policy;
	idle = &self->p.policy->idle;
	EXPECT_EQ(1, pcishare_cond_eval(idle, read_register, &registers));
	EXPECT_EQ(1, registers.read);
	registers.values = 1;
	EXPECT_EQ(-5, pcishare_cond_eval(idle, read_register, &registers));
	EXPECT_TRUE(pcishare_cond_reads(idle, reg_named(self->p.policy, "h") -
					self->p.policy->regs, 1));
	EXPECT_TRUE(pcishare_cond_reads(idle, reg_named(self->p.policy, "a") -
					self->p.policy->regs, 1));
	EXPECT_FALSE(pcishare_cond_reads(idle, 3, 1));
}

TEST_F(policy, resets)
{
	static const char *const words[] = {
		[PCISHARE_RESET_BY_FLR]	= "flr",
		[PCISHARE_RESET_BY_PM]	= "pm",
		[PCISHARE_RESET_BY_BUS]	= "bus",
	};
	unsigned int i;

	for (i = PCISHARE_RESET_BY_FLR; i <= PCISHARE_RESET_BY_BUS; i++) {
		strcpy(self->p.text, head);
		add(&self->p, "reset by %s\n", words[i]);
		parse_text(&self->p);
		ASSERT_STREQ("", said(&self->p));
		EXPECT_EQ(i, self->p.policy->reset_by);
	}
}

/* The rest of what cannot be had yet. */
TEST_F(policy, unsupported)
{
	strcpy(self->p.text, head);
	add(&self->p, "reg bell 0 0 32 doorbell queue 4\nreg ring 0 4 32 doorbell\n"
	    "reg first 0 8 64 dma-address\n"
	    "ring r base first count 16 stride 16 address 0..63 length 64..79 owner 127 pin\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_EQ(4, reg_named(self->p.policy, "bell")->fields->queue);
	EXPECT_EQ(16, reg_named(self->p.policy, "ring")->fields->queue);
	EXPECT_EQ(64, self->p.policy->rings->address.width);
	EXPECT_TRUE(pcishare_policy_unsupported(self->p.policy, &self->p.log));
	EXPECT_STREQ("6:5: error: this version does not do 'doorbell' yet\n"
		     "7:5: error: this version does not do 'doorbell' yet\n"
		     "8:5: error: this version does not do 'dma-address' yet\n"
		     "9:1: error: this version does not do 'ring' yet\n", said(&self->p));
}

/* Actions while an interrupt is handled; and the kernel says how to reset. */
TEST_F(policy, unsupported_rest)
{
	static const struct {
		const char *irqs;
		const char *said;
	} cases[] = {
		{ "irq intx pending s != 0 owner holder\n", "" },
		{ "irq intx msi pending s != 0 owner holder ack s\n", "" },
		{ "irq intx msi pending s != 0 owner holder ack recipe\nack\nread s\n", "" },
		{ "irq msi\n"
		  "irq pending s == 1 owner holder\n"
		  "irq pending s == 2 owner holder ack s\n"
		  "irq pending s == 3 owner holder\n",
		  "8:1: error: msi needs an 'ack' for every 'irq pending'\n"
		  "10:1: error: msi needs an 'ack' for every 'irq pending'\n" },
		{ "bar 1 msix\nirq msix pending s != 0 owner holder ack s\n", "" },
		{ "bar 1 msix\nirq msix pending s != 0 owner holder\n",
		  "8:1: error: msi needs an 'ack' for every 'irq pending'\n" },
		{ "irq intx pending s != 0 owner holder ack recipe\nack\ndelay 1ms\nread s\n",
		  "8:1: error: this version does not wait in the recipe 'ack' yet\n" },
		{ "irq intx pending s != 0 owner holder\nreset by flr\n",
		  "8:1: error: this version does not do 'reset by' yet\n" },
		{ "irq intx pending s != 0 owner holder\n"
		  "reg r 0 4 32\nfield a 0 ro\nfield b 1 status rc\n"
		  "irq pending r.b == 1 owner holder\n",
		  "9:7: error: reading this would take the status beside it\n" },
		{ "irq intx pending s != 0 owner holder\n"
		  "reg r 0 4 32\nfield a 0 live\nfield b 1 status rc\n"
		  "irq pending r.b == 1 owner holder\nidle s == 0\nreset none\n",
		  "9:7: error: reading this would take the status beside it\n" },
		{ "irq intx pending s != 0 owner holder\n"
		  "reg r 0 4 32 read\nfield a 0 live\nfield b 1 status latch once\n"
		  "irq pending r.b == 1 owner holder\nidle s == 0\nreset none\n", "" },
		{ "irq intx pending s != 0 owner holder\n"
		  "reg r 0 4 32 status rc\nirq pending r != 0 owner holder\n"
		  "idle r == 0 && s == 0\n",
		  "10:6: error: looking at 'r' would take it from the guest it is for\n" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		strcpy(self->p.text, head);
		add(&self->p, "reg s 0 0 8 status w1c\n%s", cases[i].irqs);
		parse_text(&self->p);
		ASSERT_STREQ("", said(&self->p));
		EXPECT_EQ(!!strstr(cases[i].said, "error"),
			  pcishare_policy_unsupported(self->p.policy, &self->p.log));
		EXPECT_STREQ(cases[i].said, said(&self->p));
	}
}

/* A guest of any partition sees the same BARs. */
TEST_F(policy, unsupported_windows)
{
	strcpy(self->p.text, "policy 1\ndevice 1234:11e8 \"x\"\nshare partition 2\n"
	       "bar 0 mem 4096\nbar 1 mem 4096\n"
	       "partition n bar 0 offset 2048*n size 2048\n"
	       "partition 0 bar 1 offset 0 size 4096\n"
	       "reg a 0 0 32 live\nreg b 1 0 32 live\nreset none\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_TRUE(pcishare_policy_unsupported(self->p.policy, &self->p.log));
	EXPECT_STREQ("3:1: error: partition 1 has no bar 1, which others have\n",
		     said(&self->p));
}

/* Statements about interrupts that come late, and about MSI. */
TEST_F(policy, expected)
{
	const struct pcishare_policy_source *source;

	parse_file(&self->p, "pcishare/policies/1234-11e8.policy");
	ASSERT_STREQ("", said(&self->p));
	EXPECT_FALSE(self->p.policy->bus_master);
	ASSERT_EQ(1, self->p.policy->nr_sources);
	source = self->p.policy->sources;
	EXPECT_EQ(100000, source->within);
	ASSERT_EQ(1, source->expected.count);
	EXPECT_EQ(reg_named(self->p.policy, "status"),
		  &self->p.policy->regs[source->expected.ops->ref.reg]);
	EXPECT_EQ(7, source->expected.ops->ref.low);

	parse_file(&self->p, "selftests/pcishare/policies/edu-dma.policy");
	EXPECT_EQ(0, self->p.policy->sources->expected.pos.line);
	strcpy(self->p.text, head);
	add(&self->p, "irq msi pending ctx != 0 owner holder\nbus-master\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_TRUE(self->p.policy->bus_master);
	EXPECT_EQ(1, self->p.policy->nr_vectors);
}

/* The table of MSI-X that guests find, and which message is for what. */
TEST_F(policy, vectors)
{
	const struct pcishare_policy_bar *bars;

	parse_file(&self->p, "selftests/pcishare/policies/edu-vectors.policy");
	ASSERT_STREQ("", said(&self->p));
	EXPECT_FALSE(pcishare_policy_unsupported(self->p.policy, &self->p.log));
	bars = self->p.policy->guest_bars;
	EXPECT_EQ(PCISHARE_TABLE, bars[1].space);
	EXPECT_EQ(PCISHARE_TABLE_SIZE, bars[1].size);
	EXPECT_EQ(3, self->p.policy->nr_vectors);
	EXPECT_EQ(0, self->p.policy->sources[0].vector);
	EXPECT_EQ(2, self->p.policy->sources[1].vector);

	strcpy(self->p.text, "policy 1\ndevice 1234:11e8 \"x\"\nshare partition 2\n"
	       "bar 0 mem 32\nbar 4 msix\npartition n bar 0 offset 16*n size 16\n"
	       "reg s 0 0 8 status w1c\nirq msix pending s != 0 owner partition ack s\n"
	       "reset none\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_FALSE(pcishare_policy_unsupported(self->p.policy, &self->p.log));
	EXPECT_EQ(PCISHARE_TABLE, self->p.policy->guest_bars[4].space);
}

/* Each register of an array is one, with the class that was said once. */
TEST_F(policy, arrays)
{
	const struct pcishare_reg *reg, *first;
	unsigned int i;
	char name[16];

	strcpy(self->p.text, head);
	add(&self->p, "reg a[3] 0 0x100+0x20*n 16\nfield x 0..3 context\n"
	    "reg b[3] 0 0x110+0x20*n 32 ro\nidle a[2].x == 0\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	first = reg_named(self->p.policy, "a[0]");
	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "a[%u]", i);
		reg = reg_named(self->p.policy, name);
		ASSERT_NE(NULL, reg);
		EXPECT_EQ(0x100 + 0x20 * i, reg->offset);
		EXPECT_EQ(16, reg->width);
		EXPECT_EQ(first->fields, reg->fields);
		EXPECT_EQ(reg, pcishare_policy_reg_at(self->p.policy, 0,
						      reg->offset + 1,
						      PCISHARE_WRITE));
		EXPECT_EQ(0xf, self->p.policy->plan->regs[reg - self->p.policy->regs].context);
	}
	EXPECT_EQ(NULL, reg_named(self->p.policy, "a"));
	EXPECT_EQ(reg, &self->p.policy->regs[self->p.policy->idle.ops->ref.reg]);
}

static void expect_order(struct __test_metadata *_metadata,
			 const struct pcishare_policy *policy, const u16 *list,
			 unsigned int count, const char *wanted)
{
	char got[64] = "";
	unsigned int i;

	for (i = 0; i < count; i++) {
		strcat(got, policy->regs[list[i]].name);
		strcat(got, " ");
	}
	EXPECT_STREQ(wanted, got);
}

/* Registers said to come first come first, and the rest by its place. */
TEST_F(policy, orders)
{
	const struct pcishare_plan *plan;

	strcpy(self->p.text, head);
	add(&self->p, "reg a 0 0 32 context\nreg b 0 4 32 context\nreg c 0 8 32 start\n"
	    "reg d[2] 0 16+4*n 32 context\nidle a == 0\n"
	    "restore-order d[1] b\nsave-order c d[0] a\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	plan = self->p.policy->plan;
	expect_order(_metadata, self->p.policy, plan->saved, plan->nr_saved,
		     "c d[0] a b d[1] ctx ");
	expect_order(_metadata, self->p.policy, plan->restored, plan->nr_restored,
		     "d[1] b a d[0] ctx ");
}

/* A BAR that the device lacks, or has otherwise, and guests see. */
TEST_F(policy, absent)
{
	struct pcishare_hardware hardware = {
		.vendor = 0x1234, .device = 0x11e8,
		.bars = { { PCISHARE_MEM, false, 4096 }, { 0 }, { PCISHARE_IO, false, 64 } },
	};

	strcpy(self->p.text, head);
	add(&self->p, "bar 1 io 8 absent\nbar 2 mem 16 absent\nreg a 2 0 8 const 7\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_EQ(8, self->p.policy->guest_bars[1].size);
	EXPECT_FALSE(pcishare_policy_unfit(self->p.policy, &hardware, &self->p.log));
	EXPECT_FALSE(pcishare_policy_unsupported(self->p.policy, &self->p.log));

	strcpy(self->p.text, "policy 1\ndevice 1234:11e8 \"x\"\nshare partition 2\n"
	       "bar 0 mem 32\nbar 3 io 8 absent\npartition n bar 0 offset 16*n size 16\n"
	       "partition n bar 3 offset 0 size 8 as bar 1\n"
	       "reg s 0 0 8 live\nreg a 1 0 8 const 1\nreset none\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	EXPECT_TRUE(self->p.policy->guest_bars[1].absent);

	/* Its number is no place in the device, nor has its window one. */
	strcpy(self->p.text, "policy 1\ndevice 1234:11e8 \"x\"\nshare partition 2\n"
	       "bar 0 mem64 32\nbar 1 mem 64 absent\npartition n bar 0 offset 16*n size 16\n"
	       "partition n bar 1 offset 4*n size 16 as bar 2\n"
	       "reg s 0 0 8 live\nreg a 2 0 64 const 1\nreset none\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));

	/* One that has nothing else has nothing. */
	strcpy(self->p.text, "policy 1\ndevice 1234:11e8 \"x\"\nshare partition 1\n"
	       "bar 1 mem 16 absent\npartition 0 bar 1 offset 0 size 16\nreset none\n");
	parse_text(&self->p);
	EXPECT_NE(NULL, strstr(said(&self->p), "partition 0 cannot be reached"));
}

/* All that acknowledges a status, by register and bit; nothing does one that a read clears. */
TEST_F(policy, acks)
{
	const struct pcishare_plan *plan;
	const struct pcishare_policy *policy;
	const struct pcishare_ack *ack;
	unsigned int s;

	strcpy(self->p.text, head);
	add(&self->p, "reg k2 0 9 8\nfield x 4 ack s\nfield y 0 ack s\nreg k1 0 8 8 ack s\n"
	    "reg s 0 0 8 status latch\nreg o 0 1 8 status latch once\nreg k3 0 10 8 ack o\n"
	    "irq intx\nirq pending s != 0 || o != 0 owner holder ack k1\n");
	parse_text(&self->p);
	ASSERT_STREQ("", said(&self->p));
	policy = self->p.policy;
	plan = policy->plan;
	s = reg_named(policy, "s") - policy->regs;
	ASSERT_EQ(3, plan->regs[s].nr_acks);
	EXPECT_EQ(4, plan->nr_acks);
	ack = &plan->acks[plan->regs[s].acks];
	EXPECT_EQ(reg_named(policy, "k1"), &policy->regs[ack[0].by.reg]);
	EXPECT_EQ(reg_named(policy, "k2"), &policy->regs[ack[1].by.reg]);
	EXPECT_EQ(0, ack[1].by.low);
	EXPECT_EQ(4, ack[2].by.low);
	EXPECT_EQ(0, plan->regs[reg_named(policy, "o") - policy->regs].nr_acks);
}

/* As many registers as one interrupt may acknowledge, and one more. */
TEST_F(policy, acknowledged)
{
	unsigned int count, i;

	for (count = PCISHARE_ACKED_MAX; count <= PCISHARE_ACKED_MAX + 1; count++) {
		strcpy(self->p.text, head);
		for (i = 0; i < count; i++)
			add(&self->p, "reg s%u 0 %u 8 status latch\n", i, i);
		add(&self->p, "reg a 0 32 64\n");
		for (i = 0; i < count; i++)
			add(&self->p, "field f%u %u..%u ack s%u\n", i, 2 * i, 2 * i, i);
		add(&self->p, "field again 63 ack s0\n");
		add(&self->p, "irq intx pending s0 != 0 owner holder ack a\n");
		parse_text(&self->p);
		EXPECT_EQ(count > PCISHARE_ACKED_MAX,
			  !!strstr(said(&self->p),
				   "'a' acknowledges 17 registers, and at most 16 can be"));
		EXPECT_EQ(count > PCISHARE_ACKED_MAX, self->p.log.errors);
	}
}

/* A device that there is, and what of the policy is not so with it. */
TEST_F(policy, unfit)
{
	static const struct pcishare_hardware fit = {
		.vendor = 0x1234, .device = 0x11e8,
		.subvendor = 0x1af4, .subdevice = 0x1100,
		.bars = {
			{ PCISHARE_MEM, false, 4096 },
			{ PCISHARE_IO, false, 16 },
			{ PCISHARE_MEM64, true, 0x10000 },
			{},
			{ PCISHARE_MEM, false, 0x100000000 },
		},
	};
	static const struct {
		const char *lines;
		const char *said;
	} cases[] = {
		{ "bar 1 io 16\nbar 2 mem64 0x10000 prefetch\n", "" },
		{ "bar 1 io 32\n", "6:1: error: the device's bar 1 is 'io 0x10'\n" },
		{ "bar 1 mem 16\n", "6:1: error: the device's bar 1 is 'io 0x10'\n" },
		{ "bar 2 mem64 0x10000\n",
		  "6:1: error: the device's bar 2 is 'mem64 0x10000 prefetch'\n" },
		{ "bar 3 io 4\nbar 4 mem64 16\n",
		  "6:1: error: the device has no bar 3\n"
		  "7:1: error: the device's bar 4 is 'mem 0x100000000'\n" },
	};
	struct pcishare_hardware other = fit;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		strcpy(self->p.text, head);
		add(&self->p, "%s", cases[i].lines);
		parse_text(&self->p);
		ASSERT_STREQ("", said(&self->p));
		EXPECT_EQ(!!*cases[i].said,
			  pcishare_policy_unfit(self->p.policy, &fit, &self->p.log));
		EXPECT_STREQ(cases[i].said, said(&self->p));
	}
	other.device = 0x11e9;
	self->p.log.count = 0;
	EXPECT_TRUE(pcishare_policy_unfit(self->p.policy, &other, &self->p.log));
	EXPECT_NE(NULL, strstr(said(&self->p),
			       "2:8: error: the device is 1234:11e9 subsystem 1af4:1100, "));
}

static const struct pcishare_hardware whole = {
	.vendor = 0x1234, .device = 0x11e8,
	.bars = {
		{ PCISHARE_MEM, false, 4096 },
		{ PCISHARE_IO, false, 16 },
		/* More than a text may say. */
		{ PCISHARE_MEM64, true, 0x400000000 },
	},
	.intx = true,
};

/* The policy of a device about which nothing is known except what it says itself. */
TEST_F(policy, of_hardware)
{
	struct pcishare_hardware hardware = whole;
	struct pcishare_policy *policy;
	unsigned int i;

	self->p.policy = pcishare_policy_of_hardware(&hardware);
	policy = self->p.policy;
	ASSERT_NE(NULL, policy);
	EXPECT_STREQ("1234:11e8", policy->name);
	EXPECT_EQ(PCISHARE_EXCLUSIVE, policy->share.mode);
	EXPECT_EQ(PCISHARE_GUESTS_DEFAULT, policy->share.guests);
	EXPECT_EQ(NULL, policy->share.as.name);
	EXPECT_TRUE(policy->passthrough);
	EXPECT_FALSE(policy->bus_master);
	for (i = 0; i < PCISHARE_BARS; i++) {
		EXPECT_EQ(whole.bars[i].space, policy->guest_bars[i].space);
		EXPECT_EQ(whole.bars[i].prefetch, policy->guest_bars[i].prefetch);
		EXPECT_EQ(whole.bars[i].size, policy->guest_bars[i].size);
		EXPECT_EQ(whole.bars[i].size, policy->bars[i].size);
		EXPECT_EQ(NULL, pcishare_policy_reg_at(policy, i, 0, PCISHARE_READ));
		EXPECT_EQ(0, policy->plan->maps[i].size);
	}
	EXPECT_EQ(PCISHARE_INTX, policy->irqs);
	EXPECT_EQ(1, policy->nr_vectors);
	ASSERT_EQ(1, policy->nr_sources);
	EXPECT_TRUE(policy->sources->line);
	EXPECT_EQ(PCISHARE_OWNER_HOLDER, policy->sources->owner);
	EXPECT_EQ(PCISHARE_ACK_BY_NONE, policy->sources->ack_by);
	EXPECT_EQ(0, policy->plan->kept);
	EXPECT_EQ(0, policy->plan->nr_saved);
	for (i = 0; i < PCISHARE_RECIPES; i++)
		EXPECT_EQ(0, policy->recipes[i].count);
}

TEST_F(policy, of_hardware_without_intx)
{
	struct pcishare_hardware hardware = whole;

	hardware.intx = false;
	self->p.policy = pcishare_policy_of_hardware(&hardware);
	ASSERT_NE(NULL, self->p.policy);
	EXPECT_EQ(0, self->p.policy->irqs);
	EXPECT_EQ(0, self->p.policy->nr_sources);
}

/* Nothing of it is mapped, so what is free is used up first. */
TEST_F(policy, of_hardware_out_of_memory)
{
	static const struct rlimit none = { 0, RLIM_INFINITY };
	struct rlimit before;
	size_t size;

	ASSERT_EQ(0, getrlimit(RLIMIT_AS, &before));
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &none));
	for (size = 1 << 20; size >= 16; size -= size > 8192 ? size / 2 : 16)
		while (malloc(size))
			;
	self->p.policy = pcishare_policy_of_hardware(&whole);
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &before));
	EXPECT_EQ(NULL, self->p.policy);
}

TEST_HARNESS_MAIN
