#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu
#
# pcishare loads, binds what it is told to and nothing else, and unloads.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

edu=$(pci_address 1234:11e8)
driver=/sys/bus/pci/drivers/pcishare

# not_loaded PARAMETER WORDS: refused, and the log says why
not_loaded()
{
	dmesg -C
	pcishare_load "$1" && return 1
	dmesg --notime | grep -F "$2"
	[ ! -d /sys/module/pcishare ]
}

# Nothing is bound, and the log says how it would be.
test_load()
{
	dmesg -C
	pcishare_load
	dmesg --notime | grep -F 'no ids: a device is bound by its driver_override'
	[ "$(module_refcount pcishare)" -eq 0 ]
	[ ! -e "$driver/$edu" ]
	module_unload pcishare
	[ ! -d /sys/module/pcishare ]
}

test_ids()
{
	not_loaded ids=edu 'ids: edu is not vendor:device[:subvendor:subdevice]'
	not_loaded ids=1234:11e8,1234 'ids: 1234 is not vendor'
	not_loaded ids=1234:11e8:1af4 'ids: 1234:11e8:1af4 is not vendor'
	not_loaded ids=1234:11e8x 'ids: 1234:11e8x is not vendor'
}

# Whether it comes later or was mistyped.
test_absent()
{
	dmesg -C
	pcishare_load ids=1234:11e7
	dmesg --notime | grep -F 'ids: there is no device 1234:11e7 now'
	module_unload pcishare
}

test_no_policy()
{
	dmesg -C
	pcishare_load ids=1234:11e8
	[ ! -e "$driver/$edu" ]
	dmesg | grep -F "$edu: has no policy; exclusive=1"
}

# By hand, as for any PCI driver.
test_override()
{
	echo 1 >/sys/module/pcishare/parameters/exclusive
	echo pcishare >"/sys/bus/pci/devices/$edu/driver_override"
	echo "$edu" >/sys/bus/pci/drivers_probe
	[ -e "$driver/$edu" ]
	[ "$(cat "$driver/$edu/pcishare/sharing")" = exclusive ]
	[ -z "$(cat "$driver/$edu/pcishare/guests")" ]
	echo "$edu" >"$driver/unbind"
	[ ! -e "$driver/$edu" ]
	[ ! -e "/sys/bus/pci/devices/$edu/mdev_supported_types" ]
}

# command BIT: is it set in the device's command register?
command()
{
	[ $((0x$(setpci -s "$edu" COMMAND) & $1)) -ne 0 ]
}

# Bus mastering is off, for nobody has checked what the device would write; and it
# is quiet as long as no guest has it.
test_bound()
{
	local types=$driver/$edu/mdev_supported_types/pcishare-exclusive

	echo "$edu" >"$driver/bind"
	command 0x2
	command 0x400
	! command 0x4 || return 1
	[ "$(cat "$types/device_api")" = vfio-pci ]
	[ "$(cat "$types/available_instances")" -eq 16 ]
	[ "$(cat "$types/name")" = '1234:11e8 exclusive' ]
	cat "$types/description"
}

# Made and not opened: they go with the module.
test_unload()
{
	local types=$driver/$edu/mdev_supported_types/pcishare-exclusive
	local -r uuid=c0ffee00-0000-4000-8000-000000000000

	echo "$uuid" >"$types/create"
	[ "$(cat "$types/available_instances")" -eq 15 ]
	[ "$(cat "$driver/$edu/pcishare/guests")" = "$uuid" ]
	[ "$(cat "/sys/bus/mdev/devices/$uuid/state")" = closed ]
	module_unload pcishare
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
}

ktap_plan 7
cleanup_push module_unload pcishare
ktap_run 'pcishare binds nothing by itself' test_load
ktap_run 'ids that are none are refused' test_ids
ktap_run 'ids of what is not there are named' test_absent
ktap_run 'a device without a policy is refused' test_no_policy
ktap_run 'it can be bound by driver_override, and unbound' test_override
ktap_run 'a bound device may not write to memory' test_bound
ktap_run 'unloading removes what guests had of it' test_unload
ktap_finish
