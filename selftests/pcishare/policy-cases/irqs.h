/* SPDX-License-Identifier: GPL-2.0 */
/* Complaints about conditions, interrupts and recipes. */

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
	{ "idle (a & x) == 1", "10:11: error: there is no register 'x'\n" },
	{ "idle (a b & 1) == 1", "10:9: error: expected '&', found 'b'\n" },
	{ "idle (a & w) == 1", "10:11: error: 'w' cannot be read\n" },
	{ "idle (a & a.x) == 1", "" },
	{ "idle (a & a.x == 1", "10:15: error: expected ')', found '=='\n" },
	{ "idle (a & a.x) == 16", "10:19: error: this can never be equal: the mask is 0xf\n" },
	{
		"reg s 0 16 8 status w1c\nidle (a & s) == 1",
		"11:11: error: this is a status: it comes first, and what enables it second\n",
	},
	{
		"idle (a & a) == 1 || (a & a) == 1 || (a & a) == 1 || (a & a) == 1 || (a & a) == 1 || "
		"(a & a) == 1 || (a & a) == 1 || a == 1 || (a & a) == 1",
		"10:128: error: a condition has at most 16 comparisons\n",
	},
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
