/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about the device, how it is shared, and all else that is of all of it. */

static const struct complaint device_cases[] = {
	{
		"device",
		"6:7: error: expected an ID of four hexadecimal digits, found the end of the "
		"line\n",
	},
	{
		"device 12:34 \"x\"",
		"6:8: error: expected an ID of four hexadecimal digits, found '12'\n",
	},
	{
		"device 12345:1234 \"x\"",
		"6:8: error: expected an ID of four hexadecimal digits, found '12345'\n",
	},
	{ "device 1234 1234", "6:13: error: expected ':', found '1234'\n" },
	{
		"device 1234:",
		"6:13: error: expected an ID of four hexadecimal digits, found the end of the "
		"line\n",
	},
	{
		"device 123g:1234 \"x\"",
		"6:8: error: expected an ID of four hexadecimal digits, found '123g'\n",
	},
	{
		"device 1234:5678",
		"6:17: error: expected a string in quotes, found the end of the line\n",
	},
	{ "device 1234:11e8 \"again\"", "6:8: error: this device was named in line 2 already\n" },
	{
		"device 1234:11e8 subsystem 1:2 \"x\"",
		"6:28: error: expected an ID of four hexadecimal digits, found '1'\n",
	},
	{ "device 1234:11e8 subsystem 0001:0002 \"x\"", "" },
	{
		"device 1234:5678 "
		"\"ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\"",
		"6:18: error: a string has 1 to 63 characters\n",
	},
};

static const struct complaint share_cases[] = {
	{
		"share",
		"5:6: error: expected lease, partition or exclusive, found the end of the line\n",
	},
	{
		"shaer lease",
		"5:1: error: expected a statement such as reg, field or idle, found 'shaer': is "
		"'share' meant?\n",
	},
	{ "share foo", "5:7: error: expected lease, partition or exclusive, found 'foo'\n" },
	{ "share lease foo", "5:13: error: expected slice, hold or guests, found 'foo'\n" },
	{ "share lease guests 0", "5:20: error: the number of guests is 1 to 64\n" },
	{ "share lease guests 65", "5:20: error: the number of guests is 1 to 64\n" },
	{
		"share lease slice",
		"5:18: error: expected a time such as 2ms, found the end of the line\n",
	},
	{
		"share lease slice 5",
		"5:19: error: expected a time in us, ms or s, such as 2ms, found '5'\n",
	},
	{
		"share lease slice 5m",
		"5:19: error: expected a time in us, ms or s, such as 2ms, found '5m'\n",
	},
	{ "share lease slice 99us", "5:19: error: a time here is 100us to 10000000us\n" },
	{ "share lease slice 11s", "5:19: error: a time here is 100us to 10000000us\n" },
	{ "share lease hold 61s", "5:18: error: a time here is 100us to 60000000us\n" },
	{ "share lease slice 2ms hold 1ms", "" },
	{
		"share lease slice 99999999999999999999s",
		"5:19: error: expected a time in us, ms or s, such as 2ms, found "
		"'99999999999999999999s'\n",
	},
	{
		"share lease\n"
		"share lease",
		"6:1: error: 'share' was there in line 5 already\n",
	},
	{
		"share partition",
		"5:16: error: expected the number of partitions, found the end of the line\n",
	},
	{ "share partition 0", "5:17: error: the number of partitions is 1 to 64\n" },
	{
		"share partition 2 as 12:34",
		"5:22: error: expected an ID of four hexadecimal digits, found '12'\n",
	},
	{
		"share partition 2 as 1b36:0002 subsystem x",
		"5:42: error: expected an ID of four hexadecimal digits, found 'x'\n",
	},
	{
		"share exclusive guests",
		"5:23: error: expected the number of guests, found the end of the line\n",
	},
	{ "share exclusive guests 0", "5:24: error: the number of guests is 1 to 64\n" },
	{
		"share exclusive guests 2 x",
		"5:26: error: expected the end of the line, found 'x'\n",
	},
	{ "share exclusive", "" },
};

static const struct complaint others_cases[] = {
	{ "unnamed", "6:8: error: expected 'deny', found the end of the line\n" },
	{ "unnamed deny or-stop x", "6:22: error: expected the end of the line, found 'x'\n" },
	{
		"unnamed deny\n"
		"unnamed deny",
		"7:1: error: 'unnamed' was there in line 6 already\n",
	},
	{ "idle", "6:5: error: expected a register, found the end of the line\n" },
	{
		"idle ctx == 0\n"
		"idle ctx == 0",
		"7:1: error: 'idle' was there in line 6 already\n",
	},
	{ "field a 0 ro", "6:1: error: 'ctx' has a class of its own, so it has no fields\n" },
	{ "when ctx == 0: x", "6:1: error: 'when' belongs to a dma above it\n" },
	{ "done ctx == 0", "6:1: error: 'done' belongs to a dma above it\n" },
	{ "write ctx 0", "6:1: error: 'write' belongs to a recipe above it\n" },
	{ "read ctx", "6:1: error: 'read' belongs to a recipe above it\n" },
	{ "wait ctx == 0 within 1ms", "6:1: error: 'wait' belongs to a recipe above it\n" },
	{ "delay 1ms", "6:1: error: 'delay' belongs to a recipe above it\n" },
};
