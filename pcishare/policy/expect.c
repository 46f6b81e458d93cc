// SPDX-License-Identifier: GPL-2.0
/*
 * The elements of the grammar of policies: words, numbers, times, names.
 */
#include "parse.h"

/*
 * Is one what the other is with a character more, less or different, or with
 * two next to each other exchanged?
 */
static bool pcishare_differ_by_one(const char *a, u32 a_len, const char *b,
				   u32 b_len)
{
	while (a_len && b_len && *a == *b) {
		a++;
		b++;
		a_len--;
		b_len--;
	}
	while (a_len && b_len && a[a_len - 1] == b[b_len - 1]) {
		a_len--;
		b_len--;
	}
	if (a_len == 2 && b_len == 2)
		return a[0] == b[1] && a[1] == b[0];
	return a_len <= 1 && b_len <= 1;
}

/* In shorter words one character is too much of them. */
#define PCISHARE_NEAR_MIN	3

/**
 * pcishare_is_near - may a token be a word that was mistyped?
 * @token: the token
 * @word: the word
 *
 * Return: whether it may.
 */
bool pcishare_is_near(const struct pcishare_token *token, const char *word)
{
	return token->type == PCISHARE_T_WORD &&
	       token->len >= PCISHARE_NEAR_MIN &&
	       strlen(word) >= PCISHARE_NEAR_MIN &&
	       pcishare_differ_by_one(token->text, token->len, word,
				      strlen(word));
}

/**
 * pcishare_expected_near - complain about the token, with a guess
 * @p: the parser
 * @what: what should be there
 * @near: what was meant perhaps, or NULL
 *
 * Return: false.
 */
bool pcishare_expected_near(struct pcishare_parser *p, const char *what,
			    const char *near)
{
	const struct pcishare_token *token = &p->lex.token;

	if (!near)
		return pcishare_expected(p, what);
	pcishare_log_error(p->log, token->pos,
			   "expected %s, found '%.*s': is '%s' meant?", what,
			   pcishare_shown(token), token->text, near);
	return false;
}

/**
 * pcishare_expected - complain about the token
 * @p: the parser
 * @what: what should be there
 *
 * Return: false.
 */
bool pcishare_expected(struct pcishare_parser *p, const char *what)
{
	const struct pcishare_token *token = &p->lex.token;

	switch (token->type) {
	case PCISHARE_T_END:
		pcishare_log_error(p->log, token->pos,
				   "expected %s, found the end of the line", what);
		break;
	case PCISHARE_T_OPEN_STRING:
		pcishare_log_error(p->log, token->pos,
				   "a string ends with \" on its line and has only printable ASCII in it");
		break;
	default:
		pcishare_log_error(p->log, token->pos, "expected %s, found '%.*s'",
				   what, pcishare_shown(token), token->text);
	}
	return false;
}

static bool pcishare_expected_spelling(struct pcishare_parser *p,
				       const char *spelling)
{
	char what[24];

	snprintf(what, sizeof(what), "'%s'", spelling);
	return pcishare_expected(p, what);
}

/**
 * pcishare_take - go on if the token is of this type
 * @p: the parser
 * @type: &enum pcishare_token_type
 *
 * Return: whether it was.
 */
bool pcishare_take(struct pcishare_parser *p, unsigned int type)
{
	if (p->lex.token.type != type)
		return false;
	pcishare_lex_next(&p->lex);
	return true;
}

/**
 * pcishare_expect - go on if the token is of this type, else complain
 * @p: the parser
 * @type: PCISHARE_T_END or one from PCISHARE_T_AND on
 *
 * Return: whether it was.
 */
bool pcishare_expect(struct pcishare_parser *p, unsigned int type)
{
	if (pcishare_take(p, type))
		return true;
	if (type == PCISHARE_T_END)
		return pcishare_expected(p, "the end of the line");
	return pcishare_expected_spelling(p, pcishare_token_spelling(type));
}

/**
 * pcishare_take_word - go on if the token is this word
 * @p: the parser
 * @word: the word
 *
 * Return: whether it was.
 */
bool pcishare_take_word(struct pcishare_parser *p, const char *word)
{
	if (!pcishare_token_is(&p->lex.token, word))
		return false;
	pcishare_lex_next(&p->lex);
	return true;
}

/**
 * pcishare_expect_word - go on if the token is this word, else complain
 * @p: the parser
 * @word: the word
 *
 * Return: whether it was.
 */
