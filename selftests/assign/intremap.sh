#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --append intremap=off --device edu
# time-out: 300
#
# devshare-assign on a host that does not remap interrupts: it refuses, unless VFIO is
# told to trust guests, and says so then.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"

edu=$(pci_address 1234:11e8)
parameter=/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts

test_refused()
{
	refused_because 'allow_unsafe_interrupts=1' unsafe-interrupts give "$edu"
}

# The kernel's own word on it: VFIO refuses as well.
test_kernel_refuses()
{
	modprobe vfio-pci
	echo vfio-pci >"/sys/bus/pci/devices/$edu/driver_override"
	echo "$edu" >/sys/bus/pci/drivers_probe
	! opens "$edu" 1234:11e8 || return 1
	echo "$edu" >/sys/bus/pci/drivers/vfio-pci/unbind
	echo >"/sys/bus/pci/devices/$edu/driver_override"
}

test_allowed()
{
	modprobe vfio_iommu_type1
	echo 1 >"$parameter"
	shows 'only to guests that are trusted' devshare-assign give "$edu"
	opens "$edu" 1234:11e8
	devshare-assign take "$edu"
	echo 0 >"$parameter"
	test_refused
}

ktap_plan 3
assign_install
ktap_run 'give is refused' test_refused
ktap_run 'VFIO would not have it opened' test_kernel_refuses
ktap_run 'where VFIO allows it' test_allowed
ktap_finish
