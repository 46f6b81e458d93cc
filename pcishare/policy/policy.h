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

#include "dma.h"
#include "env.h"
#include "limits.h"
#include "message.h"
#include "plan.h"
#include "recipe.h"
#include "register.h"

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
