/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy: how one model of PCI device is shared, as parsed from the text that
 * Documentation/policy.rst describes; or, without a text, as made from the
 * hardware.
 *
 * A policy is one allocation, and its plan another. It does not change once it
 * is parsed, so that it can be read without a lock, and does not refer to the
 * text it was parsed from.
 */
#ifndef PCISHARE_POLICY_H
#define PCISHARE_POLICY_H

#include "env.h"

/* Limits of the language. */
#define PCISHARE_POLICY_SIZE_MAX	65536
#define PCISHARE_POLICY_FORMAT		1
#define PCISHARE_NAME_MAX		31
/* Of an array with "[4095]". */
#define PCISHARE_REG_NAME_MAX		37
#define PCISHARE_STRING_MAX		63
#define PCISHARE_DEVICES_MAX		64
#define PCISHARE_REGS_MAX		4096
#define PCISHARE_FIELDS_MAX		4096
#define PCISHARE_OPS_MAX		2048
#define PCISHARE_COMPARISONS_MAX	16
#define PCISHARE_GROUPS_MAX		8
#define PCISHARE_STEPS_MAX		64
#define PCISHARE_SOURCES_MAX		16
#define PCISHARE_ACKED_MAX		16
#define PCISHARE_DMAS_MAX		16
#define PCISHARE_WHENS_MAX		4
#define PCISHARE_RINGS_MAX		16
#define PCISHARE_SCRATCHES_MAX		16
#define PCISHARE_GUESTS_MAX		64
#define PCISHARE_GUESTS_DEFAULT		16
#define PCISHARE_QUEUE_MAX		256
#define PCISHARE_QUEUE_DEFAULT		16
#define PCISHARE_BARS			6
/* As &pcishare_reg.bar: in configuration space. */
#define PCISHARE_CONFIG			6
#define PCISHARE_SPACES			7
/* Below are what all devices have, and the capabilities of guests' own. */
#define PCISHARE_CONFIG_MIN		0x58
#define PCISHARE_CONFIG_MIN_MSIX	0x64
#define PCISHARE_CONFIG_SIZE		0x100
#define PCISHARE_BAR_SIZE_MAX		0x40000000
#define PCISHARE_STRIDE_MAX		4096

/* So far from its beginning a BAR has a table of registers, at most. */
#define PCISHARE_MAP_MAX		65536

/* In microseconds. */
#define PCISHARE_SLICE_MIN		100
#define PCISHARE_SLICE_MAX		10000000
#define PCISHARE_HOLD_MAX		60000000
#define PCISHARE_WITHIN_MAX		1000000
#define PCISHARE_DELAY_MAX		100000
#define PCISHARE_RECIPE_MAX		10000000

/**
 * struct pcishare_pos - where in the text something was said
 * @line: from 1
 * @column: in bytes, from 1
 */
struct pcishare_pos {
	u32 line;
	u32 column;
};

/**
 * struct pcishare_message - an error or a warning
 * @pos: where
 * @error: or else it is a warning
 * @text: what, printable, without a newline
 */
struct pcishare_message {
	struct pcishare_pos pos;
	bool error;
	char text[151];
};

/**
 * struct pcishare_policy_log - what there is to say about a policy
 * @messages: room for them, the caller's; in the order of the text
 * @size: how many fit; of more, the first are kept
 * @count: how many there are
 * @errors: how many errors there were, kept or not
 * @warnings: how many warnings there were, kept or not
 */
struct pcishare_policy_log {
	struct pcishare_message *messages;
	unsigned int size;
	unsigned int count;
	unsigned int errors;
	unsigned int warnings;
};

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

/**
 * enum pcishare_order_kind - what there is an order for
 * @PCISHARE_ORDER_SAVE: what is a guest's own is read from the device
 * @PCISHARE_ORDER_RESTORE: it is written to the device
 * @PCISHARE_ORDERS: how many there are
 */
enum pcishare_order_kind {
	PCISHARE_ORDER_SAVE,
	PCISHARE_ORDER_RESTORE,
	PCISHARE_ORDERS,
};

