#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --qemu -machine --qemu q35,kernel-irqchip=split --qemu -device --qemu intel-iommu,intremap=on,caching-mode=on --append intel_iommu=on --device edu
#
# A VMM's calls, right and wrong ones: a guest's device answers them as vfio-pci does
# that has the same device on the same kernel.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy_install pcishare/policies/1234-11e8.policy
pcishare_load exclusive=0
modprobe vfio-pci
"$DEVSHARE_PROGRAMS/pcishare/uapi"
module_unload pcishare
