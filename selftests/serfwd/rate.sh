#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 300
#
# The rate limit of a link.

exec "$DEVSHARE_PROGRAMS/serfwd/rate"