/**
 * struct pcishare_order - which registers come before all others
 * @regs: indices into &pcishare_policy.regs
 * @count: how many
 */
struct pcishare_order {
	const u16 *regs;
	unsigned int count;
};

/**
 * struct pcishare_policy_device - a device the policy is for
 * @pos: where it was said
 * @name: what it is, for people
 * @vendor: its ID
 * @device: its ID
 * @subvendor: its ID, if @subsystem
 * @subdevice: its ID, if @subsystem
 * @subsystem: only if these are its subsystem IDs
 */
struct pcishare_policy_device {
	struct pcishare_pos pos;
	const char *name;
	u16 vendor;
	u16 device;
	u16 subvendor;
	u16 subdevice;
	bool subsystem;
};

/**
 * enum pcishare_mode - how the device is shared
 * @PCISHARE_LEASE: one unit that guests have in turn
 * @PCISHARE_PARTITION: as many units as partitions, each with its guest
 * @PCISHARE_EXCLUSIVE: one guest after the other, with a reset between
 */
enum pcishare_mode {
	PCISHARE_LEASE,
	PCISHARE_PARTITION,
	PCISHARE_EXCLUSIVE,
};

/**
 * struct pcishare_share - how the device is shared
 * @pos: where it was said
 * @mode: &enum pcishare_mode
 * @guests: how many at most; of PCISHARE_PARTITION, how many partitions
 * @slice: in us, or 0 if not said
 * @hold: in us, or 0 if not said
 * @as: which device a guest sees; @as.name is NULL if the device itself
 */
struct pcishare_share {
	struct pcishare_pos pos;
	u8 mode;
	u16 guests;
	u32 slice;
	u32 hold;
	struct pcishare_policy_device as;
};

/**
 * enum pcishare_space - what a BAR is
 * @PCISHARE_NO_BAR: not declared
 * @PCISHARE_IO: I/O ports
 * @PCISHARE_MEM: memory below 4 GiB
 * @PCISHARE_MEM64: memory; the BAR after it is taken
 * @PCISHARE_TABLE: memory of guests only, where they find the table of MSI-X
 */
enum pcishare_space {
	PCISHARE_NO_BAR,
	PCISHARE_IO,
	PCISHARE_MEM,
	PCISHARE_MEM64,
	PCISHARE_TABLE,
};

/**
 * struct pcishare_policy_bar - a BAR
 * @pos: where it was said
 * @space: &enum pcishare_space
 * @prefetch: it is prefetchable
 * @absent: guests see it, and the device does not have it
 * @size: in bytes, a power of two
 */
struct pcishare_policy_bar {
	struct pcishare_pos pos;
	u8 space;
	bool prefetch;
	bool absent;
	u64 size;
};

/**
 * struct pcishare_window - a BAR of a partition
 * @pos: where it was said
 * @bar: the device's BAR it is in
 * @offset: there
 * @size: in bytes, a power of two; 0 if the partition has no such BAR
 */
struct pcishare_window {
	struct pcishare_pos pos;
	u8 bar;
	u32 offset;
	u32 size;
};

#define PCISHARE_MSIX	BIT(0)
#define PCISHARE_MSI	BIT(1)
#define PCISHARE_INTX	BIT(2)

/* As many has MSI at most: PCI Local Bus Specification 3.0, section 6.8.1.3. */
#define PCISHARE_VECTORS_MAX	32

/* A BAR with the table of MSI-X, as vdev has it. */
#define PCISHARE_TABLE_SIZE	4096

/**
 * enum pcishare_owner - whom an interrupt is for
 * @PCISHARE_OWNER_HOLDER: who holds the device
 * @PCISHARE_OWNER_PARTITION: whose partition the condition is true in
 * @PCISHARE_OWNER_RAISED: who wrote the raise register
 */
enum pcishare_owner {
	PCISHARE_OWNER_HOLDER,
	PCISHARE_OWNER_PARTITION,
	PCISHARE_OWNER_RAISED,
};

