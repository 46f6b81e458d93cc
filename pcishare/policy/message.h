/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors and warnings about a text, and where in it they are.
 */
#ifndef PCISHARE_POLICY_MESSAGE_H
#define PCISHARE_POLICY_MESSAGE_H

#include "env.h"

/**
 * struct pcishare_pos - where in the text something was said
 * @line: from 1
 * @column: in bytes, from 1
 */
struct pcishare_pos {
	u32 line;
	u32 column;
};

/**
 * struct pcishare_message - an error or a warning
 * @pos: where
 * @error: or else it is a warning
 * @text: what, printable, without a newline
 */
struct pcishare_message {
	struct pcishare_pos pos;
	bool error;
	char text[151];
};

/**
 * struct pcishare_policy_log - what there is to say about a policy
 * @messages: room for them, the caller's; in the order of the text
 * @size: how many fit; of more, the first are kept
 * @count: how many there are
 * @errors: how many errors there were, kept or not
 * @warnings: how many warnings there were, kept or not
 */
struct pcishare_policy_log {
	struct pcishare_message *messages;
	unsigned int size;
	unsigned int count;
	unsigned int errors;
	unsigned int warnings;
};

#endif
