/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recipes: what is done on the device when it changes hands or is reset.
 */
#ifndef PCISHARE_POLICY_RECIPE_H
#define PCISHARE_POLICY_RECIPE_H

#include "env.h"
#include "message.h"
#include "register.h"

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

#endif
