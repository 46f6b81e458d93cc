#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# quick:
# time-out: 3600
#
# A million random calls of ordinary users, several at once; SERFWD_FUZZ_CALLS and
# SERFWD_FUZZ_SEED override. On the debug kernel, which is slow and whose KCOV says
# what is worth doing again, a tenth of that.

set -eu

. "$(dirname "$0")/../lib/lib.sh"

calls=1000000
case $DEVSHARE_KERNEL in
debug|kcsan) calls=100000 ;;
esac
[ -z "${DEVSHARE_CI:-}" ] || calls=50000
[ -z "${DEVSHARE_SOAK:-}" ] || calls=10000000

"$DEVSHARE_PROGRAMS/serfwd/fuzz" "${SERFWD_FUZZ_CALLS:-$calls}" "$(port_name 0)" \
	${SERFWD_FUZZ_SEED:+"$SERFWD_FUZZ_SEED"}
