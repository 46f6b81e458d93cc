#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 3G --device ipmi-bmc-sim,id=bmc --device pci-ipmi-kcs,bmc=bmc
# time-out: 900
#
# End to end: two stock guests under stock QEMU share a board's management controller
# behind one interface, each with the driver of its own kernel. A command that one
# does not end is not in the way of the other for long, dead or alive.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"

interface=$(pci_address 1234:1112)
commands=400
[ -z "${DEVSHARE_CI:-}" ] || commands=80
patience=300

# ipmi_start NAME
ipmi_start()
{
	"$guest" start "$1" --cpus "$(guest_cpus "$1")" \
		--device "$(mdev_argument "$(guest_uuid "$1")")" \
		--file "$programs/ipmi-guest" "${guest_files[@]}"
	"$guest" exec "$1" --timeout $patience "$guest_insmod"
	wait_for 60 "$1 to have a controller" \
		"$guest" exec "$1" 'ls /dev/ipmi0 >/dev/null 2>&1'
}

# ipmi_ask NAME COUNT
ipmi_ask()
{
	"$guest" exec "$1" --timeout $patience "/files/ipmi-guest /dev/ipmi0 $2"
}

test_boot()
{
	local name

	mdev_install_policies
	pcishare_load exclusive=0
	pcishare_take "$interface"
	for name in a b; do
		mdev_create "$interface" lease "$(guest_uuid "$name")"
		ipmi_start "$name"
		"$guest" exec "$name" 'ls /sys/bus/pci/drivers/ipmi_si/' | grep '^0000:'
	done
}

test_ask()
{
	local pid status=0 name

	ipmi_ask b $commands &
	pid=$!
	ipmi_ask a $commands || status=1
	wait "$pid" || status=1
	printf 'changes of hands: %d\n' "$(pcishare_stat "$interface" handovers)"
	for name in a b; do
		[ "$(mdev_get "$(guest_uuid "$name")" stats/denied)" -eq 0 ]
		[ "$(mdev_get "$(guest_uuid "$name")" stats/evictions)" -eq 0 ]
	done
	return "$status"
}

# ipmi_begin NAME: a command that the guest does not end, without its driver
ipmi_begin()
{
	"$guest" exec "$1" "cd /sys/bus/pci/drivers/ipmi_si && device=\$(ls -d 0000:*) &&
		echo \$device >unbind && printf '\\141' |
		dd of=/sys/bus/pci/devices/\$device/resource0 bs=1 seek=1 conv=notrunc 2>&1"
	[ "$(pcishare_get "$interface" holder)" = "$(guest_uuid "$1")" ]
}

# The other one's commands fail until that one has lost the interface.
test_stuck()
{
	ipmi_begin b
	wait_for 120 'the other one to be answered' ipmi_ask a 4
	[ "$(mdev_get "$(guest_uuid b)" stats/evictions)" -eq 1 ]
	mdev_is "$(guest_uuid b)" stopped
	ipmi_ask a $commands
}

test_killed()
{
	local resets

	"$guest" kill b
	wait_for 20 'the device of b to be closed' mdev_is "$(guest_uuid b)" closed
	ipmi_start b
	ipmi_begin b
	resets=$(pcishare_stat "$interface" resets)
	"$guest" kill b
	wait_for 20 'the device of b to be closed' mdev_is "$(guest_uuid b)" closed
	ipmi_ask a $commands
	[ "$(pcishare_stat "$interface" resets)" -gt "$resets" ]
}

test_end()
{
	"$guest" stop a
	module_unload pcishare
}

guest_modules ipmi_si ipmi_devintf
ktap_plan 5
ktap_run 'two guests boot, each with the driver of its own' test_boot
ktap_run 'both ask at once, and each gets its answers' test_ask
ktap_run 'a guest that does not end loses the interface' test_stuck
ktap_run 'a guest that is killed in the middle leaves nothing' test_killed
ktap_run 'the end' test_end
ktap_finish
