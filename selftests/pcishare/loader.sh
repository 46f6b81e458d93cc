#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu
#
# Which policy a device gets, why it gets none, and replacing it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
edu=$(pci_address 1234:11e8)
driver=/sys/bus/pci/drivers/pcishare
device=$driver/$edu
attrs=$device/pcishare
policies=/lib/firmware/pcishare
said=/sys/kernel/debug/pcishare/policy_log
ours=$top/pcishare/policies/1234-11e8.policy

# Each begins without policies.
no_policies()
{
	rm -rf "$policies"
	mkdir -p "$policies"
}

# The device without its driver, which is loaded.
unbound()
{
	no_policies
	[ -d "$driver" ] || pcishare_load exclusive=0
	[ ! -e "$device" ] || echo "$edu" >"$driver/unbind"
	echo pcishare >"/sys/bus/pci/devices/$edu/driver_override"
}

bind()
{
	dmesg -C
	echo "$edu" >"$driver/bind"
	[ -e "$device" ]
}

# not_bound WORDS: binding fails, and the kernel log says why
not_bound()
{
	bind 2>/dev/null && return 1
	[ ! -e "$device" ]
	dmesg | grep -F "$edu: $1"
}

# Bound by our policy.
bound()
{
	unbound
	install "$ours" "$policies/1234-11e8.policy"
	bind
}

# has ATTRIBUTE VALUE
has()
{
	local value

	value=$(cat "$attrs/$1")
	printf '%s: %s\n' "$1" "$value"
	[ "$value" = "$2" ]
}

# says LINE...: the log of the policy that was loaded last is these
says()
{
	cat "$said"
	diff <(printf '%s\n' "$@") "$said"
}

# not_replaced NAME ERROR: writing the name fails so, and changes nothing
not_replaced()
{
	local before after error

	before=$(cat "$attrs"/policy*)
	error=$(LC_ALL=C printf '%s\n' "$1" 2>&1 >"$attrs/policy") && return 1
	printf '%s: %s\n' "$1" "$error"
	[ "${error##*: }" = "$2" ]
	after=$(cat "$attrs"/policy*)
	[ "$before" = "$after" ]
}

# The CRC-32 that gzip puts at the end, for any length.
crc32()
{
	gzip -c "$1" | tail -c 8 | od -A n -t x4 -N 4 --endian=little | tr -d ' '
}

test_ours()
{
	bound
	has policy 1234-11e8.policy
	has policy_name edu
	has policy_version 1
	has policy_checksum "$(crc32 "$ours")"
	cat "$said"
	[ ! -s "$said" ]
}

test_none()
{
	unbound
	not_bound 'has no policy; exclusive=1'
	! dmesg | grep 'Direct firmware load' || return 1
}

# That of the subsystem is the first to be looked for, and none is looked for after it.
test_subsystem()
{
	local ids name

	unbound
	ids=$(cat "/sys/bus/pci/devices/$edu/subsystem_vendor" \
		"/sys/bus/pci/devices/$edu/subsystem_device")
	name=1234-11e8-${ids:2:4}-${ids: -4}.policy
	install "$ours" "$policies/1234-11e8.policy"
	sed 's/^policy .*/policy 1 "mine" revision 7/' "$ours" >"$policies/$name"
	bind
	has policy "$name"
	has policy_name mine
	has policy_version 7
	echo "$edu" >"$driver/unbind"
	echo 'policy 2' >"$policies/$name"
	not_bound "$name:1:8: error: format 2 is not known, only 1"
	rm "$policies/$name"
	bind
	has policy 1234-11e8.policy
}

# One error is in the kernel log, all that is said in debugfs.
test_errors()
{
	unbound
	{
		sed '/^reg dma_cmd /,$d' "$ours"
		echo 'share lease foo'
		echo 'reg again 0 0x20 8 ro'
	} >"$policies/1234-11e8.policy"
	not_bound "1234-11e8.policy:$(grep -n '^share lease foo' "$policies/1234-11e8.policy" |
		cut -d : -f 1):1: error: 'share' was there in line"
	dmesg | grep -F '(and 1 more: debugfs pcishare/policy_log)'
	cat "$said"
	[ "$(grep -c '^1234-11e8.policy:[0-9]*:[0-9]*: error: ' "$said")" -eq 2 ]
	grep "error: 'share' was there in line [0-9]* already$" "$said"
	grep "error: 'again' overlaps 'status' of line [0-9]*$" "$said"
	# Warnings alone keep nobody from binding.
	{
		sed '/^idle/d' "$ours"
		echo 'bus-master'
	} >"$policies/1234-11e8.policy"
	bind
	cat "$said"
	[ "$(wc -l <"$said")" -eq 2 ]
	! grep -v ': warning: ' "$said" || return 1
}

