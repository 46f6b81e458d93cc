// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of policies: what it says of texts, and how much it takes. Needs no module:
 * the parser is the same here.
 */
#include <sys/resource.h>

#include "policy-fixture.h"
#include "policy-cases.h"

static void add_lines(struct parsing *p, const char *line, unsigned int count)
{
	size_t len = strlen(p->text), line_len = strlen(line);

	for (; count--; len += line_len)
		memcpy(p->text + len, line, line_len + 1);
}

TEST_F(policy, complaints)
{
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(complaints); i++) {
		for (k = 0; k < complaints[i].count; k++) {
			const struct complaint *one = &complaints[i].cases[k];

			self->p.text[0] = '\0';
			add(&self->p, "%s%s%s", complaints[i].head, one->text,
			    complaints[i].tail ?: "");
			parse_text(&self->p);
			EXPECT_STREQ(one->said, said(&self->p)) {
				TH_LOG("of: %s", one->text);
			}
			EXPECT_EQ(!self->p.policy, !!self->p.log.errors);
		}
	}
}

/* Of each of these there is a most. */
TEST_F(policy, limits)
{
	static const struct {
		const char *line;
		unsigned int count;
		const char *said;
	} limits[] = {
		{ "irq intx pending ctx != 0 owner holder\n", 16,
		  "22:1: error: there are at most 16 sources of interrupts\n" },
		{ "scratch s%u bar 0 0 4096 save\n", 16,
		  "22:1: error: there are at most 16 scratches\n" },
		{ "device %04x:0001 \"x\"\n", 63, "69:1: error: there are at most 64 devices\n" },
		{ "dma d%u\n", 16, "22:1: error: there are at most 16 transfers\n" },
		{ "ring r%u\n", 16, "22:1: error: there are at most 16 rings\n" },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		strcpy(self->p.text, head);
		/* One more, and another of which nothing more is said. */
		for (k = 0; k < limits[i].count + 2; k++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
			add(&self->p, limits[i].line, k);
#pragma GCC diagnostic pop
		}
		parse_text(&self->p);
		EXPECT_NE(NULL, strstr(said(&self->p), limits[i].said)) {
			TH_LOG("%s", self->p.said);
		}
		EXPECT_EQ(NULL, self->p.policy);
	}
}

TEST_F(policy, recipe_steps)
{
	strcpy(self->p.text, head);
	add(&self->p, "quiesce\n");
	add_lines(&self->p, "read ctx\n", PCISHARE_STEPS_MAX);
	parse_text(&self->p);
	EXPECT_STREQ("", said(&self->p));
	add(&self->p, "read ctx\n");
	parse_text(&self->p);
	EXPECT_STREQ("71:1: error: a recipe has at most 64 steps\n", said(&self->p));
}

TEST_F(policy, recipe_time)
{
	strcpy(self->p.text, head);
	add(&self->p, "reset\nwrite ctx 0\n");
	add_lines(&self->p, "wait ctx == 0 within 1s\n", 10);
	parse_text(&self->p);
	EXPECT_STREQ("", said(&self->p));
	EXPECT_EQ(PCISHARE_RECIPE_MAX, self->p.policy->recipes[PCISHARE_RECIPE_RESET].us);
	add(&self->p, "delay 1us\n");
	parse_text(&self->p);
	EXPECT_STREQ("18:7: error: the recipe may take longer than 10000000us\n", said(&self->p));
}

TEST_F(policy, register_count)
{
	unsigned int i;

	add(&self->p, "policy 1\ndevice 1:1 \"x\"\nshare exclusive\nbar 0 mem 4096\n");
	for (i = 0; i < PCISHARE_REGS_MAX + 2; i++)
		add_lines(&self->p, "reg a 0 0 8 ro\n", 1);
	self->p.log.size = 4;
	parse_text(&self->p);
	EXPECT_EQ(NULL, self->p.policy);
	/* Of the same name, over each other, and too many; no more than there is room for. */
	EXPECT_EQ(4, self->p.log.count);
	EXPECT_LT(8000, self->p.log.errors);
}

TEST_F(policy, field_count)
{
	unsigned int i, k;

	strcpy(self->p.text, "policy 1\ndevice 1234:0001 \"x\"\nshare exclusive\nbar 0 mem 4096\n");
	for (i = 0; i < 512; i++) {
		add(&self->p, "reg r%u 0 %u 8\n", i, i);
		for (k = 0; k < 8; k++)
			add(&self->p, "field %c %u ro\n", 'a' + k, k);
	}
	parse_text(&self->p);
	EXPECT_STREQ("", said(&self->p));
	ASSERT_NE(NULL, self->p.policy);
	EXPECT_EQ(PCISHARE_FIELDS_MAX, self->p.policy->nr_fields);
	add(&self->p, "reg y 0 600 8\nfield a 0 ro\nreg z 0 601 8 ro\n");
	parse_text(&self->p);
	EXPECT_NE(NULL, strstr(said(&self->p), "4614:7: error: there are at most 4096 fields\n")) {
		TH_LOG("%s", self->p.said);
	}
}

