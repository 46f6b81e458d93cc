#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 3G --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on,caching-mode=on --append intel_iommu=on --device e1000e,addr=0x15
# time-out: 600
#
# A network card that devshare-assign gives to a stock guest: the guest's own driver has
# it. Then the host's has it again.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"
. "$(dirname "$0")/../lib/assign.sh"

nic=0000:00:15.0

test_guest()
{
	local argument

	argument=$(devshare-assign give "$nic" --json |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["qemu"])')
	guest_modules e1000e
	"$guest" start a --device "${argument#-device }" "${guest_files[@]}"
	"$guest" exec a "$guest_insmod"
	[ "$("$guest" exec a 'cat /sys/class/net/eth*/address')" = "$mac" ]
	"$guest" exec a 'ifconfig eth0 up'
}

test_refused()
{
	refused_because 'qemu-system' open take "$nic"
}

test_back()
{
	"$guest" stop a
	devshare-assign take "$nic"
	pci_driver_is "$nic" e1000e
	[ "$(cat "/sys/bus/pci/devices/$nic/net"/*/address)" = "$mac" ]
	nothing_kept
}

finish()
{
	"$guest" kill a || :
}

ktap_plan 3
cleanup_push finish
assign_install
modprobe e1000e
mac=$(cat "/sys/bus/pci/devices/$nic/net"/*/address)
ktap_run 'a stock guest drives it' test_guest
ktap_run 'it is not taken from the guest' test_refused
ktap_run 'the host drives it again' test_back
ktap_finish
