#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --cpus 2
# time-out: 1200
#
# End to end: a stock guest with two processors has a link of serfwd as a UART of Intel
# Quark, by 8250_lpss and dw_dmac_core of its own kernel, which move bytes by the block.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/serial-guests.sh"
. "$(dirname "$0")/../lib/guest-modules.sh"
. "$(dirname "$0")/../lib/link-guests.sh"

card_type=uart-dma
kib=64
[ -z "${DEVSHARE_CI:-}" ] || kib=8

guest_start_card()
{
	guest_modules 8250_lpss
	"$guest" start a --cpus 2 --file "$modem" "${guest_files[@]}" \
		--device "$(mdev_argument "$uuid")"
	"$guest" exec a "$guest_insmod
		$(serial_prepare 8086:0936)"
}

# dma_is COUNTER AT_LEAST: of the card
dma_is()
{
	local now

	now=$(mdev_get "$uuid" "$1")
	echo "$1 $now"
	[ "$now" -ge "$2" ]
}

test_driver()
{
	"$guest" exec a 'ls -d /sys/bus/pci/drivers/8250_lpss/0000:*
		dmesg | grep -i "DesignWare DMA Controller, 2 channels"
		grep -h msi -i /proc/interrupts' >"$work/said"
	cat "$work/said"
	grep -c 'dw:dmac' "$work/said"
}

# exits NAME: accesses to registers since the last time
exits()
{
	local now

	now=$(mdev_get "$uuid" accesses)
	echo "$1: $((now - ${accesses:-0})) accesses"
	accesses=$now
}

test_bytes()
{
	local bytes sent=0

	exits before
	for bytes in 1 16 17 256 1024 4095 4096 4097 $((kib << 10)); do
		to_guest "$bytes"
		exits "to the guest, $bytes bytes"
		from_guest "$bytes"
		exits "from the guest, $bytes bytes"
		sent=$((sent + bytes))
	done
	[ "$(mdev_get "$uuid" lost)" -eq 0 ]
	# The guest's driver sends nothing by itself, and reads what comes after a pause.
	dma_is dma_sent "$sent"
	dma_is dma_received $((sent / 2))
	dma_is dma_blocks 9
}

test_paced_dma()
{
	exits before
	test_paced
	exits "both ways, $((kib << 10)) bytes each"
	dma_is dma_received $((kib << 10))
}

# A driver that has gone leaves nothing, and another one finds a new device.
# shellcheck disable=SC2016	# the guest expands it
test_unbound()
{
	"$guest" exec a '
		cd /sys/bus/pci/drivers/8250_lpss
		device=$(ls -d 0000:*)
		echo $device >unbind
		echo $device >bind
		rm /dev/wire /tmp/ports
		'"$(serial_prepare 8086:0936)"
	to_guest 5000
	from_guest 5000
}

ktap_plan 13
link_load
ktap_run 'a stock guest boots with a card that is a 16550A to its driver' test_boot
ktap_run 'the drivers are those of Quark, with DMA and MSI-X' test_driver
ktap_run 'bytes of 1 to '"$kib"' KiB, both ways, by DMA' test_bytes
ktap_run 'at the speed of the line, both ways at once' test_paced_dma
ktap_run 'speed and format that a guest sets are those of the port' test_settings
ktap_run 'modem lines, both ways' test_lines
ktap_run 'breaks, both ways' test_breaks
ktap_run 'errors reach the guest with the byte that has them' test_errors
ktap_run 'another driver finds a new device' test_unbound
ktap_run 'a link has one end at a time' test_busy
ktap_run 'QEMU is killed at work' test_killed_at_work
ktap_run 'QEMU is killed, and refused as long as another has the end' test_killed
ktap_run 'the device is removed from under a guest' test_removed
ktap_finish
