/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts, and all that the parser says of them: each of its complaints, and what must
 * not be complained about.
 */

/**
 * struct complaint - a text and what is said of it
 * @text: behind what is common to the group
 * @said: as pcishare-lint prints it, but for the name of the file
 */
struct complaint {
	const char *text;
	const char *said;
};

static const struct complaint words_cases[] = {
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
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:7: error: expected the format of the policy, a number, found the end of the "
		"line\n",
	},
	{
		"policy x",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:8: error: expected the format of the policy, a number, found 'x'\n",
	},
	{
		"policy 2",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:8: error: format 2 is not known, only 1\n",
	},
	{
		"policy 1 x",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:10: error: expected a string in quotes, found 'x'\n",
	},
	{
		"policy 1 \"\"",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:10: error: a string has 1 to 63 characters\n",
	},
	{
		"policy 1 \"ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\"",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:10: error: a string has 1 to 63 characters\n",
	},
	{
		"policy 1 \"s\" revision",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:22: error: expected a revision, found the end of the line\n",
	},
	{
		"policy 1 \"s\" rev 1",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"1:14: error: expected the end of the line, found 'rev'\n",
	},
	{
		"policy 1\n"
		"policy 1",
		"1:1: error: there is no 'device'\n"
		"1:1: error: there is no 'share'\n"
		"1:1: error: there is no 'bar'\n"
		"2:1: error: 'policy' was there in line 1 already\n",
	},
};

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
	{ "share lease slice 2ms hold 1ms", "5:23: error: hold is shorter than slice\n" },
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

static const struct complaint bars_cases[] = {
	{ "bar 0 io 4", "6:1: error: bar 0 was declared in line 4 already\n" },
	{ "bar 1 rom 16", "6:7: error: expected io, mem, mem64 or msix, found 'rom'\n" },
	{ "bar 1 io 2", "6:10: error: a size in bytes is 4 to 1073741824\n" },
	{ "bar 1 mem 8", "6:11: error: a size in bytes is 16 to 1073741824\n" },
	{ "bar 1 mem 48", "6:11: error: the size of a BAR is a power of two\n" },
	{ "bar 1 mem 0x80000000", "6:11: error: a size in bytes is 16 to 1073741824\n" },
	{ "bar 5 mem64 16", "6:1: error: bar 5 is the last and has no room for 64 bits\n" },
	{
		"bar 1 mem64 16\n"
		"bar 2 io 4",
		"6:1: error: bar 1 has 64 bits and takes the place of bar 2, which is declared "
		"in line 7\n",
	},
	{
		"bar 1 io 16 prefetch",
		"6:13: error: expected the end of the line, found 'prefetch'\n",
	},
	{ "bar 1 mem64 16 prefetch", "" },
	{
		"bar 1 msix 4096",
		"6:12: error: expected the end of the line, found '4096'\n",
	},
	{
		"bar 1 msix",
		"6:1: warning: no guest uses the table: there is no 'irq msix'\n",
	},
	{
		"bar 1 msix\n"
		"bar 2 msix",
		"7:1: error: the table of MSI-X is in a bar declared in line 6 already\n",
	},
	{
		"bar 1 msix\n"
		"reg a 1 0 32 context",
		"7:5: error: bar 1 has the table of MSI-X and nothing else\n",
	},
	{
		"partition n bar 0 offset 0 size 16",
		"6:1: error: only with 'share partition' there are partitions\n",
	},
};

