#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The virtio console of serfwd_vfio under libFuzzer, see lib/fuzz.sh.

set -eu

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/fuzz.sh"

fuzz_test virtio 'the console' "$top"/serfwd_vfio/{console,virtio,virtq}.c -- -max_len=1024
