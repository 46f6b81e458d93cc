// SPDX-License-Identifier: GPL-2.0
/*
 * Errors and warnings about a policy, in the order of its text, as many as the
 * caller has room for.
 */
#include "parse.h"

static bool pcishare_pos_before(struct pcishare_pos a, struct pcishare_pos b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* No warning has room that an error needs: the last one goes. */
static void pcishare_log_make_room(struct pcishare_policy_log *log)
{
	struct pcishare_message *messages = log->messages;
	unsigned int behind = log->count;

	while (behind && messages[behind - 1].error)
		behind--;
	if (!behind)
		return;
	memmove(&messages[behind - 1], &messages[behind],
		(log->count - behind) * sizeof(*messages));
	log->count--;
}

/*
 * Room for a message about @pos, behind those about the same; NULL if there is
 * none. When there is no more room, the last one goes.
 */
static struct pcishare_message *
pcishare_log_insert(struct pcishare_policy_log *log, struct pcishare_pos pos,
		    bool error)
{
	struct pcishare_message *messages = log->messages;
	unsigned int at;

	if (error && log->count == log->size)
		pcishare_log_make_room(log);
	at = log->count;
	while (at && pcishare_pos_before(pos, messages[at - 1].pos))
		at--;
	if (at == log->size)
		return NULL;
	if (log->count < log->size)
		log->count++;
	memmove(&messages[at + 1], &messages[at],
		(log->count - 1 - at) * sizeof(*messages));
	return &messages[at];
}

/* Text from the policy may be in it, which may be anything. */
static void pcishare_log_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static __printf(4, 0)
void pcishare_log_add(struct pcishare_policy_log *log, struct pcishare_pos pos,
		      bool error, const char *format, va_list args)
{
	struct pcishare_message *message = pcishare_log_insert(log, pos, error);

	if (!message)
		return;
	message->pos = pos;
	message->error = error;
	vsnprintf(message->text, sizeof(message->text), format, args);
	pcishare_log_printable(message->text);
}

/**
 * pcishare_log_error - say what is wrong
 * @log: where
 * @pos: about what
 * @format: as of printf()
 */
void pcishare_log_error(struct pcishare_policy_log *log,
			struct pcishare_pos pos, const char *format, ...)
{
	va_list args;

	log->errors++;
	va_start(args, format);
	pcishare_log_add(log, pos, true, format, args);
	va_end(args);
}

/**
 * pcishare_log_warning - say what is doubtful
 * @log: where
 * @pos: about what
 * @format: as of printf()
 */
void pcishare_log_warning(struct pcishare_policy_log *log,
			  struct pcishare_pos pos, const char *format, ...)
{
	va_list args;

	log->warnings++;
	va_start(args, format);
	pcishare_log_add(log, pos, false, format, args);
	va_end(args);
}

/**
 * pcishare_log_has - is there a message about this place?
 * @log: where
 * @pos: the place
 * @error: an error, or else a warning
 *
 * Return: whether there is. Of the registers of an array it is asked, to say
 * once what is so of many.
 */
bool pcishare_log_has(const struct pcishare_policy_log *log,
		      struct pcishare_pos pos, bool error)
{
	unsigned int i;

	for (i = 0; i < log->count; i++) {
		const struct pcishare_message *message = &log->messages[i];

		if (message->error == error && message->pos.line == pos.line &&
		    message->pos.column == pos.column)
			return true;
	}
	return false;
}