static const struct complaint partitions_cases[] = {
	{
		"partition n bar 0 offset 16*n size 16\n"
		"bar 5 msix\n"
		"reg s 0 0 8 status w1c\n"
		"irq msix pending s != 0 owner partition",
		"",
	},
	{
		"partition n bar 5 offset 16*n size 16\n"
		"bar 5 msix",
		"6:1: error: bar 5 has the table of MSI-X and nothing else\n",
	},
	{
		"partition n bar 0 offset 16*n size 16 as bar 5\n"
		"bar 5 msix",
		"6:1: error: the table of MSI-X is there, from line 7\n",
	},
	{
		"partition 0 bar 0 offset 16 size 16\n"
		"partition 1 bar 0 offset 0 size 16",
		"",
	},
	{
		"partition 0 bar 0 offset 16 size 16\n"
		"partition 1 bar 0 offset 31 size 16",
		"7:1: error: bar 0 of partition 1 overlaps bar 0 of partition 0, from line 6\n",
	},
	{
		"",
		"3:1: warning: partition 0 cannot be reached: no BAR of it is given\n"
		"3:1: warning: partition 1 cannot be reached: no BAR of it is given\n",
	},
	{
		"partition",
		"6:10: error: expected n or the number of a partition, found the end of the "
		"line\n",
	},
	{
		"partition 2 bar 0 offset 0 size 16",
		"6:11: error: n or the number of a partition is 0 to 1\n",
	},
	{ "partition n foo", "6:13: error: expected 'bar', found 'foo'\n" },
	{ "partition n bar 7", "6:17: error: a BAR is 0 to 5\n" },
	{ "partition n bar 2 offset 0 size 16", "6:1: error: bar 2 is not declared\n" },
	{ "partition n bar 0 size", "6:19: error: expected 'offset', found 'size'\n" },
	{ "partition n bar 0 offset x", "6:26: error: expected an offset, found 'x'\n" },
	{ "partition n bar 0 offset 8 * x size 16", "6:30: error: expected 'n', found 'x'\n" },
	{
		"partition n bar 0 offset 16+ size 16",
		"6:30: error: expected an offset, found 'size'\n",
	},
	{ "partition n bar 0 offset 16+16 size 16", "6:32: error: expected '*', found 'size'\n" },
	{
		"partition 0 bar 0 offset 16*n size 16",
		"6:29: error: expected an offset without n, as this line is for one partition, "
		"found 'n'\n",
	},
	{
		"partition 0 bar 0 offset 0x40000001",
		"6:26: error: an offset is at most 0x40000000\n",
	},
	{ "partition n bar 0 offset 16*n foo", "6:31: error: expected 'size', found 'foo'\n" },
	{
		"partition n bar 0 offset 16*n size 8",
		"6:36: error: a size in bytes is 16 to 1073741824\n",
	},
	{
		"partition n bar 0 offset 16*n size 24",
		"6:36: error: the size of a BAR is a power of two\n",
	},
	{
		"partition n bar 0 offset 4080+16*n size 16",
		"6:1: error: partition 1 would end at 0x1010, beyond bar 0\n",
	},
	{
		"partition n bar 0 offset 8*n size 16",
		"6:1: error: bar 0 of partition 1 overlaps bar 0 of partition 0, from line 6\n",
	},
	{
		"partition n bar 0 offset 16*n size 16\n"
		"partition 1 bar 0 offset 64 size 16",
		"7:1: error: partition 1 has its bar 0 from line 6 already\n",
	},
	{
		"partition n bar 0 offset 16*n size 16 as 1",
		"6:42: error: expected 'bar', found '1'\n",
	},
	{ "partition n bar 0 offset 16*n size 16 as bar 9", "6:46: error: a BAR is 0 to 5\n" },
	{
		"partition 0 bar 0 offset 0 size 16\n"
		"partition 1 bar 0 offset 32 size 32",
		"7:1: error: bar 0 of another partition, in line 6, has another size or is of "
		"another kind\n",
	},
	{
		"partition 0 bar 0 offset 0 size 16\n"
		"partition 1 bar 1 offset 0 size 16 as bar 0",
		"7:1: error: bar 0 of another partition, in line 6, has another size or is of "
		"another kind\n",
	},
	{
		"partition 0 bar 0 offset 0 size 16",
		"3:1: warning: partition 1 cannot be reached: no BAR of it is given\n",
	},
	{
		"bar 2 mem64 4096\n"
		"partition n bar 2 offset 16*n size 16\n"
		"partition n bar 0 offset 16*n size 16 as bar 3",
		"7:1: error: bar 2 has 64 bits and takes the place of bar 3, which is declared "
		"in line 8\n",
	},
	{
		"bar 2 mem 40\n"
		"partition n bar 2 offset 0 size 16",
		"6:11: error: the size of a BAR is a power of two\n",
	},
	{
		"bar 2 mem x\n"
		"partition n bar 2 offset 0 size 16\n"
		"partition n bar 1 offset 4*n size 4",
		"6:11: error: expected a size in bytes, found 'x'\n",
	},
	{
		"partition n bar 1 offset 8*n size 8\n"
		"reg a 0 0 8 ro",
		"7:5: error: 'a' is in bar 0, which is not declared for partitions\n",
	},
	{
		"partition n bar 1 offset 8*n size 8\n"
		"reg a 1 8 8 ro",
		"7:5: error: 'a' ends at 0x9, beyond bar 1 of 0x8 bytes\n",
	},
	{
		"partition n bar 1 offset 8*n size 8\n"
		"reg a 1 0 8 read status latch once\n"
		"irq intx\n"
		"irq pending a == 0 owner holder",
		"9:1: error: with partitions the owner is the partition\n",
	},
};

static const struct complaint no_share_cases[] = {
	{ "partition n bar 0 offset 0 size 16", "1:1: error: there is no 'share'\n" },
	{
		"reg a 0 0 8 ro\n"
		"irq intx\n"
		"irq pending a == 1 owner partition",
		"1:1: error: there is no 'share'\n",
	},
};

