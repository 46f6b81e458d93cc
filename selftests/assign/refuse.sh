#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --memory 2G --qemu -machine --qemu q35,kernel-irqchip=split --device intel-iommu,intremap=on --append intel_iommu=on --append console=hvc0 --qemu -chardev --qemu null,id=second --device virtconsole,bus=vser.0,chardev=second --qemu -chardev --qemu null,id=third --device pci-serial,chardev=third,addr=0x12 --device VGA,addr=0x13 --device edu,addr=0x14 --device e1000e,addr=0x15 --qemu -drive --qemu if=none,id=one,format=raw,snapshot=on,file=/usr/bin/qemu-system-x86_64 --device nvme,serial=one,drive=one,addr=0x16 --device pcie-root-port,id=rp1,chassis=1,addr=0x17 --device e1000e,bus=rp1,addr=0.0,multifunction=on --qemu -drive --qemu if=none,id=two,format=raw,snapshot=on,file=/usr/bin/qemu-system-x86_64 --device nvme,serial=two,drive=two,bus=rp1,addr=0.1 --device nvme-subsys,id=shared --qemu -drive --qemu if=none,id=three,format=raw,snapshot=on,file=/usr/bin/qemu-system-x86_64 --device nvme,serial=three,subsys=shared,addr=0x18 --device nvme-ns,drive=three
# time-out: 1800
#
# devshare-assign refuses what the host uses, each use made for real, and changes nothing
# then. It is given as soon as it is not used any more.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/assign.sh"

serial=0000:00:12.0
vga=0000:00:13.0
edu=0000:00:14.0
nic=0000:00:15.0
nvme=0000:00:16.0
port=0000:00:17.0
shared=0000:00:18.0
work=$(mktemp -d)

# gives ADDRESS [OPTION...]: it is given, and back again
gives()
{
	devshare-assign give "$@" >/dev/null
	pci_driver_is "$1" vfio-pci
	devshare-assign take "$1" >/dev/null
	wait_for 60 'its driver' test -n "$(pci_driver "$1")"
}

# A file system on that disk, at $work/mnt.
make_file_system()
{
	mkfs.ext2 -q -F "/dev/$1" 8M
	mkdir -p "$work/mnt"
}

test_mounted()
{
	make_file_system "$disk"
	mount "/dev/$disk" "$work/mnt"
	refused_because "$disk is mounted at $work/mnt" mounted give "$nvme"
	refused mounted give --force "$nvme"
	umount "$work/mnt"
}

test_partition()
{
	addpart "/dev/$disk" 1 2048 20480
	wait_for 60 'the partition' test -b "/dev/${disk}p1"
	mkfs.ext2 -q -F "/dev/${disk}p1" 8M
	mount "/dev/${disk}p1" "$work/mnt"
	refused_because "${disk}p1 is mounted" mounted give "$nvme"
	umount "$work/mnt"
	delpart "/dev/$disk" 1
}

# A process whose root it is, as that of the host is elsewhere.
test_root()
{
	local pid

	make_file_system "$disk"
	mount "/dev/$disk" "$work/mnt"
	cp /bin/busybox "$work/mnt"
	umount "$work/mnt"
	unshare --mount sh -c "
		mount /dev/$disk $work/mnt
		exec chroot $work/mnt /busybox sleep 1000" &
	pid=$!
	wait_for 60 'its root' grep -q " / / .*/dev/$disk" "/proc/$pid/mountinfo"
	refused root give "$nvme"
	kill "$pid"
	wait "$pid" || :
}

# In a mount name space that no process is in, nothing tells of it.
test_hidden()
{
	mkdir -p "$work/spaces"
	mount --bind --make-private "$work/spaces" "$work/spaces"
	: >"$work/spaces/one"
	unshare --mount="$work/spaces/one" --propagation private \
		mount "/dev/$disk" "$work/mnt"
	refused busy give "$nvme"
	umount "$work/spaces/one"
	umount "$work/spaces"
	wait_for 60 'the name space to be gone' gives "$nvme"
}

test_swap()
{
	mkswap -q "/dev/$disk"
	swapon "/dev/$disk"
	refused swap give "$nvme"
	swapoff "/dev/$disk"
}

test_mapper()
{
	echo "0 1000 linear /dev/$disk 0" | dmsetup create --noudevsync part
	refused_because 'part of dm-0 (part)' held give "$nvme"
	dmsetup remove --noudevsync part
}

test_loop()
{
	local loop

	modprobe loop
	loop=$(losetup --show -f "/dev/$disk")
	refused_because "losetup -d $loop" held give "$nvme"
	losetup -d "$loop"
}

test_open()
{
	local user

	sleep 1000 9<"/dev/$disk" &
	user=$!
	refused_because "process $user (sleep)" open give "$nvme"
	kill "$user"
	wait "$user" || :
	sleep 1000 9<"/dev/${disk%n1}" &
	user=$!
	refused_because "its ${disk%n1} is open" open give "$nvme"
	kill "$user"
	wait "$user" || :
	gives "$nvme"
}

# Its disk is that of the subsystem, and behind none of the controllers.
test_subsystem()
{
	local head

	head=$(basename "$(ls -d /sys/devices/virtual/nvme-subsystem/*/nvme*n1)")
	make_file_system "$head"
	mount "/dev/$head" "$work/mnt"
	refused mounted give "$shared"
	umount "$work/mnt"
	gives "$shared"
}

