/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts, and all that the parser says of them: each of its complaints, and what must
 * not be complained about.
 */

/**
 * struct complaint - a text and what is said of it
 * @text: behind what is common to the group
 * @said: as pcishare-lint prints it, except for the name of the file
 */
struct complaint {
	const char *text;
	const char *said;
};

#include "policy-cases/words.h"
#include "policy-cases/device.h"
#include "policy-cases/bars.h"
#include "policy-cases/registers.h"
#include "policy-cases/irqs.h"
#include "policy-cases/memory.h"

/**
 * struct complaints - texts that have something in common
 * @head: what they begin with
 * @tail: what they end with, or NULL
 * @cases: the texts
 * @count: how many
 */
struct complaints {
	const char *head;
	const struct complaint *cases;
	unsigned int count;
	const char *tail;
};

#define ENDING(name, tail)	\
	name##_cases, sizeof(name##_cases) / sizeof(name##_cases[0]), tail
#define CASES(name)	ENDING(name, NULL)

static const struct complaints complaints[] = {
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
		CASES(words),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
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
		"reg ctx 0 0xff8 16 context\n",
		CASES(device),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
		CASES(share),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
		CASES(others),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
		CASES(bars),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share partition 2\n"
		"bar 0 mem 4096\n"
		"bar 1 io 16\n",
		ENDING(partitions, "\nreset none"),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share partition 2\n"
		"bar 0 mem 4096\n"
		"partition n bar 0 offset 2048*n size 2048\n",
		CASES(partition_resets),
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
		"reg ctx 0 0xff8 16 context\n",
		CASES(registers),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n"
		"reg a 0 0 8\n",
		CASES(fields),
	},
	{
		"policy 1\n"
		"device 1234:11e8 \"x\"\n"
		"share lease\n"
		"bar 0 mem 4096\n"
		"reg ctx 0 0xff8 16 context\n",
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
		"reg ctx 0 0xff8 16 context\n"
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
		"reg ctx 0 0xff8 16 context\n"
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
		"reg ctx 0 0xff8 16 context\n"
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
		"reg ctx 0 0xff8 16 context\n"
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
		"reg ctx 0 0xff8 16 context\n"
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
		"reg ctx 0 0xff8 16 context\n"
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
