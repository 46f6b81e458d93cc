# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Stock guests that share one edu, each with edu-guest inside. A guest is named by
# one letter; its mediated device has the number of it.

guest=$DEVSHARE_CHECKOUT/scripts/vm/guest
programs=${DEVSHARE_PROGRAMS:-$DEVSHARE_CHECKOUT/build/selftests}/pcishare
edu=$(pci_address 1234:11e8)

# The program in a guest, by the guest's name: process here, and where its output is.
declare -A edu_running=()

# edu_share NAME...: bind edu, and make a mediated device for each
edu_share()
{
	local name

	mdev_install_policies
	pcishare_load ids=1234:11e8
	for name; do
		mdev_create "$edu" lease "$(guest_uuid "$name")"
	done
}

edu_start()
{
	"$guest" start "$1" --cpus "$(guest_cpus "$1")" --device "$(mdev_argument "$(guest_uuid "$1")")" \
		--file "$programs/edu-guest" --file "$programs/attack-guest"
}

# edu_stat NAME COUNTER
edu_stat()
{
	mdev_get "$(guest_uuid "$1")" "stats/$2"
}

# edu_begin NAME SECONDS PROGRAM ARGUMENT...: in the guest, with a seed of its own
edu_begin()
{
	local name=$1 seconds=$2 program=$3
	shift 3

	"$guest" exec "$name" --timeout "$seconds" \
		"/files/$program -s $(guest_number "$name")$RANDOM $*" \
		>"$work/$name.out" 2>&1 &
	edu_running[$name]=$!
}

# edu_runs NAME: has what was begun not ended yet?
edu_runs()
{
	kill -0 "${edu_running[$1]}" 2>/dev/null
}

# edu_end NAME: wait for it and show what it said; is it all right?
edu_end()
{
	local status=0

	wait "${edu_running[$1]}" || status=$?
	unset "edu_running[$1]"
	sed "s/^/$1: /" "$work/$1.out"
	[ "$status" -eq 0 ]
}

# edu_end_all NAME...: all of them, also behind one that is not all right
edu_end_all()
{
	local name status=0

	for name; do
		edu_end "$name" || status=1
	done
	return "$status"
}

# edu_abandon NAME: nobody is left to tell how it ended
edu_abandon()
{
	kill -KILL "${edu_running[$1]}" 2>/dev/null || :
	wait "${edu_running[$1]}" 2>/dev/null || :
	unset "edu_running[$1]"
}

# edu_said NAME WORD: the number it printed as WORD=number
edu_said()
{
	grep -o "$2=[0-9]*" "$work/$1.out" | cut -d = -f 2
}
