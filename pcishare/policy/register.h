/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers and their fields, and conditions on them.
 */
#ifndef PCISHARE_POLICY_REGISTER_H
#define PCISHARE_POLICY_REGISTER_H

#include "env.h"
#include "message.h"

/**
 * struct pcishare_ref - a register, or a part of one
 * @reg: index into &pcishare_policy.regs
 * @low: its lowest bit
 * @mask: which bits from there; the value is (register >> @low) & @mask
 */
struct pcishare_ref {
	u64 mask;
	u16 reg;
	u8 low;
};

/**
 * enum pcishare_op - an operation of a condition
 * @PCISHARE_EQ: compare and keep the result; so the next five
 * @PCISHARE_NE: not equal
 * @PCISHARE_LT: less
 * @PCISHARE_LE: not greater
 * @PCISHARE_GT: greater
 * @PCISHARE_GE: not less
 * @PCISHARE_AND: if the result so far is false, skip
 * @PCISHARE_OR: if the result so far is true, skip
 */
enum pcishare_op {
	PCISHARE_EQ,
	PCISHARE_NE,
	PCISHARE_LT,
	PCISHARE_LE,
	PCISHARE_GT,
	PCISHARE_GE,
	PCISHARE_AND,
	PCISHARE_OR,
};

/**
 * struct pcishare_cond_op - an operation of a condition
 * @op: &enum pcishare_op
 * @next: PCISHARE_AND and PCISHARE_OR: where to go on after skipping; always
 *	ahead
 * @enabled: only those bits of @ref are that are set in @by, too
 * @ref: what is compared
 * @by: with @enabled: a setting of the device, of as many bits
 * @value: with what
 */
struct pcishare_cond_op {
	u8 op;
	u8 next;
	bool enabled;
	struct pcishare_ref ref;
	struct pcishare_ref by;
	u64 value;
};

/**
 * struct pcishare_cond - a condition on registers
 * @pos: where it is; line 0 if there is none
 * @ops: its operations, in the order of the text
 * @count: how many
 */
struct pcishare_cond {
	struct pcishare_pos pos;
	struct pcishare_cond_op *ops;
	unsigned int count;
};

/**
 * enum pcishare_class - what a field is to guests
 * @PCISHARE_CONST: &pcishare_field.value, the device is not touched
 * @PCISHARE_RO: the device's value at any time
 * @PCISHARE_CONTEXT: each guest's own, saved and restored
 * @PCISHARE_LIVE: the device's, of who holds the unit
 * @PCISHARE_START: a context whose writing starts the device
 * @PCISHARE_STATUS: bits latched for the guest they are for
 * @PCISHARE_ACK: clears bits of @target, a guest's and the device's
 * @PCISHARE_RAISE: sets bits of @target, the guest's alone
 * @PCISHARE_DOORBELL: writes are passed on, or queued
 * @PCISHARE_DMA_ADDRESS: an address of a transfer
 * @PCISHARE_DMA_LENGTH: the length of a transfer
 * @PCISHARE_DMA_COMMAND: starts a transfer
 * @PCISHARE_DENY: reads as zero, writes are dropped
 * @PCISHARE_CLASSES: how many classes there are
 */
enum pcishare_class {
	PCISHARE_CONST,
	PCISHARE_RO,
	PCISHARE_CONTEXT,
	PCISHARE_LIVE,
	PCISHARE_START,
	PCISHARE_STATUS,
	PCISHARE_ACK,
	PCISHARE_RAISE,
	PCISHARE_DOORBELL,
	PCISHARE_DMA_ADDRESS,
	PCISHARE_DMA_LENGTH,
	PCISHARE_DMA_COMMAND,
	PCISHARE_DENY,
	PCISHARE_CLASSES,
};

/**
 * enum pcishare_clear - how bits of a status go
 * @PCISHARE_CLEAR_W1C: by writing them as one
 * @PCISHARE_CLEAR_RC: by reading
 * @PCISHARE_CLEAR_LATCH: by an ack register; or, with PCISHARE_ONCE, by the
 *	guest's next read, after which reads are the device's
 */
