#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# quick:
#
# How often guests may do what, and what is noted of what the policy does not name.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
tracing=/sys/kernel/tracing
echo 1 >$tracing/events/pcishare/pcishare_access/enable
echo 1 >$tracing/events/pcishare/pcishare_limited/enable
"$DEVSHARE_PROGRAMS/pcishare/limits"
echo 0 >$tracing/events/pcishare/enable
# As pcishare-lint -s reads it.
grep -q 'pcishare_access: guest=[0-9a-f-]\{36\} read bar=0 offset=0x8 width=8 value=0x[0-9a-f]*$' \
	$tracing/trace
for what in access start interrupt; do
	grep -q "pcishare_limited: guest=[0-9a-f-]\{36\} what=$what\$" $tracing/trace
done
module_unload pcishare
