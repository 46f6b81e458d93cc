#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu --device e1000e
#
# Several messages for a guest, by MSI and MSI-X: from a physical device with INTx,
# with MSI, and with MSI-X.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"

policy=selftests/pcishare/policies/edu-vectors.policy

# has_messages KIND: what the kernel gave the physical device
has_messages()
{
	grep -q "$1.* pcishare\$" /proc/interrupts
}

policy_install "$policy" 1234-11e8.policy
pcishare_load ids=1234:11e8
has_messages IO-APIC
"$DEVSHARE_PROGRAMS/pcishare/msix"
module_unload pcishare

echo bus-master >>/lib/firmware/pcishare/1234-11e8.policy
pcishare_load ids=1234:11e8
has_messages MSI
"$DEVSHARE_PROGRAMS/pcishare/msix"
module_unload pcishare

nic=$(pci_address 8086:10d3)
policy_install selftests/pcishare/policies/e1000e-cause.policy 8086-10d3.policy
[ ! -e "/sys/bus/pci/devices/$nic/driver" ] ||
	echo "$nic" >"/sys/bus/pci/devices/$nic/driver/unbind"
pcishare_load ids=8086:10d3
has_messages MSI
"$DEVSHARE_PROGRAMS/pcishare/msix-cause"
module_unload pcishare
