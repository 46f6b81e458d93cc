/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfers that a device makes by itself. They are parsed and checked, and not
 * done yet.
 */
#ifndef PCISHARE_POLICY_DMA_H
#define PCISHARE_POLICY_DMA_H

#include "env.h"
#include "limits.h"
#include "message.h"
#include "register.h"

/**
 * struct pcishare_when - what the addresses of a transfer are, and when
 * @pos: where it was said
 * @cond: when
 * @bus: holds an address in the guest's memory
 * @device: holds an address in the device
 * @min: the least of those
 * @max: the last byte of those
 * @ranged: @min and @max were said
 */
struct pcishare_when {
	struct pcishare_pos pos;
	struct pcishare_cond cond;
	struct pcishare_ref bus;
	struct pcishare_ref device;
	u64 min;
	u64 max;
	bool ranged;
};

/**
 * struct pcishare_dma - a transfer
 * @pos: where it was declared
 * @name: its name
 * @command: starts it
 * @length: how many bytes
 * @bounce: through a buffer; else pages are pinned
 * @align: of addresses, in bytes, a power of two
 * @max: how many bytes at most
 * @whens: which direction has which addresses
 * @nr_whens: how many
 * @done: when it is done; without, when @command is 0
 */
struct pcishare_dma {
	struct pcishare_pos pos;
	const char *name;
	struct pcishare_ref command;
	struct pcishare_ref length;
	bool bounce;
	u32 align;
	u64 max;
	struct pcishare_when *whens;
	unsigned int nr_whens;
	struct pcishare_cond done;
};

/**
 * struct pcishare_bits - bits of a descriptor
 * @low: the lowest, from the beginning of the descriptor
 * @width: how many
 */
struct pcishare_bits {
	u16 low;
	u16 width;
};

/**
 * struct pcishare_ring - descriptors in memory
 * @pos: where it was declared
 * @name: its name
 * @base: holds the address of the first
 * @count_ref: holds how many there are, if @count is 0
 * @count: how many there are
 * @stride: from one to the next, in bytes
 * @address: where a descriptor has an address
 * @length: where it has a length
 * @owner: where it says whose it is
 * @bounce: through a buffer; else pages are pinned
 */
struct pcishare_ring {
	struct pcishare_pos pos;
	const char *name;
	struct pcishare_ref base;
	struct pcishare_ref count_ref;
	u32 count;
	u32 stride;
	struct pcishare_bits address;
	struct pcishare_bits length;
	struct pcishare_bits owner;
	bool bounce;
};

/**
 * struct pcishare_scratch - memory of the device that guests use
 * @pos: where it was declared
 * @name: its name
 * @dma: the transfer that reaches it, or NULL: it is in @bar
 * @bar: which
 * @address: where it begins, for @dma or in @bar
 * @size: in bytes
 * @save: at handover it is saved and restored; else wiped
 */
struct pcishare_scratch {
	struct pcishare_pos pos;
	const char *name;
	struct pcishare_dma *dma;
	u8 bar;
	u64 address;
	u32 size;
	bool save;
};

#endif