static const struct complaint registers_cases[] = {
	{
		"reg",
		"6:4: error: expected a name of letters, digits and underscores, found the end "
		"of the line\n",
	},
	{
		"reg 1a 0 0 8 ro",
		"6:5: error: expected a name of letters, digits and underscores, found '1a'\n",
	},
	{
		"reg a-b 0 0 8 ro",
		"6:5: error: expected a name of letters, digits and underscores, found 'a-b'\n",
	},
	{
		"reg nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn 0 0 8 ro",
		"6:5: error: a name has at most 31 characters\n",
	},
	{ "reg a 6 0 8 ro", "6:7: error: a BAR is 0 to 5\n" },
	{ "reg a 0 0x40000001 8 ro", "6:9: error: an offset is at most 0x40000000\n" },
	{ "reg a 0 0 7 ro", "6:11: error: the width in bits is 8 to 64\n" },
	{ "reg a 0 0 24 ro", "6:11: error: a register has 8, 16, 32 or 64 bits\n" },
	{ "reg a 0 2 32 ro", "6:11: error: a register of 32 bits is at a multiple of 4\n" },
	{ "reg a 0 4096 8 ro", "6:5: error: 'a' ends at 0x1001, beyond bar 0 of 0x1000 bytes\n" },
	{ "reg a 1 0 8 ro", "6:5: error: 'a' is in bar 1, which is not declared\n" },
	{ "reg a 0 0 8", "6:5: error: 'a' has neither a class nor fields\n" },
	{
		"reg a 0 0 8 foo",
		"6:13: error: expected a class such as ro, context or live, found 'foo'\n",
	},
	{
		"reg a 0 0 8 ro foo",
		"6:16: error: expected an attribute or the end of the line, found 'foo'\n",
	},
	{ "reg ctx 0 0 8 ro", "6:5: error: there is a 'ctx' in line 5 already\n" },
	{
		"reg a 0 0 32 ro\n"
		"reg b 0 2 8 ro",
		"7:5: error: 'b' overlaps 'a' of line 6\n",
	},
	{
		"reg a 0 0 32 ro\n"
		"reg b 0 0 64 ro",
		"7:5: error: 'b' overlaps 'a' of line 6\n",
	},
	{
		"reg a 0 0 8 read ro\n"
		"reg b 0 0 8 write context",
		"",
	},
	{
		"reg a 0 0 32 read ro\n"
		"reg b 0 2 8 write context\n"
		"reg c 0 3 8 context",
		"8:5: error: 'c' overlaps 'a' of line 6\n",
	},
	{
		"reg a 0 0 8 ro\n"
		"  field x 0 ro",
		"7:3: error: 'a' has a class of its own, so it has no fields\n",
	},
	{
		"reg a 0 0 7\n"
		"  field x 0 ro\n"
		"idle a.x == 1 && a == 0xffffffffffffffff",
		"6:11: error: the width in bits is 8 to 64\n",
	},
	{
		"reg 0 0 0 8 ro\n"
		"reg 1 0 0 8 ro",
		"6:5: error: expected a name of letters, digits and underscores, found '0'\n"
		"7:5: error: expected a name of letters, digits and underscores, found '1'\n",
	},
};

static const struct complaint fields_cases[] = {
	{
		"field",
		"7:6: error: expected a name of letters, digits and underscores, found the end "
		"of the line\n",
	},
	{ "field x", "7:8: error: expected a bit, found the end of the line\n" },
	{ "field x 8 ro", "7:9: error: bit 8 is beyond 'a', which has 8 bits\n" },
	{ "field x 3..1 ro", "7:9: error: the lowest bit comes first: 1..3\n" },
	{ "field x 6..8 ro", "7:9: error: bit 8 is beyond 'a', which has 8 bits\n" },
	{ "field x 0..x ro", "7:12: error: expected a bit, found 'x'\n" },
	{ "field x 64 ro", "7:9: error: a bit is 0 to 63\n" },
	{
		"field x 0 foo\n"
		"idle a.x == 1",
		"7:11: error: expected a class such as ro, context or live, found 'foo'\n",
	},
	{
		"field x 0..3 ro\n"
		"field y 3..4 ro\n"
		"field z 5 ro",
		"8:7: error: 'y' overlaps 'x' of line 7\n",
	},
	{
		"field x 0 ro\n"
		"field x 1 ro",
		"8:7: error: 'a' has a field 'x' already\n",
	},
	{
		"field 1 0 ro\n"
		"field x 0 ro",
		"7:7: error: expected a name of letters, digits and underscores, found '1'\n",
	},
	{
		"field f0 0 ro\n"
		"field f1 1 ro\n"
		"field f2 2 ro\n"
		"field f3 3 ro\n"
		"field f4 4 ro\n"
		"field f5 5 ro\n"
		"field f6 6 ro\n"
		"field f7 7 ro\n"
		"field f8 7 ro",
		"15:7: error: 'a' has more fields than bits\n",
	},
};

