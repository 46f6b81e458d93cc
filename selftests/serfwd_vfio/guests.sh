#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G
# time-out: 900
#
# End to end: a stock guest under stock QEMU has a link of serfwd as a PCI card with a
# UART, by the 8250 driver of its own kernel. At the far end of the link is a null
# modem, whose other plug the test has.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/serial-guests.sh"
. "$(dirname "$0")/../lib/link-guests.sh"

card_type=uart
kib=4
[ -z "${DEVSHARE_CI:-}" ] || kib=1

guest_start_card()
{
	"$guest" start a --file "$modem" --device "$(mdev_argument "$uuid")"
	"$guest" exec a "$(serial_prepare 1b36:0002)"
}

test_bytes()
{
	local bytes

	for bytes in 1 16 17 256 $((kib << 10)); do
		to_guest "$bytes"
		from_guest "$bytes"
	done
	[ "$(mdev_get "$uuid" lost)" -eq 0 ]
}

ktap_plan 9
link_load
ktap_run 'a stock guest boots with a card that is a 16550A to its driver' test_boot
ktap_run 'bytes of 1 to '"$kib"' KiB, both ways' test_bytes
ktap_run 'speed and format that a guest sets are those of the port' test_settings
ktap_run 'modem lines, both ways' test_lines
ktap_run 'breaks, both ways' test_breaks
ktap_run 'errors reach the guest with the byte that has them' test_errors
ktap_run 'a link has one end at a time' test_busy
ktap_run 'QEMU is killed, and refused as long as another has the end' test_killed
ktap_run 'the device is removed from under a guest' test_removed
ktap_finish
