#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# host:
# time-out: 900
#
# The test VM itself: what the other tests rely on works, and what must fail a
# run fails it.

exec "$(dirname "$0")/../../scripts/vm/selftest"
