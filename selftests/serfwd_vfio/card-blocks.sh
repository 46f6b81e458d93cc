#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# time-out: 900
#
# Blocks that the DMA controller of a card moves, by its user's calls: memory that is
# resident, is not, and is not there.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/card.sh"

card_run
