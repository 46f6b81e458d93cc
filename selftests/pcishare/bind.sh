#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --device edu
# time-out: 600
#
# Policies are found and refused; what is shared by one is bound, unbound, removed and
# unloaded, whatever its guests are doing.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

[ -z "${DEVSHARE_CI:-}" ] || export PCISHARE_SHORT=1

edu=$(pci_address 1234:11e8)
driver=/sys/bus/pci/drivers/pcishare
policies=/lib/firmware/pcishare
log=/sys/kernel/debug/pcishare/policy_log

bound()
{
	[ -e "$driver/$edu" ]
}

# attribute NAME: of pcishare's
attribute()
{
	cat "/sys/bus/pci/devices/$edu/pcishare/$1"
}

use()
{
	echo "$1" >"/sys/bus/pci/devices/$edu/pcishare/policy"
}

# That of the subsystem first, then that of the device.
test_found()
{
	local by_subsystem=$policies/1234-11e8-1af4-1100.policy

	policy_install pcishare/policies/1234-11e8.policy
	sed 's/^policy 1 .*/policy 1 "mine" revision 9/' "$policies/1234-11e8.policy" \
		>"$by_subsystem"
	pcishare_load ids=1234:11e8
	[ "$(attribute policy)" = 1234-11e8-1af4-1100.policy ]
	[ "$(attribute policy_name)" = mine ]
	[ "$(attribute policy_version)" = 9 ]
	[ "$(attribute policy_checksum)" = "$(gzip -c "$by_subsystem" | tail -c 8 |
		od -A n -t x4 -N 4 | tr -d ' ')" ]
	rm "$by_subsystem"
	use ''
	[ "$(attribute policy)" = 1234-11e8.policy ]
	[ "$(attribute policy_name)" = edu ]
	[ "$(attribute sharing)" = lease ]
	[ "$(attribute reset_method)" = recipe ]
	module_unload pcishare
}

# Broken, it is not bound at all, although it could be without one.
test_broken()
{
	local lines

	{
		cat "$policies/1234-11e8.policy"
		printf 'nonsense\ndevice 1234\n'
	} >"$policies/broken"
	lines=$(wc -l <"$policies/broken")
	mv "$policies/broken" "$policies/1234-11e8.policy"
	dmesg -C
	pcishare_load ids=1234:11e8 exclusive=1
	! bound || return 1
	dmesg --notime | grep -F "$edu: 1234-11e8.policy:$((lines - 1)):1: error: "
	cat "$log"
	grep "^1234-11e8\.policy:$((lines - 1)):1: error: " "$log"
	grep "^1234-11e8\.policy:$lines:[0-9]*: error: " "$log"
	[ "$(wc -l <"$log")" -eq 2 ]
	# Mended, it is.
	policy_install pcishare/policies/1234-11e8.policy
	echo "$edu" >"$driver/bind"
	bound
	[ "$(attribute sharing)" = lease ]
	module_unload pcishare
}

# None: as a whole, if that is wanted.
test_none()
{
	rm -f "$policies"/1234-11e8*.policy
	pcishare_load ids=1234:11e8 exclusive=1
	bound
	[ -z "$(attribute policy)" ]
	[ -z "$(attribute policy_name)" ]
	[ "$(attribute sharing)" = exclusive ]
	policy_install pcishare/policies/1234-11e8.policy
	use ''
	[ "$(attribute sharing)" = lease ]
	module_unload pcishare
}

# Warnings are no errors; they are told all the same.
test_warnings()
{
	pcishare_load ids=1234:11e8
	[ ! -s "$log" ]
	sed 's/^share lease.*/share lease slice 2ms/' "$policies/1234-11e8.policy" \
		>"$policies/sliced.policy"
	use sliced.policy
	cat "$log"
	if grep -q slice "$log"; then
		grep -E "^sliced\.policy:[0-9]+:[0-9]+: warning: .*'slice'" "$log"
	fi
	use ''
	[ ! -s "$log" ]
	module_unload pcishare
}

# Made and not opened: unbound, unloaded.
test_made()
{
	local types=$driver/$edu/mdev_supported_types/pcishare-lease
	local -r uuid=c0ffee00-0000-4000-8000-000000000000

	pcishare_load ids=1234:11e8
	[ "$(cat "$types/device_api")" = vfio-pci ]
	[ "$(cat "$types/available_instances")" -eq 16 ]
	[ "$(cat "$types/name")" = 'edu lease' ]
	[ -n "$(cat "$types/description")" ]
	echo "$uuid" >"$types/create"
	[ "$(cat "$types/available_instances")" -eq 15 ]
	[ "$(attribute guests)" = "$uuid" ]
	echo "$edu" >"$driver/unbind"
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
	echo "$edu" >"$driver/bind"
	echo "$uuid" >"$types/create"
	[ "$(cat "/sys/bus/mdev/devices/$uuid/state")" = closed ]
	module_unload pcishare
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
}

# All of bind.c.
test_in_use()
{
	local status=0 policy

	for policy in w1c exclusive; do
		policy_install "selftests/pcishare/policies/edu-$policy.policy"
	done
	pcishare_load ids=1234:11e8
	"$DEVSHARE_PROGRAMS/pcishare/bind" || status=$?
	module_unload pcishare
	return "$status"
}

# Each begins without the module, also after one that failed.
one()
{
	module_unload pcishare
	ktap_run "$@"
}

ktap_plan 6
cleanup_push module_unload pcishare
mkdir -p "$policies"
one 'the policy of a device is found' test_found
one 'a device with a broken policy is not bound' test_broken
one 'a device without a policy is bound when told to' test_none
one 'warnings are told' test_warnings
one 'what was made goes with the driver' test_made
one 'in use' test_in_use
ktap_finish
