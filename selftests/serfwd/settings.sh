#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial isa=null --serial pci=null
# ci: all
# time-out: 300
#
# Every setting of a vtty, seen on the real port.

exec "$DEVSHARE_PROGRAMS/serfwd/settings"
