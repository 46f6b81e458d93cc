#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The DMA controller of serfwd_vfio: how Linux uses it, what it must not do, and by gcov
# every line.

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
	gcc "${flags[@]}" -c "$top"/serfwd_vfio/dma.c
	cd "$work"
	gcc "${flags[@]}" -I"$kselftest" -c "$top"/selftests/serfwd_vfio/dma.c
	gcc --coverage dma.o core/dma.o -o dma
}

test_core()
{
	"$work/dma"
}

# Print each line that was not run, and fail if there is one.
test_coverage()
{
	cd "$work/core"
	gcov -r -s "$top" ./*.gcda >gcov.log
	# A cache of the compiler's has the name relative to where it ran.
	grep -A 1 "^File '.*serfwd_vfio/dma.c'" gcov.log
	! grep -H '#####' ./*.c.gcov
}

ktap_plan 3
ktap_run 'the controller is built for gcov' test_build
ktap_run 'its registers' test_core
ktap_run 'every line of it is run' test_coverage
ktap_finish
