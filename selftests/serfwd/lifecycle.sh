#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=null
# time-out: 1500
#
# Attach, detach, kill, hang up and unload at random, a thousand rounds; two
# hundred on the debug kernel, which is slow.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

rounds=1000
[ "$DEVSHARE_KERNEL" != debug ] || rounds=200
[ -z "${DEVSHARE_SOAK:-}" ] || rounds=20000

"$DEVSHARE_PROGRAMS/serfwd/lifecycle" \
	"$DEVSHARE_BUILD/serfwd/serfwd.ko" "$(port_name 0)" "$rounds"