static const struct complaint classes_cases[] = {
	{
		"reg a 0 0 8 doorbell queue 4 4",
		"6:30: error: expected an attribute or the end of the line, found '4'\n",
	},
	{ "reg a 0 0 8 start initial 5 range 4..5 or-stop\nidle ctx == 0", "" },
	{
		"reg a 0 0 8 start mask 1 initial 2",
		"6:5: error: the initial value could not be written\n",
	},
	{ "reg a 0 0 8 ro queue 1", "6:16: error: 'queue' says nothing of 'ro'\n" },
	{ "reg a 0 0 8 live initial 1", "6:18: error: 'initial' says nothing of 'live'\n" },
	{ "reg a 0 0 8 deny mask 1", "6:18: error: 'mask' says nothing of 'deny'\n" },
	{ "reg a 0 0 8 const 1 once", "6:21: error: 'once' says nothing of 'const'\n" },
	{
		"reg a 0 0 8 const",
		"6:18: error: expected the constant, found the end of the line\n",
	},
	{ "reg a 0 0 8 const 256", "6:19: error: the constant is 0 to 255\n" },
	{ "reg a 0 0 8 ro mask 1", "6:16: error: 'mask' says nothing of 'ro'\n" },
	{
		"reg a 0 0 8 context mask",
		"6:25: error: expected the mask, found the end of the line\n",
	},
	{ "reg a 0 0 8 context mask 0", "6:5: error: nothing can be written: the mask is 0\n" },
	{ "reg a 0 0 8 context mask 256", "6:26: error: the mask is 0 to 255\n" },
	{ "reg a 0 0 8 context mask 1 mask 1", "6:28: error: 'mask' is there twice\n" },
	{
		"reg a 0 0 8 context range 2..1",
		"6:27: error: the range is empty: the lesser number comes first\n",
	},
	{
		"reg a 0 0 8 context range 1",
		"6:28: error: expected '..', found the end of the line\n",
	},
	{
		"reg a 0 0 8 context range 1..x",
		"6:30: error: expected a value of the field, found 'x'\n",
	},
	{ "reg a 0 0 8 context range 1..256", "6:30: error: a value of the field is 0 to 255\n" },
	{
		"reg a 0 0 8 context restore",
		"6:28: error: expected 'xor', found the end of the line\n",
	},
	{
		"reg a 0 0 8 context restore xor x",
		"6:33: error: expected the inverted bits, found 'x'\n",
	},
	{
		"reg a 0 0 8 context write-only restore xor 1",
		"6:5: error: what is write-only is not read, so there is nothing to invert\n",
	},
	{ "reg a 0 0 8 context range 1..2", "" },
	{
		"reg a 0 0 8 context range 1..2 initial 3",
		"6:5: error: the initial value could not be written\n",
	},
	{ "reg a 0 0 8 context initial 256", "6:29: error: the initial value is 0 to 255\n" },
	{
		"reg a 0 0 8 context or-stop",
		"6:5: error: 'or-stop' needs a mask or a range that refuses something\n",
	},
	{
		"reg a 0 0 8 live or-stop mask 3\n"
		"idle ctx == 0",
		"",
	},
	{ "reg a 0 0 8 deny or-stop", "" },
	{
		"reg a 0 0 8 status",
		"6:19: error: expected w1c, rc or latch, found the end of the line\n",
	},
	{ "reg a 0 0 8 status foo", "6:20: error: expected w1c, rc or latch, found 'foo'\n" },
	{ "reg a 0 0 8 status w1c once", "6:5: error: 'once' says how a latch is cleared\n" },
	{
		"reg a 0 0 8 status latch",
		"6:5: warning: nothing clears this latch: no ack is for it, and it is not "
		"'once'\n"
		"6:5: warning: nothing sets this status: no 'irq pending' looks at it\n",
	},
	{
		"reg a 0 0 8 status rc",
		"6:5: warning: nothing sets this status: no 'irq pending' looks at it\n",
	},
	{
		"reg a 0 0 8 ack",
		"6:16: error: expected the status that it is for, found the end of the line\n",
	},
	{ "reg a 0 0 8 ack 1", "6:17: error: expected a register, found '1'\n" },
	{ "reg a 0 0 8 ack b", "6:17: error: there is no register 'b'\n" },
	{ "reg a 0 0 8 raise ctx", "6:19: error: this is not a status\n" },
	{ "reg a 0 0 8 ack b.", "6:19: error: expected a field, found the end of the line\n" },
	{
		"reg a 0 0 8 ack b.x\n"
		"reg b 0 1 8\n"
		"field y 0 status rc",
		"6:19: error: there is no field 'x'\n",
	},
	{
		"reg a 0 0 8 doorbell queue",
		"6:27: error: expected the depth of the queue, found the end of the line\n",
	},
	{ "reg a 0 0 8 doorbell queue 0", "6:28: error: the depth of the queue is 1 to 256\n" },
	{ "reg a 0 0 8 doorbell queue 257", "6:28: error: the depth of the queue is 1 to 256\n" },
	{ "reg a 0 0 8 doorbell", "" },
	{
		"reg a 0 0 8 dma-address",
		"6:5: warning: the device never gets this: no dma or ring has it\n",
	},
	{
		"reg a 0 0 8 dma-length\n"
		"reg b 0 1 8 dma-command",
		"6:5: warning: the device never gets this: no dma or ring has it\n"
		"7:5: warning: the device never gets this: no dma or ring has it\n",
	},
	{
		"reg a 0 0 8 read context",
		"6:5: error: 'a' is only read, which makes no sense of 'context'\n",
	},
	{
		"reg a 0 0 8 write ro",
		"6:5: error: 'a' is only written, which makes no sense of 'ro'\n",
	},
	{
		"reg a 0 0 8 write context restore xor 1",
		"6:5: error: what is write-only is not read, so there is nothing to invert\n",
	},
	{
		"reg a 0 0 8 write start\n"
		"idle ctx == 0",
		"",
	},
	{
		"reg a 0 0 8 start",
		"6:5: warning: without 'idle' nobody knows when what is started here is done\n",
	},
	{
		"reg a 0 0 8 live",
		"6:5: warning: without 'idle' nobody knows when this can change hands\n",
	},
	{ "reg a 0 0 8 ro busy", "6:5: warning: 'busy' is about a start, and there is none\n" },
};

static const struct complaint no_context_cases[] = {
	{
		"reg a 0 0 8 ro",
		"3:1: warning: a lease without any context: guests would find each other's "
		"settings\n",
	},
};

