#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# time-out: 600
#
# The classes of registers that edu's own policy has not, by other policies for it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
for policy in live w1c rc fields stop exclusive; do
	policy_install "selftests/pcishare/policies/edu-$policy.policy"
done
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/classes"
module_unload pcishare
