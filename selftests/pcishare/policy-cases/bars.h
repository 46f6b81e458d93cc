/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about BARs and partitions. */

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
		"partition n bar 0 offset 1+0x10*n size 16\n"
		"reg a 0 0 8 ro",
		"",
	},
	{
		"partition n bar 0 offset 16+0x12*n size 16\n"
		"reg a 0 0 32 ro",
		"6:1: error: bar 0 of partition 1 is at 0x22, where no register of 32 bits can "
		"be\n",
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
		"reg a config 0x60 8 ro",
		"7:5: error: partitions have one configuration space: 'a' is nobody's\n",
	},
	{
		"partition n bar 1 offset 8*n size 8\n"
		"reg a 1 0 8 read status latch once\n"
		"irq intx\n"
		"irq pending a == 0 owner holder",
		"9:1: error: with partitions the owner is the partition\n",
	},
};

static const struct complaint partition_resets_cases[] = {
	{
		"reg a 0 0 32 live",
		"3:1: error: a partition needs a recipe 'reset', or the next guest finds what "
		"the last one left: 'reset none' accepts that\n",
	},
	{ "reg a 0 0 32 live\nreset none", "" },
	{ "reg a 0 0 32 live\nreset\nwrite a 0", "" },
	{
		"reg a 0 0 32 live\nreset none\nreset\nwrite a 0",
		"7:1: error: there is a way to reset it, in line 8\n",
	},
	{
		"reg a 0 0 32 live\nreset by flr",
		"3:1: error: a partition needs a recipe 'reset', or the next guest finds what "
		"the last one left: 'reset none' accepts that\n",
	},
	{ "reset nothing", "6:7: error: expected the end of the line, found 'nothing'\n" },
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
