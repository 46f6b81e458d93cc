#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --device edu,addr=0x14 --device e1000e,addr=0x15 --qemu -drive --qemu if=none,id=one,format=raw,snapshot=on,file=/usr/bin/qemu-system-x86_64 --device nvme,serial=one,drive=one,addr=0x16 --device pcie-root-port,id=rp1,chassis=1,addr=0x17 --device e1000e,bus=rp1,addr=0.0,multifunction=on --device edu,bus=rp1,addr=0.1
# time-out: 1200
# ci: newest
#
# devshare-assign gives real devices by vfio-pci and takes them back: a VFIO user opens
# each of them, and then the former driver works again.
#
# The disk is a copy of a program that is there inside, too. A snapshot takes what is
# written to it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"

edu=0000:00:14.0
nic=0000:00:15.0
nvme=0000:00:16.0
image=/usr/bin/qemu-system-x86_64

test_list()
{
	devshare-assign list
	devshare-assign list --json | python3 -c '
import json, sys
items = {item["address"]: item for item in json.load(sys.stdin)}
edu, nic, nvme = (items[name] for name in sys.argv[1:])
assert edu["ids"] == "1234:11e8" and edu["driver"] is None and edu["can_be_given"], edu
assert nic["driver"] == "e1000e" and len(nic["interfaces"]) == 1 and nic["can_be_given"], nic
assert nvme["driver"] == "nvme" and nvme["disks"] and nvme["can_be_given"], nvme
assert len({edu["group"], nic["group"], nvme["group"]}) == 3
' "$edu" "$nic" "$nvme"
	[ "$(devshare-assign list | wc -l)" -eq $(($(lspci -D | wc -l) + 1)) ]
}

# All that can be seen without being root.
test_list_unprivileged()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups devshare-assign list |
		grep "^$edu .* yes\$"
}

test_show()
{
	devshare-assign show "$nic"
	devshare-assign show "$nic" | grep -qx "interfaces: *$(interface_of "$nic")"
	devshare-assign show "$nic" | grep -qx 'to give: *yes'
}

test_edu()
{
	devshare-assign give "$edu"
	pci_driver_is "$edu" vfio-pci
	opens "$edu" 1234:11e8
	devshare-assign take "$edu"
	pci_driver_is "$edu" ''
	nothing_kept
}

# By libvirt's name and by that of lspci; what is given already is given.
test_names()
{
	local first

	first=$(devshare-assign give pci_0000_00_14_0)
	pci_driver_is "$edu" vfio-pci
	[ "$(devshare-assign give 00:14.0)" = "$first" ]
	devshare-assign list | grep "^$edu .* given\$"
	devshare-assign take 0:14.0
	pci_driver_is "$edu" ''
}

test_nic()
{
	local interface mac

	interface=$(interface_of "$nic")
	mac=$(cat "/sys/class/net/$interface/address")
	devshare-assign give "$nic"
	[ ! -e "/sys/class/net/$interface" ]
	opens "$nic" 8086:10d3
	devshare-assign take "$nic"
	pci_driver_is "$nic" e1000e
	interface=$(interface_of "$nic")
	[ "$(cat "/sys/class/net/$interface/address")" = "$mac" ]
	ip link set "$interface" up
	ip link show "$interface"
	ip link set "$interface" down
}

test_nvme()
{
	local disk

	disk=$(disk_of "$nvme")
	cmp -n 1000000 "/dev/$disk" "$image"
	devshare-assign give "$nvme"
	[ ! -e "/sys/class/block/$disk" ]
	opens "$nvme" 1b36:0010
	devshare-assign take "$nvme"
	pci_driver_is "$nvme" nvme
	wait_for 60 'the disk' test -b "/dev/$disk"
	cmp -n 1000000 "/dev/$disk" "$image"
}

# The kernel would wait for the guest, or take the device away from it.
test_open()
{
	devshare-assign give "$edu" >/dev/null
	hold "$edu"
	refused open take "$edu"
	devshare-assign list | grep "^$edu .* given, process $holder (vfio-open)\$"
	let_go
	devshare-assign take "$edu"
	pci_driver_is "$edu" ''
}

# QEMU takes what it prints for QEMU.
test_qemu()
{
	local argument said

	argument=$(devshare-assign give "$nic" --json |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["qemu"])')
	# shellcheck disable=SC2086
	said=$(printf '{"execute":"%s"}\n' qmp_capabilities query-pci quit |
		qemu-system-x86_64 -accel tcg -M q35 -m 64M -S -nodefaults -display none \
			-qmp stdio $argument,id=given)
	printf '%s\n' "$said"
	grep -q "\"qdev_id\": \"given\".*\"device\": $((0x10d3))," <<<"$said"
	devshare-assign take "$nic"
}

