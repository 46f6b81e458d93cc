#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# time-out: 900
#
# All of pcishare/lease once more, with a physical device that interrupts by MSI, for
# its policy lets it be bus master.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

export PCISHARE_FACTOR=1
[ -z "${DEVSHARE_SOAK:-}" ] || PCISHARE_FACTOR=50

policy_install pcishare/policies/1234-11e8.policy
echo bus-master >>/lib/firmware/pcishare/1234-11e8.policy
pcishare_load ids=1234:11e8
grep 'MSI.* pcishare$' /proc/interrupts
"$DEVSHARE_PROGRAMS/pcishare/lease"
module_unload pcishare
