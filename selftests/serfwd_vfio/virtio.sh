#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The virtio console of serfwd_vfio: registers, virtqueues and messages, how drivers use
# them, and how none should; and by gcov every line.

set -eu

. "$(dirname "$0")/../lib/cleanup.sh"
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/gcov.sh"

core=("$top"/serfwd_vfio/{console,virtio,virtq}.c)
ktap_plan 3
ktap_run 'the console is built for gcov' gcov_build serfwd_vfio/virtio -- "${core[@]}"
ktap_run 'its registers, virtqueues and messages' gcov_run virtio
ktap_run 'every line of it is run' gcov_all "${core[@]}"
ktap_finish
