#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --device edu
# quick:
# time-out: 600
#
# A stock guest under stock QEMU finds MSI-X, with a table that QEMU keeps for it, beside
# the registers of the device.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/edu-guests.sh"

work=$(mktemp -d)

in_guest()
{
	"$guest" exec a --timeout 60 "$*"
}

# pci_file NAME: of the device, as the guest has it
pci_file()
{
	in_guest "for i in /sys/bus/pci/devices/*; do
		grep -q 0x11e8 \$i/device && echo \$i/$1; done; :"
}

test_boot()
{
	edu_start a
	[ "$(pcishare_get "$edu" guests | wc -l)" -eq 1 ]
}

# The capability after that of MSI: three messages, the table in BAR 1.
test_capability()
{
	local said

	said=$(in_guest "dd if=$(pci_file config) bs=1 skip=88 count=12 2>/dev/null |
		hexdump -v -e '1/4 \"%08x \"'")
	printf '%s\n' "$said"
	[ "$said" = '00020011 00000001 00000801 ' ]
}

# The guest finds there what it writes, and the device hears nothing of it.
test_table()
{
	local bar

	bar=$(in_guest "sed -n 2p $(pci_file resource)" | cut -d ' ' -f 1)
	in_guest "echo 1 >$(pci_file enable)
		devmem $bar 32 0xfee00000; devmem $((bar + 40)) 32 0x4321"
	[ "$(in_guest "devmem $bar")" = 0xFEE00000 ]
	[ "$(in_guest "devmem $((bar + 40))")" = 0x00004321 ]
	[ "$(edu_stat a denied)" -eq 0 ]
}

# It computes all the same, with an interrupt by INTx for each.
test_device()
{
	edu_begin a 300 edu-guest -n 20
	edu_end a
}

finish()
{
	"$guest" kill a || :
	module_unload pcishare
	rm -rf "$work"
}

ktap_plan 4
cleanup_push finish
policy_install selftests/pcishare/policies/edu-vectors.policy 1234-11e8.policy
pcishare_load ids=1234:11e8
mdev_create "$edu" lease "$(guest_uuid a)"
ktap_run 'a guest boots' test_boot
ktap_run 'it finds the capability' test_capability
ktap_run 'and the table' test_table
ktap_run 'and the device' test_device
ktap_finish
