// SPDX-License-Identifier: GPL-2.0
/*
 * Recipes: the steps that a policy has done to the device itself.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/pci.h>

#include "device.h"
#include "unit.h"
#include "policy/policy.h"
#include "recipe.h"
#include "register.h"

/*
 * How often (us) a condition is looked at that is waited for, at first and
 * later.
 */
#define PCISHARE_RECIPE_POLL_MIN	10
#define PCISHARE_RECIPE_POLL_MAX	1000

static const char *const pcishare_recipe_names[PCISHARE_RECIPES] = {
	[PCISHARE_RECIPE_QUIESCE]	= "quiesce",
	[PCISHARE_RECIPE_RESTORE]	= "restore",
	[PCISHARE_RECIPE_RESET]		= "reset",
	[PCISHARE_RECIPE_ACK]		= "ack",
};

static const struct pcishare_recipe *
pcishare_recipe(const struct pcishare_unit *unit, unsigned int kind)
{
	return &pcishare_unit_policy(unit)->recipes[kind];
}

/**
 * pcishare_recipe_exists - is there anything to do?
 * @unit: the unit
 * @kind: &enum pcishare_recipe_kind
 *
 * Return: whether the policy has such a recipe.
 */
bool pcishare_recipe_exists(const struct pcishare_unit *unit, unsigned int kind)
{
	return pcishare_recipe(unit, kind)->count;
}

static int pcishare_recipe_wait(struct pcishare_unit *unit,
				const struct pcishare_step *step)
{
	ktime_t end = ktime_add_us(ktime_get(), step->us);
	unsigned int poll = PCISHARE_RECIPE_POLL_MIN;
	bool late;

	for (;;) {
		/*
		 * First, so that it is looked at once more after a long sleep.
		 */
		late = ktime_after(ktime_get(), end);
		if (pcishare_register_is(unit, &step->cond))
			return 0;
		if (late)
			return -ETIMEDOUT;
		if (!pci_device_is_present(unit->device->pdev))
			return -ENODEV;
		usleep_range(poll, 2 * poll);
		poll = min(2 * poll, PCISHARE_RECIPE_POLL_MAX + 0u);
	}
}

/* Steps that take no time. */
static void pcishare_recipe_access(struct pcishare_unit *unit,
				   const struct pcishare_step *step)
{
	const struct pcishare_policy *policy = pcishare_unit_policy(unit);

	lockdep_assert_held(&unit->lock);
	if (step->kind == PCISHARE_STEP_WRITE)
		pcishare_register_set(unit, &step->ref, step->value);
	else if (step->kind == PCISHARE_STEP_READ)
		pcishare_register_read(unit, &policy->regs[step->ref.reg]);
}

static int pcishare_recipe_step(struct pcishare_unit *unit,
				const struct pcishare_step *step)
{
	switch (step->kind) {
	case PCISHARE_STEP_WAIT:
		return pcishare_recipe_wait(unit, step);
	case PCISHARE_STEP_DELAY:
		if (step->us)
			usleep_range(step->us, step->us + step->us / 8 + 1);
		return 0;
	default:
		spin_lock_irq(&unit->lock);
		pcishare_recipe_access(unit, step);
		spin_unlock_irq(&unit->lock);
		return 0;
	}
}

/**
 * pcishare_recipe_run - do what a recipe says
 * @unit: the unit to do it in
 * @kind: &enum pcishare_recipe_kind
 *
 * Return: 0, also if there is no such recipe; -ETIMEDOUT if what it waits for
 * does not become true; -ENODEV if the device is gone.
 * Context: may sleep, for up to PCISHARE_RECIPE_MAX us.
 */
int pcishare_recipe_run(struct pcishare_unit *unit, unsigned int kind)
{
	const struct pcishare_recipe *recipe = pcishare_recipe(unit, kind);
	unsigned int i;
	int ret;

	for (i = 0; i < recipe->count; i++) {
		ret = pcishare_recipe_step(unit, &recipe->steps[i]);
		if (!ret)
			continue;
		if (__ratelimit(&unit->device->complaints))
			pci_warn(unit->device->pdev,
				 "recipe '%s' failed at line %u of the policy: waited in vain\n",
				 pcishare_recipe_names[kind],
				 recipe->steps[i].pos.line);
		return ret;
	}
	return 0;
}

/**
 * pcishare_recipe_ack - acknowledge an interrupt by the policy's recipe
 * @unit: the unit
 *
 * A policy whose recipe takes time is refused.
 *
 * Locking: the unit's lock held.
 */
void pcishare_recipe_ack(struct pcishare_unit *unit)
{
	const struct pcishare_recipe *recipe =
		pcishare_recipe(unit, PCISHARE_RECIPE_ACK);
	unsigned int i;

	for (i = 0; i < recipe->count; i++)
		pcishare_recipe_access(unit, &recipe->steps[i]);
}
