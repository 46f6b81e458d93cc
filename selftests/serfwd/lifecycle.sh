#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=null
# quick:
# time-out: 1500
#
# Attach, detach, kill, hang up and unload at random, a thousand rounds; five
# hundred with DEVSHARE_CI set, two hundred on the debug kernels, which are slow.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

rounds=1000
[ -z "${DEVSHARE_CI:-}" ] || rounds=500
case $DEVSHARE_KERNEL in
debug|kcsan) rounds=200 ;;
esac
[ -z "${DEVSHARE_SOAK:-}" ] || rounds=20000

"$DEVSHARE_PROGRAMS/serfwd/lifecycle" \
	"$DEVSHARE_BUILD/serfwd/serfwd.ko" "$(port_name 0)" "$rounds"
