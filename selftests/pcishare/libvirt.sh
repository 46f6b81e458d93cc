#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --device edu
# time-out: 600
#
# The domain of Documentation/examples, by libvirt as it comes: QEMU runs as a user of its own, who
# has no right to the mediated device except what libvirt gives.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/udev.sh"
. "$(dirname "$0")/../lib/libvirt.sh"

example=$DEVSHARE_CHECKOUT/Documentation/examples/pcishare-domain.xml
edu=$(pci_address 1234:11e8)
uuid=$(mdev_uuid 1)
work=$(mktemp -d)

test_validates()
{
	virt-xml-validate "$example" domain
	# It does complain of what is wrong.
	sed "s|<address uuid=|<address portal=|" "$example" >"$work/wrong.xml"
	! virt-xml-validate "$work/wrong.xml" domain
}

test_missing()
{
	local said

	said=$(libvirt start pcishare 2>&1) && return 1
	printf '%s\n' "$said"
	grep -q "$uuid" <<<"$said"
}

# The command that the example's comment says, for this machine's edu.
test_mdevctl()
{
	local parent=/sys/bus/pci/devices/$edu

	mkdir -p /etc/mdevctl.d
	mdevctl define -u "$uuid" -p "$edu" -t pcishare-lease -a
	mdevctl start -u "$uuid"
	mdevctl list
	[ "$(cat "$parent/pcishare/guests")" = "$uuid" ]
}

test_starts()
{
	libvirt_domain_start pcishare
	[ "$(libvirt domstate pcishare)" = running ]
	mdev_is "$uuid" open
}

qemu_pid()
{
	cat /run/libvirt/qemu/pcishare.pid
}

# QEMU has a /dev of its own, in which the VFIO group is its user's; and may lock as
# much memory as it takes.
test_owner()
{
	local pid group

	pid=$(qemu_pid)
	group=/dev/vfio/$(basename "$(readlink "/sys/bus/mdev/devices/$uuid/iommu_group")")
	ls -l "/proc/$pid/root$group"
	grep 'Max locked memory' "/proc/$pid/limits"
	[ "$(stat -c %U "/proc/$pid")" = "$libvirt_user" ]
	[ "$(stat -c %U "/proc/$pid/root$group")" = "$libvirt_user" ]
	readlink "/proc/$pid/fd"/* | grep -qx "$group"
}

test_works()
{
	libvirt_in_guest --timeout 120 '/files/edu-guest -n 100'
}

# A second domain of the same mediated device is refused by libvirt.
test_second()
{
	local said

	sed 's|<name>pcishare<|<name>second<|' "$work/domain.xml" >"$work/second.xml"
	libvirt define "$work/second.xml"
	said=$(libvirt start second 2>&1) && return 1
	printf '%s\n' "$said"
	libvirt undefine second
	grep -q 'in use' <<<"$said"
}

test_destroyed()
{
	libvirt destroy pcishare
	[ "$(libvirt domstate pcishare)" = 'shut off' ]
	wait_for 10 'the mediated device to be closed' mdev_is "$uuid" closed
}

test_again()
{
	libvirt_domain_start pcishare
	test_works
	libvirt destroy pcishare
	libvirt undefine pcishare
	mdevctl stop -u "$uuid"
}

finish()
{
	libvirt destroy pcishare >/dev/null 2>&1 || :
	module_unload pcishare
}

ktap_plan 10
cleanup_push rm -rf "$work"
mdev_install_policies
pcishare_load ids=1234:11e8
libvirt_start
cleanup_push finish
libvirt_make_domain "$example" "$DEVSHARE_PROGRAMS/pcishare/edu-guest"
ktap_run 'the example is what libvirt takes' test_validates
ktap_run 'libvirt defines it' libvirt define "$work/domain.xml"
ktap_run 'a domain does not start without its mediated device' test_missing
ktap_run 'mdevctl makes the mediated device' test_mdevctl
ktap_run 'the domain starts' test_starts
ktap_run 'QEMU has the mediated device, and as its own user' test_owner
ktap_run 'factorials in the domain' test_works
ktap_run 'a second domain does not get the same mediated device' test_second
ktap_run 'the domain is destroyed: the mediated device is closed' test_destroyed
ktap_run 'the domain starts again, factorials in it' test_again
ktap_finish
