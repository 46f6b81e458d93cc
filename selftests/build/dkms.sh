#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 900
#
# dkms adds, builds, installs and removes all modules, for each kernel, in a
# scratch directory.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/lib/ktap.sh"

read -r -a kernels <<<"${KERNELS:?}"
ktap_plan "${#kernels[@]}"
for kernel in "${kernels[@]}"; do
	ktap_run "dkms on $kernel" env KERNELS="$kernel" "$top/scripts/dkms-test"
done
ktap_finish
