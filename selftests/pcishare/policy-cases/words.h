/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about words, numbers, and the statement that says a text is a policy. */

static const struct complaint words_cases[] = {
	{
		"rge a 0 0 8 ro",
		"6:1: error: expected a statement such as reg, field or idle, found 'rge': is "
		"'reg' meant?\n",
	},
	{
		"quisce",
		"6:1: error: expected a statement such as reg, field or idle, found 'quisce': is "
		"'quiesce' meant?\n",
	},
	{
		"bar 1 meem 16",
		"6:7: error: expected io, mem, mem64 or msix, found 'meem': is 'mem' meant?\n",
	},
	{
		"bar 1 ip 16",
		"6:7: error: expected io, mem, mem64 or msix, found 'ip'\n",
	},
	{ "foo", "6:1: error: expected a statement such as reg, field or idle, found 'foo'\n" },
	{
		"\"foo\"",
		"6:1: error: expected a statement such as reg, field or idle, found 'foo'\n",
	},
	{
		"reg \"a",
		"6:5: error: a string ends with \" on its line and has only printable ASCII in "
		"it\n",
	},
	{
		"reg \"\001\"",
		"6:5: error: a string ends with \" on its line and has only printable ASCII in "
		"it\n",
	},
	{ "@", "6:1: error: expected a statement such as reg, field or idle, found '@'\n" },
	{ "bar 1 mem 16 \"x\"", "6:14: error: expected the end of the line, found 'x'\n" },
	{ "bar 1 mem 16 extra", "6:14: error: expected the end of the line, found 'extra'\n" },
	{ "&& ||", "6:1: error: expected a statement such as reg, field or idle, found '&&'\n" },
	{ "1 2", "6:1: error: expected a statement such as reg, field or idle, found '1'\n" },
	{
		"reg a 0 0 8 ro\r\n"
		"\n"
		"# comment \"\n"
		"  # more\n"
		"\t",
		"",
	},
};

static const struct complaint numbers_cases[] = {
	{ "bar", "6:4: error: expected a BAR, found the end of the line\n" },
	{ "bar x", "6:5: error: expected a BAR, found 'x'\n" },
	{ "bar 9", "6:5: error: a BAR is 0 to 5\n" },
	{ "bar 0x", "6:5: error: expected a BAR, found '0x'\n" },
	{ "bar 0xg", "6:5: error: expected a BAR, found '0xg'\n" },
	{ "bar 1z", "6:5: error: expected a BAR, found '1z'\n" },
	{
		"bar 1 mem 99999999999999999999999",
		"6:11: error: expected a size in bytes, found '99999999999999999999999'\n",
	},
	{
		"bar 1 mem 0x10000000000000000",
		"6:11: error: expected a size in bytes, found '0x10000000000000000'\n",
	},
	{ "bar 1 mem 0xABCDEFabcdef", "6:11: error: a size in bytes is 16 to 1073741824\n" },
	{ "reg a 0 0 64 const 0xffffffffffffffff", "" },
	{ "reg a 0 0 64 const 18446744073709551599", "" },
};

static const struct complaint policy_cases[] = {
	{
		"",
		"1:1: error: there is no 'policy'\n"
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n",
	},
	{
		"policy",
		"1:7: error: expected the format of the policy, a number, found the end of the "
		"line\n",
	},
	{
		"policy x",
		"1:8: error: expected the format of the policy, a number, found 'x'\n",
	},
	{
		"policy 2",
		"1:8: error: format 2 is not known, only 1\n",
	},
	{
		"policy 1 x",
		"1:10: error: expected a string in quotes, found 'x'\n",
	},
	{
		"policy 1 \"\"",
		"1:10: error: a string has 1 to 63 characters\n",
	},
	{
		"policy 1 \"ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\"",
		"1:10: error: a string has 1 to 63 characters\n",
	},
	{
		"policy 1 \"s\" revision",
		"1:22: error: expected a revision, found the end of the line\n",
	},
	{
		"policy 1 \"s\" rev 1",
		"1:14: error: expected the end of the line, found 'rev'\n",
	},
	{
		"policy 1\n"
		"policy 1",
		"2:1: error: 'policy' was there in line 1 already\n",
	},
};
