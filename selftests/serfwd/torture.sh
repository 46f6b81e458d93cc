#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 600
#
# Everything at once, at random, on eight links; SERFWD_TORTURE_SECONDS overrides for how
# long, SERFWD_TORTURE_SEED has it do the same again.

seconds=60
[ -z "${DEVSHARE_CI:-}" ] || seconds=20
[ -z "${DEVSHARE_SOAK:-}" ] || seconds=3600
exec "$DEVSHARE_PROGRAMS/serfwd/torture" "${SERFWD_TORTURE_SECONDS:-$seconds}" \
	${SERFWD_TORTURE_SEED:+"$SERFWD_TORTURE_SEED"}
