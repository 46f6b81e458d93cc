# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Disturbances of a crowd: of one of it, of the device, or of all. Each is a function
# disturb_NAME, in the middle of whatever they do.

# How often the device has lost its state.
losses=0

device=/sys/bus/pci/devices/$edu

#
# To one
#

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
	guest_qmp "$name" stop
	nap "0.$((RANDOM % 1000))"
	guest_qmp "$name" cont
}

disturb_guest_sigstop()
{
	local pid

	pid=$("$guest" pid "$(any_guest)")
	kill -STOP "$pid"
	nap "0.$((RANDOM % 1000))"
	kill -CONT "$pid"
}

disturb_guest_unplug()
{
	local name

	name=$(any_guest)
	guest_unplug "$name"
	guest_end "$name"
	guest_plug "$name"
	guest_begin "$name"
}

disturb_guest_kill()
{
	local name

	name=$(any_guest)
	"$guest" kill "$name"
	edu_abandon "$name"
	crowd_start "$name" --restore "$work/state"
	guest_plug "$name"
	guest_begin "$name"
}

#
# To the device
#

disturb_weight()
{
	echo $((RANDOM % 1000 + 1)) >"/sys/bus/mdev/devices/$(guest_uuid "$(any_user)")/weight"
}

disturb_slice()
{
	echo $((RANDOM % 3 * 1000)) >"$device/pcishare/slice_us"
}

is_found()
{
	[ "$(pcishare_get "$edu" state)" != lost ]
}

# It has lost its state, and is set again.
has_lost()
{
	losses=$((losses + 1))
	wait_for 30 'edu to be set again' is_found
}

# As its only device: the port resets all that is behind it.
disturb_bus_reset()
{
	echo 1 >"$device/reset"
	has_lost
}

# errors SEVERITY: so many the port has told of
errors()
{
	printf '%s\n' "$(<"$device/../aer_rootport_total_err_$1")"
}

error_is_counted()
{
	[ "$(errors "$1")" -gt "$2" ]
}

# port_error ERROR SEVERITY
port_error()
{
	local before

	before=$(errors "$2")
	host_inject root0 "$1"
	wait_for 20 "a $2 error" error_is_counted "$2" "$before"
}

# The kernel resets the link, and all that is behind it.
disturb_fatal_error()
{
	port_error MALF_TLP fatal
	has_lost
}

disturb_error()
{
	port_error COMP_TIME nonfatal
}

# All drivers, with the processors and the platform left out.
disturb_suspend()
{
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	echo mem >/sys/power/state
	has_lost
}

# As long as one has it open it is refused, and said why.
disturb_policy_refused()
{
	local before

	before=$(pcishare_get "$edu" policy)
	! (echo edu-crowd >"$device/pcishare/policy") 2>"$work/refused" || return 1
	grep 'Device or resource busy' "$work/refused"
	[ "$(pcishare_get "$edu" policy)" = "$before" ]
}

#
# To all of them
#

# Between two who have it: to the other one, and back the next time.
disturb_policy_swap()
{
	local other=edu-crowd

	[ "$(pcishare_get "$edu" policy_name)" = edu ] || other=1234-11e8-1af4-1100
	users_leave
	guests_leave
	echo "$other" >"$device/pcishare/policy"
	pcishare_get "$edu" policy_name
	[ "$(pcishare_get "$edu" policy)" = "$other.policy" ]
	all_come_back
}

disturb_rebind()
{
	echo "$edu" >/sys/bus/pci/drivers/pcishare/unbind
	all_are_off
	echo "$edu" >/sys/bus/pci/drivers/pcishare/bind
	crowd_make_devices
	all_come_back
}

is_bound()
{
	[ -e "/sys/bus/pci/drivers/pcishare/$edu" ]
}

is_gone()
{
	[ ! -e "$device" ]
}

disturb_rescan()
{
	echo 1 >"$device/remove"
	all_are_off
	echo 1 >"/sys/bus/pci/devices/$port/rescan"
	wait_for 20 'edu to be bound' is_bound
	crowd_make_devices
	all_come_back
}

# Out of its slot, after the five seconds that a button gives. A new one is put in.
disturb_hotplug()
{
	host_qmp '{"execute": "device_del", "arguments": {"id": "card"}}' >/dev/null
	all_are_off
	wait_for 60 'edu to go' is_gone
	wait_for 20 'the slot to be empty' host_plug
	wait_for 60 'edu to be bound' is_bound
	crowd_make_devices
	all_come_back
}

host_plug()
{
	host_qmp '{"execute": "device_add", "arguments": {"driver": "edu", "id": "card", "bus": "root0"}}' >/dev/null
}

#
# In turn
#

few=(bus_reset fatal_error suspend policy_swap)
going=(rebind rescan)
# The debug kernels have no hot plug.
[ ! -d /sys/bus/pci_express/drivers/pciehp ] || going+=(hotplug)
many=(user_stop user_reset user_kill user_end weight slice policy_refused error)
many_guests=(guest_stop guest_sigstop)

# One of each, those that come and go often twice, in any order.
shuffled()
{
	local -a left=("${many[@]}" "${many[@]}" "${few[@]}")
	local n

	[ ${#guests[@]} -eq 0 ] || left+=("${many_guests[@]}" "${many_guests[@]}" guest_unplug)

	if [ -n "${DEVSHARE_SOAK:-}" ]; then
		left+=("${going[@]}" guest_kill)
	else
		left+=("${going[RANDOM % ${#going[@]}]}")
	fi
	deck=()
	while [ ${#left[@]} -gt 0 ]; do
		n=$((RANDOM % ${#left[@]}))
		deck+=("${left[n]}")
		unset 'left[n]'
		left=("${left[@]}")
	done
}

all_disturbed()
{
	local deadline=$((SECONDS + seconds)) what n=0 began
	local -a deck

	while [ $n -eq 0 ] || [ $SECONDS -lt $deadline ]; do
		shuffled
		for what in "${deck[@]}"; do
			ktap_progress "$what"
			began=$SECONDS
			"disturb_$what"
			n=$((n + 1))
			nap "0.$((RANDOM % 300))"
			all_at_it
			printf '%s (%d s)\n' "$what" $((SECONDS - began))
		done
	done
	printf 'disturbances: %d\n' "$n"
}

# Nobody waits for longer than is promised, and nobody is put out.
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
	printf 'unclaimed interrupts: %d\n' "$(pcishare_stat "$edu" unclaimed_interrupts)"
}

# Only what was under way when the device lost its state.
show_losses()
{
	local name status=0

	printf 'the device lost its state %d times\n' "$losses"
	for name in "${!lost[@]}"; do
		printf '%s: lost what it had started %d times\n' "$name" "${lost[$name]}"
		[ "${lost[$name]}" -le "$losses" ] || status=1
	done
	return "$status"
}
