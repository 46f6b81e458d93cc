#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The DMA controller of serfwd_vfio: how Linux uses it, what it must not do, and by gcov
# every line.

set -eu

. "$(dirname "$0")/../lib/cleanup.sh"
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/gcov.sh"

core=("$top"/serfwd_vfio/dma.c)
ktap_plan 3
ktap_run 'the controller is built for gcov' gcov_build serfwd_vfio/dma -- "${core[@]}"
ktap_run 'its registers' gcov_run dma
ktap_run 'every line of it is run' gcov_all "${core[@]}"
ktap_finish