# A file system from this machine's own host.
test_9p()
{
	local device

	device=$(realpath "$(dirname "$(grep -lx build /sys/bus/virtio/devices/*/mount_tag)")/..")
	refused mounted give "$(basename "$device")"
}

test_console()
{
	grep -w hvc0 /sys/class/tty/console/active
	refused console give "$(pci_address 1af4:1003)"
}

# One driver has one console, which is that of COM1 here. So the kernel's word is replaced.
test_serial_console()
{
	local name

	name=$(basename "$(find "/sys/bus/pci/devices/$serial/" -path '*/tty/ttyS*' |
		head -n 1)")
	gives "$serial"
	echo "tty0 $name" >"$work/active"
	mount --bind "$work/active" /sys/class/tty/console/active
	refused console give "$serial"
	umount /sys/class/tty/console/active
}

test_vga()
{
	refused boot-vga give "$vga"
}

test_bridge()
{
	refused bridge give "$port"
	refused bridge give 00:00.0
}

test_route()
{
	local interface

	interface=$(interface_of "$nic")
	ip addr add 192.0.2.1/24 dev "$interface"
	ip link set "$interface" up
	ip route add default via 192.0.2.2 dev "$interface"
	refused_because "$interface carries the default route" route give "$nic"
	gives "$nic" --force
}

test_route_6()
{
	local interface

	interface=$(interface_of "$nic")
	ip link set "$interface" up
	ip -6 route add default dev "$interface"
	refused route give "$nic"
	ip -6 route del default dev "$interface"
	ip link set "$interface" down
}

# The route is the bridge's, and the interface one of its ports.
test_port()
{
	local interface

	interface=$(interface_of "$nic")
	ip link add br9 type bridge
	ip link set "$interface" master br9
	refused port give "$nic"
	ip addr add 192.0.2.1/24 dev br9
	ip link set br9 up
	ip route add default via 192.0.2.2 dev br9
	refused_because 'the default route, for br9' route give "$nic"
	ip link del br9
	gives "$nic"
}

# Also when sudo has taken the variable away.
test_session()
{
	local interface

	interface=$(interface_of "$nic")
	ip addr add 192.0.2.1/24 dev "$interface"
	SSH_CONNECTION='192.0.2.9 50000 192.0.2.1 22' refused session give "$nic"
	export -f refused
	# shellcheck disable=SC2016
	env SSH_CONNECTION='192.0.2.9 50000 192.0.2.1 22' \
		bash -euc 'env -u SSH_CONNECTION bash -euc "refused session give $1"; :' - "$nic"
	SSH_CONNECTION='192.0.2.9 50000 192.0.2.8 22' gives "$nic"
}

test_group()
{
	local first second

	first=$(pci_behind "$port")
	second=${first%.0}.1
	refused_because "$second (nvme)" group give "$first"
	make_file_system "$(disk_of "$second")"
	mount "/dev/$(disk_of "$second")" "$work/mnt"
	refused_because "$second (nvme); its disk" group give "$first"
	refused_because "$second: its disk" mounted give --group "$first"
	umount "$work/mnt"
	gives "$first" --group
	pci_driver_is "$second" nvme
}

test_pcishare()
{
	mdev_install_policies
	pcishare_load ids=1234:11e8
	pci_driver_is "$edu" pcishare
	refused pcishare give "$edu"
	module_unload pcishare
}

# By somebody else, who may be about to use it.
test_vfio()
{
	echo vfio-pci >"/sys/bus/pci/devices/$edu/driver_override"
	modprobe vfio-pci
	echo "$edu" >/sys/bus/pci/drivers_probe
	refused vfio give "$edu"
	refused not-given take "$edu"
	echo "$edu" >/sys/bus/pci/drivers/vfio-pci/unbind
	echo >"/sys/bus/pci/devices/$edu/driver_override"
}

test_address()
{
	refused address give edu
	refused no-device give 00:1e.5
	refused no-sriov vfs "$edu" 1
	refused not-given take "$edu"
}

test_unprivileged()
{
	local status=0

	setpriv --reuid=65534 --regid=65534 --clear-groups devshare-assign give "$edu" || status=$?
	[ "$status" -eq 1 ]
	pci_driver_is "$edu" ''
}

test_usage()
{
	local status=0

	devshare-assign give || status=$?
	[ "$status" -eq 2 ]
}

finish()
{
	rm -rf "$work"
}

ktap_plan 24
cleanup_push finish
assign_install
modprobe -a e1000e nvme
wait_for 60 'the disk' disk_of "$nvme" >/dev/null
disk=$(disk_of "$nvme")
ktap_run 'a disk that is mounted' test_mounted
ktap_run 'a partition that is mounted' test_partition
ktap_run 'the root of a process' test_root
ktap_run 'a mount that nothing tells of' test_hidden
ktap_run 'a disk that is swapped to' test_swap
ktap_run 'a disk behind the device-mapper' test_mapper
ktap_run 'a disk behind a loop device' test_loop
ktap_run 'a disk, or its controller, that is open' test_open
ktap_run 'a disk of an NVMe subsystem' test_subsystem
ktap_run 'a file system by 9p' test_9p
ktap_run 'a console by virtio' test_console
ktap_run 'the serial port of a console' test_serial_console
ktap_run 'the VGA device that the machine was started with' test_vga
ktap_run 'bridges' test_bridge
ktap_run 'the default route, unless forced' test_route
ktap_run 'the default route of IPv6' test_route_6
ktap_run 'a port of a network bridge' test_port
ktap_run 'the ssh session' test_session
ktap_run 'a group that the host uses' test_group
ktap_run 'a device that pcishare has' test_pcishare
ktap_run 'a device that somebody else gave' test_vfio
ktap_run 'what is no such device' test_address
ktap_run 'others than root' test_unprivileged
ktap_run 'a command that is incomplete' test_usage
ktap_finish
