#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 3G --qemu -object --qemu can-bus,id=wire --device pcm3680_pci,canbus0=wire,canbus1=wire --device kvaser_pci,canbus=wire
# time-out: 900
#
# End to end: two stock guests under stock QEMU share a card of two CAN controllers that
# are on one bus. Each has a controller, which it takes for a card with one, with the
# driver of its own kernel for that. Such a card, which a third guest has alone, is on
# the bus as well.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"
. "$(dirname "$0")/../lib/can-guests.sh"

card=$(pci_address 13fe:c002)
single=$(pci_address 10e8:8406)

test_boot()
{
	can_boot kvaser_pci
}

# Twice: the second finds nothing of the first.
test_single()
{
	local _

	"$guest" stop b
	pcishare_take "$single"
	mdev_create "$single" exclusive "$(guest_uuid c)"
	for _ in 1 2; do
		can_start c
		can_both ping pong $((frames / 4)) c
		"$guest" kill c
		wait_for 20 'the device of c to be closed' mdev_is "$(guest_uuid c)" closed
	done
	[ "$(pcishare_stat "$single" resets)" -ge 2 ]
}

test_end()
{
	"$guest" stop a
	module_unload pcishare
}

guest_modules can_raw kvaser_pci
ktap_plan 7
ktap_run 'two guests boot, each with a controller by its own driver' test_boot
ktap_run 'frames back and forth, one at a time' can_ping
ktap_run 'frames as fast as they go, none lost' can_flood
ktap_run 'few interrupts were of nobody, and no access was denied' can_counts
ktap_run 'a guest is killed, and the next has its controller' can_killed
ktap_run 'a guest has a card of one alone, and the next one after it' test_single
ktap_run 'the end' test_end
ktap_finish
