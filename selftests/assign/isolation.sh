#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --newer-qemu --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --append iommu=pt --device pcie-root-port,id=rp1,chassis=1,addr=0x17 --qemu -netdev --qemu hubport,id=wire0,hubid=0 --qemu -netdev --qemu hubport,id=wire1,hubid=0 --device igb,netdev=wire0,bus=rp1 --device virtio-net-pci,netdev=wire1,romfile=
# time-out: 600
#
# The DMA of a VF that was given away does not reach memory of others, and the IOMMU
# reports it. The same VF in the same machine with nothing between it and the memory
# does: the control.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"
. "$(dirname "$0")/../lib/net-wire.sh"
. "$(dirname "$0")/../lib/vf-isolation.sh"

# iommu=pt has a device without a driver of VFIO's reach memory by its own address.
test_control()
{
	isolation_try direct
	[ "$isolation_arrived" = 'mapped secret ring' ]
	[ "$isolation_faults" -eq 0 ]
}

test_vfio()
{
	devshare-assign give "$vf"
	isolation_try vfio
	[ "$isolation_arrived" = mapped ]
	[ "$isolation_faults" -ge 1 ]
	devshare-assign take "$vf"
}

# A failed run has left nothing behind: the VF's next user is as free as the first.
test_again()
{
	isolation_try direct
	[ "$isolation_arrived" = 'mapped secret ring' ]
}

ktap_plan 3
assign_install
wire_up
isolation_vf
ktap_run 'without translation all memory is sent: the control' test_control
ktap_run 'by vfio-pci only what was mapped, and the rest is reported' test_vfio
ktap_run 'all memory again when vfio-pci has let go' test_again
ktap_finish
