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

pcishare_factor 1
policy_install pcishare/policies/1234-11e8.policy
echo bus-master >>/lib/firmware/pcishare/1234-11e8.policy
pcishare_load ids=1234:11e8
grep 'MSI.* pcishare$' /proc/interrupts
lease_run
module_unload pcishare
