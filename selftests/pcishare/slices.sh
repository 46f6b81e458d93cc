#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# quick:
#
# For how long each guest has a device that others want.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/slices"
module_unload pcishare
