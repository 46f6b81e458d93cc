#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# time-out: 900
#
# A device that several guests share by its policy, as their VMMs see it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

export PCISHARE_FACTOR=5
[ -z "${DEVSHARE_CI:-}" ] || PCISHARE_FACTOR=1
[ -z "${DEVSHARE_SOAK:-}" ] || PCISHARE_FACTOR=50

policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/lease"
module_unload pcishare
