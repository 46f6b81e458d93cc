/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about transfers, rings and scratch memory. */

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
	{
		"bar 2 mem 4096 absent\nscratch s bar 2 0 8 wipe",
		"15:1: error: bar 2 is absent from the device\n",
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
