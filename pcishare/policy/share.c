// SPDX-License-Identifier: GPL-2.0
/*
 * Statements about the device as a whole: what it is and how it is shared.
 */
#include "parse.h"

/* policy FORMAT ["NAME" [revision N]] */
bool pcishare_parse_policy(struct pcishare_parser *p)
{
	struct pcishare_pos pos = p->lex.token.pos;
	u64 number;

	if (!pcishare_expect_number(p, "the format of the policy, a number", 0, U32_MAX,
				    &number))
		return false;
	if (number != PCISHARE_POLICY_FORMAT) {
		pcishare_log_error(p->log, pos, "format %llu is not known, only %u",
				   number, PCISHARE_POLICY_FORMAT);
		return false;
	}
	if (p->lex.token.type == PCISHARE_T_END)
		return true;
	if (!pcishare_expect_string(p, &p->policy->name))
		return false;
	if (!pcishare_take_word(p, "revision"))
		return true;
	if (!pcishare_expect_number(p, "a revision", 0, U32_MAX, &number))
		return false;
	p->policy->revision = number;
	return true;
}

/* VVVV:DDDD [subsystem SSSS:ssss] */
static bool pcishare_parse_identity(struct pcishare_parser *p,
				    struct pcishare_policy_device *device)
{
	device->pos = p->lex.token.pos;
	if (!pcishare_expect_ids(p, &device->vendor, &device->device))
		return false;
	device->subsystem = pcishare_take_word(p, "subsystem");
	return !device->subsystem ||
	       pcishare_expect_ids(p, &device->subvendor, &device->subdevice);
}

static bool pcishare_same_device(const struct pcishare_policy_device *a,
				 const struct pcishare_policy_device *b)
{
	return a->vendor == b->vendor && a->device == b->device &&
	       a->subsystem == b->subsystem && a->subvendor == b->subvendor &&
	       a->subdevice == b->subdevice;
}

/* device IDENTITY "NAME" */
bool pcishare_parse_device(struct pcishare_parser *p)
{
	struct pcishare_policy *policy = p->policy;
	struct pcishare_policy_device *device;
	unsigned int i;

	device = pcishare_pool_get(p, PCISHARE_POOL_DEVICES, p->statement.pos);
	if (!device || !pcishare_parse_identity(p, device) ||
	    !pcishare_expect_string(p, &device->name))
		return false;
	for (i = 0; i < policy->nr_devices; i++) {
		if (!pcishare_same_device(&policy->devices[i], device))
			continue;
		pcishare_log_error(p->log, device->pos,
				   "this device was named in line %u already",
				   policy->devices[i].pos.line);
		return false;
	}
	policy->nr_devices++;
	return true;
}

/* slice T, hold T, guests N, in any order */
static bool pcishare_parse_lease(struct pcishare_parser *p)
{
	struct pcishare_share *share = &p->policy->share;
	u64 number;

	share->guests = PCISHARE_GUESTS_DEFAULT;
	while (p->lex.token.type != PCISHARE_T_END) {
		if (pcishare_take_word(p, "slice")) {
			if (!pcishare_expect_time(p, PCISHARE_SLICE_MIN,
						  PCISHARE_SLICE_MAX,
						  &share->slice))
				return false;
		} else if (pcishare_take_word(p, "hold")) {
			if (!pcishare_expect_time(p, PCISHARE_SLICE_MIN,
						  PCISHARE_HOLD_MAX,
						  &share->hold))
				return false;
		} else if (pcishare_take_word(p, "guests")) {
			if (!pcishare_expect_number(p, "the number of guests",
						    1, PCISHARE_GUESTS_MAX,
						    &number))
				return false;
			share->guests = number;
		} else {
			return pcishare_expected(p, "slice, hold or guests");
		}
	}
	return true;
}

/* N [as IDENTITY] */
static bool pcishare_parse_partitions(struct pcishare_parser *p)
{
	struct pcishare_share *share = &p->policy->share;
	u64 number;

	if (!pcishare_expect_number(p, "the number of partitions", 1,
				    PCISHARE_GUESTS_MAX, &number))
		return false;
	share->guests = number;
	if (!pcishare_take_word(p, "as"))
		return true;
	share->as.name = "";
	return pcishare_parse_identity(p, &share->as);
}

static const char *const pcishare_modes[] = {
	[PCISHARE_LEASE]	= "lease",
	[PCISHARE_PARTITION]	= "partition",
	[PCISHARE_EXCLUSIVE]	= "exclusive",
};

static bool pcishare_parse_exclusive(struct pcishare_parser *p)
{
	u64 number = PCISHARE_GUESTS_DEFAULT;

	if (pcishare_take_word(p, "guests") &&
	    !pcishare_expect_number(p, "the number of guests", 1, PCISHARE_GUESTS_MAX,
				    &number))
		return false;
	p->policy->share.guests = number;
	return true;
}

static bool (*const pcishare_mode_parsers[])(struct pcishare_parser *p) = {
	[PCISHARE_LEASE]	= pcishare_parse_lease,
	[PCISHARE_PARTITION]	= pcishare_parse_partitions,
	[PCISHARE_EXCLUSIVE]	= pcishare_parse_exclusive,
};

/* share lease ... | share partition ... | share exclusive [guests N] */
bool pcishare_parse_share(struct pcishare_parser *p)
{
	struct pcishare_share *share = &p->policy->share;

	if (!pcishare_expect_choice(p, "lease, partition or exclusive", pcishare_modes,
				    ARRAY_SIZE(pcishare_modes), &share->mode) ||
	    !pcishare_mode_parsers[share->mode](p))
		return false;
	share->pos = p->statement.pos;
	return true;
}

/* unnamed deny [or-stop] */
bool pcishare_parse_unnamed(struct pcishare_parser *p)
{
	if (!pcishare_expect_word(p, "deny"))
		return false;
	p->policy->unnamed_or_stop = pcishare_take_word(p, "or-stop");
	return true;
}

/* idle CONDITION */
bool pcishare_parse_idle(struct pcishare_parser *p)
{
	return pcishare_parse_cond(p, &p->policy->idle);
}
