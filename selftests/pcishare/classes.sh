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
for policy in live w1c rc fields stop exclusive restore; do
	policy_install "selftests/pcishare/policies/edu-$policy.policy"
done
pcishare_load ids=1234:11e8
status=0
for program in classes restore; do
	"$DEVSHARE_PROGRAMS/pcishare/$program" || status=1
done
module_unload pcishare
exit "$status"