bool pcishare_expect_word(struct pcishare_parser *p, const char *word)
{
	return pcishare_take_word(p, word) ||
	       pcishare_expected_spelling(p, word);
}

/* The value of a digit, or 16. */
static unsigned int pcishare_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/*
 * How many characters are digits to @base, which make @number; 0 if it is too
 * large.
 */
static u32 pcishare_digits(const char *text, u32 len, unsigned int base,
			   u64 *number)
{
	u64 most = base == 16 ? U64_MAX >> 4 : (U64_MAX - 9) / 10;
	u32 i;

	*number = 0;
	for (i = 0; i < len && pcishare_digit(text[i]) < base; i++) {
		if (*number > most)
			return 0;
		*number = *number * base + pcishare_digit(text[i]);
	}
	return i;
}

/* As many characters of the token as make a number. */
static u32 pcishare_number(const struct pcishare_token *token, u64 *number)
{
	u32 len;

	if (token->len > 2 && token->text[0] == '0' && token->text[1] == 'x') {
		len = pcishare_digits(token->text + 2, token->len - 2, 16,
				      number);
		return len ? len + 2 : 0;
	}
	return pcishare_digits(token->text, token->len, 10, number);
}

/**
 * pcishare_at_number - is the token a number?
 * @p: the parser
 *
 * Return: whether it begins as one.
 */
bool pcishare_at_number(const struct pcishare_parser *p)
{
	const struct pcishare_token *token = &p->lex.token;

	return token->type == PCISHARE_T_WORD &&
	       pcishare_digit(token->text[0]) < 10;
}

/**
 * pcishare_token_number - is the token a number, and which?
 * @token: the token
 * @number: takes it
 *
 * Return: whether it is, and nothing is said if not.
 */
bool pcishare_token_number(const struct pcishare_token *token, u64 *number)
{
	return token->type == PCISHARE_T_WORD &&
	       pcishare_number(token, number) == token->len;
}

static bool pcishare_in_range(struct pcishare_parser *p, const char *what,
			      u64 number, u64 min, u64 max)
{
	if (number >= min && number <= max)
		return true;
	if (min || max < PCISHARE_STRIDE_MAX)
		pcishare_log_error(p->log, p->lex.token.pos, "%s is %llu to %llu",
				   what, min, max);
	else
		pcishare_log_error(p->log, p->lex.token.pos, "%s is at most 0x%llx",
				   what, max);
	return false;
}

/**
 * pcishare_expect_number - a number, decimal or hexadecimal
 * @p: the parser
 * @what: what it is
 * @min: the least it may be
 * @max: the most it may be
 * @number: the number
 *
 * Return: whether there is one.
 */
bool pcishare_expect_number(struct pcishare_parser *p, const char *what,
			    u64 min, u64 max, u64 *number)
{
	const struct pcishare_token *token = &p->lex.token;

	if (!pcishare_at_number(p) ||
	    pcishare_number(token, number) != token->len)
		return pcishare_expected(p, what);
	if (!pcishare_in_range(p, what, *number, min, max))
		return false;
	pcishare_lex_next(&p->lex);
	return true;
}

static const struct {
	const char *unit;
	u32 us;
} pcishare_units[] = {
	{ "us", 1 },
	{ "ms", 1000 },
	{ "s", 1000000 },
};

/**
 * pcishare_expect_time - a number with us, ms or s behind it
 * @p: the parser
 * @min: the least it may be
 * @max: the most it may be
 * @us: the time in microseconds
 *
 * Return: whether there is one.
 */
bool pcishare_expect_time(struct pcishare_parser *p, u32 min, u32 max, u32 *us)
{
	struct pcishare_token unit = p->lex.token;
	unsigned int i;
	u64 number;
	u32 len;

	if (!pcishare_at_number(p))
		return pcishare_expected(p, "a time such as 2ms");
	len = pcishare_number(&unit, &number);
	unit.text += len;
	unit.len -= len;
	for (i = 0; i < ARRAY_SIZE(pcishare_units); i++) {
		if (!pcishare_token_is(&unit, pcishare_units[i].unit))
			continue;
		if (number > max / pcishare_units[i].us ||
		    number * pcishare_units[i].us < min) {
			pcishare_log_error(p->log, unit.pos, "a time here is %uus to %uus",
					   min, max);
			return false;
		}
		*us = number * pcishare_units[i].us;
		pcishare_lex_next(&p->lex);
		return true;
	}
	return pcishare_expected(p, "a time in us, ms or s, such as 2ms");
}

