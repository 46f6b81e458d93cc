#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 1500
#
# The set-up of an administrator is there after a reboot: two boots of the test VM, which
# have /etc/mdevctl.d in common. In the first mdevctl defines a mediated device, in the
# second the example files of Documentation/examples bring all of it back: modprobe's parameters,
# udev, and mdevctl by udev.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
kept=$top/build/reboot

# In the VM: what outlives the boot is what is in build/.
keep()
{
	mkdir -p /etc/mdevctl.d
	mount --bind "$kept/mdevctl.d" /etc/mdevctl.d
}

install_files()
{
	mdev_install_policies
	cp "$top/Documentation/examples/pcishare.conf" /etc/modprobe.d/
	cp "$top/Documentation/examples/60-pcishare.rules" /etc/udev/rules.d/
	cp -r "$kept/modules/." /
}

first_boot()
{
	[ -z "$(mdevctl list -d)" ]
	install_files
	modprobe pcishare
	mdevctl define -u "$edu_uuid" -p "$edu" -t pcishare-lease -a
	mdevctl modify -u "$edu_uuid" --addattr name --value 'meter 3'
	mdevctl modify -u "$edu_uuid" --addattr weight --value 300
	mdevctl define -u "$port_uuid" -p "$card" -t pcishare-partition -a
	mdevctl modify -u "$port_uuid" --addattr partition --value 2
	mdevctl list -d
}

all_there()
{
	[ -e "/sys/bus/mdev/devices/$edu_uuid" ] && [ -e "/sys/bus/mdev/devices/$port_uuid" ]
}

# The acts of a host's boot: events of its devices, and the modules of
# /etc/modules-load.d.
second_boot()
{
	install_files
	udev_start
	udevadm trigger --action=add "/sys/bus/pci/devices/$edu" "/sys/bus/pci/devices/$card"
	modprobe pcishare
	wait_for 100 'both mediated devices' all_there
	udevadm settle --timeout=60
	mdevctl list
	[ "$(mdev_get "$edu_uuid" name)" = 'meter 3' ]
	[ "$(mdev_get "$edu_uuid" weight)" -eq 300 ]
	[ "$(mdev_get "$port_uuid" partition)" -eq 2 ]
	rmmod pcishare
}

inside()
{
	. "$top/selftests/lib/lib.sh"
	. "$top/selftests/lib/pcishare.sh"
	. "$top/selftests/lib/mdev.sh"
	. "$top/selftests/lib/udev.sh"
	edu=$(pci_address 1234:11e8)
	card=$(pci_address 1b36:0004)
	edu_uuid=$(mdev_uuid 1)
	port_uuid=$(mdev_uuid 2)
	keep
	"$1_boot"
}

# boot KERNEL first|second
boot()
{
	"$top/scripts/vm/run" --kernel "$1" --name "pcishare-reboot-$1-$2" --timeout 300 --cpus 1 \
		--device edu --device pci-serial-4x -- "$top/selftests/pcishare/reboot.sh" "$2"
}

if [ -n "${DEVSHARE_KERNEL:-}" ]; then
	inside "$1"
	exit
fi

. "$top/selftests/lib/cleanup.sh"
. "$top/selftests/lib/ktap.sh"
. "$top/scripts/vm/modules.sh"

cleanup_push rm -rf "$kept"
# shellcheck disable=SC2153
read -r -a kernels <<<"$KERNELS"
ktap_plan $((2 * ${#kernels[@]}))
for kernel in "${kernels[@]}"; do
	rm -rf "$kept"
	mkdir -p "$kept"/mdevctl.d/scripts.d/{callouts,notifiers}
	(cd "$top" && modules_stage "$kernel" "$kept/modules")
	ktap_run "$kernel: mediated devices are defined" boot "$kernel" first
	ktap_run "$kernel: and are there after a reboot" boot "$kernel" second
done
ktap_finish
