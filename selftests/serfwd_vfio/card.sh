#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# ci: newest
# time-out: 900
#
# A card by its user's calls, without a VMM: registers, interrupts, and who may have it.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/card.sh"

card_run