test_libvirt()
{
	devshare-assign show "$nic" --json | python3 -c '
import json, sys
domain = open(sys.argv[1]).read()
print(domain.replace("</devices>", json.load(sys.stdin)["libvirt"] + "</devices>"))
' "$DEVSHARE_CHECKOUT/Documentation/examples/pcishare-domain.xml" >/tmp/domain.xml
	grep -A 5 "type='pci'" /tmp/domain.xml
	virt-xml-validate /tmp/domain.xml domain
}

# The driver that is to have it again was unloaded meanwhile.
test_unloaded()
{
	local other

	other=$(pci_behind 0000:00:17.0)
	devshare-assign give "$nic" >/dev/null
	echo "$other" >/sys/bus/pci/drivers/e1000e/unbind
	modprobe -r e1000e
	devshare-assign take "$nic"
	pci_driver_is "$nic" e1000e
	echo "$other" >/sys/bus/pci/drivers_probe || :
}

# A driver_override of somebody else's is there again.
test_override()
{
	echo pci-stub >"/sys/bus/pci/devices/$edu/driver_override"
	devshare-assign give "$edu" >/dev/null
	devshare-assign take "$edu"
	[ "$(cat "/sys/bus/pci/devices/$edu/driver_override")" = pci-stub ]
	pci_driver_is "$edu" ''
	echo >"/sys/bus/pci/devices/$edu/driver_override"
}

# Two functions of a card in one group; of those only one has a driver.
test_group()
{
	local first second

	first=$(pci_behind 0000:00:17.0)
	second=${first%.0}.1
	refused group give "$second"
	devshare-assign give --group "$second"
	pci_driver_is "$first" vfio-pci
	pci_driver_is "$second" vfio-pci
	opens "$second" 1234:11e8
	opens "$first" 8086:10d3
	devshare-assign take "$first"
	pci_driver_is "$first" e1000e
	pci_driver_is "$second" ''
	nothing_kept
	# The one whose neighbour no driver has goes alone.
	devshare-assign give "$first" >/dev/null
	pci_driver_is "$second" ''
	opens "$first" 8086:10d3
	devshare-assign take "$first"
}

test_persistent()
{
	devshare-assign give --persistent "$nic" >/dev/null
	[ "$(cat "/etc/driverctl.d/pci-$nic")" = vfio-pci ]
	driverctl list-overrides | grep "^$nic vfio-pci"
	opens "$nic" 8086:10d3
	devshare-assign take "$nic"
	[ ! -e "/etc/driverctl.d/pci-$nic" ]
	pci_driver_is "$nic" e1000e
	# After a reboot driverctl has given it, and /run is empty.
	devshare-assign give --persistent "$nic" >/dev/null
	rm "/run/devshare-assign/$nic.json"
	shows "$nic is bound to vfio-pci" devshare-assign give "$nic"
	devshare-assign take "$nic"
	[ ! -e "/etc/driverctl.d/pci-$nic" ]
	pci_driver_is "$nic" e1000e
	# The override kept there before is there again.
	driverctl --noprobe set-override "$edu" pci-stub
	devshare-assign give --persistent "$edu" >/dev/null
	[ "$(cat "/etc/driverctl.d/pci-$edu")" = vfio-pci ]
	devshare-assign take "$edu"
	[ "$(cat "/etc/driverctl.d/pci-$edu")" = pci-stub ]
	driverctl --noprobe unset-override "$edu"
}

ktap_plan 14
assign_install
modprobe -a e1000e nvme
udevadm --version >/dev/null
wait_for 60 'the disk' disk_of "$nvme" >/dev/null
ktap_run 'list has all functions, and which can be given' test_list
ktap_run 'list for others than root' test_list_unprivileged
ktap_run 'show' test_show
ktap_run 'edu, which no driver had' test_edu
ktap_run 'names that libvirt and lspci have' test_names
ktap_run 'e1000e: its interface is there again' test_nic
ktap_run 'nvme: its disk reads as before' test_nvme
ktap_run 'take refuses while a guest has it' test_open
ktap_run 'QEMU takes what is printed for it' test_qemu
ktap_run 'libvirt takes what is printed for it' test_libvirt
ktap_run 'the former driver was unloaded meanwhile' test_unloaded
ktap_run 'driver_override is as it was' test_override
ktap_run 'a group with several devices' test_group
ktap_run 'give --persistent, by driverctl' test_persistent
ktap_finish