/**
 * enum pcishare_ack_by - how an interrupt is acknowledged at the device
 * @PCISHARE_ACK_BY_NONE: not at all
 * @PCISHARE_ACK_BY_REG: the status bits seen are written to @ack
 * @PCISHARE_ACK_BY_RECIPE: by PCISHARE_RECIPE_ACK
 */
enum pcishare_ack_by {
	PCISHARE_ACK_BY_NONE,
	PCISHARE_ACK_BY_REG,
	PCISHARE_ACK_BY_RECIPE,
};

/**
 * struct pcishare_policy_source - a reason for interrupts
 * @pos: where it was said
 * @pending: when it is one
 * @line: it is whatever the device has its INTx up for; there is no @pending
 * @owner: &enum pcishare_owner
 * @vector: which message a guest gets that uses MSI or MSI-X
 * @ack_by: &enum pcishare_ack_by
 * @ack: with PCISHARE_ACK_BY_REG
 * @expected: if it is true when the device is idle after a start, the interrupt
 *	of that is still to come; never with PCISHARE_OWNER_RAISED
 * @within: if @expected, for how long it is waited for, in us
 */
struct pcishare_policy_source {
	struct pcishare_pos pos;
	struct pcishare_cond pending;
	bool line;
	u8 owner;
	u8 vector;
	u8 ack_by;
	struct pcishare_ref ack;
	struct pcishare_cond expected;
	u32 within;
};

/**
 * enum pcishare_step_kind - what a step of a recipe does
 * @PCISHARE_STEP_WRITE: write @value to @ref; bits of the register that @ref
 *	does not cover stay as they are read
 * @PCISHARE_STEP_READ: read @ref
 * @PCISHARE_STEP_WAIT: until @cond, for up to @us; else the recipe has failed
 * @PCISHARE_STEP_DELAY: for @us
 */
enum pcishare_step_kind {
	PCISHARE_STEP_WRITE,
	PCISHARE_STEP_READ,
	PCISHARE_STEP_WAIT,
	PCISHARE_STEP_DELAY,
};

/**
 * struct pcishare_step - a step of a recipe
 * @pos: where it was said
 * @kind: &enum pcishare_step_kind
 * @us: how long
 * @ref: which register
 * @value: from the lowest bit of @ref on
 * @cond: for what to wait
 */
struct pcishare_step {
	struct pcishare_pos pos;
	u8 kind;
	u32 us;
	struct pcishare_ref ref;
	u64 value;
	struct pcishare_cond cond;
};

/**
 * enum pcishare_recipe_kind - what recipes there are
 * @PCISHARE_RECIPE_QUIESCE: before the device is taken from a guest
 * @PCISHARE_RECIPE_RESTORE: after a guest's context has been restored
 * @PCISHARE_RECIPE_RESET: as the device is after power-on
 * @PCISHARE_RECIPE_ACK: acknowledge an interrupt
 * @PCISHARE_RECIPES: how many recipes there are
 */
enum pcishare_recipe_kind {
	PCISHARE_RECIPE_QUIESCE,
	PCISHARE_RECIPE_RESTORE,
	PCISHARE_RECIPE_RESET,
	PCISHARE_RECIPE_ACK,
	PCISHARE_RECIPES,
};

/**
 * struct pcishare_recipe - steps done on the device
 * @pos: where it begins; line 0 if there is none
 * @steps: in this order
 * @count: how many
 * @us: how long it takes at most, by its waits and delays
 */
struct pcishare_recipe {
	struct pcishare_pos pos;
	struct pcishare_step *steps;
	unsigned int count;
	u32 us;
};

/**
 * enum pcishare_reset_by - the device's own reset, if the policy names it
 * @PCISHARE_RESET_BY_ANY: it does not: the best there is
 * @PCISHARE_RESET_BY_FLR: function level reset
 * @PCISHARE_RESET_BY_PM: to D3hot and back
 * @PCISHARE_RESET_BY_BUS: secondary bus reset
 */
enum pcishare_reset_by {
	PCISHARE_RESET_BY_ANY,
	PCISHARE_RESET_BY_FLR,
	PCISHARE_RESET_BY_PM,
	PCISHARE_RESET_BY_BUS,
};

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

