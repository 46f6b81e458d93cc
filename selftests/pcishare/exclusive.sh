#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# quick:
# ci: all newest
# time-out: 600
#
# A device without a policy, as a VMM sees it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

pcishare_load ids=1234:11e8 exclusive=1
"$DEVSHARE_PROGRAMS/pcishare/exclusive"
module_unload pcishare