enum pcishare_clear {
	PCISHARE_CLEAR_W1C,
	PCISHARE_CLEAR_RC,
	PCISHARE_CLEAR_LATCH,
};

/*
 * A policy may say these of a field beyond its class. MASK, RANGE, QUEUE and
 * INITIAL: that it was said, for the value is always there. OR_STOP: a refused
 * access stops the guest's device. RESTORE_XOR: it is written back as value ^
 * @xor. WRITE_ONLY: the device does not give it back, so that it is not read to
 * be saved. BUSY: it reads 1 while the guest's start waits.
 */
#define PCISHARE_MASK		BIT(0)
#define PCISHARE_RANGE		BIT(1)
#define PCISHARE_OR_STOP	BIT(2)
#define PCISHARE_RESTORE_XOR	BIT(3)
#define PCISHARE_WRITE_ONLY	BIT(4)
#define PCISHARE_INITIAL	BIT(5)
#define PCISHARE_BUSY		BIT(6)
#define PCISHARE_QUEUE		BIT(7)
#define PCISHARE_ONCE		BIT(8)

/**
 * struct pcishare_field - some bits of a register, of one class
 * @pos: where it was declared
 * @name: "" if it is the register as a whole
 * @low: its lowest bit
 * @width: how many bits
 * @class: &enum pcishare_class
 * @clear: &enum pcishare_clear, of PCISHARE_STATUS
 * @attrs: PCISHARE_MASK and so on
 * @queue: of PCISHARE_DOORBELL, how many writes wait
 * @value: of PCISHARE_CONST; of others, what a new guest finds
 * @mask: bits that may be written as one; values here begin at @low
 * @min: the least that may be written
 * @max: the most that may be written
 * @xor: with PCISHARE_RESTORE_XOR, what the device inverts
 * @target: of PCISHARE_ACK and PCISHARE_RAISE: the status
 */
struct pcishare_field {
	struct pcishare_pos pos;
	const char *name;
	u8 low;
	u8 width;
	u8 class;
	u8 clear;
	u16 attrs;
	u16 queue;
	u64 value;
	u64 mask;
	u64 min;
	u64 max;
	u64 xor;
	struct pcishare_ref target;
};

/* Which accesses reach a register. */
#define PCISHARE_READ	BIT(0)
#define PCISHARE_WRITE	BIT(1)

/**
 * struct pcishare_reg - a register
 * @pos: where it was declared
 * @name: its name
 * @fields: its fields, lowest first; at least one
 * @nr_fields: how many
 * @offset: in the guest's BAR, a multiple of its size; with partitions, in the
 *	partition's
 * @bar: which, or PCISHARE_CONFIG
 * @width: in bits: 8, 16, 32 or 64
 * @access: PCISHARE_READ, PCISHARE_WRITE or both
 * @elements: of how many it is one, or 0 if it is no array's; all of them have
 *	the same @fields
 * @element: which one of them, from 0
 * @step: from one of them to the next, in bytes
 * @ordered: by &enum pcishare_order_kind, a bit each: it is in that order
 */
struct pcishare_reg {
	struct pcishare_pos pos;
	const char *name;
	struct pcishare_field *fields;
	u16 nr_fields;
	u32 offset;
	u8 bar;
	u8 width;
	u8 access;
	u16 elements;
	u16 element;
	u32 step;
	u8 ordered;
};

/* As many ones as @width says, which is 1 to 64. */
static inline u64 pcishare_ones(unsigned int width)
{
	return U64_MAX >> (64 - width);
}

/* May @value, from the field's lowest bit on, be written to it? */
static inline bool pcishare_field_accepts(const struct pcishare_field *field,
					  u64 value)
{
	return !(value & ~field->mask) && value >= field->min &&
	       value <= field->max;
}

/* Does the device give back what is written to the field? */
static inline bool
pcishare_field_is_readable(const struct pcishare_reg *reg,
			   const struct pcishare_field *field)
{
	return (reg->access & PCISHARE_READ) &&
	       !(field->attrs & PCISHARE_WRITE_ONLY);
}

#endif
