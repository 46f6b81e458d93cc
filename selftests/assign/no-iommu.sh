#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --cpus 1 --device edu
# time-out: 300
#
# devshare-assign on a host without an IOMMU: it refuses and says what is to be done.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/assign.sh"

edu=$(pci_address 1234:11e8)

test_refused()
{
	refused_because 'intel_iommu=on' no-iommu give "$edu"
}

# VFIO can be told to do without, and guests then reach all memory.
test_noiommu_mode()
{
	modprobe vfio enable_unsafe_noiommu_mode=1
	refused no-iommu give "$edu"
}

test_list()
{
	devshare-assign list | grep "^$edu .* no: no-iommu\$"
}

ktap_plan 3
assign_install
ktap_run 'give is refused' test_refused
ktap_run 'also where VFIO does without' test_noiommu_mode
ktap_run 'list says so' test_list
ktap_finish
