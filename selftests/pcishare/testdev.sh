#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device pci-testdev
# quick:
#
# QEMU's test device by its policy.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1b36-0005.policy
pcishare_load ids=1b36:0005
"$DEVSHARE_PROGRAMS/pcishare/testdev"
module_unload pcishare
