#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# ci: newest
# time-out: 900
#
# A card by its user's calls, without a VMM: registers, interrupts, who may have it, and
# random calls, 20000 or CARD_CALLS, of a hostile one; a million in a soak run.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

[ -z "${DEVSHARE_SOAK:-}" ] || export CARD_CALLS=1000000

vdev_load
module_load serfwd links=2 nullmodems=1
module_load serfwd_vfio revoke_ms=500
status=0
"$DEVSHARE_PROGRAMS/serfwd_vfio/card" || status=$?
module_unload serfwd_vfio
module_unload serfwd
module_unload vdev
exit "$status"
