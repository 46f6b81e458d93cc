#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --qmp --qemu -machine --qemu q35 --device pcie-root-port,id=root0,x-speed=5 --device virtio-rng-pci,id=card,bus=root0,aer=on
# kernels: 6.1 6.12 7.2 rt
#
# A physical device that is reset by others, reports errors, and is suspended with the
# host, while guests have it. QEMU injects the errors. Of a link that is no faster than
# PCIe 2.0 the kernel does not want to be told that it is up again, which QEMU does not.
# The debug kernels are asked for leaks afterwards, for which there is no file system left.

set -eu

. "$(dirname "$0")/lost-setup.sh"

# From memory, for the file system does not survive that the host is suspended.
cp "$DEVSHARE_PROGRAMS/pcishare/lost" /run/lost
exec /run/lost
