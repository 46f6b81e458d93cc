#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# kernels: debug kcsan
# time-out: 600
#
# Each allocation of each operation fails once, on a kernel that can have them fail.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

debugfs=/sys/kernel/debug
patterns=$DEVSHARE_CHECKOUT/scripts/vm/console-patterns

if [ ! -d "$debugfs/failslab" ]; then
	ktap_plan 1
	ktap_skip "each allocation fails once" "this kernel has no CONFIG_FAILSLAB; the debug kernel has"
	ktap_finish
	exit
fi

# It is loaded some hundred times: from memory, and without what only debuggers read.
memory=$(mktemp -d)
mkdir "$memory/serfwd"
strip -g -o "$memory/serfwd/serfwd.ko" "$DEVSHARE_BUILD/serfwd/serfwd.ko"
export DEVSHARE_BUILD=$memory

# Faults that are wanted are not told of; and all allocations may fail, not only
# those that cannot wait.
for fault in failslab fail_page_alloc fail_usercopy; do
	echo 0 >"$debugfs/$fault/verbose"
done
echo N >"$debugfs/failslab/ignore-gfp-wait"

# The kernel warns of each vmalloc() that fails, with a call trace: not on the
# console, where such a thing ends the run. The log is looked at for all others.
dmesg -C
dmesg -n 4
status=0
"$DEVSHARE_PROGRAMS/serfwd/failslab" "$(port_name 0)" || status=$?
dmesg -n 7
if dmesg | grep -E -f <(sed -n 's/^fail //p' "$patterns" | grep -v 'Call Trace'); then
	dmesg
	status=1
fi
exit "$status"