static const struct complaint conditions_cases[] = {
	{ "idle (a & 2) != 1", "10:17: error: this can never be equal: the mask is 0x2\n" },
	{ "idle (a & 2) < 1", "" },
	{ "idle a", "10:7: error: expected ==, !=, <, <=, > or >=, found the end of the line\n" },
	{ "idle 1 == 1", "10:6: error: expected a register, found '1'\n" },
	{ "idle b == 1", "10:6: error: there is no register 'b'\n" },
	{ "idle a. == 1", "10:9: error: expected a field, found '=='\n" },
	{ "idle a.z == 1", "10:8: error: there is no field 'z'\n" },
	{ "idle w == 1", "10:6: error: 'w' cannot be read\n" },
	{ "idle a = 1", "10:8: error: expected ==, !=, <, <=, > or >=, found '='\n" },
	{ "idle a == x", "10:11: error: expected a number to compare with, found 'x'\n" },
	{ "idle a == 256", "10:11: error: a number to compare with is 0 to 255\n" },
	{ "idle a.x == 16", "10:13: error: a number to compare with is 0 to 15\n" },
	{
		"idle a & 1 == 1",
		"10:8: error: expected parentheses around a mask: (REGISTER & MASK), found '&'\n",
	},
	{ "idle (a & 1 == 1)", "10:13: error: expected ')', found '=='\n" },
	{ "idle (a & 0) == 1", "10:11: error: a mask of its bits is 1 to 255\n" },
	{ "idle (a & 256) == 1", "10:11: error: a mask of its bits is 1 to 255\n" },
	{ "idle (a & 2) == 1", "10:17: error: this can never be equal: the mask is 0x2\n" },
	{ "idle (a & 2) <= 1", "" },
	{ "idle (a == 1", "10:13: error: expected &&, || or ), found the end of the line\n" },
	{ "idle a == 1)", "10:12: error: expected the end of the line, found ')'\n" },
	{ "idle a == 1 &&", "10:15: error: expected a register, found the end of the line\n" },
	{ "idle a == 1 && || a == 1", "10:16: error: expected a register, found '||'\n" },
	{ "idle (b & 1) == 1", "10:7: error: there is no register 'b'\n" },
	{ "idle (a & x) == 1", "10:11: error: expected a mask of its bits, found 'x'\n" },
	{ "idle ((((((((a == 1))))))))", "" },
	{ "idle (((((((((a == 1)))))))))", "10:14: error: parentheses are at most 8 deep\n" },
	{
		"idle a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a "
		"== 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || "
		"a == 1",
		"",
	},
	{
		"idle a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a "
		"== 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || a == 1 || "
		"a == 1 || a == 1",
		"10:166: error: a condition has at most 16 comparisons\n",
	},
};

static const struct complaint interrupts_cases[] = {
	{
		"irq",
		"10:4: error: expected msix, msi, intx or pending, found the end of the line\n",
	},
	{ "irq foo", "10:5: error: expected msix, msi, intx or pending, found 'foo'\n" },
	{ "irq intx foo", "10:10: error: expected the end of the line, found 'foo'\n" },
	{
		"irq msi",
		"6:5: warning: nothing sets this status: no 'irq pending' looks at it\n"
		"10:1: warning: no guest gets an interrupt: there is no 'irq pending'\n",
	},
	{ "irq intx pending", "10:17: error: expected a register, found the end of the line\n" },
	{
		"irq intx pending s != 0",
		"10:24: error: expected 'owner', found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner",
		"10:30: error: expected holder, partition or raised, found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner me",
		"10:31: error: expected holder, partition or raised, found 'me'\n",
	},
	{
		"irq pending s != 0 owner holder",
		"10:1: error: it is not said which kinds of interrupt there are: msix, msi, "
		"intx\n",
	},
	{
		"irq intx pending s != 0 owner holder ack",
		"10:41: error: expected a register, found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner holder ack b",
		"10:42: error: there is no register 'b'\n",
	},
	{
		"irq intx pending s != 0 owner holder ack ctx",
		"10:42: error: this is neither an ack nor a status w1c\n",
	},
	{
		"irq intx pending s != 0 owner holder ack k.y",
		"10:42: error: this is neither an ack nor a status w1c\n",
	},
	{ "irq intx pending s != 0 owner holder ack k.x", "" },
	{ "irq intx pending s != 0 owner holder ack s", "" },
	{
		"irq intx pending s != 0 owner holder ack recipe",
		"10:1: error: there is no recipe 'ack'\n",
	},
	{
		"irq intx pending s != 0 owner partition",
		"10:1: error: without partitions the owner is the holder\n",
	},
	{
		"irq intx pending s != 0 owner raised",
		"10:1: warning: nobody raises it: no register is of class raise\n",
	},
	{
		"irq intx pending s != 0 owner holder ack recipe\n"
		"ack\n"
		"read s",
		"",
	},
	{ "bar 1 msix\nirq intx msi msix pending s != 0 owner holder", "" },
	{
		"irq intx msix pending s != 0 owner holder",
		"10:1: error: guests find no table of MSI-X: there is no 'bar NUMBER msix'\n",
	},
	{
		"irq intx pending s != 0 owner holder vector",
		"10:44: error: expected a vector, found the end of the line\n",
	},
	{
		"irq msi pending s != 0 owner holder vector 32",
		"10:44: error: a vector is 0 to 31\n",
	},
	{ "irq msi pending s != 0 owner holder vector 31 ack s", "" },
	{
		"irq intx pending s != 0 owner holder vector 1",
		"10:1: warning: 'vector' is for msi and msix, and there is neither\n",
	},
	{
		"reg b 0 7 7 ro\n"
		"irq intx pending s != 0 owner holder ack b",
		"10:11: error: the width in bits is 8 to 64\n",
	},
	{
		"irq intx pending s != 0 owner holder expected",
		"10:46: error: expected a register, found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner holder expected k.y == 1",
		"10:55: error: expected 'within', found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner holder expected k.y == 1 within",
		"10:62: error: expected a time such as 2ms, found the end of the line\n",
	},
	{
		"irq intx pending s != 0 owner holder expected k.y == 1 within 2s",
		"10:63: error: a time here is 1us to 1000000us\n",
	},
	{
		"irq intx pending s != 0 owner holder expected k.y == 1 within 1ms ack k.x",
		"10:67: error: expected the end of the line, found 'ack'\n",
	},
	{
		"irq intx pending s != 0 owner holder expected k.y == 1 within 1ms",
		"10:47: error: nothing is expected: no register is of class start\n",
	},
	{
		"reg g 0 2 8 read start\n"
		"irq intx pending s != 0 owner holder expected k.y == 1 within 1ms",
		"10:5: error: 'g' is only read, which makes no sense of 'start'\n",
	},
	{
		"irq intx pending s != 0 owner raised expected k.y == 1 within 1ms",
		"10:47: error: what guests raise themselves is not waited for\n",
	},
	{
		"reg g 0 2 8 start\n"
		"idle k.y != 2\n"
		"irq intx pending s != 0 owner holder ack recipe expected k.y == 1 within 1ms\n"
		"ack\n"
		"read s",
		"",
	},
	{
		"bus-master x",
		"10:12: error: expected the end of the line, found 'x'\n",
	},
	{
		"bus-master\n"
		"bus-master",
		"11:1: error: 'bus-master' was there in line 10 already\n",
	},
	{
		"bus-master\n"
		"irq intx pending s != 0 owner holder",
		"10:1: warning: 'bus-master' is for msi and msix, and there is neither\n",
	},
	{
		"bar 1 msix\n"
		"irq intx msi\n"
		"irq msix pending s != 0 owner holder\n"
		"bus-master",
		"",
	},
	{
		"irq msi pending s != 0 owner holder\n"
		"bus-master",
		"",
	},
	{
		"bar 1 msix\n"
		"irq msix pending s != 0 owner holder\n"
		"bus-master",
		"",
	},
};

