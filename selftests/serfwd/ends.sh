#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2 --serial pci=null
# ci: newest
# time-out: 300
#
# A guest end of a link that is not its vtty, by the module of the tests.

exec "$DEVSHARE_PROGRAMS/serfwd/ends"
