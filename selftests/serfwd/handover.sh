#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 300
#
# The moment in which a shared port changes hands.

exec "$DEVSHARE_PROGRAMS/serfwd/handover"