static const struct complaint recipes_cases[] = {
	{ "quiesce x", "12:9: error: expected the end of the line, found 'x'\n" },
	{ "reset by", "12:9: error: expected flr, pm or bus, found the end of the line\n" },
	{ "reset by luck", "12:10: error: expected flr, pm or bus, found 'luck'\n" },
	{
		"reset by flr\n"
		"write a 1",
		"13:1: error: 'write' belongs to a recipe above it\n",
	},
	{
		"reset by bus\n"
		"reset\n"
		"write a 1",
		"13:1: warning: the recipe 'reset' is not needed: the device is reset by itself\n",
	},
	{
		"reset\n"
		"read a",
		"12:1: warning: the recipe 'reset' changes nothing: it does not write\n",
	},
	{ "quiesce", "12:1: warning: the recipe 'quiesce' has no steps\n" },
	{
		"ack\n"
		"write a 1",
		"12:1: warning: the recipe 'ack' is not needed: no 'irq pending' has 'ack "
		"recipe'\n",
	},
	{
		"restore\n"
		"write a 1\n"
		"restore\n"
		"write a 2",
		"14:1: error: there is a recipe 'restore' in line 12 already\n",
	},
	{
		"quiesce\n"
		"write",
		"13:6: error: expected a register, found the end of the line\n",
	},
	{
		"quiesce\n"
		"write b 1",
		"13:7: error: there is no register 'b'\n",
	},
	{
		"quiesce\n"
		"write a",
		"13:8: error: expected a value that fits, found the end of the line\n",
	},
	{
		"quiesce\n"
		"write a 256",
		"13:9: error: a value that fits is 0 to 255\n",
	},
	{
		"quiesce\n"
		"write a.x 16",
		"13:11: error: a value that fits is 0 to 15\n",
	},
	{
		"quiesce\n"
		"write w.z 1",
		"13:7: error: 'w' cannot be read, so it is written as a whole\n",
	},
	{
		"quiesce\n"
		"write w 1",
		"",
	},
	{
		"quiesce\n"
		"write r 1",
		"13:7: error: 'r' cannot be written\n",
	},
	{
		"quiesce\n"
		"read w",
		"13:6: error: 'w' cannot be read\n",
	},
	{
		"quiesce\n"
		"wait a",
		"13:7: error: expected ==, !=, <, <=, > or >=, found the end of the line\n",
	},
	{
		"quiesce\n"
		"wait a == 1",
		"13:12: error: expected 'within', found the end of the line\n",
	},
	{
		"quiesce\n"
		"wait a == 1 within",
		"13:19: error: expected a time such as 2ms, found the end of the line\n",
	},
	{
		"quiesce\n"
		"wait a == 1 within 2s",
		"13:20: error: a time here is 1us to 1000000us\n",
	},
	{
		"quiesce\n"
		"wait a == 1 within 0us",
		"13:20: error: a time here is 1us to 1000000us\n",
	},
	{
		"quiesce\n"
		"delay 101ms",
		"13:7: error: a time here is 1us to 100000us\n",
	},
	{
		"quiesce\n"
		"foo\n"
		"read a",
		"13:1: error: expected a statement such as reg, field or idle, found 'foo'\n",
	},
	{
		"quiesce\n"
		"idle a == 1\n"
		"read a",
		"14:1: error: 'read' belongs to a recipe above it\n",
	},
};

