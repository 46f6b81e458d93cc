#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# ci: newest
# time-out: 300
#
# Null modem cables; and modem lines, flow control, breaks and errors that a
# vtty receives.

exec "$DEVSHARE_PROGRAMS/serfwd/nullmodem"
