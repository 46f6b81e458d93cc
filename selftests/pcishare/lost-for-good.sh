#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --qmp --qemu -machine --qemu q35 --device pcie-root-port,id=root0 --device virtio-rng-pci,id=card,bus=root0,aer=on
#
# A physical device that does not come back after an error. Of a link that is faster than
# PCIe 2.0 the kernel wants to be told that it is up again, which QEMU does not.

set -eu

. "$(dirname "$0")/lost-setup.sh"

exec "$DEVSHARE_PROGRAMS/pcishare/lost-for-good"