static const struct complaint transfers_cases[] = {
	{
		"dma",
		"12:4: error: expected a name of letters, digits and underscores, found the "
		"end of the line\n",
	},
	{ "dma d", "12:6: error: expected 'command', found the end of the line\n" },
	{ "dma d command", "12:14: error: expected a register, found the end of the line\n" },
	{ "dma d command ctx", "12:15: error: this is not a dma-command\n" },
	{ "dma d command c.dir", "12:15: error: this is not a dma-command\n" },
	{ "dma d command c count a", "12:23: error: this is not a dma-length\n" },
	{
		"dma d command c.run count n",
		"12:28: error: expected pin or bounce, found the end of the line\n",
	},
	{
		"dma d command c.run count n foo",
		"12:29: error: expected pin or bounce, found 'foo'\n",
	},
	{
		"dma d command c.run count n pin foo",
		"12:1: error: a dma needs a 'when' that says what its addresses are\n"
		"12:33: error: expected the end of the line, found 'foo'\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"dma d command c.run count n pin\n",
		"14:5: error: there is a dma 'd' already\n",
	},
	{
		"dma d command c.run count n pin\n",
		"12:1: error: a dma needs a 'when' that says what its addresses are\n",
	},
	{
		"dma d command c.run count n pin align",
		"12:1: error: a dma needs a 'when' that says what its addresses are\n"
		"12:38: error: expected an alignment, found the end of the line\n",
	},
	{
		"dma d command c.run count n pin align 3\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		"12:39: error: an alignment is a power of two\n",
	},
	{
		"dma d command c.run count n bounce align 4 max 0\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		"12:48: error: the largest size is 1 to 18446744073709551615\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when",
		"13:5: error: expected a register, found the end of the line\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0",
		"13:16: error: expected ':', found the end of the line\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: foo",
		"13:18: error: expected 'bus', found 'foo'\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a",
		"13:23: error: expected ',', found the end of the line\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus n, device b",
		"13:22: error: this is not a dma-address\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: device a, bus b range 0..9",
		"13:1: warning: no range: any address in the device can be reached\n"
		"13:34: error: expected the end of the line, found 'range'\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: device a range 1..0, bus b",
		"13:33: error: the range is empty: the lesser number comes first\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: device a, device b",
		"13:28: error: expected 'bus', found 'device'\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: device a, bus b",
		"13:1: warning: no range: any address in the device can be reached\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: device ctx, bus b",
		"13:25: error: this is not a dma-address\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		"17:1: error: a dma has at most 4 'when'\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"done c.run == 0\n"
		"done c.run == 0",
		"15:1: error: there is a 'done' in line 14 already\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"done",
		"14:5: error: expected a register, found the end of the line\n",
	},
	{
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n"
		"done c.run == 0",
		"",
	},
	{
		"dma foo bar\n"
		"when x\n"
		"done y",
		"12:9: error: expected 'command', found 'bar'\n",
	},
	{
		"dma 1\n"
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		"12:5: error: expected a name of letters, digits and underscores, found '1'\n",
	},
	{
		"reg bad 0 0 9 ro\n"
		"dma d command bad count bad.x pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		"12:13: error: a register has 8, 16, 32 or 64 bits\n",
	},
};

static const struct complaint rings_cases[] = {
	{
		"ring r base a count 4 stride 16 address 10..20 length 5..10 owner 127 pin",
		"14:1: error: address, length and owner of a descriptor overlap\n",
	},
	{ "ring r base a count 4 stride 16 address 64..127 length 10..63 owner 9 pin", "" },
	{
		"ring r base a count n stride 16 address 0..63 length 64..79 owner 127 pin\n"
		"ring r base a count n stride 16 address 0..63 length 64..79 owner 127 bounce",
		"15:6: error: there is a ring 'r' already\n",
	},
	{
		"ring",
		"14:5: error: expected a name of letters, digits and underscores, found the "
		"end of the line\n",
	},
	{ "ring r base n", "14:13: error: this is not a dma-address\n" },
	{ "ring r base a", "14:14: error: expected 'count', found the end of the line\n" },
	{
		"ring r base a count",
		"14:20: error: expected a register, found the end of the line\n",
	},
	{ "ring r base a count 0", "14:21: error: a count is 1 to 65536\n" },
	{ "ring r base a count zz", "14:21: error: there is no register 'zz'\n" },
	{ "ring r base a count 65537", "14:21: error: a count is 1 to 65536\n" },
	{
		"ring r base a count 4",
		"14:22: error: expected 'stride', found the end of the line\n",
	},
	{ "ring r base a count 4 stride 3", "14:30: error: a stride in bytes is 4 to 4096\n" },
	{
		"ring r base a count 4 stride 16 address",
		"14:40: error: expected a bit of the descriptor, found the end of the line\n",
	},
	{
		"ring r base a count 4 stride 16 address 128",
		"14:41: error: a bit of the descriptor is 0 to 127\n",
	},
	{
		"ring r base a count 4 stride 16 address 0..128",
		"14:44: error: a bit of the descriptor is 0 to 127\n",
	},
	{
		"ring r base a count 4 stride 16 address 5..4",
		"14:41: error: the lowest bit comes first, and there are at most 64\n",
	},
	{
		"ring r base a count 4 stride 16 address 0..64",
		"14:41: error: the lowest bit comes first, and there are at most 64\n",
	},
	{
		"ring r base a count 4 stride 16 address 0 length x",
		"14:50: error: expected a bit of the descriptor, found 'x'\n",
	},
	{
		"ring r base a count 4 stride 16 address 0 length 1 own",
		"14:52: error: expected 'owner', found 'own'\n",
	},
	{
		"ring r base a count 4 stride 16 address 0 length 1 owner 2",
		"14:59: error: expected pin or bounce, found the end of the line\n",
	},
	{
		"ring r base a count 4 stride 16 address 0..63 length 63..64 owner 127 pin",
		"14:1: error: address, length and owner of a descriptor overlap\n",
	},
	{
		"ring r base a count 4 stride 16 address 0..63 length 64..80 owner 80 pin",
		"14:1: error: address, length and owner of a descriptor overlap\n",
	},
	{
		"ring r base a count 4 stride 16 address 0..63 length 64..80 owner 63 pin",
		"14:1: error: address, length and owner of a descriptor overlap\n",
	},
	{
		"reg e 0 16 32 dma-address\n"
		"reg f 0 20 32 dma-length\n"
		"reg g 0 24 32 dma-length\n"
		"ring r base e count f stride 16 address 0..63 length 64..79 owner 127 bounce",
		"16:5: warning: the device never gets this: no dma or ring has it\n",
	},
};

