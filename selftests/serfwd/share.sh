#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 300
#
# Several vttys on one port.

exec "$DEVSHARE_PROGRAMS/serfwd/share"
