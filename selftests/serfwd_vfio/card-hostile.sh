#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 900
#
# Random calls of a card's user, 20000 or CARD_CALLS, by two processors at once; a
# million in a soak run. And it is killed.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/card.sh"

[ -z "${DEVSHARE_SOAK:-}" ] || export CARD_CALLS=1000000

card_run
