#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --device i6300esb --qemu -action --qemu watchdog=none
# time-out: 600
#
# End to end: a stock guest under stock QEMU has a watchdog timer whose registers are in
# configuration space as well as in a BAR, by the driver of its own kernel.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"

timer=$(pci_address 8086:25ab)
uuid=$(mdev_uuid 1)

# lock: whether the timer runs, as the device has it
lock()
{
	setpci -s "$timer" 68.b
}

runs()
{
	[ "$(lock)" = 02 ]
}

start()
{
	"$guest" start a --cpus 2 --device "$(mdev_argument "$uuid")" "${guest_files[@]}"
	"$guest" exec a "$guest_insmod"
	"$guest" exec a 'ls /dev/watchdog0'
}

test_boot()
{
	mdev_install_policies
	pcishare_load exclusive=0
	pcishare_take "$timer"
	mdev_create "$timer" exclusive "$uuid"
	start
	[ "$(lock)" = 00 ]
}

# The guest's driver switches on in configuration space, and it is on in the device's,
# except for the output.
test_runs()
{
	"$guest" exec a 'watchdog -T 100 -t 1 /dev/watchdog0'
	wait_for 20 'the timer to run' runs
	[ $((0x$(setpci -s "$timer" 60.w) & 0x20)) -eq $((0x20)) ]
	[ "$(mdev_get "$uuid" stats/refused)" -ge 1 ]
	[ "$(mdev_get "$uuid" stats/denied)" -eq 0 ]
	"$guest" exec a 'cat /sys/class/watchdog/watchdog0/timeout' | grep '^100$'
}

# Nothing else of the device's configuration space is the guest's.
test_own()
{
	local before

	before=$(setpci -s "$timer" COMMAND 3c.b)
	# Of what it sees itself: its capability, which the device does not have.
	# shellcheck disable=SC2016	# the guest's shell expands them
	"$guest" exec a 'for dir in /sys/bus/pci/devices/*; do
			[ "$(cat $dir/device)" = 0x25ab ] || continue
			dd if=$dir/config bs=1 skip=64 count=1 2>/dev/null | od -An -tx1
		done' | grep '01'
	[ "$(setpci -s "$timer" COMMAND 3c.b)" = "$before" ]
}

test_next()
{
	"$guest" kill a
	wait_for 20 'the device to be closed' mdev_is "$uuid" closed
	[ "$(lock)" = 00 ]
	start
	"$guest" exec a 'watchdog -T 50 -t 1 /dev/watchdog0'
	wait_for 20 'the timer to run' runs
	"$guest" stop a
	module_unload pcishare
	[ "$(lock)" = 00 ]
}

guest_modules i6300esb
ktap_plan 4
ktap_run 'a guest boots, with the driver of its own' test_boot
ktap_run 'the timer runs, and cannot reset the machine' test_runs
ktap_run 'the rest of configuration space is apart' test_own
ktap_run 'it is stopped between two guests' test_next
ktap_finish
