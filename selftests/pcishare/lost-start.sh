#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --qemu -machine --qemu q35 --device pcie-root-port,id=root0,x-speed=5 --device edu,id=card,bus=root0
#
# A device that loses its state in between its interrupt and its result.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
pcishare_load ids=1234:11e8
"$DEVSHARE_PROGRAMS/pcishare/lost-start"
module_unload pcishare
