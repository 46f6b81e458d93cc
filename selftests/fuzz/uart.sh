#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 300
#
# The register core of serfwd_vfio under libFuzzer, see lib/fuzz.sh.

set -eu

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/fuzz.sh"

fuzz_test uart 'the core' "$top"/serfwd_vfio/uart*.c -- -max_len=1024
