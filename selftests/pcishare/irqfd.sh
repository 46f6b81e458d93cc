#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --device edu
# quick:
# ci: all
# time-out: 300
#
# Interrupts of a shared device in virtual machines of a few instructions.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

modprobe -a kvm-amd kvm-intel 2>/dev/null || :
policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/irqfd"
module_unload pcishare
