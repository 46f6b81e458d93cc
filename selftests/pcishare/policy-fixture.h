/* SPDX-License-Identifier: GPL-2.0 */
/*
 * policy-fixture.h - texts of policies, what the parser says of them, and what comes
 * of them
 */
#ifndef SELFTESTS_POLICY_FIXTURE_H
#define SELFTESTS_POLICY_FIXTURE_H

#include "../../pcishare/policy/policy.h"

#include "../lib/harness.h"

#define SAID_MAX	8192
#define TEXT_MAX	(PCISHARE_POLICY_SIZE_MAX + 1)

/* The counts of gcov go to its file only when a process exits properly. */
#ifdef WITH_GCOV
void __gcov_dump(void);
#else
static void __gcov_dump(void)
{
}
#endif

/**
 * struct parsing - a text, and what comes of it
 * @messages: of @log
 * @log: what the parser says
 * @said: the same as a text
 * @text: what is parsed
 * @policy: what comes of it
 */
struct parsing {
	struct pcishare_message messages[64];
	struct pcishare_policy_log log;
	char said[SAID_MAX];
	char *text;
	struct pcishare_policy *policy;
};

FIXTURE(policy) {
	struct parsing p;
};

FIXTURE_SETUP(policy)
{
	self->p.log.messages = self->p.messages;
	self->p.log.size = 64;
	self->p.text = malloc(TEXT_MAX);
	ASSERT_NE(NULL, self->p.text);
	self->p.text[0] = '\0';
}

FIXTURE_TEARDOWN(policy)
{
	pcishare_policy_free(self->p.policy);
	free(self->p.text);
	__gcov_dump();
}

/* The log as pcishare-lint prints it. */
static inline const char *said(struct parsing *p)
{
	size_t len = 0;
	unsigned int i;

	p->said[0] = '\0';
	for (i = 0; i < p->log.count; i++) {
		const struct pcishare_message *message = &p->messages[i];

		len += snprintf(p->said + len, SAID_MAX - len, "%u:%u: %s: %s\n",
				message->pos.line, message->pos.column,
				message->error ? "error" : "warning", message->text);
	}
	return p->said;
}

static inline void parse(struct parsing *p, const char *text, size_t len)
{
	pcishare_policy_free(p->policy);
	p->log.count = 0;
	p->log.errors = 0;
	p->log.warnings = 0;
	p->policy = pcishare_policy_parse(text, len, &p->log);
}

static inline void parse_text(struct parsing *p)
{
	parse(p, p->text, strlen(p->text));
}

/* Append to the text. */
static inline __printf(2, 3)
void add(struct parsing *p, const char *format, ...)
{
	size_t len = strlen(p->text);
	va_list args;

	va_start(args, format);
	vsnprintf(p->text + len, TEXT_MAX - len, format, args);
	va_end(args);
}

/* Texts begin so, unless they do otherwise. */
static const char head[] =
	"policy 1\n"
	"device 1234:11e8 \"x\"\n"
	"share lease\n"
	"bar 0 mem 4096\n"
	"reg ctx 0 0xff8 16 context\n";

#endif
