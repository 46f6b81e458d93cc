#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --serial pci4=far
# time-out: 1200
# soak-time-out: 6000
#
# End to end: four stock guests under stock QEMU share a card of four serial ports that
# has one interrupt for all. Each has a port, which it takes for a card of one port, with
# the 8250 driver of its own kernel.
#
#	guest a - QEMU - mediated device - port 0 of the card === far end that sends back
#
# DEVSHARE_CI=1: two guests, and fewer bytes.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/serial-guests.sh"

names=(a b c d)
bytes=16384
if [ -n "${DEVSHARE_CI:-}" ]; then
	names=(a b)
	bytes=1024
fi
patience=400

test_boot()
{
	local name

	for name in "${names[@]}"; do
		serial_start "$name"
		serial_report "$name"
		serial_report "$name" | grep 'uart:16550A'
		[ "$(mdev_get "$(serial_uuid "$name")" partition)" -eq "$(serial_number "$name")" ]
	done
}

test_one()
{
	local name
	local -A before

	for name in "${names[@]}"; do
		before[$name]=$(serial_stat "$name" interrupts)
	done
	serial_bounce a "$bytes" $patience
	for name in "${names[@]}"; do
		printf '%s: %d interrupts\n' "$name" \
			$(($(serial_stat "$name" interrupts) - before[$name]))
	done
	[ "$(serial_stat a interrupts)" -gt "${before[a]}" ]
	for name in "${names[@]:1}"; do
		[ "$(serial_stat "$name" interrupts)" -eq "${before[$name]}" ]
	done
}

test_all()
{
	local name
	local -A before

	for name in "${names[@]}"; do
		before[$name]=$(serial_stat "$name" interrupts)
	done
	serial_bounce_all "$bytes" $patience "${names[@]}"
	for name in "${names[@]}"; do
		printf '%s: %d interrupts\n' "$name" \
			$(($(serial_stat "$name" interrupts) - before[$name]))
		[ "$(serial_stat "$name" interrupts)" -gt "${before[$name]}" ]
	done
}

# The kernel of each guest waits for an interrupt, and has no timer instead; and each
# byte that came was counted without an error.
test_counts()
{
	local name report

	for name in "${names[@]}"; do
		report=$(serial_report "$name")
		printf '%s: %s\n' "$name" "$report"
		! grep -E ' irq:0 | (fe|pe|oe|brk|bo):' <<<"$report" || return 1
	done
}

# The last of them.
test_killed()
{
	local last=${names[-1]} pid

	"$guest" exec "$last" 'yes >/dev/wire &'
	serial_bounce_all "$bytes" $patience "${names[@]:0:${#names[@]}-1}" &
	pid=$!
	nap "1.$((RANDOM % 1000))"
	"$guest" kill "$last"
	mdev_is "$(serial_uuid "$last")" closed
	wait "$pid"
}

# Of what the one before sent and had not received yet nothing is left, once what is
# on its way has come back.
test_again()
{
	local last=${names[-1]}

	serial_start "$last"
	"$guest" exec "$last" 'timeout 2 cat /dev/wire >/dev/null; true'
	serial_bounce_all "$bytes" $patience "${names[@]}"
}

soak()
{
	local deadline=$((SECONDS + 3600)) round=0

	while [ $SECONDS -lt $deadline ]; do
		round=$((round + 1))
		ktap_progress "round $round"
		test_all
		test_killed
		test_again
	done
}

finish()
{
	local name

	for name in "${names[@]}"; do
		"$guest" kill "$name" || :
	done
	module_unload pcishare
}

cleanup_push finish
count=6
[ -z "${DEVSHARE_SOAK:-}" ] || count=7
ktap_plan $count
serial_share "${names[@]}"
ktap_run "${#names[@]} stock guests boot, each with a 16550A of the card" test_boot
ktap_run "$bytes bytes of one guest interrupt that guest alone" test_one
ktap_run "$bytes bytes of each guest, at once" test_all
ktap_run 'nothing was lost' test_counts
ktap_run 'one is killed while the others send' test_killed
ktap_run 'and starts again' test_again
[ -z "${DEVSHARE_SOAK:-}" ] || ktap_run 'an hour of it' soak
ktap_finish