/**
 * struct pcishare_reg_plan - the bits of a register by what is done with them
 * @context: each guest's own
 * @saved: those of them that the device gives back
 * @xor: what of them the device inverts
 * @start: a guest's own, that start the device
 * @started: those of them that the device gives back, once they have
 * @live: the device's, of who has it
 * @stays: kept as the device has them when others are written
 * @common: no guest's own, and no status
 * @status: kept for the guest they are for, until it has seen to them
 * @w1c: of these, those that writing clears
 * @latched: what is kept of the device for conditions: @common and all statuses
 * @constant: the values of those that are constants
 * @once: there is a status that is for one read
 * @acks: the first in &pcishare_plan.acks that acknowledges @status
 * @nr_acks: how many do
 */
struct pcishare_reg_plan {
	u64 context;
	u64 saved;
	u64 xor;
	u64 start;
	u64 started;
	u64 live;
	u64 stays;
	u64 common;
	u64 status;
	u64 w1c;
	u64 latched;
	u64 constant;
	bool once;
	u16 acks;
	u16 nr_acks;
};

/**
 * struct pcishare_ack - one way to acknowledge
 * @by: what is written
 * @of: which bits of a status that is for
 */
struct pcishare_ack {
	struct pcishare_ref by;
	struct pcishare_ref of;
};

/**
 * struct pcishare_map - which register is where in a BAR
 * @size: how far there is a table, or 0: it is searched for
 * @read: by offset, one more than the index of the register that is read; or 0
 * @write: the same of the one that is written
 */
struct pcishare_map {
	u32 size;
	u16 *read;
	u16 *write;
};

/**
 * struct pcishare_plan - what a policy comes to
 * @maps: by BAR, and of PCISHARE_CONFIG
 * @regs: by register
 * @acks: of all statuses
 * @nr_acks: how many
 * @saved: registers with something to save when the device changes hands, in
 *	that order
 * @nr_saved: how many
 * @restored: registers with something to restore then, in that order
 * @nr_restored: how many
 * @statuses: registers with a status, which can be read
 * @nr_statuses: how many
 * @kept: the reasons for interrupts, a bit each, whose condition is on a status
 *	that is kept, not one for the next read
 */
struct pcishare_plan {
	struct pcishare_map maps[PCISHARE_SPACES];
	struct pcishare_reg_plan *regs;
	struct pcishare_ack *acks;
	unsigned int nr_acks;
	u16 *saved;
	unsigned int nr_saved;
	u16 *restored;
	unsigned int nr_restored;
	u16 *statuses;
	unsigned int nr_statuses;
	u32 kept;
};

/**
 * struct pcishare_policy - a policy
 * @name: of the policy; of its first device, if it has none
 * @revision: of the policy, or 0
 * @devices: which devices it is for
 * @nr_devices: how many
 * @share: how they are shared
 * @bars: the device's BARs
 * @guest_bars: the BARs that a guest sees
 * @windows: of each partition, PCISHARE_BARS; use pcishare_policy_window()
 * @regs: the registers, by BAR, offset and access; none overlaps another that
 *	the same access reaches
 * @nr_regs: how many
 * @by_name: the same by name
 * @fields: of all registers
 * @nr_fields: how many
 * @orders: by &enum pcishare_order_kind
 * @irqs: which kinds of interrupt: PCISHARE_MSIX and so on
 * @irq_pos: where they were said
 * @sources: what they are for
 * @nr_sources: how many
 * @nr_vectors: how many messages a guest can be told apart, 1 at least
 * @bus_master: the device may write to memory by itself
 * @bus_master_pos: where it was said
 * @idle: when the device may change hands
 * @recipes: by &enum pcishare_recipe_kind
 * @reset_by: &enum pcishare_reset_by
 * @reset_by_pos: where it was said
 * @reset_none_pos: where it was said that there is no way to reset it
 * @dmas: transfers
 * @nr_dmas: how many
 * @rings: descriptor rings
 * @nr_rings: how many
 * @scratches: memory of the device
 * @nr_scratches: how many
 * @passthrough: accesses to BARs reach the device as they are: no register is
 *	known, so that what a guest has set only the device knows
 * @unnamed_or_stop: an access to what the policy does not name stops the
 *	guest's device
 * @plan: what all of that comes to
 */
