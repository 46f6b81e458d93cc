/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about registers, their fields and the classes of these. */

static const struct complaint registers_cases[] = {
	{
		"reg",
		"6:4: error: expected a name of letters, digits and underscores, "
		"found the end of the line\n",
	},
	{
		"reg 1a 0 0 8 ro",
		"6:5: error: expected a name of letters, digits and underscores, found '1a'\n",
	},
	{
		"reg a-b 0 0 8 ro",
		"6:5: error: expected a name of letters, digits and underscores, "
		"found 'a-b'\n",
	},
	{
		"reg nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn 0 0 8 ro",
		"6:5: error: a name has at most 31 characters\n",
	},
	{ "reg a config 0x58 8 ro", "" },
	{ "reg a config 0x60 32 context", "" },
	{
		"reg a config 0x57 8 ro",
		"6:5: error: below 0x58 configuration space is the guest's own\n",
	},
	{
		"bar 1 msix\nirq msix\nreg a config 0x60 32 ro",
		"8:5: error: below 0x64 configuration space is the guest's own\n",
	},
	{
		"reg a config 0x60 64 ro",
		"6:5: error: a register in configuration space has at most 32 bits\n",
	},
	{ "reg a config 256 8 ro", "6:14: error: an offset is 0 to 255\n" },
	{ "reg a 6 0 8 ro", "6:7: error: a BAR is 0 to 5\n" },
	{ "reg a 0 0x40000001 8 ro", "6:9: error: an offset is at most 0x40000000\n" },
	{ "reg a 0 0 7 ro", "6:11: error: the width in bits is 8 to 64\n" },
	{ "reg a 0 0 24 ro", "6:11: error: a register has 8, 16, 32 or 64 bits\n" },
	{ "reg a 0 2 32 ro", "6:11: error: a register of 32 bits is at a multiple of 4\n" },
	{
		"reg a 0 4096 8 ro",
		"6:5: error: 'a' ends at 0x1001, beyond bar 0 of 0x1000 bytes\n",
	},
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
	{ "reg a[2] 0 0+4*n 32 ro", "" },
	{ "reg a[ 2 ] 0 0 + 4 * n 32 ro", "" },
	{ "reg a[1022] 0 0+4*n 32 ro", "" },
	{
		"reg a[1023] 0 0+4*n 32 ro",
		"6:5: error: 'a[1022]' overlaps 'ctx' of line 5\n",
	},
	{
		"reg a[1025] 0 0+4*n 32 ro",
		"6:5: error: 'a[1022]' overlaps 'ctx' of line 5\n"
		"6:5: error: 'a[1024]' ends at 0x1004, beyond bar 0 of 0x1000 bytes\n",
	},
	{ "reg a[0] 0 0+4*n 32 ro", "6:7: error: the number of registers is 1 to 4096\n" },
	{ "reg a[4097] 0 0+4*n 32 ro", "6:7: error: the number of registers is 1 to 4096\n" },
	{
		"reg a[x] 0 0+4*n 32 ro",
		"6:7: error: expected the number of registers, found 'x'\n",
	},
	{ "reg a[2 0 0+4*n 32 ro", "6:9: error: expected ']', found '0'\n" },
	{ "reg a[2] 0 0 32 ro", "6:14: error: expected '+', found '32'\n" },
	{
		"reg a[2] 0 0+n 32 ro",
		"6:14: error: expected the step to the next register, found 'n'\n",
	},
	{ "reg a[2] 0 0+4 32 ro", "6:16: error: expected '*', found '32'\n" },
	{ "reg a[2] 0 0+4*m 32 ro", "6:16: error: expected 'n', found 'm'\n" },
	{
		"reg a[2] 0 0+0*n 32 ro",
		"6:14: error: the step to the next register is 1 to 1073741824\n",
	},
	{
		"reg a 0 0+4*n 32 ro",
		"6:10: error: n counts the registers of an array: 'a[COUNT]'\n",
	},
	{
		"reg a[2] 0 0+2*n 32 ro",
		"6:5: error: registers of 32 bits are a multiple of 4 apart\n",
	},
	{
		"reg a[3] 0 4+0x30000000*n 32 ro",
		"6:13: error: 'a[2]' is beyond 0x40000000\n",
	},
	{
		"reg a[2] 0 0+4*n 32 ro\nreg a[2] 0 8+4*n 32 ro",
		"7:5: error: there is a 'a[0]' in line 6 already\n",
	},
	{
		"reg a[9] 0 0+4*n 32 ro\nreg b[9] 0 2+4*n 16 ro",
		"7:5: error: 'b[0]' overlaps 'a[0]' of line 6\n",
	},
	{
		"reg a[2] 1 0+4*n 32 ro",
		"6:5: error: 'a[1]' is in bar 1, which is not declared\n",
	},
	{
		"reg a[2] 0 0+4*n 32\nfield x 0..1 ro\nfield x 1 ro",
		"8:7: error: 'x' overlaps 'x' of line 7\n"
		"8:7: error: 'a[0]' has a field 'x' already\n",
	},
	/* Its first register is what may be too low, and its last too high. */
	{
		"reg a[24] config 0+4*n 32 live\nidle ctx == 0\nreset none",
		"6:5: error: below 0x58 configuration space is the guest's own\n",
	},
	{ "reg a[42] config 0x58+4*n 32 ro", "" },
	{ "reg a[43] config 0x58+4*n 32 ro", "6:22: error: 'a[42]' is beyond 0xff\n" },
	{ "reg a[2] 0 0+4*n 32 ro\nidle (a[1] & 3) == 1", "" },
	{ "reg a[2] 0 0+4*n 32\nfield x 0..7 ro\nidle ((a[1].x & 3) == 1 || ctx == 0)", "" },
	{
		"reg a 0 0 32 ro\nreg a[2] 0 4+4*n 32 ro",
		"7:5: error: there is a 'a' in line 6 already\n",
	},
	{
		"reg a[2] 0 4+4*n 32 ro\nreg a 0 0 32 ro",
		"7:5: error: there is an array 'a' in line 6 already\n",
	},
	{
		"reg a[9] 0 0+12*n 32 ro\nreg b[9] 0 0+12*n 32 ro\nreg c[9] 0 0+12*n 32 ro",
		"7:5: error: 'b[0]' overlaps 'a[0]' of line 6\n"
		"8:5: error: 'c[0]' overlaps 'a[0]' of line 6\n",
	},
	{
		"reg s 0 0 32 status latch\nreg k[9] 0 8+4*n 32 ack s",
		"7:5: error: 'ack' is for one status, and 'k' is an array\n",
	},
	{
		"reg s 0 0 32 status latch\nreg k[9] 0 8+4*n 32\nfield x 0..3 raise s",
		"8:7: error: 'raise' is for one status, and 'k' is an array\n",
	},
	{
		"reg d[3] 0 0+8*n 64 dma-address",
		"6:5: warning: the device never gets this: no dma or ring has it\n",
	},
	{
		"reg s[3] 0 0+4*n 32 status w1c",
		"6:5: warning: nothing sets this status: no 'irq pending' looks at it\n",
	},
	{ "reg a[2] 0 0+4*n 32\nfield x 3 ro\nidle a[1].x == 1", "" },
	{
		"reg a[2] 0 0+4*n 32 ro\nidle a == 1",
		"7:6: error: 'a' is an array: one of it is 'a[0]'\n",
	},
	{
		"reg a[2] 0 0+4*n 32 ro\nidle a[2] == 1",
		"7:6: error: there is no register 'a[2]'\n",
	},
	{
		"reg a[2] 0 0+4*n 32 ro\nidle a[18446744073709551615] == 1",
		"7:8: error: expected the index, found '18446744073709551615'\n",
	},
	{
		"reg a[2] 0 0+4*n 32 ro\nidle a[x] == 1",
		"7:8: error: expected the index, found 'x'\n",
	},
	{ "reg a[2] 0 0+4*n 32 ro\nidle a[0 == 1", "7:10: error: expected ']', found '=='\n" },
	{ "idle ctx[0] == 1", "6:6: error: there is no register 'ctx[0]'\n" },
	{
		"idle nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn[0] == 1",
		"6:6: error: there is no register 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn[0]'\n",
	},
	/* One that is wrong may have had it. */
	{
		"reg a[9] 0 0+4*n 7 ro\nidle a[3] == 1",
		"6:18: error: the width in bits is 8 to 64\n",
	},
	{
		"reg s[2] 0 0+4*n 32 status latch\nreg k 0 8 32\nfield x 0 ack s[1]\n"
		"field y 1 ack s[0]\nirq intx\n"
		"irq pending s[0] != 0 || s[1] != 0 owner holder ack k",
		"",
	},
	{
		"reg s[2] 0 0+4*n 32 status latch\nreg k 0 8 32 ack s[2]",
		"7:18: error: there is no register 's[2]'\n",
	},
	{
		"reg s 0 0 32 status latch\nreg k 0 8 32 ack s[",
		"7:20: error: expected the index, found the end of the line\n",
	},
	{
		"bar 1 mem 4096\nreg a[4096] 1 0+1*n 8 ro",
		"7:5: error: there are at most 4096 registers\n",
	},
	{ "save-order ctx\nrestore-order ctx", "" },
	{ "save-order", "6:11: error: expected a register, found the end of the line\n" },
	{ "save-order 5", "6:12: error: expected a register, found '5'\n" },
	{ "save-order ctx foo", "6:16: error: there is no register 'foo'\n" },
	{ "save-order ctx ctx", "6:16: error: 'ctx' is there twice\n" },
	{ "restore-order ctx.x", "6:18: error: expected a register, found '.'\n" },
	{
		"restore-order ctx\nrestore-order ctx",
		"7:1: error: 'restore-order' was there in line 6 already\n",
	},
	{
		"reg a 0 0 8 live\nidle ctx == 0\nsave-order a",
		"8:12: error: nothing of 'a' is saved\n",
	},
	{
		"reg a 0 0 8 context write-only\nsave-order a",
		"7:12: error: nothing of 'a' is saved\n",
	},
	{ "reg a 0 0 8 context write-only\nrestore-order a", "" },
	{
		"reg a 0 0 8 write context\nsave-order a",
		"7:12: error: nothing of 'a' is saved\n",
	},
	{ "reg a 0 0 8 start\nidle ctx == 0\nsave-order a", "" },
	{
		"reg a 0 0 8 start\nidle ctx == 0\nrestore-order a",
		"8:15: error: nothing of 'a' is restored\n",
	},
	{ "bar 2 io 8 absent\nreg a 2 0 8 const 1\nreg b 2 1 8 deny", "" },
	{ "bar 2 mem 16 prefetch absent\nreg a[4] 2 0+4*n 32 const 1", "" },
	{
		"bar 2 io 512 absent",
		"6:1: error: a BAR of I/O ports has at most 256 bytes\n",
	},
	{
		"bar 2 io 8 absent prefetch",
		"6:19: error: expected the end of the line, found 'prefetch'\n",
	},
	{
		"bar 2 io 8 absent\nreg a[8] 2 0+1*n 8 context",
		"7:5: error: the device does not have bar 2: there is only const and deny\n",
	},
	{
		"bar 2 io 8 absent\nreg a 2 0 8\nfield x 0 const 1\nfield y 1 ro",
		"9:7: error: the device does not have bar 2: there is only const and deny\n",
	},
	{
		"bar 2 io 8 absent\nreg a 2 0 8 const 1\nidle a == 1",
		"7:5: error: the device does not have 'a', which a condition or "
		"a recipe is about\n",
	},
	{
		"bar 2 io 8 absent\nreg a 2 0 8 const 1\nidle ctx == 1 && (ctx & a) == 1",
		"7:5: error: the device does not have 'a', which a condition or "
		"a recipe is about\n",
	},
	{
		"bar 2 io 8 absent\nreg a 2 0 8 const 1\nreset\nread a",
		"7:5: error: the device does not have 'a', which a condition or "
		"a recipe is about\n",
	},
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
		"7:6: error: expected a name of letters, digits and underscores, "
		"found the end "
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
	{
		"reg a 0 0 8 context mask 0",
		"6:5: error: nothing can be written: the mask is 0\n",
	},
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
	{
		"reg a 0 0 8 context range 1..256",
		"6:30: error: a value of the field is 0 to 255\n",
	},
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
		"idle ctx == 0\n"
		"reset none",
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
	{
		"reg a 0 0 8 doorbell queue 0",
		"6:28: error: the depth of the queue is 1 to 256\n",
	},
	{
		"reg a 0 0 8 doorbell queue 257",
		"6:28: error: the depth of the queue is 1 to 256\n",
	},
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
		"6:5: warning: without 'idle' nobody knows when what is started "
		"here is done\n",
	},
	{
		"reg a 0 0 8 live",
		"6:5: error: without 'idle' nobody knows when this can change hands\n",
	},
	{
		"reg a 0 0 8 live\nidle ctx == 0",
		"6:5: warning: without 'reset' nobody gets a device any more that a guest has "
		"left half-way\n",
	},
	{ "reg a 0 0 8 live\nidle ctx == 0\nreset none", "" },
	{
		"reg a 0 0 32 context range 0..9\nreg b 0 4 32 context\nbus-master",
		"7:5: warning: with 'bus-master', if this is an address a guest "
		"has the device "
		"write anywhere: 'range' or 'mask' says what it may be\n"
		"8:1: warning: 'bus-master' is for msi and msix, and there is neither\n",
	},
	{
		"reg a 0 0 8 ro busy",
		"6:5: warning: 'busy' is about a start, and there is none\n",
	},
};

static const struct complaint no_context_cases[] = {
	{
		"reg a 0 0 8 ro\nreg b 0 1 8 live\nidle a == 0\nreset none",
		"3:1: warning: a lease without any context: guests would find each other's "
		"settings\n",
	},
	/* Nobody reads what another has written. */
	{ "reg a 0 0 8 ro", "" },
	{ "reg a 0 0 8 read live\nreg b 0 0 8 write live\nidle a == 0\nreset none", "" },
};
