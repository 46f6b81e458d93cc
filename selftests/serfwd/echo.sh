#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# time-out: 300
#
# Echoes in loop-back, of which there is no end.

exec "$DEVSHARE_PROGRAMS/serfwd/echo"
