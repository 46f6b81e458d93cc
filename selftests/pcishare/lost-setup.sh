# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A virtio device behind a root port, bound to pcishare, and errors of it reported. With a
# policy, or without if $exclusive is 1.

# Not all of lib.sh: it has a shell wait for the test, which would have to end.
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/host-qmp.sh"

host_qmp_open
host_qmp_close
[ "${exclusive:=0}" -eq 1 ] ||
	policy_install selftests/pcishare/policies/virtio-lost.policy 1af4-1044.policy
card=$(pci_address 1af4:1044)
[ ! -e "/sys/bus/pci/devices/$card/driver" ] ||
	echo "$card" >"/sys/bus/pci/devices/$card/driver/unbind"
pcishare_report_errors "$card"
pcishare_load exclusive="$exclusive"
echo pcishare >"/sys/bus/pci/devices/$card/driver_override"
echo "$card" >/sys/bus/pci/drivers_probe
