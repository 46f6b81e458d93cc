#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 2
# ci: newest
# time-out: 900
#
# A virtio console by its user's calls, without a VMM: bytes and messages, who tells whom,
# and memory that is not there.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/card.sh"

card_run
