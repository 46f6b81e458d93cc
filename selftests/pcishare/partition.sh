#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci4=far+null+null+null
# quick:
# time-out: 600
#
# A card of four UARTs that four guests share, as their VMMs see it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

pcishare_factor 5
card=$(pci_address 1b36:0004)
policy_install pcishare/policies/1b36-0004.policy
far 0 reset
far 0 echo on
# The kernel's own driver has it.
echo "$card" >"/sys/bus/pci/devices/$card/driver/unbind"
pcishare_load ids=1b36:0004
"$DEVSHARE_PROGRAMS/pcishare/partition"
module_unload pcishare