test_many_errors()
{
	unbound
	yes foo | head -n 1000 >"$policies/1234-11e8.policy"
	not_bound "1234-11e8.policy:1:1: error: expected a statement such as reg, field or idle, found 'foo' (and 999 more: "
	[ "$(wc -l <"$said")" -eq 257 ]
	[ "$(tail -n 1 "$said")" = '1234-11e8.policy: and 744 more' ]
}

test_size()
{
	unbound
	{
		cat "$ours"
		yes '#' | head -c 65536
	} >"$work/long"
	head -c 65536 "$work/long" >"$policies/1234-11e8.policy"
	bind
	has policy_checksum "$(crc32 "$policies/1234-11e8.policy")"
	head -c 65537 "$work/long" >"$policies/long.policy"
	not_replaced long 'File too large'
	says 'long.policy:1:1: error: a policy has at most 65536 bytes'
	# The firmware loader takes nothing for no file.
	: >"$policies/nothing.policy"
	not_replaced nothing 'Invalid argument'
}

test_unsupported()
{
	bound
	install "$top/selftests/pcishare/policies/edu-dma.policy" "$policies"
	not_replaced edu-dma 'Invalid argument'
	cat "$said"
	[ "$(grep -c "^edu-dma.policy:[0-9:]* error: this version does not do '.*' yet$" "$said")" -eq 6 ]
}

test_unfit()
{
	local line

	bound
	line=$(grep -n '^bar 0' "$ours" | cut -d : -f 1)
	sed 's/^bar 0.*/bar 0 mem 0x80000/; s/^device 1234:11e8/device 1234:11e7/' "$ours" \
		>"$policies/other.policy"
	not_replaced other 'Invalid argument'
	grep "^other.policy:$line:1: error: the device's bar 0 is 'mem 0x100000'$" "$said"
	grep '^other.policy:[0-9]*:8: error: the device is 1234:11e8 subsystem ' "$said"
	[ "$(wc -l <"$said")" -eq 2 ]
	sed 's/^bar 0.*/&\nbar 1 io 4/' "$ours" >"$policies/other.policy"
	not_replaced other 'Invalid argument'
	says "other.policy:$((line + 1)):1: error: the device has no bar 1"
}

test_replace()
{
	bound
	sed 's/^policy .*/policy 1 "mine" revision 7/' "$ours" >"$policies/My_1.2-x.policy"
	echo My_1.2-x >"$attrs/policy"
	has policy My_1.2-x.policy
	has policy_name mine
	has policy_checksum "$(crc32 "$policies/My_1.2-x.policy")"
	echo >"$attrs/policy"
	has policy 1234-11e8.policy
	sed -i 's/^policy .*/policy 1/' "$policies/My_1.2-x.policy"
	printf My_1.2-x.policy >"$attrs/policy"
	has policy_name 'QEMU educational device'
	has policy_version 0
}

test_names()
{
	local long

	bound
	install -D "$ours" "$policies/below/x.policy"
	install "$ours" "$policies/sp ace.policy"
	not_replaced none 'No such file or directory'
	not_replaced '..' 'No such file or directory'
	not_replaced below/x 'Invalid argument'
	dmesg -C
	not_replaced ../pcishare/1234-11e8.policy 'Invalid argument'
	dmesg --notime | grep -F "$edu: policy is a file in /lib/firmware/pcishare/, named by"
	not_replaced 'sp ace' 'Invalid argument'
	not_replaced $'\xe4' 'Invalid argument'
	long=$(printf '%056d' 0)
	install "$ours" "$policies/$long.policy"
	echo "$long.policy" >"$attrs/policy"
	has policy "$long.policy"
	echo >"$attrs/policy"
	install "$ours" "$policies/0$long.policy"
	not_replaced "0$long" 'Invalid argument'
}

# Nothing is left in debugfs, and the next module begins anew.
test_unload()
{
	bound
	not_replaced none 'No such file or directory'
	module_unload pcishare
	[ ! -e /sys/kernel/debug/pcishare ]
	pcishare_load exclusive=0
	[ -e "$said" ]
	[ ! -s "$said" ]
}

work=$(mktemp -d)
cleanup_push rm -rf "$work"
cleanup_push module_unload pcishare
ktap_plan 11
ktap_run 'a policy is found by the IDs of the device' test_ours
ktap_run 'without one, the device is not bound' test_none
ktap_run 'that of the subsystem comes first' test_subsystem
ktap_run 'errors are told by line and column' test_errors
ktap_run 'of more errors than there is room for, the first are told' test_many_errors
ktap_run 'a policy has 64 KiB at most' test_size
ktap_run 'what cannot be done yet is refused' test_unsupported
ktap_run 'what the device is not is refused' test_unfit
ktap_run 'a policy is replaced by name, or by what is there now' test_replace
ktap_run 'a name is that of a file in the directory' test_names
ktap_run 'nothing is left' test_unload
ktap_finish
