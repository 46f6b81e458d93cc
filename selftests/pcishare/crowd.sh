#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G --device edu
# time-out: 1500
# soak-time-out: 6000
#
# Three stock guests under stock QEMU and five other users have one edu at once, half
# of the users with two threads. They compute with an interrupt for each result, and check
# all of it, while one of them after the other, chosen at random, is stopped, reset,
# killed, or given another weight, and the device other slices. Then the device goes.
#
# DEVSHARE_CI=1: for a minute. A soak run goes on for ten, with guests that are killed as
# well.

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/pcishare.sh"
. "$(dirname "$0")/../lib/mdev.sh"
. "$(dirname "$0")/../lib/edu-guests.sh"

work=$(mktemp -d)
seconds=240
[ -z "${DEVSHARE_CI:-}" ] || seconds=60
[ -z "${DEVSHARE_SOAK:-}" ] || seconds=600
guests=(a b c)
users=(d e f g h)

# What runs, by the user's name.
declare -A user_running=()

user_begin()
{
	# Guests in an emulated host are slow beside them.
	nice -n 10 "$programs/crowd" "$(guest_number "$1")" >"$work/$1.out" 2>&1 &
	user_running[$1]=$!
	wait_for 60 "$1 to begin" grep -qs '^ready' "$work/$1.out"
}

# user_end NAME SIGNAL WORD...: what it says begins with "ok", and has the words in it
user_end()
{
	local name=$1 signal=$2 status=0
	shift 2

	[ -z "$signal" ] || kill "-$signal" "${user_running[$name]}"
	wait "${user_running[$name]}" || status=$?
	unset "user_running[$name]"
	sed "s/^/$name: /" "$work/$name.out"
	[ "$status" -eq 0 ] && grep -q "^ok.*$*" "$work/$name.out"
}

any_user()
{
	printf '%s\n' "${users[RANDOM % ${#users[@]}]}"
}

any_guest()
{
	printf '%s\n' "${guests[RANDOM % ${#guests[@]}]}"
}

# It ends by itself, for a guest takes one command at a time.
guest_begin()
{
	edu_begin "$1" $((seconds + 600)) edu-guest -n 0 -t $((seconds + 30))
}

# In the middle of whatever it does.
disturb_user_stop()
{
	local name

	name=$(any_user)
	kill -STOP "${user_running[$name]}"
	nap "0.$((RANDOM % 1000))"
	kill -CONT "${user_running[$name]}"
}

disturb_user_reset()
{
	kill -USR1 "${user_running[$(any_user)]}"
}

disturb_user_kill()
{
	local name

	name=$(any_user)
	kill -KILL "${user_running[$name]}"
	wait "${user_running[$name]}" || :
	user_begin "$name"
}

disturb_user_end()
{
	local name

	name=$(any_user)
	user_end "$name" TERM
	user_begin "$name"
}

disturb_guest_stop()
{
	local name

	name=$(any_guest)
	"$guest" qmp "$name" '{"execute":"stop"}' >/dev/null
	nap "0.$((RANDOM % 1000))"
	"$guest" qmp "$name" '{"execute":"cont"}' >/dev/null
}

disturb_weight()
{
	echo $((RANDOM % 1000 + 1)) >"/sys/bus/mdev/devices/$(guest_uuid "$(any_user)")/weight"
}

disturb_slice()
{
	echo $((RANDOM % 3 * 1000)) >"/sys/bus/pci/devices/$edu/pcishare/slice_us"
}

# In a soak run, for it takes a minute until it is there again.
disturb_guest_kill()
{
	local name

	[ -n "${DEVSHARE_SOAK:-}" ] && [ $((RANDOM % 10)) -eq 0 ] || return 0
	name=$(any_guest)
	"$guest" kill "$name"
	edu_abandon "$name"
	edu_start "$name"
	guest_begin "$name"
}

disturbances=(user_stop user_reset user_kill user_end guest_stop weight slice guest_kill)

test_boot()
{
	local name

	for name in "${guests[@]}"; do
		edu_start "$name"
	done
}

all_begin()
{
	local name

	for name in "${guests[@]}"; do
		guest_begin "$name"
	done
	for name in "${users[@]}"; do
		user_begin "$name"
	done
}

# All are there, and none has had something to say.
all_at_it()
{
	local name

	for name in "${guests[@]}"; do
		edu_runs "$name" || edu_end "$name"
	done
	for name in "${users[@]}"; do
		kill -0 "${user_running[$name]}" || user_end "$name" ''
	done
	printf 'unclaimed interrupts: %d\n' "$(pcishare_stat "$edu" unclaimed_interrupts)" \
		>"$work/unclaimed"
	grep -x 'unclaimed interrupts: 0' "$work/unclaimed" >/dev/null || cat "$work/unclaimed"
}

all_disturbed()
{
	local deadline=$((SECONDS + seconds)) what n=0

	while [ $SECONDS -lt $deadline ]; do
		what=${disturbances[RANDOM % ${#disturbances[@]}]}
		printf '%s\n' "$what"
		"disturb_$what"
		n=$((n + 1))
		nap "0.$((RANDOM % 300))"
		all_at_it
	done
	printf 'disturbances: %d\n' "$n"
}

# Nobody waits for longer than is promised.
show_counters()
{
	local name uuid worst most

	for name in "${guests[@]}" "${users[@]}"; do
		uuid=$(guest_uuid "$name")
		worst=$(mdev_get "$uuid" stats/wait_worst_us)
		most=$(mdev_get "$uuid" wait_max_us)
		printf '%s: %d turns, waited %d us at most of %d\n' "$name" \
			"$(mdev_get "$uuid" stats/turns)" "$worst" "$most"
		[ "$worst" -le "$most" ]
		[ "$(mdev_get "$uuid" stats/evictions)" -eq 0 ]
	done
}

# By the users' word, and the guests'.
some_end()
{
	local name

	edu_end_all "${guests[@]}"
	for name in d e; do
		user_end "$name" TERM
	done
}

# The device is taken away while three still use it.
device_goes()
{
	local name

	echo "$edu" >/sys/bus/pci/drivers/pcishare/unbind
	for name in f g h; do
		user_end "$name" '' 'taken away'
	done
	[ ! -e "/sys/bus/mdev/devices/$(guest_uuid a)" ]
}

# In one, for they are all this shell's.
test_crowd()
{
	all_begin
	all_disturbed
	show_counters
	some_end
	device_goes
}

finish()
{
	local name

	pkill -KILL -x crowd || :
	for name in "${guests[@]}"; do
		"$guest" kill "$name" || :
	done
	module_unload pcishare
	rm -rf "$work"
}

cleanup_push finish
ktap_plan 2
edu_share "${guests[@]}" "${users[@]}"
ktap_run 'three stock guests boot on one edu' test_boot
ktap_run "$seconds s of disturbances, and all that was got is right" test_crowd
ktap_finish
