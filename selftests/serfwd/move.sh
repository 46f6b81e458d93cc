#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 300
#
# A link moves from port to port.

exec "$DEVSHARE_PROGRAMS/serfwd/move"
