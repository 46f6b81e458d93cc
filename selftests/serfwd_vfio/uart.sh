#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The register core of serfwd_vfio: its data sheet, how guests look for it and use it,
# and by gcov every line.

set -eu
export LC_ALL=C

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/cleanup.sh"
. "$top/selftests/lib/ktap.sh"

work=$(mktemp -d)
cleanup_push rm -rf "$work"

test_build()
{
	local kselftest=/usr/src/linux-source-6.1/tools/testing/selftests
	local flags=(-O0 -g --coverage -DWITH_GCOV -D_GNU_SOURCE= -std=gnu11 -Wall -Wextra -Werror)

	mkdir "$work/core"
	cd "$work/core"
	gcc "${flags[@]}" -c "$top"/serfwd_vfio/uart*.c
	cd "$work"
	gcc "${flags[@]}" -I"$kselftest" -c "$top"/selftests/serfwd_vfio/uart{,-guests,-dma}.c
	gcc --coverage uart.o core/*.o -o uart
	gcc --coverage uart-guests.o core/*.o -o uart-guests
	gcc --coverage uart-dma.o core/*.o -o uart-dma
}

# test_core PROGRAM
test_core()
{
	"$work/$1"
}

# Print each line that was not run, and fail if there is one; a file that gcov knows
# nothing of would not be seen to be missing.
test_coverage()
{
	local files

	cd "$work/core"
	files=("$top"/serfwd_vfio/uart*.c)
	gcov -r -s "$top" ./*.gcda >gcov.log
	grep -A 1 "^File 'serfwd_vfio/.*\.c'" gcov.log |
		awk '/^File/ { name = $2 } /^Lines/ { print name, $0 }'
	[ "$(grep -c "^File 'serfwd_vfio/.*\.c'" gcov.log)" -eq "${#files[@]}" ]
	! grep -H '#####' ./*.c.gcov
}

ktap_plan 5
ktap_run 'the core is built for gcov' test_build
ktap_run 'the data sheet' test_core uart
ktap_run 'the accesses of guests' test_core uart-guests
ktap_run 'a DMA controller beside the guest' test_core uart-dma
ktap_run 'every line of the core is run' test_coverage
ktap_finish
