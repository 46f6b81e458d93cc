# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Mediated devices of pcishare, and the counters of both sides of it.

# mdev_uuid N: of mediated device number N
mdev_uuid()
{
	printf 'c0ffee00-0000-4000-8000-%012x\n' "$1"
}

# guest_number NAME: guests are named by a letter, of which a is 1
guest_number()
{
	printf '%d\n' "$(($(printf '%d' "'$1") - 96))"
}

# guest_uuid NAME: of its mediated device, which has that number
guest_uuid()
{
	mdev_uuid "$(guest_number "$1")"
}

# guest_cpus NAME: every other one, the first among them, has two processors
guest_cpus()
{
	printf '%d\n' $((1 + $(guest_number "$1") % 2))
}

# mdev_install_policies: those that come with the modules, to where the kernel looks
mdev_install_policies()
{
	install -D -m 644 -t /lib/firmware/pcishare \
		"$DEVSHARE_CHECKOUT"/pcishare/policies/*.policy
}

# mdev_create ADDRESS TYPE UUID: of the PCI device at ADDRESS
mdev_create()
{
	echo "$3" >"/sys/bus/pci/devices/$1/mdev_supported_types/pcishare-$2/create"
}

# mdev_argument UUID: what QEMU is told
mdev_argument()
{
	printf 'vfio-pci,sysfsdev=/sys/bus/mdev/devices/%s\n' "$1"
}

# mdev_get UUID ATTRIBUTE: without a process, which takes its time beside busy guests
mdev_get()
{
	printf '%s\n' "$(<"/sys/bus/mdev/devices/$1/$2")"
}

# mdev_is UUID STATE
mdev_is()
{
	[ "$(mdev_get "$1" state)" = "$2" ]
}

# pcishare_get ADDRESS ATTRIBUTE: of the physical device
pcishare_get()
{
	printf '%s\n' "$(<"/sys/bus/pci/devices/$1/pcishare/$2")"
}

# pcishare_stat ADDRESS COUNTER: of the physical device
pcishare_stat()
{
	pcishare_get "$1" "$2"
}

# pcishare_take ADDRESS: bind that device, from whichever driver has it
pcishare_take()
{
	local device=/sys/bus/pci/devices/$1

	[ ! -e "$device/driver" ] || echo "$1" >"$device/driver/unbind"
	echo pcishare >"$device/driver_override"
	echo "$1" >/sys/bus/pci/drivers_probe
	[ "$(basename "$(readlink "$device/driver")")" = pcishare ]
}
