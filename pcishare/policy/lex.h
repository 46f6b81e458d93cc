/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a policy.
 */
#ifndef PCISHARE_POLICY_LEX_H
#define PCISHARE_POLICY_LEX_H

#include "policy.h"

/*
 * The types of tokens. The end is that of the line or of the text. A word is of
 * letters, digits, underscores, and hyphens between them, so a number is a
 * word, too. A string is without its quotes. An open string lacks the closing
 * one, or has in it what no string has. Other characters have no meaning. Those
 * from PCISHARE_T_AND on are spelt in lex.c.
 */
enum pcishare_token_type {
	PCISHARE_T_END,
	PCISHARE_T_WORD,
	PCISHARE_T_STRING,
	PCISHARE_T_OPEN_STRING,
	PCISHARE_T_OTHER,
	PCISHARE_T_AND,
	PCISHARE_T_OR,
	PCISHARE_T_EQ,
	PCISHARE_T_NE,
	PCISHARE_T_LE,
	PCISHARE_T_GE,
	PCISHARE_T_TO,
	PCISHARE_T_LT,
	PCISHARE_T_GT,
	PCISHARE_T_MASK,
	PCISHARE_T_DOT,
	PCISHARE_T_COLON,
	PCISHARE_T_COMMA,
	PCISHARE_T_OPEN,
	PCISHARE_T_CLOSE,
	PCISHARE_T_TIMES,
	PCISHARE_T_PLUS,
	PCISHARE_T_OPEN_INDEX,
	PCISHARE_T_CLOSE_INDEX,
	PCISHARE_TOKENS,
};

/**
 * struct pcishare_token - a token
 * @type: enum pcishare_token_type
 * @text: where it is; not terminated
 * @len: how long
 * @pos: the same in lines
 */
struct pcishare_token {
	u8 type;
	const char *text;
	u32 len;
	struct pcishare_pos pos;
};

/**
 * struct pcishare_lex - where reading has come to
 * @text: all
 * @len: of @text
 * @at: what comes after @token
 * @line: its number
 * @line_at: where it begins
 * @token: the one to be looked at
 *
 * A copy of it is a place to come back to.
 */
struct pcishare_lex {
	const char *text;
	u32 len;
	u32 at;
	u32 line;
	u32 line_at;
	struct pcishare_token token;
};

void pcishare_lex_start(struct pcishare_lex *lex, const char *text, u32 len);
void pcishare_lex_next(struct pcishare_lex *lex);
void pcishare_lex_go(struct pcishare_lex *lex, u32 at, u32 line);
bool pcishare_lex_next_line(struct pcishare_lex *lex);
const char *pcishare_token_spelling(unsigned int type);
bool pcishare_token_is(const struct pcishare_token *token, const char *word);

#endif
