#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --icount --serial pci=null
# quick:
#
# The register core of serfwd_vfio gives what QEMU's pci-serial gives, at random accesses.
# Time is what the machine executes, so that time-outs come when they should.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

device=/sys/bus/pci/devices/$(pci_address 1b36:0002)
basename "$(realpath "$device")" >"$device/driver/unbind"
export DIFFER_DEVICE=$device
[ -z "${DEVSHARE_CI:-}" ] || export DIFFER_COUNT=20000
"$DEVSHARE_PROGRAMS/serfwd_vfio/differ"
[ -n "${DEVSHARE_SOAK:-}" ] || exit 0
for ((seed = 1; seed <= 100; seed++)); do
	DIFFER_SEED=$seed "$DEVSHARE_PROGRAMS/serfwd_vfio/differ"
done
