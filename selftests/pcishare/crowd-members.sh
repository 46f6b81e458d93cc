# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The members of the crowd: guests under QEMU, and other users. Each comes and goes.

# The programs that other users run, by name.
declare -A user_running=()

# How often each of them found that the device had lost what it had started, by name.
declare -A lost=()

# crowd_policies DIRECTORY: the one that comes with pcishare under the name that is looked
# for first, and another one, in which a guest may have the device for longer
crowd_policies()
{
	local policy=$DEVSHARE_CHECKOUT/pcishare/policies/1234-11e8.policy

	mkdir -p "$1"
	cp "$policy" "$1/1234-11e8-1af4-1100.policy"
	sed -e 's/^policy 1 "edu".*/policy 1 "edu-crowd" revision 2/' \
		-e 's/^share lease hold 10s/share lease slice 3ms hold 9s/' \
		"$policy" >"$1/edu-crowd.policy"
}

# A device that is reset over a bridge does not answer for a second and more.
crowd_make_devices()
{
	local name

	for name in "${guests[@]}" "${users[@]}"; do
		mdev_create "$edu" lease "$(guest_uuid "$name")"
		echo 30000 >"/sys/bus/mdev/devices/$(guest_uuid "$name")/live_wait_ms"
	done
}

any_user()
{
	printf '%s\n' "${users[RANDOM % ${#users[@]}]}"
}

any_guest()
{
	printf '%s\n' "${guests[RANDOM % ${#guests[@]}]}"
}

#
# Users
#

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
	count_lost "$name"
	[ "$status" -eq 0 ] && grep -q "^ok.*$*" "$work/$name.out"
}

# count_lost NAME: what it said, if it did
count_lost()
{
	local n

	n=$(edu_said "$1" lost)
	lost[$1]=$((${lost[$1]:-0} + ${n:-0}))
}

#
# Guests: one boots, without a device of the host's, and the others are copies of it.
#

crowd_start()
{
	"$guest" start "$1" --cpus 2 --file "$programs/edu-guest" "${@:2}"
}

# crowd_boot NAME...: all of them, with edu
crowd_boot()
{
	local name

	crowd_start "$1"
	"$guest" save "$1" "$work/state"
	for name in "${@:2}"; do
		crowd_start "$name" --restore "$work/state"
	done
	for name; do
		guest_plug "$name"
	done
}

# guest_qmp NAME COMMAND [ARGUMENTS]
guest_qmp()
{
	local said

	said=$("$guest" qmp "$1" "{\"execute\":\"$2\"${3:+,\"arguments\":$3}}")
	! grep '"error"' <<<"$said"
}

guest_plug()
{
	guest_qmp "$1" device_add "{\"driver\":\"vfio-pci\",\"id\":\"edu\",\"sysfsdev\":\"/sys/bus/mdev/devices/$(guest_uuid "$1")\"}"
	"$guest" exec "$1" 'until grep -qs 0x11e8 /sys/bus/pci/devices/*/device; do sleep 0.1; done'
}

guest_unplug()
{
	guest_qmp "$1" device_del '{"id":"edu"}'
	guest_is_off "$1"
}

# By itself, if the host wants it back.
guest_is_off()
{
	local uuid

	uuid=$(guest_uuid "$1")
	wait_for 60 "$1 to give back edu" mdev_is_free "$uuid"
}

# Closed, or removed.
mdev_is_free()
{
	[ ! -e "/sys/bus/mdev/devices/$1" ] || mdev_is "$1" closed
}

# It ends by itself after a while, for a guest takes one command at a time.
guest_begin()
{
	edu_begin "$1" 600 edu-guest -g -n 0 -t $((10 + RANDOM % 10)) \
		-w $((120 * ${DEVSHARE_SLOWNESS:-1}))
}

# guest_end NAME WORD...: wait for it; what it says begins with "ok", and has the words
guest_end()
{
	local name=$1 status=0
	shift

	edu_end "$name" || status=$?
	count_lost "$name"
	[ "$status" -eq 0 ] && grep -q "^ok.*$*" "$work/$name.out"
}

#
# All
#

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

guest_goes_on()
{
	guest_end "$1" || return 1
	guest_begin "$1"
}

# All are there, and none has had something to say; guests that are through begin again.
all_at_it()
{
	local name

	for name in "${guests[@]}"; do
		edu_runs "$name" || guest_goes_on "$name" || return 1
	done
	for name in "${users[@]}"; do
		kill -0 "${user_running[$name]}" || { user_end "$name" '' || :; return 1; }
	done
}

# By their own word.
users_leave()
{
	local name

	for name in "${users[@]}"; do
		user_end "$name" TERM
	done
}

# Guests have it unplugged in the middle of what they do.
guests_leave()
{
	local name

	for name in "${guests[@]}"; do
		guest_unplug "$name"
		guest_end "$name"
	done
}

# The host has taken it back.
all_are_off()
{
	local name

	for name in "${users[@]}"; do
		user_end "$name" '' 'taken away'
	done
	for name in "${guests[@]}"; do
		guest_is_off "$name"
		guest_end "$name"
	done
}

all_come_back()
{
	local name

	for name in "${guests[@]}"; do
		guest_plug "$name"
	done
	all_begin
}

all_end()
{
	local name

	users_leave
	for name in "${guests[@]}"; do
		guest_end "$name"
	done
}
