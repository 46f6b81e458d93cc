#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --icount
# time-out: 300
#
# Bytes on a paced null modem take their time, and no more.

exec "$DEVSHARE_PROGRAMS/serfwd/pacing"
