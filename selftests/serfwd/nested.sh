#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --guests --memory 4G
# time-out: 900
#
# serfwd in a guest, on a 16550 whose modem lines are real: QEMU reads them from the
# host's tty that it has for a wire, sets them there, and raises modem status
# interrupts. That tty is the plug of a null modem, whose other plug is the far end.
#
#	guest: ttySF0 - ttyS0 - QEMU - ttyNM0 === ttyNM1
#
# Each thing is done on the 16550 opened directly as well, and has to be the same.

# The guest's shell is to expand what is in single quotes.
# shellcheck disable=SC2016

set -eu

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/guests.sh"

module=$DEVSHARE_GUEST_BUILD/serfwd/serfwd.ko
far=/dev/ttyNM1
modem=$DEVSHARE_PROGRAMS/serfwd/modem

# inside [--timeout S] COMMAND. The shell stays, so that it is not the leader of the
# session who opens a tty: it would be hung up when he ends.
inside()
{
	local -a limit=()

	if [ "$1" = --timeout ]; then
		limit=("$1" "$2")
		shift 2
	fi
	"$guest" exec inner "${limit[@]}" "$*
		exit \$?"
}

# The device under test, in the guest; far_modem is for the far end.
near_modem()
{
	inside "/files/modem /dev/$near $*"
}

far_modem()
{
	"$modem" "$far" "$@"
}

# use DEVICE: held open in the guest from here on, so that its lines stay as they are
use()
{
	near=$1
	inside "[ ! -f /tmp/holder ] || kill \$(cat /tmp/holder)
		sleep 100000 <>/dev/$near >/dev/null 2>&1 & echo \$! >/tmp/holder"
	inside "stty -F /dev/$near 115200 raw -echo clocal -crtscts"
	stty -F "$far" 115200 raw -echo clocal -crtscts
	echo crossed >/sys/class/tty/ttyNM0/wiring
	far_modem raise DTR RTS
	wait_for 20 "the inputs of $near" near_has 'CTS DSR CD'
}

# near_has INPUTS, far_has INPUTS: are these up, and no others?
near_has()
{
	[ "$(near_modem lines)" = "$1 " ]
}

far_has()
{
	[ "$(far_modem lines)" = "$1 " ]
}

# The guest's outputs are the far end's inputs.
test_outputs()
{
	wait_for 20 'RTS and DTR at the far end' far_has 'CTS DSR CD'
	near_modem drop RTS
	wait_for 20 'RTS to drop' far_has 'DSR CD'
	near_modem raise RTS
	near_modem drop DTR
	wait_for 20 'DTR to drop' far_has CTS
	near_modem raise DTR
	wait_for 20 'DTR to rise' far_has 'CTS DSR CD'
}

# asleep FILE: is the process waiting that says so in FILE?
asleep()
{
	inside "grep -q waiting $1 && grep -q '^State:.S' /proc/\$(cat $1.pid)/status"
}

# near_waits LINE...: begin to wait for a change
near_waits()
{
	inside "rm -f /tmp/woken*
		{ /files/modem /dev/$near wait $((100 * DEVSHARE_SLOWNESS)) $* >/tmp/woken; echo \$? >/tmp/woken.status; } &
		sleep 0.1
		pidof modem >/tmp/woken.pid"
	wait_for 20 "somebody to wait for $*" asleep /tmp/woken
}

near_woken()
{
	inside '[ "$(cat /tmp/woken.status)" = 0 ]' 2>/dev/null
}

# toggle_far LINE INPUTS: drop it, see just INPUTS, raise it
toggle_far()
{
	far_modem drop "$1"
	wait_for 20 "$1 to drop" near_has "$2"
	far_modem raise "$1"
	wait_for 20 "$1 to rise" near_has 'CTS DSR CD'
}

# TIOCMIWAIT: woken by the line that was asked for, and not by another.
test_wait()
{
	near_waits DSR
	toggle_far RTS 'DSR CD'
	asleep /tmp/woken
	far_modem drop DTR
	wait_for 20 'the change of DSR to wake' near_woken
	far_modem raise DTR
	wait_for 20 'DTR to rise' near_has 'CTS DSR CD'
	near_waits CTS
	toggle_far RTS 'DSR CD'
	wait_for 20 'the change of CTS to wake' near_woken
}

# counted LINE: how often it has changed
counted()
{
	near_modem counts | grep -o "$1 [0-9]*" | cut -d ' ' -f 2
}

# Both edges of each line count.
test_counts()
{
	local cts dsr cd i

	# A driver counts while interrupts are on, which TIOCMIWAIT asks for.
	near_waits RI
	cts=$(counted CTS)
	dsr=$(counted DSR)
	cd=$(counted CD)
	for ((i = 0; i < 5; i++)); do
		toggle_far RTS 'DSR CD'
	done
	for ((i = 0; i < 3; i++)); do
		toggle_far DTR CTS
	done
	near_modem counts
	[ $(($(counted CTS) - cts)) -eq 10 ]
	[ $(($(counted DSR) - dsr)) -eq 6 ]
	[ $(($(counted CD) - cd)) -eq 6 ]
	inside 'kill $(cat /tmp/woken.pid)'
}

