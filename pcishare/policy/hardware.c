// SPDX-License-Identifier: GPL-2.0
/*
 * The policy of a device that has none: what the hardware itself says. One
 * guest after another has all of its BARs as they are, and its INTx.
 */
#include "parse.h"

/**
 * struct pcishare_made - a policy that was not parsed
 * @policy: the policy, which is what others know
 * @line: its reason for interrupts, if the device has INTx
 * @name: what it is called: "1234:11e8"
 */
struct pcishare_made {
	struct pcishare_policy policy;
	struct pcishare_policy_source line;
	char name[sizeof("1234:11e8")];
};

static void pcishare_made_bars(struct pcishare_policy *policy,
			       const struct pcishare_hardware *hardware)
{
	unsigned int i;

	for (i = 0; i < PCISHARE_BARS; i++) {
		const struct pcishare_hardware_bar *bar = &hardware->bars[i];

		policy->bars[i].space = bar->space;
		policy->bars[i].prefetch = bar->prefetch;
		policy->bars[i].size = bar->size;
	}
	memcpy(policy->guest_bars, policy->bars, sizeof(policy->bars));
}

/* Only the guest can see to what the line is up for. */
static void pcishare_made_line(struct pcishare_made *made)
{
	made->line.line = true;
	made->line.owner = PCISHARE_OWNER_HOLDER;
	made->line.ack_by = PCISHARE_ACK_BY_NONE;
	made->policy.irqs = PCISHARE_INTX;
	made->policy.sources = &made->line;
	made->policy.nr_sources = 1;
}

static void pcishare_made_fill(struct pcishare_made *made,
			       const struct pcishare_hardware *hardware)
{
	struct pcishare_policy *policy = &made->policy;

	snprintf(made->name, sizeof(made->name), "%04x:%04x", hardware->vendor,
		 hardware->device);
	policy->name = made->name;
	policy->passthrough = true;
	policy->share.mode = PCISHARE_EXCLUSIVE;
	policy->share.guests = PCISHARE_GUESTS_DEFAULT;
	policy->nr_vectors = 1;
	pcishare_made_bars(policy, hardware);
	if (hardware->intx)
		pcishare_made_line(made);
}

/**
 * pcishare_policy_of_hardware - make the policy of a device that has none
 * @hardware: the device
 *
 * Context: may sleep.
 * Return: the policy, to be given to pcishare_policy_free(); NULL if there is
 * no memory.
 */
struct pcishare_policy *
pcishare_policy_of_hardware(const struct pcishare_hardware *hardware)
{
	/* All there is to say is that there is no memory. */
	struct pcishare_policy_log log = {};
	struct pcishare_made *made = pcishare_policy_alloc(sizeof(*made), &log);

	if (made)
		pcishare_made_fill(made, hardware);
	if (made && pcishare_plan_make(&made->policy, &log))
		return &made->policy;
	/* The policy is what the allocation begins with. */
	static_assert(!offsetof(struct pcishare_made, policy), "freed as one");
	pcishare_policy_free((struct pcishare_policy *)made);
	return NULL;
}
