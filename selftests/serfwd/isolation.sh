#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# time-out: 300
#
# The things one user of a shared port can do to the others, and leave to the next.

exec "$DEVSHARE_PROGRAMS/serfwd/isolation"