TEST_F(policy, comparison_count)
{
	unsigned int i, k;

	strcpy(self->p.text, head);
	for (i = 0; i < 2 * 64; i++) {
		if (i % 64 == 0)
			add(&self->p, i ? "restore\n" : "quiesce\n");
		add(&self->p, "wait ");
		for (k = 0; k < 15; k++)
			add(&self->p, "ctx<1||");
		add(&self->p, "ctx<1 within 1us\n");
	}
	parse_text(&self->p);
	EXPECT_STREQ("74:17: error: there are at most 2048 comparisons\n", said(&self->p));
}

TEST_F(policy, size)
{
	memset(self->p.text, '\n', TEXT_MAX);
	parse(&self->p, self->p.text, TEXT_MAX);
	EXPECT_STREQ("1:1: error: a policy has at most 65536 bytes\n", said(&self->p));
	memcpy(self->p.text, head, strlen(head));
	parse(&self->p, self->p.text, TEXT_MAX - 1);
	EXPECT_STREQ("", said(&self->p));
	EXPECT_NE(NULL, self->p.policy);
}

/* Any byte is one byte: no NUL ends the text. */
TEST_F(policy, bytes)
{
	static const char text[] = "x\0y\n\xff\xfe";

	parse(&self->p, text, sizeof(text) - 1);
	EXPECT_NE(NULL, strstr(said(&self->p), " idle, found 'x'\n"));
	EXPECT_NE(NULL, strstr(said(&self->p), " idle, found '?'\n"));
	EXPECT_EQ(2, self->p.log.errors);
	parse(&self->p, text, 0);
	EXPECT_EQ(4, self->p.log.errors);
}

/* A long word is cut short in a message. */
TEST_F(policy, long_word)
{
	memset(self->p.text, 'w', 1000);
	self->p.text[1000] = '\0';
	parse_text(&self->p);
	EXPECT_EQ(NULL, strstr(said(&self->p), "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"));
	EXPECT_NE(NULL, strstr(said(&self->p), "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww'"));
}

/* Of more messages than there is room for the first are kept; none need be. */
TEST_F(policy, log)
{
	strcpy(self->p.text, head);
	add(&self->p, "foo\nbar\nirq\n");
	self->p.log.size = 2;
	parse_text(&self->p);
	EXPECT_EQ(3, self->p.log.errors);
	EXPECT_STREQ("6:1: error: expected a statement such as reg, field or idle, found 'foo'\n"
		     "7:4: error: expected a BAR, found the end of the line\n", said(&self->p));
	self->p.log.size = 0;
	parse_text(&self->p);
	EXPECT_EQ(3, self->p.log.errors);
	EXPECT_EQ(0, self->p.log.count);
}

/* The kernel's own way of saying so. */
TEST_F(policy, out_of_memory)
{
	static const struct rlimit none = { 0, RLIM_INFINITY };
	struct rlimit before;

	/* So much that it is mapped. */
	strcpy(self->p.text, head);
	add_lines(&self->p, "partition n bar 0 offset 0 size 16\nfield a 0 ro\n", 1);
	add_lines(&self->p, "field a 0 ro\n", 4000);
	ASSERT_EQ(0, getrlimit(RLIMIT_AS, &before));
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &none));
	parse_text(&self->p);
	ASSERT_EQ(0, setrlimit(RLIMIT_AS, &before));
	EXPECT_STREQ("1:1: error: out of memory\n", said(&self->p));
	EXPECT_EQ(NULL, self->p.policy);
}

/* Of more messages than there is room for, errors are kept. */
TEST_F(policy, errors_before_warnings)
{
	unsigned int i;

	strcpy(self->p.text, head);
	for (i = 0; i < 2 * ARRAY_SIZE(self->p.messages); i++)
		add(&self->p, "reg s%u 0 %u 8 status w1c\n", i, i);
	add(&self->p, "reset by flr\n");
	parse_text(&self->p);
	EXPECT_LT(ARRAY_SIZE(self->p.messages), self->p.log.warnings);
	ASSERT_NE(NULL, self->p.policy);
	EXPECT_TRUE(pcishare_policy_unsupported(self->p.policy, &self->p.log));
	EXPECT_EQ(ARRAY_SIZE(self->p.messages), self->p.log.count);
	EXPECT_TRUE(self->p.messages[self->p.log.count - 1].error);
}

TEST_HARNESS_MAIN
