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
"$DEVSHARE_PROGRAMS/pcishare/limits"
module_unload pcishare