# The end of a ring counts, its beginning does not.
test_ring()
{
	local before

	echo 'cts=rts dsr=rts dcd=rts ri=dtr' >/sys/class/tty/ttyNM0/pins
	wait_for 20 'RI to rise' near_has 'CTS DSR CD RI'
	near_waits RI
	before=$(counted RI)
	far_modem drop DTR
	wait_for 20 'the end of the ring to wake' near_woken
	near_has 'CTS DSR CD'
	[ "$(counted RI)" -eq $((before + 1)) ]
}

far_received()
{
	[ "$(stat -c %s "$work/far")" -ge "$1" ]
}

# From here on; a break that was sent before has left a byte.
far_listens()
{
	"$DEVSHARE_PROGRAMS/serfwd/flush-input" "$far"
	: >"$work/far"
	cat <&"$far_fd" >"$work/far" &
	listener=$!
}

# CTS stops the sender, and what it held goes out afterwards.
test_cts()
{
	local held

	inside "stty -F /dev/$near crtscts"
	far_listens
	far_modem drop RTS
	wait_for 20 'CTS to drop' near_has 'DSR CD'
	inside "head -c 3000 /dev/zero | tr '\\0' u >/dev/$near &"
	wait_for 20 'the bytes to wait' near_queues
	nap 1
	held=$(stat -c %s "$work/far")
	printf '%d bytes at the far end while CTS is down\n' "$held"
	[ "$held" -eq 0 ]
	far_modem raise RTS
	wait_for 60 'the bytes held' far_received 3000
	[ "$(stat -c %s "$work/far")" -eq 3000 ]
	kill "$listener"
	inside "stty -F /dev/$near -crtscts"
}

near_queues()
{
	[ "$(near_modem queued)" -gt 1000 ]
}

# A reader that does not read has RTS dropped, which stops a far end that looks.
test_rts()
{
	inside "stty -F /dev/$near crtscts"
	stty -F "$far" crtscts
	head -c 6000 /dev/zero | tr '\0' u >&"$far_fd" &
	wait_for 60 'RTS to drop' far_has 'DSR CD'
	inside --timeout 100 "head -c 6000 </dev/$near | md5sum >/tmp/sum"
	[ "$(inside 'cat /tmp/sum')" = "$(head -c 6000 /dev/zero | tr '\0' u | md5sum)" ]
	wait_for 60 'RTS to rise' far_has 'CTS DSR CD'
	wait $!
	stty -F "$far" -crtscts
	inside "stty -F /dev/$near -crtscts"
}

# QMP's break arrives as one, marked for who asks and counted.
test_break_in()
{
	local before

	before=$(counted break)
	inside "stty -F /dev/$near parmrk -ignbrk -brkint
		head -c 3 </dev/$near | od -An -tx1 >/tmp/broken &"
	"$guest" qmp inner '{"execute":"chardev-send-break","arguments":{"id":"port0"}}'
	wait_for 20 'the mark of a break' inside 'grep -q . /tmp/broken'
	inside 'cat /tmp/broken'
	[ "$(inside 'cat /tmp/broken')" = ' ff 00 00' ]
	inside "stty -F /dev/$near -parmrk"
	[ "$(counted break)" -eq $((before + 1)) ]
}

far_broken()
{
	[ "$(far_modem counts | grep -o 'break .*')" = "break $1" ]
}

# A break that the guest sends is one on the wire.
test_break_out()
{
	local before

	before=$(far_modem counts | grep -o 'break .*')
	near_modem break
	wait_for 20 'a break at the far end' far_broken $((${before#* } + 1))
}

# Without CLOCAL, losing the carrier ends who reads.
test_carrier()
{
	inside "stty -F /dev/$near -clocal
		cat </dev/$near >/dev/null & echo \$! >/tmp/reader"
	far_modem drop DTR
	# shellcheck disable=SC2016
	wait_for 20 'the reader to end' inside '! kill -0 $(cat /tmp/reader) 2>/dev/null'
	far_modem raise DTR
}

tests='outputs wait counts ring cts rts break_in break_out carrier'

attach()
{
	inside 'insmod /files/serfwd.ko && echo ttyS0 >/sys/class/tty/ttySF0/port
		[ "$(cat /sys/class/tty/ttySF0/port)" = ttyS0 ]'
}

run_tests()
{
	local name

	for name in $tests; do
		ktap_run "$1: $name" run_test "$1" "$name"
	done
}

# run_test DEVICE NAME: each on a device opened anew
run_test()
{
	use "$1"
	"test_$2"
}

# It takes minutes, and what is tested most is the kernel of the guest.
if [ ! -f "$module" ]; then
	ktap_plan 1
	ktap_skip 'serfwd in a guest' "there is no $module, for the kernel of guests"
	ktap_finish
	exit
fi
work=$(mktemp -d)
ktap_plan 20
cleanup_push rm -rf "$work"
module_load serfwd nullmodems=1
cleanup_push module_unload serfwd
exec {far_fd}<>"$far"
ktap_run 'a guest boots on a null modem' "$guest" start inner \
	--serial serial,path=/dev/ttyNM0 --file "$modem" --file "$module"
cleanup_push "$guest" kill inner
run_tests ttyS0
inside 'kill $(cat /tmp/holder); rm /tmp/holder'
ktap_run 'serfwd has the 16550 of the guest' attach
run_tests ttySF0
exec {far_fd}>&-
ktap_finish
