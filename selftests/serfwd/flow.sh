#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# quick:
# time-out: 300
#
# Flow control by the host, and readers who do not read.

exec "$DEVSHARE_PROGRAMS/serfwd/flow"
