/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recorded trace, and what a policy would make of it.
 */
#ifndef PCISHARE_REPLAY_H
#define PCISHARE_REPLAY_H

#include <stdio.h>

struct pcishare_policy;

int pcishare_replay(const struct pcishare_policy *policy, FILE *trace);

#endif
