#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu
# time-out: 300
#
# Mediated devices by mdevctl: defined, with attributes, started, stopped, and started
# by udev when the device is bound.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/udev.sh"

edu=$(pci_address 1234:11e8)
uuid=$(mdev_uuid 1)
manual=$(mdev_uuid 2)
type=pcishare-lease
driver=/sys/bus/pci/drivers/pcishare

guests()
{
	pcishare_get "$edu" guests
}

test_types()
{
	local said

	said=$(mdevctl types -p "$edu")
	printf '%s\n' "$said"
	grep -q "$type" <<<"$said"
	grep -q 'Available instances: 16' <<<"$said"
	grep -q 'Device API: vfio-pci' <<<"$said"
}

test_define()
{
	mdevctl define -u "$uuid" -p "$edu" -t "$type" -a
	mdevctl define -u "$manual" -p "$edu" -t "$type"
	mdevctl list -d
	[ "$(mdevctl list -d | grep -c "$edu $type")" -eq 2 ]
	[ -z "$(guests)" ]
	mdevctl modify -u "$uuid" --addattr name --value 'meter 3'
	mdevctl modify -u "$uuid" --addattr weight --value 300
	cat "/etc/mdevctl.d/$edu/$uuid"
}

# has_attributes: those of the definition
has_attributes()
{
	[ "$(mdev_get "$uuid" name)" = 'meter 3' ] &&
		[ "$(mdev_get "$uuid" weight)" -eq 300 ]
}

test_start()
{
	mdevctl start -u "$uuid"
	mdevctl list
	mdevctl list | grep "^$uuid $edu $type auto (defined)"
	[ "$(guests)" = "$uuid" ]
	has_attributes
	mdev_is "$uuid" closed
}

# Its present state can be had as a definition, too.
test_dump()
{
	local said

	said=$(mdevctl list -d -u "$uuid" --dumpjson)
	printf '%s\n' "$said"
	grep -q '"start": "auto"' <<<"$said"
	grep -q '"weight": "300"' <<<"$said"
}

test_stop()
{
	mdevctl stop -u "$uuid"
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
	[ -z "$(guests)" ]
}

# Removed by hand, it is started as it was defined.
test_again()
{
	mdevctl start -u "$uuid"
	echo 1 >"/sys/bus/mdev/devices/$uuid/remove"
	[ -z "$(guests)" ]
	mdevctl start -u "$uuid"
	has_attributes
}

# An attribute that is refused fails the start, and leaves nothing.
test_refused()
{
	mdevctl modify -u "$manual" --addattr weight --value 0
	! mdevctl start -u "$manual" || return 1
	[ ! -e "/sys/bus/mdev/devices/$manual" ]
	mdevctl modify -u "$manual" --delattr
	mdevctl start -u "$manual"
	[ "$(mdev_get "$manual" weight)" -eq 100 ]
	[ "$(mdev_get "$manual" name)" = '' ]
	mdevctl stop -u "$manual"
}

started_by_udev()
{
	[ -e "/sys/bus/mdev/devices/$uuid" ] && has_attributes 2>/dev/null
}

# The device is bound, and what is to start by itself is there; the rest is not.
test_automatic()
{
	echo "$edu" >"$driver/unbind"
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
	echo "$edu" >"$driver/bind"
	wait_for 30 'udev to start the mediated device' started_by_udev
	udevadm settle --timeout=20
	[ "$(guests)" = "$uuid" ]
}

test_undefine()
{
	mdevctl stop -u "$uuid"
	mdevctl undefine -u "$uuid"
	mdevctl undefine -u "$manual"
	[ -z "$(mdevctl list -d)" ]
}

ktap_plan 10
cleanup_push module_unload pcishare
mdev_install_policies
pcishare_load ids=1234:11e8
ktap_run 'mdevctl lists the type' test_types
ktap_run 'mediated devices are defined, with attributes' test_define
ktap_run 'one is started, with its attributes' test_start
ktap_run 'it is listed with what it is' test_dump
ktap_run 'and stopped' test_stop
ktap_run 'one that was removed by hand is started again' test_again
ktap_run 'an attribute that is refused' test_refused
udev_install 60-pcishare.rules
udev_start
ktap_run 'udev takes the rules' udev_takes 60-pcishare.rules \
	"/sys/bus/pci/devices/$edu"
ktap_run 'binding starts what is to start by itself' test_automatic
ktap_run 'definitions are removed' test_undefine
ktap_finish
