# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A stock guest that has a link of serfwd as a PCI card, and at the far end of the link a
# null modem, whose other plug the test has. The test has set $card_type, which card of
# serfwd_vfio it is, and has a guest_start_card of its own.
#
#	guest - vfio - link of ttySF0 - ttyNM0 === ttyNM1 - test

guest=$DEVSHARE_CHECKOUT/scripts/vm/guest
modem=$DEVSHARE_PROGRAMS/serfwd/modem
types=/sys/class/mdev_bus/serfwd_vfio/mdev_supported_types
uuid=$(mdev_uuid 1)
faults=/sys/kernel/debug/serfwd/ttyNM0
[ -n "${work:-}" ] || {
	work=$(mktemp -d)
	cleanup_push rm -rf "$work"
}

# link_load: the module, and the link with its null modem
link_load()
{
	module_load serfwd links=2 nullmodems=1
	echo ttyNM0 >/sys/class/tty/ttySF0/port
	stty -F /dev/ttyNM1 115200 raw -echo clocal -crtscts
	vdev_load
	module_load serfwd_vfio
}

in_guest()
{
	"$guest" exec a "/files/modem /dev/wire $*"
}

# count_of NAME: one of the counters that modem prints
count_of()
{
	sed -n "s/.*$1 \([0-9]*\).*/\1/p"
}

guest_breaks()
{
	in_guest counts | count_of break
}

far_breaks()
{
	"$modem" /dev/ttyNM1 counts | count_of break
}

# shellcheck disable=SC2154	# of the test
test_boot()
{
	[ "$(cat "$types/serfwd_vfio-$card_type/available_instances")" -eq 2 ]
	echo "$uuid" >"$types/serfwd_vfio-$card_type/create"
	[ "$(mdev_get "$uuid" link)" = ttySF0 ]
	[ "$(cat "$types/serfwd_vfio-$card_type/available_instances")" -eq 1 ]
	guest_start_card
	"$guest" exec a "grep ': uart:16550A ' /proc/tty/driver/serial*"
}

# guest_reads BYTES: into /tmp/in, behind the back of the command. The port is open when
# this returns, for to open it empties its FIFO: by a process that leads no session, which
# would have it hung up when it ends.
guest_reads()
{
	"$guest" exec a "rm -f /tmp/in; { : >/tmp/in; head -c $1 >>/tmp/in; } </dev/wire &
		while ! [ -e /tmp/in ]; do sleep 0.1; done"
}

# to_guest BYTES, from_guest BYTES: with sums
to_guest()
{
	head -c "$1" /dev/urandom >"$work/out"
	guest_reads "$1"
	cat "$work/out" >/dev/ttyNM1
	"$guest" exec a --timeout 300 \
		"while [ \$(stat -c %s /tmp/in) -lt $1 ]; do sleep 0.2; done; md5sum </tmp/in" >"$work/sum"
	echo "to the guest: $1 bytes, $(cat "$work/sum")"
	md5sum <"$work/out" | cmp - "$work/sum"
}

from_guest()
{
	timeout 300 head -c "$1" </dev/ttyNM1 >"$work/in" &
	local reader=$!
	"$guest" exec a --timeout 300 \
		"head -c $1 /dev/urandom >/tmp/out; cat /tmp/out >/dev/wire; md5sum </tmp/out" >"$work/sum"
	wait "$reader"
	echo "from the guest: $1 bytes, $(cat "$work/sum")"
	md5sum <"$work/in" | cmp - "$work/sum"
}

# As fast as a line of that speed, $kib KiB both ways at once, by one process that has it open.
test_paced()
{
	echo 1 >/sys/class/tty/ttyNM0/pacing
	echo 1 >/sys/class/tty/ttyNM1/pacing
	head -c $((kib << 10)) /dev/urandom >"$work/out"
	timeout 600 head -c $((kib << 10)) </dev/ttyNM1 >"$work/in" &
	local reader=$!
	"$guest" exec a "head -c $((kib << 10)) /dev/urandom >/tmp/out; rm -f /tmp/in /tmp/is-open
		{ : >/tmp/is-open; head -c $((kib << 10)) <&3 >/tmp/in & cat /tmp/out >&3; wait; : >/tmp/done; } 3<>/dev/wire &
		while ! [ -e /tmp/is-open ]; do sleep 0.1; done"
	cat "$work/out" >/dev/ttyNM1 &
	local writer=$!
	"$guest" exec a --timeout 600 "
		while ! [ -e /tmp/done ]; do sleep 0.2; done; rm /tmp/done
		md5sum </tmp/in; md5sum </tmp/out" >"$work/sums"
	wait "$reader" "$writer"
	echo 0 >/sys/class/tty/ttyNM0/pacing
	echo 0 >/sys/class/tty/ttyNM1/pacing
	cat "$work/sums"
	md5sum <"$work/out" >"$work/expected"
	md5sum <"$work/in" >>"$work/expected"
	cmp "$work/expected" "$work/sums"
}

# line_is SPEED_AND_FORMAT: of the port, as serfwd tells
line_is()
{
	grep -qix "$1" /sys/class/tty/ttySF0/line
}

