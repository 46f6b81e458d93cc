#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial isa=null --serial pci=null
# quick:
# ci: all
# time-out: 300
#
# Modem lines, break, queues, closing and hanging up of a vtty, as of a port.

exec "$DEVSHARE_PROGRAMS/serfwd/lines"