/**
 * pcishare_expect_range - two numbers with ".." between, the lesser first
 * @p: the parser
 * @what: what they are
 * @most: the most they may be
 * @min: the first
 * @max: the second
 *
 * Return: whether there is one.
 */
bool pcishare_expect_range(struct pcishare_parser *p, const char *what,
			   u64 most, u64 *min, u64 *max)
{
	struct pcishare_pos pos = p->lex.token.pos;

	if (!pcishare_expect_number(p, what, 0, most, min) ||
	    !pcishare_expect(p, PCISHARE_T_TO) ||
	    !pcishare_expect_number(p, what, 0, most, max))
		return false;
	if (*min <= *max)
		return true;
	pcishare_log_error(p->log, pos, "the range is empty: the lesser number comes first");
	return false;
}

/* A PCI ID: four hexadecimal digits, without 0x. */
static bool pcishare_expect_id(struct pcishare_parser *p, u16 *id)
{
	const struct pcishare_token *token = &p->lex.token;
	u64 number;

	if (token->type != PCISHARE_T_WORD || token->len != 4 ||
	    pcishare_digits(token->text, token->len, 16, &number) != 4)
		return pcishare_expected(p, "an ID of four hexadecimal digits");
	*id = number;
	pcishare_lex_next(&p->lex);
	return true;
}

/**
 * pcishare_expect_ids - two PCI IDs with a colon between
 * @p: the parser
 * @vendor: the first
 * @device: the second
 *
 * Return: whether there are.
 */
bool pcishare_expect_ids(struct pcishare_parser *p, u16 *vendor, u16 *device)
{
	return pcishare_expect_id(p, vendor) &&
	       pcishare_expect(p, PCISHARE_T_COLON) &&
	       pcishare_expect_id(p, device);
}

/*
 * Keep the token, which ends where the next one begins: there is room for both.
 */
static const char *pcishare_keep(struct pcishare_parser *p)
{
	char *string = p->strings;
	u32 len = p->lex.token.len;

	memcpy(string, p->lex.token.text, len);
	string[len] = '\0';
	p->strings += len + 1;
	pcishare_lex_next(&p->lex);
	return string;
}

/**
 * pcishare_expect_name - a name of the policy's own
 * @p: the parser
 * @name: the name
 *
 * Return: whether there is one.
 */
bool pcishare_expect_name(struct pcishare_parser *p, const char **name)
{
	const struct pcishare_token *token = &p->lex.token;

	if (token->type != PCISHARE_T_WORD || pcishare_at_number(p) ||
	    memchr(token->text, '-', token->len))
		return pcishare_expected(p, "a name of letters, digits and underscores");
	if (token->len > PCISHARE_NAME_MAX) {
		pcishare_log_error(p->log, token->pos,
				   "a name has at most %u characters", PCISHARE_NAME_MAX);
		return false;
	}
	*name = pcishare_keep(p);
	return true;
}

/**
 * pcishare_expect_string - text in quotes
 * @p: the parser
 * @string: the text
 *
 * Return: whether there is one.
 */
bool pcishare_expect_string(struct pcishare_parser *p, const char **string)
{
	const struct pcishare_token *token = &p->lex.token;

	if (token->type != PCISHARE_T_STRING)
		return pcishare_expected(p, "a string in quotes");
	if (!token->len || token->len > PCISHARE_STRING_MAX) {
		pcishare_log_error(p->log, token->pos,
				   "a string has 1 to %u characters", PCISHARE_STRING_MAX);
		return false;
	}
	*string = pcishare_keep(p);
	return true;
}

/**
 * pcishare_expect_choice - one of some words
 * @p: the parser
 * @what: all of them, for people
 * @words: the words
 * @count: how many
 * @choice: which
 *
 * Return: whether it is one of them.
 */
bool pcishare_expect_choice(struct pcishare_parser *p, const char *what,
			    const char *const *words, unsigned int count,
			    u8 *choice)
{
	const char *near = NULL;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (pcishare_take_word(p, words[i])) {
			*choice = i;
			return true;
		}
		if (pcishare_is_near(&p->lex.token, words[i]))
			near = words[i];
	}
	return pcishare_expected_near(p, what, near);
}
