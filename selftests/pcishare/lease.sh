#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# quick:
# time-out: 900
#
# A device that several guests share by its policy, as their VMMs see it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

pcishare_factor 5
policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
lease_run
module_unload pcishare
