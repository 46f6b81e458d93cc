#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# time-out: 3600
#
# A million random calls of guests that share a device with one that works;
# PCISHARE_ATTACK_CALLS and PCISHARE_ATTACK_SEED override.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

calls=1000000
[ "$DEVSHARE_KERNEL" != debug ] || calls=100000
[ -z "${DEVSHARE_CI:-}" ] || calls=50000
[ -z "${DEVSHARE_SOAK:-}" ] || calls=10000000

policy_install pcishare/policies/1234-11e8.policy
policy_install selftests/pcishare/policies/edu-attack.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/attack" "${PCISHARE_ATTACK_CALLS:-$calls}" \
	${PCISHARE_ATTACK_SEED:+"$PCISHARE_ATTACK_SEED"}
module_unload pcishare
