// SPDX-License-Identifier: GPL-2.0
/*
 * The words of a policy: from bytes to tokens, one at a time. They take any
 * bytes.
 *
 * A line is a statement. Blanks part words and mean nothing else; a comment is
 * from "#" to the end of its line.
 */
#include "lex.h"

/*
 * Tokens that are spelt with others than letters and digits, the longer before
 * the shorter.
 */
static const char *const pcishare_spellings[PCISHARE_TOKENS] = {
	[PCISHARE_T_AND]	= "&&",
	[PCISHARE_T_OR]		= "||",
	[PCISHARE_T_EQ]		= "==",
	[PCISHARE_T_NE]		= "!=",
	[PCISHARE_T_LE]		= "<=",
	[PCISHARE_T_GE]		= ">=",
	[PCISHARE_T_TO]		= "..",
	[PCISHARE_T_LT]		= "<",
	[PCISHARE_T_GT]		= ">",
	[PCISHARE_T_MASK]	= "&",
	[PCISHARE_T_DOT]	= ".",
	[PCISHARE_T_COLON]	= ":",
	[PCISHARE_T_COMMA]	= ",",
	[PCISHARE_T_OPEN]	= "(",
	[PCISHARE_T_CLOSE]	= ")",
	[PCISHARE_T_TIMES]	= "*",
	[PCISHARE_T_PLUS]	= "+",
	[PCISHARE_T_OPEN_INDEX]	= "[",
	[PCISHARE_T_CLOSE_INDEX] = "]",
};

/* The byte that is @ahead, or a newline beyond the end. */
static char pcishare_lex_peek(const struct pcishare_lex *lex, u32 ahead)
{
	return ahead < lex->len - lex->at ? lex->text[lex->at + ahead] : '\n';
}

/* Not isalnum(), which depends on the locale or knows Latin-1. */
static bool pcishare_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static void pcishare_lex_blanks(struct pcishare_lex *lex)
{
	char c = pcishare_lex_peek(lex, 0);

	while (c == ' ' || c == '\t' || c == '\r') {
		lex->at++;
		c = pcishare_lex_peek(lex, 0);
	}
	if (c != '#')
		return;
	while (pcishare_lex_peek(lex, 0) != '\n')
		lex->at++;
}

static u32 pcishare_lex_word(const struct pcishare_lex *lex)
{
	u32 len = 0;

	while (pcishare_is_word(pcishare_lex_peek(lex, len)) ||
	       (len && pcishare_lex_peek(lex, len) == '-' &&
		pcishare_is_word(pcishare_lex_peek(lex, len + 1))))
		len++;
	return len;
}

/* From the first quote on: the text begins behind it, as the token does. */
static void pcishare_lex_string(struct pcishare_lex *lex)
{
	struct pcishare_token *token = &lex->token;
	char c;

	lex->at++;
	token->text++;
	for (c = pcishare_lex_peek(lex, token->len); c >= ' ' && c <= '~' && c != '"';
	     c = pcishare_lex_peek(lex, token->len))
		token->len++;
	token->type = c == '"' ? PCISHARE_T_STRING : PCISHARE_T_OPEN_STRING;
	lex->at += token->len + (c == '"');
}

static bool pcishare_lex_spelling(const struct pcishare_lex *lex,
				  const char *spelling)
{
	u32 i;

	for (i = 0; spelling[i]; i++) {
		if (pcishare_lex_peek(lex, i) != spelling[i])
			return false;
	}
	return true;
}

static void pcishare_lex_other(struct pcishare_lex *lex)
{
	unsigned int type;

	lex->token.type = PCISHARE_T_OTHER;
	lex->token.len = 1;
	for (type = PCISHARE_T_AND; type < PCISHARE_TOKENS; type++) {
		if (pcishare_lex_spelling(lex, pcishare_spellings[type])) {
			lex->token.type = type;
			lex->token.len = strlen(pcishare_spellings[type]);
			break;
		}
	}
	lex->at += lex->token.len;
}

/**
 * pcishare_lex_next - go on to the next token of the line
 * @lex: where reading has come to
 *
 * At the end of the line it stays there.
 */
void pcishare_lex_next(struct pcishare_lex *lex)
{
	struct pcishare_token *token = &lex->token;

	pcishare_lex_blanks(lex);
	token->text = lex->text + lex->at;
	token->pos.line = lex->line;
	token->pos.column = lex->at - lex->line_at + 1;
	token->type = PCISHARE_T_WORD;
	token->len = pcishare_lex_word(lex);
	if (token->len)
		lex->at += token->len;
	else if (pcishare_lex_peek(lex, 0) == '\n')
		token->type = PCISHARE_T_END;
	else if (pcishare_lex_peek(lex, 0) == '"')
		pcishare_lex_string(lex);
	else
		pcishare_lex_other(lex);
}

/**
 * pcishare_lex_start - read a text
 * @lex: where reading comes to: the first token of the first line
 * @text: the text
 * @len: its length
 */
void pcishare_lex_start(struct pcishare_lex *lex, const char *text, u32 len)
{
	memset(lex, 0, sizeof(*lex));
	lex->text = text;
	lex->len = len;
	lex->line = 1;
	pcishare_lex_next(lex);
}

/**
 * pcishare_lex_next_line - go on to the first token of the next line
 * @lex: where reading has come to
 *
 * Return: whether there is one.
 */
bool pcishare_lex_next_line(struct pcishare_lex *lex)
{
	while (pcishare_lex_peek(lex, 0) != '\n')
		lex->at++;
	if (lex->at == lex->len)
		return false;
	lex->at++;
	lex->line++;
	lex->line_at = lex->at;
	pcishare_lex_next(lex);
	return true;
}

/**
 * pcishare_lex_go - go to a token
 * @lex: where reading comes to
 * @at: where it is in the text
 * @line: the line that is in
 */
void pcishare_lex_go(struct pcishare_lex *lex, u32 at, u32 line)
{
	lex->at = at;
	lex->line = line;
	for (lex->line_at = at;
	     lex->line_at && lex->text[lex->line_at - 1] != '\n';)
		lex->line_at--;
	pcishare_lex_next(lex);
}

/**
 * pcishare_token_spelling - how a token is spelt
 * @type: from PCISHARE_T_AND on
 *
 * Return: its characters.
 */
const char *pcishare_token_spelling(unsigned int type)
{
	return pcishare_spellings[type];
}

/**
 * pcishare_token_is - is it this word?
 * @token: the token
 * @word: the word
 *
 * Return: whether it is.
 */
bool pcishare_token_is(const struct pcishare_token *token, const char *word)
{
	return token->type == PCISHARE_T_WORD && token->len == strlen(word) &&
	       !memcmp(token->text, word, token->len);
}
