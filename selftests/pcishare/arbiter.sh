#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# quick:
#
# The arbiter, in user space, against guests by the thousand.

set -eu

exec "$(dirname "$0")/../../build/selftests/pcishare/arbiter"
