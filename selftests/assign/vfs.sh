#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --newer-qemu --qmp --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --device pcie-root-port,id=rp1,chassis=1,addr=0x17 --qemu -netdev --qemu hubport,id=wire0,hubid=0 --qemu -netdev --qemu hubport,id=wire1,hubid=0 --device igb,netdev=wire0,bus=rp1 --device virtio-net-pci,netdev=wire1,romfile=
# time-out: 1200
#
# devshare-assign makes VFs of an Intel 82576, gives one to a VFIO user, takes it back and
# removes them.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"

pf=$(pci_behind 0000:00:17.0)
device=/sys/bus/pci/devices/$pf
work=$(mktemp -d)

# vf N: its address
vf()
{
	basename "$(readlink "$device/virtfn$1")"
}

is_down()
{
	[ $(($(cat "$device/net"/*/flags) & 1)) -eq 0 ]
}

has_carrier()
{
	[ "$(cat "$device/net"/*/carrier)" -eq 1 ]
}

# As it was before there were VFs.
as_before()
{
	pci_driver_is "$pf" igb
	[ "$(cat "$device/sriov_numvfs")" -eq 0 ]
	[ "$(cat "$device/sriov_drivers_autoprobe")" -eq 1 ]
	is_down
	nothing_kept
}

test_make()
{
	devshare-assign list | grep "^$pf .* 0/7 "
	devshare-assign vfs "$pf" 2
	[ "$(cat "$device/sriov_numvfs")" -eq 2 ]
	# Its driver begins anew with them.
	wait_for 30 'the carrier of the PF' has_carrier
	pci_driver_is "$(vf 0)" ''
	pci_driver_is "$(vf 1)" ''
	devshare-assign list | grep "^$pf .* 2/7 .* no: has-vfs\$"
	devshare-assign list | grep "^$(vf 1) .* yes\$"
}

test_give()
{
	devshare-assign give "$(vf 0)"
	opens "$(vf 0)" 8086:10ca
}

test_refusals()
{
	refused has-vfs give "$pf"
	refused_because "$(vf 0) is given" vf-used vfs "$pf" 3
	refused vf-used vfs "$pf" 0
	refused count vfs "$pf" 8
	refused no-sriov vfs "$(vf 1)" 1
	[ "$(cat "$device/sriov_numvfs")" -eq 2 ]
}

# Neither it nor its PF is taken from under a guest.
test_open()
{
	hold "$(vf 0)"
	refused open take "$(vf 0)"
	refused open take "$pf"
	[ "$(cat "$device/sriov_numvfs")" -eq 2 ]
	let_go
}

test_take()
{
	devshare-assign take "$(vf 0)"
	pci_driver_is "$(vf 0)" ''
	[ "$(cat "$device/sriov_numvfs")" -eq 2 ]
}

# The host itself uses one.
test_host()
{
	local interface vf

	vf=$(vf 1)
	modprobe igbvf
	echo igbvf >"/sys/bus/pci/devices/$vf/driver_override"
	echo "$vf" >/sys/bus/pci/drivers_probe
	interface=$(interface_of "$vf")
	ip addr add 192.0.2.1/24 dev "$interface"
	ip link set "$interface" up
	ip route add default via 192.0.2.2 dev "$interface"
	refused_because 'carries the default route' vf-used take "$pf"
	refused vf-used vfs "$pf" 0
	echo "$vf" >/sys/bus/pci/drivers/igbvf/unbind
	echo >"/sys/bus/pci/devices/$vf/driver_override"
}

# Its VFs that were given are taken back as well.
test_take_pf()
{
	devshare-assign give "$(vf 1)" >/dev/null
	devshare-assign take "$pf"
	as_before
}

test_remove()
{
	devshare-assign vfs "$pf" 1
	devshare-assign vfs "$pf" 3
	[ "$(cat "$device/sriov_numvfs")" -eq 3 ]
	devshare-assign vfs "$pf" 0
	as_before
}

# ask COMMAND: of QEMU
ask()
{
	local answer

	echo "$1" >&"$qmp"
	while IFS= read -r -t 60 -u "$qmp" answer; do
		printf '%s\n' "$answer"
		case $answer in
		*'"return"'*) return 0 ;;
		*'"error"'*) return 1 ;;
		esac
	done
	return 1
}

# wire_link true|false: of the PF's wire
wire_link()
{
	ask "{\"execute\": \"set_link\", \"arguments\": {\"name\": \"wire0\", \"up\": $1}}"
}

# It waits for a link that does not come.
test_stopped()
{
	local pid status=0

	wire_link false
	devshare-assign vfs "$pf" 2 >"$work/said" 2>&1 &
	pid=$!
	wait_for 90 'the PF to be up' eval '! is_down'
	nap 1
	kill -TERM "$pid"
	wait "$pid" || status=$?
	cat "$work/said"
	[ "$status" -eq 143 ]
	as_before
}

test_no_link()
{
	shows 'has no link after 10 s' devshare-assign vfs "$pf" 2
	[ "$(cat "$device/sriov_numvfs")" -eq 2 ]
	devshare-assign take "$pf"
	as_before
	wire_link true
}

ktap_plan 10
cleanup_push rm -rf "$work"
assign_install
modprobe igb
wait_for 20 'its interface' interface_of "$pf" >/dev/null
exec {qmp}<>/dev/virtio-ports/qmp
ask '{"execute": "qmp_capabilities"}' >/dev/null
ktap_run 'two VFs are made' test_make
ktap_run 'a VFIO user opens one' test_give
ktap_run 'what is refused meanwhile' test_refusals
ktap_run 'neither VF nor PF is taken from a guest' test_open
ktap_run 'the VF is taken back' test_take
ktap_run 'a VF that the host uses stays' test_host
ktap_run 'the PF is taken back, with a VF that was given' test_take_pf
ktap_run 'another number of VFs, and none' test_remove
ktap_run 'stopped while it waits for the link' test_stopped
ktap_run 'there is no link' test_no_link
ktap_finish