static const struct complaint scratch_cases[] = {
	{
		"scratch",
		"14:8: error: expected a name of letters, digits and underscores, found the "
		"end of the line\n",
	},
	{ "scratch s", "14:10: error: expected by or bar, found the end of the line\n" },
	{
		"scratch s by",
		"14:13: error: expected the name of a dma, found the end of the line\n",
	},
	{
		"bar 1 msix\n"
		"scratch s bar 1 0 16 wipe",
		"15:1: error: bar 1 has the table of MSI-X and nothing else\n",
	},
	{ "scratch s by x", "14:14: error: there is no dma 'x' above\n" },
	{
		"scratch s by d",
		"14:15: error: expected an address in the device, found the end of the line\n",
	},
	{
		"scratch s by d 0x8000000000000000",
		"14:16: error: an address in the device is at most 0x7fffffffffffffff\n",
	},
	{ "scratch s by d 0 0", "14:18: error: a size in bytes is 1 to 1073741824\n" },
	{
		"scratch s by d 0 4096",
		"14:22: error: expected save or wipe, found the end of the line\n",
	},
	{ "scratch s by d 0 4096 keep", "14:23: error: expected save or wipe, found 'keep'\n" },
	{ "scratch s by d 0 4096 wipe", "" },
	{ "scratch s bar", "14:14: error: expected a BAR, found the end of the line\n" },
	{ "scratch s bar 6", "14:15: error: a BAR is 0 to 5\n" },
	{ "scratch s bar 0 x", "14:17: error: expected an offset, found 'x'\n" },
	{ "scratch s bar 0 0 8192 save", "14:1: error: it ends at 0x2000, beyond bar 0\n" },
	{
		"scratch s bar 0 0 4096 save\n"
		"scratch s bar 0 0 4096 wipe",
		"15:9: error: there is a scratch 's' already\n",
	},
};

/**
 * struct complaints - texts that have something in common
 * @head: what they begin with
 * @cases: the texts
 * @count: how many
 */
struct complaints {
	const char *head;
	const struct complaint *cases;
	unsigned int count;
};

#define CASES(name)	name##_cases, sizeof(name##_cases) / sizeof(name##_cases[0])

static const struct complaints complaints[] = {
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(words),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(numbers),
	},
	{
		"",
		CASES(policy),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(device),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(share),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(others),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(bars),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share partition 2\n"
		"bar 0 mem 4096\n"
		"bar 1 io 16\n",
		CASES(partitions),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"bar 0 mem 4096\n",
		CASES(no_share),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(registers),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 8\n",
		CASES(fields),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n",
		CASES(classes),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n",
		CASES(no_context),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 8\n"
		"  field x 0..3 ro\n"
		"  field y 7 ro\n"
		"reg w 0 1 8 write context\n",
		CASES(conditions),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg s 0 0 8 status w1c\n"
		"reg k 0 1 8\n"
		"  field x 0 ack s\n"
		"  field y 1..7 ro\n",
		CASES(interrupts),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 8\n"
		"  field x 0..3 context\n"
		"  field y 7 ro\n"
		"reg w 0 1 8 write\n"
		"  field z 0 context\n"
		"reg r 0 2 8 read ro\n",
		CASES(recipes),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 32 dma-address\n"
		"reg b 0 4 32 dma-address\n"
		"reg n 0 8 32 dma-length\n"
		"reg c 0 12 32\n"
		"  field run 0 dma-command\n"
		"  field dir 1 context\n",
		CASES(transfers),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 32 dma-address\n"
		"reg b 0 4 32 dma-address\n"
		"reg n 0 8 32 dma-length\n"
		"reg c 0 12 32\n"
		"  field run 0 dma-command\n"
		"  field dir 1 context\n"
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		CASES(rings),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 32 context\n"
		"reg a 0 0 32 dma-address\n"
		"reg b 0 4 32 dma-address\n"
		"reg n 0 8 32 dma-length\n"
		"reg c 0 12 32\n"
		"  field run 0 dma-command\n"
		"  field dir 1 context\n"
		"dma d command c.run count n pin\n"
		"when c.dir == 0: bus a, device b range 0..9\n",
		CASES(scratch),
	},
};
