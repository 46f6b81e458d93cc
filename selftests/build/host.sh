#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The messages of make on a host where something is missing, or another make at work.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/cleanup.sh"
. "$top/selftests/lib/ktap.sh"
. "$top/selftests/lib/wait.sh"
. "$top/selftests/lib/machine.sh"
. "$top/selftests/lib/checkout.sh"

work=$(mktemp -d)
cleanup_push rm -rf "$work"
checkout=$work/checkout
# Nothing of this run is to be seen by those that are tested.
unset DEVSHARE_LOCKED KERNELS KERNEL KDIR MAKEFLAGS MAKELEVEL

# on_machine ARGUMENT...: make there; what it says is in $work/said
on_machine()
{
	local status=0

	PATH=$work/bin make -C "$checkout" --no-print-directory "$@" >"$work/said" 2>&1 || status=$?
	cat "$work/said"
	return "$status"
}

# fails PATTERN ARGUMENT...: with just one line that matches, beside that of make, and
# nothing built
fails()
{
	local pattern=$1
	shift

	if on_machine "$@"; then
		echo 'it did not fail'
		return 1
	fi
	[ "$(grep -vc '^make' "$work/said")" -eq 1 ]
	grep -E "$pattern" "$work/said"
	[ -z "$(find "$checkout/build" -name '*.o' -o -name '*.ko' 2>/dev/null)" ]
}

test_no_compiler()
{
	machine 6.1.0-1-amd64 gcc cc
	fails 'to build the modules, this is missing: gcc [(]sudo apt install gcc[)]'
	fails 'to install the modules, this is missing: gcc' modules_install
	fails 'to build pcishare-lint, this is missing: gcc' lint CC=gcc
}

test_other_packager()
{
	machine 6.1.0-1-amd64 gcc cc apt-get
	fails 'this is missing: gcc$'
}

test_no_headers()
{
	machine 6.1.0-1-other
	fails 'no headers of the running kernel 6.1.0-1-other.*KERNEL=SERIES.*KDIR=.*found: /.*[(]6.1'
}

test_unsupported()
{
	machine 6.1.0-1-other
	fails "'5.10' is not a supported series: 6.1 6.12 7.2" KERNEL=5.10
	fails 'no headers of Linux 7.2 are here; found: ' KERNEL=7.2
	fails 'no directory KDIR=/none' KDIR=/none
	fails 'tests take KERNELS' test KDIR=/usr
}

in_use()
{
	grep -q '^build/ is in use by make modules, process [0-9]*, since ..:..:..: waiting' \
		"$work/second"
}

# The first one, which the test stops, has the lock; the second says so and waits.
test_two_makes()
{
	local first second

	"$checkout/scripts/lock" 'make modules' sleep 1000 &
	first=$!
	cleanup_push kill "$first"
	wait_for 10 'the lock' grep -qs 'make modules' "$checkout/build/.lock"
	make -C "$checkout" --no-print-directory clean >"$work/second" 2>&1 &
	second=$!
	wait_for 10 'the second make to say who has build/' in_use
	cat "$work/second"
	kill "$first"
	cleanup_pop
	wait "$second"
	[ -z "$(find "$checkout/build" -name '*.ko')" ]
}

checkout_copy "$checkout"
ktap_plan 5
ktap_run 'without a compiler' test_no_compiler
ktap_run 'without apt' test_other_packager
ktap_run 'without headers of the running kernel' test_no_headers
ktap_run 'a kernel that is not supported' test_unsupported
ktap_run 'two at once' test_two_makes
ktap_finish