struct pcishare_policy {
	const char *name;
	u32 revision;
	struct pcishare_policy_device *devices;
	unsigned int nr_devices;
	struct pcishare_share share;
	struct pcishare_policy_bar bars[PCISHARE_BARS];
	struct pcishare_policy_bar guest_bars[PCISHARE_BARS];
	struct pcishare_window *windows;
	struct pcishare_reg *regs;
	unsigned int nr_regs;
	struct pcishare_reg **by_name;
	struct pcishare_field *fields;
	unsigned int nr_fields;
	struct pcishare_order orders[PCISHARE_ORDERS];
	u8 irqs;
	struct pcishare_pos irq_pos;
	struct pcishare_policy_source *sources;
	unsigned int nr_sources;
	unsigned int nr_vectors;
	bool bus_master;
	struct pcishare_pos bus_master_pos;
	struct pcishare_cond idle;
	struct pcishare_recipe recipes[PCISHARE_RECIPES];
	u8 reset_by;
	struct pcishare_pos reset_by_pos;
	struct pcishare_pos reset_none_pos;
	struct pcishare_dma *dmas;
	unsigned int nr_dmas;
	struct pcishare_ring *rings;
	unsigned int nr_rings;
	struct pcishare_scratch *scratches;
	unsigned int nr_scratches;
	bool passthrough;
	bool unnamed_or_stop;
	struct pcishare_plan *plan;
};

/**
 * struct pcishare_hardware_bar - a BAR of a device that there is
 * @space: &enum pcishare_space
 * @prefetch: it is prefetchable
 * @size: in bytes
 */
struct pcishare_hardware_bar {
	u8 space;
	bool prefetch;
	u64 size;
};

/**
 * struct pcishare_hardware - what a device that there is says of itself
 * @vendor: its ID
 * @device: its ID
 * @subvendor: its ID
 * @subdevice: its ID
 * @bars: its BARs
 * @intx: it has INTx, which the host can receive
 */
struct pcishare_hardware {
	u16 vendor;
	u16 device;
	u16 subvendor;
	u16 subdevice;
	struct pcishare_hardware_bar bars[PCISHARE_BARS];
	bool intx;
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

/* parse.c */
struct pcishare_policy *pcishare_policy_parse(const char *text, size_t len,
					      struct pcishare_policy_log *log);
void pcishare_policy_free(struct pcishare_policy *policy);

/* hardware.c */
struct pcishare_policy *
pcishare_policy_of_hardware(const struct pcishare_hardware *hardware);

/* cond.c */
int pcishare_cond_eval(const struct pcishare_cond *cond,
		       int (*read)(void *ctx, unsigned int reg, u64 *value),
		       void *ctx);
bool pcishare_cond_reads(const struct pcishare_cond *cond, unsigned int reg,
			 u64 bits);

/* find.c */
const struct pcishare_policy_device *
pcishare_policy_match(const struct pcishare_policy *policy, u16 vendor,
		      u16 device, u16 subvendor, u16 subdevice);
const struct pcishare_reg *
pcishare_policy_reg_at(const struct pcishare_policy *policy, unsigned int bar,
		       u32 offset, unsigned int access);
const struct pcishare_reg *
pcishare_policy_reg_named(const struct pcishare_policy *policy,
			  const char *name, size_t len);
const struct pcishare_window *
pcishare_policy_window(const struct pcishare_policy *policy,
		       unsigned int partition, unsigned int bar);

/* support.c */
bool pcishare_policy_unsupported(const struct pcishare_policy *policy,
				 struct pcishare_policy_log *log);

/* fit.c */
bool pcishare_policy_unfit(const struct pcishare_policy *policy,
			   const struct pcishare_hardware *hardware,
			   struct pcishare_policy_log *log);

#endif
