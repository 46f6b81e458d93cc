# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two stock guests on one CAN bus, whose controllers are on one card. A test sets $card to
# its address, and sources guest-modules.sh before.

frames=1000
[ -z "${DEVSHARE_CI:-}" ] || frames=200
patience=300

# can_start NAME
can_start()
{
	"$guest" start "$1" --cpus "$(guest_cpus "$1")" \
		--device "$(mdev_argument "$(guest_uuid "$1")")" \
		--file "$programs/can-guest" "${guest_files[@]}"
	"$guest" exec "$1" "$guest_insmod"
	"$guest" exec "$1" '/files/can-guest can0 up 500000'
}

# can_both ACTION OTHER FRAMES [NAME]: by guest a, and by b or NAME at once
can_both()
{
	local pid status=0

	"$guest" exec "${4:-b}" --timeout $patience "/files/can-guest can0 $2 $3" &
	pid=$!
	nap 1
	"$guest" exec a --timeout $patience "/files/can-guest can0 $1 $3" || status=1
	wait "$pid" || status=1
	return "$status"
}

# Prints what came of the interrupts.
interrupts()
{
	local name

	for name in a b; do
		printf '%s: %d\n' "$name" "$(mdev_get "$(guest_uuid "$name")" stats/interrupts)"
	done
	printf 'of the card: %d, of nobody: %d\n' "$(pcishare_stat "$card" interrupts)" \
		"$(pcishare_stat "$card" unclaimed_interrupts)"
}

# can_boot DRIVER: both guests, each of which has a controller by it
can_boot()
{
	local name

	mdev_install_policies
	pcishare_load exclusive=0
	pcishare_take "$card"
	for name in a b; do
		mdev_create "$card" partition "$(guest_uuid "$name")"
		can_start "$name"
		"$guest" exec "$name" 'readlink /sys/class/net/can0/device/driver' |
			grep "/$1\$"
	done
}

can_ping()
{
	can_both ping pong $((frames / 4))
	interrupts
}

can_flood()
{
	can_both send receive "$frames"
	interrupts
}

# The driver empties the FIFO for as long as the status says that there is more: it may
# be faster than the interrupt of a frame, of which nothing is left then. The card would
# interrupt it as well. How often depends on how busy this machine is: 1 in 1265 to 1 in
# 30 were seen.
can_counts()
{
	local name

	interrupts
	for name in a b; do
		[ "$(mdev_get "$(guest_uuid "$name")" stats/denied)" -eq 0 ]
		[ "$(mdev_get "$(guest_uuid "$name")" stats/refused)" -eq 0 ]
	done
	[ $((8 * $(pcishare_stat "$card" unclaimed_interrupts))) -le \
		"$(pcishare_stat "$card" interrupts)" ]
}

# The one after it finds the controller as after power-on, and the bus still works.
can_killed()
{
	"$guest" exec b '/files/can-guest can0 receive 1000000 >/dev/null &'
	"$guest" kill b
	wait_for 20 'the device of b to be closed' mdev_is "$(guest_uuid b)" closed
	can_start b
	can_both ping pong 20
}
