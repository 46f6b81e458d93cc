#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The register core of serfwd_vfio: its data sheet, how guests look for it and use it,
# and by gcov every line.

set -eu

. "$(dirname "$0")/../lib/cleanup.sh"
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/gcov.sh"

core=("$top"/serfwd_vfio/uart*.c)
ktap_plan 5
ktap_run 'the core is built for gcov' gcov_build serfwd_vfio/uart{,-guests,-dma} -- "${core[@]}"
ktap_run 'the data sheet' gcov_run uart
ktap_run 'the accesses of guests' gcov_run uart-guests
ktap_run 'a DMA controller beside the guest' gcov_run uart-dma
ktap_run 'every line of the core is run' gcov_all "${core[@]}"
ktap_finish
