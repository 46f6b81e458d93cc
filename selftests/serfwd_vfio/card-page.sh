#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests
# time-out: 900
#
# The page of a card that machines of KVM read without an exit: what they write by any
# instruction arrives, what they read is so, wherever it is mapped and until it is closed.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/card.sh"

modprobe "$(grep -qw svm /proc/cpuinfo && echo kvm-amd || echo kvm-intel)"
card_run
