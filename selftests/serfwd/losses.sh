#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# quick:
# time-out: 300
#
# Counters of what is lost.

exec "$DEVSHARE_PROGRAMS/serfwd/losses"
