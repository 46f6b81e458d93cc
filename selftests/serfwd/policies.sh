#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --serial pci=cross:wire --serial pci=cross:wire
# time-out: 300
#
# What an administrator can decide for a link.
#
#	ttySF0 - PORT === FAR, a second real port, opened directly

set -eu
export LC_ALL=C

. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/serfwd.sh"

port=$(port_name 0)
far=$(port_name 1)
sf=/sys/class/tty/ttySF0

# By ldattach, for the settings of a port that sysfs bound cannot be read. Its pid
# is in a file: tests run in subshells.
attach()
{
	serfwd_attach ttySF0 "$port"
	printf '%s\n' "${serfwd_owner[$port]}" >/run/owner
}

detach()
{
	serfwd_owner[$port]=$(cat /run/owner)
	serfwd_detach ttySF0 "$port"
}

# bytes COUNT: printable ones
bytes()
{
	head -c "$1" /dev/zero | tr '\0' u
}

test_defaults()
{
	[ "$(cat $sf/on_detach) $(cat $sf/flow) $(cat $sf/hup)" = 'hold guest guest' ]
}

# refused FILE VALUE WORDS: EINVAL, a log line with WORDS, and no change
refused()
{
	local before said

	before=$(cat "$sf/$1")
	dmesg --clear
	said=$(bash -c "echo $2 >$sf/$1" 2>&1) && return 1
	printf '%s\n' "$said"
	[[ $said == *'Invalid argument' ]]
	dmesg --notime | grep -qxF "serfwd: ttySF0: $1 is $3"
	[ "$(cat "$sf/$1")" = "$before" ]
}

test_refused()
{
	refused on_detach bogus '"hold" or "hangup"'
	refused flow rtscts '"guest" or "auto-rtscts"'
	refused hup '""' '"guest" or "never"'
}

test_unprivileged()
{
	[ "$(stat -c %a "$sf/flow" "$sf/hup" "$sf/on_detach" | sort -u)" = 644 ]
}

hung_up()
{
	! kill -0 "$1" 2>/dev/null
}

# A reader of the vtty, its pid in $reader.
read_vtty()
{
	cat /dev/ttySF0 >/dev/null &
	reader=$!
	wait_for 20 'the vtty to open' vtty_open
}

# Its DTR rises with it.
vtty_open()
{
	port_has_line "$port" DTR
}

test_detach_holds()
{
	read_vtty
	detach
	nap 1
	kill -0 "$reader"
	attach
	kill "$reader"
}

test_detach_hangs_up()
{
	echo hangup >"$sf/on_detach"
	read_vtty
	detach
	wait_for 20 'the reader to be hung up' hung_up "$reader"
	echo hold >"$sf/on_detach"
	attach
}

test_hup_guest()
{
	stty -F /dev/ttySF0 hupcl
	: </dev/ttySF0
	port_lacks_line "$port" DTR
}

test_hup_never()
{
	echo never >"$sf/hup"
	stty -F /dev/ttySF0 hupcl
	: </dev/ttySF0
	port_has_line "$port" DTR
	port_has_line "$port" RTS
	# The vtty says what its user asked for, the port what is done.
	stty -F /dev/ttySF0 -a | grep -q ' hupcl'
	port_has_settings "$port" -hupcl
}

# Neither does detaching and closing the port.
test_hup_never_closed()
{
	detach
	attach
	port_has_line "$port" DTR
	echo guest >"$sf/hup"
	port_has_settings "$port" hupcl
}

# With the vtty's reader stopped, RTS tells the far end.
test_flow()
{
	local vtty_fd

	exec {vtty_fd}<>/dev/ttySF0
	stty -F /dev/ttySF0 raw -echo 115200 -crtscts
	bytes 5000 >&"$far_fd"
	wait_for 20 '5000 bytes to arrive' port_received 5000
	port_has_line "$port" RTS
	timeout 20 head -c 5000 <&"$vtty_fd" | wc -c

	echo auto-rtscts >"$sf/flow"
	port_has_settings "$port" crtscts
	stty -F /dev/ttySF0 -a | grep -q -- '-crtscts'
	bytes 5000 >&"$far_fd"
	wait_for 20 'RTS to drop' port_lacks_line "$port" RTS
	[ "$(timeout 20 head -c 5000 <&"$vtty_fd" | wc -c)" -eq 5000 ]
	wait_for 20 'RTS to rise' port_has_line "$port" RTS
	echo guest >"$sf/flow"
	port_has_settings "$port" -crtscts
}

port_received()
{
	[ "$(port_count "$port" rx)" -ge "$1" ]
}

# A policy that is set without a port holds for the next one.
test_later_port()
{
	detach
	echo auto-rtscts >"$sf/flow"
	attach
	port_has_settings "$port" crtscts
	echo guest >"$sf/flow"
}

test_still_works()
{
	bytes 5 >/dev/ttySF0
	[ "$(timeout 20 head -c 5 <&"$far_fd")" = uuuuu ]
}

finish()
{
	detach || :
	module_unload serfwd
}

ktap_plan 11
cleanup_push finish
module_load serfwd
attach
# Holds the settings of FAR.
stty -F /dev/ttySF0 raw -echo 115200 clocal
stty -F "/dev/$far" raw -echo 115200
exec {far_fd}<>"/dev/$far"
ktap_run 'the vtty decides, by default' test_defaults
ktap_run 'what is no policy is refused' test_refused
ktap_run 'policies are the administrator'"'"'s' test_unprivileged
ktap_run 'on_detach=hold: a reader waits for the next port' test_detach_holds
ktap_run 'on_detach=hangup: a reader is hung up' test_detach_hangs_up
ktap_run 'hup=guest: closing drops DTR' test_hup_guest
ktap_run 'hup=never: closing leaves DTR and RTS' test_hup_never
ktap_run 'hup=never: detaching leaves DTR and RTS' test_hup_never_closed
ktap_run 'flow=auto-rtscts: RTS follows the reader' test_flow
ktap_run 'a policy holds for the next port' test_later_port
ktap_run 'and the port still carries bytes' test_still_works
ktap_finish
