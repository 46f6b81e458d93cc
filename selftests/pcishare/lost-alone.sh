#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --qmp --qemu -machine --qemu q35 --device pcie-root-port,id=root0,x-speed=5 --device virtio-rng-pci,id=card,bus=root0,aer=on
#
# A physical device without a policy that somebody else resets.

set -eu

exclusive=1
. "$(dirname "$0")/lost-setup.sh"

exec "$DEVSHARE_PROGRAMS/pcishare/lost-alone"
