// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a policy is of a device that there is.
 */
#include "parse.h"

static const char *const pcishare_space_words[] = {
	[PCISHARE_IO]		= "io",
	[PCISHARE_MEM]		= "mem",
	[PCISHARE_MEM64]	= "mem64",
};

static void pcishare_fit_bar(const struct pcishare_policy_bar *said,
			     const struct pcishare_hardware_bar *bar,
			     unsigned int index,
			     struct pcishare_policy_log *log)
{
	/* The device has nothing to do with some that guests see. */
	if (said->space == PCISHARE_NO_BAR || said->space == PCISHARE_TABLE ||
	    said->absent)
		return;
	if (bar->space == PCISHARE_NO_BAR)
		pcishare_log_error(log, said->pos, "the device has no bar %u", index);
	else if (bar->space != said->space || bar->size != said->size ||
		 bar->prefetch != said->prefetch)
		pcishare_log_error(log, said->pos,
				   "the device's bar %u is '%s 0x%llx%s'",
				   index, pcishare_space_words[bar->space],
				   bar->size, bar->prefetch ? " prefetch" : "");
}

/**
 * pcishare_policy_unfit - what of a policy is not so with the device?
 * @policy: the policy
 * @hardware: the device
 * @log: takes an error for each thing, for which the policy has to be refused
 *
 * A BAR that the policy does not name is none that guests see.
 *
 * Return: whether there was an error.
 */
bool pcishare_policy_unfit(const struct pcishare_policy *policy,
			   const struct pcishare_hardware *hardware,
			   struct pcishare_policy_log *log)
{
	unsigned int errors = log->errors;
	unsigned int i;

	if (!pcishare_policy_match(policy, hardware->vendor, hardware->device,
				   hardware->subvendor, hardware->subdevice))
		pcishare_log_error(log, policy->devices->pos,
				   "the device is %04x:%04x subsystem %04x:%04x, for which this policy is not",
				   hardware->vendor, hardware->device,
				   hardware->subvendor, hardware->subdevice);
	for (i = 0; i < PCISHARE_BARS; i++)
		pcishare_fit_bar(&policy->bars[i], &hardware->bars[i], i, log);
	return log->errors != errors;
}