test_settings()
{
	"$guest" exec a 'stty -F /dev/wire 9600 cs7 parenb -parodd -cstopb'
	wait_for 10 'the port to be at 9600 7e1' line_is '9600 7e1'
	"$guest" exec a 'stty -F /dev/wire 115200 cs8 -parenb'
	wait_for 10 'the port to be at 115200 8n1' line_is '115200 8n1'
}

# far_has LINES: those that are up, in the order of modem
far_has()
{
	[ "$("$modem" /dev/ttyNM1 lines)" = "${1:+$1 }" ]
}

guest_has()
{
	[ "$(in_guest lines)" = "${1:+$1 }" ]
}

# By a null modem RTS is CTS, and DTR is DSR and CD. To open a port without waiting, as
# modem does, raises both.
test_lines()
{
	"$guest" exec a 'sleep 1000 </dev/wire >/dev/null 2>&1 & echo $! >/tmp/holder'
	exec {far}<>/dev/ttyNM1
	in_guest raise RTS DTR
	wait_for 10 'all lines at the far end' far_has 'CTS DSR CD'
	in_guest drop RTS
	wait_for 10 'CTS of the far end to drop' far_has 'DSR CD'
	in_guest drop DTR
	wait_for 10 'DSR and CD of the far end to drop' far_has CTS
	in_guest drop RTS DTR
	wait_for 10 'all lines of the far end to drop' far_has ''
	"$modem" /dev/ttyNM1 raise RTS DTR
	wait_for 10 'all lines in the guest' guest_has 'CTS DSR CD'
	"$modem" /dev/ttyNM1 drop DTR
	wait_for 10 'DSR and CD in the guest to drop' guest_has CTS
	"$modem" /dev/ttyNM1 raise DTR
	in_guest raise RTS DTR
	in_guest counts
	exec {far}>&-
	# shellcheck disable=SC2016
	"$guest" exec a 'kill $(cat /tmp/holder)'
}

more_breaks()
{
	[ "$("$1")" -gt "$2" ]
}

test_breaks()
{
	local before

	exec {far}<>/dev/ttyNM1
	before=$(far_breaks)
	in_guest break
	wait_for 10 'a break at the far end' more_breaks far_breaks "$before"
	"$guest" exec a 'sleep 1000 </dev/wire >/dev/null 2>&1 & echo $! >/tmp/holder'
	before=$(guest_breaks)
	"$modem" /dev/ttyNM1 break
	wait_for 10 'a break in the guest' more_breaks guest_breaks "$before"
	exec {far}>&-
	# shellcheck disable=SC2016
	"$guest" exec a 'kill $(cat /tmp/holder)'
}

# In place: PARMRK has \377 \0 before a byte that was received with an error.
test_errors()
{
	"$guest" exec a 'stty -F /dev/wire inpck parmrk -ignpar
		head -c 7 </dev/wire | od -An -tx1 >/tmp/in & sleep 1'
	printf ab >/dev/ttyNM1
	sleep 1
	echo 1 >"$faults/parity"
	printf cd >/dev/ttyNM1
	sleep 1
	echo 1 >"$faults/frame"
	printf e >/dev/ttyNM1
	"$guest" exec a --timeout 30 'while ! [ -s /tmp/in ]; do sleep 0.2; done; cat /tmp/in
		stty -F /dev/wire -inpck -parmrk
		grep -h "uart:16550A" /proc/tty/driver/serial*' >"$work/said"
	cat "$work/said"
	grep '^ 61 62 ff 00 63 64 ff$' "$work/said"
	grep ' pe:1 ' "$work/said" || grep ' pe:1$' "$work/said"
}

test_busy()
{
	! : <>/dev/ttySF0 || return 1
	(exec 3<>/dev/ttySF0) 2>&1 | grep 'busy'
	dmesg | grep 'ttySF0: its link is that of a mediated device'
	! echo ttySF1 >"/sys/bus/mdev/devices/$uuid/link" || return 1
}

test_killed()
{
	"$guest" kill a
	wait_for 10 'the pseudo-UART to be free' sh -c ': <>/dev/ttySF0'
	exec {holder}<>/dev/ttySF0
	"$guest" start a --device "$(mdev_argument "$uuid")" >"$work/refused" 2>&1 && return 1
	dmesg | grep 'ttySF0 is open, so a mediated device cannot have its link'
	exec {holder}>&-
	guest_start_card
	to_guest 256
}

# QEMU is killed while bytes move both ways.
test_killed_at_work()
{
	timeout 60 cat </dev/ttyNM1 >/dev/null &
	local reader=$!
	timeout 60 cat /dev/zero >/dev/ttyNM1 &
	local writer=$!
	"$guest" exec a '{ cat /dev/zero >&3 & cat <&3 >/dev/null & } 3<>/dev/wire; sleep 2'
	"$guest" kill a
	wait_for 10 'the pseudo-UART to be free' sh -c ': <>/dev/ttySF0'
	kill "$reader" "$writer"
	wait "$reader" "$writer" || :
	guest_start_card
	to_guest 5000
	from_guest 5000
}

test_removed()
{
	# Stock QEMU lets go of it when it is asked to.
	echo 1 >"/sys/bus/mdev/devices/$uuid/remove"
	[ ! -e "/sys/bus/mdev/devices/$uuid" ]
	: <>/dev/ttySF0
	"$guest" kill a || :
	echo >/sys/class/tty/ttySF0/port
	module_unload serfwd_vfio
	module_unload serfwd
}
